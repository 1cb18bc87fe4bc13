//! Approval stages that an extension determines for each request (Y5 to Y13, I6, V5).
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use assignment_request::{
    Action, ActionKind, Actor, ApprovalDecision, ApprovalStage, ApprovalStageId, ApprovalStageViolation,
    ApprovalStageViolations, Approver, ApproverKind, CallbackDecision, CalloutId, CalloutStage,
    CalloutStageSet, CommandText, DeterminedStage, EventKind, ExtensionId, OnCalloutFailure, Period, Phase,
    Preset, Rejection, RequestType, Resume, Role, Rule, StageDecision, State, Status, SubjectId, Tier,
};
use uuid::Uuid;

use crate::common::playbacks::assert_refused;
use crate::common::{
    ADMIN, APPROVED, APPROVER, CREATED, DAY, DETERMINER, DETERMINING, GRANTED, HOUR, OTHER, PROCESS,
    Playback, REMOVED, REQUEST, REQUESTOR, SERVICE, Setup, TARGET, admin, approve, approver, callback,
    decision, determination, determined_stage, host, minutes, person, service, stage, t, user,
};

/// The other extension.
const SECOND: ExtensionId = ExtensionId::from_u128(0xe2);

fn waiting() -> Playback {
    Setup::add().determined_by(DETERMINER).submit().process(1)
}

/// A request that is for another person.
fn on_behalf() -> Playback {
    Setup::of(RequestType::OnBehalfAdd).determined_by(DETERMINER).submit().process(1)
}

fn resume(
    playback: &Playback,
    decision: CallbackDecision,
    approval_stage: Option<DeterminedStage>,
) -> Resume {
    let (instance, stage) = (playback.last(), playback.request.callouts().last().unwrap().stage());
    let approval_stage = approval_stage.map(Into::into);
    Resume { instance, stage, decision, approval_stage, source: None, detail: None }
}

fn group(id: SubjectId) -> Approver {
    Approver { kind: ApproverKind::GroupMembers(id), is_backup: false }
}

/// A stage that escalates after some minutes.
fn escalating(denial: i64, escalation: i64) -> DeterminedStage {
    DeterminedStage {
        is_escalation_enabled: true,
        duration_before_escalation: Some(minutes(escalation)),
        escalation_approvers: vec![group(OTHER)],
        ..determined_stage(denial, None)
    }
}

// When a stage is determined, and what the callback carries.

#[test]
fn y5_w2_i5_one_callout_for_each_determined_stage_before_any_approval() {
    let setup = Setup::add().launch(CREATED).wait(CREATED, HOUR).determined_by(DETERMINER);
    let setup = setup.determined_by(SECOND).determined_by(DETERMINER);
    let mut playback = setup.submit();
    assert_eq!(playback.send(t(1), host(), PROCESS), ["calloutStarted", "calloutStarted"]);
    let created = callback(playback.last(), CREATED, CallbackDecision::Continue);
    assert_eq!(playback.send(t(2), service(), created), ["callbackReceived", "calloutStarted"]);
    assert_eq!(
        (playback.request.state(), playback.request.status()),
        (State::Submitted, Status::WaitingForCallback)
    );
    for minute in [3, 4] {
        let answer = determination(playback.last(), determined_stage(HOUR, None));
        assert_eq!(playback.send(t(minute), service(), answer), ["callbackReceived", "calloutStarted"]);
        assert_eq!(playback.request.state(), State::Submitted);
    }
    let answer = determination(playback.last(), determined_stage(HOUR, None));
    assert_eq!(playback.send(t(5), service(), answer), ["callbackReceived", "approvalRequested"]);
    let id = |index| {
        let name = format!("callout/assignmentRequestDeterminingApprovalRequirements/{index}/1");
        CalloutId::new(Uuid::new_v5(&REQUEST.uuid(), name.as_bytes()))
    };
    let found: Vec<_> = playback
        .request
        .callouts()
        .iter()
        .skip(2)
        .map(|callout| (callout.instance(), callout.stage(), callout.index(), callout.attempt()))
        .collect();
    let callout = |index| (id(index), DETERMINING, index, 1);
    assert_eq!(found, [callout(0), callout(1), callout(2)], "the first extension is called twice");
    let named: Vec<_> =
        playback.request.route().extensions(DETERMINING).map(|found| found.custom_extension_id).collect();
    assert_eq!(named, [DETERMINER, SECOND, DETERMINER].map(Some));
}

