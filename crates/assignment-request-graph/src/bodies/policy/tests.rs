use assignment_request::{
    ApprovalSettings, ApprovalStageSpec, CallbackConfiguration, CalloutStage, ChoiceSpec, Expiration,
    ExpirationType, ExtensionBehavior, ExtensionId, ExtensionSpec, Limits, Period, Policy, PolicyId,
    QuestionForm, QuestionId, QuestionSpec, RequestorSettings, StageSpec, SubjectId,
};
use uuid::uuid;

use super::*;
use crate::bodies::testing::{assert_refused, fault};
use crate::vocabulary::error::ReadCode;
use crate::vocabulary::options::UnknownMembers;

const POLICY: PolicyId = PolicyId::new(uuid!("c2a94f8d-4c1e-4f6f-93d5-0b8ef2f9aa03"));
const PACKAGE: AccessPackageId = AccessPackageId::new(uuid!("7b0a4a8e-2f2a-4a57-8b0c-5b6d4b9d0c02"));
const OTHER: SubjectId = SubjectId::new(uuid!("e51c34c4-52a1-4a8f-a1a1-58c37e3f1b04"));

fn read(body: &str) -> Result<PolicySpec, ReadError> {
    read_policy(body.as_bytes(), &ReadOptions::default())
}

fn refuse(bodies: &[(&str, &str, &str)]) {
    assert_refused(|body| read_policy(body, &ReadOptions::default()), bodies);
}

fn stage(denial: Period, escalation: Period) -> StageSpec {
    StageSpec::Set(ApprovalStageSpec {
        duration_before_automatic_denial: Some(denial),
        is_approver_justification_required: true,
        is_escalation_enabled: true,
        duration_before_escalation: Some(escalation),
    })
}

const fn waits(timeout: Option<Period>) -> ExtensionBehavior {
    ExtensionBehavior::LaunchAndWait(CallbackConfiguration { timeout })
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn a_policy_of_version_1() {
    let policy = read(&format!(
        r##"{{
            "@odata.type": "#microsoft.graph.accessPackageAssignmentPolicy",
            "id": "{POLICY}", "displayName": "Staff", "allowedTargetScope": "allMemberUsers",
            "accessPackage": {{ "id": "{PACKAGE}", "displayName": "Sales" }},
            "expiration": {{ "type": "afterDuration", "duration": "P90D" }},
            "requestorSettings": {{
                "enableTargetsToSelfAddAccess": true, "enableTargetsToSelfUpdateAccess": "True",
                "enableTargetsToSelfRemoveAccess": null, "allowCustomAssignmentSchedule": true,
                "enableOnBehalfRequestorsToAddAccess": true, "enableOnBehalfRequestorsToUpdateAccess": false,
                "enableOnBehalfRequestorsToRemoveAccess": "TRUE", "onBehalfRequestors": []
            }},
            "requestApprovalSettings": {{
                "isApprovalRequiredForAdd": "true", "isApprovalRequiredForUpdate": false,
                "stages": [{{
                    "durationBeforeAutomaticDenial": "P2D", "durationBeforeEscalation": "P1D",
                    "isApproverJustificationRequired": true, "isEscalationEnabled": true,
                    "primaryApprovers": [{{ "@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1 }}]
                }}]
            }},
            "questions": [
                {{
                    "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion",
                    "id": "{OTHER}", "sequence": "1", "isRequired": "true", "isAnswerEditable": true,
                    "text": "Where?", "localizations": [{{ "languageCode": "fr", "text": "Où ?" }}],
                    "isMultipleSelectionAllowed": "false",
                    "choices": [{{
                        "@odata.type": "microsoft.graph.accessPackageAnswerChoice", "actualValue": "N", "text": "North",
                        "localizations": [{{ "languageCode": "fr", "text": "Nord" }}]
                    }}]
                }},
                {{
                    "@odata.type": "#microsoft.graph.accessPackageTextInputQuestion",
                    "text": "Why?", "isSingleLineQuestion": true, "regexPattern": "[a-z]+"
                }}
            ],
            "customExtensionStageSettings": [{{
                "id": "1", "stage": "assignmentRequestApproved",
                "customExtension": {{
                    "@odata.type": "#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension",
                    "id": "{OTHER}", "callbackConfiguration": {{
                        "@odata.type": "microsoft.graph.customExtensionCallbackConfiguration", "timeoutDuration": "PT1H"
                    }}
                }}
            }}]
        }}"##
    ))
    .unwrap();
    let expected = PolicySpec {
        id: Some(POLICY),
        access_package_id: Some(PACKAGE),
        expiration: Expiration {
            kind: ExpirationType::AfterDuration,
            end: None,
            duration: Some(Period::from_days(90)),
        },
        requestor_settings: RequestorSettings {
            self_add: true,
            self_update: true,
            self_remove: false,
            on_behalf_add: true,
            on_behalf_update: false,
            on_behalf_remove: true,
            custom_schedule: true,
        },
        approval: ApprovalSettings {
            is_required_for_add: true,
            is_required_for_update: false,
            is_requestor_justification_required: false,
            stages: vec![stage(Period::from_days(2), Period::from_days(1))],
        },
        questions: vec![
            QuestionSpec {
                id: Some(QuestionId::new(OTHER.uuid())),
                texts: texts(&["Where?", "Où ?"]),
                is_required: true,
                is_answer_editable: true,
                form: QuestionForm::MultipleChoice {
                    allows_multiple_selection: false,
                    choices: vec![ChoiceSpec {
                        actual_value: "N".to_owned(),
                        texts: texts(&["North", "Nord"]),
                    }],
                },
            },
            QuestionSpec {
                id: None,
                texts: texts(&["Why?"]),
                is_required: false,
                is_answer_editable: true,
                form: QuestionForm::TextInput { is_single_line: true, pattern: Some("[a-z]+".to_owned()) },
            },
        ],
        extensions: vec![ExtensionSpec {
            stage: CalloutStage::AssignmentRequestApproved,
            custom_extension_id: Some(ExtensionId::new(OTHER.uuid())),
            behavior: Some(waits(Some(Period::from_minutes(60)))),
        }],
    };
    assert_eq!(policy, expected);
}

#[test]
fn j5_a_policy_of_beta() {
    let policy = read(&format!(
        r#"{{
            "accessPackageId": "{PACKAGE}", "canExtend": true, "durationInDays": 30, "expirationDateTime": null,
            "requestorSettings": {{ "scopeType": "AllExistingDirectorySubjects", "acceptRequests": true }},
            "requestApprovalSettings": {{
                "isApprovalRequired": true, "isApprovalRequiredForExtension": true,
                "isRequestorJustificationRequired": true, "approvalMode": "SingleStage",
                "approvalStages": [{{
                    "approvalStageTimeOutInDays": 14, "escalationTimeInMinutes": "11520",
                    "isApproverJustificationRequired": true, "isEscalationEnabled": true
                }}]
            }},
            "questions": [{{
                "text": {{ "defaultText": "Where?", "localizedTexts": [] }}, "allowsMultipleSelection": true,
                "choices": [{{
                    "actualValue": "N",
                    "displayValue": {{
                        "defaultText": "North", "localizedTexts": [{{ "languageCode": "fr", "text": "Nord" }}]
                    }}
                }}]
            }}],
            "customExtensionStageSettings": [{{
                "stage": "AssignmentRequestCreated",
                "customExtension": {{ "callbackConfiguration": {{ "durationBeforeTimeout": "PT1H" }} }}
            }}]
        }}"#
    ))
    .unwrap();
    assert_eq!(policy.access_package_id, Some(PACKAGE));
    assert_eq!(policy.expiration.duration, Some(Period::from_days(30)));
    let settings = policy.requestor_settings;
    assert_eq!((settings.self_add, settings.self_update, settings.self_remove), (true, true, true));
    assert!(policy.approval.is_required_for_add && policy.approval.is_required_for_update);
    assert!(policy.approval.is_requestor_justification_required);
    assert_eq!(policy.approval.stages, [stage(Period::from_days(14), Period::from_days(8))]);
    let QuestionForm::MultipleChoice { allows_multiple_selection: true, choices } = &policy.questions[0].form
    else {
        panic!("{policy:?}")
    };
    assert_eq!(choices[0].texts, ["North", "Nord"]);
    assert_eq!(policy.extensions[0].behavior, Some(waits(Some(Period::from_minutes(60)))));
}

