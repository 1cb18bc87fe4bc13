//! The written form of a scenario: the history of one request as a JSON object.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use assignment_request::{
    AccessPackageId, Actor, AdminBypass, ApprovalDecision, AssignmentId, CalloutId, CalloutStage,
    DeliveryOutcome, ExistingAssignment, ExtensionBehavior, ExtensionId, IdError, NameError,
    OnCalloutFailure, Period, PolicyId, Preset, Quoted, RequestId, Role, RulesSpec, Status, SubjectId, Tier,
    Timestamp,
};
use assignment_request_graph::{ReadOptions, read_extension};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::replay::expect::Expectation;
use crate::replay::source_error::SourceError;

/// The history of one request: the policy, and commands with timestamps.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario<'a> {
    /// The request's id.
    #[serde(deserialize_with = "text")]
    pub(crate) id: RequestId,
    /// The policy, as Graph writes it.
    #[serde(borrow)]
    pub(crate) policy: &'a RawValue,
    /// The host's rules.
    #[serde(default, deserialize_with = "rules")]
    pub(crate) rules: RulesSpecOrPreset,
    /// The extensions that the host knows (rule P6).
    #[serde(default, deserialize_with = "extensions")]
    pub(crate) extensions: Extensions,
    #[serde(borrow, deserialize_with = "steps")]
    pub(crate) steps: Vec<Step<'a>>,
}

impl<'a> Scenario<'a> {
    /// Reads a scenario whose text begins at line `first_line` of its file.
    pub(crate) fn read(text: &'a str, first_line: usize) -> Result<Self, SourceError> {
        match serde_json::from_str::<Object<Self>>(text) {
            Ok(Object(scenario)) => Ok(scenario),
            Err(error) => Err(Self::fault(text, first_line, &error)),
        }
    }

    /// Reads the text again, to find the place of the fault.
    fn fault(text: &'a str, first_line: usize, error: &serde_json::Error) -> SourceError {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let path = match serde_path_to_error::deserialize::<_, Object<Self>>(&mut deserializer) {
            Ok(_) => String::new(),
            Err(error) => error.path().to_string(),
        };
        // A fault between members has a `?` for the member that has not been read.
        SourceError::form(error, first_line, path.trim_end_matches('?').trim_end_matches('.'))
    }
}

/// One command and its timestamp.
#[derive(serde::Deserialize)]
#[serde(try_from = "WireStep<'a>", bound(deserialize = "'de: 'a"))]
pub(crate) struct Step<'a> {
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    /// The revision that the command expects.
    pub(crate) revision: Option<u64>,
    pub(crate) action: StepAction<'a>,
    /// The members that the step's line must have.
    pub(crate) expect: Option<Expectation>,
}

