//! MEMBERS.md and RESOURCES.md against the readers (rule J4): a member that a table has as read-only is ignored with any
//! value, and a name of a table in another case is refused if the table says so.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use assignment_request_graph::{
    ReadCode, ReadError, ReadOptions, UnknownMembers, read_approval, read_create, read_decision, read_policy,
    read_policy_texts, read_request, read_request_list, read_requirements_list, read_resume, read_stage,
};

/// A table of members: of one object.
pub(crate) struct Table {
    pub(crate) heading: &'static str,
    pub(crate) members: Vec<Member>,
    /// The row of any other member.
    others: &'static str,
    /// The names of the additional data, below a table of resources.
    additional_data: Vec<&'static str>,
    /// The names below a table that are of the schema and fall under the row of any other member.
    pub(crate) others_of_schema: Vec<&'static str>,
}

/// A row of a table.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    kind: &'static str,
}

impl Table {
    /// All names that the table and the lists below it have.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let rows = self.members.iter().map(|member| member.name);
        rows.chain(self.additional_data.iter().copied()).chain(self.others_of_schema.iter().copied())
    }
}

/// The tables of a page.
pub(crate) fn tables(page: &'static str) -> Vec<Table> {
    let mut tables = Vec::new();
    for section in page.split("\n## ").flat_map(|part| part.split("\n### ")) {
        let heading = section.lines().next().unwrap().split(':').next().unwrap();
        let rows = || section.lines().filter(|line| line.starts_with("| "));
        let cell = |row: &'static str, at: usize| row.split('|').nth(at).unwrap().trim();
        let members = rows().filter(|row| row.starts_with("| `"));
        let member =
            |row| Member { name: cell(row, 1).trim_matches('`'), version: cell(row, 2), kind: cell(row, 3) };
        let members: Vec<_> = members.map(member).collect();
        let others = rows().find(|row| row.starts_with("| any other")).unwrap_or_default();
        let listed = |label: &str| {
            let list = section.split_once(label).map_or("", |(_, list)| list);
            list.split('.').next().unwrap().split('`').skip(1).step_by(2).collect()
        };
        let additional_data = listed("\nAdditional data: ");
        let others_of_schema = listed("\nIn the schema, and treated as any other member: ");
        if !members.is_empty() {
            tables.push(Table { heading, members, others, additional_data, others_of_schema });
        }
    }
    tables
}

type Reading = fn(&str, &ReadOptions) -> Result<(), ReadError>;

const CREATE: Reading = |body, options| read_create(body.as_bytes(), options).map(drop);
const RESUME: Reading = |body, options| read_resume(body.as_bytes(), options).map(drop);
const DECISION: Reading = |body, options| read_decision(body.as_bytes(), options).map(drop);
const POLICY: Reading = |body, options| read_policy(body.as_bytes(), options).map(drop);
const REQUEST: Reading = |body, options| read_request(body.as_bytes(), options).map(drop);
const REQUESTS: Reading = |body, options| read_request_list(body.as_bytes(), options).map(drop);
const APPROVAL: Reading = |body, options| read_approval(body.as_bytes(), options).map(drop);
const STAGE: Reading = |body, options| read_stage(body.as_bytes(), options).map(drop);

const REQUIREMENTS: Reading = |body, options| read_requirements_list(body.as_bytes(), options).map(drop);
const TEXTS: Reading = |body, options| read_policy_texts(body.as_bytes(), options).map(drop);

/// What reads a table's object, and bodies that are good with and without one more member of it. In such a body `?` is
/// the place of that member and `!` that of an id.
type Place = (&'static str, Reading, &'static str);

