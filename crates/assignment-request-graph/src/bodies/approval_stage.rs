//! The approval stage that a resume carries at Determining (rule J14).

use assignment_request::{Approver, ApproverKind, DeterminedStage, Quoted, SubjectId};

use crate::json::member::{match_member, unqualified};
use crate::json::reader::Reader;
use crate::json::type_name::TypeName;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};

/// The only type that an extension may give: a set stage, never one that would have to be determined in turn.
const STAGE_TYPE: TypeName = TypeName::new("#microsoft.graph.accessPackageApprovalStage");
const HIGHEST_LEVEL: u8 = 4;

/// Reads `data.approvalStage`, or null.
///
/// # Errors
///
/// Returns the first fault of the shape. If an approver lacks its type, id or level, that is noted as missing.
pub(crate) fn read_approval_stage(reader: &mut Reader<'_>) -> Result<Option<DeterminedStage>, ReadError> {
    let mut stage = DeterminedStage::default();
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_bare_type(&[STAGE_TYPE.bare()])?,
            // Whether people see who the approvers are. It decides nothing.
            "approverInformationVisibility" => reader.skip()?,
            "durationBeforeAutomaticDenial" => stage.duration_before_automatic_denial = reader.duration()?,
            "durationBeforeEscalation" => stage.duration_before_escalation = reader.duration()?,
            "isApproverJustificationRequired" => {
                stage.is_approver_justification_required = reader.boolean()?.unwrap_or_default();
            },
            "isEscalationEnabled" => stage.is_escalation_enabled = reader.boolean()?.unwrap_or_default(),
            "primaryApprovers" => stage.primary_approvers = read_approvers(reader)?,
            "fallbackPrimaryApprovers" => stage.fallback_primary_approvers = read_approvers(reader)?,
            "escalationApprovers" => stage.escalation_approvers = read_approvers(reader)?,
            "fallbackEscalationApprovers" => stage.fallback_escalation_approvers = read_approvers(reader)?,
        });
        Ok(())
    })?;
    Ok(is_there.then_some(stage))
}

fn read_approvers(reader: &mut Reader<'_>) -> Result<Vec<Approver>, ReadError> {
    let approvers = reader.array(read_approver)?.unwrap_or_default();
    Ok(approvers.into_iter().flatten().collect())
}

/// The types of approver. They differ in the members that they have in addition to a description.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    SingleUser,
    GroupMembers,
    ConnectedOrganizationMembers,
    RequestorManager,
    TargetManager,
    InternalSponsors,
    ExternalSponsors,
    TargetUserSponsors,
}

const TYPES: &[(&str, Type)] = &[
    ("singleUser", Type::SingleUser),
    ("groupMembers", Type::GroupMembers),
    ("connectedOrganizationMembers", Type::ConnectedOrganizationMembers),
    ("requestorManager", Type::RequestorManager),
    ("targetManager", Type::TargetManager),
    ("internalSponsors", Type::InternalSponsors),
    ("externalSponsors", Type::ExternalSponsors),
    ("targetUserSponsors", Type::TargetUserSponsors),
];

impl Type {
    fn of(name: &str) -> Option<Self> {
        TYPES.iter().find(|(known, _)| *known == name).map(|(_, known)| *known)
    }

    /// Returns v1.0's name for the member with the id, which may also be named `id`. `None` if the type has no id.
    const fn id_name(self) -> Option<&'static str> {
        match self {
            Self::SingleUser => Some("userId"),
            Self::GroupMembers => Some("groupId"),
            Self::ConnectedOrganizationMembers => Some("connectedOrganizationId"),
            Self::RequestorManager
            | Self::TargetManager
            | Self::InternalSponsors
            | Self::ExternalSponsors
            | Self::TargetUserSponsors => None,
        }
    }

    const fn has_level(self) -> bool {
        match self {
            Self::RequestorManager | Self::TargetManager => true,
            Self::SingleUser
            | Self::GroupMembers
            | Self::ConnectedOrganizationMembers
            | Self::InternalSponsors
            | Self::ExternalSponsors
            | Self::TargetUserSponsors => false,
        }
    }

    /// Returns the approver of this type, or `None` if its id or level is missing.
    fn kind(self, id: Option<SubjectId>, level: Option<u8>) -> Option<ApproverKind> {
        Some(match self {
            Self::SingleUser => ApproverKind::SingleUser(id?),
            Self::GroupMembers => ApproverKind::GroupMembers(id?),
            Self::ConnectedOrganizationMembers => ApproverKind::ConnectedOrganizationMembers(id?),
            Self::RequestorManager => ApproverKind::RequestorManager { level: level? },
            Self::TargetManager => ApproverKind::TargetManager { level: level? },
            Self::InternalSponsors => ApproverKind::InternalSponsors,
            Self::ExternalSponsors => ApproverKind::ExternalSponsors,
            Self::TargetUserSponsors => ApproverKind::TargetUserSponsors,
        })
    }
}

/// The members of approvers of all types.
const APPROVER_MEMBERS: &[&str] = &[
    "@odata.type",
    "description",
    "isBackup",
    "id",
    "userId",
    "groupId",
    "connectedOrganizationId",
    "managerLevel",
];

