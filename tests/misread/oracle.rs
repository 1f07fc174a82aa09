//! What the written report says for each field, against what was bound.

use crate::report_kit::Read;
use crate::written::{Grid, Item, Written};
use nianbao::document::{Reading, Value, ValueKind};
use nianbao::edition::{Edition, Term};
use nianbao::model::{Finding, Severity, Verdict};
use std::collections::BTreeMap;

/// What became of a field, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Bound as it is written.
    Right,
    /// Absent, or marked doubtful.
    Doubtful,
    /// Another value, and a finding at its place says that the place is not in order.
    Caught,
    /// Another value, and nothing said.
    Wrong,
}

/// A file of one of the formats of [`crate::written`].
pub fn read(format: &str, bytes: &[u8]) -> Read {
    let ending = if ["html", "docx"].contains(&format) { format } else { "txt" };
    Read::of(&format!("报告.{ending}"), bytes)
}

/// What a report says in words for each field; `None` where two places say different things.
pub fn said(written: &Written) -> BTreeMap<String, Option<String>> {
    let mut out = BTreeMap::new();
    for item in &written.items {
        if let Item::Table(grid) = item {
            collect(grid, &mut out);
        }
    }
    out
}

fn collect(grid: &Grid, out: &mut BTreeMap<String, Option<String>>) {
    for slot in grid.rows.iter().flatten() {
        if let Some(field) = &slot.field {
            let says = slot.says.as_ref().unwrap_or(&slot.text).clone();
            out.entry(field.clone())
                .and_modify(|before| *before = before.take().filter(|b| *b == says))
                .or_insert(Some(says));
        }
        slot.inner.iter().for_each(|inner| collect(inner, out));
    }
}

/// One field's fate, for the report of a failure.
pub struct Told {
    pub fate: Fate,
    pub words: String,
}

/// Compares everything bound with everything written. Judging is asked for only where it matters.
pub fn compare(written: &Written, read: &Read, edition: &Edition) -> (Vec<Told>, Option<Verdict>) {
    let said = said(written);
    let mut verdict = None;
    let mut told = Vec::new();
    let fields = edition.tables.iter().flat_map(|t| t.fields());
    for (field, _, row, column) in fields {
        let says = said.get(&field).cloned().flatten();
        let bound = read.report.field(&field);
        let fate = match bound {
            None if says.is_none() => Fate::Right,
            None => Fate::Doubtful,
            Some(b) if agrees(says.as_deref(), &b.reading.value, column.kind) => Fate::Right,
            Some(b) if b.doubtful => Fate::Doubtful,
            Some(_) => {
                let verdict = verdict.get_or_insert_with(|| read.judged());
                match verdict.findings.iter().any(|f| speaks_of(f, &field, &row.label)) {
                    true => Fate::Caught,
                    false => Fate::Wrong,
                }
            }
        };
        let words = format!("{field}: says {says:?}, bound {:?}", bound.map(|b| &b.reading.value));
        told.push(Told { fate, words });
    }
    (told, verdict)
}

/// A cell that holds no number agrees with any reading that is none.
fn agrees(says: Option<&str>, value: &Value, kind: ValueKind) -> bool {
    let Some(says) = says else { return false };
    let due = Reading::read(says, kind);
    let number = |v: &Value| v.count().is_some() || matches!(v, Value::Amount(_));
    due.value == *value
        || !due.is_number() && !number(value) && says.trim().is_empty() == (*value == Value::Blank)
}

/// A finding of the families that speak of reading and of the form, at the field, its row or, where
/// the whole table is doubted, its table.
fn speaks_of(finding: &Finding, field: &str, row: &str) -> bool {
    let table = field.as_bytes()[1] - b'0';
    let whole = ["PX-03", "PX-09", "TB-03"].contains(&finding.code.as_str());
    (finding.code.starts_with("PX") || finding.code.starts_with("TB"))
        && finding.severity >= Severity::Warning
        && finding.places.iter().any(|place| {
            place.field.as_deref() == Some(field)
                || place.table == Some(table)
                    && match &place.row {
                        Some((_, label)) => label == row && place.field.is_none(),
                        None => whole,
                    }
        })
}

/// Errors of arithmetic where the report as written adds up, or does not say enough to tell.
pub fn false_errors(written: &Written, verdict: &Verdict, edition: &Edition) -> Vec<String> {
    let said = said(written);
    // `Err` for a cell that holds no number: what follows from it is not judged here.
    let value = |field: &String| -> Result<Option<i64>, ()> {
        match said.get(field).and_then(Option::as_deref) {
            None => Ok(None),
            Some(text) if text.trim().is_empty() => Ok(Some(0)),
            Some(text) => text.parse().map(Some).map_err(|_| ()),
        }
    };
    let mut out = Vec::new();
    for equation in &edition.equations {
        let sum = |terms: &[Term]| -> Result<Option<i64>, ()> {
            let all = terms.iter().map(|t| value(&t.field)).collect::<Result<Vec<_>, ()>>()?;
            Ok(all.into_iter().sum())
        };
        let (Ok(left), Ok(right)) = (sum(&equation.left), sum(&equation.right)) else { continue };
        if left.zip(right).is_some_and(|(l, r)| l != r) {
            continue;
        }
        let at = |f: &&Finding| {
            f.code == equation.rule
                && f.severity == Severity::Error
                && f.places.first().and_then(|p| p.field.as_ref()) == Some(&equation.pivot)
        };
        out.extend(verdict.findings.iter().filter(at).map(|f| f.message.zh.clone()));
    }
    out
}
