//! Rebuilding a request from its stored events (rules I2, I7).

use alloc::vec::Vec;

use crate::command::rejection::Rejection;
use crate::command::{Action, Command, Resume, StageDecision};
use crate::decide::dispatch_in_time;
use crate::decide::emitter::Emitter;
use crate::request::Request;
use crate::request::event::{Cancellation, DeliveryFailure, DenialReason, Event, EventKind};
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::decision::{ApprovalDecision, DeliveryOutcome};
use crate::vocabulary::ids::SubjectId;
use crate::vocabulary::limits::Limits;
use crate::vocabulary::timestamp::Timestamp;

/// Why a request cannot be rebuilt from stored events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// There is no event.
    #[error("there is no event")]
    Empty,
    /// The first event is not a `submitted` event that a policy and a draft give under the limits.
    #[error("the first event is not a `submitted` that a policy gives within these limits")]
    Submission,
    /// An event has an earlier time than the event before it.
    #[error("event {sequence} happened before the event before it")]
    Time {
        /// The event's number.
        sequence: u64,
    },
    /// No command gives this event here.
    #[error("event {sequence} could not happen")]
    Impossible {
        /// The event's number.
        sequence: u64,
    },
    /// The command that this event comes from would have been refused.
    #[error("event {sequence} could not happen: {rejection}")]
    Refused {
        /// The event's number.
        sequence: u64,
        /// The rejection of the command.
        rejection: Rejection,
    },
    /// A different event belongs here, or some events of the last command are missing.
    #[error("event {sequence} is not the one that belongs here")]
    Broken {
        /// The number of the event that belongs here.
        sequence: u64,
    },
}

