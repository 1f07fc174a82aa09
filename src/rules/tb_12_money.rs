//! TB-12: money stands in the unit the form asks for.

use super::{Case, Checked, cell, listing};
use crate::document::{Repair, ValueKind};
use crate::edition::{Edition, Field};
use crate::model::{Finding, Severity, Words};
use crate::rule;

rule! {
    code: "TB-12",
    name: ("金额单位", "Unit of money"),
    severity: Warning,
    basis: (
        "2021年格式表头：本年收费金额（单位：万元）；2019年格式采购总金额未印单位",
        "the 2021 form asks for units of 10 000 yuan; the 2019 form names no unit for procurement",
    ),
    page: "tb_12_money.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if case.report.table(2).is_none() {
        return Checked::not_assessable("没有找到表二", "table 2 was not found");
    }
    let pick = |kind: ValueKind, repair: Repair| {
        listing::cells(case, 2, |name, f| {
            f.reading.repairs.contains(&repair) && cell::kind(case, name) == Some(kind)
        })
    };
    let mut findings: Vec<Finding> = Vec::new();
    let mut add = |key: &str, cells: Vec<(&str, &Field)>, (kind, severity), words, help: Words| {
        if !cells.is_empty() {
            let finding = listing::finding(case, &RULE, 2, key, &cells, words, help);
            let finding = finding.severity(severity);
            findings.push(match printed(case, kind) {
                Some(edition) => finding.basis(basis(edition, kind)),
                None => finding,
            });
        }
    };
    add(
        "t2.unit",
        pick(ValueKind::Amount, Repair::UnitInCell),
        (ValueKind::Amount, Severity::Warning),
        (
            "有 {n} 个金额在单元格内写了单位，表头已注明万元",
            "has {n} amounts with a unit in the cell; the head says “万元”",
        ),
        Words::new(
            "请只填数字，按万元折算；已按所写单位换算后核对。",
            "Write the number alone, in units of 10 000 yuan; it was converted for checking.",
        ),
    );
    add(
        "t2.stated",
        pick(ValueKind::AmountUnstated, Repair::UnitInCell),
        (ValueKind::AmountUnstated, Severity::Info),
        (
            "采购总金额的单位写在单元格内，已换算为万元",
            "has the unit of procurement in the cell; it was converted to units of 10 000 yuan",
        ),
        Words::new(
            "无须修改，供汇总时参考。",
            "Nothing to mend; for those who add the reports up.",
        ),
    );
    add(
        "t2.unstated",
        pick(ValueKind::AmountUnstated, Repair::UnitAssumed),
        (ValueKind::AmountUnstated, Severity::Warning),
        (
            "采购总金额没有写单位，不知是元还是万元，暂按万元读取",
            "names no unit for procurement; it was read as units of 10 000 yuan",
        ),
        Words::new(
            "该格式的表头没有印单位，请在数字后写明“元”或“万元”。",
            "The form prints no unit here; write “元” or “万元” behind the number.",
        ),
    );
    Checked::done(findings)
}

/// The edition that prints a column of this kind in 表二, the report's own before the others.
fn printed<'a>(case: &Case<'a>, kind: ValueKind) -> Option<&'a Edition> {
    let mut editions = case.edition().into_iter().chain(&case.editions.all);
    editions.find(|e| {
        let mut blocks = e.table(2).into_iter().flat_map(|t| &t.blocks);
        blocks.any(|b| b.columns.iter().any(|c| c.kind == kind))
    })
}

/// The head as its own edition prints it.
fn basis(edition: &Edition, kind: ValueKind) -> Words {
    let (zh, en) = match kind {
        ValueKind::AmountUnstated => ("采购总金额（未印单位）", "“采购总金额” has no unit"),
        _ => ("本年收费金额（单位：万元）", "“本年收费金额” is in units of 10 000 yuan"),
    };
    Words::new(
        format!("{}所附表二表头：{zh}", edition.basis),
        format!("{}, head of table 2: {en}", edition.basis),
    )
}
