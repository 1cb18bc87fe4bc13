//! Requests on their way, as they are written in both generations (rules J8 to J11).

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::{
    AccessPackageId, Action, Actor, ApprovalDecision, Approver, ApproverKind, AssignmentId, CallbackDecision,
    CalloutStage, Command, DeterminedStage, ExistingAssignment, Limits, Period, Policy, PolicyId, Request,
    Resume, Role, StageDecision, SubjectId, Tier,
};
use assignment_request_graph::{
    ApiVersion, ApprovalResource, Name, ReadOptions, RequestResource, StageStatus, Viewer, read_approval,
    read_create, read_policy, read_request, write_approval, write_callout, write_request,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::way::{APPROVER, EXTENSION, REQUEST, SYSTEM, USER, at, handle, submitted, way};

fn written(write: impl Fn(&mut Vec<u8>)) -> Value {
    let mut out = Vec::new();
    write(&mut out);
    serde_json::from_slice(&out).unwrap()
}

fn v1_0(request: &Request) -> Value {
    written(|out| write_request(request, ApiVersion::V1_0, out))
}

fn beta(request: &Request) -> Value {
    written(|out| write_request(request, ApiVersion::Beta, out))
}

#[test]
fn j10_a_new_request_in_v1() {
    let answer = |kind: &str, id: &str, value: &str, display: Value| {
        json!({
            "@odata.type": "#microsoft.graph.accessPackageAnswerString",
            "value": value,
            "displayValue": display,
            "answeredQuestion": { "@odata.type": format!("#microsoft.graph.accessPackage{kind}Question"), "id": id }
        })
    };
    let subject = json!({ "id": USER.to_string(), "objectId": USER.to_string() });
    assert_eq!(
        v1_0(&submitted()),
        json!({
            "id": "9c1e258d-7723-43b1-ae21-e6eeeb324fe5",
            "requestType": "userAdd",
            "state": "submitted",
            "status": "Accepted",
            "createdDateTime": "2026-01-05T09:00:00.5Z",
            "completedDateTime": null,
            "isValidationOnly": false,
            "schedule": {
                "startDateTime": null,
                "recurrence": null,
                "expiration": { "endDateTime": null, "duration": "P14D", "type": "afterDuration" }
            },
            "justification": "Quarter's \"end\"",
            "answers": [
                answer("MultipleChoice", "8fe745e7-80b2-490d-bd22-4e708c77288c", "AZ", json!("Arizona")),
                answer("TextInput", "7aaa18c9-8e4f-440f-bd5a-3a7ce312cbe6", "a line", Value::Null)
            ],
            "assignment": {
                "accessPackageId": "b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c",
                "assignmentPolicyId": "d7e91a2b-0000-4000-8000-000000000001",
                "targetId": USER.to_string(),
                "target": subject
            },
            "requestor": subject,
            "customExtensionCalloutInstances": []
        })
    );
}

#[test]
fn j10_beta_has_its_own_names_and_the_rest_is_the_same() {
    for request in way() {
        let (v1_0, mut beta) = (v1_0(&request), beta(&request));
        for (beta_name, name) in [
            ("requestState", "state"),
            ("requestStatus", "status"),
            ("completedDate", "completedDateTime"),
            ("accessPackageAssignment", "assignment"),
        ] {
            let value = beta.as_object_mut().unwrap().remove(beta_name).unwrap();
            beta[name] = value;
        }
        for name in ["requestType", "state"] {
            let text = beta[name].as_str().unwrap().to_owned();
            assert!(text.starts_with(|first: char| first.is_ascii_uppercase()), "{text}");
            beta[name] = (text[..1].to_lowercase() + &text[1..]).into();
        }
        assert_eq!(beta, v1_0);
    }
}

#[test]
fn j10_a_request_on_its_way() {
    let way = way();
    let states: Vec<_> = way
        .iter()
        .map(v1_0)
        .map(|written| {
            (written["state"].as_str().unwrap().to_owned(), written["status"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [
        ("submitted", "Accepted"),
        ("submitted", "WaitingForCallback"),
        ("pendingApproval", "PendingApproval"),
        ("pendingApproval", "PendingApproval"),
        ("delivering", "Delivering"),
        ("delivered", "Fulfilled"),
    ];
    assert_eq!(states, expected.map(|(state, status)| (state.to_owned(), status.to_owned())));
    let delivered = v1_0(way.last().unwrap());
    assert_eq!(delivered["completedDateTime"], "2026-01-05T09:05:00Z");
    let callouts = &delivered["customExtensionCalloutInstances"];
    assert_eq!(
        *callouts,
        json!([
            {
                "id": callouts[0]["id"],
                "status": "callbackReceived",
                "detail": "all verified",
                "customExtensionId": "e59ef33d-7bc4-4b15-8d3c-01153de8a498",
                "externalCorrelationId": null
            },
            {
                "id": callouts[1]["id"],
                "status": "calloutSent",
                "detail": null,
                "customExtensionId": "e59ef33d-7bc4-4b15-8d3c-01153de8a499",
                "externalCorrelationId": null
            }
        ])
    );
    assert_eq!(callouts[0]["id"], way[1].callouts()[0].instance().to_string());
}

/// parse(write(x)) = x, at every step and in both generations (rule J11).
#[test]
fn j11_what_is_written_is_read_back() {
    let viewer = Viewer { id: APPROVER, stages: &[0, 1] };
    for request in way() {
        for api in ApiVersion::ALL {
            let mut body = Vec::new();
            write_request(&request, *api, &mut body);
            assert_eq!(read_request(&body, &ReadOptions::default()), Ok(RequestResource::from(&request)));
            body.clear();
            write_approval(&request, Some(&viewer), *api, &mut body);
            let expected = ApprovalResource::of(&request, Some(&viewer));
            assert_eq!(read_approval(&body, &ReadOptions::default()), Ok(expected));
        }
    }
}

#[test]
fn someone_who_is_not_in_the_directory_is_shown_by_address() {
    let body = br#"{"requestType":"adminAdd","assignment":{"target":{"email":"ann@contoso.com"},
        "assignmentPolicyId":"d7e91a2b-0000-4000-8000-000000000001",
        "accessPackageId":"b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c"}}"#;
    let options = ReadOptions::default();
    let policy =
        Policy::compile(&read_policy(b"{\"questions\":[]}", &options).unwrap(), &Limits::default()).unwrap();
    let administrator = Actor::new(SYSTEM, Role::Administrator);
    let draft = read_create(body, &options).unwrap();
    let (request, _) =
        policy.submit(REQUEST, &draft, None, administrator, at("2026-01-05T09:00:00Z")).unwrap();
    let written = v1_0(&request);
    assert_eq!(written["assignment"]["target"], json!({ "email": "ann@contoso.com" }));
    assert_eq!(written["assignment"].get("targetId"), None);
    let nothing = json!({ "endDateTime": null, "duration": null, "type": "notSpecified" });
    assert_eq!(
        written["schedule"],
        json!({ "startDateTime": null, "recurrence": null, "expiration": nothing })
    );
    assert_eq!((&written["justification"], &written["answers"]), (&Value::Null, &json!([])));
}

#[test]
fn j10_a_request_to_remove_shows_the_assignment_that_it_is_about() {
    let assignment = AssignmentId::from_u128(7);
    let body = br#"{"requestType":"adminRemove","assignment":{"id":"00000000-0000-0000-0000-000000000007"}}"#;
    let options = ReadOptions::default();
    let policy =
        Policy::compile(&read_policy(b"{\"questions\":[]}", &options).unwrap(), &Limits::default()).unwrap();
    let administrator = Actor::new(SYSTEM, Role::Administrator);
    let draft = read_create(body, &options).unwrap();
    let existing = ExistingAssignment {
        id: assignment,
        target: USER,
        access_package_id: AccessPackageId::from_u128(8),
        assignment_policy_id: PolicyId::from_u128(9),
    };
    let now = at("2026-01-05T09:00:00Z");
    let (request, _) = policy.submit(REQUEST, &draft, Some(&existing), administrator, now).unwrap();
    let shown = RequestResource::from(&request).assignment.unwrap();
    assert_eq!((shown.id, shown.target_id), (Some(assignment), Some(USER)));
    assert_eq!(v1_0(&request)["assignment"]["id"], assignment.to_string());
}

fn stage(request: &Request, index: u32, rest: Value) -> Value {
    let mut stage = json!({
        "id": request.approval_stage_id(index).unwrap().to_string(),
        "displayName": null,
        "reviewedDateTime": null,
        "reviewResult": "NotReviewed",
        "assignedToMe": false,
        "justification": "",
        "reviewedBy": null
    });
    let Value::Object(rest) = rest else { panic!("{rest}") };
    stage.as_object_mut().unwrap().extend(rest);
    stage
}

#[test]
fn an_approval_and_its_stages() {
    let way = way();
    let approval = |request: &Request, viewer: Option<&Viewer<'_>>, api| {
        written(|out| write_approval(request, viewer, api, out))
    };
    let new = approval(&way[0], None, ApiVersion::V1_0);
    let waits = json!({ "status": "Initializing" });
    let stages = json!([stage(&way[0], 0, waits.clone()), stage(&way[0], 1, waits)]);
    assert_eq!(new, json!({ "id": REQUEST.to_string(), "stages": stages }));

    let second = approval(&way[3], Some(&Viewer { id: APPROVER, stages: &[1] }), ApiVersion::Beta);
    let reviewed = json!({
        "status": "Completed",
        "reviewResult": "Approve",
        "reviewedDateTime": "2026-01-05T09:03:00Z",
        "reviewedBy": { "id": APPROVER.to_string(), "displayName": null },
        "justification": "fine"
    });
    let open = json!({ "status": "InProgress", "assignedToMe": true });
    assert_eq!(
        second,
        json!({ "id": REQUEST.to_string(), "steps": [stage(&way[3], 0, reviewed), stage(&way[3], 1, open)] })
    );

    let own = ApprovalResource::of(&way[3], Some(&Viewer { id: USER, stages: &[0, 1] }));
    let own: Vec<_> = own.stages.unwrap().iter().map(|stage| stage.assigned_to_me).collect();
    assert_eq!(own, [Some(false), Some(false)], "no one decides about their own access (V5)");
}

#[test]
fn stages_without_a_decision() {
    let statuses = |request: &Request| -> Vec<_> {
        let stages = ApprovalResource::of(request, None).stages.unwrap_or_default();
        stages.iter().map(|stage| stage.status.as_ref().and_then(Name::known).copied()).collect()
    };
    let first_is_open = [Some(StageStatus::InProgress), Some(StageStatus::Initializing)];
    assert_eq!(statuses(&way()[2]), first_is_open);
    let mut expired = way()[3].clone();
    handle(&mut expired, SYSTEM, Role::System, Action::Elapse, "2026-03-01T00:00:00Z");
    assert_eq!(statuses(&expired), [Some(StageStatus::Completed), Some(StageStatus::Expired)]);
    let mut undecided = way()[2].clone();
    handle(&mut undecided, SYSTEM, Role::System, Action::Elapse, "2026-03-01T00:00:00Z");
    assert_eq!(statuses(&undecided), [Some(StageStatus::Expired), Some(StageStatus::Initializing)]);
    let mut denied = way()[2].clone();
    let decide = StageDecision {
        stage: 0,
        tier: Tier::Primary,
        decision: ApprovalDecision::Deny,
        justification: None,
    };
    handle(&mut denied, APPROVER, Role::Approver, Action::DecideStage(decide), "2026-01-05T09:03:00Z");
    assert_eq!(statuses(&denied), [Some(StageStatus::Completed), Some(StageStatus::Initializing)]);
}

#[test]
fn what_an_extension_receives() {
    let way = way();
    let callout = |request: &Request, index: usize, api| {
        written(|out| write_callout(request, &request.callouts()[index], api, out))
    };
    let user = json!({ "Id": USER.to_string(), "ObjectId": USER.to_string() });
    let answer = |kind: &str, id: &str, value: &str, display: Value| {
        json!({
            "@odata.type": "#microsoft.graph.accessPackageAnswerString",
            "Value": value,
            "DisplayValue": display,
            "AnsweredQuestion": { "@odata.type": format!("#microsoft.graph.accessPackage{kind}Question"), "Id": id }
        })
    };
    let root = "/identityGovernance/entitlementManagement";
    assert_eq!(
        callout(&way[1], 0, ApiVersion::Beta),
        json!({
            "AccessPackageAssignmentRequestId": REQUEST.to_string(),
            "CallbackUriPath": format!("{root}/accessPackageAssignmentRequests/{REQUEST}/resume"),
            "CustomExtensionStageInstanceId": way[1].callouts()[0].instance().to_string(),
            "Stage": "AssignmentRequestCreated",
            "RequestType": "UserAdd",
            "Answers": [
                answer("MultipleChoice", "8fe745e7-80b2-490d-bd22-4e708c77288c", "AZ", json!("Arizona")),
                answer("TextInput", "7aaa18c9-8e4f-440f-bd5a-3a7ce312cbe6", "a line", Value::Null)
            ],
            "State": "Submitted",
            "Status": "WaitingForCallback",
            "CallbackConfiguration": { "DurationBeforeTimeout": "PT1H" },
            "AccessPackage": { "Id": "b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c" },
            "Assignment": {
                "Id": null,
                "Target": user,
                "AssignmentPolicy": { "Id": "d7e91a2b-0000-4000-8000-000000000001" }
            },
            "Requestor": user
        })
    );
    let granted = callout(&way[4], 1, ApiVersion::V1_0);
    assert_eq!(granted["CallbackConfiguration"], Value::Null, "launch and continue (X2)");
    assert_eq!(granted["CallbackUriPath"], format!("{root}/assignmentRequests/{REQUEST}/resume"));
    assert_eq!(granted["Stage"], "AssignmentRequestGranted");
}

const DETERMINES: &str = "3d0c1b52-61f2-4f2c-9f54-2f6b2a3f4e01";
const GRACE: SubjectId = SubjectId::from_u128(0x97ace);
const HEIDI: SubjectId = SubjectId::from_u128(0x4e1d1);

/// A policy with three stages: the second is set, an extension determines the others.
fn determining_policy() -> Policy {
    let stage = format!(
        r##"{{ "@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage", "customExtension": {{ "id": "{DETERMINES}" }} }}"##
    );
    let policy = format!(
        r#"{{
            "requestorSettings": {{ "enableTargetsToSelfAddAccess": true }},
            "requestApprovalSettings": {{
                "isApprovalRequiredForAdd": true,
                "stages": [{stage}, {{ "durationBeforeAutomaticDenial": "P2D" }}, {stage}]
            }},
            "customExtensionStageSettings": [{{
                "stage": "assignmentRequestDeterminingApprovalRequirements",
                "customExtension": {{ "id": "{DETERMINES}", "callbackConfiguration": {{ "timeoutDuration": "PT20M" }} }}
            }}]
        }}"#
    );
    let options = ReadOptions::default();
    Policy::compile(&read_policy(policy.as_bytes(), &options).unwrap(), &Limits::default()).unwrap()
}

