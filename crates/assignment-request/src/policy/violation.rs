//! Why a policy is refused: every broken rule and its place.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::vocabulary::ids::ExtensionId;
use crate::vocabulary::named::name_variants;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::violations::Violations;

/// A rule that a policy breaks (P1 to P10 and Y1 to Y3 of SPEC.md), and the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyViolation {
    /// The member at fault.
    pub place: PolicyPlace,
    /// The broken rule.
    pub kind: PolicyViolationKind,
}

impl PolicyViolation {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Returns the broken rule's id.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self.kind {
            PolicyViolationKind::Missing | PolicyViolationKind::BadDuration => match self.place {
                PolicyPlace::ExpirationDuration | PolicyPlace::ExpirationEndDateTime => Rule::P5,
                PolicyPlace::TimeoutDuration(_) => Rule::P4,
                PolicyPlace::StageExtensionId(_) => Rule::Y1,
                PolicyPlace::Questions
                | PolicyPlace::Localizations(_)
                | PolicyPlace::ChoiceLocalizations(..)
                | PolicyPlace::QuestionId(_)
                | PolicyPlace::Choices(_)
                | PolicyPlace::ActualValue(..)
                | PolicyPlace::RegexPattern(_)
                | PolicyPlace::Stages
                | PolicyPlace::DurationBeforeAutomaticDenial(_)
                | PolicyPlace::DurationBeforeEscalation(_)
                | PolicyPlace::StageExtension(_)
                | PolicyPlace::Extension(_)
                | PolicyPlace::Extensions
                | PolicyPlace::CallbackConfiguration(_) => Rule::P3,
            },
            PolicyViolationKind::DurationTooLong => Rule::P10,
            PolicyViolationKind::TooMany { .. } => match self.place {
                PolicyPlace::Questions | PolicyPlace::Choices(_) => Rule::P2,
                PolicyPlace::Localizations(_)
                | PolicyPlace::ChoiceLocalizations(..)
                | PolicyPlace::QuestionId(_)
                | PolicyPlace::ActualValue(..)
                | PolicyPlace::RegexPattern(_)
                | PolicyPlace::Stages
                | PolicyPlace::DurationBeforeAutomaticDenial(_)
                | PolicyPlace::DurationBeforeEscalation(_)
                | PolicyPlace::StageExtension(_)
                | PolicyPlace::StageExtensionId(_)
                | PolicyPlace::Extension(_)
                | PolicyPlace::Extensions
                | PolicyPlace::CallbackConfiguration(_)
                | PolicyPlace::TimeoutDuration(_)
                | PolicyPlace::ExpirationDuration
                | PolicyPlace::ExpirationEndDateTime => Rule::P9,
            },
            PolicyViolationKind::BadPattern { .. } => Rule::P2,
            PolicyViolationKind::CostlyPattern { .. } => Rule::P8,
            PolicyViolationKind::DuplicateQuestion
            | PolicyViolationKind::NoChoices
            | PolicyViolationKind::DuplicateChoice
            | PolicyViolationKind::EmptyChoice => Rule::P1,
            PolicyViolationKind::ApprovalStagesMissing | PolicyViolationKind::TooManyStages { .. } => {
                Rule::P3
            }
            PolicyViolationKind::WaitNotAllowed => Rule::P4,
            PolicyViolationKind::UnresolvedExtension { .. } => Rule::P6,
            PolicyViolationKind::UnmatchedExtension => Rule::Y2,
            PolicyViolationKind::WaitRequired => Rule::Y3,
        }
    }
}

