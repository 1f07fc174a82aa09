//! The index row of a verdict.

use super::{Row, decode, unit_year_from, unit_year_to};
use crate::model::UnitYear;
use crate::proto::store_v1 as stored;
use crate::store::StoreError;
use crate::store::alike::Likeness;
use crate::store::journal::Spot;
use prost::Message;

/// Where a verdict lies in the journal, and what other rows follow from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct Examination {
    pub at: Spot,
    pub codes: Vec<String>,
    /// How many of the codes, from the first, are those of errors, and how many after them of warnings.
    pub grave: [u32; 2],
    pub gist: u64,
    /// [`Verdict::memory`](crate::model::Verdict::memory); `None` where there is no verdict.
    pub memory: Option<u64>,
    /// What it was judged beside.
    pub leaned: Vec<UnitYear>,
    pub likeness: Likeness,
}

impl Row for Examination {
    fn to_bytes(&self) -> Vec<u8> {
        stored::Examination {
            segment: self.at.segment,
            offset: self.at.offset,
            length: self.at.length,
            codes: self.codes.clone(),
            errors: self.grave[0],
            warnings: self.grave[1],
            gist: self.gist,
            memory: self.memory,
            leaned: self.leaned.iter().map(unit_year_to).collect(),
            likeness: likeness_to(&self.likeness),
        }
        .encode_to_vec()
    }
    fn from_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let e: stored::Examination = decode(bytes)?;
        let at = Spot { segment: e.segment, offset: e.offset, length: e.length };
        let likeness = likeness_from(e.likeness);
        let leaned = e.leaned.into_iter().map(unit_year_from).collect();
        let grave = [e.errors, e.warnings];
        Ok(Examination {
            at,
            codes: e.codes,
            grave,
            gist: e.gist,
            memory: e.memory,
            leaned,
            likeness,
        })
    }
}

/// `None` where there is no sketch.
pub(super) fn likeness_to(likeness: &Likeness) -> Option<stored::Likeness> {
    let beside = likeness.beside.iter();
    let beside = beside.map(|&(submission, common)| stored::Alike { submission, common }).collect();
    let sketch = likeness.sketch.clone();
    (!sketch.is_empty()).then_some(stored::Likeness { sketch, beside })
}

pub(super) fn likeness_from(likeness: Option<stored::Likeness>) -> Likeness {
    let stored::Likeness { sketch, beside } = likeness.unwrap_or_default();
    let beside = beside.into_iter().map(|a| (a.submission, a.common)).collect();
    Likeness { sketch, beside }
}
