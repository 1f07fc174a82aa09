//! `[calendar]`: the site's own days, beside those of the law.

use super::raw::{At, Parsed, Problems, Section};
use super::scalar;
use crate::model::{BodyKind, Calendar, Countdown, LocalDays, Words, YearDay};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::time::Duration;
use toml::de::DeValue;

/// Most days of a list: those of many years.
const MOST_HOLIDAYS: usize = 2_000;

/// Most days before a due day on which is told of it, and the earliest.
const MOST_REMINDERS: usize = 20;
const EARLIEST: u64 = 90;

pub(super) fn calendar(mut section: Section, problems: &mut Problems) -> (Calendar, Countdown) {
    let countdown = countdown(&mut section, problems);
    let mut calendar = Calendar {
        holidays: dates("holidays", &mut section, problems),
        workdays: dates("workdays", &mut section, problems),
        ..Calendar::default()
    };
    for kind in BodyKind::ALL {
        let mut own = section.section(kind.name(), problems);
        let days = LocalDays {
            hand_in: own.get("submit", year_day, problems).map(|at| at.value),
            publish: own.get("publish", year_day, problems).map(|at| at.value),
        };
        own.close(problems);
        if days != LocalDays::default() {
            calendar.local.insert(kind, days);
        }
    }
    section.close(problems);
    (calendar, countdown)
}

fn countdown(section: &mut Section, problems: &mut Problems) -> Countdown {
    let default = Countdown::default();
    Countdown {
        remind: section.or("remind", remind, default.remind, problems),
        not_resent: section.or("not_resent", days, default.not_resent, problems),
        close: section.or("close", year_day, default.close, problems),
    }
}

fn remind(value: &DeValue) -> Parsed<BTreeSet<u16>> {
    let whole = scalar::whole(0, EARLIEST);
    let day = |value: &DeValue| whole(value).ok().and_then(|day| u16::try_from(day).ok());
    let list = value.as_array().filter(|list| list.len() <= MOST_REMINDERS);
    let days = list.and_then(|list| list.iter().map(|day_of| day(day_of.get_ref())).collect());
    days.ok_or_else(|| {
        Words::new(
            "写成 [14, 7, 3, 1]：时限前的天数，0 到 90，至多 20 个",
            "write [14, 7, 3, 1]: days before the due day, 0 to 90, at most 20 of them",
        )
    })
}

/// Whole days.
fn days(value: &DeValue) -> Parsed<u16> {
    const DAY: u64 = 86_400;
    let span = scalar::duration(Duration::from_secs(DAY), Duration::from_secs(90 * DAY))(value);
    let whole = span.ok().map(|span| span.as_secs()).filter(|seconds| seconds % DAY == 0);
    whole.and_then(|seconds| u16::try_from(seconds / DAY).ok()).ok_or_else(|| {
        Words::new("写成整天数，如 \"3d\"；1d 到 90d", "write whole days like \"3d\"; 1d to 90d")
    })
}

/// `01-26`: a day of the year after the one reported on.
fn year_day(value: &DeValue) -> Parsed<YearDay> {
    let day = value.as_str().and_then(|text| {
        let (month, day) = text.trim().split_once('-')?;
        let number = |text: &str| (text.len() <= 2).then(|| text.parse().ok()).flatten();
        YearDay::new(number(month)?, number(day)?)
    });
    day.ok_or_else(|| {
        Words::new(
            "写成月-日，如 \"01-26\"（报告年度的次年），每年都要有这一天",
            "write month-day, as in \"01-26\" (of the year after the one reported on), a day of every year",
        )
    })
}

fn dates(key: &'static str, section: &mut Section, problems: &mut Problems) -> BTreeSet<Date> {
    let mut found = BTreeSet::new();
    let Some(At { value, span }) = section.take(key) else { return found };
    let help = || {
        Words::new(
            "写成 [\"2025-01-28\", \"2025-01-29\"]，至多 2000 个日期",
            "write [\"2025-01-28\", \"2025-01-29\"], at most 2000 dates",
        )
    };
    let wrong =
        || Words::new(format!("{key} 的值不对"), format!("the value of {key} is not usable"));
    let list = value.as_array().filter(|list| list.len() <= MOST_HOLIDAYS);
    let Some(list) = list else {
        problems.add(span, wrong(), help());
        return found;
    };
    for day in list.iter() {
        match scalar::text(day.get_ref()).ok().and_then(|text| text.trim().parse().ok()) {
            Some(day) => drop(found.insert(day)),
            None => problems.add(day.span(), wrong(), help()),
        }
    }
    found
}
