//! JSON text, read strictly and once: no member twice, no depth beyond the limit, and a place for every fault.
//!
//! What is JSON and what is not, `jiter` says, token by token; what else is asked of a body, and where it is broken, is
//! here.
//!
//! Why `jiter`: it is pulled, so that nothing recurses and nothing is kept that nobody asked for; it borrows from the
//! text; and it tells the offset of every token and fault. Others are no faster at bodies of this size, or say less.
//! `simd-json` writes a tape of the whole body first, which takes as long as `jiter` takes to read it; it changes the
//! bytes it reads, knows the offset neither of values nor of every fault, and refuses numbers that do not fit.
//! `sonic-rs` skims no faster, and has nothing to pull. `hifijson` has no unsafe code and no dependencies, but takes
//! twice as long. `serde_json` reads its own types fastest, but cannot be pulled.

mod fault;
mod member;
mod names;
mod path;
mod reader;
mod value;

pub(crate) use member::{match_member, unqualified};
pub(crate) use reader::{Limits, Reader};
