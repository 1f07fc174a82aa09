//! Verdicts, findings, places and values.

use super::{Malformed, number, required};
use crate::document::{Amount, Anchor, Value, cell_name};
use crate::model::{Coverage, Finding, Lang, Place, Unreadable, Verdict, Words};
use crate::proto::v1;
use std::collections::BTreeMap;

impl From<&Anchor> for v1::Anchor {
    fn from(from: &Anchor) -> Self {
        use v1::anchor::Kind;
        let kind = match from {
            Anchor::Unknown => None,
            Anchor::Line { line, column } => {
                Some(Kind::Line(v1::LineAnchor { line: *line, column: *column }))
            }
            Anchor::Page { page, bbox: [x, y, width, height] } => {
                Some(Kind::Page(v1::PageAnchor {
                    page: *page,
                    x: *x,
                    y: *y,
                    width: *width,
                    height: *height,
                }))
            }
            Anchor::Path { part, path } => {
                Some(Kind::Path(v1::PathAnchor { part: part.clone(), path: path.clone() }))
            }
            Anchor::Sheet { sheet, row, column } => Some(Kind::Sheet(v1::SheetAnchor {
                sheet: sheet.clone(),
                row: *row,
                column: *column,
                cell: cell_name(*row, *column),
            })),
        };
        v1::Anchor { kind }
    }
}

impl From<v1::Anchor> for Anchor {
    fn from(from: v1::Anchor) -> Self {
        use v1::anchor::Kind;
        match from.kind {
            None => Anchor::Unknown,
            Some(Kind::Line(l)) => Anchor::Line { line: l.line, column: l.column },
            Some(Kind::Page(p)) => {
                Anchor::Page { page: p.page, bbox: [p.x, p.y, p.width, p.height] }
            }
            Some(Kind::Path(p)) => Anchor::Path { part: p.part, path: p.path },
            Some(Kind::Sheet(s)) => Anchor::Sheet { sheet: s.sheet, row: s.row, column: s.column },
        }
    }
}

impl From<&Place> for v1::Place {
    fn from(from: &Place) -> Self {
        let words = Words::new(from.in_words(Lang::Zh), from.in_words(Lang::En));
        v1::Place {
            words: Some((&words).into()),
            part: from.part.map(u32::from),
            table: from.table.map(u32::from),
            row: from.row.as_ref().map(|(number, _)| u32::from(*number)),
            row_label: from.row.as_ref().map(|(_, label)| label.clone()).unwrap_or_default(),
            column: from.column.clone(),
            spot: from.spot.clone(),
            field: from.field.clone(),
            anchor: Some((&from.anchor).into()),
            quote: from.quote.clone(),
        }
    }
}

impl TryFrom<v1::Place> for Place {
    type Error = Malformed;
    fn try_from(from: v1::Place) -> Result<Self, Malformed> {
        let small = |n: u32, what| u8::try_from(n).map_err(|_| Malformed(what));
        let row = from.row.map(|n| u16::try_from(n).map_err(|_| Malformed("row"))).transpose()?;
        Ok(Place {
            part: from.part.map(|n| small(n, "part")).transpose()?,
            table: from.table.map(|n| small(n, "table")).transpose()?,
            row: row.map(|number| (number, from.row_label)),
            column: from.column,
            spot: from.spot,
            field: from.field,
            anchor: from.anchor.unwrap_or_default().into(),
            quote: from.quote,
        })
    }
}

impl From<&Finding> for v1::Finding {
    fn from(from: &Finding) -> Self {
        v1::Finding {
            code: from.code.clone(),
            severity: v1::Severity::from(from.severity).into(),
            message: Some((&from.message).into()),
            help: Some((&from.help).into()),
            basis: Some((&from.basis).into()),
            places: from.places.iter().map(Into::into).collect(),
            expected: from.expected.clone(),
            found: from.found.clone(),
            fingerprint: from.fingerprint.clone(),
            doubt: from.doubt.as_ref().map(Into::into),
            likely: from.likely.as_ref().map(Into::into),
            standing: v1::FindingStanding::Open.into(),
            decision: None,
        }
    }
}

impl TryFrom<v1::Finding> for Finding {
    type Error = Malformed;
    fn try_from(from: v1::Finding) -> Result<Self, Malformed> {
        Ok(Finding {
            severity: from.severity().try_into()?,
            code: from.code,
            message: required(from.message, "message")?.into(),
            help: required(from.help, "help")?.into(),
            basis: required(from.basis, "basis")?.into(),
            places: from.places.into_iter().map(Place::try_from).collect::<Result<_, _>>()?,
            expected: from.expected,
            found: from.found,
            fingerprint: from.fingerprint,
            doubt: from.doubt.map(Into::into),
            likely: from.likely.map(Into::into),
        })
    }
}

