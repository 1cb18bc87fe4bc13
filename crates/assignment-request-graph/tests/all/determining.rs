//! A request whose approval stages an extension determines, as it is shown and answered: the callout, the approval, and
//! the refusals (rules Y5 to Y12, V5, section 8).

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use std::sync::Arc;

use assignment_request::{
    Action, Actor, ApprovalDecision, Approver, ApproverKind, CallbackDecision, CalloutId, CalloutStage,
    Command, DeterminedStage, Limits, Period, Policy, Rejection, Request, RequestId, Resume, Role,
    StageDecision, SubjectId, Tier, Timestamp, decide,
};
use assignment_request_graph::{
    ApiVersion, ApprovalResource, DuplicateAnswers, ErrorBody, GraphError, InnerError, Name, ReadOptions,
    StageStatus, Viewer, read_approval, read_create, read_policy, read_request, read_resume, write_approval,
    write_callout, write_request, write_resume,
};
use http::StatusCode;
use uuid::{Uuid, uuid};

const REQUEST: RequestId = RequestId::new(uuid!("9c1e258d-7723-43b1-ae21-e6eeeb324fe5"));
const ADA: SubjectId = SubjectId::new(uuid!("7deff43e-1f17-44ef-9e5f-d516b0ba11d4"));
const GRACE: SubjectId = SubjectId::new(uuid!("968b4b3e-9970-4ec5-8625-af4c4a71e0da"));
const ROBERT: SubjectId = SubjectId::new(uuid!("52d6f0a9-0b7e-4a63-9a7d-8a2f5c4e7b02"));
const EXTENSION: Actor = Actor::new(SubjectId::from_u128(2), Role::Extension);
const SYSTEM: Actor = Actor::new(SubjectId::from_u128(1), Role::System);

const POLICY: &str = r##"{
    "id": "d7e91a2b-0000-4000-8000-000000000001",
    "requestorSettings": {"enableTargetsToSelfAddAccess": true},
    "requestApprovalSettings": {
        "isApprovalRequiredForAdd": true,
        "isApprovalRequiredForUpdate": false,
        "stages": [
            {
                "@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage",
                "customExtension": {"id": "e59ef33d-7bc4-4b15-8d3c-01153de8a498"}
            },
            {"durationBeforeAutomaticDenial": "P2D"},
            {
                "@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage",
                "customExtension": {"id": "e59ef33d-7bc4-4b15-8d3c-01153de8a498"}
            }
        ]
    },
    "customExtensionStageSettings": [{
        "stage": "assignmentRequestDeterminingApprovalRequirements",
        "customExtension": {
            "id": "e59ef33d-7bc4-4b15-8d3c-01153de8a498",
            "callbackConfiguration": {"timeoutDuration": "PT1H"}
        }
    }]
}"##;

fn now() -> Timestamp {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn handle(request: &mut Request, actor: Actor, action: Action) -> Result<(), Rejection> {
    request.handle(&Command::new(actor, action), now()).map(drop)
}

/// A request that waits for what the extension determines about its first stage.
fn waiting() -> Request {
    let options = ReadOptions::default();
    let policy =
        Policy::compile(&read_policy(POLICY.as_bytes(), &options).unwrap(), &Limits::default()).unwrap();
    let body = br#"{"requestType":"userAdd","assignment":{"accessPackageId":"b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c"}}"#;
    let draft = read_create(body, &options).unwrap();
    let (mut request, _) = policy.submit(REQUEST, &draft, None, Actor::new(ADA, Role::User), now()).unwrap();
    handle(&mut request, SYSTEM, Action::Process { target: None }).unwrap();
    request
}

fn approver(kind: ApproverKind) -> Approver {
    Approver { kind, is_backup: false }
}

fn by_grace() -> DeterminedStage {
    DeterminedStage {
        duration_before_automatic_denial: Some(Period::from_days(1)),
        is_escalation_enabled: true,
        duration_before_escalation: Some(Period::from_minutes(60)),
        primary_approvers: vec![approver(ApproverKind::SingleUser(GRACE))],
        escalation_approvers: vec![approver(ApproverKind::SingleUser(ROBERT))],
        ..DeterminedStage::default()
    }
}

/// The resume that the callout which is waited for needs, read from the body that an extension writes.
fn resume(request: &Request, approval_stage: Option<DeterminedStage>) -> Action {
    let callout = request.callouts().last().unwrap();
    let resume = Resume {
        instance: callout.instance(),
        stage: callout.stage(),
        decision: CallbackDecision::Continue,
        approval_stage: approval_stage.map(Arc::new),
        source: None,
        detail: None,
    };
    let mut body = Vec::new();
    write_resume(&resume, &mut body);
    Action::Resume(read_resume(&body, &ReadOptions::default()).unwrap())
}

/// A request whose first stage is open.
fn pending() -> Request {
    let mut request = waiting();
    for _ in 0..2 {
        let action = resume(&request, Some(by_grace()));
        handle(&mut request, EXTENSION, action).unwrap();
    }
    request
}

fn decision(stage: u32, decision: ApprovalDecision) -> Action {
    Action::DecideStage(StageDecision { stage, tier: Tier::Primary, decision, justification: None })
}

fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8(out).unwrap()
}

