use super::*;

const LIMITS: Limits =
    Limits { max_depth: 4, unknown_members: UnknownMembers::Refuse, reads_quoted_scalars: false };

fn check(text: &str) -> Result<(), ReadError> {
    let mut reader = Reader::new(text, LIMITS);
    reader.skip()?;
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
        "[0,-0,0.0,-1.25E-10,1e+9,0e0,12345678901234567890]",
        r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\uDE42\u0000\u007f""#,
        "\"\u{7f}\u{80}\u{2028}\u{feff}\u{10ffff}\"",
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
        ("nul", "", 1, 4),
        ("[nil]", "[0]", 1, 3),
        ("[truE]", "[0]", 1, 5),
        ("{\"a\":fals}", "a", 1, 10),
        ("True", "", 1, 1),
        ("NaN", "", 1, 1),
        ("{\"a\":NaN}", "a", 1, 6),
        ("[0,Infinity]", "[1]", 1, 4),
        ("[-Infinity]", "[0]", 1, 3),
        ("'a'", "", 1, 1),
        ("01", "", 1, 2),
        ("-", "", 1, 2),
        ("-a", "", 1, 2),
        ("-01", "", 1, 3),
        ("[1.]", "[0]", 1, 4),
        ("[1.e1]", "[0]", 1, 4),
        ("1.", "", 1, 3),
        (".5", "", 1, 1),
        ("+1", "", 1, 1),
        ("[1e]", "[0]", 1, 4),
        ("[1e+]", "[0]", 1, 5),
        ("1E", "", 1, 3),
        ("1x", "", 1, 2),
        ("[0x1]", "[0]", 1, 3),
        ("[--1]", "[0]", 1, 3),
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
        ("\0", "", 1, 1),
        ("[1]\0", "", 1, 4),
        ("[1,\u{feff}2]", "[1]", 1, 4),
        ("[1,", "[1]", 1, 4),
        ("[1, \n", "[1]", 2, 1),
        ("[\n", "", 2, 1),
        ("{", "", 1, 2),
        ("{\"a", "", 1, 4),
        ("{\"a\"", "a", 1, 5),
        ("{\"a\":", "a", 1, 6),
        ("{\"a\":1,", "a", 1, 8),
        ("{\"a\":1, \"b", "a", 1, 11),
        ("{\"a\":1, \"b\" ", "b", 1, 13),
        ("{\"a\":1, \"b\" \"c\"}", "b", 1, 13),
        ("{\"a\":1, \"\\u0062\" 2}", "b", 1, 18),
        ("{\"a\":1,,\"b\":2}", "a", 1, 8),
        ("{\"a\":1]", "a", 1, 7),
        ("[\"a\tb\"]", "[0]", 1, 4),
        ("[\"12345678\u{1f}\"]", "[0]", 1, 11),
        ("[\"é漢🙂12345678901234567890\n\"]", "[0]", 1, 26),
        ("{\"a\":1//\n}", "a", 1, 7),
        ("{\"\\ud800\":1}", "", 1, 9),
        ("\"", "", 1, 2),
        ("\"abc", "", 1, 5),
        ("\"abc\\", "", 1, 6),
        ("\"\\u12", "", 1, 6),
        ("\"\\ud800", "", 1, 8),
        ("\"\\ud800\\", "", 1, 9),
        ("\"ab\\x\"", "", 1, 5),
        ("\"\\é\"", "", 1, 3),
        ("\"\\u12g4\"", "", 1, 6),
        ("\"\\u1é24\"", "", 1, 5),
        ("\"\\u+123\"", "", 1, 4),
        ("\"a\\ud800\"", "", 1, 9),
        ("\"\\udc00\"", "", 1, 7),
        ("\"\\ud800\\ud800\"", "", 1, 13),
        ("\"\\ud800\\u0041\"", "", 1, 13),
        ("\"\\ud800x\"", "", 1, 8),
        ("\"\\ud800\\é\"", "", 1, 9),
    ] {
        assert_eq!(fault(text), (ReadCode::Malformed, path.to_owned(), line, column), "{text}");
    }
}

