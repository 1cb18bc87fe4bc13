//! The approval stage that an extension gives in its callback (rules J7, J14): what it becomes, and each fault at its
//! place, word for word.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request::{
    Approver, ApproverKind, CallbackDecision, CalloutId, CalloutStage, DeterminedStage, Period, Resume,
    SubjectId,
};
use assignment_request_graph::{ReadCode, ReadError, ReadOptions, read_resume, write_resume};
use uuid::uuid;

const INSTANCE: CalloutId = CalloutId::new(uuid!("5e0f27b5-7f0a-4cb6-9a53-0c7f8a3ad111"));
const ONE: SubjectId = SubjectId::new(uuid!("11e3a1f2-6c1b-4b54-8d5c-3a1f6f1c0a01"));
const OTHER: SubjectId = SubjectId::new(uuid!("52d6f0a9-0b7e-4a63-9a7d-8a2f5c4e7b02"));
const DETERMINING: &str = "assignmentRequestDeterminingApprovalRequirements";

/// A callback's body with this approval stage. It is one line, and the stage begins at column [`STAGE_AT`].
fn body(stage: &str) -> String {
    format!(
        r#"{{"data":{{"customExtensionStageInstanceId":"{INSTANCE}","stage":"{DETERMINING}","approvalStage":{stage}}}}}"#
    )
}

const STAGE_AT: usize = 157;

fn read(body: &str) -> Result<Resume, ReadError> {
    read_resume(body.as_bytes(), &ReadOptions::default())
}

fn read_stage(stage: &str) -> DeterminedStage {
    let stage = read(&body(stage)).unwrap().approval_stage.unwrap();
    DeterminedStage::clone(&stage)
}

/// Reads an approver, and asserts that it is the same with its type, which is its first member, at the end.
#[track_caller]
fn read_approver(approver: &str) -> Approver {
    let stage = |approver: &str| read_stage(&format!(r#"{{"primaryApprovers":[{approver}]}}"#));
    let found = stage(approver);
    if let Some((odata_type, rest)) = approver.split_once(',') {
        let last = format!("{{{},{}}}", rest.trim_end_matches('}'), odata_type.trim_start_matches('{'));
        assert_eq!(stage(&last), found, "{last}");
    }
    let [approver] = <[Approver; 1]>::try_from(found.primary_approvers).unwrap();
    approver
}

/// Asserts that the approval stage is refused with this code, message, path inside of it and column inside of it, counted
/// from 1; `None` for a member that is missing.
#[track_caller]
fn assert_refused(stage: &str, code: ReadCode, path: &str, column: Option<usize>, message: &str) {
    let error = read(&body(stage)).unwrap_err();
    let path = format!("data.approvalStage{path}");
    assert_eq!(
        (error.code(), error.path(), error.to_string().as_str()),
        (code, path.as_str(), message),
        "{stage}"
    );
    let place = column.map(|column| (1, STAGE_AT - 1 + column));
    assert_eq!(error.line().zip(error.column()), place, "{stage}");
}

/// As [`assert_refused`], of the only primary approver.
#[track_caller]
fn assert_approver_refused(
    approver: &str,
    code: ReadCode,
    member: &str,
    column: Option<usize>,
    message: &str,
) {
    let before = r#"{"primaryApprovers":["#;
    let path = format!(".primaryApprovers[0]{member}");
    let column = column.map(|column| before.len() + column);
    assert_refused(&format!("{before}{approver}]}}"), code, &path, column, message);
}

#[test]
fn j14_a_stage_with_everything() {
    assert_eq!(body("").find("approvalStage\":").unwrap() + "approvalStage\":".len() + 1, STAGE_AT);
    let stage = read_stage(&format!(
        r##"{{
            "@odata.type": "#microsoft.graph.accessPackageApprovalStage",
            "durationBeforeAutomaticDenial": "P2D",
            "isApproverJustificationRequired": true,
            "isEscalationEnabled": true,
            "durationBeforeEscalation": "PT12H",
            "primaryApprovers": [
                {{"@odata.type": "#microsoft.graph.singleUser", "userId": "{ONE}", "isBackup": true}},
                {{"@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 2}}
            ],
            "fallbackPrimaryApprovers": [{{"@odata.type": "#microsoft.graph.internalSponsors"}}],
            "escalationApprovers": [{{"@odata.type": "#microsoft.graph.groupMembers", "groupId": "{OTHER}"}}],
            "fallbackEscalationApprovers": [{{"@odata.type": "#microsoft.graph.externalSponsors"}}]
        }}"##
    ));
    let approver = |kind, is_backup| Approver { kind, is_backup };
    let expected = DeterminedStage {
        duration_before_automatic_denial: Some(Period::from_days(2)),
        is_approver_justification_required: true,
        is_escalation_enabled: true,
        duration_before_escalation: Some(Period::from_minutes(720)),
        primary_approvers: vec![
            approver(ApproverKind::SingleUser(ONE), true),
            approver(ApproverKind::RequestorManager { level: 2 }, false),
        ],
        fallback_primary_approvers: vec![approver(ApproverKind::InternalSponsors, false)],
        escalation_approvers: vec![approver(ApproverKind::GroupMembers(OTHER), false)],
        fallback_escalation_approvers: vec![approver(ApproverKind::ExternalSponsors, false)],
    };
    assert_eq!(stage, expected);
}

#[test]
fn j14_absent_null_and_empty_say_the_same() {
    for stage in [
        "{}",
        r#"{"@odata.type":null,"durationBeforeAutomaticDenial":null,"isApproverJustificationRequired":null,
            "isEscalationEnabled":null,"durationBeforeEscalation":null,"primaryApprovers":null,
            "fallbackPrimaryApprovers":null,"escalationApprovers":null,"fallbackEscalationApprovers":null}"#,
        r#"{"isApproverJustificationRequired":false,"isEscalationEnabled":false,"primaryApprovers":[],
            "fallbackPrimaryApprovers":[],"escalationApprovers":[],"fallbackEscalationApprovers":[]}"#,
    ] {
        assert_eq!(read_stage(stage), DeterminedStage::default(), "{stage}");
    }
    assert_eq!(read(&body("null")).unwrap().approval_stage, None, "no stage is not an empty stage");
    assert_refused("[]", ReadCode::WrongType, "", Some(1), "expected an object, found an array");
    assert_refused("\"\"", ReadCode::WrongType, "", Some(1), "expected an object, found a string");
}

