//! The object of `check --format json` and `show --format json`: one line per file, for programs.

use super::{Judged, Review, decision};
use crate::document::{Amount, Value};
use crate::model::{CellChange, Cost, Difference, Finding, Lang, Place, Ruled, Verdict};
use serde::{Serialize, Serializer};
use serde_json::json;
use std::collections::BTreeMap;

/// One JSON object without a line break, its keys in a fixed order:
///
/// * `outcome`: `compliant`, `needs_review`, `returned`, `unreadable`;
/// * `judged_outcome`: what the rules alone came to; only where reviewers may have decided otherwise;
/// * `findings`: errors first; `message`, `help`, `basis` and `doubt` in the language asked for;
///   with decisions known also `standing` (`open`, `confirmed`, `dismissed`, `explained`, `lapsed`) and
///   `decision` (`null` where there is none);
/// * `coverage`: every rule of the catalogue: `pass`, `fail`, `not_applicable`, `not_assessable`;
/// * `values`: a number for counts and amounts (amounts in 万元), the number alone for one with a
///   note behind it, `null` for a blank cell, the text as written for a mark or anything that is no
///   number; a cell that could not be placed is absent;
/// * `cost`: only where asked for: `ms`, and `worker_bytes`, the most memory the worker held, or `null`;
/// * `unreadable`: only for files that could not be read: `reason` (a stable code), `message`, `help`.
pub fn line(judged: &Judged, lang: Lang) -> String {
    let verdict = judged.result.ok();
    let object = Line {
        file: judged.file,
        format: judged.format.name(),
        sha256: judged.sha256,
        unit: verdict.and_then(|v| v.unit.as_ref()).map(|(name, _)| name.as_str()),
        year: verdict.and_then(|v| v.year),
        edition: verdict.and_then(|v| v.edition.as_deref()),
        outcome: judged.outcome().name(),
        judged_outcome: judged.review.and(verdict).map(|v| v.outcome.name()),
        findings: verdict.map(|v| findings(v, judged.review, lang)).unwrap_or_default(),
        coverage: verdict.map(coverage).unwrap_or_default(),
        values: verdict.map(values).unwrap_or_default(),
        cost: judged.cost.map(CostLine::from),
        unreadable: judged.result.err().map(|u| UnreadableLine {
            reason: u.reason.code(),
            message: u.message.in_lang(lang),
            help: u.help.in_lang(lang),
        }),
    };
    serde_json::to_string(&object).expect("strings and numbers always serialize")
}

/// What changed between two submissions as one JSON object without a line break: their numbers, the
/// findings `fixed`, `unchecked` (it is not known whether fixed), `remaining` and `new`, `cells` with both values (absent where the cell was not
/// read) and `passages`; findings and values as in [`line`].
pub fn difference(between: (u64, u64), difference: &Difference, lang: Lang) -> String {
    let findings =
        |found: &[Finding]| json!(found.iter().map(|f| finding(f, lang)).collect::<Vec<_>>());
    let cell = |change: &CellChange| {
        let mut object = json!({ "field": change.field });
        for (side, value) in [("before", &change.before), ("after", &change.after)] {
            if let Some(value) = value {
                object[side] = json!(Cell(value));
            }
        }
        object
    };
    json!({
        "earlier": between.0,
        "later": between.1,
        "fixed": findings(&difference.fixed),
        "unchecked": findings(&difference.unchecked),
        "remaining": findings(&difference.remaining),
        "new": findings(&difference.new),
        "cells": difference.cells.iter().map(cell).collect::<Vec<_>>(),
        "passages": difference.passages,
    })
    .to_string()
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    format: &'a str,
    sha256: &'a str,
    unit: Option<&'a str>,
    year: Option<i32>,
    edition: Option<&'a str>,
    outcome: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    judged_outcome: Option<&'a str>,
    findings: Vec<FindingLine<'a>>,
    coverage: BTreeMap<&'a str, &'a str>,
    values: BTreeMap<&'a str, Cell<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<CostLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<UnreadableLine<'a>>,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    help: &'a str,
    basis: &'a str,
    places: Vec<PlaceLine<'a>>,
    expected: Option<&'a str>,
    found: Option<&'a str>,
    fingerprint: &'a str,
    doubt: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'a str>,
    /// `null` where decisions are known and there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<serde_json::Value>,
}

#[derive(Serialize)]
struct PlaceLine<'a> {
    words: String,
    part: Option<u8>,
    table: Option<u8>,
    row: Option<u16>,
    row_label: Option<&'a str>,
    column: Option<&'a str>,
    field: Option<&'a str>,
    anchor: String,
    quote: &'a str,
}

