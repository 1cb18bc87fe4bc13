//! One of each kind of refusal, or more where the kind has several codes or rules.

use assignment_request::{
    ActionKind, ApprovalDecision, ApprovalStageViolation, ApprovalStageViolations, CallbackDecision,
    CalloutId, CalloutStage, CalloutStageSet, CalloutStatus, CommandText, DeliveryOutcome, ExtensionId,
    Member, Period, Place, PolicyPlace, PolicyViolation, PolicyViolationKind, QuestionId, QuestionKind,
    Rejection, RequestType, Role, State, Status, StatusSet, SubjectId, Timestamp, Violation, ViolationKind,
};
use assignment_request_graph::{ReadError, ReadOptions, read_create, read_policy, read_resume};
use uuid::Uuid;

fn timestamp() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

const ID: Uuid = Uuid::from_u128(0x4618_4453_e63b_4f20_86c2_c557_ed5d_5df9);
const OTHER_ID: Uuid = Uuid::from_u128(0x7def_f43e_1f17_44ef_9e5f_d516_b0ba_11d4);

pub(crate) fn rejections() -> Vec<Rejection> {
    let mut rejections = of_anything();
    rejections.extend(of_callouts());
    rejections.extend(of_approvals());
    rejections.extend(of_deliveries());
    rejections
}

fn of_anything() -> Vec<Rejection> {
    let mut rejections = vec![
        Rejection::NoRequest,
        Rejection::AlreadySubmitted,
        Rejection::RevisionConflict { expected: 2, actual: 3 },
        Rejection::NotPermittedToSubmit { request_type: RequestType::AdminAdd, role: Role::User },
        Rejection::NotTheRequestor,
        Rejection::AlreadyProcessing { status: Status::Delivering },
        Rejection::ValidationOnly,
        Rejection::ConflictingTarget { known: SubjectId::new(ID), given: SubjectId::new(OTHER_ID) },
        Rejection::TargetUnknown,
        Rejection::TooLong { text: CommandText::Detail, bytes: 8193, limit: 8192 },
        Rejection::ForbiddenCharacter { text: CommandText::Source, character: '\u{202e}' },
        Rejection::AlreadyCanceled,
        Rejection::NotCancelable {
            status: Status::Delivering,
            cancelable: StatusSet::of(&[Status::Accepted, Status::PendingApproval]),
        },
        Rejection::NotReprocessable { state: State::Delivered },
        Rejection::ReprocessWindowPassed { end: timestamp() },
        Rejection::AccessWindowPassed { end: timestamp() },
        Rejection::NotDeletable { state: State::PendingApproval },
        Rejection::HasAssignment,
    ];
    rejections.extend(
        ActionKind::ALL.iter().map(|action| Rejection::NotPermitted { action: *action, role: Role::User }),
    );
    rejections.extend(
        [ActionKind::Process, ActionKind::Resume, ActionKind::ReportCalloutFailed]
            .map(|action| Rejection::RequestClosed { state: State::Denied, action }),
    );
    rejections.extend([Rejection::CancelBeforeReport, Rejection::DeleteBeforeReport]);
    rejections.extend([Rejection::RevisionLimitReached, Rejection::AttemptLimitReached]);
    rejections
}

fn of_callouts() -> Vec<Rejection> {
    let (stage, allowed) = (
        CalloutStage::AssignmentRequestCreated,
        CalloutStageSet::of(&[CalloutStage::AssignmentRequestApproved]),
    );
    let mut rejections = vec![
        Rejection::StageNotResumable { stage: CalloutStage::AssignmentOneDayBeforeExpiration },
        Rejection::StageMismatch { given: stage, actual: CalloutStage::AssignmentRequestGranted },
        Rejection::NotWaiting,
        Rejection::AlreadyResumed,
        Rejection::ResumeConflict { received: CallbackDecision::Continue, given: CallbackDecision::Continue },
        Rejection::CallbackTooLate,
        Rejection::CalloutAlreadyFailed,
        Rejection::SelfResume,
        Rejection::DenialNotAllowed { stage, allowed },
        Rejection::CancellationNotAllowed { stage, allowed: CalloutStageSet::of(&[]) },
        Rejection::ApprovalStageMissing,
        Rejection::ApprovalStageUnexpected,
        Rejection::CalloutAlreadyReported,
        Rejection::CalloutClosed { status: CalloutStatus::CallbackReceived },
    ];
    rejections.extend(
        [ActionKind::Resume, ActionKind::ReportCalloutFailed]
            .map(|action| Rejection::UnknownCallout { instance: CalloutId::new(ID), action }),
    );
    rejections.extend(ApprovalStageViolation::ALL.iter().map(|violation| Rejection::BadApprovalStage {
        violations: ApprovalStageViolations::of(&[*violation]),
    }));
    rejections
}

