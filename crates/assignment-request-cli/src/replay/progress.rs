//! The progress bar of a long replay.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{complain, only_messages_are_seen};

/// How long a replay runs before the bar appears.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error that appears if the replay takes long. There is no bar if standard error is not a terminal,
/// or if the lines themselves go to the terminal.
pub(crate) struct Progress {
    /// When the replay began. `None` if no bar is wanted.
    began: Option<Instant>,
    /// The number of bytes to read. `None` if it is not known.
    length: Option<u64>,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn over(files: &[PathBuf]) -> Self {
        let is_wanted = only_messages_are_seen();
        let length = |file: &PathBuf| {
            std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file).map(|file| file.len())
        };
        Self { began: is_wanted.then(Instant::now), length: files.iter().map(length).sum(), bar: None }
    }

    /// Shows how many bytes have been read.
    pub(crate) fn advance(&mut self, position: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(position);
        } else if self.began.is_some_and(|began| began.elapsed() >= PATIENCE) {
            let bar = self.length.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
            // Both templates are well-formed; a malformed one would leave the default bar.
            let template = if self.length.is_some() {
                "replaying {bar:40} {percent}% of {total_bytes}, {eta} left"
            } else {
                "replaying {spinner} {bytes}"
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_position(position);
            self.bar = Some(bar);
        }
    }

    /// Prints a message on standard error, above the bar.
    pub(crate) fn complain(&self, message: &dyn Display) {
        match &self.bar {
            Some(bar) => bar.suspend(|| complain(message)),
            None => complain(message),
        }
    }

    /// Removes the bar.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
