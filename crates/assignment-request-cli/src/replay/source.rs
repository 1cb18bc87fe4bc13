//! Where scenarios come from: a file with one, or with one a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::scenario::Scenario;

/// How large a scenario may be, in bytes.
const MAXIMUM_SCENARIO: u64 = 64 * 1024 * 1024;
/// How many bytes are read at once.
const INPUT_BUFFER: usize = 256 * 1024;

/// Why scenarios cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// A scenario is too large.
    #[error("line {line}: a scenario has more than {MAXIMUM_SCENARIO} bytes")]
    TooLarge {
        /// Where it begins.
        line: usize,
    },
    /// A scenario is not of the form.
    #[error("line {line}, column {column}: {}{message}", At(path))]
    Form {
        /// Where the fault is.
        line: usize,
        /// Where the fault is, from 1, in bytes.
        column: usize,
        /// The JSON path of the fault; empty at the root.
        path: String,
        /// What is wrong.
        message: String,
    },
    /// There is no scenario.
    #[error("there is no scenario in it")]
    Empty,
}

struct At<'a>(&'a str);

impl std::fmt::Display for At<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, "`{}`: ", self.0) }
    }
}

/// The scenarios of a file, one after the other, so that memory does not grow with the file.
pub(crate) struct Source {
    reader: Box<dyn BufRead>,
    line: usize,
    /// How many bytes were read.
    position: u64,
    text: Vec<u8>,
    is_first: bool,
}

impl Source {
    pub(crate) fn open(file: &Path) -> Result<Self, SourceError> {
        let reader: Box<dyn BufRead> = if file.as_os_str() == "-" {
            Box::new(BufReader::with_capacity(INPUT_BUFFER, io::stdin()))
        } else {
            Box::new(BufReader::with_capacity(INPUT_BUFFER, File::open(file)?))
        };
        Ok(Self { reader, line: 0, position: 0, text: Vec::new(), is_first: true })
    }

    /// How many bytes were read so far.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    /// The next scenario; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Scenario<'_>>, SourceError> {
        loop {
            self.text.clear();
            self.line += 1;
            let read = self.read_line()?;
            if read == 0 {
                return if self.is_first { Err(SourceError::Empty) } else { Ok(None) };
            }
            if !self.text.trim_ascii().is_empty() {
                break;
            }
        }
        // A first line that only begins a scenario begins a file that is one scenario.
        if std::mem::replace(&mut self.is_first, false) && self.only_begins() {
            self.read_rest()?;
        }
        let line = self.line;
        // Without the line break at the end, so that what is cut off is placed in its own line, not in the next.
        let text = std::str::from_utf8(self.text.trim_ascii_end()).map_err(|error| {
            let before = self.text.get(..error.valid_up_to()).unwrap_or_default();
            let mut lines = before.split(|byte| *byte == b'\n');
            let column = lines.next_back().map_or(0, <[u8]>::len) + 1;
            SourceError::Form {
                line: line + lines.count(),
                column,
                path: String::new(),
                message: "the text is not UTF-8".to_owned(),
            }
        })?;
        Scenario::read(text, line).map(Some)
    }

    fn only_begins(&self) -> bool {
        serde_json::from_slice::<serde::de::IgnoredAny>(&self.text).is_err_and(|error| error.is_eof())
    }

    fn read_line(&mut self) -> Result<usize, SourceError> {
        let read = (&mut self.reader).take(MAXIMUM_SCENARIO + 1).read_until(b'\n', &mut self.text)?;
        self.position += u64::try_from(read).unwrap_or(u64::MAX);
        self.check_size()?;
        Ok(read)
    }

    fn read_rest(&mut self) -> Result<(), SourceError> {
        let read = (&mut self.reader).take(MAXIMUM_SCENARIO + 1).read_to_end(&mut self.text)?;
        self.position += u64::try_from(read).unwrap_or(u64::MAX);
        self.check_size()
    }

    fn check_size(&self) -> Result<(), SourceError> {
        let is_too_large = u64::try_from(self.text.len()).map_or(true, |size| size > MAXIMUM_SCENARIO);
        if is_too_large { Err(SourceError::TooLarge { line: self.line }) } else { Ok(()) }
    }
}
