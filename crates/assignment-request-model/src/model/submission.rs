//! From a draft to a request, or to its faults (C1 to C15).

use assignment_request::{
    Actor, AdminBypass, Draft, ExistingAssignment, Expiration, ExpirationType, Limits, Operation, Period,
    PolicySpec, RequestId, RequestType, Role, RulesSpec, Schedule, SubjectId, Timestamp,
};

use super::answers::{self, Accepted};
use super::request::ModelRequest;
use super::{is_blank, is_forbidden};

/// The code of a violation, and the path of the member at fault.
pub type Fault = (&'static str, String);

/// What becomes of a submission.
#[derive(Debug)]
pub enum Outcome {
    NotPermitted,
    Violations(Vec<Fault>),
    Accepted(Box<ModelRequest>),
}

/// All that a submission is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Submission<'a> {
    pub id: RequestId,
    pub policy: &'a PolicySpec,
    /// What the policy was judged to wait for: one for each of its extensions.
    pub waits: &'a [Option<Period>],
    pub rules: &'a RulesSpec,
    pub limits: &'a Limits,
    pub draft: &'a Draft,
    pub existing: Option<&'a ExistingAssignment>,
    pub actor: Actor,
    pub now: Timestamp,
}

/// T1.
pub fn operation_and_initiator(request_type: RequestType) -> (Operation, Role) {
    match request_type {
        RequestType::UserAdd | RequestType::OnBehalfAdd => (Operation::Add, Role::User),
        RequestType::UserUpdate | RequestType::UserExtend => (Operation::Update, Role::User),
        RequestType::UserRemove => (Operation::Remove, Role::User),
        RequestType::AdminAdd => (Operation::Add, Role::Administrator),
        RequestType::AdminUpdate => (Operation::Update, Role::Administrator),
        RequestType::AdminRemove => (Operation::Remove, Role::Administrator),
        RequestType::SystemAdd => (Operation::Add, Role::System),
        RequestType::SystemUpdate => (Operation::Update, Role::System),
        RequestType::SystemRemove => (Operation::Remove, Role::System),
        RequestType::ApproverRemove => (Operation::Remove, Role::Approver),
    }
}

/// Judges a submission.
pub fn submit(submission: Submission<'_>) -> Outcome {
    let (operation, initiator) = operation_and_initiator(submission.draft.request_type);
    // C1
    if submission.actor.role != initiator {
        return Outcome::NotPermitted;
    }
    let mut faults: Vec<Fault> = Vec::new();
    faults.extend(c2_what_an_add_needs(submission));
    faults.extend(c3_target(submission));
    faults.extend(c4_existing(submission));
    faults.extend(c5_policy_fits(submission));
    faults.extend(c6_for_another(submission));
    faults.extend(c7_for_oneself(submission));
    faults.extend(c8_justification(submission));
    faults.extend(c9_schedule(submission));
    // C10. A user who gives neither asks to extend by the policy's own duration.
    let draft = submission.draft;
    let must_change = matches!(draft.request_type, RequestType::AdminUpdate | RequestType::SystemUpdate);
    if must_change && draft.schedule.is_none() && draft.answers.is_empty() {
        faults.push(("nothingToUpdate", "answers".to_owned()));
    }
    // C11
    if operation == Operation::Remove && !draft.answers.is_empty() {
        faults.push(("unexpected", "answers".to_owned()));
    }
    faults.extend(c14_texts(submission));
    faults.extend(c15_bypass(submission));
    let mut accepted: Vec<Accepted> = Vec::new();
    if operation != Operation::Remove {
        let (bad, good) =
            answers::judge(submission.policy, submission.limits, operation, initiator, &draft.answers);
        faults.extend(bad);
        accepted = good;
    }
    if !faults.is_empty() {
        return Outcome::Violations(faults);
    }
    Outcome::Accepted(Box::new(ModelRequest::submitted(
        submission,
        target(submission),
        window_end(submission),
        accepted,
    )))
}

fn at(code: &'static str, path: &str) -> Fault {
    (code, path.to_owned())
}

/// The id of the target in the body.
fn body_target(draft: &Draft) -> Option<SubjectId> {
    draft.target_id.or(draft.target_object_id)
}

fn has_email(draft: &Draft) -> bool {
    !is_blank(draft.target_email.as_deref())
}

