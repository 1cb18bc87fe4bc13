//! The value of `$filter`: conditions that all must hold.

use std::str::FromStr;

use assignment_request::{
    AccessPackageId, NameError, Period, PolicyId, Quoted, State, Status, SubjectId, Timestamp,
};

use crate::http::query::error::Fault;

/// The deepest parentheses. The number of conditions is bounded too: nothing is compared twice.
const DEEPEST: usize = 8;

/// What a client wants the requests of a list to have in common. All that is given must hold.
///
/// | condition | members, in the names of v1.0 and of beta |
/// |---|---|
/// | [`requestor`](Self::requestor) | `requestor/id`, `requestor/objectId` |
/// | [`target`](Self::target) | `assignment/target/id`, `assignment/target/objectId`, `assignment/targetId` |
/// | [`access_package`](Self::access_package) | `accessPackage/id`, `assignment/accessPackage/id`, `assignment/accessPackageId` |
/// | [`policy`](Self::policy) | `assignment/assignmentPolicy/id`, `assignment/assignmentPolicyId` |
/// | [`state`](Self::state) | `state`, `requestState` |
/// | [`status`](Self::status) | `status`, `requestStatus` |
/// | [`created_from`](Self::created_from), [`created_before`](Self::created_before) | `createdDateTime` |
/// | [`completed_before`](Self::completed_before) | `completedDateTime`, `completedDate` |
///
/// Times are compared with `ge`, `gt`, `lt` and `le`, everything else with `eq`. Conditions are joined by `and`. The other
/// operators and the functions of OData are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// Who made the request.
    pub requestor: Option<SubjectId>,
    /// Who gets or loses access.
    pub target: Option<SubjectId>,
    /// The access package.
    pub access_package: Option<AccessPackageId>,
    /// The policy.
    pub policy: Option<PolicyId>,
    /// The state.
    pub state: Option<State>,
    /// The status.
    pub status: Option<Status>,
    /// Created at this time or later.
    pub created_from: Option<Timestamp>,
    /// Created before this time.
    pub created_before: Option<Timestamp>,
    /// Completed before this time.
    pub completed_before: Option<Timestamp>,
}

/// What a condition compares.
#[derive(Clone, Copy)]
enum Member {
    Requestor,
    Target,
    AccessPackage,
    Policy,
    State,
    Status,
    Created,
    Completed,
}

impl Member {
    fn find(path: &str) -> Option<Self> {
        Some(match path {
            "requestor/id" | "requestor/objectId" => Self::Requestor,
            "accessPackage/id" => Self::AccessPackage,
            "state" | "requestState" => Self::State,
            "status" | "requestStatus" => Self::Status,
            "createdDateTime" => Self::Created,
            "completedDateTime" | "completedDate" => Self::Completed,
            _ => {
                let (assignment, rest) = path.split_once('/')?;
                match rest {
                    _ if !matches!(assignment, "assignment" | "accessPackageAssignment") => return None,
                    "target/id" | "target/objectId" | "targetId" => Self::Target,
                    "accessPackage/id" | "accessPackageId" => Self::AccessPackage,
                    "assignmentPolicy/id" | "accessPackageAssignmentPolicy/id" | "assignmentPolicyId" => {
                        Self::Policy
                    }
                    _ => return None,
                }
            }
        })
    }
}

/// What to use instead of another member, in the names of v1.0.
const USABLE: &str = "these are: state, status, requestor/id, assignment/target/id, accessPackage/id, \
                      assignment/assignmentPolicy/id, createdDateTime, completedDateTime";

/// Reads a filter.
pub(super) fn read(value: &str) -> Result<Filter, Fault> {
    let mut parser = Parser { rest: value, filter: Filter::default() };
    parser.all(0)?;
    match parser.rest.trim_start() {
        "" => Ok(parser.filter),
        rest => Err(unexpected(rest, "`and` or the end")),
    }
}

struct Parser<'a> {
    rest: &'a str,
    filter: Filter,
}

impl<'a> Parser<'a> {
    /// Reads conditions joined by `and`.
    fn all(&mut self, depth: usize) -> Result<(), Fault> {
        if depth > DEEPEST {
            return Err(Fault::unsupported(format!("parentheses may be at most {DEEPEST} deep")));
        }
        loop {
            if self.skip("(") {
                self.all(depth + 1)?;
                if !self.skip(")") {
                    return Err(unexpected(self.word(), "`and` or `)`"));
                }
            } else {
                self.condition()?;
            }
            let before = self.rest;
            match self.word() {
                "and" => {}
                other => {
                    self.rest = before;
                    return match other {
                        "or" | "has" | "in" => Err(unsupported(other)),
                        _ => Ok(()),
                    };
                }
            }
        }
    }

