//! Guards: receivers of the checks that a command must pass.

use crate::command::rejection::{CommandText, Rejection};
use crate::vocabulary::rule::Rule;
use crate::vocabulary::text::forbidden_character;

/// Receives the checks of a command. Every check goes through here, so the same code refuses a command, explains
/// everything that stands against it, and records which rules were checked.
pub(crate) trait Guards {
    /// Receives the result of a check by `rule`: `None` if it passed, and the rejection if it failed.
    ///
    /// # Errors
    ///
    /// Returns the rejection if no further checks should run.
    fn check(&mut self, rule: Rule, failure: Option<Rejection>) -> Result<(), Rejection>;

    /// Ends the checks. It is called once, after the last check and before the first event of the command.
    ///
    /// # Errors
    ///
    /// Returns the first rejection if further checks ran after it.
    fn end_of_checks(&mut self) -> Result<(), Rejection> {
        Ok(())
    }

    /// Checks a text against its limit and for forbidden characters (rule C14).
    ///
    /// # Errors
    ///
    /// Same as [`Guards::check`].
    fn check_text(
        &mut self,
        text: CommandText,
        content: Option<&str>,
        limit: usize,
    ) -> Result<(), Rejection> {
        let Some(content) = content else { return Ok(()) };
        let bytes = content.len();
        self.check(Rule::C14, (bytes > limit).then_some(Rejection::TooLong { text, bytes, limit }))?;
        let character = forbidden_character(content);
        self.check(Rule::C14, character.map(|character| Rejection::ForbiddenCharacter { text, character }))
    }
}

/// Refuses a command at the first check that fails (rule I4).
pub(crate) struct FirstFailure;

impl Guards for FirstFailure {
    #[inline]
    fn check(&mut self, _: Rule, failure: Option<Rejection>) -> Result<(), Rejection> {
        failure.map_or(Ok(()), Err)
    }
}