#[test]
fn y6_a_callback_at_determining_carries_a_stage_unless_it_refuses_and_no_other_does() {
    let refusals = |rules: &mut assignment_request::RulesSpec| {
        let everywhere: CalloutStageSet = CalloutStage::ALL.iter().copied().collect();
        (rules.deny_at, rules.cancel_at) = (everywhere, everywhere);
    };
    let (denied, canceled) = (CallbackDecision::Deny, CallbackDecision::Cancel);
    let playback = Setup::add().determined_by(DETERMINER).rules(refusals).submit().process(1);
    let given = || Some(determined_stage(HOUR, None));
    for (decision, stage, expected) in [
        (CallbackDecision::Continue, None, Some(Rejection::ApprovalStageMissing)),
        (CallbackDecision::Continue, given(), None),
        (denied, given(), Some(Rejection::ApprovalStageUnexpected)),
        (denied, Some(DeterminedStage::default()), Some(Rejection::ApprovalStageUnexpected)),
        (denied, None, None),
        (canceled, given(), Some(Rejection::ApprovalStageUnexpected)),
        (canceled, None, None),
    ] {
        let action = Action::Resume(resume(&playback, decision, stage));
        let found =
            playback.request.clone().handle(&assignment_request::Command::new(service(), action), t(2));
        assert_eq!(found.err(), expected, "{decision:?}");
    }
    for at in [CREATED, APPROVED, GRANTED, REMOVED] {
        let request_type = if at == REMOVED { RequestType::UserRemove } else { RequestType::UserAdd };
        let playback = Setup::of(request_type).wait(at, HOUR).rules(refusals).submit().process(1);
        for decision in [CallbackDecision::Continue, denied, canceled] {
            for stage in [given(), Some(DeterminedStage::default())] {
                let action = Action::Resume(resume(&playback, decision, stage));
                let found = playback.refused(2, service(), action);
                assert_eq!(found, Rejection::ApprovalStageUnexpected, "{at} {decision:?}");
            }
        }
    }
}

#[test]
fn r1_to_r7_y6_c14_y8_the_refusals_of_a_determination_in_their_order() {
    let playback = waiting();
    let myself = Actor::new(REQUESTOR, Role::Extension);
    // With every fault of content.
    let bad = |decision, approval_stage: Option<DeterminedStage>, source: &str, detail: &str| {
        let (source, detail) = (Some(source.into()), Some(detail.into()));
        Action::Resume(Resume { source, detail, ..resume(&playback, decision, approval_stage) })
    };
    let empty = || Some(DeterminedStage::default());
    let allowed = CalloutStageSet::of(&[APPROVED, GRANTED, REMOVED]);
    let long = "x".repeat(8_193);
    let forbidden = |text| Rejection::ForbiddenCharacter { text, character: '\u{7}' };
    let violations = ApprovalStageViolations::of(&[
        ApprovalStageViolation::DenialMissing,
        ApprovalStageViolation::NoPrimaryApprovers,
    ]);
    assert_refused(
        2,
        &[
            (
                "R7",
                &playback,
                myself,
                bad(CallbackDecision::Deny, empty(), "\u{7}", "\u{7}"),
                Rejection::SelfResume,
            ),
            (
                "R5",
                &playback,
                service(),
                bad(CallbackDecision::Deny, empty(), "\u{7}", "\u{7}"),
                Rejection::DenialNotAllowed { stage: DETERMINING, allowed },
            ),
            (
                "R5",
                &playback,
                service(),
                bad(CallbackDecision::Cancel, empty(), "\u{7}", "\u{7}"),
                Rejection::CancellationNotAllowed {
                    stage: DETERMINING,
                    allowed: CalloutStageSet::of(&[CREATED]),
                },
            ),
            (
                "Y6",
                &playback,
                service(),
                bad(CallbackDecision::Continue, None, "\u{7}", "\u{7}"),
                Rejection::ApprovalStageMissing,
            ),
            (
                "C14, source",
                &playback,
                service(),
                bad(CallbackDecision::Continue, empty(), "\u{7}", &long),
                forbidden(CommandText::Source),
            ),
            (
                "C14, detail",
                &playback,
                service(),
                bad(CallbackDecision::Continue, empty(), "x", &long),
                Rejection::TooLong { text: CommandText::Detail, bytes: 8_193, limit: 8_192 },
            ),
            (
                "C14, detail",
                &playback,
                service(),
                bad(CallbackDecision::Continue, empty(), "x", "\u{7}"),
                forbidden(CommandText::Detail),
            ),
            (
                "Y8",
                &playback,
                service(),
                bad(CallbackDecision::Continue, empty(), "x", "x"),
                Rejection::BadApprovalStage { violations },
            ),
        ],
    );
}

#[test]
fn y7_d11_no_preset_lets_a_callback_refuse_at_determining_and_a_host_may_add_it() {
    for preset in Preset::ALL {
        let rules = preset.spec();
        assert!(!rules.deny_at.contains(DETERMINING) && !rules.cancel_at.contains(DETERMINING), "{preset}");
        let playback = Setup { rules, ..Setup::add() }.determined_by(DETERMINER).submit().process(1);
        let refused =
            |decision| playback.refused(2, service(), callback(playback.last(), DETERMINING, decision));
        assert_eq!(
            refused(CallbackDecision::Deny),
            Rejection::DenialNotAllowed { stage: DETERMINING, allowed: rules.deny_at }
        );
        assert_eq!(
            refused(CallbackDecision::Cancel),
            Rejection::CancellationNotAllowed { stage: DETERMINING, allowed: rules.cancel_at }
        );
        assert_eq!(
            playback.elapses(HOUR + 1).request.status(),
            Status::CallbackTimedOut,
            "it lets its time run out"
        );
    }
    for (decision, state) in
        [(CallbackDecision::Deny, State::Denied), (CallbackDecision::Cancel, State::Canceled)]
    {
        let setup = Setup::add().determined_by(DETERMINER).rules(|rules| {
            let allowed = CalloutStageSet::of(&[DETERMINING]);
            (rules.deny_at, rules.cancel_at) = (allowed, allowed);
        });
        let playback = setup.submit().process(1).resumes(2, decision);
        assert_eq!((playback.request.state(), playback.request.attempt()), (state, None));
    }
}

