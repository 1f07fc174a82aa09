//! Nouns of the trade: submission, finding, verdict, decision, alert, and the pure rules by which they change.
//!
//! Invariant: no I/O, no clock. Times are milliseconds since 1970-01-01 UTC and come in as arguments.

mod alert;
mod batch;
mod bounds;
mod calendar;
mod cost;
mod decision;
mod difference;
mod dossier;
mod finding;
mod format;
mod hex;
mod ledger;
mod leftover;
mod name;
mod place;
mod receipt;
mod roster;
mod routing;
mod season;
mod stage;
mod submission;
mod unit_name;
mod verdict;
mod whose;
mod words;

pub use alert::{
    Acknowledgement, Alert, AlertKind, AlertState, Body, Bundle, ChannelStatus, Delivery,
    DeliveryResult, Failing, OutboxItem, Phase, Silence, Telling, graver,
};
pub use batch::{
    Batch, BatchEntry, BatchLine, BatchReport, Contents, ENTRY_NAME, MOST_PASSED, PassReason,
    Passed, PassedOver, Trial, TriedBatch, TriedEntry,
};
pub use bounds::{TEXT_BYTES, UNIT_BYTES, cut, cut_name};
pub use calendar::{Calendar, DaySource, Due, Duty, LocalDays, YearDay, local_date};
pub use cost::{Cost, Worst};
pub use decision::{Decision, REASON_BYTES, REVIEWER_BYTES, Reviewed, Ruled, Ruling, Said, weight};
pub use difference::{CellChange, Difference, PassageChange};
pub use dossier::{Considered, Dossier, Entered, Matter, Since};
pub use finding::{Finding, Severity, fingerprint};
pub use format::{Format, Unreadable, UnreadableReason};
pub use hex::hex;
pub use ledger::{
    Group, GroupBy, Ledger, LedgerState, Line, OnFile, Pick, Site, Totals, Unplaced, Why,
};
pub use leftover::passed_over;
pub use name::{path_of_name, shown_name, written_name};
pub use place::Place;
pub use receipt::{
    MARK_WITHIN, RECEIPT_VERSION, ReceiptForm, ReceiptMark, called_a_receipt, receipt_name,
    receipt_of,
};
pub use roster::{BodyKind, Fault, Resolved, Roster, RosterChange, Unit};
pub use routing::{Hours, Listener, Policy, Recipient, Route};
pub use season::{Countdown, Demand, Want, demands, in_season, season_years};
pub use stage::Stage;
pub use submission::{Declared, Source, Standing, Submission, SubmissionId, UnitYear};
pub use unit_name::{places, plain_name};
pub use verdict::{Coverage, Examined, Leaned, Outcome, RuleState, UnitKnown, Verdict};
pub use whose::{BODY_RULE, ROSTER_KEY, whose};
pub use words::{Lang, Words, size_words};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;
