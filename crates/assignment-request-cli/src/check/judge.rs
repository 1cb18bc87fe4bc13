//! Reads a body, and judges it as far as the arguments allow.

use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use assignment_request::{
    AccessPackageId, Actor, AssignmentId, Draft, ExistingAssignment, Limits, Operation, PatternCache, Policy,
    PolicyError, PolicyId, PolicySpec, RequestType, Role, SubjectId, SubmissionError, Timestamp, Violation,
    Violations,
};
use assignment_request_graph::{
    ApiVersion, ReadCode, ReadError, ReadOptions, read_callout, read_create, read_decision, read_policy,
    read_request, read_request_list, read_resume,
};

use crate::check::arguments::{Arguments, Kind};
use crate::check::understood::{Understood, callout, create, decision, policy, request, requests, resume};
use crate::input::{InputError, read};
use crate::output::{LONGEST_MESSAGE, cut, file_name, in_a_message};
use crate::replay::scenario::{Extensions, extensions};

/// Why a body is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    /// The body cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The policy breaks rules.
    #[error("{}", in_a_message(.0.violations()))]
    Policy(#[from] PolicyError),
    /// The create body breaks rules.
    #[error("{}", in_a_message(.0))]
    Draft(Violations<Violation>),
}

/// Checks the body in `bytes`. Returns what was understood, with the names of `api`.
pub(crate) fn check(
    bytes: &[u8],
    kind: Kind,
    api: ApiVersion,
    host: &Host,
) -> Result<Understood, CheckError> {
    let options = ReadOptions::default();
    Ok(match kind {
        Kind::Create => {
            let draft = read_create(bytes, &options)?;
            if let Some(judge) = &host.judge {
                judge.judge(&draft).map_err(CheckError::Draft)?;
            }
            create(&draft, api)
        }
        Kind::Resume => resume(&read_resume(bytes, &options)?, api),
        Kind::Callout => callout(&read_callout(bytes, &options)?, api),
        Kind::Decision => decision(&read_decision(bytes, &options)?),
        Kind::Policy => {
            let spec = read_policy(bytes, &options)?;
            compile(&spec, &host.extensions)?;
            policy(&spec, api)
        }
        Kind::Request => request_or_list(bytes, &options, api)?,
    })
}

/// Reads a request as a response shows it, or a list of requests, since most responses are lists.
fn request_or_list(bytes: &[u8], options: &ReadOptions, api: ApiVersion) -> Result<Understood, ReadError> {
    let error = match read_request(bytes, options) {
        Ok(resource) => return Ok(request(&resource, api)),
        Err(error) => error,
    };
    if error.code() != ReadCode::UnrecognizedBody {
        return Err(error);
    }
    match read_request_list(bytes, options) {
        Ok(list) => Ok(requests(&list, api)),
        // Without a `value` it is not a list either, so the first error describes it better.
        Err(of_list) if of_list.code() == ReadCode::Missing => Err(error),
        Err(of_list) => Err(of_list),
    }
}

/// Compiles a policy with the extensions that the host knows.
fn compile(spec: &PolicySpec, extensions: &Extensions) -> Result<Policy, PolicyError> {
    let resolve = |id| extensions.behavior(id);
    Policy::compile_with(spec, &Limits::default(), &resolve, &mut PatternCache::new())
}

/// The extensions that the host knows, and the policy that judges create bodies.
#[derive(Default)]
pub(crate) struct Host {
    extensions: Extensions,
    judge: Option<Judge>,
}

impl Host {
    /// Opens the files that the arguments name.
    pub(super) fn open(arguments: &Arguments) -> Result<Self, Unusable> {
        let extensions = match &arguments.extensions {
            Some(file) => open_extensions(file)?,
            None => Extensions::default(),
        };
        let policy = arguments.policy.as_deref();
        let judge = policy.map(|file| Judge::open(file, arguments.at, &extensions)).transpose()?;
        Ok(Self { extensions, judge })
    }
}

