//! The query options of an operation, such as `$filter` and `$top`.

pub(crate) mod error;
mod expand;
mod filter;
mod members;

use std::borrow::Cow;

use assignment_request::Quoted;

use crate::http::decode::decoded;
use crate::http::endpoint::Endpoint;
use crate::http::operation::Operation;
use crate::http::query::error::Fault;
pub use crate::http::query::error::{QueryCode, QueryError};
pub use crate::http::query::expand::Navigation;
pub use crate::http::query::filter::Filter;
pub use crate::http::query::members::Members;

/// The most bytes that a query may have.
const MOST_BYTES: usize = 8 * 1024;
/// The most items that `$skip` may leave out. Next links have no such limit.
const MOST_SKIPPED: u32 = 10_000;

/// The query options of an operation. Each option that was not given is empty.
///
/// An option is read only where it has a meaning. Every other one, known to Graph or not, is refused and never ignored:
/// the answer would be another one than was asked for. Options may lack the `$`.
///
/// ```
/// use assignment_request::State;
/// use assignment_request_graph::http::{Endpoint, Navigation, QueryOptions};
/// use http::Method;
///
/// let path = "/v1.0/identityGovernance/entitlementManagement/assignmentRequests";
/// let endpoint = Endpoint::from_request(&Method::GET, path)?;
/// let query = "$filter=state%20eq%20'pendingApproval'&$top=20&$expand=requestor";
/// let options = QueryOptions::read(Some(query), &endpoint)?;
/// assert_eq!(options.filter.state, Some(State::PendingApproval));
/// assert_eq!(options.top, Some(20));
/// assert!(options.expands(Navigation::Requestor));
///
/// let error = QueryOptions::read(Some("$search=sales"), &endpoint).unwrap_err();
/// assert_eq!(error.to_string(), "this operation does not have the query option");
/// assert_eq!(error.option(), "$search");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueryOptions {
    /// `$filter`: what the items of a list have in common.
    pub filter: Filter,
    /// `$top`: the most items of a page.
    pub top: Option<u32>,
    /// `$skip`: how many items to leave out, at most 10,000.
    pub skip: u32,
    /// `$skiptoken`: where the page begins, as a next link of the host says.
    pub skip_token: Option<String>,
    /// `$count`: whether the answer has the number of items on all pages.
    pub count: bool,
    /// `$select`: the members of each resource. `None` means all.
    pub select: Option<Members>,
    /// `$expand`: the resources to show within the resource.
    pub expand: Vec<Navigation>,
    /// `$orderby`: how a list is sorted. `None` means as the host likes.
    pub order: Option<Order>,
}

/// How a list of requests is sorted. The value of `$orderby`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// `createdDateTime asc`.
    OldestFirst,
    /// `createdDateTime desc`.
    NewestFirst,
}

/// The options that Graph has, and the operations that have them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Filter,
    Top,
    Skip,
    SkipToken,
    Count,
    Select,
    Expand,
    OrderBy,
    Format,
}

impl Name {
    const ALL: [(Self, &str); 9] = [
        (Self::Filter, "filter"),
        (Self::Top, "top"),
        (Self::Skip, "skip"),
        (Self::SkipToken, "skiptoken"),
        (Self::Count, "count"),
        (Self::Select, "select"),
        (Self::Expand, "expand"),
        (Self::OrderBy, "orderby"),
        (Self::Format, "format"),
    ];

    fn find(text: &str) -> Option<Self> {
        let name = text.strip_prefix('$').unwrap_or(text);
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(option, _)| *option)
    }

    /// Returns whether `operation` has the option.
    const fn is_of(self, operation: Operation) -> bool {
        match operation {
            Operation::List | Operation::Filter { .. } => true,
            Operation::Count => matches!(self, Self::Filter),
            Operation::ListApprovals | Operation::FilterApprovals { .. } => {
                !matches!(self, Self::Filter | Self::OrderBy)
            }
            Operation::Get { .. } | Operation::GetApproval { .. } => {
                matches!(self, Self::Select | Self::Expand | Self::Format)
            }
            Operation::ListStages { .. } => matches!(self, Self::Select | Self::Count | Self::Format),
            Operation::GetAssignment { .. }
            | Operation::GetRequestor { .. }
            | Operation::GetAccessPackage { .. }
            | Operation::GetStage { .. } => matches!(self, Self::Select | Self::Format),
            Operation::CountApprovals
            | Operation::CountStages { .. }
            | Operation::Create
            | Operation::Delete { .. }
            | Operation::Resume { .. }
            | Operation::Cancel { .. }
            | Operation::Reprocess { .. }
            | Operation::Decide { .. }
            | Operation::GetRequirements { .. }
            | Operation::Batch => false,
        }
    }
}

