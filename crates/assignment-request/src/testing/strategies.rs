//! Generates single inputs. Ids and texts come from small pools, so the same ones often occur together.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any};
use proptest::prop_oneof;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

use crate::command::{Action, Command, Resume, StageDecision};
use crate::policy::rules::{AdminBypass, OnCalloutFailure, Preset, RulesSpec};
use crate::policy::spec::{
    ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, ChoiceSpec, ExtensionBehavior, ExtensionSpec,
    PolicySpec, QuestionForm, QuestionSpec, RequestorSettings, StageSpec,
};
use crate::request::determined_stage::DeterminedStage;
use crate::submission::draft::{Draft, DraftAnswer};
use crate::vocabulary::actor::{Actor, Role};
use crate::vocabulary::callout_stage::{CalloutStage, CalloutStageSet};
use crate::vocabulary::decision::{ApprovalDecision, CallbackDecision, DeliveryOutcome, Tier};
use crate::vocabulary::duration::Period;
use crate::vocabulary::ids::{AccessPackageId, AssignmentId, ExtensionId, PolicyId, QuestionId, SubjectId};
use crate::vocabulary::question::QuestionKind;
use crate::vocabulary::request_type::RequestType;
use crate::vocabulary::schedule::{Expiration, ExpirationType, Schedule};
use crate::vocabulary::status::StatusSet;
use crate::vocabulary::timestamp::Timestamp;

pub(super) const ACCESS_PACKAGE: AccessPackageId = AccessPackageId::from_u128(0xa0);
pub(super) const ASSIGNMENT_POLICY: PolicyId = PolicyId::from_u128(0xa1);
pub(super) const ASSIGNMENT: AssignmentId = AssignmentId::from_u128(0xa2);
/// The requestor.
pub(super) const ADA: SubjectId = SubjectId::from_u128(0xb0);
/// Another person, the target.
pub(super) const BOB: SubjectId = SubjectId::from_u128(0xb1);
/// Two approvers.
pub(super) const APPROVERS: [SubjectId; 2] = [SubjectId::from_u128(0xb2), SubjectId::from_u128(0xb3)];
/// An actor who acts for the host, administers, or calls back.
pub(super) const HOST: SubjectId = SubjectId::from_u128(0xb4);
/// Two extensions that determine approval stages.
const DETERMINING: [ExtensionId; 2] = [ExtensionId::from_u128(0xe0), ExtensionId::from_u128(0xe1)];
const QUESTIONS: [QuestionId; 4] = [
    QuestionId::from_u128(0xc0),
    QuestionId::from_u128(0xc1),
    QuestionId::from_u128(0xc2),
    QuestionId::from_u128(0xc3),
];

const TICKS_PER_MINUTE: i64 = 60 * 10_000_000;
/// 2026-01-05T09:00:00Z.
const START_TICKS: i64 = 17_676_036_000_000_000;

/// Returns the time at which histories begin.
pub(super) fn start() -> Timestamp {
    Timestamp::from_ticks(START_TICKS).unwrap_or(Timestamp::MIN)
}

/// Returns the time that is `ticks` later, or earlier if they are negative.
pub(super) fn later(timestamp: Timestamp, ticks: i64) -> Timestamp {
    Timestamp::from_ticks(timestamp.ticks().saturating_add(ticks)).unwrap_or(timestamp)
}

pub(super) fn minutes_later(timestamp: Timestamp, minutes: i64) -> Timestamp {
    later(timestamp, minutes.saturating_mul(TICKS_PER_MINUTE))
}

/// Generates ids of one kind. Their values come from all kinds of ids that policies and histories use.
fn ids<T: From<Uuid> + core::fmt::Debug>() -> impl Strategy<Value = T> {
    let known = [ACCESS_PACKAGE.uuid(), ASSIGNMENT_POLICY.uuid(), ASSIGNMENT.uuid()];
    let subjects = [ADA, BOB, HOST].into_iter().chain(APPROVERS).map(SubjectId::uuid);
    select(known.into_iter().chain(subjects).collect::<Vec<_>>()).prop_map(T::from)
}

