//! What only a host knows, written into a resource: names of people, members of the schema that have no field, and the
//! history. And what the policy and the approvers said, on its whole way to a client.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::{Action, Actor, ApprovalDecision, Command, Limits, Policy, Role};
use assignment_request_graph::{
    AdditionalDataError, ApiVersion, ApprovalResource, IdentityResource, RawJson, ReadCode, ReadOptions,
    RequestResource, StageResource, Viewer, history_of, read_approval, read_create, read_decision,
    read_policy, read_request, read_stage,
};
use serde_json::{Value, json};

use crate::way::{APPROVER, CREATE, EXTENSION, POLICY, REQUEST, SYSTEM, USER, at, way, way_and_events};

fn options() -> ReadOptions {
    ReadOptions::default()
}

fn raw(json: &str) -> RawJson<'_> {
    RawJson::new(json.as_bytes(), &options()).unwrap()
}

fn json_of(write: impl Fn(&mut Vec<u8>)) -> Value {
    let mut out = Vec::new();
    write(&mut out);
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn a_host_completes_a_request() {
    let requests = way();
    let request = requests.last().unwrap();
    let mut resource = RequestResource::from(request);
    resource.context = Some("https://example.com/v1.0/$metadata#requests/$entity".into());
    let requestor = resource.requestor.as_mut().unwrap();
    requestor.display_name = Some("Ada".into());
    requestor.email = Some("ada@example.com".into());
    requestor.add_member("principalName", raw("\"ada@example.com\"")).unwrap();
    requestor.add_member("subjectType", raw("\"user\"")).unwrap();
    resource.add_member("accessPackage", raw(r#"{"id": "1", "displayName": "Sales"}"#)).unwrap();
    let assignment = resource.assignment.as_mut().unwrap();
    assignment.add_member("assignmentPolicy", raw(r#"{"id": "2"}"#)).unwrap();
    assignment.target.as_mut().unwrap().add_member("subjectLifecycle", raw("\"governed\"")).unwrap();

    let written = json_of(|out| resource.write(ApiVersion::V1_0, out));
    assert_eq!(written["@odata.context"], "https://example.com/v1.0/$metadata#requests/$entity");
    assert_eq!(written["accessPackage"], json!({ "id": "1", "displayName": "Sales" }));
    assert_eq!(written["assignment"]["assignmentPolicy"], json!({ "id": "2" }));
    assert_eq!(written["assignment"]["target"]["subjectLifecycle"], "governed");
    assert_eq!(
        written["requestor"],
        json!({
            "id": USER.to_string(), "objectId": USER.to_string(), "displayName": "Ada",
            "email": "ada@example.com", "principalName": "ada@example.com", "subjectType": "user"
        })
    );
    for api in ApiVersion::ALL {
        let mut body = Vec::new();
        resource.write(*api, &mut body);
        assert_eq!(read_request(&body, &options()), Ok(resource.clone()), "rule J11");
    }
    // The parts can be answers of their own, as those of `/assignment` and `/requestor`.
    let assignment = resource.assignment.as_ref().unwrap();
    assert_eq!(json_of(|out| assignment.write(ApiVersion::V1_0, out)), written["assignment"]);
    assert_eq!(
        json_of(|out| assignment.target.as_ref().unwrap().write(ApiVersion::V1_0, out)),
        written["assignment"]["target"]
    );
}

#[test]
fn a_member_that_has_a_field_or_is_in_no_schema_is_not_added() {
    let mut request = RequestResource::default();
    for name in ["id", "state", "history", "assignment", "shoeSize", "AccessPackage", "@odata.type", ""] {
        let error = request.add_member(name, raw("1")).unwrap_err();
        let AdditionalDataError::UnknownMember { name: given, expected } = &error else { panic!("{error}") };
        assert_eq!(given, name);
        assert!(expected.contains(&"accessPackage"));
    }
    let error = request.add_member("a\u{202e}b", raw("1")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a\\u{202e}b` has a field, or is in no schema; expected one of: accessPackage, \
         customExtensionHandlerInstances, expirationDateTime, parameters, verifiedCredentialsData"
    );
    assert_eq!(request, RequestResource::default());
    request.add_member("parameters", raw("{}")).unwrap();
    let error = request.add_member("parameters", raw("[]")).unwrap_err();
    assert_eq!(error, AdditionalDataError::DuplicateMember { name: "parameters" });
    assert_eq!(error.to_string(), "`parameters` is already there");
    assert_eq!(request.additional_data.get("parameters").map(RawJson::get), Some("{}"));
    // A member that was read counts too.
    let mut read = read_request(br#"{"accessPackage": null}"#, &options()).unwrap();
    assert!(read.add_member("accessPackage", raw("{}")).is_err());
    let mut identity = IdentityResource::default();
    assert!(identity.add_member("displayName", raw("\"x\"")).is_err());
    identity.add_member("userPrincipalName", raw("\"x\"")).unwrap();
}

#[test]
fn json_of_the_host_is_checked() {
    for (json, code) in [
        ("", ReadCode::Malformed),
        ("{", ReadCode::Malformed),
        ("{} {}", ReadCode::Malformed),
        ("nul", ReadCode::Malformed),
        ("'x'", ReadCode::Malformed),
        ("\"\n\"", ReadCode::Malformed),
        (r#"{"a":[{"b":1,"b":2}]}"#, ReadCode::DuplicateMember),
    ] {
        assert_eq!(RawJson::new(json.as_bytes(), &options()).unwrap_err().code(), code, "{json}");
    }
    assert_eq!(RawJson::new(b"\"\xff\"", &options()).unwrap_err().code(), ReadCode::Malformed);
    let deep = "[".repeat(33) + &"]".repeat(33);
    assert_eq!(RawJson::new(deep.as_bytes(), &options()).unwrap_err().code(), ReadCode::TooDeep);
    let strict = ReadOptions { max_bytes: 3, ..options() };
    assert_eq!(RawJson::new(b"1234", &strict).unwrap_err().code(), ReadCode::BodyTooLarge);
    for json in ["null", " [1.50, \"\\u00e9\"]\n", "{}", "0"] {
        assert_eq!(raw(json).get(), json.trim());
    }
}

/// A choice that is named in another language is stored by its value, and shown by the policy's default text. What a
/// client claims to be shown counts for nothing.
#[test]
fn a5_the_display_value_of_an_answer_is_kept_on_its_whole_way() {
    let policy = POLICY.replace(
        r#""text": "Arizona""#,
        r#""text": "Arizona", "localizations": [{ "languageCode": "nv", "text": "Hoozdo" }]"#,
    );
    let policy = read_policy(policy.as_bytes(), &options()).unwrap();
    let policy = Policy::compile(&policy, &Limits::default()).unwrap();
    for named in ["AZ", "Arizona", "Hoozdo"] {
        let create = CREATE
            .replace(r#""value": "Arizona","#, &format!(r#""value": "{named}", "displayValue": "Nevada","#));
        let draft = read_create(create.as_bytes(), &options()).unwrap();
        let user = Actor::new(USER, Role::User);
        let (request, _) = policy.submit(REQUEST, &draft, None, user, at("2026-01-05T09:00:00Z")).unwrap();
        let stored = &request.answers()[0];
        assert_eq!((stored.value.as_deref(), stored.display_value.as_deref()), (Some("AZ"), Some("Arizona")));
        for api in ApiVersion::ALL {
            let mut resource = RequestResource::from(&request);
            let mut body = Vec::new();
            resource.write(*api, &mut body);
            let answers = read_request(&body, &options()).unwrap().answers.unwrap();
            let shown: Vec<_> = answers
                .iter()
                .map(|answer| (answer.value.as_deref(), answer.display_value.as_deref()))
                .collect();
            assert_eq!(shown, [(Some("AZ"), Some("Arizona")), (Some("a line"), None)]);

            // A host that knows the caller's language shows the text in it.
            resource.answers.as_mut().unwrap()[0].display_value = Some("Hoozdo".into());
            body.clear();
            resource.write(*api, &mut body);
            assert_eq!(read_request(&body, &options()), Ok(resource));
        }
    }
}

/// The members of a stage as the published schema has them, and their kinds.
#[test]
fn a_reviewed_stage_is_complete_in_both_generations() {
    let requests = way();
    let request = &requests[3];
    let viewer = Viewer { id: APPROVER, stages: &[0, 1] };
    let mut approval = ApprovalResource::of(request, Some(&viewer));
    let reviewed_by = approval.stages.as_mut().unwrap()[0].reviewed_by.as_mut().unwrap();
    reviewed_by.display_name = Some("Grace".into());
    for (api, name) in [(ApiVersion::V1_0, "stages"), (ApiVersion::Beta, "steps")] {
        let mut body = Vec::new();
        approval.write(api, &mut body);
        let written: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            written[name][0],
            json!({
                "id": request.approval_stage_id(0).unwrap().to_string(),
                "displayName": null,
                "reviewedDateTime": "2026-01-05T09:03:00Z",
                "reviewResult": "Approve",
                "status": "Completed",
                "assignedToMe": true,
                "justification": "fine",
                "reviewedBy": { "id": APPROVER.to_string(), "displayName": "Grace" }
            })
        );
        assert_eq!(written[name][1]["status"], "InProgress");
        assert_eq!(read_approval(&body, &options()).as_ref(), Ok(&approval));
    }
}

/// A client reads a stage, changes it, and sends all of it back (rule J4).
#[test]
fn a_stage_that_was_read_is_sent_back_as_a_decision() {
    let requests = way();
    let stage = StageResource::of(&requests[3], 1, Some(&Viewer { id: APPROVER, stages: &[1] }));
    for api in ApiVersion::ALL {
        let mut written = json_of(|out| stage.write(*api, out));
        written["@odata.type"] = api_type(*api).into();
        written["@odata.context"] = "https://example.com/$metadata#x".into();
        written["reviewResult"] = "Deny".into();
        written["justification"] = "no longer needed".into();
        // An official client writes an identity's type too.
        written["reviewedBy"] = json!({ "@odata.type": "#microsoft.graph.userIdentity", "id": null });
        let body = serde_json::to_vec(&written).unwrap();
        let review = read_decision(&body, &options()).unwrap();
        assert_eq!(review.decision, ApprovalDecision::Deny);
        assert_eq!(review.justification.as_deref(), Some("no longer needed"));
        assert_eq!(read_stage(&body, &options()).unwrap().justification.as_deref(), Some("no longer needed"));
    }
}

fn api_type(api: ApiVersion) -> &'static str {
    match api {
        ApiVersion::V1_0 => "#microsoft.graph.approvalStage",
        ApiVersion::Beta => "#microsoft.graph.approvalStep",
    }
}

#[test]
fn the_history_of_a_request_is_written_in_beta_only() {
    let (requests, events) = way_and_events();
    let request = requests.last().unwrap();
    let name = |id| match id {
        USER => Some("Ada".into()),
        APPROVER => Some("Grace".into()),
        _ => None,
    };
    let mut resource = RequestResource::from(request);
    resource.history = Some(history_of(request, &events, name));
    let history = resource.history.as_mut().unwrap();
    assert_eq!(history.len(), events.len());
    history[0].user_principal_name = Some("ada@example.com".into());

    let mut body = Vec::new();
    resource.write(ApiVersion::Beta, &mut body);
    assert_eq!(read_request(&body, &options()).as_ref(), Ok(&resource));
    let written: Value = serde_json::from_slice(&body).unwrap();
    let history = written["history"].as_array().unwrap();
    let told: Vec<_> = history
        .iter()
        .map(|activity| {
            let text = |name: &str| activity[name].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", text("action"), text("userDisplayName"), text("detail"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "Submitted Ada Quarter's \"end\"",
            "CalloutStarted - -",
            "CallbackReceived - all verified",
            "ApprovalRequested - -",
            "StageApproved Grace fine",
            "ApprovalRequested - -",
            "StageApproved Grace -",
            "Approved - -",
            "DeliveryStarted - -",
            "CalloutStarted - -",
            "FulfillmentOrdered - -",
            "Delivered - -",
        ]
    );
    assert_eq!(
        history[0],
        json!({
            "action": "Submitted", "actionDateTime": "2026-01-05T09:00:00.5Z", "scheduledDateTime": null,
            "detail": "Quarter's \"end\"", "userDisplayName": "Ada", "userPrincipalName": "ada@example.com"
        })
    );
    assert_eq!(json_of(|out| resource.write(ApiVersion::V1_0, out)).get("history"), None);
}

#[test]
fn the_history_names_who_ended_a_request_and_when_it_would_have_begun() {
    let create =
        CREATE.replace(r#""schedule": {"#, r#""schedule": { "startDateTime": "2026-02-01T00:00:00Z","#);
    let policy = r#"{"requestorSettings": {"enableTargetsToSelfAddAccess": true, "allowCustomAssignmentSchedule": true}}"#;
    let policy = read_policy(policy.as_bytes(), &options()).unwrap();
    let policy = Policy::compile(&policy, &Limits::default()).unwrap();
    let mut draft = read_create(create.as_bytes(), &options()).unwrap();
    draft.answers.clear();
    let user = Actor::new(USER, Role::User);
    let now = at("2026-01-05T09:00:00Z");
    let (mut request, submitted) = policy.submit(REQUEST, &draft, None, user, now).unwrap();
    let mut events = vec![submitted];
    let system = Actor::new(SYSTEM, Role::System);
    for command in
        [Command::new(system, Action::Process { target: None }), Command::new(user, Action::Cancel)]
    {
        events.extend(request.handle(&command, now).unwrap());
    }
    let history = history_of(&request, &events, |id| Some(id.to_string().into()));
    let last = history.last().unwrap();
    assert_eq!(last.action.as_deref(), Some("Canceled"));
    assert_eq!(last.user_display_name.as_deref(), Some(USER.to_string().as_str()));
    let scheduled: Vec<_> = history.iter().filter_map(|activity| activity.scheduled).collect();
    assert_eq!(scheduled, [at("2026-02-01T00:00:00Z")]);
    // An extension is named if the host has a name for it.
    let (requests, events) = way_and_events();
    let history = history_of(&requests[5], &events, |id| (id == EXTENSION).then_some("Badge office".into()));
    let named: Vec<_> = history.iter().filter_map(|activity| activity.user_display_name.as_deref()).collect();
    assert_eq!(named, ["Badge office"]);
}