// What the stage must be.

/// What is wrong with a stage that this actor determines, each as `code member`.
fn faults_of(playback: &Playback, actor: Actor, given: DeterminedStage) -> Vec<String> {
    let action = determination(playback.last(), given);
    let command = assignment_request::Command::new(actor, action);
    match playback.request.clone().handle(&command, t(2)) {
        Ok(_) => Vec::new(),
        Err(Rejection::BadApprovalStage { violations }) => {
            assert_eq!(
                playback.refused(2, actor, command.action),
                Rejection::BadApprovalStage { violations }
            );
            let name = |path: &'static str| path.strip_prefix("data.approvalStage.").unwrap();
            let fault = |violation: ApprovalStageViolation| {
                format!("{} {}", violation.code(), name(violation.path()))
            };
            violations.iter().map(fault).collect()
        }
        Err(other) => vec![other.code().to_owned()],
    }
}

fn faults(given: DeterminedStage) -> Vec<String> {
    faults_of(&waiting(), service(), given)
}

const DENIAL: &str = "durationBeforeAutomaticDenial";
const ESCALATION: &str = "durationBeforeEscalation";

#[test]
fn y8_durations_to_the_tick() {
    let ticks = |ticks| Some(Period::from_ticks(ticks).unwrap());
    let limit = minutes(14 * DAY).ticks();
    let of = |denial, is_enabled, escalation| {
        faults(DeterminedStage {
            duration_before_automatic_denial: denial,
            is_escalation_enabled: is_enabled,
            duration_before_escalation: escalation,
            ..escalating(1, 1)
        })
    };
    let (bad_denial, bad_escalation) = (format!("badDuration {DENIAL}"), format!("badDuration {ESCALATION}"));
    let (no_denial, no_escalation) = (format!("missing {DENIAL}"), format!("missing {ESCALATION}"));
    let day = minutes(DAY).ticks();
    for (denial, is_enabled, escalation, expected) in [
        (ticks(1), false, None, vec![]),
        (ticks(limit), false, None, vec![]),
        (ticks(limit + 1), false, None, vec![&bad_denial]),
        (ticks(0), false, None, vec![&bad_denial]),
        (None, false, None, vec![&no_denial]),
        (ticks(day), true, ticks(day - 1), vec![]),
        (ticks(day), true, ticks(1), vec![]),
        (ticks(day), true, ticks(day), vec![&bad_escalation]),
        (ticks(day), true, ticks(day + 1), vec![&bad_escalation]),
        (ticks(day), true, ticks(0), vec![&bad_escalation]),
        (ticks(day), true, None, vec![&no_escalation]),
        // Where escalation is not enabled, it is not looked at.
        (ticks(day), false, ticks(0), vec![]),
        (ticks(day), false, ticks(day), vec![]),
        // Compared with a denial that is given, good or bad.
        (None, true, ticks(limit * 2), vec![&no_denial]),
        (None, true, ticks(0), vec![&no_denial, &bad_escalation]),
        (None, true, None, vec![&no_denial, &no_escalation]),
        (ticks(limit + 2), true, ticks(limit + 1), vec![&bad_denial]),
        (ticks(limit + 2), true, ticks(limit + 2), vec![&bad_denial, &bad_escalation]),
        (ticks(0), true, ticks(1), vec![&bad_denial, &bad_escalation]),
        (ticks(0), true, ticks(0), vec![&bad_denial, &bad_escalation]),
    ] {
        let expected: Vec<_> = expected.into_iter().cloned().collect();
        assert_eq!(of(denial, is_enabled, escalation), expected, "{denial:?} {is_enabled} {escalation:?}");
    }
    for days in [1, 20, 3_660] {
        let setup = Setup::add().determined_by(DETERMINER);
        let limit = Period::from_days(days);
        let playback = setup.rules(|rules| rules.determined_stage_limit = limit).submit().process(1);
        let of = |ticks| {
            let denial = Period::from_ticks(ticks);
            let given =
                DeterminedStage { duration_before_automatic_denial: denial, ..determined_stage(1, None) };
            faults_of(&playback, service(), given)
        };
        assert_eq!(of(limit.ticks()), [""; 0], "the rule determinedStageLimit: {days} days");
        assert_eq!(of(limit.ticks() + 1), [&*bad_denial], "{days} days");
    }
}

