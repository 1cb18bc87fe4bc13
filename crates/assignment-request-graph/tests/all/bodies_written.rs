//! J11: what is written of a body or a policy is read back as the same, and written again the same.
#![expect(clippy::unwrap_used, reason = "tests")]

use assignment_request_graph::{
    ApiVersion, ReadOptions, read_create, read_decision, read_policy, read_resume, write_create,
    write_decision, write_policy, write_resume,
};

const OPTIONS: ReadOptions = ReadOptions { max_bytes: 1 << 20, max_depth: 32, unknown_members: None };

/// The seeds of a fuzz target, which are of every kind.
fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|file| std::fs::read(file).unwrap()).collect()
}

/// Reads every seed that can be read, and demands that writing and reading it gives the same, twice.
fn assert_round_trips<T: PartialEq + std::fmt::Debug, E>(
    target: &str,
    read: impl Fn(&[u8]) -> Result<T, E>,
    write: impl Fn(&T, &mut Vec<u8>),
) {
    let mut accepted = 0;
    for content in seeds(target).iter().filter_map(|seed| read(seed).ok()) {
        accepted += 1;
        let (mut once, mut twice) = (Vec::new(), Vec::new());
        write(&content, &mut once);
        let again = read(&once).ok().unwrap();
        assert_eq!(again, content, "{}", String::from_utf8_lossy(&once));
        write(&again, &mut twice);
        assert_eq!(once, twice);
    }
    assert!(accepted >= 5, "only {accepted} seeds of {target} can be read");
}

#[test]
fn j11_create_bodies() {
    for api in [ApiVersion::V1_0, ApiVersion::Beta] {
        assert_round_trips(
            "create",
            |bytes| read_create(bytes, &OPTIONS),
            |draft, out| write_create(draft, api, out),
        );
    }
}

#[test]
fn j11_an_assignment_of_which_one_thing_is_said() {
    let id = "46184453-e63b-4f20-86c2-c557ed5d5df9";
    for assignment in [
        format!(r#"{{"id":"{id}"}}"#),
        format!(r#"{{"targetId":"{id}"}}"#),
        format!(r#"{{"target":{{"objectId":"{id}"}}}}"#),
        r#"{"target":{"email":"ada@example.com"}}"#.to_owned(),
        format!(r#"{{"assignmentPolicyId":"{id}"}}"#),
        format!(r#"{{"accessPackageId":"{id}"}}"#),
    ] {
        let body = |name: &str| {
            format!(r#"{{"requestType":"userUpdate","{name}":{assignment},"isValidationOnly":false}}"#)
        };
        let draft = read_create(body("assignment").as_bytes(), &OPTIONS).unwrap();
        for (api, name, kind) in [
            (ApiVersion::V1_0, "assignment", "userUpdate"),
            (ApiVersion::Beta, "accessPackageAssignment", "UserUpdate"),
        ] {
            let mut out = Vec::new();
            write_create(&draft, api, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), body(name).replace("userUpdate", kind));
        }
    }
}

/// Whichever form a body has, the draft is the same, and it is written in one form.
#[test]
fn j11_what_a_body_says_in_other_words_is_written_in_one_form() {
    let id = "46184453-e63b-4f20-86c2-c557ed5d5df9";
    let schedule = r#"{"expiration":{"type":"afterDuration","duration":"P4W2D"}}"#;
    for (body, written) in [
        (
            r#"{"requestType":"adminAdd","parameters":{"bypassApproval":true}}"#.to_owned(),
            r#""isValidationOnly":false,"parameters":{"bypassApproval":true}}"#.to_owned(),
        ),
        (
            r#"{"parameters":[{"name":"IsApprovalRequired","value":"false"}],"requestType":"adminAdd"}"#
                .to_owned(),
            r#""isValidationOnly":false,"parameters":{"bypassApproval":true}}"#.to_owned(),
        ),
        (
            r#"{"parameters":[{"name":"IsApprovalRequired","value":"true"}],"requestType":"adminAdd"}"#
                .to_owned(),
            r#""isValidationOnly":false}"#.to_owned(),
        ),
        (
            format!(r#"{{"requestType":"adminAdd","assignment":{{"accessPackage":{{"id":"{id}"}}}}}}"#),
            format!(r#"ssignment":{{"accessPackageId":"{id}"}},"isValidationOnly":false}}"#),
        ),
        (
            format!(r#"{{"requestType":"adminAdd","assignment":{{"schedule":{schedule}}}}}"#),
            r#""schedule":{"expiration":{"type":"afterDuration","duration":"P30D"}},"isValidationOnly":false}"#
                .to_owned(),
        ),
    ] {
        let draft = read_create(body.as_bytes(), &OPTIONS).unwrap();
        for api in [ApiVersion::V1_0, ApiVersion::Beta] {
            let mut out = Vec::new();
            write_create(&draft, api, &mut out);
            assert_eq!(read_create(&out, &OPTIONS).unwrap(), draft);
            let out = String::from_utf8(out).unwrap();
            assert!(out.ends_with(&written), "{out}");
        }
    }
}

#[test]
fn j11_callbacks() {
    assert_round_trips("resume", |bytes| read_resume(bytes, &OPTIONS), write_resume);
}

#[test]
fn j11_decisions() {
    assert_round_trips("decision", |bytes| read_decision(bytes, &OPTIONS), write_decision);
}

#[test]
fn j11_policies() {
    assert_round_trips("policy", |bytes| read_policy(bytes, &OPTIONS), write_policy);
}

#[test]
fn j10_names_and_values_of_both_generations() {
    let body =
        br#"{"requestType":"adminADD","assignment":{"targetId":"46184453-E63B-4F20-86C2-C557ED5D5DF9"}}"#;
    let draft = read_create(body, &OPTIONS).unwrap();
    let written = |api| {
        let mut out = Vec::new();
        write_create(&draft, api, &mut out);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(
        written(ApiVersion::V1_0),
        r#"{"requestType":"adminAdd","assignment":{"targetId":"46184453-e63b-4f20-86c2-c557ed5d5df9"},"isValidationOnly":false}"#
    );
    assert_eq!(
        written(ApiVersion::Beta),
        r#"{"requestType":"AdminAdd","accessPackageAssignment":{"targetId":"46184453-e63b-4f20-86c2-c557ed5d5df9"},"isValidationOnly":false}"#
    );
}
