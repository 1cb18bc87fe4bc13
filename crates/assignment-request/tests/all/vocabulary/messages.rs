//! What is said of each broken rule, word for word; its code, class and rule; and how large errors are.

use std::collections::BTreeSet;
use std::fmt::Display;

use assignment_request::{
    ActionKind, ApplyError, ApprovalDecision, ApprovalStageViolation, ApprovalStageViolations,
    CallbackDecision, CalloutId, CalloutStage, CalloutStageSet, CalloutStatus, Class, CommandText,
    DeliveryOutcome, DurationError, Event, ExtensionId, IdError, Member, Period, Phase, Place, PolicyPlace,
    PolicyViolation, PolicyViolationKind, QuestionId, QuestionKind, Rejection, RejectionKind, ReplayError,
    RequestId, RequestType, Role, Rule, RulesError, State, Status, StatusSet, SubjectId, Timestamp,
    TimestampError, Violation, ViolationKind,
};
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(0x46184453_e63b_4f20_86c2_c557ed5d5df9);
const OTHER: Uuid = Uuid::from_u128(0x2b1e4d7a_0c55_4d4e_9f0e_6f0a3f1f8c11);
const CREATED: CalloutStage = CalloutStage::AssignmentRequestCreated;

fn timestamp() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap_or(Timestamp::MIN)
}

