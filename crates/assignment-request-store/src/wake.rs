//! Waiting for work without asking the database again and again.

use std::time::Duration;

use tokio::sync::watch;
#[cfg(feature = "postgres")]
use tokio::task::AbortHandle;

use crate::backend::Backend;

/// Wakes the tasks that wait for work. Hosts in this process wake each other. On `PostgreSQL`, hosts in other processes do
/// too, through `LISTEN` and `NOTIFY`.
pub(crate) struct Wake {
    changes: watch::Sender<()>,
    #[cfg(feature = "postgres")]
    listener: Option<AbortHandle>,
}

impl Wake {
    /// Begins to listen, if the database can notify. Without a backend, nothing wakes those who wait.
    pub(crate) fn new(backend: Option<Backend>, url: &str) -> Self {
        let changes = watch::Sender::new(());
        #[cfg(feature = "postgres")]
        let listener = match backend {
            Some(Backend::Postgres) => {
                Some(tokio::spawn(listen(url.to_owned(), changes.clone())).abort_handle())
            }
            #[cfg(feature = "sqlite")]
            Some(Backend::Sqlite) => None,
            None => None,
        };
        #[cfg(not(feature = "postgres"))]
        let _ = (backend, url);
        Self {
            changes,
            #[cfg(feature = "postgres")]
            listener,
        }
    }

    /// Wakes those who wait in this process.
    pub(crate) fn here(&self) {
        self.changes.send_replace(());
    }

    /// Begins to watch. What is stored from now on is not missed, even if no one waits at that time.
    pub(crate) fn watch(&self) -> Watch {
        Watch(self.changes.subscribe())
    }
}

/// Sees whether something was stored.
pub(crate) struct Watch(watch::Receiver<()>);

impl Watch {
    /// Forgets what was stored until now.
    pub(crate) fn forget(&mut self) {
        self.0.mark_unchanged();
    }

    /// Waits until something is stored that was not forgotten, but no longer than this.
    pub(crate) async fn wait(&mut self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.0.changed()).await;
    }
}

#[cfg(feature = "postgres")]
impl Drop for Wake {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

/// Passes notifications on. A lost connection is opened again; what was missed meanwhile is found by polling.
#[cfg(feature = "postgres")]
async fn listen(url: String, changes: watch::Sender<()>) {
    loop {
        if let Ok(mut listener) = sqlx::postgres::PgListener::connect(&url).await
            && listener.listen("access_tasks").await.is_ok()
        {
            while listener.recv().await.is_ok() {
                changes.send_replace(());
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
