//! Explains what would make a refused command acceptable.

use core::fmt;

use crate::command::rejection::{CommandText, Rejection};
use crate::request::determined_stage::ApprovalStageViolations;
use crate::vocabulary::actor::RoleSet;
use crate::vocabulary::callout_stage::{CalloutStage, CalloutStageSet, RESUMABLE};
use crate::vocabulary::decision::DeliveryOutcome;
use crate::vocabulary::ids::SubjectId;
use crate::vocabulary::status::{State, Status, StatusSet};
use crate::vocabulary::timestamp::Timestamp;

/// The change that would make one check pass: what someone can do, or wait for.
///
/// Other checks may refuse the same command too. [`explain`](crate::explain()) returns all of them, each with its own
/// remedy.
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
    /// No remedy: this request will never accept this command again.
    Never,
    /// Nothing needs to be done: the same command was accepted before.
    AlreadyDone,
    /// Give the same command again at this time or later.
    WaitUntil(Timestamp),
    /// Give the same command again when the request has one of these statuses, which may never happen. An administrator
    /// or the system can also cancel during a failed wait that is held (rule K2).
    AllowedIn(StatusSet),
    /// The same decision must be about a callout at one of these stages.
    AllowedAt(CalloutStageSet),
    /// An actor in one of these roles must give the command.
    NeedsRole(RoleSet),
    /// The user who made the request must give the command, or an actor in another role that may.
    NeedsRequestor,
    /// Someone who is neither requestor nor target must give the command.
    NeedsSomebodyElse,
    /// An approver who has approved no stage of this request must give the command.
    NeedsAnotherApprover,
    /// The command must be reconsidered for the current request, and must expect this revision.
    NeedsCurrentRevision(u64),
    /// A failed wait must be held (rule X6); then an administrator or the system can cancel. If the rules do not hold
    /// failed waits, this never happens.
    NeedsHeldWait,
    /// The request must be submitted first.
    NeedsSubmission,
    /// The new request must have another id.
    NeedsAnotherId,
    /// The target must be named. If it contains an id, the target is known to have that id.
    NeedsTarget(Option<SubjectId>),
    /// A callout of this request must be named.
    NeedsKnownCallout,
    /// The command must name this stage, which is the callout's.
    NeedsStage(CalloutStage),
    /// The command must name an existing approval stage.
    NeedsApprovalStage {
        /// The number of approval stages. Their indexes begin at 0.
        stages: usize,
    },
    /// This approval stage must be approved first.
    NeedsApprovalOf(u32),
    /// The approver must decide as a primary approver: escalation is not enabled.
    NeedsPrimaryTier,
    /// An approval stage must be given.
    NeedsDeterminedStage,
    /// The approval stage must be left out.
    NeedsNoDeterminedStage,
    /// The approval stage must be given without these violations.
    NeedsSoundDeterminedStage(ApprovalStageViolations),
    /// Someone other than the actor who determined the stage must decide.
    NeedsIndependentApprover,
    /// A justification must be given.
    NeedsJustification,
    /// The text must be shorter.
    NeedsShorterText {
        /// The text that is too long.
        text: CommandText,
        /// The highest length allowed, in bytes.
        limit: usize,
    },
    /// The text must not contain this character.
    NeedsTextWithout {
        /// The text with the forbidden character.
        text: CommandText,
        /// The first forbidden character.
        character: char,
    },
    /// The report must name this attempt, the current one.
    NeedsAttempt(u32),
    /// The attempt has ended. Reprocessing, if it is still possible, starts another one.
    NeedsReprocessing,
    /// The outcome of the fulfillment must be reported first.
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

/// The statuses in which an approval stage is open.
const PENDING: StatusSet = StatusSet::of(&[Status::PendingApproval, Status::PendingApprovalEscalated]);
/// The statuses in which an outcome may be reported; after a failure, only if the fulfillment timed out.
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
    /// Returns what would make the refused command acceptable.
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
            // A request in no cancelable status can still be canceled during a held wait (rule K2).
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

/// Returns the remedy for a command that needs one of the statuses `allowed`, of which the request may reach only some.
const fn later(status: Status, allowed: StatusSet) -> Remedy {
    let reachable = allowed.intersection(status.reachable());
    if reachable.is_empty() { Remedy::Never } else { Remedy::AllowedIn(reachable) }
}
