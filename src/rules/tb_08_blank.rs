//! TB-08: no cell of numbers is left blank.

use super::cell::{self, Number};
use super::{Case, Checked, listing};
use crate::document::Value;
use crate::model::{Severity, Words};
use crate::rule;

rule! {
    code: "TB-08",
    name: ("空白单元格", "Blank cells"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号：年度报告内容不能遗漏",
        "国办公开办函〔2021〕30号: nothing of the report's content may be left out",
    ),
    page: "tb_08_blank.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    listing::per_table(case, |table| {
        let blank = listing::cells(case, table, |_, f| f.reading.value == Value::Blank);
        if blank.is_empty() {
            return Vec::new();
        }
        let totals = blank.iter().filter(|(name, _)| total_of_something(case, name)).count();
        let help = Words::new(
            "请逐格填写。空白与 0 含义不同，请填 0 或实际数；勾稽核对时暂按 0 计算并注明。",
            "Fill in every cell, 0 where nothing happened; the identities count a blank as 0 and say so.",
        );
        let zh = match totals {
            0 => "有 {n} 个空白单元格".to_string(),
            t => format!("有 {{n}} 个空白单元格，其中 {t} 个总计空白而分项有数"),
        };
        let en = match totals {
            0 => "has {n} blank cells".to_string(),
            t => format!("has {{n}} blank cells, {t} of them totals of numbers that are there"),
        };
        let finding =
            listing::finding(case, &RULE, table, &format!("t{table}"), &blank, (&zh, &en), help);
        let severity =
            if totals > 0 && finding.doubt.is_none() { Severity::Error } else { Severity::Warning };
        let finding = finding.severity(severity);
        // The words are those of the notice of 2021; the one of 2019 prints the tables only.
        vec![match case.edition() {
            Some(edition) if edition.last_year < 2021 => finding.basis(Words::new(
                format!("{}：所附表格各项均应填报", edition.basis),
                format!("{}: every cell of its tables is to be filled in", edition.basis),
            )),
            _ => finding,
        }]
    })
}

/// A total of its row (表三) or of its group of outcomes (表四) beside a number that is not 0.
fn total_of_something(case: &Case, name: &str) -> bool {
    let sums = case.edition().into_iter().flat_map(|e| &e.equations);
    let mut own = sums.filter(|e| e.pivot == name && ["AR-03", "AR-04"].contains(&e.rule.as_str()));
    own.any(|e| {
        let mut others = e.left.iter().chain(&e.right).filter(|t| t.field != name);
        others.any(|t| matches!(cell::number(case, &t.field), Number::Is(n) if n != 0))
    })
}
