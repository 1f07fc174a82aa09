//! How a year stands, in the few lines that head a digest.

use crate::model::{Ledger, Words};

/// How far the bodies have come, and the days that are near: nothing where nobody has to report.
pub fn season(ledger: &Ledger) -> Vec<Words> {
    let t = ledger.totals();
    if t.due == 0 {
        return Vec::new();
    }
    let mut zh = format!("{}年度报告：应报{}，已报{}", ledger.year, t.due, t.received);
    let mut en = format!("{} reports: {} due, {} received", ledger.year, t.due, t.received);
    let states = [
        (t.compliant, "合规", "compliant"),
        (t.needs_review, "需核实", "to be confirmed"),
        (t.returned, "退回", "returned"),
        (t.unreadable, "无法判读", "unreadable"),
        (t.waiting, "待判", "waiting"),
    ];
    let states: Vec<_> = states.into_iter().filter(|(count, ..)| *count > 0).collect();
    if !states.is_empty() {
        let join = |parts: Vec<String>, comma: &str| parts.join(comma);
        let inner = states.iter().map(|(count, zh, _)| format!("{zh}{count}")).collect();
        zh.push_str(&format!("（{}）", join(inner, "、")));
        let inner = states.iter().map(|(count, _, en)| format!("{count} {en}")).collect();
        en.push_str(&format!(" ({})", join(inner, ", ")));
    }
    zh.push_str(&format!("，未报{}", t.missing));
    en.push_str(&format!(", {} missing", t.missing));
    if t.overdue > 0 {
        zh.push_str(&format!("（其中逾期{}）", t.overdue));
        en.push_str(&format!(" ({} of them overdue)", t.overdue));
    }
    let mut lines = vec![Words::new(format!("{zh}。"), format!("{en}."))];
    lines.extend(next_day(ledger));
    lines
}

/// The nearest day by which somebody still has to report.
fn next_day(ledger: &Ledger) -> Option<Words> {
    let dues = ledger.lines.iter().filter(|line| line.received.is_none()).filter_map(|l| l.due);
    let day = dues.map(|due| due.day).filter(|day| *day >= ledger.today).min()?;
    let left = ledger.today.until(day).ok()?.get_days();
    let missing = ledger.lines.iter();
    let missing = missing.filter(|l| l.received.is_none() && l.due.is_some_and(|d| d.day == day));
    let (count, month, date) = (missing.count(), day.month(), day.day());
    let when = match left {
        0 => Words::new("今天到期", "is due today"),
        1 => Words::new("明天到期", "is due tomorrow"),
        n => Words::new(format!("还有{n}天"), format!("is due in {n} days")),
    };
    Some(Words::new(
        format!("{month}月{date}日的时限{}，该日到期的还有{count}家未报。", when.zh),
        format!("What is due on {day} {}: {count} still missing.", when.en),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BodyKind, Calendar, OnFile, Roster, Site, Unit};
    use jiff::civil::date;
    use std::collections::BTreeSet;

    fn units() -> Roster {
        let unit = |code: &str, name: &str, kind| Unit {
            code: code.into(),
            name: name.into(),
            aliases: Vec::new(),
            kind,
            parent: None,
            own: false,
            regions: Vec::new(),
            contacts: Vec::new(),
            supervisors: Vec::new(),
            folder: None,
        };
        Roster::new(vec![
            unit("1", "青禾县水利局", BodyKind::Department),
            unit("2", "青禾县教育局", BodyKind::Department),
            unit("3", "青禾县人民政府", BodyKind::Government),
        ])
        .expect("no faults")
    }

    fn on(month: i8, day: i8) -> Vec<String> {
        let (roster, calendar, published) = (units(), Calendar::default(), BTreeSet::new());
        let site = Site {
            roster: &roster,
            calendar: &calendar,
            published: &published,
            utc_offset_minutes: 480,
        };
        let ledger = Ledger::of(site, 2025, date(2026, month, day), &OnFile::default());
        season(&ledger).into_iter().map(|words| words.zh).collect()
    }

    #[test]
    fn the_nearest_day_is_counted_down_and_what_is_over_is_overdue() {
        let all = "2025年度报告：应报3，已报0，未报3";
        let next = |when: &str| format!("1月31日的时限{when}，该日到期的还有2家未报。");
        assert_eq!(on(1, 20), [format!("{all}。"), next("还有11天")]);
        assert_eq!(on(1, 30)[1], next("明天到期"));
        assert_eq!(on(1, 31)[1], next("今天到期"));
        let after = "3月31日的时限还有58天，该日到期的还有1家未报。";
        assert_eq!(on(2, 1), [format!("{all}（其中逾期2）。"), after.to_string()]);
        assert_eq!(on(4, 1), [format!("{all}（其中逾期3）。")]);
    }
}
