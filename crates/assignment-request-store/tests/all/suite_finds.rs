//! Stores that have one fault each. The suite finds every one, by the check that is meant for it.
#![expect(clippy::indexing_slicing, reason = "tests")]

use assignment_request::{
    Actor, Command, Draft, Event, ExistingAssignment, Policy, Rejection, Request, RequestId, SubjectId, Tier,
    Timestamp,
};
use assignment_request_store::testing::{HostStore, check_store};
use assignment_request_store::{Claimed, Cursor, Executed, Page, Query, Retry, Store, StoreError, Viewer};

use crate::database::Database;

/// What a store does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    LosesLastEvent,
    AcceptsSubmissionsTwice,
    ForgetsDeadlinesAfterRefusals,
    AnswersForStored,
    HidesCommands,
    IgnoresLimit,
    ClaimsNothing,
    ForgetsTries,
    AcknowledgesAll,
    ForgetsToAcknowledge,
    RetriesForEver,
    RetriesAtOnce,
    ForgetsToRetry,
    ForgetsToRenew,
    FiresTooMany,
    FiresTooEarly,
    FiresBackwards,
    NeverFires,
    KnowsNoDeadline,
    IgnoresState,
    IgnoresRequestor,
    IgnoresCreated,
    IgnoresCompleted,
    IgnoresWhoWaits,
    IgnoresEither,
    IgnoresTargets,
    IgnoresOthers,
    IgnoresApprovers,
    IgnoresEnds,
    IgnoresOrder,
    IgnoresSkip,
    PagesOverlap,
    EndsAtFirstPage,
    ListsAll,
    CountsAll,
    ShowsAll,
    TellsStrangers,
    HidesFromAll,
    RecordsNoApprovers,
    RecordsOneTier,
    DeletesNothing,
    IgnoresAssignments,
    DeletesForStrangers,
}

/// A store with a fault.
#[derive(Clone)]
struct Faulty(Store, Fault);

impl Faulty {
    fn is(&self, fault: Fault) -> bool {
        self.1 == fault
    }

    fn viewer(&self, viewer: Viewer) -> Viewer {
        if self.is(Fault::ShowsAll) { Viewer::Host } else { viewer }
    }

    fn query(&self, query: &Query, viewer_fault: Fault) -> Query {
        let mut query = query.clone();
        if self.is(viewer_fault) {
            query.viewer = Viewer::Host;
        }
        match self.1 {
            Fault::IgnoresState => query.state = None,
            Fault::IgnoresRequestor => query.requestor = None,
            Fault::IgnoresCreated => query.created_before = None,
            Fault::IgnoresCompleted => query.completed_before = None,
            Fault::IgnoresWhoWaits => query.waiting_for = None,
            Fault::IgnoresEither => query.requestor_or_target = None,
            Fault::IgnoresTargets => query.target_among = None,
            Fault::IgnoresOthers => query.for_others = false,
            Fault::IgnoresApprovers => query.has_approvers = false,
            Fault::IgnoresEnds => query.is_open = false,
            Fault::IgnoresOrder => query.newest_first = false,
            Fault::IgnoresSkip => query.skip = 0,
            _ => {}
        }
        query
    }
}

