//! A request that is copied in every step, as in a service without shared parts.

use assignment_request::{
    Answer, CalloutStage, Command, Event, Extension, QuestionId, Request, RouteStage, Timestamp,
};

/// A request that owns everything. Its state is the library's; the parts that the library shares with other requests
/// and with events (texts, answers, route) are here again as plain owned data. Copying it copies everything.
#[derive(Clone)]
pub struct OwnedRequest {
    pub request: Request,
    #[expect(dead_code, reason = "it is copied, as all of a request without shared parts is")]
    content: Content,
}

/// The content of the request, and its route.
#[derive(Clone)]
#[expect(dead_code, reason = "as above")]
struct Content {
    justification: Option<String>,
    answers: Vec<OwnedAnswer>,
    stages: Vec<RouteStage>,
    extensions: Vec<Extension>,
}

#[derive(Clone)]
#[expect(dead_code, reason = "as above")]
struct OwnedAnswer {
    question_id: QuestionId,
    value: Option<String>,
    display_value: Option<String>,
}

impl From<&Answer> for OwnedAnswer {
    fn from(answer: &Answer) -> Self {
        Self {
            question_id: answer.question_id,
            value: answer.value.as_deref().map(str::to_owned),
            display_value: answer.display_value.as_deref().map(str::to_owned),
        }
    }
}

impl OwnedRequest {
    pub fn of(request: &Request) -> Self {
        let stages = [
            CalloutStage::AssignmentRequestCreated,
            CalloutStage::AssignmentRequestApproved,
            CalloutStage::AssignmentRequestGranted,
            CalloutStage::AssignmentRequestRemoved,
        ];
        let route = request.route();
        Self {
            request: request.clone(),
            content: Content {
                justification: request.justification().map(str::to_owned),
                answers: request.answers().iter().map(OwnedAnswer::from).collect(),
                stages: request.approval_stages().to_vec(),
                extensions: stages.into_iter().flat_map(|stage| route.extensions(stage)).copied().collect(),
            },
        }
    }

    /// Returns the changed copy. The rules are the library's own.
    pub fn step(&self, command: &Command, at: Timestamp, events: &mut Vec<Event>) -> Self {
        let mut copy = self.clone();
        step_copy(&mut copy.request, command, at, events);
        copy
    }
}

/// Judges a command for a copy of a request, and applies its events.
pub fn step_copy(copy: &mut Request, command: &Command, at: Timestamp, events: &mut Vec<Event>) {
    events.clear();
    copy.handle_into(command, at, events).expect("what is asked is allowed");
}
