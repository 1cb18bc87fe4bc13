//! The reasons why a command is refused: one variant for each broken rule.

use crate::command::ActionKind;
use crate::command::class::Class;
use crate::request::determined_stage::ApprovalStageViolations;
use crate::vocabulary::actor::Role;
use crate::vocabulary::callout_stage::{CalloutStage, CalloutStageSet, CalloutStatus};
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome};
use crate::vocabulary::ids::{CalloutId, SubjectId};
use crate::vocabulary::named::{kinds, named};
use crate::vocabulary::request_type::RequestType;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::status::{State, Status, StatusSet};
use crate::vocabulary::timestamp::Timestamp;

/// Why a command is refused. A refused command changes nothing (rule I1).
///
/// ```
/// use assignment_request::{CalloutStage, CalloutStageSet, Class, Rejection, Rule};
///
/// let rejection = Rejection::DenialNotAllowed {
///     stage: CalloutStage::AssignmentRequestCreated,
///     allowed: CalloutStageSet::of(&[CalloutStage::AssignmentRequestApproved]),
/// };
/// assert_eq!(rejection.code(), "denialNotAllowed");
/// assert_eq!(rejection.class(), Class::Invalid);
/// assert_eq!(rejection.rule(), Rule::R5);
/// assert_eq!(
///     rejection.to_string(),
///     "cannot deny at stage `assignmentRequestCreated`; a callback may deny at: assignmentRequestApproved"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// No request has this id yet. The host reports this, not the library.
    #[error("there is no such request")]
    NoRequest,
    /// A request with this id exists already. The host reports this, not the library.
    #[error("the request was submitted before")]
    AlreadySubmitted,
    /// The request has another revision than the command expects.
    #[error("the request has revision {actual}, not {expected}")]
    RevisionConflict {
        /// The revision that the command expects.
        expected: u64,
        /// The revision that the request has.
        actual: u64,
    },
    /// The role may not submit this type of request.
    #[error("role `{role}` may not submit `{request_type}`; it takes role `{}`", request_type.initiator())]
    NotPermittedToSubmit {
        /// The request type.
        request_type: RequestType,
        /// The actor's role.
        role: Role,
    },
    /// The role may not give this command.
    #[error("role `{role}` may not {action}")]
    NotPermitted {
        /// The requested action.
        action: ActionKind,
        /// The actor's role.
        role: Role,
    },
    /// A user may cancel only their own requests.
    #[error("only the user who made the request may cancel it")]
    NotTheRequestor,
    /// The request is denied or canceled.
    #[error("the request has ended in state `{state}`")]
    RequestClosed {
        /// The state.
        state: State,
        /// The requested action.
        action: ActionKind,
    },
    /// The request is processed already.
    #[error("the request is processed already; its status is {status}")]
    AlreadyProcessing {
        /// The status.
        status: Status,
    },
    /// The request was created for validation only.
    #[error("the request is for validation only, and is never processed")]
    ValidationOnly,
    /// The target is already known, and the command names another one.
    #[error("the target is {known}, not {given}")]
    ConflictingTarget {
        /// The known target.
        known: SubjectId,
        /// The target that the command names.
        given: SubjectId,
    },
    /// The target has no id yet, but the rules may have to keep someone from deciding about their own access.
    #[error("the target has no id yet, and the request needs a decision")]
    TargetUnknown,
    /// A request never waits at this stage.
    #[error("a request never waits at stage `{stage}`")]
    StageNotResumable {
        /// The stage.
        stage: CalloutStage,
    },
    /// The request has no such callout.
    #[error("the request has no callout {instance}")]
    UnknownCallout {
        /// The instance id.
        instance: CalloutId,
        /// The requested action.
        action: ActionKind,
    },
    /// The callout belongs to another stage.
    #[error("the callout is of stage `{actual}`, not `{given}`")]
    StageMismatch {
        /// The stage that was named.
        given: CalloutStage,
        /// The stage of the callout.
        actual: CalloutStage,
    },
    /// The callout was launched without waiting.
    #[error("the request does not wait for a callback of this callout")]
    NotWaiting,
    /// The callback was received before, with the same decision.
    #[error("the callback was received before, with the same decision")]
    AlreadyResumed,
    /// The callback was received before, with another decision or another approval stage.
    #[error("the callback was received before, with another decision or approval stage")]
    ResumeConflict {
        /// The decision that was received before.
        received: CallbackDecision,
        /// The decision of this command.
        given: CallbackDecision,
    },
    /// The callback's deadline has passed.
    #[error("the callback's deadline has passed")]
    CallbackTooLate,
    /// The callout could not be made.
    #[error("the callout failed before")]
    CalloutAlreadyFailed,
    /// The requestor and the target of a request may not resume it.
    #[error("the requestor and the target may not resume the request")]
    SelfResume,
    /// A callback may not deny at this stage.
    #[error("cannot deny at stage `{stage}`; a callback may deny at: {allowed}")]
    DenialNotAllowed {
        /// The stage.
        stage: CalloutStage,
        /// The stages at which a callback may deny.
        allowed: CalloutStageSet,
    },
    /// A callback may not cancel at this stage.
    #[error("cannot cancel at stage `{stage}`; a callback may cancel at: {allowed}")]
    CancellationNotAllowed {
        /// The stage.
        stage: CalloutStage,
        /// The stages at which a callback may cancel.
        allowed: CalloutStageSet,
    },
    /// An extension at Determining must give an approval stage, unless it denies or cancels.
    #[error(
        "a callback at stage `{}` must carry an approval stage, unless it denies or cancels",
        CalloutStage::AssignmentRequestDeterminingApprovalRequirements
    )]
    ApprovalStageMissing,
    /// Only an extension at Determining that lets the request continue may give an approval stage.
    #[error(
        "only a callback at stage `{}` that neither denies nor cancels may carry an approval stage",
        CalloutStage::AssignmentRequestDeterminingApprovalRequirements
    )]
    ApprovalStageUnexpected,
    /// The approval stage that an extension gave is not valid. The request keeps waiting, and the extension may answer
    /// again.
    #[error("the approval stage cannot be used: {violations}")]
    BadApprovalStage {
        /// Everything that is wrong with it.
        violations: ApprovalStageViolations,
    },
    /// A text is longer than its limit.
    #[error("`{text}` has {bytes} bytes; at most {limit} are allowed")]
    TooLong {
        /// The text that is too long.
        text: CommandText,
        /// The length of the text in bytes.
        bytes: usize,
        /// The highest length allowed, in bytes.
        limit: usize,
    },
    /// A text has a control character or a bidirectional control.
    #[error("`{text}` has the forbidden character U+{:04X}", u32::from(*character))]
    ForbiddenCharacter {
        /// The text with the forbidden character.
        text: CommandText,
        /// The first such character.
        character: char,
    },
    /// The callout was reported as failed before.
    #[error("the callout was reported as failed before")]
    CalloutAlreadyReported,
    /// The callout is closed: its callback was received or timed out.
    #[error("the callout cannot fail any more; its status is `{status}`")]
    CalloutClosed {
        /// The callout's status.
        status: CalloutStatus,
    },
    /// The request has no such approval stage.
    #[error("there is no approval stage {stage}; the request has {stages}")]
    UnknownStage {
        /// The index that was named.
        stage: u32,
        /// How many stages there are.
        stages: usize,
    },
    /// The same approver decided the stage before, in the same way.
    #[error("the same approver made this decision about approval stage {stage} before: `{decision}`")]
    AlreadyDecided {
        /// The stage's index.
        stage: u32,
        /// The decision.
        decision: ApprovalDecision,
    },
    /// The stage was decided before.
    #[error("approval stage {stage} was decided before")]
    StageAlreadyDecided {
        /// The stage's index.
        stage: u32,
    },
    /// No approval stage is open.
    #[error("no approval is pending; the status is {status}")]
    NotPendingApproval {
        /// The status.
        status: Status,
    },
    /// An earlier stage is open.
    #[error("approval stage {stage} is not open yet; stage {open} is")]
    StageNotOpen {
        /// The index that was named.
        stage: u32,
        /// The index of the open stage.
        open: u32,
    },
    /// The requestor and the target of a request may not decide about it.
    #[error("the requestor and the target may not decide about the request")]
    SelfApproval,
    /// Every stage requires a different approver, and this one has approved another stage.
    #[error("the approver approved stage {stage}, and every stage needs another approver")]
    AlreadyApproved {
        /// The stage that the approver approved.
        stage: u32,
    },
    /// The actor who determined a stage may not decide about it.
    #[error("the approver determined approval stage {stage}, and so may not decide it")]
    SelfAppointed {
        /// The stage's index.
        stage: u32,
    },
    /// Escalation approvers cannot decide yet.
    #[error("approval stage {stage} is not escalated")]
    NotEscalated {
        /// The stage's index.
        stage: u32,
        /// When they can decide. `None` if escalation is not enabled.
        at: Option<Timestamp>,
    },
    /// The stage requires a justification.
    #[error("approval stage {stage} requires a justification")]
    JustificationRequired {
        /// The stage's index.
        stage: u32,
    },
    /// No fulfillment was ordered, or the request is canceled.
    #[error("no fulfillment is expected; the status is {status}")]
    NotDelivering {
        /// The status.
        status: Status,
    },
    /// The report is about an earlier attempt.
    #[error("the report is about attempt {given}; the current one is {current}")]
    StaleReport {
        /// The attempt that was named.
        given: u32,
        /// The current attempt.
        current: u32,
    },
    /// The report is about an attempt that was not ordered.
    #[error("attempt {given} was not ordered; the current one is {current}")]
    UnknownAttempt {
        /// The attempt that was named.
        given: u32,
        /// The current attempt.
        current: u32,
    },
    /// The same outcome was reported before.
    #[error("`{outcome}` was reported before")]
    AlreadyReported {
        /// The outcome.
        outcome: DeliveryOutcome,
    },
    /// Another outcome was reported before.
    #[error("`{reported}` was reported before, so `{given}` cannot be")]
    ReportConflict {
        /// The outcome that was reported before.
        reported: DeliveryOutcome,
        /// The outcome of this report.
        given: DeliveryOutcome,
    },
    /// The request was canceled before.
    #[error("the request was canceled before")]
    AlreadyCanceled,
    /// The request cannot be canceled now.
    #[error("a request with status {status} cannot be canceled; with these it can: {cancelable}")]
    NotCancelable {
        /// The status.
        status: Status,
        /// The statuses in which it can be canceled.
        cancelable: StatusSet,
    },
    /// The fulfillment timed out and was not reported. Access may exist, so the request cannot be canceled.
    #[error("the fulfillment timed out and access may exist, so its report is awaited")]
    CancelBeforeReport,
    /// Only a failed or partial delivery can be tried again.
    #[error("a request in state `{state}` cannot be reprocessed")]
    NotReprocessable {
        /// The state.
        state: State,
    },
    /// The request's reprocess window has ended.
    #[error("the request could be reprocessed before {end}")]
    ReprocessWindowPassed {
        /// When the window ended.
        end: Timestamp,
    },
    /// The requested access would have ended already.
    #[error("the access that was asked for would have ended at {end}")]
    AccessWindowPassed {
        /// When it would have ended.
        end: Timestamp,
    },
    /// The request's revision is already the highest possible.
    #[error("the request has reached the highest revision that can be counted")]
    RevisionLimitReached,
    /// The request's attempt is already the highest possible.
    #[error("the request has reached the highest attempt that can be counted")]
    AttemptLimitReached,
    /// The fulfillment timed out and was not reported. Access may exist, so the request cannot be deleted.
    #[error("the fulfillment timed out and access may exist, so its report is awaited")]
    DeleteBeforeReport,
    /// The request has not ended yet.
    #[error("a request in state `{state}` cannot be deleted")]
    NotDeletable {
        /// The state.
        state: State,
    },
    /// The request's assignment still exists.
    #[error("the request has an assignment, so it cannot be deleted")]
    HasAssignment,
}