#[test]
fn y8_d11_who_counts_as_an_approver() {
    let none = ["noApprovers primaryApprovers"];
    let playback = on_behalf();
    let of = |actor, primary: &[Approver], fallback: &[Approver]| {
        let (primary_approvers, fallback_primary_approvers) = (primary.to_vec(), fallback.to_vec());
        faults_of(
            &playback,
            actor,
            DeterminedStage { primary_approvers, fallback_primary_approvers, ..determined_stage(HOUR, None) },
        )
    };
    let backup = |id| Approver { is_backup: true, ..person(id) };
    let everybody_excluded = [person(REQUESTOR), person(TARGET), backup(SERVICE)];
    assert_eq!(of(service(), &[], &[]), none, "an empty stage is never an approval");
    for excluded in &everybody_excluded {
        assert_eq!(of(service(), std::slice::from_ref(excluded), &[]), none);
        assert_eq!(of(service(), &[], std::slice::from_ref(excluded)), none);
    }
    assert_eq!(of(service(), &everybody_excluded, &everybody_excluded), none);
    let by_admin = [person(ADMIN)];
    assert_eq!(of(admin(), &by_admin, &[]), none, "the actor of this resume");
    assert_eq!(of(service(), &by_admin, &[]), [""; 0], "and no other");
    assert_eq!(of(admin(), &[person(SERVICE)], &[]), [""; 0]);
    let with = |approver: Approver| {
        let mut approvers = everybody_excluded.to_vec();
        approvers.push(approver);
        approvers
    };
    let kinds = [
        ApproverKind::SingleUser(APPROVER),
        // Who these are, the host resolves, even if the id is a person's.
        ApproverKind::GroupMembers(REQUESTOR),
        ApproverKind::ConnectedOrganizationMembers(TARGET),
        ApproverKind::RequestorManager { level: 1 },
        ApproverKind::TargetManager { level: 4 },
        ApproverKind::InternalSponsors,
        ApproverKind::ExternalSponsors,
        ApproverKind::TargetUserSponsors,
        ApproverKind::Other { odata_type: "attributeRuleMembers".into(), id: Some(REQUESTOR) },
        ApproverKind::Other { odata_type: "aiAgent".into(), id: None },
    ];
    for kind in kinds {
        for is_backup in [false, true] {
            let approver = Approver { kind: kind.clone(), is_backup };
            assert_eq!(of(service(), std::slice::from_ref(&approver), &[]), [""; 0], "{approver:?}");
            assert_eq!(of(service(), &everybody_excluded, &with(approver)), [""; 0], "of either list");
        }
    }
    // Likewise of the escalation approvers, where escalation is enabled.
    for is_escalation_enabled in [false, true] {
        let of = |escalation: &[Approver], fallback: &[Approver]| {
            let (escalation_approvers, fallback_escalation_approvers) =
                (escalation.to_vec(), fallback.to_vec());
            let given = DeterminedStage {
                is_escalation_enabled,
                escalation_approvers,
                fallback_escalation_approvers,
                ..escalating(HOUR, 1)
            };
            faults_of(&playback, service(), given)
        };
        let none = if is_escalation_enabled { vec!["noApprovers escalationApprovers"] } else { vec![] };
        assert_eq!(of(&[], &[]), none);
        assert_eq!(of(&everybody_excluded, &everybody_excluded), none);
        assert_eq!(of(&everybody_excluded, &[person(APPROVER)]), [""; 0]);
        assert_eq!(of(&[group(OTHER)], &[]), [""; 0]);
    }
}

#[test]
fn y8_fifty_approvers_a_list_and_one_over() {
    for is_escalation_enabled in [false, true] {
        let of = |counts: [usize; 4]| {
            let [primary, fallback_primary, escalation, fallback_escalation] =
                counts.map(|count| vec![group(OTHER); count]);
            faults(DeterminedStage {
                is_escalation_enabled,
                primary_approvers: primary,
                fallback_primary_approvers: fallback_primary,
                escalation_approvers: escalation,
                fallback_escalation_approvers: fallback_escalation,
                ..escalating(HOUR, 1)
            })
        };
        let lists = [
            "primaryApprovers",
            "fallbackPrimaryApprovers",
            "escalationApprovers",
            "fallbackEscalationApprovers",
        ]
        .map(|list| format!("tooMany {list}"));
        assert_eq!(of([50; 4]), [""; 0]);
        assert_eq!(of([51; 4]), lists);
        for (index, list) in lists.iter().enumerate() {
            let mut counts = [50; 4];
            counts[index] = 51;
            assert_eq!(of(counts), [&**list]);
        }
    }
}

