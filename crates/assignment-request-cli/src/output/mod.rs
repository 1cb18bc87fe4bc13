//! Everything that the tool prints goes through this module: no other code opens standard output or standard error
//! (`clippy.toml` forbids it).
//!
//! Most of what the tool prints comes from elsewhere: members of bodies, file names, messages of libraries. A terminal
//! obeys control characters, and a log reads a line break as the end of an entry. So text for people goes through
//! [`Page`] and [`complain`], which escape such characters and limit the length of a line. JSON goes through [`Lines`],
//! which escapes them as JSON does.

mod json;
mod shown;

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anstyle::Style;
use assignment_request::{PolicyViolation, Rule, Violation, Violations};
use serde::Serialize;
use shown::Line;

pub(crate) use json::for_people;
pub(crate) use shown::{cut, file_name};

/// The largest number of violations in a line (rule J17).
pub(crate) const MOST_VIOLATIONS: usize = 100;
/// The longest message of a library, or JSON path, in a line for people, in characters.
pub(crate) const LONGEST_MESSAGE: usize = 512;
/// The largest number of violations in a message. They share one line of limited length.
const MOST_VIOLATIONS_IN_A_MESSAGE: usize = 20;
/// The size of the output buffer for JSON, in bytes.
const OUTPUT_BUFFER: usize = 64 * 1024;

/// Prints the tool's own text unchanged.
#[expect(clippy::disallowed_methods, reason = "this is where the tool prints")]
pub(crate) fn print(text: &str) -> ExitCode {
    let mut writer = io::stdout().lock();
    let is_done = is_written(writer.write_all(text.as_bytes()).and_then(|()| writer.flush()));
    if is_done { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

/// Prints a message on standard error, on one line. If standard error is closed, the message is lost.
#[expect(clippy::disallowed_methods, reason = "this is where the tool prints")]
pub(crate) fn complain(message: &dyn Display) {
    let mut line = Line::default();
    line.push(message);
    let _ = io::stderr().lock().write_all(line.end().as_bytes());
}

/// Whether standard error is a terminal and standard output is not, so that a progress bar disturbs no output.
#[expect(clippy::disallowed_methods, reason = "nothing is printed")]
pub(crate) fn only_messages_are_seen() -> bool {
    io::stderr().is_terminal() && !io::stdout().is_terminal()
}

/// Prints `clap`'s answer to the arguments: help, the version, or an error.
#[expect(clippy::disallowed_methods, reason = "this is where the tool prints")]
pub(crate) fn answer_arguments(mut error: clap::Error) -> ExitCode {
    shown::escape_arguments(&mut error);
    // If neither stream can be written, the message is lost.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// Text for people on standard output, coloured on a terminal.
///
/// Everything written to it is escaped, line breaks too. Only [`end_line`](Self::end_line) ends a line.
pub(crate) struct Page {
    writer: anstream::AutoStream<io::StdoutLock<'static>>,
    line: Line,
}

impl Page {
    #[expect(clippy::disallowed_methods, reason = "this is where the tool prints")]
    pub(crate) fn open() -> Self {
        Self { writer: anstream::stdout().lock(), line: Line::default() }
    }

    /// Appends a text to the line.
    pub(crate) fn write(&mut self, text: impl Display) -> &mut Self {
        self.line.push(&text);
        self
    }

    /// Appends a styled text to the line.
    pub(crate) fn styled(&mut self, style: Style, text: impl Display) -> &mut Self {
        self.line.push_style(&style.render());
        self.line.push(&text);
        self.line.push_style(&style.render_reset());
        self
    }

    /// Writes the line and starts the next.
    pub(crate) fn end_line(&mut self) -> io::Result<()> {
        self.writer.write_all(self.line.end().as_bytes())?;
        self.line = Line::default();
        Ok(())
    }

    /// Writes what is buffered.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// JSON objects on standard output, one per line.
pub(crate) struct Lines {
    writer: BufWriter<io::StdoutLock<'static>>,
    line: Vec<u8>,
}

impl Lines {
    #[expect(clippy::disallowed_methods, reason = "this is where the tool prints")]
    pub(crate) fn open() -> Self {
        Self { writer: BufWriter::with_capacity(OUTPUT_BUFFER, io::stdout().lock()), line: Vec::new() }
    }

    /// Writes a line.
    pub(crate) fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, line)?;
        self.writer.write_all(&json::for_machines(&self.line))?;
        self.writer.write_all(b"\n")
    }

    /// Writes what is buffered.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// A broken rule, of a draft or of a policy.
pub(crate) trait BrokenRule: Display {
    fn code(&self) -> &'static str;
    fn rule(&self) -> Rule;
    fn path(&self) -> String;
}

macro_rules! impl_broken_rule {
    ($($violation:ident)+) => {
        $(impl BrokenRule for $violation {
            fn code(&self) -> &'static str {
                self.code()
            }

            fn rule(&self) -> Rule {
                self.rule()
            }

            fn path(&self) -> String {
                self.place.to_string()
            }
        })+
    };
}

impl_broken_rule!(Violation PolicyViolation);

/// Returns the first violations in one message, each with its rule, and the number of those left out.
pub(crate) fn in_a_message<V: BrokenRule>(violations: &Violations<V>) -> String {
    let shown = |violation: &V| format!("{violation} ({})", violation.rule());
    let first: Vec<_> = violations.iter().take(MOST_VIOLATIONS_IN_A_MESSAGE).map(shown).collect();
    let left_out = violations.iter().len() - first.len();
    let more = if left_out == 0 { String::new() } else { format!("; and {left_out} more") };
    first.join("; ") + &more
}

/// Reports on standard error what is wrong with the output, and returns whether nothing is. A reader that closes the pipe
/// early is not an error.
pub(crate) fn is_written(outcome: io::Result<()>) -> bool {
    match outcome {
        Ok(()) => true,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => true,
        Err(error) => {
            complain(&format_args!("cannot write the output: {error}"));
            false
        }
    }
}
