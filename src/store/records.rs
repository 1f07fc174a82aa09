//! Stored messages and model types: the one place that sees both.
//!
//! Invariant: what is written here is read back equal. A number or name that this version does not
//! know was written by a newer one, and is an error, never a guess.

mod alert;
mod batch;
mod decision;
mod examination;
mod verdict;

pub(super) use examination::Examination;
pub(super) use verdict::{finding_from, finding_to};

use super::alike::Likeness;
use super::{Change, Event, FileStamp, StoreError};
use crate::model::{
    Alert, AlertKind, AlertState, Batch, Decision, Declared, Format, Millis, OutboxItem, Outcome,
    PassReason, Phase, RuleState, Ruling, Severity, Source, Stage, Standing, Submission,
    SubmissionId, UnitKnown, UnitYear, Unreadable, UnreadableReason, Verdict, Words, hex,
};
use crate::proto::store_v1 as stored;
use prost::Message;

/// One journal record in model terms: a change and the rows it leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub seq: u64,
    pub at: Millis,
    pub change: Change,
    pub submissions: Vec<Submission>,
    /// Of the submission in `Change::Judged`.
    pub examined: Option<Result<Verdict, Unreadable>>,
    /// What that verdict leaned on; empty in records of versions that did not say so.
    pub leaned: Vec<UnitYear>,
    /// The text of that report among those of other bodies.
    pub likeness: Likeness,
    /// Of the submission in `Change::Unpacked`.
    pub batch: Option<Batch>,
    /// Of `Change::Decided`.
    pub decision: Option<Decision>,
    pub alerts: Vec<Alert>,
    pub outbox: Vec<OutboxItem>,
    pub sent: Vec<String>,
}

impl Step {
    pub fn new(seq: u64, at: Millis, change: Change) -> Self {
        Step {
            seq,
            at,
            change,
            submissions: Vec::new(),
            examined: None,
            leaned: Vec::new(),
            likeness: Likeness::default(),
            batch: None,
            decision: None,
            alerts: Vec::new(),
            outbox: Vec::new(),
            sent: Vec::new(),
        }
    }

    pub fn encode(&self) -> Vec<u8> {
        stored::Record {
            seq: self.seq,
            at: self.at,
            change: Some(change_to(&self.change)),
            submissions: self.submissions.iter().map(submission_to).collect(),
            examined: self.examined.as_ref().map(verdict::examined_to),
            leaned: self.leaned.iter().map(unit_year_to).collect(),
            likeness: examination::likeness_to(&self.likeness),
            batch: self.batch.as_ref().map(batch::batch_to),
            decision: self.decision.as_ref().map(decision::decision_to),
            alerts: self.alerts.iter().map(alert::alert_to).collect(),
            outbox: self.outbox.iter().map(alert::outbox_to).collect(),
            sent: self.sent.clone(),
        }
        .encode_to_vec()
    }

    pub fn decode(bytes: &[u8]) -> Result<Step, StoreError> {
        let record: stored::Record = decode(bytes)?;
        Ok(Step {
            seq: record.seq,
            at: record.at,
            change: change_from(record.change)?,
            submissions: record
                .submissions
                .into_iter()
                .map(submission_from)
                .collect::<Result<_, _>>()?,
            examined: record.examined.map(verdict::examined_from).transpose()?,
            leaned: record.leaned.into_iter().map(unit_year_from).collect(),
            likeness: examination::likeness_from(record.likeness),
            batch: record.batch.map(batch::batch_from).transpose()?,
            decision: record.decision.map(decision::decision_from).transpose()?,
            alerts: record.alerts.into_iter().map(alert::alert_from).collect::<Result<_, _>>()?,
            outbox: record.outbox.into_iter().map(alert::outbox_from).collect::<Result<_, _>>()?,
            sent: record.sent,
        })
    }
}

/// A message that does not decode: damage that slipped past the checksum, or a newer version.
pub(super) fn decode<M: Message + Default>(bytes: &[u8]) -> Result<M, StoreError> {
    M::decode(bytes).map_err(|e| unknown(&format!("a record ({e})")))
}

