//! Cells of the form as rules speak of them: their place, their number, and whether to trust it.

use super::Case;
use crate::document::{Value, ValueKind};
use crate::edition::{Block, Column, Row};
use crate::model::{Place, Words};

/// Where a cell stands on the form.
pub(super) struct Spot<'a> {
    pub(super) table: u8,
    pub(super) row: &'a Row,
    pub(super) column: &'a Column,
}

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
    let editions = case.edition().into_iter().chain(&case.editions.all);
    let (table, rest) = field.split_once('.')?;
    let number: u8 = table.strip_prefix('t')?.parse().ok()?;
    editions.filter_map(|e| e.table(number)).find_map(|table| {
        table.blocks.iter().find_map(|block| {
            let (row, column) = on_block(block, rest)?;
            Some(Spot { table: number, row, column })
        })
    })
}

/// Row and column of a field name without its table. Judging looks up cells by the hundred: names
/// are taken apart here, never put together.
fn on_block<'a>(block: &'a Block, name: &str) -> Option<(&'a Row, &'a Column)> {
    let (first, second) = name.split_once('.').unwrap_or((name, ""));
    let named = |row: &Row, column: &Column| match (row.id.is_empty(), column.id.is_empty()) {
        (true, _) => second.is_empty() && column.id == first,
        (_, true) => second.is_empty() && row.id == first,
        _ => row.id == first && column.id == second,
    };
    let mut rows = block.rows.iter().filter(|r| r.id.is_empty() || r.id == first);
    rows.find_map(|row| {
        let column = block.columns.iter().find(|column| named(row, column))?;
        Some((row, column))
    })
}

pub(super) fn kind(case: &Case, field: &str) -> Option<ValueKind> {
    spot(case, field).map(|s| s.column.kind)
}

/// The place of a cell in the words of the form, whether or not the report has the cell.
pub(super) fn place(case: &Case, field: &str) -> Place {
    let spot = spot(case, field);
    let found = case.report.field(field);
    let table = found.map(|f| f.table).or(spot.as_ref().map(|s| s.table));
    let column = spot.as_ref().map(|s| match (s.table, s.column.group.as_str()) {
        // 表四 has three columns 总计, told apart by their group only.
        (4, group) if !group.is_empty() => format!("{group}·{}", s.column.label),
        _ => s.column.label.clone(),
    });
    let label = spot.as_ref().map(|s| s.row.label.clone());
    Place {
        part: table,
        table,
        row: label.filter(|l| !l.is_empty()).zip(found).map(|(label, f)| (f.row, label)),
        column: column.or(found.map(|f| f.column_label.clone())),
        spot: spot
            .filter(|s| found.is_none() && !s.row.label.is_empty())
            .map(|s| s.row.label.clone()),
        field: Some(field.to_string()),
        anchor: found.map(|f| f.anchor.clone()).unwrap_or_default(),
        quote: found.map(|f| quote(&f.raw)).unwrap_or_default(),
    }
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
