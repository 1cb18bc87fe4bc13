//! Small policies, and requests that are driven along their routes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails here fails the test")]

pub(crate) mod playbacks;
pub(crate) mod routes;

use assignment_request::{
    AccessPackageId, Action, Actor, ApprovalDecision, ApprovalStageSpec, Approver, ApproverKind,
    AssignmentId, CallbackConfiguration, CallbackDecision, CalloutId, CalloutStage, Command, DeliveryOutcome,
    DeterminedStage, Draft, Event, ExistingAssignment, Expiration, ExpirationType, ExtensionBehavior,
    ExtensionId, ExtensionSpec, Limits, Operation, Period, Policy, PolicyId, PolicySpec, Preset, Rejection,
    Request, RequestId, RequestType, RequestorSettings, Resume, Role, RulesSpec, Schedule, StageDecision,
    StageSpec, SubjectId, Tier, Timestamp, decide,
};

pub(crate) const REQUEST: RequestId = RequestId::from_u128(0x5a2c_0e7e_1f5b_4d0b_9a55_3f0f_7c2d_1b10);
pub(crate) const PACKAGE: AccessPackageId = AccessPackageId::from_u128(0xa0);
pub(crate) const POLICY: PolicyId = PolicyId::from_u128(0xa1);
pub(crate) const ASSIGNMENT: AssignmentId = AssignmentId::from_u128(0xa2);
pub(crate) const REQUESTOR: SubjectId = SubjectId::from_u128(0xb0);
pub(crate) const TARGET: SubjectId = SubjectId::from_u128(0xb1);
pub(crate) const APPROVER: SubjectId = SubjectId::from_u128(0xb2);
pub(crate) const ADMIN: SubjectId = SubjectId::from_u128(0xb3);
pub(crate) const SERVICE: SubjectId = SubjectId::from_u128(0xb4);
pub(crate) const HOST: SubjectId = SubjectId::from_u128(0xb5);
pub(crate) const OTHER: SubjectId = SubjectId::from_u128(0xb6);
/// An extension that determines approval stages.
pub(crate) const DETERMINER: ExtensionId = ExtensionId::from_u128(0xb7);

pub(crate) const CREATED: CalloutStage = CalloutStage::AssignmentRequestCreated;
pub(crate) const DETERMINING: CalloutStage = CalloutStage::AssignmentRequestDeterminingApprovalRequirements;
pub(crate) const APPROVED: CalloutStage = CalloutStage::AssignmentRequestApproved;
pub(crate) const GRANTED: CalloutStage = CalloutStage::AssignmentRequestGranted;
pub(crate) const REMOVED: CalloutStage = CalloutStage::AssignmentRequestRemoved;

pub(crate) const HOUR: i64 = 60;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The timestamp some minutes after the submission.
pub(crate) fn t(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    Timestamp::from_ticks(start.ticks() + minutes * 600_000_000).unwrap()
}

/// The timestamp 100 ns before that.
pub(crate) fn just_before(minutes: i64) -> Timestamp {
    Timestamp::from_ticks(t(minutes).ticks() - 1).unwrap()
}

pub(crate) fn minutes(count: i64) -> Period {
    Period::from_minutes(count.try_into().unwrap())
}

/// So many ticks of 100 ns.
pub(crate) fn ticks(ticks: i64) -> Period {
    Period::from_ticks(ticks).unwrap_or(Period::ZERO)
}

pub(crate) const fn host() -> Actor {
    Actor::new(HOST, Role::System)
}

pub(crate) const fn service() -> Actor {
    Actor::new(SERVICE, Role::Extension)
}

pub(crate) const fn admin() -> Actor {
    Actor::new(ADMIN, Role::Administrator)
}

pub(crate) const fn approver(id: SubjectId) -> Actor {
    Actor::new(id, Role::Approver)
}

pub(crate) const fn user() -> Actor {
    Actor::new(REQUESTOR, Role::User)
}

pub(crate) const PROCESS: Action = Action::Process { target: None };

pub(crate) const fn deliver(attempt: u32, outcome: DeliveryOutcome) -> Action {
    Action::ReportDelivery { attempt, outcome }
}

