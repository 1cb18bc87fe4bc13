//! The lines that `check` prints.

use std::io;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use assignment_request::Violations;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::check::arguments::Kind;
use crate::check::judge::CheckError;
use crate::check::understood::Understood;
use crate::output::{BrokenRule, LONGEST_MESSAGE, MOST_VIOLATIONS, Page, cut, file_name, for_people};

/// The result of checking one file.
pub(crate) struct Line<'a> {
    pub(crate) file: &'a Path,
    pub(crate) kind: Kind,
    pub(crate) outcome: &'a Result<Understood, CheckError>,
}

/// A broken rule, as a line shows it.
#[derive(serde::Serialize)]
struct Fault {
    code: &'static str,
    rule: &'static str,
    path: String,
    message: String,
}

impl CheckError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code().into(),
            Self::Policy(_) => "invalidPolicy",
            Self::Draft(_) => "invalidRequest",
        }
    }

    /// Returns the broken rules, and how many more there are (rule J17). Both are empty if the body cannot be read.
    fn faults(&self) -> (Vec<Fault>, usize) {
        match self {
            Self::Unreadable(_) => (Vec::new(), 0),
            Self::Policy(error) => faults(error.violations()),
            Self::Draft(violations) => faults(violations),
        }
    }
}

fn faults<V: BrokenRule>(violations: &Violations<V>) -> (Vec<Fault>, usize) {
    let fault = |violation: &V| Fault {
        code: violation.code(),
        rule: violation.rule().as_str(),
        path: violation.path(),
        message: violation.to_string(),
    };
    let first: Vec<_> = violations.iter().take(MOST_VIOLATIONS).map(fault).collect();
    let left_out = violations.iter().len() - first.len();
    (first, left_out)
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut line = serializer.serialize_map(None)?;
        line.serialize_entry("file", &self.file.to_string_lossy())?;
        line.serialize_entry("ok", &self.outcome.is_ok())?;
        match self.outcome {
            Ok(understood) => {
                line.serialize_entry("as", <&str>::from(self.kind))?;
                line.serialize_entry("understood", understood)?;
            }
            Err(refusal) => {
                line.serialize_entry("code", refusal.code())?;
                if let CheckError::Unreadable(error) = refusal {
                    line.serialize_entry("path", error.path())?;
                    line.serialize_entry("line", &error.line())?;
                    line.serialize_entry("column", &error.column())?;
                    line.serialize_entry("message", &error.to_string())?;
                } else {
                    let (faults, left_out) = refusal.faults();
                    line.serialize_entry("violations", &faults)?;
                    if left_out > 0 {
                        line.serialize_entry("violationsLeftOut", &left_out)?;
                    }
                }
            }
        }
        line.end()
    }
}

/// Writes the result for people: one line, or one for each violation.
pub(crate) fn write_text(line: &Line<'_>, page: &mut Page) -> io::Result<()> {
    const FILE: Style = Style::new().bold();
    const ACCEPTED: Style = AnsiColor::Green.on_default();
    const REFUSED: Style = AnsiColor::Red.on_default().bold();
    const PLACE: Style = AnsiColor::Cyan.on_default();
    let file = file_name(line.file);
    let refusal = match line.outcome {
        Ok(understood) => {
            let kind: &str = line.kind.into();
            page.styled(FILE, file).write(": ").styled(ACCEPTED, "accepted");
            page.write(format_args!(" as {kind}: {}", for_people(&serde_json::to_string(understood)?)));
            return page.end_line();
        }
        Err(refusal) => refusal,
    };
    if let CheckError::Unreadable(error) = refusal {
        page.styled(FILE, file);
        if let (Some(line), Some(column)) = (error.line(), error.column()) {
            page.styled(PLACE, format_args!(":{line}:{column}"));
        }
        page.write(": ").styled(REFUSED, error.code()).write(": ").write(error);
        if !error.path().is_empty() {
            page.write(format_args!(" (at `{}`)", cut(error.path(), LONGEST_MESSAGE)));
        }
        return page.end_line();
    }
    let (faults, left_out) = refusal.faults();
    for fault in faults {
        page.styled(FILE, &file).write(": ").styled(REFUSED, fault.code).write(": ").write(fault.message);
        page.write(format_args!(" ({})", fault.rule));
        page.end_line()?;
    }
    if left_out > 0 {
        page.styled(FILE, &file).write(format_args!(": and {left_out} more violations")).end_line()?;
    }
    Ok(())
}
