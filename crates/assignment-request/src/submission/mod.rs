//! From a draft to a request: drafts, the rules of creation, and the violations that they find.

pub(crate) mod answers;
pub(crate) mod draft;
pub(crate) mod judge;
pub(crate) mod violation;