pub(crate) const fn decision(stage: u32, tier: Tier, decision: ApprovalDecision) -> Action {
    Action::DecideStage(StageDecision { stage, tier, decision, justification: None })
}

pub(crate) const fn approve(stage: u32) -> Action {
    decision(stage, Tier::Primary, ApprovalDecision::Approve)
}

pub(crate) const fn callback(instance: CalloutId, stage: CalloutStage, decision: CallbackDecision) -> Action {
    Action::Resume(Resume { instance, stage, decision, approval_stage: None, source: None, detail: None })
}

/// A callback that determines an approval stage.
pub(crate) fn determination(instance: CalloutId, approval_stage: DeterminedStage) -> Action {
    let Action::Resume(resume) = callback(instance, DETERMINING, CallbackDecision::Continue) else {
        panic!("it is a resume")
    };
    Action::Resume(Resume { approval_stage: Some(approval_stage.into()), ..resume })
}

pub(crate) const fn failed(instance: CalloutId) -> Action {
    Action::ReportCalloutFailed { instance, detail: None }
}

/// An approval stage of some minutes, perhaps with an escalation.
pub(crate) fn stage(denial: i64, escalation: Option<i64>) -> ApprovalStageSpec {
    ApprovalStageSpec {
        duration_before_automatic_denial: Some(minutes(denial)),
        is_approver_justification_required: false,
        is_escalation_enabled: escalation.is_some(),
        duration_before_escalation: escalation.map(minutes),
    }
}

pub(crate) const fn person(id: SubjectId) -> Approver {
    Approver { kind: ApproverKind::SingleUser(id), is_backup: false }
}

/// An approval stage as an extension determines it: one person decides, perhaps with an escalation.
pub(crate) fn determined_stage(denial: i64, escalation: Option<i64>) -> DeterminedStage {
    DeterminedStage {
        duration_before_automatic_denial: Some(minutes(denial)),
        is_escalation_enabled: escalation.is_some(),
        duration_before_escalation: escalation.map(minutes),
        primary_approvers: vec![person(APPROVER)],
        escalation_approvers: escalation.map(|_| person(APPROVER)).into_iter().collect(),
        ..DeterminedStage::default()
    }
}

pub(crate) const fn until(end: Timestamp) -> Expiration {
    Expiration { kind: ExpirationType::AfterDateTime, end: Some(end), duration: None }
}

/// A policy that lets everybody ask for anything, and a sound draft of one type.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) spec: PolicySpec,
    pub(crate) limits: Limits,
    pub(crate) rules: RulesSpec,
    pub(crate) draft: Draft,
}

impl Setup {
    pub(crate) fn of(request_type: RequestType) -> Self {
        let spec = PolicySpec {
            id: Some(POLICY),
            access_package_id: Some(PACKAGE),
            requestor_settings: RequestorSettings {
                self_add: true,
                self_update: true,
                self_remove: true,
                on_behalf_add: true,
                on_behalf_update: true,
                on_behalf_remove: true,
                custom_schedule: true,
            },
            ..PolicySpec::default()
        };
        let mut draft = Draft::new(request_type);
        match request_type.operation() {
            Operation::Add => {
                draft.access_package_id = Some(PACKAGE);
                draft.assignment_policy_id = Some(POLICY);
                draft.target_id = (request_type != RequestType::UserAdd).then_some(TARGET);
            }
            Operation::Update => {
                draft.assignment_id = Some(ASSIGNMENT);
                draft.schedule =
                    Some(Schedule { start: None, expiration: Expiration::default(), has_recurrence: false });
            }
            Operation::Remove => {
                draft.assignment_id = Some(ASSIGNMENT);
                draft.justification = Some("no longer needed".into());
            }
        }
        Self { spec, limits: Limits::default(), rules: Preset::ApiReference.spec(), draft }
    }

    /// A person who asks for access.
    pub(crate) fn add() -> Self {
        Self::of(RequestType::UserAdd)
    }

