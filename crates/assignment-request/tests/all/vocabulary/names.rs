//! The closed values: their names, how they are read, what follows from each (rules T1 to T6, section 6).

use std::collections::BTreeSet;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use assignment_request::{
    Action, ActionKind, AdminBypass, ApprovalDecision, CallbackDecision, CalloutStage, CalloutStageSet,
    CalloutStatus, Class, DeadlineKind, DeliveryOutcome, ExpirationType, OnCalloutFailure, Operation, Period,
    Preset, QuestionKind, RequestType, Role, RoleSet, Rule, Rules, RulesError, RulesSpec, State, Status,
    StatusSet, Tier,
};

use crate::common;
use crate::common::{
    APPROVED, CREATED, DAY, DETERMINER, GRANTED, REMOVED, Setup, admin, host, minutes, stage, t, until, user,
};

/// Asserts that the type's values have these names, in this order, and no others.
#[track_caller]
fn assert_names<T: Display>(all: &[T], names: &[&str]) {
    let found: Vec<_> = all.iter().map(ToString::to_string).collect();
    assert_eq!(found, names);
}

/// Asserts that every value is read from its name in any ASCII case, and nothing else is read.
#[track_caller]
fn assert_reads<T: Display + FromStr + PartialEq + Debug>(all: &[T]) {
    for value in all {
        let name = value.to_string();
        for text in [name.clone(), name.to_uppercase(), name.to_lowercase()] {
            assert_eq!(text.parse::<T>().ok().as_ref(), Some(value), "{text}");
        }
        for text in [format!(" {name}"), format!("{name}s"), name.chars().skip(1).collect()] {
            assert!(text.parse::<T>().is_err(), "{text}");
        }
    }
    for text in ["", "notSpecified ", "unknownFutureValue", "ſubmitted", "0"] {
        assert!(text.parse::<T>().is_err(), "{text}");
    }
}

#[test]
fn t1_the_types_of_request_and_what_they_mean() {
    let table = [
        ("userAdd", Operation::Add, Role::User),
        ("userUpdate", Operation::Update, Role::User),
        ("userExtend", Operation::Update, Role::User),
        ("userRemove", Operation::Remove, Role::User),
        ("adminAdd", Operation::Add, Role::Administrator),
        ("adminUpdate", Operation::Update, Role::Administrator),
        ("adminRemove", Operation::Remove, Role::Administrator),
        ("systemAdd", Operation::Add, Role::System),
        ("systemUpdate", Operation::Update, Role::System),
        ("systemRemove", Operation::Remove, Role::System),
        ("onBehalfAdd", Operation::Add, Role::User),
        ("approverRemove", Operation::Remove, Role::Approver),
    ];
    assert_names(RequestType::ALL, &table.map(|row| row.0));
    assert_reads(RequestType::ALL);
    for (name, operation, initiator) in table {
        let request_type: RequestType = name.parse().unwrap();
        assert_eq!((request_type.operation(), request_type.initiator()), (operation, initiator), "{name}");
    }
    assert!("notSpecified".parse::<RequestType>().is_err(), "a sentinel is no type");
    assert_names(Operation::ALL, &["add", "update", "remove"]);
    assert_reads(Operation::ALL);
}

#[test]
fn t2_the_states() {
    assert_names(
        State::ALL,
        &[
            "submitted",
            "pendingApproval",
            "scheduled",
            "delivering",
            "delivered",
            "partiallyDelivered",
            "deliveryFailed",
            "denied",
            "canceled",
        ],
    );
    assert_reads(State::ALL);
}

