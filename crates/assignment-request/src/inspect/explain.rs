//! Every check of a command, and not only the first that fails.

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
    /// The rule by which it is made.
    pub rule: Rule,
    /// Why it fails. `None` if it lets the command pass. The rejection is of the same rule.
    pub failure: Option<Rejection>,
}

/// All that was looked at to judge a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Every check, in the order of rule I4. What a check needs may be missing, such as the callout that is named; then
    /// there is no such check.
    pub checks: Vec<Check>,
    /// What [`decide`](crate::decide) gives: the events, or the first failure.
    pub outcome: Result<Vec<Event>, Rejection>,
}

impl Explanation {
    /// Everything that stands against the command, in the order of rule I4; nothing where it is accepted. Each has its
    /// [code](Rejection::code), [rule](Rejection::rule), text, and [what would change it](Rejection::remedy).
    pub fn failures(&self) -> impl Iterator<Item = Rejection> {
        self.checks.iter().filter_map(|check| check.failure)
    }
}

/// Writes `would succeed` with the names of the events, or `refused` with a line a failing check.
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

/// Judges a command as [`decide`](crate::decide) does, with the same code, and shows every check on the way. Checks go on
/// after one that fails (rule I4).
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

/// Writes every check down, and lets the next one be made.
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