    pub(crate) fn approval(mut self, stages: &[ApprovalStageSpec]) -> Self {
        self.spec.approval.is_required_for_add = true;
        self.spec.approval.is_required_for_update = true;
        self.spec.approval.stages.extend(stages.iter().copied().map(StageSpec::from));
        self
    }

    /// With an extension that is waited for.
    pub(crate) fn wait(mut self, stage: CalloutStage, timeout: i64) -> Self {
        let callback = CallbackConfiguration { timeout: Some(minutes(timeout)) };
        let behavior = Some(ExtensionBehavior::LaunchAndWait(callback));
        self.spec.extensions.push(ExtensionSpec { stage, custom_extension_id: None, behavior });
        self
    }

    /// With one more approval stage, which this extension determines within an hour.
    pub(crate) fn determined_by(mut self, id: ExtensionId) -> Self {
        self.spec.approval.is_required_for_add = true;
        self.spec.approval.is_required_for_update = true;
        self.spec.approval.stages.push(StageSpec::Determined { custom_extension_id: Some(id) });
        self.determiner(id, HOUR)
    }

    /// With this approval stage, by its index, determined by an extension of its own.
    pub(crate) fn determines_stage(mut self, stage: usize, timeout: i64) -> Self {
        let id = ExtensionId::from_u128(0xe0 + u128::try_from(stage).unwrap());
        *self.spec.approval.stages.get_mut(stage).unwrap() =
            StageSpec::Determined { custom_extension_id: Some(id) };
        self.determiner(id, timeout)
    }

    /// With a setting for an extension that determines approval stages, unless there is one.
    fn determiner(self, id: ExtensionId, timeout: i64) -> Self {
        let names =
            |setting: &ExtensionSpec| setting.stage == DETERMINING && setting.custom_extension_id == Some(id);
        if self.spec.extensions.iter().any(names) {
            return self;
        }
        let mut setup = self.wait(DETERMINING, timeout);
        setup.spec.extensions.last_mut().unwrap().custom_extension_id = Some(id);
        setup
    }

    /// With an extension that is not waited for.
    pub(crate) fn launch(mut self, stage: CalloutStage) -> Self {
        let behavior = Some(ExtensionBehavior::LaunchAndContinue);
        self.spec.extensions.push(ExtensionSpec { stage, custom_extension_id: None, behavior });
        self
    }

    pub(crate) fn rules(mut self, change: impl FnOnce(&mut RulesSpec)) -> Self {
        change(&mut self.rules);
        self
    }

    pub(crate) fn draft(mut self, change: impl FnOnce(&mut Draft)) -> Self {
        change(&mut self.draft);
        self
    }

    pub(crate) fn scheduled(self, start: Option<Timestamp>, expiration: Expiration) -> Self {
        self.draft(|draft| draft.schedule = Some(Schedule { start, expiration, has_recurrence: false }))
    }

    /// With a target of whom only an e-mail address is known.
    pub(crate) fn by_email(self) -> Self {
        self.draft(|draft| {
            draft.target_id = None;
            draft.target_email = Some("adele@example.com".into());
        })
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy::compile(&self.spec, &self.limits).unwrap().with_rules(self.rules.validate().unwrap())
    }

    pub(crate) fn assignment(&self) -> ExistingAssignment {
        let is_users = self.draft.request_type.initiator() == Role::User;
        ExistingAssignment {
            id: ASSIGNMENT,
            target: if is_users { REQUESTOR } else { TARGET },
            access_package_id: PACKAGE,
            assignment_policy_id: POLICY,
        }
    }

    pub(crate) fn actor(&self) -> Actor {
        match self.draft.request_type.initiator() {
            Role::User => user(),
            Role::Approver => approver(APPROVER),
            Role::Administrator => admin(),
            Role::Extension => service(),
            Role::System => host(),
        }
    }

    /// Submits the draft at minute 0.
    pub(crate) fn submit(&self) -> Playback {
        self.submit_at(t(0))
    }

    pub(crate) fn submit_at(&self, now: Timestamp) -> Playback {
        let assignment = self.assignment();
        let (request, event) =
            self.policy().submit(REQUEST, &self.draft, Some(&assignment), self.actor(), now).unwrap();
        Playback { request, events: vec![event], ends: vec![1] }
    }
}

