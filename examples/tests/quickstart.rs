//! The quickstart prints what the documentation shows.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;

#[test]
fn it_prints_what_happens() {
    let output = common::example("quickstart").output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "\
Ada asks: submitted -> submitted, Accepted
process: approved, deliveryStarted, fulfillmentOrdered -> delivering, Delivering
reportDelivery: delivered -> delivered, Fulfilled
reportDelivery: alreadyReported, since `delivered` was reported before
"
    );
}
