//! A request from submission to delivery: `cargo run -p assignment-request-examples --example quickstart`.

use std::error::Error;

use assignment_request::{
    Action, Actor, Command, DeliveryOutcome, Limits, Policy, RequestId, Role, SubjectId, Timestamp,
};
use assignment_request_graph::{ReadOptions, read_create, read_policy};

fn main() -> Result<(), Box<dyn Error>> {
    let options = ReadOptions::default();
    // Users may request access for themselves, and no approval is needed.
    let policy = br#"{"requestorSettings": {"enableTargetsToSelfAddAccess": true}}"#;
    let policy = Policy::compile(&read_policy(policy, &options)?, &Limits::default())?;

    // Ada asks. The program supplies time and ids; the library reads no clock.
    let body = br#"{"requestType": "userAdd", "assignment": {"accessPackageId": "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11"}}"#;
    let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    let (mut request, submitted) =
        policy.submit(RequestId::from_u128(1), &read_create(body, &options)?, None, ada, now)?;
    println!("Ada asks: {} -> {}, {}", submitted.name(), request.state(), request.status());

    // Each command returns events, or a refusal with its reason.
    let system = Actor::new(SubjectId::from_u128(2), Role::System);
    let delivered = Action::ReportDelivery { attempt: 1, outcome: DeliveryOutcome::Delivered };
    for action in [Action::Process { target: None }, delivered.clone(), delivered] {
        let name = action.kind();
        match request.handle(&Command::new(system, action), now) {
            Ok(events) => {
                let names: Vec<_> = events.iter().map(assignment_request::Event::name).collect();
                println!("{name}: {} -> {}, {}", names.join(", "), request.state(), request.status());
            }
            Err(refusal) => println!("{name}: {}, since {refusal}", refusal.code()),
        }
    }
    Ok(())
}