fn c2_what_an_add_needs(submission: Submission<'_>) -> Vec<Fault> {
    let draft = submission.draft;
    let mut faults = Vec::new();
    let (operation, _) = operation_and_initiator(draft.request_type);
    if operation == Operation::Add && draft.access_package_id.is_none() {
        faults.push(at("missing", "assignment.accessPackageId"));
    }
    if matches!(draft.request_type, RequestType::AdminAdd | RequestType::SystemAdd | RequestType::OnBehalfAdd)
    {
        // An e-mail address is a target for adminAdd; for the others C3 reports it, and nothing is missing.
        if body_target(draft).is_none() && !has_email(draft) {
            faults.push(at("missing", "assignment.targetId"));
        }
        if draft.assignment_policy_id.is_none() {
            faults.push(at("missing", "assignment.assignmentPolicyId"));
        }
    }
    faults
}

fn c3_target(submission: Submission<'_>) -> Vec<Fault> {
    let draft = submission.draft;
    let mut faults = Vec::new();
    if draft.request_type != RequestType::AdminAdd && has_email(draft) && body_target(draft).is_none() {
        faults.push(at("targetNotInDirectory", "assignment.target.email"));
    }
    if let (Some(one), Some(other)) = (draft.target_id, draft.target_object_id)
        && one != other
    {
        faults.push(at("conflictingMembers", "assignment.target.objectId"));
    }
    faults
}

/// The existing assignment, of an Update or a Remove.
fn existing(submission: Submission<'_>) -> Option<&ExistingAssignment> {
    match operation_and_initiator(submission.draft.request_type).0 {
        Operation::Add => None,
        Operation::Update | Operation::Remove => submission.existing,
    }
}

fn c4_existing(submission: Submission<'_>) -> Vec<Fault> {
    let draft = submission.draft;
    let mut faults = Vec::new();
    let (operation, _) = operation_and_initiator(draft.request_type);
    if operation == Operation::Add {
        return faults;
    }
    let may_be_older_form = matches!(draft.request_type, RequestType::UserUpdate | RequestType::UserExtend);
    let is_older_form = may_be_older_form
        && draft.assignment_id.is_none()
        && draft.access_package_id.is_some()
        && draft.assignment_policy_id.is_some();
    if draft.assignment_id.is_none() && !is_older_form {
        faults.push(at("missing", "assignment.id"));
    }
    let Some(existing) = existing(submission) else {
        faults.push(at("assignmentNotFound", "assignment.id"));
        return faults;
    };
    if draft.assignment_id.is_some_and(|id| id != existing.id) {
        faults.push(at("conflictingMembers", "assignment.id"));
    }
    if body_target(draft).is_some_and(|target| target != existing.target) {
        faults.push(at("conflictingMembers", "assignment.targetId"));
    }
    faults
}

fn c5_policy_fits(submission: Submission<'_>) -> Vec<Fault> {
    let (policy, draft) = (submission.policy, submission.draft);
    let existing = existing(submission);
    let mut faults = Vec::new();
    if let Some(package) = policy.access_package_id
        && (draft.access_package_id.is_some_and(|given| given != package)
            || existing.is_some_and(|existing| existing.access_package_id != package))
    {
        faults.push(at("policyMismatch", "assignment.accessPackageId"));
    }
    if let Some(id) = policy.id
        && (draft.assignment_policy_id.is_some_and(|given| given != id)
            || existing.is_some_and(|existing| existing.assignment_policy_id != id))
    {
        faults.push(at("policyMismatch", "assignment.assignmentPolicyId"));
    }
    faults
}

fn c6_for_another(submission: Submission<'_>) -> Vec<Fault> {
    let settings = submission.policy.requestor_settings;
    let actor = submission.actor.id;
    let body_target = body_target(submission.draft);
    let is_anothers = existing(submission).is_some_and(|existing| existing.target != actor);
    let mut faults = Vec::new();
    let not_allowed = match submission.draft.request_type {
        RequestType::UserAdd => body_target.is_some_and(|target| target != actor) && !settings.on_behalf_add,
        RequestType::OnBehalfAdd => !settings.on_behalf_add,
        RequestType::UserUpdate | RequestType::UserExtend => is_anothers && !settings.on_behalf_update,
        RequestType::UserRemove => is_anothers && !settings.on_behalf_remove,
        _ => false,
    };
    if not_allowed {
        faults.push(at("onBehalfNotAllowed", "assignment.targetId"));
    }
    if submission.draft.request_type == RequestType::OnBehalfAdd && body_target == Some(actor) {
        faults.push(at("onBehalfOfSelf", "assignment.targetId"));
    }
    faults
}

