//! Approval settings, in the names of v1.0 and of beta (rule J5).

use assignment_request::{ApprovalSettings, ApprovalStageSpec, ExtensionId, NameError, Period, StageSpec};
use strum::VariantNames as _;

use crate::bodies::policy::extension::EXTENSION_TYPES;
use crate::json::member::match_member;
use crate::json::reader::Reader;
use crate::json::type_name::TypeName;
use crate::json::writer::{Json, name, write_object};
use crate::vocabulary::api::ApiVersion;
use crate::vocabulary::error::{ReadCode, ReadError};

/// Beta's approval modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::VariantNames)]
#[strum(ascii_case_insensitive, parse_err_ty = NameError, parse_err_fn = unknown_mode)]
enum ApprovalMode {
    NoApproval,
    SingleStage,
    Serial,
}

fn unknown_mode(_: &str) -> NameError {
    NameError::new(ApprovalMode::VARIANTS)
}

/// Beta's mode for stages that are open at the same time. The lifecycle opens stages one after another.
const PARALLEL: &str = "Parallel";

#[derive(Debug, Default)]
struct Members {
    is_required_for_add: Option<bool>,
    is_required_for_update: Option<bool>,
    is_requestor_justification_required: Option<bool>,
    mode: Option<ApprovalMode>,
    stages: Option<Vec<StageSpec>>,
}

/// The approval settings of a policy.
pub(super) struct Approval {
    pub(super) settings: ApprovalSettings,
    /// Whether there are stages, but no member states when they apply (rule P3).
    pub(super) is_silent: bool,
}

pub(super) fn read_approval(reader: &mut Reader<'_>) -> Result<Approval, ReadError> {
    let mut settings = Members::default();
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => {
                reader.expect_type(&["accessPackageAssignmentApprovalSettings", "approvalSettings"])?;
            },
            "isApprovalRequiredForAdd" => {
                let value = reader.boolean()?;
                reader.merge(&mut settings.is_required_for_add, value, "isApprovalRequired")?;
            },
            "isApprovalRequired" => {
                let value = reader.boolean()?;
                reader.merge(&mut settings.is_required_for_add, value, "isApprovalRequiredForAdd")?;
            },
            "isApprovalRequiredForUpdate" => {
                let value = reader.boolean()?;
                reader.merge(
                    &mut settings.is_required_for_update,
                    value,
                    "isApprovalRequiredForExtension",
                )?;
            },
            "isApprovalRequiredForExtension" => {
                let value = reader.boolean()?;
                reader.merge(&mut settings.is_required_for_update, value, "isApprovalRequiredForUpdate")?;
            },
            "isRequestorJustificationRequired" => {
                settings.is_requestor_justification_required = reader.boolean()?;
            },
            "approvalMode" => settings.mode = reader.name(&[PARALLEL])?,
            "stages" => {
                let stages = reader.array(read_stage)?;
                reader.merge(&mut settings.stages, stages, "approvalStages")?;
            },
            "approvalStages" => {
                let stages = reader.array(read_stage)?;
                reader.merge(&mut settings.stages, stages, "stages")?;
            },
        });
        check_mode(reader, &settings, name)
    })?;
    let is_any_required = settings.mode != Some(ApprovalMode::NoApproval);
    let stages = settings.stages.unwrap_or_default();
    // Of the modes, only `NoApproval` states when stages apply.
    let says_when = settings.is_required_for_add.is_some()
        || settings.is_required_for_update.is_some()
        || !is_any_required;
    Ok(Approval {
        is_silent: !stages.is_empty() && !says_when,
        settings: ApprovalSettings {
            is_required_for_add: is_any_required && settings.is_required_for_add.unwrap_or_default(),
            is_required_for_update: is_any_required && settings.is_required_for_update.unwrap_or_default(),
            is_requestor_justification_required: settings
                .is_requestor_justification_required
                .unwrap_or_default(),
            stages,
        },
    })
}

/// Refuses the mode `NoApproval` together with a required approval for adding access. A required approval for extending
/// access does not conflict: the mode overrides it.
fn check_mode(reader: &Reader<'_>, settings: &Members, name: &str) -> Result<(), ReadError> {
    if settings.mode == Some(ApprovalMode::NoApproval) && settings.is_required_for_add == Some(true) {
        let is_mode = name == "approvalMode";
        return Err(reader.conflict(if is_mode { "isApprovalRequired" } else { "approvalMode" }));
    }
    Ok(())
}

/// The type of a stage that an extension determines (rule Y1).
const DETERMINED: &str = DETERMINED_TYPE.bare();
const DETERMINED_TYPE: TypeName = TypeName::new("#microsoft.graph.accessPackageDynamicApprovalStage");
const STAGE_TYPES: &[&str] =
    &["accessPackageApprovalStage", "approvalStage", "unifiedApprovalStage", DETERMINED];

