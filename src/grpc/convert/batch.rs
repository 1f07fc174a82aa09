//! Archives and mails: what was in them.

use super::submission::{counted, counts};
use super::{Malformed, number, required};
use crate::model::{BatchLine, BatchReport, PassedOver};
use crate::proto::v1;

impl From<&BatchReport> for v1::Batch {
    fn from(from: &BatchReport) -> Self {
        v1::Batch {
            contents: Some(from.contents.into()),
            entries: from.entries.iter().map(Into::into).collect(),
            passed_over: from.passed.iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<v1::Batch> for BatchReport {
    type Error = Malformed;
    fn try_from(from: v1::Batch) -> Result<Self, Malformed> {
        Ok(BatchReport {
            contents: required(from.contents, "contents")?.into(),
            entries: from.entries.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            passed: from
                .passed_over
                .into_iter()
                .map(TryInto::try_into)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl From<&BatchLine> for v1::BatchEntry {
    fn from(from: &BatchLine) -> Self {
        v1::BatchEntry {
            name: from.name.clone(),
            submission: from.submission,
            stage: v1::Stage::from(from.stage).into(),
            outcome: number::<_, v1::Outcome>(from.outcome),
            counts: Some(counts(from.counts)),
            unit: from.unit.clone(),
            year: from.year,
        }
    }
}

impl TryFrom<v1::BatchEntry> for BatchLine {
    type Error = Malformed;
    fn try_from(from: v1::BatchEntry) -> Result<Self, Malformed> {
        Ok(BatchLine {
            stage: from.stage().try_into()?,
            outcome: from.outcome().try_into().ok(),
            name: from.name,
            submission: from.submission,
            counts: counted(from.counts)?,
            unit: from.unit,
            year: from.year,
        })
    }
}

impl From<&PassedOver> for v1::PassedOver {
    fn from(from: &PassedOver) -> Self {
        v1::PassedOver {
            name: from.name.clone(),
            reason: v1::PassReason::from(from.reason).into(),
            message: Some((&from.message).into()),
        }
    }
}

impl TryFrom<v1::PassedOver> for PassedOver {
    type Error = Malformed;
    fn try_from(from: v1::PassedOver) -> Result<Self, Malformed> {
        Ok(PassedOver {
            reason: from.reason().try_into()?,
            name: from.name,
            message: required(from.message, "message")?.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Contents, Outcome, PassReason, Stage, Words};

    #[test]
    fn the_receipt_of_a_batch_survives_the_wire() {
        let line = |submission, outcome: Option<Outcome>| BatchLine {
            name: "乡镇/洪泽.docx".into(),
            submission,
            stage: if outcome.is_some() { Stage::Judged } else { Stage::Received },
            outcome,
            counts: [1, 2, 3],
            unit: outcome.map(|_| "某局".into()),
            year: outcome.map(|_| 2024),
        };
        let report = BatchReport {
            contents: Contents { entries: 2, passed_over: 1, lost: 1 },
            entries: vec![line(Some(7), Some(Outcome::Returned)), line(None, None)],
            passed: vec![PassedOver {
                name: "../x".into(),
                reason: PassReason::UnsafeName,
                message: Words::new("指向之外", "leads out"),
            }],
        };
        assert_eq!(BatchReport::try_from(v1::Batch::from(&report)), Ok(report));
    }
}