/// Reads the extensions in `file`.
fn open_extensions(file: &Path) -> Result<Extensions, Unusable> {
    #[derive(serde::Deserialize)]
    struct Resources(#[serde(deserialize_with = "extensions")] Extensions);

    let name = || file_name(file);
    let bytes = read(file).map_err(|error| Unusable::File(name(), error))?;
    let Resources(extensions) = serde_json::from_slice(&bytes)
        .map_err(|error| Unusable::Extensions(name(), cut(&error.to_string(), LONGEST_MESSAGE)))?;
    Ok(extensions)
}

/// A policy that judges create bodies at a fixed time.
pub(crate) struct Judge {
    policy: Policy,
    spec: PolicySpec,
    now: Timestamp,
}

/// Why the given policy or the given extensions cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    File(String, InputError),
    /// The extensions are malformed.
    #[error("{0}: {1}")]
    Extensions(String, String),
    /// The policy is refused.
    #[error("{0}{place}: {1}", place = Place(.1))]
    Policy(String, CheckError),
    /// The clock is outside the years that a timestamp can have.
    #[error("the clock is not between the years 0 and 9999; say --at")]
    Clock,
}

/// The line and column of a refusal, as `:3:5`; empty if it has none.
struct Place<'a>(&'a CheckError);

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            CheckError::Unreadable(error) => match error.line().zip(error.column()) {
                Some((line, column)) => write!(formatter, ":{line}:{column}"),
                None => Ok(()),
            },
            CheckError::Policy(_) | CheckError::Draft(_) => Ok(()),
        }
    }
}

impl Judge {
    /// Opens the policy in `file`.
    fn open(file: &Path, at: Option<Timestamp>, extensions: &Extensions) -> Result<Self, Unusable> {
        let name = || file_name(file);
        let bytes = read(file).map_err(|error| Unusable::File(name(), error))?;
        let unusable = |refusal| Unusable::Policy(name(), refusal);
        let spec = read_policy(&bytes, &ReadOptions::default()).map_err(|error| unusable(error.into()))?;
        let policy = compile(&spec, extensions).map_err(|found| unusable(found.into()))?;
        let now = at.or_else(clock).ok_or(Unusable::Clock)?;
        Ok(Self { policy, spec, now })
    }

    /// Judges a draft as if the host knew only what the draft and the policy say.
    ///
    /// The actor is the initiator of the request type. If users ask for themselves, the actor is the target; otherwise
    /// the actor's id is nil. An Update or a Remove is judged against the assignment that the draft names.
    fn judge(&self, draft: &Draft) -> Result<(), Violations<Violation>> {
        let target = draft.target_id.or(draft.target_object_id);
        let role = draft.request_type.initiator();
        let is_for_oneself = role == Role::User && draft.request_type != RequestType::OnBehalfAdd;
        let actor = Actor::new(target.filter(|_| is_for_oneself).unwrap_or(SubjectId::from_u128(0)), role);
        let assignment = ExistingAssignment {
            id: draft.assignment_id.unwrap_or(AssignmentId::from_u128(0)),
            target: target.unwrap_or(actor.id),
            access_package_id: draft
                .access_package_id
                .or(self.spec.access_package_id)
                .unwrap_or(AccessPackageId::from_u128(0)),
            assignment_policy_id: draft
                .assignment_policy_id
                .or(self.spec.id)
                .unwrap_or(PolicyId::from_u128(0)),
        };
        let assignment = match draft.request_type.operation() {
            Operation::Add => None,
            Operation::Update | Operation::Remove => Some(&assignment),
        };
        match self.policy.check(draft, assignment, actor, self.now) {
            // The role is the initiator's, so the draft is never refused for its request type.
            Ok(()) | Err(SubmissionError::Rejected(_)) => Ok(()),
            Err(SubmissionError::Invalid(violations)) => Err(violations),
        }
    }
}

/// Returns the time of the system's clock, if a timestamp can hold it.
fn clock() -> Option<Timestamp> {
    SystemTime::now().try_into().ok()
}