/// A request that waits for what its first stage is.
fn determining() -> Request {
    let body = br#"{"requestType":"userAdd","assignment":{"accessPackageId":"b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c"}}"#;
    let draft = read_create(body, &ReadOptions::default()).unwrap();
    let user = Actor::new(USER, Role::User);
    let now = "2026-01-05T09:00:00Z";
    let mut request = determining_policy().submit(REQUEST, &draft, None, user, at(now)).unwrap().0;
    handle(&mut request, SYSTEM, Role::System, Action::Process { target: None }, now);
    request
}

/// The extension says who approves.
fn determine(request: &mut Request, by: SubjectId, primary: &[ApproverKind], escalation: &[ApproverKind]) {
    let entries = |kinds: &[ApproverKind]| {
        kinds.iter().map(|kind| Approver { kind: kind.clone(), is_backup: false }).collect()
    };
    let stage = DeterminedStage {
        duration_before_automatic_denial: Some(Period::from_days(2)),
        is_escalation_enabled: true,
        duration_before_escalation: Some(Period::from_days(1)),
        primary_approvers: entries(primary),
        escalation_approvers: entries(escalation),
        ..DeterminedStage::default()
    };
    let resume = Resume {
        instance: request.callouts().last().unwrap().instance(),
        stage: CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
        decision: CallbackDecision::Continue,
        approval_stage: Some(stage.into()),
        source: None,
        detail: None,
    };
    handle(request, by, Role::Extension, Action::Resume(resume), "2026-01-05T09:10:00Z");
}