/// Y5: what the extension receives, to the byte, with the type of its configuration.
#[test]
fn y5_the_callout_at_determining() {
    let mut request = waiting();
    let first = request.callouts().last().unwrap().clone();
    let expected = |request: &Request, instance: CalloutId, root: &str, requests: &str| {
        format!(
            r##"{{"AccessPackageAssignmentRequestId":"{REQUEST}","CallbackUriPath":"{root}/{requests}/{REQUEST}/resume","CustomExtensionStageInstanceId":"{instance}","Stage":"AssignmentRequestDeterminingApprovalRequirements","RequestType":"UserAdd","Answers":[],"State":"Submitted","Status":"{}","CallbackConfiguration":{{"@odata.type":"#microsoft.graph.accessPackageRequestApprovalStageCallbackConfiguration","DurationBeforeTimeout":"PT1H"}},"AccessPackage":{{"Id":"b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c"}},"Assignment":{{"Id":null,"Target":{{"Id":"{ADA}","ObjectId":"{ADA}"}},"AssignmentPolicy":{{"Id":"d7e91a2b-0000-4000-8000-000000000001"}}}},"Requestor":{{"Id":"{ADA}","ObjectId":"{ADA}"}}}}"##,
            request.status()
        )
    };
    let root = "/identityGovernance/entitlementManagement";
    for (api, requests) in
        [(ApiVersion::V1_0, "assignmentRequests"), (ApiVersion::Beta, "accessPackageAssignmentRequests")]
    {
        let found = written(|out| write_callout(&request, &first, api, out));
        assert_eq!(found, expected(&request, first.instance(), root, requests));
    }
    // It is called once for each determined stage; the callouts differ by their instance.
    let action = resume(&request, Some(by_grace()));
    handle(&mut request, EXTENSION, action).unwrap();
    let second = request.callouts().last().unwrap();
    assert_eq!((first.index(), second.index()), (0, 1));
    let found = written(|out| write_callout(&request, second, ApiVersion::V1_0, out));
    assert_eq!(found, expected(&request, second.instance(), root, "assignmentRequests"));
    assert_ne!(first.instance(), second.instance());
}

/// The statuses of the stages, and whether each is assigned to who asks.
fn stages(request: &Request, viewer: Option<&Viewer<'_>>) -> Vec<(StageStatus, bool)> {
    let stages = ApprovalResource::of(request, viewer).stages.unwrap();
    stages
        .iter()
        .map(|stage| {
            let status = stage.status.as_ref().and_then(Name::known).copied();
            (status.unwrap(), stage.assigned_to_me.unwrap())
        })
        .collect()
}

