//! Approval stages, waits and expirations (P3 to P5, P9, P10).

use assignment_request::{
    CallbackConfiguration, CalloutStage, Expiration, ExpirationType, ExtensionBehavior, Limits, Period,
};

use crate::common::{CREATED, DAY, Setup, minutes, stage, ticks};
use crate::policies::compile;

#[test]
fn p9_settings_at_their_limit_and_one_over() {
    // Each would be refused by P4.
    let with = |count: usize| {
        let mut setup = Setup::add().wait(CREATED, 4);
        setup.spec.extensions = vec![setup.spec.extensions[0]; count];
        setup.spec.expiration = Expiration { kind: ExpirationType::AfterDuration, end: None, duration: None };
        setup.approval(&[])
    };
    assert_eq!(compile(&with(60)).len(), 62);
    assert_eq!(
        compile(&with(61)),
        [
            "approvalStagesMissing requestApprovalSettings.stages",
            "tooMany customExtensionStageSettings",
            "missing expiration.duration"
        ],
        "where the settings are judged, and none of them is"
    );
    let limits = {
        let mut limits = Limits::default();
        limits.extensions = 61;
        limits
    };
    assert_eq!(compile(&Setup { limits, ..with(61) }).len(), 63);
}

#[test]
fn p10_a_stage_of_3660_days_and_one_that_is_longer() {
    const DENIAL: &str = "badDuration requestApprovalSettings.stages[0].durationBeforeAutomaticDenial";
    const ESCALATION: &str = "badDuration requestApprovalSettings.stages[0].durationBeforeEscalation";
    let longest = minutes(3_660 * DAY);
    let staged = |denial: Period| {
        let mut stage = stage(1, None);
        stage.duration_before_automatic_denial = Some(denial);
        (stage.duration_before_escalation, stage.is_escalation_enabled) = (Some(longest), true);
        compile(&Setup::add().approval(&[stage]))
    };
    assert_eq!(staged(longest), [ESCALATION]);
    assert_eq!(staged(ticks(longest.ticks() + 1)), [DENIAL]);
}

#[test]
fn p3_approval_stages_to_the_tick() {
    const DENIAL: &str = "badDuration requestApprovalSettings.stages[0].durationBeforeAutomaticDenial";
    const ESCALATION: &str = "badDuration requestApprovalSettings.stages[0].durationBeforeEscalation";
    let day = minutes(DAY);
    let staged = |denial: Option<Period>, escalation: Option<Period>, enabled| {
        let mut stage = stage(1, None);
        stage.duration_before_automatic_denial = denial;
        (stage.duration_before_escalation, stage.is_escalation_enabled) = (escalation, enabled);
        compile(&Setup::add().approval(&[stage]))
    };
    assert_eq!(staged(Some(ticks(1)), None, false), [""; 0]);
    let longest = minutes(3_660 * DAY);
    assert_eq!(staged(Some(longest), Some(ticks(longest.ticks() - 1)), true), [""; 0], "P10");
    assert_eq!(staged(Some(ticks(longest.ticks() + 1)), None, false), [DENIAL], "P10");
    let beyond = ticks(longest.ticks() + 2);
    assert_eq!(staged(Some(beyond), Some(ticks(longest.ticks() + 1)), true), [DENIAL], "escalated before it");
    assert_eq!(staged(Some(beyond), Some(beyond), true), [DENIAL, ESCALATION]);
    assert_eq!(staged(Some(day), Some(ticks(day.ticks() - 1)), true), [""; 0]);
    assert_eq!(staged(Some(day), Some(day), true), [ESCALATION]);
    assert_eq!(staged(Some(day), Some(Period::ZERO), true), [ESCALATION]);
    assert_eq!(staged(Some(day), None, true), [ESCALATION]);
    assert_eq!(staged(Some(day), Some(day), false), [""; 0], "not looked at");
    assert_eq!(staged(Some(Period::ZERO), None, false), [DENIAL]);
    assert_eq!(staged(None, Some(day), true), [DENIAL, ESCALATION]);
    assert_eq!(
        compile(&Setup::add().approval(&[])),
        ["approvalStagesMissing requestApprovalSettings.stages"]
    );
    let mut for_add_only = Setup::add().approval(&[]);
    for_add_only.spec.approval.is_required_for_update = false;
    assert_eq!(compile(&for_add_only), ["approvalStagesMissing requestApprovalSettings.stages"]);
    assert_eq!(compile(&Setup::add().approval(&[stage(1, None); 3])), [""; 0]);
    assert_eq!(
        compile(&Setup::add().approval(&[stage(1, None); 4])),
        ["tooManyStages requestApprovalSettings.stages"]
    );
}

#[test]
fn p4_callbacks_to_the_tick() {
    let waits = |at: CalloutStage, timeout: Option<Period>| {
        let mut setup = Setup::add().wait(at, 5);
        let callback = CallbackConfiguration { timeout };
        setup.spec.extensions[0].behavior = Some(ExtensionBehavior::LaunchAndWait(callback));
        compile(&setup)
    };
    let configuration = "customExtensionStageSettings[0].customExtension.callbackConfiguration";
    let (shortest, longest) = (minutes(5), minutes(14 * DAY));
    for (timeout, expected) in [
        (Some(shortest), None),
        (Some(longest), None),
        (Some(ticks(shortest.ticks() - 1)), Some("badDuration")),
        (Some(ticks(longest.ticks() + 1)), Some("badDuration")),
        (None, Some("missing")),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|code| format!("{code} {configuration}.timeoutDuration")).collect();
        assert_eq!(waits(CREATED, timeout), expected, "{timeout:?}");
        let early = waits(CalloutStage::AssignmentOneDayBeforeExpiration, timeout);
        assert_eq!(early, [format!("waitNotAllowed {configuration}")], "only that");
    }
}

#[test]
fn p5_expirations_to_the_tick() {
    use ExpirationType::{AfterDateTime, AfterDuration, NoExpiration};
    let expires = |kind, end, duration| {
        let mut setup = Setup::add();
        setup.spec.expiration = Expiration { kind, end, duration };
        compile(&setup)
    };
    assert_eq!(expires(AfterDuration, None, None), ["missing expiration.duration"]);
    assert_eq!(expires(AfterDuration, None, Some(Period::ZERO)), ["badDuration expiration.duration"]);
    assert_eq!(expires(AfterDuration, None, Some(ticks(1))), [""; 0]);
    assert_eq!(expires(AfterDateTime, None, None), ["missing expiration.endDateTime"]);
    assert_eq!(expires(NoExpiration, None, Some(Period::ZERO)), ["badDuration expiration.duration"]);
}
