//! Reads whole files, of limited size.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The largest size of a file, in bytes. The adapter limits bodies further.
const MAXIMUM_FILE: u64 = 64 * 1024 * 1024;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    /// The operating system reports an error.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The file is too large.
    #[error("cannot be read: it has more than {MAXIMUM_FILE} bytes")]
    TooLarge,
}

/// Reads a file, or standard input if it is `-`.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let limit = MAXIMUM_FILE + 1;
    let length = if file.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?
    } else {
        File::open(file)?.take(limit).read_to_end(&mut bytes)?
    };
    if u64::try_from(length).is_ok_and(|length| length <= MAXIMUM_FILE) {
        Ok(bytes)
    } else {
        Err(InputError::TooLarge)
    }
}
