//! Writing the events of a command.

use alloc::vec::Vec;

use crate::request::Request;
use crate::request::event::{Event, EventKind};
use crate::vocabulary::timestamp::Timestamp;

/// Writes the events of a command: numbers them, and gives them the command's timestamp (rule N3).
pub(crate) struct Emitter<'a> {
    events: &'a mut Vec<Event>,
    sequence: u64,
    at: Timestamp,
}

impl<'a> Emitter<'a> {
    pub(crate) const fn new(request: &Request, at: Timestamp, events: &'a mut Vec<Event>) -> Self {
        Self { events, sequence: request.revision, at }
    }

    pub(crate) fn emit(&mut self, kind: EventKind) {
        self.sequence += 1;
        self.events.push(Event { sequence: self.sequence, at: self.at, kind });
    }

    pub(crate) const fn at(&self) -> Timestamp {
        self.at
    }
}