fn read_stage(reader: &mut Reader<'_>) -> Result<StageSpec, ReadError> {
    let name = reader.type_ahead();
    let name = name.as_deref().map(|name| name.strip_prefix('#').unwrap_or(name));
    if name.and_then(|name| name.strip_prefix("microsoft.graph.")) == Some(DETERMINED) {
        return read_determined_stage(reader);
    }
    read_set_stage(reader).map(StageSpec::Set)
}

/// Reads a determined stage. All members except the extension are placeholders.
fn read_determined_stage(reader: &mut Reader<'_>) -> Result<StageSpec, ReadError> {
    let mut custom_extension_id = None;
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(STAGE_TYPES)?,
            "customExtension" => custom_extension_id = read_stage_extension(reader)?,
        } else known => reader.skip_other(name, known)?);
        Ok(())
    })?;
    Ok(StageSpec::Determined { custom_extension_id })
}

/// Reads the id of the extension that determines a stage, or null. The setting at Determining has the rest.
fn read_stage_extension(reader: &mut Reader<'_>) -> Result<Option<ExtensionId>, ReadError> {
    let mut id = None;
    reader.object(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(EXTENSION_TYPES)?,
            "id" => id = reader.id()?,
        } else known => reader.skip_other(name, known)?);
        Ok(())
    })?;
    Ok(id)
}

fn read_set_stage(reader: &mut Reader<'_>) -> Result<ApprovalStageSpec, ReadError> {
    let mut stage = ApprovalStageSpec {
        duration_before_automatic_denial: None,
        is_approver_justification_required: false,
        is_escalation_enabled: false,
        duration_before_escalation: None,
    };
    reader.members(|reader, name| {
        match_member!(reader, name, {
            "@odata.type" => reader.expect_type(STAGE_TYPES)?,
            "customExtension" => {
                if !reader.is_null()? {
                    let message = format!("only a stage of the type {DETERMINED} has an extension");
                    return Err(reader.error_at_member(ReadCode::UnsupportedValue, message));
                }
            },
            "durationBeforeAutomaticDenial" => {
                let duration = reader.duration()?;
                let other = "approvalStageTimeOutInDays";
                reader.merge(&mut stage.duration_before_automatic_denial, duration, other)?;
            },
            "approvalStageTimeOutInDays" => {
                let duration = reader.count()?.map(Period::from_days);
                let other = "durationBeforeAutomaticDenial";
                reader.merge(&mut stage.duration_before_automatic_denial, duration, other)?;
            },
            "durationBeforeEscalation" => {
                let duration = reader.duration()?;
                reader.merge(&mut stage.duration_before_escalation, duration, "escalationTimeInMinutes")?;
            },
            "escalationTimeInMinutes" => {
                let duration = reader.count()?.map(Period::from_minutes);
                reader.merge(&mut stage.duration_before_escalation, duration, "durationBeforeEscalation")?;
            },
            "isApproverJustificationRequired" => {
                stage.is_approver_justification_required = reader.boolean()?.unwrap_or_default();
            },
            "isEscalationEnabled" => stage.is_escalation_enabled = reader.boolean()?.unwrap_or_default(),
            // The host resolves these approvers.
            "approverInformationVisibility"
            | "escalationApprovers"
            | "fallbackEscalationApprovers"
            | "fallbackPrimaryApprovers"
            | "primaryApprovers" => reader.skip()?,
        });
        Ok(())
    })?;
    Ok(stage)
}

impl Json for ApprovalSettings {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| {
            object.member(name!("isApprovalRequiredForAdd"), self.is_required_for_add);
            object.member(name!("isApprovalRequiredForUpdate"), self.is_required_for_update);
            object
                .member(name!("isRequestorJustificationRequired"), self.is_requestor_justification_required);
            object.member(name!("stages"), self.stages.as_slice());
        });
    }
}

impl Json for StageSpec {
    fn write(&self, api: ApiVersion, out: &mut Vec<u8>) {
        write_object(api, out, |object| match self {
            Self::Set(stage) => {
                let denial = stage.duration_before_automatic_denial;
                object.optional(name!("durationBeforeAutomaticDenial"), denial);
                let is_justification_required = stage.is_approver_justification_required;
                object.member(name!("isApproverJustificationRequired"), is_justification_required);
                object.member(name!("isEscalationEnabled"), stage.is_escalation_enabled);
                object.optional(name!("durationBeforeEscalation"), stage.duration_before_escalation);
            }
            Self::Determined { custom_extension_id } => {
                object.member(name!("@odata.type"), DETERMINED_TYPE);
                object.object(name!("customExtension"), |extension| {
                    extension.optional(name!("id"), *custom_extension_id);
                });
            }
        });
    }
}
