//! A request, and what can be asked of it without changing it.

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
use crate::vocabulary::request_type::RequestType;
use crate::vocabulary::schedule::Schedule;
use crate::vocabulary::status::{State, Status};
use crate::vocabulary::timestamp::Timestamp;

/// A request on its way.
///
/// [`Policy::submit`](crate::Policy::submit) and [`Request::replay`] make one. [`decide`](crate::decide) judges a
/// command, and [`Request::apply`] takes its decision; [`Request::handle`] does both. There is no other way to make or
/// to change one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub(crate) submission: Arc<Submission>,
    /// The target's id, once it is known.
    pub(crate) target: Option<Uuid>,
    pub(crate) phase: Phase,
    pub(crate) revision: u64,
    pub(crate) created: Timestamp,
    /// The moment of the last event.
    pub(crate) updated: Timestamp,
    pub(crate) completed: Option<Timestamp>,
    /// When the reprocess window opened: at the first completion, or the first failed wait under `hold` (rule Q2).
    pub(crate) reprocess_from: Option<Timestamp>,
    /// The current fulfillment; 0 where none was ordered.
    pub(crate) attempt: u32,
    /// In the order in which they were started.
    pub(crate) callouts: Vec<Callout>,
    /// One for each determined stage whose extension has answered, in order.
    pub(crate) determinations: Vec<Determination>,
    /// One a decided stage, in order.
    pub(crate) reviews: Vec<Review>,
}

impl Request {
    /// The request as it is after `submitted`.
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