#[test]
fn y5_what_an_extension_receives_at_determining() {
    let mut request = determining();
    let mut body = Vec::new();
    write_callout(&request, &request.callouts()[0], ApiVersion::V1_0, &mut body);
    let expected = |instance: &str| {
        [
            r#"{"AccessPackageAssignmentRequestId":"9c1e258d-7723-43b1-ae21-e6eeeb324fe5","#,
            r#""CallbackUriPath":"/identityGovernance/entitlementManagement/assignmentRequests/"#,
            r#"9c1e258d-7723-43b1-ae21-e6eeeb324fe5/resume","#,
            r#""CustomExtensionStageInstanceId":""#,
            instance,
            r#"","Stage":"AssignmentRequestDeterminingApprovalRequirements","RequestType":"UserAdd","Answers":[],"#,
            r#""State":"Submitted","Status":"WaitingForCallback","#,
            r##""CallbackConfiguration":{"@odata.type":"#microsoft.graph.accessPackageRequestApprovalStageCallbackConfiguration","##,
            r#""DurationBeforeTimeout":"PT20M"},"#,
            r#""AccessPackage":{"Id":"b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c"},"#,
            r#""Assignment":{"Id":null,"Target":{"Id":"7deff43e-1f17-44ef-9e5f-d516b0ba11d4","#,
            r#""ObjectId":"7deff43e-1f17-44ef-9e5f-d516b0ba11d4"},"AssignmentPolicy":{"Id":null}},"#,
            r#""Requestor":{"Id":"7deff43e-1f17-44ef-9e5f-d516b0ba11d4","ObjectId":"7deff43e-1f17-44ef-9e5f-d516b0ba11d4"}}"#,
        ]
        .concat()
    };
    let callout = "callout/assignmentRequestDeterminingApprovalRequirements/0/1";
    let instance = Uuid::new_v5(&REQUEST.uuid(), callout.as_bytes()).to_string();
    assert_eq!(String::from_utf8(body).unwrap(), expected(&instance));

    // The second is of the third stage, and says the same beside its instance.
    determine(&mut request, EXTENSION, &[ApproverKind::InternalSponsors], &[ApproverKind::InternalSponsors]);
    let mut body = Vec::new();
    write_callout(&request, &request.callouts()[1], ApiVersion::V1_0, &mut body);
    let callout = "callout/assignmentRequestDeterminingApprovalRequirements/1/1";
    let instance = Uuid::new_v5(&REQUEST.uuid(), callout.as_bytes()).to_string();
    assert_eq!(String::from_utf8(body).unwrap(), expected(&instance));
    let shown = v1_0(&request);
    assert_eq!((&shown["state"], &shown["status"]), (&json!("submitted"), &json!("WaitingForCallback")));
    let extensions: Vec<_> = request
        .callouts()
        .iter()
        .enumerate()
        .map(|(index, _)| shown["customExtensionCalloutInstances"][index]["customExtensionId"].clone())
        .collect();
    assert_eq!(extensions, [json!(DETERMINES), json!(DETERMINES)]);
}

