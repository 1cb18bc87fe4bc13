//! What a policy requires of someone who asks: from the policy to a client, in both generations.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a panic is how they fail"
)]

use assignment_request::{Limits, Policy, QuestionKind};
use assignment_request_graph::{
    AnswerResource, ApiVersion, List, PolicyTexts, RawJson, ReadCode, ReadOptions, RequirementsResource,
    read_policy, read_policy_texts, read_requirements_list,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::way::{POLICY, way};

/// A stored policy, in the names of v1.0.
const STORED: &str = r##"{
    "id": "d7e91a2b-0000-4000-8000-000000000001",
    "displayName": "Staff",
    "description": "For everyone",
    "expiration": { "type": "afterDuration", "duration": "P30D" },
    "requestorSettings": { "enableTargetsToSelfAddAccess": true, "allowCustomAssignmentSchedule": true },
    "requestApprovalSettings": {
        "isApprovalRequiredForAdd": true, "isApprovalRequiredForUpdate": false,
        "isRequestorJustificationRequired": true, "stages": [{ "durationBeforeAutomaticDenial": "P2D" }]
    },
    "questions": [
        {
            "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion",
            "id": "d0000000-0000-4000-8000-000000000021", "sequence": "7", "isRequired": "true",
            "text": "Why?", "localizations": [{ "languageCode": "fr", "text": "Pourquoi ?" }],
            "isSingleLineQuestion": true, "regexPattern": "[a-z]+"
        },
        {
            "id": "d0000000-0000-4000-8000-000000000022", "text": "Where?",
            "choices": [
                { "actualValue": "north", "text": "North", "localizations": [{ "languageCode": "fr", "text": "Nord" }] },
                { "actualValue": "south" }
            ]
        }
    ]
}"##;

fn options() -> ReadOptions {
    ReadOptions::default()
}

fn compiled(policy: &str) -> Policy {
    Policy::compile(&read_policy(policy.as_bytes(), &options()).unwrap(), &Limits::default()).unwrap()
}

fn requirements(policy: &str) -> RequirementsResource<'_> {
    RequirementsResource::of(&compiled(policy), read_policy_texts(policy.as_bytes(), &options()).unwrap())
}

fn written(requirements: &RequirementsResource<'_>, api: ApiVersion) -> Value {
    let mut out = Vec::new();
    List { value: vec![requirements.clone()], ..List::default() }.write(api, &mut out);
    serde_json::from_slice::<Value>(&out).unwrap()["value"][0].take()
}

#[test]
fn the_requirements_of_a_policy_in_v1() {
    assert_eq!(
        written(&requirements(STORED), ApiVersion::V1_0),
        json!({
            "policyId": "d7e91a2b-0000-4000-8000-000000000001",
            "policyDisplayName": "Staff",
            "policyDescription": "For everyone",
            "isApprovalRequiredForAdd": true,
            "isApprovalRequiredForUpdate": false,
            "isRequestorJustificationRequired": true,
            "allowCustomAssignmentSchedule": true,
            "schedule": {
                "startDateTime": null, "recurrence": null,
                "expiration": { "endDateTime": null, "duration": "P30D", "type": "afterDuration" }
            },
            "questions": [
                {
                    "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion",
                    "id": "d0000000-0000-4000-8000-000000000021", "sequence": 7,
                    "text": "Why?", "localizations": [{ "languageCode": "fr", "text": "Pourquoi ?" }],
                    "isRequired": true, "isAnswerEditable": true,
                    "isSingleLineQuestion": true, "regexPattern": "[a-z]+"
                },
                {
                    "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion",
                    "id": "d0000000-0000-4000-8000-000000000022", "sequence": 1,
                    "text": "Where?", "isRequired": false, "isAnswerEditable": true,
                    "choices": [
                        {
                            "actualValue": "north", "text": "North",
                            "localizations": [{ "languageCode": "fr", "text": "Nord" }]
                        },
                        { "actualValue": "south" }
                    ]
                }
            ]
        })
    );
}

