//! Bodies. Each file reads and writes one body.

pub(crate) mod approval_stage;
pub(crate) mod batch;
pub(crate) mod callout;
pub(crate) mod create;
pub(crate) mod decision;
pub(crate) mod error;
pub(crate) mod expiration;
pub(crate) mod no_parameters;
pub(crate) mod policy;
pub(crate) mod question_type;
pub(crate) mod resume;
pub(crate) mod stored;

#[cfg(test)]
mod testing;