    /// The request's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.submission.id
    }

    /// The type of request.
    #[must_use]
    pub fn request_type(&self) -> RequestType {
        self.submission.request_type
    }

    /// Who asked.
    #[must_use]
    pub fn requestor(&self) -> Uuid {
        self.submission.requestor
    }

    /// Who gets or loses access; none while only an e-mail address is known.
    #[must_use]
    pub const fn target(&self) -> Option<Uuid> {
        self.target
    }

    /// The e-mail address of a target who was not in the directory at submission.
    #[must_use]
    pub fn target_email(&self) -> Option<&str> {
        match &self.submission.target {
            Target::Id(_) => None,
            Target::Email(email) => Some(email),
        }
    }

    /// The assignment that an Update or a Remove is about.
    #[must_use]
    pub fn assignment_id(&self) -> Option<Uuid> {
        self.submission.assignment_id
    }

    /// What is asked access to.
    #[must_use]
    pub fn access_package_id(&self) -> Option<Uuid> {
        self.submission.access_package_id
    }

    /// The policy under which is asked.
    #[must_use]
    pub fn assignment_policy_id(&self) -> Option<Uuid> {
        self.submission.assignment_policy_id
    }

    /// Why access is wanted.
    #[must_use]
    pub fn justification(&self) -> Option<&str> {
        self.submission.justification.as_deref()
    }

    /// When access is wanted.
    #[must_use]
    pub fn schedule(&self) -> Option<&Schedule> {
        self.submission.schedule.as_ref()
    }

    /// The accepted answers.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.submission.answers
    }

    /// Whether the request was made to be judged only (rule C13).
    #[must_use]
    pub fn is_validation_only(&self) -> bool {
        self.submission.is_validation_only
    }

    /// When the access that is asked for would have ended (rule C9); none for access without a known end.
    #[must_use]
    pub fn window_end(&self) -> Option<Timestamp> {
        self.submission.window_end
    }

    /// The route, fixed at submission (rule I6).
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.submission.route
    }

    /// Where on its route the request is.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// The status (rule T3).
    #[must_use]
    pub const fn status(&self) -> Status {
        self.phase.status()
    }

    /// The state (rules T2, T3). A wait changes the status and never the state (decision D3).
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

    /// The number of events so far (rule I3).
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// When the request was submitted.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// The moment of the last event.
    #[must_use]
    pub const fn updated(&self) -> Timestamp {
        self.updated
    }

    /// When the request came to its end (rule F4).
    #[must_use]
    pub const fn completed(&self) -> Option<Timestamp> {
        self.completed
    }

    /// The current fulfillment, from 1; none where none was ordered.
    #[must_use]
    pub const fn attempt(&self) -> Option<u32> {
        match self.attempt {
            0 => None,
            attempt => Some(attempt),
        }
    }

    /// The callouts, in the order in which they were started.
    #[must_use]
    pub fn callouts(&self) -> &[Callout] {
        &self.callouts
    }

    /// The decisions about approval stages, in order.
    #[must_use]
    pub fn reviews(&self) -> &[Review] {
        &self.reviews
    }

    /// The one moment at which to send `Elapse` next, and why; none where the request does not move by itself
    /// (rule N5).
    ///
    /// A timer that fires late or twice does no harm: deadlines that are reached are applied before any command is
    /// judged, and `Elapse` with nothing due is accepted without events.
    ///
    /// ```
    /// use assignment_request::{
    ///     Action, Actor, Command, Deadline, DeadlineKind, Draft, Limits, Timestamp, Policy, PolicySpec, RequestType,
    ///     RequestorSettings, Role, Status,
    /// };
    /// use uuid::Uuid;
    ///
    /// let policy = Policy::compile(
    ///     &PolicySpec {
    ///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::NONE },
    ///         ..PolicySpec::EMPTY
    ///     },
    ///     &Limits::DEFAULT,
    /// )?;
    /// let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
    /// let system = Actor::new(Uuid::from_u128(3), Role::System);
    /// let draft = Draft { access_package_id: Some(Uuid::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// let (mut request, _) = policy.submit(Uuid::from_u128(2), &draft, None, ada, now)?;
    /// let deadline = Deadline { at: "2026-01-19T09:00:00Z".parse()?, kind: DeadlineKind::Processing };
    /// assert_eq!(request.next_deadline(), Some(deadline));
    ///
    /// // Access is to be given; by default a fulfillment may take fourteen days.
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

    /// Whether this request needs approval (rule W4).
    #[must_use]
    pub fn is_approval_required(&self) -> bool {
        self.submission.is_approval_required()
    }

    /// The approval stages of this request, as its policy has them; empty if it needs no approval.
    #[must_use]
    pub fn approval_stages(&self) -> &[RouteStage] {
        if self.is_approval_required() { self.route().approval_stages() } else { &[] }
    }

    /// The settings of an approval stage, by its index. `None` if there is no such stage, or if its extension has not
    /// determined it yet.
    #[must_use]
    pub fn approval_stage(&self, stage: u32) -> Option<ApprovalStage> {
        self.approval_stage_after(stage, None)
    }

    /// As [`Request::approval_stage`], once `latest` is determined too.
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

    /// What an extension determined about an approval stage, by the stage's index. `None` if the policy sets the stage,
    /// or if its extension has not answered yet.
    #[must_use]
    pub fn determination(&self, stage: u32) -> Option<&Determination> {
        let index = usize::try_from(stage).ok()?;
        self.approval_stages().get(index)?;
        self.determinations.get(self.route().determined_index(index)?)
    }

    /// The id of an approval stage, by its index (rule I5). `None` if there is no such stage.
    #[must_use]
    pub fn approval_stage_id(&self, stage: u32) -> Option<Uuid> {
        let index = usize::try_from(stage).ok()?;
        self.approval_stages().get(index)?;
        Some(derived_id(self.id(), &["approval/", itoa::Buffer::new().format(stage)]))
    }

    /// Whether the request can come to wait for a callback (rules W1, Y5).
    pub(crate) fn has_wait(&self) -> bool {
        stages_of(self.request_type().operation()).iter().any(|stage| {
            let is_passed = *stage != CalloutStage::AssignmentRequestDeterminingApprovalRequirements
                || self.is_approval_required();
            is_passed && self.route().extensions(*stage).any(|extension| extension.timeout.is_some())
        })
    }

    /// Whether `subject` asked for the request, or is its target.
    pub(crate) fn concerns(&self, subject: Uuid) -> bool {
        self.requestor() == subject || self.target == Some(subject)
    }

    /// The callout with this instance id. The one started last is looked at first: it is the one that is waited for.
    pub(crate) fn callout(&self, instance: Uuid) -> Option<&Callout> {
        self.callouts.iter().rev().find(|callout| callout.instance == instance)
    }

    /// The instance id of a callout of this request (rule I5).
    pub(crate) fn callout_id(&self, stage: CalloutStage, index: u32, attempt: u32) -> Uuid {
        let (mut digits, mut more_digits) = (itoa::Buffer::new(), itoa::Buffer::new());
        let (index, attempt) = (digits.format(index), more_digits.format(attempt));
        derived_id(self.id(), &["callout/", stage.into(), "/", index, "/", attempt])
    }
}

/// A derived id: UUID version 5 of a name, given in parts, in the namespace of the request (rule I5).
fn derived_id(namespace: Uuid, name: &[&str]) -> Uuid {
    let mut hash = Sha1::new_with_prefix(namespace.as_bytes());
    for part in name {
        hash.update(part.as_bytes());
    }
    let [id @ .., _, _, _, _]: [u8; 20] = hash.finalize().into();
    Builder::from_sha1_bytes(id).into_uuid()
}
