//! CS-03: a department reports for itself.

use super::prose::{lines, sentences, squeeze};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "CS-03",
    name: ("重复计列风险", "Figures may be counted twice"),
    severity: Warning,
    basis: (
        "《政府信息公开条例》第四十九条：部门报告本行政机关的政府信息公开工作；格式要求内容不宜泛化",
        "Regulations on Open Government Information, art. 49: a department reports on itself",
    ),
    page: "cs_03_overlap.md",
    check: check,
}

/// A sentence about what the figures cover …
const SCOPE: [&str; 5] = ["统计范围", "数据范围", "统计口径", "统计对象", "数据统计"];
/// … that takes in …
const TAKES_IN: [&str; 5] = ["含", "包括", "涵盖", "汇总", "以及"];
/// … bodies that report for themselves. Institutions a department runs are not among them.
const OTHERS: [&str; 10] =
    ["各县区", "各县（", "各区县", "各县市", "各县", "各区", "各乡镇", "各镇街", "各街道", "下级"];

fn check(case: &Case) -> Checked {
    let Some((unit, _)) = &case.report.identity.unit else {
        return Checked::not_assessable("报告单位不明", "the reporting body is not known");
    };
    if ["人民政府", "政府办公室", "政府办公厅", "管理委员会", "管委会"]
        .iter()
        .any(|t| unit.ends_with(t))
    {
        return Checked::not_applicable(
            "政府及其办公机构的报告本应汇总下级",
            "a government's report takes its subordinates in",
        );
    }
    let all = lines(case);
    let found = all.iter().find_map(|line| {
        let sentence = sentences(line.clean()).into_iter().find(|range| {
            let text = squeeze(&line.clean()[range.clone()]);
            [&SCOPE[..], &TAKES_IN[..], &OTHERS[..]]
                .iter()
                .all(|cues| cues.iter().any(|c| text.contains(c)))
        })?;
        Some((line, sentence))
    });
    let Some((line, range)) = found else { return Checked::pass() };
    let quote = line.clean()[range.clone()].trim().trim_end_matches(['。', '；', ';']).to_string();
    Checked::done(vec![RULE.finding(
        "scope",
        Words::new(
            format!("数据包含下级行政机关：“{quote}”，这些机关各自编制年度报告，汇总时可能重复计列，也超出本机关范围"),
            format!("The figures take in subordinate organs that report themselves: “{quote}”"),
        ),
        Words::new(
            "请核实统计范围，只统计本机关；确需包含的，请说明各下级机关未单独报送。",
            "Count this body only, or explain that the subordinates do not report themselves.",
        ),
        line.place(range),
    )])
}