impl QueryOptions {
    /// Reads the query of a URL, which is what follows `?`.
    ///
    /// # Errors
    ///
    /// Returns the first fault: [`QueryCode::Unsupported`] for an option that the operation does not have, or a value that
    /// is not supported, [`QueryCode::Duplicate`] for an option that is given twice, and [`QueryCode::Invalid`] for a value
    /// that cannot be read.
    pub fn read(query: Option<&str>, endpoint: &Endpoint) -> Result<Self, QueryError> {
        let query = query.unwrap_or_default();
        let mut options = Self::default();
        if query.len() > MOST_BYTES {
            let reason = format!("the query has {} bytes; at most {MOST_BYTES} are read", query.len());
            return Err(QueryError::new(QueryCode::Invalid, "", reason));
        }
        let mut given: Vec<Name> = Vec::new();
        for option in query.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let (name, value) = match (text(name), text(value)) {
                (Some(name), Some(value)) => (name, value),
                (decoded, _) => {
                    let name = decoded.unwrap_or(Cow::Borrowed(name));
                    return Err(QueryError::new(
                        QueryCode::Invalid,
                        &name,
                        "the percent-encoding is invalid",
                    ));
                }
            };
            if is_parameter(endpoint.operation, &name) {
                continue;
            }
            let Some(known) = Name::find(&name).filter(|known| known.is_of(endpoint.operation)) else {
                let reason = "this operation does not have the query option";
                return Err(QueryError::new(QueryCode::Unsupported, &name, reason));
            };
            if given.contains(&known) {
                return Err(QueryError::new(QueryCode::Duplicate, &name, "the query option is given twice"));
            }
            given.push(known);
            let outcome = options.set(known, &value, endpoint);
            outcome.map_err(|fault| fault.of(&name))?;
        }
        Ok(options)
    }

    /// Returns whether `$expand` names these resources.
    #[must_use]
    pub fn expands(&self, navigation: Navigation) -> bool {
        self.expand.contains(&navigation)
    }

    /// Returns the members to write: those that are selected, and those that are expanded. `None` means all.
    #[must_use]
    pub fn members(&self, endpoint: &Endpoint) -> Option<Members> {
        let expanded = self.expand.iter().map(|navigation| navigation.member(endpoint.api));
        self.select.as_ref().map(|select| select.with(expanded))
    }

    fn set(&mut self, option: Name, value: &str, endpoint: &Endpoint) -> Result<(), Fault> {
        match option {
            Name::Filter => self.filter = filter::read(value)?,
            Name::Top => self.top = Some(number(value)?),
            Name::Skip => {
                self.skip = number(value)?;
                if self.skip > MOST_SKIPPED {
                    let reason =
                        format!("at most {MOST_SKIPPED} items can be skipped; follow the next links instead");
                    return Err(Fault::unsupported(reason));
                }
            }
            Name::SkipToken if value.is_empty() => return Err(Fault::invalid("the token is empty")),
            Name::SkipToken => self.skip_token = Some(value.to_owned()),
            Name::Count => {
                self.count = match value {
                    "true" => true,
                    "false" => false,
                    other => {
                        return Err(Fault::invalid(format!(
                            "expected true or false, found {}",
                            Quoted(other)
                        )));
                    }
                };
            }
            Name::Select => self.select = members::read(value, endpoint)?,
            Name::Expand => self.expand = expand::read(value, endpoint)?,
            Name::OrderBy => self.order = Some(order(value)?),
            Name::Format if matches!(value, "json" | "application/json") => {}
            Name::Format => {
                return Err(Fault::unsupported(format!("expected json, found {}", Quoted(value))));
            }
        }
        Ok(())
    }
}

/// Returns whether the name is that of an alias, as in `filterByCurrentUser(on=@on)`, whose value the path reads.
fn is_parameter(operation: Operation, name: &str) -> bool {
    let has_parameter = matches!(operation, Operation::Filter { .. } | Operation::FilterApprovals { .. });
    has_parameter && name.starts_with('@')
}

/// Decodes a part of a query, in which `+` is a space.
fn text(part: &str) -> Option<Cow<'_, str>> {
    if !part.contains('+') {
        return decoded(part);
    }
    let spaced = part.replace('+', " ");
    decoded(&spaced).map(|text| Cow::Owned(text.into_owned()))
}

fn number(value: &str) -> Result<u32, Fault> {
    let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse().ok().filter(|_| is_plain);
    number.ok_or_else(|| {
        Fault::invalid(format!("expected a whole number from 0 to {}, found {}", u32::MAX, Quoted(value)))
    })
}

fn order(value: &str) -> Result<Order, Fault> {
    let words: Vec<_> = value.split_ascii_whitespace().collect();
    match words.as_slice() {
        ["createdDateTime"] | ["createdDateTime", "asc"] => Ok(Order::OldestFirst),
        ["createdDateTime", "desc"] => Ok(Order::NewestFirst),
        _ => Err(Fault::unsupported(format!(
            "expected createdDateTime, with asc or desc, found {}",
            Quoted(value)
        ))),
    }
}