    /// Reads `member operator value`.
    fn condition(&mut self) -> Result<(), Fault> {
        let path = self.word();
        if self.rest.starts_with('(') || path == "not" {
            return Err(unsupported(path));
        }
        let Some(member) = Member::find(path) else {
            return Err(match path {
                "" => unexpected("", "a member"),
                _ => Fault::unsupported(format!(
                    "{} is no member that a filter can use; {USABLE}",
                    Quoted(path)
                )),
            });
        };
        let operator = self.word();
        let value = self.value()?;
        let filter = &mut self.filter;
        match (member, operator) {
            (Member::Requestor, "eq") => set(&mut filter.requestor, path, id(value)?),
            (Member::Target, "eq") => set(&mut filter.target, path, id(value)?),
            (Member::AccessPackage, "eq") => set(&mut filter.access_package, path, id(value)?),
            (Member::Policy, "eq") => set(&mut filter.policy, path, id(value)?),
            (Member::State, "eq") => set(&mut filter.state, path, name(value)?),
            (Member::Status, "eq") => set(&mut filter.status, path, name(value)?),
            (Member::Created, "ge") => set(&mut filter.created_from, path, time(value)?),
            (Member::Created, "gt") => set(&mut filter.created_from, path, after(time(value)?)),
            (Member::Created, "lt") => set(&mut filter.created_before, path, time(value)?),
            (Member::Created, "le") => set(&mut filter.created_before, path, after(time(value)?)),
            (Member::Completed, "lt") => set(&mut filter.completed_before, path, time(value)?),
            (Member::Completed, "le") => set(&mut filter.completed_before, path, after(time(value)?)),
            (_, "") => Err(unexpected("", "an operator")),
            (_, operator) => {
                let (path, operator) = (Quoted(path), Quoted(operator));
                Err(Fault::unsupported(format!("{path} cannot be compared with {operator}")))
            }
        }
    }

    /// Reads a word: all until a space or a parenthesis. It is empty at the end and before a parenthesis.
    fn word(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let end = rest.find([' ', '(', ')']).unwrap_or(rest.len());
        let (word, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
        self.rest = rest;
        word
    }

    /// Reads a value: text in quotes, perhaps after the name of its enumeration, or a word. A quote in the text is doubled.
    fn value(&mut self) -> Result<&'a str, Fault> {
        let rest = self.rest.trim_start();
        let Some((before, quoted)) = rest.split_once('\'').filter(|(before, _)| is_type_name(before)) else {
            return match self.word() {
                "" => Err(unexpected("", "a value")),
                word => Ok(word),
            };
        };
        let Some((text, after)) = quoted.split_once('\'') else {
            return Err(Fault::invalid(format!("the text after {} is not closed", Quoted(before))));
        };
        self.rest = after;
        match after.chars().next() {
            None | Some(' ' | ')') => Ok(text),
            Some(_) => Err(Fault::invalid(format!("nothing may follow {} at once", Quoted(text)))),
        }
    }

    fn skip(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

/// Returns whether the text before a quote is empty or the qualified name of a type.
fn is_type_name(before: &str) -> bool {
    before.is_empty()
        || before
            .strip_prefix("microsoft.graph.")
            .is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn set<T>(slot: &mut Option<T>, path: &str, value: T) -> Result<(), Fault> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Fault::unsupported(format!("{} is compared twice", Quoted(path)))),
    }
}

fn id<T: FromStr>(value: &str) -> Result<T, Fault> {
    value.parse().map_err(|_| Fault::invalid(format!("{} is not an id", Quoted(value))))
}

fn name<T: FromStr<Err = NameError>>(value: &str) -> Result<T, Fault> {
    value.parse().map_err(|fault| Fault::invalid(format!("unknown value {}; {fault}", Quoted(value))))
}

fn time(value: &str) -> Result<Timestamp, Fault> {
    value.parse().map_err(|fault| Fault::invalid(format!("{} is not a timestamp: {fault}", Quoted(value))))
}

/// Returns the next time after this one.
fn after(time: Timestamp) -> Timestamp {
    time.saturating_add(Period::from_ticks(1).unwrap_or(Period::ZERO))
}

fn unsupported(word: &str) -> Fault {
    Fault::unsupported(format!(
        "{} is not supported in a filter; conditions are joined by `and`",
        Quoted(word)
    ))
}

fn unexpected(found: &str, expected: &str) -> Fault {
    match found {
        "" => Fault::invalid(format!("expected {expected}")),
        found => Fault::invalid(format!("expected {expected}, found {}", Quoted(found))),
    }
}
