//! Bodies that are nearly right: right ones, with a few changes.

use std::collections::BTreeSet;
use std::fmt;

use proptest::prelude::*;

/// A JSON document whose objects may have a member twice.
#[derive(Clone, Debug)]
pub(crate) enum Document {
    Plain(serde_json::Value),
    Array(Vec<Document>),
    Object(Vec<(String, Document)>),
}

impl fmt::Display for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(value) => write!(formatter, "{value}"),
            Self::Array(items) => {
                formatter.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(formatter, "{}{item}", if index > 0 { " ,\n" } else { "" })?;
                }
                formatter.write_str("]")
            }
            Self::Object(members) => {
                formatter.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let name = serde_json::Value::from(name.as_str());
                    write!(formatter, "{}{name}:\t{value}", if index > 0 { "," } else { "\r\n" })?;
                }
                formatter.write_str(" }")
            }
        }
    }
}

impl Document {
    pub(crate) fn has_duplicates(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Array(items) => items.iter().any(Self::has_duplicates),
            Self::Object(members) => {
                let names: BTreeSet<_> = members.iter().map(|(name, _)| name).collect();
                names.len() < members.len() || members.iter().any(|(_, value)| value.has_duplicates())
            }
        }
    }

    /// The values in this document, itself included.
    fn count(&self) -> usize {
        match self {
            Self::Plain(_) => 1,
            Self::Array(items) => 1 + items.iter().map(Self::count).sum::<usize>(),
            Self::Object(members) => 1 + members.iter().map(|(_, value)| value.count()).sum::<usize>(),
        }
    }

    /// Changes the value that comes at `place`, counted from the root.
    fn change_at(&mut self, place: &mut usize, change: &Change) {
        if *place == 0 {
            change.apply(self);
        }
        let inner: Vec<&mut Self> = match self {
            Self::Plain(_) => Vec::new(),
            Self::Array(items) => items.iter_mut().collect(),
            Self::Object(members) => members.iter_mut().map(|(_, value)| value).collect(),
        };
        for value in inner {
            *place = place.wrapping_sub(1);
            value.change_at(place, change);
        }
    }
}

/// A change to one value of a document.
#[derive(Clone, Debug)]
enum Change {
    Replace(Document),
    /// Replaces a text by another.
    Text(Document),
    /// Adds a member to an object, an element to an array.
    Add(usize, String, Document),
    Remove(usize),
    Rename(usize, String),
}

impl Change {
    fn apply(&self, document: &mut Document) {
        match (self, document) {
            (Self::Replace(by), document) => *document = by.clone(),
            (Self::Text(by), document @ Document::Plain(serde_json::Value::String(_))) => {
                *document = by.clone();
            }
            (Self::Add(at, name, value), Document::Object(members)) => {
                members.insert(at % (members.len() + 1), (name.clone(), value.clone()));
            }
            (Self::Add(at, _, value), Document::Array(items)) => {
                items.insert(at % (items.len() + 1), value.clone());
            }
            (Self::Remove(at), Document::Object(members)) if !members.is_empty() => {
                members.remove(at % members.len());
            }
            (Self::Rename(at, name), Document::Object(members)) if !members.is_empty() => {
                let at = at % members.len();
                members.iter_mut().skip(at).take(1).for_each(|member| member.0.clone_from(name));
            }
            _ => {}
        }
    }
}

const IDS: [&str; 2] = ["1d3f6f0a-6ad4-4f5c-9a39-0b5a6f0c3a01", "7B0A4A8E-2F2A-4A57-8B0C-5B6D4B9D0C02"];

