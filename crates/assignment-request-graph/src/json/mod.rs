//! JSON text, read strictly and once: no member twice, no depth beyond the limit, and a place for every fault.
//!
//! What is JSON and what is not, `jiter` says, token by token; what else is asked of a body, and where it is broken, is
//! here.

mod fault;
mod member;
mod path;
mod reader;
mod value;

pub(crate) use reader::{Limits, Reader};