/// Reads an approver. Returns `None`, and notes what is missing, if a required member is absent.
fn read_approver(reader: &mut Reader<'_>) -> Result<Option<Approver>, ReadError> {
    // The type decides which members are allowed, and may come last.
    let odata_type = reader.type_ahead();
    let name = odata_type.as_deref().map(unqualified);
    let known = name.and_then(Type::of);
    let id_name = known.and_then(Type::id_name);
    let (mut id, mut level, mut is_backup) = (None, None, false);
    reader.members(|reader, member| {
        match member {
            "@odata.type" | "description" => drop(reader.text()?),
            "isBackup" => is_backup = reader.boolean()?.unwrap_or_default(),
            // If the type is missing, report that, rather than a member that some type does not have.
            "managerLevel" if name.is_none() || known.is_some_and(Type::has_level) => {
                level = read_level(reader)?;
            }
            "id" if id_name.is_some() || known.is_none() => {
                let value = reader.id()?;
                reader.merge(&mut id, value, id_name.unwrap_or("id"))?;
            }
            _ if Some(member) == id_name => {
                let value = reader.id()?;
                reader.merge(&mut id, value, "id")?;
            }
            "userId" | "groupId" | "connectedOrganizationId" if name.is_none() => {
                _ = reader.id::<SubjectId>()?;
            }
            _ => reader.unknown(member, APPROVER_MEMBERS)?,
        }
        Ok(())
    })?;
    let kind = match (name, known) {
        (None, _) => {
            reader.note_missing("@odata.type");
            return Ok(None);
        }
        (Some(name), None) => ApproverKind::Other { odata_type: name.into(), id },
        (Some(_), Some(known)) => {
            let Some(kind) = known.kind(id, level) else {
                reader.note_missing(id_name.unwrap_or("managerLevel"));
                return Ok(None);
            };
            kind
        }
    };
    Ok(Some(Approver { kind, is_backup }))
}

/// Reads a manager's level, written as a number or as text, or null.
fn read_level(reader: &mut Reader<'_>) -> Result<Option<u8>, ReadError> {
    reader.number_or_text(|text| {
        let level = text.parse::<u8>().ok().filter(|level| (1..=HIGHEST_LEVEL).contains(level));
        // This refuses "01" and "+1", which also parse as 1.
        level.filter(|_| text.len() == 1).ok_or_else(|| {
            let message = format!("expected a level from 1 to {HIGHEST_LEVEL}, found {}", Quoted(text));
            (ReadCode::UnsupportedValue, message)
        })
    })
}

impl Json for DeterminedStage {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("@odata.type"), STAGE_TYPE);
            object.optional(name!("durationBeforeAutomaticDenial"), self.duration_before_automatic_denial);
            let is_justification_required = self.is_approver_justification_required;
            object.member(name!("isApproverJustificationRequired"), is_justification_required);
            object.member(name!("isEscalationEnabled"), self.is_escalation_enabled);
            object.optional(name!("durationBeforeEscalation"), self.duration_before_escalation);
            object.member(name!("primaryApprovers"), self.primary_approvers.as_slice());
            object.member(name!("fallbackPrimaryApprovers"), self.fallback_primary_approvers.as_slice());
            object.member(name!("escalationApprovers"), self.escalation_approvers.as_slice());
            object
                .member(name!("fallbackEscalationApprovers"), self.fallback_escalation_approvers.as_slice());
        });
    }
}

impl Json for Approver {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            let type_name = name!("@odata.type");
            match &self.kind {
                ApproverKind::SingleUser(id) => {
                    object.member(type_name, TypeName::new("#microsoft.graph.singleUser"));
                    object.member(name!("userId"), *id);
                }
                ApproverKind::GroupMembers(id) => {
                    object.member(type_name, TypeName::new("#microsoft.graph.groupMembers"));
                    object.member(name!("groupId"), *id);
                }
                ApproverKind::ConnectedOrganizationMembers(id) => {
                    object.member(type_name, TypeName::new("#microsoft.graph.connectedOrganizationMembers"));
                    object.member(name!("connectedOrganizationId"), *id);
                }
                ApproverKind::RequestorManager { level } => {
                    object.member(type_name, TypeName::new("#microsoft.graph.requestorManager"));
                    object.member(name!("managerLevel"), *level);
                }
                ApproverKind::TargetManager { level } => {
                    object.member(type_name, TypeName::new("#microsoft.graph.targetManager"));
                    object.member(name!("managerLevel"), *level);
                }
                ApproverKind::InternalSponsors => {
                    object.member(type_name, TypeName::new("#microsoft.graph.internalSponsors"));
                }
                ApproverKind::ExternalSponsors => {
                    object.member(type_name, TypeName::new("#microsoft.graph.externalSponsors"));
                }
                ApproverKind::TargetUserSponsors => {
                    object.member(type_name, TypeName::new("#microsoft.graph.targetUserSponsors"));
                }
                ApproverKind::Other { odata_type, id } => {
                    object.member(type_name, format!("#microsoft.graph.{odata_type}"));
                    object.optional(name!("id"), *id);
                }
            }
            if self.is_backup {
                object.member(name!("isBackup"), true);
            }
        });
    }
}
