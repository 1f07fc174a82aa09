//! `[alerts]` and `[[route]]`.

use super::{Settings, quoted};
use crate::config::scalar::show_duration;
use crate::model::{AlertKind, BodyKind, Millis, Route};
use std::fmt::Write;
use std::time::Duration;

pub(super) fn show(s: &Settings, out: &mut String) -> std::fmt::Result {
    let hours = &s.alerts.hours;
    writeln!(
        out,
        "\n[alerts]\nurgent = {}",
        list(hours.urgent.iter().copied().map(AlertKind::name))
    )?;
    let quiet = hours.quiet.iter().map(|(from, to)| format!("{}-{}", clock(*from), clock(*to)));
    writeln!(out, "quiet = {}\nquiet_days = {}", list(quiet), hours.quiet_days)?;
    let except = hours.quiet_except.iter().copied().map(AlertKind::name);
    writeln!(out, "quiet_except = {}", list(except))?;
    let repeat = hours.repeat.map_or_else(|| "off".to_string(), stretch);
    writeln!(out, "repeat = \"{repeat}\"")?;
    if let Some(after) = hours.escalate_after {
        writeln!(out, "escalate_after = \"{}\"", stretch(after))?;
    }
    s.alerts.routes.iter().try_for_each(|one| route(one, out))
}

fn route(route: &Route, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\n[[route]]")?;
    let lists = [
        ("kinds", list(route.kinds.iter().copied().map(AlertKind::name))),
        ("regions", list(&route.regions)),
        ("units", list(&route.units)),
        ("unit_kinds", list(route.unit_kinds.iter().copied().map(BodyKind::name))),
        ("supervisors", list(&route.supervisors)),
        ("channels", list(&route.channels)),
        ("escalate_to", list(&route.escalate_to)),
    ];
    for (key, list) in lists {
        if list != "[]" || key == "channels" {
            writeln!(out, "{key} = {list}")?;
        }
    }
    Ok(())
}

/// A minute of the day as `08:30`.
pub(super) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn stretch(millis: Millis) -> String {
    show_duration(Duration::from_millis(millis.unsigned_abs()))
}

fn list<T: std::fmt::Display>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", texts.join(", "))
}
