//! What an event asks the host to do.

use alloc::string::String;

use crate::request::event::{Event, EventKind};
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::ids::{CalloutId, RequestId};
use crate::vocabulary::request_type::Operation;
use crate::vocabulary::timestamp::Timestamp;

/// Something the host must do, outside the library, because of an event.
///
/// The host puts tasks into its store in the transaction that stores their events, and does them afterwards, at least
/// once. The enum is exhaustive: a new kind of task breaks the build of every host that matches on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// Send [`Action::Process`](crate::Action::Process), with the target's id if only an e-mail address is known. Until
    /// then nothing happens to the request, and it is denied when its processing deadline passes (rules W1, W7).
    Process,
    /// Send a callout to an extension (rule X1). If it cannot be sent, report
    /// [`Action::ReportCalloutFailed`](crate::Action::ReportCalloutFailed).
    SendCallout {
        /// The callout's instance id.
        instance: CalloutId,
        /// The stage at which it is sent.
        stage: CalloutStage,
        /// The index of the extension among that stage's extensions, from 0.
        index: u32,
        /// When the wait for its callback ends. `None` if the request does not wait.
        deadline: Option<Timestamp>,
    },
    /// Resolve who the approvers of a stage are, and ask them (rule V1).
    AskApprovers {
        /// The stage's index, from 0.
        stage: u32,
        /// When their time to decide ends.
        deadline: Timestamp,
    },
    /// Ask the escalation approvers of a stage too (rule V2).
    AskEscalationApprovers {
        /// The stage's index, from 0.
        stage: u32,
    },
    /// Give, change or remove access, and report the outcome with
    /// [`Action::ReportDelivery`](crate::Action::ReportDelivery) (rules F1, F2).
    Fulfill {
        /// The attempt, from 1.
        attempt: u32,
        /// What to do with the access.
        operation: Operation,
        /// When the time for a report ends. `None`: no time limit.
        deadline: Option<Timestamp>,
    },
}

impl Event {
    /// Returns what the event asks the host to do, or `None` if it only records something.
    ///
    /// ```
    /// use assignment_request::{Event, EventKind, Operation, RequestId, Task, Timestamp};
    ///
    /// let kind = EventKind::FulfillmentOrdered { attempt: 1, operation: Operation::Add, deadline: None };
    /// let event = Event { sequence: 4, at: Timestamp::MIN, kind };
    /// assert_eq!(event.task(), Some(Task::Fulfill { attempt: 1, operation: Operation::Add, deadline: None }));
    ///
    /// // The key is the same however often the task is done.
    /// assert_eq!(event.idempotency_key(RequestId::from_u128(1)), "00000000-0000-0000-0000-000000000001/4");
    /// ```
    #[must_use]
    pub fn task(&self) -> Option<Task> {
        match self.kind {
            // A request for validation only is never processed (rule C13).
            EventKind::Submitted(ref submission) => (!submission.is_validation_only).then_some(Task::Process),
            EventKind::CalloutStarted { instance, stage, index, deadline, .. } => {
                Some(Task::SendCallout { instance, stage, index, deadline })
            }
            EventKind::ApprovalRequested { stage, deadline, .. } => {
                Some(Task::AskApprovers { stage, deadline })
            }
            EventKind::ApprovalEscalated { stage } => Some(Task::AskEscalationApprovers { stage }),
            EventKind::FulfillmentOrdered { attempt, operation, deadline } => {
                Some(Task::Fulfill { attempt, operation, deadline })
            }
            EventKind::TargetResolved { .. }
            | EventKind::CalloutFailed { .. }
            | EventKind::CallbackReceived { .. }
            | EventKind::CallbackTimedOut { .. }
            | EventKind::StageApproved { .. }
            | EventKind::Approved { .. }
            | EventKind::Denied(_)
            | EventKind::Canceled(_)
            | EventKind::Scheduled { .. }
            | EventKind::DeliveryStarted {}
            | EventKind::Delivered { .. }
            | EventKind::PartiallyDelivered { .. }
            | EventKind::DeliveryFailed(_)
            | EventKind::Reprocessed { .. } => None,
        }
    }

    /// Returns a key that no other event of any request has: the request's id, `/`, and the event's sequence. Send it
    /// along with the event's task, so that a receiver that gets the task twice acts once.
    #[must_use]
    pub fn idempotency_key(&self, request: RequestId) -> String {
        alloc::format!("{request}/{}", self.sequence)
    }
}
