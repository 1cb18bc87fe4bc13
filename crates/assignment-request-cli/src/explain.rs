//! `explain`: which commands a request accepts, and why it refuses the others.

use std::io;

use anstyle::{AnsiColor, Style};
use assignment_request::{
    Action, Actor, CallbackDecision, Command, Event, Explanation, Rejection, Request, Role, SubjectId,
    SubmissionError, Timestamp, explain,
};

use crate::output::{MOST_VIOLATIONS, Page};
use crate::playback::{Place, Playback, Shown};
use crate::replay::perform::{Asked, StepError, read};
use crate::replay::scenario::Step;
use crate::stored::history::History;

/// The arguments of `explain`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The time at which to ask; by default the step's, or the last event's of a stored request
    #[arg(long, value_name = "TIMESTAMP")]
    at: Option<Timestamp>,
    /// Who gives the commands; by default the requestor as user, and someone else in every other role
    #[arg(long, value_name = "ID", value_parser = str::parse::<SubjectId>, requires = "role")]
    actor: Option<SubjectId>,
    /// The role that gives the commands; by default every role that may
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: Option<Role>,
}

fn role(text: &str) -> Result<Role, &'static str> {
    text.parse().map_err(|_| "expected user, approver, administrator, extension or system")
}

const HEADING: Style = Style::new().bold();
const ALLOWED: Style = AnsiColor::Green.on_default();
const REFUSED: Style = AnsiColor::Red.on_default().bold();
const RULE: Style = AnsiColor::Cyan.on_default();

/// Explains the request of a scenario after a step, or a stored request.
pub(crate) fn run(arguments: &Arguments) -> std::process::ExitCode {
    arguments.place.show(|shown, page| match shown {
        Shown::Step { playback, number, step } => {
            write_step(playback, number, step, page)?;
            match &playback.request {
                Some(request) => write_commands(request, arguments, step.at, page),
                None => page.write("There is no request.").end_line(),
            }
        }
        Shown::Stored(History { request, .. }) => {
            write_commands(&request, arguments, request.updated(), page)
        }
    })
}

/// Writes the outcome of the step itself.
fn write_step(
    playback: &mut Playback<'_>,
    number: usize,
    step: &Step<'_>,
    page: &mut Page,
) -> io::Result<()> {
    page.styled(HEADING, format_args!("Step {number}"));
    page.write(format_args!(", at {}, by {}: ", step.at, step.actor.role));
    if let (Ok(Asked::Command(command)), Some(request)) =
        (read(step, playback.request.as_ref(), &playback.options), &playback.request)
    {
        page.write(name(&command.action)).write(": ");
        write_explanation(&explain(request, &command, step.at), page)?;
    } else {
        match playback.perform(step) {
            Ok(events) => write_allowed(&events, page)?,
            Err(StepError::Unreadable(error)) => {
                page.styled(REFUSED, error.code()).write(": ").write(&error).end_line()?;
            }
            Err(
                StepError::Rejected(rejection) | StepError::Submission(SubmissionError::Rejected(rejection)),
            ) => {
                write_refused([rejection], page)?;
            }
            Err(StepError::Submission(SubmissionError::Invalid(violations))) => {
                page.styled(REFUSED, "refused").end_line()?;
                for violation in violations.iter().take(MOST_VIOLATIONS) {
                    page.write("    ").styled(REFUSED, violation.code()).write(": ").write(violation);
                    page.end_line()?;
                }
                let left_out = violations.iter().len().saturating_sub(MOST_VIOLATIONS);
                if left_out > 0 {
                    page.write(format_args!("    and {left_out} more violations")).end_line()?;
                }
            }
        }
        return page.end_line();
    }
    let _ = playback.perform(step);
    page.end_line()
}

/// Writes which commands the request accepts, and which it refuses.
fn write_commands(
    request: &Request,
    arguments: &Arguments,
    at: Timestamp,
    page: &mut Page,
) -> io::Result<()> {
    let now = arguments.at.unwrap_or(at).max(request.updated());
    page.write(request.describe(now)).end_line()?;
    page.end_line()?;
    page.styled(HEADING, format_args!("Every command at {now}")).end_line()?;
    let mut entries: Vec<Entry> = Vec::new();
    for action in request.sample_actions(now) {
        for role in roles(&action, arguments) {
            let command = Command::new(actor(request, role, arguments), action.clone());
            add(&mut entries, &action, role, explain(request, &command, now));
        }
    }
    for Entry { contents, roles, explanation, .. } in merge(entries) {
        let roles: Vec<_> = roles.iter().map(ToString::to_string).collect();
        page.write(format_args!("{} by {}: ", contents.join(", "), roles.join(", ")));
        write_explanation(&explanation, page)?;
    }
    Ok(())
}

