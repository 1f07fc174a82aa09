//! Submissions and standings.

use super::{Malformed, millis, number, required, timestamp};
use crate::model::{Contents, Declared, Source, Standing, Submission, UnitYear};
use crate::proto::v1;

impl From<&Source> for v1::Source {
    fn from(from: &Source) -> Self {
        use v1::source::Source as Kind;
        let source = match from {
            Source::Folder { folder, path } => {
                Kind::Folder(v1::FolderSource { folder: folder.clone(), path: path.clone() })
            }
            Source::Upload { file_name } => {
                Kind::Upload(v1::UploadSource { file_name: file_name.clone() })
            }
        };
        v1::Source { source: Some(source) }
    }
}

impl TryFrom<v1::Source> for Source {
    type Error = Malformed;
    fn try_from(from: v1::Source) -> Result<Self, Malformed> {
        use v1::source::Source as Kind;
        Ok(match required(from.source, "source")? {
            Kind::Folder(f) => Source::Folder { folder: f.folder, path: f.path },
            Kind::Upload(u) => Source::Upload { file_name: u.file_name },
        })
    }
}

impl From<&Declared> for v1::Declared {
    fn from(from: &Declared) -> Self {
        v1::Declared { unit: from.unit.clone(), year: from.year }
    }
}

impl From<v1::Declared> for Declared {
    fn from(from: v1::Declared) -> Self {
        Declared { unit: from.unit, year: from.year }
    }
}

pub(super) fn counts([errors, warnings, infos]: [u32; 3]) -> v1::Counts {
    v1::Counts { errors, warnings, infos }
}

pub(super) fn counted(from: Option<v1::Counts>) -> Result<[u32; 3], Malformed> {
    required(from, "counts").map(|c| [c.errors, c.warnings, c.infos])
}

impl From<&Submission> for v1::Submission {
    fn from(from: &Submission) -> Self {
        v1::Submission {
            id: from.id,
            source: Some((&from.source).into()),
            sha256: from.sha256.clone(),
            size: from.size,
            declared: Some((&from.declared).into()),
            received_at: Some(timestamp(from.received_at)),
            judged_at: from.judged_at.map(timestamp),
            stage: v1::Stage::from(from.stage).into(),
            format: number::<_, v1::Format>(from.format),
            unit: from.unit.clone(),
            unit_known: number::<_, v1::UnitKnown>(from.unit_known),
            year: from.year,
            revision: from.revision,
            outcome: number::<_, v1::Outcome>(from.outcome),
            unreadable: number::<_, v1::UnreadableReason>(from.unreadable),
            counts: Some(counts(from.counts)),
            duplicate_of: from.duplicate_of,
            repeats: from.repeats,
            superseded_by: from.superseded_by,
            attempts: from.attempts,
            batch: from.batch,
            contents: from.contents.map(Into::into),
        }
    }
}

impl TryFrom<v1::Submission> for Submission {
    type Error = Malformed;
    fn try_from(from: v1::Submission) -> Result<Self, Malformed> {
        Ok(Submission {
            id: from.id,
            stage: from.stage().try_into()?,
            format: from.format().try_into().ok(),
            unit_known: from.unit_known().try_into().ok(),
            outcome: from.outcome().try_into().ok(),
            unreadable: from.unreadable().try_into().ok(),
            source: required(from.source, "source")?.try_into()?,
            sha256: from.sha256,
            size: from.size,
            declared: from.declared.unwrap_or_default().into(),
            received_at: millis(&required(from.received_at, "received_at")?),
            judged_at: from.judged_at.as_ref().map(millis),
            unit: from.unit,
            year: from.year,
            revision: from.revision,
            counts: counted(from.counts)?,
            duplicate_of: from.duplicate_of,
            repeats: from.repeats,
            superseded_by: from.superseded_by,
            attempts: from.attempts,
            batch: from.batch,
            contents: from.contents.map(Into::into),
        })
    }
}

impl From<Contents> for v1::Contents {
    fn from(Contents { entries, passed_over, lost }: Contents) -> Self {
        v1::Contents { entries, passed_over, lost }
    }
}

impl From<v1::Contents> for Contents {
    fn from(v1::Contents { entries, passed_over, lost }: v1::Contents) -> Self {
        Contents { entries, passed_over, lost }
    }
}

impl From<&Standing> for v1::Standing {
    fn from(from: &Standing) -> Self {
        v1::Standing {
            unit: from.of.unit.clone(),
            year: from.of.year,
            current: from.current,
            revision: from.revision,
            outcome: v1::Outcome::from(from.outcome).into(),
            counts: Some(counts(from.counts)),
            received_at: Some(timestamp(from.received_at)),
            returns: from.returns,
            first_received: from
                .first_received
                .iter()
                .map(|(folder, at)| v1::FirstReceived {
                    folder: folder.clone(),
                    at: Some(timestamp(*at)),
                })
                .collect(),
        }
    }
}

impl TryFrom<v1::Standing> for Standing {
    type Error = Malformed;
    fn try_from(from: v1::Standing) -> Result<Self, Malformed> {
        Ok(Standing {
            outcome: from.outcome().try_into()?,
            of: UnitYear { year: from.year, unit: from.unit },
            current: from.current,
            revision: from.revision,
            counts: counted(from.counts)?,
            received_at: millis(&required(from.received_at, "received_at")?),
            returns: from.returns,
            first_received: from
                .first_received
                .into_iter()
                .map(|first| Ok((first.folder, millis(&required(first.at, "at")?))))
                .collect::<Result<_, Malformed>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Format, Outcome, Stage, UnitKnown, UnreadableReason};

    fn full() -> Submission {
        Submission {
            id: 7,
            source: Source::Folder { folder: "inbox".into(), path: "审计局/2024.docx".into() },
            sha256: "ab".repeat(32),
            size: 12,
            declared: Declared { unit: Some("审计局".into()), year: Some(2024) },
            received_at: 1_000,
            judged_at: Some(2_001),
            stage: Stage::Superseded,
            format: Some(Format::WordXml),
            unit: Some("某市审计局".into()),
            unit_known: Some(UnitKnown::Inferred),
            year: Some(2024),
            revision: 3,
            outcome: Some(Outcome::Returned),
            unreadable: Some(UnreadableReason::TimedOut),
            counts: [1, 2, 3],
            duplicate_of: Some(4),
            repeats: Some(1),
            superseded_by: Some(9),
            attempts: 2,
            batch: Some(3),
            contents: Some(Contents { entries: 4, passed_over: 3, lost: 1 }),
        }
    }

    #[test]
    fn a_submission_survives_the_wire() {
        let full = full();
        assert_eq!(Submission::try_from(v1::Submission::from(&full)), Ok(full));
    }

    #[test]
    fn what_is_not_known_yet_stays_unknown() {
        let fresh = Submission {
            source: Source::Upload { file_name: "a.txt".into() },
            declared: Declared::default(),
            judged_at: None,
            stage: Stage::Received,
            format: None,
            unit: None,
            unit_known: None,
            year: None,
            revision: 0,
            outcome: None,
            unreadable: None,
            counts: [0; 3],
            duplicate_of: None,
            repeats: None,
            superseded_by: None,
            batch: None,
            contents: None,
            ..full()
        };
        assert_eq!(Submission::try_from(v1::Submission::from(&fresh)), Ok(fresh));
    }

    #[test]
    fn a_stage_from_the_future_is_refused_not_guessed() {
        let mut message = v1::Submission::from(&full());
        message.stage = 99;
        assert_eq!(Submission::try_from(message), Err(Malformed("Stage")));
    }
}