#[test]
fn the_requirements_of_a_policy_in_beta() {
    let mut requirements = requirements(STORED);
    let requests = way();
    requirements.existing_answers = Some(requests[0].answers().iter().map(AnswerResource::from).collect());
    let status = br##"{"@odata.type":"#microsoft.graph.verifiableCredentialVerified"}"##;
    requirements.verifiable_credential_status = Some(RawJson::new(status, &options()).unwrap());
    let written = written(&requirements, ApiVersion::Beta);
    assert_eq!(written["isApprovalRequired"], true);
    assert_eq!(written["isApprovalRequiredForExtension"], false);
    assert_eq!(written["isCustomAssignmentScheduleAllowed"], true);
    assert_eq!(
        written["questions"][0]["text"],
        json!({ "defaultText": "Why?", "localizedTexts": [{ "languageCode": "fr", "text": "Pourquoi ?" }] })
    );
    assert_eq!(written["questions"][1]["text"], json!({ "defaultText": "Where?" }));
    assert_eq!(
        written["questions"][1]["choices"],
        json!([
            {
                "actualValue": "north",
                "displayValue": {
                    "defaultText": "North", "localizedTexts": [{ "languageCode": "fr", "text": "Nord" }]
                }
            },
            { "actualValue": "south" }
        ])
    );
    let answers = written["existingAnswers"].as_array().unwrap();
    assert_eq!((answers.len(), &answers[0]["displayValue"]), (2, &json!("Arizona")));
    assert_eq!(
        written["verifiableCredentialRequirementStatus"]["@odata.type"],
        "#microsoft.graph.verifiableCredentialVerified"
    );
    for name in ["isApprovalRequiredForAdd", "allowCustomAssignmentSchedule", "localizations"] {
        assert_eq!((written.get(name), written["questions"][0].get(name)), (None, None), "{name}");
    }
}