kinds! {
    /// The kinds of rejection, without their content.
    pub enum RejectionKind of Rejection {
        NoRequest = "NoRequest",
        AlreadySubmitted = "AlreadySubmitted",
        RevisionConflict = "RevisionConflict",
        NotPermittedToSubmit = "NotPermittedToSubmit",
        NotPermitted = "NotPermitted",
        NotTheRequestor = "NotTheRequestor",
        RequestClosed = "RequestClosed",
        AlreadyProcessing = "AlreadyProcessing",
        ValidationOnly = "ValidationOnly",
        ConflictingTarget = "ConflictingTarget",
        TargetUnknown = "TargetUnknown",
        StageNotResumable = "StageNotResumable",
        UnknownCallout = "UnknownCallout",
        StageMismatch = "StageMismatch",
        NotWaiting = "NotWaiting",
        AlreadyResumed = "AlreadyResumed",
        ResumeConflict = "ResumeConflict",
        CallbackTooLate = "CallbackTooLate",
        CalloutAlreadyFailed = "CalloutAlreadyFailed",
        SelfResume = "SelfResume",
        DenialNotAllowed = "DenialNotAllowed",
        CancellationNotAllowed = "CancellationNotAllowed",
        ApprovalStageMissing = "ApprovalStageMissing",
        ApprovalStageUnexpected = "ApprovalStageUnexpected",
        BadApprovalStage = "BadApprovalStage",
        TooLong = "TooLong",
        ForbiddenCharacter = "ForbiddenCharacter",
        CalloutAlreadyReported = "CalloutAlreadyReported",
        CalloutClosed = "CalloutClosed",
        UnknownStage = "UnknownStage",
        AlreadyDecided = "AlreadyDecided",
        StageAlreadyDecided = "StageAlreadyDecided",
        NotPendingApproval = "NotPendingApproval",
        StageNotOpen = "StageNotOpen",
        SelfApproval = "SelfApproval",
        AlreadyApproved = "AlreadyApproved",
        SelfAppointed = "SelfAppointed",
        NotEscalated = "NotEscalated",
        JustificationRequired = "JustificationRequired",
        NotDelivering = "NotDelivering",
        StaleReport = "StaleReport",
        UnknownAttempt = "UnknownAttempt",
        AlreadyReported = "AlreadyReported",
        ReportConflict = "ReportConflict",
        AlreadyCanceled = "AlreadyCanceled",
        NotCancelable = "NotCancelable",
        CancelBeforeReport = "CancelBeforeReport",
        NotReprocessable = "NotReprocessable",
        ReprocessWindowPassed = "ReprocessWindowPassed",
        AccessWindowPassed = "AccessWindowPassed",
        RevisionLimitReached = "RevisionLimitReached",
        AttemptLimitReached = "AttemptLimitReached",
        DeleteBeforeReport = "DeleteBeforeReport",
        NotDeletable = "NotDeletable",
        HasAssignment = "HasAssignment",
    }
}

