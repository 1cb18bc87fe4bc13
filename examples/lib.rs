//! What the example programs share with the tests of them.

pub mod store;
