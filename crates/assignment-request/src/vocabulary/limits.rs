//! Bounds on what is handed in (rules C14, P2, P8, P9). The host may lower or raise them.

/// Bounds on texts and counts. Texts are measured in bytes of UTF-8.
///
/// ```
/// use assignment_request::Limits;
///
/// let limits = Limits { answers: 20, ..Limits::DEFAULT };
/// assert_eq!(limits.justification, 8_192);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Limits {
    /// A justification, of a requestor or an approver: bytes.
    pub justification: usize,
    /// The detail of a resume or of a failed callout: bytes.
    pub detail: usize,
    /// The source of a resume: bytes.
    pub source: usize,
    /// The e-mail address of a target: bytes.
    pub email: usize,
    /// Answers in a request.
    pub answers: usize,
    /// One answer: bytes.
    pub answer: usize,
    /// Questions of a policy.
    pub questions: usize,
    /// Choices of a question.
    pub choices: usize,
    /// A pattern: bytes.
    pub pattern: usize,
    /// A compiled pattern: bytes.
    pub compiled_pattern: usize,
    /// How deep a pattern may be nested.
    pub pattern_nesting: u32,
    /// What it may cost to match the longest answer with a pattern (rule P8): steps, of up to 3 nanoseconds.
    pub pattern_steps: usize,
    /// What a policy's patterns may cost to read, together (rule P8): steps, of a few nanoseconds.
    pub patterns_reading: usize,
    /// A policy's compiled patterns, together (rule P8): bytes.
    pub patterns_memory: usize,
    /// Settings of a policy's extensions, in `customExtensionStageSettings` (rule P9).
    pub extensions: usize,
    /// Translations of a text (rule P9).
    pub translations: usize,
}

impl Limits {
    /// The limits of SPEC.md. (The one for e-mail addresses is ours: 64 bytes, `@`, 255 bytes.)
    pub const DEFAULT: Self = Self {
        justification: 8_192,
        detail: 8_192,
        source: 256,
        email: 320,
        answers: 200,
        answer: 8_192,
        questions: 200,
        choices: 1_000,
        pattern: 1_024,
        compiled_pattern: 4 * 1_024 * 1_024,
        pattern_nesting: 32,
        pattern_steps: 1_000_000,
        patterns_reading: 100_000_000,
        patterns_memory: 64 * 1_024 * 1_024,
        extensions: 60,
        translations: 200,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
