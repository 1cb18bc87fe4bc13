//! The independent model of the machine, what is played on it, and the laws.
//!
//! The core's tests and the oracles of the fuzzing share this crate. It is not published.
//!
//! | module | what it holds |
//! |---|---|
//! | [`model`] | the machine once more, written from SPEC.md alone and as naively as possible |
//! | [`cases`] | a submission and the commands after it, and the small pools of ids, texts and timestamps they come from |
//! | [`intents`] | commands that are made up when they are sent, so that they fit what the request waits for |
//! | `random` | strategies that choose cases (feature `proptest`) |
//! | [`agreement`] | plays a case on the library and on the model, and reports the first difference |
//! | [`relation`] | the machine as a transition relation, for proofs |
//! | [`samples`] | one sample of each refusal |
//! | [`golden`] | compares what tests find with committed files |
//! | [`laws`] | what must hold for every step of every request, each written once |
//!
//! To judge one more kind of history, build a [`laws::Step`] for each command and pass it to [`laws::check`].
#![expect(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "the crate is for this repository's tests alone, and names say enough"
)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "written as a test: what fails here fails the test"
)]

pub mod agreement;
pub mod cases;
pub mod golden;
pub mod intents;
pub mod laws;
pub mod model;
#[cfg(feature = "proptest")]
pub mod random;
pub mod relation;
pub mod samples;
