//! The arguments of the program.

use std::path::PathBuf;

const USAGE: &str = "the arguments are [--port PORT] [--database URL] [--data FOLDER]";

/// What the arguments say.
pub(crate) struct Arguments {
    /// The port to listen on. 0 takes a free one.
    pub(crate) port: u16,
    /// The URL of the database. Without one, the requests are in a new file of the system's temporary folder.
    pub(crate) database: String,
    /// The folder of the data.
    pub(crate) data: PathBuf,
}

/// An argument cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}; {USAGE}")]
pub(crate) struct ArgumentError(String);

impl Arguments {
    /// Reads the arguments after the program's name.
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, ArgumentError> {
        let mut database = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty());
        let mut port = 8080;
        let mut data = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/service/data"));
        while let Some(name) = arguments.next() {
            let mut value =
                || arguments.next().ok_or_else(|| ArgumentError(format!("`{name}` needs a value")));
            match name.as_str() {
                "--port" => {
                    let text = value()?;
                    let wrong = |_| ArgumentError(format!("`{text}` is not a port"));
                    port = text.parse().map_err(wrong)?;
                }
                "--database" => database = Some(value()?),
                "--data" => data = value()?.into(),
                _ => return Err(ArgumentError(format!("unknown argument `{name}`"))),
            }
        }
        Ok(Self { port, database: database.unwrap_or_else(new_file), data })
    }
}

/// Returns the URL of a new file in the system's temporary folder.
fn new_file() -> String {
    let name = format!("assignment-requests-{}.db", uuid::Uuid::new_v4());
    let url = format!("sqlite:{}", std::env::temp_dir().join(name).display());
    tracing::info!(%url, "requests are in a new file");
    url
}
