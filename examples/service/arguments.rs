//! The arguments of the program.

use std::path::PathBuf;

const USAGE: &str = "the arguments are [--port PORT] [--database URL] [--data FOLDER]";

/// What the arguments say.
pub(crate) struct Arguments {
    /// The port to listen on. 0 takes a free one.
    pub(crate) port: u16,
    database: Option<String>,
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
        let mut read = Self {
            port: 8080,
            database: std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()),
            data: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/service/data")),
        };
        while let Some(name) = arguments.next() {
            let mut value =
                || arguments.next().ok_or_else(|| ArgumentError(format!("`{name}` needs a value")));
            match name.as_str() {
                "--port" => {
                    let port = value()?;
                    read.port = port.parse().map_err(|_| ArgumentError(format!("`{port}` is not a port")))?;
                }
                "--database" => read.database = Some(value()?),
                "--data" => read.data = value()?.into(),
                _ => return Err(ArgumentError(format!("unknown argument `{name}`"))),
            }
        }
        Ok(read)
    }

    /// Returns the URL of the database. Without one, the requests are in a new file of the system's temporary folder.
    pub(crate) fn database(&self) -> String {
        self.database.clone().unwrap_or_else(|| {
            let name = format!("assignment-requests-{}.db", uuid::Uuid::new_v4());
            format!("sqlite:{}", std::env::temp_dir().join(name).display())
        })
    }
}
