//! JSON text, read strictly and once: no member twice, no depth beyond the limit, and a place for every fault.

mod member;
mod number;
mod path;
mod reader;
mod string;
mod value;

pub(crate) use reader::{Limits, Reader};
