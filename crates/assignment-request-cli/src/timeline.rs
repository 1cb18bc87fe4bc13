//! `timeline`: a request's events as a table.

use std::io;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use assignment_request::{
    CallbackDecision, Cancellation, DeliveryFailure, DenialReason, DeterminedStage, Event, EventKind,
    Request, Timestamp,
};

use crate::output::Page;
use crate::playback::{Place, Shown};
use crate::replay::line::waited_for;
use crate::stored::history::{Happened, History};

/// The arguments of `timeline`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
}

const HEADING: Style = Style::new().bold();
const EVENT: Style = AnsiColor::Cyan.on_default();

/// Prints the events of a scenario up to a step, or those of a stored request.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    arguments.place.show(|shown, page| match shown {
        Shown::Step { playback, step, .. } => {
            let _ = playback.perform(step);
            match &playback.request {
                Some(request) => write_events(request, &playback.happened, step.at, page),
                None => page.write("There is no request.").end_line(),
            }
        }
        Shown::Stored(History { request, happened }) => {
            write_events(&request, &happened, request.updated(), page)
        }
    })
}

fn write_events(request: &Request, events: &[Happened], now: Timestamp, page: &mut Page) -> io::Result<()> {
    let mut rows = vec![["#", "at", "after", "event", "about", "waited for"].map(str::to_owned)];
    let mut last: Option<&Happened> = None;
    for happened in events {
        let Happened { event, before } = happened;
        let after = last.map_or(0, |last| event.at.ticks() - last.event.at.ticks());
        // If several events have one cause, only the first of them shows it.
        let waited = before.map(waited_for).unwrap_or_default();
        rows.push([
            event.sequence.to_string(),
            event.at.to_string(),
            if last.is_some() { duration(after) } else { String::new() },
            event.name().to_owned(),
            about(event, request),
            waited,
        ]);
        last = Some(happened);
    }
    write_table(&rows, page)?;
    page.end_line()?;
    page.write(request.describe(now)).end_line()
}

/// Writes rows in columns as wide as their longest cell. The first row is the heading.
fn write_table<const N: usize>(rows: &[[String; N]], page: &mut Page) -> io::Result<()> {
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    for (index, row) in rows.iter().enumerate() {
        let used = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate().take(used) {
            let style = match (index, column) {
                (0, _) => HEADING,
                (_, 3) => EVENT,
                _ => Style::new(),
            };
            let gap = if column + 1 == used { 0 } else { width.saturating_sub(cell.chars().count()) + 2 };
            page.styled(style, cell).write(format_args!("{:gap$}", ""));
        }
        page.end_line()?;
    }
    Ok(())
}

