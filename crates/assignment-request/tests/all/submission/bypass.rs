//! Who may bypass the approval (C15).

use assignment_request::{AdminBypass, ExistingAssignment, RequestType};

use crate::common::{ADMIN, Setup, TARGET};
use crate::submission::{faults, faults_with};

#[test]
fn c15_who_may_bypass_the_approval() {
    use AdminBypass::{Always, Never, WhenAsked};
    const BYPASS: &str = "parameters.bypassApproval";
    let asking = |request_type: RequestType, rule| {
        let setup = Setup::of(request_type).rules(|rules| rules.admin_bypasses_approval = rule);
        setup.draft(|draft| draft.bypass_approval = true)
    };
    let (unexpected, not_allowed) = (format!("unexpected {BYPASS}"), format!("bypassNotAllowed {BYPASS}"));
    for rule in AdminBypass::ALL {
        // 1. Only an administrator's Add or Update.
        for request_type in RequestType::ALL {
            let is_fit = [RequestType::AdminAdd, RequestType::AdminUpdate].contains(request_type);
            let expected = match (is_fit, rule) {
                (false, _) => vec![unexpected.clone()],
                (true, Never) => vec![not_allowed.clone()],
                (true, WhenAsked | Always) => vec![],
            };
            assert_eq!(faults(&asking(*request_type, *rule)), expected, "{request_type} {rule}");
            let mut silent = asking(*request_type, *rule);
            silent.draft.bypass_approval = false;
            assert_eq!(faults(&silent), [""; 0], "false asks for nothing");
        }
    }
    // 2. Not of one's own access.
    let own = asking(RequestType::AdminAdd, WhenAsked).draft(|draft| draft.target_id = Some(ADMIN));
    assert_eq!(faults(&own), [&*not_allowed]);
    let own = asking(RequestType::AdminAdd, Always).draft(|draft| {
        (draft.target_id, draft.target_object_id) = (None, Some(ADMIN));
    });
    assert_eq!(faults(&own), [&*not_allowed], "in either place");
    let update = asking(RequestType::AdminUpdate, WhenAsked);
    let held_by = |target| ExistingAssignment { target, ..update.assignment() };
    let judge = |setup: &Setup, assignment: Option<&ExistingAssignment>| {
        faults_with(setup, assignment, setup.actor())
    };
    assert_eq!(judge(&update, Some(&held_by(ADMIN))), [&*not_allowed], "the target is the holder");
    assert_eq!(judge(&update, Some(&held_by(TARGET))), [""; 0]);
    // Not for somebody whose id is not known.
    let email = asking(RequestType::AdminAdd, WhenAsked).by_email();
    assert_eq!(faults(&email), [&*not_allowed], "only an address");
    let nobody = asking(RequestType::AdminAdd, WhenAsked).draft(|draft| draft.target_id = None);
    assert_eq!(faults(&nobody), ["missing assignment.targetId".to_owned(), not_allowed.clone()]);
    let both = asking(RequestType::AdminAdd, WhenAsked)
        .draft(|draft| draft.target_email = Some("adele@example.com".into()));
    assert_eq!(faults(&both), [""; 0], "an address and an id");
    // Where no assignment was found, only the rule is looked at.
    assert_eq!(judge(&update, None), ["assignmentNotFound assignment.id"]);
    let never = asking(RequestType::AdminUpdate, Never);
    assert_eq!(judge(&never, None), ["assignmentNotFound assignment.id".to_owned(), not_allowed]);
    let named = asking(RequestType::AdminUpdate, WhenAsked).draft(|draft| draft.target_id = Some(ADMIN));
    assert_eq!(judge(&named, None), ["assignmentNotFound assignment.id"], "and not the body's target");
}