fn c7_for_oneself(submission: Submission<'_>) -> Vec<Fault> {
    let settings = submission.policy.requestor_settings;
    let actor = submission.actor.id;
    let is_own = existing(submission).is_some_and(|existing| existing.target == actor);
    let is_disabled = match submission.draft.request_type {
        RequestType::UserAdd => {
            body_target(submission.draft).is_none_or(|target| target == actor) && !settings.self_add
        }
        RequestType::UserUpdate | RequestType::UserExtend => is_own && !settings.self_update,
        RequestType::UserRemove => is_own && !settings.self_remove,
        _ => false,
    };
    if is_disabled { vec![at("selfServiceDisabled", "requestType")] } else { Vec::new() }
}

fn is_user_initiated_add_or_update(draft: &Draft) -> bool {
    let (operation, initiator) = operation_and_initiator(draft.request_type);
    initiator == Role::User && operation != Operation::Remove
}

fn c8_justification(submission: Submission<'_>) -> Vec<Fault> {
    let draft = submission.draft;
    let is_required = draft.request_type == RequestType::ApproverRemove
        || (submission.policy.approval.is_requestor_justification_required
            && is_user_initiated_add_or_update(draft));
    if is_required && is_blank(draft.justification.as_deref()) {
        vec![at("missing", "justification")]
    } else {
        Vec::new()
    }
}

fn c9_schedule(submission: Submission<'_>) -> Vec<Fault> {
    let draft = submission.draft;
    let Some(schedule) = &draft.schedule else {
        return Vec::new();
    };
    // 1
    if operation_and_initiator(draft.request_type).0 == Operation::Remove {
        return vec![at("unexpected", "schedule")];
    }
    if is_user_initiated_add_or_update(draft) && !submission.policy.requestor_settings.custom_schedule {
        return vec![at("scheduleNotAllowed", "schedule")];
    }
    let mut faults = Vec::new();
    // 2
    if schedule.has_recurrence {
        faults.push(at("unexpected", "schedule.recurrence"));
    }
    // 3
    let Expiration { kind, end, duration } = schedule.expiration;
    let (end_path, duration_path) = ("schedule.expiration.endDateTime", "schedule.expiration.duration");
    let takes_end = kind == ExpirationType::AfterDateTime;
    let takes_duration = kind == ExpirationType::AfterDuration;
    // SPEC.md leaves open which comes first; read here: what is missing, then what is unexpected, in the order of
    // its sentence. A duration that is not positive is read as missing.
    if takes_end && end.is_none() {
        faults.push(at("missing", end_path));
    }
    if takes_duration && duration.is_none_or(|duration| duration.ticks() == 0) {
        faults.push(at("missing", duration_path));
    }
    if !takes_end && end.is_some() {
        faults.push(at("unexpected", end_path));
    }
    if !takes_duration && duration.is_some() {
        faults.push(at("unexpected", duration_path));
    }
    // 4, of any end that is given, also an unexpected one
    if let Some(end) = end {
        if schedule.start.is_some_and(|start| end <= start) {
            faults.push(at("endBeforeStart", end_path));
        }
        if end <= submission.now {
            faults.push(at("endInPast", end_path));
        }
    }
    if let (Some(start), Some(limit)) = (schedule.start, submission.rules.start_limit)
        && start > submission.now.saturating_add(limit)
    {
        faults.push(at("startTooLate", "schedule.startDateTime"));
    }
    // 5
    let is_bounded = match draft.request_type {
        RequestType::AdminUpdate => !submission.rules.admin_may_exceed_policy,
        _ => is_user_initiated_add_or_update(draft),
    };
    if is_bounded && exceeds_policy(submission, schedule) {
        faults.push(at("exceedsPolicy", "schedule.expiration"));
    }
    faults
}

fn asked_end(schedule: &Schedule) -> Option<Timestamp> {
    if schedule.expiration.kind == ExpirationType::AfterDateTime { schedule.expiration.end } else { None }
}

