//! What the library costs a host, in time, at each point where the host calls it. For people to read; nothing here can
//! fail.
//!
//! `cargo bench --manifest-path benches/Cargo.toml`

use assignment_request::{Limits, Policy, Request};
use assignment_request_benches::{Fixture, Step, steps};
use assignment_request_graph::{ApiVersion, ReadOptions, read_create, write_request};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// Saving a policy: a host compiles it once, when an administrator changes it or the host starts.
#[divan::bench]
fn compile_everyday_policy(bencher: Bencher<'_, '_>) {
    let fixture = Fixture::new();
    bencher.bench_local(|| {
        Policy::compile(black_box(fixture.spec()), &Limits::default()).expect("a good policy")
    });
}

/// A user presses "Request": from the bytes of the body to the draft.
#[divan::bench]
fn read_a_create_body(bencher: Bencher<'_, '_>) {
    let fixture = Fixture::new();
    let mut bodies = fixture.create_bodies().cycle();
    bencher
        .with_inputs(|| bodies.next().expect("there are bodies"))
        .bench_local_values(|body| read_create(body, &ReadOptions::default()).expect("a good body"));
}

/// A page of "My requests" writes each of its requests once.
#[divan::bench]
fn write_a_resource(bencher: Bencher<'_, '_>) {
    let fixture = Fixture::new();
    let mut requests = fixture.submitted().iter().cycle();
    let mut out = Vec::with_capacity(16 * 1024);
    bencher.with_inputs(|| requests.next().expect("there are requests")).bench_local_values(|request| {
        out.clear();
        write_request(request, ApiVersion::V1_0, &mut out);
    });
}

/// All commands of a request after submission, about eight: what the request costs its host in total.
#[divan::bench]
fn submission_to_delivery(bencher: Bencher<'_, '_>) {
    let fixture = Fixture::new();
    let playbacks: Vec<(&Request, Vec<Step>)> =
        fixture.submitted().iter().map(|request| (request, steps(request.clone()))).collect();
    let mut next = playbacks.iter().cycle();
    bencher
        .with_inputs(|| {
            let (request, steps) = next.next().expect("there are lives");
            ((*request).clone(), steps)
        })
        .bench_local_values(|(mut request, steps)| {
            let mut events = Vec::with_capacity(16);
            for step in steps {
                events.clear();
                request.handle_into(&step.command, step.at, &mut events).expect("what is asked is allowed");
            }
            request
        });
}
