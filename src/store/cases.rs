//! Alerts: how a case opens, goes on, and resolves as submissions take one another's place.
//!
//! Invariant: a firing alert speaks of a current submission that was returned, could not be read or is in
//! doubt whose it is, or of a unit and year for which nothing has come. When the submission loses its
//! place the case goes on with the one that took it, or resolves, and what comes for the unit and year
//! takes up the case about its not having come; so there is one case per unit and year, and per path
//! while those are unknown.
//!
//! Invariant: nobody is told that a case resolved who was not told that it opened.

use super::apply::examination_of;
use super::index::{View, number};
use super::keys::{self, Message, table};
use super::succession::{Shift, is_current, is_live};
use super::wording::{complaint, relief};
use super::{StoreError, decisions};
use crate::model::{
    Alert, AlertKind, AlertState, Body, Millis, OutboxItem, Outcome, Phase, Policy, Recipient,
    Submission, SubmissionId, UnitYear, Words,
};

/// What came of the submission, as far as an alert tells it.
pub(super) struct Told<'a> {
    /// What a supervisor would call the same result.
    pub gist: u64,
    /// Why nothing, or not all of it, could be read.
    pub why: Option<&'a Words>,
    /// Whether it is in doubt whose report it is.
    pub doubt: Option<AlertKind>,
    pub at: Millis,
    /// As in [`super::Conclusion`].
    pub grace: Millis,
}

impl Told<'_> {
    /// Until when a complaint about the submission is held.
    pub fn hold(&self, row: &Submission) -> Millis {
        row.received_at.saturating_add(self.grace)
    }
}

/// One alert row that changes; without a phase nobody is told.
pub(super) struct Turn {
    pub alert: Alert,
    phase: Option<Phase>,
    /// Told only by changing a message that is still held.
    quiet: bool,
}

impl Turn {
    /// The office itself changed how the case stands: nobody needs to be told that it goes on.
    pub fn hushed(self) -> Turn {
        let quiet = self.phase == Some(Phase::Updated);
        Turn { quiet, ..self }
    }

    /// A case that opens about a submission, or about a unit and year without one.
    pub fn open(
        seq: u64,
        kind: AlertKind,
        ((unit, year), submission): ((Option<String>, Option<i32>), SubmissionId),
        summary: Words,
        at: Millis,
    ) -> Turn {
        let alert = Alert {
            id: seq,
            kind,
            state: AlertState::Firing,
            unit,
            year,
            about: None,
            submission,
            summary,
            opened_at: at,
            updated_at: at,
            resolved_at: None,
            acknowledged: None,
            silenced: None,
            reminded_at: None,
            reminders: 0,
            escalated_at: None,
        };
        Turn { alert, phase: Some(Phase::Opened), quiet: false }
    }

    /// A case that goes on as what it now is.
    pub fn go_on(alert: Alert, kind: AlertKind, summary: Words, at: Millis) -> Turn {
        let alert = Alert { summary, updated_at: at, ..alert.turned(kind) };
        Turn { alert, phase: Some(Phase::Updated), quiet: false }
    }

    pub fn end(alert: Alert, summary: Words, at: Millis) -> Turn {
        let alert = Alert {
            state: AlertState::Resolved,
            summary,
            updated_at: at,
            resolved_at: Some(at),
            ..alert
        };
        Turn { alert, phase: Some(Phase::Resolved), quiet: false }
    }
}

pub(super) fn turn(
    view: &View,
    seq: u64,
    shift: &Shift,
    before: &Submission,
    row: &Submission,
    superseded: &[SubmissionId],
    told: &Told,
) -> Result<Vec<Turn>, StoreError> {
    let mut turns = Vec::new();
    let mut open = Vec::new();
    for id in superseded.iter().copied().chain([row.id]) {
        let Some(alert) = firing(view, id)? else { continue };
        let heir = shift.promoted.iter().find(|(_, left)| *left == id);
        let heir = match heir.map(|(heir, _)| shift.row(*heir)).transpose()? {
            Some(heir) => {
                let doubt = decisions::doubt(view, &heir)?;
                kind(&heir, doubt).map(|_| heir)
            }
            None => None,
        };
        match heir {
            // The same bytes lie elsewhere: for a supervisor nothing changed.
            Some(heir) => {
                let alert = Alert { submission: heir.id, ..alert };
                turns.push(Turn { alert, phase: None, quiet: false });
            }
            None => open.push(alert),
        }
    }
    open.extend(awaited(view, row)?);
    open.sort_by_key(|alert| (alert.submission != row.id, of(alert) != of_row(row), alert.id));
    let mut open = open.into_iter();
    if let Some(kind) = kind(row, told.doubt) {
        let summary = complaint(row, kind, told.why);
        match open.next() {
            None => turns.push(opened(seq, kind, row, summary, told.at)),
            Some(alert) => {
                let same = alert.submission == row.id
                    && before.unit_year() == row.unit_year()
                    && is_live(before)
                    && (before.outcome, before.counts) == (row.outcome, row.counts)
                    && examination_of(view, row.id)?.map(|e| e.gist) == Some(told.gist);
                if !same {
                    turns.push(updated(alert, kind, row, summary, told.at));
                }
            }
        }
    }
    turns.extend(open.map(|alert| resolved(alert, row, told.at)));
    Ok(turns)
}

/// A held message this close to its time, milliseconds, may be under way by the time of the commit.
const NEARLY_DUE: Millis = 5_000;

