use super::*;

const LIMITS: Limits =
    Limits { max_depth: 4, unknown_members: UnknownMembers::Refuse, reads_quoted_scalars: false };

fn check(text: &str) -> Result<(), ReadError> {
    let mut reader = Reader::new(text, LIMITS);
    reader.pass_over()?;
    reader.finish()
}

/// Code, path, line and column of the fault in `text`.
fn fault(text: &str) -> (ReadCode, String, usize, usize) {
    let error = check(text).unwrap_err();
    (error.code(), error.path().to_owned(), error.line().unwrap(), error.column().unwrap())
}

#[test]
fn j1_every_kind_of_value_is_read() {
    for text in [
        "null",
        " true ",
        "false\n",
        "-1.5e3",
        "\"\"",
        "[]",
        "{}",
        "[ ]",
        "{ }",
        r#"{"a":[1,{"b":[null,true]},"x"],"c":{}}"#,
        "\t[\r\n1 , 2 ]",
        "1e999",
    ] {
        assert_eq!(check(text), Ok(()), "{text}");
    }
}

#[test]
fn j1_what_is_not_json_is_malformed_where_it_is() {
    for (text, path, line, column) in [
        ("", "", 1, 1),
        (" \n ", "", 2, 2),
        ("\u{feff}{}", "", 1, 1),
        ("{} {}", "", 1, 4),
        ("{}\n,", "", 2, 1),
        ("nul", "", 1, 1),
        ("True", "", 1, 1),
        ("NaN", "", 1, 1),
        ("'a'", "", 1, 1),
        ("01", "", 1, 2),
        ("[1,]", "[1]", 1, 4),
        ("[1 2]", "[0]", 1, 4),
        ("[1", "[0]", 1, 3),
        ("[1}", "[0]", 1, 3),
        ("[,1]", "[0]", 1, 2),
        ("{\"a\":1,}", "a", 1, 8),
        ("{\"a\" 1}", "a", 1, 6),
        ("{\"a\":}", "a", 1, 6),
        ("{\"a\":1", "a", 1, 7),
        ("{a:1}", "", 1, 2),
        ("{1:1}", "", 1, 2),
        ("{,}", "", 1, 2),
        ("{\"a\":1 \"b\":2}", "a", 1, 8),
        ("{\"é\": {\"b\":\n [0, x]}}", "é.b[1]", 2, 6),
        ("\"\u{0}\"", "", 1, 2),
        ("{\"a\":1//\n}", "a", 1, 7),
        ("{\"\\ud800\":1}", "", 1, 3),
    ] {
        assert_eq!(fault(text), (ReadCode::Malformed, path.to_owned(), line, column), "{text}");
    }
}

#[test]
fn j1_depth_is_counted_from_the_outermost() {
    assert_eq!(check("[[[[]]]]"), Ok(()));
    assert_eq!(check(r#"{"a":{"b":[{}]},"c":[{"d":[]}]}"#), Ok(()));
    assert_eq!(fault("[[[[[]]]]]"), (ReadCode::TooDeep, "[0][0][0][0]".to_owned(), 1, 5));
    assert_eq!(fault(r#"{"a":{"b":[1,{"c":{}}]}}"#), (ReadCode::TooDeep, "a.b[1].c".to_owned(), 1, 19));
}

#[test]
fn j2_no_member_twice_in_one_object() {
    for (text, path, column) in [
        (r#"{"a":1,"a":1}"#, "a", 8),
        (r#"{"a":1,"b":2,"\u0061":3}"#, "a", 14),
        (r#"{"a":{"b":1},"c":[{"d":1,"e":{},"d":null}]}"#, "c[0].d", 33),
        (r#"{"":1,"":2}"#, "", 7),
    ] {
        assert_eq!(fault(text), (ReadCode::DuplicateMember, path.to_owned(), 1, column), "{text}");
    }
    assert_eq!(check(r#"{"a":{"a":[{"a":1},{"a":1}]},"A":1}"#), Ok(()));
}

#[test]
fn j2_no_member_twice_among_many() {
    for count in 1..60 {
        let members: Vec<_> = (0..count).map(|index| format!("\"m{index}\":{{\"m{index}\":[]}}")).collect();
        assert_eq!(check(&format!("{{{}}}", members.join(","))), Ok(()), "{count}");
        for twice in 0..count {
            let text = format!("{{{},\"m{twice}\":0}}", members.join(","));
            let (code, path, ..) = fault(&text);
            assert_eq!((code, path), (ReadCode::DuplicateMember, format!("m{twice}")));
        }
    }
}

#[test]
fn j12_paths_name_the_value_inside_an_object_of_many_members() {
    let members: Vec<_> = (0..40).map(|index| format!("\"m{index}\":0")).collect();
    let text = format!("{{\"x\":{{{}, \"y\":[{{\"z\": ?}}]}}}}", members.join(","));
    let (code, path, ..) = fault(&text);
    assert_eq!((code, path.as_str()), (ReadCode::Malformed, "x.y[0].z"));
}

#[test]
fn j12_names_in_paths_are_escaped_and_cut() {
    let name = "n".repeat(100);
    let (_, path, ..) = fault(&format!("{{\"a\\u001b`\":{{\"{name}\": ?}}}}"));
    assert_eq!(path, format!("a\\u{{1b}}`.{}…", "n".repeat(64)));
}
