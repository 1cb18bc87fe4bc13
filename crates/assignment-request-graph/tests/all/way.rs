//! A request on its way from submission to delivery, for the tests of what is written.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic is how they fail"
)]

use assignment_request::{
    Action, Actor, ApprovalDecision, CallbackDecision, CalloutStage, Command, DeliveryOutcome, Event, Limits,
    Policy, Request, RequestId, Resume, Role, StageDecision, SubjectId, Tier, Timestamp,
};
use assignment_request_graph::{ReadOptions, read_create, read_policy};

pub(crate) const REQUEST: RequestId = RequestId::from_u128(0x9c1e258d_7723_43b1_ae21_e6eeeb324fe5);
pub(crate) const USER: SubjectId = SubjectId::from_u128(0x7deff43e_1f17_44ef_9e5f_d516b0ba11d4);
pub(crate) const APPROVER: SubjectId = SubjectId::from_u128(0x968b4b3e_9970_4ec5_8625_af4c4a71e0da);
pub(crate) const SYSTEM: SubjectId = SubjectId::from_u128(1);
pub(crate) const EXTENSION: SubjectId = SubjectId::from_u128(2);

pub(crate) const POLICY: &str = r##"{
    "id": "d7e91a2b-0000-4000-8000-000000000001",
    "requestorSettings": { "enableTargetsToSelfAddAccess": true, "allowCustomAssignmentSchedule": true },
    "requestApprovalSettings": {
        "isApprovalRequiredForAdd": true,
        "stages": [
            { "durationBeforeAutomaticDenial": "P2D" },
            { "durationBeforeAutomaticDenial": "P2D", "isEscalationEnabled": true, "durationBeforeEscalation": "P1D" }
        ]
    },
    "questions": [
        {
            "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion",
            "id": "8FE745E7-80b2-490d-bd22-4e708c77288c",
            "choices": [ { "actualValue": "AZ", "text": "Arizona" } ]
        },
        {
            "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion",
            "id": "7aaa18c9-8e4f-440f-bd5a-3a7ce312cbe6"
        }
    ],
    "customExtensionStageSettings": [
        {
            "stage": "assignmentRequestCreated",
            "customExtension": {
                "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
                "id": "e59ef33d-7bc4-4b15-8d3c-01153de8a498",
                "callbackConfiguration": { "timeoutDuration": "PT1H" }
            }
        },
        {
            "stage": "assignmentRequestGranted",
            "customExtension": {
                "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
                "id": "e59ef33d-7bc4-4b15-8d3c-01153de8a499",
                "endpointConfiguration": {},
                "callbackConfiguration": null
            }
        }
    ]
}"##;

pub(crate) const CREATE: &str = r#"{
    "requestType": "userAdd",
    "justification": "Quarter's \"end\"",
    "assignment": {
        "accessPackageId": "B15419BB-5ffc-ea4a-8b9e-e8b7e5ba2a2c",
        "assignmentPolicyId": "d7e91a2b-0000-4000-8000-000000000001"
    },
    "schedule": { "expiration": { "type": "afterDuration", "duration": "P2W" } },
    "answers": [
        { "value": "Arizona", "answeredQuestion": { "id": "8fe745e7-80b2-490d-bd22-4e708c77288c" } },
        { "value": "a line", "answeredQuestion": { "id": "7aaa18c9-8e4f-440f-bd5a-3a7ce312cbe6" } }
    ]
}"#;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn submitted() -> Request {
    submit().0
}

fn submit() -> (Request, Event) {
    let options = ReadOptions::default();
    let policy =
        Policy::compile(&read_policy(POLICY.as_bytes(), &options).unwrap(), &Limits::default()).unwrap();
    let draft = read_create(CREATE.as_bytes(), &options).unwrap();
    let user = Actor::new(USER, Role::User);
    policy.submit(REQUEST, &draft, None, user, at("2026-01-05T10:00:00.5+01:00")).unwrap()
}

pub(crate) fn handle(
    request: &mut Request,
    subject: SubjectId,
    role: Role,
    action: Action,
    now: &str,
) -> Vec<Event> {
    request.handle(&Command::new(Actor::new(subject, role), action), at(now)).unwrap()
}

/// The whole way of a request: what it is after every step.
pub(crate) fn way() -> Vec<Request> {
    way_and_events().0
}

/// The whole way of a request, and all of its events.
pub(crate) fn way_and_events() -> (Vec<Request>, Vec<Event>) {
    let (mut request, event) = submit();
    let mut way = vec![request.clone()];
    let mut events = vec![event];
    let mut step = |subject, role, action, now| {
        events.extend(handle(&mut request, subject, role, action, now));
        way.push(request.clone());
        request.clone()
    };
    let waiting = step(SYSTEM, Role::System, Action::Process { target: None }, "2026-01-05T09:01:00Z");
    let resume = Resume {
        instance: waiting.callouts()[0].instance(),
        stage: CalloutStage::AssignmentRequestCreated,
        decision: CallbackDecision::Continue,
        approval_stage: None,
        source: None,
        detail: Some("all verified".into()),
    };
    step(EXTENSION, Role::Extension, Action::Resume(resume), "2026-01-05T09:02:00Z");
    for (stage, now) in [(0, "2026-01-05T09:03:00Z"), (1, "2026-01-05T09:04:00Z")] {
        let decide = StageDecision {
            stage,
            tier: Tier::Primary,
            decision: ApprovalDecision::Approve,
            justification: (stage == 0).then(|| "fine".into()),
        };
        step(APPROVER, Role::Approver, Action::DecideStage(decide), now);
    }
    let report = Action::ReportDelivery { attempt: 1, outcome: DeliveryOutcome::Delivered };
    step(SYSTEM, Role::System, report, "2026-01-05T09:05:00Z");
    (way, events)
}
