//! Requests that went all kinds of ways.

use assignment_request::{
    Action, AdminBypass, ApprovalDecision, Approver, ApproverKind, CallbackDecision, CalloutId,
    CalloutStageSet, ChoiceSpec, DeliveryOutcome, DeterminedStage, DraftAnswer, Expiration, ExpirationType,
    ExtensionId, OnCalloutFailure, Preset, QuestionForm, QuestionId, QuestionSpec, RequestType, Resume,
    RulesSpec, StageDecision, Tier,
};

use crate::common::{
    APPROVED, APPROVER, CREATED, DAY, DETERMINER, DETERMINING, GRANTED, HOUR, OTHER, Playback, REMOVED,
    SERVICE, Setup, TARGET, admin, approver, callback, decision, deliver, determined_stage, failed, host,
    minutes, service, stage, t, until, user,
};

pub(crate) const QUESTION: QuestionId = QuestionId::from_u128(0xc0);
pub(crate) const CHOICE: QuestionId = QuestionId::from_u128(0xc1);

fn hold(setup: Setup) -> Setup {
    setup.rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold)
}

fn portal(setup: Setup) -> Setup {
    Setup { rules: Preset::Portal.spec(), ..setup }
}

/// A text and a choice of several.
fn questions(is_required: bool) -> Vec<QuestionSpec> {
    let question = |id, form| QuestionSpec {
        id: Some(id),
        texts: Vec::new(),
        is_required,
        is_answer_editable: true,
        form,
    };
    let choices = [("AZ", "Arizona"), ("NV", "Nevada")]
        .map(|(value, text)| ChoiceSpec { actual_value: value.into(), texts: vec![text.into()] });
    let text = QuestionForm::TextInput { is_single_line: true, pattern: None };
    let choice = QuestionForm::MultipleChoice { allows_multiple_selection: true, choices: choices.to_vec() };
    vec![question(QUESTION, text), question(CHOICE, choice)]
}

fn answers(given: &[(QuestionId, &str)]) -> Vec<DraftAnswer> {
    let answer = |(id, value): &(QuestionId, &str)| DraftAnswer {
        question_id: *id,
        question_kind: None,
        value: Some((*value).into()),
    };
    given.iter().map(answer).collect()
}

/// A change of one answer that clears another.
fn update_of_answers() -> Setup {
    let mut setup = Setup::of(RequestType::UserUpdate).draft(|draft| {
        draft.schedule = None;
        draft.answers = answers(&[(QUESTION, ""), (CHOICE, "AZ")]);
    });
    setup.spec.questions = questions(false);
    setup
}

/// An Add with everything on its route.
fn full() -> Setup {
    let setup = Setup::of(RequestType::OnBehalfAdd)
        .approval(&[stage(2 * HOUR, Some(HOUR)), stage(HOUR, None)])
        .launch(CREATED)
        .wait(CREATED, HOUR)
        .wait(APPROVED, HOUR)
        .wait(GRANTED, HOUR)
        .launch(GRANTED)
        .scheduled(Some(t(DAY)), until(t(9 * DAY)))
        .rules(|rules| rules.distinct_approvers = true)
        .draft(|draft| {
            draft.justification = Some("for the audit".into());
            draft.answers = answers(&[(QUESTION, "yes"), (CHOICE, "Arizona"), (CHOICE, "NV")]);
        });
    let mut spec = setup.spec;
    spec.questions = questions(true);
    for extension in &mut spec.extensions {
        extension.custom_extension_id = Some(ExtensionId::new(SERVICE.uuid()));
    }
    Setup { spec, ..setup }
}

fn justified(stage: u32, decision: ApprovalDecision) -> Action {
    let justification = Some("known to us".into());
    Action::DecideStage(StageDecision { stage, tier: Tier::Primary, decision, justification })
}

/// A fulfillment of which everything was heard that can be.
fn troubled(delivering: Playback) -> Playback {
    delivering
        .elapses(15 * DAY)
        .reports(16 * DAY, DeliveryOutcome::PartiallyDelivered)
        .reports(17 * DAY, DeliveryOutcome::Failed)
}

