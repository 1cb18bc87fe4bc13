//! The machine as a transition relation, written once and read in two ways: as values it is compared with the machine at
//! every step that the laws judge, and as SMT-LIB a solver proves its promises for every policy, request and time.
//!
//! | module | what it holds |
//! |---|---|
//! | [`logic`] | what the relation is written in, and its reading as values |
//! | [`smt`] | its reading as terms of SMT-LIB |
//! | [`state`] | what it is about: a request, its policy, a command |
//! | [`steps`] | the steps, and the guards of each |
//! | [`promises`] | what holds for every state and every step |
//! | [`proof`] | the questions for the solver |
//! | [`abstraction`] | a request and a command as the relation sees them |
//! | [`link`] | the comparison with the machine |

pub mod abstraction;
pub mod link;
pub mod logic;
pub mod promises;
pub mod proof;
pub mod smt;
pub mod state;
pub mod steps;
