//! Measures two ways of doing the same work against each other.

use std::time::Duration;

use cpu_time::ThreadTime;
use fastrand::Rng;

/// One way to do some work, repeatedly.
pub trait Work {
    /// Prepares the work of a round, does it, and returns the cost of doing it alone.
    fn run(&mut self, round: usize, meter: &mut Meter) -> Sample;
}

/// The cost of a round of work.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// The number of units of work.
    pub units: usize,
    /// What the meter read: nanoseconds, allocations or instructions.
    pub amount: u64,
}

impl Sample {
    /// Returns the amount per unit.
    #[must_use]
    pub fn per_unit(self) -> f64 {
        precise(self.amount) / precise(self.units as u64)
    }
}

/// What is measured during the work.
pub enum Meter {
    /// The processor time of the thread.
    Time,
    /// Allocations, including reallocations.
    Allocations,
    /// Processor instructions.
    Instructions(Instructions),
}

impl Meter {
    fn read<T>(&mut self, work: impl FnOnce() -> T) -> (T, u64) {
        match self {
            Self::Time => {
                let start = ThreadTime::now();
                let done = work();
                (done, nanoseconds(start.elapsed()))
            }
            Self::Allocations => {
                let mut done = None;
                let counted = allocation_counter::measure(|| done = Some(work()));
                (done.expect("the work was done"), counted.count_total)
            }
            Self::Instructions(counter) => counter.count(work),
        }
    }
}

/// Work with a state that is prepared before each round and dropped after it; neither is measured. `run` does the work,
/// and returns the number of its units.
pub fn work<S>(ready: impl Fn(usize) -> S, run: impl Fn(&mut S) -> usize) -> impl Work {
    in_batches(1, ready, run)
}

/// Like [`work`], with several states per round, one after the other. Each is so small that it stays in the cache
/// between its preparation and its use.
pub fn in_batches<S>(batches: usize, ready: impl Fn(usize) -> S, run: impl Fn(&mut S) -> usize) -> impl Work {
    struct Stated<P, R> {
        batches: usize,
        ready: P,
        run: R,
    }

    impl<S, P: Fn(usize) -> S, R: Fn(&mut S) -> usize> Work for Stated<P, R> {
        fn run(&mut self, round: usize, meter: &mut Meter) -> Sample {
            let mut sum = Sample { units: 0, amount: 0 };
            for batch in 0..self.batches {
                let mut state = (self.ready)(round * self.batches + batch);
                let (units, amount) = meter.read(|| (self.run)(&mut state));
                sum.units += units;
                sum.amount += amount;
            }
            sum
        }
    }

    Stated { batches, ready, run }
}

/// The instruction counter of the processor.
#[cfg(target_os = "linux")]
pub struct Instructions(perf_event::Counter);

/// Only Linux lets a program read it.
#[cfg(not(target_os = "linux"))]
pub enum Instructions {}

#[cfg(target_os = "linux")]
impl Instructions {
    /// Opens the counter. `None` if the machine does not let us read it.
    #[must_use]
    pub fn open() -> Option<Self> {
        let mut counter = perf_event::Builder::new().build().ok()?;
        // On some machines the counter opens but never counts.
        counter.enable().ok()?;
        counter.disable().ok()?;
        counter.read().ok().filter(|count| *count > 0).map(|_| Self(counter))
    }

    fn count<T>(&mut self, work: impl FnOnce() -> T) -> (T, u64) {
        let is_counting = self.0.reset().and_then(|()| self.0.enable()).is_ok();
        let done = work();
        let count = self.0.disable().and_then(|()| self.0.read());
        (done, if is_counting { count.unwrap_or_default() } else { 0 })
    }
}

#[cfg(not(target_os = "linux"))]
impl Instructions {
    /// Always `None`: only Linux has the counter.
    #[must_use]
    pub fn open() -> Option<Self> {
        None
    }

    fn count<T>(&mut self, _work: impl FnOnce() -> T) -> (T, u64) {
        match *self {}
    }
}

/// Two ways to compare.
pub struct Pair {
    /// The way that is judged.
    pub arm: Box<dyn Work>,
    /// The way that it is judged against.
    pub baseline: Box<dyn Work>,
}

impl Pair {
    /// Measures both once, in an order that `random` chooses.
    pub fn run(&mut self, round: usize, random: &mut Rng) -> (Sample, Sample) {
        if random.bool() {
            let arm = self.arm.run(round, &mut Meter::Time);
            (arm, self.baseline.run(round, &mut Meter::Time))
        } else {
            let baseline = self.baseline.run(round, &mut Meter::Time);
            (self.arm.run(round, &mut Meter::Time), baseline)
        }
    }
}

/// Returns the median; the lower one if there are two.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}

/// Returns nanoseconds, saturating.
pub fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Converts a count for division.
#[expect(clippy::cast_precision_loss, reason = "counts here are far below 2 to the 53rd")]
pub const fn precise(count: u64) -> f64 {
    count as f64
}
