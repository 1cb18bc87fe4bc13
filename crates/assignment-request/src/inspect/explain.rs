//! Shows every check of a command, not only the first that fails.

use alloc::vec::Vec;
use core::fmt;

use crate::command::Command;
use crate::command::rejection::Rejection;
use crate::decide::guards::Guards;
use crate::decide::judge;
use crate::request::Request;
use crate::request::event::Event;
use crate::vocabulary::rule::Rule;
use crate::vocabulary::text::write_list;
use crate::vocabulary::timestamp::Timestamp;

/// One check of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// The rule that the check enforces.
    pub rule: Rule,
    /// Why the check fails, or `None` if the command passes. The rejection has the same rule.
    pub failure: Option<Rejection>,
}

/// The checks and the outcome of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Every check, in the order of rule I4. A check is left out if it cannot be made, for example because the named
    /// callout does not exist.
    pub checks: Vec<Check>,
    /// The result of [`decide`](crate::decide): the events, or the first failure.
    pub outcome: Result<Vec<Event>, Rejection>,
}

impl Explanation {
    /// Returns every reason to refuse the command, in the order of rule I4; there are none if it is accepted. Each has
    /// a [code](Rejection::code), a [rule](Rejection::rule), a message and a [remedy](Rejection::remedy).
    pub fn failures(&self) -> impl Iterator<Item = Rejection> {
        self.checks.iter().filter_map(|check| check.failure)
    }
}

/// Writes `would succeed` with the names of the events, or `refused` with one line for each failed check.
impl fmt::Display for Explanation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Ok(events) = &self.outcome {
            formatter.write_str("would succeed: ")?;
            return write_list(formatter, events.iter().map(Event::name), ", ", "no event");
        }
        formatter.write_str("refused")?;
        for failure in self.failures() {
            write!(formatter, "\n- {}: {failure}; {}", failure.code(), failure.remedy())?;
        }
        Ok(())
    }
}

/// Judges a command as [`decide`](crate::decide) does, with the same code, and records every check. Checking continues
/// after a failed check (rule I4).
///
/// ```
/// use assignment_request::{
///     AccessPackageId, Action, Actor, Command, Draft, Limits, Policy, PolicySpec, RequestId, RequestType,
///     RequestorSettings, Role, Rule, SubjectId, Timestamp, explain,
/// };
///
/// let policy = Policy::compile(
///     &PolicySpec {
///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
///         ..PolicySpec::default()
///     },
///     &Limits::default(),
/// )?;
/// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
/// let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
/// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
/// let (request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
///
/// // Ada may not reprocess anything, and there is nothing to reprocess; the revision would be right.
/// let explanation = explain(&request, &Command::new(ada, Action::Reprocess).expecting(1), now);
/// let said: Vec<_> = explanation
///     .checks
///     .iter()
///     .map(|check| (check.rule, check.failure.map(|failure| failure.code())))
///     .collect();
/// assert_eq!(
///     said,
///     [(Rule::I3, None), (Rule::Q1, Some("notPermitted")), (Rule::Q1, Some("notReprocessable")), (Rule::Q2, None), (Rule::F1, None)]
/// );
/// assert_eq!(
///     explanation.to_string(),
///     "refused\n\
///      - notPermitted: role `user` may not reprocess; needs another role: administrator, system\n\
///      - notReprocessable: a request in state `submitted` cannot be reprocessed; needs another status: \
///      PartiallyDelivered, DeliveryFailed, CalloutFailed, CallbackTimedOut"
/// );
///
/// let explanation = explain(&request, &Command::new(ada, Action::Cancel), now);
/// assert_eq!(explanation.to_string(), "would succeed: canceled");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn explain(request: &Request, command: &Command, now: Timestamp) -> Explanation {
    let mut guards = AllChecks(Vec::new());
    let mut events = Vec::new();
    let outcome = judge(request, command, now, &mut guards, &mut events).map(|()| events);
    Explanation { checks: guards.0, outcome }
}

/// Records every check and continues after a failed one.
struct AllChecks(Vec<Check>);

impl Guards for AllChecks {
    fn check(&mut self, rule: Rule, failure: Option<Rejection>) -> Result<(), Rejection> {
        self.0.push(Check { rule, failure });
        Ok(())
    }

    fn end_of_checks(&mut self) -> Result<(), Rejection> {
        self.0.iter().find_map(|check| check.failure).map_or(Ok(()), Err)
    }
}
