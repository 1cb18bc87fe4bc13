//! Why a policy is refused: every broken rule, with the place of the fault.

use alloc::string::{String, ToString};
use core::fmt;

use uuid::Uuid;

use crate::vocabulary::named::name_variants;
use crate::vocabulary::rule::Rule;

/// A broken rule of a policy (P1 to P10 and Y1 to Y3 of SPEC.md), and where.
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
        self.kind.code()
    }

    /// The broken rule's id.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        match self.kind {
            PolicyViolationKind::Missing(rule)
            | PolicyViolationKind::BadDuration(rule)
            | PolicyViolationKind::TooMany { rule, .. }
            | PolicyViolationKind::BadPattern { rule, .. } => rule,
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
        write!(formatter, "`{}` {} ({})", self.place, self.kind.message(self.place), self.rule())
    }
}

impl core::error::Error for PolicyViolation {}

/// A place in a policy, in the names of v1.0 whichever the policy used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What is wrong with a policy, one variant a broken rule. Its name in camelCase is the stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// More questions, choices, translations or settings than the limit.
    TooMany {
        /// P2 or P9.
        rule: Rule,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The pattern cannot be used.
    BadPattern {
        /// P2, or P8 if it costs too much.
        rule: Rule,
        /// The reason, on one line.
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
    /// The policy names the extension by reference, and the host does not know it (rule P6).
    UnresolvedExtension {
        /// The extension's id. `None` if the policy gives none.
        id: Option<Uuid>,
    },
    /// A determined stage and a setting at Determining must name each other's extension (rule Y2).
    UnmatchedExtension,
    /// An extension that determines a stage must be waited for (rule Y3).
    WaitRequired,
}

name_variants! {
    PolicyViolationKind, CODES, code, "stable code";
    Missing = "missing",
    BadDuration = "badDuration",
    DuplicateQuestion = "duplicateQuestion",
    NoChoices = "noChoices",
    DuplicateChoice = "duplicateChoice",
    EmptyChoice = "emptyChoice",
    TooMany = "tooMany",
    BadPattern = "badPattern",
    ApprovalStagesMissing = "approvalStagesMissing",
    TooManyStages = "tooManyStages",
    WaitNotAllowed = "waitNotAllowed",
    UnresolvedExtension = "unresolvedExtension",
    UnmatchedExtension = "unmatchedExtension",
    WaitRequired = "waitRequired",
}

impl PolicyViolationKind {
    /// What is wrong, to be read after the place.
    fn message(&self, place: PolicyPlace) -> impl fmt::Display {
        fmt::from_fn(move |formatter| match self {
            Self::Missing(_) => formatter.write_str("is missing"),
            Self::BadDuration(Rule::P4) => formatter.write_str("must be between 5 minutes and 14 days"),
            Self::BadDuration(Rule::P3) if matches!(place, PolicyPlace::DurationBeforeEscalation(_)) => {
                formatter.write_str("must be positive, and shorter than `durationBeforeAutomaticDenial`")
            }
            Self::BadDuration(Rule::P10) => formatter.write_str("must be at most 3660 days"),
            Self::BadDuration(_) => formatter.write_str("must be positive"),
            Self::DuplicateQuestion => formatter.write_str("is the id of an earlier question"),
            Self::NoChoices | Self::EmptyChoice => formatter.write_str("is empty"),
            Self::DuplicateChoice => formatter.write_str("is the value of an earlier choice"),
            Self::TooMany { rule: _, count, limit } => {
                write!(formatter, "has {count} items; at most {limit} are allowed")
            }
            Self::BadPattern { rule: _, reason } => write!(formatter, "cannot be used: {reason}"),
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

/// The reason why a pattern cannot be used, on one line and cut.
pub(crate) fn bad_pattern(rule: Rule, reason: &dyn fmt::Display) -> PolicyViolationKind {
    let text = reason.to_string();
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    PolicyViolationKind::BadPattern { rule, reason: line.chars().take(256).collect() }
}
