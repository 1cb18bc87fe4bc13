//! Extensions of a policy: which are waited for, and which determine an approval stage (P4, P6, Y1 to Y3).

use std::cell::RefCell;

use assignment_request::{
    CallbackConfiguration, CalloutStage, Extension, ExtensionBehavior, ExtensionId, ExtensionSpec, Limits,
    PatternCache, Period, Policy, PolicySpec, RouteStage, StageSpec,
};

use crate::common::{
    APPROVED, CREATED, DAY, DETERMINING, GRANTED, HOUR, OTHER, REMOVED, SERVICE, minutes, stage,
};

const FIRST: ExtensionId = ExtensionId::from_u128(0xe1);
const SECOND: ExtensionId = ExtensionId::from_u128(0xe2);

const LAUNCH: ExtensionBehavior = ExtensionBehavior::LaunchAndContinue;

fn wait(timeout: i64) -> ExtensionBehavior {
    ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: Some(minutes(timeout)) })
}

const ENDLESS: ExtensionBehavior = ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout: None });

const fn setting(
    stage: CalloutStage,
    custom_extension_id: Option<ExtensionId>,
    behavior: Option<ExtensionBehavior>,
) -> ExtensionSpec {
    ExtensionSpec { stage, custom_extension_id, behavior }
}

const fn determined_by(id: ExtensionId) -> StageSpec {
    StageSpec::Determined { custom_extension_id: Some(id) }
}

fn policy(stages: &[StageSpec], extensions: &[ExtensionSpec]) -> PolicySpec {
    let mut spec = PolicySpec { extensions: extensions.to_vec(), ..PolicySpec::default() };
    spec.approval.stages = stages.to_vec();
    spec
}

/// Compiles a policy for a host that knows these extensions: the policy or its violations, each as `code path`, and the
/// ids that the host was asked for.
fn compile(
    spec: &PolicySpec,
    known: &[(ExtensionId, ExtensionBehavior)],
) -> (Result<Policy, Vec<String>>, Vec<ExtensionId>) {
    let asked = RefCell::new(Vec::new());
    let resolve = |id| {
        asked.borrow_mut().push(id);
        known.iter().find(|(known, _)| *known == id).map(|(_, behavior)| *behavior)
    };
    let compiled = Policy::compile_with(spec, &Limits::default(), &resolve, &mut PatternCache::new());
    let compiled = compiled.map_err(|violations| {
        violations
            .violations()
            .iter()
            .map(|violation| format!("{} {}", violation.code(), violation.place))
            .collect()
    });
    (compiled, asked.into_inner())
}

/// What is wrong with a policy, for a host that knows these extensions.
fn faults(spec: &PolicySpec, known: &[(ExtensionId, ExtensionBehavior)]) -> Vec<String> {
    compile(spec, known).0.err().unwrap_or_default()
}

fn extension(index: usize, rest: &str) -> String {
    format!("customExtensionStageSettings[{index}].customExtension{rest}")
}

// P6.

