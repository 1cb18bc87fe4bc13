//! Whether a request can be deleted (rule L1).

use crate::command::rejection::Rejection;
use crate::request::Request;
use crate::request::event::DeliveryFailure;
use crate::request::phase::Phase;

impl Request {
    /// Checks whether the request can be deleted. Only the host knows whether its assignment still exists (rule L1).
    ///
    /// # Errors
    ///
    /// Returns [`Rejection::NotDeletable`] if the request has not ended, [`Rejection::HasAssignment`] if its assignment
    /// still exists, and [`Rejection::DeleteBeforeReport`] if a fulfillment timed out and its outcome was not reported.
    /// All have the code `notDeletable`.
    pub fn check_deletable(&self, has_assignment: bool) -> Result<(), Rejection> {
        let has_ended = match self.phase {
            Phase::Denied(_)
            | Phase::Canceled(_)
            | Phase::Delivered
            | Phase::PartiallyDelivered
            | Phase::DeliveryFailed(
                DeliveryFailure::Fulfillment
                | DeliveryFailure::CalloutFailed
                | DeliveryFailure::CallbackTimedOut,
            ) => true,
            Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => {
                return Err(Rejection::DeleteBeforeReport);
            }
            Phase::Accepted { .. }
            | Phase::WaitingForCallback { .. }
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. } => self.is_validation_only(),
        };
        if !has_ended {
            return Err(Rejection::NotDeletable { state: self.state() });
        }
        if has_assignment { Err(Rejection::HasAssignment) } else { Ok(()) }
    }
}
