//! Requests and events as they are stored (rule I7).

mod revision;
mod sound;

use alloc::sync::Arc;
use alloc::vec::Vec;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::{Callout, Event, EventKind, Moment, Phase, Request, Review, Submission};

/// The version of the form in which requests and events are stored.
pub const FORMAT_VERSION: u32 = 1;

/// A request as it is stored. It is read with serde, and becomes a request by [`Request::restore`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Snapshot {
    version: u32,
    submission: Arc<Submission>,
    target: Option<Uuid>,
    phase: Phase,
    revision: u64,
    created: Moment,
    updated: Moment,
    completed: Option<Moment>,
    reprocess_from: Option<Moment>,
    attempt: u32,
    callouts: Vec<Callout>,
    reviews: Vec<Review>,
}

/// Why a snapshot is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The snapshot is of another version.
    #[error("the snapshot has version {found}; this library reads version {FORMAT_VERSION}")]
    Version {
        /// The version of the snapshot.
        found: u32,
    },
    /// No commands could have brought a request there.
    #[error("no commands lead to the stored request")]
    Unsound,
}

impl Request {
    /// The request as it is stored.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            version: FORMAT_VERSION,
            submission: Arc::clone(&self.submission),
            target: self.target,
            phase: self.phase,
            revision: self.revision,
            created: self.created,
            updated: self.updated,
            completed: self.completed,
            reprocess_from: self.reprocess_from,
            attempt: self.attempt,
            callouts: self.callouts.clone(),
            reviews: self.reviews.clone(),
        }
    }

    /// Makes a request of a stored one.
    ///
    /// Every invariant that can be told without the events is checked. The events themselves tell all:
    /// [`Request::replay`].
    ///
    /// # Errors
    ///
    /// [`RestoreError::Version`] for a form of another version, [`RestoreError::Unsound`] for what commands could not
    /// have brought about.
    ///
    /// ```
    /// use assignment_request::{Actor, Moment, Request, RestoreError, Role, Snapshot};
    /// use uuid::Uuid;
    ///
    /// # use assignment_request::{Draft, Limits, Policy, PolicySpec, RequestType, RequestorSettings};
    /// # let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::NONE };
    /// # let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::EMPTY }, &Limits::DEFAULT)?;
    /// # let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
    /// # let draft = Draft { access_package_id: Some(Uuid::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// # let now: Moment = "2026-01-05T09:00:00Z".parse()?;
    /// # let (request, _) = policy.submit(Uuid::from_u128(2), &draft, None, ada, now)?;
    /// let stored = serde_json::to_string(&request.snapshot())?;
    /// assert_eq!(Request::restore(serde_json::from_str(&stored)?)?, request);
    ///
    /// // Somebody makes a fulfillment up.
    /// let forged: Snapshot = serde_json::from_str(&stored.replace(r#""attempt":0"#, r#""attempt":1"#))?;
    /// assert_eq!(Request::restore(forged), Err(RestoreError::Unsound));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn restore(snapshot: Snapshot) -> Result<Self, RestoreError> {
        if snapshot.version != FORMAT_VERSION {
            return Err(RestoreError::Version { found: snapshot.version });
        }
        let request = Self {
            submission: snapshot.submission,
            target: snapshot.target,
            phase: snapshot.phase,
            revision: snapshot.revision,
            created: snapshot.created,
            updated: snapshot.updated,
            completed: snapshot.completed,
            reprocess_from: snapshot.reprocess_from,
            attempt: snapshot.attempt,
            callouts: snapshot.callouts,
            reviews: snapshot.reviews,
        };
        if request.is_sound() { Ok(request) } else { Err(RestoreError::Unsound) }
    }
}

/// The form in which an event is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredEvent<K> {
    version: u32,
    sequence: u64,
    at: Moment,
    event: K,
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { sequence, at, kind } = self;
        StoredEvent { version: FORMAT_VERSION, sequence: *sequence, at: *at, event: kind }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = StoredEvent::<EventKind>::deserialize(deserializer)?;
        if stored.version != FORMAT_VERSION {
            return Err(D::Error::custom(format_args!(
                "the event has version {}; this library reads version {FORMAT_VERSION}",
                stored.version
            )));
        }
        Ok(Self { sequence: stored.sequence, at: stored.at, kind: stored.event })
    }
}
