//! The ways that there are, so that the programs beside this one fail for the reason they are written for.
use assignment_request::{
    Actor, Command, Draft, Event, Misfit, Moment, Policy, Rejection, ReplayError, Request, RestoreError, Snapshot,
    SubmissionRefusal,
};
use uuid::Uuid;

fn submitted(policy: &Policy, draft: &Draft, actor: Actor, now: Moment) -> Result<Request, SubmissionRefusal> {
    policy.submit(Uuid::nil(), draft, None, actor, now).map(|(request, _)| request)
}

fn restored(snapshot: Snapshot) -> Result<Request, RestoreError> {
    Request::restore(snapshot)
}

fn replayed(events: &[Event]) -> Result<Request, ReplayError> {
    Request::replay(events)
}

fn applied(request: &mut Request, event: &Event) -> Result<(), Misfit> {
    request.apply(event)
}

fn handled(request: &mut Request, command: &Command, now: Moment) -> Result<Vec<Event>, Rejection> {
    request.handle(command, now)
}

/// Has one way to say `is_not_read` for a type that cannot be read by itself, and two for one that can.
trait NotRead<Way> {
    fn is_not_read() {}
}

impl<T> NotRead<()> for T {}
impl<T: serde::de::DeserializeOwned> NotRead<u8> for T {}

fn main() {
    let _ = (submitted, restored, replayed, applied, handled);
    // A request is read as a snapshot, which is checked (I7).
    <Request as NotRead<_>>::is_not_read();
    <Policy as NotRead<_>>::is_not_read();
}
