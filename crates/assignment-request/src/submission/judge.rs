//! Judging a draft by the rules of creation (C1 to C15).

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::command::rejection::Rejection;
use crate::policy::Policy;
use crate::policy::rules::{AdminBypass, RulesSpec};
use crate::request::Request;
use crate::request::event::{Event, EventKind};
use crate::request::submission::{Answer, Submission, Target};
use crate::submission::answers::{Accepted, judge_answers};
use crate::submission::draft::{Draft, ExistingAssignment};
use crate::submission::violation::{Member, Place, Violation, ViolationKind};
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::{RequestId, SubjectId};
use crate::vocabulary::request_type::{Operation, RequestType};
use crate::vocabulary::schedule::{Expiration, ExpirationType, Schedule};
use crate::vocabulary::text::{forbidden_character, is_blank};
use crate::vocabulary::timestamp::Timestamp;
use crate::vocabulary::violations::Violations;

/// Why a submission is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// The actor may not submit this type of request. Nothing else was judged (rule C1).
    #[error(transparent)]
    Rejected(Rejection),
    /// The draft breaks rules. The code is `invalidRequest`.
    #[error("{0}")]
    Invalid(Violations<Violation>),
}

impl SubmissionError {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Rejected(rejection) => rejection.code(),
            Self::Invalid(_) => "invalidRequest",
        }
    }
}

impl Policy {
    /// Judges a draft and returns the new request with its first event, which the host stores. The request has state
    /// `submitted`, status `Accepted` and revision 1.
    ///
    /// The host chooses the new request's `id`. For an Update or a Remove, it passes the `assignment` that it found by
    /// `assignment.id`, or in the older form by person and access package. For an Add, `assignment` is ignored.
    ///
    /// # Errors
    ///
    /// Returns [`SubmissionError::Rejected`] with `notPermitted` if the actor's role is not the type's initiator (C1).
    /// Otherwise returns [`SubmissionError::Invalid`] with every broken rule of C2 to C15 and A1 to A9, in the order of
    /// SPEC.md.
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, Actor, Draft, Limits, Policy, PolicySpec, RequestId, RequestType,
    ///     RequestorSettings, Role, State, SubjectId, SubmissionError, Timestamp,
    /// };
    ///
    /// let mut spec = PolicySpec::default();
    /// spec.requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
    /// spec.approval.is_requestor_justification_required = true;
    /// let policy = Policy::compile(&spec, &Limits::default())?;
    /// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    /// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    ///
    /// // All faults are reported at once.
    /// let draft = Draft::new(RequestType::UserAdd);
    /// let Err(SubmissionError::Invalid(violations)) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now) else {
    ///     return Err("this draft says neither what is asked for nor why".into());
    /// };
    /// let told: Vec<_> = violations.iter().map(|violation| (violation.place.to_string(), violation.code())).collect();
    /// assert_eq!(told, [("assignment.accessPackageId".to_owned(), "missing"), ("justification".to_owned(), "missing")]);
    ///
    /// let draft = Draft {
    ///     access_package_id: Some(AccessPackageId::from_u128(1)),
    ///     justification: Some("the quarter's figures are due".into()),
    ///     ..draft
    /// };
    /// let (request, event) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
    /// assert_eq!((request.state(), request.revision()), (State::Submitted, 1));
    /// assert_eq!(event.name(), "submitted");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn submit(
        &self,
        id: RequestId,
        draft: &Draft,
        assignment: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<(Request, Event), SubmissionError> {
        let mut answers = Vec::with_capacity(draft.answers.len());
        self.judge(draft, assignment, actor, now, |accepted| answers.push(accepted.into()))?;
        let submission = Arc::new(self.accept(id, draft, assignment, actor, answers));
        let event = Event { sequence: 1, at: now, kind: EventKind::Submitted(Arc::clone(&submission)) };
        Ok((Request::submitted(submission, now), event))
    }

    /// Judges a draft like [`Policy::submit`], but creates no request. A form can call this while a user fills it in.
    ///
    /// # Errors
    ///
    /// Same as [`Policy::submit`].
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, Actor, Draft, Limits, Policy, PolicySpec, RequestType, Role, SubjectId,
    /// };
    ///
    /// let policy = Policy::compile(&PolicySpec::default(), &Limits::default())?;
    /// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    /// let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// let refusal = policy.check(&draft, None, ada, "2026-01-05T09:00:00Z".parse()?).unwrap_err();
    /// assert_eq!(refusal.to_string(), "`requestType` is not open to users themselves under the policy");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check(
        &self,
        draft: &Draft,
        assignment: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<(), SubmissionError> {
        self.judge(draft, assignment, actor, now, |_| {})
    }

