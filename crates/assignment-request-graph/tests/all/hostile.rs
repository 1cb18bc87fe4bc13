//! Bodies that are made to hurt: each is read or clearly refused, in time linear in its length (rule J1).

use std::fmt::Write as _;
use std::time::Duration;

use cpu_time::ThreadTime;

use assignment_request_graph::{
    ReadCode, ReadError, ReadOptions, UnknownMembers, read_create, read_decision, read_policy, read_resume,
};

const MEBIBYTE: usize = 1024 * 1024;

/// Options with which size and depth do not help.
fn generous() -> ReadOptions {
    ReadOptions {
        max_bytes: usize::MAX,
        max_depth: usize::MAX,
        unknown_members: Some(UnknownMembers::Ignore),
    }
}

/// The codes with which the four readers refuse `body`; `None` if a reader accepts it.
fn codes(body: &[u8], options: &ReadOptions) -> [Option<ReadCode>; 4] {
    let code = |outcome: Result<(), ReadError>| outcome.err().map(|error| error.code());
    [
        code(read_create(body, options).map(drop)),
        code(read_resume(body, options).map(drop)),
        code(read_decision(body, options).map(drop)),
        code(read_policy(body, options).map(drop)),
    ]
}

/// Asserts that all four readers refuse `body` with `code`.
#[track_caller]
fn assert_all(body: &[u8], code: ReadCode) {
    assert_eq!(codes(body, &ReadOptions::default()), [Some(code); 4]);
}

#[test]
fn j1_a_body_of_one_byte_too_many() {
    let mut body = br#"{"reviewResult":"Deny"}"#.to_vec();
    body.resize(MEBIBYTE, b' ');
    assert!(read_decision(&body, &ReadOptions::default()).is_ok());
    body.push(b' ');
    assert_all(&body, ReadCode::BodyTooLarge);
    assert!(read_decision(&body, &generous()).is_ok());
}

#[test]
fn j1_a_mebibyte_of_brackets() {
    assert_all(&vec![b'['; MEBIBYTE], ReadCode::TooDeep);
    assert_all("{\"a\":".repeat(MEBIBYTE / 5).as_bytes(), ReadCode::TooDeep);
    let mut body = br#"{"requestType":"userAdd","schedule":{"recurrence":"#.to_vec();
    body.resize(MEBIBYTE, b'[');
    assert_all(&body, ReadCode::TooDeep);
    assert_eq!(
        codes(&vec![b'['; MEBIBYTE], &generous()),
        [Some(ReadCode::Malformed); 4],
        "and nothing recurses"
    );
}

#[test]
fn j1_the_deepest_body_that_is_read() {
    let nested = |levels: usize| {
        format!("{{\"x\":{}{},\"questions\":[]}}", "[".repeat(levels - 1), "]".repeat(levels - 1))
    };
    let read = |levels, max_depth| {
        read_policy(nested(levels).as_bytes(), &ReadOptions { max_depth, ..ReadOptions::default() })
    };
    assert!(read(32, 32).is_ok());
    let error = read(33, 32).unwrap_err();
    assert_eq!((error.code(), error.column()), (ReadCode::TooDeep, Some(37)));
    assert_eq!(error.path(), format!("x{}", "[0]".repeat(31)));
    assert!(read(1000, 1000).is_ok());
    assert!(read(1001, 1000).is_err());
    assert_eq!(
        codes(b"{}", &ReadOptions { max_depth: 0, ..ReadOptions::default() }),
        [Some(ReadCode::TooDeep); 4]
    );
}

#[test]
fn j1_what_is_no_json() {
    for body in [
        &b""[..],
        b" ",
        b"\0",
        b"{",
        b"{\"reviewResult\":\"Deny\"}x",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\0}\0",
        b"{\"reviewResult\":\"Den\0y\"}",
        b"{\"reviewResult\":\"\xff\"}",
        b"{\"reviewResult\":\"\xed\xa0\x80\"}",
        b"{\"reviewResult\":\"\\ud800\"}",
        b"{\"reviewResult\":\"\\udc00\\ud800\"}",
        b"{\"\\ud800\":1}",
        b"{\"reviewResult\":Deny}",
        b"{'reviewResult':'Deny'}",
        b"{\"reviewResult\":\"Deny\",}",
        b"/* */{\"reviewResult\":\"Deny\"}",
        b"{}{}",
        b"{\"a\":NaN}",
        b"{\"a\":+1}",
        b"{\"a\":.5}",
        b"{\"a\":0x10}",
        b"{\"a\":1,,\"b\":2}",
    ] {
        assert_all(body, ReadCode::Malformed);
    }
}

#[test]
fn j1_bytes_that_are_not_utf_8_are_placed() {
    let error = read_decision(b"{\n \"\xc3\xa9\": \"\xff\"}", &ReadOptions::default()).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.line(), error.column()), ("not UTF-8", Some(2), Some(8)));
    // A fault before them is reported first.
    let error = read_decision(b"{\"a\":1,\"a\":\"\xff\"}", &ReadOptions::default()).unwrap_err();
    assert_eq!((error.code(), error.path()), (ReadCode::DuplicateMember, "a"));
}