#[test]
fn y12_an_approval_and_to_whom_its_stages_are_assigned() {
    use StageStatus::{Completed, InProgress, Initializing};

    let assigned = |request: &Request, id: SubjectId, found: &[u32]| {
        stages(request, Some(&Viewer { id, stages: found })).into_iter().map(|(_, is)| is).collect::<Vec<_>>()
    };
    let request = waiting();
    assert_eq!(stages(&request, None), [(Initializing, false); 3]);
    assert_eq!(assigned(&request, GRACE, &[]), [false; 3], "nothing is determined yet");

    let mut request = pending();
    assert_eq!(stages(&request, None), [(InProgress, false), (Initializing, false), (Initializing, false)]);
    // Single users whom the extension named need not be looked up; the policy's own stage does.
    assert_eq!(assigned(&request, GRACE, &[]), [true, false, true]);
    assert_eq!(assigned(&request, GRACE, &[1]), [true, true, true]);
    assert_eq!(assigned(&request, ROBERT, &[]), [false; 3], "not escalated");
    // No one decides about their own access, or about a stage that they determined.
    assert_eq!(assigned(&request, ADA, &[0, 1, 2]), [false; 3]);
    assert_eq!(assigned(&request, EXTENSION.id, &[0, 1, 2]), [false, true, false]);

    for api in ApiVersion::ALL {
        let body = written(|out| write_approval(&request, None, *api, out));
        let read = read_approval(body.as_bytes(), &ReadOptions::default());
        assert_eq!(read, Ok(ApprovalResource::of(&request, None)));
        let body = written(|out| write_request(&request, *api, out));
        let resource = read_request(body.as_bytes(), &ReadOptions::default()).unwrap();
        assert_eq!(resource.status, Some(Name::Known(request.status())));
        assert_eq!(resource.callouts.map(|callouts| callouts.len()), Some(2));
    }

    let later: Timestamp = "2026-01-05T10:00:00Z".parse().unwrap();
    request.handle(&Command::new(SYSTEM, Action::Elapse), later).unwrap();
    assert_eq!(assigned(&request, ROBERT, &[]), [true, false, false]);
    let grace = Actor::new(GRACE, Role::Approver);
    handle(&mut request, grace, decision(0, ApprovalDecision::Approve)).unwrap();
    let statuses = [(Completed, false), (InProgress, false), (Initializing, false)];
    assert_eq!(stages(&request, None), statuses);
}

/// The status and the body with which a rejection is answered.
fn answer(rejection: &Rejection) -> (StatusCode, String) {
    let inner = InnerError { date: now(), request_id: Uuid::from_u128(1), client_request_id: None };
    let refusal = GraphError::from(rejection);
    (refusal.status(), written(|out| ErrorBody::from(refusal).write(&inner, out)))
}

/// The body around these members, up to `innerError`.
fn error(members: &str) -> String {
    let id = Uuid::from_u128(1);
    format!(
        r#"{{"error":{{{members},"innerError":{{"date":"2026-01-05T09:00:00Z","request-id":"{id}","client-request-id":"{id}"}}}}}}"#
    )
}