#[test]
fn p6_the_five_steps_at_each_stage_of_a_request() {
    const CALLBACK: &str = ".callbackConfiguration.timeoutDuration";
    // What the policy says, what the host knows, what comes of it, and whether the host is asked.
    let waits = |timeout| Ok(Some(minutes(timeout)));
    let unresolved = Err("unresolvedExtension");
    let table = [
        // 1. A callback configuration in the policy.
        (Some(FIRST), Some(wait(HOUR)), Some(LAUNCH), waits(HOUR), false),
        (Some(FIRST), Some(wait(HOUR)), None, waits(HOUR), false),
        (None, Some(wait(HOUR)), None, waits(HOUR), false),
        // 2. The host's word.
        (Some(FIRST), None, Some(wait(DAY)), waits(DAY), true),
        (Some(FIRST), None, Some(LAUNCH), Ok(None), true),
        (Some(FIRST), Some(LAUNCH), Some(wait(DAY)), waits(DAY), true),
        (Some(FIRST), Some(LAUNCH), Some(LAUNCH), Ok(None), true),
        // 3. The host does not know it, or cannot be asked, and the policy says that nobody waits.
        (Some(FIRST), Some(LAUNCH), None, Ok(None), true),
        (None, Some(LAUNCH), None, Ok(None), false),
        // 5. Nobody says it.
        (Some(FIRST), None, None, unresolved, true),
        (None, None, None, unresolved, false),
    ];
    for stage in [CREATED, APPROVED, GRANTED, REMOVED] {
        for (id, given, known, expected, is_asked) in table {
            let spec = policy(&[], &[setting(stage, id, given)]);
            let known = known.map(|behavior| (FIRST, behavior));
            let (compiled, asked) = compile(&spec, known.as_slice());
            let timeout = compiled.map(|policy| {
                policy.route().extensions(stage).map(|extension| extension.timeout).collect::<Vec<_>>()
            });
            let expected = expected
                .map(|timeout: Option<Period>| vec![timeout])
                .map_err(|code| vec![format!("{code} {}", extension(0, ""))]);
            assert_eq!(timeout, expected, "{stage} {id:?} {given:?} {known:?}");
            assert_eq!(asked.as_slice(), id.filter(|_| is_asked).as_slice(), "{stage} {given:?} {known:?}");
        }
    }
    // The host's configuration is judged as the policy's.
    for (known, code) in [(ENDLESS, "missing"), (wait(4), "badDuration"), (wait(14 * DAY + 1), "badDuration")]
    {
        let spec = policy(&[], &[setting(CREATED, Some(FIRST), None)]);
        assert_eq!(faults(&spec, &[(FIRST, known)]), [format!("{code} {}", extension(0, CALLBACK))]);
    }
}

#[test]
fn p6_the_host_is_never_asked_about_a_stage_where_no_request_waits() {
    for stage in CalloutStage::ALL.iter().filter(|stage| stage.is_pre_expiration()) {
        for given in [None, Some(LAUNCH)] {
            for id in [Some(FIRST), None] {
                let spec = policy(&[], &[setting(*stage, id, given)]);
                let (compiled, asked) = compile(&spec, &[(FIRST, wait(HOUR))]);
                assert_eq!(
                    compiled.unwrap().route().extensions(*stage).count(),
                    0,
                    "4. launched by the host"
                );
                assert!(asked.is_empty(), "{asked:?}");
            }
        }
        for given in [wait(HOUR), wait(1), ENDLESS] {
            let spec = policy(&[], &[setting(*stage, Some(FIRST), Some(given))]);
            let (compiled, asked) = compile(&spec, &[(FIRST, LAUNCH)]);
            let path = extension(0, ".callbackConfiguration");
            assert_eq!(compiled.unwrap_err(), [format!("waitNotAllowed {path}")], "{stage}: only that");
            assert!(asked.is_empty(), "{asked:?}");
        }
    }
}

#[test]
fn p6_without_a_host_no_extension_is_known() {
    let spec =
        policy(&[], &[setting(CREATED, Some(FIRST), None), setting(CREATED, Some(FIRST), Some(LAUNCH))]);
    let violations = Policy::compile(&spec, &Limits::default()).unwrap_err();
    assert_eq!(
        violations.to_string(),
        format!(
            "`{}` names the extension {FIRST} by reference, and the host does not know it; give its \
             `callbackConfiguration` here, or let the host look the extension up",
            extension(0, "")
        )
    );
}

// P4.

