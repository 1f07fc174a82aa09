//! ID-04: one and the same year throughout.

use super::prose::{lines, nowhere, spot, years};
use super::{Case, Checked};
use crate::model::{Finding, Place, Severity, Words};
use std::collections::BTreeMap;

crate::rule! {
    code: "ID-04",
    name: ("年度不一致", "The report year differs"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第四十九条：提交并公布上一年度政府信息公开工作年度报告",
        "Regulations on Open Government Information, art. 49: the report is on one past year",
    ),
    page: "id_04_year.md",
    check: check,
}

/// What the folder, an option of the delivery or a fixed setting says.
const DECLARED: &str = "报送渠道登记的年度";

/// Namings of another year in the text before it is taken for a slip.
const OFTEN: usize = 3;

fn check(case: &Case) -> Checked {
    let identity = &case.report.identity;
    let Some(year) = identity.year else {
        return Checked::not_assessable("报告年度不明", "the report year is not known");
    };
    let mut findings = Vec::new();
    if let Some(title) = identity.title.as_ref().and_then(|t| t.year) {
        // A period that names two years is ID-05's business.
        let of_one_year = identity.periods.iter().find_map(|p| {
            let (from, to) = (p.from?.year(), p.to?.year());
            (from == to).then_some((i32::from(to), p))
        });
        if let Some((stated, period)) = of_one_year.filter(|&(stated, _)| stated != title) {
            findings.push(finding(
                "period",
                Severity::Error,
                ("标题", title),
                ("统计期限", stated),
                spot("统计期限", Some(&period.passage)),
            ));
        }
    }
    if let Some(declared) = case.circumstances.declared_year.filter(|&d| d != year) {
        // Some keep a folder by the year of handing in.
        let severity = if declared == year + 1 { Severity::Warning } else { Severity::Error };
        let place = nowhere(DECLARED);
        findings.push(finding("folder", severity, ("报告", year), (DECLARED, declared), place));
    }
    findings.extend(narrative(case, year));
    Checked::done(findings)
}

/// Another year than the report's own, and never the report's own, all through the text.
fn narrative(case: &Case, year: i32) -> Option<Finding> {
    let mut named: BTreeMap<i32, usize> = BTreeMap::new();
    let mut place = None;
    for line in lines(case).iter().filter(|line| matches!(line.part, Some(1 | 5))) {
        for (at, found) in years(line.clean()) {
            *named.entry(found).or_default() += 1;
            place.get_or_insert_with(|| line.place(at..at + 4));
        }
    }
    let (&other, &count) = named.iter().max_by_key(|(_, count)| **count)?;
    let slip = !named.contains_key(&year) && count >= OFTEN;
    let place = place.unwrap_or_default();
    slip.then(|| finding("text", Severity::Warning, ("报告", year), ("正文", other), place))
}

fn finding(
    key: &str,
    severity: Severity,
    (here, year): (&str, i32),
    (there, other): (&str, i32),
    place: Place,
) -> Finding {
    RULE.finding(
        key,
        Words::new(
            format!("{here}为 {year} 年度，{there}为 {other} 年"),
            format!("“{here}” says {year}, “{there}” says {other}"),
        ),
        Words::new(
            "请核对报告年度，使标题、统计期限、正文一致；登记有误的，改正报送渠道登记的年度。",
            "Make title, statistics period and text agree on the year, or correct the registered one.",
        ),
        place,
    )
    .severity(severity)
    .expected(year)
    .found(other)
}