fn of_approvals() -> Vec<Rejection> {
    vec![
        Rejection::UnknownStage { stage: 2, stages: 1 },
        Rejection::AlreadyDecided { stage: 0, decision: ApprovalDecision::Approve },
        Rejection::StageAlreadyDecided { stage: 0 },
        Rejection::NotPendingApproval { status: Status::Accepted },
        Rejection::StageNotOpen { stage: 1, open: 0 },
        Rejection::SelfApproval,
        Rejection::AlreadyApproved { stage: 0 },
        Rejection::SelfAppointed { stage: 1 },
        Rejection::NotEscalated { stage: 0, at: Some(timestamp()) },
        Rejection::JustificationRequired { stage: 0 },
    ]
}

fn of_deliveries() -> Vec<Rejection> {
    vec![
        Rejection::NotDelivering { status: Status::Accepted },
        Rejection::StaleReport { given: 1, current: 2 },
        Rejection::UnknownAttempt { given: 3, current: 2 },
        Rejection::AlreadyReported { outcome: DeliveryOutcome::Delivered },
        Rejection::ReportConflict { reported: DeliveryOutcome::Delivered, given: DeliveryOutcome::Failed },
    ]
}

pub(crate) fn read_errors() -> Vec<ReadError> {
    let options = ReadOptions { max_bytes: 256, ..ReadOptions::default() };
    let create = |body: &str| read_create(body.as_bytes(), &options).unwrap_err();
    let resume = |body: &str| read_resume(body.as_bytes(), &options).unwrap_err();
    vec![
        create(&" ".repeat(257)),
        create(&"[".repeat(33)),
        create("{\"id\":"),
        create("{\"id\":null,\n \"id\":null}"),
        create("{\"answers\":{}}"),
        create("{\"shoeSize\":44}"),
        create("{\"requestType\":\"userAsk\"}"),
        create("{\"requestType\":\"unknownFutureValue\"}"),
        create("{\"@odata.type\":\"#microsoft.graph.approval\"}"),
        resume(
            r#"{"type":"done","data":{"stage":"assignmentRequestCreated",
                "customExtensionStageInstanceId":"46184453-e63b-4f20-86c2-c557ed5d5df9"}}"#,
        ),
        create(
            "{\"assignment\":{},\"accessPackageAssignment\":{\"id\":\"46184453-e63b-4f20-86c2-c557ed5d5df9\"}}",
        ),
        read_policy(b"{\"id\":null}", &options).unwrap_err(),
        create("{}"),
        create("{\"assignment\":{\"targetId\":\"7\"}}"),
        create("{\"schedule\":{\"startDateTime\":\"today\"}}"),
        read_policy(b"{\"expiration\":{\"duration\":\"P1M\"}}", &options).unwrap_err(),
    ]
}

