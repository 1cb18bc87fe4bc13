//! No request without a submission.
use assignment_request::Request;

fn main() {
    let _ = Request {};
}