/// A stage with every sort of approver, that escalates and asks for reasons.
fn everybody() -> DeterminedStage {
    let kinds = [
        ApproverKind::SingleUser(APPROVER),
        ApproverKind::GroupMembers(OTHER),
        ApproverKind::ConnectedOrganizationMembers(OTHER),
        ApproverKind::RequestorManager { level: 1 },
        ApproverKind::TargetManager { level: 4 },
        ApproverKind::InternalSponsors,
        ApproverKind::ExternalSponsors,
        ApproverKind::TargetUserSponsors,
        ApproverKind::Other { odata_type: "attributeRuleMembers".into(), id: Some(OTHER) },
        ApproverKind::Other { odata_type: "aiAgent".into(), id: None },
    ];
    let approvers = |is_backup| kinds.iter().cloned().map(|kind| Approver { kind, is_backup }).collect();
    DeterminedStage {
        is_approver_justification_required: true,
        is_escalation_enabled: true,
        duration_before_escalation: Some(minutes(HOUR)),
        primary_approvers: approvers(false),
        fallback_primary_approvers: approvers(true),
        escalation_approvers: approvers(false),
        fallback_escalation_approvers: approvers(true),
        ..determined_stage(2 * HOUR, None)
    }
}

/// A policy under which access ends at a timestamp.
fn windowed(end: i64) -> Setup {
    let mut setup = Setup::of(RequestType::OnBehalfAdd);
    setup.spec.expiration = until(t(end));
    setup
}

