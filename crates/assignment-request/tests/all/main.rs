//! The tests of the crate, in one program. Where to look:
//!
//! | module | what it holds |
//! |---|---|
//! | `vocabulary` | closed values and their names, time from and to other types, every message word for word |
//! | `policies` | what `Policy::compile` accepts and refuses: questions, patterns, stages, extensions (P, Y1 to Y3) |
//! | `submission` | what `Policy::submit` accepts and refuses: drafts, schedules, answers (C, A) |
//! | `lifecycle` | commands one by one: who may do what, callbacks, approval, delivery, determined stages (N, X, R, V, F, K, Q, Y) |
//! | `inspect` | what a request says of itself: `describe`, `explain`, `permitted`, remedies, the exclusivity key |
//! | `storage` | the log of events: written, read back, replayed; forged and torn logs are refused (I2, I7) |
//! | `proof::exhaustive` | every request that a family of small policies can reach, judged by the laws |
//! | `proof::properties` | random histories, judged by the laws |
//! | `proof::laws` | steps that never were, which the laws must notice |
//! | `proof::model_agreement` | random histories, played on the library and on the independent model |
//! | `proof::seeded_faults` | bugs put into the machine, which the model must notice |
//! | `proof::matrix` | every command by every role in every phase, as a table that people review |
//! | `proof::diagram` | the picture of the machine, found by exploring it |
//! | `proof::cluster` | hosts, a store, an outbox and a network around the machine, model-checked |
//! | `testing` | what the features `testing`, `proptest` and `arbitrary` offer |
//! | `compile_fail` | programs that must not compile |
//! | `traceability` | the rules of SPEC.md are the rules of the code |
//! | `common` | small policies, requests that are driven along their routes, one request in every status |
//!
//! One module: `cargo test -p assignment-request --test all proof::exhaustive`. Files in `tests/golden` are written again
//! with `UPDATE_GOLDEN=1`.

mod common;
mod compile_fail;
mod inspect;
mod lifecycle;
mod policies;
mod proof;
mod storage;
mod submission;
mod testing;
mod traceability;
mod vocabulary;
