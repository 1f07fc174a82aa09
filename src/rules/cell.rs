//! Cells of the form as rules speak of them: their place, their number, and whether to trust it.

use super::Case;
use crate::document::{Value, ValueKind};
use crate::edition::Spot;
use crate::model::{Place, Words};

/// What stands in a cell, as far as arithmetic may use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Is(i64),
    Blank,
    /// A mark, a text or money: no count.
    Unusable,
    /// The report has no such cell, or it could not be placed.
    Absent,
}

pub(super) fn number(case: &Case, field: &str) -> Number {
    case.report.field(field).map_or(Number::Absent, |f| read(&f.reading.value))
}

/// What arithmetic makes of a value.
pub(super) fn read(value: &Value) -> Number {
    match value {
        Value::Blank => Number::Blank,
        value => value.count().map_or(Number::Unusable, Number::Is),
    }
}

/// The cell on the form of the report's edition, else of any edition.
pub(super) fn spot<'a>(case: &Case<'a>, field: &str) -> Option<Spot<'a>> {
    let mut editions = case.edition().into_iter().chain(&case.editions.all);
    editions.find_map(|edition| edition.spot(field))
}

pub(super) fn kind(case: &Case, field: &str) -> Option<ValueKind> {
    spot(case, field).map(|s| s.column.kind)
}

/// The place of a cell in the words of the form, whether or not the report has the cell.
pub(super) fn place(case: &Case, field: &str) -> Place {
    let named = || Place { field: Some(field.to_string()), ..Place::default() };
    let mut place = spot(case, field).map_or_else(named, |spot| spot.place(field));
    if let Some(found) = case.report.field(field) {
        (place.part, place.table) = (Some(found.table), Some(found.table));
        place.row = place.spot.take().map(|label| (found.row, label));
        place.column.get_or_insert_with(|| found.column_label.clone());
        place.anchor = found.anchor.clone();
        place.quote = quote(&found.raw);
    }
    place
}

/// The place of a whole table, found or not; its part when it is not there.
pub(super) fn table_place(case: &Case, number: u8) -> Place {
    match case.report.table(number) {
        Some(table) => Place {
            part: Some(number),
            table: Some(number),
            anchor: table.anchor.clone(),
            ..Place::default()
        },
        None => Place { part: Some(number), ..Place::default() },
    }
}

/// At most 120 characters of what stands there.
pub(super) fn quote(raw: &str) -> String {
    raw.trim().chars().take(120).collect()
}

/// Why a statement about these cells leans on a doubtful reading, if it does.
pub(super) fn doubt<'f>(case: &Case, fields: impl IntoIterator<Item = &'f str>) -> Option<Words> {
    let doubtful = fields.into_iter().any(|name| {
        let field = case.report.field(name);
        field.is_some_and(|f| {
            f.doubtful || case.report.table(f.table).is_some_and(|table| !table.certain)
        })
    });
    doubtful.then(|| {
        Words::new(
            "疑似识读问题：表格的行列未能确定对应，请看原文。",
            "Possibly a reading problem: rows and columns could not be matched with certainty; see the original.",
        )
    })
}

/// 表二, 表三, 表四.
pub(super) fn table_name(number: u8) -> &'static str {
    match number {
        2 => "表二",
        3 => "表三",
        _ => "表四",
    }
}