impl From<&Coverage> for v1::Coverage {
    fn from(from: &Coverage) -> Self {
        v1::Coverage {
            state: v1::RuleState::from(from.state).into(),
            assessed: from.assessed,
            total: from.total,
            reason: from.reason.as_ref().map(Into::into),
        }
    }
}

impl TryFrom<v1::Coverage> for Coverage {
    type Error = Malformed;
    fn try_from(from: v1::Coverage) -> Result<Self, Malformed> {
        Ok(Coverage {
            state: from.state().try_into()?,
            assessed: from.assessed,
            total: from.total,
            reason: from.reason.map(Into::into),
        })
    }
}

impl From<&Value> for v1::Value {
    fn from(from: &Value) -> Self {
        use v1::value::Kind;
        let kind = match from {
            Value::Count(n) => Kind::Count(*n),
            Value::Amount(amount) => Kind::AmountFen(amount.fen),
            Value::Blank => Kind::Blank(v1::Blank {}),
            Value::Mark(text) => Kind::Mark(text.clone()),
            Value::Annotated { value, note } => {
                Kind::Annotated(v1::AnnotatedCount { value: *value, note: note.clone() })
            }
            Value::NotANumber(text) => Kind::NotANumber(text.clone()),
        };
        v1::Value { kind: Some(kind) }
    }
}

impl TryFrom<v1::Value> for Value {
    type Error = Malformed;
    fn try_from(from: v1::Value) -> Result<Self, Malformed> {
        use v1::value::Kind;
        Ok(match required(from.kind, "value")? {
            Kind::Count(n) => Value::Count(n),
            Kind::AmountFen(fen) => Value::Amount(Amount { fen }),
            Kind::Blank(_) => Value::Blank,
            Kind::Mark(text) => Value::Mark(text),
            Kind::Annotated(a) => Value::Annotated { value: a.value, note: a.note },
            Kind::NotANumber(text) => Value::NotANumber(text),
        })
    }
}

impl From<&Verdict> for v1::Verdict {
    fn from(from: &Verdict) -> Self {
        let unit = from.unit.as_ref();
        v1::Verdict {
            outcome: v1::Outcome::from(from.outcome).into(),
            unit: unit.map(|(name, _)| name.clone()),
            unit_known: number::<_, v1::UnitKnown>(unit.map(|(_, known)| *known)),
            year: from.year,
            edition: from.edition.clone(),
            edition_hash: from.edition_hash.clone(),
            findings: from.findings.iter().map(Into::into).collect(),
            coverage: from.coverage.iter().map(|(code, c)| (code.clone(), c.into())).collect(),
            values: from.values.iter().map(|(field, v)| (field.clone(), v.into())).collect(),
            texts: from.texts.iter().map(|(part, t)| (u32::from(*part), t.clone())).collect(),
        }
    }
}

impl TryFrom<v1::Verdict> for Verdict {
    type Error = Malformed;
    fn try_from(from: v1::Verdict) -> Result<Self, Malformed> {
        let outcome = from.outcome().try_into()?;
        let known = from.unit_known();
        let unit = from.unit.map(|name| Ok((name, known.try_into()?))).transpose()?;
        Ok(Verdict {
            outcome,
            unit,
            year: from.year,
            edition: from.edition,
            edition_hash: from.edition_hash,
            findings: from.findings.into_iter().map(Finding::try_from).collect::<Result<_, _>>()?,
            coverage: each(from.coverage)?,
            values: each(from.values)?,
            texts: from.texts.into_iter().map(text).collect::<Result<_, _>>()?,
        })
    }
}

fn text((part, text): (u32, String)) -> Result<(u8, String), Malformed> {
    Ok((u8::try_from(part).map_err(|_| Malformed("part"))?, text))
}

/// A map of messages, converted and sorted.
fn each<P, M: TryFrom<P, Error = Malformed>>(
    from: impl IntoIterator<Item = (String, P)>,
) -> Result<BTreeMap<String, M>, Malformed> {
    from.into_iter().map(|(key, value)| Ok((key, M::try_from(value)?))).collect()
}

impl From<&Unreadable> for v1::Unreadable {
    fn from(from: &Unreadable) -> Self {
        v1::Unreadable {
            reason: v1::UnreadableReason::from(from.reason).into(),
            message: Some((&from.message).into()),
            help: Some((&from.help).into()),
        }
    }
}

