//! `replay` of a stored log: a line per step, and one for the event that is refused.

use std::io;
use std::process::ExitCode;

use assignment_request::{Event, Limits, ReplayError, Request, Rule, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::output::{Lines, complain, is_written};
use crate::replay::line::{After, Names, waited_for};
use crate::stored::arguments::StoredLog;
use crate::stored::log::Log;

/// Replays a stored log.
pub(crate) fn run(arguments: &StoredLog) -> ExitCode {
    let log = match arguments.open() {
        Ok(log) => log,
        Err(error) => {
            complain(&format_args!("{}: {error}", arguments.name()));
            return ExitCode::from(2);
        }
    };
    if !is_written(write_lines(&log)) {
        return ExitCode::from(2);
    }
    match &log.request {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format_args!("{}: {error} ({})", arguments.name(), rule(error)));
            ExitCode::from(1)
        }
    }
}

fn write_lines(log: &Log) -> io::Result<()> {
    let mut lines = Lines::open();
    let mut step = 0;
    let mut last = None;
    let mut written = Ok(());
    // The log has been judged. Here it is shown.
    let _ = Request::replay_with(&log.events, &Limits::default(), |request, events| {
        let at = events.first().map(|event| event.at);
        if written.is_ok() {
            let line = Line { step, at, outcome: Outcome::Accepted(events), request: Some(request) };
            written = lines.write(&line);
        }
        step += 1;
        if log.request.is_err() {
            last = Some(request.clone());
        }
    });
    written?;
    if let Err(error) = &log.request {
        let sequence = sequence(error);
        let at =
            log.events.iter().zip(1..).find(|(_, number)| *number == sequence).map(|(event, _)| event.at);
        let outcome = Outcome::Refused { event: sequence, error };
        lines.write(&Line { step, at, outcome, request: last.as_ref() })?;
    }
    lines.flush()
}

/// The line of a step of a log.
struct Line<'a> {
    step: u64,
    /// When the step happened. `None` if an event is missing at the end.
    at: Option<Timestamp>,
    outcome: Outcome<'a>,
    /// The request after the step.
    request: Option<&'a Request>,
}

enum Outcome<'a> {
    Accepted(&'a [Event]),
    /// The event with this number could not happen.
    Refused {
        event: u64,
        error: &'a ReplayError,
    },
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("step", &self.step)?;
        line.serialize_entry("at", &self.at)?;
        match &self.outcome {
            Outcome::Accepted(events) => {
                line.serialize_entry("ok", &true)?;
                line.serialize_entry("events", &Names(events))?;
            }
            Outcome::Refused { event, error } => {
                line.serialize_entry("ok", &false)?;
                line.serialize_entry("event", event)?;
                line.serialize_entry("code", code(error))?;
                line.serialize_entry("rule", rule(error).as_str())?;
                line.serialize_entry("message", &error.to_string())?;
            }
        }
        After::from(self.request).serialize_into(&mut line)?;
        let waits_for = self.request.map(Request::phase).map(waited_for).filter(|phase| !phase.is_empty());
        line.serialize_entry("waitsFor", &waits_for)?;
        line.end()
    }
}

/// Returns the number of the event that could not happen.
const fn sequence(error: &ReplayError) -> u64 {
    match error {
        ReplayError::Time { sequence }
        | ReplayError::Impossible { sequence }
        | ReplayError::Refused { sequence, .. }
        | ReplayError::Broken { sequence } => *sequence,
        _ => 1,
    }
}

const fn code(error: &ReplayError) -> &'static str {
    if let ReplayError::Refused { rejection, .. } = error { rejection.code() } else { "impossibleEvent" }
}

/// Returns the rule by which the log is refused.
pub(crate) const fn rule(error: &ReplayError) -> Rule {
    match error {
        ReplayError::Refused { rejection, .. } => rejection.rule(),
        ReplayError::Time { .. } => Rule::N3,
        _ => Rule::I7,
    }
}
