//! What must change for a refused command to be accepted.

use core::fmt;

use crate::command::rejection::{CommandText, Rejection};
use crate::request::determined_stage::ApprovalStageViolations;
use crate::vocabulary::actor::RoleSet;
use crate::vocabulary::callout_stage::{CalloutStage, CalloutStageSet, RESUMABLE};
use crate::vocabulary::decision::DeliveryOutcome;
use crate::vocabulary::ids::SubjectId;
use crate::vocabulary::status::{State, Status, StatusSet};
use crate::vocabulary::timestamp::Timestamp;

/// What would change a refusal: what someone can do, or wait for, so that the guard lets the command pass.
///
/// A remedy is about one guard. Other guards of the same command may stand against it too: [`explain`](crate::explain())
/// shows all of them, each with its own remedy.
///
/// ```
/// use assignment_request::{ActionKind, Rejection, Remedy, Role, Status};
///
/// let rejection = Rejection::NotPermitted { action: ActionKind::Reprocess, role: Role::User };
/// assert_eq!(rejection.remedy(), Remedy::NeedsRole(ActionKind::Reprocess.roles()));
/// assert_eq!(rejection.remedy().to_string(), "needs another role: administrator, system");
///
/// // A request that is being approved cannot be processed again, nor ever could.
/// assert_eq!(Rejection::AlreadyProcessing { status: Status::PendingApproval }.remedy(), Remedy::AlreadyDone);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Nothing: this command will not be accepted for this request any more.
    Never,
    /// Nothing needs to be done: the same was accepted before.
    AlreadyDone,
    /// The same command, from this time on.
    WaitUntil(Timestamp),
    /// The same command, once the request has one of these statuses. It may never come to have one. An administrator or
    /// the system can also cancel in a wait that failed and is held (rule K2).
    AllowedIn(StatusSet),
    /// The same decision, of a callout at one of these stages.
    AllowedAt(CalloutStageSet),
    /// The same command, by an actor in one of these roles.
    NeedsRole(RoleSet),
    /// The same command, by the user who made the request, or in another role that may.
    NeedsRequestor,
    /// The same command, by someone who is neither requestor nor target.
    NeedsSomebodyElse,
    /// The same command, by an approver who has approved no stage of this request.
    NeedsAnotherApprover,
    /// The command must be judged again against the current request, and expect this revision.
    NeedsCurrentRevision(u64),
    /// A wait that failed must be held (rule X6); then an administrator or the system can cancel. Where failed waits are
    /// not held, that never comes.
    NeedsHeldWait,
    /// The request must be submitted first.
    NeedsSubmission,
    /// The new request must have another id.
    NeedsAnotherId,
    /// The target must be named, by this id if it is known.
    NeedsTarget(Option<SubjectId>),
    /// A callout of this request must be named.
    NeedsKnownCallout,
    /// This stage must be named: it is the callout's.
    NeedsStage(CalloutStage),
    /// An approval stage that there is must be named.
    NeedsApprovalStage {
        /// How many there are; they count from 0.
        stages: usize,
    },
    /// This approval stage must be approved first.
    NeedsApprovalOf(u32),
    /// The approver must decide as a primary one: there is no escalation.
    NeedsPrimaryTier,
    /// An approval stage must be given.
    NeedsDeterminedStage,
    /// The approval stage must be left out.
    NeedsNoDeterminedStage,
    /// The approval stage must be given without these faults.
    NeedsSoundDeterminedStage(ApprovalStageViolations),
    /// Someone other than the actor who determined the stage must decide.
    NeedsIndependentApprover,
    /// A justification must be given.
    NeedsJustification,
    /// The text must be shorter.
    NeedsShorterText {
        /// Which text.
        text: CommandText,
        /// How many bytes it may have.
        limit: usize,
    },
    /// The text must do without this character.
    NeedsTextWithout {
        /// Which text.
        text: CommandText,
        /// The first character that it may not have.
        character: char,
    },
    /// This attempt, the current one, must be named.
    NeedsAttempt(u32),
    /// This attempt is over. Reprocessing, where it is still possible, starts another.
    NeedsReprocessing,
    /// It must be reported first how the fulfillment went.
    NeedsReport,
    /// The request's assignment must be removed first.
    NeedsRemovedAssignment,
}

