//! The lines that `check` prints.

use std::fmt::Display;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Kind;
use super::judge::Refusal;
use super::understood::Understood;

/// What became of a file.
pub(crate) struct Line<'a> {
    pub(crate) file: &'a str,
    pub(crate) kind: Kind,
    pub(crate) outcome: &'a Result<Understood, Refusal>,
}

/// A broken rule, as a line shows it.
#[derive(serde::Serialize)]
struct Fault {
    code: &'static str,
    path: String,
    message: String,
}

impl Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code().into(),
            Self::Policy(_) => "invalidPolicy",
            Self::Draft(_) => "invalidRequest",
        }
    }

    /// The broken rules; none where the body cannot be read.
    fn faults(&self) -> Vec<Fault> {
        fn fault(code: &'static str, path: &dyn Display, message: &dyn Display) -> Fault {
            Fault { code, path: path.to_string(), message: message.to_string() }
        }
        match self {
            Self::Unreadable(_) => Vec::new(),
            Self::Policy(found) => {
                found.iter().map(|found| fault(found.code(), &found.place, found)).collect()
            }
            Self::Draft(found) => {
                found.iter().map(|found| fault(found.code(), &found.place, found)).collect()
            }
        }
    }
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("file", self.file)?;
        line.serialize_entry("ok", &self.outcome.is_ok())?;
        match self.outcome {
            Ok(understood) => {
                line.serialize_entry("as", <&str>::from(self.kind))?;
                line.serialize_entry("understood", understood)?;
            }
            Err(refusal) => {
                line.serialize_entry("code", refusal.code())?;
                if let Refusal::Unreadable(error) = refusal {
                    line.serialize_entry("path", error.path())?;
                    line.serialize_entry("line", &error.line())?;
                    line.serialize_entry("column", &error.column())?;
                    line.serialize_entry("message", &error.to_string())?;
                } else {
                    line.serialize_entry("violations", &refusal.faults())?;
                }
            }
        }
        line.end()
    }
}

/// Writes the line for people. `writer` takes the colours out where they do not belong.
pub(crate) fn write_text<W: Write>(line: &Line<'_>, writer: &mut W) -> io::Result<()> {
    const FILE: Style = Style::new().bold();
    const ACCEPTED: Style = AnsiColor::Green.on_default();
    const REFUSED: Style = AnsiColor::Red.on_default().bold();
    const PLACE: Style = AnsiColor::Cyan.on_default();
    let file = line.file;
    let refusal = match line.outcome {
        Ok(understood) => {
            let kind: &str = line.kind.into();
            return writeln!(
                writer,
                "{FILE}{file}{FILE:#}: {ACCEPTED}accepted{ACCEPTED:#} as {kind}: {}",
                serde_json::to_string(understood)?
            );
        }
        Err(refusal) => refusal,
    };
    if let Refusal::Unreadable(error) = refusal {
        write!(writer, "{FILE}{file}{FILE:#}")?;
        if let (Some(line), Some(column)) = (error.line(), error.column()) {
            write!(writer, "{PLACE}:{line}:{column}{PLACE:#}")?;
        }
        write!(writer, ": {REFUSED}{}{REFUSED:#}: {error}", error.code())?;
        if !error.path().is_empty() {
            write!(writer, " (at `{}`)", error.path())?;
        }
        return writeln!(writer);
    }
    for fault in refusal.faults() {
        writeln!(writer, "{FILE}{file}{FILE:#}: {REFUSED}{}{REFUSED:#}: {}", fault.code, fault.message)?;
    }
    Ok(())
}
