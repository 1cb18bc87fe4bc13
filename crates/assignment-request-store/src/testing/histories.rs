//! A check that plays whole histories, in the store and in memory.

use std::collections::BTreeSet;

use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, Command, DeliveryOutcome, Period, Phase, Request,
    Role, Settled, Tier, Timestamp,
};

use crate::store::{Executed, Viewer};
use crate::tasks::Claimed;
use crate::testing::outcome::{Checked, refused_as, same};
use crate::testing::requests::{
    ADMINISTRATOR, APPROVER, EXTENSION, Kind, SYSTEM, decide, elapse, id, process, report, resume, start,
};
use crate::testing::store::HostStore;

pub(super) async fn histories_agree_with_requests_in_memory<S: HostStore>(store: &S) -> Checked {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut keys = BTreeSet::new();
    for n in 1..=30 {
        let kind = random.choose(&Kind::ALL).unwrap_or(Kind::Plain);
        let (mut request, submitted) = kind.submit_in_memory(n)?;
        let mut log = vec![submitted];
        let mut now = start();
        same("a submitted request", &kind.submit(store, n).await?, &request)?;
        for _ in 0..14 {
            now = random.later(&request, now);
            let Some(command) = random.command(&request, now) else { continue };
            let Settled { outcome, events } = request.settle(&command, now);
            let executed = store.execute(id(n), &command, now).await;
            log.extend(events.iter().cloned());
            match outcome {
                Ok(()) => {
                    let expected = Executed { request: request.clone(), events };
                    same(format!("the outcome of {command:?}"), &executed?, &expected)?;
                }
                Err(_) => refused_as(format!("{command:?}"), executed, outcome)?,
            }
            let stored = store.events(id(n), Viewer::Host).await?;
            same(format!("the request after {command:?}"), &stored.0, &request)?;
            same(format!("the events after {command:?}"), &stored.1, &log)?;
        }
        let asking = log.iter().filter(|event| event.task().is_some());
        keys.extend(asking.map(|event| event.idempotency_key(id(n))));
    }
    let claimed = store.claim(10_000).await?;
    let claimed_keys: BTreeSet<String> = claimed.iter().map(Claimed::idempotency_key).collect();
    same("the number of tasks", &claimed.len(), &claimed_keys.len())?;
    same("the keys of all tasks", &claimed_keys, &keys)
}

/// Numbers that look random and are the same in every run: xorshift64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // The limit is small, so the remainder is as good as any.
        usize::try_from(self.0 >> 33).unwrap_or(0).checked_rem(limit).unwrap_or(0)
    }

    fn choose<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        items.get(self.below(items.len())).cloned()
    }

    /// The time of the next command: the same, some minutes later, or about the next deadline.
    fn later(&mut self, request: &Request, now: Timestamp) -> Timestamp {
        match (self.below(8), request.next_deadline()) {
            (0, Some(deadline)) => deadline.at.max(now),
            (1, Some(deadline)) => Timestamp::from_ticks(deadline.at.ticks() - 1).unwrap_or(now).max(now),
            (2 | 3, _) => now.saturating_add(Period::from_minutes(7)),
            _ => now,
        }
    }

    /// A command that may be accepted. Most of them go on with the request.
    fn command(&mut self, request: &Request, now: Timestamp) -> Option<Command> {
        if self.below(2) == 0 {
            return Some(onward(request));
        }
        let action = self.choose(&request.sample_actions(now))?;
        let actor = match action {
            Action::Process { .. }
            | Action::ReportDelivery { .. }
            | Action::ReportCalloutFailed { .. }
            | Action::Elapse => SYSTEM,
            Action::Resume(_) => EXTENSION,
            Action::DecideStage(_) => Actor::new(APPROVER, Role::Approver),
            Action::Cancel => Actor::new(request.requestor(), Role::User),
            Action::Reprocess => ADMINISTRATOR,
        };
        Some(Command::new(actor, action))
    }
}

/// The command that goes on with the request.
fn onward(request: &Request) -> Command {
    match request.phase() {
        Phase::Accepted { .. } => process(None),
        Phase::WaitingForCallback { .. } => resume(request, CallbackDecision::Continue),
        Phase::PendingApproval { stage, .. } => {
            decide(APPROVER, stage, Tier::Primary, ApprovalDecision::Approve)
        }
        Phase::Delivering { .. } => {
            // The first attempt fails, so that it is made again.
            let attempt = request.attempt().unwrap_or(1);
            let outcome = if attempt == 1 { DeliveryOutcome::Failed } else { DeliveryOutcome::Delivered };
            report(attempt, outcome)
        }
        Phase::PartiallyDelivered | Phase::DeliveryFailed(_) => {
            Command::new(ADMINISTRATOR, Action::Reprocess)
        }
        Phase::Scheduled { .. } | Phase::Delivered | Phase::Denied(_) | Phase::Canceled(_) => elapse(),
    }
}
