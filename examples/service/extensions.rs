//! The extensions: outside systems that are called while a request is on its way.

use std::collections::BTreeMap;
use std::path::Path;

use assignment_request::{Callout, ExtensionBehavior, ExtensionId, Request, Role, SubjectId};
use assignment_request_graph::read_extension;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::data::{DataError, OPTIONS, read_json};
use crate::directory::Directory;

/// An outside system.
#[derive(Debug)]
pub(crate) struct Extension {
    pub(crate) display_name: String,
    /// The account that it calls back with.
    pub(crate) account: SubjectId,
    /// Whether a request waits for it.
    behavior: ExtensionBehavior,
    /// What the receiver answers by itself. `None` if someone else answers.
    pub(crate) answer: Option<ReceiverAnswer>,
}

/// What the receiver answers by itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReceiverAnswer {
    pub(crate) after_milliseconds: u64,
    /// The stage that the extension determines.
    pub(crate) approval_stage: Option<Box<RawValue>>,
}

/// The members that are not Graph's. `read_extension` reads the others.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    id: ExtensionId,
    display_name: String,
    account: SubjectId,
    answer: Option<ReceiverAnswer>,
}

/// The extensions, by their ids.
#[derive(Debug)]
pub(crate) struct Extensions(BTreeMap<ExtensionId, Extension>);

impl Extensions {
    /// Reads `extensions.json`.
    pub(crate) fn read(path: &Path, directory: &Directory) -> Result<Self, DataError> {
        let mut extensions = BTreeMap::new();
        for text in read_json::<Vec<Box<RawValue>>>(path)? {
            let wrong = |reason: &dyn ToString| DataError::new(path, reason.to_string());
            let File { id, display_name, account, answer } =
                serde_json::from_str(text.get()).map_err(|error| wrong(&error))?;
            let behavior = read_extension(text.get().as_bytes(), &OPTIONS).map_err(|error| wrong(&error))?;
            if directory.person(account).is_none_or(|person| person.role != Role::Extension) {
                return Err(wrong(&format!("{display_name}: the account must be one of an extension")));
            }
            let extension = Extension { display_name, account, behavior, answer };
            if extensions.insert(id, extension).is_some() {
                return Err(wrong(&format!("two extensions have the id {id}")));
            }
        }
        Ok(Self(extensions))
    }

    pub(crate) fn get(&self, id: ExtensionId) -> Option<&Extension> {
        self.0.get(&id)
    }

    /// Says whether a request waits for an extension, which policies that name it by its id do not say (rule P6).
    pub(crate) fn behavior(&self, id: ExtensionId) -> Option<ExtensionBehavior> {
        self.get(id).map(|extension| extension.behavior)
    }

    /// Returns the id of the extension that a callout of `request` calls.
    pub(crate) fn of_callout(request: &Request, callout: &Callout) -> Option<ExtensionId> {
        let index = usize::try_from(callout.index()).ok()?;
        request.route().extensions(callout.stage()).nth(index)?.custom_extension_id
    }

    /// Returns whether a request has called an extension with this account.
    pub(crate) fn was_called(&self, account: SubjectId, request: &Request) -> bool {
        request.callouts().iter().any(|callout| self.account_of(request, callout) == Some(account))
    }

    /// Returns the account that may answer a callout.
    pub(crate) fn account_of(&self, request: &Request, callout: &Callout) -> Option<SubjectId> {
        Some(self.get(Self::of_callout(request, callout)?)?.account)
    }
}