#[test]
fn y8_everything_that_is_wrong_is_said_in_order_and_changes_nothing() {
    let playback = on_behalf();
    let worst = DeterminedStage {
        duration_before_automatic_denial: None,
        duration_before_escalation: Some(Period::ZERO),
        primary_approvers: vec![person(REQUESTOR); 51],
        fallback_primary_approvers: vec![person(TARGET); 51],
        escalation_approvers: vec![person(SERVICE); 51],
        fallback_escalation_approvers: vec![person(REQUESTOR); 51],
        ..escalating(HOUR, 1)
    };
    assert_eq!(
        faults_of(&playback, service(), worst),
        [
            "missing durationBeforeAutomaticDenial",
            "badDuration durationBeforeEscalation",
            "noApprovers primaryApprovers",
            "noApprovers escalationApprovers",
            "tooMany primaryApprovers",
            "tooMany fallbackPrimaryApprovers",
            "tooMany escalationApprovers",
            "tooMany fallbackEscalationApprovers",
        ]
    );
    // It still waits until the same timestamp, and the extension may answer again.
    assert_eq!(playback.request.next_deadline().unwrap().at, t(HOUR + 1));
    assert_eq!(
        playback.determines(3, determined_stage(HOUR, None)).request.status(),
        Status::PendingApproval
    );
}

// What becomes of it.

#[test]
fn y9_y10_v1_a_stage_is_opened_as_it_was_determined_and_counts_from_then() {
    let setup = Setup::add().determined_by(DETERMINER).approval(&[stage(DAY, None)]).determined_by(SECOND);
    let first = DeterminedStage { is_approver_justification_required: true, ..escalating(HOUR, 30) };
    let last = DeterminedStage {
        fallback_primary_approvers: vec![group(OTHER), group(OTHER)],
        // Escalation is not enabled, so this has no effect.
        duration_before_escalation: Some(minutes(1)),
        ..determined_stage(2 * HOUR, None)
    };
    let mut playback = setup.submit().process(1);
    let said = |playback: &Playback, stage: &DeterminedStage| {
        let (source, detail) = (Some("rules".into()), Some("by cost centre".into()));
        Action::Resume(Resume {
            source,
            detail,
            ..resume(playback, CallbackDecision::Continue, Some(stage.clone()))
        })
    };
    let settings = |playback: &Playback| [0, 1, 2].map(|stage| playback.request.approval_stage(stage));
    let set = ApprovalStage {
        duration_before_automatic_denial: minutes(DAY),
        duration_before_escalation: None,
        is_approver_justification_required: false,
    };
    assert_eq!(settings(&playback), [None, Some(set), None], "not determined yet");
    assert_eq!(playback.request.approval_stages().len(), 3, "how many there are, is known (I6)");
    assert_eq!(playback.request.determination(0), None);

    let answer = said(&playback, &first);
    let instance = playback.last();
    playback.send(t(2), service(), answer);
    let received = &playback.events[playback.events.len() - 2];
    let expected = EventKind::CallbackReceived {
        instance,
        actor: service(),
        decision: CallbackDecision::Continue,
        approval_stage: Some(first.clone().into()),
        source: Some("rules".into()),
        detail: Some("by cost centre".into()),
    };
    assert_eq!(received.kind, expected);
    assert_eq!(playback.request.callouts()[0].detail(), Some("by cost centre"));
    let answer = said(&playback, &last);
    assert_eq!(playback.send(t(50), admin(), answer), ["callbackReceived", "approvalRequested"]);
    let opened = EventKind::ApprovalRequested { stage: 0, deadline: t(50 + HOUR), escalation: Some(t(80)) };
    assert_eq!(
        playback.events.last().unwrap().kind,
        opened,
        "from its opening, and not from its determination"
    );
    let determined = |playback: &Playback, stage| {
        playback.request.determination(stage).map(|found| (found.stage().clone(), found.by()))
    };
    assert_eq!(
        [0, 1, 2, 3].map(|stage| determined(&playback, stage)),
        [Some((first, SERVICE)), None, Some((last, ADMIN)), None],
        "with its approvers as they were given"
    );
    let fixed = settings(&playback);
    let first_settings = ApprovalStage {
        duration_before_automatic_denial: minutes(HOUR),
        duration_before_escalation: Some(minutes(30)),
        is_approver_justification_required: true,
    };
    let last_settings = ApprovalStage { duration_before_automatic_denial: minutes(2 * HOUR), ..set };
    assert_eq!(fixed, [Some(first_settings), Some(set), Some(last_settings)]);

    assert_eq!(
        playback.refused(51, approver(APPROVER), approve(0)),
        Rejection::JustificationRequired { stage: 0 }
    );
    let justified = Action::DecideStage(StageDecision {
        stage: 0,
        tier: Tier::Escalation,
        decision: ApprovalDecision::Approve,
        justification: Some("known".into()),
    });
    let early = Rejection::NotEscalated { stage: 0, at: Some(t(80)) };
    assert_eq!(playback.refused(51, approver(OTHER), justified.clone()), early);
    let playback = playback.does(81, approver(OTHER), justified).approves(90, 1);
    let opened = EventKind::ApprovalRequested { stage: 2, deadline: t(90 + 2 * HOUR), escalation: None };
    assert_eq!(playback.events.last().unwrap().kind, opened);
    assert_eq!(settings(&playback), fixed, "it never changes afterwards (I6)");
    let playback = playback.approves(91, 2);
    assert_eq!((playback.request.status(), playback.request.reviews().len()), (Status::Delivering, 3));
    assert_eq!(settings(&playback), fixed);
}

