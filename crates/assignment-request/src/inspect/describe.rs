//! Describes a request to a person who wonders why it does not move.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use crate::command::ActionKind;
use crate::policy::rules::OnCalloutFailure;
use crate::request::Request;
use crate::request::callout::Callout;
use crate::request::event::{Cancellation, DeliveryFailure, Event};
use crate::request::phase::{Denial, Escalation, Phase, WaitFailure};
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::callout_stage::CalloutStage;
use crate::vocabulary::ids::CalloutId;
use crate::vocabulary::text::Quoted;
use crate::vocabulary::text::write_list;
use crate::vocabulary::timestamp::Timestamp;

impl Request {
    /// Describes the request in one paragraph, for a person who looks at a stuck request at `now`: what it is about,
    /// since when it has its status, what it waits for, what happens at the deadline, and who can do what.
    ///
    /// The wording may change in a later version. Who can do what comes from [`Request::permitted`], asked for the
    /// requestor and, in each other role, for someone who has nothing to do with the request.
    ///
    /// ```
    /// use assignment_request::{
    ///     AccessPackageId, Actor, Draft, Limits, Policy, PolicySpec, RequestId, RequestType,
    ///     RequestorSettings, Role, SubjectId, Timestamp,
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
    /// let (request, _) = policy.submit(RequestId::from_u128(2), &draft, None, ada, now)?;
    ///
    /// assert_eq!(
    ///     request.describe(now),
    ///     "Request 00000000-0000-0000-0000-000000000002 (userAdd) is about access package \
    ///      00000000-0000-0000-0000-000000000001 for 00000000-0000-0000-0000-000000000ada, submitted at \
    ///      2026-01-05T09:00:00Z by 00000000-0000-0000-0000-000000000ada. It is submitted / Accepted since \
    ///      2026-01-05T09:00:00Z. It waits to be processed until 2026-01-19T09:00:00Z; then it is denied. What can be done now: process (system), \
    ///      cancel (the requestor, administrator, system)."
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn describe(&self, now: Timestamp) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_description(now.max(self.updated), &mut text);
        text
    }

    fn write_description(&self, now: Timestamp, text: &mut String) -> fmt::Result {
        write!(text, "Request {} ({}) is ", self.id(), self.request_type())?;
        if let Some(package) = self.access_package_id() {
            write!(text, "about access package {package} ")?;
        }
        match (self.target, self.target_email()) {
            (Some(id), _) => write!(text, "for {id}")?,
            (None, email) => write!(text, "for {}", Quoted(email.unwrap_or_default()))?,
        }
        write!(text, ", submitted at {} by {}. ", self.created, self.requestor())?;

        let mut reached = Vec::new();
        let request = self.with_due_deadlines(now, &mut reached);
        if !reached.is_empty() {
            text.push_str(
                "Deadlines have passed since the last event that is stored; `elapse` stores what they give: ",
            );
            write_list(text, reached.iter().map(Event::name), ", ", "")?;
            text.push_str(". ");
        }
        write!(text, "It is {} / {} since {}. ", request.state(), request.status(), request.updated)?;
        request.write_wait(text)?;
        request.write_permitted(now, text)
    }

    /// Writes what the request waits for, until when, and what happens then.
    fn write_wait(&self, text: &mut String) -> fmt::Result {
        match self.phase {
            Phase::Accepted { .. } if self.is_validation_only() => {
                text.write_str("It was made to be judged only, and is never processed. ")
            }
            Phase::Accepted { deadline: None } => {
                text.write_str("It waits to be processed, without a deadline. ")
            }
            Phase::Accepted { deadline: Some(deadline) } => {
                write!(text, "It waits to be processed until {deadline}; then it is denied. ")
            }
            Phase::WaitingForCallback { stage, deadline, held } => {
                self.write_callback(stage, deadline, held, text)
            }
            Phase::PendingApproval { stage, deadline, escalation } => {
                write!(
                    text,
                    "It waits for a decision about approval stage {stage} (of {}, counted from 0) until {deadline}; \
                     then it is denied. ",
                    self.approval_stages().len()
                )?;
                if let Some(determination) = self.determination(stage) {
                    let count = determination.stage().primary_approvers.len();
                    let noun = if count == 1 { "approver" } else { "approvers" };
                    write!(
                        text,
                        "{} determined this stage, with {count} primary {noun}. ",
                        determination.by()
                    )?;
                }
                match escalation {
                    Escalation::Disabled => Ok(()),
                    Escalation::At(at) => write!(text, "Escalation approvers are asked at {at}. "),
                    Escalation::Escalated => text.write_str("Escalation approvers are asked too. "),
                }
            }
            Phase::Scheduled { start } => {
                write!(text, "It is approved, and waits for its start at {start}; then delivery begins. ")
            }
            Phase::Delivering { deadline } => {
                write!(text, "It waits for the report of fulfillment {}", self.attempt)?;
                if let Some(deadline) = deadline {
                    write!(text, " until {deadline}; then it fails. ")
                } else {
                    text.write_str(", without a deadline. ")
                }
            }
            Phase::Delivered => text.write_str("Access was changed as asked. "),
            Phase::PartiallyDelivered => self.write_incomplete("Access was changed in part", text),
            Phase::DeliveryFailed(failure) => {
                let what = match failure {
                    DeliveryFailure::Fulfillment => "Access could not be changed",
                    DeliveryFailure::FulfillmentTimedOut => {
                        "Nothing was heard of the fulfillment in time, and access may exist"
                    }
                    DeliveryFailure::CalloutFailed => "A callout could not be made",
                    DeliveryFailure::CallbackTimedOut => "A callback did not come in time",
                };
                self.write_incomplete(what, text)
            }
            Phase::Denied(denial) => text.write_str(match denial {
                Denial::Approver => "An approver denied it. ",
                Denial::Callback => "A callback denied it. ",
                Denial::ApprovalExpired => "No one decided about it in time. ",
                Denial::NotProcessed => "The host did not process it in time. ",
                Denial::WindowPassed => "The access that was asked for would have ended already. ",
            }),
            Phase::Canceled(cancellation) => text.write_str(match cancellation {
                Cancellation::Requestor(_) => "The requestor canceled it. ",
                Cancellation::Administrator(_) => "An administrator canceled it. ",
                Cancellation::System(_) => "The system canceled it. ",
                Cancellation::Callback => "A callback canceled it. ",
            }),
        }
    }

    fn write_callback(
        &self,
        stage: CalloutStage,
        deadline: Timestamp,
        held: Option<WaitFailure>,
        text: &mut String,
    ) -> fmt::Result {
        let instance = self.callouts.last().map_or(CalloutId::from_u128(0), Callout::instance);
        match held {
            None => write!(text, "It waits for the callback of callout {instance} at {stage}")?,
            Some(WaitFailure::CalloutFailed) => {
                write!(text, "Callout {instance} at {stage} could not be made; a late callback is taken")?;
            }
            Some(WaitFailure::CallbackTimedOut) => {
                write!(
                    text,
                    "Callout {instance} at {stage} was not answered in time; a late callback is taken"
                )?;
            }
        }
        let then = match (held, self.route().rules().spec().on_callout_failure) {
            (None, OnCalloutFailure::Hold) => "the callback is late, and the request is held for it",
            (Some(_), _) | (None, OnCalloutFailure::Fail) => "the request fails",
        };
        write!(text, " until {deadline}; then {then}. ")?;
        if stage == CalloutStage::AssignmentRequestDeterminingApprovalRequirements {
            text.write_str("The answer says who approves. ")?;
        }
        Ok(())
    }

    fn write_incomplete(&self, what: &str, text: &mut String) -> fmt::Result {
        let ends = [self.reprocess_window_end(), self.window_end()];
        let end = ends.into_iter().flatten().min().unwrap_or(self.updated());
        write!(text, "{what}. The time to reprocess it ends at {end}. ")
    }

    /// Writes who can do what. `Elapse` is left out: it is always accepted, but has an effect only if a deadline is
    /// due.
    fn write_permitted(&self, now: Timestamp, text: &mut String) -> fmt::Result {
        // No subject has a derived id, so this one is neither the requestor, nor the target, nor an approver.
        let outsider = self.callout_id(CalloutStage::AssignmentOneDayBeforeExpiration, 0, 0).uuid().into();
        let by_role: Vec<(Role, Vec<ActionKind>)> = Role::ALL
            .iter()
            .map(|role| {
                let id = if *role == Role::User { self.requestor() } else { outsider };
                (*role, self.permitted(Actor::new(id, *role), now))
            })
            .collect();
        let mut is_first = true;
        for kind in ActionKind::ALL.iter().filter(|kind| **kind != ActionKind::Elapse) {
            let mut roles =
                by_role.iter().filter(|(_, kinds)| kinds.contains(kind)).map(|(role, _)| role).peekable();
            if roles.peek().is_none() {
                continue;
            }
            text.push_str(if is_first { "What can be done now: " } else { ", " });
            is_first = false;
            write!(text, "{kind} (")?;
            write_list(text, roles.map(|role| Named(*role)), ", ", "")?;
            text.push(')');
        }
        text.push_str(if is_first { "Nothing can be done about it any more." } else { "." });
        Ok(())
    }
}

/// A role, displayed as it appears in the description of one request.
struct Named(Role);

impl fmt::Display for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Role::User => formatter.write_str("the requestor"),
            role @ (Role::Approver | Role::Administrator | Role::Extension | Role::System) => {
                write!(formatter, "{role}")
            }
        }
    }
}