/// A policy without requirements is shown with `false` and null values.
#[test]
fn a_policy_that_requires_nothing() {
    let requirements = requirements(r#"{"requestorSettings": {"enableTargetsToSelfAddAccess": true}}"#);
    assert_eq!(
        written(&requirements, ApiVersion::Beta),
        json!({
            "policyId": null, "policyDisplayName": null, "policyDescription": null, "isApprovalRequired": false,
            "isApprovalRequiredForExtension": false, "isRequestorJustificationRequired": false,
            "isCustomAssignmentScheduleAllowed": false, "schedule": null, "questions": [],
            "existingAnswers": [], "verifiableCredentialRequirementStatus": null
        })
    );
}

/// Each member that only one kind of question has gives the kind.
#[test]
fn a_question_without_a_type_has_that_of_its_members() {
    for (member, kind) in [
        (r#""isSingleLineQuestion": true"#, "TextInput"),
        (r#""regexPattern": "[a-z]+""#, "TextInput"),
        (r#""choices": [{"actualValue": "a"}]"#, "MultipleChoice"),
    ] {
        let id = "d0000000-0000-4000-8000-000000000021";
        let policy = format!(r#"{{"questions": [{{"id": "{id}", {member}}}]}}"#);
        let written = written(&requirements(&policy), ApiVersion::V1_0);
        let expected = format!("#microsoft.graph.accessPackage{kind}Question");
        assert_eq!(written["questions"][0]["@odata.type"], expected, "{member}");
    }
}

/// Approval that an extension determines is approval too, and each kind of end is shown.
#[test]
fn determined_stages_and_every_end() {
    let determined = r##"{
        "expiration": { "type": "afterDateTime", "endDateTime": "2027-01-01T00:00:00Z" },
        "requestApprovalSettings": { "isApprovalRequiredForAdd": false, "isApprovalRequiredForUpdate": true, "stages": [
            { "@odata.type": "#microsoft.graph.accessPackageDynamicApprovalStage",
              "customExtension": { "id": "e59ef33d-7bc4-4b15-8d3c-01153de8a498" } }
        ]},
        "customExtensionStageSettings": [{
            "stage": "assignmentRequestDeterminingApprovalRequirements",
            "customExtension": {
                "id": "e59ef33d-7bc4-4b15-8d3c-01153de8a498",
                "callbackConfiguration": { "timeoutDuration": "PT20M" }
            }
        }]
    }"##;
    let shown = written(&requirements(determined), ApiVersion::V1_0);
    assert_eq!(
        (&shown["isApprovalRequiredForAdd"], &shown["isApprovalRequiredForUpdate"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(shown["schedule"]["expiration"]["endDateTime"], "2027-01-01T00:00:00Z");
    let never = written(&requirements(r#"{"expiration": {"type": "noExpiration"}}"#), ApiVersion::V1_0);
    assert_eq!(never["schedule"]["expiration"]["type"], "noExpiration");
}

/// The texts of a policy are the same in the names of beta.
#[test]
fn j5_texts_in_the_names_of_beta() {
    let beta = r#"{
        "displayName": "Staff", "durationInDays": 30,
        "questions": [{
            "text": { "defaultText": "Where?", "localizedTexts": [{ "languageCode": "fr", "text": "Où ?" }] },
            "allowsMultipleSelection": true,
            "choices": [{ "actualValue": "n", "displayValue": { "defaultText": "North", "localizedTexts": [] } }]
        }]
    }"#;
    let shown = written(&requirements(beta), ApiVersion::V1_0);
    assert_eq!(
        shown["questions"][0],
        json!({
            "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion", "sequence": 0,
            "text": "Where?", "localizations": [{ "languageCode": "fr", "text": "Où ?" }],
            "isRequired": false, "isAnswerEditable": true, "isMultipleSelectionAllowed": true,
            "choices": [{ "actualValue": "n", "text": "North", "localizations": [] }]
        })
    );
}

#[test]
fn texts_are_read_as_strictly_as_everything_else() {
    let code = |body: &str| read_policy_texts(body.as_bytes(), &options()).unwrap_err().code();
    assert_eq!(code(r#"{"questions":[null]}"#), ReadCode::WrongType);
    assert_eq!(code(r#"{"DisplayName":"x"}"#), ReadCode::UnknownMember);
    assert_eq!(code(r#"{"questions":[{"text":"a","text":"b"}]}"#), ReadCode::DuplicateMember);
    assert_eq!(
        code(r#"{"questions":[{"text":{"localizedTexts":[]},"localizations":[{"text":"b"}]}]}"#),
        ReadCode::ConflictingMembers
    );
    assert_eq!(
        code(r#"{"questions":[{"choices":[{"text":"a","displayValue":{"defaultText":"b"}}]}]}"#),
        ReadCode::ConflictingMembers
    );
    assert_eq!(
        code(r#"{"questions":[{"isMultipleSelectionAllowed":true,"allowsMultipleSelection":false}]}"#),
        ReadCode::ConflictingMembers
    );
    assert_eq!(read_policy_texts(b"{\"id\":[]}", &options()), Ok(PolicyTexts::default()));
    let texts = read_policy_texts(POLICY.as_bytes(), &options()).unwrap().questions.unwrap();
    assert_eq!(texts[0].kind, Some(QuestionKind::MultipleChoice));
    assert_eq!(texts[0].choices.as_ref().unwrap()[0].text.default_text.as_deref(), Some("Arizona"));
}

#[test]
fn a_client_reads_both_generations_and_lists_without_members() {
    let read = |body: &str| {
        let list = read_requirements_list(body.as_bytes(), &options())?;
        Ok::<_, assignment_request_graph::ReadError>(
            list.value.into_iter().next().unwrap_or_default().is_approval_required_for_add,
        )
    };
    assert_eq!(read(r#"{"value":[{"isApprovalRequired":true}]}"#), Ok(Some(true)));
    assert_eq!(
        read(r#"{"value":[{"isApprovalRequiredForAdd":false,"isApprovalRequired":null}]}"#),
        Ok(Some(false))
    );
    assert_eq!(read(r#"{"value":[{}]}"#), Ok(None));
    assert_eq!(read(r#"{"value":[]}"#), Ok(None));
    let conflict = read(r#"{"value":[{"isApprovalRequired":true,"isApprovalRequiredForAdd":false}]}"#);
    assert_eq!(conflict.unwrap_err().code(), ReadCode::ConflictingMembers);
    assert_eq!(read("{}").unwrap_err().code(), ReadCode::Missing);
}

#[rustfmt::skip]
const MEMBERS: &[&str] = &[
    r#""policyId":"d7e91a2b-0000-4000-8000-000000000001""#,
    r#""policyDisplayName":"a\"\u0000""#,
    r#""isApprovalRequired":true"#,
    r#""isApprovalRequiredForUpdate":null"#,
    r#""isRequestorJustificationRequired":false"#,
    r#""isCustomAssignmentScheduleAllowed":true"#,
    r#""schedule":{"expiration":{"duration":"P2W"}}"#,
    r#""questions":[{},{"text":{"defaultText":"x","localizedTexts":[{}]},"choices":[{"text":"y"},{"displayValue":{}}]}]"#,
    r#""existingAnswers":[{"value":"x","answeredQuestion":{"localizations":[],"sequence":-3}}]"#,
    r#""verifiableCredentialRequirementStatus":{ "url" : null }"#,
];

proptest! {
    /// Members that only beta has are written in beta only (rule J11).
    #[test]
    fn j11_what_is_written_is_read_back(members in proptest::sample::subsequence(MEMBERS, 0..=MEMBERS.len())) {
        let body = format!("{{\"value\":[{{{}}}]}}", members.join(","));
        let list = read_requirements_list(body.as_bytes(), &options()).unwrap();
        for api in ApiVersion::ALL {
            let mut expected = list.clone();
            if *api == ApiVersion::V1_0 {
                expected.value[0].existing_answers = None;
                expected.value[0].verifiable_credential_status = None;
            }
            let mut once = Vec::new();
            list.write(*api, &mut once);
            let again = read_requirements_list(&once, &options()).unwrap();
            prop_assert_eq!(&again, &expected);
            let mut twice = Vec::new();
            again.write(*api, &mut twice);
            prop_assert_eq!(&once, &twice);
        }
    }
}
