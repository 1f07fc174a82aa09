//! Alerts: how a case opens, goes on, and resolves as submissions take one another's place.
//!
//! Invariant: a firing alert speaks of a current submission that was returned or could not be read.
//! When that one loses its place the case goes on with the one that took it, or resolves; so there
//! is one case per unit and year, and per path while those are unknown.
//!
//! Invariant: nobody is told that a case resolved who was not told that it opened.

use super::StoreError;
use super::apply::examination_of;
use super::index::{View, number};
use super::keys::{self, Message, table};
use super::succession::{Shift, is_current, is_live};
use crate::model::{
    Alert, AlertKind, AlertState, Body, Millis, OutboxItem, Outcome, Phase, Policy, Recipient,
    Severity, Submission, SubmissionId, Words, cut,
};

/// What came of the submission, as far as an alert tells it.
pub(super) struct Told<'a> {
    /// What a supervisor would call the same result.
    pub gist: u64,
    /// Why nothing, or not all of it, could be read.
    pub why: Option<&'a Words>,
    pub at: Millis,
    /// As in [`super::Conclusion`].
    pub grace: Millis,
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
        match heir.map(|(heir, _)| shift.row(*heir)).transpose()?.filter(|h| kind(h).is_some()) {
            // The same bytes lie elsewhere: for a supervisor nothing changed.
            Some(heir) => {
                let alert = Alert { submission: heir.id, ..alert };
                turns.push(Turn { alert, phase: None, quiet: false });
            }
            None => open.push(alert),
        }
    }
    open.sort_by_key(|alert| (alert.submission != row.id, of(alert) != of_row(row), alert.id));
    let mut open = open.into_iter();
    if let Some(kind) = kind(row) {
        let summary = complaint(row, told.why);
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
/// A complaint is held until the grace is over. What happens to the case meanwhile is told by one
/// message about how it then stands, or, where it has resolved, by none.
pub(super) fn messages(
    view: &View,
    turns: &[Turn],
    seq: u64,
    row: &Submission,
    told: &Told,
    policy: &Policy,
) -> Result<(Vec<OutboxItem>, Vec<String>), StoreError> {
    let at = told.at;
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
                    let over = row.received_at.saturating_add(told.grace);
                    (if untold { Phase::Opened } else { phase }, until.unwrap_or(due_at.max(over)))
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

fn firing(view: &View, about: SubmissionId) -> Result<Option<Alert>, StoreError> {
    match number(view, &keys::id(table::FIRING, about))? {
        0 => Ok(None),
        id => view.row(&keys::id(table::ALERT, id)),
    }
}

fn kind(row: &Submission) -> Option<AlertKind> {
    match row.outcome {
        _ if !is_current(row) => None,
        Some(Outcome::Returned) => Some(AlertKind::Returned),
        Some(Outcome::Unreadable) => Some(AlertKind::Unreadable),
        Some(Outcome::Compliant | Outcome::NeedsReview) => None,
        // Its entries speak for themselves, but nobody speaks for what could not be taken out.
        None => row.contents.filter(|c| c.lost > 0).map(|_| AlertKind::Unreadable),
    }
}

/// Unit and year as judged, else as the folder declares them.
fn of_row(row: &Submission) -> (Option<String>, Option<i32>) {
    (row.unit.clone().or(row.declared.unit.clone()), row.year.or(row.declared.year))
}

fn of(alert: &Alert) -> (Option<String>, Option<i32>) {
    (alert.unit.clone(), alert.year)
}

fn opened(seq: u64, kind: AlertKind, row: &Submission, summary: Words, at: Millis) -> Turn {
    let (unit, year) = of_row(row);
    let alert = Alert {
        id: seq,
        kind,
        state: AlertState::Firing,
        unit,
        year,
        about: None,
        submission: row.id,
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

fn updated(alert: Alert, kind: AlertKind, row: &Submission, summary: Words, at: Millis) -> Turn {
    let (unit, year) = of_row(row);
    let alert = Alert { kind, unit, year, submission: row.id, summary, updated_at: at, ..alert };
    Turn { alert, phase: Some(Phase::Updated), quiet: false }
}

fn resolved(alert: Alert, row: &Submission, at: Millis) -> Turn {
    let alert = Alert {
        state: AlertState::Resolved,
        submission: row.id,
        summary: relief(&alert, row),
        updated_at: at,
        resolved_at: Some(at),
        ..alert
    };
    Turn { alert, phase: Some(Phase::Resolved), quiet: false }
}

/// Whose report it is: `某某局 2024年度报告`; the file's name where unit or year is not known.
fn subject(unit: Option<&str>, year: Option<i32>, file: &str) -> Words {
    match (unit, year) {
        (Some(unit), Some(year)) => {
            Words::new(format!("{unit} {year}年度报告"), format!("{unit} {year} annual report"))
        }
        (Some(unit), None) => Words::new(format!("{unit}“{file}”"), format!("{unit}, “{file}”")),
        (None, _) => Words::new(format!("文件“{file}”"), format!("File “{file}”")),
    }
}

/// Which revision it is, and whether it is an older one handed in once more.
fn edition(row: &Submission) -> Words {
    match (row.revision, row.repeats) {
        (0 | 1, _) => Words::default(),
        (n, None) => Words::new(format!("（第{n}版）"), format!(" (revision {n})")),
        (n, Some(old)) => Words::new(
            format!("（第{n}版，与第{old}版内容相同）"),
            format!(" (revision {n}, same content as revision {old})"),
        ),
    }
}

/// The file as people find it: with the batch that it came in.
fn file(row: &Submission) -> String {
    clip(&if row.batch.is_some() { row.source.shown_path() } else { row.source.shown_name() })
}

fn complaint(row: &Submission, why: Option<&Words>) -> Words {
    let (unit, year) = of_row(row);
    let mut subject = subject(unit.as_deref(), year, &file(row));
    let (zh, en) = match why {
        Some(why) => {
            // The folder's word for unit and year does not say which file cannot be read.
            if let (Some(_), Some(_)) = (&unit, year) {
                subject.zh.push_str(&format!("“{}”", file(row)));
                subject.en.push_str(&format!(" “{}”", file(row)));
            }
            match row.contents {
                Some(_) => (clip(&why.zh), format!(": {}", clip(&why.en))),
                None => (
                    format!("无法判读：{}", clip(&why.zh)),
                    format!(" cannot be read: {}", clip(&why.en)),
                ),
            }
        }
        None => {
            let counts = counts(row);
            (format!("被退回：{}", counts.zh), format!(" returned: {}", counts.en))
        }
    };
    let edition = edition(row);
    Words::new(
        format!("{}{zh}{}", subject.zh, edition.zh),
        format!("{}{en}{}", subject.en, edition.en),
    )
}

fn relief(alert: &Alert, row: &Submission) -> Words {
    if of(alert) != of_row(row) || !is_current(row) {
        let subject = subject(alert.unit.as_deref(), alert.year, &clip(&row.source.shown_name()));
        return Words::new(
            format!("{}的问题已由后来的文件取代", subject.zh),
            format!("{}: overtaken by a later file", subject.en),
        );
    }
    let subject = subject(alert.unit.as_deref(), alert.year, &file(row));
    if row.contents.is_some() {
        return Words::new(
            format!("{}已拆分核对", subject.zh),
            format!("{}: opened, what is in it is judged", subject.en),
        );
    }
    let (zh, en) = match row.counts[1] {
        0 => ("已合规".to_owned(), " now compliant".to_owned()),
        _ => {
            let counts = counts(row);
            (
                format!("已无须修改之处，{}", counts.zh),
                format!(": nothing left to mend, {}", counts.en),
            )
        }
    };
    let edition = edition(row);
    Words::new(
        format!("{}{zh}{}", subject.zh, edition.zh),
        format!("{}{en}{}", subject.en, edition.en),
    )
}

/// How many findings of the weights that ask for something: `3处须修改，1处请核实`.
fn counts(row: &Submission) -> Words {
    let [errors, warnings, _] = row.counts;
    let mut words = Words::default();
    for (count, severity) in [(errors, Severity::Error), (warnings, Severity::Warning)] {
        if count > 0 {
            let (comma, weight) =
                (if words.zh.is_empty() { ["", ""] } else { ["，", ", "] }, severity.words());
            words.zh.push_str(&format!("{}{count}处{}", comma[0], weight.zh));
            words.en.push_str(&format!("{}{count} {}", comma[1], weight.en));
        }
    }
    words
}

/// One line of bounded length for a chat message.
fn clip(text: &str) -> String {
    const LONGEST: usize = 480;
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(line, LONGEST)
}
