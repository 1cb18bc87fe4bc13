//! Who asks, for whom and for what (C1 to C7).

use assignment_request::{
    AccessPackageId, Actor, AssignmentId, Draft, ExistingAssignment, Operation, PolicyId, RequestType, Role,
    SubjectId,
};

use crate::common::{ADMIN, ASSIGNMENT, OTHER, PACKAGE, POLICY, REQUESTOR, Setup, TARGET};
use crate::submission::{faults, faults_with};

#[test]
fn c1_each_type_has_its_initiator_and_nothing_else_is_judged() {
    for request_type in RequestType::ALL {
        let bad = Setup::of(*request_type).draft(|draft| *draft = Draft::new(*request_type));
        for role in Role::ALL {
            let found = faults_with(&bad, None, Actor::new(REQUESTOR, *role));
            assert_eq!(
                found == ["notPermitted"],
                *role != request_type.initiator(),
                "{request_type} by {role}"
            );
        }
        assert_eq!(faults(&Setup::of(*request_type)), [""; 0], "{request_type}");
    }
}

#[test]
fn c2_c4_what_each_type_must_name() {
    for request_type in RequestType::ALL {
        let empty = Setup::of(*request_type).draft(|draft| {
            let justification = draft.justification.take();
            *draft = Draft { justification, ..Draft::new(*request_type) };
        });
        let expected: &[&str] = match (request_type.operation(), request_type) {
            (Operation::Add, RequestType::UserAdd) => &["missing assignment.accessPackageId"],
            (Operation::Add, _) => &[
                "missing assignment.accessPackageId",
                "missing assignment.targetId",
                "missing assignment.assignmentPolicyId",
            ],
            (Operation::Update, RequestType::UserUpdate | RequestType::UserExtend) => {
                &["missing assignment.id"]
            }
            (Operation::Update, _) => &["missing assignment.id", "nothingToUpdate answers"],
            (Operation::Remove, _) => &["missing assignment.id"],
        };
        assert_eq!(faults(&empty), expected, "{request_type}");
    }
}

#[test]
fn c3_targets_by_id_and_by_email() {
    let both = |one: Option<SubjectId>, two: Option<SubjectId>, email: Option<&str>, request_type| {
        faults(&Setup::of(request_type).draft(|draft| {
            (draft.target_id, draft.target_object_id) = (one, two);
            draft.target_email = email.map(Into::into);
        }))
    };
    let (id, other) = (Some(TARGET), Some(OTHER));
    let table = [
        (id, id, None, RequestType::AdminAdd, &[][..]),
        (None, id, None, RequestType::AdminAdd, &[]),
        (id, other, None, RequestType::AdminAdd, &["conflictingMembers assignment.target.objectId"]),
        (None, None, Some("a@b"), RequestType::AdminAdd, &[]),
        (id, None, Some("a@b"), RequestType::SystemAdd, &[]),
        (None, None, Some("a@b"), RequestType::SystemAdd, &["targetNotInDirectory assignment.target.email"]),
        (None, None, Some("a@b"), RequestType::UserAdd, &["targetNotInDirectory assignment.target.email"]),
        (None, None, Some("\u{3000} "), RequestType::AdminAdd, &["missing assignment.targetId"]),
        (other, None, None, RequestType::UserUpdate, &["conflictingMembers assignment.targetId"]),
    ];
    for (one, two, email, request_type, expected) in table {
        let found = both(one, two, email, request_type);
        assert_eq!(found, expected, "{request_type} {one:?} {two:?} {email:?}");
    }
}

#[test]
fn c3_an_address_is_not_also_a_missing_target() {
    let setup = Setup::of(RequestType::OnBehalfAdd).by_email();
    let found = faults(&setup);
    assert!(!found.contains(&"missing assignment.targetId".into()), "{found:?}");
    assert!(found.contains(&"targetNotInDirectory assignment.target.email".into()), "{found:?}");
}

#[test]
fn c4_the_older_form_names_access_package_and_policy() {
    for (package, policy, expected) in [
        (Some(PACKAGE), Some(POLICY), &[][..]),
        (Some(PACKAGE), None, &["missing assignment.id"]),
        (None, Some(POLICY), &["missing assignment.id"]),
    ] {
        let older = Setup::of(RequestType::UserExtend).draft(|draft| {
            draft.assignment_id = None;
            (draft.access_package_id, draft.assignment_policy_id) = (package, policy);
        });
        assert_eq!(faults(&older), expected, "{package:?} {policy:?}");
    }
}

