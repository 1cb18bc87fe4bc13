//! Replays the published policies.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

/// Users may not request under a policy without settings, or with settings that forbid it (C7).
const NOT_OPEN: &[&str] = &["invalidRequest selfServiceDisabled@requestType", "noRequest"];
/// A response that was reduced to members common to many resources is not a policy.
const OF_ANOTHER_KIND: &[&str] = &["unrecognizedBody @"];
/// Users may request, and no approval is needed.
const OPEN: &[&str] = &[SUBMITTED, AT_ONCE];
/// Users may request, and an approver decides.
const APPROVED_BY_SOMEBODY: &[&str] = &[SUBMITTED, APPROVAL];
/// The policy does not say whether to wait for its extension, and this host does not know.
const UNRESOLVED: &[&str] =
    &["invalidPolicy unresolvedExtension@customExtensionStageSettings[0].customExtension"];

/// What happens under each published policy if a user requests access for themselves and the request is processed; and
/// why.
const POLICIES: [(&str, &[&str], &str); 17] = [
    ("beta_accesspackageassignmentpolicy-get_b1_response.json", NOT_OPEN, "no settings"),
    (
        "beta_accesspackageassignmentpolicy-get_b2_response.json",
        &["unsupportedValue @customExtensionHandlers"],
        "extensions under their name of older beta (P6)",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b1_request.json",
        NOT_OPEN,
        "acceptRequests, but of NoSubjects (P7)",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b2_response.json",
        OF_ANOTHER_KIND,
        "names and ids only (J15)",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b3_request.json",
        &["invalidId @accessPackageId"],
        "J8: the page has the words `string (identifier)` where an id belongs",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b4_response.json",
        &["invalidId @accessPackageId"],
        "J8: as in the request above",
    ),
    ("v1.0_accesspackageassignmentpolicy-get_b1_response.json", OPEN, "enableTargetsToSelfAddAccess"),
    ("v1.0_accesspackageassignmentpolicy-get_ex1_response.json", OPEN, "enableTargetsToSelfAddAccess"),
    (
        "v1.0_accesspackageassignmentpolicy-get_ex2_stagesettings_response.json",
        UNRESOLVED,
        "an extension that is named by its id (P6), and beta names beside the customExtensionStageSettings of v1.0 (J5: both are read)",
    ),
    (
        "v1.0_accesspackageassignmentpolicy-update_b1_request.json",
        APPROVED_BY_SOMEBODY,
        "a durationBeforeEscalation of zero, but without escalation it is not judged (P3)",
    ),
    (
        "v1.0_accesspackageassignmentpolicy-update_b2_response.json",
        OF_ANOTHER_KIND,
        "names and ids only (J15)",
    ),
    (
        "v1.0_accesspackageassignmentpolicy-update_ex1_request.json",
        APPROVED_BY_SOMEBODY,
        "as the request above",
    ),
    (
        "v1.0_accesspackageassignmentpolicy-update_ex2_removestages_request.json",
        OPEN,
        "acceptRequests; approval settings that are null are none, and so are no extensions",
    ),
    (
        "v1.0_entitlementmanagement-post-assignmentpolicies_ex3_autoassign_request.json",
        NOT_OPEN,
        "no settings: assignments are automatic",
    ),
    (
        "v1.0_entitlementmanagement-post-assignmentpolicies_ex4_questions_request.json",
        &["invalidRequest requiredAnswerMissing@answers requiredAnswerMissing@answers", "noRequest"],
        "booleans and numbers written as texts (J3); two required questions (A4)",
    ),
    (
        "v1.0_entitlementmanagement-post-assignmentpolicies_ex4_questions_response.json",
        NOT_OPEN,
        "no settings",
    ),
    (
        "v1.0_policy_customExtensionStageSettings_create_request.json",
        UNRESOLVED,
        "an extension that is named by its id (P6)",
    ),
];

#[test]
fn every_published_policy_is_accepted_or_refused_as_the_table_says() {
    let Some(folder) = folder() else { return };
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let published: BTreeSet<_> = index
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| row.get(2).is_some_and(|kind| kind.starts_with("policy")))
        .filter_map(|row| row.first().copied())
        .collect();
    assert_eq!(published, POLICIES.iter().map(|(file, ..)| *file).collect());
    let t1 = "2026-01-05T09:00:00Z";
    for (file, expected, reason) in POLICIES {
        let policy = read_json(file);
        let package = ["/accessPackageId", "/accessPackage/id"].map(|path| policy.pointer(path));
        let package = package.into_iter().flatten().next().and_then(Value::as_str).unwrap_or(PACKAGE);
        let body = json!({ "requestType": "userAdd", "assignment": { "accessPackageId": package } });
        let found = outcomes_of(&read(file), "null", &[submit(t1, "user", &body.to_string()), process(t1)]);
        assert_eq!(found, expected, "{file}: {reason}");
    }
}
