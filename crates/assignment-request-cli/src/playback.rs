//! What `explain` and `timeline` are about: a scenario that is played up to a step, or a stored request.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;

use assignment_request::{Event, PatternCache, Policy, Request};
use assignment_request_graph::ReadOptions;

use crate::output::{Page, complain, file_name, is_written};
use crate::replay::line::Unusable;
use crate::replay::perform::{StepError, perform, policy};
use crate::replay::scenario::{Scenario, Step};
use crate::replay::source::Source;
use crate::replay::source_error::SourceError;
use crate::stored::arguments::StoredLog;
use crate::stored::history::{Happened, History};

/// `FILE`, or `FILE#N` for scenario number N of a file with several, counted from 0.
#[derive(Clone, Debug)]
struct ScenarioName {
    file: PathBuf,
    scenario: usize,
}

impl FromStr for ScenarioName {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbered = text.rsplit_once('#').and_then(|(file, number)| Some((file, number.parse().ok()?)));
        Ok(match numbered.filter(|_| !Path::new(text).exists()) {
            Some((file, scenario)) => Self { file: file.into(), scenario },
            None => Self { file: text.into(), scenario: 0 },
        })
    }
}

/// A scenario, and the step up to which to play it; or a stored log.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// A file of scenarios, or `-` for standard input; `#N` after it selects one of several, from 0
    #[arg(
        value_name = "FILE[#SCENARIO]",
        required_unless_present_any = ["log", "store"],
        conflicts_with_all = ["log", "store"]
    )]
    scenario: Option<ScenarioName>,
    /// The last step to play, from 0; by default the scenario's last
    #[arg(long, value_name = "N", conflicts_with_all = ["log", "store"])]
    step: Option<usize>,
    #[command(flatten)]
    stored: StoredLog,
}

/// What is shown.
pub(crate) enum Shown<'a, 's> {
    /// A scenario before a step, and the step with its number.
    Step { playback: &'a mut Playback<'s>, number: usize, step: &'a Step<'a> },
    /// A stored request.
    Stored(History),
}

impl Place {
    /// Plays the steps before the selected one, or reads the stored request, and lets `show` print it.
    pub(crate) fn show(&self, show: impl FnOnce(Shown<'_, '_>, &mut Page) -> io::Result<()>) -> ExitCode {
        let mut page = Page::open();
        let show = |shown: Shown<'_, '_>| {
            show(shown, &mut page)?;
            page.flush()
        };
        let outcome = match &self.scenario {
            Some(name) => play_to(name, self.step, |playback, number, step| {
                show(Shown::Step { playback, number, step })
            })
            .map_err(|error| format!("{}: {error}", file_name(&name.file))),
            None => History::open(&self.stored).map(|history| show(Shown::Stored(history))),
        };
        let is_done = match outcome {
            Ok(written) => is_written(written),
            Err(message) => {
                complain(&message);
                false
            }
        };
        if is_done { ExitCode::SUCCESS } else { ExitCode::from(2) }
    }
}

/// Why a scenario cannot be played.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaybackError {
    /// The file cannot be read, or does not hold scenarios.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The file has no scenario with that number.
    #[error("there is no scenario {scenario}; the last is {}", count - 1)]
    NoScenario { scenario: usize, count: usize },
    /// The scenario has no step with that number.
    #[error("there is no step {step}; the last is {}", count - 1)]
    NoStep { step: usize, count: usize },
    /// The scenario has no steps.
    #[error("the scenario has no step")]
    NoSteps,
    /// The policy or the rules cannot be used.
    #[error(transparent)]
    Unusable(#[from] Unusable),
}

/// A scenario during its playback.
pub(crate) struct Playback<'a> {
    scenario: &'a Scenario<'a>,
    policy: Policy,
    pub(crate) options: ReadOptions,
    pub(crate) request: Option<Request>,
    pub(crate) happened: Vec<Happened>,
}

impl<'a> Playback<'a> {
    fn begin(scenario: &'a Scenario<'a>) -> Result<Self, PlaybackError> {
        let options = ReadOptions::default();
        let policy = policy(scenario, &options, &mut PatternCache::new())?;
        Ok(Self { scenario, policy, options, request: None, happened: Vec::new() })
    }

    /// Performs a step. A refused step changes nothing.
    pub(crate) fn perform(&mut self, step: &Step<'_>) -> Result<Vec<Event>, StepError> {
        let mut events = Vec::new();
        let before = self.request.as_ref().map(Request::phase);
        perform(&self.policy, self.scenario.id, step, &mut self.request, &mut events, &self.options)?;
        Happened::add(&events, before, &mut self.happened);
        Ok(events)
    }
}

/// Opens a scenario and plays the steps before step number `step` (by default the last). Then hands over the playback
/// so far and that step, with its number.
fn play_to<T>(
    name: &ScenarioName,
    step: Option<usize>,
    then: impl FnOnce(&mut Playback<'_>, usize, &Step<'_>) -> T,
) -> Result<T, PlaybackError> {
    let mut source = Source::open(&name.file)?;
    for passed in 0..name.scenario {
        if source.next()?.is_none() {
            return Err(PlaybackError::NoScenario { scenario: name.scenario, count: passed });
        }
    }
    let missing = PlaybackError::NoScenario { scenario: name.scenario, count: name.scenario };
    let scenario = source.next()?.ok_or(missing)?;
    let count = scenario.steps.len();
    let number = match step {
        Some(step) => step,
        None => count.checked_sub(1).ok_or(PlaybackError::NoSteps)?,
    };
    if count == 0 {
        return Err(PlaybackError::NoSteps);
    }
    let step = scenario.steps.get(number).ok_or(PlaybackError::NoStep { step: number, count })?;
    let mut playback = Playback::begin(&scenario)?;
    for earlier in scenario.steps.iter().take(number) {
        let _ = playback.perform(earlier);
    }
    Ok(then(&mut playback, number, step))
}
