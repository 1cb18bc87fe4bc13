//! The JSON reader, and beside it the writer of everything that is written.
//!
//! The reader reads strictly and once: no duplicate member, no depth beyond the limit, and a place for every fault.
//! `jiter` decides token by token what is JSON. All other checks, and the place of each fault, are here.
//!
//! Why `jiter`: the reader pulls tokens from it, so that nothing recurses and no unused value is kept; it borrows from
//! the text; and it knows the offset of every token and fault. Others are no faster at bodies of this size, or report
//! less. `simd-json` writes a tape of the whole body first, which takes as long as `jiter` takes to read it; it
//! changes the bytes it reads, does not know the offsets of values nor of every fault, and refuses numbers that do not
//! fit. `sonic-rs` skips values no faster, and tokens cannot be pulled from it. `hifijson` has no unsafe code and no
//! dependencies, but takes twice as long. `serde_json` reads its own types fastest, but tokens cannot be pulled from
//! it.

pub(crate) mod body;
mod fault;
pub(crate) mod member;
pub(crate) mod name;
mod names;
mod path;
pub(crate) mod raw;
pub(crate) mod reader;
pub(crate) mod type_name;
pub(crate) mod value;
pub(crate) mod writer;
