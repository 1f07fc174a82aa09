//! ST-04: no first-level heading besides the six.

use super::prose::{heading_place, headings, ordinal, sections};
use super::{Case, Checked};
use crate::edition::{Heading, HeadingMatch};
use crate::model::{Finding, Words};

crate::rule! {
    code: "ST-04",
    name: ("多余的一级部分", "A part the form does not know"),
    severity: Error,
    basis: (
        "政府信息公开工作年度报告格式：内容“不能遗漏，也不宜泛化”",
        "the national form: contents are neither to be left out nor to be widened",
    ),
    page: "st_04_extra_part.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if sections(case).is_none() {
        return super::prose::old_form();
    }
    let all = headings(case);
    let Some(first) = all.iter().position(|h| h.part.is_some()) else {
        return Checked::not_assessable("未识别到部分标题", "no part heading was recognised");
    };
    // An ordinal that goes on from its neighbour counts as a part; one that starts over is more
    // likely an author's list inside a part, about which a person decides.
    let findings = (first..all.len()).filter(|&at| stray(all[at])).map(|at| {
        let continues = all[at].ordinal.is_some() && all[at].ordinal == next_ordinal(all[at - 1]);
        finding(all[at], continues)
    });
    Checked::done(findings.collect())
}

fn stray(heading: &Heading) -> bool {
    heading.matched == HeadingMatch::Unmapped && heading.ordinal.is_some()
}

fn next_ordinal(heading: &Heading) -> Option<u8> {
    heading.ordinal.map(|o| o + 1)
}

fn finding(heading: &Heading, continues: bool) -> Finding {
    let title = format!("{}、{}", heading.ordinal.map_or("", ordinal), heading.text);
    let finding = RULE
        .finding(
            &heading.text,
            Words::new(
                format!("“{title}”不属于规定的六个部分"),
                format!("“{title}” is none of the six parts of the form"),
            ),
            Words::new(
                "请将其内容并入相应部分（如改进打算并入第五部分），删去此一级标题，并恢复一至六的序号。",
                "Move its content to the part it belongs to (plans belong to part five), delete the heading and number the parts one to six.",
            ),
            heading_place(heading),
        )
        .found(&title);
    if continues {
        finding
    } else {
        finding.doubtful(Words::new(
            "序号不接上一个一级标题，可能只是部分内的分条；若是，请改用“（一）”",
            "its number does not go on from the heading before; it may be a list inside a part, which should use （一）",
        ))
    }
}