fn unknown(what: &str) -> StoreError {
    StoreError::Fatal(format!(
        "the data directory holds {what} that this version cannot read; it was probably written by \
         a newer nianbao: install that version again"
    ))
}

fn needed<T>(value: Option<T>, what: &str) -> Result<T, StoreError> {
    value.ok_or_else(|| unknown(what))
}

/// Pairs a model enum with the stored one of the same name and variants.
macro_rules! mirror {
    ($($to:ident, $from:ident: $name:ident { $($variant:ident),+ $(,)? })+) => {$(
        fn $to(value: $name) -> i32 {
            match value { $($name::$variant => stored::$name::$variant as i32,)+ }
        }
        fn $from(value: i32) -> Result<$name, StoreError> {
            $(if value == stored::$name::$variant as i32 { return Ok($name::$variant); })+
            Err(unknown(&format!("{} {value}", stringify!($name))))
        }
    )+};
}

mirror! {
    stage_to, stage_from: Stage { Received, Judged, Superseded, Unpacked }
    outcome_to, outcome_from: Outcome { Compliant, NeedsReview, Returned, Unreadable }
    severity_to, severity_from: Severity { Info, Warning, Error }
    ruling_to, ruling_from: Ruling { Confirmed, Dismissed, Explained }
    state_to, state_from: RuleState { Pass, Fail, NotApplicable, NotAssessable, Off }
    known_to, known_from: UnitKnown { Declared, Title, Stated, Inferred }
    format_to, format_from: Format {
        Text, Docx, Html, Doc, Rtf, Odt, Pdf, Ofd, Xlsx, Xls, Mht, WordXml, Eml, Zip, Picture, Unknown,
        Archive, Outlook, Ods,
    }
    reason_to, reason_from: UnreadableReason {
        Empty, Encrypted, Damaged, OverLimit, PicturesOnly, Unsupported, TimedOut, ReaderFailed,
        NotAReport,
    }
    kind_to, kind_from: AlertKind {
        Returned, Unreadable, FolderAway, ChannelFailing, DueSoon, Overdue, NotResent, Misfiled, Unlisted,
        DiskLow,
    }
    alert_state_to, alert_state_from: AlertState { Firing, Resolved }
    pass_to, pass_from: PassReason {
        System, Picture, NotADocument, Body, Encrypted, OverLimit, Damaged, Unsupported, UnsafeName,
    }
    phase_to, phase_from: Phase { Opened, Updated, Resolved, Reminded, Escalated }
}

fn unit_year_to(of: &UnitYear) -> stored::UnitYear {
    stored::UnitYear { year: of.year, unit: of.unit.clone() }
}

fn unit_year_from(of: stored::UnitYear) -> UnitYear {
    UnitYear { year: of.year, unit: of.unit }
}

fn words_to(words: &Words) -> stored::Words {
    stored::Words { zh: words.zh.clone(), en: words.en.clone() }
}

fn words_from(words: Option<stored::Words>) -> Words {
    words.map(|w| Words { zh: w.zh, en: w.en }).unwrap_or_default()
}

/// 64 hex digits as 32 bytes; anything else as it is.
fn hash_to(digits: &str) -> Vec<u8> {
    super::keys::unhex(digits).map_or_else(|| digits.as_bytes().to_vec(), |hash| hash.to_vec())
}

fn hash_from(bytes: &[u8]) -> Result<String, StoreError> {
    match bytes.len() {
        32 => Ok(hex(bytes)),
        _ => String::from_utf8(bytes.to_vec()).map_err(|_| unknown("a hash")),
    }
}

