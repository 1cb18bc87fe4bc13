//! How strictly bodies are read.

/// Limits for a body. The defaults are safe for bodies from anywhere (rules J1 and J4).
///
/// ```
/// use assignment_request_graph::{ReadOptions, UnknownMembers};
///
/// let options = ReadOptions { max_bytes: 64 * 1024, ..ReadOptions::default() };
/// assert_eq!((options.max_depth, options.unknown_members), (32, None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// How many bytes a body may have. By default 1 MiB.
    pub max_bytes: usize,
    /// How many levels of objects and arrays a body may have; the outermost is the first. By default 32.
    pub max_depth: usize,
    /// How unknown members are handled. By default they are refused in requests, callbacks and decisions, and ignored
    /// in policies and in resources.
    pub unknown_members: Option<UnknownMembers>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { max_bytes: 1024 * 1024, max_depth: 32, unknown_members: None }
    }
}

/// How members that a body does not have are handled (rule J4). Annotations are ignored either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnknownMembers {
    /// The body is refused.
    Refuse,
    /// They are read as strictly as all else, and dropped. But a name that differs from a known one only in ASCII case
    /// is refused, and so is a `state` or `status` beside a callback's `data`.
    Ignore,
}
