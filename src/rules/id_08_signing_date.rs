//! ID-08: the date under the report is possible.

use super::prose::spot;
use super::{Case, Checked};
use crate::model::{Severity, Words};
use jiff::civil::Date;

crate::rule! {
    code: "ID-08",
    name: ("落款日期不合理", "Impossible date of signing"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第四十九条：年度报告在次年编制，统计期限截至12月31日",
        "Regulations on Open Government Information, art. 49: a report is written after its year has ended",
    ),
    page: "id_08_signing_date.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let Some(signed) = &case.report.identity.signed else {
        return Checked::not_assessable("没有落款日期（见 ID-07）", "there is no date (see ID-07)");
    };
    let Some(date) = signed.date else {
        return Checked::not_assessable("落款日期无法判读", "the date of signing cannot be read");
    };
    let Some(fault) = fault(case, date) else {
        let (year, received) = (case.report.identity.year, case.circumstances.received);
        let assessed = u32::from(year.is_some()) + u32::from(received.is_some());
        return Checked::Done {
            findings: Vec::new(),
            assessed,
            total: 2,
            reason: unassessed(year.is_some(), received.is_some()),
        };
    };
    let (severity, key, zh, en) = fault;
    let shown = format!("{}年{}月{}日", date.year(), date.month(), date.day());
    let finding = RULE
        .finding(
            key,
            Words::new(
                format!("落款日期{shown}{zh}"),
                format!("The date of signing, {date}, {en}"),
            ),
            Words::new(
                "请核对年、月、日；年度报告应在统计期限结束之后成文。",
                "Check year, month and day; a report is written after its period has ended.",
            ),
            spot("落款", Some(&signed.passage)),
        )
        .severity(severity)
        .found(shown);
    Checked::done(vec![finding])
}

/// What could not be held against the date, and why.
fn unassessed(year: bool, received: bool) -> Option<Words> {
    match (year, received) {
        (true, true) => None,
        (true, false) => Some(Words::new(
            "单独核对时没有收件日期，未核对落款是否晚于收件",
            "checked by itself, without a day of receipt to hold the date against",
        )),
        (false, true) => Some(Words::new(
            "报告年度不明，未核对落款是否早于年度结束",
            "the report year is not known, nor whether the date is before its end",
        )),
        (false, false) => Some(Words::new(
            "报告年度和收件日期不明",
            "neither the report year nor the day of receipt is known",
        )),
    }
}

fn fault(case: &Case, date: Date) -> Option<(Severity, &'static str, &'static str, &'static str)> {
    if case.circumstances.received.is_some_and(|received| date > received) {
        return Some((Severity::Error, "future", "晚于收件日期", "is after the day of receipt"));
    }
    let year = case.report.identity.year.and_then(|y| i16::try_from(y).ok())?;
    let last = Date::new(year, 12, 31).ok()?;
    if date < last {
        return Some((
            Severity::Error,
            "early",
            "早于统计期限的最后一天",
            "is before the last day of the period",
        ));
    }
    (date == last).then_some((
        Severity::Warning,
        "last_day",
        "就是统计期限的最后一天，当年数据尚未截止",
        "is the last day of the period itself, whose figures were not closed yet",
    ))
}
