//! What a reviewer decided, as it is stored.

use super::{
    Row, decode, ruling_from, ruling_to, severity_from, severity_to, words_from, words_to,
};
use crate::model::{Decision, Said, UnitYear};
use crate::proto::store_v1 as stored;
use crate::store::StoreError;
use prost::Message;

pub(super) fn decision_to(decision: &Decision) -> stored::Decision {
    let said = |said: &Said| stored::Said {
        severity: severity_to(said.severity),
        message: Some(words_to(&said.message)),
        expected: said.expected.clone(),
        found: said.found.clone(),
        quote: said.quote.clone(),
    };
    stored::Decision {
        id: decision.id,
        unit: decision.of.unit.clone(),
        year: decision.of.year,
        fingerprint: decision.fingerprint.clone(),
        code: decision.code.clone(),
        ruling: decision.ruling.map(ruling_to),
        reason: decision.reason.clone(),
        by: decision.by.clone(),
        at: decision.at,
        submission: decision.submission,
        substance: decision.substance.iter().map(said).collect(),
    }
}

pub(super) fn decision_from(decision: stored::Decision) -> Result<Decision, StoreError> {
    let said = |said: stored::Said| -> Result<Said, StoreError> {
        Ok(Said {
            severity: severity_from(said.severity)?,
            message: words_from(said.message),
            expected: said.expected,
            found: said.found,
            quote: said.quote,
        })
    };
    Ok(Decision {
        id: decision.id,
        of: UnitYear { year: decision.year, unit: decision.unit },
        fingerprint: decision.fingerprint,
        code: decision.code,
        ruling: decision.ruling.map(ruling_from).transpose()?,
        reason: decision.reason,
        by: decision.by,
        at: decision.at,
        submission: decision.submission,
        substance: decision.substance.into_iter().map(said).collect::<Result<_, _>>()?,
    })
}

impl Row for Decision {
    fn to_bytes(&self) -> Vec<u8> {
        decision_to(self).encode_to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        decision_from(decode(bytes)?)
    }
}
