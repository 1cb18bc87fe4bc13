//! Reads scenarios from a file that holds one, or one per line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use crate::replay::scenario::Scenario;
use crate::replay::source_error::{MAXIMUM_SCENARIO, SourceError};

/// The size of the input buffer, in bytes.
const INPUT_BUFFER: usize = 256 * 1024;

/// The scenarios of a file, read one after the other, so that memory does not grow with the file.
pub(crate) struct Source {
    reader: Box<dyn BufRead>,
    line: usize,
    /// The number of bytes read.
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

    /// Returns the number of bytes read so far.
    pub(crate) const fn position(&self) -> u64 {
        self.position
    }

    /// Returns the next scenario, or `None` at the end of the file.
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
        // If the first line is only the beginning of a scenario, the whole file is one scenario.
        if std::mem::replace(&mut self.is_first, false) && self.only_begins() {
            self.read_rest()?;
        }
        let line = self.line;
        // The text has no line break at its end, so that the fault of a truncated line is placed in that line, not in
        // the next.
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