#[test]
fn t3_every_phase_has_its_state_and_status() {
    use CallbackDecision::{Cancel, Deny};
    use DeliveryOutcome::{Delivered, Failed, PartiallyDelivered};
    let waiting = |at| {
        Setup::add()
            .wait(at, 60)
            .rules(|rules| rules.deny_at = CalloutStageSet::of(&[at]))
            .submit()
            .process(1)
    };
    let pending = || Setup::add().approval(&[stage(60, Some(30))]).submit().process(1);
    let delivering = || Setup::add().submit().process(1);
    let approved_wait = Setup::add().approval(&[stage(60, None)]).wait(APPROVED, 60).submit().process(1);
    let removed_wait = Setup::of(RequestType::UserRemove).wait(REMOVED, 60).submit().process(1);
    let determining = Setup::add().determined_by(DETERMINER).submit().process(1);
    let past = Setup::add().approval(&[stage(60, None)]).scheduled(None, until(t(20)));
    let table = [
        ("accepted", Setup::add().submit(), State::Submitted, Status::Accepted),
        ("a wait at Created", waiting(CREATED), State::Submitted, Status::WaitingForCallback),
        ("a wait at Determining", determining, State::Submitted, Status::WaitingForCallback),
        ("an open stage", pending(), State::PendingApproval, Status::PendingApproval),
        (
            "an escalated stage",
            pending().elapses(31),
            State::PendingApproval,
            Status::PendingApprovalEscalated,
        ),
        (
            "a wait at Approved without approval",
            waiting(APPROVED),
            State::Submitted,
            Status::WaitingForCallback,
        ),
        (
            "a wait at Approved with an approval",
            approved_wait.approves(2, 0),
            State::PendingApproval,
            Status::WaitingForCallback,
        ),
        (
            "a start in the future",
            Setup::add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1),
            State::Scheduled,
            Status::PendingNotBefore,
        ),
        ("a wait at Granted", waiting(GRANTED), State::Delivering, Status::WaitingForCallback),
        ("a wait at Removed", removed_wait, State::Delivering, Status::WaitingForCallback),
        ("fulfillment", delivering(), State::Delivering, Status::Delivering),
        ("done", delivering().reports(2, Delivered), State::Delivered, Status::Fulfilled),
        (
            "done in part",
            delivering().reports(2, PartiallyDelivered),
            State::PartiallyDelivered,
            Status::PartiallyDelivered,
        ),
        ("failed", delivering().reports(2, Failed), State::DeliveryFailed, Status::DeliveryFailed),
        ("not heard of", delivering().elapses(15 * DAY), State::DeliveryFailed, Status::DeliveryFailed),
        ("callout failed", waiting(CREATED).callout_fails(2), State::DeliveryFailed, Status::CalloutFailed),
        ("callback timed out", waiting(CREATED).elapses(61), State::DeliveryFailed, Status::CallbackTimedOut),
        (
            "denied by an approver",
            pending().does(
                2,
                common::approver(common::APPROVER),
                common::decision(0, Tier::Primary, ApprovalDecision::Deny),
            ),
            State::Denied,
            Status::Denied,
        ),
        ("denied by a callback", waiting(CREATED).resumes(2, Deny), State::Denied, Status::Denied),
        ("nobody decided", pending().elapses(61), State::Denied, Status::Expired),
        ("never processed", Setup::add().submit().elapses(14 * DAY), State::Denied, Status::Expired),
        ("window passed", past.submit().process(1).approves(20, 0), State::Denied, Status::Expired),
        ("canceled by the requestor", pending().cancels(2, user()), State::Canceled, Status::Canceled),
        ("canceled by an administrator", pending().cancels(2, admin()), State::Canceled, Status::Canceled),
        ("canceled by the host", pending().cancels(2, host()), State::Canceled, Status::Canceled),
        ("canceled by a callback", waiting(CREATED).resumes(2, Cancel), State::Canceled, Status::Canceled),
    ];
    for (name, playback, state, status) in &table {
        assert_eq!((playback.request.state(), playback.request.status()), (*state, *status), "{name}");
        assert_eq!(playback.request.phase().status(), *status, "{name}");
    }
    for state in State::ALL {
        assert!(table.iter().any(|row| row.2 == *state), "{state}");
    }
    for status in Status::ALL {
        assert!(table.iter().any(|row| row.3 == *status), "{status}");
    }
}

#[test]
fn t3_d3_a_held_wait_changes_the_status_never_the_state() {
    for (at, state) in
        [(CREATED, State::Submitted), (APPROVED, State::Submitted), (GRANTED, State::Delivering)]
    {
        let setup =
            Setup::add().wait(at, 60).rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold);
        let playback = setup.submit().process(1).callout_fails(2);
        assert_eq!(
            (playback.request.state(), playback.request.status()),
            (state, Status::WaitingForCallback),
            "{at}"
        );
    }
}

