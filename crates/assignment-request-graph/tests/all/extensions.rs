//! What a policy says of its extensions, and of the approval stages that they determine (rules P6, Y1): what it becomes,
//! and each fault at its place.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::{
    ApprovalStageSpec, CallbackConfiguration, CalloutStage, ExtensionBehavior, ExtensionId, ExtensionSpec,
    Limits, PatternCache, Period, Policy, PolicySpec, StageSpec,
};
use assignment_request_graph::{
    ReadCode, ReadError, ReadOptions, UnknownMembers, read_extension, read_policy, write_policy,
};
use uuid::uuid;

const TRAINING: ExtensionId = ExtensionId::new(uuid!("11e3a1f2-6c1b-4b54-8d5c-3a1f6f1c0a01"));
const OTHER: ExtensionId = ExtensionId::new(uuid!("52d6f0a9-0b7e-4a63-9a7d-8a2f5c4e7b02"));
const DETERMINING: &str = "assignmentRequestDeterminingApprovalRequirements";

fn read(body: &str) -> Result<PolicySpec, ReadError> {
    read_policy(body.as_bytes(), &ReadOptions::default())
}

#[expect(clippy::unnecessary_wraps, reason = "of the type of a setting's behavior")]
const fn waits(timeout: Option<Period>) -> Option<ExtensionBehavior> {
    Some(ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout }))
}

const CONTINUES: Option<ExtensionBehavior> = Some(ExtensionBehavior::LaunchAndContinue);

/// A policy with one setting, of this extension.
fn with_extension(members: &str) -> String {
    format!(
        r#"{{"customExtensionStageSettings":[{{"stage":"assignmentRequestCreated","customExtension":{{{members}}}}}]}}"#
    )
}

fn extension(members: &str) -> ExtensionSpec {
    let [extension] =
        <[ExtensionSpec; 1]>::try_from(read(&with_extension(members)).unwrap().extensions).unwrap();
    extension
}

