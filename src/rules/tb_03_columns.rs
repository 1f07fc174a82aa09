//! TB-03: every column of the form is there, in the form's order.

use super::cell::{table_name, table_place};
use super::{Case, Checked};
use crate::edition::{BoundTable, Table};
use crate::model::{Finding, Words};
use crate::rule;

rule! {
    code: "TB-03",
    name: ("表头列不全", "Columns missing or moved"),
    severity: Error,
    basis: ("年度报告统一格式的表头", "the heads of the national form's tables"),
    page: "tb_03_columns.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let tables = &case.report.tables;
    if tables.is_empty() {
        return Checked::not_assessable("没有找到表格", "no table was found");
    }
    let mut findings = Vec::new();
    for table in tables {
        let form = case.editions.get(&table.edition).and_then(|e| e.table(table.number));
        let Some(form) = form else { continue };
        findings.extend(missing(case, form, table).or_else(|| moved(case, form, table)));
    }
    Checked::Done {
        findings,
        assessed: tables.len() as u32,
        total: tables.len() as u32,
        reason: None,
    }
}

fn missing(case: &Case, form: &Table, table: &BoundTable) -> Option<Finding> {
    if table.missing_columns.is_empty() {
        return None;
    }
    let labels: Vec<String> =
        table.missing_columns.iter().map(|name| format!("“{}”", label(form, name))).collect();
    Some(finding(
        case,
        table,
        "missing",
        format!("缺少列{}", labels.join("、")),
        format!("lacks the columns {}", labels.join(", ")),
    ))
}

/// Label of a column named `block index.column id`, with its group where it has one.
fn label(form: &Table, name: &str) -> String {
    let (block, id) = name.split_once('.').unwrap_or(("0", name));
    let block = block.parse::<usize>().ok().and_then(|at| form.blocks.get(at));
    let column = block.and_then(|b| b.columns.iter().find(|c| c.id == id));
    match column {
        Some(c) if c.group.is_empty() => c.label.clone(),
        Some(c) => format!("{}·{}", c.group, c.label),
        None => id.to_string(),
    }
}

/// All columns are there but in another order.
fn moved(case: &Case, form: &Table, table: &BoundTable) -> Option<Finding> {
    let mut pairs = form.blocks.iter().zip(&table.columns);
    let (block, found) = pairs.find(|(block, found)| {
        let at: Vec<usize> =
            found.iter().filter_map(|id| block.columns.iter().position(|c| c.id == *id)).collect();
        !at.is_sorted()
    })?;
    let labels: Vec<&str> = found
        .iter()
        .filter_map(|id| block.columns.iter().find(|c| c.id == *id))
        .map(|c| c.label.as_str())
        .collect();
    Some(finding(
        case,
        table,
        "order",
        format!("列的顺序改动，现为{}", labels.join("、")),
        format!("has its columns in another order: “{}”", labels.join("、")),
    ))
}

fn finding(case: &Case, table: &BoundTable, key: &str, zh: String, en: String) -> Finding {
    let found = RULE.finding(
        &format!("t{}.columns.{key}", table.number),
        Words::new(
            format!("{}{zh}。", table_name(table.number)),
            format!("Table {} {en}.", table.number),
        ),
        Words::new(
            "请恢复统一格式的表头，没有数据的列填 0，不要删列或调换。",
            "Restore the heads of the form; fill in 0 rather than removing or moving a column.",
        ),
        table_place(case, table.number),
    );
    match table.certain {
        true => found,
        false => found.doubtful(Words::new(
            "疑似识读问题：表头未能完整识读，请看原文。",
            "Possibly a reading problem: the heads could not be read in full; see the original.",
        )),
    }
}
