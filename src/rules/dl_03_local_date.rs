//! DL-03: the days that the site itself has set.

use super::deadline::{days, days_after, place, words};
use super::{Case, Checked};
use crate::model::{Calendar, Duty, Severity, Words};
use crate::rule;

rule! {
    code: "DL-03",
    name: ("超过本地时限", "After the day set locally"),
    severity: Warning,
    basis: (
        "本地工作通知规定的报送、公布时限（由本单位设置）",
        "the days that the local notice sets, as this site is configured",
    ),
    page: "dl_03_local_date.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let calendar = &case.settings.calendar;
    if calendar.local.is_empty() {
        return Checked::not_applicable("没有设置本地时限", "no local days are set");
    }
    let days = match days(case, |kind| calendar.local.contains_key(&kind)) {
        Ok(days) => days,
        Err(why) => return why,
    };
    let mut findings = Vec::new();
    for (duty, key) in [(Duty::HandIn, "submit"), (Duty::Publish, "publish")] {
        let Some(due) = calendar.local(days.kind, duty, days.year) else { continue };
        let Some(day) = days.of(duty).filter(|day| *day > due && !days.is_old(*day)) else {
            continue;
        };
        let of_this = Calendar::legal(days.kind, duty, days.year);
        let legal = of_this.or(Calendar::legal(days.kind, Duty::Publish, days.year));
        let over = legal.is_some_and(|legal| day > legal);
        // That the law's own day is over DL-01 and DL-02 say.
        if over && of_this.is_some() {
            continue;
        }
        let severity = match (over, duty, days.published.is_some()) {
            // A page collected later does not show when it was handed in.
            (_, Duty::HandIn, true) => Severity::Info,
            (true, ..) => Severity::Error,
            (false, ..) => RULE.severity,
        };
        let (what, on, by) = (duty.words(), words(day), words(due));
        let after = days_after(day, due);
        findings.push(
            RULE.finding(
                key,
                Words::new(
                    format!("{}为{}，晚于本地规定的{}，超过 {after} 天", noun(duty), on.zh, by.zh),
                    format!("{} on {}, {after} days after {}", what.en, on.en, by.en),
                ),
                Words::new(
                    "请向主管部门说明原因；法定时限未过的，请抓紧完成。",
                    "Explain it to the supervisor, and be done before the day of the law.",
                ),
                place(case, duty),
            )
            .severity(severity)
            .expected(due)
            .found(day),
        );
    }
    Checked::done(findings)
}

fn noun(duty: Duty) -> &'static str {
    match duty {
        Duty::HandIn => "首次收到本年度报告的日期",
        Duty::Publish => "公开日期",
    }
}