/// A policy with these stages.
fn with_stages(stages: &str) -> String {
    format!(r#"{{"requestApprovalSettings":{{"isApprovalRequiredForAdd":true,"stages":[{stages}]}}}}"#)
}

fn stage(stage: &str) -> StageSpec {
    let [stage] = <[StageSpec; 1]>::try_from(read(&with_stages(stage)).unwrap().approval.stages).unwrap();
    stage
}

#[track_caller]
fn assert_refused(body: &str, code: ReadCode, path: &str, at: &str, message: &str) {
    let error = read(body).unwrap_err();
    let column = body.find(at).unwrap() + 1;
    let found = (error.code(), error.path(), error.to_string());
    assert_eq!(found, (code, path, message.to_owned()), "{body}");
    assert_eq!(error.line().zip(error.column()), Some((1, column)), "{body}");
}

/// P6: what is said by a callback configuration that is given, null or absent, beside an endpoint configuration that is.
#[test]
fn p6_given_whole_or_by_reference() {
    let hour = waits(Some(Period::from_minutes(60)));
    let callbacks = [
        (r#""callbackConfiguration":{"timeoutDuration":"PT1H"}"#, [hour, hour, hour]),
        (r#""callbackConfiguration":{}"#, [waits(None), waits(None), waits(None)]),
        (r#""callbackConfiguration":null"#, [CONTINUES, None, None]),
        ("", [None, None, None]),
    ];
    let endpoints = [
        r##""endpointConfiguration":{"@odata.type":"#microsoft.graph.logicAppTriggerEndpointConfiguration"}"##,
        r#""endpointConfiguration":null"#,
        "",
    ];
    for (callback, expected) in callbacks {
        for (endpoint, expected) in endpoints.into_iter().zip(expected) {
            for members in [[endpoint, callback], [callback, endpoint]] {
                let members: Vec<_> = members.into_iter().filter(|member| !member.is_empty()).collect();
                let id = format!(r#""id":"{TRAINING}""#);
                for members in [members.join(","), [&[id.as_str()], &members[..]].concat().join(",")] {
                    let found = extension(&members);
                    let id = members.contains("\"id\"").then_some(TRAINING);
                    assert_eq!((found.behavior, found.custom_extension_id), (expected, id), "{members}");
                }
            }
        }
    }
    for setting in [
        r#"{"stage":"assignmentRequestCreated","customExtension":null}"#,
        r#"{"stage":"assignmentRequestCreated"}"#,
    ] {
        let policy = read(&format!(r#"{{"customExtensionStageSettings":[{setting}]}}"#)).unwrap();
        let expected = ExtensionSpec {
            stage: CalloutStage::AssignmentRequestCreated,
            custom_extension_id: None,
            behavior: None,
        };
        assert_eq!(policy.extensions, [expected], "{setting}");
    }
    // An endpoint of any kind is there; what is in it is the host's.
    for endpoint in ["{}", "[]", "7", "\"\"", "false"] {
        let members = format!(r#""callbackConfiguration":null,"endpointConfiguration":{endpoint}"#);
        assert_eq!(extension(&members).behavior, CONTINUES, "{endpoint}");
    }
}

#[test]
fn p6_the_members_of_an_extension() {
    let path = |member: &str| format!("customExtensionStageSettings[0].customExtension.{member}");
    let body = with_extension(r#""id":"7""#);
    let message = "expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`, found `7`";
    assert_refused(&body, ReadCode::InvalidId, &path("id"), "\"7\"", message);
    let body = with_extension(r#""callbackConfiguration":[]"#);
    let message = "expected an object, found an array";
    assert_refused(&body, ReadCode::WrongType, &path("callbackConfiguration"), "[]", message);
    // Both names of a time-out; both types of the configuration.
    for name in
        ["customExtensionCallbackConfiguration", "accessPackageRequestApprovalStageCallbackConfiguration"]
    {
        for prefix in ["#microsoft.graph.", "microsoft.graph."] {
            let members = format!(
                r#""callbackConfiguration":{{"@odata.type":"{prefix}{name}","durationBeforeTimeout":"PT30M"}}"#
            );
            assert_eq!(extension(&members).behavior, waits(Some(Period::from_minutes(30))), "{members}");
        }
    }
    let body = with_extension(
        r##""callbackConfiguration":{"@odata.type":"#microsoft.graph.customCalloutExtension"}"##,
    );
    let message = "type `#microsoft.graph.customCalloutExtension` where customExtensionCallbackConfiguration or \
                   accessPackageRequestApprovalStageCallbackConfiguration is expected";
    let at = "\"#microsoft.graph.customCallout";
    assert_refused(
        &body,
        ReadCode::ODataTypeMismatch,
        &path("callbackConfiguration.@odata.type"),
        at,
        message,
    );
    let body = with_extension(
        r#""callbackConfiguration":{"timeoutDuration":"PT1H","durationBeforeTimeout":"PT2H"}"#,
    );
    let path = path("callbackConfiguration.durationBeforeTimeout");
    let message = "contradicts `timeoutDuration`";
    assert_refused(&body, ReadCode::ConflictingMembers, &path, "\"durationBefore", message);
}

/// P6: an extension as a host knows it.
#[test]
fn p6_an_extension_by_itself() {
    let read = |body: &str| read_extension(body.as_bytes(), &ReadOptions::default());
    for (body, expected) in [
        (r#"{"callbackConfiguration":null}"#, CONTINUES),
        (r#"{"callbackConfiguration":{}}"#, waits(None)),
        (
            r##"{"@odata.type":"#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension","displayName":"x",
                "callbackConfiguration":{"durationBeforeTimeout":"PT1H"},"endpointConfiguration":{"a":[1]}}"##,
            waits(Some(Period::from_minutes(60))),
        ),
    ] {
        assert_eq!(read(body).ok(), expected, "{body}");
    }
    for body in [r#"{"endpointConfiguration":{}}"#, r#"{"id":"11e3a1f2-6c1b-4b54-8d5c-3a1f6f1c0a01"}"#] {
        let error = read(body).unwrap_err();
        assert_eq!((error.code(), error.path()), (ReadCode::Missing, "callbackConfiguration"), "{body}");
        assert_eq!(error.to_string(), "missing member `callbackConfiguration`");
    }
    for (body, code, path) in [
        ("[]", ReadCode::WrongType, ""),
        ("null", ReadCode::WrongType, ""),
        (r#"{"callbackConfiguration":7}"#, ReadCode::WrongType, "callbackConfiguration"),
        (r#"{"id":"x","callbackConfiguration":null}"#, ReadCode::InvalidId, "id"),
        (r##"{"@odata.type":"#microsoft.graph.user"}"##, ReadCode::ODataTypeMismatch, "@odata.type"),
        (
            r#"{"callbackConfiguration":{"timeoutDuration":"1h"}}"#,
            ReadCode::InvalidDuration,
            "callbackConfiguration.timeoutDuration",
        ),
        (
            r#"{"callbackConfiguration":null,"callbackConfiguration":{}}"#,
            ReadCode::DuplicateMember,
            "callbackConfiguration",
        ),
    ] {
        let error = read(body).unwrap_err();
        assert_eq!((error.code(), error.path()), (code, path), "{body}");
    }
}

#[test]
fn y1_a_determined_stage() {
    let determined = |id| StageSpec::Determined { custom_extension_id: id };
    let odata_type = r##""@odata.type":"#microsoft.graph.accessPackageDynamicApprovalStage""##;
    let custom_extension = format!(
        r##""customExtension":{{"@odata.type":"#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension","id":"{TRAINING}"}}"##
    );
    for members in [
        format!("{odata_type},{custom_extension}"),
        // The type comes last.
        format!("{custom_extension},{odata_type}"),
        format!("{},{custom_extension}", odata_type.replace('#', "")),
        format!(r#""x":{{"@odata.type":"{OTHER}"}},{odata_type},{custom_extension}"#),
        format!(r#"{odata_type},"customExtension":{{"id":"{}"}}"#, TRAINING.to_string().to_uppercase()),
        // The setting at Determining says the rest.
        format!(r#"{odata_type},"customExtension":{{"callbackConfiguration":7,"id":"{TRAINING}","x":[]}}"#),
    ] {
        assert_eq!(stage(&format!("{{{members}}}")), determined(Some(TRAINING)), "{members}");
    }
    // Its other members are placeholders and may have any value.
    for placeholder in [
        r#""durationBeforeAutomaticDenial":"P0D""#,
        r#""durationBeforeAutomaticDenial":"soon""#,
        r#""durationBeforeAutomaticDenial":[{"a":null}]"#,
        r#""approvalStageTimeOutInDays":-7"#,
        r#""durationBeforeAutomaticDenial":"P1D","approvalStageTimeOutInDays":2"#,
        r#""isEscalationEnabled":"perhaps""#,
        r#""isApproverJustificationRequired":0"#,
        r#""durationBeforeEscalation":{}"#,
        r#""primaryApprovers":null"#,
        r#""primaryApprovers":[null,7]"#,
        r#""escalationApprovers":{"x":1e999}"#,
        r#""notInAnySchema":true"#,
    ] {
        let body = format!("{{{placeholder},{custom_extension},{odata_type}}}");
        assert_eq!(stage(&body), determined(Some(TRAINING)), "{body}");
        let strict = ReadOptions { unknown_members: Some(UnknownMembers::Refuse), ..ReadOptions::default() };
        let policy = read_policy(with_stages(&body).as_bytes(), &strict).unwrap();
        assert_eq!(policy.approval.stages, [determined(Some(TRAINING))], "{body}");
    }
    // They are read as JSON all the same.
    let twice = with_stages(&format!(r#"{{{odata_type},"primaryApprovers":[{{"a":1,"a":2}}]}}"#));
    let path = "requestApprovalSettings.stages[0].primaryApprovers[0].a";
    assert_refused(&twice, ReadCode::DuplicateMember, path, "\"a\":2", "member `a` occurs twice");

    // An id that is missing is a fault of the policy, not of the reading.
    for custom_extension in
        ["", r#","customExtension":null"#, r#","customExtension":{}"#, r#","customExtension":{"id":null}"#]
    {
        let body = with_stages(&format!("{{{odata_type}{custom_extension}}}"));
        let spec = read(&body).unwrap();
        assert_eq!(spec.approval.stages, [determined(None)], "{body}");
        let violations = Policy::compile(&spec, &Limits::default()).unwrap_err();
        let found: Vec<_> = violations.violations().iter().map(ToString::to_string).collect();
        assert_eq!(found, ["`requestApprovalSettings.stages[0].customExtension.id` is missing"], "{body}");
    }
    let path = |member: &str| format!("requestApprovalSettings.stages[0].customExtension{member}");
    let body = with_stages(&format!(r#"{{{odata_type},"customExtension":{{"id":"7"}}}}"#));
    let message = "expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`, found `7`";
    assert_refused(&body, ReadCode::InvalidId, &path(".id"), "\"7\"", message);
    let body = with_stages(&format!(r#"{{{odata_type},"customExtension":"{TRAINING}"}}"#));
    let message = "expected an object, found a string";
    assert_refused(&body, ReadCode::WrongType, &path(""), &format!("\"{TRAINING}"), message);
    let body = with_stages(&format!(
        r##"{{{odata_type},"customExtension":{{"@odata.type":"#microsoft.graph.user"}}}}"##
    ));
    let error = read(&body).unwrap_err();
    assert_eq!((error.code(), error.path()), (ReadCode::ODataTypeMismatch, path(".@odata.type").as_str()));
}

#[test]
fn y1_an_extension_of_another_stage_is_refused() {
    let set = |denial| {
        StageSpec::Set(ApprovalStageSpec {
            duration_before_automatic_denial: denial,
            is_approver_justification_required: false,
            is_escalation_enabled: false,
            duration_before_escalation: None,
        })
    };
    let message = "only a stage of the type accessPackageDynamicApprovalStage has an extension";
    let path = "requestApprovalSettings.stages[0].customExtension";
    for odata_type in [
        "",
        r#","@odata.type":null"#,
        r##","@odata.type":"#microsoft.graph.accessPackageApprovalStage""##,
        r#","@odata.type":"microsoft.graph.approvalStage""#,
        r##","@odata.type":"#microsoft.graph.unifiedApprovalStage""##,
    ] {
        for value in ["{}", r#"{"id":null}"#, "[]", "7", "\"\""] {
            let body = with_stages(&format!(r#"{{"customExtension":{value}{odata_type}}}"#));
            assert_refused(&body, ReadCode::UnsupportedValue, path, "\"customExtension\"", message);
        }
        let body = format!(r#"{{"customExtension":null,"durationBeforeAutomaticDenial":"P2D"{odata_type}}}"#);
        assert_eq!(stage(&body), set(Some(Period::from_days(2))), "{body}");
    }
    // The name of the type is the whole name, in its case.
    for name in [
        "accessPackageDynamicApprovalStage",
        "#microsoft.graph.AccessPackageDynamicApprovalStage",
        "#microsoft.graph.accessPackageDynamicApprovalStages",
        "##microsoft.graph.accessPackageDynamicApprovalStage",
    ] {
        let error = read(&with_stages(&format!(r#"{{"@odata.type":"{name}"}}"#))).unwrap_err();
        let expected = (ReadCode::ODataTypeMismatch, "requestApprovalSettings.stages[0].@odata.type");
        assert_eq!((error.code(), error.path()), expected, "{name}");
    }
}

/// J11: policies with stages of both kinds, and with extensions of every kind, are written and read as the same.
#[test]
fn j11_determined_stages_and_references_are_written_and_read() {
    let behaviors = [None, CONTINUES, waits(None), waits(Some(Period::from_minutes(60)))];
    let ids = [None, Some(TRAINING)];
    let settings = behaviors.into_iter().flat_map(|behavior| {
        ids.map(|custom_extension_id| ExtensionSpec {
            stage: CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
            custom_extension_id,
            behavior,
        })
    });
    let mut policy = PolicySpec { extensions: settings.collect(), ..PolicySpec::default() };
    let set = ApprovalStageSpec {
        duration_before_automatic_denial: None,
        is_approver_justification_required: true,
        is_escalation_enabled: true,
        duration_before_escalation: Some(Period::from_days(1)),
    };
    policy.approval.stages =
        vec![set.into(), determined(Some(OTHER)), determined(None), determined(Some(TRAINING))];
    policy.approval.is_required_for_add = true;
    let mut written = Vec::new();
    write_policy(&policy, &mut written);
    let text = String::from_utf8(written).unwrap();
    assert_eq!(read(&text).as_ref(), Ok(&policy), "{text}");
    let mut again = Vec::new();
    write_policy(&read(&text).unwrap(), &mut again);
    assert_eq!(String::from_utf8(again).unwrap(), text);
    for part in [
        r##""stages":[{"isApproverJustificationRequired":true,"isEscalationEnabled":true,"durationBeforeEscalation":"P1D"},{"@odata.type":"#microsoft.graph.accessPackageDynamicApprovalStage","customExtension":{"id":"52d6f0a9-0b7e-4a63-9a7d-8a2f5c4e7b02"}},{"@odata.type":"#microsoft.graph.accessPackageDynamicApprovalStage","customExtension":{}},{"##,
        r#""customExtensionStageSettings":[{"stage":"assignmentRequestDeterminingApprovalRequirements","customExtension":{}},{"stage":"assignmentRequestDeterminingApprovalRequirements","customExtension":{"id":"11e3a1f2-6c1b-4b54-8d5c-3a1f6f1c0a01"}},{"stage":"assignmentRequestDeterminingApprovalRequirements","customExtension":{"endpointConfiguration":{},"callbackConfiguration":null}},"#,
        r#""customExtension":{"callbackConfiguration":{}}}"#,
        r#""customExtension":{"id":"11e3a1f2-6c1b-4b54-8d5c-3a1f6f1c0a01","callbackConfiguration":{"timeoutDuration":"PT1H"}}}"#,
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

const fn determined(custom_extension_id: Option<ExtensionId>) -> StageSpec {
    StageSpec::Determined { custom_extension_id }
}

/// From the body to the route: the host's word on a reference decides (P6), and a determined stage waits (Y3).
#[test]
fn p6_the_hosts_word_on_a_policy_that_was_read() {
    let body = format!(
        r##"{{
            "requestApprovalSettings": {{
                "isApprovalRequiredForAdd": true,
                "isApprovalRequiredForUpdate": false,
                "stages": [{{
                    "@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage",
                    "durationBeforeAutomaticDenial": "P0D",
                    "customExtension": {{"id": "{TRAINING}"}}
                }}]
            }},
            "customExtensionStageSettings": [
                {{"stage": "{DETERMINING}", "customExtension": {{"id": "{TRAINING}"}}}},
                {{"stage": "assignmentRequestGranted", "customExtension": {{"id": "{OTHER}"}}}}
            ]
        }}"##
    );
    let spec = read(&body).unwrap();
    let codes = |training: Option<ExtensionBehavior>, other: Option<ExtensionBehavior>| {
        let resolve = |id| if id == TRAINING { training } else { other };
        let outcome = Policy::compile_with(&spec, &Limits::default(), &resolve, &mut PatternCache::new());
        outcome
            .map(|policy| {
                CalloutStage::ALL
                    .iter()
                    .flat_map(|stage| policy.route().extensions(*stage))
                    .map(|extension| extension.timeout)
                    .collect::<Vec<_>>()
            })
            .map_err(|violations| {
                violations
                    .violations()
                    .iter()
                    .map(|one| format!("{} {}", one.code(), one.place))
                    .collect::<Vec<_>>()
            })
    };
    let extension = |index| format!("customExtensionStageSettings[{index}].customExtension");
    let unresolved = |index| format!("unresolvedExtension {}", extension(index));
    let hour = Some(Period::from_minutes(60));
    assert_eq!(codes(None, None), Err(vec![unresolved(0), unresolved(1)]));
    assert_eq!(codes(waits(hour), None), Err(vec![unresolved(1)]));
    let required = format!("waitRequired {}.callbackConfiguration", extension(0));
    assert_eq!(codes(CONTINUES, CONTINUES), Err(vec![required]));
    let missing = format!("missing {}.callbackConfiguration.timeoutDuration", extension(1));
    assert_eq!(codes(waits(hour), waits(None)), Err(vec![missing]));
    assert_eq!(codes(waits(hour), CONTINUES), Ok(vec![hour, None]));
}