pub(super) fn texts() -> impl Strategy<Value = Option<Arc<str>>> {
    // A valid text, a blank one, one in another script, and one that is forbidden in every text.
    option::of(prop_oneof![
        6 => Just("because"),
        1 => Just(" "),
        1 => Just("\u{3b4}\u{3b9}\u{3cc}\u{3c4}\u{3b9}"),
        1 => Just("right\u{202e}left")
    ])
    .prop_map(|text| text.map(Arc::from))
}

fn periods(minutes: &'static [u32]) -> impl Strategy<Value = Period> {
    select(minutes).prop_map(Period::from_minutes)
}

/// Generates timestamps from a year before to a year after 2026-01-05T09:00:00Z, when [`histories`](super::histories)
/// begin.
pub fn timestamps() -> impl Strategy<Value = Timestamp> {
    const MINUTES_PER_YEAR: i64 = 365 * 24 * 60;
    (-MINUTES_PER_YEAR..=MINUTES_PER_YEAR).prop_map(|minutes| minutes_later(start(), minutes))
}

/// Generates actors in every role.
pub fn actors() -> impl Strategy<Value = Actor> {
    (ids(), select(Role::ALL)).prop_map(|(id, role)| Actor::new(id, role))
}

/// Generates policies that [`Policy::compile`](crate::Policy::compile) accepts.
pub fn policies() -> impl Strategy<Value = PolicySpec> {
    (
        option::of(Just(ASSIGNMENT_POLICY)),
        option::of(Just(ACCESS_PACKAGE)),
        policy_expirations(),
        requestor_settings(),
        approval_settings(),
        questions(),
        extensions(),
        periods(&[5, 60, 20_160]),
    )
        .prop_map(
            |(
                id,
                access_package_id,
                expiration,
                requestor_settings,
                approval,
                questions,
                mut extensions,
                timeout,
            )| {
                // Add one setting for each extension that determines a stage (rule Y2).
                extensions.extend(DETERMINING.into_iter().filter_map(|id| {
                    let stage = StageSpec::Determined { custom_extension_id: Some(id) };
                    approval.stages.contains(&stage).then_some(ExtensionSpec {
                        stage: CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
                        custom_extension_id: Some(id),
                        behavior: Some(ExtensionBehavior::LaunchAndWait(CallbackConfiguration {
                            timeout: Some(timeout),
                        })),
                    })
                }));
                PolicySpec {
                    id,
                    access_package_id,
                    expiration,
                    requestor_settings,
                    approval,
                    questions,
                    extensions,
                }
            },
        )
}

fn policy_expirations() -> impl Strategy<Value = Expiration> {
    prop_oneof![
        3 => Just(Expiration::default()),
        1 => Just(Expiration { kind: ExpirationType::NoExpiration, ..Expiration::default() }),
        1 => (60_i64..500_000).prop_map(|minutes| Expiration {
            kind: ExpirationType::AfterDateTime,
            end: Some(minutes_later(start(), minutes)),
            duration: None,
        }),
        1 => periods(&[60, 1_440, 525_600]).prop_map(|duration| Expiration {
            kind: ExpirationType::AfterDuration,
            end: None,
            duration: Some(duration),
        }),
    ]
}

fn requestor_settings() -> impl Strategy<Value = RequestorSettings> {
    let setting = || proptest::bool::weighted(0.8);
    (setting(), setting(), setting(), setting(), setting(), setting(), setting()).prop_map(
        |(self_add, self_update, self_remove, on_behalf_add, on_behalf_update, on_behalf_remove, custom)| {
            RequestorSettings {
                self_add,
                self_update,
                self_remove,
                on_behalf_add,
                on_behalf_update,
                on_behalf_remove,
                custom_schedule: custom,
            }
        },
    )
}

fn approval_settings() -> impl Strategy<Value = ApprovalSettings> {
    let set = (periods(&[60, 2_880, 20_160]), option::of(periods(&[1, 30])), any::<bool>()).prop_map(
        |(denial, escalation, is_approver_justification_required)| {
            StageSpec::Set(ApprovalStageSpec {
                duration_before_automatic_denial: Some(denial),
                is_approver_justification_required,
                is_escalation_enabled: escalation.is_some(),
                duration_before_escalation: escalation,
            })
        },
    );
    let determined =
        select(&DETERMINING[..]).prop_map(|id| StageSpec::Determined { custom_extension_id: Some(id) });
    let stage = prop_oneof![3 => set, 1 => determined];
    (vec(stage, 0..=3), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(stages, add, update, justified)| ApprovalSettings {
            is_required_for_add: add && !stages.is_empty(),
            is_required_for_update: update && !stages.is_empty(),
            is_requestor_justification_required: justified,
            stages,
        },
    )
}

