//! TB-05: a row has as many number cells as its table has columns.

use super::cell::{quote, table_name, table_place};
use super::{Case, Checked};
use crate::edition::{BoundRow, BoundTable};
use crate::model::{Finding, Place, Words};
use crate::rule;

rule! {
    code: "TB-05",
    name: ("行列数不符", "Cells against columns"),
    severity: Error,
    basis: ("年度报告统一格式：每行的数与表头的列一一对应", "the form: a number for every column"),
    page: "tb_05_cells.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let tables = &case.report.tables;
    if tables.is_empty() {
        return Checked::not_assessable("没有找到表格", "no table was found");
    }
    let findings = tables.iter().filter_map(|table| report(case, table)).collect();
    Checked::Done {
        findings,
        assessed: tables.len() as u32,
        total: tables.len() as u32,
        reason: None,
    }
}

/// One finding for a table, with all its rows: they nearly always share one cause.
fn report(case: &Case, table: &BoundTable) -> Option<Finding> {
    // A row that the form does not have is TB-04's business, whatever its cells.
    let rows: Vec<&BoundRow> =
        table.rows.iter().filter(|r| r.id.is_some() && r.values != r.columns).collect();
    let first = rows.first()?;
    let name = table_name(table.number);
    let listed: Vec<String> = rows
        .iter()
        .map(|r| format!("第{}行“{}”{}个数", r.ordinal, quote(&r.label), r.values))
        .collect();
    let listed_en: Vec<String> = rows
        .iter()
        .map(|r| format!("row {} “{}” has {}", r.ordinal, quote(&r.label), r.values))
        .collect();
    let place = |row: &&BoundRow| Place {
        row: Some((row.ordinal, quote(&row.label))),
        anchor: row.anchor.clone(),
        quote: quote(&row.raw.join(" ")),
        ..table_place(case, table.number)
    };
    let finding = RULE.finding(
        &format!("t{}", table.number),
        Words::new(
            format!(
                "{name}有 {} 行的数与表头的 {} 列对不上，不能确定缺的是哪一列：{}。",
                rows.len(),
                first.columns,
                listed.join("、")
            ),
            format!(
                "Table {}: {} rows do not have the {} numbers of its head; which are missing cannot be known: {}.",
                table.number,
                rows.len(),
                first.columns,
                listed_en.join(", ")
            ),
        ),
        Words::new(
            "请补齐这些行的单元格，没有发生的填 0，每一列都要有数。",
            "Complete these rows: a number in every column, 0 where nothing happened.",
        ),
        place(first),
    );
    let finding = finding
        .expected(first.columns)
        .found(first.values)
        .also(rows.iter().skip(1).map(place).collect::<Vec<_>>());
    Some(match like_the_form(case, table.number, first.columns) {
        true => finding,
        // Held against a head that was read wrong, a right row looks wrong.
        false => finding.doubtful(Words::new(
            "疑似识读问题：表头的列数与统一格式不同，请看原文。",
            "Possibly a reading problem: the head has not as many columns as the form; see the original.",
        )),
    })
}

/// Whether a table of the form has as many columns as its head was read with.
fn like_the_form(case: &Case, table: u8, columns: usize) -> bool {
    let form = case.edition().and_then(|edition| edition.table(table));
    form.is_none_or(|form| form.blocks.iter().any(|block| block.columns.len() == columns))
}