const NAMES: &[&str] = &[
    "approvalStage",
    "callbackConfiguration",
    "customExtension",
    "endpointConfiguration",
    "escalationApprovers",
    "groupId",
    "isBackup",
    "isEscalationEnabled",
    "managerLevel",
    "primaryApprovers",
    "userId",
    "@odata.type",
    "@odata.context",
    "target@odata.bind",
    "id",
    "requestType",
    "assignment",
    "accessPackageAssignment",
    "targetId",
    "assignmentPolicyId",
    "accessPackageId",
    "target",
    "objectId",
    "email",
    "schedule",
    "startDateTime",
    "stopDateTime",
    "recurrence",
    "expiration",
    "endDateTime",
    "duration",
    "type",
    "answers",
    "value",
    "displayValue",
    "answeredQuestion",
    "justification",
    "isValidationOnly",
    "state",
    "source",
    "data",
    "stage",
    "reviewResult",
    "customExtensionStageInstanceId",
    "customExtensionStageInstanceDetail",
    "sequence",
    "foo",
    "displayName",
    "parameters",
    "bypassApproval",
    "name",
    "accessPackage",
    "assignmentPolicy",
    "status",
    "history",
    "catalogId",
    "principalName",
    "reviewedBy",
    "RequestType",
    "Id",
    "STATE",
];

const TEXTS: &[&str] = &[
    "assignmentRequestDeterminingApprovalRequirements",
    "#microsoft.graph.accessPackageDynamicApprovalStage",
    "microsoft.graph.singleUser",
    "#groupMembers",
    "targetManager",
    "4",
    "",
    "a\nb",
    "é\u{1f642}",
    "userAdd",
    "ADMINADD",
    "notSpecified",
    "unknownFutureValue",
    "afterDateTime",
    "NoExpiration",
    "assignmentRequestCreated",
    "AssignmentRequestGranted",
    "Denied",
    "canceled",
    "Approve",
    "deny",
    "NotReviewed",
    "2026-01-05T09:00:00Z",
    "2026-01-05",
    "P14D",
    "P1M",
    IDS[0],
    IDS[1],
    "#microsoft.graph.accessPackageAssignmentRequest",
    "microsoft.graph.accessPackageAnswerString",
    "#microsoft.graph.accessPackageTextInputQuestion",
    "microsoft.graph.requestSchedule",
    "microsoft.graph.accessPackageCustomExtensionStage.assignmentRequestCreated",
    "P4W2D",
    "P2D4W",
    "IsApprovalRequired",
    "isapprovalrequired",
    "TRUE",
    "false",
];

fn text(text: &str) -> Document {
    Document::Plain(text.into())
}

/// One of some texts.
fn one_of(texts: &'static [&'static str]) -> BoxedStrategy<Document> {
    prop::sample::select(texts).prop_map(text).boxed()
}

/// Some of some members, in any order.
fn object(members: Vec<(&'static str, BoxedStrategy<Document>)>) -> BoxedStrategy<Document> {
    let members: Vec<_> = members
        .into_iter()
        .map(|(name, value)| {
            prop::option::weighted(0.7, value).prop_map(move |value| value.map(|value| (name, value)))
        })
        .collect();
    let members = members.prop_map(|members| {
        members.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>()
    });
    members.prop_shuffle().prop_map(Document::Object).boxed()
}

fn null_or(value: BoxedStrategy<Document>) -> BoxedStrategy<Document> {
    prop_oneof![1 => Just(Document::Plain(serde_json::Value::Null)), 6 => value].boxed()
}

fn any_value() -> BoxedStrategy<Document> {
    let plain = prop_oneof![
        Just(Document::Plain(serde_json::Value::Null)),
        any::<bool>().prop_map(|value| Document::Plain(value.into())),
        (-2_i64..100).prop_map(|value| Document::Plain(value.into())),
        one_of(TEXTS),
    ];
    plain
        .prop_recursive(2, 6, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Document::Array),
                prop::collection::vec((prop::sample::select(NAMES).prop_map(str::to_owned), inner), 0..3)
                    .prop_map(Document::Object),
            ]
        })
        .boxed()
}

