//! From a draft to a request: drafts, the rules of creation, and what they find.

pub(crate) mod answers;
pub(crate) mod draft;
pub(crate) mod judge;
pub(crate) mod violation;
