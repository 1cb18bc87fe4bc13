//! Texts and counts at their limits, and the order of the last rules (C8, C12, C14).

use std::iter::once;

use assignment_request::{DraftAnswer, Limits, RequestType};

use crate::common::Setup;
use crate::submission::{QUESTION, answer, asking, faults, text};

#[test]
fn c8_a_blank_justification_is_none() {
    for (request_type, is_required) in [
        (RequestType::UserAdd, true),
        (RequestType::UserUpdate, true),
        (RequestType::OnBehalfAdd, true),
        (RequestType::UserRemove, false),
        (RequestType::AdminAdd, false),
        (RequestType::SystemUpdate, false),
        (RequestType::ApproverRemove, true),
    ] {
        let mut setup = Setup::of(request_type);
        setup.spec.approval.is_requestor_justification_required = true;
        for blank in [None, Some(""), Some(" \t\r\n"), Some("\u{a0}\u{2003}\u{3000}\u{85}\u{2028}")] {
            setup.draft.justification = blank.map(Into::into);
            let expected = if is_required { &["missing justification"][..] } else { &[] };
            assert_eq!(faults(&setup), expected, "{request_type} {blank:?}");
        }
        setup.draft.justification = Some("\u{200b}".into());
        assert_eq!(faults(&setup), [""; 0], "a zero width space is not white space");
    }
}

#[test]
fn c14_c15_c12_the_order_at_the_end() {
    let mut setup = asking(RequestType::UserUpdate, text(Some("a+"))).draft(|draft| {
        draft.justification = Some("\u{7}".repeat(8_193).into());
        draft.target_email = Some("\u{202e}".into());
        draft.bypass_approval = true;
        draft.answers = vec![answer(QUESTION, "b"); 3];
    });
    setup.limits = {
        let mut limits = Limits::default();
        limits.answers = 2;
        limits
    };
    let rest = [
        "targetNotInDirectory assignment.target.email",
        "tooMany answers",
        "tooLong justification",
        "forbiddenCharacter justification",
        "forbiddenCharacter assignment.target.email",
        "unexpected parameters.bypassApproval",
        "patternMismatch answers[0].value",
        "duplicateAnswer answers[1].value",
        "duplicateAnswer answers[2].value",
    ];
    assert_eq!(faults(&setup), rest);
}

#[test]
fn c14_texts_and_counts_at_their_limits_and_one_over() {
    let limits = {
        let mut limits = Limits::default();
        limits.justification = 4;
        limits.answers = 2;
        limits.answer = 3;
        limits.email = 5;
        limits
    };
    let of = |justification: &str, email: &str, answers: Vec<DraftAnswer>| {
        let mut setup = asking(RequestType::AdminAdd, text(None)).draft(|draft| {
            draft.justification = Some(justification.into());
            draft.target_email = Some(email.into());
            draft.answers = answers;
        });
        setup.limits = limits;
        faults(&setup)
    };
    let blank = || DraftAnswer { question_id: QUESTION, question_kind: None, value: None };
    assert_eq!(of("éé", "a@b.c", vec![answer(QUESTION, "abc"), blank()]), [""; 0], "at each limit");
    assert_eq!(
        of("ééx", "a@b.cd", vec![answer(QUESTION, "abcd"), blank(), blank()]),
        [
            "tooMany answers",
            "tooLong justification",
            "tooLong assignment.target.email",
            "tooLong answers[0].value"
        ]
    );
    for (character, is_forbidden) in [
        ('\t', false),
        ('\n', false),
        ('\r', false),
        ('\u{85}', false),
        ('\u{0}', true),
        ('\u{b}', true),
        ('\u{7f}', true),
        ('\u{80}', true),
        ('\u{9f}', true),
        ('\u{200e}', false),
        ('\u{2029}', false),
        ('\u{202a}', true),
        ('\u{202e}', true),
        ('\u{2065}', false),
        ('\u{2066}', true),
        ('\u{2069}', true),
        ('\u{206a}', false),
    ] {
        let found = of(&character.to_string(), "a@b", vec![answer(QUESTION, &format!("x{character}"))]);
        // Three bytes of text are one too many for the answer beside its letter.
        let is_long = character.len_utf8() == 3;
        let expected: Vec<_> = once("forbiddenCharacter justification")
            .filter(|_| is_forbidden)
            .chain(once("tooLong answers[0].value").filter(|_| is_long))
            .chain(once("forbiddenCharacter answers[0].value").filter(|_| is_forbidden && !is_long))
            .collect();
        assert_eq!(found, expected, "{character:?}");
    }
}
