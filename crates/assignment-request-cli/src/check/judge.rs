//! Reads a body, and judges it as far as it can be.

use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use assignment_request::{
    Actor, Draft, ExistingAssignment, Limits, Moment, Operation, Policy, PolicySpec, PolicyViolation,
    RequestType, Role, SubmissionRefusal, Violation, Violations,
};
use assignment_request_graph::{
    ApiVersion, ReadError, ReadOptions, read_create, read_decision, read_policy, read_request, read_resume,
};

use super::Kind;
use super::source::{SourceError, read};
use super::understood::{Understood, create, decision, policy, request, resume};

/// Why a body is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] ReadError),
    /// The policy breaks rules.
    #[error("{0}")]
    Policy(#[from] Violations<PolicyViolation>),
    /// The create body breaks rules.
    #[error("{0}")]
    Draft(Violations<Violation>),
}

/// Checks the body in `bytes`: what is understood, in the names of `api`.
pub(crate) fn check(
    bytes: &[u8],
    kind: Kind,
    api: ApiVersion,
    judge: Option<&Judge>,
) -> Result<Understood, Refusal> {
    let options = ReadOptions::default();
    Ok(match kind {
        Kind::Create => {
            let draft = read_create(bytes, &options)?;
            if let Some(judge) = judge {
                judge.judge(&draft).map_err(Refusal::Draft)?;
            }
            create(&draft, api)
        }
        Kind::Resume => resume(&read_resume(bytes, &options)?, api),
        Kind::Decision => decision(&read_decision(bytes, &options)?),
        Kind::Policy => {
            let spec = read_policy(bytes, &options)?;
            Policy::compile(&spec, &Limits::DEFAULT)?;
            policy(&spec, api)
        }
        Kind::Request => request(&read_request(bytes, &options)?, api),
    })
}

/// A policy that judges create bodies, at a moment.
pub(crate) struct Judge {
    policy: Policy,
    spec: PolicySpec,
    now: Moment,
}

/// Why the policy that is given cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// Its file cannot be read.
    #[error("{0}: {1}")]
    File(String, SourceError),
    /// It is refused.
    #[error("{0}{place}: {1}", place = Place(.1))]
    Policy(String, Refusal),
    /// The clock shows a moment that the rules do not know.
    #[error("the clock is not between the years 0 and 9999; say --at")]
    Clock,
}

/// The line and column of a refusal, where it has them: `:3:5`.
struct Place<'a>(&'a Refusal);

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Refusal::Unreadable(error) => match error.line().zip(error.column()) {
                Some((line, column)) => write!(formatter, ":{line}:{column}"),
                None => Ok(()),
            },
            Refusal::Policy(_) | Refusal::Draft(_) => Ok(()),
        }
    }
}

impl Judge {
    /// The policy in `file`.
    pub(crate) fn open(file: &Path, at: Option<Moment>) -> Result<Self, Unusable> {
        let name = || file.to_string_lossy().into_owned();
        let bytes = read(file).map_err(|error| Unusable::File(name(), error))?;
        let unusable = |refusal| Unusable::Policy(name(), refusal);
        let spec = read_policy(&bytes, &ReadOptions::default()).map_err(|error| unusable(error.into()))?;
        let policy = Policy::compile(&spec, &Limits::DEFAULT).map_err(|found| unusable(found.into()))?;
        let now = at.or_else(clock).ok_or(Unusable::Clock)?;
        Ok(Self { policy, spec, now })
    }

    /// Judges a draft as if the host knew just what the draft and the policy say.
    ///
    /// The actor is the type's initiator. Where a person asks for themselves, that is the target; else nobody's id. An
    /// assignment that an Update or a Remove is about is the one that the draft names.
    fn judge(&self, draft: &Draft) -> Result<(), Violations<Violation>> {
        let target = draft.target_id.or(draft.target_object_id);
        let role = draft.request_type.initiator();
        let is_for_oneself = role == Role::User && draft.request_type != RequestType::OnBehalfAdd;
        let actor = Actor::new(target.filter(|_| is_for_oneself).unwrap_or_default(), role);
        let assignment = ExistingAssignment {
            id: draft.assignment_id.unwrap_or_default(),
            target: target.unwrap_or(actor.id),
            access_package_id: draft.access_package_id.or(self.spec.access_package_id).unwrap_or_default(),
            assignment_policy_id: draft.assignment_policy_id.or(self.spec.id).unwrap_or_default(),
        };
        let assignment = match draft.request_type.operation() {
            Operation::Add => None,
            Operation::Update | Operation::Remove => Some(&assignment),
        };
        match self.policy.check(draft, assignment, actor, self.now) {
            // The role is the initiator's, so the type is never refused for it.
            Ok(()) | Err(SubmissionRefusal::Rejected(_)) => Ok(()),
            Err(SubmissionRefusal::Invalid(violations)) => Err(violations),
        }
    }
}

/// The clock's moment.
fn clock() -> Option<Moment> {
    SystemTime::now().try_into().ok()
}
