//! The request, and its read-only methods.

pub(crate) mod callout;
pub(crate) mod determined_stage;
pub(crate) mod event;
mod fold;
pub(crate) mod phase;
pub(crate) mod review;
pub(crate) mod submission;

use alloc::sync::Arc;
use alloc::vec::Vec;

use sha1::{Digest, Sha1};
use uuid::{Builder, Uuid};

use crate::policy::route::{ApprovalStage, Route, RouteStage, stages_of};
use crate::request::callout::Callout;
use crate::request::determined_stage::{Determination, DeterminedStage};
use crate::request::phase::{Deadline, Phase};
use crate::request::review::Review;
use crate::request::submission::{Answer, Submission, Target};
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::ids::{
    AccessPackageId, ApprovalStageId, AssignmentId, CalloutId, PolicyId, RequestId, SubjectId,
};
use crate::vocabulary::request_type::RequestType;
use crate::vocabulary::schedule::Schedule;
use crate::vocabulary::status::{State, Status};
use crate::vocabulary::timestamp::Timestamp;

/// An access package assignment request.
///
/// [`Policy::submit`](crate::Policy::submit) and [`Request::replay`] create a request. [`decide`](crate::decide) judges
/// a command, and [`Request::apply`] applies the decision; [`Request::handle`] does both. There is no other way to
/// create or change a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub(crate) submission: Arc<Submission>,
    /// The target's id, once it is known.
    pub(crate) target: Option<SubjectId>,
    pub(crate) phase: Phase,
    pub(crate) revision: u64,
    pub(crate) created: Timestamp,
    /// The time of the last event.
    pub(crate) updated: Timestamp,
    pub(crate) completed: Option<Timestamp>,
    /// When the reprocess window opened: at the first completion, or the first failed wait under `hold` (rule Q2).
    pub(crate) reprocess_from: Option<Timestamp>,
    /// The current fulfillment attempt. 0 if no fulfillment was ordered.
    pub(crate) attempt: u32,
    /// The callouts, in the order in which they were started.
    pub(crate) callouts: Vec<Callout>,
    /// One for each determined stage whose extension has answered, in order.
    pub(crate) determinations: Vec<Determination>,
    /// One for each decided stage, in order.
    pub(crate) reviews: Vec<Review>,
}

impl Request {
    /// Returns the request as it is after the event `submitted`.
    pub(crate) fn submitted(submission: Arc<Submission>, at: Timestamp) -> Self {
        let target = match submission.target {
            Target::Id(id) => Some(id),
            Target::Email(_) => None,
        };
        let deadline = submission
            .route
            .rules
            .spec()
            .accepted_timeout
            .filter(|_| !submission.is_validation_only)
            .map(|timeout| at.saturating_add(timeout));
        Self {
            target,
            phase: Phase::Accepted { deadline },
            revision: 1,
            created: at,
            updated: at,
            completed: None,
            reprocess_from: None,
            attempt: 0,
            callouts: Vec::new(),
            determinations: Vec::new(),
            reviews: Vec::new(),
            submission,
        }
    }

    /// Returns the request's id.
    #[must_use]
    pub fn id(&self) -> RequestId {
        self.submission.id
    }

    /// Returns the type of request.
    #[must_use]
    pub fn request_type(&self) -> RequestType {
        self.submission.request_type
    }

    /// Returns the requestor.
    #[must_use]
    pub fn requestor(&self) -> SubjectId {
        self.submission.requestor
    }

    /// Returns who gets or loses access, or `None` while only an e-mail address is known.
    #[must_use]
    pub const fn target(&self) -> Option<SubjectId> {
        self.target
    }

    /// Returns the e-mail address of a target who was not in the directory at submission.
    #[must_use]
    pub fn target_email(&self) -> Option<&str> {
        match &self.submission.target {
            Target::Id(_) => None,
            Target::Email(email) => Some(email),
        }
    }

    /// Returns the assignment that an Update or a Remove changes.
    #[must_use]
    pub fn assignment_id(&self) -> Option<AssignmentId> {
        self.submission.assignment_id
    }

    /// Returns the access package that the request is about.
    #[must_use]
    pub fn access_package_id(&self) -> Option<AccessPackageId> {
        self.submission.access_package_id
    }

    /// Returns the policy under which the request was made.
    #[must_use]
    pub fn assignment_policy_id(&self) -> Option<PolicyId> {
        self.submission.assignment_policy_id
    }

    /// Returns the requestor's justification.
    #[must_use]
    pub fn justification(&self) -> Option<&str> {
        self.submission.justification.as_deref()
    }

    /// Returns the requested schedule of access.
    #[must_use]
    pub fn schedule(&self) -> Option<&Schedule> {
        self.submission.schedule.as_ref()
    }

