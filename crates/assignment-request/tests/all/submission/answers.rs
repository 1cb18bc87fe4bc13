//! Answers (A1 to A10).

use assignment_request::{
    Actor, Answer, DraftAnswer, ExistingAssignment, Limits, QuestionForm, QuestionId, QuestionKind,
    QuestionSpec, Request, RequestType, Role,
};

use crate::common::{ADMIN, OTHER, TARGET};
use crate::submission::{QUESTION, SECOND, answer, asking, choices, faults_with, judge, text};

#[test]
fn a1_a2_an_answer_names_its_question() {
    let setup = asking(RequestType::UserAdd, text(None));
    let stated = |kind| DraftAnswer { question_kind: Some(kind), ..answer(QUESTION, "x") };
    let unknown = DraftAnswer { question_id: QuestionId::from_u128(0xbad), ..answer(QUESTION, "x") };
    assert_eq!(judge(&setup, &[unknown]), ["unknownQuestion answers[0].answeredQuestion.id"]);
    assert_eq!(judge(&setup, &[stated(QuestionKind::TextInput)]), [""; 0]);
    let mut required = setup;
    required.spec.questions[0].is_required = true;
    assert_eq!(
        judge(&required, &[stated(QuestionKind::MultipleChoice), answer(QuestionId::new(OTHER.uuid()), "x")]),
        [
            "answerTypeMismatch answers[0].answeredQuestion.id",
            "unknownQuestion answers[1].answeredQuestion.id",
            "requiredAnswerMissing answers"
        ],
        "such answers answer nothing"
    );
}

#[test]
fn a3_one_answer_a_question_whether_good_or_bad() {
    let setup = asking(RequestType::UserAdd, text(Some("[a-z]+")));
    let twice = ["duplicateAnswer answers[1].value"];
    assert_eq!(judge(&setup, &[answer(QUESTION, "a"), answer(QUESTION, "a")]), twice);
    assert_eq!(
        judge(&setup, &[answer(QUESTION, "1"), answer(QUESTION, "a")]),
        ["patternMismatch answers[0].value", twice[0]]
    );
    assert_eq!(
        judge(&setup, &[answer(QUESTION, " "), answer(QUESTION, "a")]),
        [""; 0],
        "a blank one is none on Add"
    );
    let states: &[(&str, &[&str])] = &[("AZ", &["Arizona"]), ("NV", &["Nevada"])];
    let one = asking(RequestType::UserAdd, choices(false, states));
    assert_eq!(judge(&one, &[answer(QUESTION, "AZ"), answer(QUESTION, "NV")]), twice);
    let many = asking(RequestType::UserAdd, choices(true, states));
    assert_eq!(judge(&many, &[answer(QUESTION, "AZ"), answer(QUESTION, "NV")]), [""; 0]);
    assert_eq!(
        judge(&many, &[answer(QUESTION, "AZ"), answer(QUESTION, "Arizona")]),
        twice,
        "the same choice"
    );
    for states in [&states[..1], states] {
        let mut two = asking(RequestType::UserAdd, choices(true, states));
        two.spec.questions.push(QuestionSpec { id: Some(SECOND), ..two.spec.questions[0].clone() });
        let all = states.iter().flat_map(|(state, _)| [answer(QUESTION, state), answer(SECOND, state)]);
        let mut answers: Vec<DraftAnswer> = all.collect();
        assert_eq!(judge(&two, &answers), [""; 0], "each question has its own choices");
        answers.push(answer(SECOND, "Arizona"));
        let last = format!("duplicateAnswer answers[{}].value", answers.len() - 1);
        assert_eq!(judge(&two, &answers), [last]);
    }
}

#[test]
fn a4_a6_required_blank_and_cleared_answers() {
    let blank = DraftAnswer { value: None, ..answer(QUESTION, "") };
    for (request_type, is_required, expected) in [
        (RequestType::UserAdd, true, &["requiredAnswerMissing answers"][..]),
        (RequestType::OnBehalfAdd, true, &["requiredAnswerMissing answers"]),
        (RequestType::AdminAdd, true, &[]),
        (RequestType::SystemAdd, true, &[]),
        (RequestType::UserUpdate, true, &["requiredAnswerMissing answers[0].value"]),
        (RequestType::AdminUpdate, true, &["requiredAnswerMissing answers[0].value"]),
        (RequestType::UserAdd, false, &[]),
        (RequestType::UserUpdate, false, &[]),
    ] {
        let mut setup = asking(request_type, text(None));
        setup.spec.questions[0].is_required = is_required;
        for blank in [blank.clone(), answer(QUESTION, ""), answer(QUESTION, "\u{85}\u{2029}\u{3000}")] {
            assert_eq!(judge(&setup, &[blank]), expected, "{request_type} {is_required}");
        }
    }
    let update = asking(RequestType::UserUpdate, text(None));
    let given = answer(QUESTION, "x");
    let later = ["duplicateAnswer answers[1].value"];
    for pair in [[blank.clone(), given.clone()], [given, blank.clone()], [blank.clone(), blank.clone()]] {
        assert_eq!(judge(&update, &pair), later, "a cleared answer goes with no other");
    }
    let bad = answer(QUESTION, "\u{7}");
    assert_eq!(judge(&update, &[blank.clone(), bad]), later, "judged before C14");
    let stored = update.draft(|draft| draft.answers = vec![blank]).submit().request;
    assert_eq!(
        stored.answers(),
        [Answer {
            question_id: QUESTION,
            question_kind: QuestionKind::TextInput,
            value: None,
            display_value: None
        }]
    );
}

