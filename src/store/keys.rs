//! Keys of the index: one byte for the table, then fixed-width numbers in big-endian order.
//!
//! Names that come from documents and folders enter a key only as a 16-byte hash, so that keys have
//! one length whatever a file claims its unit is called, and nothing needs escaping.

use crate::model::{AlertKind, Millis, Submission, SubmissionId, UnitYear};
use sha2::{Digest, Sha256};

/// Tables of the index.
pub(super) mod table {
    /// What the index is an index of; one row.
    pub const META: u8 = 0;
    /// id → submission.
    pub const SUBMISSION: u8 = 1;
    /// facet ‖ id: the submissions that have a property, in order of arrival.
    pub const POSTING: u8 = 2;
    /// id → where the verdict lies.
    pub const EXAMINATION: u8 = 3;
    /// rule ‖ year ‖ id ‖ n → finding, of submissions that are judged and not superseded.
    pub const FINDING: u8 = 4;
    /// year ‖ unit → standing.
    pub const STANDING: u8 = 5;
    /// id → alert.
    pub const ALERT: u8 = 6;
    /// submission → the alert that fires about it.
    pub const FIRING: u8 = 7;
    /// alert ‖ channel ‖ record → message.
    pub const OUTBOX: u8 = 8;
    /// time ‖ record ‖ alert ‖ channel: messages by when they are due.
    pub const DUE: u8 = 9;
    /// record → event.
    pub const EVENT: u8 = 10;
    /// kind ‖ year → number, for the overview.
    pub const TALLY: u8 = 11;
    /// Continuations of values that are too long for one entry.
    pub const MORE: u8 = 12;
    /// kind ‖ name → the alert that fires about a folder or channel.
    pub const TROUBLE: u8 = 13;
    /// year ‖ unit ‖ fingerprint → the decision in force.
    pub const RULING: u8 = 14;
    /// record → decision: all there ever were.
    pub const DECISION: u8 = 15;
    /// year ‖ unit → the alert that fires because nothing has come.
    pub const AWAITED: u8 = 16;
}

pub(super) fn hash16(text: &str) -> [u8; 16] {
    Sha256::digest(text.as_bytes())[..16].try_into().expect("16 of 32 bytes")
}

/// The 32 bytes of 64 lower-case hex digits.
pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut out = [0; 32];
    for (n, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()?;
    }
    Some(out)
}

/// A key that grows part by part.
pub(super) fn key(table: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![table];
    for part in parts {
        key.extend_from_slice(part);
    }
    key
}

pub(super) fn id(table: u8, id: u64) -> Vec<u8> {
    key(table, &[&id.to_be_bytes()])
}

/// A year that sorts as a number, unknown before all.
pub(super) fn year(year: Option<i32>) -> [u8; 4] {
    ((year.unwrap_or(i32::MIN) as u32) ^ (1 << 31)).to_be_bytes()
}

pub(super) fn time(at: Millis) -> [u8; 8] {
    ((at as u64) ^ (1 << 63)).to_be_bytes()
}

pub(super) fn time_from(bytes: [u8; 8]) -> Millis {
    (u64::from_be_bytes(bytes) ^ (1 << 63)) as Millis
}

/// The number in a key that begins at `at`.
pub(super) fn number(key: &[u8], at: usize) -> u64 {
    let bytes = key.get(at..at + 8).and_then(|b| b.try_into().ok());
    bytes.map_or(0, u64::from_be_bytes)
}

/// A property of submissions, or of decisions, that can be listed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Facet([u8; 16]);