/// To whom each stage is assigned.
fn assigned(request: &Request, id: SubjectId, stages: &[u32]) -> Vec<bool> {
    let approval = ApprovalResource::of(request, Some(&Viewer { id, stages }));
    approval.stages.unwrap().iter().map(|stage| stage.assigned_to_me.unwrap()).collect()
}

/// Single users whom the extension named are known to be approvers; who determined the stage, the requestor and the
/// target never are (rules V5, Y12).
#[test]
fn y12_stages_that_an_extension_determined_are_assigned_to_whom_it_named() {
    let mut request = determining();
    assert_eq!(assigned(&request, GRACE, &[]), [false; 3], "nothing is determined yet");
    assert_eq!(assigned(&request, GRACE, &[0, 2]), [true, false, true], "the host's word counts");
    let user = ApproverKind::SingleUser;
    determine(
        &mut request,
        APPROVER,
        &[user(GRACE), user(APPROVER), user(USER), ApproverKind::GroupMembers(SYSTEM)],
        &[user(HEIDI)],
    );
    determine(&mut request, EXTENSION, &[user(APPROVER)], &[user(HEIDI)]);
    assert_eq!(assigned(&request, GRACE, &[]), [true, false, false]);
    assert_eq!(assigned(&request, GRACE, &[1]), [true, true, false]);
    assert_eq!(assigned(&request, SYSTEM, &[]), [false; 3], "a group is the host's to resolve");
    // The approver determined the first stage, by itself or not: it is another's to decide.
    assert_eq!(assigned(&request, APPROVER, &[]), [false, false, true]);
    assert_eq!(assigned(&request, APPROVER, &[0, 1, 2]), [false, true, true]);
    assert_eq!(assigned(&request, EXTENSION, &[0, 1, 2]), [true, true, false]);
    assert_eq!(assigned(&request, USER, &[0, 1, 2]), [false; 3]);
    let unassigned = ApprovalResource::of(&request, None).stages.unwrap();
    assert!(unassigned.iter().all(|stage| stage.assigned_to_me == Some(false)));

    // Escalation approvers are asked at the escalation, of the stage that is escalated.
    assert_eq!(assigned(&request, HEIDI, &[]), [false; 3]);
    handle(&mut request, SYSTEM, Role::System, Action::Elapse, "2026-01-06T09:10:00Z");
    assert_eq!(v1_0(&request)["status"], "PendingApprovalEscalated");
    assert_eq!(assigned(&request, HEIDI, &[]), [true, false, false]);
    assert_eq!(assigned(&request, GRACE, &[]), [true, false, false]);
}

