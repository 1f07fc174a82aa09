//! ID-06: the grounds the report says it was written on.

use super::prose::{nowhere, spot};
use super::{Case, Checked};
use crate::model::{Finding, Severity, Words};

crate::rule! {
    code: "ID-06",
    name: ("编制依据", "Grounds of the report"),
    severity: Warning,
    basis: (
        "国办公开办函〔2019〕60号、国办公开办函〔2021〕30号：年度报告依据条例和统一格式编制",
        "国办公开办函〔2019〕60号 and 〔2021〕30号: reports follow the Regulations and the national form",
    ),
    page: "id_06_grounds.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let mut findings = Vec::new();
    let citations = &case.report.identity.citations;
    if !citations.iter().any(|c| c.what == "条例") {
        findings.push(RULE.finding(
            "regulations",
            Words::new(
                "全文没有提到《中华人民共和国政府信息公开条例》",
                "The Regulations on Open Government Information are not cited",
            ),
            Words::new(
                "请在前言写明依据《中华人民共和国政府信息公开条例》编制。",
                "Cite the Regulations on Open Government Information in the preamble.",
            ),
            nowhere("前言"),
        ));
    }
    findings.extend(notice(case));
    Checked::done(findings)
}

/// The notice that prescribes the form: of the right edition, of another, or not cited at all.
fn notice(case: &Case) -> Option<Finding> {
    let numbers = |what: &str| what.strip_suffix('号').is_some_and(|n| n.parse::<u32>().is_ok());
    let citations = &case.report.identity.citations;
    let notices: Vec<_> = citations.iter().filter(|c| c.what != "条例").collect();
    let edition = case.expected_edition()?;
    if notices.is_empty() {
        return Some(
            RULE.finding(
                "notice",
                Words::new(
                    "没有写明依据的格式文件",
                    "The notice that prescribes the form is not cited",
                ),
                Words::new(
                    format!("建议在前言写明依据{}编制。", edition.basis),
                    format!("Cite {} in the preamble.", edition.basis),
                ),
                nowhere("前言"),
            )
            .severity(Severity::Info)
            .expected(&edition.basis),
        );
    }
    // A notice cited by its name only is taken for the right one.
    let fits = |what: &str| !numbers(what) || edition.basis.ends_with(what);
    if notices.iter().any(|c| fits(&c.what)) {
        return None;
    }
    let other = notices.first()?;
    let zh = format!(
        "引用的格式文件为{}，{}年度应依据{}",
        other.what, case.report.identity.year?, edition.basis
    );
    let en = format!("The notice cited is “{}”; the year calls for {}", other.what, edition.basis);
    Some(
        RULE.finding(
            "edition",
            Words::new(zh, en),
            Words::new(
                format!("请改为引用{}，并核对表格是否也用了相应格式。", edition.basis),
                format!("Cite {} and check that the tables are of that form.", edition.basis),
            ),
            spot("前言", Some(&other.passage)),
        )
        .expected(&edition.basis)
        .found(&other.what),
    )
}