/// A request, with all that happened to it.
#[derive(Clone)]
pub(crate) struct Playback {
    pub(crate) request: Request,
    pub(crate) events: Vec<Event>,
    /// How many events there were after each accepted command.
    pub(crate) ends: Vec<usize>,
}

impl Playback {
    /// The instance of the callout started last.
    pub(crate) fn last(&self) -> CalloutId {
        self.request.callouts().last().unwrap().instance()
    }

    /// Sends a command that must be accepted; gives the names of its events.
    #[track_caller]
    pub(crate) fn send(&mut self, now: Timestamp, actor: Actor, action: Action) -> Vec<&'static str> {
        match self.request.handle(&Command::new(actor, action), now) {
            Ok(events) => {
                let names = events.iter().map(Event::name).collect();
                self.events.extend(events);
                self.ends.push(self.events.len());
                names
            }
            Err(rejection) => panic!("{rejection}"),
        }
    }

    /// As `send`, at a minute, for chains.
    #[track_caller]
    pub(crate) fn does(mut self, minute: i64, actor: Actor, action: Action) -> Self {
        self.send(t(minute), actor, action);
        self
    }

    #[track_caller]
    pub(crate) fn process(self, minute: i64) -> Self {
        self.does(minute, host(), PROCESS)
    }

    #[track_caller]
    pub(crate) fn approves(self, minute: i64, stage: u32) -> Self {
        self.does(minute, approver(APPROVER), approve(stage))
    }

    /// The callback of the last callout.
    #[track_caller]
    pub(crate) fn resumes(self, minute: i64, decision: CallbackDecision) -> Self {
        let (instance, stage) = (self.last(), self.request.callouts().last().unwrap().stage());
        self.does(minute, service(), callback(instance, stage, decision))
    }

    /// The last callout determines an approval stage.
    #[track_caller]
    pub(crate) fn determines(self, minute: i64, approval_stage: DeterminedStage) -> Self {
        let action = determination(self.last(), approval_stage);
        self.does(minute, service(), action)
    }

    /// The last callout could not be made.
    #[track_caller]
    pub(crate) fn callout_fails(self, minute: i64) -> Self {
        let instance = self.last();
        self.does(minute, host(), failed(instance))
    }

    #[track_caller]
    pub(crate) fn reports(self, minute: i64, outcome: DeliveryOutcome) -> Self {
        let attempt = self.request.attempt().unwrap();
        self.does(minute, host(), deliver(attempt, outcome))
    }

    #[track_caller]
    pub(crate) fn cancels(self, minute: i64, actor: Actor) -> Self {
        self.does(minute, actor, Action::Cancel)
    }

    #[track_caller]
    pub(crate) fn reprocesses(self, minute: i64) -> Self {
        self.does(minute, admin(), Action::Reprocess)
    }

    #[track_caller]
    pub(crate) fn elapses(self, minute: i64) -> Self {
        self.does(minute, host(), Action::Elapse)
    }

    /// Sends a command that must be refused, and checks that it changes nothing (rule I1).
    #[track_caller]
    pub(crate) fn refused_at(&self, now: Timestamp, actor: Actor, action: Action) -> Rejection {
        let command = Command::new(actor, action);
        let refusal = decide(&self.request, &command, now);
        let mut handled = self.request.clone();
        let mut buffer = self.events.clone();
        assert_eq!(handled.handle_into(&command, now, &mut buffer).err(), refusal.as_ref().err().copied());
        assert_eq!(buffer, self.events, "a refusal leaves the buffer as it was");
        assert_eq!(handled, self.request, "a refusal changes nothing");
        match refusal {
            Err(rejection) => rejection,
            Ok(_) => panic!("accepted"),
        }
    }

    /// As `refused_at`, at a minute.
    #[track_caller]
    pub(crate) fn refused(&self, minute: i64, actor: Actor, action: Action) -> Rejection {
        self.refused_at(t(minute), actor, action)
    }
}
