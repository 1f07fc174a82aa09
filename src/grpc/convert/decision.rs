//! Decisions, and findings with what was decided about them.

use super::{Malformed, millis, required, timestamp};
use crate::model::{Decision, Finding, Ruled, Ruling, Said, UnitYear};
use crate::proto::v1;

impl From<&Said> for v1::Said {
    fn from(from: &Said) -> Self {
        v1::Said {
            severity: v1::Severity::from(from.severity).into(),
            message: Some((&from.message).into()),
            expected: from.expected.clone(),
            found: from.found.clone(),
            quote: from.quote.clone(),
        }
    }
}

impl TryFrom<v1::Said> for Said {
    type Error = Malformed;
    fn try_from(from: v1::Said) -> Result<Self, Malformed> {
        Ok(Said {
            severity: from.severity().try_into()?,
            message: required(from.message, "message")?.into(),
            expected: from.expected,
            found: from.found,
            quote: from.quote,
        })
    }
}

impl From<&Decision> for v1::Decision {
    fn from(from: &Decision) -> Self {
        v1::Decision {
            id: from.id,
            unit: from.of.unit.clone(),
            year: from.of.year,
            fingerprint: from.fingerprint.clone(),
            code: from.code.clone(),
            ruling: super::number::<_, v1::Ruling>(from.ruling),
            reason: from.reason.clone(),
            by: from.by.clone(),
            at: Some(timestamp(from.at)),
            submission_id: from.submission,
            substance: from.substance.iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<v1::Decision> for Decision {
    type Error = Malformed;
    fn try_from(from: v1::Decision) -> Result<Self, Malformed> {
        let ruling = match v1::Ruling::try_from(from.ruling) {
            Ok(v1::Ruling::Unspecified) => None,
            Ok(ruling) => Some(ruling.try_into()?),
            // Not a withdrawal: a ruling of a newer version.
            Err(_) => return Err(Malformed("ruling")),
        };
        Ok(Decision {
            id: from.id,
            of: UnitYear { unit: from.unit, year: from.year },
            fingerprint: from.fingerprint,
            code: from.code,
            ruling,
            reason: from.reason,
            by: from.by,
            at: millis(&required(from.at, "at")?),
            submission: from.submission_id,
            substance: from.substance.into_iter().map(Said::try_from).collect::<Result<_, _>>()?,
        })
    }
}

/// A finding with what was decided about it.
pub(in crate::grpc) fn reviewed(finding: &Finding, ruled: Option<&Ruled>) -> v1::Finding {
    let mut message = v1::Finding::from(finding);
    if let Some(ruled) = ruled {
        let standing = match ruled.ruling() {
            None => v1::FindingStanding::Lapsed,
            Some(Ruling::Confirmed) => v1::FindingStanding::Confirmed,
            Some(Ruling::Dismissed) => v1::FindingStanding::Dismissed,
            Some(Ruling::Explained) => v1::FindingStanding::Explained,
        };
        message.standing = standing.into();
        message.decision = Some((&ruled.decision).into());
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Severity, Words};

    #[test]
    fn a_decision_and_a_withdrawal_survive_the_wire() {
        let decision = Decision {
            id: 9,
            of: UnitYear { unit: "某市审计局".into(), year: 2024 },
            fingerprint: "0123456789abcdef".into(),
            code: "AR-02".into(),
            ruling: Some(Ruling::Explained),
            reason: "已来函说明".into(),
            by: "张三".into(),
            at: 1_732_233_600_123,
            submission: 3,
            substance: vec![Said {
                severity: Severity::Warning,
                message: Words::new("合计不等", "the total differs"),
                expected: Some("20".into()),
                found: None,
                quote: "19".into(),
            }],
        };
        for ruling in Ruling::ALL.map(Some).into_iter().chain([None]) {
            let decision = Decision { ruling, ..decision.clone() };
            assert_eq!(Decision::try_from(v1::Decision::from(&decision)), Ok(decision));
        }
        let newer = v1::Decision { ruling: 99, ..(&decision).into() };
        assert_eq!(Decision::try_from(newer), Err(Malformed("ruling")));
    }
}
