//! `[calendar]`: the site's own days, beside those of the law.

use super::raw::{At, Parsed, Problems, Section};
use super::scalar;
use crate::model::{BodyKind, Calendar, LocalDays, Words, YearDay};
use jiff::civil::Date;
use std::collections::BTreeSet;
use toml::de::DeValue;

/// Most days of a list: those of many years.
const MOST_HOLIDAYS: usize = 2_000;

pub(super) fn calendar(mut section: Section, problems: &mut Problems) -> Calendar {
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
    calendar
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
