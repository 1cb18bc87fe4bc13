//! A command as a host handles it: what to store, also after a refusal (rule N6).

use alloc::vec::Vec;

use crate::command::rejection::Rejection;
use crate::command::{Action, Command};
use crate::request::Request;
use crate::request::event::Event;
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::ids::SubjectId;
use crate::vocabulary::timestamp::Timestamp;

/// What a host does with a command: it stores the events, and then answers with the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the events must be stored, also after a refusal"]
pub struct Settled {
    /// Whether the command was accepted.
    pub outcome: Result<(), Rejection>,
    /// What to store, all or nothing: the events of the command or, if it was refused, those of the deadlines that are
    /// due. There may be none.
    pub events: Vec<Event>,
}

impl Request {
    /// Judges a command and applies its events, as [`Request::handle`] does. If the command is refused, applies the
    /// deadlines that are due (rule N6).
    ///
    /// A refusal may depend on a deadline that has passed. If that deadline is not stored before the host answers,
    /// another host with a slower clock may give the opposite answer. A host that stores [`Settled::events`] every time
    /// cannot forget this.
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, Action, Actor, Command, Event, RequestId, Role, Status, SubjectId, Timestamp,
    /// };
    ///
    /// # use assignment_request::{Draft, Limits, Policy, PolicySpec, RequestType, RequestorSettings};
    /// # let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
    /// # let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default())?;
    /// # let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    /// # let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// # let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// # let (mut request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
    /// // Fifteen days later it is too late to process the request.
    /// let system = Actor::new(SubjectId::from_u128(3), Role::System);
    /// let process = Command::new(system, Action::Process { target: None });
    /// let settled = request.settle(&process, "2026-01-20T09:00:00Z".parse()?);
    ///
    /// assert_eq!(settled.outcome.unwrap_err().code(), "requestClosed");
    /// assert_eq!(settled.events.iter().map(Event::name).collect::<Vec<_>>(), ["denied"]);
    /// assert_eq!(request.status(), Status::Expired);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn settle(&mut self, command: &Command, now: Timestamp) -> Settled {
        let mut events = Vec::new();
        let outcome = self.handle_into(command, now, &mut events);
        if outcome.is_err() {
            let system = Actor::new(SubjectId::from_u128(0), Role::System);
            // This is refused only if the revision cannot be counted further (rule I3). Then there are no events.
            let _ = self.handle_into(&Command::new(system, Action::Elapse), now, &mut events);
        }
        Settled { outcome, events }
    }
}