impl fmt::Display for PolicyViolation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}` {}", self.place, self.kind.message(self.place))
    }
}

/// The error of a refused policy: every broken rule, in the order of the checks: questions, approval, extensions, expiration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(Violations<PolicyViolation>);

impl PolicyError {
    /// Returns `Err` with the violations if there are any.
    pub(crate) fn check(found: Vec<PolicyViolation>) -> Result<(), Self> {
        Violations::check(found).map_err(Self)
    }

    /// Returns the stable code: `invalidPolicy`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "invalidPolicy"
    }

    /// Returns the broken rules.
    #[must_use]
    pub const fn violations(&self) -> &Violations<PolicyViolation> {
        &self.0
    }
}

/// A place in a policy, in the names of v1.0, regardless of the version that the policy used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyPlace {
    /// `questions`.
    Questions,
    /// `questions[i].localizations`.
    Localizations(usize),
    /// `questions[i].choices[j].localizations`.
    ChoiceLocalizations(usize, usize),
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
    /// `requestApprovalSettings.stages[i].customExtension`.
    StageExtension(usize),
    /// `requestApprovalSettings.stages[i].customExtension.id`.
    StageExtensionId(usize),
    /// `customExtensionStageSettings[i].customExtension`.
    Extension(usize),
    /// `customExtensionStageSettings`.
    Extensions,
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
            Self::Localizations(question) => write!(formatter, "questions[{question}].localizations"),
            Self::ChoiceLocalizations(question, choice) => {
                write!(formatter, "questions[{question}].choices[{choice}].localizations")
            }
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
            Self::StageExtension(stage) => write!(formatter, "{STAGES}[{stage}].customExtension"),
            Self::StageExtensionId(stage) => write!(formatter, "{STAGES}[{stage}].customExtension.id"),
            Self::Extension(extension) => write!(formatter, "{EXTENSIONS}[{extension}].customExtension"),
            Self::Extensions => formatter.write_str(EXTENSIONS),
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

/// What is wrong with a policy. Each variant is one kind of broken rule, and its name in camelCase is the stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyViolationKind {
    /// A required member is missing.
    Missing,
    /// The duration is not allowed here.
    BadDuration,
    /// The duration is longer than 3,660 days (rule P10).
    DurationTooLong,
    /// Two questions have this id.
    DuplicateQuestion,
    /// A multiple choice question has no choices.
    NoChoices,
    /// Two choices have this value.
    DuplicateChoice,
    /// A choice has no value.
    EmptyChoice,
    /// There are more questions, choices, translations or settings than the limit allows.
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The pattern cannot be read, or is too large (rule P2).
    BadPattern {
        /// The reason, on one line.
        reason: String,
    },
    /// The pattern costs too much (rule P8).
    CostlyPattern {
        /// The reason, on one line.
        reason: String,
    },
    /// Approval is required, but there is no stage.
    ApprovalStagesMissing,
    /// There are more than three stages.
    TooManyStages {
        /// How many there are.
        count: usize,
    },
    /// The setting waits for a callback at a stage before an assignment's end, where a request cannot wait.
    WaitNotAllowed,
    /// The policy names the extension by reference, and the host does not know it (rule P6).
    UnresolvedExtension {
        /// The extension's id. `None` if the policy gives none.
        id: Option<ExtensionId>,
    },
    /// A determined stage does not match exactly one setting at Determining, or such a setting matches no determined
    /// stage (rule Y2).
    UnmatchedExtension,
    /// An extension determines a stage, but the request does not wait for it (rule Y3).
    WaitRequired,
}

name_variants! {
    PolicyViolationKind, CODES, code, "stable code";
    Missing = "missing",
    BadDuration = "badDuration",
    DurationTooLong = "badDuration",
    DuplicateQuestion = "duplicateQuestion",
    NoChoices = "noChoices",
    DuplicateChoice = "duplicateChoice",
    EmptyChoice = "emptyChoice",
    TooMany = "tooMany",
    BadPattern = "badPattern",
    CostlyPattern = "badPattern",
    ApprovalStagesMissing = "approvalStagesMissing",
    TooManyStages = "tooManyStages",
    WaitNotAllowed = "waitNotAllowed",
    UnresolvedExtension = "unresolvedExtension",
    UnmatchedExtension = "unmatchedExtension",
    WaitRequired = "waitRequired",
}

impl PolicyViolationKind {
    /// Returns what is wrong, worded to follow the place.
    fn message(&self, place: PolicyPlace) -> impl fmt::Display {
        fmt::from_fn(move |formatter| match self {
            Self::Missing => formatter.write_str("is missing"),
            Self::BadDuration => formatter.write_str(match place {
                PolicyPlace::TimeoutDuration(_) => "must be between 5 minutes and 14 days",
                PolicyPlace::DurationBeforeEscalation(_) => {
                    "must be positive, and shorter than `durationBeforeAutomaticDenial`"
                }
                _ => "must be positive",
            }),
            Self::DurationTooLong => formatter.write_str("must be at most 3660 days"),
            Self::DuplicateQuestion => formatter.write_str("is the id of an earlier question"),
            Self::NoChoices | Self::EmptyChoice => formatter.write_str("is empty"),
            Self::DuplicateChoice => formatter.write_str("is the value of an earlier choice"),
            Self::TooMany { count, limit } => {
                write!(formatter, "has {count} items; at most {limit} are allowed")
            }
            Self::BadPattern { reason } | Self::CostlyPattern { reason } => {
                write!(formatter, "cannot be used: {reason}")
            }
            Self::ApprovalStagesMissing => formatter.write_str("is empty, but approval is required"),
            Self::TooManyStages { count } => write!(formatter, "has {count} items; at most 3 are allowed"),
            Self::WaitNotAllowed => {
                formatter.write_str("is not allowed at a stage before an assignment's end")
            }
            Self::UnresolvedExtension { id: Some(id) } => write!(
                formatter,
                "names the extension {id} by reference, and the host does not know it; give its \
                 `callbackConfiguration` here, or let the host look the extension up"
            ),
            Self::UnresolvedExtension { id: None } => formatter.write_str(
                "has neither an id nor a `callbackConfiguration`, so it does not say whether to wait \
                 for a callback",
            ),
            Self::UnmatchedExtension if matches!(place, PolicyPlace::StageExtension(_)) => formatter
                .write_str(
                    "must be named by exactly one setting at the stage \
                 `assignmentRequestDeterminingApprovalRequirements`",
                ),
            Self::UnmatchedExtension => {
                formatter.write_str("must be named by an approval stage that it determines")
            }
            Self::WaitRequired => formatter.write_str(
                "is missing: the extension determines an approval stage, so the request must wait for \
                 its callback",
            ),
        })
    }
}

/// Returns the reason why a pattern cannot be used, on one line and shortened.
pub(crate) fn short_reason(reason: &dyn fmt::Display) -> String {
    let text = reason.to_string();
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    line.chars().take(256).collect()
}