impl fmt::Display for Remedy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => formatter.write_str("nothing changes this any more"),
            Self::AlreadyDone => formatter.write_str("nothing needs to be done: it was done before"),
            Self::WaitUntil(at) => write!(formatter, "wait until {at}"),
            Self::AllowedIn(statuses) => write!(formatter, "needs another status: {statuses}"),
            Self::AllowedAt(stages) => write!(formatter, "needs another stage: {stages}"),
            Self::NeedsRole(roles) => write!(formatter, "needs another role: {roles}"),
            Self::NeedsRequestor => {
                formatter.write_str("needs the user who made the request, an administrator or the system")
            }
            Self::NeedsSomebodyElse => {
                formatter.write_str("needs an actor who is neither requestor nor target")
            }
            Self::NeedsAnotherApprover => formatter.write_str("needs an approver who approved no stage yet"),
            Self::NeedsCurrentRevision(revision) => {
                write!(formatter, "read the request again, and expect revision {revision}")
            }
            Self::NeedsHeldWait => {
                formatter.write_str("needs a failed wait that is held, and an administrator or the system")
            }
            Self::NeedsSubmission => formatter.write_str("submit the request first"),
            Self::NeedsAnotherId => formatter.write_str("give the new request another id"),
            Self::NeedsTarget(Some(target)) => write!(formatter, "name the target {target}, or none"),
            Self::NeedsTarget(None) => formatter.write_str("name the target's id"),
            Self::NeedsKnownCallout => formatter.write_str("name a callout of this request"),
            Self::NeedsStage(stage) => write!(formatter, "name the callout's stage, `{stage}`"),
            Self::NeedsApprovalStage { stages } => {
                write!(formatter, "name an approval stage; there are {stages}, counted from 0")
            }
            Self::NeedsApprovalOf(stage) => {
                write!(formatter, "approval stage {stage} must be approved first")
            }
            Self::NeedsPrimaryTier => formatter.write_str("decide as a primary approver"),
            Self::NeedsDeterminedStage => {
                formatter.write_str("give the approval stage in `data.approvalStage`")
            }
            Self::NeedsNoDeterminedStage => formatter.write_str("leave `data.approvalStage` out"),
            Self::NeedsSoundDeterminedStage(violations) => {
                write!(formatter, "answer again with another approval stage: {violations}")
            }
            Self::NeedsIndependentApprover => {
                formatter.write_str("needs an approver other than the actor who determined the stage")
            }
            Self::NeedsJustification => formatter.write_str("say why"),
            Self::NeedsShorterText { text, limit } => {
                write!(formatter, "shorten `{text}` to at most {limit} bytes")
            }
            Self::NeedsTextWithout { text, character } => {
                write!(formatter, "leave U+{:04X} out of `{text}`", u32::from(*character))
            }
            Self::NeedsAttempt(attempt) => write!(formatter, "name attempt {attempt}, the current one"),
            Self::NeedsReprocessing => {
                formatter.write_str("this attempt is over; reprocess the request, which starts another")
            }
            Self::NeedsReport => formatter.write_str("report first how the fulfillment went"),
            Self::NeedsRemovedAssignment => formatter.write_str("remove the assignment first"),
        }
    }
}

/// Where a stage of approval is open.
const PENDING: StatusSet = StatusSet::of(&[Status::PendingApproval, Status::PendingApprovalEscalated]);
/// The statuses in which a delivery may be reported: also after a failure, if the fulfillment timed out.
const REPORTABLE: StatusSet =
    StatusSet::of(&[Status::Delivering, Status::PartiallyDelivered, Status::DeliveryFailed]);
