//! The tests of the tool, in one program. Where to look:
//!
//! | module | what it holds |
//! |---|---|
//! | `replay_output`, `replay_files` | what `replay` prints, and the files that it reads or refuses |
//! | `check` | what `check` prints of bodies, lists, policies and extensions |
//! | `explain`, `timeline`, `surface` | the other commands, help and completions |
//! | `stored`, `database` | the commands on stored requests, in files and in stores |
//! | `hostile` | texts that would deceive a terminal or a log |
//! | `memory` | memory use does not grow with the input |
//! | `scenarios` | the scenarios of the folder `scenarios`: all pass, and together they show everything that there is |
//! | `traceability` | the scenarios show each rule of SPEC.md, or a test that is named there does |
//! | `published` | published payloads, if `CORPUS_DIR` names their folder |
//! | `pages` | the commands in the documentation print what the pages show |
//! | `architecture` | the rooms of all crates: imports go one way, without circles |
//! | `tool`, `replaying` | run the tool |
//!
//! One module: `cargo test -p assignment-request-cli --test all traceability`.

mod architecture;
mod check;
mod database;
mod explain;
mod hostile;
mod memory;
mod pages;
mod published;
mod replay_files;
mod replay_output;
mod replaying;
mod scenarios;
mod stored;
mod surface;
mod timeline;
mod tool;
mod traceability;

/// The tool's own reader of scenarios, for `traceability`.
#[path = "../../src/replay"]
mod replay {
    #![expect(dead_code, reason = "the tool uses the rest")]

    pub(crate) mod expect;
    pub(crate) mod line;
    pub(crate) mod perform;
    pub(crate) mod scenario;
    pub(crate) mod source;
    pub(crate) mod source_error;
}

/// What the reader of scenarios imports.
#[path = "../../src/output/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tool uses the rest")]
mod output;
