//! TB-18: the head of a table broken over rows.

use super::cell::{quote, table_name};
use super::{Case, Checked};
use crate::edition::RemarkKind;
use crate::model::{Place, Words};
use crate::rule;

rule! {
    code: "TB-18",
    name: ("表头断裂", "Broken head of a table"),
    severity: Info,
    basis: ("年度报告统一格式的表头", "the heads of the national form's tables"),
    page: "tb_18_header_split.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if case.report.tables.is_empty() {
        return Checked::not_assessable("没有找到表格", "no table was found");
    }
    let split = case.report.remarks.iter().filter(|r| r.kind == RemarkKind::HeaderSplit);
    let findings = split.map(|remark| {
        let number = remark.table.unwrap_or(3);
        let place = Place {
            part: Some(number),
            table: Some(number),
            spot: Some("表头".into()),
            anchor: remark.anchor.clone(),
            quote: quote(&remark.quote),
            ..Place::default()
        };
        let message = Words::new(
            format!("{}的表头断成了几行，已接起来识读。", table_name(number)),
            format!("The head of table {number} was broken over several rows and was joined."),
        );
        let help = Words::new(
            "不影响核对；请检查表头单元格里是否有多余的换行或空行。",
            "The check is not affected; look for stray line breaks in the cells of the head.",
        );
        RULE.finding(&format!("t{number}"), message, help, place)
    });
    Checked::done(findings.collect())
}
