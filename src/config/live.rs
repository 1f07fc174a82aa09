//! The roster in use, whose place a newer file takes while the daemon runs.
//!
//! Invariant: a roster is replaced as a whole or not at all; a file that cannot be used changes nothing.

use super::problem::Problem;
use super::roster;
use super::settings::RosterFile;
use crate::model::{Millis, Roster};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{RwLock as Gate, RwLockReadGuard};

/// A handle on the roster in use; cheap to clone.
#[derive(Clone)]
pub struct LiveRoster(Arc<Inner>);

struct Inner {
    path: PathBuf,
    state: RwLock<State>,
    /// Held for reading while something is recorded that was reached by the roster in use.
    gate: Gate<()>,
}

struct State {
    roster: Arc<Roster>,
    sha256: String,
    loaded_at: Millis,
    refused: Option<Refused>,
}

/// A newer file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub at: Millis,
    pub problems: Vec<Problem>,
    /// What tells it from the next one.
    mark: String,
}

/// How the roster in use is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterStatus {
    pub path: PathBuf,
    pub units: usize,
    pub loaded_at: Millis,
    pub refused: Option<Refused>,
}

/// What stands in the file now.
pub enum Seen {
    /// What is in use, or what was refused already.
    Known,
    /// Something else; its mark tells whether it is still being written.
    New(String),
}

impl LiveRoster {
    pub fn new(file: &RosterFile, at: Millis) -> LiveRoster {
        let state = State {
            roster: Arc::clone(&file.roster),
            sha256: file.sha256.clone(),
            loaded_at: at,
            refused: None,
        };
        let (path, state) = (file.path.clone(), RwLock::new(state));
        LiveRoster(Arc::new(Inner { path, state, gate: Gate::new(()) }))
    }

    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The roster in use.
    pub fn now(&self) -> Arc<Roster> {
        Arc::clone(&self.read().roster)
    }

    /// The roster in use, and what tells it from the one before and the next.
    pub fn now_marked(&self) -> (Arc<Roster>, String) {
        let state = self.read();
        (Arc::clone(&state.roster), state.sha256.clone())
    }

    pub fn status(&self) -> RosterStatus {
        let state = self.read();
        RosterStatus {
            path: self.0.path.clone(),
            units: state.roster.units().len(),
            loaded_at: state.loaded_at,
            refused: state.refused.clone(),
        }
    }

    /// Keeps a roster in use until the guard is dropped; `None` where another one took its place.
    pub async fn hold(&self, roster: &Arc<Roster>) -> Option<RwLockReadGuard<'_, ()>> {
        let held = self.0.gate.read().await;
        Arc::ptr_eq(&self.read().roster, roster).then_some(held)
    }

    /// Looks at the file without reading it as a roster. Blocks.
    pub fn look(&self) -> Seen {
        let mark = roster::mark(&self.0.path);
        let mut state = self.write();
        if mark == state.sha256 {
            // What was in use is back.
            state.refused = None;
            return Seen::Known;
        }
        match &state.refused {
            Some(refused) if refused.mark == mark => Seen::Known,
            _ => Seen::New(mark),
        }
    }

    /// Reads the file, and has it take the place of the roster in use where it can be used; else says why
    /// not, and nothing changes. `None` where the file is the one in use.
    pub async fn reload(&self, at: Millis) -> Option<Result<Arc<Roster>, Vec<Problem>>> {
        let path = self.0.path.clone();
        let (mark, read) = match tokio::task::spawn_blocking(move || roster::read_anew(&path)).await
        {
            Ok(read) => read,
            Err(error) => (error.to_string(), Err(roster::given_up(&self.0.path, &error))),
        };
        if mark == self.read().sha256 {
            self.write().refused = None;
            return None;
        }
        let roster = match read {
            Ok(roster) => Arc::new(roster),
            Err(problems) => {
                self.write().refused = Some(Refused { at, problems: problems.clone(), mark });
                return Some(Err(problems));
            }
        };
        let _nobody_records = self.0.gate.write().await;
        *self.write() =
            State { roster: Arc::clone(&roster), sha256: mark, loaded_at: at, refused: None };
        Some(Ok(roster))
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, State> {
        self.0.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}
