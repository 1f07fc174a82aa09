//! TB-09: a cell of numbers holds a number, no stroke and no letters.

use super::tb_11_decimal::{is_counted, is_decimal};
use super::{Case, Checked, listing};
use crate::document::Value;
use crate::model::{Severity, Words};
use crate::rule;

rule! {
    code: "TB-09",
    name: ("非数字单元格", "Cells that hold no number"),
    severity: Error,
    basis: ("年度报告统一格式：表内填写数字", "the form: its cells take numbers"),
    page: "tb_09_not_a_number.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    listing::per_table(case, |table| {
        let odd = listing::cells(case, table, |name, f| match &f.reading.value {
            Value::Mark(_) => true,
            // A decimal where pieces are counted is TB-11's business.
            Value::NotANumber(text) => !(is_decimal(text) && is_counted(case, name)),
            _ => false,
        });
        let excused = |name: &str, value: &Value| {
            name.starts_with("t2.REG.") && matches!(value, Value::Mark(_)) && !makes_rules(case)
        };
        let (soft, hard): (Vec<_>, Vec<_>) =
            odd.into_iter().partition(|(name, f)| excused(name, &f.reading.value));
        let mut findings = Vec::new();
        if !hard.is_empty() {
            let help = Words::new(
                "请改填阿拉伯数字，没有发生的填 0；不能确定是哪个数的，对照台账重新填写。",
                "Write Arabic numerals, 0 where nothing happened.",
            );
            let words = ("有 {n} 个单元格不是数字", "has {n} cells that hold no number");
            findings.push(listing::finding(
                case,
                &RULE,
                table,
                &format!("t{table}"),
                &hard,
                words,
                help,
            ));
        }
        if !soft.is_empty() {
            let help = Words::new(
                "没有规章制定权的单位也请填 0，不要画斜线。",
                "A body without rule-making power fills in 0 too, no stroke.",
            );
            let words = (
                "规章一行有 {n} 个单元格以符号代替数字",
                "has {n} strokes in place of numbers in the row of rules",
            );
            let finding =
                listing::finding(case, &RULE, table, &format!("t{table}.REG"), &soft, words, help);
            findings.push(finding.severity(Severity::Warning));
        }
        findings
    })
}

/// Whether the unit may make 规章: the State Council's departments and the governments of provinces
/// and of cities divided into districts. A unit that is not known is given the benefit of the doubt.
fn makes_rules(case: &Case) -> bool {
    let Some((unit, _)) = &case.report.identity.unit else { return false };
    let county = ["县", "区人民", "旗", "镇", "乡", "街道"].iter().any(|word| unit.contains(word));
    unit.ends_with("人民政府") && !county
}