impl Request {
    /// Rebuilds a request from all its events.
    ///
    /// The log is not trusted: the command of each event is judged again, and must give exactly the stored events. So
    /// no stored text can bring a request into a state that commands cannot, and a log that ends in the middle of a
    /// command's events is refused. There is no other way to restore a stored request, or to apply only the tail of a
    /// log.
    ///
    /// The log is judged with the rules and the route in its first event, and with `limits`. If you have lowered your
    /// limits, pass the ones that were in force when the log was written.
    ///
    /// # Errors
    ///
    /// Returns an error if no sequence of commands gives these events:
    ///
    /// - [`ReplayError::Empty`] if there are no events,
    /// - [`ReplayError::Submission`] if the first event is not the submission of a request under these limits,
    /// - [`ReplayError::Time`] if an event is earlier than the one before it,
    /// - [`ReplayError::Impossible`] if an event comes from no command,
    /// - [`ReplayError::Refused`] if the command of an event is refused,
    /// - [`ReplayError::Broken`] if a command or a deadline gives a different event than the stored one, or more.
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, Action, Actor, Command, Limits, ReplayError, Request, RequestId, Role,
    ///     SubjectId, Timestamp,
    /// };
    ///
    /// # use assignment_request::{Draft, Policy, PolicySpec, RequestType, RequestorSettings};
    /// # let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
    /// # let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default())?;
    /// # let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    /// # let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// # let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// let (mut request, submitted) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
    /// let mut log = vec![submitted];
    /// let system = Actor::new(SubjectId::from_u128(3), Role::System);
    /// request.handle_into(&Command::new(system, Action::Process { target: None }), now, &mut log)?;
    ///
    /// assert_eq!(Request::replay(&log, &Limits::default())?, request);
    ///
    /// // The last of a command's events was not stored.
    /// log.pop();
    /// assert_eq!(Request::replay(&log, &Limits::default()), Err(ReplayError::Broken { sequence: 4 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replay(events: &[Event], limits: &Limits) -> Result<Self, ReplayError> {
        Self::replay_with(events, limits, |_, _| ())
    }

    /// Rebuilds a request as [`Request::replay`] does, and shows it after each step: the submission, a command, or the
    /// deadlines that were due at one time. `visit` gets the request after the step, and the step's events.
    ///
    /// If the log is refused, the steps before the fault have been shown.
    ///
    /// # Errors
    ///
    /// Same as [`Request::replay`].
    pub fn replay_with(
        events: &[Event],
        limits: &Limits,
        mut visit: impl FnMut(&Self, &[Event]),
    ) -> Result<Self, ReplayError> {
        let (first, mut rest) = events.split_first().ok_or(ReplayError::Empty)?;
        let mut request = match &first.kind {
            EventKind::Submitted(submission)
                if first.sequence == 1 && submission.is_consistent(first.at, limits) =>
            {
                Self::submitted(alloc::sync::Arc::clone(submission), first.at)
            }
            _ => return Err(ReplayError::Submission),
        };
        let callouts =
            rest.iter().filter(|event| matches!(event.kind, EventKind::CalloutStarted { .. })).count();
        let reviews =
            rest.iter().filter(|event| matches!(event.kind, EventKind::StageApproved { .. })).count();
        request.callouts.reserve_exact(callouts);
        request.reviews.reserve_exact(reviews);
        visit(&request, core::slice::from_ref(first));
        let mut expected = Vec::new();
        while let Some(next) = rest.first() {
            let sequence = request.revision + 1;
            if next.at < request.updated {
                return Err(ReplayError::Time { sequence });
            }
            if next.at > request.updated {
                request.check_elapsed()?;
            }
            expected.clear();
            request.expect_events(next, &mut expected)?;
            if expected.is_empty() {
                return Err(ReplayError::Impossible { sequence });
            }
            for (index, event) in expected.iter().enumerate() {
                if rest.get(index) != Some(event) {
                    return Err(ReplayError::Broken { sequence: event.sequence });
                }
            }
            request.fold_all(&expected);
            visit(&request, &expected);
            rest = rest.get(expected.len()..).unwrap_or_default();
        }
        request.check_elapsed()?;
        Ok(request)
    }

    /// Checks that every deadline that was due at the last command was applied (rule N4). A deadline that is capped at
    /// [`Timestamp::MAX`] is ignored, since it can be due as soon as it is set.
    fn check_elapsed(&self) -> Result<(), ReplayError> {
        match self.due_deadline(self.updated) {
            Some(deadline) if deadline.at < Timestamp::MAX => {
                Err(ReplayError::Broken { sequence: self.revision + 1 })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Appends the events that must come here, judging by `next`: those of the first deadline that is due at its time,
    /// or those of its command if no deadline is due.
    fn expect_events(&self, next: &Event, expected: &mut Vec<Event>) -> Result<(), ReplayError> {
        let sequence = self.revision + 1;
        let mut emitter = Emitter::new(self, next.at, expected);
        if let Some(deadline) = self.due_deadline(next.at) {
            self.on_deadline(deadline.kind, &mut emitter);
            return Ok(());
        }
        let command = self.command_of(&next.kind).ok_or(ReplayError::Impossible { sequence })?;
        dispatch_in_time(self, &command, &mut emitter)
            .map_err(|rejection| ReplayError::Refused { sequence, rejection })
    }

    /// Returns the command whose first event this is. `None` if no command has it as its first event.
    fn command_of(&self, event: &EventKind) -> Option<Command> {
        let system = Actor::new(SubjectId::from_u128(0), Role::System);
        let decide = |stage: &u32, tier: &_, approver: &SubjectId, justification: &Option<_>, decision| {
            let content =
                StageDecision { stage: *stage, tier: *tier, decision, justification: justification.clone() };
            Command::new(Actor::new(*approver, Role::Approver), Action::DecideStage(content))
        };
        Some(match event {
            EventKind::TargetResolved { target } => {
                Command::new(system, Action::Process { target: Some(*target) })
            }
            EventKind::CalloutStarted { .. }
            | EventKind::ApprovalRequested { .. }
            | EventKind::Approved { .. }
            | EventKind::DeliveryStarted {} => Command::new(system, Action::Process { target: None }),
            EventKind::CalloutFailed { instance, detail } => Command::new(
                system,
                Action::ReportCalloutFailed { instance: *instance, detail: detail.clone() },
            ),
            EventKind::CallbackReceived { instance, actor, decision, approval_stage, source, detail } => {
                Command::new(
                    *actor,
                    Action::Resume(Resume {
                        instance: *instance,
                        stage: self.callout(*instance)?.stage,
                        decision: *decision,
                        approval_stage: approval_stage.clone(),
                        source: source.clone(),
                        detail: detail.clone(),
                    }),
                )
            }
            EventKind::StageApproved { stage, tier, approver, justification } => {
                decide(stage, tier, approver, justification, ApprovalDecision::Approve)
            }
            EventKind::Denied(DenialReason::Approver { stage, tier, approver, justification }) => {
                decide(stage, tier, approver, justification, ApprovalDecision::Deny)
            }
            EventKind::Canceled(cancellation) => {
                let actor = match cancellation {
                    Cancellation::Requestor(id) => Actor::new(*id, Role::User),
                    Cancellation::Administrator(id) => Actor::new(*id, Role::Administrator),
                    Cancellation::System(id) => Actor::new(*id, Role::System),
                    Cancellation::Callback => return None,
                };
                Command::new(actor, Action::Cancel)
            }
            EventKind::Delivered { attempt } => report(system, *attempt, DeliveryOutcome::Delivered),
            EventKind::PartiallyDelivered { attempt } => {
                report(system, *attempt, DeliveryOutcome::PartiallyDelivered)
            }
            EventKind::DeliveryFailed(DeliveryFailure::Fulfillment) => {
                report(system, self.attempt, DeliveryOutcome::Failed)
            }
            EventKind::Reprocessed { actor } => Command::new(*actor, Action::Reprocess),
            EventKind::Submitted(_)
            | EventKind::CallbackTimedOut { .. }
            | EventKind::ApprovalEscalated { .. }
            | EventKind::Scheduled { .. }
            | EventKind::FulfillmentOrdered { .. }
            | EventKind::Denied(
                DenialReason::Callback
                | DenialReason::ApprovalExpired
                | DenialReason::WindowPassed
                | DenialReason::NotProcessed,
            )
            | EventKind::DeliveryFailed(
                DeliveryFailure::FulfillmentTimedOut
                | DeliveryFailure::CalloutFailed
                | DeliveryFailure::CallbackTimedOut,
            ) => return None,
        })
    }
}

fn report(system: Actor, attempt: u32, outcome: DeliveryOutcome) -> Command {
    Command::new(system, Action::ReportDelivery { attempt, outcome })
}
