//! `settle`: what a host stores after a command, accepted or refused (rule N6).

use assignment_request::{Action, Command, Request, Status};

use crate::common::playbacks::{actions, playbacks};
use crate::common::{
    APPROVER, DAY, HOUR, PROCESS, Setup, admin, approve, approver, host, service, stage, t, user,
};

#[test]
fn n6_settling_is_handling_and_after_a_refusal_elapsing() {
    let (mut accepted, mut refused, mut with_deadlines) = (0, 0, 0);
    for playback in playbacks() {
        let updated = playback.request.updated();
        let times = [updated, t(20 * DAY), t(400 * DAY)];
        for action in actions(&playback) {
            for actor in [host(), admin(), service(), user(), approver(APPROVER)] {
                for now in times {
                    let command = Command::new(actor, action.clone());
                    let (mut settled, mut handled) = (playback.request.clone(), playback.request.clone());
                    let said = settled.settle(&command, now);
                    match handled.handle(&command, now) {
                        Ok(events) => {
                            accepted += 1;
                            assert_eq!((said.outcome, said.events), (Ok(()), events));
                        }
                        Err(rejection) => {
                            refused += 1;
                            let elapsed = handled.handle(&Command::new(host(), Action::Elapse), now).unwrap();
                            with_deadlines += usize::from(!elapsed.is_empty());
                            assert_eq!((said.outcome, said.events), (Err(rejection), elapsed));
                        }
                    }
                    assert_eq!(settled, handled);
                }
            }
        }
    }
    assert!(
        accepted > 90 && refused > 1_000 && with_deadlines > 100,
        "{accepted} {refused} {with_deadlines}"
    );
}

/// A host with a slower clock cannot give the opposite answer once the deadline is stored.
#[test]
fn n6_what_time_refused_stays_refused() {
    let mut request: Request = Setup::add().approval(&[stage(HOUR, None)]).submit().process(0).request;
    let late = Command::new(approver(APPROVER), approve(0));
    let said = request.settle(&late, t(HOUR));
    assert_eq!(said.outcome.unwrap_err().code(), "notPendingApproval");
    assert_eq!(said.events.len(), 1);
    assert_eq!(request.status(), Status::Expired);
    assert!(request.settle(&late, t(HOUR - 1)).outcome.is_err());
    assert!(request.settle(&Command::new(host(), PROCESS), t(HOUR - 1)).events.is_empty());
}
