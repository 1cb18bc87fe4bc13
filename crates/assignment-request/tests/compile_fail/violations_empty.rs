//! Violations are never empty.
use assignment_request::{Violation, Violations};

fn main() {
    let _ = Violations::<Violation>::default();
    let _ = Violations::<Violation>(Vec::new());
}
