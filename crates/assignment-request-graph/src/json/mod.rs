//! The JSON reader, and the writer for everything that is written.
//!
//! The reader is strict and reads once: it allows no duplicate member and no depth beyond the limit, and gives every
//! fault a place. `jiter` decides token by token whether the text is JSON. All other checks, and the place of each
//! fault, are here.
//!
//! Why `jiter`: the reader pulls tokens from it, so nothing recurses and no unused value is kept; it borrows from the
//! text; and it knows the offset of every token and fault. Others are no faster at bodies of this size, or report less.
//! `simd-json` first writes a tape of the whole body, which takes as long as `jiter` takes to read it. It also changes
//! the bytes that it reads, does not know the offsets of values nor of every fault, and refuses numbers that do not
//! fit. `sonic-rs` skips values no faster, and does not let its user pull tokens. `hifijson` has no unsafe code and no
//! dependencies, but takes twice as long. `serde_json` is the fastest at reading its own types, but does not let its
//! user pull tokens.

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