fn questions() -> impl Strategy<Value = Vec<QuestionSpec>> {
    let text = (any::<bool>(), option::of(Just("[a-z]+"))).prop_map(|(is_single_line, pattern)| {
        QuestionForm::TextInput { is_single_line, pattern: pattern.map(String::from) }
    });
    let choice = (any::<bool>(), 1_usize..=3).prop_map(|(allows_multiple_selection, count)| {
        let choices = ["red", "green", "blue"].into_iter().take(count);
        QuestionForm::MultipleChoice {
            allows_multiple_selection,
            choices: choices
                .map(|value| ChoiceSpec { actual_value: value.into(), texts: Vec::new() })
                .collect(),
        }
    });
    vec((prop_oneof![text, choice], any::<bool>(), any::<bool>()), 0..=QUESTIONS.len()).prop_map(
        |questions| {
            let numbered = questions.into_iter().zip(QUESTIONS);
            numbered
                .map(|((form, is_required, is_answer_editable), id)| QuestionSpec {
                    id: Some(id),
                    texts: Vec::new(),
                    is_required,
                    is_answer_editable,
                    form,
                })
                .collect()
        },
    )
}

fn extensions() -> impl Strategy<Value = Vec<ExtensionSpec>> {
    let stages: Vec<CalloutStage> = CalloutStage::ALL
        .iter()
        .copied()
        .filter(|stage| *stage != CalloutStage::AssignmentRequestDeterminingApprovalRequirements)
        .collect();
    let extension = (select(stages), option::weighted(0.7, periods(&[5, 60, 20_160])));
    vec(extension, 0..=3).prop_map(|extensions| {
        let extension = |(stage, timeout): (CalloutStage, Option<Period>)| ExtensionSpec {
            stage,
            custom_extension_id: None,
            behavior: Some(match timeout.filter(|_| !stage.is_pre_expiration()) {
                Some(timeout) => {
                    ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: Some(timeout) })
                }
                None => ExtensionBehavior::LaunchAndContinue,
            }),
        };
        extensions.into_iter().map(extension).collect()
    })
}

/// Generates rules that [`RulesSpec::validate`] accepts.
pub fn rules() -> impl Strategy<Value = RulesSpec> {
    let stages =
        || subsequence(CalloutStage::ALL, 0..=CalloutStage::ALL.len()).prop_map(CalloutStageSet::from_iter);
    let cancelable: Vec<_> = Preset::Portal.spec().cancelable.iter().collect();
    let count = cancelable.len();
    let periods = || periods(&[60, 20_160]);
    (
        select(Preset::ALL).prop_map(Preset::spec),
        option::of((stages(), stages(), subsequence(cancelable, 0..=count).prop_map(StatusSet::from_iter))),
        periods(),
        option::of(periods()),
        select(OnCalloutFailure::ALL),
        select(AdminBypass::ALL),
        (any::<bool>(), any::<bool>()),
        (periods(), option::of(periods()), option::of(periods())),
    )
        .prop_map(
            |(
                preset,
                sets,
                reprocess_window,
                fulfillment_timeout,
                on_callout_failure,
                admin_bypasses_approval,
                (admin_may_exceed_policy, distinct_approvers),
                (determined_stage_limit, accepted_timeout, start_limit),
            )| {
                let (deny_at, cancel_at, cancelable) =
                    sets.unwrap_or((preset.deny_at, preset.cancel_at, preset.cancelable));
                RulesSpec {
                    deny_at,
                    cancel_at,
                    cancelable,
                    reprocess_window,
                    on_callout_failure,
                    fulfillment_timeout,
                    admin_bypasses_approval,
                    admin_may_exceed_policy,
                    distinct_approvers,
                    determined_stage_limit,
                    accepted_timeout,
                    start_limit,
                }
            },
        )
}

