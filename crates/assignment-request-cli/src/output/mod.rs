//! Everything that the tool prints goes through this module: nothing else opens standard output or standard error
//! (`clippy.toml` forbids it).
//!
//! Most of what the tool prints comes from elsewhere: members of bodies, names of files, messages of libraries about
//! them. A terminal obeys control characters, and a log takes a line break for the end of an entry. So text for people
//! goes through [`Page`] and [`complain`], which escape such characters and bound a line, and JSON goes through
//! [`Lines`], which escapes them as JSON does.

mod json;
mod shown;

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anstyle::Style;
use assignment_request::Violations;
use serde::Serialize;

pub(crate) use json::for_people;
use shown::Line;
pub(crate) use shown::{cut, file_name};

/// How many violations a line carries at most (rule J17).
pub(crate) const MOST_VIOLATIONS: usize = 100;
/// How many characters a message of a library, or a JSON path, has at most in a line for people.
pub(crate) const LONGEST_MESSAGE: usize = 512;
/// How many violations a message carries at most. They share one line of bounded length.
const MOST_VIOLATIONS_IN_A_MESSAGE: usize = 20;
/// How many bytes of JSON are gathered before they are written.
const OUTPUT_BUFFER: usize = 64 * 1024;

/// Prints a text of the tool's own, as it is.
#[expect(clippy::disallowed_methods, reason = "this is where the tool prints")]
pub(crate) fn print(text: &str) -> ExitCode {
    let mut writer = io::stdout().lock();
    let is_done = is_written(writer.write_all(text.as_bytes()).and_then(|()| writer.flush()));
    if is_done { ExitCode::SUCCESS } else { ExitCode::from(2) }
}

/// Says something on standard error, on one line. If that is closed, no one can be told.
#[expect(clippy::disallowed_methods, reason = "this is where the tool prints")]
pub(crate) fn complain(message: &dyn Display) {
    let mut line = Line::default();
    line.push(message);
    let _ = io::stderr().lock().write_all(line.end().as_bytes());
}

/// Whether standard error is a terminal and standard output is not: a bar would disturb no line there.
#[expect(clippy::disallowed_methods, reason = "nothing is printed")]
pub(crate) fn only_messages_are_seen() -> bool {
    io::stderr().is_terminal() && !io::stdout().is_terminal()
}

/// Prints what `clap` has to say of the arguments: help, the version, or what is wrong with them.
#[expect(clippy::disallowed_methods, reason = "this is where the tool prints")]
pub(crate) fn answer_arguments(mut error: clap::Error) -> ExitCode {
    shown::escape_arguments(&mut error);
    // If neither stream can be written, no one can be told.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

/// Text for people on standard output, with colours if it is a terminal.
///
/// Every text that is written is escaped, its line breaks too. Only [`end_line`](Self::end_line) ends a line.
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

    /// Appends a text in a style to the line.
    pub(crate) fn styled(&mut self, style: Style, text: impl Display) -> &mut Self {
        self.line.push_style(&style.render());
        self.line.push(&text);
        self.line.push_style(&style.render_reset());
        self
    }

    /// Writes the line, and begins the next.
    pub(crate) fn end_line(&mut self) -> io::Result<()> {
        self.writer.write_all(self.line.end().as_bytes())?;
        self.line = Line::default();
        Ok(())
    }

    /// Hands on what was written.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// JSON objects on standard output, one a line.
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

    /// Hands on what was written.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Returns the first violations in one message, and how many more there are.
pub(crate) fn in_a_message<V: Display>(violations: &Violations<V>) -> String {
    let first: Vec<_> =
        violations.iter().take(MOST_VIOLATIONS_IN_A_MESSAGE).map(ToString::to_string).collect();
    let left_out = violations.iter().len() - first.len();
    let more = if left_out == 0 { String::new() } else { format!("; and {left_out} more") };
    first.join("; ") + &more
}

/// Whether there is nothing wrong with the output; what is wrong is said on standard error. That whoever reads it has
/// seen enough is not.
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
