//! What a command gives for one request, as it was then.

use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::command::Action;
use crate::request::Request;
use crate::request::event::Event;
use crate::vocabulary::ids::RequestId;

/// The events that an accepted command gives, for the request that it was judged for, as it was then.
///
/// Only [`decide`](crate::decide) makes one, and [`Request::apply`] takes it for that request alone. A host stores
/// [`Decision::events`], all of them or none, if the request still has [`Decision::revision`] in its store; then it
/// applies the decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The request, as far as the command was judged by it.
    judged: Request,
    events: Vec<Event>,
}

impl Decision {
    /// Of `request`, about `action`.
    pub(super) fn new(request: &Request, action: &Action, events: Vec<Event>) -> Self {
        Self { judged: request.copy_to_judge(action), events }
    }

    /// The id of the request.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        self.judged.id()
    }

    /// The revision of the request before these events: what a host compares and swaps.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.judged.revision
    }

    /// The events, in order. Empty for an accepted command that has nothing to do (rule N5).
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The events, in order.
    #[must_use]
    pub fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// Whether this decision was made for `request` as it is.
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
        /// The request it was applied to.
        actual: RequestId,
    },
    /// The request has another revision than when it was decided about.
    #[error("the decision is about revision {decided}; the request has revision {actual}")]
    AnotherRevision {
        /// The revision that the decision is about.
        decided: u64,
        /// The revision of the request.
        actual: u64,
    },
    /// The request has the same id and revision by other events, so that the command would have been judged otherwise.
    #[error("the decision is about another history of request {id}")]
    AnotherHistory {
        /// The request.
        id: RequestId,
    },
}

impl Request {
    /// Folds the events of a decision in. Nothing else can: only [`decide`](crate::decide) makes decisions, and each is
    /// taken by the request that it was made for, as it was then.
    ///
    /// # Errors
    ///
    /// [`ApplyError::AnotherRequest`] for a decision about another request, [`ApplyError::AnotherRevision`] if events
    /// came since, [`ApplyError::AnotherHistory`] if the request has the same id and revision by other events. The
    /// request is unchanged then.
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
    /// // It happens once.
    /// assert_eq!(request.apply(&decision), Err(ApplyError::AnotherRevision { decided: 1, actual: 2 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply(&mut self, decision: &Decision) -> Result<(), ApplyError> {
        decision.check(self)?;
        self.fold_all(decision.events());
        Ok(())
    }
}

/// Whether `request` is as `judged` was, in everything by which a command is judged. Of the callouts `judged` has those
/// that count.
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
