//! `[alerts]` and `[[route]]`: who is told of which cases, and when.

use super::check::{SECOND, duration};
use super::raw::{At, Parsed, Problems, Section};
use super::scalar;
use super::settings::{Alerts, Channel};
use crate::model::{AlertKind, BodyKind, Hours, Route, Words};
use std::collections::BTreeSet;
use std::time::Duration;
use toml::de::DeValue;

const DAY: Duration = Duration::from_secs(86_400);

/// Most entries of a list: regions and units of a province.
const MOST: usize = 5_000;

/// What cannot wait for the next digest: while it lasts nothing is received, or nothing is told. All
/// that is about reports reaches people the next morning, before the last day begins.
const URGENT: [AlertKind; 3] =
    [AlertKind::FolderAway, AlertKind::ChannelFailing, AlertKind::DiskLow];

/// Both; the calendar and the UTC offset are the site's and come in later.
pub(super) fn read(file: &mut Section, channels: &[Channel], problems: &mut Problems) -> Alerts {
    let mut section = file.section("alerts", problems);
    let urgent = list("urgent", kind, &mut section, problems);
    let quiet = list("quiet", span_of_day, &mut section, problems).unwrap_or_default();
    let except = list("quiet_except", kind, &mut section, problems).unwrap_or_default();
    let repeat = section.or("repeat", repeat, Some(DAY), problems);
    let hours = Hours {
        utc_offset_minutes: 0,
        urgent: urgent.map_or_else(|| URGENT.into(), values),
        quiet: quiet.into_iter().map(|at| at.value).collect(),
        quiet_days: section.or("quiet_days", scalar::boolean, false, problems),
        quiet_except: values(except),
        calendar: Default::default(),
        group_wait: 30_000,
        repeat: repeat.map(|repeat| repeat.as_millis() as i64),
        escalate_after: Some(
            duration(&mut section, "escalate_after", (60 * SECOND, 90 * DAY), 2 * DAY, problems)
                .as_millis() as i64,
        ),
    };
    section.close(problems);
    let routes =
        file.sections("route", problems).into_iter().map(|one| route(one, channels, problems));
    Alerts { routes: routes.collect(), hours }
}

fn route(mut section: Section, channels: &[Channel], problems: &mut Problems) -> Route {
    let mut texts =
        |key| list(key, scalar::text, &mut section, problems).map(values).unwrap_or_default();
    let (regions, units, supervisors) = (texts("regions"), texts("units"), texts("supervisors"));
    let kinds = list("kinds", kind, &mut section, problems).map(values).unwrap_or_default();
    let unit_kinds = list("unit_kinds", body, &mut section, problems).map(values);
    let known = |name: At<String>, problems: &mut Problems| {
        if channels.iter().any(|channel| channel.name == name.value) {
            return Some(name.value);
        }
        let names = channels.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join("、");
        problems.add(
            name.span,
            Words::new(format!("没有叫“{}”的提醒渠道", name.value), "no such alert channel"),
            Words::new(
                format!("写 [[channel]] 中的名称：{names}"),
                format!("write a name of a [[channel]]: {names}"),
            ),
        );
        None
    };
    if !section.has("channels") {
        // Asking for it tells that it is missing.
        section.need("channels", scalar::text, problems);
    }
    let mut named = |key| {
        let names = list(key, scalar::text, &mut section, problems).unwrap_or_default();
        names.into_iter().filter_map(|name| known(name, problems)).collect::<BTreeSet<_>>()
    };
    let (to, above) = (named("channels"), named("escalate_to"));
    section.close(problems);
    Route {
        kinds,
        regions,
        units,
        unit_kinds: unit_kinds.unwrap_or_default(),
        supervisors,
        channels: to,
        escalate_to: above,
    }
}

fn values<T: Ord>(list: Vec<At<T>>) -> BTreeSet<T> {
    list.into_iter().map(|at| at.value).collect()
}

/// A list, each entry with its place. `None` where there is none.
fn list<T>(
    key: &'static str,
    parse: impl Fn(&DeValue) -> Parsed<T>,
    section: &mut Section,
    problems: &mut Problems,
) -> Option<Vec<At<T>>> {
    let At { value, span } = section.take(key)?;
    let wrong =
        || Words::new(format!("{key} 的值不对"), format!("the value of {key} is not usable"));
    let Some(entries) = value.as_array().filter(|entries| entries.len() <= MOST) else {
        let help = Words::new("写成 [\"…\", \"…\"]", "write a list: [\"…\", \"…\"]");
        problems.add(span, wrong(), help);
        return None;
    };
    let mut found = Vec::new();
    for entry in entries.iter() {
        match parse(entry.get_ref()) {
            Ok(value) => found.push(At { value, span: entry.span() }),
            Err(expected) => problems.add(entry.span(), wrong(), expected),
        }
    }
    Some(found)
}

fn kind(value: &DeValue) -> Parsed<AlertKind> {
    let name = scalar::text(value)?;
    AlertKind::ALL.into_iter().find(|kind| kind.name() == name.trim()).ok_or_else(|| {
        let names = AlertKind::ALL.map(AlertKind::name).join("、");
        Words::new(format!("可以写：{names}"), format!("one of: {names}"))
    })
}

fn body(value: &DeValue) -> Parsed<BodyKind> {
    let name = scalar::text(value)?;
    BodyKind::ALL.into_iter().find(|kind| kind.name() == name.trim()).ok_or_else(|| {
        let names = BodyKind::ALL.map(BodyKind::name).join("、");
        Words::new(format!("可以写：{names}"), format!("one of: {names}"))
    })
}

/// `"off"`, or how often.
fn repeat(value: &DeValue) -> Parsed<Option<Duration>> {
    match value.as_str() {
        Some("off") => Ok(None),
        _ => scalar::duration(3_600 * SECOND, 90 * DAY)(value).map(Some),
    }
}

/// `18:00-08:00`, as minutes of the day.
fn span_of_day(value: &DeValue) -> Parsed<(u16, u16)> {
    let span = value.as_str().and_then(|text| {
        let (from, to) = text.split_once('-')?;
        Some((clock(from)?, clock(to)?)).filter(|(from, to)| from != to)
    });
    span.ok_or_else(|| Words::new("写成 \"18:00-08:00\"", "write \"18:00-08:00\""))
}

/// `"off"`, or the time of a day's digest, as minute of the day.
pub(super) fn digest(value: &DeValue) -> Parsed<Option<u16>> {
    let time = value.as_str().and_then(|text| match text {
        "off" => Some(None),
        text => clock(text).map(Some),
    });
    time.ok_or_else(|| Words::new("写成 \"08:30\" 或 \"off\"", "write \"08:30\" or \"off\""))
}

fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str, below: u16| -> Option<u16> {
        let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|n| digits && *n < below)
    };
    Some(number(hour, 24)? * 60 + number(minute, 60)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_two_digits_each() {
        assert_eq!(clock("08:30"), Some(510));
        assert_eq!(clock("00:00"), Some(0));
        assert_eq!(clock(" 23:59 "), Some(1439));
        for wrong in ["8:30", "24:00", "12:60", "12", "12:3", "+1:00", "ab:cd", ""] {
            assert_eq!(clock(wrong), None, "{wrong}");
        }
    }
}