    /// Returns the accepted answers.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.submission.answers
    }

    /// Returns whether the request is for validation only (rule C13).
    #[must_use]
    pub fn is_validation_only(&self) -> bool {
        self.submission.is_validation_only
    }

    /// Returns when the requested access would have ended (rule C9), or `None` if its end is not known.
    #[must_use]
    pub fn window_end(&self) -> Option<Timestamp> {
        self.submission.window_end
    }

    /// Returns the route, fixed at submission (rule I6).
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.submission.route
    }

    /// Returns where the request is on its route.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Returns the status (rule T3).
    #[must_use]
    pub const fn status(&self) -> Status {
        self.phase.status()
    }

    /// Returns the state (rules T2, T3). A wait changes the status and never the state (decision D3).
    #[must_use]
    pub fn state(&self) -> State {
        match self.phase {
            Phase::Accepted { .. } => State::Submitted,
            Phase::WaitingForCallback { stage, .. } => match stage {
                CalloutStage::AssignmentRequestApproved if self.is_approval_required() => {
                    State::PendingApproval
                }
                CalloutStage::AssignmentRequestCreated
                | CalloutStage::AssignmentRequestDeterminingApprovalRequirements
                | CalloutStage::AssignmentRequestApproved => State::Submitted,
                CalloutStage::AssignmentRequestGranted
                | CalloutStage::AssignmentRequestRemoved
                | CalloutStage::AssignmentFourteenDaysBeforeExpiration
                | CalloutStage::AssignmentOneDayBeforeExpiration => State::Delivering,
            },
            Phase::PendingApproval { .. } => State::PendingApproval,
            Phase::Scheduled { .. } => State::Scheduled,
            Phase::Delivering { .. } => State::Delivering,
            Phase::Delivered => State::Delivered,
            Phase::PartiallyDelivered => State::PartiallyDelivered,
            Phase::DeliveryFailed(_) => State::DeliveryFailed,
            Phase::Denied(_) => State::Denied,
            Phase::Canceled(_) => State::Canceled,
        }
    }

    /// Returns the number of events so far (rule I3).
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns when the request was submitted.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// Returns the time of the last event.
    #[must_use]
    pub const fn updated(&self) -> Timestamp {
        self.updated
    }

    /// Returns when the request ended, or `None` if it has not ended (rule F4).
    #[must_use]
    pub const fn completed(&self) -> Option<Timestamp> {
        self.completed
    }

    /// Returns the end of the time in which the request may be reprocessed, regardless of its access window, or `None`
    /// until the request first ends or a wait first fails and is held (rule Q2). Later failures do not prolong it.
    #[must_use]
    pub fn reprocess_window_end(&self) -> Option<Timestamp> {
        let window = self.route().rules().spec().reprocess_window;
        self.reprocess_from.map(|from| from.saturating_add(window))
    }

    /// Returns the current fulfillment attempt, counted from 1, or `None` if no fulfillment was ordered.
    #[must_use]
    pub const fn attempt(&self) -> Option<u32> {
        match self.attempt {
            0 => None,
            attempt => Some(attempt),
        }
    }

    /// Returns the callouts, in the order in which they were started.
    #[must_use]
    pub fn callouts(&self) -> &[Callout] {
        &self.callouts
    }

    /// Returns the decisions about approval stages, in order.
    #[must_use]
    pub fn reviews(&self) -> &[Review] {
        &self.reviews
    }

    /// Returns when to send `Elapse` next, and why, or `None` if the request does not move on by itself (rule N5).
    ///
    /// A timer that fires late or twice does no harm: due deadlines are applied before any command is judged, and
    /// `Elapse` with nothing due is accepted without events.
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, Action, Actor, Command, Deadline, DeadlineKind, Draft, Limits, Policy,
    ///     PolicySpec, RequestId, RequestType, RequestorSettings, Role, Status, SubjectId, Timestamp,
    /// };
    ///
    /// let policy = Policy::compile(
    ///     &PolicySpec {
    ///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
    ///         ..PolicySpec::default()
    ///     },
    ///     &Limits::default(),
    /// )?;
    /// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    /// let system = Actor::new(SubjectId::from_u128(3), Role::System);
    /// let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// let (mut request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
    /// let deadline = Deadline { at: "2026-01-19T09:00:00Z".parse()?, kind: DeadlineKind::Processing };
    /// assert_eq!(request.next_deadline(), Some(deadline));
    ///
    /// // The host must give access. By default, a fulfillment may take fourteen days.
    /// request.handle(&Command::new(system, Action::Process { target: None }), now)?;
    /// let deadline = Deadline { kind: DeadlineKind::Fulfillment, ..deadline };
    /// assert_eq!(request.next_deadline(), Some(deadline));
    ///
    /// // The host's timer fires.
    /// request.handle(&Command::new(system, Action::Elapse), deadline.at)?;
    /// assert_eq!(request.status(), Status::DeliveryFailed);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn next_deadline(&self) -> Option<Deadline> {
        self.phase.deadline()
    }

    /// Returns the next deadline if it is due at `now` (rule N2).
    pub(crate) fn due_deadline(&self, now: Timestamp) -> Option<Deadline> {
        self.next_deadline().filter(|deadline| deadline.at.is_reached(now))
    }

    /// Returns whether this request needs approval (rule W4).
    #[must_use]
    pub fn is_approval_required(&self) -> bool {
        self.submission.is_approval_required()
    }

    /// Returns the approval stages of this request, as its policy lists them, or no stages if it needs no approval.
    #[must_use]
    pub fn approval_stages(&self) -> &[RouteStage] {
        if self.is_approval_required() { self.route().approval_stages() } else { &[] }
    }

    /// Returns the settings of an approval stage, by its index. `None` if there is no such stage, or if its extension
    /// has not determined it yet.
    #[must_use]
    pub fn approval_stage(&self, stage: u32) -> Option<ApprovalStage> {
        self.approval_stage_after(stage, None)
    }

    /// Same as [`Request::approval_stage`], but as if `latest` were determined too.
    pub(crate) fn approval_stage_after(
        &self,
        stage: u32,
        latest: Option<&DeterminedStage>,
    ) -> Option<ApprovalStage> {
        let index = usize::try_from(stage).ok()?;
        match self.approval_stages().get(index)? {
            RouteStage::Set(settings) => Some(*settings),
            RouteStage::Determined { .. } => {
                let determined = self.route().determined_index(index)?;
                let known = self.determinations.get(determined).map(Determination::stage);
                let latest = latest.filter(|_| determined == self.determinations.len());
                known.or(latest).map(DeterminedStage::settings)
            }
        }
    }

    /// Returns what an extension determined about an approval stage, by the stage's index. `None` if the policy sets
    /// the stage, or if its extension has not answered yet.
    #[must_use]
    pub fn determination(&self, stage: u32) -> Option<&Determination> {
        let index = usize::try_from(stage).ok()?;
        self.approval_stages().get(index)?;
        self.determinations.get(self.route().determined_index(index)?)
    }

    /// Returns the id of an approval stage, by its index (rule I5). `None` if there is no such stage.
    #[must_use]
    pub fn approval_stage_id(&self, stage: u32) -> Option<ApprovalStageId> {
        let index = usize::try_from(stage).ok()?;
        self.approval_stages().get(index)?;
        Some(ApprovalStageId::new(derived_id(self.id(), &["approval/", itoa::Buffer::new().format(stage)])))
    }

    /// Returns whether the request can ever wait for a callback (rules W1, Y5).
    pub(crate) fn has_wait(&self) -> bool {
        stages_of(self.request_type().operation()).iter().any(|stage| {
            let is_passed = *stage != CalloutStage::AssignmentRequestDeterminingApprovalRequirements
                || self.is_approval_required();
            is_passed && self.route().extensions(*stage).any(|extension| extension.timeout.is_some())
        })
    }

    /// Returns whether `subject` is the requestor or the target.
    pub(crate) fn concerns(&self, subject: SubjectId) -> bool {
        self.requestor() == subject || self.target == Some(subject)
    }

    /// Returns the index of the approval stage with this id (rule I5). `None` if the request has no such stage.
    #[must_use]
    pub fn approval_stage_index(&self, id: ApprovalStageId) -> Option<u32> {
        let stages = u32::try_from(self.approval_stages().len()).ok()?;
        (0..stages).find(|stage| self.approval_stage_id(*stage) == Some(id))
    }

    /// Returns the callout with this instance id. The search begins with the callout that was started last, because a
    /// request waits for that one.
    #[must_use]
    pub fn callout(&self, instance: CalloutId) -> Option<&Callout> {
        self.callouts.iter().rev().find(|callout| callout.instance == instance)
    }

    /// Returns the instance id of a callout of this request (rule I5).
    pub(crate) fn callout_id(&self, stage: CalloutStage, index: u32, attempt: u32) -> CalloutId {
        let (mut digits, mut more_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
        let (index, attempt) = (digits.format(index), more_digits.format(attempt));
        CalloutId::new(derived_id(self.id(), &["callout/", stage.as_str(), "/", index, "/", attempt]))
    }
}

/// Returns a derived id: the UUID version 5 of a name, given in parts, in the namespace of the request (rule I5).
fn derived_id(namespace: RequestId, name: &[&str]) -> Uuid {
    let mut hash = Sha1::new_with_prefix(namespace.uuid().as_bytes());
    for part in name {
        hash.update(part.as_bytes());
    }
    let [id @ .., _, _, _, _]: [u8; 20] = hash.finalize().into();
    Builder::from_sha1_bytes(id).into_uuid()
}
