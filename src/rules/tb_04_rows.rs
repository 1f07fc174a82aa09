//! TB-04: every row of the form is there once, in order, and no other.

use super::cell::{quote, table_name, table_place};
use super::{Case, Checked};
use crate::edition::{BoundRow, BoundTable, Table};
use crate::model::{Finding, Place, Severity, Words};
use crate::rule;
use std::collections::BTreeSet;

rule! {
    code: "TB-04",
    name: ("数据行不全或多行", "Rows missing or added"),
    severity: Error,
    basis: ("年度报告统一格式的行", "the rows of the national form's tables"),
    page: "tb_04_rows.md",
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
        findings.extend(missing(case, form, table));
        findings.extend(extra(case, table));
        findings.extend(disordered(case, form, table));
    }
    Checked::Done {
        findings,
        assessed: tables.len() as u32,
        total: tables.len() as u32,
        reason: None,
    }
}

/// A row of another edition in the place of the form's own is one fault, which TB-02 reports.
fn replaced(table: &BoundTable) -> bool {
    table.rows.iter().any(|r| r.id.is_some() && r.edition != table.edition)
}

fn missing(case: &Case, form: &Table, table: &BoundTable) -> Option<Finding> {
    if table.missing_rows.is_empty() || replaced(table) {
        return None;
    }
    let rows = || form.blocks.iter().flat_map(|b| &b.rows);
    let label = |id: &String| {
        let row = rows().find(|r| r.id == *id);
        row.map_or_else(
            || id.clone(),
            |r| if r.label.is_empty() { "数据行".into() } else { r.label.clone() },
        )
    };
    let labels: Vec<String> =
        table.missing_rows.iter().map(|id| format!("“{}”", label(id))).collect();
    let found = RULE.finding(
        &format!("t{}.missing", table.number),
        Words::new(
            format!("{}缺少{}。", table_name(table.number), labels.join("、")),
            format!("Table {} lacks the rows {}.", table.number, labels.join(", ")),
        ),
        Words::new(
            "请按统一格式补齐各行，没有发生的填 0。",
            "Add the rows as the form has them; fill in 0 where nothing happened.",
        ),
        table_place(case, table.number),
    );
    Some(doubted(table, found))
}

fn extra(case: &Case, table: &BoundTable) -> Option<Finding> {
    let rows: Vec<&BoundRow> = table.rows.iter().filter(|r| r.id.is_none()).collect();
    let first = rows.first()?;
    let labels: Vec<String> =
        rows.iter().map(|r| format!("第{}行“{}”", r.ordinal, quote(&r.label))).collect();
    let in_english: Vec<String> =
        rows.iter().map(|r| format!("row {} “{}”", r.ordinal, quote(&r.label))).collect();
    let places = rows.iter().skip(1).map(|r| row_place(case, table, r));
    let found = RULE
        .finding(
            &format!("t{}.extra", table.number),
            Words::new(
                format!("{}多出统一格式没有的行：{}。", table_name(table.number), labels.join("、")),
                format!("Table {} has rows the form does not have: {}.", table.number, in_english.join(", ")),
            ),
            Words::new(
                "请删去自行增加的行；确需说明的写入第六部分。本地格式确有此行的，请由管理员在格式配置中登记。",
                "Remove the added rows; what must be said belongs in part six.",
            ),
            row_place(case, table, first),
        )
        .severity(Severity::Warning)
        .also(places.collect::<Vec<_>>());
    Some(doubted(table, found))
}

/// Rows in another order, or the same row twice.
fn disordered(case: &Case, form: &Table, table: &BoundTable) -> Option<Finding> {
    let order: Vec<&str> =
        form.blocks.iter().flat_map(|b| &b.rows).map(|r| r.id.as_str()).collect();
    let mut seen = BTreeSet::new();
    let mut last = 0;
    let wrong = table.rows.iter().find(|row| {
        let at = row.id.as_ref().and_then(|id| order.iter().position(|o| o == id));
        let Some(at) = at else { return false };
        let out = !seen.insert(at) || at < last;
        last = at;
        out
    })?;
    let found = RULE
        .finding(
            &format!("t{}.order", table.number),
            Words::new(
                format!(
                    "{}第{}行“{}”重复或者不在统一格式的位置。",
                    table_name(table.number),
                    wrong.ordinal,
                    quote(&wrong.label)
                ),
                format!(
                    "Table {}, row {} “{}” is there twice or out of order.",
                    table.number,
                    wrong.ordinal,
                    quote(&wrong.label)
                ),
            ),
            Words::new(
                "请按统一格式的顺序排列各行，每行一次。",
                "Put the rows in the form's order, each once.",
            ),
            row_place(case, table, wrong),
        )
        .severity(Severity::Warning);
    Some(doubted(table, found))
}

fn row_place(case: &Case, table: &BoundTable, row: &BoundRow) -> Place {
    Place {
        row: Some((row.ordinal, quote(&row.label))),
        anchor: row.anchor.clone(),
        quote: quote(&row.label),
        ..table_place(case, table.number)
    }
}

fn doubted(table: &BoundTable, finding: Finding) -> Finding {
    match table.certain {
        true => finding,
        false => finding.doubtful(Words::new(
            "疑似识读问题：表格的行未能完整识读，请看原文。",
            "Possibly a reading problem: the rows could not be read in full; see the original.",
        )),
    }
}
