//! What at most one open request may be about.

use alloc::sync::Arc;
use core::fmt;

use crate::command::{Action, Command};
use crate::decide::decide;
use crate::request::Request;
use crate::request::event::DeliveryFailure;
use crate::request::phase::Phase;
use crate::request::submission::Target;
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::ids::{AccessPackageId, SubjectId};
use crate::vocabulary::timestamp::Timestamp;

/// What at most one open request may be about: who gets or loses access, and to what. It is the same for every type of
/// request, so that an Add and a Remove of the same access do not run side by side either.
///
/// A host stores it beside the request, in a column with a unique index over all that is there, and nothing where there
/// is no key. Then a second open request is refused by the store, regardless of which is faster.
///
/// - Write it in the transaction that stores the events of a command: [`Request::exclusivity_key`] of the request
///   after them, at the command's time.
/// - Where the index refuses a submission, load the request that holds the key and ask for its key now. Where there is
///   none any more, because deadlines were reached or the time to reprocess it is over, send it `Elapse`, store it
///   with no key, and try again. Otherwise the submission is to be refused.
/// - A target who is known by e-mail address only is named by the address, and by the id from the time it is
///   resolved. So two open requests for one person, one by address and one by id, are told apart until `Process`
///   resolves the first; then the index refuses to store it, and the host cancels one of the two.
/// - A host that lets access be taken away while a request to change it is open leaves the key of a
///   [Remove](crate::Operation::Remove) out of the index.
///
/// [`Display`](fmt::Display) writes it as one text, `{access package}/id:{target}` or `{access package}/email:{address}`:
/// ids hyphenated and in lower case, as they are always written, so that equal ids are equal texts. ASCII letters of an
/// address are in lower case too, as directories compare addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExclusivityKey {
    /// What is asked access to.
    pub access_package_id: AccessPackageId,
    /// Who gets or loses access: by id, or where that is not known yet by e-mail address in lower case.
    pub target: Target,
}

impl fmt::Display for ExclusivityKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/", self.access_package_id)?;
        match &self.target {
            Target::Id(id) => write!(formatter, "id:{id}"),
            Target::Email(email) => write!(formatter, "email:{email}"),
        }
    }
}

impl Request {
    /// What no other open request may be about. `None` if this one cannot change access any more.
    ///
    /// A request is open while it is on its way; while a fulfillment that timed out is not reported, since access may
    /// exist; and after a failed or partial delivery for as long as it can be reprocessed (rule Q2). One that is for
    /// validation only changes no access, and has no key.
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, Action, Actor, Command, Draft, Limits, Policy, PolicySpec, RequestId,
    ///     RequestType, RequestorSettings, Role, SubjectId, Timestamp,
    /// };
    ///
    /// let policy = Policy::compile(
    ///     &PolicySpec {
    ///         requestor_settings: RequestorSettings { self_add: true, ..RequestorSettings::default() },
    ///         ..PolicySpec::default()
    ///     },
    ///     &Limits::default(),
    /// )?;
    /// let ada = Actor::new(SubjectId::from_u128(0xada), Role::User);
    /// let draft = Draft { access_package_id: Some(AccessPackageId::from_u128(1)), ..Draft::new(RequestType::UserAdd) };
    /// let now: Timestamp = "2026-01-05T09:00:00Z".parse()?;
    /// let (mut request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
    ///
    /// let key = request.exclusivity_key(now).map(|key| key.to_string());
    /// assert_eq!(
    ///     key.as_deref(),
    ///     Some("00000000-0000-0000-0000-000000000001/id:00000000-0000-0000-0000-000000000ada")
    /// );
    /// request.handle(&Command::new(ada, Action::Cancel), now)?;
    /// assert_eq!(request.exclusivity_key(now), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn exclusivity_key(&self, now: Timestamp) -> Option<ExclusivityKey> {
        let now = now.max(self.updated);
        let request = self.with_due_deadlines(now, &mut alloc::vec::Vec::new());
        if !request.can_change_access(now) {
            return None;
        }
        let target = match (request.target, &request.submission.target) {
            (Some(id), _) => Target::Id(id),
            (None, Target::Email(email)) => Target::Email(Arc::from(email.to_ascii_lowercase())),
            (None, Target::Id(id)) => Target::Id(*id),
        };
        Some(ExclusivityKey { access_package_id: request.access_package_id()?, target })
    }

    /// Whether the request, as time has left it, can still order a fulfillment, or has one of which nothing was heard.
    fn can_change_access(&self, now: Timestamp) -> bool {
        match self.phase {
            Phase::Accepted { .. }
            | Phase::WaitingForCallback { .. }
            | Phase::PendingApproval { .. }
            | Phase::Scheduled { .. }
            | Phase::Delivering { .. }
            | Phase::DeliveryFailed(DeliveryFailure::FulfillmentTimedOut) => !self.is_validation_only(),
            Phase::PartiallyDelivered
            | Phase::DeliveryFailed(
                DeliveryFailure::Fulfillment
                | DeliveryFailure::CalloutFailed
                | DeliveryFailure::CallbackTimedOut,
            ) => {
                let system = Actor::new(SubjectId::from_u128(0), Role::System);
                decide(self, &Command::new(system, Action::Reprocess), now).is_ok()
            }
            Phase::Delivered | Phase::Denied(_) | Phase::Canceled(_) => false,
        }
    }
}
