//! ST-07: part one speaks of the five aspects the form names.

use super::prose::{cue, part_place, part_text, sections};
use super::{Case, Checked};
use crate::model::{Severity, Words};

crate::rule! {
    code: "ST-07",
    name: ("总体情况五个方面不全", "Part one leaves an aspect out"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号：总体情况主要包括主动公开、依申请公开、政府信息管理、政府信息公开平台建设、监督保障",
        "国办公开办函〔2021〕30号: part one covers disclosure, requests, information management, platforms, supervision",
    ),
    page: "st_07_five_aspects.md",
    check: check,
}

/// The aspects as 国办公开办函〔2021〕30号 names them, and the words that show one was touched.
const ASPECTS: [(&str, &str, &[&str]); 5] = [
    ("主动公开", "disclosure", &["主动公开"]),
    ("依申请公开", "requests", &["依申请", "申请公开", "公开申请"]),
    (
        "政府信息管理",
        "information management",
        &["信息管理", "信息资源管理", "文件管理", "公开属性", "信息清理", "文件清理"],
    ),
    ("平台建设", "platforms", &["平台", "载体", "网站"]),
    (
        "监督保障",
        "supervision",
        &[
            "监督保障",
            "组织保障",
            "考核",
            "督导检查",
            "监督检查",
            "责任追究",
            "组织领导",
            "领导小组",
            "监督评价",
        ],
    ),
];

fn check(case: &Case) -> Checked {
    let Some(edition) = case.edition().or(case.editions.all.last()) else {
        return Checked::not_assessable("没有可用的格式", "no edition of the form is known");
    };
    if sections(case).is_none() {
        return super::prose::old_form();
    }
    let Some(text) = part_text(case, 1).filter(|t| !t.is_empty()) else {
        return Checked::not_assessable("没有读到第一部分", "part one was not read");
    };
    let missing: Vec<_> =
        ASPECTS.iter().filter(|(_, _, cues)| cue(&text, cues).is_none()).collect();
    if missing.is_empty() {
        return Checked::pass();
    }
    let zh: Vec<_> = missing.iter().map(|(zh, _, _)| *zh).collect();
    let en: Vec<_> = missing.iter().map(|(_, en, _)| *en).collect();
    // The list stands in the notice of 2021; before it the five aspects were good practice only.
    let severity = if edition.first_year >= 2021 { Severity::Warning } else { Severity::Info };
    let finding = RULE
        .finding(
            "1",
            Words::new(
                format!("第一部分没有明确写到：{}", zh.join("、")),
                format!("Part 1 does not speak of: {}", en.join(", ")),
            ),
            Words::new(
                "请按五个方面补写，每个方面写本年度实际做了什么；没有发生的也请说明。",
                "Add the aspects left out, saying what was done in the year or that nothing was.",
            ),
            part_place(case, 1),
        )
        .severity(severity);
    Checked::done(vec![match severity {
        Severity::Info => finding.basis(Words::new(
            format!("{}：第一部分为总体情况，未逐项列出五个方面（提示性，非强制）", edition.basis),
            format!("{}: part one is not divided into aspects; advice, not binding", edition.basis),
        )),
        _ => finding,
    }])
}
