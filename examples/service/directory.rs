//! The directory: people, their managers and sponsors, and groups. A real service would ask its identity provider.

use std::collections::BTreeMap;
use std::path::Path;

use assignment_request::{ApproverKind, Request, Role, SubjectId};
use serde::Deserialize;

use crate::data::{DataError, read_json};

/// A person, an agent or the account of an outside system.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) id: SubjectId,
    /// What the person sends as `Authorization: Bearer …`. The tokens of the example are not secret.
    token: String,
    pub(crate) display_name: String,
    pub(crate) email: String,
    /// User, administrator or extension.
    pub(crate) role: Role,
    manager: Option<SubjectId>,
    /// Who answers for an agent. `None` for everyone else.
    sponsor: Option<SubjectId>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Group {
    id: SubjectId,
    #[expect(dead_code, reason = "for those who read the file")]
    display_name: String,
    members: Vec<SubjectId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    people: Vec<Person>,
    groups: Vec<Group>,
}

/// Everyone who is known, and how they are related.
#[derive(Debug)]
pub(crate) struct Directory {
    people: BTreeMap<SubjectId, Person>,
    groups: BTreeMap<SubjectId, Vec<SubjectId>>,
    tokens: BTreeMap<String, SubjectId>,
}

impl Directory {
    /// Reads `people.json`.
    pub(crate) fn read(path: &Path) -> Result<Self, DataError> {
        let File { people, groups } = read_json(path)?;
        let mut directory = Self {
            people: BTreeMap::new(),
            groups: groups.into_iter().map(|group| (group.id, group.members)).collect(),
            tokens: BTreeMap::new(),
        };
        for person in people {
            let wrong = |what: &str| DataError::new(path, format!("{}: {what}", person.display_name));
            match person.role {
                Role::User | Role::Administrator | Role::Extension => {}
                Role::Approver | Role::System => {
                    return Err(wrong("the role must be user, administrator or extension"));
                }
            }
            if directory.tokens.insert(person.token.clone(), person.id).is_some() {
                return Err(wrong("someone else has the same token"));
            }
            if directory.people.contains_key(&person.id) {
                return Err(wrong("someone else has the same id"));
            }
            directory.people.insert(person.id, person);
        }
        Ok(directory)
    }

    /// Returns who has this token.
    pub(crate) fn authenticate(&self, token: &str) -> Option<&Person> {
        self.person(*self.tokens.get(token)?)
    }

    pub(crate) fn person(&self, id: SubjectId) -> Option<&Person> {
        self.people.get(&id)
    }

    pub(crate) fn token(&self, id: SubjectId) -> Option<&str> {
        self.person(id).map(|person| person.token.as_str())
    }

    /// Returns who has this e-mail address.
    pub(crate) fn by_email(&self, email: &str) -> Option<&Person> {
        self.people.values().find(|person| person.email.eq_ignore_ascii_case(email))
    }

    /// Returns those whose manager this person is.
    pub(crate) fn managed_by(&self, id: SubjectId) -> Vec<SubjectId> {
        self.people.values().filter(|person| person.manager == Some(id)).map(|person| person.id).collect()
    }

    /// Returns the agents whose sponsor this person is.
    pub(crate) fn sponsored_by(&self, id: SubjectId) -> Vec<SubjectId> {
        self.people.values().filter(|person| person.sponsor == Some(id)).map(|person| person.id).collect()
    }

    /// Returns whether someone is the manager or the sponsor of another person.
    pub(crate) fn looks_after(&self, id: SubjectId, other: SubjectId) -> bool {
        let other = self.person(other);
        other.is_some_and(|other| other.manager == Some(id) || other.sponsor == Some(id))
    }

    /// Returns whether someone is the manager or the sponsor of a request's target.
    pub(crate) fn looks_after_target(&self, id: SubjectId, request: &Request) -> bool {
        request.target().is_some_and(|target| self.looks_after(id, target))
    }

    /// Returns the people whom a policy or an extension names: users, members of groups, managers, sponsors.
    pub(crate) fn resolve(
        &self,
        kind: &ApproverKind,
        requestor: SubjectId,
        target: Option<SubjectId>,
    ) -> Vec<SubjectId> {
        let found = match kind {
            ApproverKind::SingleUser(id) => vec![*id],
            ApproverKind::GroupMembers(id) => self.groups.get(id).cloned().unwrap_or_default(),
            ApproverKind::RequestorManager { level } => self.manager(Some(requestor), *level),
            ApproverKind::TargetManager { level } => self.manager(target, *level),
            ApproverKind::TargetUserSponsors => {
                let target = target.and_then(|target| self.person(target));
                target.and_then(|target| target.sponsor).into_iter().collect()
            }
            // This directory has no other organizations.
            ApproverKind::ConnectedOrganizationMembers(_)
            | ApproverKind::InternalSponsors
            | ApproverKind::ExternalSponsors
            | ApproverKind::Other { .. } => Vec::new(),
        };
        found.into_iter().filter(|id| self.people.contains_key(id)).collect()
    }

    /// Returns the manager of a person (level 1), the manager's manager (level 2), and so on.
    fn manager(&self, of: Option<SubjectId>, level: u8) -> Vec<SubjectId> {
        let manager = |id: SubjectId| self.person(id).and_then(|person| person.manager);
        (0..level).try_fold(of, |of, _| of.map(manager)).flatten().into_iter().collect()
    }
}