/// A change of one thing.
type Change = fn(&mut DeterminedStage);

#[test]
fn y11_r3_what_is_the_same_answer_again() {
    let first = DeterminedStage {
        duration_before_automatic_denial: Some("P1D".parse().unwrap()),
        is_approver_justification_required: true,
        duration_before_escalation: Some(minutes(1)),
        primary_approvers: vec![person(APPROVER), group(OTHER)],
        fallback_primary_approvers: vec![Approver {
            kind: ApproverKind::RequestorManager { level: 1 },
            is_backup: true,
        }],
        escalation_approvers: vec![Approver {
            kind: ApproverKind::Other { odata_type: "aiAgent".into(), id: None },
            is_backup: false,
        }],
        ..determined_stage(1, None)
    };
    let playback = waiting().determines(2, first.clone());
    let send = |decision, approval_stage: Option<DeterminedStage>| {
        // Neither who it is nor what they say counts, and they come before everything else that is wrong.
        let texts = Resume {
            source: Some("\u{7}".into()),
            detail: Some("\u{7}".into()),
            ..resume(&playback, decision, approval_stage)
        };
        playback.refused(3, Actor::new(REQUESTOR, Role::Administrator), Action::Resume(texts))
    };
    let changed = |change: Change| {
        let mut stage = first.clone();
        change(&mut stage);
        send(CallbackDecision::Continue, Some(stage))
    };
    assert_eq!(send(CallbackDecision::Continue, Some(first.clone())), Rejection::AlreadyResumed);
    let by_length = |stage: &mut DeterminedStage| {
        stage.duration_before_automatic_denial = Some("PT24H".parse().unwrap());
    };
    assert_eq!(changed(by_length), Rejection::AlreadyResumed, "durations by length");
    let conflict =
        Rejection::ResumeConflict { received: CallbackDecision::Continue, given: CallbackDecision::Continue };
    let table: [(&str, Change); 15] = [
        ("another denial", |stage| stage.duration_before_automatic_denial = Some(minutes(DAY + 1))),
        ("no denial", |stage| stage.duration_before_automatic_denial = None),
        ("an escalation that is off", |stage| stage.duration_before_escalation = Some(minutes(2))),
        ("no escalation, though it is off", |stage| stage.duration_before_escalation = None),
        ("escalation on", |stage| stage.is_escalation_enabled = true),
        ("no justification", |stage| stage.is_approver_justification_required = false),
        ("the order of approvers", |stage| stage.primary_approvers.swap(0, 1)),
        ("an approver repeated", |stage| stage.primary_approvers.push(group(OTHER))),
        ("an approver less", |stage| drop(stage.primary_approvers.pop())),
        ("another id", |stage| stage.primary_approvers[1] = group(TARGET)),
        ("another kind", |stage| stage.primary_approvers[1] = person(OTHER)),
        ("no backup", |stage| stage.fallback_primary_approvers[0].is_backup = false),
        ("another level", |stage| {
            stage.fallback_primary_approvers[0].kind = ApproverKind::RequestorManager { level: 2 };
        }),
        ("another list", |stage| {
            stage.fallback_escalation_approvers = std::mem::take(&mut stage.escalation_approvers);
        }),
        ("an id of an unknown type", |stage| {
            stage.escalation_approvers[0].kind =
                ApproverKind::Other { odata_type: "aiAgent".into(), id: Some(OTHER) };
        }),
    ];
    for (what, change) in table {
        assert_eq!(changed(change), conflict, "{what}");
    }
    assert_eq!(send(CallbackDecision::Continue, None), conflict, "a stage then, and none now");
    let given = CallbackDecision::Deny;
    for stage in [None, Some(first)] {
        assert_eq!(
            send(given, stage),
            Rejection::ResumeConflict { received: CallbackDecision::Continue, given }
        );
    }
}

