//! Validated rules stay as they are.
use assignment_request::Rules;

fn change(rules: &mut Rules) {
    rules.spec().distinct_approvers = true;
    rules.0.distinct_approvers = true;
}

fn main() {}
