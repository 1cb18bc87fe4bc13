//! MEMBERS.md and RESOURCES.md against an extract of Graph's published v1.0 schema: each member of the schema has its
//! place in the pages, and each member that the pages call one of v1.0 is in the schema, or has a reason here.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a panic is how they fail")]

use std::collections::{BTreeMap, BTreeSet};

use assignment_request::{CalloutStage, CalloutStatus, ExpirationType, RequestType, State};

use assignment_request_graph::http::{ApprovalRelation, Relation};

use crate::known_members::{Table, tables};

const EXTRACT: &str = include_str!("../schema/v1.0.tsv");
const MEMBERS: &str = include_str!("../../MEMBERS.md");
const RESOURCES: &str = include_str!("../../RESOURCES.md");

/// The types that each table of MEMBERS.md is about.
const OF_MEMBERS: &[(&str, &[&str])] = &[
    ("The request", &["accessPackageAssignmentRequest"]),
    ("The assignment", &["accessPackageAssignment"]),
    ("The target", &["accessPackageSubject"]),
    ("The schedule", &["entitlementManagementSchedule"]),
    ("An expiration", &["expirationPattern"]),
    ("An answer", &["accessPackageAnswerString"]),
    ("The callback", &["resume"]),
    (
        "The data",
        &["accessPackageAssignmentRequestCallbackData", "assignmentRequestApprovalStageCallbackData"],
    ),
    ("The approval stage that an extension determines", &["accessPackageApprovalStage"]),
    (
        "An approver",
        &[
            "singleUser",
            "groupMembers",
            "connectedOrganizationMembers",
            "requestorManager",
            "targetManager",
            "internalSponsors",
            "externalSponsors",
            "targetUserSponsors",
        ],
    ),
    ("The stage or step", &["approvalStage"]),
    ("The policy", &["accessPackageAssignmentPolicy"]),
    ("The access package", &["accessPackage"]),
    ("Who may ask", &["accessPackageAssignmentRequestorSettings"]),
    ("Who must approve", &["accessPackageAssignmentApprovalSettings"]),
    ("A stage of approval", &["accessPackageApprovalStage"]),
    ("A determined stage", &["accessPackageDynamicApprovalStage"]),
    ("A question", &["accessPackageTextInputQuestion", "accessPackageMultipleChoiceQuestion"]),
    ("A choice", &["accessPackageAnswerChoice"]),
    ("A localization", &["accessPackageLocalizedText"]),
    ("An extension", &["customExtensionStageSetting"]),
    (
        "The custom extension",
        &["accessPackageAssignmentRequestWorkflowExtension", "accessPackageAssignmentWorkflowExtension"],
    ),
    (
        "The callback configuration",
        &["customExtensionCallbackConfiguration", "accessPackageRequestApprovalStageCallbackConfiguration"],
    ),
];

/// The types that each table of RESOURCES.md is about.
const OF_RESOURCES: &[(&str, &[&str])] = &[
    ("The request", &["accessPackageAssignmentRequest"]),
    ("The assignment", &["accessPackageAssignment"]),
    ("A person", &["accessPackageSubject"]),
    ("The schedule", &["entitlementManagementSchedule"]),
    ("The expiration", &["expirationPattern"]),
    ("An answer", &["accessPackageAnswerString"]),
    ("A question", &["accessPackageTextInputQuestion", "accessPackageMultipleChoiceQuestion"]),
    ("A choice", &["accessPackageAnswerChoice"]),
    ("A text in one language", &["accessPackageLocalizedText"]),
    ("A callout", &["customExtensionCalloutInstance"]),
    ("An approval", &["approval"]),
    ("A stage of it", &["approvalStage"]),
    ("Who reviewed it", &["identity", "userIdentity"]),
    ("The requirements of a policy", &["accessPackageAssignmentRequestRequirements"]),
];

/// Members that the pages call members of v1.0, and that its schema lacks: table, member, reason.
const OURS: &[(&str, &str, &str)] = &[
    ("The request", "isValidationOnly", "published responses have it"),
    ("The request", "parameters", "the official client for v1.0 has it"),
    ("The assignment", "accessPackageId", "published requests name the package by it"),
    ("The assignment", "assignmentPolicyId", "published requests name the policy by it"),
    ("The assignment", "targetId", "published requests name the target by it"),
    ("The schedule", "stopDateTime", "a published request has it, as null"),
    ("A stage of approval", "customExtension", "it would be lost if it were ignored (rule Y1)"),
    ("A determined stage", "customExtension", "the policies of dynamic approval have it"),
    ("The callback configuration", "durationBeforeTimeout", "published extensions and sent callouts have it"),
];

/// The rows of the extract: the members of each type, in the schema's order.
fn extract() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut types: BTreeMap<_, Vec<_>> = BTreeMap::new();
    let rows = EXTRACT.lines().filter(|line| !line.starts_with('#')).skip(1);
    for row in rows {
        let mut cells = row.split('\t');
        let (name, member) = (cells.next().unwrap(), cells.next().unwrap());
        let members = types.entry(name).or_default();
        if member != "-" {
            members.push(member);
        }
    }
    types
}