#[test]
fn j1_strings_and_names_say_what_their_escapes_mean() {
    for content in
        ["", "a", "1234567", "12345678", "1234567890123456", "123456789 é漢🙂 123456789", "a/b", "\u{7f}"]
    {
        let text = format!(" [ \"{content}\" , {{ \"{content}\" : 1 }}]");
        assert_eq!(strings(&text), [content, content]);
    }
    let escaped = r#"a\"\\\/\b\f\n\r\té\u00E9\ud83d\uDE42\u0000"#;
    let text = format!("[\"{escaped}\" ,{{\n\"{escaped}\"\t: 1 }}]");
    assert_eq!(strings(&text), ["a\"\\/\u{8}\u{c}\n\r\téé🙂\0"; 2]);
    assert_eq!(strings(r#"["\\\\\"",{"\\":0,",{\"":1}]"#), ["\\\\\"", "\\", ",{\""]);
}

#[test]
fn j1_an_escape_in_a_name_is_found_wherever_it_is() {
    for (written, content) in [("\\n", "\n"), ("\\\\", "\\")] {
        for length in 0..40 {
            for at in 0..=length {
                let (before, after) = ("a".repeat(at), "b".repeat(length - at));
                let names = strings(&format!("[{{\"{before}{written}{after}\":1}}]"));
                assert_eq!(names, [format!("{before}{content}{after}")]);
            }
        }
    }
}

/// The strings of an array, and the names of the objects in it.
fn strings(text: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut reader = Reader::new(text, LIMITS);
    let outcome = reader.elements(|reader| {
        if let Kind::Text = reader.kind()? {
            strings.push(reader.string()?.into_owned());
            return Ok(());
        }
        reader.members(|reader, name| {
            strings.push(name.to_owned());
            reader.skip()
        })
    });
    assert_eq!(outcome.and_then(|()| reader.finish()), Ok(()), "{text}");
    strings
}

#[test]
fn j1_strings_without_escapes_are_not_copied() {
    for (text, is_borrowed) in [("\"a\"", true), ("\"é\u{7f}\"", true), ("\"a\\n\"", false)] {
        let string = Reader::new(text, LIMITS).string().unwrap();
        assert_eq!(matches!(string, Cow::Borrowed(_)), is_borrowed, "{text}");
    }
}

#[test]
fn j1_a_number_may_have_any_number_of_digits() {
    for count in [18, 19, 20, 4299, 4300, 4301, 5000, 100_000] {
        let digits = "1".repeat(count);
        for (number, is_number) in [
            (digits.clone(), true),
            (format!("-{digits}"), true),
            (format!("{digits}.{digits}"), true),
            (format!("{digits}.5e-{digits}"), true),
            (format!("{digits}E+3"), true),
            (format!("0.{digits}"), true),
            (format!("1e{digits}"), true),
            (format!("{digits}."), false),
            (format!("{digits}.e1"), false),
            (format!("{digits}e"), false),
            (format!("{digits}e+"), false),
            (format!("{digits}x"), false),
            (format!("-{digits}-"), false),
            (format!("0{digits}"), false),
        ] {
            let outcome = check(&format!("[{number}, 1]"));
            assert_eq!(outcome.is_ok(), is_number, "{count} digits: {outcome:?}");
            assert!(is_number || outcome.is_err_and(|error| error.code() == ReadCode::Malformed));
        }
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
        (r#"{"a":1,"a" 2}"#, "a", 8),
        (r#"{"a":1, "\u0061""#, "a", 9),
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

/// Members of these numbers: `"m0":0,"m1":0`.
fn numbered(numbers: std::ops::Range<usize>) -> String {
    numbers.map(|number| format!("\"m{number}\":0")).collect::<Vec<_>>().join(",")
}

#[test]
fn j2_no_member_twice_however_far_apart_and_however_it_is_written() {
    let (many, others) = (numbered(0..500), numbered(500..1000));
    for (before, twice, path) in [
        (format!("{{\"a\":1,{many},"), "\"a\":2}", "a"),
        (format!("{{\"a\":1,{many},"), "\"\\u0061\":2}", "a"),
        (format!("{{\"\\u0061\":1,{many},"), "\"a\":2}", "a"),
        (format!("{{{many},\"a\":1,{others},"), "\"\\u0061\":2}", "a"),
        (format!("{{{many},\"\\u0061\":1,{others},"), "\"a\":2}", "a"),
        (format!("{{{many},\"\\u0061\":1,{others},"), "\"\\u0061\":2}", "a"),
        (format!("{{{many},\"a\":1,{others},"), "\"a\" 2}", "a"),
        (format!("{{\"a\":1,\"b\":{{{many}}},{many},"), "\"a\":2}", "a"),
        (format!("{{{many},\"a\":{{{many}}},{others},"), "\"a\":2}", "a"),
        (format!("{{{many},\"a\":{{\"b\":1,\"c\":2,"), "\"b\":3}}", "a.b"),
        (format!("{{{many},\"a\":[{{{many}}},{{{others},"), "\"m500\":1}]}", "a[1].m500"),
    ] {
        let found = fault(&format!("{before}{twice}"));
        assert_eq!(
            found,
            (ReadCode::DuplicateMember, path.to_owned(), 1, before.len() + 1),
            "{before}{twice}"
        );
    }
    for text in [
        format!("[{{{many}}},{{{many}}}]"),
        format!("{{\"a\":{{{many}}},{many},\"b\":{{{many}}}}}"),
        format!("{{{many},\"a\":{{\"a\":{{{many}}}}},{others}}}"),
    ] {
        assert_eq!(check(&text), Ok(()), "{text}");
    }
}

#[test]
fn j2_there_is_room_for_as_many_names_as_a_text_can_have() {
    let members: Vec<_> = ('a'..='z').chain('A'..='Z').map(|name| format!("\"{name}\":0")).collect();
    let object = format!("{{{}}}", members.join(","));
    let objects = vec![object.as_str(); 200].join(",");
    assert_eq!(check(&format!("[{objects}]")), Ok(()));
    let twice = object.replace('Z', "b");
    assert_eq!(fault(&format!("[{objects},{twice}]")).1, "[200].b");
}

#[test]
fn j1_what_is_wrong_with_the_start_is_told() {
    for (text, message) in [
        ("", "unexpected end of the body"),
        ("?", "expected a value"),
        ("NaN", "expected a value"),
        ("\u{feff}{}", "byte order mark before the body"),
        ("\u{feff}", "byte order mark before the body"),
    ] {
        assert!(check(text).unwrap_err().to_string().contains(message), "{text}");
        let outcome = Reader::new(text, LIMITS).members(|reader, _| reader.skip());
        assert!(outcome.unwrap_err().to_string().contains(message), "{text}");
    }
    for (text, message) in [("-?", "invalid number"), ("[\u{feff}]", "expected a value")] {
        assert!(check(text).unwrap_err().to_string().contains(message), "{text}");
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