    /// Judges a draft and passes the accepted answers to `accept`.
    fn judge(
        &self,
        draft: &Draft,
        assignment: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
        accept: impl FnMut(Accepted<'_>),
    ) -> Result<(), SubmissionError> {
        if actor.role != draft.request_type.initiator() {
            return Err(SubmissionError::Rejected(Rejection::NotPermittedToSubmit {
                request_type: draft.request_type,
                role: actor.role,
            }));
        }
        let mut judge = Judge { policy: self, draft, assignment, actor, now, found: Vec::new() };
        judge.all(accept);
        Violations::check(judge.found).map_err(SubmissionError::Invalid)
    }

    fn accept(
        &self,
        id: RequestId,
        draft: &Draft,
        assignment: Option<&ExistingAssignment>,
        actor: Actor,
        answers: Vec<Answer>,
    ) -> Submission {
        let operation = draft.request_type.operation();
        let assignment = if operation == Operation::Add { None } else { assignment };
        let target = match (assignment, draft_target(draft), &draft.target_email) {
            (Some(assignment), _, _) => Target::Id(assignment.target),
            (None, Some(target), _) => Target::Id(target),
            (None, None, Some(email)) if !is_blank(email) => Target::Email(Arc::clone(email)),
            (None, None, _) => Target::Id(actor.id),
        };
        Submission {
            id,
            request_type: draft.request_type,
            requestor: actor.id,
            target,
            assignment_id: assignment.map(|assignment| assignment.id),
            access_package_id: draft
                .access_package_id
                .or_else(|| assignment.map(|assignment| assignment.access_package_id))
                .or(self.access_package_id),
            assignment_policy_id: draft
                .assignment_policy_id
                .or_else(|| assignment.map(|assignment| assignment.assignment_policy_id))
                .or(self.id),
            justification: draft.justification.clone(),
            schedule: draft.schedule,
            answers: answers.into(),
            is_validation_only: draft.is_validation_only,
            bypass_approval: draft.bypass_approval,
            window_end: self.window_end(draft),
            route: Arc::clone(&self.route),
        }
    }

    /// Returns the date at which the requested access ends, or `None` if it does not end at a fixed date (rule C9).
    fn window_end(&self, draft: &Draft) -> Option<Timestamp> {
        if draft.request_type.operation() == Operation::Remove {
            return None;
        }
        let kind = draft.schedule.map(|schedule| schedule.expiration.kind);
        if kind == Some(ExpirationType::AfterDateTime) {
            return draft.schedule.and_then(|schedule| schedule.expiration.end);
        }
        let asked_otherwise =
            matches!(kind, Some(ExpirationType::AfterDuration | ExpirationType::NoExpiration));
        let rules = self.route.rules.spec();
        if asked_otherwise && may_outlast_policy(draft.request_type, rules) {
            return None;
        }
        match self.expiration.kind {
            ExpirationType::AfterDateTime => self.expiration.end,
            ExpirationType::AfterDuration | ExpirationType::NoExpiration | ExpirationType::NotSpecified => {
                None
            }
        }
    }
}

/// Returns the target's id from either of its places in a body.
fn draft_target(draft: &Draft) -> Option<SubjectId> {
    draft.target_id.or(draft.target_object_id)
}

/// Returns whether a request of this type may ask for access beyond the policy's end (rule C9).
pub(crate) const fn may_outlast_policy(request_type: RequestType, rules: &RulesSpec) -> bool {
    match request_type {
        RequestType::AdminAdd => true,
        RequestType::AdminUpdate => rules.admin_may_exceed_policy,
        RequestType::UserAdd
        | RequestType::UserUpdate
        | RequestType::UserExtend
        | RequestType::UserRemove
        | RequestType::AdminRemove
        | RequestType::SystemAdd
        | RequestType::SystemUpdate
        | RequestType::SystemRemove
        | RequestType::OnBehalfAdd
        | RequestType::ApproverRemove => false,
    }
}

/// Returns whether the policy's expiration limits the access that a request of this type may ask for (rule C9).
pub(crate) fn is_bounded_by_policy(request_type: RequestType, rules: &RulesSpec) -> bool {
    let is_admins_update = request_type == RequestType::AdminUpdate;
    request_type.initiator() == Role::User || is_admins_update && !rules.admin_may_exceed_policy
}

/// Returns whether a schedule asks for more than the policy's expiration allows (rule C9).
pub(crate) fn exceeds(policy: Expiration, schedule: &Schedule, now: Timestamp) -> bool {
    let asked = schedule.expiration;
    let begin = schedule.start.map_or(now, |start| start.max(now));
    let is_endless = asked.kind == ExpirationType::NoExpiration;
    match policy.kind {
        ExpirationType::AfterDuration => policy.duration.is_some_and(|longest| {
            is_endless
                || asked.duration.is_some_and(|duration| duration > longest)
                || asked.end.is_some_and(|end| end > begin.saturating_add(longest))
        }),
        ExpirationType::AfterDateTime => policy.end.is_some_and(|latest| {
            is_endless
                || asked.end.is_some_and(|end| end > latest)
                || asked.duration.is_some_and(|duration| begin.saturating_add(duration) > latest)
                || schedule.start.is_some_and(|start| start >= latest)
        }),
        ExpirationType::NoExpiration | ExpirationType::NotSpecified => false,
    }
}

/// Returns whether a request of this type must contain a schedule or an answer (rule C10). A user's Update need not: it
/// then asks to extend access by the policy's own duration.
pub(crate) const fn must_change_something(request_type: RequestType) -> bool {
    match request_type {
        RequestType::AdminUpdate | RequestType::SystemUpdate => true,
        RequestType::UserAdd
        | RequestType::UserUpdate
        | RequestType::UserExtend
        | RequestType::UserRemove
        | RequestType::AdminAdd
        | RequestType::AdminRemove
        | RequestType::SystemAdd
        | RequestType::SystemRemove
        | RequestType::OnBehalfAdd
        | RequestType::ApproverRemove => false,
    }
}

struct Judge<'a> {
    policy: &'a Policy,
    draft: &'a Draft,
    assignment: Option<&'a ExistingAssignment>,
    actor: Actor,
    now: Timestamp,
    found: Vec<Violation>,
}

