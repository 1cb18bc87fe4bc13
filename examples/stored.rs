//! A request that is stored: `cargo run -p assignment-request-examples --example stored`.

use assignment_request::{Action, Actor, Command, DeliveryOutcome, Limits, Policy, Role, SubjectId, Task};
use assignment_request_graph::{ReadOptions, read_create, read_policy};
use assignment_request_store::{Claimed, Store, Viewer};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let store = Store::open("sqlite::memory:").await?; // or a file: `sqlite:requests.db`
    let policy = br#"{"requestorSettings": {"enableTargetsToSelfAddAccess": true}}"#;
    let policy = Policy::compile(&read_policy(policy, &ReadOptions::default())?, &Limits::default())?;
    let body = br#"{"requestType": "userAdd", "assignment": {"accessPackageId": "0b5dd43b-96b4-4d5c-a7f3-2f0f8f0f3c11"}}"#;
    let draft = read_create(body, &ReadOptions::default())?;
    let (id, now) = ("4d9ffde9-4b0a-4a75-a2a4-3b4b0b6ad0cf".parse()?, "2026-01-05T09:00:00Z".parse()?);
    store.submit(&policy, id, &draft, None, Actor::new(SubjectId::from_u128(0xada), Role::User), now).await?;
    let system = |action| Ok(vec![Command::new(Actor::new(SubjectId::from_u128(2), Role::System), action)]);
    let work = async |task: &Claimed| match task.task {
        Task::Process => system(Action::Process { target: None }),
        Task::Fulfill { attempt, .. } => {
            system(Action::ReportDelivery { attempt, outcome: DeliveryOutcome::Delivered })
        }
        other => Err(format!("this policy asks for no {other:?}")),
    };
    store.run_until_idle(|| now, work).await?;
    println!("{}", store.load(id, Viewer::Host).await?.describe(now));
    Ok(())
}