#[test]
fn y11_r3_no_stage_both_times_and_one_callout_by_itself() {
    let created = Setup::add().wait(CREATED, HOUR).wait(CREATED, HOUR).submit().process(1);
    let first = created.last();
    let created = created.resumes(2, CallbackDecision::Continue);
    let send = |approval_stage: Option<DeterminedStage>| {
        let content =
            Resume { instance: first, ..resume(&created, CallbackDecision::Continue, approval_stage) };
        created.refused(3, service(), Action::Resume(content))
    };
    assert_eq!(send(None), Rejection::AlreadyResumed);
    assert_eq!(
        send(Some(determined_stage(HOUR, None))),
        Rejection::ResumeConflict { received: CallbackDecision::Continue, given: CallbackDecision::Continue },
        "none then, and a stage now: R3 before Y6"
    );

    let denied = CallbackDecision::Deny;
    let refusing = Setup::add().determined_by(DETERMINER);
    let refusing =
        refusing.rules(|rules| rules.deny_at = CalloutStageSet::of(&[DETERMINING])).submit().process(1);
    let refusing = refusing.resumes(2, denied);
    let send =
        |decision, stage| refusing.refused(3, service(), Action::Resume(resume(&refusing, decision, stage)));
    assert_eq!(send(denied, None), Rejection::AlreadyResumed);
    let conflict = |given| Rejection::ResumeConflict { received: denied, given };
    assert_eq!(send(denied, Some(determined_stage(HOUR, None))), conflict(denied));
    assert_eq!(
        send(CallbackDecision::Continue, Some(determined_stage(HOUR, None))),
        conflict(CallbackDecision::Continue)
    );

    // Each callout is compared with its own answer.
    let two = Setup::add().determined_by(DETERMINER).determined_by(SECOND).submit().process(1);
    let one = two.last();
    let two = two.determines(2, determined_stage(HOUR, None)).determines(3, determined_stage(DAY, None));
    let send =
        |instance, denial| two.refused(4, service(), determination(instance, determined_stage(denial, None)));
    let conflict =
        Rejection::ResumeConflict { received: CallbackDecision::Continue, given: CallbackDecision::Continue };
    assert_eq!((send(one, HOUR), send(one, DAY)), (Rejection::AlreadyResumed, conflict));
    assert_eq!((send(two.last(), DAY), send(two.last(), HOUR)), (Rejection::AlreadyResumed, conflict));
}

#[test]
fn y12_v5_who_determined_a_stage_does_not_decide_it() {
    let both = |by_first, by_second| {
        let setup = Setup::add().determined_by(DETERMINER).determined_by(SECOND);
        let setup = setup.rules(|rules| rules.distinct_approvers = true);
        let playback = setup.submit().process(1);
        let answer = |playback: &Playback| determination(playback.last(), escalating(HOUR, 30));
        let first = answer(&playback);
        let playback = playback.does(2, by_first, first);
        let second = answer(&playback);
        playback.does(3, by_second, second)
    };
    let playback = both(admin(), service());
    let appointed = |stage| Rejection::SelfAppointed { stage };
    for tier in Tier::ALL {
        for decided in ApprovalDecision::ALL {
            let found = playback.refused(4, approver(ADMIN), decision(0, *tier, *decided));
            assert_eq!(found, appointed(0), "before step 8, notEscalated: {tier} {decided}");
        }
    }
    // The one who determined the second stage decides the first, and the other way round.
    let second = playback.clone().does(4, approver(SERVICE), approve(0));
    assert_eq!(
        second.refused(5, approver(SERVICE), approve(1)),
        Rejection::AlreadyApproved { stage: 0 },
        "step 7 comes before it"
    );
    assert_eq!(second.does(5, approver(ADMIN), approve(1)).request.status(), Status::Delivering);
    let other = playback.approves(4, 0);
    assert_eq!(other.refused(5, approver(SERVICE), approve(1)), appointed(1));
    // One actor for both.
    let playback = both(admin(), admin());
    assert_eq!(playback.refused(4, approver(ADMIN), approve(0)), appointed(0));
    assert_eq!(playback.approves(4, 0).refused(5, approver(ADMIN), approve(1)), appointed(1));
}

#[test]
fn y12_refused_resumes_other_decisions_and_earlier_attempts_do_not_bar() {
    let playback = waiting();
    let refused = playback.refused(2, admin(), determination(playback.last(), DeterminedStage::default()));
    assert_eq!(refused.code(), "badApprovalStage");
    // Another callout's callback is no determination.
    let created = Setup::add().wait(CREATED, HOUR).determined_by(DETERMINER).submit().process(1);
    let resume = callback(created.last(), CREATED, CallbackDecision::Continue);
    let created = created.does(2, admin(), resume);
    let failed = playback.clone().callout_fails(3).reprocesses(4);
    for playback in [playback, created, failed] {
        let playback = playback.determines(5, determined_stage(HOUR, None));
        assert_eq!(playback.refused(6, approver(SERVICE), approve(0)), Rejection::SelfAppointed { stage: 0 });
        assert_eq!(playback.does(6, approver(ADMIN), approve(0)).request.status(), Status::Delivering);
    }
    // A stage that the policy sets, was determined by nobody.
    let set = Setup::add().approval(&[stage(HOUR, None)]).determined_by(DETERMINER).submit().process(1);
    let set = set.determines(2, determined_stage(HOUR, None)).does(3, approver(SERVICE), approve(0));
    assert_eq!(set.refused(4, approver(SERVICE), approve(1)), Rejection::SelfAppointed { stage: 1 });
}

