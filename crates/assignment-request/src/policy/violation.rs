//! Why a policy is refused: every broken rule, with the place of the fault.

use alloc::string::{String, ToString};
use core::fmt;

use crate::Rule;

/// A broken rule of a policy (P1 to P5 of SPEC.md), and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyViolation {
    /// The member at fault.
    pub place: PolicyPlace,
    /// The broken rule.
    pub kind: PolicyViolationKind,
}

impl PolicyViolation {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        (&self.kind).into()
    }

    /// The broken rule's id.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self.kind {
            PolicyViolationKind::Missing(rule) | PolicyViolationKind::BadDuration(rule) => rule,
            PolicyViolationKind::DuplicateQuestion
            | PolicyViolationKind::NoChoices
            | PolicyViolationKind::DuplicateChoice
            | PolicyViolationKind::EmptyChoice => Rule::P1,
            PolicyViolationKind::TooMany { .. } | PolicyViolationKind::BadPattern { .. } => Rule::P2,
            PolicyViolationKind::ApprovalStagesMissing | PolicyViolationKind::TooManyStages { .. } => {
                Rule::P3
            }
            PolicyViolationKind::WaitNotAllowed => Rule::P4,
        }
    }
}

impl fmt::Display for PolicyViolation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` {} ({})", self.place, self.kind.message(), self.rule())
    }
}

impl core::error::Error for PolicyViolation {}

/// A place in a policy, in the names of v1.0 whichever the policy used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PolicyPlace {
    /// `questions`.
    Questions,
    /// `questions[i].id`.
    QuestionId(usize),
    /// `questions[i].choices`.
    Choices(usize),
    /// `questions[i].choices[j].actualValue`.
    ActualValue(usize, usize),
    /// `questions[i].regexPattern`.
    RegexPattern(usize),
    /// `requestApprovalSettings.stages`.
    Stages,
    /// `requestApprovalSettings.stages[i].durationBeforeAutomaticDenial`.
    DurationBeforeAutomaticDenial(usize),
    /// `requestApprovalSettings.stages[i].durationBeforeEscalation`.
    DurationBeforeEscalation(usize),
    /// `customExtensionStageSettings[i].customExtension.callbackConfiguration`.
    CallbackConfiguration(usize),
    /// `customExtensionStageSettings[i].customExtension.callbackConfiguration.timeoutDuration`.
    TimeoutDuration(usize),
    /// `expiration.duration`.
    ExpirationDuration,
    /// `expiration.endDateTime`.
    ExpirationEndDateTime,
}

impl fmt::Display for PolicyPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const STAGES: &str = "requestApprovalSettings.stages";
        const EXTENSIONS: &str = "customExtensionStageSettings";
        match self {
            Self::Questions => formatter.write_str("questions"),
            Self::QuestionId(question) => write!(formatter, "questions[{question}].id"),
            Self::Choices(question) => write!(formatter, "questions[{question}].choices"),
            Self::ActualValue(question, choice) => {
                write!(formatter, "questions[{question}].choices[{choice}].actualValue")
            }
            Self::RegexPattern(question) => write!(formatter, "questions[{question}].regexPattern"),
            Self::Stages => formatter.write_str(STAGES),
            Self::DurationBeforeAutomaticDenial(stage) => {
                write!(formatter, "{STAGES}[{stage}].durationBeforeAutomaticDenial")
            }
            Self::DurationBeforeEscalation(stage) => {
                write!(formatter, "{STAGES}[{stage}].durationBeforeEscalation")
            }
            Self::CallbackConfiguration(extension) => {
                write!(formatter, "{EXTENSIONS}[{extension}].customExtension.callbackConfiguration")
            }
            Self::TimeoutDuration(extension) => {
                write!(
                    formatter,
                    "{EXTENSIONS}[{extension}].customExtension.callbackConfiguration.timeoutDuration"
                )
            }
            Self::ExpirationDuration => formatter.write_str("expiration.duration"),
            Self::ExpirationEndDateTime => formatter.write_str("expiration.endDateTime"),
        }
    }
}

/// What is wrong with a policy, one variant a broken rule. Its name in camelCase is the stable code.
#[derive(Clone, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "camelCase")]
pub enum PolicyViolationKind {
    /// A required member is not there.
    Missing(Rule),
    /// A length of time that is not allowed here.
    BadDuration(Rule),
    /// Two questions have this id.
    DuplicateQuestion,
    /// A multiple choice question has no choices.
    NoChoices,
    /// Two choices have this value.
    DuplicateChoice,
    /// A choice has no value.
    EmptyChoice,
    /// More questions, or choices, than the limit.
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The pattern cannot be used.
    BadPattern {
        /// The engine's reason, on one line.
        reason: String,
    },
    /// Approval is required, and there is no stage.
    ApprovalStagesMissing,
    /// More stages than three.
    TooManyStages {
        /// How many there are.
        count: usize,
    },
    /// A request cannot wait at a stage that belongs to an assignment.
    WaitNotAllowed,
}

impl PolicyViolationKind {
    fn message(&self) -> impl fmt::Display {
        fmt::from_fn(move |formatter| match self {
            Self::Missing(_) => formatter.write_str("is missing"),
            Self::BadDuration(Rule::P4) => formatter.write_str("must be between 5 minutes and 14 days"),
            Self::BadDuration(Rule::P3) => {
                formatter.write_str("must be positive, and an escalation earlier than the denial")
            }
            Self::BadDuration(_) => formatter.write_str("must be positive"),
            Self::DuplicateQuestion => formatter.write_str("is the id of an earlier question"),
            Self::NoChoices | Self::EmptyChoice => formatter.write_str("is empty"),
            Self::DuplicateChoice => formatter.write_str("is the value of an earlier choice"),
            Self::TooMany { count, limit } => {
                write!(formatter, "has {count} items; at most {limit} are allowed")
            }
            Self::BadPattern { reason } => write!(formatter, "cannot be used: {reason}"),
            Self::ApprovalStagesMissing => formatter.write_str("is empty, but approval is required"),
            Self::TooManyStages { count } => write!(formatter, "has {count} items; at most 3 are allowed"),
            Self::WaitNotAllowed => {
                formatter.write_str("is not allowed at a stage before an assignment's end")
            }
        })
    }
}

/// The engine's reason why a pattern cannot be used, on one line and cut.
pub(crate) fn bad_pattern(reason: &dyn fmt::Display) -> PolicyViolationKind {
    let text = reason.to_string();
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    PolicyViolationKind::BadPattern { reason: line.chars().take(256).collect() }
}
