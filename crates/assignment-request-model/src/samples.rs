//! One sample of each refusal, or more if its kind has several codes, rules or texts.
//!
//! The tests of the core write the text of each, and those of the adapter its HTTP status. A new refusal has its sample
//! here, and nowhere else.

use assignment_request::{
    ActionKind, ApprovalDecision, ApprovalStageViolation, ApprovalStageViolations, CallbackDecision,
    CalloutId, CalloutStage, CalloutStageSet, CalloutStatus, CommandText, DeliveryOutcome, ExtensionId,
    Member, Period, Place, PolicyPlace, PolicyViolation, PolicyViolationKind, QuestionId, QuestionKind,
    Rejection, RequestType, Role, State, Status, StatusSet, SubjectId, Timestamp, Violation, ViolationKind,
};
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(0x46184453_e63b_4f20_86c2_c557ed5d5df9);
const OTHER: Uuid = Uuid::from_u128(0x2b1e4d7a_0c55_4d4e_9f0e_6f0a3f1f8c11);
const CREATED: CalloutStage = CalloutStage::AssignmentRequestCreated;

/// Returns every kind of rejection, in every form that has a text of its own.
#[must_use]
pub fn rejections() -> Vec<Rejection> {
    let at: Timestamp = "2026-01-05T09:00:00Z".parse().unwrap();
    let stages = CalloutStageSet::of(&[
        CalloutStage::AssignmentRequestApproved,
        CalloutStage::AssignmentRequestGranted,
    ]);
    let statuses = StatusSet::of(&[Status::Accepted, Status::PendingNotBefore]);
    let mut rejections = vec![
        Rejection::NoRequest,
        Rejection::AlreadySubmitted,
        Rejection::RevisionConflict { expected: 3, actual: 4 },
        Rejection::NotPermittedToSubmit { request_type: RequestType::AdminAdd, role: Role::User },
        Rejection::NotTheRequestor,
        Rejection::RequestClosed { state: State::Denied, action: ActionKind::Process },
        Rejection::RequestClosed { state: State::Canceled, action: ActionKind::Resume },
        Rejection::RequestClosed { state: State::Canceled, action: ActionKind::ReportCalloutFailed },
        Rejection::AlreadyProcessing { status: Status::Delivering },
        Rejection::ValidationOnly,
        Rejection::ConflictingTarget { known: SubjectId::new(ID), given: SubjectId::new(OTHER) },
        Rejection::TargetUnknown,
        Rejection::StageNotResumable { stage: CalloutStage::AssignmentOneDayBeforeExpiration },
        Rejection::UnknownCallout { instance: CalloutId::new(ID), action: ActionKind::Resume },
        Rejection::UnknownCallout { instance: CalloutId::new(ID), action: ActionKind::ReportCalloutFailed },
        Rejection::StageMismatch { given: CREATED, actual: CalloutStage::AssignmentRequestApproved },
        Rejection::NotWaiting,
        Rejection::AlreadyResumed,
        Rejection::ResumeConflict { received: CallbackDecision::Continue, given: CallbackDecision::Deny },
        Rejection::CallbackTooLate,
        Rejection::CalloutAlreadyFailed,
        Rejection::SelfResume,
        Rejection::DenialNotAllowed { stage: CREATED, allowed: stages },
        Rejection::DenialNotAllowed { stage: CREATED, allowed: CalloutStageSet::of(&[]) },
        Rejection::CancellationNotAllowed {
            stage: CalloutStage::AssignmentRequestRemoved,
            allowed: CalloutStageSet::of(&[CREATED]),
        },
        Rejection::ApprovalStageMissing,
        Rejection::ApprovalStageUnexpected,
        Rejection::BadApprovalStage {
            violations: ApprovalStageViolations::of(&[
                ApprovalStageViolation::NoPrimaryApprovers,
                ApprovalStageViolation::BadDenial,
            ]),
        },
        Rejection::TooLong { text: CommandText::Source, bytes: 257, limit: 256 },
        Rejection::TooLong { text: CommandText::Justification, bytes: 2, limit: 1 },
        Rejection::ForbiddenCharacter { text: CommandText::Detail, character: '\u{1b}' },
        Rejection::CalloutAlreadyReported,
        Rejection::CalloutClosed { status: CalloutStatus::CallbackReceived },
        Rejection::UnknownStage { stage: 3, stages: 2 },
        Rejection::AlreadyDecided { stage: 1, decision: ApprovalDecision::Deny },
        Rejection::StageAlreadyDecided { stage: 0 },
        Rejection::NotPendingApproval { status: Status::Accepted },
        Rejection::StageNotOpen { stage: 1, open: 0 },
        Rejection::SelfApproval,
        Rejection::AlreadyApproved { stage: 0 },
        Rejection::SelfAppointed { stage: 2 },
        Rejection::NotEscalated { stage: 1, at: Some(at) },
        Rejection::JustificationRequired { stage: 1 },
        Rejection::NotDelivering { status: Status::Canceled },
        Rejection::StaleReport { given: 1, current: 2 },
        Rejection::UnknownAttempt { given: 3, current: 2 },
        Rejection::AlreadyReported { outcome: DeliveryOutcome::PartiallyDelivered },
        Rejection::ReportConflict { reported: DeliveryOutcome::Delivered, given: DeliveryOutcome::Failed },
        Rejection::AlreadyCanceled,
        Rejection::NotCancelable { status: Status::Fulfilled, cancelable: statuses },
        Rejection::NotCancelable { status: Status::Denied, cancelable: StatusSet::of(&[]) },
        Rejection::CancelBeforeReport,
        Rejection::DeleteBeforeReport,
        Rejection::NotReprocessable { state: State::Delivered },
        Rejection::ReprocessWindowPassed { end: at },
        Rejection::AccessWindowPassed { end: at },
        Rejection::RevisionLimitReached,
        Rejection::AttemptLimitReached,
        Rejection::NotDeletable { state: State::Delivering },
        Rejection::HasAssignment,
    ];
    let not_permitted = |action: &ActionKind| Rejection::NotPermitted { action: *action, role: Role::User };
    rejections.extend(ActionKind::ALL.iter().map(not_permitted));
    rejections.extend(ApprovalStageViolation::ALL.iter().map(|violation| Rejection::BadApprovalStage {
        violations: ApprovalStageViolations::of(&[*violation]),
    }));
    rejections
}