impl TryFrom<v1::Unreadable> for Unreadable {
    type Error = Malformed;
    fn try_from(from: v1::Unreadable) -> Result<Self, Malformed> {
        Ok(Unreadable {
            reason: from.reason().try_into()?,
            message: required(from.message, "message")?.into(),
            help: required(from.help, "help")?.into(),
        })
    }
}

impl From<&Result<Verdict, Unreadable>> for v1::judgement::Result {
    fn from(from: &Result<Verdict, Unreadable>) -> Self {
        match from {
            Ok(verdict) => v1::judgement::Result::Verdict(verdict.into()),
            Err(unreadable) => v1::judgement::Result::Unreadable(unreadable.into()),
        }
    }
}

impl TryFrom<v1::judgement::Result> for Result<Verdict, Unreadable> {
    type Error = Malformed;
    fn try_from(from: v1::judgement::Result) -> Result<Self, Malformed> {
        Ok(match from {
            v1::judgement::Result::Verdict(verdict) => Ok(verdict.try_into()?),
            v1::judgement::Result::Unreadable(unreadable) => Err(unreadable.try_into()?),
            v1::judgement::Result::Batch(_) => return Err(Malformed("a verdict")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Outcome, RuleState, Severity, UnitKnown, UnreadableReason, fingerprint};

    fn finding() -> Finding {
        let words = |zh: &str| Words::new(zh, "in English");
        Finding {
            code: "AR-02".into(),
            severity: Severity::Warning,
            message: words("合计不等"),
            help: words("请核对"),
            basis: words("表内勾稽关系"),
            places: vec![
                Place {
                    part: Some(3),
                    table: Some(3),
                    row: Some((22, "（七）总计".into())),
                    column: Some("自然人".into()),
                    field: Some("t3.total.NP".into()),
                    anchor: Anchor::Line { line: 12, column: 3 },
                    quote: "20".into(),
                    ..Place::default()
                },
                Place {
                    spot: Some("标题".into()),
                    anchor: Anchor::Page { page: 2, bbox: [-1, 2, 3, 4] },
                    ..Place::default()
                },
                Place {
                    anchor: Anchor::Path { part: "word/document.xml".into(), path: "p[1]".into() },
                    ..Place::default()
                },
                Place {
                    anchor: Anchor::Sheet { sheet: "表三".into(), row: 12, column: 3 },
                    ..Place::default()
                },
                Place::default(),
            ],
            expected: Some("21".into()),
            found: None,
            fingerprint: fingerprint("AR-02", "t3.total.NP"),
            doubt: Some(words("读数存疑")),
            likely: Some(words("表三 某格")),
        }
    }

    #[test]
    fn a_verdict_survives_the_wire() {
        let reason = Some(Words::new("没有表三", "no table 3"));
        let verdict = Verdict {
            outcome: Outcome::NeedsReview,
            unit: Some(("某市审计局".into(), UnitKnown::Title)),
            year: Some(2024),
            edition: Some("2021".into()),
            edition_hash: "0123456789abcdef".into(),
            findings: vec![finding()],
            coverage: BTreeMap::from([(
                "AR-02".into(),
                Coverage { state: RuleState::NotAssessable, assessed: 3, total: 7, reason },
            )]),
            texts: BTreeMap::from([(5, "部分".into())]),
            values: BTreeMap::from([
                ("a".into(), Value::Count(-8)),
                ("b".into(), Value::Amount(Amount { fen: 411_300 })),
                ("c".into(), Value::Blank),
                ("d".into(), Value::Mark("/".into())),
                ("e".into(), Value::Annotated { value: 22, note: "（其中修订16件）".into() }),
                ("f".into(), Value::NotANumber("1O".into())),
            ]),
        };
        let result = Ok(verdict);
        let message = v1::judgement::Result::from(&result);
        assert_eq!(Result::<Verdict, Unreadable>::try_from(message), Ok(result));
    }

    #[test]
    fn an_unreadable_survives_the_wire() {
        let result = Err(Unreadable {
            reason: UnreadableReason::OverLimit,
            message: Words::new("太大", "too large"),
            help: Words::new("请重新导出", "export it again"),
        });
        let message = v1::judgement::Result::from(&result);
        assert_eq!(Result::<Verdict, Unreadable>::try_from(message), Ok(result));
    }

    #[test]
    fn a_value_of_an_unknown_kind_is_refused_not_taken_for_blank() {
        assert_eq!(Value::try_from(v1::Value { kind: None }), Err(Malformed("value")));
    }
}
