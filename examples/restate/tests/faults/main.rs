//! The engine and the program are killed with SIGKILL while clients use them. Nothing may be lost or done twice.
//!
//! The requests are of all kinds, and each has its own person. Its clients repeat each call that had no answer, and someone
//! is killed at its creation and at its next step: before the call, a few milliseconds into it, or exactly when the engine
//! has answered the program and the program has not heard it. Since others are killed at the same time, a request meets
//! kills at all its other steps too.
//!
//! | module | what it holds |
//! |---|---|
//! | `world` | the engine and the program, and who is killed when |
//! | `proxy` | stands between the two, so that an answer can be lost |
//! | `drive` | the clients of a request |
//! | `check` | judges what the engine keeps in the end |
//! | `data` | a person for each request, and an outside system that never answers |
//!
//! `FAULTS_REQUESTS` says how many requests there are (20), `FAULTS_CLIENTS` how many are driven at a time (8), and
//! `FAULTS_SEED` chooses the kills (16).
//! `RESTATE_SERVER` is the path of the engine's binary. Without it, the test says SKIPPED and ends.

mod check;
#[expect(dead_code, reason = "the suite uses more of it")]
#[path = "../common/mod.rs"]
mod common;
mod data;
mod drive;
mod proxy;
mod world;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use assignment_request::Timestamp;
use serde_json::{Value, json};

use crate::check::{Reference, due, judge, lateness, median_and_max, names, plant_faults, read};
use crate::drive::{Driver, Kind, Record};
use crate::world::{Kill, Moment, Random, Victim, World};

/// How many clients answer one callout at once.
const CROWD: usize = 20;
/// How long the engine and the program stay down when timers come due.
const LONG_DOWN: Duration = Duration::from_secs(7);
/// How many timers come due meanwhile.
const TIMERS: u32 = 10;
/// How often the engine is killed before a list.
const RESTARTS: u32 = 10;
/// From how many requests on some wait for a system that never answers.
const LONG_RUN: u32 = 100;
/// What their history is.
const SILENT: [&str; 4] = ["submitted", "calloutStarted", "callbackTimedOut", "deliveryFailed"];

fn number(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// Drives requests, a few at a time. The first person has the number `first`.
fn drive_all(world: &World, first: u32, kinds: &[Kind], clients: u32, kills: bool) -> Vec<Record> {
    let next = AtomicU32::new(0);
    let records = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(kind) = kinds.get(usize::try_from(place).unwrap()) else { return };
                    let person = first + place;
                    let mut driver = Driver::new(world, person, *kind);
                    if kills {
                        driver = driver.with_kills(&mut Random(
                            (u64::from(number("FAULTS_SEED", 16)) << 32) | u64::from(person),
                        ));
                    }
                    let record = driver.run();
                    let mut records = records.lock().unwrap();
                    records.push(record);
                    if records.len() % 50 == 0 {
                        let kills = world.kills.load(Ordering::Relaxed);
                        eprintln!("{} of {} requests, {kills} kills", records.len(), kinds.len());
                    }
                }
            });
        }
    });
    records.into_inner().unwrap()
}

/// Returns the log of each request that the engine keeps.
fn logs(world: &World) -> BTreeMap<String, String> {
    let engine = &world.processes().engine;
    let ids = engine.requests();
    ids.into_iter()
        .map(|id| {
            let log = load(engine, &id);
            (id, log)
        })
        .collect()
}

fn load(engine: &common::Engine, id: &str) -> String {
    let (status, stored) = engine.call(&format!("AccessRequest/{id}/load"), None, &Value::Null);
    assert_eq!(status, 200, "{stored}");
    stored[0].as_str().unwrap().to_owned()
}

/// Returns how late the timers of some requests fired.
fn times_late(records: &[Record], logs: &BTreeMap<String, String>) -> Vec<Duration> {
    let late = |record: &Record| {
        let due = due(record.kind, &read(logs.get(&record.id)?)?)?;
        Some(lateness(due, record.seen?))
    };
    records.iter().filter_map(late).collect()
}

