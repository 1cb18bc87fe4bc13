//! How an event is written: by name in formats that people can read, and in no other (I7).
#![cfg(feature = "serde")]

use assignment_request::{CallbackDecision, Event, EventKind, FORMAT_VERSION, Limits, Request};
use rmp_serde::{Deserializer, Serializer};
use serde::{Deserialize as _, Serialize as _};
use serde_json::{Value, json};

use crate::common::routes::routes;

const NO_NAMES: &str =
    "events are stored only in human-readable formats that name every member, such as JSON";
const NOT_BY_NAME: &str = "invalid type: sequence, expected a stored event, with its members by name";

fn events() -> impl Iterator<Item = Event> {
    routes().into_iter().flat_map(|(_, playback)| playback.events)
}

fn read(text: &str) -> Result<Event, String> {
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        // The place in the text does not matter here.
        message.split_once(" at line ").map_or(message.clone(), |(message, _)| message.to_owned())
    })
}

/// Writes `value` with the members of every object in the opposite order.
fn reversed(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members =
                members.iter().rev().map(|(name, member)| format!("{}:{}", json!(name), reversed(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(reversed).collect::<Vec<_>>().join(",")),
        leaf => leaf.to_string(),
    }
}

/// Logs say "continue" by leaving the decision out, and say every other decision.
#[test]
fn i7_a_callback_that_continues_is_stored_without_a_decision() {
    let mut stored = 0;
    for event in events() {
        let EventKind::CallbackReceived { decision, .. } = event.kind else { continue };
        let value = serde_json::to_value(&event).unwrap();
        let written = value.pointer("/event/callbackReceived/decision");
        let expected = (decision != CallbackDecision::Continue).then(|| json!(decision.as_str()));
        assert_eq!(written, expected.as_ref(), "{value}");
        stored += 1;
    }
    assert!(stored > 2, "{stored} callbacks");
}

#[test]
fn i7_events_are_read_from_json_however_it_comes() {
    assert_eq!(FORMAT_VERSION, 1);
    for event in events() {
        let text = serde_json::to_string(&event).unwrap();
        assert!(
            text.starts_with(&format!("{{\"version\":1,\"sequence\":{},\"at\":\"", event.sequence)),
            "{text}"
        );
        let value = serde_json::to_value(&event).unwrap();
        let pretty = serde_json::to_string_pretty(&event).unwrap();
        assert_eq!(read(&text).as_ref(), Ok(&event));
        assert_eq!(read(&pretty).as_ref(), Ok(&event));
        assert_eq!(serde_json::from_value::<Event>(value.clone()).unwrap(), event);
        assert_eq!(serde_json::from_reader::<_, Event>(text.as_bytes()).unwrap(), event);
        let backwards = reversed(&value);
        assert_ne!(backwards, value.to_string());
        assert_eq!(read(&backwards).as_ref(), Ok(&event), "the order of members does not matter");
    }
}

#[test]
fn i7_another_version_is_refused_by_name_before_all_else() {
    let refused = |version: &str| format!("the event has version {version}; this library reads version 1");
    for version in ["0", "2", "4294967295"] {
        let newer = format!(r#"{{"version": {version}, "what": "a later version says", "version": 1}}"#);
        assert_eq!(read(&newer), Err(refused(version)));
        let last = format!(r#"{{"sequence": 1, "at": "2026-03-02T09:00:00Z", "version": {version}}}"#);
        assert_eq!(read(&last), Err(refused(version)), "as soon as it is read");
    }
    for (version, error) in [
        ("4294967296", "invalid value: integer `4294967296`, expected u32"),
        ("-1", "invalid value: integer `-1`, expected u32"),
        ("1.0", "invalid type: floating point `1.0`, expected u32"),
        ("\"1\"", "invalid type: string \"1\", expected u32"),
        ("null", "invalid type: null, expected u32"),
    ] {
        assert_eq!(read(&format!(r#"{{"version": {version}}}"#)), Err(error.into()));
    }
}

#[test]
fn i7_every_member_of_an_event_is_there_once() {
    let event = events().next().unwrap();
    let Value::Object(members) = serde_json::to_value(&event).unwrap() else { panic!("an object") };
    let text = |members: &[(&String, &Value)]| {
        let members: Vec<_> =
            members.iter().map(|(name, member)| format!("{}:{member}", json!(name))).collect();
        format!("{{{}}}", members.join(","))
    };
    let all: Vec<_> = members.iter().collect();
    assert_eq!(read(&text(&all)).as_ref(), Ok(&event));
    for (name, value) in &members {
        let without: Vec<_> = all.iter().copied().filter(|(other, _)| *other != name).collect();
        assert_eq!(read(&text(&without)), Err(format!("missing field `{name}`")));
        let twice: Vec<_> = all.iter().copied().chain([(name, value)]).collect();
        assert_eq!(read(&text(&twice)), Err(format!("duplicate field `{name}`")));
    }
    let more = ("more".to_owned(), json!(1));
    let with: Vec<_> = all.iter().copied().chain([(&more.0, &more.1)]).collect();
    let unknown = "unknown field `more`, expected one of `version`, `sequence`, `at`, `event`";
    assert_eq!(read(&text(&with)), Err(unknown.into()));
    for (text, error) in [
        ("[1, 1, \"2026-03-02T09:00:00Z\", {\"deliveryStarted\": {}}]", NOT_BY_NAME),
        ("null", "invalid type: null, expected a stored event, with its members by name"),
        ("1", "invalid type: integer `1`, expected a stored event, with its members by name"),
    ] {
        assert_eq!(read(text), Err(error.into()));
    }
}

/// Also inside: every member of every event, given twice.
#[test]
fn i7_no_member_is_there_twice_at_any_depth() {
    /// Every text that is `value` with one member twice, with its name.
    fn doubled(value: &Value, put: &mut dyn FnMut(&str, String)) {
        match value {
            Value::Object(members) => {
                let write = |name: &String, member: &str| format!("{}:{member}", json!(name));
                for (name, member) in members {
                    let with = |changed: String| {
                        let others = members.iter().filter(|(other, _)| *other != name);
                        let others = others.map(|(name, member)| write(name, &member.to_string()));
                        let members: Vec<_> = others.chain([changed]).collect();
                        format!("{{{}}}", members.join(","))
                    };
                    let once = write(name, &member.to_string());
                    put(name, with(format!("{once},{once}")));
                    doubled(member, &mut |inner, text| put(inner, with(write(name, &text))));
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    doubled(item, &mut |inner, text| {
                        let items = items.iter().enumerate();
                        let items = items.map(
                            |(other, item)| if other == index { text.clone() } else { item.to_string() },
                        );
                        put(inner, format!("[{}]", items.collect::<Vec<_>>().join(",")));
                    });
                }
            }
            _ => {}
        }
    }
    let mut count = 0;
    for event in events() {
        doubled(&serde_json::to_value(&event).unwrap(), &mut |name, text| {
            let error = read(&text).unwrap_err();
            // An object that stands for one of several things ends after its one member.
            assert!(
                error == format!("duplicate field `{name}`") || error == "expected value",
                "{error}: {text}"
            );
            count += 1;
        });
    }
    assert!(count > 5_000, "{count}");
}

fn written<C: rmp_serde::config::SerializerConfig>(
    event: &Event,
    configure: impl Fn(Serializer<Vec<u8>>) -> Serializer<Vec<u8>, C>,
) -> Result<Vec<u8>, String> {
    let mut serializer = configure(Serializer::new(Vec::new()));
    event.serialize(&mut serializer).map_err(|error| error.to_string())?;
    Ok(serializer.into_inner())
}

fn read_for_people(bytes: &[u8]) -> Result<Event, String> {
    Event::deserialize(&mut Deserializer::new(bytes).with_human_readable()).map_err(|error| error.to_string())
}

fn read_compact(bytes: &[u8]) -> Result<Event, String> {
    rmp_serde::from_slice(bytes).map_err(|error| error.to_string())
}

#[test]
fn i7_a_compact_format_is_refused_when_written_and_when_read() {
    for event in events() {
        // Names or not: what is compact writes ids and sets in other ways.
        assert_eq!(written(&event, |serializer| serializer), Err(NO_NAMES.into()));
        assert_eq!(written(&event, Serializer::with_struct_map), Err(NO_NAMES.into()));
        // What another program wrote, with every member by name.
        let named = rmp_serde::to_vec_named(&serde_json::to_value(&event).unwrap()).unwrap();
        assert_eq!(read_compact(&named), Err(NO_NAMES.into()));
        assert_eq!(read_for_people(&named), Ok(event));
    }
}

#[test]
fn i7_what_stands_in_order_and_without_names_is_never_read() {
    for (name, playback) in routes() {
        let mut events = Vec::new();
        for event in &playback.events {
            // For people to read, it says; and yet it leaves all names out.
            let positional = written(event, Serializer::with_human_readable).unwrap();
            assert_eq!(read_for_people(&positional), Err(NOT_BY_NAME.into()), "{name}");
            assert_eq!(read_compact(&positional), Err(NO_NAMES.into()), "{name}");
            let named =
                written(event, |serializer| serializer.with_human_readable().with_struct_map()).unwrap();
            assert_eq!(read_compact(&named), Err(NO_NAMES.into()), "{name}");
            events.push(read_for_people(&named).unwrap());
        }
        assert_eq!(events, playback.events, "{name}");
        assert_eq!(Request::replay(&events, &Limits::default()), Ok(playback.request), "{name}");
    }
}