#[test]
fn t3_the_statuses() {
    assert_names(
        Status::ALL,
        &[
            "Accepted",
            "WaitingForCallback",
            "PendingApproval",
            "PendingApprovalEscalated",
            "PendingNotBefore",
            "Delivering",
            "Fulfilled",
            "PartiallyDelivered",
            "DeliveryFailed",
            "CalloutFailed",
            "CallbackTimedOut",
            "Denied",
            "Expired",
            "Canceled",
        ],
    );
    assert_reads(Status::ALL);
}

#[test]
fn t4_the_stages() {
    assert_names(
        CalloutStage::ALL,
        &[
            "assignmentRequestCreated",
            "assignmentRequestDeterminingApprovalRequirements",
            "assignmentRequestApproved",
            "assignmentRequestGranted",
            "assignmentRequestRemoved",
            "assignmentFourteenDaysBeforeExpiration",
            "assignmentOneDayBeforeExpiration",
        ],
    );
    assert_reads(CalloutStage::ALL);
    let pre_expiration: Vec<_> = CalloutStage::ALL.iter().map(|stage| stage.is_pre_expiration()).collect();
    assert_eq!(pre_expiration, [false, false, false, false, false, true, true]);
}

#[test]
fn t5_t6_the_other_closed_values() {
    assert_names(
        CalloutStatus::ALL,
        &["calloutSent", "waitingForCallback", "callbackReceived", "callbackTimedOut", "calloutFailed"],
    );
    assert_reads(CalloutStatus::ALL);
    assert_names(Role::ALL, &["user", "approver", "administrator", "extension", "system"]);
    assert_reads(Role::ALL);
    assert_names(CallbackDecision::ALL, &["continued", "denied", "canceled"]);
    assert_names(Tier::ALL, &["primary", "escalation"]);
    assert_reads(Tier::ALL);
    assert_names(ApprovalDecision::ALL, &["approve", "deny"]);
    assert_reads(ApprovalDecision::ALL);
    assert_names(DeliveryOutcome::ALL, &["delivered", "partiallyDelivered", "failed"]);
    assert_reads(DeliveryOutcome::ALL);
    assert_names(ExpirationType::ALL, &["notSpecified", "noExpiration", "afterDateTime", "afterDuration"]);
    assert_reads(ExpirationType::ALL);
    assert_names(OnCalloutFailure::ALL, &["fail", "hold"]);
    assert_reads(OnCalloutFailure::ALL);
    assert_names(AdminBypass::ALL, &["never", "whenAsked", "always"]);
    assert_reads(AdminBypass::ALL);
    assert_names(QuestionKind::ALL, &["textInput", "multipleChoice"]);
    assert_names(Class::ALL, &["duplicate", "conflict", "forbidden", "invalid", "notFound", "expired"]);
    assert_names(
        DeadlineKind::ALL,
        &["processing", "callback", "heldWait", "escalation", "approval", "start", "fulfillment"],
    );
    assert_names(Preset::ALL, &["API_REFERENCE", "CALLBACK_DATA", "LOGIC_APPS_GUIDE", "PORTAL"]);
    assert_names(
        ActionKind::ALL,
        &[
            "process",
            "resume",
            "decide",
            "cancel",
            "reprocess",
            "reportDelivery",
            "reportCalloutFailed",
            "elapse",
        ],
    );
    assert_eq!(Action::Cancel.kind(), ActionKind::Cancel);
}

#[test]
fn every_rule_is_read_from_its_id_and_says_what_it_is() {
    for rule in Rule::ALL {
        assert_eq!(rule.to_string().parse(), Ok(*rule));
        assert!(!rule.title().is_empty() && !rule.source().is_empty(), "{rule}");
    }
}

