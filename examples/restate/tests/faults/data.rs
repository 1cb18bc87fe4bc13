//! The data of this test: that of the reference service, with a person for each request, and with an outside system that
//! never answers.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::drive::id;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../service/data");
/// The access package whose outside system never answers.
pub(crate) const SILENT: u32 = 7;
/// How long that system is waited for. No policy may have a shorter time.
const WAIT: &str = "PT5M";

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Returns the token of a person.
pub(crate) fn token(person: u32) -> String {
    format!("person-{person}")
}

/// Writes the data into a new folder within `folder`, and returns its path.
pub(crate) fn write(folder: &Path, people: u32) -> PathBuf {
    let folder = folder.join("data");
    let packages = folder.join("packages");
    fs::create_dir_all(&packages).unwrap();
    let from = Path::new(DATA);
    for entry in fs::read_dir(from.join("packages")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), packages.join(entry.file_name())).unwrap();
    }

    let mut directory = read(&from.join("people.json"));
    let all = directory["people"].as_array_mut().unwrap();
    all.extend((0..people).map(|person| {
        json!({
            "id": id('9', person),
            "token": token(person),
            "displayName": format!("Person {person}"),
            "email": format!("{person}@contoso.example"),
            "role": "user",
        })
    }));
    fs::write(folder.join("people.json"), directory.to_string()).unwrap();

    let mut extensions = read(&from.join("extensions.json"));
    let mut silent = extensions[2].clone();
    silent["id"] = json!(id('e', SILENT));
    silent["callbackConfiguration"]["durationBeforeTimeout"] = json!(WAIT);
    extensions.as_array_mut().unwrap().push(silent);
    fs::write(folder.join("extensions.json"), extensions.to_string()).unwrap();

    let mut package = read(&from.join("packages/6-manual-badge.json"));
    package["id"] = json!(id('b', SILENT));
    package["policies"][0]["id"] = json!(id('c', SILENT));
    package["policies"][0]["customExtensionStageSettings"][0]["customExtension"]["id"] =
        json!(id('e', SILENT));
    fs::write(packages.join("7-silent.json"), package.to_string()).unwrap();
    folder
}

/// Returns the stage that the risk engine determines.
pub(crate) fn determined_stage() -> Value {
    read(&Path::new(DATA).join("extensions.json"))[1]["answer"]["approvalStage"].clone()
}
