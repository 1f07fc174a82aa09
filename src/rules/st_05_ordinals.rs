//! ST-05: parts numbered “一” to “六”, each with its own number.

use super::prose::{heading_place, headings, ordinal, sections};
use super::{Case, Checked};
use crate::document::NoticeKind;
use crate::edition::Heading;
use crate::model::Words;

crate::rule! {
    code: "ST-05",
    name: ("一级序号不连续或重复", "Parts misnumbered"),
    severity: Error,
    basis: (
        "政府信息公开工作年度报告格式：六个部分序号为一至六",
        "the national form: the parts are numbered “一” to “六”",
    ),
    page: "st_05_ordinals.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if sections(case).is_none() {
        return super::prose::old_form();
    }
    let found: Vec<_> = headings(case).into_iter().filter(|h| h.part.is_some()).collect();
    if found.is_empty() || found.iter().all(|h| h.ordinal.is_none()) {
        return Checked::not_assessable(
            "没有读到一级标题的序号（可能由自动编号生成）",
            "no number of a first-level heading was read; they may be automatic numbering",
        );
    }
    let automatic = case.document.notices.iter().any(|n| n.kind == NoticeKind::Numbering);
    let wrong: Vec<&Heading> = found
        .into_iter()
        .filter(|h| if automatic { h.ordinal.is_some() } else { true })
        .filter(|h| h.ordinal != h.part)
        .collect();
    let Some((first, others)) = wrong.split_first() else { return Checked::pass() };
    let list = |one: fn(&Heading) -> String, between: &str| {
        wrong.iter().map(|h| one(h)).collect::<Vec<_>>().join(between)
    };
    let zh = list(
        |h| {
            let due = ordinal(h.part.unwrap_or_default());
            match h.ordinal {
                Some(o) => format!("“{}”序号为“{}”，应为“{due}”", h.text, ordinal(o)),
                None => format!("“{}”没有序号，应为“{due}”", h.text),
            }
        },
        "；",
    );
    let en = list(
        |h| {
            let due = ordinal(h.part.unwrap_or_default());
            match h.ordinal {
                Some(o) => format!("“{}” is numbered “{}”, should be “{due}”", h.text, ordinal(o)),
                None => format!("“{}” has no number, should be “{due}”", h.text),
            }
        },
        "; ",
    );
    let finding = RULE
        .finding(
            "ordinals",
            Words::new(format!("一级标题{zh}"), format!("Heading {en}")),
            Words::new(
                "请将六个部分的序号依次改为一、二、三、四、五、六。",
                "Number the six parts “一、二、三、四、五、六”.",
            ),
            heading_place(first),
        )
        .also(others.iter().map(|h| heading_place(h)));
    // A number that is not there may have been lost on the way; a wrong one was written.
    let lost = wrong.iter().all(|h| h.ordinal.is_none());
    Checked::done(vec![if lost {
        finding.doubtful(Words::new(
            "序号可能在转换时丢失，请看原文",
            "the number may have been lost in conversion; look at the original",
        ))
    } else {
        finding
    }])
}