/// Formats a duration in ticks for people: its two largest units.
fn duration(ticks: i64) -> String {
    const TICKS_PER_SECOND: i64 = 10_000_000;
    let seconds = ticks / TICKS_PER_SECOND;
    if seconds == 0 {
        return if ticks == 0 { "0s".to_owned() } else { "<1s".to_owned() };
    }
    let parts =
        [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")];
    let parts = parts.iter().skip_while(|(count, _)| *count == 0).take(2).filter(|(count, _)| *count > 0);
    parts.map(|(count, unit)| format!("{count}{unit}")).collect::<Vec<_>>().join(" ")
}

/// Returns what distinguishes the event from others of its name.
fn about(event: &Event, request: &Request) -> String {
    match &event.kind {
        EventKind::Submitted(_) => format!("{}, by {}", request.request_type(), request.requestor()),
        EventKind::TargetResolved { target } => target.to_string(),
        EventKind::CalloutStarted { stage, index, attempt, deadline, .. } => {
            let until = deadline.map_or_else(|| "without waiting".to_owned(), |at| format!("until {at}"));
            format!("{stage} {index}, attempt {attempt}, {until}")
        }
        EventKind::CalloutFailed { detail, .. } => quoted(detail.as_deref()),
        EventKind::CallbackReceived { actor, decision, approval_stage, detail, .. } => {
            let decision = match (decision, approval_stage) {
                (CallbackDecision::Deny | CallbackDecision::Cancel, _) => decision.to_string(),
                (CallbackDecision::Continue, Some(stage)) => determined(stage),
                (CallbackDecision::Continue, None) => "goes on".to_owned(),
            };
            format!("{decision}, by {} {}", actor.id, quoted(detail.as_deref())).trim_end().to_owned()
        }
        EventKind::ApprovalRequested { stage, deadline, .. } => format!("stage {stage}, until {deadline}"),
        EventKind::ApprovalEscalated { stage } => format!("stage {stage}"),
        EventKind::StageApproved { stage, tier, approver, justification }
        | EventKind::Denied(DenialReason::Approver { stage, tier, approver, justification }) => {
            let why = quoted(justification.as_deref());
            format!("stage {stage}, by {tier} approver {approver} {why}").trim_end().to_owned()
        }
        EventKind::Approved { automatic } => if *automatic { "no approval required" } else { "" }.to_owned(),
        EventKind::Denied(DenialReason::Callback) | EventKind::Canceled(Cancellation::Callback) => {
            "by the callback".to_owned()
        }
        EventKind::Denied(DenialReason::ApprovalExpired) => "no one decided in time".to_owned(),
        EventKind::Denied(DenialReason::NotProcessed) => "it was not processed in time".to_owned(),
        EventKind::Denied(DenialReason::WindowPassed) => "the access would have ended".to_owned(),
        EventKind::Canceled(Cancellation::Requestor(id)) => format!("by requestor {id}"),
        EventKind::Canceled(Cancellation::Administrator(id)) => format!("by administrator {id}"),
        EventKind::Canceled(Cancellation::System(id)) => format!("by system {id}"),
        EventKind::Scheduled { start } => format!("for {start}"),
        EventKind::FulfillmentOrdered { attempt, operation, deadline } => {
            let until = deadline.map_or_else(String::new, |at| format!(", until {at}"));
            format!("{operation}, attempt {attempt}{until}")
        }
        EventKind::Delivered { attempt } | EventKind::PartiallyDelivered { attempt } => {
            format!("attempt {attempt}")
        }
        EventKind::DeliveryFailed(failure) => match failure {
            DeliveryFailure::Fulfillment => "the fulfillment failed",
            DeliveryFailure::FulfillmentTimedOut => "nothing was heard of the fulfillment",
            DeliveryFailure::CalloutFailed => "the callout could not be made",
            DeliveryFailure::CallbackTimedOut => "the callback did not come",
        }
        .to_owned(),
        EventKind::Reprocessed { actor } => format!("by {} {}", actor.role, actor.id),
        EventKind::CallbackTimedOut { .. } | EventKind::DeliveryStarted {} => String::new(),
    }
}

/// Returns what an extension determined about an approval stage.
fn determined(stage: &DeterminedStage) -> String {
    let approvers = stage.primary_approvers.len() + stage.fallback_primary_approvers.len();
    let noun = if approvers == 1 { "approver" } else { "approvers" };
    let mut text = format!("determines a stage with {approvers} primary {noun}");
    if let Some(denial) = stage.duration_before_automatic_denial {
        text.extend([", ", &denial.to_string(), " to decide"]);
    }
    if let Some(escalation) = stage.duration_before_escalation.filter(|_| stage.is_escalation_enabled) {
        text.extend([", escalated after ", &escalation.to_string()]);
    }
    text
}

/// Quotes a text that a person wrote; empty if there is none.
fn quoted(text: Option<&str>) -> String {
    text.map_or_else(String::new, |text| assignment_request::Quoted(text).to_string())
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_have_two_units() {
        for (ticks, text) in [
            (0, "0s"),
            (1, "<1s"),
            (10_000_000, "1s"),
            (90 * 10_000_000, "1m 30s"),
            (3_600 * 10_000_000, "1h"),
            (86_400 * 10_000_000, "1d"),
            ((86_400 + 59) * 10_000_000, "1d"),
            ((14 * 86_400 + 7_200) * 10_000_000, "14d 2h"),
        ] {
            assert_eq!(duration(ticks), text);
        }
    }
}
