//! The small types that all other modules use: generations of the API, errors of reading, options, names.

pub(crate) mod api;
pub(crate) mod error;
pub(crate) mod name;
pub(crate) mod options;