impl HostStore for Faulty {
    async fn submit(
        &self,
        policy: &Policy,
        id: RequestId,
        draft: &Draft,
        existing: Option<&ExistingAssignment>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Request, StoreError> {
        match self.0.submit(policy, id, draft, existing, actor, now).await {
            Err(StoreError::Rejected(Rejection::AlreadySubmitted))
                if self.is(Fault::AcceptsSubmissionsTwice) =>
            {
                self.0.load(id, Viewer::Host).await
            }
            outcome => outcome,
        }
    }

    async fn execute(
        &self,
        id: RequestId,
        command: &Command,
        now: Timestamp,
    ) -> Result<Executed, StoreError> {
        if self.is(Fault::ForgetsDeadlinesAfterRefusals) {
            let request = self.0.load(id, Viewer::Host).await?;
            if let Err(refusal) = request.clone().settle(command, now).outcome {
                return Err(refusal.into());
            }
        }
        let mut executed = self.0.execute(id, command, now).await?;
        if self.is(Fault::HidesCommands) {
            executed.events.pop();
        }
        if self.is(Fault::AnswersForStored) && executed.events.is_empty() {
            return Err(Rejection::NotWaiting.into());
        }
        Ok(executed)
    }

    async fn events(&self, id: RequestId, viewer: Viewer) -> Result<(Request, Vec<Event>), StoreError> {
        if self.is(Fault::TellsStrangers) && self.0.load(id, viewer).await.is_err() {
            self.0.load(id, Viewer::Host).await?;
            return Err(StoreError::AlreadyOpen);
        }
        if self.is(Fault::HidesFromAll) && viewer != Viewer::Host {
            return Err(Rejection::NoRequest.into());
        }
        let (request, mut events) = self.0.events(id, self.viewer(viewer)).await?;
        if self.is(Fault::LosesLastEvent) && events.len() > 1 {
            events.pop();
        }
        Ok((request, events))
    }

    async fn claim(&self, limit: u32) -> Result<Vec<Claimed>, StoreError> {
        let limit = if self.is(Fault::IgnoresLimit) && limit > 0 { limit + 1 } else { limit };
        let mut claimed = self.0.claim(limit).await?;
        match self.1 {
            Fault::ClaimsNothing => claimed.clear(),
            Fault::ForgetsTries => claimed.iter_mut().for_each(|task| task.tries = 1),
            _ => {}
        }
        Ok(claimed)
    }

    async fn acknowledge(&self, task: &Claimed) -> Result<bool, StoreError> {
        if self.is(Fault::ForgetsToAcknowledge) {
            return Ok(true);
        }
        Ok(self.0.acknowledge(task).await? || self.is(Fault::AcknowledgesAll))
    }

    async fn retry(&self, task: &Claimed, reason: &str) -> Result<Retry, StoreError> {
        match self.1 {
            Fault::RetriesForEver => self.0.retry(&Claimed { tries: 1, ..task.clone() }, reason).await,
            Fault::RetriesAtOnce => {
                let outcome = self.0.retry(&Claimed { tries: 1, ..task.clone() }, reason).await?;
                Ok(match outcome {
                    Retry::After(wait) => Retry::After(wait * 1000),
                    other => other,
                })
            }
            Fault::ForgetsToRetry => {
                Ok(Retry::After(assignment_request_store::testing::BACK_OFF * task.tries))
            }
            _ => self.0.retry(task, reason).await,
        }
    }

    async fn renew(&self, task: &mut Claimed) -> Result<bool, StoreError> {
        if self.is(Fault::ForgetsToRenew) { Ok(true) } else { self.0.renew(task).await }
    }

    async fn fire(&self, now: Timestamp, limit: u32) -> Result<Vec<RequestId>, StoreError> {
        let limit = if self.is(Fault::FiresTooMany) { 100 } else { limit };
        let now = match self.0.next_deadline().await? {
            Some(deadline) if self.is(Fault::FiresTooEarly) => deadline.max(now),
            _ => now,
        };
        if self.is(Fault::NeverFires) {
            return Ok(vec![]);
        }
        let mut fired = self.0.fire(now, limit).await?;
        if self.is(Fault::FiresBackwards) {
            fired.reverse();
        }
        Ok(fired)
    }

    async fn next_deadline(&self) -> Result<Option<Timestamp>, StoreError> {
        if self.is(Fault::KnowsNoDeadline) { Ok(None) } else { self.0.next_deadline().await }
    }

    async fn list(&self, query: &Query, after: Option<Cursor>, limit: u32) -> Result<Page, StoreError> {
        let mut page = self.0.list(&self.query(query, Fault::ListsAll), after, limit).await?;
        match self.1 {
            Fault::EndsAtFirstPage => page.next = None,
            Fault::PagesOverlap if page.next.is_some() && page.requests.len() > 1 => {
                let row = &page.requests[page.requests.len() - 2];
                page.next = Some(Cursor { created: row.created, id: row.id });
            }
            _ => {}
        }
        Ok(page)
    }

    async fn count(&self, query: &Query) -> Result<u64, StoreError> {
        self.0.count(&self.query(query, Fault::CountsAll)).await
    }

    async fn record_approvers(
        &self,
        id: RequestId,
        stage: u32,
        tier: Tier,
        approvers: &[SubjectId],
    ) -> Result<(), StoreError> {
        let (tier, approvers) = match self.1 {
            Fault::RecordsNoApprovers => (tier, &[][..]),
            Fault::RecordsOneTier => (Tier::Primary, approvers),
            _ => (tier, approvers),
        };
        self.0.record_approvers(id, stage, tier, approvers).await
    }

    async fn delete(&self, id: RequestId, viewer: Viewer, has_assignment: bool) -> Result<(), StoreError> {
        match self.1 {
            Fault::DeletesNothing => {
                self.0.load(id, viewer).await?.check_deletable(has_assignment)?;
                Ok(())
            }
            Fault::IgnoresAssignments => self.0.delete(id, viewer, false).await,
            Fault::DeletesForStrangers => self.0.delete(id, Viewer::Host, has_assignment).await,
            _ => self.0.delete(id, viewer, has_assignment).await,
        }
    }
}

#[test]
fn every_fault() {
    use Fault as F;

    let faults = [
        (F::LosesLastEvent, "conflicting_commands_are_accepted_once"),
        (F::AcceptsSubmissionsTwice, "an_id_is_submitted_once"),
        (F::ForgetsDeadlinesAfterRefusals, "a_refusal_stores_due_deadlines"),
        (F::HidesCommands, "conflicting_commands_are_accepted_once"),
        (F::AnswersForStored, "histories_agree_with_requests_in_memory"),
        (F::IgnoresLimit, "claims_keep_to_their_limit"),
        (F::ClaimsNothing, "an_id_is_submitted_once"),
        (F::ForgetsTries, "a_claimed_task_belongs_to_one_host"),
        (F::AcknowledgesAll, "every_task_comes_once"),
        (F::ForgetsToAcknowledge, "every_task_comes_once"),
        (F::RetriesForEver, "a_failed_task_backs_off"),
        (F::RetriesAtOnce, "a_failed_task_backs_off"),
        (F::ForgetsToRetry, "an_ended_lease_cannot_be_used"),
        (F::ForgetsToRenew, "an_ended_lease_cannot_be_used"),
        (F::FiresTooMany, "deadlines_fire_in_order"),
        (F::FiresTooEarly, "deadlines_fire_in_order"),
        (F::FiresBackwards, "deadlines_fire_in_order"),
        (F::NeverFires, "deadlines_fire_in_order"),
        (F::KnowsNoDeadline, "deadlines_fire_in_order"),
        (F::IgnoresState, "every_filter_of_a_list"),
        (F::IgnoresRequestor, "every_filter_of_a_list"),
        (F::IgnoresCreated, "every_filter_of_a_list"),
        (F::IgnoresCompleted, "every_filter_of_a_list"),
        (F::IgnoresWhoWaits, "lists_say_who_waits_for_whom"),
        (F::IgnoresEither, "every_filter_of_a_list"),
        (F::IgnoresTargets, "every_filter_of_a_list"),
        (F::IgnoresOthers, "every_filter_of_a_list"),
        (F::IgnoresApprovers, "every_filter_of_a_list"),
        (F::IgnoresEnds, "every_filter_of_a_list"),
        (F::IgnoresOrder, "every_filter_of_a_list"),
        (F::IgnoresSkip, "every_filter_of_a_list"),
        (F::PagesOverlap, "every_filter_of_a_list"),
        (F::EndsAtFirstPage, "every_filter_of_a_list"),
        (F::ListsAll, "every_filter_of_a_list"),
        (F::CountsAll, "every_filter_of_a_list"),
        (F::ShowsAll, "strangers_learn_nothing"),
        (F::TellsStrangers, "strangers_learn_nothing"),
        (F::HidesFromAll, "determined_approvers_are_recorded"),
        (F::RecordsNoApprovers, "lists_say_who_waits_for_whom"),
        (F::RecordsOneTier, "lists_say_who_waits_for_whom"),
        (F::DeletesNothing, "pages_have_each_request_once"),
        (F::IgnoresAssignments, "only_ended_requests_are_deleted"),
        (F::DeletesForStrangers, "strangers_learn_nothing"),
    ];
    let find = |fault, expected: &str| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let new = async || Faulty(Database::memory().store().await, fault);
        let found = runtime.block_on(check_store(new));
        let found = found.err().map_or_else(|| "nothing".to_owned(), |broken| broken.to_string());
        (!found.contains(&format!("`{expected}`"))).then(|| format!("{fault:?}: {found}"))
    };
    // Most of the time is waiting.
    let missed: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..6)
            .map(|worker| {
                let faults = faults.iter().skip(worker).step_by(6);
                scope.spawn(move || {
                    faults.filter_map(|(fault, check)| find(*fault, check)).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(missed.is_empty(), "{missed:#?}");
}
