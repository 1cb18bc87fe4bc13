//! What happened to a request, for people.

use assignment_request::{Event, Limits, Phase, Request};

use crate::stored::arguments::StoredLog;
use crate::stored::replay::rule;

/// An event, and the request's phase before it.
pub(crate) struct Happened {
    pub(crate) event: Event,
    /// `None` for the submission, and for the events that follow the first one of a command.
    pub(crate) before: Option<Phase>,
}

impl Happened {
    /// Adds the events of one command to `happened`.
    pub(crate) fn add(events: &[Event], mut before: Option<Phase>, happened: &mut Vec<Self>) {
        happened.extend(events.iter().map(|event| Self { event: event.clone(), before: before.take() }));
    }
}

/// A stored request, and what happened to it.
pub(crate) struct History {
    pub(crate) request: Request,
    pub(crate) happened: Vec<Happened>,
}

impl History {
    /// Reads a stored request.
    ///
    /// # Errors
    ///
    /// Returns a message if the log cannot be read, or if no sequence of commands gives its events.
    pub(crate) fn open(arguments: &StoredLog) -> Result<Self, String> {
        let named = |error: &dyn std::fmt::Display| format!("{}: {error}", arguments.name());
        let log = arguments.open().map_err(|error| named(&error))?;
        let request =
            log.request.clone().map_err(|error| named(&format_args!("{error} ({})", rule(&error))))?;
        let mut happened = Vec::new();
        let mut before = None;
        let replayed = Request::replay_with(&log.events, &Limits::default(), |request, events| {
            Happened::add(events, before, &mut happened);
            before = Some(request.phase());
        });
        replayed.map_err(|error| named(&error))?;
        Ok(Self { request, happened })
    }
}