#[test]
fn a5_choices_by_value_then_by_text() {
    let setup = asking(
        RequestType::UserAdd,
        choices(true, &[("AZ", &["Arizona", "NV"]), ("NV", &["Nevada", "State"]), (" ", &["None", "State"])]),
    );
    let stored = |value: &str| {
        let playback = setup.clone().draft(|draft| draft.answers = vec![answer(QUESTION, value)]).submit();
        assert_eq!(
            Request::replay(&playback.events, &Limits::default()).as_ref(),
            Ok(&playback.request),
            "and it is stored"
        );
        let answer = playback.request.answers()[0].clone();
        (answer.value.unwrap().to_string(), answer.display_value.unwrap().to_string())
    };
    assert_eq!(stored("NV"), ("NV".into(), "Nevada".into()), "a value goes before a text");
    assert_eq!(stored("Arizona"), ("AZ".into(), "Arizona".into()));
    assert_eq!(stored("None"), (" ".into(), "None".into()), "a value of white space");
    assert_eq!(judge(&setup, &[answer(QUESTION, "State")]), ["ambiguousChoice answers[0].value"]);
    for value in ["arizona", " AZ", "az", "Texas"] {
        assert_eq!(judge(&setup, &[answer(QUESTION, value)]), ["notAChoice answers[0].value"], "{value}");
    }
    let same = asking(RequestType::UserAdd, choices(false, &[("A", &["Same", "Same"]), ("B", &[])]));
    assert_eq!(
        judge(&same, &[answer(QUESTION, "Same")]),
        [""; 0],
        "one choice with a text twice is not ambiguous"
    );
}

#[test]
fn a5_c14_a_name_that_no_answer_may_have_names_no_choice() {
    let form = choices(false, &[("A\u{7}", &["Alpha"]), ("B", &["\u{202e}B", "Beta"]), ("fifth", &["E"])]);
    let mut setup = asking(RequestType::UserAdd, form);
    setup.limits.answer = "fifth".len();
    for value in ["Alpha", "B", "Beta", "fifth", "E"] {
        assert_eq!(judge(&setup, &[answer(QUESTION, value)]), [""; 0], "{value}");
    }
    for value in ["A\u{7}", "\u{202e}B"] {
        assert_eq!(
            judge(&setup, &[answer(QUESTION, value)]),
            ["forbiddenCharacter answers[0].value"],
            "C14 first"
        );
    }
    setup.limits.answer -= 1;
    for value in ["fifth", "Alpha", "other"] {
        assert_eq!(judge(&setup, &[answer(QUESTION, value)]), ["tooLong answers[0].value"], "{value}");
    }
    assert_eq!(judge(&setup, &[answer(QUESTION, "E")]), [""; 0]);
}

#[test]
fn a7_a8_a9_a10_the_first_rule_that_an_answer_breaks() {
    let line = QuestionForm::TextInput { is_single_line: true, pattern: Some("a+".into()) };
    let setup = asking(RequestType::UserAdd, line.clone());
    for value in ["a\ra", "a\n", "a\u{85}", "a\u{2028}a", "\u{2029}a"] {
        assert_eq!(
            judge(&setup, &[answer(QUESTION, value)]),
            ["multilineNotAllowed answers[0].value"],
            "{value:?}"
        );
    }
    for value in ["b", "aab", " a", "a\t"] {
        assert_eq!(
            judge(&setup, &[answer(QUESTION, value)]),
            ["patternMismatch answers[0].value"],
            "{value:?}"
        );
    }
    let mut fixed = asking(RequestType::UserUpdate, line);
    fixed.spec.questions[0].is_answer_editable = false;
    let not_editable = ["answerNotEditable answers[0].value", "answerNotEditable answers[1].value"];
    assert_eq!(
        judge(&fixed, &[answer(QUESTION, "\u{7}"), answer(QUESTION, "")]),
        not_editable,
        "A9 before A6 and C14"
    );
    fixed.draft.request_type = RequestType::AdminUpdate;
    let by_admin = ExistingAssignment { target: TARGET, ..fixed.assignment() };
    fixed.draft.answers = vec![answer(QUESTION, "a")];
    assert_eq!(faults_with(&fixed, Some(&by_admin), Actor::new(ADMIN, Role::Administrator)), [""; 0]);
    let mut two = setup;
    let second = QuestionSpec {
        id: Some(SECOND),
        texts: Vec::new(),
        is_required: true,
        ..two.spec.questions[0].clone()
    };
    two.spec.questions.push(second);
    assert_eq!(
        judge(
            &two,
            &[answer(QUESTION, "b"), answer(QuestionId::new(OTHER.uuid()), "a"), answer(QUESTION, "\u{7}")]
        ),
        [
            "patternMismatch answers[0].value",
            "unknownQuestion answers[1].answeredQuestion.id",
            "forbiddenCharacter answers[2].value",
            "requiredAnswerMissing answers"
        ],
        "in document order, C14 before A3, then the missing ones"
    );
}