impl Judge<'_> {
    fn all(&mut self, accept: impl FnMut(Accepted<'_>)) {
        let operation = self.draft.request_type.operation();
        match operation {
            Operation::Add => self.required_of_add(),
            Operation::Update | Operation::Remove => {}
        }
        self.target();
        match operation {
            Operation::Add => {}
            Operation::Update | Operation::Remove => self.existing_assignment(),
        }
        self.fits_policy(operation);
        self.who_for_whom(operation);
        self.justification(operation);
        self.schedule(operation);
        let changes_nothing = self.draft.schedule.is_none() && self.draft.answers.is_empty();
        if changes_nothing && must_change_something(self.draft.request_type) {
            self.report(Member::Answers, ViolationKind::NothingToUpdate);
        }
        if operation == Operation::Remove && !self.draft.answers.is_empty() {
            self.report(Member::Answers, ViolationKind::Unexpected);
        }
        self.texts(operation);
        self.bypass(operation);
        if operation != Operation::Remove {
            let Self { policy, draft, found, .. } = self;
            let Policy { questionnaire, limits, .. } = policy;
            judge_answers(&draft.answers, draft.request_type, questionnaire, limits, found, accept);
        }
    }

    fn report(&mut self, member: Member, kind: ViolationKind) {
        self.found.push(Violation { place: Place::Member(member), kind });
    }

    fn has_email(&self) -> bool {
        self.draft.target_email.as_ref().is_some_and(|email| !is_blank(email))
    }

    /// Reports missing members of an Add (rule C2).
    fn required_of_add(&mut self) {
        let missing = ViolationKind::Missing;
        if self.draft.access_package_id.is_none() {
            self.report(Member::AccessPackageId, missing);
        }
        match self.draft.request_type {
            RequestType::AdminAdd | RequestType::SystemAdd | RequestType::OnBehalfAdd => {
                if draft_target(self.draft).is_none() && !self.has_email() {
                    self.report(Member::TargetId, missing);
                }
                if self.draft.assignment_policy_id.is_none() {
                    self.report(Member::AssignmentPolicyId, missing);
                }
            }
            RequestType::UserAdd
            | RequestType::UserUpdate
            | RequestType::UserExtend
            | RequestType::UserRemove
            | RequestType::AdminUpdate
            | RequestType::AdminRemove
            | RequestType::SystemUpdate
            | RequestType::SystemRemove
            | RequestType::ApproverRemove => {}
        }
    }

    /// Judges how the draft names the target (rule C3).
    fn target(&mut self) {
        let is_unknown = self.has_email() && draft_target(self.draft).is_none();
        if is_unknown && self.draft.request_type != RequestType::AdminAdd {
            self.report(Member::TargetEmail, ViolationKind::TargetNotInDirectory);
        }
        if let (Some(id), Some(object_id)) = (self.draft.target_id, self.draft.target_object_id)
            && id != object_id
        {
            self.report(Member::TargetObjectId, ViolationKind::ConflictingMembers);
        }
    }

    /// Judges the existing assignment (rule C4).
    fn existing_assignment(&mut self) {
        let has_older_form = match self.draft.request_type {
            RequestType::UserUpdate | RequestType::UserExtend => {
                self.draft.access_package_id.is_some() && self.draft.assignment_policy_id.is_some()
            }
            RequestType::UserAdd
            | RequestType::UserRemove
            | RequestType::AdminAdd
            | RequestType::AdminUpdate
            | RequestType::AdminRemove
            | RequestType::SystemAdd
            | RequestType::SystemUpdate
            | RequestType::SystemRemove
            | RequestType::OnBehalfAdd
            | RequestType::ApproverRemove => false,
        };
        if self.draft.assignment_id.is_none() && !has_older_form {
            self.report(Member::AssignmentId, ViolationKind::Missing);
        }
        let Some(assignment) = self.assignment else {
            self.report(Member::AssignmentId, ViolationKind::AssignmentNotFound);
            return;
        };
        if self.draft.assignment_id.is_some_and(|id| id != assignment.id) {
            self.report(Member::AssignmentId, ViolationKind::ConflictingMembers);
        }
        if draft_target(self.draft).is_some_and(|target| target != assignment.target) {
            self.report(Member::TargetId, ViolationKind::ConflictingMembers);
        }
    }

    /// Checks that the request belongs to this policy (rule C5).
    fn fits_policy(&mut self, operation: Operation) {
        let assignment = if operation == Operation::Add { None } else { self.assignment };
        if differs(
            self.policy.access_package_id,
            self.draft.access_package_id,
            assignment.map(|assignment| assignment.access_package_id),
        ) {
            self.report(Member::AccessPackageId, ViolationKind::PolicyMismatch);
        }
        if differs(
            self.policy.id,
            self.draft.assignment_policy_id,
            assignment.map(|assignment| assignment.assignment_policy_id),
        ) {
            self.report(Member::AssignmentPolicyId, ViolationKind::PolicyMismatch);
        }
    }

    /// Judges whether a user may ask for this target (rules C6, C7).
    fn who_for_whom(&mut self, operation: Operation) {
        if self.actor.role != Role::User {
            return;
        }
        let target = match operation {
            Operation::Add => draft_target(self.draft).unwrap_or(self.actor.id),
            Operation::Update | Operation::Remove => match self.assignment {
                Some(assignment) => assignment.target,
                None => return,
            },
        };
        let settings = self.policy.requestor_settings;
        let (for_oneself, on_behalf) = match operation {
            Operation::Add => (settings.self_add, settings.on_behalf_add),
            Operation::Update => (settings.self_update, settings.on_behalf_update),
            Operation::Remove => (settings.self_remove, settings.on_behalf_remove),
        };
        let is_on_behalf = self.draft.request_type == RequestType::OnBehalfAdd;
        let is_own = target == self.actor.id;
        if (is_on_behalf || !is_own) && !on_behalf {
            self.report(Member::TargetId, ViolationKind::OnBehalfNotAllowed);
        }
        if is_on_behalf && draft_target(self.draft) == Some(self.actor.id) {
            self.report(Member::TargetId, ViolationKind::OnBehalfOfSelf);
        }
        if !is_on_behalf && is_own && !for_oneself {
            self.report(Member::RequestType, ViolationKind::SelfServiceDisabled);
        }
    }

    /// Reports a missing justification (rule C8).
    fn justification(&mut self, operation: Operation) {
        let is_asked_by_policy = self.policy.is_requestor_justification_required
            && self.actor.role == Role::User
            && operation != Operation::Remove;
        let is_required = is_asked_by_policy || self.draft.request_type == RequestType::ApproverRemove;
        if is_required && self.draft.justification.as_ref().is_none_or(|text| is_blank(text)) {
            self.report(Member::Justification, ViolationKind::Missing);
        }
    }

    /// Judges the schedule (rule C9).
    fn schedule(&mut self, operation: Operation) {
        let Some(schedule) = self.draft.schedule else { return };
        let is_users = self.actor.role == Role::User;
        if operation == Operation::Remove {
            self.report(Member::Schedule, ViolationKind::Unexpected);
            return;
        }
        if is_users && !self.policy.requestor_settings.custom_schedule {
            self.report(Member::Schedule, ViolationKind::ScheduleNotAllowed);
            return;
        }
        if schedule.has_recurrence {
            self.report(Member::Recurrence, ViolationKind::Unexpected);
        }
        let expiration = schedule.expiration;
        let (takes_end, takes_duration) = match expiration.kind {
            ExpirationType::AfterDateTime => (true, false),
            ExpirationType::AfterDuration => (false, true),
            ExpirationType::NoExpiration | ExpirationType::NotSpecified => (false, false),
        };
        // A zero duration is not positive, so it counts as missing.
        if takes_duration && expiration.duration.is_none_or(Period::is_zero) {
            self.report(Member::Duration, ViolationKind::Missing);
        }
        match expiration.end {
            None if takes_end => self.report(Member::EndDateTime, ViolationKind::Missing),
            Some(_) if !takes_end => self.report(Member::EndDateTime, ViolationKind::Unexpected),
            None | Some(_) => {}
        }
        if expiration.duration.is_some() && !takes_duration {
            self.report(Member::Duration, ViolationKind::Unexpected);
        }
        if let Some(end) = expiration.end {
            if schedule.start.is_some_and(|start| end <= start) {
                self.report(Member::EndDateTime, ViolationKind::EndBeforeStart);
            }
            if end <= self.now {
                self.report(Member::EndDateTime, ViolationKind::EndInPast);
            }
        }
        let limit = self.policy.route.rules.spec().start_limit;
        if let (Some(start), Some(limit)) = (schedule.start, limit)
            && start > self.now.saturating_add(limit)
        {
            self.report(Member::StartDateTime, ViolationKind::StartTooLate { limit });
        }
        let is_bounded = is_bounded_by_policy(self.draft.request_type, self.policy.route.rules.spec());
        if is_bounded && exceeds(self.policy.expiration, &schedule, self.now) {
            self.report(Member::Expiration, ViolationKind::ExceedsPolicy);
        }
    }

    /// Judges the number of answers, and texts other than answers (rule C14).
    fn texts(&mut self, operation: Operation) {
        let limits = self.policy.limits;
        let texts = [
            (Member::Justification, self.draft.justification.as_deref(), limits.justification),
            (Member::TargetEmail, self.draft.target_email.as_deref(), limits.email),
        ];
        let count = self.draft.answers.len();
        if operation != Operation::Remove && count > limits.answers {
            self.report(Member::Answers, ViolationKind::TooMany { count, limit: limits.answers });
        }
        for (member, text, limit) in texts {
            if let Some(text) = text
                && text.len() > limit
            {
                self.report(member, ViolationKind::TooLong { bytes: text.len(), limit });
            }
        }
        for (member, text, _) in texts {
            if let Some(character) = text.and_then(forbidden_character) {
                self.report(member, ViolationKind::ForbiddenCharacter { character });
            }
        }
    }

    /// Judges whether the request may bypass approval (rule C15).
    fn bypass(&mut self, operation: Operation) {
        if !self.draft.bypass_approval {
            return;
        }
        if self.draft.request_type.initiator() != Role::Administrator || operation == Operation::Remove {
            self.report(Member::BypassApproval, ViolationKind::Unexpected);
            return;
        }
        let target = match operation {
            Operation::Add => draft_target(self.draft),
            Operation::Update | Operation::Remove => self.assignment.map(|assignment| assignment.target),
        };
        let is_unknown = operation == Operation::Add && target.is_none();
        let is_forbidden = self.policy.route.rules.spec().admin_bypasses_approval == AdminBypass::Never;
        if is_forbidden || is_unknown || target == Some(self.actor.id) {
            self.report(Member::BypassApproval, ViolationKind::BypassNotAllowed);
        }
    }
}

/// Returns whether the policy has an id, and the body or the existing assignment has a different one.
fn differs<T: PartialEq>(policy: Option<T>, body: Option<T>, existing: Option<T>) -> bool {
    policy.is_some_and(|policy| {
        body.is_some_and(|body| body != policy) || existing.is_some_and(|existing| existing != policy)
    })
}
