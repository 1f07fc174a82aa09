//! The public API: one file per service, one place that converts, one that maps errors.
//!
//! Invariants: everything is read from the store, nothing is kept here; every input is bounded; a
//! refusal always carries its reason and words in both languages.

mod admin;
mod alerts;
mod api;
mod batches;
pub mod convert;
mod cursor;
mod deadline;
mod decisions;
mod describe;
mod difference;
mod editions;
mod errors;
mod follow;
mod ledger;
mod paging;
mod receipts;
mod rules;
mod serve;
mod status;
mod submissions;
mod transfer;
mod verdicts;
mod watch;

pub use api::{Api, Bounds, Channels, Examiner, Explanation, FolderState, FolderStatus, Folders};
pub use errors::{DOMAIN, reason_name};
pub use serve::{Drained, Listeners, ServeError, serve};