pub(crate) enum StepAction<'a> {
    Submit { body: &'a RawValue, existing: Option<ExistingAssignment> },
    Process { target: Option<SubjectId> },
    Resume(&'a RawValue),
    Decide(WireDecide),
    Cancel,
    Reprocess,
    ReportDelivery { attempt: u32, outcome: DeliveryOutcome },
    ReportCalloutFailed { instance: Instance, detail: Option<String> },
    Elapse,
}

/// The callout that a step is about.
#[derive(Clone, Copy)]
pub(crate) enum Instance {
    /// The callout with this id.
    Id(CalloutId),
    /// `$callout`: the callout that started last.
    Last,
}

/// The text that stands for the callout that started last.
pub(crate) const LAST_CALLOUT: &str = "$callout";

/// A step with a member for each action. Exactly one of them must be there.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireStep<'a> {
    #[serde(deserialize_with = "text")]
    at: Timestamp,
    actor: Object<WireActor>,
    revision: Option<u64>,
    expect: Option<Expectation>,
    existing: Option<Object<WireExisting>>,
    #[serde(borrow)]
    submit: Option<&'a RawValue>,
    process: Option<Object<WireProcess>>,
    #[serde(borrow)]
    resume: Option<&'a RawValue>,
    decide: Option<Object<WireDecide>>,
    cancel: Option<Object<Empty>>,
    reprocess: Option<Object<Empty>>,
    report_delivery: Option<Object<WireReportDelivery>>,
    report_callout_failed: Option<Object<WireReportCalloutFailed>>,
    elapse: Option<Object<Empty>>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WireActor {
    #[serde(deserialize_with = "text")]
    id: SubjectId,
    #[serde(deserialize_with = "text")]
    role: Role,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireExisting {
    #[serde(deserialize_with = "text")]
    id: AssignmentId,
    #[serde(deserialize_with = "text")]
    target: SubjectId,
    #[serde(deserialize_with = "text")]
    access_package_id: AccessPackageId,
    #[serde(deserialize_with = "text")]
    assignment_policy_id: PolicyId,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WireProcess {
    #[serde(default, deserialize_with = "optional_text")]
    target: Option<SubjectId>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WireDecide {
    pub(crate) stage: u32,
    #[serde(deserialize_with = "text")]
    pub(crate) tier: Tier,
    #[serde(deserialize_with = "text")]
    pub(crate) decision: ApprovalDecision,
    pub(crate) justification: Option<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WireReportDelivery {
    attempt: u32,
    #[serde(deserialize_with = "text")]
    outcome: DeliveryOutcome,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct WireReportCalloutFailed {
    #[serde(deserialize_with = "instance")]
    instance: Instance,
    detail: Option<String>,
}

impl<'a> TryFrom<WireStep<'a>> for Step<'a> {
    type Error = &'static str;

    fn try_from(wire: WireStep<'a>) -> Result<Self, &'static str> {
        let existing = wire.existing.map(|Object(existing)| ExistingAssignment {
            id: existing.id,
            target: existing.target,
            access_package_id: existing.access_package_id,
            assignment_policy_id: existing.assignment_policy_id,
        });
        if existing.is_some() && wire.submit.is_none() {
            return Err("`existing` goes with `submit` only");
        }
        let actions = [
            wire.submit.map(|body| StepAction::Submit { body, existing }),
            wire.process.map(|Object(process)| StepAction::Process { target: process.target }),
            wire.resume.map(StepAction::Resume),
            wire.decide.map(|Object(decide)| StepAction::Decide(decide)),
            wire.cancel.map(|_| StepAction::Cancel),
            wire.reprocess.map(|_| StepAction::Reprocess),
            wire.report_delivery.map(|Object(report)| StepAction::ReportDelivery {
                attempt: report.attempt,
                outcome: report.outcome,
            }),
            wire.report_callout_failed.map(|Object(report)| StepAction::ReportCalloutFailed {
                instance: report.instance,
                detail: report.detail,
            }),
            wire.elapse.map(|_| StepAction::Elapse),
        ];
        let mut actions = actions.into_iter().flatten();
        let (Some(action), None) = (actions.next(), actions.next()) else {
            return Err(
                "a step has just one of `submit`, `process`, `resume`, `decide`, `cancel`, `reprocess`, \
                        `reportDelivery`, `reportCalloutFailed` and `elapse`",
            );
        };
        let Object(actor) = wire.actor;
        Ok(Self {
            at: wire.at,
            actor: Actor::new(actor.id, actor.role),
            revision: wire.revision,
            action,
            expect: wire.expect,
        })
    }
}

/// The rules before their validation.
#[derive(Clone, Copy)]
pub(crate) struct RulesSpecOrPreset(pub(crate) RulesSpec);

impl Default for RulesSpecOrPreset {
    fn default() -> Self {
        Self(Preset::ApiReference.spec())
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireRules {
    deny_at: Option<Vec<Text<CalloutStage>>>,
    cancel_at: Option<Vec<Text<CalloutStage>>>,
    cancelable: Option<Vec<Text<Status>>>,
    reprocess_window: Option<Text<Period>>,
    on_callout_failure: Option<Text<OnCalloutFailure>>,
    #[serde(default)]
    fulfillment_timeout: Timeout,
    admin_bypasses_approval: Option<Text<AdminBypass>>,
    admin_may_exceed_policy: Option<bool>,
    distinct_approvers: Option<bool>,
    determined_stage_limit: Option<Text<Period>>,
    #[serde(default)]
    accepted_timeout: Timeout,
    #[serde(default)]
    start_limit: Timeout,
}

/// A timeout: null means no timeout, and an absent member means the default.
#[derive(Default)]
enum Timeout {
    #[default]
    NotGiven,
    Given(Option<Period>),
}

impl Timeout {
    fn or(self, default: Option<Period>) -> Option<Period> {
        match self {
            Self::NotGiven => default,
            Self::Given(timeout) => timeout,
        }
    }
}

impl<'de> Deserialize<'de> for Timeout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let timeout = Option::<Text<Period>>::deserialize(deserializer)?;
        Ok(Self::Given(timeout.map(|Text(period)| period)))
    }
}

impl From<WireRules> for RulesSpec {
    fn from(wire: WireRules) -> Self {
        let default = Preset::ApiReference.spec();
        Self {
            deny_at: wire
                .deny_at
                .map_or(default.deny_at, |stages| stages.into_iter().map(|Text(it)| it).collect()),
            cancel_at: wire
                .cancel_at
                .map_or(default.cancel_at, |stages| stages.into_iter().map(|Text(it)| it).collect()),
            cancelable: wire
                .cancelable
                .map_or(default.cancelable, |statuses| statuses.into_iter().map(|Text(it)| it).collect()),
            reprocess_window: wire.reprocess_window.map_or(default.reprocess_window, |Text(it)| it),
            on_callout_failure: wire.on_callout_failure.map_or(default.on_callout_failure, |Text(it)| it),
            fulfillment_timeout: wire.fulfillment_timeout.or(default.fulfillment_timeout),
            admin_bypasses_approval: wire
                .admin_bypasses_approval
                .map_or(default.admin_bypasses_approval, |Text(it)| it),
            admin_may_exceed_policy: wire.admin_may_exceed_policy.unwrap_or(default.admin_may_exceed_policy),
            distinct_approvers: wire.distinct_approvers.unwrap_or(default.distinct_approvers),
            determined_stage_limit: wire
                .determined_stage_limit
                .map_or(default.determined_stage_limit, |Text(it)| it),
            accepted_timeout: wire.accepted_timeout.or(default.accepted_timeout),
            start_limit: wire.start_limit.or(default.start_limit),
        }
    }
}

/// The extensions that the host knows, by id (rule P6).
#[derive(Default)]
pub(crate) struct Extensions(HashMap<ExtensionId, ExtensionBehavior>);

impl Extensions {
    /// Returns whether a request waits for the extension. `None` if the host does not know it.
    pub(crate) fn behavior(&self, id: ExtensionId) -> Option<ExtensionBehavior> {
        self.0.get(&id).copied()
    }
}

/// Reads an object of extension resources by id; null means no extensions.
pub(crate) fn extensions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Extensions, D::Error> {
    struct Resources;

    impl<'de> Visitor<'de> for Resources {
        type Value = Extensions;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object of extensions by id")
        }

        fn visit_unit<E: Error>(self) -> Result<Extensions, E> {
            Ok(Extensions::default())
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Extensions, A::Error> {
            let mut extensions = HashMap::new();
            while let Some((id, resource)) = members.next_entry::<String, &RawValue>()? {
                let id = id.parse().map_err(|error: IdError| A::Error::custom(error))?;
                let behavior = read_extension(resource.get().as_bytes(), &ReadOptions::default())
                    .map_err(|error| A::Error::custom(format_args!("`{}`: {error}", error.path())))?;
                if extensions.insert(id, behavior).is_some() {
                    return Err(A::Error::custom(format_args!("the extension {id} occurs twice")));
                }
            }
            Ok(Extensions(extensions))
        }
    }

    deserializer.deserialize_any(Resources)
}

/// Reads the name of a preset, or an object of rules; null means the default.
fn rules<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RulesSpecOrPreset, D::Error> {
    struct Rules;

    impl<'de> Visitor<'de> for Rules {
        type Value = RulesSpecOrPreset;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a preset's name or an object of rules")
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
            let preset: Preset = name
                .parse()
                .map_err(|error: NameError| E::custom(format_args!("{}: {error}", Quoted(name))))?;
            Ok(RulesSpecOrPreset(preset.spec()))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let wire = WireRules::deserialize(MapAccessDeserializer::new(map))?;
            Ok(RulesSpecOrPreset(wire.into()))
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(RulesSpecOrPreset::default())
        }
    }

    deserializer.deserialize_any(Rules)
}

/// Reads objects only. A derived struct alone would also accept an array.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Map<T> {
            type Value = T;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }

        deserializer.deserialize_map(Map(PhantomData)).map(Object)
    }
}

/// A value written as text, in the form that its `FromStr` reads.
struct Text<T>(T);

impl<'de, T: FromStr<Err: fmt::Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map(Text).map_err(|error| D::Error::custom(format_args!("{}: {error}", Quoted(&text))))
    }
}

fn text<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(deserializer: D) -> Result<T, D::Error> {
    Text::deserialize(deserializer).map(|Text(value)| value)
}

fn optional_text<'de, D: Deserializer<'de>, T: FromStr<Err: fmt::Display>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = Option::<Text<T>>::deserialize(deserializer)?;
    Ok(value.map(|Text(value)| value))
}

impl FromStr for Instance {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == LAST_CALLOUT { Ok(Self::Last) } else { text.parse().map(Self::Id) }
    }
}

fn instance<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instance, D::Error> {
    text(deserializer)
}

fn steps<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Step<'a>>, D::Error> {
    let steps = Vec::<Object<Step<'a>>>::deserialize(deserializer)?;
    Ok(steps.into_iter().map(|Object(step)| step).collect())
}