/// J10: the approval of a request whose stages are determined, before and after.
#[test]
fn an_approval_whose_stages_are_determined() {
    let mut request = determining();
    let statuses = |request: &Request| -> Vec<_> {
        let approval = written(|out| write_approval(request, None, ApiVersion::V1_0, out));
        let stages = approval["stages"].as_array().unwrap().clone();
        stages.iter().map(|stage| stage["status"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(statuses(&request), ["Initializing", "Initializing", "Initializing"]);
    for _ in 0..2 {
        let sponsors = [ApproverKind::ExternalSponsors];
        determine(&mut request, EXTENSION, &sponsors, &sponsors);
    }
    assert_eq!(statuses(&request), ["InProgress", "Initializing", "Initializing"]);
    for api in ApiVersion::ALL {
        let mut body = Vec::new();
        write_approval(&request, None, *api, &mut body);
        let expected = ApprovalResource::of(&request, None);
        assert_eq!(read_approval(&body, &ReadOptions::default()), Ok(expected));
    }
}

/// The target of a request that someone else made decides nothing about it either (V5).
#[test]
fn v5_no_stage_is_assigned_to_the_target_of_anothers_request() {
    let options = ReadOptions::default();
    let policy = br#"{
        "requestorSettings": {"enableTargetsToSelfAddAccess": true, "enableOnBehalfRequestorsToAddAccess": true},
        "requestApprovalSettings": {
            "isApprovalRequiredForAdd": true, "stages": [{"durationBeforeAutomaticDenial": "P2D"}]
        }
    }"#;
    let policy = Policy::compile(&read_policy(policy, &options).unwrap(), &Limits::default()).unwrap();
    let body = br#"{"requestType": "onBehalfAdd", "assignment": {
        "accessPackageId": "00000000-0000-0000-0000-000000000008", "targetId": "00000000-0000-0000-0000-0000000000aa",
        "assignmentPolicyId": "00000000-0000-0000-0000-000000000009"
    }}"#;
    let target = SubjectId::from_u128(0xaa);
    let now = at("2026-01-05T09:00:00Z");
    let (mut request, _) = policy
        .submit(REQUEST, &read_create(body, &options).unwrap(), None, Actor::new(USER, Role::User), now)
        .unwrap();
    let process = Command::new(Actor::new(SYSTEM, Role::System), Action::Process { target: None });
    request.handle(&process, now).unwrap();
    let assigned = |id| {
        let stages = ApprovalResource::of(&request, Some(&Viewer { id, stages: &[0] })).stages.unwrap();
        stages.iter().map(|stage| stage.assigned_to_me).collect::<Vec<_>>()
    };
    assert_eq!(assigned(APPROVER), [Some(true)]);
    assert_eq!((assigned(USER), assigned(target)), (vec![Some(false)], vec![Some(false)]));
}