#[test]
fn p4_of_each_setting_the_first_rule_that_it_breaks_in_the_order_of_the_settings() {
    let unknown = |stage| setting(stage, Some(ExtensionId::new(OTHER.uuid())), None);
    let spec = policy(
        &[determined_by(FIRST), stage(HOUR, None).into(), determined_by(SECOND)],
        &[
            // Y2 before P6 and Y3: nobody is asked about it.
            unknown(DETERMINING),
            setting(DETERMINING, Some(ExtensionId::new(SERVICE.uuid())), Some(LAUNCH)),
            setting(DETERMINING, Some(ExtensionId::new(SERVICE.uuid())), Some(ENDLESS)),
            // P6 before Y3.
            setting(DETERMINING, Some(FIRST), None),
            // Y3.
            setting(DETERMINING, Some(SECOND), Some(LAUNCH)),
            // P6.
            unknown(CREATED),
            // As before.
            setting(CalloutStage::AssignmentOneDayBeforeExpiration, None, Some(ENDLESS)),
            setting(APPROVED, None, Some(ENDLESS)),
            setting(GRANTED, None, Some(wait(1))),
            // Good.
            setting(REMOVED, None, Some(wait(HOUR))),
        ],
    );
    let (compiled, asked) = compile(&spec, &[]);
    assert_eq!(
        compiled.unwrap_err(),
        [
            format!("unmatchedExtension {}", extension(0, "")),
            format!("unmatchedExtension {}", extension(1, "")),
            format!("unmatchedExtension {}", extension(2, "")),
            format!("unresolvedExtension {}", extension(3, "")),
            format!("waitRequired {}", extension(4, ".callbackConfiguration")),
            format!("unresolvedExtension {}", extension(5, "")),
            format!("waitNotAllowed {}", extension(6, ".callbackConfiguration")),
            format!("missing {}", extension(7, ".callbackConfiguration.timeoutDuration")),
            format!("badDuration {}", extension(8, ".callbackConfiguration.timeoutDuration")),
        ]
    );
    assert_eq!(
        asked,
        [FIRST, SECOND, ExtensionId::new(OTHER.uuid())],
        "and nobody is asked about what is refused anyway"
    );
}

// Y1 to Y3.

#[test]
fn y1_a_determined_stage_names_its_extension() {
    let nameless = StageSpec::Determined { custom_extension_id: None };
    let spec = policy(&[stage(HOUR, None).into(), nameless], &[setting(DETERMINING, None, Some(wait(HOUR)))]);
    assert_eq!(
        faults(&spec, &[]),
        [
            "missing requestApprovalSettings.stages[1].customExtension.id".to_owned(),
            format!("unmatchedExtension {}", extension(0, ""))
        ],
        "two that are not named are not the same"
    );
}

#[test]
fn y1_p3_determined_stages_count_among_the_three() {
    let settings = [setting(DETERMINING, Some(FIRST), Some(wait(HOUR)))];
    let of = |count| {
        let mut spec = policy(&vec![determined_by(FIRST); count], &settings);
        spec.approval.is_required_for_add = true;
        faults(&spec, &[])
    };
    assert_eq!(of(3), [""; 0], "one extension for three stages");
    assert_eq!(of(4), ["tooManyStages requestApprovalSettings.stages"]);
    assert_eq!(
        of(0),
        [
            "approvalStagesMissing requestApprovalSettings.stages".to_owned(),
            format!("unmatchedExtension {}", extension(0, ""))
        ]
    );
}

#[test]
fn y2_each_stage_has_one_setting_and_each_setting_a_stage() {
    let waits = |id| setting(DETERMINING, Some(id), Some(wait(HOUR)));
    let unmatched_stage =
        |index: usize| format!("unmatchedExtension requestApprovalSettings.stages[{index}].customExtension");
    let unmatched_setting = |index| format!("unmatchedExtension {}", extension(index, ""));
    for is_required in [false, true] {
        let of = |stages: &[StageSpec], settings: &[ExtensionSpec]| {
            let mut spec = policy(stages, settings);
            spec.approval.is_required_for_add = is_required;
            faults(&spec, &[])
        };
        let (first, second) = (determined_by(FIRST), determined_by(SECOND));
        let set = StageSpec::from(stage(HOUR, None));
        assert_eq!(of(&[first], &[waits(FIRST)]), [""; 0]);
        assert_eq!(of(&[first, set, first], &[waits(FIRST)]), [""; 0], "two stages name one extension");
        assert_eq!(of(&[first], &[]), [unmatched_stage(0)]);
        let elsewhere = setting(CREATED, Some(FIRST), Some(wait(HOUR)));
        assert_eq!(of(&[first], &[elsewhere]), [unmatched_stage(0)], "at Determining");
        assert_eq!(
            of(&[first], &[waits(FIRST), elsewhere]),
            [""; 0],
            "the same extension is called elsewhere too"
        );
        assert_eq!(of(&[first, first], &[]), [unmatched_stage(0), unmatched_stage(1)]);
        assert_eq!(
            of(&[set, first], &[waits(FIRST), waits(FIRST)]),
            [unmatched_stage(1)],
            "named twice: said of the stage, and not of the settings"
        );
        assert_eq!(of(&[set], &[waits(FIRST)]), [unmatched_setting(0)], "named by no stage");
        assert_eq!(
            of(&[set, second], &[waits(FIRST), elsewhere]),
            [unmatched_stage(1), unmatched_setting(0)],
            "first the stages, then the settings"
        );
        let short = StageSpec::from(stage(0, None));
        assert_eq!(
            of(&[first, short, second, first], &[]),
            [
                "tooManyStages requestApprovalSettings.stages".to_owned(),
                unmatched_stage(0),
                "badDuration requestApprovalSettings.stages[1].durationBeforeAutomaticDenial".to_owned(),
                unmatched_stage(2),
                unmatched_stage(3),
            ],
            "stage by stage"
        );
    }
}

