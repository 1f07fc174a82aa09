//! FC-13: a department reports on its own work of disclosure, and on nothing else.
//!
//! Only what leaves no doubt is told: a paragraph full of the office's other achievements that has no
//! word on information, and figures on applications that name another body as theirs. That the
//! statistics take others in is CS-03's to say.

use super::prose::{lines, sentences};
use super::{Case, Checked};
use crate::model::{Finding, Words};
use std::ops::Range;

crate::rule! {
    code: "FC-13",
    name: ("超范围内容", "Matter beyond the report's scope"),
    severity: Warning,
    basis: (
        "国办公开办函〔2021〕30号：年度报告内容不能遗漏，也不宜泛化；《政府信息公开条例》第四十九条：部门报告本行政机关的政府信息公开工作",
        "国办公开办函〔2021〕30号: nothing left out and nothing added; Regulations on Open Government Information, art. 49",
    ),
    page: "fc_13_beyond_scope.md",
    check: check,
}

/// A paragraph with one of these speaks of information, whatever else it speaks of.
const OF_INFORMATION: [&str; 27] = [
    "公开",
    "信息",
    "申请",
    "公示",
    "公告",
    "发布",
    "解读",
    "网站",
    "平台",
    "栏目",
    "专栏",
    "公众号",
    "微信",
    "政务",
    "新媒体",
    "舆情",
    "保密",
    "条例",
    "复议",
    "诉讼",
    "监督",
    "考核",
    "培训",
    "制度",
    "群众",
    "热线",
    "答复",
];
/// Achievements of other kinds: two of them with figures make a paragraph another report.
const ACHIEVEMENTS: [&str; 22] = [
    "招商引资",
    "固定资产投资",
    "生产总值",
    "总产值",
    "总产量",
    "产量",
    "税收",
    "财政收入",
    "造林",
    "耕地",
    "灌溉",
    "脱贫",
    "就业",
    "城镇化",
    "水库",
    "公里",
    "亩",
    "万吨",
    "万千瓦",
    "生猪",
    "旅游收入",
    "竣工",
];
/// Shorter paragraphs are headings and asides.
const LEAST: usize = 40;

/// Ends of names of bodies that report for themselves.
const BODIES: [&str; 5] = ["局", "委员会", "镇人民政府", "乡人民政府", "街道办事处"];
/// What follows such a name where the figures are its own.
const COUNTS: [&str; 6] = ["收到", "新收", "受理", "共收到", "共受理", "全年收到"];
/// What 局 ends besides the name of another body.
const OWN: [&str; 9] =
    ["我局", "本局", "全局", "各局", "该局", "分局", "我委员会", "本委员会", "局属"];

fn check(case: &Case) -> Checked {
    let Some((unit, _)) = &case.report.identity.unit else {
        return Checked::not_assessable("报告单位不明", "the reporting body is not known");
    };
    let whole = ["人民政府", "政府办公室", "政府办公厅", "管理委员会", "管委会", "街道办事处"];
    if whole.iter().any(|end| unit.ends_with(end)) {
        return Checked::not_applicable(
            "政府及其办公机构的报告涉及辖区各单位",
            "a government's report speaks of all its bodies",
        );
    }
    let mut findings: Vec<Finding> = Vec::new();
    for line in lines(case).iter().filter(|line| matches!(line.part, Some(1 | 3 | 6))) {
        let text = line.clean();
        if let Some(range) = unrelated(text) {
            findings.push(RULE.finding(
                &format!("{:?} other work", line.part),
                Words::new(
                    "整段写的是本机关的其他业务成绩，没有写到政府信息公开",
                    "a whole paragraph tells other achievements of the body and nothing of disclosure",
                ),
                Words::new(
                    "请核实：与政府信息公开无关的内容，请删去。",
                    "Check it; leave out what has nothing to do with disclosure.",
                ),
                line.place(range),
            ));
        }
        for (range, name) in of_others(text, unit) {
            findings.push(RULE.finding(
                &format!("{:?} {name}", line.part),
                Words::new(
                    format!("写到其他单位“{name}”的申请数据，该单位另行编制年度报告"),
                    format!("figures of another body, “{name}”, which reports for itself"),
                ),
                Words::new(
                    "请核实：只报告本机关的数据；确需写入的，请说明与本机关的关系。",
                    "Report this body's own figures, or say why the others stand here.",
                ),
                line.place(range),
            ));
        }
    }
    Checked::done(findings)
}

/// A paragraph of other work, whole.
fn unrelated(text: &str) -> Option<Range<usize>> {
    let long = text.chars().count() >= LEAST;
    let figures = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).count();
    let achieved = ACHIEVEMENTS.iter().filter(|word| text.contains(**word)).count();
    let other = !OF_INFORMATION.iter().any(|word| text.contains(word));
    (long && figures >= 2 && achieved >= 2 && other).then_some(0..text.len())
}

/// Sentences that count another body's applications, with its name.
fn of_others(text: &str, unit: &str) -> Vec<(Range<usize>, String)> {
    let of = |range: &Range<usize>| -> Option<String> {
        let sentence = &text[range.clone()];
        let counted = sentence.contains("信息公开申请") || sentence.contains("依申请公开");
        if !counted || !sentence.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        BODIES.iter().find_map(|end| {
            let (at, _) = sentence.match_indices(end).find(|(at, _)| {
                let behind = &sentence[at + end.len()..];
                COUNTS.iter().any(|word| behind.starts_with(word))
            })?;
            let head = &sentence[..at + end.len()];
            let start = head
                .char_indices()
                .rev()
                .take_while(|(_, c)| super::prose::is_han(*c))
                .take(14)
                .last()
                .map_or(0, |(at, _)| at);
            let name = &head[start..];
            let own = OWN.iter().any(|word| name.ends_with(word));
            // 澄水县民政局 calls itself 民政局 and 县民政局.
            let last: String = name.chars().rev().take(3).collect();
            let last: String = last.chars().rev().collect();
            let same = unit.contains(&last) || last.chars().count() < 3;
            (!own && !same).then(|| name.to_string())
        })
    };
    sentences(text).into_iter().filter_map(|range| Some((range.clone(), of(&range)?))).collect()
}
