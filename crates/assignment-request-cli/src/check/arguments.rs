//! The arguments of `check`.

use std::path::PathBuf;

use assignment_request::Timestamp;
use assignment_request_graph::ApiVersion;
use clap::ValueEnum;

/// The arguments of `check`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Files with one body each; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// What the files are
    #[arg(long = "as", value_name = "KIND")]
    pub(super) kind: Kind,
    /// The policy that judges create bodies
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// The time at which create bodies are judged; by default now
    #[arg(long, value_name = "TIMESTAMP", requires = "policy")]
    pub(super) at: Option<Timestamp>,
    /// A file with the extensions that the host knows, for policies that name them by reference: a JSON object of
    /// resources by id, as in a scenario's `extensions`
    #[arg(long, value_name = "FILE")]
    pub(super) extensions: Option<PathBuf>,
    /// The API version whose names the output uses; the input may use the names of either
    #[arg(long, value_name = "VERSION", default_value = "v1.0", value_parser = api_version)]
    pub(super) api: ApiVersion,
    /// The output format: one JSON object per line, or text for people, coloured on a terminal
    #[arg(long, value_enum, default_value_t = Format::Json)]
    pub(super) format: Format,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub(crate) enum Kind {
    /// The body that creates a request
    Create,
    /// The body with which an extension calls back
    Resume,
    /// The body that an extension receives
    Callout,
    /// The body with which an approver decides
    Decision,
    /// An assignment policy
    Policy,
    /// A request as a response shows it, or a list of them
    Request,
}

/// How a line is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Json,
    Text,
}

fn api_version(text: &str) -> Result<ApiVersion, &'static str> {
    text.parse().map_err(|_| "expected v1.0 or beta")
}
