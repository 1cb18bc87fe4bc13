//! A request's life, from asking to having: `cargo run -p assignment-request-examples --example quickstart`.

use std::error::Error;

use assignment_request::{Action, Actor, Command, DeliveryOutcome, Limits, Policy, Role, Timestamp};
use assignment_request_graph::{ReadOptions, read_create, read_policy};
use uuid::Uuid;

fn main() -> Result<(), Box<dyn Error>> {
    let options = ReadOptions::default();
    // Whoever wants access may ask for it themselves, and nobody has to approve.
    let policy = br#"{"requestorSettings": {"enableTargetsToSelfAddAccess": true}}"#;
    let policy = Policy::compile(&read_policy(policy, &options)?, &Limits::DEFAULT)?;

    // Ada asks. Time and ids are the program's; the library reads no clock.
    let body = br#"{"requestType": "userAdd", "assignment": {"accessPackageId": "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11"}}"#;
    let ada = Actor::new(Uuid::from_u128(0xada), Role::User);
    let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    let (mut request, submitted) =
        policy.submit(Uuid::from_u128(1), &read_create(body, &options)?, None, ada, now)?;
    println!("Ada asks: {} -> {}, {}", submitted.name(), request.state(), request.status());

    // Each command gives events, or a refusal that says why.
    let system = Actor::new(Uuid::from_u128(2), Role::System);
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