impl Facet {
    fn new(kind: &str, value: &str) -> Facet {
        Facet(hash16(&format!("{kind}\0{value}")))
    }
    pub fn all() -> Facet {
        Facet::new("all", "")
    }
    /// Judged, not superseded, no duplicate.
    pub fn current() -> Facet {
        Facet::new("current", "")
    }
    /// Current, and of no known unit or year.
    pub fn unfiled() -> Facet {
        Facet::new("unfiled", "")
    }
    pub fn stage(name: &str) -> Facet {
        Facet::new("stage", name)
    }
    pub fn outcome(name: &str) -> Facet {
        Facet::new("outcome", name)
    }
    pub fn year(year: i32) -> Facet {
        Facet::new("year", &year.to_string())
    }
    pub fn unit(unit: &str) -> Facet {
        Facet::new("unit", unit)
    }
    pub fn unit_year(of: &UnitYear) -> Facet {
        Facet::new("unit_year", &format!("{}\0{}", of.year, of.unit))
    }
    pub fn rule(code: &str) -> Facet {
        Facet::new("rule", code)
    }
    /// What a readable report answers for, besides its own place: the same file in another format, and
    /// what was handed in for the same unit and year where the way of delivery names both.
    pub fn kin(row: &Submission) -> impl Iterator<Item = Facet> {
        let stem = row.source.stem_key().map(|key| Facet::new("stem", &key));
        let declared = match (&row.declared.unit, row.declared.year) {
            (Some(unit), Some(year)) => Some(Facet::new("declared", &format!("{year}\0{unit}"))),
            _ => None,
        };
        stem.into_iter().chain(declared)
    }
    /// Came in the same archive or mail.
    pub fn batch(id: SubmissionId) -> Facet {
        Facet::new("batch", &id.to_string())
    }
    /// Was judged beside the report of this unit and year, or beside its absence.
    pub fn leans(on: &UnitYear) -> Facet {
        Facet::new("leans", &format!("{}\0{}", on.year, on.unit))
    }
    /// Decisions, not submissions: all there are.
    pub fn decisions() -> Facet {
        Facet::new("decisions", "")
    }
    /// Decisions about reports on a year.
    pub fn decisions_of_year(year: i32) -> Facet {
        Facet::new("decisions_of_year", &year.to_string())
    }
    /// Decisions about reports of a unit.
    pub fn decisions_of_unit(unit: &str) -> Facet {
        Facet::new("decisions_of_unit", unit)
    }
    /// Decisions about a finding, of whatever unit and year.
    pub fn decisions_on(fingerprint: &str) -> Facet {
        Facet::new("decisions_on", fingerprint)
    }
    /// Its text has these numbers at this place of its sketch.
    pub fn sketch(year: i32, at: usize, numbers: &[u32]) -> Facet {
        Facet::new("sketch", &format!("{year}\0{at}\0{numbers:?}"))
    }
    /// Same folder and path.
    pub fn place(key: &str) -> Facet {
        Facet::new("place", key)
    }

    pub fn prefix(self) -> Vec<u8> {
        key(table::POSTING, &[&self.0])
    }
    pub fn posting(self, id: SubmissionId) -> Vec<u8> {
        key(table::POSTING, &[&self.0, &id.to_be_bytes()])
    }
}

/// Where the id begins in a posting's key.
pub(super) const POSTING_ID: usize = 17;

pub(super) fn findings_of_rule(code: &str, of: Option<i32>) -> Vec<u8> {
    let rule = hash16(code);
    match of {
        Some(y) => key(table::FINDING, &[&rule, &year(Some(y))]),
        None => key(table::FINDING, &[&rule]),
    }
}

pub(super) fn finding(code: &str, y: Option<i32>, id: SubmissionId, n: usize) -> Vec<u8> {
    key(table::FINDING, &[&hash16(code), &year(y), &id.to_be_bytes(), &(n as u32).to_be_bytes()])
}

/// Prefix of the findings of a rule in one submission.
pub(super) fn findings_in(code: &str, y: Option<i32>, id: SubmissionId) -> Vec<u8> {
    key(table::FINDING, &[&hash16(code), &year(y), &id.to_be_bytes()])
}

/// Where the submission's id begins in a finding's key.
pub(super) const FINDING_ID: usize = 21;