#[test]
fn c4_c5_the_existing_assignment() {
    let update = Setup::of(RequestType::UserUpdate);
    let older = update.clone().draft(|draft| {
        draft.assignment_id = None;
        (draft.access_package_id, draft.assignment_policy_id) = (Some(PACKAGE), Some(POLICY));
    });
    assert_eq!(faults(&older), [""; 0]);
    assert_eq!(faults_with(&update, None, update.actor()), ["assignmentNotFound assignment.id"]);
    let found = update.assignment();
    for (assignment, expected) in [
        (
            ExistingAssignment { id: AssignmentId::new(OTHER.uuid()), ..found },
            "conflictingMembers assignment.id",
        ),
        (
            ExistingAssignment { access_package_id: AccessPackageId::new(OTHER.uuid()), ..found },
            "policyMismatch assignment.accessPackageId",
        ),
        (
            ExistingAssignment { assignment_policy_id: PolicyId::new(OTHER.uuid()), ..found },
            "policyMismatch assignment.assignmentPolicyId",
        ),
    ] {
        assert_eq!(faults_with(&update, Some(&assignment), update.actor()), [expected]);
    }
    let both =
        update.clone().draft(|draft| draft.access_package_id = Some(AccessPackageId::new(OTHER.uuid())));
    let elsewhere = ExistingAssignment { access_package_id: AccessPackageId::new(OTHER.uuid()), ..found };
    let once = faults_with(&both, Some(&elsewhere), both.actor());
    assert_eq!(once, ["policyMismatch assignment.accessPackageId"], "once a member");
}

#[test]
fn c6_c7_for_oneself_and_for_others() {
    for (request_type, path) in [
        (RequestType::UserAdd, "assignment.targetId"),
        (RequestType::UserUpdate, "assignment.targetId"),
        (RequestType::UserExtend, "assignment.targetId"),
        (RequestType::UserRemove, "assignment.targetId"),
    ] {
        let mut setup = Setup::of(request_type);
        let schedule = setup.spec.requestor_settings.custom_schedule;
        setup.spec.requestor_settings = assignment_request::RequestorSettings {
            custom_schedule: schedule,
            ..assignment_request::RequestorSettings::default()
        };
        assert_eq!(faults(&setup), ["selfServiceDisabled requestType"], "{request_type}");
        let others = ExistingAssignment { target: TARGET, ..setup.assignment() };
        if request_type == RequestType::UserAdd {
            setup.draft.target_id = Some(TARGET);
        }
        let found = faults_with(&setup, Some(&others), setup.actor());
        assert_eq!(found, [format!("onBehalfNotAllowed {path}")], "{request_type}");
    }
    let of_self = Setup::of(RequestType::OnBehalfAdd).draft(|draft| draft.target_id = Some(REQUESTOR));
    assert_eq!(faults(&of_self), ["onBehalfOfSelf assignment.targetId"]);
}

#[test]
fn c4_c2_what_is_taken_over_into_the_request() {
    let playback = Setup::of(RequestType::AdminRemove).submit();
    let request = playback.request;
    assert_eq!(request.assignment_id(), Some(ASSIGNMENT));
    assert_eq!((request.access_package_id(), request.assignment_policy_id()), (Some(PACKAGE), Some(POLICY)));
    assert_eq!((request.requestor(), request.target()), (ADMIN, Some(TARGET)), "the target is the holder");
    assert_eq!(request.justification(), Some("no longer needed"));
    let add = Setup::add().submit().request;
    assert_eq!(add.justification(), None);
    assert_eq!(
        (add.target(), add.assignment_id()),
        (Some(REQUESTOR), None),
        "a user who names no target is the target"
    );
    let blank = Setup::add().draft(|draft| draft.target_email = Some("\u{3000} ".into())).submit().request;
    assert_eq!(blank.target(), Some(REQUESTOR), "a blank address is none");
    let email = Setup::of(RequestType::AdminAdd).by_email().submit().request;
    assert_eq!((email.target(), email.target_email()), (None, Some("adele@example.com")));
}
