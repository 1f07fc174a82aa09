//! The operator's signals.

use super::DaemonError;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// TERM and INT, caught from the first moment on.
pub(super) struct Signals {
    term: Signal,
    int: Signal,
}

impl Signals {
    pub fn listen() -> Result<Self, DaemonError> {
        let on = |kind| signal(kind).map_err(DaemonError::Start);
        Ok(Signals { term: on(SignalKind::terminate())?, int: on(SignalKind::interrupt())? })
    }

    /// The next one's name.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.term.recv() => "SIGTERM",
            _ = self.int.recv() => "SIGINT",
        }
    }
}
