//! The verdict and its parts as stored messages.

use super::{
    known_from, known_to, needed, outcome_from, outcome_to, reason_from, reason_to, severity_from,
    severity_to, state_from, state_to, stored, unknown, words_from, words_to,
};
use crate::document::{Amount, Anchor, Value};
use crate::model::{Coverage, Finding, Place, Unreadable, Verdict};
use crate::store::StoreError;

pub(super) fn examined_to(result: &Result<Verdict, Unreadable>) -> stored::Examined {
    use stored::examined::Result as Stored;
    let result = match result {
        Ok(verdict) => Stored::Verdict(verdict_to(verdict)),
        Err(unreadable) => Stored::Unreadable(stored::Unreadable {
            reason: reason_to(unreadable.reason),
            message: Some(words_to(&unreadable.message)),
            help: Some(words_to(&unreadable.help)),
        }),
    };
    stored::Examined { result: Some(result) }
}

pub(super) fn examined_from(
    examined: stored::Examined,
) -> Result<Result<Verdict, Unreadable>, StoreError> {
    use stored::examined::Result as Stored;
    Ok(match needed(examined.result, "a verdict")? {
        Stored::Verdict(verdict) => Ok(verdict_from(verdict)?),
        Stored::Unreadable(u) => Err(Unreadable {
            reason: reason_from(u.reason)?,
            message: words_from(u.message),
            help: words_from(u.help),
        }),
    })
}

fn verdict_to(v: &Verdict) -> stored::Verdict {
    stored::Verdict {
        outcome: outcome_to(v.outcome),
        unit: v.unit.as_ref().map(|(unit, _)| unit.clone()),
        unit_known: v.unit.as_ref().map(|(_, known)| known_to(*known)),
        year: v.year,
        edition: v.edition.clone(),
        edition_hash: v.edition_hash.clone(),
        findings: v.findings.iter().map(finding_to).collect(),
        coverage: v.coverage.iter().map(|(rule, line)| coverage_to(rule, line)).collect(),
        values: v.values.iter().map(|(field, value)| value_to(field, value)).collect(),
        texts: v.texts.iter().map(|(part, text)| text_to(*part, text)).collect(),
    }
}

fn verdict_from(v: stored::Verdict) -> Result<Verdict, StoreError> {
    Ok(Verdict {
        outcome: outcome_from(v.outcome)?,
        unit: match (v.unit, v.unit_known) {
            (Some(unit), Some(known)) => Some((unit, known_from(known)?)),
            _ => None,
        },
        year: v.year,
        edition: v.edition,
        edition_hash: v.edition_hash,
        findings: v.findings.into_iter().map(finding_from).collect::<Result<_, _>>()?,
        coverage: v.coverage.into_iter().map(coverage_from).collect::<Result<_, _>>()?,
        values: v.values.into_iter().map(value_from).collect::<Result<_, _>>()?,
        texts: v.texts.into_iter().map(text_from).collect::<Result<_, _>>()?,
    })
}

fn text_to(part: u8, text: &str) -> stored::Text {
    stored::Text { part: part.into(), text: text.to_string() }
}

fn text_from(t: stored::Text) -> Result<(u8, String), StoreError> {
    Ok((u8::try_from(t.part).map_err(|_| unknown("a part"))?, t.text))
}

pub(in crate::store) fn finding_to(f: &Finding) -> stored::Finding {
    stored::Finding {
        code: f.code.clone(),
        severity: severity_to(f.severity),
        message: Some(words_to(&f.message)),
        help: Some(words_to(&f.help)),
        basis: Some(words_to(&f.basis)),
        places: f.places.iter().map(place_to).collect(),
        expected: f.expected.clone(),
        found: f.found.clone(),
        fingerprint: f.fingerprint.clone(),
        doubt: f.doubt.as_ref().map(words_to),
        likely: f.likely.as_ref().map(words_to),
    }
}

pub(in crate::store) fn finding_from(f: stored::Finding) -> Result<Finding, StoreError> {
    Ok(Finding {
        code: f.code,
        severity: severity_from(f.severity)?,
        message: words_from(f.message),
        help: words_from(f.help),
        basis: words_from(f.basis),
        places: f.places.into_iter().map(place_from).collect::<Result<_, _>>()?,
        expected: f.expected,
        found: f.found,
        fingerprint: f.fingerprint,
        doubt: f.doubt.map(|doubt| words_from(Some(doubt))),
        likely: f.likely.map(|likely| words_from(Some(likely))),
    })
}

