//! Decisions: the events of an accepted command, and their application to the request.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::command::Action;
use crate::request::Request;
use crate::request::event::Event;
use crate::vocabulary::ids::RequestId;

/// The events of an accepted command, bound to the request that it was judged for.
///
/// Only [`decide`](crate::decide) creates a decision, and [`Request::apply`] accepts it only if the request has not
/// changed since. If the stored request still has [`Decision::revision`], the host stores [`Decision::events`], all of
/// them or none. Then it applies the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The parts of the request that the command was judged by.
    judged: Request,
    events: Vec<Event>,
}

impl Decision {
    /// Creates the decision about `action` for `request`.
    pub(super) fn new(request: &Request, action: &Action, events: Vec<Event>) -> Self {
        Self { judged: request.copy_to_judge(action), events }
    }

    /// Returns the id of the request.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        self.judged.id()
    }

    /// Returns the revision of the request before these events. A host compares it with its store before it writes.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.judged.revision
    }

    /// Returns the events, in order. There are none if the accepted command has nothing to do (rule N5).
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Returns the events by value, in order.
    #[must_use]
    pub fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// Checks that this decision was made for `request` as it is now.
    pub(crate) fn check(&self, request: &Request) -> Result<(), ApplyError> {
        let (decided, actual) = (self.judged.id(), request.id());
        if decided != actual {
            return Err(ApplyError::AnotherRequest { decided, actual });
        }
        let (decided, actual) = (self.judged.revision, request.revision);
        if decided != actual {
            return Err(ApplyError::AnotherRevision { decided, actual });
        }
        if is_judged_alike(&self.judged, request) {
            Ok(())
        } else {
            Err(ApplyError::AnotherHistory { id: request.id() })
        }
    }
}

/// Why a decision cannot be applied to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The decision is about another request.
    #[error("the decision is about request {decided}, not {actual}")]
    AnotherRequest {
        /// The request that the decision is about.
        decided: RequestId,
        /// The request that it was applied to.
        actual: RequestId,
    },
    /// The request has a different revision than when the decision was made.
    #[error("the decision is about revision {decided}; the request has revision {actual}")]
    AnotherRevision {
        /// The revision that the decision is about.
        decided: u64,
        /// The revision of the request.
        actual: u64,
    },
    /// The request has the same id and revision but other events, so the command might be judged differently.
    #[error("the decision is about another history of request {id}")]
    AnotherHistory {
        /// The request.
        id: RequestId,
    },
}

impl Request {
    /// Applies the events of a decision. Only [`decide`](crate::decide) creates decisions, and a request accepts only
    /// those that were made for it as it is now.
    ///
    /// # Errors
    ///
    /// Returns [`ApplyError::AnotherRequest`] if the decision is about another request,
    /// [`ApplyError::AnotherRevision`] if it is about another revision, and [`ApplyError::AnotherHistory`] if the
    /// request has the same id and revision but other events. In each case, the request is unchanged.
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, Action, Actor, ApplyError, Command, RequestId, Role, SubjectId, Timestamp,
    ///     decide,
    /// };
    ///
    /// # use assignment_request::{Draft, Limits, Policy, PolicySpec, RequestType, RequestorSettings};
    /// # let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
    /// # let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default())?;
    /// # let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    /// # let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// # let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// # let (mut request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
    /// let decision = decide(&request, &Command::new(ada, Action::Cancel), now)?;
    /// request.apply(&decision)?;
    ///
    /// // A decision can be applied only once.
    /// assert_eq!(request.apply(&decision), Err(ApplyError::AnotherRevision { decided: 1, actual: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply(&mut self, decision: &Decision) -> Result<(), ApplyError> {
        decision.check(self)?;
        self.fold_all(decision.events());
        Ok(())
    }
}

/// Returns whether `request` equals `judged` in everything that a command is judged by. `judged` has only the callouts
/// that the command was judged by.
fn is_judged_alike(judged: &Request, request: &Request) -> bool {
    let Request {
        submission,
        target,
        phase,
        revision,
        created,
        updated,
        completed,
        reprocess_from,
        attempt,
        callouts,
        determinations,
        reviews,
    } = judged;
    (Arc::ptr_eq(submission, &request.submission) || *submission == request.submission)
        && *target == request.target
        && *phase == request.phase
        && *revision == request.revision
        && *created == request.created
        && *updated == request.updated
        && *completed == request.completed
        && *reprocess_from == request.reprocess_from
        && *attempt == request.attempt
        && callouts.last() == request.callouts.last()
        && callouts.iter().all(|callout| request.callout(callout.instance) == Some(callout))
        && *determinations == request.determinations
        && *reviews == request.reviews
}
