//! Why a draft is refused: every broken rule and its place.

use core::fmt;

use crate::policy::questionnaire::ChoiceFault;
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::QuestionId;
use crate::vocabulary::named::{name_variants, named};
use crate::vocabulary::question::QuestionKind;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::text::TextFault;

/// A rule of creation or of the answers that a draft breaks (sections 3 and 4 of SPEC.md), and the place.
///
/// ```
/// use assignment_request::{AssignmentId, Member, Place, Rule, Violation, ViolationKind};
///
/// let violation = Violation { place: Place::Member(Member::AssignmentId), kind: ViolationKind::Missing };
/// assert_eq!(violation.code(), "missing");
/// assert_eq!(violation.place.to_string(), "assignment.id");
/// assert_eq!(violation.to_string(), "`assignment.id` is missing");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The member at fault.
    pub place: Place,
    /// The broken rule.
    pub kind: ViolationKind,
}

impl Violation {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Returns the broken rule's id.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self.kind {
            ViolationKind::Missing => match self.place {
                Place::Member(Member::AssignmentId) => Rule::C4,
                Place::Member(Member::Justification) => Rule::C8,
                Place::Member(Member::EndDateTime | Member::Duration) => Rule::C9,
                Place::Member(_) | Place::AnswerValue(_) | Place::AnsweredQuestion(_) => Rule::C2,
            },
            ViolationKind::Unexpected => match self.place {
                Place::Member(Member::Answers) => Rule::C11,
                Place::Member(Member::BypassApproval) => Rule::C15,
                Place::Member(_) | Place::AnswerValue(_) | Place::AnsweredQuestion(_) => Rule::C9,
            },
            ViolationKind::ConflictingMembers => match self.place {
                Place::Member(Member::TargetObjectId) => Rule::C3,
                Place::Member(_) | Place::AnswerValue(_) | Place::AnsweredQuestion(_) => Rule::C4,
            },
            ViolationKind::DuplicateAnswer { is_blank: false, .. } => Rule::A3,
            ViolationKind::DuplicateAnswer { is_blank: true, .. } => Rule::A6,
            ViolationKind::TargetNotInDirectory => Rule::C3,
            ViolationKind::AssignmentNotFound => Rule::C4,
            ViolationKind::PolicyMismatch => Rule::C5,
            ViolationKind::OnBehalfNotAllowed | ViolationKind::OnBehalfOfSelf => Rule::C6,
            ViolationKind::SelfServiceDisabled => Rule::C7,
            ViolationKind::ScheduleNotAllowed
            | ViolationKind::EndBeforeStart
            | ViolationKind::EndInPast
            | ViolationKind::StartTooLate { .. }
            | ViolationKind::ExceedsPolicy => Rule::C9,
            ViolationKind::BypassNotAllowed => Rule::C15,
            ViolationKind::NothingToUpdate => Rule::C10,
            ViolationKind::TooLong { .. }
            | ViolationKind::TooMany { .. }
            | ViolationKind::ForbiddenCharacter { .. } => Rule::C14,
            ViolationKind::UnknownQuestion => Rule::A1,
            ViolationKind::AnswerTypeMismatch { .. } => Rule::A2,
            ViolationKind::RequiredAnswerMissing { .. } => match self.place {
                Place::AnswerValue(_) => Rule::A6,
                Place::Member(_) | Place::AnsweredQuestion(_) => Rule::A4,
            },
            ViolationKind::NotAChoice | ViolationKind::AmbiguousChoice => Rule::A5,
            ViolationKind::MultilineNotAllowed => Rule::A7,
            ViolationKind::PatternMismatch => Rule::A8,
            ViolationKind::AnswerNotEditable => Rule::A9,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` {}", self.place, self.kind.message(self.place))
    }
}

/// A place in a create body, in the names of v1.0, regardless of the version that the body used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Place {
    /// A member that occurs once.
    Member(Member),
    /// `answers[i].value`.
    AnswerValue(usize),
    /// `answers[i].answeredQuestion.id`.
    AnsweredQuestion(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(member) => write!(formatter, "{member}"),
            Self::AnswerValue(index) => write!(formatter, "answers[{index}].value"),
            Self::AnsweredQuestion(index) => write!(formatter, "answers[{index}].answeredQuestion.id"),
        }
    }
}

named! {
    /// The members of a create body that can be at fault.
    #[non_exhaustive]
    pub enum Member {
        /// `requestType`.
        RequestType = "requestType",
        /// `assignment.id`.
        AssignmentId = "assignment.id",
        /// `assignment.accessPackageId`.
        AccessPackageId = "assignment.accessPackageId",
        /// `assignment.assignmentPolicyId`.
        AssignmentPolicyId = "assignment.assignmentPolicyId",
        /// `assignment.targetId`.
        TargetId = "assignment.targetId",
        /// `assignment.target.objectId`.
        TargetObjectId = "assignment.target.objectId",
        /// `assignment.target.email`.
        TargetEmail = "assignment.target.email",
        /// `justification`.
        Justification = "justification",
        /// `schedule`.
        Schedule = "schedule",
        /// `schedule.startDateTime`.
        StartDateTime = "schedule.startDateTime",
        /// `schedule.recurrence`.
        Recurrence = "schedule.recurrence",
        /// `schedule.expiration`.
        Expiration = "schedule.expiration",
        /// `schedule.expiration.endDateTime`.
        EndDateTime = "schedule.expiration.endDateTime",
        /// `schedule.expiration.duration`.
        Duration = "schedule.expiration.duration",
        /// `answers`.
        Answers = "answers",
        /// `parameters.bypassApproval`, for both forms of `parameters`.
        BypassApproval = "parameters.bypassApproval",
    }
}

/// What is wrong with a draft. Each variant is one kind of broken rule, and its name in camelCase is the stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// A required member is missing.
    Missing,
    /// A member is present that is not allowed here.
    Unexpected,
    /// Two members, or a member and the existing assignment, contradict each other.
    ConflictingMembers,
    /// The target has an e-mail address but no id, and this type of request needs a target in the directory.
    TargetNotInDirectory,
    /// The host found no existing assignment.
    AssignmentNotFound,
    /// The body or the existing assignment names another policy, or another access package than the policy's.
    PolicyMismatch,
    /// The policy does not let users ask for this on behalf of another person.
    OnBehalfNotAllowed,
    /// A request on behalf of another person names the requestor as the target.
    OnBehalfOfSelf,
    /// The policy does not let users ask for this for themselves.
    SelfServiceDisabled,
    /// The policy does not let users choose a schedule.
    ScheduleNotAllowed,
    /// The end is not after the start.
    EndBeforeStart,
    /// The end is not in the future.
    EndInPast,
    /// The start is further ahead than the host's rule `startLimit` allows.
    StartTooLate {
        /// The value of `startLimit`.
        limit: Period,
    },
    /// The schedule asks for more than the policy's expiration allows.
    ExceedsPolicy,
    /// An Update has neither a schedule nor an answer.
    NothingToUpdate,
    /// The approval of this request cannot be bypassed.
    BypassNotAllowed,
    /// A text is longer than its limit.
    TooLong {
        /// How many bytes it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// There are more items than the limit.
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A text contains a control character or a bidirectional control.
    ForbiddenCharacter {
        /// The first such character.
        character: char,
    },
    /// The answer names no question of the policy.
    UnknownQuestion,
    /// The answer names the wrong kind for its question.
    AnswerTypeMismatch {
        /// The question's kind.
        expected: QuestionKind,
    },
    /// The draft already has an answer to the question, or the same choice.
    DuplicateAnswer {
        /// The question.
        question: QuestionId,
        /// Whether one of the two answers is blank (rule A6).
        is_blank: bool,
    },
    /// A required question has no answer.
    RequiredAnswerMissing {
        /// The question. `None` if the policy gave it no id; then no one can answer it.
        question: Option<QuestionId>,
    },
    /// The answer is none of the choices.
    NotAChoice,
    /// The answer is a text that several choices share.
    AmbiguousChoice,
    /// The answer to a single-line question contains a line break.
    MultilineNotAllowed,
    /// The answer as a whole does not match the question's pattern.
    PatternMismatch,
    /// The requestor may not change this answer.
    AnswerNotEditable,
}

name_variants! {
    ViolationKind, CODES, code, "stable code";
    Missing = "missing",
    Unexpected = "unexpected",
    ConflictingMembers = "conflictingMembers",
    TargetNotInDirectory = "targetNotInDirectory",
    AssignmentNotFound = "assignmentNotFound",
    PolicyMismatch = "policyMismatch",
    OnBehalfNotAllowed = "onBehalfNotAllowed",
    OnBehalfOfSelf = "onBehalfOfSelf",
    SelfServiceDisabled = "selfServiceDisabled",
    ScheduleNotAllowed = "scheduleNotAllowed",
    EndBeforeStart = "endBeforeStart",
    EndInPast = "endInPast",
    StartTooLate = "startTooLate",
    ExceedsPolicy = "exceedsPolicy",
    NothingToUpdate = "nothingToUpdate",
    BypassNotAllowed = "bypassNotAllowed",
    TooLong = "tooLong",
    TooMany = "tooMany",
    ForbiddenCharacter = "forbiddenCharacter",
    UnknownQuestion = "unknownQuestion",
    AnswerTypeMismatch = "answerTypeMismatch",
    DuplicateAnswer = "duplicateAnswer",
    RequiredAnswerMissing = "requiredAnswerMissing",
    NotAChoice = "notAChoice",
    AmbiguousChoice = "ambiguousChoice",
    MultilineNotAllowed = "multilineNotAllowed",
    PatternMismatch = "patternMismatch",
    AnswerNotEditable = "answerNotEditable",
}

impl From<TextFault> for ViolationKind {
    fn from(fault: TextFault) -> Self {
        match fault {
            TextFault::TooLong { bytes, limit } => Self::TooLong { bytes, limit },
            TextFault::ForbiddenCharacter(character) => Self::ForbiddenCharacter { character },
        }
    }
}

impl From<ChoiceFault> for ViolationKind {
    fn from(fault: ChoiceFault) -> Self {
        match fault {
            ChoiceFault::Unknown => Self::NotAChoice,
            ChoiceFault::Ambiguous => Self::AmbiguousChoice,
        }
    }
}

impl ViolationKind {
    /// Returns whether the fault is in the question that the answer names, not in the answer's value.
    pub(crate) const fn refuses_question(self) -> bool {
        matches!(self, Self::UnknownQuestion | Self::AnswerTypeMismatch { .. })
    }

    /// Returns what is wrong, worded to follow the place.
    fn message(self, place: Place) -> impl fmt::Display {
        fmt::from_fn(move |formatter| match self {
            Self::Missing => formatter.write_str("is missing"),
            Self::Unexpected => formatter.write_str("is not allowed here"),
            Self::ConflictingMembers if place != Place::Member(Member::TargetObjectId) => {
                formatter.write_str("is not that of the existing assignment")
            }
            Self::ConflictingMembers => formatter.write_str("contradicts another member"),
            Self::TargetNotInDirectory => {
                formatter.write_str("names a person who is not in the directory; only adminAdd allows that")
            }
            Self::AssignmentNotFound => formatter.write_str("names no existing assignment"),
            Self::PolicyMismatch => formatter.write_str("is not that of the policy"),
            Self::OnBehalfNotAllowed => formatter
                .write_str("is another person, and the policy does not let users ask this for others"),
            Self::OnBehalfOfSelf => {
                formatter.write_str("is the requestor, who cannot ask on behalf of themselves")
            }
            Self::SelfServiceDisabled => {
                formatter.write_str("is not open to users themselves under the policy")
            }
            Self::ScheduleNotAllowed => formatter.write_str("cannot be chosen under the policy"),
            Self::EndBeforeStart => formatter.write_str("is not after the start"),
            Self::EndInPast => formatter.write_str("is not in the future"),
            Self::StartTooLate { limit } => {
                write!(formatter, "is more than {limit} in the future")
            }
            Self::ExceedsPolicy => formatter.write_str("asks for more than the policy's expiration allows"),
            Self::BypassNotAllowed => formatter.write_str(
                "is not allowed: the rules forbid it, or the target is the requestor or not known by id",
            ),
            Self::NothingToUpdate => {
                formatter.write_str("is empty and there is no schedule, so there is nothing to update")
            }
            Self::TooLong { bytes, limit } => {
                write!(formatter, "has {bytes} bytes; at most {limit} are allowed")
            }
            Self::TooMany { count, limit } => {
                write!(formatter, "has {count} items; at most {limit} are allowed")
            }
            Self::ForbiddenCharacter { character } => {
                write!(formatter, "has the forbidden character U+{:04X}", u32::from(character))
            }
            Self::UnknownQuestion => formatter.write_str("names no question of the policy"),
            Self::AnswerTypeMismatch { expected } => {
                write!(formatter, "is a question of the kind {expected}")
            }
            Self::DuplicateAnswer { question, .. } => {
                write!(formatter, "answers the question {question} again")
            }
            Self::RequiredAnswerMissing { question: Some(question) } => {
                write!(formatter, "leaves the required question {question} without an answer")
            }
            Self::RequiredAnswerMissing { question: None } => {
                formatter.write_str("cannot answer a required question, since the policy gave it no id")
            }
            Self::NotAChoice => formatter.write_str("is none of the choices"),
            Self::AmbiguousChoice => formatter.write_str("is the text of more than one choice"),
            Self::MultilineNotAllowed => formatter.write_str("has more than one line"),
            Self::PatternMismatch => formatter.write_str("does not match the question's pattern as a whole"),
            Self::AnswerNotEditable => {
                formatter.write_str("answers a question whose answer cannot be edited")
            }
        })
    }
}
