//! Advancing along the route until the request must wait or has ended (rules W2 to W6, X1 to X3, V1).

use crate::decide::emitter::Emitter;
use crate::request::Request;
use crate::request::determined_stage::DeterminedStage;
use crate::request::event::{DenialReason, EventKind};
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::request_type::Operation;

/// A point on the route.
#[derive(Clone, Copy, Debug)]
enum Checkpoint {
    /// Before the extension with this index at the stage.
    Callout(CalloutStage, u32),
    /// Before the approval stage with this index.
    Approval(u32),
    /// Before the start of access.
    Start,
    /// Before the fulfillment.
    Fulfillment,
}

impl Request {
    /// Starts at the beginning of the route (rule W1).
    pub(crate) fn begin(&self, emitter: &mut Emitter<'_>) {
        match self.request_type().operation() {
            Operation::Add | Operation::Update => {
                self.advance(Checkpoint::Callout(CalloutStage::AssignmentRequestCreated, 0), None, emitter);
            }
            Operation::Remove => self.advance(Checkpoint::Start, None, emitter),
        }
    }

    /// Continues after an answered callout. `determined` is the approval stage that the callback gave (rule Y9).
    pub(crate) fn continue_after_callout(
        &self,
        stage: CalloutStage,
        index: u32,
        determined: Option<&DeterminedStage>,
        emitter: &mut Emitter<'_>,
    ) {
        self.advance(Checkpoint::Callout(stage, index + 1), determined, emitter);
    }

    /// Continues after an approved stage.
    pub(crate) fn continue_after_approval(&self, stage: u32, emitter: &mut Emitter<'_>) {
        self.advance(Checkpoint::Approval(stage + 1), None, emitter);
    }

    /// Continues when the start of a scheduled request is due.
    pub(crate) fn start_delivery(&self, emitter: &mut Emitter<'_>) {
        self.advance(Checkpoint::Start, None, emitter);
    }

    fn advance(&self, from: Checkpoint, determined: Option<&DeterminedStage>, emitter: &mut Emitter<'_>) {
        let mut next = Some(from);
        while let Some(point) = next {
            next = self.step(point, determined, emitter);
        }
    }

    /// Handles one checkpoint and returns the next one, or `None` if the request must wait or has ended. `determined`
    /// is the approval stage that the same command determines.
    fn step(
        &self,
        point: Checkpoint,
        determined: Option<&DeterminedStage>,
        emitter: &mut Emitter<'_>,
    ) -> Option<Checkpoint> {
        match point {
            Checkpoint::Callout(stage, index) => {
                let Some(extension) = self.route().extension(stage, index) else { return self.after(stage) };
                self.start_callout(stage, index, 1, emitter);
                match extension.timeout {
                    Some(_) => None,
                    None => Some(Checkpoint::Callout(stage, index + 1)),
                }
            }
            Checkpoint::Approval(index) => {
                let stages = self.approval_stages().len();
                if usize::try_from(index).is_ok_and(|index| index >= stages) {
                    emitter.emit(EventKind::Approved { automatic: stages == 0 });
                    return Some(Checkpoint::Callout(CalloutStage::AssignmentRequestApproved, 0));
                }
                // No undetermined stage is skipped here: all stages are determined before the first approval.
                let stage = self.approval_stage_after(index, determined)?;
                let now = emitter.at();
                emitter.emit(EventKind::ApprovalRequested {
                    stage: index,
                    deadline: now.saturating_add(stage.duration_before_automatic_denial),
                    escalation: stage.duration_before_escalation.map(|after| now.saturating_add(after)),
                });
                None
            }
            Checkpoint::Start => {
                if self.deny_if_window_passed(emitter) {
                    return None;
                }
                let start = self.schedule().and_then(|schedule| schedule.start);
                if let Some(start) = start.filter(|start| !start.is_reached(emitter.at())) {
                    emitter.emit(EventKind::Scheduled { start });
                    return None;
                }
                emitter.emit(EventKind::DeliveryStarted {});
                Some(match self.request_type().operation() {
                    Operation::Add => Checkpoint::Callout(CalloutStage::AssignmentRequestGranted, 0),
                    Operation::Update => Checkpoint::Fulfillment,
                    Operation::Remove => Checkpoint::Callout(CalloutStage::AssignmentRequestRemoved, 0),
                })
            }
            Checkpoint::Fulfillment => {
                if !self.deny_if_window_passed(emitter) {
                    self.order_fulfillment(1, emitter);
                }
                None
            }
        }
    }

    /// Returns the next checkpoint after all of a stage's extensions were called.
    fn after(&self, stage: CalloutStage) -> Option<Checkpoint> {
        match stage {
            CalloutStage::AssignmentRequestCreated if self.is_approval_required() => {
                Some(Checkpoint::Callout(CalloutStage::AssignmentRequestDeterminingApprovalRequirements, 0))
            }
            CalloutStage::AssignmentRequestCreated
            | CalloutStage::AssignmentRequestDeterminingApprovalRequirements => Some(Checkpoint::Approval(0)),
            CalloutStage::AssignmentRequestApproved => Some(Checkpoint::Start),
            CalloutStage::AssignmentRequestGranted | CalloutStage::AssignmentRequestRemoved => {
                Some(Checkpoint::Fulfillment)
            }
            CalloutStage::AssignmentFourteenDaysBeforeExpiration
            | CalloutStage::AssignmentOneDayBeforeExpiration => None,
        }
    }

    /// Denies the request and returns true if its window has ended. This is checked before delivery begins and before
    /// the first fulfillment (rule W5).
    fn deny_if_window_passed(&self, emitter: &mut Emitter<'_>) -> bool {
        let has_passed = self.window_end().is_some_and(|end| end.is_reached(emitter.at()));
        if has_passed {
            emitter.emit(EventKind::Denied(DenialReason::WindowPassed));
        }
        has_passed
    }

    /// Starts a callout (rules X1 to X3).
    pub(crate) fn start_callout(
        &self,
        stage: CalloutStage,
        index: u32,
        attempt: u32,
        emitter: &mut Emitter<'_>,
    ) {
        let timeout = self.route().extension(stage, index).and_then(|extension| extension.timeout);
        emitter.emit(EventKind::CalloutStarted {
            instance: self.callout_id(stage, index, attempt),
            stage,
            index,
            attempt,
            deadline: timeout.map(|timeout| emitter.at().saturating_add(timeout)),
        });
    }

    /// Orders a fulfillment (rules F1, F5).
    pub(crate) fn order_fulfillment(&self, attempt: u32, emitter: &mut Emitter<'_>) {
        let timeout = self.route().rules().spec().fulfillment_timeout;
        emitter.emit(EventKind::FulfillmentOrdered {
            attempt,
            operation: self.request_type().operation(),
            deadline: timeout.map(|timeout| emitter.at().saturating_add(timeout)),
        });
    }
}