fn exceeds_policy(submission: Submission<'_>, schedule: &Schedule) -> bool {
    let allowed = submission.policy.expiration;
    let begin = schedule.start.map_or(submission.now, |start| start.max(submission.now));
    let asks_for_ever = schedule.expiration.kind == ExpirationType::NoExpiration;
    let (asked_end, asked_duration) = (schedule.expiration.end, schedule.expiration.duration);
    match (allowed.kind, allowed.duration, allowed.end) {
        (ExpirationType::AfterDuration, Some(longest), _) => {
            asks_for_ever
                || asked_duration.is_some_and(|duration| duration > longest)
                || asked_end.is_some_and(|end| end > begin.saturating_add(longest))
        }
        (ExpirationType::AfterDateTime, _, Some(latest)) => {
            asks_for_ever
                || asked_duration.is_some_and(|duration| begin.saturating_add(duration) > latest)
                || asked_end.is_some_and(|end| end > latest)
                || schedule.start.is_some_and(|start| start >= latest)
        }
        _ => false,
    }
}

fn c14_texts(submission: Submission<'_>) -> Vec<Fault> {
    let (draft, limits) = (submission.draft, submission.limits);
    let mut faults = Vec::new();
    // SPEC.md has no limit for an e-mail address; the library's default is taken. The count comes first, then the texts
    // by sentences: what is over a limit, then the characters.
    let texts = [
        ("justification", draft.justification.as_deref().unwrap_or(""), limits.justification),
        ("assignment.target.email", draft.target_email.as_deref().unwrap_or(""), limits.email),
    ];
    let is_remove = operation_and_initiator(draft.request_type).0 == Operation::Remove;
    if !is_remove && draft.answers.len() > limits.answers {
        faults.push(at("tooMany", "answers"));
    }
    for (path, text, limit) in texts {
        if text.len() > limit {
            faults.push(at("tooLong", path));
        }
    }
    for (path, text, _) in texts {
        if text.chars().any(is_forbidden) {
            faults.push(at("forbiddenCharacter", path));
        }
    }
    faults
}

fn c15_bypass(submission: Submission<'_>) -> Vec<Fault> {
    let draft = submission.draft;
    let (operation, initiator) = operation_and_initiator(draft.request_type);
    let path = "parameters.bypassApproval";
    if !draft.bypass_approval {
        return Vec::new();
    }
    // 1
    if initiator != Role::Administrator || operation == Operation::Remove {
        return vec![at("unexpected", path)];
    }
    // 2
    let own = submission.actor.id;
    let is_own_or_unknown = match operation {
        Operation::Add => body_target(draft).is_none_or(|target| target == own),
        Operation::Update | Operation::Remove => {
            existing(submission).is_some_and(|existing| existing.target == own)
        }
    };
    if submission.rules.admin_bypasses_approval == AdminBypass::Never || is_own_or_unknown {
        return vec![at("bypassNotAllowed", path)];
    }
    Vec::new()
}

/// Who gets or loses access, of a draft without faults.
fn target(submission: Submission<'_>) -> Option<SubjectId> {
    match existing(submission) {
        Some(existing) => Some(existing.target),
        None if submission.draft.request_type == RequestType::UserAdd => {
            body_target(submission.draft).or(Some(submission.actor.id))
        }
        None => body_target(submission.draft),
    }
}

/// The window's end (C9).
fn window_end(submission: Submission<'_>) -> Option<Timestamp> {
    let request_type = submission.draft.request_type;
    if operation_and_initiator(request_type).0 == Operation::Remove {
        return None;
    }
    let schedule = submission.draft.schedule.as_ref();
    if let Some(end) = schedule.and_then(asked_end) {
        return Some(end);
    }
    let asked = schedule.map_or(ExpirationType::NotSpecified, |schedule| schedule.expiration.kind);
    let asks_otherwise = matches!(asked, ExpirationType::AfterDuration | ExpirationType::NoExpiration);
    let may_outlast_policy = match request_type {
        RequestType::AdminAdd => true,
        RequestType::AdminUpdate => submission.rules.admin_may_exceed_policy,
        _ => false,
    };
    if may_outlast_policy && asks_otherwise {
        return None;
    }
    let allowed = submission.policy.expiration;
    if allowed.kind == ExpirationType::AfterDateTime { allowed.end } else { None }
}
