//! What was submitted cannot be made up.
use assignment_request::Submission;
use uuid::Uuid;

fn main() {
    let _ = Submission { id: Uuid::nil(), is_validation_only: false };
}