#[test]
fn nothing_is_lost_or_done_twice() {
    let (requests, clients) = (number("FAULTS_REQUESTS", 20), number("FAULTS_CLIENTS", 8));
    let crowds = 1 + requests / 20;
    // They take five minutes, and so does a long run at least.
    let silent = if requests < LONG_RUN { 0 } else { requests / 25 };
    let world = World::start(requests + silent + TIMERS + RESTARTS + crowds + 20);
    let mut first = 0;
    let mut take = |count: u32| {
        let taken = first;
        first += count;
        taken
    };
    let mut records = Vec::new();

    // Without a kill: what the history of each kind is, and how late timers are.
    let kinds = [Kind::SHORT.as_slice(), &[Kind::Scheduled; 9]].concat();
    let people = take(u32::try_from(kinds.len()).unwrap());
    let calm = drive_all(&world, people, &kinds, u32::try_from(kinds.len()).unwrap(), false);
    let calm_logs = logs(&world);
    let mut reference = Reference::from([(Kind::Silent, SILENT.to_vec())]);
    for record in &calm {
        let names = names(&read(&calm_logs[&record.id]).unwrap());
        let same = reference.entry(record.kind).or_insert_with(|| names.clone());
        assert_eq!(*same, names, "{record:?}");
    }
    println!("timers without a kill: {}", median_and_max(times_late(&calm, &calm_logs)));
    println!("planted faults, all found by the checker: {}", plant_faults(&calm, &calm_logs, &reference));
    records.extend(calm);

    // Many answers to one callout at once, and orders that come again.
    for _ in 0..crowds {
        records.push(answer_at_once(&world, take(1)));
    }
    records.push(order_again(&world, take(1)));

    // Timers that come due while everything is down.
    let people = take(TIMERS);
    let (asleep, up) = sleep_through_timers(&world, people..people + TIMERS);
    println!(
        "timers that came due while the engine and the program were down, after both were up: {}",
        median_and_max(asleep.iter().map(|record| lateness(up, record.seen.unwrap())).collect()),
    );
    records.extend(asleep);

    // Kills at every step.
    let before = world.kills.load(Ordering::Relaxed);
    let begun = Instant::now();
    let kinds: Vec<Kind> = Kind::SHORT.into_iter().cycle().take(usize::try_from(requests).unwrap()).collect();
    let (people, silent_people) = (take(requests), take(silent));
    let silent_kinds = vec![Kind::Silent; usize::try_from(silent).unwrap()];
    let hurt = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| drive_all(&world, silent_people, &silent_kinds, silent, true));
        let mut hurt = drive_all(&world, people, &kinds, clients, true);
        hurt.extend(waiting.join().unwrap());
        hurt
    });
    let kills = world.kills.load(Ordering::Relaxed) - before;
    println!("{} requests, {clients} at a time, {kills} kills, {} s", hurt.len(), begun.elapsed().as_secs());

    // Lists after a restart of the engine, which has a long log to read now.
    for _ in 0..RESTARTS {
        records.push(look_after_a_restart(&world, take(1)));
    }
    let all_logs = logs(&world);
    println!("timers with kills: {}", median_and_max(times_late(&hurt, &all_logs)));
    records.extend(hurt);

    let verdict = judge(&records, &all_logs, &reference);
    println!(
        "{} requests judged: lost {}, doubled {}, accepted without an effect {}, impossible {}",
        records.len(),
        verdict.lost,
        verdict.doubled,
        verdict.missing,
        verdict.impossible
    );
    assert!(verdict.is_clean(), "{verdict:#?}");
}

/// Twenty clients answer one callout at the same time. One is accepted, and the others learn that it was answered.
fn answer_at_once(world: &World, person: u32) -> Record {
    let mut driver = Driver::new(world, person, Kind::ManualBadge);
    driver.create();
    driver.wait(|_, status| status == "WaitingForCallback");
    let (resume, callout) = driver.resume_call("badge-office");
    let answers: Vec<_> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..CROWD).map(|_| scope.spawn(|| world.call(&resume).unwrap())).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    let accepted = answers.iter().filter(|(status, _)| *status == 204).count();
    let refused = answers
        .iter()
        .filter(|(status, body)| *status == 409 && body["error"]["code"] == "alreadyResumed")
        .count();
    assert_eq!((accepted, refused), (1, CROWD - 1), "{answers:?}");
    driver.finish_answered(callout)
}

/// Kills the engine when a request has just been delivered. The requestor finds it as soon as the service answers, although
/// the engine's query does not have it yet: who found nothing would ask for the same access again.
fn look_after_a_restart(world: &World, person: u32) -> Record {
    let mut driver = Driver::new(world, person, Kind::Plain);
    driver.create();
    driver.wait(|state, _| state == "delivered");
    world.kill(Kill { victim: Victim::Engine, moment: Moment::Before, down: Duration::ZERO });
    assert_eq!(driver.look(), driver.id());
    driver.finish(None)
}

/// Sends the order of each task again, with the same key and with other keys. The task is done again for the other keys
/// alone, and nothing comes of it.
fn order_again(world: &World, person: u32) -> Record {
    let mut driver = Driver::new(world, person, Kind::ManualBadge);
    driver.create();
    driver.wait(|_, status| status == "WaitingForCallback");
    let id = driver.id().to_owned();
    let order_all = || {
        let engine = &world.processes().engine;
        let events = read(&load(engine, &id)).unwrap();
        for event in events.iter().filter(|event| event.task().is_some()) {
            let same = event.idempotency_key(id.parse().unwrap());
            let other = format!("{same}/other");
            for key in [Some(&same), Some(&same), Some(&other), None] {
                let order = json!({ "id": id, "sequence": event.sequence });
                let (status, answer) = engine.call("Tasks/perform", key.map(String::as_str), &order);
                assert_eq!(status, 200, "{answer}");
            }
        }
        let after = read(&load(engine, &id)).unwrap();
        assert_eq!(events, after, "an order that came again changed the request");
        events
    };
    let events = order_all();
    let (resume, callout) = driver.resume_call("badge-office");
    let lines = std::fs::read_to_string(world.folder().join("service.log")).unwrap();
    let received = lines
        .lines()
        .filter(|line| line.contains("callout received") && line.contains(&callout.to_string()))
        .count();
    // The order itself, and the two with other keys. All have the key of the event, so the receiver acts once.
    assert_eq!(received, 3, "{events:?}");
    assert_eq!(world.call(&resume).unwrap().0, 204);
    let record = driver.finish_answered(callout);
    order_all();
    record
}

/// Creates scheduled requests, and kills everything until the timers are due. Returns the requests after their timers
/// have fired, and when everything was up again.
fn sleep_through_timers(world: &World, people: std::ops::Range<u32>) -> (Vec<Record>, Timestamp) {
    let mut drivers: Vec<Driver<'_>> =
        people.map(|person| Driver::new(world, person, Kind::Scheduled)).collect();
    std::thread::scope(|scope| {
        for driver in &mut drivers {
            scope.spawn(|| {
                driver.create();
                driver.wait(|state, _| state == "scheduled");
            });
        }
    });
    world.stay_down_until(Instant::now() + LONG_DOWN);
    let up = drive::now();
    let records = std::thread::scope(|scope| {
        let going: Vec<_> = drivers.into_iter().map(|driver| scope.spawn(|| driver.go_on())).collect();
        going.into_iter().map(|driver| driver.join().unwrap()).collect()
    });
    (records, up)
}