fn change_to(change: &Change) -> stored::Change {
    use stored::change::Kind;
    let kind = match change {
        Change::Received(id) => Kind::Received(*id),
        Change::Judged { id, superseded, alerts, requeued } => Kind::Judged(stored::Judged {
            id: *id,
            superseded: superseded.clone(),
            alerts: alerts.clone(),
            requeued: requeued.clone(),
        }),
        Change::Unpacked { id, superseded, alerts, requeued } => Kind::Unpacked(stored::Judged {
            id: *id,
            superseded: superseded.clone(),
            alerts: alerts.clone(),
            requeued: requeued.clone(),
        }),
        Change::Requeued(id) => Kind::Requeued(*id),
        Change::Acknowledged(alert) => Kind::Acknowledged(*alert),
        Change::Silenced(alert) => Kind::Silenced(*alert),
        Change::Reminded(alerts) => Kind::Reminded(stored::Alerts { ids: alerts.clone() }),
        Change::Delivered { alert, channel, ok } => {
            Kind::Delivered(stored::Delivered { alert: *alert, channel: channel.clone(), ok: *ok })
        }
        Change::Attempted(id) => Kind::Attempted(*id),
        Change::Moved(id) => Kind::Moved(*id),
        Change::Alerted(alert) => Kind::Alerted(*alert),
        Change::RecheckFailed(id) => Kind::RecheckFailed(*id),
        Change::Decided { id, alerts } => {
            Kind::Decided(stored::Decided { id: id.unwrap_or(0), alerts: alerts.clone() })
        }
        Change::Bundled { channel, alerts } => {
            Kind::Bundled(stored::Bundled { channel: channel.clone(), alerts: alerts.clone() })
        }
    };
    stored::Change { kind: Some(kind) }
}

fn change_from(change: Option<stored::Change>) -> Result<Change, StoreError> {
    use stored::change::Kind;
    Ok(match needed(change.and_then(|c| c.kind), "a change")? {
        Kind::Received(id) => Change::Received(id),
        Kind::Judged(j) => Change::Judged {
            id: j.id,
            superseded: j.superseded,
            alerts: j.alerts,
            requeued: j.requeued,
        },
        Kind::Unpacked(u) => Change::Unpacked {
            id: u.id,
            superseded: u.superseded,
            alerts: u.alerts,
            requeued: u.requeued,
        },
        Kind::Requeued(id) => Change::Requeued(id),
        Kind::Acknowledged(alert) => Change::Acknowledged(alert),
        Kind::Silenced(alert) => Change::Silenced(alert),
        Kind::Reminded(alerts) => Change::Reminded(alerts.ids),
        Kind::Delivered(d) => Change::Delivered { alert: d.alert, channel: d.channel, ok: d.ok },
        Kind::Attempted(id) => Change::Attempted(id),
        Kind::Moved(id) => Change::Moved(id),
        Kind::Alerted(alert) => Change::Alerted(alert),
        Kind::RecheckFailed(id) => Change::RecheckFailed(id),
        Kind::Decided(d) => {
            Change::Decided { id: Some(d.id).filter(|id| *id != 0), alerts: d.alerts }
        }
        Kind::Bundled(b) => Change::Bundled { channel: b.channel, alerts: b.alerts },
    })
}

fn submission_to(s: &Submission) -> stored::Submission {
    let (folder, path) = match &s.source {
        Source::Folder { folder, path } => (Some(folder.clone()), path.clone()),
        Source::Upload { file_name } => (None, file_name.clone()),
    };
    stored::Submission {
        id: s.id,
        folder,
        path,
        sha256: hash_to(&s.sha256),
        size: s.size,
        declared_unit: s.declared.unit.clone(),
        declared_year: s.declared.year,
        received_at: s.received_at,
        judged_at: s.judged_at,
        stage: stage_to(s.stage),
        format: s.format.map(format_to),
        unit: s.unit.clone(),
        unit_known: s.unit_known.map(known_to),
        year: s.year,
        revision: s.revision,
        outcome: s.outcome.map(outcome_to),
        unreadable: s.unreadable.map(reason_to),
        errors: s.counts[0],
        warnings: s.counts[1],
        infos: s.counts[2],
        duplicate_of: s.duplicate_of,
        repeats: s.repeats,
        superseded_by: s.superseded_by,
        attempts: s.attempts,
        batch: s.batch,
        contents: s.contents.map(batch::contents_to),
    }
}

