//! Reads the files that describe the example's organization.

use std::path::Path;

use assignment_request_graph::ReadOptions;
use serde::de::DeserializeOwned;

use crate::directory::Directory;
use crate::extensions::Extensions;
use crate::packages::Packages;

/// Policies and extensions are read as their administrators wrote them.
pub(crate) const OPTIONS: ReadOptions =
    ReadOptions { max_bytes: 1024 * 1024, max_depth: 32, unknown_members: None };

/// What the files of a folder say.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) directory: Directory,
    pub(crate) extensions: Extensions,
    pub(crate) packages: Packages,
}

impl Data {
    /// Reads `people.json`, `extensions.json` and the files in `packages`.
    pub(crate) fn read(folder: &Path) -> Result<Self, DataError> {
        let directory = Directory::read(&folder.join("people.json"))?;
        let extensions = Extensions::read(&folder.join("extensions.json"), &directory)?;
        let packages = Packages::read(&folder.join("packages"), &extensions)?;
        Ok(Self { directory, extensions, packages })
    }
}

/// A file of the data cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub(crate) struct DataError {
    path: String,
    reason: String,
}

impl DataError {
    pub(crate) fn new(path: &Path, reason: impl Into<String>) -> Self {
        Self { path: path.display().to_string(), reason: reason.into() }
    }
}

pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, DataError> {
    let wrong = |reason: &dyn ToString| DataError::new(path, reason.to_string());
    let text = std::fs::read(path).map_err(|error| wrong(&error))?;
    serde_json::from_slice(&text).map_err(|error| wrong(&error))
}