/// The document with none to three changes.
fn changed(document: BoxedStrategy<Document>) -> BoxedStrategy<Document> {
    let name = || prop::sample::select(NAMES).prop_map(str::to_owned);
    let change = prop_oneof![
        1 => any_value().prop_map(Change::Replace),
        3 => one_of(TEXTS).prop_map(Change::Text),
        1 => (any::<usize>(), name(), any_value()).prop_map(|(at, name, value)| Change::Add(at, name, value)),
        1 => any::<usize>().prop_map(Change::Remove),
        1 => (any::<usize>(), name()).prop_map(|(at, name)| Change::Rename(at, name)),
    ];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), change), 0..4);
    (document, changes)
        .prop_map(|(mut document, changes)| {
            for (place, change) in changes {
                let mut place = place.index(document.count());
                document.change_at(&mut place, &change);
            }
            document
        })
        .boxed()
}

fn any_flag() -> BoxedStrategy<Document> {
    any::<bool>().prop_map(|value| Document::Plain(value.into())).boxed()
}

/// The value, or more often null.
fn seldom(value: BoxedStrategy<Document>) -> BoxedStrategy<Document> {
    prop_oneof![2 => Just(Document::Plain(serde_json::Value::Null)), 1 => value].boxed()
}

/// A schedule of the request; and one of its assignment, which also has a `stopDateTime`.
fn schedule() -> BoxedStrategy<Document> {
    object(schedule_members())
}

fn schedule_of_assignment() -> BoxedStrategy<Document> {
    let null = || Just(Document::Plain(serde_json::Value::Null));
    let stop = prop_oneof![8 => null().boxed(), 1 => one_of(&["2026-01-05T09:00:00Z"])];
    object([schedule_members(), vec![("stopDateTime", stop.boxed())]].concat())
}

fn schedule_members() -> Vec<(&'static str, BoxedStrategy<Document>)> {
    let expiration = object(vec![
        ("type", null_or(one_of(&["afterDuration", "AfterDuration", "AfterDateTime", "notSpecified"]))),
        ("endDateTime", null_or(one_of(&["2026-01-05T09:00:00Z", "2026-01-05T10:00:00+01:00"]))),
        ("duration", null_or(one_of(&["P14D", "P1W7D", "PT0S"]))),
    ]);
    let types = &["#microsoft.graph.requestSchedule", "microsoft.graph.entitlementManagementSchedule"];
    vec![
        ("@odata.type", one_of(types)),
        ("startDateTime", null_or(one_of(&["2026-01-05T09:00:00Z", "2026-01-05T10:00:00+01:00"]))),
        ("expiration", null_or(expiration)),
        ("recurrence", seldom(any_value())),
    ]
}

pub(crate) fn nearly_create() -> BoxedStrategy<Document> {
    let id = || null_or(one_of(&IDS));
    let types = |types: &'static [&'static str]| one_of(types);
    let assignment = || {
        let target = object(vec![
            ("objectId", id()),
            ("email", null_or(one_of(&["", "a@example.org"]))),
            ("displayName", null_or(one_of(TEXTS))),
        ]);
        let relation = || object(vec![("id", id()), ("displayName", any_value())]);
        null_or(object(vec![
            ("id", prop_oneof![4 => id(), 1 => any_value()].boxed()),
            ("targetId", id()),
            ("assignmentPolicyId", id()),
            ("accessPackageId", id()),
            ("target", null_or(target)),
            ("accessPackage", seldom(relation())),
            ("assignmentPolicy", seldom(relation())),
            ("schedule", seldom(schedule_of_assignment())),
            ("expiredDateTime", seldom(any_value())),
        ]))
    };
    let parameter = object(vec![
        ("name", one_of(&["IsApprovalRequired", "isApprovalREQUIRED"])),
        ("value", prop_oneof![one_of(&["true", "False"]), any_flag()].boxed()),
    ]);
    let parameters = prop_oneof![
        prop::collection::vec(parameter, 0..3).prop_map(Document::Array),
        object(vec![("bypassApproval", null_or(any_flag()))]),
    ];
    let question = object(vec![
        (
            "@odata.type",
            types(&[
                "#microsoft.graph.accessPackageTextInputQuestion",
                "microsoft.graph.accessPackageQuestion",
            ]),
        ),
        ("id", id()),
        ("sequence", any_value()),
    ]);
    let answer = object(vec![
        ("@odata.type", types(&["#microsoft.graph.accessPackageAnswerString"])),
        ("value", null_or(one_of(TEXTS))),
        ("displayValue", null_or(one_of(TEXTS))),
        ("answeredQuestion", null_or(question)),
    ]);
    changed(object(vec![
        ("requestType", one_of(&["userAdd", "adminADD", "OnBehalfAdd", "approverRemove"])),
        ("assignment", assignment()),
        (
            "accessPackageAssignment",
            prop_oneof![3 => Just(Document::Plain(serde_json::Value::Null)), 1 => assignment()].boxed(),
        ),
        ("justification", null_or(one_of(TEXTS))),
        ("isValidationOnly", null_or(any_flag())),
        ("schedule", seldom(schedule())),
        ("parameters", null_or(parameters.boxed())),
        ("status", seldom(any_value())),
        ("requestor", seldom(any_value())),
        ("answers", null_or(prop::collection::vec(answer, 0..3).prop_map(Document::Array).boxed())),
    ]))
}