pub(crate) fn violations() -> Vec<Violation> {
    let at = |member, kind| Violation { place: Place::Member(member), kind };
    let answer = |kind| Violation { place: Place::AnswerValue(0), kind };
    let question = |kind| Violation { place: Place::AnsweredQuestion(0), kind };
    vec![
        at(Member::AccessPackageId, ViolationKind::Missing),
        at(Member::Schedule, ViolationKind::Unexpected),
        at(Member::TargetObjectId, ViolationKind::ConflictingMembers),
        at(Member::AssignmentId, ViolationKind::ConflictingMembers),
        at(Member::TargetEmail, ViolationKind::TargetNotInDirectory),
        at(Member::AssignmentId, ViolationKind::AssignmentNotFound),
        at(Member::AssignmentPolicyId, ViolationKind::PolicyMismatch),
        at(Member::TargetId, ViolationKind::OnBehalfNotAllowed),
        at(Member::TargetId, ViolationKind::OnBehalfOfSelf),
        at(Member::RequestType, ViolationKind::SelfServiceDisabled),
        at(Member::Schedule, ViolationKind::ScheduleNotAllowed),
        at(Member::EndDateTime, ViolationKind::EndBeforeStart),
        at(Member::EndDateTime, ViolationKind::EndInPast),
        at(Member::StartDateTime, ViolationKind::StartTooLate { limit: Period::from_days(365) }),
        at(Member::Expiration, ViolationKind::ExceedsPolicy),
        at(Member::Answers, ViolationKind::NothingToUpdate),
        at(Member::Justification, ViolationKind::TooLong { bytes: 8193, limit: 8192 }),
        at(Member::Answers, ViolationKind::TooMany { count: 201, limit: 200 }),
        at(Member::Justification, ViolationKind::ForbiddenCharacter { character: '\0' }),
        at(Member::BypassApproval, ViolationKind::Unexpected),
        at(Member::BypassApproval, ViolationKind::BypassNotAllowed),
        question(ViolationKind::UnknownQuestion),
        question(ViolationKind::AnswerTypeMismatch { expected: QuestionKind::TextInput }),
        answer(ViolationKind::DuplicateAnswer { question: QuestionId::new(ID), is_blank: false }),
        answer(ViolationKind::DuplicateAnswer { question: QuestionId::new(ID), is_blank: true }),
        at(Member::Answers, ViolationKind::RequiredAnswerMissing { question: Some(QuestionId::new(ID)) }),
        answer(ViolationKind::RequiredAnswerMissing { question: Some(QuestionId::new(ID)) }),
        at(Member::Answers, ViolationKind::RequiredAnswerMissing { question: None }),
        answer(ViolationKind::NotAChoice),
        answer(ViolationKind::AmbiguousChoice),
        answer(ViolationKind::MultilineNotAllowed),
        answer(ViolationKind::PatternMismatch),
        answer(ViolationKind::AnswerNotEditable),
    ]
}

pub(crate) fn policy_violations() -> Vec<PolicyViolation> {
    let at = |place, kind| PolicyViolation { place, kind };
    vec![
        at(PolicyPlace::TimeoutDuration(0), PolicyViolationKind::Missing),
        at(PolicyPlace::ExpirationDuration, PolicyViolationKind::Missing),
        at(PolicyPlace::DurationBeforeAutomaticDenial(0), PolicyViolationKind::BadDuration),
        at(PolicyPlace::TimeoutDuration(0), PolicyViolationKind::BadDuration),
        at(PolicyPlace::ExpirationDuration, PolicyViolationKind::BadDuration),
        at(PolicyPlace::QuestionId(1), PolicyViolationKind::DuplicateQuestion),
        at(PolicyPlace::Choices(0), PolicyViolationKind::NoChoices),
        at(PolicyPlace::ActualValue(0, 1), PolicyViolationKind::DuplicateChoice),
        at(PolicyPlace::ActualValue(0, 0), PolicyViolationKind::EmptyChoice),
        at(PolicyPlace::Questions, PolicyViolationKind::TooMany { count: 201, limit: 200 }),
        at(PolicyPlace::RegexPattern(0), PolicyViolationKind::BadPattern { reason: "reason".to_owned() }),
        at(PolicyPlace::RegexPattern(0), PolicyViolationKind::CostlyPattern { reason: "reason".to_owned() }),
        at(PolicyPlace::Localizations(0), PolicyViolationKind::TooMany { count: 201, limit: 200 }),
        at(PolicyPlace::ChoiceLocalizations(0, 1), PolicyViolationKind::TooMany { count: 201, limit: 200 }),
        at(PolicyPlace::Extensions, PolicyViolationKind::TooMany { count: 61, limit: 60 }),
        at(PolicyPlace::DurationBeforeAutomaticDenial(0), PolicyViolationKind::DurationTooLong),
        at(PolicyPlace::Stages, PolicyViolationKind::ApprovalStagesMissing),
        at(PolicyPlace::Stages, PolicyViolationKind::TooManyStages { count: 4 }),
        at(PolicyPlace::StageExtensionId(0), PolicyViolationKind::Missing),
        at(PolicyPlace::StageExtension(0), PolicyViolationKind::UnmatchedExtension),
        at(PolicyPlace::Extension(0), PolicyViolationKind::UnmatchedExtension),
        at(PolicyPlace::Extension(0), PolicyViolationKind::UnresolvedExtension { id: None }),
        at(
            PolicyPlace::Extension(0),
            PolicyViolationKind::UnresolvedExtension { id: Some(ExtensionId::new(ID)) },
        ),
        at(PolicyPlace::CallbackConfiguration(0), PolicyViolationKind::WaitRequired),
        at(PolicyPlace::CallbackConfiguration(0), PolicyViolationKind::WaitNotAllowed),
    ]
}
