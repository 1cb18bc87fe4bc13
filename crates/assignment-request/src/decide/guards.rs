//! Guards: the checks that a command has to pass, one after the other.

use crate::command::rejection::{CommandText, Rejection};
use crate::vocabulary::rule::Rule;
use crate::vocabulary::text::forbidden_character;

/// What becomes of the checks of a command. Every check goes through here, so that refusing a command, explaining all
/// that stands against it, and recording which rules were at work are the same code.
pub(crate) trait Guards {
    /// A check by `rule`, and the rejection where it fails.
    ///
    /// # Errors
    ///
    /// The rejection, where the command is to be judged no further.
    fn check(&mut self, rule: Rule, failure: Option<Rejection>) -> Result<(), Rejection>;

    /// Called once, after the last check and before the first event of the command.
    ///
    /// # Errors
    ///
    /// The first rejection, if later checks ran after it.
    fn end_of_checks(&mut self) -> Result<(), Rejection> {
        Ok(())
    }

    /// Checks a text against its limit and for forbidden characters (rule C14).
    ///
    /// # Errors
    ///
    /// As [`Guards::check`].
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

/// The first check that fails is the answer (rule I4).
pub(crate) struct FirstFailure;

impl Guards for FirstFailure {
    #[inline]
    fn check(&mut self, _: Rule, failure: Option<Rejection>) -> Result<(), Rejection> {
        failure.map_or(Ok(()), Err)
    }
}
