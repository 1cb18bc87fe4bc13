//! What was submitted cannot be made up.
use assignment_request::{Submission, RequestId};

fn main() {
    let _ = Submission { id: RequestId::from_u128(0), is_validation_only: false };
}
