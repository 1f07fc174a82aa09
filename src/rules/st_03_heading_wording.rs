//! ST-03: part headings in the words of the form.

use super::prose::{full_heading, heading_place, headings, ordinal, sections};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "ST-03",
    name: ("部分标题不规范", "Part heading altered"),
    severity: Warning,
    basis: (
        "政府信息公开工作年度报告格式：一级标题由格式统一规定",
        "the national form fixes the first-level headings",
    ),
    page: "st_03_heading_wording.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let Some(sections) = sections(case) else { return super::prose::old_form() };
    let found: Vec<_> = headings(case).into_iter().filter(|h| h.part.is_some()).collect();
    if found.is_empty() {
        return Checked::not_assessable("未识别到部分标题", "no part heading was recognised");
    }
    let findings = found.into_iter().filter_map(|heading| {
        let section = sections.iter().find(|s| Some(s.number) == heading.part)?;
        if section.owns(&heading.text) {
            return None;
        }
        let number = section.number;
        let proper = full_heading(section);
        Some(
            RULE.finding(
                &number.to_string(),
                Words::new(
                    format!(
                        "第{}部分标题写作“{}”，规定为“{}”",
                        ordinal(number),
                        heading.text,
                        section.heading
                    ),
                    format!(
                        "The heading of part {number} reads “{}”; the form has “{}”",
                        heading.text, section.heading
                    ),
                ),
                Words::new(
                    format!("请将标题改为“{proper}”，不增减文字。"),
                    format!("Change the heading to “{proper}”, word for word."),
                ),
                heading_place(heading),
            )
            .expected(&proper)
            .found(&heading.text),
        )
    });
    Checked::done(findings.collect())
}