/// Returns every kind of broken rule of a submission, in every form that has a text of its own.
#[must_use]
pub fn violations() -> Vec<Violation> {
    use ViolationKind as Kind;
    let member = |member, kind| Violation { place: Place::Member(member), kind };
    let value = |kind| Violation { place: Place::AnswerValue(2), kind };
    let question = |kind| Violation { place: Place::AnsweredQuestion(2), kind };
    vec![
        member(Member::AccessPackageId, Kind::Missing),
        member(Member::Schedule, Kind::Unexpected),
        member(Member::TargetObjectId, Kind::ConflictingMembers),
        member(Member::AssignmentId, Kind::ConflictingMembers),
        member(Member::TargetEmail, Kind::TargetNotInDirectory),
        member(Member::AssignmentId, Kind::AssignmentNotFound),
        member(Member::AssignmentPolicyId, Kind::PolicyMismatch),
        member(Member::TargetId, Kind::OnBehalfNotAllowed),
        member(Member::TargetId, Kind::OnBehalfOfSelf),
        member(Member::RequestType, Kind::SelfServiceDisabled),
        member(Member::Schedule, Kind::ScheduleNotAllowed),
        member(Member::EndDateTime, Kind::EndBeforeStart),
        member(Member::EndDateTime, Kind::EndInPast),
        member(Member::StartDateTime, Kind::StartTooLate { limit: Period::from_days(365) }),
        member(Member::BypassApproval, Kind::Unexpected),
        member(Member::BypassApproval, Kind::BypassNotAllowed),
        member(Member::Expiration, Kind::ExceedsPolicy),
        member(Member::Answers, Kind::NothingToUpdate),
        member(Member::Justification, Kind::TooLong { bytes: 8193, limit: 8192 }),
        member(Member::Answers, Kind::TooMany { count: 201, limit: 200 }),
        value(Kind::ForbiddenCharacter { character: '\u{202e}' }),
        question(Kind::UnknownQuestion),
        question(Kind::AnswerTypeMismatch { expected: QuestionKind::MultipleChoice }),
        value(Kind::DuplicateAnswer { question: QuestionId::new(ID), is_blank: false }),
        value(Kind::DuplicateAnswer { question: QuestionId::new(ID), is_blank: true }),
        member(Member::Answers, Kind::RequiredAnswerMissing { question: Some(QuestionId::new(ID)) }),
        value(Kind::RequiredAnswerMissing { question: Some(QuestionId::new(ID)) }),
        member(Member::Answers, Kind::RequiredAnswerMissing { question: None }),
        value(Kind::NotAChoice),
        value(Kind::AmbiguousChoice),
        value(Kind::MultilineNotAllowed),
        value(Kind::PatternMismatch),
        value(Kind::AnswerNotEditable),
    ]
}

