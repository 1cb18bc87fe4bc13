#![doc = include_str!("../../TESTING.md")]

mod history;
mod inputs;

pub use history::{History, Step, histories};
pub use inputs::{actors, commands, drafts, moments, policies, rules};