named! {
    /// The texts of commands.
    #[non_exhaustive]
    pub enum CommandText {
        /// An approver's justification.
        Justification = "justification",
        /// A callback's source.
        Source = "source",
        /// A callback's or a failed callout's detail.
        Detail = "detail",
    }
}

impl Rejection {
    /// Returns the stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.facts().0
    }

    /// Returns the class of the rejection.
    #[must_use]
    pub const fn class(&self) -> Class {
        self.facts().1
    }

    /// Returns the id of the broken rule.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.facts().2
    }

    /// Returns the code, the class and the rule.
    #[expect(clippy::match_same_arms, reason = "a table: one row a rejection")]
    const fn facts(&self) -> (&'static str, Class, Rule) {
        match self {
            Self::NoRequest => ("noRequest", Class::NotFound, Rule::I3),
            Self::AlreadySubmitted => ("alreadySubmitted", Class::Conflict, Rule::I3),
            Self::RevisionConflict { .. } => ("revisionConflict", Class::Conflict, Rule::I3),
            Self::NotPermittedToSubmit { .. } => ("notPermitted", Class::Forbidden, Rule::C1),
            Self::NotPermitted { action, .. } => ("notPermitted", Class::Forbidden, action.permission_rule()),
            Self::NotTheRequestor => ("notPermitted", Class::Forbidden, Rule::K1),
            Self::RequestClosed { action, .. } => ("requestClosed", Class::Conflict, closed_rule(*action)),
            Self::AlreadyProcessing { .. } => ("alreadyProcessing", Class::Duplicate, Rule::W1),
            Self::ValidationOnly => ("validationOnly", Class::Conflict, Rule::C13),
            Self::ConflictingTarget { .. } => ("conflictingMembers", Class::Conflict, Rule::W1),
            Self::TargetUnknown => ("targetUnknown", Class::Conflict, Rule::W1),
            Self::StageNotResumable { .. } => ("stageNotResumable", Class::Invalid, Rule::R1),
            Self::UnknownCallout { action, .. } => ("unknownCallout", Class::NotFound, callout_rule(*action)),
            Self::StageMismatch { .. } => ("stageMismatch", Class::Invalid, Rule::R2),
            Self::NotWaiting => ("notWaiting", Class::Conflict, Rule::R3),
            Self::AlreadyResumed => ("alreadyResumed", Class::Duplicate, Rule::R3),
            Self::ResumeConflict { .. } => ("resumeConflict", Class::Conflict, Rule::R3),
            Self::CallbackTooLate => ("callbackTooLate", Class::Expired, Rule::R4),
            Self::CalloutAlreadyFailed => ("calloutAlreadyFailed", Class::Conflict, Rule::R3),
            Self::SelfResume => ("selfResume", Class::Forbidden, Rule::R7),
            Self::DenialNotAllowed { .. } => ("denialNotAllowed", Class::Invalid, Rule::R5),
            Self::CancellationNotAllowed { .. } => ("cancellationNotAllowed", Class::Invalid, Rule::R5),
            Self::ApprovalStageMissing => ("approvalStageMissing", Class::Invalid, Rule::Y6),
            Self::ApprovalStageUnexpected => ("approvalStageUnexpected", Class::Invalid, Rule::Y6),
            Self::BadApprovalStage { .. } => ("badApprovalStage", Class::Invalid, Rule::Y8),
            Self::TooLong { .. } => ("tooLong", Class::Invalid, Rule::C14),
            Self::ForbiddenCharacter { .. } => ("forbiddenCharacter", Class::Invalid, Rule::C14),
            Self::CalloutAlreadyReported => ("alreadyReported", Class::Duplicate, Rule::X4),
            Self::CalloutClosed { .. } => ("calloutClosed", Class::Conflict, Rule::X4),
            Self::UnknownStage { .. } => ("unknownStage", Class::NotFound, Rule::V5),
            Self::AlreadyDecided { .. } => ("alreadyDecided", Class::Duplicate, Rule::V5),
            Self::StageAlreadyDecided { .. } => ("stageAlreadyDecided", Class::Conflict, Rule::V5),
            Self::NotPendingApproval { .. } => ("notPendingApproval", Class::Conflict, Rule::V5),
            Self::StageNotOpen { .. } => ("stageNotOpen", Class::Conflict, Rule::V5),
            Self::SelfApproval => ("selfApproval", Class::Forbidden, Rule::V5),
            Self::AlreadyApproved { .. } => ("alreadyApproved", Class::Forbidden, Rule::V5),
            Self::SelfAppointed { .. } => ("selfAppointed", Class::Forbidden, Rule::Y12),
            Self::NotEscalated { .. } => ("notEscalated", Class::Forbidden, Rule::V5),
            Self::JustificationRequired { .. } => ("justificationRequired", Class::Invalid, Rule::V5),
            Self::NotDelivering { .. } => ("notDelivering", Class::Conflict, Rule::F3),
            Self::StaleReport { .. } => ("staleReport", Class::Conflict, Rule::F3),
            Self::UnknownAttempt { .. } => ("unknownAttempt", Class::NotFound, Rule::F3),
            Self::AlreadyReported { .. } => ("alreadyReported", Class::Duplicate, Rule::F3),
            Self::ReportConflict { .. } => ("reportConflict", Class::Conflict, Rule::F3),
            Self::AlreadyCanceled => ("alreadyCanceled", Class::Duplicate, Rule::K2),
            Self::NotCancelable { .. } => ("notCancelable", Class::Conflict, Rule::K2),
            Self::CancelBeforeReport => ("notCancelable", Class::Conflict, Rule::K2),
            Self::NotReprocessable { .. } => ("notReprocessable", Class::Conflict, Rule::Q1),
            Self::ReprocessWindowPassed { .. } => ("reprocessWindowPassed", Class::Expired, Rule::Q2),
            Self::AccessWindowPassed { .. } => ("accessWindowPassed", Class::Expired, Rule::Q2),
            Self::RevisionLimitReached => ("limitReached", Class::Conflict, Rule::I3),
            Self::AttemptLimitReached => ("limitReached", Class::Conflict, Rule::F1),
            Self::DeleteBeforeReport | Self::NotDeletable { .. } | Self::HasAssignment => {
                ("notDeletable", Class::Conflict, Rule::L1)
            }
        }
    }
}

/// Returns the rule by which a closed request refuses an action.
const fn closed_rule(action: ActionKind) -> Rule {
    match action {
        ActionKind::Resume => Rule::R3,
        ActionKind::ReportCalloutFailed => Rule::X4,
        ActionKind::Process
        | ActionKind::DecideStage
        | ActionKind::Cancel
        | ActionKind::Reprocess
        | ActionKind::ReportDelivery
        | ActionKind::Elapse => Rule::W1,
    }
}

/// Returns the rule that requires an action to name a callout of the request.
const fn callout_rule(action: ActionKind) -> Rule {
    match action {
        ActionKind::ReportCalloutFailed => Rule::X4,
        ActionKind::Resume
        | ActionKind::Process
        | ActionKind::DecideStage
        | ActionKind::Cancel
        | ActionKind::Reprocess
        | ActionKind::ReportDelivery
        | ActionKind::Elapse => Rule::R2,
    }
}
