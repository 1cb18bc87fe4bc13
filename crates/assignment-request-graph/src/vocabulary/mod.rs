//! The small types that every other room uses: generations of the API, errors of reading, options, names.

pub(crate) mod api;
pub(crate) mod error;
pub(crate) mod name;
pub(crate) mod options;