fn submission_from(s: stored::Submission) -> Result<Submission, StoreError> {
    Ok(Submission {
        id: s.id,
        source: match s.folder {
            Some(folder) => Source::Folder { folder, path: s.path },
            None => Source::Upload { file_name: s.path },
        },
        sha256: hash_from(&s.sha256)?,
        size: s.size,
        declared: Declared { unit: s.declared_unit, year: s.declared_year },
        received_at: s.received_at,
        judged_at: s.judged_at,
        stage: stage_from(s.stage)?,
        format: s.format.map(format_from).transpose()?,
        unit: s.unit,
        unit_known: s.unit_known.map(known_from).transpose()?,
        year: s.year,
        revision: s.revision,
        outcome: s.outcome.map(outcome_from).transpose()?,
        unreadable: s.unreadable.map(reason_from).transpose()?,
        counts: [s.errors, s.warnings, s.infos],
        duplicate_of: s.duplicate_of,
        repeats: s.repeats,
        superseded_by: s.superseded_by,
        attempts: s.attempts,
        batch: s.batch,
        contents: s.contents.map(batch::contents_from),
    })
}

/// A row of the index: a model type and the bytes it is stored as.
pub(super) trait Row: Sized {
    fn to_bytes(&self) -> Vec<u8>;
    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError>;
}

impl Row for Submission {
    fn to_bytes(&self) -> Vec<u8> {
        submission_to(self).encode_to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        submission_from(decode(bytes)?)
    }
}

impl Row for Standing {
    fn to_bytes(&self) -> Vec<u8> {
        stored::Standing {
            unit: self.of.unit.clone(),
            year: self.of.year,
            current: self.current,
            revision: self.revision,
            outcome: outcome_to(self.outcome),
            errors: self.counts[0],
            warnings: self.counts[1],
            infos: self.counts[2],
            received_at: self.received_at,
            returns: self.returns,
            first_received: self
                .first_received
                .iter()
                .map(|(folder, &at)| stored::FirstReceived { folder: folder.clone(), at })
                .collect(),
        }
        .encode_to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let s: stored::Standing = decode(bytes)?;
        Ok(Standing {
            of: UnitYear { unit: s.unit, year: s.year },
            current: s.current,
            revision: s.revision,
            outcome: outcome_from(s.outcome)?,
            counts: [s.errors, s.warnings, s.infos],
            received_at: s.received_at,
            returns: s.returns,
            first_received: s.first_received.into_iter().map(|f| (f.folder, f.at)).collect(),
        })
    }
}

/// An event's number is its key, so the bytes hold the rest.
pub(super) fn event_to(at: Millis, change: &Change) -> Vec<u8> {
    stored::Event { at, change: Some(change_to(change)) }.encode_to_vec()
}

pub(super) fn event_from(seq: u64, bytes: &[u8]) -> Result<Event, StoreError> {
    let event: stored::Event = decode(bytes)?;
    Ok(Event { seq, at: event.at, change: change_from(event.change)? })
}

impl Row for FileStamp {
    fn to_bytes(&self) -> Vec<u8> {
        stored::FileStamp {
            size: self.size,
            modified_ns: self.modified_ns.to_be_bytes().to_vec(),
            changed_ns: self.changed_ns.to_be_bytes().to_vec(),
            inode: self.inode,
            device: self.device,
            sha256: hash_to(&self.sha256),
            submission: self.submission,
        }
        .encode_to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let s: stored::FileStamp = decode(bytes)?;
        let ns = |b: Vec<u8>| b.try_into().map(i128::from_be_bytes).map_err(|_| unknown("a time"));
        Ok(FileStamp {
            size: s.size,
            modified_ns: ns(s.modified_ns)?,
            changed_ns: ns(s.changed_ns)?,
            inode: s.inode,
            device: s.device,
            sha256: hash_from(&s.sha256)?,
            submission: s.submission as SubmissionId,
        })
    }
}