/// Returns the roles for which to explain a command.
fn roles(action: &Action, arguments: &Arguments) -> Vec<Role> {
    arguments.role.map_or_else(|| action.kind().roles().iter().collect(), |role| vec![role])
}

/// Returns who gives the command: the requestor as user; in other roles, someone who has nothing to do with the
/// request.
fn actor(request: &Request, role: Role, arguments: &Arguments) -> Actor {
    let usual = if role == Role::User { request.requestor() } else { SubjectId::from_u128(u128::MAX) };
    Actor::new(arguments.actor.unwrap_or(usual), role)
}

/// Commands of one kind that share an explanation.
struct Entry {
    contents: Vec<String>,
    roles: Vec<Role>,
    action: Action,
    explanation: Explanation,
}

/// Adds a command. If the previous command has the same content and the same explanation, only the role is added to it.
fn add(entries: &mut Vec<Entry>, action: &Action, role: Role, explanation: Explanation) {
    match entries.last_mut() {
        Some(last) if last.action == *action && says_the_same(&last.explanation, &explanation) => {
            last.roles.push(role);
        }
        _ => entries.push(Entry {
            contents: vec![name(action)],
            roles: vec![role],
            action: action.clone(),
            explanation,
        }),
    }
}

/// Merges adjacent commands of one kind if they have the same roles and the same explanation.
fn merge(entries: Vec<Entry>) -> Vec<Entry> {
    let mut merged: Vec<Entry> = Vec::new();
    for entry in entries {
        match merged.last_mut() {
            Some(last)
                if last.action.kind() == entry.action.kind()
                    && last.roles == entry.roles
                    && says_the_same(&last.explanation, &entry.explanation) =>
            {
                last.contents.extend(entry.contents);
            }
            _ => merged.push(entry),
        }
    }
    merged
}

/// Whether both are accepted with events of the same names, or refused for the same reasons.
fn says_the_same(one: &Explanation, other: &Explanation) -> bool {
    one.to_string() == other.to_string()
}

/// Names the action in a few words.
fn name(action: &Action) -> String {
    let kind = action.kind();
    match action {
        Action::Process { target: Some(_) } => format!("{kind} with the target's id"),
        Action::Resume(content) => match content.decision {
            CallbackDecision::Continue => kind.to_string(),
            decision @ (CallbackDecision::Deny | CallbackDecision::Cancel) => {
                format!("{kind} {decision}")
            }
        },
        Action::DecideStage(content) => {
            format!("{kind} {} (stage {}, {})", content.decision, content.stage, content.tier)
        }
        Action::ReportDelivery { attempt, outcome } => format!("{kind} {outcome} (attempt {attempt})"),
        Action::ReportCalloutFailed { instance, .. } => format!("{kind} ({instance})"),
        Action::Process { target: None } | Action::Cancel | Action::Reprocess | Action::Elapse => {
            kind.to_string()
        }
    }
}

fn write_explanation(explanation: &Explanation, page: &mut Page) -> io::Result<()> {
    match &explanation.outcome {
        Ok(events) => write_allowed(events, page),
        Err(_) => write_refused(explanation.failures(), page),
    }
}

fn write_allowed(events: &[Event], page: &mut Page) -> io::Result<()> {
    let names: Vec<_> = events.iter().map(Event::name).collect();
    let names = if names.is_empty() { "no event".to_owned() } else { names.join(", ") };
    page.styled(ALLOWED, "allowed").write(", gives ").write(names).end_line()
}

fn write_refused(failures: impl IntoIterator<Item = Rejection>, page: &mut Page) -> io::Result<()> {
    page.styled(REFUSED, "refused").end_line()?;
    for failure in failures {
        let rule = failure.rule();
        page.write("    ").styled(REFUSED, failure.code()).write(": ").write(failure).end_line()?;
        page.write("        rule ").styled(RULE, rule);
        page.write(format_args!(" ({}); remedy: {}", rule.title(), failure.remedy())).end_line()?;
    }
    Ok(())
}
