//! URLs, completed by what opening a database needs.

use std::path::Path;

/// Whether the URL names a database in memory, which ends with its connection.
pub(crate) fn is_in_memory(url: &str) -> bool {
    url.starts_with("sqlite::memory:") || parameters(url).contains("mode=memory")
}

/// Returns the URL with what creates a `SQLite` file that does not exist, unless the URL says otherwise.
pub(crate) fn to_write(url: &str) -> String {
    if !url.starts_with("sqlite:") || is_in_memory(url) || parameters(url).contains("mode=") {
        return url.to_owned();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}mode=rwc")
}

/// Returns the URL with what makes the database refuse every change, even if the URL allows them.
pub(crate) fn to_read(url: &str) -> String {
    let (place, parameters) = url.split_once('?').unwrap_or((url, ""));
    let (removed, added) = match place.strip_prefix("sqlite:") {
        Some(file) if is_closed(file.strip_prefix("//").unwrap_or(file)) => ("mode=", "mode=ro&immutable=1"),
        Some(_) => ("mode=", "mode=ro"),
        None => ("options[default_transaction_read_only]=", "options[default_transaction_read_only]=on"),
    };
    let kept = parameters.split('&').filter(|it| !it.is_empty() && !it.starts_with(removed));
    format!("{place}?{}", kept.chain([added]).collect::<Vec<_>>().join("&"))
}

fn parameters(url: &str) -> &str {
    url.split_once('?').map_or("", |(_, parameters)| parameters)
}

/// Whether no program has the `SQLite` file open. Even for reading, two files would then be created beside it and stay
/// there. If they belong to another user than the store's, the store can no longer write.
fn is_closed(file: &str) -> bool {
    let has = |suffix: &str| Path::new(&format!("{file}{suffix}")).exists();
    has("") && !has("-wal") && !has("-journal")
}

#[cfg(test)]
mod tests {
    use super::{to_read, to_write};

    #[test]
    fn every_url_is_opened_as_it_must_be() {
        for (given, written, read) in [
            ("sqlite:a.db", "sqlite:a.db?mode=rwc", "sqlite:a.db?mode=ro"),
            ("sqlite:mode=a.db", "sqlite:mode=a.db?mode=rwc", "sqlite:mode=a.db?mode=ro"),
            ("sqlite:a.db?mode=rw", "sqlite:a.db?mode=rw", "sqlite:a.db?mode=ro"),
            (
                "sqlite:a.db?cache=shared",
                "sqlite:a.db?cache=shared&mode=rwc",
                "sqlite:a.db?cache=shared&mode=ro",
            ),
            (
                "postgres://u:p@h/d",
                "postgres://u:p@h/d",
                "postgres://u:p@h/d?options[default_transaction_read_only]=on",
            ),
        ] {
            assert_eq!((to_write(given).as_str(), to_read(given).as_str()), (written, read), "{given}");
        }
        assert_eq!(to_write("sqlite::memory:"), "sqlite::memory:");
    }
}