/// The tables of a page that are about types of the schema, each with the members of its types.
fn compared(
    page: &'static str,
    of_page: &[(&'static str, &'static [&'static str])],
) -> Vec<(Table, BTreeSet<&'static str>)> {
    let extract = extract();
    let types: BTreeMap<_, _> = of_page.iter().copied().collect();
    let found: Vec<_> = tables(page)
        .into_iter()
        .filter_map(|table| {
            let types = types.get(table.heading)?;
            let members = types.iter().flat_map(|name| extract.get(name).unwrap().iter().copied()).collect();
            Some((table, members))
        })
        .collect();
    assert_eq!(found.len(), of_page.len(), "a heading has another name");
    found
}

#[test]
fn every_member_of_the_schema_is_in_the_pages() {
    let mut missing = Vec::new();
    for (page, of_page) in [(MEMBERS, OF_MEMBERS), (RESOURCES, OF_RESOURCES)] {
        for (table, members) in compared(page, of_page) {
            let named: BTreeSet<_> = table.names().collect();
            missing.extend(members.difference(&named).map(|member| (table.heading, *member)));
        }
    }
    assert!(missing.is_empty(), "the pages do not say what becomes of {missing:#?}");
    let used: BTreeSet<_> =
        OF_MEMBERS.iter().chain(OF_RESOURCES).flat_map(|(_, types)| types.iter().copied()).collect();
    let is_enumeration = |name: &&str| ENUMERATIONS.iter().any(|(known, _)| known == name);
    let unused: Vec<_> =
        extract().into_keys().filter(|name| !used.contains(name) && !is_enumeration(name)).collect();
    assert!(unused.is_empty(), "no table is about {unused:?}");
}

#[test]
fn every_member_that_is_called_one_of_v1_is_in_the_schema_or_has_a_reason() {
    let mut further = BTreeSet::new();
    for (page, of_page) in [(MEMBERS, OF_MEMBERS), (RESOURCES, OF_RESOURCES)] {
        for (table, members) in compared(page, of_page) {
            let of_v1 = table.members.iter().filter(|member| ["v1.0", "both"].contains(&member.version));
            let names = of_v1.map(|member| member.name).chain(table.others_of_schema.iter().copied());
            let is_further = |name: &&str| !name.starts_with('@') && !members.contains(name);
            further.extend(names.filter(is_further).map(|name| (table.heading, name)));
        }
    }
    let ours: BTreeSet<_> = OURS.iter().map(|(heading, name, _)| (*heading, *name)).collect();
    assert_eq!(further, ours, "members of v1.0 that its schema lacks, and those that have a reason");
}

/// The enumerations of the schema, and the names that we have for them.
const ENUMERATIONS: &[(&str, &[&str])] = &[
    ("accessPackageRequestType", RequestType::NAMES),
    ("accessPackageRequestState", State::NAMES),
    ("accessPackageCustomExtensionStage", CalloutStage::NAMES),
    ("customExtensionCalloutInstanceStatus", CalloutStatus::NAMES),
    ("expirationPatternType", ExpirationType::NAMES),
    ("accessPackageAssignmentRequestFilterByCurrentUserOptions", Relation::NAMES),
    ("approvalFilterByCurrentUserOptions", ApprovalRelation::NAMES),
];

const SENTINEL: &str = "unknownFutureValue";

#[test]
fn j10_v1_values_are_those_of_the_schema() {
    let extract = extract();
    for (name, ours) in ENUMERATIONS {
        let published: BTreeSet<_> = extract
            .get(name)
            .unwrap()
            .iter()
            .copied()
            // As a type of request, this is a sentinel too (rule T1).
            .filter(|value| {
                *value != SENTINEL && (*name, *value) != ("accessPackageRequestType", "notSpecified")
            })
            .collect();
        let ours: BTreeSet<_> = ours.iter().copied().collect();
        let missing: Vec<_> = published.difference(&ours).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
        let further: Vec<_> = ours.difference(&published).copied().collect();
        match *name {
            // In the create page's list of types (rule T1).
            "accessPackageRequestType" => assert_eq!(further, ["userExtend"]),
            // In the page about dynamic approval (rule T4).
            "accessPackageCustomExtensionStage" => {
                assert_eq!(further, ["assignmentRequestDeterminingApprovalRequirements"]);
            }
            _ => assert!(further.is_empty(), "{name}: {further:?}"),
        }
    }
}

/// Names after the sentinel are hidden from clients that do not ask for them. If there are new ones,
/// `RequestResource::hide_later_names` must know them.
#[test]
fn the_names_after_the_sentinel() {
    let extract = extract();
    let later: Vec<_> = ENUMERATIONS
        .iter()
        // What a client asks with is not hidden from it.
        .filter(|(name, _)| !name.ends_with("FilterByCurrentUserOptions"))
        .flat_map(|(name, _)| {
            extract.get(name).unwrap().iter().copied().skip_while(|value| *value != SENTINEL).skip(1)
        })
        .collect();
    assert_eq!(later, ["approverRemove"]);
}
