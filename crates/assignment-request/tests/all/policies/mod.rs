//! Policies at the edges of their rules (P1 to P10, Y1 to Y3), and what the tests of them share.

mod extensions;
mod questions;
mod route;

use assignment_request::Policy;

use crate::common::Setup;

pub(crate) fn compile(setup: &Setup) -> Vec<String> {
    match Policy::compile(&setup.spec, &setup.limits) {
        Ok(_) => Vec::new(),
        Err(violations) => violations
            .violations()
            .iter()
            .map(|violation| format!("{} {}", violation.code(), violation.place))
            .collect(),
    }
}