#[test]
fn what_is_not_said_is_nothing() {
    for text in [
        r#"{"questions":null}"#,
        r#"{"requestApprovalSettings":null,"requestorSettings":null,"questions":null,"expiration":null,"id":null,
            "durationInDays":null,"canExtend":null,"accessPackage":null,"customExtensionStageSettings":null}"#,
        r#"{"requestApprovalSettings":{},"requestorSettings":{},"questions":[],"expiration":{},"accessPackage":{},
            "customExtensionStageSettings":[],"canExtend":true}"#,
    ] {
        assert_eq!(read(text), Ok(PolicySpec::default()), "{text}");
    }
}

#[test]
fn j4_unknown_members_are_passed_over_but_not_their_faults() {
    assert_eq!(read(r#"{"foo":[1,{"bar":null}],"requestorSettings":{"x":1}}"#), Ok(PolicySpec::default()));
    refuse(&[
        (r#"{"foo":{"a":1,"a":1}}"#, "duplicateMember", "foo.a"),
        (r#"{"requestorSettings":{"x":1,"x":1}}"#, "duplicateMember", "requestorSettings.x"),
        (r#"{"displayName":{"a":[{"b":1,"b":1}]}}"#, "duplicateMember", "displayName.a[0].b"),
    ]);
    let options = ReadOptions { unknown_members: Some(UnknownMembers::Refuse), ..ReadOptions::default() };
    let outcome = read_policy(br#"{"displayName":"x","requestorSettings":{"x":1}}"#, &options);
    assert_eq!(fault(outcome), ("unknownMember".to_owned(), "requestorSettings.x".to_owned()));
}

#[test]
fn j5_expirations_of_both_generations() {
    let expiration =
        |text: &str| read(&format!("{{{text},\"questions\":null}}")).map(|policy| policy.expiration);
    let days = |days| Expiration {
        kind: ExpirationType::AfterDuration,
        end: None,
        duration: Some(Period::from_days(days)),
    };
    let none = Expiration { kind: ExpirationType::NoExpiration, ..Expiration::default() };
    let hours = Expiration { duration: Some(Period::from_minutes(480)), ..days(1) };
    let end = Expiration {
        kind: ExpirationType::AfterDateTime,
        end: Some("2027-01-01T00:00:00Z".parse().unwrap()),
        duration: None,
    };
    for (text, expected) in [
        (r#""durationInDays":0,"expirationDateTime":null"#, Expiration::default()),
        (r#""durationInDays":"0""#, Expiration::default()),
        (r#""durationInDays":0,"expiration":{"type":"afterDuration","duration":"PT8H"}"#, hours),
        (r#""expiration":{"type":"afterDuration","duration":"PT8H"},"durationInDays":0"#, hours),
        (r#""durationInDays":0,"expiration":{"type":"notSpecified"}"#, Expiration::default()),
        (r#""durationInDays":30,"expiration":{"type":"afterDuration","duration":"P4W2D"}"#, days(30)),
        (r#""durationInDays":"365""#, days(365)),
        (r#""expirationDateTime":"2027-01-01T00:00:00Z""#, end),
        (r#""durationInDays":0,"expirationDateTime":"2027-01-01T00:00:00Z""#, end),
        (r#""durationInDays":7,"expiration":{"type":"afterDuration","duration":"P1W"}"#, days(7)),
        (r#""durationInDays":0,"expiration":{"type":"noExpiration"}"#, none),
        (
            r#""expiration":{"type":"AfterDateTime","endDateTime":"2027-01-01T01:00:00+01:00"},"durationInDays":0,
            "expirationDateTime":"2027-01-01T00:00:00Z""#,
            end,
        ),
    ] {
        assert_eq!(expiration(text), Ok(expected), "{text}");
    }
    for (text, path) in [
        (r#""durationInDays":7,"expirationDateTime":"2027-01-01T00:00:00Z""#, "expirationDateTime"),
        (r#""expirationDateTime":"2027-01-01T00:00:00Z","durationInDays":7"#, "durationInDays"),
        (r#""durationInDays":7,"expiration":{"type":"afterDuration","duration":"P8D"}"#, "expiration"),
        (r#""expiration":{"type":"noExpiration"},"durationInDays":7"#, "durationInDays"),
        (
            r#""expiration":{"type":"noExpiration"},"expirationDateTime":"2027-01-01T00:00:00Z""#,
            "expirationDateTime",
        ),
    ] {
        assert_eq!(fault(expiration(text)), ("conflictingMembers".to_owned(), path.to_owned()), "{text}");
    }
}

#[test]
fn j5_requestor_settings_of_both_generations() {
    let settings = |can_extend: &str, settings: &str| {
        let both = [
            format!("{{\"canExtend\":{can_extend},\"requestorSettings\":{{{settings}}}}}"),
            format!("{{\"requestorSettings\":{{{settings}}},\"canExtend\":{can_extend}}}"),
        ];
        let [first, second] = both.map(|body| read(&body).map(|policy| policy.requestor_settings));
        assert_eq!(first.is_ok(), second.is_ok());
        first.map(|settings| (settings.self_add, settings.self_update, settings.self_remove))
    };
    assert_eq!(settings("false", r#""acceptRequests":true"#), Ok((true, false, true)));
    assert_eq!(settings("null", r#""acceptRequests":true"#), Ok((true, false, true)));
    assert_eq!(settings("true", r#""acceptRequests":false"#), Ok((false, false, false)));
    let agreeing = r#""acceptRequests":true,"enableTargetsToSelfAddAccess":true"#;
    assert_eq!(settings("true", agreeing), Ok((true, true, true)));
    let own_update = r#""acceptRequests":true,"enableTargetsToSelfUpdateAccess":true"#;
    assert_eq!(settings("null", own_update), Ok((true, true, true)));
    refuse(&[
        (
            r#"{"requestorSettings":{"acceptRequests":true,"enableTargetsToSelfAddAccess":false}}"#,
            "conflictingMembers",
            "requestorSettings.enableTargetsToSelfAddAccess",
        ),
        (
            r#"{"requestorSettings":{"enableTargetsToSelfRemoveAccess":true,"acceptRequests":false}}"#,
            "conflictingMembers",
            "requestorSettings.acceptRequests",
        ),
        (
            r#"{"canExtend":false,"requestorSettings":{"acceptRequests":true,"enableTargetsToSelfUpdateAccess":true}}"#,
            "conflictingMembers",
            "requestorSettings.enableTargetsToSelfUpdateAccess",
        ),
        (
            r#"{"requestorSettings":{"acceptRequests":true,"enableTargetsToSelfUpdateAccess":false},"canExtend":true}"#,
            "conflictingMembers",
            "canExtend",
        ),
    ]);
}

#[test]
fn every_setting_of_requestors_says_one_thing() {
    let none = RequestorSettings::default();
    for (member, expected) in [
        ("enableTargetsToSelfAddAccess", RequestorSettings { self_add: true, ..none }),
        ("enableTargetsToSelfUpdateAccess", RequestorSettings { self_update: true, ..none }),
        ("enableTargetsToSelfRemoveAccess", RequestorSettings { self_remove: true, ..none }),
        ("enableOnBehalfRequestorsToAddAccess", RequestorSettings { on_behalf_add: true, ..none }),
        ("enableOnBehalfRequestorsToUpdateAccess", RequestorSettings { on_behalf_update: true, ..none }),
        ("enableOnBehalfRequestorsToRemoveAccess", RequestorSettings { on_behalf_remove: true, ..none }),
        ("allowCustomAssignmentSchedule", RequestorSettings { custom_schedule: true, ..none }),
    ] {
        let policy = read(&format!(r#"{{"requestorSettings":{{"{member}":true}}}}"#)).unwrap();
        assert_eq!(policy.requestor_settings, expected, "{member}");
    }
}

#[test]
fn j5_approval_settings_of_both_generations() {
    let body = |text: &str| format!("{{\"requestApprovalSettings\":{{{text}}}}}");
    for text in [
        r#""approvalMode":"NoApproval","isApprovalRequired":false,"stages":[],"approvalStages":[]"#,
        r#""isApprovalRequired":true,"isApprovalRequiredForAdd":true,"approvalMode":"serial""#,
        r#""isApprovalRequired":false,"approvalMode":"Serial","stages":[{"durationBeforeAutomaticDenial":"P14D","approvalStageTimeOutInDays":14}]"#,
        r#""isApprovalRequired":true,"stages":[{"durationBeforeAutomaticDenial":"P14D"}],
            "approvalStages":[{"approvalStageTimeOutInDays":14}]"#,
    ] {
        assert!(read(&body(text)).is_ok(), "{text}");
    }
    for (text, code, path) in [
        (
            r#""approvalMode":"NoApproval","isApprovalRequired":true"#,
            "conflictingMembers",
            "isApprovalRequired",
        ),
        (r#""isApprovalRequired":true,"approvalMode":"NoApproval""#, "conflictingMembers", "approvalMode"),
        (
            r#""isApprovalRequiredForAdd":true,"approvalMode":"noapproval""#,
            "conflictingMembers",
            "approvalMode",
        ),
        (
            r#""approvalMode":"NoApproval","isApprovalRequiredForExtension":true,"isApprovalRequiredForAdd":true"#,
            "conflictingMembers",
            "isApprovalRequiredForAdd",
        ),
        (
            r#""isApprovalRequired":true,"isApprovalRequiredForAdd":false"#,
            "conflictingMembers",
            "isApprovalRequiredForAdd",
        ),
        (
            r#""isApprovalRequiredForUpdate":false,"isApprovalRequiredForExtension":true"#,
            "conflictingMembers",
            "isApprovalRequiredForExtension",
        ),
        (r#""stages":[],"approvalStages":[{}]"#, "conflictingMembers", "approvalStages"),
        (
            r#""stages":[{"durationBeforeEscalation":"PT1M","escalationTimeInMinutes":2}]"#,
            "conflictingMembers",
            "stages[0].escalationTimeInMinutes",
        ),
        (r#""approvalMode":"Parallel""#, "unsupportedValue", "approvalMode"),
        (r#""approvalMode":"unknownFutureValue""#, "unsupportedValue", "approvalMode"),
        (r#""approvalMode":"Any""#, "unknownValue", "approvalMode"),
        (r#""stages":{}"#, "wrongType", "stages"),
        (r#""stages":[null]"#, "wrongType", "stages[0]"),
        (
            r#""approvalStages":[{"approvalStageTimeOutInDays":-1}]"#,
            "invalidDuration",
            "approvalStages[0].approvalStageTimeOutInDays",
        ),
        (
            r#""approvalStages":[{"escalationTimeInMinutes":4294967296}]"#,
            "invalidDuration",
            "approvalStages[0].escalationTimeInMinutes",
        ),
        (
            r#""approvalStages":[{"escalationTimeInMinutes":1.5}]"#,
            "wrongType",
            "approvalStages[0].escalationTimeInMinutes",
        ),
        (
            r#""approvalStages":[{"escalationTimeInMinutes":"ten"}]"#,
            "wrongType",
            "approvalStages[0].escalationTimeInMinutes",
        ),
    ] {
        let path = format!("requestApprovalSettings.{path}");
        assert_eq!(fault(read(&body(text))), (code.to_owned(), path), "{text}");
    }
}

#[test]
fn j5_without_approval_nothing_is_required() {
    let required = |text: &str| {
        let policy = read(&format!("{{\"requestApprovalSettings\":{{{text}}}}}")).unwrap();
        (policy.approval.is_required_for_add, policy.approval.is_required_for_update)
    };
    for text in [
        r#""approvalMode":"NoApproval""#,
        r#""approvalMode":"NoApproval","isApprovalRequired":false"#,
        r#""approvalMode":"NoApproval","isApprovalRequired":null,"isApprovalRequiredForExtension":true"#,
        r#""isApprovalRequiredForUpdate":"true","isApprovalRequiredForAdd":false,"approvalMode":"NOAPPROVAL""#,
        r#""isApprovalRequiredForUpdate":true,"isApprovalRequiredForExtension":true,"approvalMode":"NoApproval""#,
    ] {
        assert_eq!(required(text), (false, false), "{text}");
    }
    assert_eq!(required(r#""isApprovalRequiredForExtension":true"#), (false, true));
    assert_eq!(required(r#""approvalMode":"Serial","isApprovalRequiredForUpdate":true"#), (false, true));
    assert_eq!(required(r#""approvalMode":null,"isApprovalRequired":true"#), (true, false));
}

#[test]
fn a9_an_answer_is_editable_unless_the_question_says_no() {
    let question = |text: &str| {
        let policy = read(&format!("{{\"questions\":[{{\"choices\":[]{text}}}]}}")).unwrap();
        policy.questions[0].clone()
    };
    for text in
        ["", r#","isAnswerEditable":null"#, r#","isAnswerEditable":true"#, r#","isAnswerEditable":"True""#]
    {
        assert!(question(text).is_answer_editable, "{text}");
    }
    for text in [r#","isAnswerEditable":false"#, r#","isAnswerEditable":"false""#] {
        assert!(!question(text).is_answer_editable, "{text}");
    }
    let QuestionSpec { is_required: false, form, .. } = question("") else { panic!("is required") };
    assert!(matches!(form, QuestionForm::MultipleChoice { allows_multiple_selection: false, .. }));
}

#[test]
fn a_questions_kind_is_said_or_certain() {
    let form = |text: &str| {
        read(&format!("{{\"questions\":[{{{text}}}]}}")).map(|policy| policy.questions[0].form.clone())
    };
    for text in [
        r#""isSingleLineQuestion":false"#,
        r#""regexPattern":"""#,
        r##""@odata.type":"#microsoft.graph.accessPackageTextInputQuestion""##,
        r##""@odata.type":"#microsoft.graph.accessPackageTextInputQuestion","choices":[]"##,
        r##""@odata.type":"#microsoft.graph.accessPackageQuestion","regexPattern":"a""##,
    ] {
        assert!(matches!(form(text), Ok(QuestionForm::TextInput { .. })), "{text}");
    }
    for text in [
        r#""choices":[]"#,
        r#""isMultipleSelectionAllowed":false,"regexPattern":null"#,
        r##""@odata.type":"#microsoft.graph.accessPackageMultipleChoiceQuestion""##,
    ] {
        assert!(matches!(form(text), Ok(QuestionForm::MultipleChoice { .. })), "{text}");
    }
    let missing = ("missing".to_owned(), "questions[0].@odata.type".to_owned());
    for text in ["", r#""text":"x""#, r#""choices":[],"regexPattern":"a""#, r#""choices":null"#] {
        assert_eq!(fault(form(text)), missing, "{text}");
    }
}

#[test]
fn questions_of_both_generations() {
    refuse(&[
        (
            r#"{"questions":[{"isMultipleSelectionAllowed":true,"allowsMultipleSelection":false}]}"#,
            "conflictingMembers",
            "questions[0].allowsMultipleSelection",
        ),
        (
            r#"{"questions":[{"choices":[{"text":"a","displayValue":{"defaultText":"b"}}]}]}"#,
            "conflictingMembers",
            "questions[0].choices[0].displayValue",
        ),
        (
            r#"{"questions":[{"choices":[{"displayValue":{"localizedTexts":[]},"localizations":[{"text":"a"}]}]}]}"#,
            "conflictingMembers",
            "questions[0].choices[0].localizations",
        ),
        (r#"{"questions":[{"choices":[{"text":["a"]}]}]}"#, "wrongType", "questions[0].choices[0].text"),
        (
            r#"{"questions":[{"choices":[{"localizations":[{"text":1}]}]}]}"#,
            "wrongType",
            "questions[0].choices[0].localizations[0].text",
        ),
        (r#"{"questions":[{"choices":[null]}]}"#, "wrongType", "questions[0].choices[0]"),
        (r#"{"questions":[{"text":1}]}"#, "wrongType", "questions[0].text"),
        (r#"{"questions":[{"sequence":"first"}]}"#, "wrongType", "questions[0].sequence"),
        (r#"{"questions":[{"isRequired":"yes"}]}"#, "wrongType", "questions[0].isRequired"),
        (r#"{"questions":[{"isRequired":"1"}]}"#, "wrongType", "questions[0].isRequired"),
        (r#"{"questions":[{"isRequired":1}]}"#, "wrongType", "questions[0].isRequired"),
        (r#"{"questions":[{"id":"x"}]}"#, "invalidId", "questions[0].id"),
        (
            r##"{"questions":[{"@odata.type":"#microsoft.graph.accessPackageAnswer"}]}"##,
            "odataTypeMismatch",
            "questions[0].@odata.type",
        ),
    ]);
    let policy = read(
        r#"{"questions":[{"choices":[{"text":"a","displayValue":{"defaultText":"a",
        "localizedTexts":[{"text":"b"},{"text":null}]}},{}]}]}"#,
    )
    .unwrap();
    let QuestionForm::MultipleChoice { choices, .. } = &policy.questions[0].form else {
        panic!("{policy:?}")
    };
    assert_eq!(
        choices[0],
        ChoiceSpec { actual_value: String::new(), texts: vec!["a".to_owned(), "b".to_owned()] }
    );
    assert_eq!(choices[1], ChoiceSpec { actual_value: String::new(), texts: Vec::new() });
}

#[test]
fn p9_the_texts_of_a_question_are_those_of_every_form() {
    for (members, expected) in [
        (
            r#""text":"a","localizations":[{"languageCode":"fr","text":"b"},{"text":null},{"text":"c"}]"#,
            &["a", "b", "c"][..],
        ),
        (r#""text":{"defaultText":"a","localizedTexts":[{"languageCode":"fr","text":"b"}]}"#, &["a", "b"]),
        (r#""localizations":[{"text":"b"}]"#, &["b"]),
        (r#""text":null,"localizations":null"#, &[]),
    ] {
        let policy =
            read(&format!(r#"{{"questions":[{{"isSingleLineQuestion":true,{members}}}]}}"#)).unwrap();
        assert_eq!(policy.questions[0].texts, texts(expected), "{members}");
    }
    let localizations = |count: usize| vec![r#"{"text":"b"}"#; count].join(",");
    let codes = |count: usize| {
        let policy = read(&format!(
            r#"{{"questions":[{{"text":"a","localizations":[{0}],"choices":[
                {{"actualValue":"1","text":"a","localizations":[{0}]}},
                {{"actualValue":"2","displayValue":{{"defaultText":"a","localizedTexts":[{0}]}}}}]}}]}}"#,
            localizations(count)
        ));
        match Policy::compile(&policy.unwrap(), &Limits::default()) {
            Ok(_) => Vec::new(),
            Err(violations) => {
                violations.violations().iter().map(|violation| violation.place.to_string()).collect()
            }
        }
    };
    assert_eq!(codes(200), [""; 0]);
    assert_eq!(
        codes(201),
        [
            "questions[0].localizations",
            "questions[0].choices[0].localizations",
            "questions[0].choices[1].localizations"
        ]
    );
}

#[test]
fn extensions_of_both_generations() {
    refuse(&[
        (
            r#"{"customExtensionStageSettings":[{"customExtension":{}}]}"#,
            "missing",
            "customExtensionStageSettings[0].stage",
        ),
        (
            r#"{"customExtensionStageSettings":[{"stage":"x"}]}"#,
            "unknownValue",
            "customExtensionStageSettings[0].stage",
        ),
        (
            r##"{"customExtensionStageSettings":[{"@odata.type":"#microsoft.graph.customExtensionHandler"}]}"##,
            "odataTypeMismatch",
            "customExtensionStageSettings[0].@odata.type",
        ),
        (
            r##"{"customExtensionStageSettings":[{"customExtension":{"@odata.type":"#x"}}]}"##,
            "odataTypeMismatch",
            "customExtensionStageSettings[0].customExtension.@odata.type",
        ),
        (
            r#"{"customExtensionStageSettings":[{"customExtension":{"callbackConfiguration":
            {"timeoutDuration":"PT1H","durationBeforeTimeout":"PT2H"}}}]}"#,
            "conflictingMembers",
            "customExtensionStageSettings[0].customExtension.callbackConfiguration.durationBeforeTimeout",
        ),
    ]);
    let policy = read(
        r#"{"customExtensionStageSettings":[
        {"stage":"assignmentRequestRemoved","customExtension":{"callbackConfiguration":{}}},
        {"stage":"assignmentRequestGranted","customExtension":{"callbackConfiguration":null}}]}"#,
    )
    .unwrap();
    let behaviors: Vec<_> = policy.extensions.iter().map(|extension| extension.behavior).collect();
    assert_eq!(behaviors, [Some(waits(None)), None]);
}

#[test]
fn j5_handlers_of_older_beta_are_refused_unless_there_are_none() {
    for handlers in ["[]", "null"] {
        let body = format!(
            r#"{{"customExtensionStageSettings":[{{"stage":"assignmentRequestCreated"}}],
            "customExtensionHandlers":{handlers}}}"#
        );
        let stages: Vec<_> =
            read(&body).unwrap().extensions.iter().map(|extension| extension.stage).collect();
        assert_eq!(stages, [CalloutStage::AssignmentRequestCreated], "{handlers}");
    }
    for handlers in [
        "[{}]",
        "[7]",
        r#"[{"stage":"assignmentRequestGranted"}]"#,
        r#"[{"customExtension":{"callbackConfiguration":null}}]"#,
        r#"[{"customExtension":{"callbackConfiguration":{}}}]"#,
    ] {
        let body = format!(r#"{{"customExtensionHandlers":{handlers},"id":7}}"#);
        let unsupported = ("unsupportedValue".to_owned(), "customExtensionHandlers".to_owned());
        assert_eq!(fault(read(&body)), unsupported, "{handlers}");
    }
    refuse(&[
        (r#"{"customExtensionHandlers":[{"a":1,"a":1}]}"#, "duplicateMember", "customExtensionHandlers[0].a"),
        (r#"{"customExtensionHandlers":{}}"#, "wrongType", "customExtensionHandlers"),
    ]);
}

/// A policy in which everything that decides something is there once.
const WHOLE: &str = r##"{
    "@odata.type": "#microsoft.graph.accessPackageAssignmentPolicy",
    "accessPackage": {"id": "7b0a4a8e-2f2a-4a57-8b0c-5b6d4b9d0c02"},
    "expiration": {"type": "afterDuration", "endDateTime": null, "duration": "P90D"},
    "requestorSettings": {"enableTargetsToSelfAddAccess": true, "allowedRequestors": []},
    "requestApprovalSettings": {
        "isApprovalRequiredForAdd": true,
        "stages": [{"durationBeforeAutomaticDenial": "P2D", "primaryApprovers": []}]
    },
    "questions": [{
        "@odata.type": "#microsoft.graph.accessPackageMultipleChoiceQuestion",
        "isRequired": true,
        "choices": [{"actualValue": "N", "text": "North"}]
    }],
    "customExtensionStageSettings": [{
        "stage": "assignmentRequestCreated",
        "customExtension": {
            "id": "c2a94f8d-4c1e-4f6f-93d5-0b8ef2f9aa03",
            "callbackConfiguration": {"timeoutDuration": "PT1H"}
        }
    }]
}"##;

/// A name in another case than its own is refused in every object that decides something; nothing else is (rule J4).
#[test]
fn j4_a_known_name_in_another_case_is_refused() {
    assert!(read(WHOLE).is_ok());
    for (known, written, path) in [
        ("accessPackage", "AccessPackage", "AccessPackage"),
        ("expiration", "EXPIRATION", "EXPIRATION"),
        ("requestorSettings", "RequestorSettings", "RequestorSettings"),
        ("requestApprovalSettings", "requestapprovalsettings", "requestapprovalsettings"),
        ("questions", "Questions", "Questions"),
        ("customExtensionStageSettings", "CustomExtensionStageSettings", "CustomExtensionStageSettings"),
        ("type", "Type", "expiration.Type"),
        ("endDateTime", "EndDateTime", "expiration.EndDateTime"),
        ("duration", "Duration", "expiration.Duration"),
        (
            "enableTargetsToSelfAddAccess",
            "EnableTargetsToSelfAddAccess",
            "requestorSettings.EnableTargetsToSelfAddAccess",
        ),
        ("allowedRequestors", "AllowedRequestors", "requestorSettings.AllowedRequestors"),
        (
            "isApprovalRequiredForAdd",
            "IsApprovalRequiredForAdd",
            "requestApprovalSettings.IsApprovalRequiredForAdd",
        ),
        ("stages", "Stages", "requestApprovalSettings.Stages"),
        (
            "durationBeforeAutomaticDenial",
            "DurationBeforeAutomaticDenial",
            "requestApprovalSettings.stages[0].DurationBeforeAutomaticDenial",
        ),
        ("primaryApprovers", "PrimaryApprovers", "requestApprovalSettings.stages[0].PrimaryApprovers"),
        ("isRequired", "IsRequired", "questions[0].IsRequired"),
        ("choices", "Choices", "questions[0].Choices"),
        ("actualValue", "ActualValue", "questions[0].choices[0].ActualValue"),
        ("text", "Text", "questions[0].choices[0].Text"),
        ("stage", "Stage", "customExtensionStageSettings[0].Stage"),
        ("customExtension", "CustomExtension", "customExtensionStageSettings[0].CustomExtension"),
        (
            "callbackConfiguration",
            "CallbackConfiguration",
            "customExtensionStageSettings[0].customExtension.CallbackConfiguration",
        ),
        (
            "timeoutDuration",
            "TimeoutDuration",
            "customExtensionStageSettings[0].customExtension.callbackConfiguration.TimeoutDuration",
        ),
    ] {
        let error = read(&WHOLE.replace(&format!("\"{known}\":"), &format!("\"{written}\":"))).unwrap_err();
        assert_eq!((error.code(), error.path()), (ReadCode::UnknownMember, path));
        assert_eq!(error.to_string(), format!("unknown member `{written}`; expected `{known}`"));
    }
    refuse(&[
        (r##"{"@OData.Type":"#x","questions":[]}"##, "unknownMember", "@OData.Type"),
        (r#"{"questions":[],"@odata.Type":null}"#, "unknownMember", "@odata.Type"),
        (r#"{"questions":[{"Id":"x","choices":[]}]}"#, "unknownMember", "questions[0].Id"),
        // What is not looked at is refused in another case too, and with its own name beside it.
        (r#"{"displayName":"x","DisplayName":"x","questions":[]}"#, "unknownMember", "DisplayName"),
        // The first fault in document order.
        (r#"{"x":1,"ID":7,"requestorSettings":7}"#, "unknownMember", "ID"),
        (r#"{"x":1,"requestorSettings":7,"ID":7}"#, "wrongType", "requestorSettings"),
        // No body of another kind, where a name is there in another case.
        (r#"{"Questions":[]}"#, "unknownMember", "Questions"),
    ]);
    // These decide nothing; nor is a case of its own only what is not ASCII.
    for body in [
        r#"{"questions":[],"accessPackage":{"DisplayName":"x","Catalog":{"Id":1}}}"#,
        r#"{"questions":[],"questıons":[7],"kind":1,"Kind":2}"#,
        r#"{"questions":[{"choices":[],"localizations":[{"LanguageCode":"fr","Text":"x"}]}]}"#,
        r#"{"questions":[{"choices":[],"text":{"DefaultText":"x"}}]}"#,
        r#"{"requestApprovalSettings":{"isApprovalRequired":false,"stages":[{"primaryApprovers":[{"UserId":1}]}]}}"#,
        r#"{"requestorSettings":{"allowedRequestors":[{"Id":1}]},"reviewSettings":{"IsEnabled":true}}"#,
    ] {
        assert!(read(body).is_ok(), "{body}");
    }
}

/// A body without a member by which a policy is recognized is no policy (rule J15).
#[test]
fn j15_a_body_of_another_kind_is_refused() {
    for member in DISTINCTIVE {
        for value in ["null", "[]"] {
            let body = format!("{{\"{member}\":{value}}}");
            let code = read(&body).err().map(|error| error.code());
            assert_ne!(code, Some(ReadCode::UnrecognizedBody), "{body}");
            assert_eq!(code.is_none(), value == "null" || read(&body).is_ok(), "{body}");
        }
    }
    for body in [
        "{}",
        r#"{"id":null,"displayName":"x","description":"y","createdDateTime":"z"}"#,
        r##"{"@odata.type":"#microsoft.graph.accessPackageAssignmentPolicy","@odata.context":"x"}"##,
        r#"{"accessPackage":{"questions":[]},"accessPackageId":null,"catalog":{"expiration":1}}"#,
        r#"{"value":[{"questions":[]}]}"#,
        r#"{"error":{"code":"notFound"}}"#,
    ] {
        assert_eq!(fault(read(body)), ("unrecognizedBody".to_owned(), String::new()), "{body}");
    }
    let error = read("\n {\"id\":null}").unwrap_err();
    assert_eq!((error.line(), error.column()), (Some(2), Some(2)));
    assert_eq!(error.to_string(), "no member of an accessPackageAssignmentPolicy is in the body");
    refuse(&[
        // After every other fault.
        (r#"{"id":"x"}"#, "invalidId", "id"),
        (r#"{"DisplayName":"x"}"#, "unknownMember", "DisplayName"),
        (r#"{"x":{"a":1,"a":1}}"#, "duplicateMember", "x.a"),
    ]);
}

/// Stages without a word about when they apply are no approval that is not required (rule P3).
#[test]
fn p3_stages_need_a_word_about_when_they_apply() {
    let approval = |text: &str| format!("{{\"requestApprovalSettings\":{{{text}}}}}");
    for text in [
        r#""stages":[{}]"#,
        r#""approvalStages":[{},{}]"#,
        r#""isRequestorJustificationRequired":true,"stages":[{"durationBeforeAutomaticDenial":"P2D"}]"#,
        r#""isApprovalRequiredForAdd":null,"isApprovalRequired":null,"approvalMode":null,"stages":[{}]"#,
        r#""isApprovalRequiredForUpdate":null,"isApprovalRequiredForExtension":null,"approvalStages":[{}]"#,
    ] {
        let missing = ("missing".to_owned(), "requestApprovalSettings.isApprovalRequiredForAdd".to_owned());
        assert_eq!(fault(read(&approval(text))), missing, "{text}");
    }
    for text in [
        "",
        r#""stages":[]"#,
        r#""stages":null"#,
        r#""isApprovalRequiredForAdd":false,"stages":[{}]"#,
        r#""isApprovalRequiredForUpdate":false,"stages":[{}]"#,
        r#""isApprovalRequired":false,"approvalStages":[{}]"#,
        r#""isApprovalRequiredForExtension":"true","stages":[{}]"#,
        r#""approvalMode":"NoApproval","stages":[{}]"#,
        r#""isApprovalRequired":false,"stages":[{}]"#,
    ] {
        assert!(read(&approval(text)).is_ok(), "{text}");
    }
    // When the policy was read: any fault of reading comes first.
    let body = r#"{"requestApprovalSettings":{"stages":[{}]},"id":"x"}"#;
    assert_eq!(fault(read(body)), ("invalidId".to_owned(), "id".to_owned()));
}

/// No one may request access under a policy for no one, regardless of its other members (rule P7).
#[test]
fn p7_a_policy_for_nobody_lets_nobody_ask() {
    const ALL: &str = r#""enableTargetsToSelfAddAccess":true,"enableTargetsToSelfUpdateAccess":true,
        "enableTargetsToSelfRemoveAccess":true,"enableOnBehalfRequestorsToAddAccess":true,
        "enableOnBehalfRequestorsToUpdateAccess":true,"enableOnBehalfRequestorsToRemoveAccess":true,
        "allowCustomAssignmentSchedule":true"#;
    let schedule_only = RequestorSettings { custom_schedule: true, ..RequestorSettings::default() };
    let read = |body: &str| read(body).unwrap().requestor_settings;
    for body in [
        format!(r#"{{"requestorSettings":{{{ALL},"scopeType":"NoSubjects"}}}}"#),
        format!(r#"{{"requestorSettings":{{"scopeType":"nosubjects",{ALL}}}}}"#),
        format!(r#"{{"allowedTargetScope":"notSpecified","requestorSettings":{{{ALL}}}}}"#),
        format!(r#"{{"requestorSettings":{{{ALL}}},"allowedTargetScope":"NOTSPECIFIED"}}"#),
        format!(
            r#"{{"requestorSettings":{{{ALL},"scopeType":"NoSubjects"}},"allowedTargetScope":"allMemberUsers"}}"#
        ),
    ] {
        assert_eq!(read(&body), schedule_only, "{body}");
    }
    let beta = r#"{"canExtend":true,"requestorSettings":{"acceptRequests":true,"scopeType":"NoSubjects"}}"#;
    assert_eq!(read(beta), RequestorSettings::default());
    for body in [
        format!(r#"{{"requestorSettings":{{{ALL}}}}}"#),
        format!(r#"{{"requestorSettings":{{{ALL},"scopeType":null}},"allowedTargetScope":null}}"#),
        format!(
            r#"{{"requestorSettings":{{{ALL},"scopeType":"notSpecified"}},"allowedTargetScope":"NoSubjects"}}"#
        ),
        format!(
            r#"{{"requestorSettings":{{{ALL},"scopeType":"SpecificDirectorySubjects"}},
            "allowedTargetScope":"unknownFutureValue"}}"#
        ),
    ] {
        let settings = read(&body);
        assert!(settings.self_add && settings.on_behalf_remove && settings.custom_schedule, "{body}");
    }
    refuse(&[
        (r#"{"requestorSettings":{"scopeType":7}}"#, "wrongType", "requestorSettings.scopeType"),
        (r#"{"allowedTargetScope":[]}"#, "wrongType", "allowedTargetScope"),
    ]);
}

#[test]
fn j13_missing_members_are_told_last_and_the_first_of_them() {
    let lacking =
        r#""customExtensionStageSettings":[{"stage":"assignmentRequestCreated"},{}],"questions":[{}]"#;
    let missing = ("missing".to_owned(), "customExtensionStageSettings[1].stage".to_owned());
    assert_eq!(fault(read(&format!("{{{lacking}}}"))), missing);
    let other = ("invalidId".to_owned(), "id".to_owned());
    assert_eq!(fault(read(&format!("{{{lacking},\"id\":\"x\"}}"))), other);
    refuse(&[
        (r#"{"accessPackageId":"string"}"#, "invalidId", "accessPackageId"),
        (r#"{"accessPackage":{"id":"x"}}"#, "invalidId", "accessPackage.id"),
        (r##"{"@odata.type":"#microsoft.graph.accessPackage"}"##, "odataTypeMismatch", "@odata.type"),
        (
            r##"{"accessPackage":{"@odata.type":"#microsoft.graph.accessPackageAssignmentPolicy"}}"##,
            "odataTypeMismatch",
            "accessPackage.@odata.type",
        ),
    ]);
    let both = format!(r#"{{"accessPackageId":"{PACKAGE}","accessPackage":{{"id":"{OTHER}"}}}}"#);
    assert_eq!(fault(read(&both)), ("conflictingMembers".to_owned(), "accessPackage".to_owned()));
}

#[test]
fn j7_an_object_that_says_it_is_another_is_refused() {
    const OTHER: &str = r##"{"@odata.type":"#microsoft.graph.user"}"##;
    for (body, path) in [
        (r#"{"expiration":?}"#, "expiration"),
        (r#"{"accessPackage":?}"#, "accessPackage"),
        (r#"{"requestorSettings":?}"#, "requestorSettings"),
        (r#"{"requestApprovalSettings":?}"#, "requestApprovalSettings"),
        (r#"{"requestApprovalSettings":{"stages":[?]}}"#, "requestApprovalSettings.stages[0]"),
        (r#"{"questions":[?]}"#, "questions[0]"),
        (r#"{"questions":[{"text":?}]}"#, "questions[0].text"),
        (r#"{"questions":[{"localizations":[?]}]}"#, "questions[0].localizations[0]"),
        (r#"{"questions":[{"choices":[?]}]}"#, "questions[0].choices[0]"),
        (r#"{"customExtensionStageSettings":[?]}"#, "customExtensionStageSettings[0]"),
        (
            r#"{"customExtensionStageSettings":[{"customExtension":?}]}"#,
            "customExtensionStageSettings[0].customExtension",
        ),
        (
            r#"{"customExtensionStageSettings":[{"customExtension":{"callbackConfiguration":?}}]}"#,
            "customExtensionStageSettings[0].customExtension.callbackConfiguration",
        ),
    ] {
        let expected = ("odataTypeMismatch".to_owned(), format!("{path}.@odata.type"));
        assert_eq!(fault(read(&body.replace('?', OTHER))), expected, "{body}");
    }
}

/// What says nothing to the machine is a member of a policy all the same.
#[test]
fn j4_members_of_the_schema_are_known_to_a_host_that_refuses_unknown_ones() {
    let options = ReadOptions { unknown_members: Some(UnknownMembers::Refuse), ..ReadOptions::default() };
    let refused = |body: &str| read_policy(body.as_bytes(), &options).err();
    let stage = r#"{"stage":"assignmentRequestCreated","#;
    for (body, members) in [
        (
            r#"{"questions":[],?}"#.to_owned(),
            &[
                "accessPackageCatalog",
                "accessPackageNotificationSettings",
                "accessReviewSettings",
                "automaticRequestSettings",
                "catalog",
                "createdBy",
                "createdDateTime",
                "description",
                "displayName",
                "modifiedBy",
                "modifiedDateTime",
                "notificationSettings",
                "reviewSettings",
                "specificAllowedTargets",
                "verifiableCredentialSettings",
            ][..],
        ),
        (r#"{"questions":[],"accessPackage":{?}}"#.to_owned(), &["displayName", "isHidden"]),
        (r#"{"requestorSettings":{?}}"#.to_owned(), &["allowedRequestors", "onBehalfRequestors"]),
        (
            r#"{"requestApprovalSettings":{"isApprovalRequired":false,"stages":[{?}]}}"#.to_owned(),
            &[
                "approverInformationVisibility",
                "escalationApprovers",
                "fallbackEscalationApprovers",
                "fallbackPrimaryApprovers",
                "primaryApprovers",
            ],
        ),
        (format!(r#"{{"customExtensionStageSettings":[{stage}?}}]}}"#), &["id"]),
        (
            format!(r#"{{"customExtensionStageSettings":[{stage}"customExtension":{{?}}}}]}}"#),
            &[
                "authenticationConfiguration",
                "clientConfiguration",
                "createdBy",
                "createdDateTime",
                "description",
                "displayName",
                "endpointConfiguration",
                "lastModifiedBy",
                "lastModifiedDateTime",
            ],
        ),
    ] {
        for member in members {
            let body = body.replace('?', &format!(r#""{member}":{{"x":[1]}}"#));
            assert_eq!(refused(&body), None, "{body}");
        }
    }
    for member in [
        r#""sequence":1"#,
        r#""text":{"defaultText":"x","localizedTexts":[]}"#,
        r#""localizations":[{"languageCode":"fr","text":"y"}]"#,
    ] {
        let body = format!(r#"{{"questions":[{{"choices":[],{member}}}]}}"#);
        assert_eq!(refused(&body), None, "{body}");
    }
}

#[test]
fn j5_a_contradiction_names_the_other_member() {
    let stages = r#""customExtensionStageSettings":[{"stage":"assignmentRequestCreated","customExtension":"#;
    let waits = |members: &str| format!(r#"{{{stages}{{"callbackConfiguration":{{{members}}}}}}}]}}"#);
    let approval = |members: &str| format!(r#"{{"requestApprovalSettings":{{{members}}}}}"#);
    let end = r#""expirationDateTime":"2027-01-01T00:00:00Z""#;
    let none = r#""expiration":{"type":"noExpiration"}"#;
    for (body, other) in [
        (
            format!(r#"{{"accessPackageId":"{PACKAGE}","accessPackage":{{"id":"{OTHER}"}}}}"#),
            "accessPackageId",
        ),
        (
            format!(r#"{{"accessPackage":{{"id":"{OTHER}"}},"accessPackageId":"{PACKAGE}"}}"#),
            "accessPackage.id",
        ),
        (format!(r#"{{"durationInDays":7,{end}}}"#), "durationInDays"),
        (format!(r#"{{{end},"durationInDays":7}}"#), "expirationDateTime"),
        (format!(r#"{{"durationInDays":7,{none}}}"#), "durationInDays"),
        (format!("{{{end},{none}}}"), "expirationDateTime"),
        (format!("{{{none},{end}}}"), "expiration"),
        (format!(r#"{{{none},"durationInDays":7}}"#), "expiration"),
        (approval(r#""approvalMode":"NoApproval","isApprovalRequired":true"#), "approvalMode"),
        (approval(r#""isApprovalRequired":true,"approvalMode":"NoApproval""#), "isApprovalRequired"),
        (approval(r#""isApprovalRequired":true,"isApprovalRequiredForAdd":false"#), "isApprovalRequired"),
        (approval(r#""stages":[],"approvalStages":[{}]"#), "stages"),
        (waits(r#""timeoutDuration":"PT1H","durationBeforeTimeout":"PT2H""#), "timeoutDuration"),
        (waits(r#""durationBeforeTimeout":"PT1H","timeoutDuration":"PT2H""#), "durationBeforeTimeout"),
    ] {
        let error = read(&body).unwrap_err();
        assert_eq!(error.to_string(), format!("contradicts `{other}`"), "{body}");
    }
}
