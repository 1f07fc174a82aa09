//! PB-03: the page does not mark the report as void.

use super::prose::{clip, nowhere, opening, squeeze};
use super::{Case, Checked};
use crate::model::{Finding, Place, Words};

crate::rule! {
    code: "PB-03",
    name: ("页面标注失效", "The page marks it as void"),
    severity: Info,
    basis: (
        "公布惯例：年度报告不是规范性文件，不标注有效性",
        "practice: an annual report has no validity to be marked",
    ),
    page: "pb_03_marked_void.md",
    check: check,
}

const VOID: [&str; 3] = ["失效", "废止", "无效"];
/// A mark is short; longer lines tell of documents that were repealed.
const MARK: usize = 14;

fn check(case: &Case) -> Checked {
    let marked = |text: &str| {
        let text = squeeze(text);
        text.chars().count() <= MARK && VOID.iter().any(|word| text.contains(word))
    };
    let mut findings: Vec<Finding> = Vec::new();
    for line in opening(case).iter().filter(|line| marked(line.clean())) {
        findings.push(finding(line.place(0..line.clean().len())));
    }
    for (name, value) in case.document.properties.iter().filter(|(_, value)| marked(value)) {
        findings
            .push(finding(Place {
                quote: clip(value), ..nowhere(&format!("页面信息 {name}"))
            }));
    }
    Checked::done(findings)
}

fn finding(place: Place) -> Finding {
    let quote = place.quote.clone();
    RULE.finding(
        "mark",
        Words::new(format!("页面标注“{quote}”"), format!("The page carries the mark “{quote}”")),
        Words::new(
            "请在网站后台更正有效性标注。",
            "Correct the mark in the site's content system.",
        ),
        place,
    )
}
