//! Who must approve, in the names of v1.0 and of beta (rule J5).

use assignment_request::{ApprovalSettings, ApprovalStageSpec, Period};

use crate::ReadError;
use crate::json::Reader;

/// How beta says who approves in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "PascalCase", ascii_case_insensitive)]
enum ApprovalMode {
    NoApproval,
    SingleStage,
    Serial,
}

/// Beta's mode in which stages are open side by side. Here they follow one another.
const PARALLEL: &str = "Parallel";

#[derive(Debug, Default)]
struct Members {
    is_required_for_add: Option<bool>,
    is_required_for_update: Option<bool>,
    is_requestor_justification_required: Option<bool>,
    mode: Option<ApprovalMode>,
    stages: Option<Vec<ApprovalStageSpec>>,
}

pub(super) fn read_approval(reader: &mut Reader<'_>) -> Result<ApprovalSettings, ReadError> {
    let mut settings = Members::default();
    reader.object(|reader, name| {
        match name {
            "@odata.type" => {
                reader.expect_type(&["accessPackageAssignmentApprovalSettings", "approvalSettings"])?;
            }
            "isApprovalRequiredForAdd" => {
                let value = reader.boolean()?;
                reader.unite(&mut settings.is_required_for_add, value, "isApprovalRequired")?;
            }
            "isApprovalRequired" => {
                let value = reader.boolean()?;
                reader.unite(&mut settings.is_required_for_add, value, "isApprovalRequiredForAdd")?;
            }
            "isApprovalRequiredForUpdate" => {
                let value = reader.boolean()?;
                reader.unite(
                    &mut settings.is_required_for_update,
                    value,
                    "isApprovalRequiredForExtension",
                )?;
            }
            "isApprovalRequiredForExtension" => {
                let value = reader.boolean()?;
                reader.unite(&mut settings.is_required_for_update, value, "isApprovalRequiredForUpdate")?;
            }
            "isRequestorJustificationRequired" => {
                settings.is_requestor_justification_required = reader.boolean()?;
            }
            "approvalMode" => settings.mode = reader.name(&[PARALLEL])?,
            "stages" => {
                let stages = reader.array(read_stage)?;
                reader.unite(&mut settings.stages, stages, "approvalStages")?;
            }
            "approvalStages" => {
                let stages = reader.array(read_stage)?;
                reader.unite(&mut settings.stages, stages, "stages")?;
            }
            _ => reader.unknown(name)?,
        }
        check_mode(reader, &settings, name)
    })?;
    let is_any_required = settings.mode != Some(ApprovalMode::NoApproval);
    Ok(ApprovalSettings {
        is_required_for_add: is_any_required && settings.is_required_for_add.unwrap_or_default(),
        is_required_for_update: is_any_required && settings.is_required_for_update.unwrap_or_default(),
        is_requestor_justification_required: settings.is_requestor_justification_required.unwrap_or_default(),
        stages: settings.stages.unwrap_or_default(),
    })
}

/// Refuses an approval that is required to add access beside the mode `NoApproval`. One that is required to extend it
/// is no contradiction: the mode takes it back.
fn check_mode(reader: &Reader<'_>, settings: &Members, name: &str) -> Result<(), ReadError> {
    if settings.mode == Some(ApprovalMode::NoApproval) && settings.is_required_for_add == Some(true) {
        let is_mode = name == "approvalMode";
        return Err(reader.conflict(if is_mode { "isApprovalRequired" } else { "approvalMode" }));
    }
    Ok(())
}

fn read_stage(reader: &mut Reader<'_>) -> Result<ApprovalStageSpec, ReadError> {
    let mut stage = ApprovalStageSpec {
        duration_before_automatic_denial: None,
        is_approver_justification_required: false,
        is_escalation_enabled: false,
        duration_before_escalation: None,
    };
    reader.members(|reader, name| {
        match name {
            "@odata.type" => reader.expect_type(&[
                "accessPackageApprovalStage",
                "approvalStage",
                "unifiedApprovalStage",
            ])?,
            "durationBeforeAutomaticDenial" => {
                let duration = reader.duration()?;
                let other = "approvalStageTimeOutInDays";
                reader.unite(&mut stage.duration_before_automatic_denial, duration, other)?;
            }
            "approvalStageTimeOutInDays" => {
                let duration = reader.count()?.map(Period::from_days);
                let other = "durationBeforeAutomaticDenial";
                reader.unite(&mut stage.duration_before_automatic_denial, duration, other)?;
            }
            "durationBeforeEscalation" => {
                let duration = reader.duration()?;
                reader.unite(&mut stage.duration_before_escalation, duration, "escalationTimeInMinutes")?;
            }
            "escalationTimeInMinutes" => {
                let duration = reader.count()?.map(Period::from_minutes);
                reader.unite(&mut stage.duration_before_escalation, duration, "durationBeforeEscalation")?;
            }
            "isApproverJustificationRequired" => {
                stage.is_approver_justification_required = reader.boolean()?.unwrap_or_default();
            }
            "isEscalationEnabled" => stage.is_escalation_enabled = reader.boolean()?.unwrap_or_default(),
            // Which persons these are is the host's to resolve.
            "approverInformationVisibility"
            | "escalationApprovers"
            | "fallbackEscalationApprovers"
            | "fallbackPrimaryApprovers"
            | "primaryApprovers" => reader.pass_over()?,
            _ => reader.unknown(name)?,
        }
        Ok(())
    })?;
    Ok(stage)
}