/// Requests on every sort of route, at every sort of place; each with a name.
#[expect(clippy::too_many_lines, reason = "a table: one row a request")]
pub(crate) fn routes() -> Vec<(&'static str, Playback)> {
    use DeliveryOutcome::{Delivered, Failed, PartiallyDelivered};
    let plain = || Setup::add().submit().process(1);
    let wait = |setup: Setup, at| setup.wait(at, HOUR).submit().process(1);
    let two = || Setup::add().approval(&[stage(2 * HOUR, Some(HOUR)), stage(HOUR, None)]).submit().process(1);
    let deny = |stage| decision(stage, Tier::Primary, ApprovalDecision::Deny);
    let duration =
        Expiration { kind: ExpirationType::AfterDuration, end: None, duration: Some(minutes(DAY)) };
    let answered = || full().submit().process(1).resumes(2, CallbackDecision::Continue);
    let approved = || {
        let escalated = decision(0, Tier::Escalation, ApprovalDecision::Approve);
        answered().elapses(HOUR + 3).does(HOUR + 3, approver(OTHER), escalated).does(
            HOUR + 4,
            approver(APPROVER),
            justified(1, ApprovalDecision::Approve),
        )
    };
    let started = || approved().resumes(HOUR + 5, CallbackDecision::Continue).elapses(DAY);
    let email = || Setup::of(RequestType::AdminAdd).by_email();
    let resolve = Action::Process { target: Some(TARGET) };
    let said = |playback: Playback| {
        let (source, detail) = (Some("checker".into()), Some("not for contractors".into()));
        let content = Resume {
            instance: playback.last(),
            stage: APPROVED,
            decision: CallbackDecision::Deny,
            approval_stage: None,
            source,
            detail,
        };
        playback.does(3, service(), Action::Resume(content))
    };
    let first_launch = |playback: &Playback| {
        failed(
            playback
                .request
                .callouts()
                .first()
                .map_or(CalloutId::new(SERVICE.uuid()), assignment_request::Callout::instance),
        )
    };
    let determining = || {
        let setup = Setup::add().determined_by(DETERMINER).approval(&[stage(HOUR, None)]);
        setup.determined_by(DETERMINER).submit()
    };
    let all_determined =
        || determining().process(1).determines(2, everybody()).determines(3, determined_stage(HOUR, None));
    // An extension at Determining that may refuse.
    let refusing = || {
        let everywhere = CalloutStageSet::of(&[DETERMINING]);
        let rules = |rules: &mut RulesSpec| (rules.deny_at, rules.cancel_at) = (everywhere, everywhere);
        Setup::add().determined_by(DETERMINER).rules(rules).submit().process(1)
    };
    let bypassing = |request_type| {
        let setup = Setup::of(request_type).approval(&[stage(DAY, None)]).determined_by(DETERMINER);
        setup.draft(|draft| draft.bypass_approval = true).submit()
    };
    let launch_failed = |playback: Playback, minute| {
        let report = first_launch(&playback);
        playback.does(minute, host(), report)
    };
    vec![
        ("accepted", full().submit()),
        ("waiting at Created", full().submit().process(1)),
        ("first stage", answered()),
        ("first stage escalated", answered().elapses(HOUR + 3)),
        ("second stage", two().approves(3, 0)),
        (
            "second stage escalated",
            Setup::add()
                .approval(&[stage(2 * HOUR, Some(HOUR)); 2])
                .submit()
                .process(1)
                .approves(3, 0)
                .elapses(HOUR + 3),
        ),
        ("waiting at Approved", approved()),
        ("scheduled", approved().resumes(HOUR + 5, CallbackDecision::Continue)),
        ("waiting at Granted", started()),
        ("delivering", started().resumes(DAY + 1, CallbackDecision::Continue)),
        ("delivered", started().resumes(DAY + 1, CallbackDecision::Continue).reports(DAY + 2, Delivered)),
        (
            "launch failed at the end",
            launch_failed(started().resumes(DAY + 1, CallbackDecision::Continue), DAY + 3),
        ),
        ("window passed at Granted", started().callout_fails(DAY + 1).reprocesses(DAY + 2).elapses(DAY + 3)),
        (
            "launch failed meanwhile",
            launch_failed(full().submit().process(1), 2).resumes(3, CallbackDecision::Continue),
        ),
        ("the window of the policy", windowed(10 * DAY).submit().process(1)),
        ("the window of the policy passed", windowed(1).submit().process(2)),
        ("delivered at once", plain().reports(2, Delivered)),
        ("in part", plain().reports(2, PartiallyDelivered)),
        ("in part, then whole", plain().reports(2, PartiallyDelivered).reports(3, Delivered)),
        ("in part, then failed", plain().reports(2, PartiallyDelivered).reports(3, Failed)),
        ("failed, again, delivered", plain().reports(2, Failed).reprocesses(3).reports(4, Delivered)),
        ("in part, again", plain().reports(2, PartiallyDelivered).reprocesses(3)),
        ("fulfillment timed out", plain().elapses(15 * DAY)),
        ("reported late", plain().elapses(15 * DAY).does(16 * DAY, host(), deliver(1, Delivered))),
        (
            "timed out, again, failed",
            plain().elapses(15 * DAY).reprocesses(16 * DAY).reports(17 * DAY, Failed),
        ),
        ("timed out, in part, failed, again", troubled(plain()).reprocesses(18 * DAY)),
        (
            "timed out, in part, failed, canceled",
            troubled(portal(Setup::add()).submit().process(1)).cancels(18 * DAY, admin()),
        ),
        ("escalated, approved by a primary approver", two().elapses(HOUR + 2).approves(HOUR + 3, 0)),
        ("escalated, canceled", two().elapses(HOUR + 2).cancels(HOUR + 3, user())),
        (
            "both stages escalated, approved by primary approvers",
            Setup::add()
                .approval(&[stage(2 * HOUR, Some(HOUR)); 2])
                .submit()
                .process(1)
                .elapses(HOUR + 2)
                .approves(HOUR + 3, 0)
                .elapses(2 * HOUR + 4)
                .approves(2 * HOUR + 5, 1),
        ),
        (
            "second stage escalated, canceled",
            Setup::add()
                .approval(&[stage(2 * HOUR, Some(HOUR)); 2])
                .submit()
                .process(1)
                .approves(3, 0)
                .elapses(HOUR + 3)
                .cancels(HOUR + 4, user()),
        ),
        ("denied at first stage", two().does(3, approver(APPROVER), deny(0))),
        ("denied at second stage", two().approves(3, 0).does(4, approver(OTHER), deny(1))),
        ("nobody decided", two().elapses(HOUR + 1).elapses(2 * HOUR + 1)),
        (
            "nobody decided, without escalation",
            Setup::add().approval(&[stage(HOUR, None)]).submit().process(1).elapses(2 * HOUR),
        ),
        ("nobody decided, by a late command", two().elapses(DAY)),
        ("denied by a callback", said(wait(Setup::add(), APPROVED))),
        (
            "denied at Created",
            wait(Setup { rules: Preset::CallbackData.spec(), ..Setup::add() }, CREATED)
                .resumes(2, CallbackDecision::Deny),
        ),
        ("canceled by a callback", wait(Setup::add(), CREATED).resumes(2, CallbackDecision::Cancel)),
        ("canceled when accepted", Setup::add().submit().cancels(1, user())),
        ("canceled while pending", two().approves(3, 0).cancels(4, admin())),
        ("canceled while waiting", wait(portal(Setup::add()), GRANTED).cancels(2, host())),
        (
            "canceled when scheduled",
            approved().resumes(HOUR + 5, CallbackDecision::Continue).cancels(HOUR + 6, user()),
        ),
        (
            "canceled when scheduled, without callouts",
            Setup::add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1).cancels(2, user()),
        ),
        (
            "canceled after a failure",
            portal(Setup::add()).submit().process(1).reports(2, Failed).cancels(3, user()),
        ),
        (
            "canceled after a time-out",
            wait(portal(Setup::add()), CREATED).elapses(DAY).cancels(DAY + 1, admin()),
        ),
        (
            "canceled after a failed callout",
            wait(portal(Setup::add()), CREATED).callout_fails(2).cancels(3, user()),
        ),
        (
            "held after a failure, canceled",
            wait(hold(Setup::add()), CREATED).callout_fails(2).cancels(3, admin()),
        ),
        ("callout failed", wait(Setup::add(), CREATED).callout_fails(2)),
        ("callout failed, again", wait(Setup::add(), CREATED).callout_fails(2).reprocesses(3)),
        (
            "timed out, again, answered",
            wait(Setup::add(), APPROVED)
                .elapses(DAY)
                .reprocesses(2 * DAY)
                .resumes(2 * DAY + 1, CallbackDecision::Continue),
        ),
        ("held", wait(hold(Setup::add()), CREATED).callout_fails(2)),
        ("held after a time-out", wait(hold(Setup::add()), GRANTED).elapses(DAY)),
        (
            "held, answered late",
            wait(hold(Setup::add()), CREATED).elapses(DAY).resumes(2 * DAY, CallbackDecision::Continue),
        ),
        ("held, run out", wait(hold(Setup::add()), CREATED).elapses(DAY).elapses(20 * DAY)),
        ("held, canceled", wait(hold(Setup::add()), CREATED).elapses(DAY).cancels(2 * DAY, host())),
        (
            "held, denied",
            wait(hold(Setup::add()), GRANTED).elapses(DAY).resumes(2 * DAY, CallbackDecision::Deny),
        ),
        (
            "window passed",
            Setup::add()
                .approval(&[stage(DAY, None)])
                .scheduled(None, until(t(HOUR)))
                .submit()
                .process(1)
                .approves(2 * HOUR, 0),
        ),
        (
            "window passed while scheduled",
            Setup::add().scheduled(Some(t(DAY)), until(t(2 * DAY))).submit().process(1).elapses(3 * DAY),
        ),
        ("window passed at once", Setup::add().scheduled(Some(t(1)), until(t(2))).submit().process(3)),
        (
            "window passed behind Granted",
            wait(Setup::add().scheduled(None, until(t(30))), GRANTED).resumes(31, CallbackDecision::Continue),
        ),
        ("never processed", Setup::add().submit().elapses(14 * DAY)),
        ("waiting at Determining", determining().process(1)),
        ("second determination", determining().process(1).determines(2, everybody())),
        ("determined", all_determined()),
        ("determined, escalated", all_determined().elapses(HOUR + 3)),
        (
            "determined, delivered",
            all_determined()
                .does(4, approver(APPROVER), justified(0, ApprovalDecision::Approve))
                .approves(5, 1)
                .approves(6, 2)
                .reports(7, Delivered),
        ),
        (
            "determined, denied",
            all_determined().does(4, approver(APPROVER), justified(0, ApprovalDecision::Deny)),
        ),
        ("determination failed, again", determining().process(1).callout_fails(2).reprocesses(3)),
        (
            "determination timed out, again, determined",
            determining().process(1).elapses(DAY).reprocesses(2 * DAY).determines(2 * DAY + 1, everybody()),
        ),
        ("determination denied", refusing().resumes(2, CallbackDecision::Deny)),
        ("determination canceled", refusing().resumes(2, CallbackDecision::Cancel)),
        ("determination held, determined", {
            let setup = hold(Setup::add().determined_by(DETERMINER));
            setup.submit().process(1).elapses(DAY).determines(2 * DAY, determined_stage(HOUR, None))
        }),
        ("validation only", Setup::add().draft(|draft| draft.is_validation_only = true).submit()),
        (
            "validation only, canceled",
            Setup::add().draft(|draft| draft.is_validation_only = true).submit().cancels(1, user()),
        ),
        ("by e-mail, accepted", email().submit()),
        ("by e-mail, never resolved", email().launch(CREATED).submit().process(1)),
        (
            "by e-mail, resolved, waiting",
            email().wait(CREATED, HOUR).submit().does(1, host(), resolve.clone()),
        ),
        (
            "by e-mail, resolved",
            email().approval(&[stage(DAY, None)]).submit().does(1, host(), resolve.clone()).approves(2, 0),
        ),
        (
            "by e-mail, resolved, canceled",
            email().approval(&[stage(DAY, None)]).submit().does(1, host(), resolve).cancels(2, admin()),
        ),
        (
            "update",
            Setup::of(RequestType::UserUpdate)
                .wait(APPROVED, HOUR)
                .submit()
                .process(1)
                .resumes(2, CallbackDecision::Continue),
        ),
        ("update of answers", update_of_answers().submit()),
        (
            "an administrator's update",
            Setup::of(RequestType::AdminUpdate)
                .approval(&[stage(DAY, None)])
                .scheduled(None, duration)
                .submit()
                .process(1),
        ),
        (
            "update with a duration",
            Setup::of(RequestType::UserExtend).scheduled(Some(t(HOUR)), duration).submit().process(1),
        ),
        ("removal", Setup::of(RequestType::UserRemove).wait(REMOVED, HOUR).submit().process(1)),
        (
            "removal, answered",
            Setup::of(RequestType::SystemRemove)
                .wait(REMOVED, HOUR)
                .submit()
                .process(1)
                .resumes(2, CallbackDecision::Continue)
                .reports(3, Delivered),
        ),
        ("an approver's removal", Setup::of(RequestType::ApproverRemove).submit().process(1)),
        (
            "the system's add",
            Setup::of(RequestType::SystemAdd).approval(&[stage(DAY, None)]).submit().process(1),
        ),
        (
            "an administrator's add, bypassing",
            Setup::of(RequestType::AdminAdd)
                .approval(&[stage(DAY, None)])
                .rules(|rules| rules.admin_bypasses_approval = AdminBypass::Always)
                .submit()
                .process(1),
        ),
        ("an administrator's add, bypassing as asked", bypassing(RequestType::AdminAdd).process(1)),
        ("an administrator's update, bypassing as asked", bypassing(RequestType::AdminUpdate).process(1)),
        (
            "an administrator's update beyond the policy",
            Setup { spec: windowed(DAY).spec, ..Setup::of(RequestType::AdminUpdate) }
                .rules(|rules| rules.admin_may_exceed_policy = true)
                .scheduled(None, duration)
                .submit()
                .process(1),
        ),
        ("no limits of time", {
            let endless = |rules: &mut RulesSpec| {
                (rules.accepted_timeout, rules.start_limit, rules.fulfillment_timeout) = (None, None, None);
            };
            Setup::add()
                .scheduled(Some(t(1_000 * DAY)), until(t(2_000 * DAY)))
                .rules(endless)
                .submit()
                .process(1)
        }),
        (
            "no fulfillment time-out",
            Setup::add().rules(|rules| rules.fulfillment_timeout = None).submit().process(1),
        ),
        ("an administrator resumes", {
            let playback = wait(Setup::add(), CREATED);
            let resume = callback(playback.last(), CREATED, CallbackDecision::Continue);
            playback.does(2, admin(), resume)
        }),
    ]
}
