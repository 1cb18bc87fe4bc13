#![doc = include_str!("../../TESTING.md")]

pub mod diagram;
pub mod explore;
#[cfg(feature = "proptest")]
pub(crate) mod histories;
#[cfg(feature = "proptest")]
pub(crate) mod strategies;

#[cfg(feature = "proptest")]
pub use histories::{History, Step, histories};
#[cfg(feature = "proptest")]
pub use strategies::{actors, commands, drafts, policies, rules, timestamps};
