//! CS-04: figures told by area make up that of the whole.

use super::listed::{self, lead};
use super::narrative::place_of;
use super::told::nothing_said;
use super::{Case, Checked};
use crate::model::{Severity, Words};
use crate::rule;

rule! {
    code: "CS-04",
    name: ("分地区数与总数不符", "Areas do not make up the whole"),
    severity: Error,
    basis: (
        "国办公开办函〔2019〕60号、〔2021〕30号所附格式：报告内容应当准确，分地区列举与总数应当一致",
        "国办公开办函〔2019〕60号 and 〔2021〕30号: a report is exact, and its areas make up the whole",
    ),
    page: "cs_04_areas.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let mut findings = Vec::new();
    let mut assessed = 0;
    for paragraph in &narrative.paragraphs {
        let (text, tokens) = (paragraph.line.clean(), &paragraph.tokens);
        let lists = paragraph.breakdowns.iter();
        for list in lists.filter(|list| !list.open && listed::of_areas(list, text, tokens)) {
            assessed += 1;
            let Some((total, sum)) = list.off(tokens) else { continue };
            // More than the whole is wrong however many areas there are; less may leave some unsaid.
            let (severity, zh, en) = match sum > total {
                true => (RULE.severity, "大于总数", "more than the whole"),
                false => (
                    Severity::Warning,
                    "小于总数，可能没有列全",
                    "less than the whole; some may be unsaid",
                ),
            };
            let plain = |milli: i64| format!("{}", milli as f64 / 1000.0);
            let figure = &tokens[list.total];
            findings.push(
                RULE.finding(
                    &format!("{:?} {}", paragraph.line.part, lead(text, figure.range.start)),
                    Words::new(
                        format!("总数写 {}，各地区合计为 {}，{zh}", plain(total), plain(sum)),
                        format!(
                            "the whole is given as {}, the areas make {}: {en}",
                            plain(total),
                            plain(sum)
                        ),
                    ),
                    Words::new(
                        "请核对总数和各地区的数；没有列全的，写明其余部分。",
                        "Check the whole and the areas; say what the rest is.",
                    ),
                    place_of(paragraph, list.range.clone()),
                )
                .severity(severity)
                .expected(plain(total))
                .found(plain(sum)),
            );
        }
    }
    match assessed {
        0 => nothing_said(),
        n => Checked::Done { findings, assessed: n, total: n, reason: None },
    }
}