#[test]
fn t2_t4_sets_hold_what_they_are_made_of() {
    let stages = CalloutStageSet::of(&[REMOVED, CREATED, CREATED]);
    assert_eq!(stages.iter().collect::<Vec<_>>(), [CREATED, REMOVED], "in the order of the stages");
    assert_eq!(
        [REMOVED, CREATED, CREATED].into_iter().collect::<CalloutStageSet>(),
        stages,
        "given twice, held once"
    );
    assert_eq!(stages.to_string(), "assignmentRequestCreated, assignmentRequestRemoved");
    assert_eq!(format!("{stages:?}"), "{AssignmentRequestCreated, AssignmentRequestRemoved}");
    for stage in CalloutStage::ALL {
        assert_eq!(stages.contains(*stage), [CREATED, REMOVED].contains(stage));
    }
    let all: StatusSet = Status::ALL.iter().copied().collect();
    assert_eq!(all.iter().collect::<Vec<_>>(), Status::ALL);
    let twice: StatusSet = Status::ALL.iter().chain(Status::ALL).copied().collect();
    assert_eq!(twice, all, "given twice, held once");
    for status in Status::ALL {
        let one = StatusSet::of(&[*status]);
        assert_eq!(StatusSet::of(&[*status, *status]), one);
        assert!(one.contains(*status) && one.is_subset(all) && !all.is_subset(one));
        assert_eq!(one.to_string(), status.to_string());
        assert_eq!(format!("{one:?}"), format!("{{{status}}}"));
    }
    let roles: RoleSet = [Role::System, Role::User, Role::System].into_iter().collect();
    assert_eq!(roles, RoleSet::of(&[Role::User, Role::System, Role::User]));
    assert_eq!(roles.to_string(), "user, system");
    assert_eq!(RoleSet::of(&[]).to_string(), "no role");
    assert!(RoleSet::of(&[]).is_empty() && !roles.is_empty());
}

#[test]
fn section_6_the_presets() {
    let defaults = Preset::ApiReference.spec();
    assert_eq!(defaults.deny_at, CalloutStageSet::of(&[APPROVED, GRANTED, REMOVED]));
    assert_eq!(defaults.cancel_at, CalloutStageSet::of(&[CREATED]));
    let four = [
        Status::Accepted,
        Status::PendingApproval,
        Status::PendingApprovalEscalated,
        Status::PendingNotBefore,
    ];
    assert_eq!(defaults.cancelable, StatusSet::of(&four));
    assert_eq!(defaults.reprocess_window, minutes(14 * DAY));
    assert_eq!(defaults.on_callout_failure, OnCalloutFailure::Fail);
    assert_eq!(defaults.fulfillment_timeout, Some(minutes(14 * DAY)));
    assert_eq!(defaults.admin_bypasses_approval, AdminBypass::WhenAsked);
    assert!(!defaults.admin_may_exceed_policy && !defaults.distinct_approvers);
    assert_eq!(defaults.determined_stage_limit, minutes(14 * DAY));
    assert_eq!(defaults.accepted_timeout, Some(minutes(14 * DAY)));
    assert_eq!(defaults.start_limit, Some(minutes(365 * DAY)));

    let created = CalloutStageSet::of(&[CREATED]);
    let mut expected = defaults;
    expected.deny_at = created;
    assert_eq!(Preset::CallbackData.spec(), expected);
    expected.deny_at = CalloutStageSet::of(&[CREATED, APPROVED]);
    assert_eq!(Preset::LogicAppsGuide.spec(), expected);
    let mut expected = defaults;
    let more =
        [Status::WaitingForCallback, Status::DeliveryFailed, Status::CalloutFailed, Status::CallbackTimedOut];
    expected.cancelable = four.into_iter().chain(more).collect();
    expected.reprocess_window = minutes(7 * DAY);
    assert_eq!(Preset::Portal.spec(), expected);
    for preset in Preset::ALL {
        assert_eq!(preset.spec().validate(), Ok(Rules::from(*preset)), "{preset}");
    }
}

#[test]
fn section_6_rules_that_cannot_be() {
    let portal = Preset::Portal.spec().cancelable;
    for status in Status::ALL {
        let mut spec = Preset::ApiReference.spec();
        spec.cancelable = StatusSet::of(&[Status::Accepted, *status]);
        let expected = if portal.contains(*status) {
            None
        } else {
            Some(RulesError::Cancelable(StatusSet::of(&[*status])))
        };
        assert_eq!(spec.validate().err(), expected, "{status}");
    }
}

/// The rules with this duration in the place of another.
type Change = fn(&mut RulesSpec, Option<Period>);

