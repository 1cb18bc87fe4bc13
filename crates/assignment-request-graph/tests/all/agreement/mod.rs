//! The readers against a slow and obvious reading through `serde_json::Value`: bodies that are nearly right are
//! accepted or refused alike, and say the same where they are accepted.

mod document;

use assignment_request_graph::{
    ApiVersion, ReadCode, ReadError, ReadOptions, read_create, read_decision, read_policy, read_resume,
    write_create, write_decision, write_policy, write_resume,
};
use assignment_request_oracles::obvious;
use proptest::prelude::*;

use self::document::{Document, nearly_create, nearly_decision, nearly_policy, nearly_resume};

/// Asserts that reading `document` gives what the obvious reading says, and that what is read is written, read as the same,
/// and written again the same (rule J11).
fn assert_agrees<T: std::fmt::Debug + PartialEq>(
    document: &Document,
    read: impl Fn(&[u8], &ReadOptions) -> Result<T, ReadError>,
    obvious: impl Fn(&serde_json::Value) -> Option<T>,
    write: impl Fn(&T, &mut Vec<u8>),
) -> Result<(), TestCaseError> {
    let text = document.to_string();
    let read = |text: &[u8]| read(text, &ReadOptions::default());
    let outcome = read(text.as_bytes());
    if document.has_duplicates() {
        prop_assert_eq!(outcome.map_err(|error| error.code()), Err(ReadCode::DuplicateMember), "{}", text);
        return Ok(());
    }
    let value = serde_json::from_str(&text).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
    match (outcome, obvious(&value)) {
        (Ok(found), Some(expected)) => {
            prop_assert_eq!(&found, &expected, "{}", text);
            let (mut once, mut twice) = (Vec::new(), Vec::new());
            write(&found, &mut once);
            let again = read(&once);
            prop_assert_eq!(again.as_ref(), Ok(&found), "{}", String::from_utf8_lossy(&once));
            if let Ok(again) = again {
                write(&again, &mut twice);
            }
            prop_assert_eq!(once, twice);
        }
        (Err(error), None) => {
            prop_assert!(error.code() != ReadCode::Malformed, "{}: {}", text, error);
            prop_assert!(error.code() == ReadCode::Missing || error.line().is_some());
        }
        (read, expected) => prop_assert!(false, "{text}\nread as {read:?}\nexpected {expected:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn create_bodies_are_read_as_is_obvious(document in nearly_create()) {
        assert_agrees(&document, read_create, obvious::create, |draft, out| {
            write_create(draft, ApiVersion::V1_0, out);
        })?;
        assert_agrees(&document, read_create, obvious::create, |draft, out| {
            write_create(draft, ApiVersion::Beta, out);
        })?;
    }

    #[test]
    fn callbacks_are_read_as_is_obvious(document in nearly_resume()) {
        assert_agrees(&document, read_resume, obvious::resume, write_resume)?;
    }

    #[test]
    fn decisions_are_read_as_is_obvious(document in nearly_decision()) {
        assert_agrees(&document, read_decision, obvious::decision, write_decision)?;
    }

    #[test]
    fn policies_are_read_as_is_obvious(document in nearly_policy()) {
        assert_agrees(&document, read_policy, obvious::policy, write_policy)?;
    }

    /// Text that is nearly JSON is malformed if and only if `serde_json` says so (rule J1).
    #[test]
    fn j1_text_is_json_or_not_as_serde_json_says(
        document in nearly_create(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..3,
        inserted in prop::sample::select(vec!["", "{", "]", "\"", "\\", "\\u00e", "\\ud83d", "0", "-", "e", ".", ",", ":", " ", "\u{0}", "é", "t"]),
    ) {
        let mut characters: Vec<char> = document.to_string().chars().collect();
        let start = at.index(characters.len() + 1);
        let end = (start + length).min(characters.len());
        characters.splice(start..end, inserted.chars());
        let text: String = characters.into_iter().collect();
        let code = read_policy(text.as_bytes(), &ReadOptions::default()).err().map(|error| error.code());
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(_) => prop_assert_ne!(code, Some(ReadCode::Malformed), "{}", text),
            // A number is a number however large, and a duplicate member is found before a malformed part after it.
            Err(fault) if fault.to_string().starts_with("number out of range") => {}
            Err(_) => prop_assert!(
                matches!(code, Some(ReadCode::Malformed | ReadCode::DuplicateMember)), "{}: {:?}", text, code
            ),
        }
    }

    /// No bytes at all make a reader panic.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let options = ReadOptions::default();
        let _ = (read_create(&bytes, &options), read_resume(&bytes, &options));
        let _ = (read_decision(&bytes, &options), read_policy(&bytes, &options));
    }
}
