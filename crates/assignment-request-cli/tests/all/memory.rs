//! Memory use is flat: ten times the scenarios take no more memory. Linux only, because it lets us read the peak of a
//! process.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// Returns the scenarios of this folder that have at most so many bytes per step, one per line, and the number of their
/// steps.
///
/// The few scenarios about limits have long texts, and would dominate the running time of these tests.
fn scenarios(most_bytes_a_step: usize) -> (String, usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut text, mut steps) = (String::new(), 0);
    for file in files {
        // JSON strings hold no line breaks, so every line break is between tokens.
        let pretty = std::fs::read_to_string(&file).unwrap();
        let line: String = pretty.lines().map(str::trim).collect();
        let count = pretty.matches("\"at\":").count();
        if line.len() <= most_bytes_a_step * count {
            text += &line;
            text.push('\n');
            steps += count;
        }
    }
    (text, steps)
}

/// Replays the text several times. Returns the peak memory in KiB and the number of lines printed.
fn replay(text: &str, times: usize) -> (u64, usize) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_assignment-request"))
        .args(["replay", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (peak, lines) = std::thread::scope(|scope| {
        let lines = scope.spawn(|| stdout.lines().map(Result::unwrap).count());
        for _ in 0..times {
            stdin.write_all(text.as_bytes()).unwrap();
        }
        // The process has read everything except what the pipe holds, and waits for more, so its status is still there.
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        drop(stdin);
        (peak(&status), lines.join().unwrap())
    });
    assert_eq!(child.wait().unwrap().code(), Some(0));
    (peak, lines)
}

/// Returns `VmHWM`, the peak memory of the process in KiB.
fn peak(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the peak of memory");
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}

#[test]
fn memory_does_not_grow_with_the_input() {
    const MOST: usize = 200_000;
    let (text, steps) = scenarios(520);
    let times = MOST / steps / 10;
    let (small_peak, few) = replay(&text, times);
    let (peak, many) = replay(&text, 10 * times);
    assert_eq!((few, many), (steps * times, steps * times * 10));
    assert!(many > MOST * 9 / 10, "only {many} steps");
    assert!(peak <= small_peak + 2 * 1024, "{small_peak} KiB, then {peak} KiB");
}
