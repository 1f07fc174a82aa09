//! TB-02: the tables are those of the edition the year calls for.

use super::cell::{table_name, table_place};
use super::{Case, Checked};
use crate::edition::{BoundTable, Edition};
use crate::model::{Finding, Place, Words};
use crate::rule;

rule! {
    code: "TB-02",
    name: ("版式与年度不符", "Form of another year"),
    severity: Error,
    basis: (
        "国办公开办函〔2019〕60号（2019、2020年度）；国办公开办函〔2021〕30号（2021年度起）",
        "the notices of 2019 (for 2019 and 2020) and 2021 (from 2021 on)",
    ),
    page: "tb_02_wrong_form.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if case.report.identity.year.is_none() {
        return Checked::not_assessable("未能确定报告年度", "the year reported on is not known");
    }
    let Some(due) = case.expected_edition() else {
        return Checked::not_applicable(
            "该年度没有收录的统一格式",
            "no national form is held for that year",
        );
    };
    let tables = &case.report.tables;
    if tables.is_empty() {
        return Checked::not_assessable("没有找到表格", "no table was found");
    }
    let findings = tables.iter().filter_map(|table| report(case, due, table)).collect();
    Checked::Done {
        findings,
        assessed: tables.len() as u32,
        total: tables.len() as u32,
        reason: None,
    }
}

fn report(case: &Case, due: &Edition, table: &BoundTable) -> Option<Finding> {
    let form = due.table(table.number)?;
    let used = case.editions.get(&table.edition)?;
    // 表四 is the same in both editions: nothing to tell apart.
    if used.id != due.id && used.table(table.number).is_some_and(|t| !t.prints_like(form)) {
        return Some(whole(case, due, used, table.number));
    }
    let known = |id: &String| form.blocks.iter().flat_map(|b| &b.rows).any(|r| r.id == *id);
    let foreign: Vec<_> =
        table.rows.iter().filter(|r| r.id.as_ref().is_some_and(|id| !known(id))).collect();
    let first = foreign.first()?;
    let labels: Vec<String> =
        foreign.iter().map(|r| format!("第{}行“{}”", r.ordinal, r.label.trim())).collect();
    let name = table_name(table.number);
    let place = Place {
        row: Some((first.ordinal, first.label.trim().to_string())),
        anchor: first.anchor.clone(),
        ..table_place(case, table.number)
    };
    let listed = labels.join("、");
    let in_english: Vec<String> =
        foreign.iter().map(|r| format!("row {} “{}”", r.ordinal, r.label.trim())).collect();
    let in_english = in_english.join(", ");
    Some(RULE.finding(
        &format!("t{}.rows", table.number),
        Words::new(
            format!("{name}{listed}是其他年度格式的行，{}没有。", due.name),
            format!(
                "Table {}: {in_english} belong to the form of another year, not to that of {}.",
                table.number, due.id
            ),
        ),
        Words::new(
            format!("请改用{}的行，把数据分填到对应各行。", due.basis),
            format!("Use the rows of the form prescribed by {}.", due.basis),
        ),
        place,
    ))
}

fn whole(case: &Case, due: &Edition, used: &Edition, number: u8) -> Finding {
    let name = table_name(number);
    RULE.finding(
        &format!("t{number}"),
        Words::new(
            format!("{name}用的是{}的格式，本年度应当用{}的格式。", used.basis, due.basis),
            format!(
                "Table {number} follows the form of {}, this year calls for that of {}.",
                used.id, due.id
            ),
        ),
        Words::new(
            format!("请改用{}所附格式重新填写{name}。", due.basis),
            format!("Fill in table {number} on the form prescribed by {}.", due.basis),
        ),
        table_place(case, number),
    )
    .expected(&due.id)
    .found(&used.id)
}
