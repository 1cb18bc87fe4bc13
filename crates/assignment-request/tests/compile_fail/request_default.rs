//! No request from nothing.
use assignment_request::Request;

fn main() {
    let _ = Request::default();
}