fn place_to(p: &Place) -> stored::Place {
    stored::Place {
        part: p.part.map(u32::from),
        table: p.table.map(u32::from),
        row: p.row.as_ref().map(|(number, label)| stored::Row {
            number: u32::from(*number),
            label: label.clone(),
        }),
        column: p.column.clone(),
        spot: p.spot.clone(),
        field: p.field.clone(),
        anchor: anchor_to(&p.anchor),
        quote: p.quote.clone(),
    }
}

fn place_from(p: stored::Place) -> Result<Place, StoreError> {
    let small = |n: u32| u8::try_from(n).map_err(|_| unknown("a part or table number"));
    Ok(Place {
        part: p.part.map(small).transpose()?,
        table: p.table.map(small).transpose()?,
        row: p
            .row
            .map(|row| match u16::try_from(row.number) {
                Ok(number) => Ok((number, row.label)),
                Err(_) => Err(unknown("a row number")),
            })
            .transpose()?,
        column: p.column,
        spot: p.spot,
        field: p.field,
        anchor: anchor_from(p.anchor)?,
        quote: p.quote,
    })
}

fn anchor_to(anchor: &Anchor) -> Option<stored::Anchor> {
    use stored::anchor::{self, Kind};
    let kind = match anchor {
        Anchor::Unknown => return None,
        Anchor::Line { line, column } => Kind::Line(anchor::Line { line: *line, column: *column }),
        Anchor::Page { page, bbox: [x, y, width, height] } => {
            Kind::Page(anchor::Page { page: *page, x: *x, y: *y, width: *width, height: *height })
        }
        Anchor::Path { part, path } => {
            Kind::Path(anchor::Path { part: part.clone(), path: path.clone() })
        }
        Anchor::Sheet { sheet, row, column } => {
            Kind::Sheet(anchor::Sheet { sheet: sheet.clone(), row: *row, column: *column })
        }
    };
    Some(stored::Anchor { kind: Some(kind) })
}

fn anchor_from(anchor: Option<stored::Anchor>) -> Result<Anchor, StoreError> {
    use stored::anchor::Kind;
    let Some(anchor) = anchor else { return Ok(Anchor::Unknown) };
    Ok(match needed(anchor.kind, "a place in a file")? {
        Kind::Line(l) => Anchor::Line { line: l.line, column: l.column },
        Kind::Page(p) => Anchor::Page { page: p.page, bbox: [p.x, p.y, p.width, p.height] },
        Kind::Path(p) => Anchor::Path { part: p.part, path: p.path },
        Kind::Sheet(s) => Anchor::Sheet { sheet: s.sheet, row: s.row, column: s.column },
    })
}

fn coverage_to(rule: &str, line: &Coverage) -> stored::Coverage {
    stored::Coverage {
        rule: rule.to_owned(),
        state: state_to(line.state),
        assessed: line.assessed,
        total: line.total,
        reason: line.reason.as_ref().map(words_to),
    }
}

fn coverage_from(line: stored::Coverage) -> Result<(String, Coverage), StoreError> {
    let coverage = Coverage {
        state: state_from(line.state)?,
        assessed: line.assessed,
        total: line.total,
        reason: line.reason.map(|reason| words_from(Some(reason))),
    };
    Ok((line.rule, coverage))
}

fn value_to(field: &str, value: &Value) -> stored::Value {
    use stored::value::{self, Kind};
    let kind = match value {
        Value::Count(n) => Kind::Count(*n),
        Value::Amount(amount) => Kind::Fen(amount.fen),
        Value::Blank => Kind::Blank(value::Blank {}),
        Value::Mark(mark) => Kind::Mark(mark.clone()),
        Value::Annotated { value, note } => {
            Kind::Annotated(value::Annotated { value: *value, note: note.clone() })
        }
        Value::NotANumber(text) => Kind::NotANumber(text.clone()),
    };
    stored::Value { field: field.to_owned(), kind: Some(kind) }
}

fn value_from(value: stored::Value) -> Result<(String, Value), StoreError> {
    use stored::value::Kind;
    let kind = match needed(value.kind, "a cell's value")? {
        Kind::Count(n) => Value::Count(n),
        Kind::Fen(fen) => Value::Amount(Amount { fen }),
        Kind::Blank(_) => Value::Blank,
        Kind::Mark(mark) => Value::Mark(mark),
        Kind::Annotated(a) => Value::Annotated { value: a.value, note: a.note },
        Kind::NotANumber(text) => Value::NotANumber(text),
    };
    Ok((value.field, kind))
}
