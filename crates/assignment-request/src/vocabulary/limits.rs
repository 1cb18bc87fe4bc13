//! Bounds on input (rules C14, P2, P8, P9). The host may lower or raise them.

/// Bounds on texts and counts. Texts are measured in bytes of UTF-8.
///
/// ```
/// use assignment_request::Limits;
///
/// let mut limits = Limits::default();
/// limits.answers = 20;
/// assert_eq!(limits.justification, 8_192);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Limits {
    /// The longest justification of a requestor or an approver, in bytes.
    pub justification: usize,
    /// The longest detail of a resume or of a failed callout, in bytes.
    pub detail: usize,
    /// The longest source of a resume, in bytes.
    pub source: usize,
    /// The longest e-mail address of a target, in bytes.
    pub email: usize,
    /// The largest number of answers in a request.
    pub answers: usize,
    /// The longest answer, in bytes.
    pub answer: usize,
    /// The largest number of questions of a policy.
    pub questions: usize,
    /// The largest number of choices of a question.
    pub choices: usize,
    /// The longest pattern, in bytes.
    pub pattern: usize,
    /// The largest compiled pattern, in bytes.
    pub compiled_pattern: usize,
    /// The deepest nesting of a pattern.
    pub pattern_nesting: u32,
    /// The highest cost of matching a pattern with the longest answer (rule P8), in steps of up to 3 nanoseconds.
    pub pattern_steps: usize,
    /// The highest total cost of reading a policy's patterns (rule P8), in steps of a few nanoseconds.
    pub patterns_reading: usize,
    /// The largest total size of a policy's compiled patterns (rule P8), in bytes.
    pub patterns_memory: usize,
    /// The largest number of settings of a policy's extensions, in `customExtensionStageSettings` (rule P9).
    pub extensions: usize,
    /// The largest number of translations of a text (rule P9).
    pub translations: usize,
}

/// Returns the limits of SPEC.md. The limit for e-mail addresses is our own: 64 bytes, `@`, 255 bytes.
impl Default for Limits {
    fn default() -> Self {
        Self {
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
        }
    }
}