/// Generates drafts of every kind, valid and invalid. Most policies refuse most of them.
///
/// ```
/// use assignment_request::testing::{actors, drafts, policies, timestamps};
/// use assignment_request::{Limits, Policy, RequestId, SubmissionError};
/// use proptest::test_runner::TestRunner;
///
/// let asked = (policies(), drafts(), actors(), timestamps());
/// TestRunner::default().run(&asked, |(policy, draft, actor, now)| {
///     let policy = Policy::compile(&policy, &Limits::default()).expect("these compile");
///     if let Err(SubmissionError::Invalid(violations)) = policy.submit(RequestId::from_u128(1), &draft, None, actor, now) {
///         assert!(violations.iter().next().is_some(), "a refusal says why");
///     }
///     Ok(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn drafts() -> impl Strategy<Value = Draft> {
    (
        select(RequestType::ALL),
        (option::of(ids()), option::of(ids()), option::of(ids()), option::of(ids()), option::of(ids())),
        option::of(select(&["bob@example.com", "", "bob\u{7}@example.com"][..])),
        texts(),
        option::of(schedules()),
        vec(answers(), 0..=4),
        any::<[bool; 2]>(),
    )
        .prop_map(|(request_type, ids, email, justification, schedule, answers, flags)| {
            let (assignment_id, access_package_id, assignment_policy_id, target_id, target_object_id) = ids;
            let [is_validation_only, bypass_approval] = flags;
            Draft {
                request_type,
                assignment_id,
                access_package_id,
                assignment_policy_id,
                target_id,
                target_object_id,
                target_email: email.map(Arc::from),
                justification,
                schedule,
                answers,
                is_validation_only,
                bypass_approval,
            }
        })
}

pub(super) fn schedules() -> impl Strategy<Value = Schedule> {
    let minutes = || prop_oneof![9 => 0_i64..50_000, 1 => -60_i64..0];
    let timestamp = || minutes().prop_map(|minutes| minutes_later(start(), minutes));
    (
        option::of(timestamp()),
        select(ExpirationType::ALL),
        option::of(timestamp()),
        option::of(periods(&[0, 1, 1_440])),
        proptest::bool::weighted(0.1),
    )
        .prop_map(|(start, kind, end, duration, has_recurrence)| Schedule {
            start,
            expiration: Expiration { kind, end, duration },
            has_recurrence,
        })
}

fn answers() -> impl Strategy<Value = DraftAnswer> {
    (
        prop_oneof![8 => select(&QUESTIONS[..]), 1 => ids()],
        option::weighted(0.2, select(QuestionKind::ALL)),
        option::of(select(&["red", "green", "abc", "ABC", "two\nlines", " ", "bell\u{7}"][..])),
    )
        .prop_map(|(question_id, question_kind, value)| DraftAnswer {
            question_id,
            question_kind,
            value: value.map(Arc::from),
        })
}

/// Generates commands of every kind without regard to any request, so most are refused. [`histories`](super::histories)
/// contain commands that advance a request.
pub fn commands() -> impl Strategy<Value = Command> {
    (actors(), actions(), option::weighted(0.2, 0_u64..12))
        .prop_map(|(actor, action, expected_revision)| Command { actor, expected_revision, action })
}

fn actions() -> impl Strategy<Value = Action> {
    let resume = (
        ids(),
        select(CalloutStage::ALL),
        select(CallbackDecision::ALL),
        option::weighted(0.2, Just(Arc::new(DeterminedStage::default()))),
        texts(),
        texts(),
    )
        .prop_map(|(instance, stage, decision, approval_stage, source, detail)| {
            Action::Resume(Resume { instance, stage, decision, approval_stage, source, detail })
        });
    let decide = (0_u32..4, select(Tier::ALL), select(ApprovalDecision::ALL), texts()).prop_map(
        |(stage, tier, decision, justification)| {
            Action::DecideStage(StageDecision { stage, tier, decision, justification })
        },
    );
    prop_oneof![
        option::of(ids()).prop_map(|target| Action::Process { target }),
        resume,
        decide,
        Just(Action::Cancel),
        Just(Action::Reprocess),
        (0_u32..4, select(DeliveryOutcome::ALL))
            .prop_map(|(attempt, outcome)| Action::ReportDelivery { attempt, outcome }),
        (ids(), texts()).prop_map(|(instance, detail)| Action::ReportCalloutFailed { instance, detail }),
        Just(Action::Elapse),
    ]
}