#[test]
fn y13_q3_what_is_determined_is_kept_and_not_asked_for_again() {
    let setup = Setup::add().determined_by(DETERMINER).determined_by(SECOND);
    let playback = setup.submit().process(1).determines(2, escalating(HOUR, 30));
    let first = playback.request.determination(0).cloned();
    assert!(first.is_some());
    for failed in [playback.clone().callout_fails(3), playback.elapses(DAY)] {
        assert_eq!(failed.request.state(), State::DeliveryFailed);
        let at = if failed.request.status() == Status::CalloutFailed { 4 } else { DAY + 4 };
        let mut again = failed;
        assert_eq!(again.send(t(at), admin(), Action::Reprocess), ["reprocessed", "calloutStarted"]);
        let last = again.request.callouts().last().unwrap();
        assert_eq!((last.stage(), last.index(), last.attempt()), (DETERMINING, 1, 2));
        assert_eq!(
            (again.request.state(), again.request.determination(0).cloned()),
            (State::Submitted, first.clone())
        );
        let answer = determination(again.last(), determined_stage(HOUR, None));
        assert_eq!(again.send(t(at + 1), service(), answer), ["callbackReceived", "approvalRequested"]);
        let phase = again.request.phase();
        assert!(matches!(phase, Phase::PendingApproval { stage: 0, .. }), "{phase:?}");
        assert_eq!(again.request.next_deadline().unwrap().at, t(at + 31), "the first stage's escalation");
    }
    // Held, a late answer is taken.
    let holding = Setup::add().determined_by(DETERMINER);
    let held = holding.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold).submit().process(1);
    let held = held.elapses(2 * HOUR).determines(3 * DAY, determined_stage(HOUR, None));
    assert_eq!(held.request.status(), Status::PendingApproval);
    assert_eq!(held.request.next_deadline().unwrap().at, t(3 * DAY + HOUR));
    // Too late, it is not.
    let late = waiting();
    let answer = determination(late.last(), determined_stage(HOUR, None));
    assert_eq!(late.refused(HOUR + 1, service(), answer), Rejection::CallbackTooLate);
}

#[test]
fn v5_i4_a_stage_that_is_not_determined_yet_is_there_and_not_open() {
    let playback = waiting();
    let pending = Rejection::NotPendingApproval { status: Status::WaitingForCallback };
    assert_eq!(playback.refused(2, approver(APPROVER), approve(0)), pending);
    assert_eq!(
        playback.refused(2, approver(APPROVER), approve(1)),
        Rejection::UnknownStage { stage: 1, stages: 1 }
    );
    assert_eq!(
        playback.request.approval_stage_id(0),
        Some(ApprovalStageId::new(Uuid::new_v5(&REQUEST.uuid(), b"approval/0")))
    );
    // W6: nothing is ordered before it is determined and approved.
    assert_eq!(playback.request.attempt(), None);
    assert_eq!(playback.refused(2, user(), Action::Cancel).code(), "notCancelable");
}

#[test]
fn y8_n5_a_sample_of_a_callback_determines_a_stage() {
    for limit in [1, 14 * DAY] {
        let setup = Setup::add().determined_by(DETERMINER);
        let setup = setup.rules(|rules| rules.determined_stage_limit = minutes(limit));
        let playback = setup.submit().process(1);
        assert_eq!(playback.request.permitted(service(), t(2)), [ActionKind::Resume]);
        assert_eq!(playback.request.permitted(Actor::new(REQUESTOR, Role::Extension), t(2)), []);
        let first = playback
            .request
            .sample_actions(t(2))
            .into_iter()
            .find(|action| action.kind() == ActionKind::Resume);
        let playback = playback.does(2, service(), first.unwrap());
        assert_eq!(playback.request.status(), Status::PendingApproval);
        assert_eq!(playback.request.permitted(approver(SERVICE), t(2)), [], "Y12");
        assert_eq!(playback.request.permitted(approver(OTHER), t(2)), [ActionKind::DecideStage]);
    }
}

#[test]
fn y9_the_rules_of_the_events() {
    let playback = waiting().determines(2, determined_stage(HOUR, None));
    let rules: Vec<_> = playback.events.iter().skip(1).map(|event| event.kind.rules().to_vec()).collect();
    assert_eq!(
        rules,
        [vec![Rule::W2, Rule::X1, Rule::X3, Rule::Y5], vec![Rule::R6, Rule::Y9], vec![Rule::V1, Rule::W4],]
    );
    let never = Setup::add().submit().elapses(14 * DAY);
    assert_eq!(never.events[1].kind.rules(), [Rule::W7]);
}

#[test]
fn y8_all_approvers_of_a_stage_in_their_order() {
    let approver = |level| Approver { kind: ApproverKind::RequestorManager { level }, is_backup: false };
    let stage = DeterminedStage {
        primary_approvers: vec![approver(1)],
        fallback_primary_approvers: vec![approver(2)],
        escalation_approvers: vec![approver(3)],
        fallback_escalation_approvers: vec![approver(4)],
        ..DeterminedStage::default()
    };
    assert!(stage.approvers().eq(&[1, 2, 3, 4].map(approver)));
}
