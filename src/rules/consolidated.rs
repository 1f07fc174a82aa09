//! What the rules on a government's consolidated report share: the bodies it takes in with their
//! reports, and cells that may be added up.

use super::body::{self, Body, Registered, Subordinate};
use super::prose::squeeze;
use super::{Case, Checked, cell};
use crate::document::{Amount, Value, ValueKind};
use crate::model::{BodyKind, Words};

/// Names that a sentence lists before it only counts.
const NAMED: usize = 5;

/// A report that takes in those of others.
pub(super) struct Consolidation<'a> {
    pub body: &'a Body,
    pub units: &'a [Subordinate],
}

/// The reports that this one takes in, or why there are none to compare with.
pub(super) fn of<'a>(case: &Case<'a>) -> Result<Consolidation<'a>, Checked> {
    let name = case.report.identity.unit.as_ref().map(|(name, _)| squeeze(name));
    let governs = name.is_some_and(|name| BodyKind::of_name(&name) == Some(BodyKind::Government));
    let body = match &case.circumstances.registered {
        Some(Registered::Listed(body)) => body,
        Some(_) if governs => {
            return Err(Checked::not_assessable(
                "单位不在名册中，不知道应汇总哪些下级单位",
                "the body is not in the roster, which names those it takes in",
            ));
        }
        None if governs => return Err(nobody_to_ask()),
        _ => return Err(takes_in_nobody()),
    };
    if body.kind == BodyKind::Department || body.subordinates == 0 {
        return Err(takes_in_nobody());
    }
    match &case.circumstances.subordinates {
        Some(units) => Ok(Consolidation { body, units }),
        None => Err(nobody_to_ask()),
    }
}

fn takes_in_nobody() -> Checked {
    Checked::not_applicable(
        "不是汇总下级的政府报告，或名册中没有归其汇总的单位",
        "no government's report, or the roster names nobody it takes in",
    )
}

fn nobody_to_ask() -> Checked {
    Checked::not_assessable(
        "没有单位名册和下级单位的报告可供对照（收件时按名册核对）",
        "there is no roster with the subordinates' reports to compare with",
    )
}

impl<'a> Consolidation<'a> {
    /// Units of whose report nothing was received that could be read.
    pub fn missing(&self) -> Vec<&'a str> {
        let none = self.units.iter().filter(|unit| unit.report.is_none());
        none.map(|unit| unit.name.as_str()).collect()
    }

    /// Units whose report has faults of its own or was read in doubt.
    pub fn unsound(&self) -> Vec<&'a str> {
        let unsound = |unit: &&Subordinate| unit.report.as_ref().is_some_and(|r| !r.sound);
        self.units.iter().filter(unsound).map(|unit| unit.name.as_str()).collect()
    }

    /// The unit whose report carries the body's own figures, where the roster names one.
    pub fn own(&self) -> Option<&'a Subordinate> {
        self.units.iter().find(|unit| unit.own)
    }

    /// Every report that there is.
    pub fn reports(&self) -> impl Iterator<Item = (&'a Subordinate, &'a super::Prior)> {
        self.units.iter().filter_map(|unit| Some((unit, unit.report.as_ref()?)))
    }
}

/// Names for a sentence: the first few, and how many there are.
pub(super) fn listed(names: &[&str]) -> Words {
    named(names, NAMED)
}

/// The first `most` names, and how many there are where that is more.
pub(super) fn named(names: &[&str], most: usize) -> Words {
    let quoted: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
    joined(names, &quoted, most)
}

/// The same of bodies told in either language.
pub(super) fn joined(zh: &[impl AsRef<str>], en: &[String], most: usize) -> Words {
    let shown: Vec<&str> = zh.iter().take(most).map(AsRef::as_ref).collect();
    let (shown, in_english) = (shown.join("、"), en[..en.len().min(most)].join(", "));
    match zh.len() > most {
        true => Words::new(
            format!("{shown}等 {} 个单位", zh.len()),
            format!("{in_english} and {} more", zh.len() - most),
        ),
        false => Words::new(shown, in_english),
    }
}

/// What may be added up of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A count, or money in fen.
    Is(i64),
    Blank,
    Unknown,
}

impl Told {
    /// The number, a blank taken for 0, and whether it was one.
    pub fn or_zero(self) -> Option<(i64, bool)> {
        match self {
            Told::Is(n) => Some((n, false)),
            Told::Blank => Some((0, true)),
            Told::Unknown => None,
        }
    }
}

pub(super) fn told(value: Option<&Value>) -> Told {
    match value {
        Some(Value::Amount(amount)) => Told::Is(amount.fen),
        Some(Value::Blank) => Told::Blank,
        Some(other) => other.count().map_or(Told::Unknown, Told::Is),
        None => Told::Unknown,
    }
}

/// A cell of this report.
pub(super) fn here(case: &Case, field: &str) -> Told {
    told(case.report.field(field).map(|field| &field.reading.value))
}

/// The cells of the form that add up over bodies: all but money whose unit nobody states.
pub(super) fn fields(case: &Case) -> Vec<(String, ValueKind)> {
    let Some(edition) = case.edition() else { return Vec::new() };
    let all = edition.tables.iter().flat_map(|table| table.fields());
    all.map(|(name, _, _, column)| (name, column.kind))
        .filter(|(_, kind)| *kind != ValueKind::AmountUnstated)
        .collect()
}

/// A sum for people who read English.
pub(super) fn written_in_english(kind: ValueKind, number: i64) -> String {
    match kind {
        ValueKind::Amount | ValueKind::AmountUnstated => {
            format!("{} × 10 000 yuan", Amount { fen: number })
        }
        ValueKind::Count | ValueKind::Change => number.to_string(),
    }
}

/// A sum as the form writes it.
pub(super) fn written(kind: ValueKind, number: i64) -> String {
    match kind {
        ValueKind::Amount | ValueKind::AmountUnstated => {
            format!("{}万元", Amount { fen: number })
        }
        ValueKind::Count | ValueKind::Change => number.to_string(),
    }
}

/// The cell in the words of the form.
pub(super) fn place_words(case: &Case, field: &str) -> Words {
    let place = cell::place(case, field);
    Words::new(place.in_words(crate::model::Lang::Zh), place.in_words(crate::model::Lang::En))
}

/// Whether the report is one of a government, by the roster or its name.
pub(super) fn governs(case: &Case) -> bool {
    body::kind(case) == Some(BodyKind::Government)
}
