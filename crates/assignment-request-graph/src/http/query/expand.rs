//! The value of `$expand`.

use assignment_request::Quoted;

use crate::http::endpoint::Endpoint;
use crate::http::operation::Operation;
use crate::http::query::error::Fault;
use crate::vocabulary::api::ApiVersion;

/// A resource that `$expand` shows within another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Navigation {
    /// A request's `assignment`, in beta `accessPackageAssignment`.
    Assignment,
    /// The `target` of a request's assignment.
    AssignmentTarget,
    /// The `accessPackage` of a request's assignment.
    AssignmentAccessPackage,
    /// The `assignmentPolicy` of a request's assignment, in beta `accessPackageAssignmentPolicy`.
    AssignmentPolicy,
    /// A request's `accessPackage`.
    AccessPackage,
    /// A request's `requestor`.
    Requestor,
    /// An approval's `stages`, in beta `steps`.
    Stages,
}

impl Navigation {
    /// Returns the member of the outer resource that the navigation begins with.
    pub(super) const fn member(self, api: ApiVersion) -> &'static str {
        match self {
            Self::Assignment
            | Self::AssignmentTarget
            | Self::AssignmentAccessPackage
            | Self::AssignmentPolicy => api.pick("assignment", "accessPackageAssignment"),
            Self::AccessPackage => "accessPackage",
            Self::Requestor => "requestor",
            Self::Stages => api.pick("stages", "steps"),
        }
    }

    /// Returns the member inside an assignment.
    const fn inner(self, api: ApiVersion) -> Option<&'static str> {
        match self {
            Self::AssignmentTarget => Some("target"),
            Self::AssignmentAccessPackage => Some("accessPackage"),
            Self::AssignmentPolicy => Some(api.pick("assignmentPolicy", "accessPackageAssignmentPolicy")),
            Self::Assignment | Self::AccessPackage | Self::Requestor | Self::Stages => None,
        }
    }
}

/// What can be shown within a request.
const OF_REQUEST: &[Navigation] = &[Navigation::Assignment, Navigation::AccessPackage, Navigation::Requestor];
/// What can be shown within an assignment that is itself shown within a request.
const OF_ASSIGNMENT: &[Navigation] =
    &[Navigation::AssignmentTarget, Navigation::AssignmentAccessPackage, Navigation::AssignmentPolicy];

/// Reads the names after `$expand`: `requestor,assignment($expand=target)`. `*` expands all of the resource itself.
pub(super) fn read(value: &str, endpoint: &Endpoint) -> Result<Vec<Navigation>, Fault> {
    let api = endpoint.api;
    let is_of_approval = matches!(
        endpoint.operation,
        Operation::ListApprovals | Operation::FilterApprovals { .. } | Operation::GetApproval { .. }
    );
    let known: &[Navigation] = if is_of_approval { &[Navigation::Stages] } else { OF_REQUEST };
    let mut found = Vec::new();
    for item in items(value)? {
        let (name, options) = match item.strip_suffix(')').and_then(|item| item.split_once('(')) {
            Some((name, options)) => (name.trim(), Some(options)),
            None => (item, None),
        };
        if name == "*" && options.is_none() {
            found.extend(known);
            continue;
        }
        let navigation = known.iter().copied().find(|one| one.member(api) == name);
        let navigation = navigation.ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|one| one.member(api)).collect();
            Fault::unsupported(format!(
                "{} cannot be expanded; these can: {}",
                Quoted(name),
                names.join(", ")
            ))
        })?;
        found.push(navigation);
        if let Some(options) = options {
            found.extend(read_inner(options, navigation, api)?);
        }
    }
    for (index, navigation) in found.iter().enumerate() {
        if found.iter().skip(index + 1).any(|other| other == navigation) {
            return Err(Fault::invalid(format!("{} is expanded twice", navigation.member(api))));
        }
    }
    Ok(found)
}

/// Reads what is in the parentheses after a name: `$expand=target,accessPackage`.
fn read_inner(options: &str, outer: Navigation, api: ApiVersion) -> Result<Vec<Navigation>, Fault> {
    let unsupported = || {
        let member = outer.member(api);
        Fault::unsupported(format!("in the parentheses after {member}, {} is not supported", Quoted(options)))
    };
    let names = options.strip_prefix("$expand=").or_else(|| options.strip_prefix("expand="));
    let names = names.filter(|_| outer == Navigation::Assignment).ok_or_else(unsupported)?;
    if names == "*" {
        return Ok(OF_ASSIGNMENT.to_vec());
    }
    let inner = |name: &str| OF_ASSIGNMENT.iter().copied().find(|one| one.inner(api) == Some(name));
    names.split(',').map(|name| inner(name.trim()).ok_or_else(unsupported)).collect()
}

/// Splits the value at the commas that are in no parentheses.
fn items(value: &str) -> Result<Vec<&str>, Fault> {
    let mut items = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth = depth.checked_sub(1).ok_or_else(|| Fault::invalid("a parenthesis is not opened"))?;
            }
            b',' if depth == 0 => {
                items.push(value.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    if depth > 0 {
        return Err(Fault::invalid("a parenthesis is not closed"));
    }
    items.push(value.get(start..).unwrap_or_default());
    Ok(items.into_iter().map(str::trim).collect())
}