#[test]
fn j12_an_error_of_any_body_is_small() {
    let name = "n".repeat(MEBIBYTE / 2);
    let body = format!("{{\"{name}\":\"{name}\"");
    let error = read_decision(format!("{body}}}").as_bytes(), &generous()).unwrap_err();
    assert_eq!(error.code(), ReadCode::Missing);
    let options = ReadOptions { unknown_members: None, ..generous() };
    let error = read_decision(format!("{body}}}").as_bytes(), &options).unwrap_err();
    assert_eq!(error.code(), ReadCode::UnknownMember);
    assert!(error.to_string().len() < 100 && error.path().len() < 100);
    let error = read_decision(format!("{{\"reviewResult\":\"{name}\"}}").as_bytes(), &options).unwrap_err();
    assert!(error.to_string().len() < 200);
    assert!(size_of::<ReadError>() == size_of::<usize>());
}

/// What lies between four times as long, which is linear, and sixteen times, which is quadratic.
const LINEAR: f64 = 11.0;

/// Asserts that a body four times as long takes about four times as long, and not sixteen times.
#[track_caller]
fn assert_linear(what: &str, body: impl Fn(usize) -> Vec<u8>, size: usize) {
    let time = |size| {
        let body = body(size);
        let once = || {
            let start = ThreadTime::now();
            let _ = read_create(&body, &generous());
            let _ = read_create(&body, &ReadOptions { unknown_members: None, ..generous() });
            let _ = read_policy(&body, &generous());
            start.elapsed()
        };
        (0..5).map(|_| once()).min().unwrap_or_default().max(Duration::from_micros(1))
    };
    // What else runs on the processor can only make a ratio worse, so the best of some counts.
    let mut best = f64::INFINITY;
    for _ in 0..10 {
        best = best.min(time(4 * size).as_secs_f64() / time(size).as_secs_f64());
        if best < LINEAR {
            break;
        }
    }
    assert!(best < LINEAR, "{what}: four times the length takes {best:.1} times as long");
}

fn repeated(start: &str, item: impl Fn(usize, &mut String), count: usize, end: &str) -> Vec<u8> {
    let mut body = start.to_owned();
    for index in 0..count {
        if index > 0 {
            body.push(',');
        }
        item(index, &mut body);
    }
    body.push_str(end);
    body.into_bytes()
}

#[test]
fn time_is_linear_in_the_body() {
    let number = |index: usize, body: &mut String| write!(body, "\"k{index}\":{index}").unwrap();
    let escaped = |index: usize, body: &mut String| write!(body, "\"\\u006b{index}\":[]").unwrap();
    let answer = |index: usize, body: &mut String| {
        let id = uuid::Uuid::from_u128(index as u128);
        write!(body, "{{\"value\":\"{index}\",\"answeredQuestion\":{{\"id\":\"{id}\"}}}}").unwrap();
    };
    assert_linear("unknown members", |size| repeated("{", number, size, "}"), 3_000);
    assert_linear("escaped members", |size| repeated("{", escaped, size, "}"), 3_000);
    assert_linear("nested members", |size| repeated("{\"x\":{", number, size, "}}"), 3_000);
    assert_linear(
        "answers",
        |size| repeated("{\"requestType\":\"userAdd\",\"answers\":[", answer, size, "]}"),
        3_000,
    );
    assert_linear(
        "lacking elements",
        |size| repeated("{\"questions\":[", |_, body| body.push_str("{}"), size, "]}"),
        3_000,
    );
    assert_linear("brackets", |size| vec![b'['; size], 25_000);
    assert_linear("levels", |size| "{\"a\":[".repeat(size).into_bytes(), 5_000);
    // Long enough that the memory for either copy comes straight from the system, page by page.
    assert_linear(
        "a string",
        |size| format!("{{\"justification\":\"{}\"}}", "x".repeat(size)).into_bytes(),
        200_000,
    );
    assert_linear("escapes", |size| format!("{{\"x\":\"{}\"}}", "\\n".repeat(size)).into_bytes(), 25_000);
    assert_linear(
        "a string without an end",
        |size| format!("{{\"x\":\"{}", "\\\\".repeat(size)).into_bytes(),
        25_000,
    );
    assert_linear(
        "a number",
        |size| format!("{{\"durationInDays\":{}}}", "1".repeat(size)).into_bytes(),
        200_000,
    );
    assert_linear("white space", |size| vec![b'\n'; size], 50_000);
    assert_linear("bytes that are no text", |size| vec![0xff; size], 50_000);
    assert_linear("text that ends in such a byte", |size| [vec![b' '; size], vec![0xff]].concat(), 50_000);
}

#[test]
fn a_million_unknown_members_are_refused_or_passed_over() {
    let member = |index: usize, body: &mut String| write!(body, "\"{index}\":0").unwrap();
    let body = repeated("{\"questions\":[],", member, 1_000_000, "}");
    assert_all(&body, ReadCode::BodyTooLarge);
    let options = ReadOptions { unknown_members: None, ..generous() };
    assert_eq!(read_create(&body, &options).unwrap_err().code(), ReadCode::UnknownMember);
    assert!(read_policy(&body, &options).is_ok());
}

#[test]
fn ten_thousand_answers_are_read() {
    let answer = |index: usize, body: &mut String| {
        let id = uuid::Uuid::from_u128(index as u128);
        write!(body, "{{\"value\":\"{index}\",\"answeredQuestion\":{{\"id\":\"{id}\"}}}}").unwrap();
    };
    let body = repeated("{\"requestType\":\"userAdd\",\"answers\":[", answer, 10_000, "]}");
    assert_eq!(read_create(&body, &ReadOptions::default()).unwrap().answers.len(), 10_000);
}
