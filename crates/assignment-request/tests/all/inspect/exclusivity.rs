//! Which requests have an exclusivity key: those that can still change access.

use std::collections::BTreeMap;

use assignment_request::{
    Action, DeliveryOutcome, OnCalloutFailure, Request, RequestId, RequestType, Target,
};

use crate::common::{
    CREATED, DAY, HOUR, PACKAGE, Playback, REQUESTOR, Setup, TARGET, host, stage, t, until, user,
};

fn has_key(playback: &Playback, minute: i64) -> bool {
    playback.request.exclusivity_key(t(minute)).is_some()
}

#[test]
fn a_request_on_its_way_has_a_key_whatever_its_type() {
    let key = |request_type, target| {
        let key = Setup::of(request_type).submit().request.exclusivity_key(t(0)).unwrap();
        assert_eq!((key.access_package_id, &key.target), (PACKAGE, &Target::Id(target)));
        key.to_string()
    };
    let add = key(RequestType::UserAdd, REQUESTOR);
    assert_eq!(add, format!("{PACKAGE}/id:{REQUESTOR}"));
    // The same access, the same key.
    assert_eq!(add, key(RequestType::UserUpdate, REQUESTOR));
    assert_eq!(add, key(RequestType::UserRemove, REQUESTOR));
    assert_ne!(add, key(RequestType::AdminAdd, TARGET));
}

#[test]
fn a_target_is_named_by_address_until_it_has_an_id() {
    let mut playback = Setup::of(RequestType::AdminAdd)
        .by_email()
        .draft(|draft| draft.target_email = Some("Adele.Vance@Example.com".into()))
        .submit();
    let key = |playback: &Playback| playback.request.exclusivity_key(t(0)).unwrap().to_string();
    assert_eq!(key(&playback), format!("{PACKAGE}/email:adele.vance@example.com"));
    playback.send(t(0), host(), Action::Process { target: Some(TARGET) });
    assert_eq!(key(&playback), format!("{PACKAGE}/id:{TARGET}"));
}

#[test]
fn a_request_that_has_ended_for_good_has_no_key() {
    let delivered = Setup::add().submit().process(0).reports(1, DeliveryOutcome::Delivered);
    assert!(!has_key(&delivered, 1));
    assert!(!has_key(&Setup::add().submit().cancels(1, user()), 1));
    let accepted = Setup::add().submit();
    assert!(has_key(&accepted, 14 * DAY - 1));
    // Nobody processed it in time (rule W7).
    assert!(!has_key(&accepted, 14 * DAY));
    let expires = Setup::add().approval(&[stage(HOUR, None)]).submit().process(0);
    assert!(has_key(&expires, HOUR - 1));
    // It is denied by now, though no timer has fired.
    assert!(!has_key(&expires, HOUR));
}

#[test]
fn a_failed_request_has_a_key_for_as_long_as_it_can_be_reprocessed() {
    for outcome in [DeliveryOutcome::Failed, DeliveryOutcome::PartiallyDelivered] {
        let failed = Setup::add().submit().process(0).reports(1, outcome);
        assert!(has_key(&failed, 14 * DAY));
        assert!(!has_key(&failed, 14 * DAY + 1));
        let ends = Setup::add().scheduled(None, until(t(DAY))).submit().process(0).reports(1, outcome);
        assert!(has_key(&ends, DAY - 1));
        assert!(!has_key(&ends, DAY));
    }
    let held =
        Setup::add().wait(CREATED, HOUR).rules(|rules| rules.on_callout_failure = OnCalloutFailure::Hold);
    let held = held.submit().process(0).elapses(HOUR);
    assert!(has_key(&held, 2 * HOUR));
    // The hold has run out, and with it the time to reprocess.
    assert!(!has_key(&held, HOUR + 14 * DAY));
}

#[test]
fn a_fulfillment_that_timed_out_keeps_the_key_until_it_is_reported() {
    let playback = Setup::add().submit().process(0).elapses(14 * DAY);
    assert!(has_key(&playback, 1000 * DAY));
    assert!(!has_key(&playback.reports(1000 * DAY, DeliveryOutcome::Failed), 1000 * DAY));
}

#[test]
fn a_request_for_validation_only_has_no_key() {
    assert!(!has_key(&Setup::add().draft(|draft| draft.is_validation_only = true).submit(), 0));
}

/// A host's store, as far as its unique index goes.
#[derive(Default)]
struct Index(BTreeMap<String, RequestId>);

impl Index {
    /// Stores the request's key; the id of the request that has it already, where one has.
    fn store(&mut self, request: &Request, minute: i64) -> Result<(), RequestId> {
        let id = request.id();
        self.0.retain(|_, holder| *holder != id);
        let Some(key) = request.exclusivity_key(t(minute)) else { return Ok(()) };
        match *self.0.entry(key.to_string()).or_insert(id) {
            holder if holder == id => Ok(()),
            holder => Err(holder),
        }
    }
}

#[test]
fn a_unique_index_refuses_a_second_open_request() {
    let mut index = Index::default();
    let first = Setup::add().approval(&[stage(HOUR, None)]).submit().process(0);
    index.store(&first.request, 0).unwrap();
    let setup = Setup::add();
    let submit = |minute| {
        let id = RequestId::from_u128(7);
        setup.policy().submit(id, &setup.draft, None, user(), t(minute)).unwrap().0
    };
    assert_eq!(index.store(&submit(1), 1), Err(first.request.id()));
    // Nobody decided about the first one; it is looked up, elapsed and stored without a key.
    assert_eq!(index.store(&submit(HOUR), HOUR), Err(first.request.id()));
    assert_eq!(first.request.exclusivity_key(t(HOUR)), None);
    index.store(&first.elapses(HOUR).request, HOUR).unwrap();
    index.store(&submit(HOUR), HOUR).unwrap();
}
