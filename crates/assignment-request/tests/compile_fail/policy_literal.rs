//! No policy that was not compiled.
use assignment_request::Policy;

fn main() {
    let _ = Policy { id: None };
}