/// Asserts that `codes` are just `names`.
#[track_caller]
fn assert_complete<'a>(codes: impl IntoIterator<Item = &'a str>, names: &[&str]) {
    let codes: BTreeSet<_> = codes.into_iter().collect();
    assert_eq!(codes, names.iter().copied().collect());
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table: one row a rejection")]
fn every_rejection_has_its_message_code_class_and_rule() {
    use Class::{Conflict, Duplicate, Expired, Forbidden, Invalid, NotFound};
    let at = timestamp();
    let not_permitted = |action| Rejection::NotPermitted { action, role: Role::User };
    let stages = CalloutStageSet::of(&[
        CalloutStage::AssignmentRequestApproved,
        CalloutStage::AssignmentRequestGranted,
    ]);
    let statuses = StatusSet::of(&[Status::Accepted, Status::PendingNotBefore]);
    #[rustfmt::skip]
    let table: &[(Rejection, &str, Class, Rule, &str)] = &[
        (Rejection::NoRequest, "noRequest", NotFound, Rule::I3, "there is no such request"),
        (Rejection::AlreadySubmitted, "alreadySubmitted", Conflict, Rule::I3, "the request was submitted before"),
        (Rejection::RevisionConflict { expected: 3, actual: 4 }, "revisionConflict", Conflict, Rule::I3,
            "the request has revision 4, not 3"),
        (Rejection::NotPermittedToSubmit { request_type: RequestType::AdminAdd, role: Role::User },
            "notPermitted", Forbidden, Rule::C1, "role `user` may not submit `adminAdd`; it takes role `administrator`"),
        (not_permitted(ActionKind::Process), "notPermitted", Forbidden, Rule::W1, "role `user` may not process"),
        (not_permitted(ActionKind::Resume), "notPermitted", Forbidden, Rule::R7, "role `user` may not resume"),
        (not_permitted(ActionKind::DecideStage), "notPermitted", Forbidden, Rule::V5, "role `user` may not decide"),
        (not_permitted(ActionKind::Cancel), "notPermitted", Forbidden, Rule::K1, "role `user` may not cancel"),
        (not_permitted(ActionKind::Reprocess), "notPermitted", Forbidden, Rule::Q1, "role `user` may not reprocess"),
        (not_permitted(ActionKind::ReportDelivery), "notPermitted", Forbidden, Rule::F2,
            "role `user` may not reportDelivery"),
        (not_permitted(ActionKind::ReportCalloutFailed), "notPermitted", Forbidden, Rule::X4,
            "role `user` may not reportCalloutFailed"),
        (not_permitted(ActionKind::Elapse), "notPermitted", Forbidden, Rule::N5, "role `user` may not elapse"),
        (Rejection::NotTheRequestor, "notPermitted", Forbidden, Rule::K1, "only the user who made the request may cancel it"),
        (Rejection::RequestClosed { state: State::Denied, action: ActionKind::Process }, "requestClosed", Conflict, Rule::W1,
            "the request has ended in state `denied`"),
        (Rejection::RequestClosed { state: State::Canceled, action: ActionKind::Resume }, "requestClosed", Conflict, Rule::R3,
            "the request has ended in state `canceled`"),
        (Rejection::RequestClosed { state: State::Canceled, action: ActionKind::ReportCalloutFailed }, "requestClosed", Conflict, Rule::X4,
            "the request has ended in state `canceled`"),
        (Rejection::AlreadyProcessing { status: Status::Delivering }, "alreadyProcessing", Duplicate, Rule::W1,
            "the request is processed already; its status is Delivering"),
        (Rejection::ValidationOnly, "validationOnly", Conflict, Rule::C13,
            "the request is for validation only, and is never processed"),
        (Rejection::ConflictingTarget { known: SubjectId::new(ID), given: SubjectId::new(OTHER) }, "conflictingMembers", Conflict, Rule::W1,
            "the target is 46184453-e63b-4f20-86c2-c557ed5d5df9, not 2b1e4d7a-0c55-4d4e-9f0e-6f0a3f1f8c11"),
        (Rejection::TargetUnknown, "targetUnknown", Conflict, Rule::W1,
            "the target has no id yet, and the request needs a decision"),
        (Rejection::StageNotResumable { stage: CalloutStage::AssignmentOneDayBeforeExpiration }, "stageNotResumable", Invalid, Rule::R1,
            "a request never waits at stage `assignmentOneDayBeforeExpiration`"),
        (Rejection::UnknownCallout { instance: CalloutId::new(ID), action: ActionKind::Resume }, "unknownCallout", NotFound, Rule::R2,
            "the request has no callout 46184453-e63b-4f20-86c2-c557ed5d5df9"),
        (Rejection::UnknownCallout { instance: CalloutId::new(ID), action: ActionKind::ReportCalloutFailed }, "unknownCallout", NotFound, Rule::X4,
            "the request has no callout 46184453-e63b-4f20-86c2-c557ed5d5df9"),
        (Rejection::StageMismatch { given: CREATED, actual: CalloutStage::AssignmentRequestApproved }, "stageMismatch", Invalid, Rule::R2,
            "the callout is of stage `assignmentRequestApproved`, not `assignmentRequestCreated`"),
        (Rejection::NotWaiting, "notWaiting", Conflict, Rule::R3, "the request does not wait for a callback of this callout"),
        (Rejection::AlreadyResumed, "alreadyResumed", Duplicate, Rule::R3,
            "the callback was received before, with the same decision"),
        (Rejection::ResumeConflict { received: CallbackDecision::Continue, given: CallbackDecision::Deny }, "resumeConflict", Conflict, Rule::R3,
            "the callback was received before, with another decision or approval stage"),
        (Rejection::CallbackTooLate, "callbackTooLate", Expired, Rule::R4, "the callback's deadline has passed"),
        (Rejection::CalloutAlreadyFailed, "calloutAlreadyFailed", Conflict, Rule::R3, "the callout failed before"),
        (Rejection::SelfResume, "selfResume", Forbidden, Rule::R7,
            "the requestor and the target may not resume the request"),
        (Rejection::DenialNotAllowed { stage: CREATED, allowed: stages }, "denialNotAllowed", Invalid, Rule::R5,
            "cannot deny at stage `assignmentRequestCreated`; a callback may deny at: assignmentRequestApproved, \
             assignmentRequestGranted"),
        (Rejection::DenialNotAllowed { stage: CREATED, allowed: CalloutStageSet::of(&[]) }, "denialNotAllowed", Invalid, Rule::R5,
            "cannot deny at stage `assignmentRequestCreated`; a callback may deny at: no stage"),
        (Rejection::CancellationNotAllowed { stage: CalloutStage::AssignmentRequestRemoved, allowed: CalloutStageSet::of(&[CREATED]) },
            "cancellationNotAllowed", Invalid, Rule::R5,
            "cannot cancel at stage `assignmentRequestRemoved`; a callback may cancel at: assignmentRequestCreated"),
        (Rejection::ApprovalStageMissing, "approvalStageMissing", Invalid, Rule::Y6,
            "a callback at stage `assignmentRequestDeterminingApprovalRequirements` must carry an approval stage, unless it \
             denies or cancels"),
        (Rejection::ApprovalStageUnexpected, "approvalStageUnexpected", Invalid, Rule::Y6,
            "only a callback at stage `assignmentRequestDeterminingApprovalRequirements` that neither denies nor cancels may \
             carry an approval stage"),
        (Rejection::BadApprovalStage { violations: ApprovalStageViolations::of(&[
                ApprovalStageViolation::NoPrimaryApprovers, ApprovalStageViolation::BadDenial]) },
            "badApprovalStage", Invalid, Rule::Y8,
            "the approval stage cannot be used: `data.approvalStage.durationBeforeAutomaticDenial` must be positive, and not \
             longer than the rule `determinedStageLimit`; `data.approvalStage.primaryApprovers` names no approver other than the \
             requestor, the target and the caller"),
        (Rejection::TooLong { text: CommandText::Source, bytes: 257, limit: 256 }, "tooLong", Invalid, Rule::C14,
            "`source` has 257 bytes; at most 256 are allowed"),
        (Rejection::TooLong { text: CommandText::Justification, bytes: 2, limit: 1 }, "tooLong", Invalid, Rule::C14,
            "`justification` has 2 bytes; at most 1 are allowed"),
        (Rejection::ForbiddenCharacter { text: CommandText::Detail, character: '\u{1b}' }, "forbiddenCharacter", Invalid, Rule::C14,
            "`detail` has the forbidden character U+001B"),
        (Rejection::CalloutAlreadyReported, "alreadyReported", Duplicate, Rule::X4,
            "the callout was reported as failed before"),
        (Rejection::CalloutClosed { status: CalloutStatus::CallbackReceived }, "calloutClosed", Conflict, Rule::X4,
            "the callout cannot fail any more; its status is `callbackReceived`"),
        (Rejection::UnknownStage { stage: 3, stages: 2 }, "unknownStage", NotFound, Rule::V5,
            "there is no approval stage 3; the request has 2"),
        (Rejection::AlreadyDecided { stage: 1, decision: ApprovalDecision::Deny }, "alreadyDecided", Duplicate, Rule::V5,
            "the same approver made this decision about approval stage 1 before: `deny`"),
        (Rejection::StageAlreadyDecided { stage: 0 }, "stageAlreadyDecided", Conflict, Rule::V5,
            "approval stage 0 was decided before"),
        (Rejection::NotPendingApproval { status: Status::Accepted }, "notPendingApproval", Conflict, Rule::V5,
            "no approval is pending; the status is Accepted"),
        (Rejection::StageNotOpen { stage: 1, open: 0 }, "stageNotOpen", Conflict, Rule::V5,
            "approval stage 1 is not open yet; stage 0 is"),
        (Rejection::SelfApproval, "selfApproval", Forbidden, Rule::V5,
            "the requestor and the target may not decide about the request"),
        (Rejection::AlreadyApproved { stage: 0 }, "alreadyApproved", Forbidden, Rule::V5,
            "the approver approved stage 0, and every stage needs another approver"),
        (Rejection::SelfAppointed { stage: 2 }, "selfAppointed", Forbidden, Rule::Y12,
            "the approver determined approval stage 2, and so may not decide it"),
        (Rejection::NotEscalated { stage: 1, at: Some(at) }, "notEscalated", Forbidden, Rule::V5,
            "approval stage 1 is not escalated"),
        (Rejection::JustificationRequired { stage: 1 }, "justificationRequired", Invalid, Rule::V5,
            "approval stage 1 requires a justification"),
        (Rejection::NotDelivering { status: Status::Canceled }, "notDelivering", Conflict, Rule::F3,
            "no fulfillment is expected; the status is Canceled"),
        (Rejection::StaleReport { given: 1, current: 2 }, "staleReport", Conflict, Rule::F3,
            "the report is about attempt 1; the current one is 2"),
        (Rejection::UnknownAttempt { given: 3, current: 2 }, "unknownAttempt", NotFound, Rule::F3,
            "attempt 3 was not ordered; the current one is 2"),
        (Rejection::AlreadyReported { outcome: DeliveryOutcome::PartiallyDelivered }, "alreadyReported", Duplicate, Rule::F3,
            "`partiallyDelivered` was reported before"),
        (Rejection::ReportConflict { reported: DeliveryOutcome::Delivered, given: DeliveryOutcome::Failed },
            "reportConflict", Conflict, Rule::F3, "`delivered` was reported before, so `failed` cannot be"),
        (Rejection::AlreadyCanceled, "alreadyCanceled", Duplicate, Rule::K2, "the request was canceled before"),
        (Rejection::NotCancelable { status: Status::Fulfilled, cancelable: statuses }, "notCancelable", Conflict, Rule::K2,
            "a request with status Fulfilled cannot be canceled; with these it can: Accepted, PendingNotBefore"),
        (Rejection::NotCancelable { status: Status::Denied, cancelable: StatusSet::of(&[]) }, "notCancelable", Conflict, Rule::K2,
            "a request with status Denied cannot be canceled; with these it can: no status"),
        (Rejection::CancelBeforeReport, "notCancelable", Conflict, Rule::K2,
            "the fulfillment timed out and access may exist, so its report is awaited"),
        (Rejection::DeleteBeforeReport, "notDeletable", Conflict, Rule::L1,
            "the fulfillment timed out and access may exist, so its report is awaited"),
        (Rejection::NotReprocessable { state: State::Delivered }, "notReprocessable", Conflict, Rule::Q1,
            "a request in state `delivered` cannot be reprocessed"),
        (Rejection::ReprocessWindowPassed { end: at }, "reprocessWindowPassed", Expired, Rule::Q2,
            "the request could be reprocessed before 2026-01-05T09:00:00Z"),
        (Rejection::AccessWindowPassed { end: at }, "accessWindowPassed", Expired, Rule::Q2,
            "the access that was asked for would have ended at 2026-01-05T09:00:00Z"),
        (Rejection::RevisionLimitReached, "limitReached", Conflict, Rule::I3,
            "the request has reached the highest revision that can be counted"),
        (Rejection::AttemptLimitReached, "limitReached", Conflict, Rule::F1,
            "the request has reached the highest attempt that can be counted"),
        (Rejection::NotDeletable { state: State::Delivering }, "notDeletable", Conflict, Rule::L1,
            "a request in state `delivering` cannot be deleted"),
        (Rejection::HasAssignment, "notDeletable", Conflict, Rule::L1,
            "the request has an assignment, so it cannot be deleted"),
    ];
    for (rejection, code, class, rule, text) in table {
        assert_eq!((rejection.code(), rejection.class(), rejection.rule()), (*code, *class, *rule), "{text}");
        assert_eq!(rejection.to_string(), *text);
    }
    let kinds: BTreeSet<_> = table.iter().map(|row| row.0.kind()).collect();
    assert_eq!(kinds, RejectionKind::ALL.iter().copied().collect());
    let classes: BTreeSet<_> = table.iter().map(|row| row.2).collect();
    assert_eq!(classes, Class::ALL.iter().copied().collect());
}

#[test]
fn every_violation_has_its_message_code_and_rule() {
    use ViolationKind as Kind;
    let member = Place::Member;
    let value = Place::AnswerValue(2);
    let question = Place::AnsweredQuestion(2);
    #[rustfmt::skip]
    let table: &[(Place, Kind, &str, Rule, &str)] = &[
        (member(Member::AccessPackageId), Kind::Missing, "missing", Rule::C2,
            "`assignment.accessPackageId` is missing"),
        (member(Member::Schedule), Kind::Unexpected, "unexpected", Rule::C9, "`schedule` is not allowed here"),
        (member(Member::TargetObjectId), Kind::ConflictingMembers, "conflictingMembers", Rule::C3,
            "`assignment.target.objectId` contradicts another member"),
        (member(Member::AssignmentId), Kind::ConflictingMembers, "conflictingMembers", Rule::C4,
            "`assignment.id` is not that of the existing assignment"),
        (member(Member::TargetEmail), Kind::TargetNotInDirectory, "targetNotInDirectory", Rule::C3,
            "`assignment.target.email` names a person who is not in the directory; only adminAdd allows that"),
        (member(Member::AssignmentId), Kind::AssignmentNotFound, "assignmentNotFound", Rule::C4,
            "`assignment.id` names no existing assignment"),
        (member(Member::AssignmentPolicyId), Kind::PolicyMismatch, "policyMismatch", Rule::C5,
            "`assignment.assignmentPolicyId` is not that of the policy"),
        (member(Member::TargetId), Kind::OnBehalfNotAllowed, "onBehalfNotAllowed", Rule::C6,
            "`assignment.targetId` is another person, and the policy does not let users ask this for others"),
        (member(Member::TargetId), Kind::OnBehalfOfSelf, "onBehalfOfSelf", Rule::C6,
            "`assignment.targetId` is the requestor, who cannot ask on behalf of themselves"),
        (member(Member::RequestType), Kind::SelfServiceDisabled, "selfServiceDisabled", Rule::C7,
            "`requestType` is not open to users themselves under the policy"),
        (member(Member::Schedule), Kind::ScheduleNotAllowed, "scheduleNotAllowed", Rule::C9,
            "`schedule` cannot be chosen under the policy"),
        (member(Member::EndDateTime), Kind::EndBeforeStart, "endBeforeStart", Rule::C9,
            "`schedule.expiration.endDateTime` is not after the start"),
        (member(Member::EndDateTime), Kind::EndInPast, "endInPast", Rule::C9,
            "`schedule.expiration.endDateTime` is not in the future"),
        (member(Member::StartDateTime), Kind::StartTooLate { limit: Period::from_days(365) }, "startTooLate", Rule::C9,
            "`schedule.startDateTime` is more than P365D in the future"),
        (member(Member::BypassApproval), Kind::Unexpected, "unexpected", Rule::C15,
            "`parameters.bypassApproval` is not allowed here"),
        (member(Member::BypassApproval), Kind::BypassNotAllowed, "bypassNotAllowed", Rule::C15,
            "`parameters.bypassApproval` is not allowed: the rules forbid it, or the target is the requestor or not known by id"),
        (member(Member::Expiration), Kind::ExceedsPolicy, "exceedsPolicy", Rule::C9,
            "`schedule.expiration` asks for more than the policy's expiration allows"),
        (member(Member::Answers), Kind::NothingToUpdate, "nothingToUpdate", Rule::C10,
            "`answers` is empty and there is no schedule, so there is nothing to update"),
        (member(Member::Justification), Kind::TooLong { bytes: 8193, limit: 8192 }, "tooLong", Rule::C14,
            "`justification` has 8193 bytes; at most 8192 are allowed"),
        (member(Member::Answers), Kind::TooMany { count: 201, limit: 200 }, "tooMany", Rule::C14,
            "`answers` has 201 items; at most 200 are allowed"),
        (value, Kind::ForbiddenCharacter { character: '\u{202e}' }, "forbiddenCharacter", Rule::C14,
            "`answers[2].value` has the forbidden character U+202E"),
        (question, Kind::UnknownQuestion, "unknownQuestion", Rule::A1,
            "`answers[2].answeredQuestion.id` names no question of the policy"),
        (question, Kind::AnswerTypeMismatch { expected: QuestionKind::MultipleChoice }, "answerTypeMismatch", Rule::A2,
            "`answers[2].answeredQuestion.id` is a question of the kind multipleChoice"),
        (value, Kind::DuplicateAnswer { question: QuestionId::new(ID), is_blank: false }, "duplicateAnswer", Rule::A3,
            "`answers[2].value` answers the question 46184453-e63b-4f20-86c2-c557ed5d5df9 again"),
        (value, Kind::DuplicateAnswer { question: QuestionId::new(ID), is_blank: true }, "duplicateAnswer", Rule::A6,
            "`answers[2].value` answers the question 46184453-e63b-4f20-86c2-c557ed5d5df9 again"),
        (member(Member::Answers), Kind::RequiredAnswerMissing { question: Some(QuestionId::new(ID)) }, "requiredAnswerMissing", Rule::A4,
            "`answers` leaves the required question 46184453-e63b-4f20-86c2-c557ed5d5df9 without an answer"),
        (value, Kind::RequiredAnswerMissing { question: Some(QuestionId::new(ID)) }, "requiredAnswerMissing", Rule::A6,
            "`answers[2].value` leaves the required question 46184453-e63b-4f20-86c2-c557ed5d5df9 without an answer"),
        (member(Member::Answers), Kind::RequiredAnswerMissing { question: None }, "requiredAnswerMissing", Rule::A4,
            "`answers` cannot answer a required question, since the policy gave it no id"),
        (value, Kind::NotAChoice, "notAChoice", Rule::A5, "`answers[2].value` is none of the choices"),
        (value, Kind::AmbiguousChoice, "ambiguousChoice", Rule::A5,
            "`answers[2].value` is the text of more than one choice"),
        (value, Kind::MultilineNotAllowed, "multilineNotAllowed", Rule::A7, "`answers[2].value` has more than one line"),
        (value, Kind::PatternMismatch, "patternMismatch", Rule::A8,
            "`answers[2].value` does not match the question's pattern as a whole"),
        (value, Kind::AnswerNotEditable, "answerNotEditable", Rule::A9,
            "`answers[2].value` answers a question whose answer cannot be edited"),
    ];
    for &(place, kind, code, rule, text) in table {
        let violation = Violation { place, kind };
        assert_eq!((violation.code(), violation.rule()), (code, rule), "{text}");
        assert_eq!(violation.to_string(), text);
    }
    assert_complete(table.iter().map(|row| row.2), Kind::CODES);
}

#[test]
fn every_policy_violation_has_its_message_code_and_rule() {
    use PolicyViolationKind as Kind;
    #[rustfmt::skip]
    let table: &[(PolicyPlace, Kind, &str, Rule, &str)] = &[
        (PolicyPlace::TimeoutDuration(1), Kind::Missing, "missing", Rule::P4,
            "`customExtensionStageSettings[1].customExtension.callbackConfiguration.timeoutDuration` is missing"),
        (PolicyPlace::ExpirationEndDateTime, Kind::Missing, "missing", Rule::P5, "`expiration.endDateTime` is missing"),
        (PolicyPlace::DurationBeforeEscalation(2), Kind::BadDuration, "badDuration", Rule::P3,
            "`requestApprovalSettings.stages[2].durationBeforeEscalation` must be positive, and shorter than \
             `durationBeforeAutomaticDenial`"),
        (PolicyPlace::DurationBeforeAutomaticDenial(0), Kind::BadDuration, "badDuration", Rule::P3,
            "`requestApprovalSettings.stages[0].durationBeforeAutomaticDenial` must be positive"),
        (PolicyPlace::TimeoutDuration(0), Kind::BadDuration, "badDuration", Rule::P4,
            "`customExtensionStageSettings[0].customExtension.callbackConfiguration.timeoutDuration` must be between \
             5 minutes and 14 days"),
        (PolicyPlace::ExpirationDuration, Kind::BadDuration, "badDuration", Rule::P5,
            "`expiration.duration` must be positive"),
        (PolicyPlace::QuestionId(1), Kind::DuplicateQuestion, "duplicateQuestion", Rule::P1,
            "`questions[1].id` is the id of an earlier question"),
        (PolicyPlace::Choices(1), Kind::NoChoices, "noChoices", Rule::P1, "`questions[1].choices` is empty"),
        (PolicyPlace::ActualValue(1, 2), Kind::DuplicateChoice, "duplicateChoice", Rule::P1,
            "`questions[1].choices[2].actualValue` is the value of an earlier choice"),
        (PolicyPlace::ActualValue(1, 2), Kind::EmptyChoice, "emptyChoice", Rule::P1,
            "`questions[1].choices[2].actualValue` is empty"),
        (PolicyPlace::Questions, Kind::TooMany { count: 201, limit: 200 }, "tooMany", Rule::P2,
            "`questions` has 201 items; at most 200 are allowed"),
        (PolicyPlace::Localizations(1), Kind::TooMany { count: 201, limit: 200 }, "tooMany", Rule::P9,
            "`questions[1].localizations` has 201 items; at most 200 are allowed"),
        (PolicyPlace::ChoiceLocalizations(1, 2), Kind::TooMany { count: 201, limit: 200 }, "tooMany", Rule::P9,
            "`questions[1].choices[2].localizations` has 201 items; at most 200 are allowed"),
        (PolicyPlace::Extensions, Kind::TooMany { count: 61, limit: 60 }, "tooMany", Rule::P9,
            "`customExtensionStageSettings` has 61 items; at most 60 are allowed"),
        (PolicyPlace::RegexPattern(0), Kind::CostlyPattern { reason: "it is slow".into() }, "badPattern", Rule::P8,
            "`questions[0].regexPattern` cannot be used: it is slow"),
        (PolicyPlace::DurationBeforeAutomaticDenial(0), Kind::DurationTooLong, "badDuration", Rule::P10,
            "`requestApprovalSettings.stages[0].durationBeforeAutomaticDenial` must be at most 3660 days"),
        (PolicyPlace::RegexPattern(3), Kind::BadPattern { reason: "unclosed group".into() }, "badPattern", Rule::P2,
            "`questions[3].regexPattern` cannot be used: unclosed group"),
        (PolicyPlace::Stages, Kind::ApprovalStagesMissing, "approvalStagesMissing", Rule::P3,
            "`requestApprovalSettings.stages` is empty, but approval is required"),
        (PolicyPlace::Stages, Kind::TooManyStages { count: 4 }, "tooManyStages", Rule::P3,
            "`requestApprovalSettings.stages` has 4 items; at most 3 are allowed"),
        (PolicyPlace::CallbackConfiguration(0), Kind::WaitNotAllowed, "waitNotAllowed", Rule::P4,
            "`customExtensionStageSettings[0].customExtension.callbackConfiguration` is not allowed at a stage before an \
             assignment's end"),
        (PolicyPlace::Extension(1), Kind::UnresolvedExtension { id: Some(ExtensionId::new(ID)) }, "unresolvedExtension", Rule::P6,
            "`customExtensionStageSettings[1].customExtension` names the extension 46184453-e63b-4f20-86c2-c557ed5d5df9 by \
             reference, and the host does not know it; give its `callbackConfiguration` here, or let the host look the extension \
             up"),
        (PolicyPlace::Extension(0), Kind::UnresolvedExtension { id: None }, "unresolvedExtension", Rule::P6,
            "`customExtensionStageSettings[0].customExtension` has neither an id nor a `callbackConfiguration`, so it does not \
             say whether to wait for a callback"),
        (PolicyPlace::StageExtensionId(2), Kind::Missing, "missing", Rule::Y1,
            "`requestApprovalSettings.stages[2].customExtension.id` is missing"),
        (PolicyPlace::StageExtension(2), Kind::UnmatchedExtension, "unmatchedExtension", Rule::Y2,
            "`requestApprovalSettings.stages[2].customExtension` must be named by exactly one setting at the stage \
             `assignmentRequestDeterminingApprovalRequirements`"),
        (PolicyPlace::Extension(1), Kind::UnmatchedExtension, "unmatchedExtension", Rule::Y2,
            "`customExtensionStageSettings[1].customExtension` must be named by an approval stage that it determines"),
        (PolicyPlace::CallbackConfiguration(1), Kind::WaitRequired, "waitRequired", Rule::Y3,
            "`customExtensionStageSettings[1].customExtension.callbackConfiguration` is missing: the extension determines an \
             approval stage, so the request must wait for its callback"),
    ];
    for (place, kind, code, rule, text) in table {
        let violation = PolicyViolation { place: *place, kind: kind.clone() };
        assert_eq!((violation.code(), violation.rule()), (*code, *rule), "{text}");
        assert_eq!(violation.to_string(), *text);
    }
    assert_complete(table.iter().map(|row| row.2), Kind::CODES);
}

/// Asserts that each error has its text, and that `ordinal`, whose match breaks the build when a variant is added,
/// gives every number up to the last.
#[track_caller]
fn assert_texts<E: Display>(table: &[(E, &str)], ordinal: impl Fn(&E) -> usize, variants: usize) {
    for (error, text) in table {
        assert_eq!(error.to_string(), *text);
    }
    let numbers: BTreeSet<_> = table.iter().map(|(error, _)| ordinal(error)).collect();
    assert_eq!(numbers, (0..variants).collect());
}

#[test]
fn every_other_error_has_its_message() {
    assert_texts(
        &[
            (
                RulesError::Cancelable(StatusSet::of(&[Status::Delivering, Status::Fulfilled])),
                "`cancelable` may not contain Delivering, Fulfilled",
            ),
            (
                RulesError::Duration { rule: "acceptedTimeout" },
                "`acceptedTimeout` must be longer than zero, and at most 3660 days",
            ),
        ],
        |error| match error {
            RulesError::Cancelable(_) => 0,
            RulesError::Duration { .. } => 1,
            other => panic!("{other:?} has no row"),
        },
        2,
    );
    assert_eq!(RulesError::Duration { rule: "startLimit" }.code(), "badRules");
    assert_texts(
        &[
            (
                ApplyError::AnotherRequest { decided: RequestId::new(ID), actual: RequestId::new(OTHER) },
                "the decision is about request 46184453-e63b-4f20-86c2-c557ed5d5df9, not 2b1e4d7a-0c55-4d4e-9f0e-6f0a3f1f8c11",
            ),
            (
                ApplyError::AnotherRevision { decided: 4, actual: 6 },
                "the decision is about revision 4; the request has revision 6",
            ),
            (
                ApplyError::AnotherHistory { id: RequestId::new(ID) },
                "the decision is about another history of request 46184453-e63b-4f20-86c2-c557ed5d5df9",
            ),
        ],
        |error| match error {
            ApplyError::AnotherRequest { .. } => 0,
            ApplyError::AnotherRevision { .. } => 1,
            ApplyError::AnotherHistory { .. } => 2,
            other => panic!("{other:?} has no row"),
        },
        3,
    );
    assert_texts(
        &[
            (ReplayError::Empty, "there is no event"),
            (
                ReplayError::Submission,
                "the first event is not a `submitted` that a policy gives within these limits",
            ),
            (ReplayError::Time { sequence: 2 }, "event 2 happened before the event before it"),
            (ReplayError::Impossible { sequence: 2 }, "event 2 could not happen"),
            (
                ReplayError::Refused { sequence: 2, rejection: Rejection::SelfApproval },
                "event 2 could not happen: the requestor and the target may not decide about the request",
            ),
            (ReplayError::Broken { sequence: 2 }, "event 2 is not the one that belongs here"),
        ],
        |error| match error {
            ReplayError::Empty => 0,
            ReplayError::Submission => 1,
            ReplayError::Time { .. } => 2,
            ReplayError::Impossible { .. } => 3,
            ReplayError::Refused { .. } => 4,
            ReplayError::Broken { .. } => 5,
            other => panic!("{other:?} has no row"),
        },
        6,
    );
    assert_eq!(IdError.to_string(), "expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`");
    assert_eq!(TimestampError.to_string(), "expected a timestamp like `2026-01-05T09:00:00Z`");
    assert_eq!(
        DurationError.to_string(),
        "expected a duration like `P14D` or `PT1H30M`, without sign, years or months"
    );
}

/// The code, path and text of everything that can be wrong with an approval stage of a resume, in the order of rule Y8.
#[test]
fn y8_every_violation_of_a_determined_stage_has_its_code_path_and_text() {
    const LIMIT: &str = "must be positive, and not longer than the rule `determinedStageLimit`";
    const NOBODY: &str = "names no approver other than the requestor, the target and the caller";
    const MANY: &str = "has more than 50 entries";
    let table = [
        ("missing", "durationBeforeAutomaticDenial", "is missing"),
        ("badDuration", "durationBeforeAutomaticDenial", LIMIT),
        ("missing", "durationBeforeEscalation", "is missing"),
        (
            "badDuration",
            "durationBeforeEscalation",
            "must be positive, and shorter than `durationBeforeAutomaticDenial`",
        ),
        ("noApprovers", "primaryApprovers", NOBODY),
        ("noApprovers", "escalationApprovers", NOBODY),
        ("tooMany", "primaryApprovers", MANY),
        ("tooMany", "fallbackPrimaryApprovers", MANY),
        ("tooMany", "escalationApprovers", MANY),
        ("tooMany", "fallbackEscalationApprovers", MANY),
    ];
    assert_eq!(table.len(), ApprovalStageViolation::ALL.len());
    for ((code, member, text), violation) in table.iter().zip(ApprovalStageViolation::ALL) {
        let path = format!("data.approvalStage.{member}");
        assert_eq!((violation.code(), violation.path(), violation.rule()), (*code, &*path, Rule::Y8));
        assert_eq!(violation.to_string(), format!("`{path}` {text}"));
    }
    let none = ApprovalStageViolations::of(&[]);
    assert_eq!(none.to_string(), "nothing");
    let all: ApprovalStageViolations = ApprovalStageViolation::ALL.iter().copied().collect();
    assert_eq!(all.to_string().split("; ").count(), table.len());
}

#[test]
fn every_refused_submission_has_its_message_and_code() {
    use assignment_request::{Actor, Draft, Limits, Policy, PolicySpec, SubmissionError};
    let policy = Policy::compile(&PolicySpec::default(), &Limits::default()).unwrap();
    let submit = |request_type, role| {
        let draft = Draft::new(request_type);
        policy
            .submit(RequestId::new(ID), &draft, None, Actor::new(SubjectId::new(OTHER), role), timestamp())
            .unwrap_err()
    };
    assert_texts(
        &[
            (
                submit(RequestType::UserAdd, Role::Extension),
                "role `extension` may not submit `userAdd`; it takes role `user`",
            ),
            (
                submit(RequestType::UserAdd, Role::User),
                "`assignment.accessPackageId` is missing; `requestType` is not open to users themselves under the \
                 policy",
            ),
        ],
        |refusal| match refusal {
            SubmissionError::Rejected(_) => 0,
            SubmissionError::Invalid(_) => 1,
        },
        2,
    );
    assert_eq!(submit(RequestType::UserAdd, Role::Extension).code(), "notPermitted");
    let SubmissionError::Invalid(violations) = submit(RequestType::UserAdd, Role::User) else {
        panic!("a user may submit it")
    };
    assert_eq!(submit(RequestType::UserAdd, Role::User).code(), "invalidRequest");
    let codes = |violation: &Violation| violation.code();
    let listed = ["missing", "selfServiceDisabled"];
    assert_eq!((&violations).into_iter().map(codes).collect::<Vec<_>>(), listed);
    assert_eq!(violations.into_iter().map(|violation| codes(&violation)).collect::<Vec<_>>(), listed);
}

#[test]
fn errors_and_events_are_small_enough_to_return_by_value() {
    assert!(size_of::<Rejection>() <= 40);
    assert!(size_of::<ApplyError>() <= 40);
    assert!(size_of::<ReplayError>() <= 48);
    assert!(size_of::<Event>() <= 96);
    assert_eq!(size_of::<Option<Timestamp>>(), size_of::<Timestamp>());
    assert_eq!(size_of::<Option<Period>>(), size_of::<Period>());
    assert!(size_of::<Phase>() <= 32);
}
