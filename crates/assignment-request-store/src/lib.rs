//! Stores access package assignment requests on `SQLite` and `PostgreSQL`.
//!
//! [`assignment_request`] decides, and does no IO. This crate is the other half of a host: it stores the events, and
//! keeps account of what the host has to do about them. Nothing is lost if a process dies at any point, and any number
//! of hosts can work on one database.
//!
//! ```
//! use assignment_request::{
//!     AccessPackageId, Action, Actor, Command, DeliveryOutcome, Draft, Limits, Policy, PolicySpec, RequestId,
//!     RequestType, RequestorSettings, Role, Status, SubjectId, Task, Timestamp,
//! };
//! use assignment_request_store::{Claimed, Store, Viewer};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::open("sqlite::memory:").await?;
//!
//! // Ada asks for access.
//! let requestor_settings = RequestorSettings { self_add: true, ..RequestorSettings::default() };
//! let policy = Policy::compile(&PolicySpec { requestor_settings, ..PolicySpec::default() }, &Limits::default())?;
//! let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
//! let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
//! let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
//! let id = RequestId::from_u128(2);
//! store.submit(&policy, id, &draft, None, ada, now).await?;
//!
//! // The host does what the events ask for.
//! let system = Actor::new(SubjectId::from_u128(0x5e5), Role::System);
//! let work = async |task: &Claimed| -> Result<Vec<Command>, String> {
//!     match task.task {
//!         Task::Process => Ok(vec![Command::new(system, Action::Process { target: None })]),
//!         Task::Fulfill { attempt, .. } => {
//!             // Here the host gives access. The key tells a second try from a second order.
//!             assert_eq!(task.idempotency_key(), format!("{id}/{}", task.event.sequence));
//!             let outcome = DeliveryOutcome::Delivered;
//!             Ok(vec![Command::new(system, Action::ReportDelivery { attempt, outcome })])
//!         }
//!         other => Err(format!("this policy asks for no {other:?}")),
//!     }
//! };
//! store.run_until_idle(|| now, work).await?;
//!
//! assert_eq!(store.load(id, Viewer::Subject(ada.id)).await?.status(), Status::Fulfilled);
//! # Ok(())
//! # }
//! ```
//!
//! # What is in one transaction
//!
//! The events of a command, the row that queries look at, the tasks that the events ask for, and the
//! [exclusivity key](assignment_request::ExclusivityKey): all of them, or nothing. The revision is compared and
//! swapped. If two hosts decide at the same time, one of them is refused by the database, reads what the other one
//! stored, and decides again. Events are judged again when they are read, so a row that was changed outside the store
//! is refused and never acted on.
//!
//! # Tasks
//!
//! A task is claimed with a lease, done, and acknowledged. If the host dies in between, the lease ends and another host
//! claims the task, so a task is done at least once, always with the same
//! [key](assignment_request::Event::idempotency_key). A task that fails waits longer after every try. After
//! [`Options::tries`] tries, or if its request cannot be read, it is set aside and holds up no other.
//! [`Store::run`] does all of this, and applies deadlines too.
//!
//! # Who may see what
//!
//! Every read says who asks ([`Viewer`]). To someone who may not see a request, it does not exist.
//!
//! # Backups and retention
//!
//! Everything is in five tables whose names begin with `access_`. A backup is a backup of the database: `VACUUM INTO`
//! for `SQLite`, `pg_dump` for `PostgreSQL`. After a restore, tasks that had been done since the backup are done again,
//! with the same keys. To delete what is old, list requests with [`Query::completed_before`] and [`Store::delete`] each.
//!
//! # Features
//!
//! - `sqlite` (default): `SQLite`, compiled in.
//! - `postgres`: `PostgreSQL`; with `postgres-tls` also over encrypted connections.
//! - `testing`: a suite that any other store can be held against.
//! - `tracing`: logs what is stored, refused and set aside; no text that a user wrote.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod append;
mod backend;
mod counters;
mod deadlines;
mod error;
mod query;
mod row;
mod run;
mod schema;
mod store;
mod tasks;
#[cfg(feature = "testing")]
pub mod testing;
mod trace;
mod url;
mod wake;

pub use counters::Counts;
pub use error::{DatabaseError, StoreError};
pub use query::{Cursor, CursorError, Page, Query};
pub use row::Summary;
pub use store::{Executed, Options, Store, Viewer};
pub use tasks::{Claimed, Retry, SetAside};

/// The code in the READMEs is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
#[doc = include_str!("../README.md")]
struct Readme;
