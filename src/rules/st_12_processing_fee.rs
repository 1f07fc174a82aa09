//! ST-12: part six reports processing fees, or that none were taken.

use super::prose::{cue, part_place, part_text};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ST-12",
    name: ("第六部分未报告信息处理费", "Part six silent on processing fees"),
    severity: Warning,
    basis: (
        "2021年格式第六部分：“收取信息处理费情况在此处报告”；国办函〔2020〕109号",
        "the form of 2021, part six: processing fees are reported here; 国办函〔2020〕109号",
    ),
    page: "st_12_processing_fee.md",
    check: check,
}

/// First report year whose form asks for it.
const SINCE: i32 = 2021;
const FEE: [&str; 5] = ["信息处理费", "信息公开处理费", "收费", "收取费用", "处理费"];
const NONE: [&str; 9] = ["未", "没有", "无", "零", "0", "不收", "不存在", "免收", "不涉及"];

fn check(case: &Case) -> Checked {
    let Some(year) = case.report.identity.year else {
        return Checked::not_assessable("报告年度不明", "the report year is not known");
    };
    if year < SINCE {
        return Checked::not_applicable(
            "2021年度起的格式才要求",
            "asked for by the form of 2021 and later",
        );
    }
    let Some(text) = part_text(case, 6) else {
        return Checked::not_assessable("没有读到第六部分", "part six was not read");
    };
    let told = cue(&text, &FEE).is_some() || (text.contains("收取") && text.contains('费'));
    let settled = text.contains('元') || cue(&text, &NONE).is_some();
    if told && settled {
        return Checked::pass();
    }
    let elsewhere = [1, 2, 3, 5]
        .into_iter()
        .any(|n| part_text(case, n).is_some_and(|t| t.contains("信息处理费")));
    let (zh, en) = match (told, elsewhere) {
        (true, _) => (
            "提到信息处理费，但没有写明金额或未收取",
            "speaks of fees without an amount or saying that none were taken",
        ),
        (false, true) => (
            "没有报告收取信息处理费情况（其他部分写到，应写在此处）",
            "does not report processing fees; they are told elsewhere and belong here",
        ),
        (false, false) => ("没有报告收取信息处理费情况", "does not report processing fees"),
    };
    Checked::done(vec![RULE.finding(
        "6",
        Words::new(format!("第六部分{zh}"), format!("Part 6 {en}")),
        Words::new(
            "请写明本年度发出收费通知的件数和收取的总金额；没有收取的，写明“本年度未收取信息处理费”。",
            "State fee notices and the total taken in the year, or that no processing fee was taken.",
        ),
        part_place(case, 6),
    )])
}