/// The messages of the turns, one per channel, and the held ones they take the place of.
///
/// A complaint is held until `hold`, when the grace is over. What happens to the case meanwhile is told by one
/// message about how it then stands, or, where it has resolved, by none.
pub(super) fn messages(
    view: &View,
    turns: &[Turn],
    seq: u64,
    at: Millis,
    hold: Millis,
    policy: &Policy,
) -> Result<(Vec<OutboxItem>, Vec<String>), StoreError> {
    let (mut new, mut taken_back) = (Vec::new(), Vec::new());
    for turn in turns {
        let (alert, Some(phase)) = (&turn.alert, turn.phase) else { continue };
        for Recipient { channel, due_at } in policy.tell(alert, phase, at) {
            let message = Message { alert: alert.id, seq, channel: &channel };
            let dedupe_id = message.dedupe_id();
            let held = held(view, &message, at)?;
            if turn.quiet && held.is_empty() {
                continue;
            }
            let opens =
                |item: &OutboxItem| matches!(item.body, Body::Case { phase: Phase::Opened, .. });
            let untold = held.iter().any(opens);
            // A message changed before it was sent keeps its time.
            let until = held.iter().map(|item| item.due_at).max().filter(|_| turn.quiet);
            taken_back.extend(held.into_iter().map(|item| item.dedupe_id));
            let (phase, due_at) = match phase {
                Phase::Resolved if untold => continue,
                Phase::Resolved => (phase, due_at),
                _ => {
                    let due_at = until.unwrap_or(due_at.max(hold));
                    (if untold { Phase::Opened } else { phase }, due_at)
                }
            };
            new.push(OutboxItem {
                dedupe_id,
                channel,
                body: Body::Case { phase, alert: Box::new(alert.clone()) },
                due_at,
                attempts: 0,
            });
        }
    }
    Ok((new, taken_back))
}

/// Messages of a case for a channel that nobody can have sent yet.
fn held(view: &View, of: &Message, now: Millis) -> Result<Vec<OutboxItem>, StoreError> {
    let mut items = Vec::new();
    for (key, _) in view.scan(&of.thread(), &[], usize::MAX)? {
        let item = view.row::<OutboxItem>(&key)?;
        items.extend(item.filter(|i| i.attempts == 0 && i.due_at > now.saturating_add(NEARLY_DUE)));
    }
    Ok(items)
}

pub(super) fn firing(view: &View, about: SubmissionId) -> Result<Option<Alert>, StoreError> {
    match number(view, &keys::id(table::FIRING, about))? {
        0 => Ok(None),
        id => view.row(&keys::id(table::ALERT, id)),
    }
}

/// The case about a unit and year for which nothing had come before this submission.
fn awaited(view: &View, row: &Submission) -> Result<Option<Alert>, StoreError> {
    // What else was in a batch says nothing of a report.
    if !is_current(row) || row.contents.is_some() {
        return Ok(None);
    }
    match of_row(row) {
        (Some(unit), Some(year)) => waiting_for(view, &UnitYear { year, unit }),
        _ => Ok(None),
    }
}

/// The open case about a unit and year for which nothing has come.
pub(super) fn waiting_for(view: &View, of: &UnitYear) -> Result<Option<Alert>, StoreError> {
    match number(view, &keys::awaited(of))? {
        0 => Ok(None),
        id => view.row(&keys::id(table::ALERT, id)),
    }
}

/// All open cases about reports, there or not, by number.
pub(super) fn open(view: &View) -> Result<Vec<Alert>, StoreError> {
    let mut open = Vec::new();
    for found_by in [table::FIRING, table::AWAITED] {
        for (_, id) in view.scan(&[found_by], &[], usize::MAX)? {
            open.extend(view.row::<Alert>(&keys::id(table::ALERT, keys::number(&id, 0)))?);
        }
    }
    open.sort_by_key(|alert| alert.id);
    Ok(open)
}

fn kind(row: &Submission, doubt: Option<AlertKind>) -> Option<AlertKind> {
    match row.outcome {
        _ if !is_current(row) => None,
        Some(Outcome::Returned) => Some(doubt.unwrap_or(AlertKind::Returned)),
        Some(Outcome::Unreadable) => Some(AlertKind::Unreadable),
        Some(Outcome::Compliant | Outcome::NeedsReview) => doubt,
        // Its entries speak for themselves, but nobody speaks for what could not be taken out.
        None => row.contents.filter(|c| c.lost > 0).map(|_| AlertKind::Unreadable),
    }
}

/// Unit and year as judged, else as the folder declares them.
pub(super) fn of_row(row: &Submission) -> (Option<String>, Option<i32>) {
    (row.unit.clone().or(row.declared.unit.clone()), row.year.or(row.declared.year))
}

pub(super) fn of(alert: &Alert) -> (Option<String>, Option<i32>) {
    (alert.unit.clone(), alert.year)
}

fn opened(seq: u64, kind: AlertKind, row: &Submission, summary: Words, at: Millis) -> Turn {
    Turn::open(seq, kind, (of_row(row), row.id), summary, at)
}

fn updated(alert: Alert, kind: AlertKind, row: &Submission, summary: Words, at: Millis) -> Turn {
    let (unit, year) = of_row(row);
    // Judged once more: that nothing newer has come is still so.
    let waits = alert.kind == AlertKind::NotResent && alert.submission == row.id;
    let kind = if waits && kind == AlertKind::Returned { alert.kind } else { kind };
    Turn::go_on(Alert { unit, year, submission: row.id, ..alert }, kind, summary, at)
}

fn resolved(alert: Alert, row: &Submission, at: Millis) -> Turn {
    let summary = relief(&alert, row);
    Turn::end(Alert { submission: row.id, ..alert }, summary, at)
}