#[test]
fn p10_section_6_durations_of_rules_to_the_tick() {
    let table: [(&str, bool, Change); 5] = [
        ("reprocessWindow", true, |rules, duration| rules.reprocess_window = duration.unwrap()),
        ("fulfillmentTimeout", false, |rules, duration| rules.fulfillment_timeout = duration),
        ("acceptedTimeout", false, |rules, duration| rules.accepted_timeout = duration),
        ("startLimit", false, |rules, duration| rules.start_limit = duration),
        ("determinedStageLimit", true, |rules, duration| rules.determined_stage_limit = duration.unwrap()),
    ];
    let ticks = |ticks| Some(Period::from_ticks(ticks).unwrap());
    let longest = Period::from_days(3_660).ticks();
    for (rule, is_required, change) in table {
        let validate = |duration| {
            let mut spec = Preset::ApiReference.spec();
            change(&mut spec, duration);
            spec.validate()
        };
        for bad in [0, longest + 1] {
            assert_eq!(validate(ticks(bad)), Err(RulesError::Duration { rule }), "{rule} {bad}");
        }
        for good in [ticks(1), ticks(longest)].into_iter().chain((!is_required).then_some(None)) {
            assert!(validate(good).is_ok(), "{rule} {good:?}");
        }
    }
    let mut all = Preset::ApiReference.spec();
    for (_, _, change) in table {
        change(&mut all, Some(Period::ZERO));
    }
    let first = RulesError::Duration { rule: "reprocessWindow" };
    assert_eq!(all.validate(), Err(first), "the first in the order of the rules");
}

/// The name of a type that has the automatic traits.
fn name_of<T: Send + Sync + Unpin + 'static>() -> &'static str {
    std::any::type_name::<T>()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a list: one line a type")]
fn every_public_type_can_be_sent_shared_and_moved() {
    macro_rules! check {
        ($($type:ty),+ $(,)?) => {
            [$(name_of::<$type>()),+]
        };
    }
    use assignment_request as core;
    let checked = check![
        Action,
        ActionKind,
        core::Actor,
        AdminBypass,
        core::Answer,
        core::ApplyError,
        ApprovalDecision,
        core::ApprovalSettings,
        core::ApprovalStage,
        core::ApprovalStageSpec,
        core::ApprovalStageViolation,
        core::ApprovalStageViolations,
        core::Approver,
        core::ApproverKind,
        RulesError,
        core::CallbackConfiguration,
        CallbackDecision,
        core::Callout,
        CalloutStatus,
        core::Cancellation,
        core::ChoiceSpec,
        Class,
        core::Command,
        core::CommandText,
        core::Deadline,
        DeadlineKind,
        core::StageDecision,
        core::Decision,
        core::DeliveryFailure,
        DeliveryOutcome,
        core::Denial,
        core::DenialReason,
        core::Determination,
        core::DeterminedStage,
        core::Draft,
        core::DraftAnswer,
        core::Escalation,
        core::Event,
        core::EventKind,
        core::ExistingAssignment,
        core::Expiration,
        ExpirationType,
        core::Extension,
        core::ExtensionBehavior,
        core::ExtensionSpec,
        core::DurationError,
        core::IdError,
        core::TimestampError,
        core::Limits,
        core::Member,
        core::Timestamp,
        OnCalloutFailure,
        Operation,
        Period,
        core::Phase,
        core::Place,
        core::Policy,
        core::PolicyPlace,
        core::PolicySpec,
        core::PolicyViolation,
        core::PolicyViolationKind,
        Preset,
        core::QuestionForm,
        QuestionKind,
        core::QuestionSpec,
        core::Quoted<'static>,
        core::Rejection,
        core::RejectionKind,
        core::ReplayError,
        core::Request,
        RequestType,
        core::RequestorSettings,
        core::Resume,
        core::Review,
        Role,
        core::Route,
        core::RouteStage,
        Rule,
        Rules,
        RulesSpec,
        core::Schedule,
        CalloutStage,
        CalloutStageSet,
        core::StageSpec,
        State,
        Status,
        StatusSet,
        core::Submission,
        core::SubmissionError,
        core::Target,
        Tier,
        core::Violation,
        core::ViolationKind,
        core::Violations<core::Violation>,
        core::WaitFailure,
    ];
    let distinct: BTreeSet<_> = checked.into_iter().collect();
    assert_eq!(distinct.len(), checked.len(), "each is named once");
}
