//! What the store has done, as numbers to watch.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a store has done since it was opened. Clones of a store count together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Commands and submissions whose events were stored.
    pub stored: u64,
    /// Commands and submissions that were refused.
    pub refused: u64,
    /// Commands that were judged again because another host was faster.
    pub conflicts: u64,
    /// Tasks claimed.
    pub claimed: u64,
    /// Tasks acknowledged.
    pub done: u64,
    /// Tasks that could not be acknowledged, because their lease had ended.
    pub leases_ended: u64,
    /// Tasks and requests set aside.
    pub set_aside: u64,
}

/// The same, as it is counted.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    stored: AtomicU64,
    refused: AtomicU64,
    conflicts: AtomicU64,
    claimed: AtomicU64,
    done: AtomicU64,
    leases_ended: AtomicU64,
    set_aside: AtomicU64,
}

impl Counters {
    pub(crate) fn stored(&self) {
        add(&self.stored, 1);
    }

    pub(crate) fn refused(&self) {
        add(&self.refused, 1);
    }

    pub(crate) fn conflict(&self) {
        add(&self.conflicts, 1);
    }

    pub(crate) fn claimed(&self, tasks: usize) {
        add(&self.claimed, tasks as u64);
    }

    pub(crate) fn done(&self, is_done: bool) {
        add(if is_done { &self.done } else { &self.leases_ended }, 1);
    }

    pub(crate) fn set_aside(&self) {
        add(&self.set_aside, 1);
    }

    pub(crate) fn read(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            stored: read(&self.stored),
            refused: read(&self.refused),
            conflicts: read(&self.conflicts),
            claimed: read(&self.claimed),
            done: read(&self.done),
            leases_ended: read(&self.leases_ended),
            set_aside: read(&self.set_aside),
        }
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}
