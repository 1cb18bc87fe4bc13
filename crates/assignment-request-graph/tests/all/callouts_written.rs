//! A callout's body is written in both published forms, which say the same.

use assignment_request::{Callout, CalloutStage, Request};
use assignment_request_graph::{
    ApiVersion, Name, ReadOptions, read_callout, write_callout, write_documented_callout,
};
use serde_json::{Value, json};

use crate::way::{REQUEST, USER, way};

type Write = fn(&Request, &Callout, ApiVersion, &mut Vec<u8>);

const FORMS: [Write; 2] = [write_callout, write_documented_callout];

#[test]
fn both_forms_are_read_back_as_the_same() {
    for request in way() {
        for callout in request.callouts() {
            for api in ApiVersion::ALL {
                let bodies = FORMS.map(|write| {
                    let mut body = Vec::new();
                    write(&request, callout, *api, &mut body);
                    body
                });
                let [sent, documented] =
                    bodies.each_ref().map(|body| read_callout(body, &ReadOptions::default()).unwrap());
                assert_eq!(sent, documented);
                assert_eq!(sent.instance, callout.instance());
                assert_eq!(sent.stage, Name::Known(callout.stage()));
                assert_eq!(sent.request_id, Some(request.id()));
                assert_eq!(sent.state, Some(Name::Known(request.state())));
                assert_eq!(sent.status, Some(Name::Known(request.status())));
                let waits = callout.stage() == CalloutStage::AssignmentRequestCreated;
                assert_eq!(sent.timeout.is_some(), waits);
                let shown: Vec<_> =
                    sent.answers.iter().map(|answer| answer.display_value.as_deref()).collect();
                assert_eq!(shown, [Some("Arizona"), None]);
            }
        }
    }
}

#[test]
fn the_documented_form_word_for_word() {
    let requests = way();
    let request = &requests[1];
    let callout = &request.callouts()[0];
    let mut body = Vec::new();
    write_documented_callout(request, callout, ApiVersion::V1_0, &mut body);
    let user = json!({ "id": USER.to_string(), "objectId": USER.to_string() });
    let answer = |kind: &str, id: &str, value: &str, display: Value| {
        json!({
            "@odata.type": "#microsoft.graph.accessPackageAnswerString",
            "value": value,
            "displayValue": display,
            "answeredQuestion": { "@odata.type": format!("#microsoft.graph.accessPackage{kind}Question"), "id": id }
        })
    };
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap(),
        json!({
            "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestCalloutData",
            "accessPackageAssignmentRequestId": REQUEST.to_string(),
            "callbackUriPath":
                format!("/identityGovernance/entitlementManagement/assignmentRequests/{REQUEST}/resume"),
            "customExtensionStageInstanceId": callout.instance().to_string(),
            "stage": "assignmentRequestCreated",
            "requestType": "userAdd",
            "answers": [
                answer("MultipleChoice", "8fe745e7-80b2-490d-bd22-4e708c77288c", "AZ", json!("Arizona")),
                answer("TextInput", "7aaa18c9-8e4f-440f-bd5a-3a7ce312cbe6", "a line", Value::Null)
            ],
            "state": "submitted",
            "status": "WaitingForCallback",
            "callbackConfiguration": { "timeoutDuration": "PT1H" },
            "accessPackage": { "id": "b15419bb-5ffc-ea4a-8b9e-e8b7e5ba2a2c" },
            "assignment": {
                "id": null,
                "target": user,
                "assignmentPolicy": { "id": "d7e91a2b-0000-4000-8000-000000000001" }
            },
            "requestor": user
        })
    );
}
