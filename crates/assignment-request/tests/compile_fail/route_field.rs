//! The route is fixed at submission (I6).
use assignment_request::Route;

fn skip(route: &mut Route) {
    route.is_approval_required_for_add = false;
}

fn main() {}
