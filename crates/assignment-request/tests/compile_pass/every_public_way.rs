//! The ways that there are, so that the programs beside this one fail for the reason they are written for.
use assignment_request::{RequestId, 
    Actor, ApplyError, Command, Decision, Draft, Event, Limits, Timestamp, Policy, Rejection, ReplayError, Request,
    SubmissionError, decide,
};

fn submitted(policy: &Policy, draft: &Draft, actor: Actor, now: Timestamp) -> Result<Request, SubmissionError> {
    policy.submit(RequestId::from_u128(0), draft, None, actor, now).map(|(request, _)| request)
}

fn replayed(events: &[Event], limits: &Limits) -> Result<Request, ReplayError> {
    Request::replay(events, limits)
}

fn decided(request: &Request, command: &Command, now: Timestamp) -> Result<Decision, Rejection> {
    decide(request, command, now)
}

fn applied(request: &mut Request, decision: &Decision) -> Result<(), ApplyError> {
    request.apply(decision)
}

fn handled(request: &mut Request, command: &Command, now: Timestamp) -> Result<Vec<Event>, Rejection> {
    request.handle(command, now)
}

/// Has one way to say `is_not_read` for a type that cannot be read by itself, and two for one that can.
trait NotRead<Way> {
    fn is_not_read() {}
}

impl<T> NotRead<()> for T {}
impl<T: serde::de::DeserializeOwned> NotRead<u8> for T {}

fn main() {
    let _ = (submitted, replayed, decided, applied, handled);
    // A request is read as its events, which are judged again (I7).
    <Request as NotRead<_>>::is_not_read();
    <Policy as NotRead<_>>::is_not_read();
    <Decision as NotRead<_>>::is_not_read();
}