#[test]
fn y3_an_extension_that_determines_a_stage_is_waited_for() {
    let of = |given, known: Option<ExtensionBehavior>| {
        let spec = policy(&[determined_by(FIRST)], &[setting(DETERMINING, Some(FIRST), given)]);
        compile(&spec, known.map(|behavior| (FIRST, behavior)).as_slice())
    };
    let required = [format!("waitRequired {}", extension(0, ".callbackConfiguration"))];
    let timeout = |code: &str| [format!("{code} {}", extension(0, ".callbackConfiguration.timeoutDuration"))];
    assert_eq!(of(Some(LAUNCH), None).0.unwrap_err(), required);
    assert_eq!(of(Some(LAUNCH), Some(LAUNCH)).0.unwrap_err(), required);
    assert_eq!(of(None, Some(LAUNCH)).0.unwrap_err(), required);
    assert_eq!(of(None, None).0.unwrap_err(), [format!("unresolvedExtension {}", extension(0, ""))]);
    assert_eq!(of(None, Some(ENDLESS)).0.unwrap_err(), timeout("missing"));
    assert_eq!(of(Some(wait(4)), Some(wait(HOUR))).0.unwrap_err(), timeout("badDuration"));
    for (given, known) in
        [(Some(wait(HOUR)), None), (Some(LAUNCH), Some(wait(HOUR))), (None, Some(wait(HOUR)))]
    {
        let (compiled, asked) = of(given, known);
        let policy = compiled.unwrap();
        let found: Vec<_> = policy.route().extensions(DETERMINING).copied().collect();
        let (stage, custom_extension_id) = (DETERMINING, Some(FIRST));
        assert_eq!(found, [Extension { stage, custom_extension_id, timeout: Some(minutes(HOUR)) }]);
        assert_eq!(asked.len(), usize::from(known.is_some()), "and asked once");
    }
}

#[test]
fn i6_y2_what_the_host_said_is_on_the_route_once_for_each_stage() {
    let spec = policy(
        &[determined_by(SECOND), determined_by(FIRST), stage(HOUR, None).into()],
        &[
            setting(DETERMINING, Some(FIRST), None),
            setting(CREATED, Some(ExtensionId::new(SERVICE.uuid())), None),
            setting(DETERMINING, Some(SECOND), Some(wait(2 * HOUR))),
            setting(
                CalloutStage::AssignmentOneDayBeforeExpiration,
                Some(ExtensionId::new(OTHER.uuid())),
                None,
            ),
        ],
    );
    let (compiled, asked) =
        compile(&spec, &[(FIRST, wait(HOUR)), (ExtensionId::new(SERVICE.uuid()), LAUNCH)]);
    let policy = compiled.unwrap();
    assert_eq!(asked, [FIRST, ExtensionId::new(SERVICE.uuid())]);
    let determining: Vec<_> = policy
        .route()
        .extensions(DETERMINING)
        .map(|extension| (extension.custom_extension_id.unwrap(), extension.timeout.unwrap()))
        .collect();
    assert_eq!(
        determining,
        [(SECOND, minutes(2 * HOUR)), (FIRST, minutes(HOUR))],
        "in the order of the stages, whatever that of the settings"
    );
    assert_eq!(policy.route().extensions(CREATED).next().unwrap().timeout, None);
    let stages: Vec<_> = policy.route().approval_stages().to_vec();
    assert_eq!(
        stages[..2],
        [SECOND, FIRST].map(|custom_extension_id| RouteStage::Determined { custom_extension_id })
    );
    assert!(matches!(stages[2], RouteStage::Set(_)));
}