#[rustfmt::skip]
const BODIES: [Place; 29] = [
    ("The request", CREATE, r#"{"requestType":"userAdd",?}"#),
    ("The assignment", CREATE, r#"{"requestType":"userAdd","assignment":{"targetId":!,?}}"#),
    ("A relation of the assignment", CREATE, r#"{"requestType":"userAdd","assignment":{"accessPackage":{"id":!,?}}}"#),
    ("The target", CREATE, r#"{"requestType":"userAdd","assignment":{"target":{"objectId":!,?}}}"#),
    ("The schedule", CREATE, r#"{"requestType":"userAdd","schedule":{"startDateTime":null,?}}"#),
    ("An expiration", POLICY, r#"{"expiration":{"duration":null,?}}"#),
    ("The parameters", CREATE, r#"{"requestType":"userAdd","parameters":{"bypassApproval":true,?}}"#),
    (
        "An entry of the older list of parameters", CREATE,
        r#"{"requestType":"userAdd","parameters":[{"name":"IsApprovalRequired","value":true,?}]}"#,
    ),
    ("An answer", CREATE, r#"{"requestType":"userAdd","answers":[{"answeredQuestion":{"id":!},?}]}"#),
    ("The question answered", CREATE, r#"{"requestType":"userAdd","answers":[{"answeredQuestion":{"id":!,?}}]}"#),
    (
        "The callback", RESUME,
        r#"{"data":{"stage":"assignmentRequestCreated","customExtensionStageInstanceId":!},?}"#,
    ),
    ("The data", RESUME, r#"{"data":{"stage":"assignmentRequestCreated","customExtensionStageInstanceId":!,?}}"#),
    (
        "The approval stage that an extension determines", RESUME,
        r#"{"data":{"stage":"assignmentRequestDeterminingApprovalRequirements","customExtensionStageInstanceId":!,
            "approvalStage":{"isEscalationEnabled":true,?}}}"#,
    ),
    (
        "An approver", RESUME,
        r##"{"data":{"stage":"assignmentRequestDeterminingApprovalRequirements","customExtensionStageInstanceId":!,
            "approvalStage":{"primaryApprovers":[{"@odata.type":"#microsoft.graph.internalSponsors",?}]}}}"##,
    ),
    ("The stage or step", DECISION, r#"{"reviewResult":"Deny",?}"#),
    ("The policy", POLICY, r#"{"questions":[],?}"#),
    ("The access package", POLICY, r#"{"questions":[],"accessPackage":{"id":!,?}}"#),
    ("Who may ask", POLICY, r#"{"requestorSettings":{"acceptRequests":true,?}}"#),
    ("Who must approve", POLICY, r#"{"requestApprovalSettings":{"approvalStages":[],?}}"#),
    (
        "A stage of approval", POLICY,
        r#"{"requestApprovalSettings":{"isApprovalRequired":false,"stages":[{"isEscalationEnabled":true,?}]}}"#,
    ),
    (
        "A determined stage", POLICY,
        r##"{"requestApprovalSettings":{"isApprovalRequired":false,"stages":[
            {"@odata.type":"#microsoft.graph.accessPackageDynamicApprovalStage",?}]}}"##,
    ),
    (
        "The extension that determines a stage", POLICY,
        r##"{"requestApprovalSettings":{"isApprovalRequired":false,"stages":[
            {"@odata.type":"#microsoft.graph.accessPackageDynamicApprovalStage","customExtension":{"id":!,?}}]}}"##,
    ),
    ("A question", POLICY, r#"{"questions":[{"choices":[],?}]}"#),
    ("A choice", POLICY, r#"{"questions":[{"choices":[{"actualValue":"x",?}]}]}"#),
    ("A text in several languages", POLICY, r#"{"questions":[{"choices":[],"text":{"defaultText":"x",?}}]}"#),
    ("A localization", POLICY, r#"{"questions":[{"choices":[],"localizations":[{"text":"x",?}]}]}"#),
    ("An extension", POLICY, r#"{"customExtensionStageSettings":[{"stage":"assignmentRequestCreated",?}]}"#),
    (
        "The custom extension", POLICY,
        r#"{"customExtensionStageSettings":[{"stage":"assignmentRequestCreated","customExtension":{"id":!,?}}]}"#,
    ),
    (
        "The callback configuration", POLICY,
        r#"{"customExtensionStageSettings":[{"stage":"assignmentRequestCreated","customExtension":{
            "callbackConfiguration":{"timeoutDuration":null,?}}}]}"#,
    ),
];

#[rustfmt::skip]
const RESOURCES: [Place; 18] = [
    ("Lists", REQUESTS, r#"{"value":[],?}"#),
    ("The request", REQUEST, r#"{"requestType":"userAdd",?}"#),
    ("The assignment", REQUEST, r#"{"accessPackageAssignment":{"targetId":!,?}}"#),
    ("A person", REQUESTS, r#"{"value":[{"requestor":{"objectId":!,?}}]}"#),
    ("The schedule", REQUEST, r#"{"schedule":{"startDateTime":null,?}}"#),
    ("The expiration", REQUEST, r#"{"schedule":{"expiration":{"duration":null,?}}}"#),
    ("An answer", REQUEST, r#"{"answers":[{"value":null,?}]}"#),
    ("A question", REQUEST, r#"{"answers":[{"answeredQuestion":{"id":!,?}}]}"#),
    ("A choice", REQUEST, r#"{"answers":[{"answeredQuestion":{"choices":[{"actualValue":"x",?}]}}]}"#),
    ("A text in several languages", REQUEST, r#"{"answers":[{"answeredQuestion":{"text":{"defaultText":"x",?}}}]}"#),
    (
        "A text in one language", REQUIREMENTS,
        r#"{"value":[{"questions":[{"localizations":[{"languageCode":"fr",?}]}]}]}"#,
    ),
    ("A callout", REQUEST, r#"{"customExtensionCalloutInstances":[{"id":!,?}]}"#),
    ("An activity", REQUEST, r#"{"history":[{"action":"x",?}]}"#),
    ("An approval", APPROVAL, r#"{"stages":[],?}"#),
    ("A stage of it", STAGE, r#"{"assignedToMe":true,?}"#),
    ("Who reviewed it", APPROVAL, r#"{"steps":[{"reviewedBy":{"id":!,?}}]}"#),
    ("The requirements of a policy", REQUIREMENTS, r#"{"value":[{"policyId":!,?}]}"#),
    ("The texts of a policy", TEXTS, r#"{"expiration":null,?}"#),
];

const DEFAULT: ReadOptions = ReadOptions { max_bytes: 1024 * 1024, max_depth: 32, unknown_members: None };
const LENIENT: ReadOptions = ReadOptions { unknown_members: Some(UnknownMembers::Ignore), ..DEFAULT };

/// A body with a further member.
fn with(body: &str, member: &str) -> String {
    body.replace('!', r#""46184453-e63b-4f20-86c2-c557ed5d5df9""#).replace('?', member)
}

/// The tables of a page, each with its place.
fn placed(page: &'static str, places: &[Place]) -> Vec<(Table, Reading, &'static str)> {
    let tables = tables(page);
    let headings: Vec<_> = tables.iter().map(|table| table.heading).collect();
    let expected: Vec<_> = places.iter().map(|(heading, ..)| *heading).collect();
    assert_eq!(headings, expected);
    for (_, read, body) in places {
        assert_eq!(read(&with(body, r#""x@odata.y":1"#), &DEFAULT), Ok(()), "{body}");
    }
    tables.into_iter().zip(places).map(|(table, (_, read, body))| (table, *read, *body)).collect()
}

fn of_bodies() -> Vec<(Table, Reading, &'static str)> {
    placed(include_str!("../../MEMBERS.md"), &BODIES)
}

#[test]
fn j4_read_only_members_are_ignored_with_any_value() {
    let mut seen = 0;
    for (table, read, body) in of_bodies() {
        let read_only =
            table.members.iter().filter(|member| member.kind == "read-only").map(|member| member.name);
        let any = table.others.contains("read-only").then_some("anyOther");
        for name in read_only.chain(any) {
            seen += 1;
            for value in ["null", "7", "true", r#""x""#, "[null]", r#"{"Id":{"@odata.type":3}}"#] {
                let body = with(body, &format!("\"{name}\":{value}"));
                assert_eq!(read(&body, &DEFAULT), Ok(()), "{body}");
            }
            let body = with(body, &format!("\"{name}\":[{{\"a\":1,\"a\":1}}]"));
            let error = read(&body, &DEFAULT).unwrap_err();
            assert_eq!(error.code(), ReadCode::DuplicateMember, "{body}");
            assert!(error.path().ends_with(&format!("{name}[0].a")), "{body}: {}", error.path());
        }
    }
    assert!(seen > 40, "only {seen} read-only members");
}

#[test]
fn j4_other_unknown_members_are_refused_or_ignored_as_the_table_says() {
    for (table, read, body) in of_bodies() {
        let body = with(body, "\"anyOther\":null");
        let outcome = read(&body, &DEFAULT).map_err(|error| error.code());
        let is_ignored = ["| ignored |", "| read-only |"].iter().any(|kind| table.others.contains(kind));
        // An expiration is read as the policy's here.
        let is_ignored = is_ignored || table.heading == "An expiration";
        assert_eq!(outcome, if is_ignored { Ok(()) } else { Err(ReadCode::UnknownMember) }, "{body}");
    }
}

/// The names in another case: with a capital, in capitals, and with one letter changed.
fn in_other_cases(name: &str) -> Vec<String> {
    let capital = |at: usize| {
        let (before, rest) = name.split_at(at);
        format!("{before}{}{}", rest[..1].to_ascii_uppercase(), &rest[1..])
    };
    let first = name.find(|first: char| first.is_ascii_lowercase()).unwrap();
    vec![capital(first), name.to_ascii_uppercase(), capital(name.len() - 1)]
}

/// Asserts that the names of a table are refused in another case.
fn assert_refused(read: Reading, body: &str, name: &str, options: &ReadOptions) {
    for other in in_other_cases(name) {
        let body = with(body, &format!("\"{other}\":[]"));
        let error = read(&body, options).unwrap_err();
        assert_eq!(error.code(), ReadCode::UnknownMember, "{body}");
        assert!(error.path() == other || error.path().ends_with(&format!(".{other}")), "{}", error.path());
        assert_eq!(error.to_string(), format!("unknown member `{other}`; expected `{name}`"));
    }
}

#[test]
fn j4_a_name_of_a_body_in_another_case_is_refused_where_it_decides_something() {
    let mut seen = 0;
    for (table, read, body) in of_bodies() {
        let decides = !table.others.contains("| ignored | — ") && !table.others.contains("read-only");
        let is_policy = table.others.contains("in another case");
        for Member { name, .. } in table.members {
            // `state` of a callback stands for any in its table that must not be there at all.
            if decides && !(table.heading == "The callback" && ["state", "status"].contains(&name)) {
                seen += 1;
                assert_refused(read, body, name, &LENIENT);
                // Elsewhere an annotation that is not in its table is ignored in any case by default.
                if is_policy || name != "@odata.type" {
                    assert_refused(read, body, name, &DEFAULT);
                }
            } else if !decides {
                for other in in_other_cases(name) {
                    let body = with(body, &format!("\"{other}\":[]"));
                    assert_eq!(read(&body, &DEFAULT), Ok(()), "{body}");
                }
            }
        }
    }
    assert!(seen > 150, "only {seen} names");
}

#[test]
fn j4_a_name_of_a_resource_in_another_case_is_refused_everywhere() {
    let mut seen = 0;
    for (table, read, body) in placed(include_str!("../../RESOURCES.md"), &RESOURCES) {
        for name in table.names() {
            seen += 1;
            assert_refused(read, body, name, &DEFAULT);
        }
    }
    assert!(seen > 100, "only {seen} names");
}

/// A body of another kind has no member of its kind, annotations aside (rule J15).
#[test]
fn j15_a_resource_has_a_member_of_its_kind() {
    for (table, read, body) in placed(include_str!("../../RESOURCES.md"), &RESOURCES) {
        if !["The request", "An approval", "A stage of it"].contains(&table.heading) {
            continue;
        }
        for Member { name, .. } in &table.members {
            let outcome = read(&format!("{{\"{name}\":null,\"x\":1}}"), &DEFAULT);
            let expected = if name.contains("@odata.") { Err(ReadCode::UnrecognizedBody) } else { Ok(()) };
            assert_eq!(outcome.map_err(|error| error.code()), expected, "{name}");
        }
        for name in &table.additional_data {
            assert_eq!(read(&format!("{{\"{name}\":[]}}"), &DEFAULT), Ok(()), "{name}");
        }
        for other in ["{}", r#"{"value":[{"id":null}]}"#, r#"{"error":{"status":"x"}}"#, r#"{"a@odata.b":1}"#]
        {
            let error = read(other, &DEFAULT).unwrap_err();
            assert_eq!((error.code(), error.path()), (ReadCode::UnrecognizedBody, ""), "{other}");
            assert_eq!((error.line(), error.column()), (Some(1), Some(1)));
        }
        // After every other fault.
        let id = body.replace('?', "\"Id\":1");
        assert_eq!(read(&id, &DEFAULT).unwrap_err().code(), ReadCode::UnknownMember);
        assert_eq!(read("{\"x\":1,\"Id\":1}", &DEFAULT).unwrap_err().path(), "Id");
        assert_eq!(read("{\"x\":1} x", &DEFAULT).unwrap_err().code(), ReadCode::Malformed);
    }
    // The elements of a list may show any part of a resource, also none.
    assert_eq!(REQUESTS(r#"{"value":[{},{"x":1}]}"#, &DEFAULT), Ok(()));
    assert_eq!(REQUESTS(r#"{"x":1}"#, &DEFAULT).unwrap_err().path(), "value");
}