/// Returns every kind of broken rule of a policy, in every form that has a text of its own.
#[must_use]
pub fn policy_violations() -> Vec<PolicyViolation> {
    use PolicyViolationKind as Kind;
    let at = |place, kind| PolicyViolation { place, kind };
    vec![
        at(PolicyPlace::TimeoutDuration(1), Kind::Missing),
        at(PolicyPlace::ExpirationEndDateTime, Kind::Missing),
        at(PolicyPlace::DurationBeforeEscalation(2), Kind::BadDuration),
        at(PolicyPlace::DurationBeforeAutomaticDenial(0), Kind::BadDuration),
        at(PolicyPlace::TimeoutDuration(0), Kind::BadDuration),
        at(PolicyPlace::ExpirationDuration, Kind::BadDuration),
        at(PolicyPlace::QuestionId(1), Kind::DuplicateQuestion),
        at(PolicyPlace::Choices(1), Kind::NoChoices),
        at(PolicyPlace::ActualValue(1, 2), Kind::DuplicateChoice),
        at(PolicyPlace::ActualValue(1, 2), Kind::EmptyChoice),
        at(PolicyPlace::Questions, Kind::TooMany { count: 201, limit: 200 }),
        at(PolicyPlace::Localizations(1), Kind::TooMany { count: 201, limit: 200 }),
        at(PolicyPlace::ChoiceLocalizations(1, 2), Kind::TooMany { count: 201, limit: 200 }),
        at(PolicyPlace::Extensions, Kind::TooMany { count: 61, limit: 60 }),
        at(PolicyPlace::RegexPattern(0), Kind::CostlyPattern { reason: "it is slow".into() }),
        at(PolicyPlace::DurationBeforeAutomaticDenial(0), Kind::DurationTooLong),
        at(PolicyPlace::RegexPattern(3), Kind::BadPattern { reason: "unclosed group".into() }),
        at(PolicyPlace::Stages, Kind::ApprovalStagesMissing),
        at(PolicyPlace::Stages, Kind::TooManyStages { count: 4 }),
        at(PolicyPlace::CallbackConfiguration(0), Kind::WaitNotAllowed),
        at(PolicyPlace::Extension(1), Kind::UnresolvedExtension { id: Some(ExtensionId::new(ID)) }),
        at(PolicyPlace::Extension(0), Kind::UnresolvedExtension { id: None }),
        at(PolicyPlace::StageExtensionId(2), Kind::Missing),
        at(PolicyPlace::StageExtension(2), Kind::UnmatchedExtension),
        at(PolicyPlace::Extension(1), Kind::UnmatchedExtension),
        at(PolicyPlace::CallbackConfiguration(1), Kind::WaitRequired),
    ]
}
