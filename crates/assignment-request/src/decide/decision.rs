//! What a command gives for one request, as it was then.

use alloc::sync::Arc;
use alloc::vec::Vec;

use uuid::Uuid;

use crate::{Action, ApplyError, Event, Request};

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
    pub fn request_id(&self) -> Uuid {
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