#[test]
fn y6_and_y8_a_stage_that_cannot_be_used() {
    let mut request = waiting();
    let before = request.clone();
    let refused = |request: &mut Request, approval_stage| {
        let action = resume(request, approval_stage);
        answer(&handle(request, EXTENSION, action).unwrap_err())
    };
    assert_eq!(
        refused(&mut request, None),
        (
            StatusCode::BAD_REQUEST,
            error(
                r#""code":"approvalStageMissing","message":"a callback at stage `assignmentRequestDeterminingApprovalRequirements` must carry an approval stage, unless it denies or cancels","details":[]"#
            )
        )
    );
    // An empty stage is no approval; every fault is reported, in order.
    let empty = concat!(
        r#""code":"badApprovalStage","message":"the approval stage cannot be used: `data.approvalStage.durationBeforeAutomaticDenial` is missing; "#,
        r#"`data.approvalStage.primaryApprovers` names no approver other than the requestor, the target and the caller","details":["#,
        r#"{"code":"missing","target":"data.approvalStage.durationBeforeAutomaticDenial","message":"`data.approvalStage.durationBeforeAutomaticDenial` is missing"},"#,
        r#"{"code":"noApprovers","target":"data.approvalStage.primaryApprovers","message":"`data.approvalStage.primaryApprovers` names no approver other than the requestor, the target and the caller"}]"#
    );
    assert_eq!(
        refused(&mut request, Some(DeterminedStage::default())),
        (StatusCode::BAD_REQUEST, error(empty))
    );
    let by_ada = DeterminedStage {
        is_escalation_enabled: true,
        duration_before_escalation: Some(Period::from_days(1)),
        primary_approvers: vec![
            approver(ApproverKind::SingleUser(ADA)),
            approver(ApproverKind::SingleUser(EXTENSION.id)),
        ],
        escalation_approvers: vec![approver(ApproverKind::InternalSponsors); 51],
        ..by_grace()
    };
    let action = resume(&request, Some(by_ada));
    let rejection = handle(&mut request, EXTENSION, action).unwrap_err();
    let details: Vec<_> =
        ErrorBody::from(&rejection).details.into_iter().map(|detail| (detail.code, detail.target)).collect();
    let expected = [
        ("badDuration", "data.approvalStage.durationBeforeEscalation"),
        ("noApprovers", "data.approvalStage.primaryApprovers"),
        ("tooMany", "data.approvalStage.escalationApprovers"),
    ];
    assert_eq!(details, expected.map(|(code, target)| (code, target.to_owned())));
    assert_eq!(request, before, "a refused stage changes nothing");

    // Beside a denial, which no preset takes here.
    let callout = request.callouts().last().unwrap();
    let denied = Resume {
        instance: callout.instance(),
        stage: CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
        decision: CallbackDecision::Deny,
        approval_stage: Some(Arc::new(by_grace())),
        source: None,
        detail: None,
    };
    let denial = decide(&request, &Command::new(EXTENSION, Action::Resume(denied)), now()).unwrap_err();
    assert_eq!((denial.code(), answer(&denial).0), ("denialNotAllowed", StatusCode::BAD_REQUEST));
}

#[test]
fn y12_and_v5_who_decides_again() {
    let mut request = pending();
    let by = |id| Actor::new(id, Role::Approver);
    let appointed =
        handle(&mut request, by(EXTENSION.id), decision(0, ApprovalDecision::Approve)).unwrap_err();
    assert_eq!(
        answer(&appointed),
        (
            StatusCode::FORBIDDEN,
            error(
                r#""code":"selfAppointed","message":"the approver determined approval stage 0, and so may not decide it","details":[]"#
            )
        )
    );
    handle(&mut request, by(GRACE), decision(0, ApprovalDecision::Approve)).unwrap();
    let duplicate = handle(&mut request, by(GRACE), decision(0, ApprovalDecision::Approve)).unwrap_err();
    assert_eq!(
        answer(&duplicate),
        (
            StatusCode::CONFLICT,
            error(
                r#""code":"alreadyDecided","message":"the same approver made this decision about approval stage 0 before: `approve`","details":[]"#
            )
        )
    );
    let refusal = GraphError::from(&duplicate);
    assert!(refusal.is_duplicate());
    let idempotent = refusal.answer(DuplicateAnswers::Idempotent, StatusCode::NO_CONTENT);
    assert_eq!(idempotent, StatusCode::NO_CONTENT);
    // Another decision, or another approver, is no duplicate.
    for (actor, other) in [(by(GRACE), ApprovalDecision::Deny), (by(ROBERT), ApprovalDecision::Approve)] {
        let rejection = handle(&mut request, actor, decision(0, other)).unwrap_err();
        let refusal = GraphError::from(&rejection);
        assert_eq!((rejection.code(), refusal.status()), ("stageAlreadyDecided", StatusCode::CONFLICT));
        assert!(!refusal.is_duplicate());
    }
    assert_eq!(
        answer(&Rejection::NoRequest),
        (
            StatusCode::NOT_FOUND,
            error(r#""code":"noRequest","message":"there is no such request","details":[]"#)
        )
    );
}