const DETERMINING: &str = "assignmentRequestDeterminingApprovalRequirements";

fn flag() -> BoxedStrategy<Document> {
    null_or(any::<bool>().prop_map(|value| Document::Plain(value.into())).boxed())
}

fn array(item: BoxedStrategy<Document>) -> BoxedStrategy<Document> {
    null_or(prop::collection::vec(item, 0..3).prop_map(Document::Array).boxed())
}

/// The members of an object, and its type before, between or after them.
fn typed(
    types: &'static [&'static str],
    members: Vec<(&'static str, BoxedStrategy<Document>)>,
) -> BoxedStrategy<Document> {
    (one_of(types), object(members), any::<prop::sample::Index>())
        .prop_map(|(name, mut document, at)| {
            if let Document::Object(members) = &mut document {
                members.insert(at.index(members.len() + 1), ("@odata.type".to_owned(), name));
            }
            document
        })
        .boxed()
}

/// An approver, with the members that its type has.
fn approver() -> BoxedStrategy<Document> {
    let id = || one_of(&IDS);
    let with = |more: Vec<(&'static str, BoxedStrategy<Document>)>| {
        [more, vec![("isBackup", flag()), ("description", null_or(one_of(TEXTS)))]].concat()
    };
    let level = prop_oneof![
        (0_i64..6).prop_map(|level| Document::Plain(level.into())),
        one_of(&["1", "4", "5", "01"]),
    ];
    prop_oneof![
        typed(
            &["#microsoft.graph.singleUser", "singleUser"],
            with(vec![("userId", id()), ("id", one_of(&IDS[..1]))])
        ),
        typed(&["microsoft.graph.groupMembers"], with(vec![("groupId", id()), ("id", null_or(id()))])),
        typed(&["#connectedOrganizationMembers"], with(vec![("connectedOrganizationId", id())])),
        typed(
            &["#microsoft.graph.requestorManager", "#microsoft.graph.targetManager"],
            with(vec![("managerLevel", level.boxed())])
        ),
        typed(&["#microsoft.graph.internalSponsors", "#microsoft.graph.targetUserSponsors"], with(vec![])),
        typed(&["#microsoft.graph.oracle", "Oracle"], with(vec![("id", null_or(id()))])),
    ]
    .boxed()
}

fn determined_stage() -> BoxedStrategy<Document> {
    let duration = || null_or(one_of(&["P2D", "PT12H", "PT0S"]));
    object(vec![
        (
            "@odata.type",
            one_of(&["#microsoft.graph.accessPackageApprovalStage", "accessPackageApprovalStage"]),
        ),
        ("durationBeforeAutomaticDenial", duration()),
        ("durationBeforeEscalation", duration()),
        ("isApproverJustificationRequired", flag()),
        ("isEscalationEnabled", flag()),
        ("primaryApprovers", array(approver())),
        ("fallbackPrimaryApprovers", array(approver())),
        ("escalationApprovers", array(approver())),
        ("fallbackEscalationApprovers", array(approver())),
    ])
}