/// What tells a finding from the others of its rule.
pub(super) fn finding_place(key: &[u8]) -> [u8; 16] {
    key.get(17..33).and_then(|place| place.try_into().ok()).unwrap_or_default()
}

pub(super) fn standings_of_year(of: Option<i32>) -> Vec<u8> {
    match of {
        Some(y) => key(table::STANDING, &[&year(Some(y))]),
        None => vec![table::STANDING],
    }
}

pub(super) fn standing(of: &UnitYear) -> Vec<u8> {
    key(table::STANDING, &[&year(Some(of.year)), &hash16(&of.unit)])
}

pub(super) fn awaited(of: &UnitYear) -> Vec<u8> {
    key(table::AWAITED, &[&year(Some(of.year)), &hash16(&of.unit)])
}

/// Prefix of the decisions in force about a unit's reports on a year.
pub(super) fn rulings(of: &UnitYear) -> Vec<u8> {
    key(table::RULING, &[&year(Some(of.year)), &hash16(&of.unit)])
}

pub(super) fn ruling(of: &UnitYear, fingerprint: &str) -> Vec<u8> {
    [&rulings(of)[..], &hash16(fingerprint)].concat()
}

/// What a dedupe id names: alert, record, channel.
pub(super) struct Message<'a> {
    pub alert: u64,
    pub seq: u64,
    pub channel: &'a str,
}

impl<'a> Message<'a> {
    pub fn parse(dedupe_id: &'a str) -> Option<Message<'a>> {
        let (alert, rest) = dedupe_id.strip_prefix('a')?.split_once('-')?;
        let (seq, channel) = rest.split_once('-')?;
        Some(Message { alert: alert.parse().ok()?, seq: seq.parse().ok()?, channel })
    }

    pub fn dedupe_id(&self) -> String {
        format!("a{}-{}-{}", self.alert, self.seq, self.channel)
    }

    pub fn key(&self) -> Vec<u8> {
        let mut key = self.thread();
        key.extend(self.seq.to_be_bytes());
        key
    }

    /// Prefix of all messages about one alert for one channel, oldest first.
    pub fn thread(&self) -> Vec<u8> {
        key(table::OUTBOX, &[&self.alert.to_be_bytes(), &hash16(self.channel)])
    }

    pub fn due(&self, at: Millis) -> Vec<u8> {
        let alert = self.alert.to_be_bytes();
        key(table::DUE, &[&time(at), &self.seq.to_be_bytes(), &alert, &hash16(self.channel)])
    }
}

/// What a due key says.
pub(super) struct Due {
    pub at: Millis,
    pub alert: u64,
    /// [`hash16`] of its name.
    pub channel: [u8; 16],
}

pub(super) fn due_of(key: &[u8]) -> Option<Due> {
    Some(Due {
        at: time_from(key.get(1..9)?.try_into().ok()?),
        alert: number(key, 17),
        channel: key.get(25..41)?.try_into().ok()?,
    })
}

/// The outbox key that a due key points to.
pub(super) fn message_of_due(due: &[u8]) -> Option<Vec<u8>> {
    let (seq, alert, channel) = (due.get(9..17)?, due.get(17..25)?, due.get(25..41)?);
    Some(key(table::OUTBOX, &[alert, channel, seq]))
}

pub(super) fn tally(kind: u8, y: Option<i32>) -> Vec<u8> {
    key(table::TALLY, &[&[kind], &year(y)])
}

pub(super) fn trouble(kind: AlertKind, name: &str) -> Vec<u8> {
    key(table::TROUBLE, &[&hash16(&format!("{}\0{name}", kind.name()))])
}

pub(super) fn file(folder: &str, path: &str) -> [u8; 16] {
    hash16(&format!("{folder}\0{path}"))
}

/// No path below a folder begins with a stroke.
pub(super) fn receipts(folder: &str) -> [u8; 16] {
    file(folder, "/")
}

/// No path below a folder is empty.
pub(super) fn folder(name: &str) -> [u8; 16] {
    file(name, "")
}
