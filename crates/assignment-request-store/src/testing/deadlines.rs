//! Checks of deadlines.

use assignment_request::{Status, Timestamp};

use crate::store::Viewer;
use crate::testing::outcome::{Checked, same};
use crate::testing::requests::{DAY, Kind, after, elapse, id, process, start};
use crate::testing::store::HostStore;

pub(super) async fn deadlines_fire_in_order<S: HostStore>(store: &S) -> Checked {
    same("the next deadline of an empty store", &store.next_deadline().await?, &None)?;
    let mut expected = Vec::new();
    // Submitted in another order than their deadlines.
    for (n, minutes) in [(1, 30), (2, 10), (3, 20)] {
        let mut request = Kind::Plain.submit_as(store, n, n, after(minutes)).await?;
        let _ = request.settle(&elapse(), after(20 * DAY));
        expected.push(request);
    }
    let due = after(10 + 14 * DAY);
    same("the next deadline", &store.next_deadline().await?, &Some(due))?;
    let early = Timestamp::from_ticks(due.ticks() - 1).unwrap_or(due);
    same("what fires before the first deadline", &store.fire(early, 10).await?, &vec![])?;
    same("what fires first", &store.fire(after(20 * DAY), 1).await?, &vec![id(2)])?;
    same("the next deadline after it", &store.next_deadline().await?, &Some(after(20 + 14 * DAY)))?;
    same("what fires then", &store.fire(after(20 * DAY), 10).await?, &vec![id(3), id(1)])?;
    same("what fires at the end", &store.fire(after(20 * DAY), 10).await?, &vec![])?;
    same("the next deadline at the end", &store.next_deadline().await?, &None)?;
    for request in &expected {
        let stored = store.events(request.id(), Viewer::Host).await?.0;
        same("a request after its deadline", &stored.status(), &Status::Expired)?;
        same("when it ended", &stored.completed(), &request.completed())?;
    }

    // A late timer applies the escalation and the end of the approval, one after the other.
    Kind::Approval.submit(store, 4).await?;
    let mut request = store.execute(id(4), &process(None), start()).await?.request;
    same("the deadline of the escalation", &store.next_deadline().await?, &Some(after(30)))?;
    same("what fires late", &store.fire(after(3 * DAY), 10).await?, &vec![id(4)])?;
    let events = request.settle(&elapse(), after(3 * DAY)).events;
    let stored = store.events(id(4), Viewer::Host).await?;
    same("the request after a late timer", &stored.0, &request)?;
    let first = stored.1.len().saturating_sub(events.len());
    same("the events of a late timer", &stored.1.get(first..).unwrap_or_default(), &&*events)
}
