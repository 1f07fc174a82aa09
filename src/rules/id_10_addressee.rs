//! ID-10: a report to the public, not a letter to a superior.

use super::prose::{lines, opening, spot, squeeze};
use super::{Case, Checked};
use crate::model::{Finding, Place, Words};

crate::rule! {
    code: "ID-10",
    name: ("前言写成上行文", "Written as a letter to a superior"),
    severity: Info,
    basis: (
        "《政府信息公开条例》第四十九条：年度报告向社会公布",
        "Regulations on Open Government Information, art. 49: the report is published",
    ),
    page: "id_10_addressee.md",
    check: check,
}

/// Phrases of a letter that asks a superior for approval.
const REQUESTS: [&str; 6] = ["请审示", "请审阅", "请予审定", "妥否，请", "现报来", "特此报告"];
/// A line with a document number holds little else.
const NUMBER_LINE: usize = 24;

fn check(case: &Case) -> Checked {
    let mut findings = Vec::new();
    if let Some(addressee) = &case.report.identity.addressee {
        let zh = format!("前言有主送机关“{}”", addressee.text.trim());
        findings.push(finding(
            "addressee",
            zh,
            "names an addressee",
            spot("前言", Some(addressee)),
        ));
    }
    for line in lines(case) {
        if let Some(phrase) = REQUESTS.iter().find(|p| line.clean().contains(**p)) {
            let at = line.clean().find(phrase).unwrap_or(0);
            let zh = format!("有上行文用语“{phrase}”");
            findings.push(finding(
                phrase,
                zh,
                "uses the phrases of a letter to a superior",
                line.place(at..at + phrase.len()),
            ));
        }
    }
    let numbered = opening(case).into_iter().find(|line| {
        let text = squeeze(line.clean());
        text.ends_with('号') && text.contains('〔') && text.chars().count() <= NUMBER_LINE
    });
    if let Some(line) = numbered {
        let zh = format!("标题前后有文号“{}”", line.clean().trim());
        let place = line.place(0..line.clean().len());
        findings.push(finding("number", zh, "carries a document number", place));
    }
    Checked::done(findings)
}

fn finding(key: &str, zh: String, en: &str, place: Place) -> Finding {
    RULE.finding(
        key,
        Words::new(zh, format!("The report {en}")),
        Words::new(
            "年度报告面向社会公布，公布稿请删去主送机关、文号和请示用语。",
            "Remove addressee, number and phrases of request from what is published.",
        ),
        place,
    )
}