#[derive(Serialize)]
pub(super) struct CostLine {
    ms: f64,
    worker_bytes: Option<u64>,
}

impl From<Cost> for CostLine {
    fn from(cost: Cost) -> CostLine {
        // A thousandth of a millisecond is the last digit worth telling.
        let ms = (cost.wall.as_secs_f64() * 1e6).round() / 1e3;
        CostLine { ms, worker_bytes: cost.peak }
    }
}

#[derive(Serialize)]
struct UnreadableLine<'a> {
    reason: &'a str,
    message: &'a str,
    help: &'a str,
}

/// A cell's value as programs get it.
struct Cell<'a>(&'a Value);

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Count(n) | Value::Annotated { value: n, .. } => to.serialize_i64(*n),
            Value::Amount(a) if a.fen % Amount::FEN_PER_WAN == 0 => {
                to.serialize_i64(a.fen / Amount::FEN_PER_WAN)
            }
            // The quotient is the double nearest to the decimal, and printed shortest is that decimal.
            Value::Amount(a) => to.serialize_f64(a.wan()),
            Value::Blank => to.serialize_none(),
            Value::Mark(text) | Value::NotANumber(text) => to.serialize_str(text),
        }
    }
}

fn findings<'a>(
    verdict: &'a Verdict,
    review: Option<Review<'a>>,
    lang: Lang,
) -> Vec<FindingLine<'a>> {
    let ruled = |at: usize| review.map(|review| review.ruled.get(at).and_then(Option::as_ref));
    let findings = verdict.findings.iter().enumerate();
    findings.map(|(at, f)| reviewed(f, ruled(at), lang)).collect()
}

/// A finding with what was decided about it, where decisions are known.
fn reviewed<'a>(f: &'a Finding, ruled: Option<Option<&'a Ruled>>, lang: Lang) -> FindingLine<'a> {
    let value = |ruled: &Ruled| decision::value(&ruled.decision, lang);
    FindingLine {
        standing: ruled.map(decision::standing),
        decision: ruled.map(|ruled| ruled.map(value).unwrap_or_default()),
        ..finding(f, lang)
    }
}

fn finding(f: &Finding, lang: Lang) -> FindingLine<'_> {
    FindingLine {
        code: &f.code,
        severity: f.severity.name(),
        message: f.message.in_lang(lang),
        help: f.help.in_lang(lang),
        basis: f.basis.in_lang(lang),
        places: f.places.iter().map(|p| place(p, lang)).collect(),
        expected: f.expected.as_deref(),
        found: f.found.as_deref(),
        fingerprint: &f.fingerprint,
        doubt: f.doubt.as_ref().map(|w| w.in_lang(lang)),
        standing: None,
        decision: None,
    }
}

fn place(p: &Place, lang: Lang) -> PlaceLine<'_> {
    PlaceLine {
        words: p.in_words(lang),
        part: p.part,
        table: p.table,
        row: p.row.as_ref().map(|(number, _)| *number),
        row_label: p.row.as_ref().map(|(_, label)| label.as_str()),
        column: p.column.as_deref(),
        field: p.field.as_deref(),
        anchor: p.anchor.to_string(),
        quote: &p.quote,
    }
}

fn coverage(verdict: &Verdict) -> BTreeMap<&str, &str> {
    verdict.coverage.iter().map(|(code, c)| (code.as_str(), c.state.name())).collect()
}

fn values(verdict: &Verdict) -> BTreeMap<&str, Cell<'_>> {
    verdict.values.iter().map(|(name, value)| (name.as_str(), Cell(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_number_a_blank_or_what_stands_there() {
        let shown = |value: Value| serde_json::to_string(&Cell(&value)).expect("serializes");
        let fen = |fen| Value::Amount(Amount { fen });
        assert_eq!(shown(Value::Count(-8)), "-8");
        assert_eq!(shown(Value::Annotated { value: 22, note: "其中修订16件".into() }), "22");
        assert_eq!(shown(fen(41_130_000)), "41.13");
        assert_eq!(shown(fen(3_000_000)), "3");
        assert_eq!(shown(fen(123_456_789_012_345)), "123456789.012345");
        assert_eq!(shown(fen(-100_000)), "-0.1");
        assert_eq!(shown(Value::Blank), "null");
        assert_eq!(shown(Value::Mark("/".into())), "\"/\"");
        assert_eq!(shown(Value::NotANumber("1O".into())), "\"1O\"");
    }
}
