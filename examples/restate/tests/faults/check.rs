//! Judges what the engine keeps: what is lost, what is doubled, and what was accepted without an effect.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use assignment_request::{Event, EventKind, Limits, Timestamp};
use assignment_request_graph::read_history;

use crate::drive::{self, Accepted, Kind, Record};

/// The names of the events that a request of each kind has if no one is killed.
pub(crate) type Reference = BTreeMap<Kind, Vec<&'static str>>;

/// What is wrong with the requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Requests or events that should be there and are not.
    pub(crate) lost: u32,
    /// Requests, events, deliveries and orders that are there more often than once.
    pub(crate) doubled: u32,
    /// Accepted answers whose effect is not there.
    pub(crate) missing: u32,
    /// Histories that the reader refuses, or that have the right events in another order.
    pub(crate) impossible: u32,
    /// Which requests are meant.
    pub(crate) notes: Vec<String>,
}

impl Verdict {
    pub(crate) fn is_clean(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, other: &Self) {
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.missing += other.missing;
        self.impossible += other.impossible;
    }
}

/// Reads a log. Every event in it is judged again.
pub(crate) fn read(log: &str) -> Option<Vec<Event>> {
    read_history(log.as_bytes(), &Limits::default()).ok().map(|(_, events)| events)
}

/// Returns the names of the events.
pub(crate) fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::name).collect()
}

/// Judges all requests: `logs` has the log of each request that the engine keeps.
pub(crate) fn judge(records: &[Record], logs: &BTreeMap<String, String>, reference: &Reference) -> Verdict {
    let mut verdict = Verdict::default();
    let known: BTreeSet<&String> = records.iter().map(|record| &record.id).collect();
    for (id, log) in logs.iter().filter(|(id, _)| !known.contains(id)) {
        verdict.doubled += 1;
        verdict.notes.push(format!("no client knows {id}: {log}"));
        let of_the_same = |record: &&Record| log.contains(&drive::id('9', record.person));
        verdict.notes.extend(records.iter().filter(of_the_same).map(|record| {
            format!("the person has {}: {:?}, by {:#?}", record.id, logs.get(&record.id), record.creation)
        }));
    }
    for record in records {
        let one = match logs.get(&record.id) {
            Some(log) => judge_one(record, log, &reference[&record.kind]),
            None => Verdict { lost: 1, ..Verdict::default() },
        };
        verdict.add(&one);
        if !one.is_clean() {
            verdict.notes.push(format!("{record:?}: {:?}", logs.get(&record.id)));
        }
    }
    verdict
}

/// Judges one request.
pub(crate) fn judge_one(record: &Record, log: &str, reference: &[&'static str]) -> Verdict {
    let mut verdict = Verdict::default();
    let Some(events) = read(log) else {
        verdict.impossible += 1;
        return verdict;
    };
    let names = names(&events);
    // A request that was handled after its start is not scheduled.
    let mut unscheduled = reference.to_vec();
    unscheduled.retain(|name| *name != "scheduled");
    let reference = if names.contains(&"scheduled") { reference } else { unscheduled.as_slice() };
    for name in names.iter().chain(reference).collect::<BTreeSet<_>>() {
        let here = count(names.iter().filter(|one| *one == name));
        let there = count(reference.iter().filter(|one| *one == name));
        verdict.lost += there.saturating_sub(here);
        verdict.doubled += here.saturating_sub(there);
    }
    if verdict.is_clean() && names != reference {
        verdict.impossible += 1;
    }
    for accepted in &record.accepted {
        match count(events.iter().filter(|event| is_of(*accepted, &event.kind))) {
            0 => verdict.missing += 1,
            times => verdict.doubled += times - 1,
        }
    }
    let mut orders = BTreeSet::new();
    for event in &events {
        if let EventKind::FulfillmentOrdered { attempt, .. } = event.kind {
            verdict.doubled += u32::from(!orders.insert(attempt));
        }
    }
    verdict
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap()
}

/// Returns whether an event is what a command did.
fn is_of(accepted: Accepted, kind: &EventKind) -> bool {
    match accepted {
        Accepted::Create => matches!(kind, EventKind::Submitted(_)),
        Accepted::Resume(callout) => {
            matches!(kind, EventKind::CallbackReceived { instance, .. } if *instance == callout)
        }
        Accepted::Approve => matches!(kind, EventKind::StageApproved { .. }),
        Accepted::Cancel => matches!(kind, EventKind::Canceled(_)),
        Accepted::Reprocess => matches!(kind, EventKind::Reprocessed { .. }),
    }
}

/// Returns when the timer of a request should have fired. `None` if it had none.
pub(crate) fn due(kind: Kind, events: &[Event]) -> Option<Timestamp> {
    events.iter().find_map(|event| match event.kind {
        EventKind::Scheduled { start } => Some(start),
        EventKind::CalloutStarted { deadline, .. } if kind == Kind::Silent => deadline,
        _ => None,
    })
}

/// Returns how long after its due time something was seen.
pub(crate) fn lateness(due: Timestamp, seen: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(seen.ticks() - due.ticks()).unwrap_or(0) / 10)
}

/// Says the median and the longest of some times.
pub(crate) fn median_and_max(mut times: Vec<Duration>) -> String {
    times.sort();
    match times.as_slice() {
        [] => "none".to_owned(),
        [.., max] => {
            let median = times[times.len() / 2];
            format!("{} timers, median {} ms, max {} ms", times.len(), median.as_millis(), max.as_millis())
        }
    }
}

/// The checker's own test: plants faults into logs that are right, and returns how many there were. Each must be found.
pub(crate) fn plant_faults(
    records: &[Record],
    logs: &BTreeMap<String, String>,
    reference: &Reference,
) -> u32 {
    let mut planted = 0;
    let mut seen = BTreeSet::new();
    for record in records.iter().filter(|record| seen.insert(record.kind)) {
        let reference = &reference[&record.kind];
        let events = read(&logs[&record.id]).unwrap();
        let mut must_find = |record: &Record, events: &[Event], what: &str| {
            let mut log = Vec::new();
            assignment_request_graph::write_events(events, &mut log);
            let verdict = judge_one(record, &String::from_utf8(log).unwrap(), reference);
            assert!(!verdict.is_clean(), "{what} is not found: {record:?}, {:?}", names(events));
            planted += 1;
        };
        for place in 0..events.len() {
            let mut fewer = events.clone();
            let event = fewer.remove(place);
            must_find(record, &fewer, "a removed event");
            // With its numbers put right.
            must_find(record, &numbered(fewer), "a removed event, hidden");
            let mut more = events.clone();
            more.insert(place, event);
            must_find(record, &more, "a repeated event");
            must_find(record, &numbered(more), "a repeated event, hidden");
        }
        let mut more = record.clone();
        more.accepted.push(Accepted::Resume("0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11".parse().unwrap()));
        must_find(&more, &events, "an accepted command without an effect");
    }
    let mut fewer = logs.clone();
    let id = fewer.pop_first().unwrap().0;
    assert_eq!(judge(records, &fewer, reference).lost, 1, "a lost request is not found");
    let without: Vec<Record> = records.iter().filter(|record| record.id != id).cloned().collect();
    assert_eq!(judge(&without, logs, reference).doubled, 1, "a request too many is not found");
    planted + 2
}

fn numbered(mut events: Vec<Event>) -> Vec<Event> {
    for (sequence, event) in (1..).zip(&mut events) {
        event.sequence = sequence;
    }
    events
}
