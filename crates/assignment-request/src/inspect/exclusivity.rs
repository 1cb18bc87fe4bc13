//! The key that keeps two open requests from changing the same access.

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

/// Identifies the access that at most one open request may change: who gets or loses it, and to what. The key does not
/// depend on the type of request, so an Add and a Remove of the same access cannot be open together either.
///
/// Store the key beside the request, in a column with a unique index that ignores empty values; leave the column empty
/// if the request has no key. The store then refuses a second open request, even if two arrive at the same time.
///
/// - Write the key in the transaction that stores the events of a command. Take it from [`Request::exclusivity_key`] of
///   the request after those events, at the command's time.
/// - If the index refuses a submission, load the request that holds the key and ask for its key now. If it has no key
///   any more, because a deadline or the end of its reprocess window has passed, send it `Elapse`, store it without a
///   key, and try again. Otherwise refuse the submission.
/// - If a target is known only by e-mail address, the key has the address until the target is resolved, and the id from
///   then on. Two open requests for one person, one by address and one by id, therefore have different keys until
///   `Process` resolves the address. Then the index refuses to store that request, and the host cancels one of the two.
/// - To let access be removed while a request to change it is open, leave the key of a
///   [Remove](crate::Operation::Remove) out of the index.
///
/// [`Display`](fmt::Display) writes the key as one text, `{access package}/id:{target}` or `{access
/// package}/email:{address}`. Ids are hyphenated and in lower case, so equal ids are equal texts. ASCII letters of an
/// address are in lower case too, because directories ignore their case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExclusivityKey {
    /// The access package that the request is about.
    pub access_package_id: AccessPackageId,
    /// Who gets or loses access: an id or, if it is not known yet, an e-mail address in lower case.
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
    /// Returns the key that no other open request may have, or `None` if this request cannot change access any more.
    ///
    /// A request has a key until it ends; after a fulfillment timed out, until its outcome is reported, because access
    /// may exist; and after a failed or partial delivery, as long as it can be reprocessed (rule Q2). A request for
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

    /// Returns whether the request can still order a fulfillment, or has ordered one that timed out without a report.
    /// Due deadlines must have been applied.
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
