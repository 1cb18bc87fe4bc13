//! The published payloads, where the environment variable `CORPUS_DIR` names the folder that has them: each is
//! accepted, or refused as this table says.

use std::collections::BTreeMap;
use std::path::Path;

use assignment_request_graph::{
    ReadError, ReadOptions, read_create, read_decision, read_policy, read_resume,
};

/// File, code, path, and why it is refused.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    (
        "v1.0_accesspackageassignmentrequest-resume_ex3_dynamicapproval_request_dupkeys.json",
        "duplicateMember",
        "source",
        "J2: `source` and `type` are there twice",
    ),
    (
        "beta_accesspackageassignmentpolicy-get_b2_response.json",
        "unsupportedValue",
        "customExtensionHandlers",
        "P6: whether a handler of older beta waits is not certain",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b2_response.json",
        "unrecognizedBody",
        "",
        "J15: names and ids only, which many resources have",
    ),
    (
        "v1.0_accesspackageassignmentpolicy-update_b2_response.json",
        "unrecognizedBody",
        "",
        "J15: as in the response above",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b3_request.json",
        "invalidId",
        "accessPackageId",
        "J8: the page has the words `string (identifier)` where an id belongs",
    ),
    (
        "beta_entitlementmanagement-post-accesspackageassignmentpolicies_b4_response.json",
        "invalidId",
        "accessPackageId",
        "J8: as in the request above",
    ),
];

#[test]
fn published_bodies_are_read() {
    let Some(folder) = std::env::var_os("CORPUS_DIR") else { return };
    let folder = Path::new(&folder);
    let index = std::fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let refused: BTreeMap<_, _> =
        REFUSED.iter().map(|(file, code, path, _)| (*file, (*code, *path))).collect();
    let mut seen = 0;
    let mut seen_refused = 0;
    for line in index.lines().skip(1) {
        let [file, _version, kind, ..] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let options = ReadOptions::default();
        let outcome: Result<(), ReadError> = match kind {
            "create_request" => read_create(&bytes, &options).map(drop),
            "resume_action" => read_resume(&bytes, &options).map(drop),
            "approval_decision" => read_decision(&bytes, &options).map(drop),
            kind if kind.starts_with("policy") => read_policy(&bytes, &options).map(drop),
            _ => continue,
        };
        seen += 1;
        match (refused.get(file), outcome) {
            (None, Ok(())) => {}
            (None, Err(error)) => panic!("{file}: {error} at {}", error.path()),
            (Some(expected), Ok(())) => panic!("{file}: read, but {expected:?} is expected"),
            (Some(expected), Err(error)) => {
                seen_refused += 1;
                assert_eq!((error.code().to_string().as_str(), error.path()), *expected, "{file}: {error}");
            }
        }
    }
    assert!(seen > 20, "only {seen} bodies in the folder");
    assert_eq!(seen_refused, REFUSED.len());
}
