//! Whether a request can be deleted (rule L1).

use crate::command::rejection::Rejection;
use crate::request::Request;
use crate::request::event::DeliveryFailure;
use crate::request::phase::Phase;

impl Request {
    /// Whether the request can be deleted (rule L1). Whether its assignment still exists, the host knows.
    ///
    /// # Errors
    ///
    /// All with the code `notDeletable`: [`Rejection::NotDeletable`] while it is on its way, [`Rejection::HasAssignment`]
    /// while there is its assignment, [`Rejection::DeleteBeforeReport`] where a fulfillment timed out and nothing was
    /// heard of it.
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