#[test]
fn j14_the_type_of_a_stage() {
    for name in [
        "#microsoft.graph.accessPackageApprovalStage",
        "microsoft.graph.accessPackageApprovalStage",
        "#accessPackageApprovalStage",
        "accessPackageApprovalStage",
    ] {
        assert_eq!(read_stage(&format!(r#"{{"@odata.type":"{name}"}}"#)), DeterminedStage::default());
    }
    for name in [
        // A stage that is determined again.
        "#microsoft.graph.accessPackageDynamicApprovalStage",
        "accessPackageDynamicApprovalStage",
        "#microsoft.graph.approvalStage",
        "#microsoft.graph.AccessPackageApprovalStage",
        "##accessPackageApprovalStage",
        "#Microsoft.Graph.accessPackageApprovalStage",
        "microsoft.graph.#accessPackageApprovalStage",
        "microsoft.graph.microsoft.graph.accessPackageApprovalStage",
        "",
    ] {
        let message = format!("type `{name}` where accessPackageApprovalStage is expected");
        let stage = format!(r#"{{"@odata.type":"{name}"}}"#);
        assert_refused(&stage, ReadCode::ODataTypeMismatch, ".@odata.type", Some(16), &message);
    }
    let message = "expected a string, found a number";
    assert_refused(r#"{"@odata.type":1}"#, ReadCode::WrongType, ".@odata.type", Some(16), message);
}

#[test]
fn j14_the_members_of_a_stage() {
    let duration = "expected a duration like `P14D` or `PT1H30M`, without sign, years or months, found `P1M`";
    for (member, at) in [("durationBeforeAutomaticDenial", 34), ("durationBeforeEscalation", 29)] {
        let path = format!(".{member}");
        let stage = |value: &str| format!(r#"{{"{member}":{value}}}"#);
        assert_refused(&stage("\"P1M\""), ReadCode::InvalidDuration, &path, Some(at), duration);
        let message = "expected a string, found a number";
        assert_refused(&stage("2"), ReadCode::WrongType, &path, Some(at), message);
        let zero = read_stage(&stage("\"PT0S\""));
        let read = zero.duration_before_automatic_denial.or(zero.duration_before_escalation);
        assert_eq!(read, Some(Period::ZERO), "zero is read, and judged by Y8");
    }
    for (member, at) in [("isApproverJustificationRequired", 36), ("isEscalationEnabled", 24)] {
        let message = "expected a boolean, found a string";
        let stage = format!(r#"{{"{member}":"true"}}"#);
        assert_refused(&stage, ReadCode::WrongType, &format!(".{member}"), Some(at), message);
    }
    let lists = [
        "primaryApprovers",
        "fallbackPrimaryApprovers",
        "escalationApprovers",
        "fallbackEscalationApprovers",
    ];
    for list in lists {
        let at = list.len() + 5;
        for (value, path, column, code, message) in [
            ("{}", "", 0, ReadCode::WrongType, "expected an array, found an object"),
            ("[null]", "[0]", 1, ReadCode::WrongType, "null in an array"),
            ("[[]]", "[0]", 1, ReadCode::WrongType, "expected an object, found an array"),
            (
                r##"[{"@odata.type":"#microsoft.graph.internalSponsors"},7]"##,
                "[1]",
                53,
                ReadCode::WrongType,
                "expected an object, found a number",
            ),
        ] {
            let stage = format!(r#"{{"{list}":{value}}}"#);
            assert_refused(&stage, code, &format!(".{list}{path}"), Some(at + column), message);
        }
        assert_refused(
            &format!(r#"{{"{list}":[{{}}]}}"#),
            ReadCode::Missing,
            &format!(".{list}[0].@odata.type"),
            None,
            "missing member `@odata.type`",
        );
    }
    // Names of v1.0 only, in their case; an annotation is ignored.
    for member in ["approvalStageTimeOutInDays", "escalationTimeInMinutes", "customExtension", "id"] {
        let message = format!("unknown member `{member}`");
        let stage = format!(r#"{{"{member}":null}}"#);
        assert_refused(&stage, ReadCode::UnknownMember, &format!(".{member}"), Some(2), &message);
    }
    let message = "unknown member `PrimaryApprovers`; expected `primaryApprovers`";
    let stage = r#"{"PrimaryApprovers":null}"#;
    assert_refused(stage, ReadCode::UnknownMember, ".PrimaryApprovers", Some(2), message);
    assert_eq!(read_stage(r#"{"primaryApprovers@odata.context":[]}"#), DeterminedStage::default());
    let twice = r#"{"isEscalationEnabled":true,"isEscalationEnabled":true}"#;
    let message = "member `isEscalationEnabled` occurs twice";
    assert_refused(twice, ReadCode::DuplicateMember, ".isEscalationEnabled", Some(29), message);
}

#[test]
fn j14_approvers_with_an_id() {
    type Kind = fn(SubjectId) -> ApproverKind;
    let kinds: [(&str, &str, Kind); 3] = [
        ("singleUser", "userId", ApproverKind::SingleUser),
        ("groupMembers", "groupId", ApproverKind::GroupMembers),
        (
            "connectedOrganizationMembers",
            "connectedOrganizationId",
            ApproverKind::ConnectedOrganizationMembers,
        ),
    ];
    for (name, id_name, kind) in kinds {
        let one = Approver { kind: kind(ONE), is_backup: false };
        let typed = format!(r##"{{"@odata.type":"#microsoft.graph.{name}""##);
        let upper = ONE.to_string().to_uppercase();
        for members in [
            format!(r#""{id_name}":"{ONE}""#),
            format!(r#""id":"{ONE}""#),
            format!(r#""{id_name}":"{ONE}","id":"{upper}""#),
            format!(r#""id":"{upper}","{id_name}":"{ONE}""#),
            format!(r#""id":null,"{id_name}":"{upper}""#),
            format!(r#""{id_name}":null,"id":"{ONE}","isBackup":false,"description":"first""#),
        ] {
            assert_eq!(read_approver(&format!("{typed},{members}}}")), one, "{members}");
        }
        let backup = format!(r#"{typed},"isBackup":true,"id":"{ONE}"}}"#);
        assert_eq!(read_approver(&backup), Approver { is_backup: true, ..one.clone() });

        // Both names, and different: at the later one.
        let at = typed.len() + 2;
        for (first, second) in [(id_name, "id"), ("id", id_name)] {
            let members = format!(r#"{typed},"{first}":"{ONE}","{second}":"{OTHER}"}}"#);
            let column = at + first.len() + 42;
            let message = format!("contradicts `{first}`");
            let path = format!(".{second}");
            assert_approver_refused(&members, ReadCode::ConflictingMembers, &path, Some(column), &message);
        }
        for (first, second) in [(id_name, "id"), ("id", id_name)] {
            let members = format!(r#"{{"{first}":"{ONE}","{second}":"{OTHER}",{}}}"#, &typed[1..]);
            let path = format!(".{second}");
            let message = format!("contradicts `{first}`");
            let column = Some(first.len() + 44);
            assert_approver_refused(&members, ReadCode::ConflictingMembers, &path, column, &message);
        }

        let missing = format!("missing member `{id_name}`");
        for members in ["", r#","id":null"#, r#","isBackup":true,"description":null"#] {
            let approver = format!("{typed}{members}}}");
            assert_approver_refused(&approver, ReadCode::Missing, &format!(".{id_name}"), None, &missing);
        }
        for member in [id_name, "id"] {
            let approver = format!(r#"{typed},"{member}":"7"}}"#);
            let message = "expected a hyphenated UUID like `46184453-e63b-4f20-86c2-c557ed5d5df9`, found `7`";
            let column = at + member.len() + 3;
            let path = format!(".{member}");
            assert_approver_refused(&approver, ReadCode::InvalidId, &path, Some(column), message);
            let approver = format!(r#"{typed},"{member}":7}}"#);
            let message = "expected a string, found a number";
            assert_approver_refused(&approver, ReadCode::WrongType, &path, Some(column), message);
        }
        // The id of another type, and a level.
        for (other, _, _) in kinds.iter().filter(|(other, ..)| *other != name) {
            let member = kinds.iter().find(|(known, ..)| known == other).map(|(_, id_name, _)| *id_name);
            let member = member.unwrap();
            let approver = format!(r#"{typed},"id":"{ONE}","{member}":"{ONE}"}}"#);
            let message = format!("unknown member `{member}`");
            let column = Some(at + 44);
            assert_approver_refused(
                &approver,
                ReadCode::UnknownMember,
                &format!(".{member}"),
                column,
                &message,
            );
        }
        let approver = format!(r#"{typed},"managerLevel":1,"id":"{ONE}"}}"#);
        let message = "unknown member `managerLevel`";
        assert_approver_refused(&approver, ReadCode::UnknownMember, ".managerLevel", Some(at), message);
    }
}

#[test]
fn j14_managers_with_a_level() {
    type Kind = fn(u8) -> ApproverKind;
    let kinds: [(&str, Kind); 2] = [
        ("requestorManager", |level| ApproverKind::RequestorManager { level }),
        ("targetManager", |level| ApproverKind::TargetManager { level }),
    ];
    for (name, kind) in kinds {
        let typed = format!(r##"{{"@odata.type":"#microsoft.graph.{name}""##);
        let approver = |level: &str| format!(r#"{typed},"managerLevel":{level}}}"#);
        for level in 1..=4 {
            let expected = Approver { kind: kind(level), is_backup: false };
            assert_eq!(read_approver(&approver(&level.to_string())), expected);
            assert_eq!(read_approver(&approver(&format!("\"{level}\""))), expected);
        }
        let at = Some(typed.len() + 2 + "\"managerLevel\":".len());
        for level in ["0", "5", "-1", "256", "1.0", "1e0", "99999999999999999999"] {
            let message = format!("expected a level from 1 to 4, found `{level}`");
            let code = ReadCode::UnsupportedValue;
            assert_approver_refused(&approver(level), code, ".managerLevel", at, &message);
            let quoted = approver(&format!("\"{level}\""));
            assert_approver_refused(&quoted, code, ".managerLevel", at, &message);
        }
        for level in ["", " 1", "01", "+1", "1 ", "one", "\u{661}"] {
            let message = format!("expected a level from 1 to 4, found `{level}`");
            let quoted = approver(&format!("\"{level}\""));
            assert_approver_refused(&quoted, ReadCode::UnsupportedValue, ".managerLevel", at, &message);
        }
        for (level, found) in [("true", "a boolean"), ("[1]", "an array"), ("{}", "an object")] {
            let error = read(&body(&format!(r#"{{"primaryApprovers":[{}]}}"#, approver(level)))).unwrap_err();
            assert_eq!(error.code(), ReadCode::WrongType, "{level}");
            assert_eq!(error.path(), "data.approvalStage.primaryApprovers[0].managerLevel");
            assert!(error.to_string().ends_with(&format!("found {found}")), "{error}");
        }
        for members in ["", r#","managerLevel":null"#] {
            let approver = format!("{typed}{members}}}");
            let message = "missing member `managerLevel`";
            assert_approver_refused(&approver, ReadCode::Missing, ".managerLevel", None, message);
        }
        let id = format!(r#"{typed},"id":"{ONE}","managerLevel":1}}"#);
        let column = Some(typed.len() + 2);
        assert_approver_refused(&id, ReadCode::UnknownMember, ".id", column, "unknown member `id`");
    }
}

#[test]
fn j14_sponsors_and_types_that_are_not_known() {
    for (name, kind) in [
        ("internalSponsors", ApproverKind::InternalSponsors),
        ("externalSponsors", ApproverKind::ExternalSponsors),
        ("targetUserSponsors", ApproverKind::TargetUserSponsors),
    ] {
        let typed = format!(r##"{{"@odata.type":"#microsoft.graph.{name}""##);
        assert_eq!(read_approver(&format!("{typed}}}")).kind, kind);
        let more = format!(r#"{typed},"isBackup":true,"description":"all of them"}}"#);
        assert_eq!(read_approver(&more), Approver { kind, is_backup: true });
        for member in ["id", "userId", "managerLevel"] {
            let approver = format!(r#"{typed},"{member}":null}}"#);
            let (path, message) = (format!(".{member}"), format!("unknown member `{member}`"));
            let column = Some(typed.len() + 2);
            assert_approver_refused(&approver, ReadCode::UnknownMember, &path, column, &message);
        }
    }
    let other = |name: &str, id| ApproverKind::Other { odata_type: name.into(), id };
    for (name, kept) in [
        ("#microsoft.graph.oracle", "oracle"),
        ("microsoft.graph.oracle", "oracle"),
        ("#oracle", "oracle"),
        ("oracle", "oracle"),
        // Case counts.
        ("#microsoft.graph.SingleUser", "SingleUser"),
        ("#Microsoft.Graph.singleUser", "Microsoft.Graph.singleUser"),
        ("##singleUser", "#singleUser"),
        ("microsoft.graph.#singleUser", "#singleUser"),
        ("microsoft.graph.microsoft.graph.singleUser", "microsoft.graph.singleUser"),
        ("", ""),
    ] {
        let typed = format!(r#"{{"@odata.type":"{name}""#);
        assert_eq!(read_approver(&format!("{typed}}}")).kind, other(kept, None));
        assert_eq!(read_approver(&format!(r#"{typed},"id":null}}"#)).kind, other(kept, None));
        assert_eq!(read_approver(&format!(r#"{typed},"id":"{ONE}"}}"#)).kind, other(kept, Some(ONE)));
        let approver = format!(r#"{typed},"userId":"{ONE}"}}"#);
        let column = Some(typed.len() + 2);
        let message = "unknown member `userId`";
        assert_approver_refused(&approver, ReadCode::UnknownMember, ".userId", column, message);
    }
}

#[test]
fn j14_the_short_names_of_types() {
    for prefix in ["#microsoft.graph.", "microsoft.graph.", "#", ""] {
        let approver = format!(r#"{{"@odata.type":"{prefix}singleUser","userId":"{ONE}"}}"#);
        assert_eq!(read_approver(&approver).kind, ApproverKind::SingleUser(ONE), "{prefix}");
        let approver = format!(r#"{{"@odata.type":"{prefix}targetManager","managerLevel":3}}"#);
        assert_eq!(read_approver(&approver).kind, ApproverKind::TargetManager { level: 3 }, "{prefix}");
    }
}

#[test]
fn j14_an_approver_without_a_type() {
    let missing = "missing member `@odata.type`";
    for approver in [
        "{}".to_owned(),
        r#"{"@odata.type":null}"#.to_owned(),
        format!(r#"{{"userId":"{ONE}"}}"#),
        format!(r#"{{"groupId":"{ONE}","id":"{OTHER}","@odata.type":null}}"#),
        format!(r#"{{"connectedOrganizationId":"{ONE}"}}"#),
        r#"{"managerLevel":"1","isBackup":true,"description":"x"}"#.to_owned(),
    ] {
        assert_approver_refused(&approver, ReadCode::Missing, ".@odata.type", None, missing);
    }
    // A missing member is reported last (J13), and only the first one.
    let two = r##"{"primaryApprovers":[{"@odata.type":"#microsoft.graph.singleUser"}],"escalationApprovers":[{}]}"##;
    let path = ".primaryApprovers[0].userId";
    assert_refused(two, ReadCode::Missing, path, None, "missing member `userId`");
    let then = r#"{"primaryApprovers":[{}],"note":1}"#;
    assert_refused(then, ReadCode::UnknownMember, ".note", Some(26), "unknown member `note`");
    let message = "expected a string, found a number";
    assert_approver_refused(r#"{"@odata.type":7}"#, ReadCode::WrongType, ".@odata.type", Some(16), message);
}

#[test]
fn j14_what_else_an_approver_says() {
    let typed = r##"{"@odata.type":"#microsoft.graph.internalSponsors""##;
    let approver = |member: &str| format!("{typed},{member}}}");
    let at = |name: &str| Some(typed.len() + 2 + name.len() + 3);
    let backup = approver(r#""isBackup":"true""#);
    let message = "expected a boolean, found a string";
    assert_approver_refused(&backup, ReadCode::WrongType, ".isBackup", at("isBackup"), message);
    let description = approver(r#""description":[]"#);
    let message = "expected a string, found an array";
    assert_approver_refused(&description, ReadCode::WrongType, ".description", at("description"), message);
    assert!(!read_approver(&approver(r#""isBackup":null"#)).is_backup);
    for (member, expected) in
        [("displayName", ""), ("isbackup", "; expected `isBackup`"), ("ID", "; expected `id`")]
    {
        let message = format!("unknown member `{member}`{expected}");
        let column = Some(typed.len() + 2);
        let approver = approver(&format!(r#""{member}":1"#));
        assert_approver_refused(&approver, ReadCode::UnknownMember, &format!(".{member}"), column, &message);
    }
    // The first type counts for what may be there; a second one is a fault of the text.
    let twice = approver(r##""@odata.type":"#microsoft.graph.singleUser""##);
    let message = "member `@odata.type` occurs twice";
    let column = Some(typed.len() + 2);
    assert_approver_refused(&twice, ReadCode::DuplicateMember, ".@odata.type", column, message);
}

#[test]
fn j7_either_data_type_may_carry_a_stage_or_none() {
    for name in ["accessPackageAssignmentRequestCallbackData", "assignmentRequestApprovalStageCallbackData"] {
        for prefix in ["#microsoft.graph.", "microsoft.graph."] {
            let typed = |stage: &str| {
                body(stage).replace("{\"custom", &format!("{{\"@odata.type\":\"{prefix}{name}\",\"custom"))
            };
            assert_eq!(
                read(&typed("{}")).unwrap().approval_stage.as_deref(),
                Some(&DeterminedStage::default())
            );
            assert_eq!(read(&typed("null")).unwrap().approval_stage, None);
        }
    }
    // A stage is read at whichever stage of the request; whether it belongs there, Y6 says.
    let created = body("{}").replace(DETERMINING, "assignmentRequestCreated");
    let resume = read(&created).unwrap();
    assert_eq!(
        (resume.stage, resume.approval_stage.is_some()),
        (CalloutStage::AssignmentRequestCreated, true)
    );
    let error =
        read(&body("{}").replace(
            "{\"custom",
            r##"{"@odata.type":"#microsoft.graph.accessPackageApprovalStage","custom"##,
        ))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "type `#microsoft.graph.accessPackageApprovalStage` where accessPackageAssignmentRequestCallbackData or \
         assignmentRequestApprovalStageCallbackData is expected"
    );
    assert_eq!((error.code(), error.path()), (ReadCode::ODataTypeMismatch, "data.@odata.type"));
}

#[test]
fn j7_the_type_beside_determining_names_it_or_created() {
    let typed = |name: &str, stage: &str| {
        let data = body("null").replace(DETERMINING, stage);
        [
            data.replacen('{', &format!("{{\"type\":\"{name}\","), 1),
            format!("{},\"type\":\"{name}\"}}", data.strip_suffix('}').unwrap()),
        ]
    };
    for prefix in [
        "",
        "accessPackageCustomExtensionStage.",
        "microsoft.graph.accessPackageCustomExtensionStage.",
        "#microsoft.graph.accessPackageCustomExtensionStage.",
    ] {
        for named in [DETERMINING, "assignmentRequestCreated", "AssignmentRequestCREATED"] {
            for body in typed(&format!("{prefix}{named}"), DETERMINING) {
                assert!(read(&body).is_ok(), "{body}");
            }
        }
        for named in
            ["assignmentRequestApproved", "assignmentRequestGranted", "assignmentOneDayBeforeExpiration"]
        {
            for body in typed(&format!("{prefix}{named}"), DETERMINING) {
                let error = read(&body).unwrap_err();
                assert_eq!((error.code(), error.path()), (ReadCode::TypeMismatch, "type"), "{body}");
                assert!(
                    error.to_string().ends_with(&format!(" where `data.stage` is {DETERMINING}")),
                    "{error}"
                );
            }
        }
        // The other way round it is another stage.
        for body in typed(&format!("{prefix}{DETERMINING}"), "assignmentRequestCreated") {
            let error = read(&body).unwrap_err();
            assert_eq!((error.code(), error.path()), (ReadCode::TypeMismatch, "type"), "{body}");
        }
    }
}

/// J11: what is written is read as the same, and written again the same; its bytes are these.
#[test]
fn j11_a_stage_is_written_and_read() {
    let kinds = [
        (ApproverKind::SingleUser(ONE), format!(r#"singleUser","userId":"{ONE}"#)),
        (ApproverKind::GroupMembers(ONE), format!(r#"groupMembers","groupId":"{ONE}"#)),
        (
            ApproverKind::ConnectedOrganizationMembers(ONE),
            format!(r#"connectedOrganizationMembers","connectedOrganizationId":"{ONE}"#),
        ),
        (ApproverKind::InternalSponsors, "internalSponsors".to_owned()),
        (ApproverKind::ExternalSponsors, "externalSponsors".to_owned()),
        (ApproverKind::TargetUserSponsors, "targetUserSponsors".to_owned()),
        (ApproverKind::Other { odata_type: "oracle".into(), id: None }, "oracle".to_owned()),
        (
            ApproverKind::Other { odata_type: "oracle".into(), id: Some(ONE) },
            format!(r#"oracle","id":"{ONE}"#),
        ),
    ];
    let resume = |stage| Resume {
        instance: INSTANCE,
        stage: CalloutStage::AssignmentRequestDeterminingApprovalRequirements,
        decision: CallbackDecision::Continue,
        approval_stage: Some(std::sync::Arc::new(stage)),
        source: None,
        detail: None,
    };
    let written = |resume: &Resume| {
        let mut out = Vec::new();
        write_resume(resume, &mut out);
        assert_eq!(read_resume(&out, &ReadOptions::default()).as_ref(), Ok(resume));
        String::from_utf8(out).unwrap()
    };
    let around = |approvers: &str| {
        format!(
            r##"{{"type":"microsoft.graph.accessPackageCustomExtensionStage.{DETERMINING}","data":{{"@odata.type":"#microsoft.graph.assignmentRequestApprovalStageCallbackData","stage":"{DETERMINING}","customExtensionStageInstanceId":"{INSTANCE}","approvalStage":{{"@odata.type":"#microsoft.graph.accessPackageApprovalStage","isApproverJustificationRequired":false,"isEscalationEnabled":false,"primaryApprovers":[{approvers}],"fallbackPrimaryApprovers":[],"escalationApprovers":[],"fallbackEscalationApprovers":[]}}}}}}"##
        )
    };
    assert_eq!(written(&resume(DeterminedStage::default())), around(""));
    for (kind, expected) in kinds {
        let approver = Approver { kind, is_backup: false };
        let stage =
            DeterminedStage { primary_approvers: vec![approver.clone()], ..DeterminedStage::default() };
        let expected = format!(r##"{{"@odata.type":"#microsoft.graph.{expected}"}}"##);
        assert_eq!(written(&resume(stage)), around(&expected));
        let stage = DeterminedStage {
            primary_approvers: vec![Approver { is_backup: true, ..approver }],
            ..DeterminedStage::default()
        };
        let expected = format!(r#"{},"isBackup":true}}"#, expected.strip_suffix('}').unwrap());
        assert_eq!(written(&resume(stage)), around(&expected));
    }
    for level in 1..=4 {
        for (kind, name) in [
            (ApproverKind::RequestorManager { level }, "requestorManager"),
            (ApproverKind::TargetManager { level }, "targetManager"),
        ] {
            let approver = Approver { kind, is_backup: false };
            let stage = DeterminedStage { primary_approvers: vec![approver], ..DeterminedStage::default() };
            let expected = format!(r##"{{"@odata.type":"#microsoft.graph.{name}","managerLevel":{level}}}"##);
            assert_eq!(written(&resume(stage)), around(&expected));
        }
    }
}
