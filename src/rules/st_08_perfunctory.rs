//! ST-08: part one is more than a preamble or phrases.

use super::prose::{cue, part_place, part_text, squeeze, years};
use super::{Case, Checked};
use crate::model::{Severity, Words};

crate::rule! {
    code: "ST-08",
    name: ("总体情况只有前言或套话", "Part one is perfunctory"),
    severity: Warning,
    basis: (
        "政府信息公开工作年度报告格式（明确责任）：不得内容雷同、敷衍塞责",
        "the national form on responsibility: reports must not be copied or perfunctory",
    ),
    page: "st_08_perfunctory.md",
    check: check,
}

/// Units of what is counted in part one.
const UNITS: [char; 13] =
    ['条', '件', '次', '篇', '项', '期', '份', '个', '场', '人', '则', '部', '起'];
/// A preamble is short; a longer text has something of its own.
const PREAMBLE: usize = 200;
/// Ways a report speaks of its own body.
const OWN: [&str; 11] =
    ["我局", "本局", "我委", "我办", "我县", "我市", "我区", "我镇", "我街道", "本机关", "我单位"];

fn check(case: &Case) -> Checked {
    let Some(text) = part_text(case, 1).filter(|t| !t.is_empty()) else {
        return Checked::not_assessable("没有读到第一部分", "part one was not read");
    };
    let Some((severity, key, zh, en)) = fault(case, &text) else { return Checked::pass() };
    let finding = RULE
        .finding(
            key,
            Words::new(format!("第一部分{zh}"), format!("Part 1 {en}")),
            Words::new(
                "请用本单位本年度的具体工作和数据说明总体情况，如公开信息条数、办理申请件数、培训检查次数。",
                "Describe the year's own work with figures: items disclosed, requests handled, trainings held.",
            ),
            part_place(case, 1),
        )
        .severity(severity);
    Checked::done(vec![finding])
}

/// The gravest fault of the text; the lighter ones follow from it.
fn fault(case: &Case, text: &str) -> Option<(Severity, &'static str, &'static str, &'static str)> {
    let basis = cue(text, &["根据", "依据", "按照"]).is_some();
    let announces = text.contains("报告") && cue(text, &["编制", "现将", "现公布"]).is_some();
    if text.chars().count() < PREAMBLE && basis && announces && !counts(text) {
        return Some((
            Severity::Warning,
            "preamble",
            "只有编制说明，没有总体情况的内容",
            "holds only the preamble",
        ));
    }
    if !names_itself(case, text) {
        return Some((
            Severity::Warning,
            "generic",
            "没有提到本单位，也没有年份，像是通用文字",
            "names neither the body nor a year; it reads like borrowed text",
        ));
    }
    (!counts(text)).then_some((
        Severity::Info,
        "no_quantity",
        "没有任何数量（条、件、次等）",
        "holds not one figure",
    ))
}

/// A number right before a unit of counting. 一 to 九 count too; 一次 in a phrase does no harm here.
fn counts(text: &str) -> bool {
    let mut before = ' ';
    for c in text.chars() {
        if UNITS.contains(&c) && (before.is_ascii_digit() || ('０'..='９').contains(&before)) {
            return true;
        }
        before = if c == '余' || c == '多' { before } else { c };
    }
    false
}

fn names_itself(case: &Case, text: &str) -> bool {
    let unit = case.report.identity.unit.as_ref().map(|(unit, _)| squeeze(unit));
    // The last three characters are what short forms keep: 审计局, 管委会, 办事处.
    let tail = unit.and_then(|u| Some(u[u.char_indices().nth_back(2)?.0..].to_string()));
    !years(text).is_empty()
        || cue(text, &["本年", "全年"]).is_some()
        || cue(text, &OWN).is_some()
        || tail.is_some_and(|tail| text.contains(&tail))
}
