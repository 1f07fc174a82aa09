//! FC-05: plans are for a year to come.

use super::prose::{Line, lines, part_text, sentences, squeeze, years};
use super::{Case, Checked};
use crate::model::{Finding, Words};

crate::rule! {
    code: "FC-05",
    name: ("年份错误", "A wrong year in the text"),
    severity: Warning,
    basis: (
        "政府信息公开工作年度报告格式（明确责任）：发布内容应准确",
        "the national form on responsibility: what is published must be accurate",
    ),
    page: "fc_05_plan_year.md",
    check: check,
}

/// Words that begin a plan right after the year and who acts.
const PLAN: [&str; 10] =
    ["将", "计划", "拟", "要", "继续", "进一步", "加大", "着力", "力争", "我们将"];
/// Words that show that what was done is told, not what will be.
const TOLD: [&str; 13] = [
    "以来",
    "已",
    "了",
    "上年",
    "过",
    "针对",
    "存在",
    "完成",
    "工作中",
    "期间",
    "以下问题",
    "取得",
    "得到",
];
/// Who acts, between the year and the plan.
const ACTORS: [&str; 10] =
    ["我局", "本局", "我委", "我办", "我县", "我市", "我区", "我镇", "本机关", "我单位"];
/// Headings after which part five speaks of the future.
const FUTURE: [&str; 5] = ["整改措施", "改进措施", "下一步", "工作打算", "今后"];

fn check(case: &Case) -> Checked {
    let Some(year) = case.report.identity.year else {
        return Checked::not_assessable("报告年度不明", "the report year is not known");
    };
    let own = format!("{year}年");
    let names_own = part_text(case, 6).is_some_and(|text| text.contains(&own));
    let mut findings = Vec::new();
    for line in lines(case) {
        match line.part {
            Some(5) => findings.extend(stale_plan(&line, year)),
            Some(1) => findings.extend(far_year(&line, year)),
            Some(6) if !names_own => findings.extend(last_years_fees(&line, year)),
            _ => {}
        }
    }
    Checked::done(findings)
}

/// A sentence of part five that plans for the report year or an earlier one.
fn stale_plan(line: &Line, year: i32) -> Option<Finding> {
    let text = line.clean();
    let future = FUTURE.iter().filter_map(|cue| text.find(cue)).min();
    sentences(text).into_iter().find_map(|range| {
        let sentence = &text[range.clone()];
        if TOLD.iter().any(|told| sentence.contains(told)) {
            return None;
        }
        years(sentence).into_iter().find_map(|(at, found)| {
            let after = squeeze(sentence[at + 4..].trim_start().trim_start_matches('年'));
            let after = after.trim_start_matches(['度', '，', ',']);
            let actor = ACTORS.iter().find_map(|a| after.strip_prefix(a)).unwrap_or(after);
            let word = PLAN.iter().find(|p| actor.starts_with(**p))?;
            // 将 looks ahead by itself; the other words only after a heading that does.
            let ahead = *word == "将" || future.is_some_and(|cue| cue < range.start + at);
            let place = || line.place(range.start + at..range.start + at + 4);
            (found <= year && ahead).then(|| {
                let zh =
                    format!("第五部分的改进打算写作 {found} 年，报告年度为 {year} 年，应为次年");
                let en = format!(
                    "Part 5 plans for {found}; the report is on {year}, plans are for the next"
                );
                finding("plan", zh, en, place()).expected(year + 1).found(found)
            })
        })
    })
}

/// A sentence of part one that begins with a year after the one in which the report was written.
fn far_year(line: &Line, year: i32) -> Option<Finding> {
    let text = line.clean();
    sentences(text).into_iter().find_map(|range| {
        let sentence = &text[range.clone()];
        let skipped = sentence.len() - sentence.trim_start().len();
        let &(at, found) = years(sentence).first()?;
        let plans = ["规划", "目标", "远景", "底", "前"].iter().any(|w| sentence.contains(w));
        (at == skipped && found > year + 1 && !plans).then(|| {
            let zh = format!("第一部分写到 {found} 年的工作，报告年度为 {year} 年");
            let en = format!("Part 1 tells of {found}; the report is on {year}");
            finding("far", zh, en, line.place(range.start + at..range.start + at + 4)).found(found)
        })
    })
}

/// A sentence of part six that gives the processing fees of the year before as those reported on.
/// Only a year that stands right before what was taken counts: dates of instruments do not.
fn last_years_fees(line: &Line, year: i32) -> Option<Finding> {
    const TAKEN: [&str; 6] = ["没有收取", "未收取", "无收取", "未收费", "没有收费", "不存在收取"];
    let text = line.clean();
    sentences(text).into_iter().find_map(|range| {
        let sentence = &text[range.clone()];
        let named = years(sentence);
        let &[(at, found)] = &named[..] else { return None };
        let since = ["自", "从", "至", "到", "比", "较", "如", "同", "与"];
        let period = !since.iter().any(|word| sentence[..at].trim_end().ends_with(word));
        let after = squeeze(sentence[at + 4..].trim_start().trim_start_matches('年'));
        let after = after.trim_start_matches(['度', '，', ',']);
        let after = ACTORS.iter().find_map(|a| after.strip_prefix(a)).unwrap_or(after);
        let taken = sentence.contains("处理费") && TAKEN.iter().any(|t| after.starts_with(t));
        (found == year - 1 && period && taken).then(|| {
            let zh =
                format!("第六部分报告的是 {found} 年收取信息处理费的情况，报告年度为 {year} 年");
            let en = format!("Part 6 gives the fees of {found}; the report is on {year}");
            let place = line.place(range.start + at..range.start + at + 4);
            finding("fees", zh, en, place).expected(year).found(found)
        })
    })
}

fn finding(key: &str, zh: String, en: String, place: crate::model::Place) -> Finding {
    RULE.finding(
        key,
        Words::new(zh, en),
        Words::new(
            "请核对年份；沿用往年文稿的，请一并核对其他内容。",
            "Check the year; if last year's text was reused, check the rest as well.",
        ),
        place,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Anchor, Text};

    fn stale(text: &str) -> bool {
        let text = Text::plain(text, Anchor::Unknown);
        stale_plan(&Line { part: Some(5), text: &text }, 2023).is_some()
    }

    #[test]
    fn a_plan_for_the_past_is_found() {
        assert!(stale("（二）整改措施。为进一步规范，2023年我局加大贯彻落实力度。"));
        assert!(stale("2023年，我局将继续推进公开。"));
    }

    #[test]
    fn what_was_done_and_what_is_to_come_are_not() {
        assert!(!stale("2023年，我局政府信息公开工作取得成效，但存在不足。"));
        assert!(!stale("针对2023年我局将公开作为重点中存在的问题，下一步将改进。"));
        assert!(!stale("2024年，我局将继续推进公开。"));
        assert!(!stale("（一）问题整改情况。2023年我局加大了培训力度。"));
    }
}
