//! ID-07: the report is signed and dated.

use super::prose::nowhere;
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ID-07",
    name: ("缺落款或日期", "No signature or date"),
    severity: Warning,
    basis: (
        "统一格式的通行写法（提示性，非强制）：报告末尾署单位名称和日期，纸质版签字盖章",
        "usual wording of the form (advice, not binding): a report ends with the body's name and the date",
    ),
    page: "id_07_signature.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let identity = &case.report.identity;
    let signed = identity.signature.is_some()
        || identity.names.iter().any(|n| n.spot == "落款" || n.spot == "页面发布机构");
    let dated = identity.signed.is_some() || identity.published.is_some();
    let (zh, en) = match (signed, dated) {
        (true, true) => return Checked::pass(),
        (false, true) => ("没有落款单位", "The report is not signed"),
        (true, false) => ("没有落款日期", "The report is not dated"),
        (false, false) => ("没有落款单位和日期", "The report is neither signed nor dated"),
    };
    Checked::done(vec![RULE.finding(
        "signature",
        Words::new(zh, en),
        Words::new(
            "请在报告末尾署上单位全称和成文日期。",
            "End the report with the body's full name and the date.",
        ),
        nowhere("落款"),
    )])
}