/// The statuses in which a delivery failed, in full or in part.
const INCOMPLETE: StatusSet = StatusSet::of(&[
    Status::PartiallyDelivered,
    Status::DeliveryFailed,
    Status::CalloutFailed,
    Status::CallbackTimedOut,
]);
/// The statuses of a request that has ended.
const COMPLETE: StatusSet = StatusSet::of(&[
    Status::Fulfilled,
    Status::PartiallyDelivered,
    Status::DeliveryFailed,
    Status::CalloutFailed,
    Status::CallbackTimedOut,
    Status::Denied,
    Status::Expired,
    Status::Canceled,
]);
impl Rejection {
    /// What would change this refusal.
    #[must_use]
    #[expect(clippy::match_same_arms, reason = "a table: one row a rejection")]
    pub const fn remedy(&self) -> Remedy {
        match *self {
            Self::NoRequest => Remedy::NeedsSubmission,
            Self::AlreadySubmitted => Remedy::NeedsAnotherId,
            Self::RevisionConflict { actual, .. } => Remedy::NeedsCurrentRevision(actual),
            Self::NotPermittedToSubmit { request_type, .. } => {
                Remedy::NeedsRole(RoleSet::of(&[request_type.initiator()]))
            }
            Self::NotPermitted { action, .. } => Remedy::NeedsRole(action.roles()),
            Self::NotTheRequestor => Remedy::NeedsRequestor,
            Self::RequestClosed { .. } => Remedy::Never,
            Self::AlreadyProcessing { .. } => Remedy::AlreadyDone,
            Self::ValidationOnly => Remedy::Never,
            Self::ConflictingTarget { known, .. } => Remedy::NeedsTarget(Some(known)),
            Self::TargetUnknown => Remedy::NeedsTarget(None),
            Self::StageNotResumable { .. } => Remedy::AllowedAt(CalloutStageSet::of(&RESUMABLE)),
            Self::UnknownCallout { .. } => Remedy::NeedsKnownCallout,
            Self::StageMismatch { actual, .. } => Remedy::NeedsStage(actual),
            Self::NotWaiting => Remedy::Never,
            Self::AlreadyResumed => Remedy::AlreadyDone,
            Self::ResumeConflict { .. } => Remedy::Never,
            Self::CallbackTooLate | Self::CalloutAlreadyFailed => Remedy::NeedsReprocessing,
            Self::SelfResume | Self::SelfApproval => Remedy::NeedsSomebodyElse,
            Self::DenialNotAllowed { allowed, .. } | Self::CancellationNotAllowed { allowed, .. } => {
                if allowed.is_empty() {
                    Remedy::Never
                } else {
                    Remedy::AllowedAt(allowed)
                }
            }
            Self::ApprovalStageMissing => Remedy::NeedsDeterminedStage,
            Self::ApprovalStageUnexpected => Remedy::NeedsNoDeterminedStage,
            Self::BadApprovalStage { violations } => Remedy::NeedsSoundDeterminedStage(violations),
            Self::TooLong { text, limit, .. } => Remedy::NeedsShorterText { text, limit },
            Self::ForbiddenCharacter { text, character } => Remedy::NeedsTextWithout { text, character },
            Self::CalloutAlreadyReported => Remedy::AlreadyDone,
            Self::CalloutClosed { .. } => Remedy::Never,
            Self::UnknownStage { stages: 0, .. } => Remedy::Never,
            Self::UnknownStage { stages, .. } => Remedy::NeedsApprovalStage { stages },
            Self::AlreadyDecided { .. } => Remedy::AlreadyDone,
            Self::StageAlreadyDecided { .. } => Remedy::Never,
            Self::NotPendingApproval { status } => later(status, PENDING),
            Self::StageNotOpen { open, .. } => Remedy::NeedsApprovalOf(open),
            Self::AlreadyApproved { .. } => Remedy::NeedsAnotherApprover,
            Self::SelfAppointed { .. } => Remedy::NeedsIndependentApprover,
            Self::NotEscalated { at: Some(at), .. } => Remedy::WaitUntil(at),
            Self::NotEscalated { at: None, .. } => Remedy::NeedsPrimaryTier,
            Self::JustificationRequired { .. } => Remedy::NeedsJustification,
            Self::NotDelivering { status } => later(status, REPORTABLE),
            Self::StaleReport { .. } => Remedy::Never,
            Self::UnknownAttempt { current, .. } => Remedy::NeedsAttempt(current),
            Self::AlreadyReported { .. } => Remedy::AlreadyDone,
            Self::ReportConflict { reported: DeliveryOutcome::Failed, .. } => Remedy::NeedsReprocessing,
            Self::ReportConflict { .. } => Remedy::Never,
            Self::AlreadyCanceled => Remedy::AlreadyDone,
            // Also what is in no status cancelable can be canceled in a held wait (rule K2).
            Self::NotCancelable { status, cancelable } => match later(status, cancelable) {
                Remedy::Never if status.reachable().contains(Status::WaitingForCallback) => {
                    Remedy::NeedsHeldWait
                }
                remedy => remedy,
            },
            Self::CancelBeforeReport | Self::DeleteBeforeReport => Remedy::NeedsReport,
            Self::NotReprocessable { state: State::Delivered | State::Denied | State::Canceled } => {
                Remedy::Never
            }
            Self::NotReprocessable { .. } => Remedy::AllowedIn(INCOMPLETE),
            Self::ReprocessWindowPassed { .. } | Self::AccessWindowPassed { .. } => Remedy::Never,
            Self::RevisionLimitReached | Self::AttemptLimitReached => Remedy::Never,
            Self::NotDeletable { .. } => Remedy::AllowedIn(COMPLETE),
            Self::HasAssignment => Remedy::NeedsRemovedAssignment,
        }
    }
}

/// Those of `allowed` that a request can still come to have.
const fn later(status: Status, allowed: StatusSet) -> Remedy {
    let reachable = allowed.intersection(status.reachable());
    if reachable.is_empty() { Remedy::Never } else { Remedy::AllowedIn(reachable) }
}
