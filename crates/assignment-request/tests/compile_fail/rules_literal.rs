//! No rules that were not validated.
use assignment_request::{Policy, Preset, Rules};

fn main() {
    let _ = Rules(Preset::Portal.spec());
}

fn unchecked(policy: Policy) -> Policy {
    policy.with_rules(Preset::Portal.spec())
}
