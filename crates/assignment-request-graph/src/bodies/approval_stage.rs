//! The approval stage that a resume carries at Determining (rule J14).

use assignment_request::{Approver, ApproverKind, DeterminedStage, Period, Quoted};
use serde::Serialize;
use uuid::Uuid;

use crate::json::{Reader, match_member, unqualified};
use crate::{ReadCode, ReadError};

/// The only type of an approval stage that an extension gives. It gives a stage, and not one that is determined again.
const STAGE_TYPES: &[&str] = &["accessPackageApprovalStage"];
const HIGHEST_LEVEL: u8 = 4;

/// Reads `data.approvalStage`, or null.
///
/// # Errors
///
/// The first fault of its shape. An approver without a type, an id or a level that it needs is noted as missing.
pub(crate) fn read_approval_stage(reader: &mut Reader<'_>) -> Result<Option<DeterminedStage>, ReadError> {
    let mut stage = DeterminedStage::EMPTY;
    let is_there = reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_bare_type(STAGE_TYPES)?,
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

/// The types of approver, and what each has beside its description.
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

    /// The name of the member with its id, if it has one: v1.0's, beside `id`.
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

    /// The approver of this type. `None` if it lacks its id or its level.
    fn kind(self, id: Option<Uuid>, level: Option<u8>) -> Option<ApproverKind> {
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

/// What approvers have, of whatever type.
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

/// Reads an approver. `None` if it lacks a member that it needs, which is noted.
fn read_approver(reader: &mut Reader<'_>) -> Result<Option<Approver>, ReadError> {
    // Which members it may have depends on its type, which may come last.
    let odata_type = reader.type_ahead();
    let name = odata_type.as_deref().map(unqualified);
    let known = name.and_then(Type::of);
    let id_name = known.and_then(Type::id_name);
    let (mut id, mut level, mut is_backup) = (None, None, false);
    reader.members(|reader, member| {
        match member {
            "@odata.type" | "description" => drop(reader.text()?),
            "isBackup" => is_backup = reader.boolean()?.unwrap_or_default(),
            // Without a type, that is the fault, and not what some type has.
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
            "userId" | "groupId" | "connectedOrganizationId" if name.is_none() => drop(reader.id()?),
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

/// Reads a manager's level, a number or text, or null.
fn read_level(reader: &mut Reader<'_>) -> Result<Option<u8>, ReadError> {
    reader.number_or_text(|text| {
        let level = text.parse::<u8>().ok().filter(|level| (1..=HIGHEST_LEVEL).contains(level));
        // "01" and "+1" are other texts.
        level.filter(|_| text.len() == 1).ok_or_else(|| {
            let message = format!("expected a level from 1 to {HIGHEST_LEVEL}, found {}", Quoted(text));
            (ReadCode::UnsupportedValue, message)
        })
    })
}

/// `data.approvalStage`, written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApprovalStageBody<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_before_automatic_denial: Option<Period>,
    is_approver_justification_required: bool,
    is_escalation_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_before_escalation: Option<Period>,
    primary_approvers: Vec<ApproverBody<'a>>,
    fallback_primary_approvers: Vec<ApproverBody<'a>>,
    escalation_approvers: Vec<ApproverBody<'a>>,
    fallback_escalation_approvers: Vec<ApproverBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApproverBody<'a> {
    #[serde(rename = "@odata.type")]
    odata_type: QualifiedType<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected_organization_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    manager_level: Option<u8>,
    #[serde(skip_serializing_if = "is_false")]
    is_backup: bool,
}

/// A type's name with what [`unqualified`] leaves out.
struct QualifiedType<'a>(&'a str);

impl Serialize for QualifiedType<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("#microsoft.graph.{}", self.0))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl<'a> From<&'a DeterminedStage> for ApprovalStageBody<'a> {
    fn from(stage: &'a DeterminedStage) -> Self {
        let list = |approvers: &'a [Approver]| approvers.iter().map(ApproverBody::from).collect();
        Self {
            odata_type: "#microsoft.graph.accessPackageApprovalStage",
            duration_before_automatic_denial: stage.duration_before_automatic_denial,
            is_approver_justification_required: stage.is_approver_justification_required,
            is_escalation_enabled: stage.is_escalation_enabled,
            duration_before_escalation: stage.duration_before_escalation,
            primary_approvers: list(&stage.primary_approvers),
            fallback_primary_approvers: list(&stage.fallback_primary_approvers),
            escalation_approvers: list(&stage.escalation_approvers),
            fallback_escalation_approvers: list(&stage.fallback_escalation_approvers),
        }
    }
}

impl<'a> From<&'a Approver> for ApproverBody<'a> {
    fn from(approver: &'a Approver) -> Self {
        let body = |odata_type| Self {
            odata_type: QualifiedType(odata_type),
            user_id: None,
            group_id: None,
            connected_organization_id: None,
            id: None,
            manager_level: None,
            is_backup: approver.is_backup,
        };
        match &approver.kind {
            ApproverKind::SingleUser(id) => Self { user_id: Some(*id), ..body("singleUser") },
            ApproverKind::GroupMembers(id) => Self { group_id: Some(*id), ..body("groupMembers") },
            ApproverKind::ConnectedOrganizationMembers(id) => {
                Self { connected_organization_id: Some(*id), ..body("connectedOrganizationMembers") }
            }
            ApproverKind::RequestorManager { level } => {
                Self { manager_level: Some(*level), ..body("requestorManager") }
            }
            ApproverKind::TargetManager { level } => {
                Self { manager_level: Some(*level), ..body("targetManager") }
            }
            ApproverKind::InternalSponsors => body("internalSponsors"),
            ApproverKind::ExternalSponsors => body("externalSponsors"),
            ApproverKind::TargetUserSponsors => body("targetUserSponsors"),
            ApproverKind::Other { odata_type, id } => Self { id: *id, ..body(odata_type) },
        }
    }
}
