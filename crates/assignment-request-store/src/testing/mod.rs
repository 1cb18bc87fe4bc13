//! What every store of requests must do, as a suite that any store can be held against.
//!
//! A store of your own implements [`HostStore`], and a test calls [`check_store`]. The suite opens an empty store for each
//! of its checks ([`CHECKS`]), and plays requests through it. What the store answers is compared with requests in memory.
//!
//! ```
//! use assignment_request_store::Store;
//! use assignment_request_store::testing::{check_store, options};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let empty_store = async || Store::open_with("sqlite::memory:", options()).await.expect("it opens");
//! check_store(empty_store).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A store must be opened with short times, as [`options`] has them, so that the suite does not wait for minutes.

mod calls;
mod commands;
mod deadlines;
mod histories;
mod lists;
mod outcome;
mod requests;
mod store;
mod submission;
mod tasks;
mod viewers;

pub use store::{BACK_OFF, HostStore, LEASE, TRIES};

use crate::store::Options;
use crate::testing::outcome::Seen;

/// Returns the options with which a [`Store`](crate::store::Store) is opened for [`check_store`]: [`LEASE`], [`TRIES`] and
/// [`BACK_OFF`].
#[must_use]
pub fn options() -> Options {
    Options { lease: LEASE, tries: TRIES, back_off: BACK_OFF, connections: 4, ..Options::default() }
}

/// The check that a store failed, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store fails `{check}`: {seen}")]
#[non_exhaustive]
pub struct Broken {
    /// The check, one of [`CHECKS`].
    pub check: &'static str,
    /// What the store did, and what was expected of it.
    pub seen: String,
}

/// Lists the checks once: for [`CHECKS`] and for [`check_store`].
macro_rules! checks {
    ($($module:ident::$check:ident,)+) => {
        /// The names of all checks, in the order in which they are made.
        pub const CHECKS: &[&str] = &[$(stringify!($check),)+];

        /// Checks that a store does what every store must do. `new` returns an empty store with [`LEASE`], [`TRIES`] and
        /// [`BACK_OFF`]; it is called for every check. A clone of a store works on the same requests.
        ///
        /// It takes a few seconds. Several commands are given at the same time, by tasks of the `tokio` runtime that calls
        /// it.
        ///
        /// # Errors
        ///
        /// [`Broken`] for the first check that failed.
        pub async fn check_store<S>(new: impl AsyncFn() -> S) -> Result<(), Broken>
        where
            S: HostStore + Clone + 'static,
        {
            $(
                let seen = $module::$check(&new().await).await;
                seen.map_err(|Seen(seen)| Broken { check: stringify!($check), seen })?;
            )+
            Ok(())
        }
    };
}

checks! {
    submission::a_submitted_request_is_read_back,
    submission::an_id_is_submitted_once,
    submission::an_id_is_submitted_once_at_the_same_time,
    submission::one_open_request_per_access,
    submission::one_open_request_per_access_at_the_same_time,
    submission::an_ended_request_frees_the_access,
    submission::time_alone_frees_the_access,
    submission::a_resolved_target_has_one_open_request,
    commands::conflicting_commands_are_accepted_once,
    commands::a_refusal_stores_due_deadlines,
    commands::revision_and_sequence_agree,
    tasks::every_task_comes_once,
    tasks::claims_keep_to_their_limit,
    tasks::a_claimed_task_belongs_to_one_host,
    tasks::an_ended_lease_cannot_be_used,
    tasks::a_renewed_lease_goes_on,
    tasks::a_failed_task_backs_off,
    tasks::a_task_that_always_fails_is_set_aside,
    deadlines::deadlines_fire_in_order,
    lists::every_filter_of_a_list,
    lists::pages_have_each_request_once,
    lists::lists_say_who_waits_for_whom,
    lists::determined_approvers_are_recorded,
    viewers::strangers_learn_nothing,
    viewers::those_concerned_see_it,
    viewers::only_ended_requests_are_deleted,
    histories::histories_agree_with_requests_in_memory,
    tasks::a_lost_task_is_not_set_aside,
}