/// A policy: of its members, those that say who approves and which extensions are called.
pub(crate) fn nearly_policy() -> BoxedStrategy<Document> {
    let id = || null_or(one_of(&IDS));
    let extension_types = &["#microsoft.graph.accessPackageAssignmentRequestWorkflowExtension"];
    let reference = || {
        null_or(object(vec![("@odata.type", one_of(extension_types)), ("id", id()), ("foo", any_value())]))
    };
    let set = object(vec![
        ("durationBeforeAutomaticDenial", null_or(one_of(&["P2D", "P1D"]))),
        ("isEscalationEnabled", flag()),
        ("durationBeforeEscalation", null_or(one_of(&["PT12H"]))),
        ("primaryApprovers", any_value()),
        ("customExtension", Just(Document::Plain(serde_json::Value::Null)).boxed()),
    ]);
    let determined = typed(
        &["#microsoft.graph.accessPackageDynamicApprovalStage"],
        vec![
            ("customExtension", reference()),
            ("durationBeforeAutomaticDenial", any_value()),
            ("primaryApprovers", any_value()),
            ("isEscalationEnabled", any_value()),
        ],
    );
    let approval = object(vec![
        ("isApprovalRequiredForAdd", flag()),
        ("isApprovalRequiredForUpdate", flag()),
        ("stages", array(prop_oneof![set, determined].boxed())),
    ]);
    let callback = object(vec![
        (
            "@odata.type",
            one_of(&[
                "microsoft.graph.customExtensionCallbackConfiguration",
                "#microsoft.graph.accessPackageRequestApprovalStageCallbackConfiguration",
            ]),
        ),
        ("timeoutDuration", null_or(one_of(&["PT1H"]))),
        ("durationBeforeTimeout", null_or(one_of(&["PT1H", "PT60M"]))),
    ]);
    let extension = object(vec![
        ("@odata.type", one_of(extension_types)),
        ("id", id()),
        ("endpointConfiguration", null_or(any_value())),
        ("callbackConfiguration", null_or(callback)),
    ]);
    let setting = object(vec![
        ("stage", one_of(&["assignmentRequestCreated", "AssignmentRequestGranted", DETERMINING])),
        ("customExtension", null_or(extension)),
    ]);
    changed(object(vec![
        ("requestApprovalSettings", null_or(approval)),
        ("customExtensionStageSettings", array(setting)),
    ]))
}

pub(crate) fn nearly_resume() -> BoxedStrategy<Document> {
    let stages = &[
        "assignmentRequestCreated",
        "AssignmentRequestCreated",
        "assignmentRequestGranted",
        DETERMINING,
        DETERMINING,
    ];
    let data = object(vec![
        (
            "@odata.type",
            one_of(&[
                "microsoft.graph.accessPackageAssignmentRequestCallbackData",
                "#microsoft.graph.assignmentRequestApprovalStageCallbackData",
            ]),
        ),
        ("stage", one_of(stages)),
        ("approvalStage", null_or(determined_stage())),
        ("customExtensionStageInstanceId", one_of(&IDS)),
        ("state", null_or(one_of(&["denied", "CANCELED"]))),
        ("customExtensionStageInstanceDetail", null_or(one_of(TEXTS))),
    ]);
    let types = &[
        "microsoft.graph.accessPackageCustomExtensionStage.assignmentRequestCreated",
        "#microsoft.graph.accessPackageCustomExtensionStage.AssignmentRequestCreated",
        "accessPackageCustomExtensionStage.assignmentRequestGranted",
        "assignmentRequestCreated",
        "assignmentRequestDeterminingApprovalRequirements",
    ];
    changed(object(vec![
        ("source", null_or(one_of(TEXTS))),
        ("type", null_or(one_of(types))),
        ("data", data),
    ]))
}

pub(crate) fn nearly_decision() -> BoxedStrategy<Document> {
    changed(object(vec![
        ("reviewResult", one_of(&["Approve", "deny"])),
        ("reviewedBy", seldom(any_value())),
        ("status", seldom(any_value())),
        ("justification", null_or(one_of(TEXTS))),
        ("@odata.type", one_of(&["microsoft.graph.approvalStage", "#microsoft.graph.approvalStep"])),
    ]))
}
