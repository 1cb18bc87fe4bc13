//! The stored form of an event.

use core::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::request::event::{Event, EventKind};
use crate::vocabulary::timestamp::Timestamp;

/// The version of the stored form of events. Every stored event contains it.
pub const FORMAT_VERSION: u32 = 1;

const NAME: &str = "Event";
const MEMBERS: &[&str] = &["version", "sequence", "at", "event"];

/// The error for formats that do not name their members. In such a format, the next member takes the place of one that
/// is left out, and a user's text could be read as a decision.
const NO_NAMES: &str =
    "events are stored only in human-readable formats that name every member, such as JSON";

/// Writes an event as `{"version": 1, "sequence": …, "at": …, "event": …}`. The format must be
/// [human-readable](Serializer::is_human_readable); any other is refused.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return Err(S::Error::custom(NO_NAMES));
        }
        let Self { sequence, at, kind } = self;
        let mut stored = serializer.serialize_struct(NAME, MEMBERS.len())?;
        stored.serialize_field("version", &FORMAT_VERSION)?;
        stored.serialize_field("sequence", sequence)?;
        stored.serialize_field("at", at)?;
        stored.serialize_field("event", kind)?;
        stored.end()
    }
}

/// Reads an event. The format must be [human-readable](Deserializer::is_human_readable) and name its members; any other
/// is refused. A different [version](FORMAT_VERSION) is refused as soon as it is read. This library writes the version
/// first.
impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Err(D::Error::custom(NO_NAMES));
        }
        deserializer.deserialize_struct(NAME, MEMBERS, StoredEvent)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum MemberName {
    Version,
    Sequence,
    At,
    Event,
}

struct StoredEvent;

impl<'de> Visitor<'de> for StoredEvent {
    type Value = Event;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a stored event, with its members by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Event, A::Error> {
        let (mut version, mut sequence, mut at, mut kind) = (None, None, None, None);
        while let Some(name) = members.next_key()? {
            match name {
                MemberName::Version => {
                    let found = take_once::<u32, A>(&mut version, "version", &mut members)?;
                    if found != FORMAT_VERSION {
                        return Err(A::Error::custom(format_args!(
                            "the event has version {found}; this library reads version {FORMAT_VERSION}"
                        )));
                    }
                }
                MemberName::Sequence => {
                    take_once::<u64, A>(&mut sequence, "sequence", &mut members)?;
                }
                MemberName::At => {
                    take_once::<Timestamp, A>(&mut at, "at", &mut members)?;
                }
                MemberName::Event => {
                    if kind.replace(members.next_value::<EventKind>()?).is_some() {
                        return Err(A::Error::duplicate_field("event"));
                    }
                }
            }
        }
        version.ok_or_else(|| A::Error::missing_field("version"))?;
        Ok(Event {
            sequence: sequence.ok_or_else(|| A::Error::missing_field("sequence"))?,
            at: at.ok_or_else(|| A::Error::missing_field("at"))?,
            kind: kind.ok_or_else(|| A::Error::missing_field("event"))?,
        })
    }
}

/// Reads the value of a member. A duplicate member is refused.
fn take_once<'de, T: Deserialize<'de> + Copy, A: MapAccess<'de>>(
    place: &mut Option<T>,
    name: &'static str,
    members: &mut A,
) -> Result<T, A::Error> {
    let value: T = members.next_value()?;
    match place.replace(value) {
        None => Ok(value),
        Some(_) => Err(A::Error::duplicate_field(name)),
    }
}
