//! How far a long replay is, for whoever waits at a terminal.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{complain, only_messages_are_seen};

/// How long a replay runs before it is a long one.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar on standard error, once the replay is a long one. There is none where standard error is no terminal, nor where
/// the lines themselves are printed on the terminal.
pub(crate) struct Progress {
    /// When the replay began; none where no bar is wanted.
    began: Option<Instant>,
    /// How many bytes there are to read; none where that cannot be known.
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
            // Both templates are well-formed; one that is not would leave the usual bar.
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

    /// Says something on standard error, above the bar.
    pub(crate) fn complain(&self, message: &dyn Display) {
        match &self.bar {
            Some(bar) => bar.suspend(|| complain(message)),
            None => complain(message),
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
