//! Writing the request resource.

use std::hint::black_box;
use std::rc::Rc;

use assignment_request::Request;
use assignment_request_graph::{ApiVersion, write_request};

use super::Arm;
use crate::Goal;
use crate::fixture::{Fixture, part, warm};
use crate::measure::work;
use crate::plain::Resource;
use crate::playbacks;

/// The number of requests that a round writes.
const REQUESTS: usize = 500;

pub(super) fn add(fixture: &Rc<Fixture>, arms: &mut Vec<Arm>) {
    // Requests at every point of their lifecycle.
    let requests: Vec<Request> = fixture
        .submitted
        .iter()
        .enumerate()
        .map(|(number, request)| playbacks::after(request.clone(), number % 8))
        .collect();
    let resources: Vec<Resource> = requests.iter().map(Resource::of).collect();
    for (request, resource) in requests.iter().zip(&resources) {
        let mut written = Vec::new();
        write_request(request, ApiVersion::V1_0, &mut written);
        assert_eq!(written, serde_json::to_vec(resource).expect("the baseline is written"));
    }
    let (requests, resources): (Rc<[Request]>, Rc<[Resource]>) = (requests.into(), resources.into());
    let (count, read, read_plain) = (requests.len(), Rc::clone(&requests), Rc::clone(&resources));
    arms.push(Arm::pair(
        "encode/resource-mixed",
        "serde_json::to_vec of a plain struct",
        Goal::ratio(0.70),
        work(
            move |round| {
                let part = part(count, REQUESTS, round);
                read[part.clone()].iter().for_each(warm);
                (part, Vec::with_capacity(16 * 1024))
            },
            move |(part, out)| {
                for request in &requests[part.clone()] {
                    out.clear();
                    write_request(request, ApiVersion::V1_0, out);
                    black_box(&*out);
                }
                part.len()
            },
        ),
        work(
            move |round| {
                let part = part(count, REQUESTS, round);
                for resource in &read_plain[part.clone()] {
                    serde_json::to_writer(std::io::sink(), resource).expect("the baseline is written");
                }
                part
            },
            move |part| {
                for resource in &resources[part.clone()] {
                    drop(black_box(serde_json::to_vec(resource)));
                }
                part.len()
            },
        ),
    ));
}
