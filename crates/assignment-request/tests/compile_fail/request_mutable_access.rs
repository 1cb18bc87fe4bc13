//! Nothing of a request can be borrowed mutably.
use assignment_request::Request;

fn forget(request: &mut Request) {
    request.callouts().clear();
    *request.phase() = assignment_request::Phase::Delivered;
}

fn main() {}
