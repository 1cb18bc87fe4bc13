//! How strictly bodies are read.

/// The limits of a body. The defaults are safe for bodies of any origin (rules J1 and J4).
///
/// ```
/// use assignment_request_graph::{ReadOptions, UnknownMembers};
///
/// let options = ReadOptions { max_bytes: 64 * 1024, ..ReadOptions::default() };
/// assert_eq!((options.max_depth, options.unknown_members), (32, None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// The highest number of bytes of a body. By default 1 MiB.
    pub max_bytes: usize,
    /// The highest number of nested levels of objects and arrays, counting the outermost one. By default 32.
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

/// How a member that its object does not know is handled (rule J4). Annotations are ignored either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnknownMembers {
    /// The body is refused.
    Refuse,
    /// The member is read as strictly as all others, and dropped. A name that differs from a known one only in ASCII
    /// case is still refused, and so is a `state` or `status` beside a callback's `data`.
    Ignore,
}
