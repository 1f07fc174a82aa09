//! Who is told of a case, and when.

use super::calendar::local_date;
use super::{Alert, AlertKind, AlertState, BodyKind, Calendar, Millis, Phase, Roster};
use std::collections::BTreeSet;
use std::sync::Arc;

const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;

/// Quiet hours are looked through for so many steps; no holidays last longer.
const MOST_STEPS: usize = 120;

/// A channel as far as it matters for whom and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    pub name: String,
    /// It is read by people, who sleep; not by a program.
    pub people: bool,
    /// Minute of the local day at which all that can wait is told.
    pub digest: Option<u16>,
}

/// Which cases go to which channels. An empty list asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    pub kinds: BTreeSet<AlertKind>,
    /// As the roster writes them.
    pub regions: BTreeSet<String>,
    /// Full names in the roster.
    pub units: BTreeSet<String>,
    pub unit_kinds: BTreeSet<BodyKind>,
    pub supervisors: BTreeSet<String>,
    pub channels: BTreeSet<String>,
    /// Who is told when nobody takes the case on.
    pub escalate_to: BTreeSet<String>,
}

/// When somebody is told, and told again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hours {
    pub utc_offset_minutes: i32,
    /// What is told at once on channels with a digest too.
    pub urgent: BTreeSet<AlertKind>,
    /// From one minute of the local day up to another, that not included; over midnight where the
    /// second comes first. People are not told then.
    pub quiet: Vec<(u16, u16)>,
    /// Nor on days without work.
    pub quiet_days: bool,
    /// What people are told in quiet hours all the same.
    pub quiet_except: BTreeSet<AlertKind>,
    pub calendar: Calendar,
    /// What is told to people at once waits so long for more of its kind, milliseconds.
    pub group_wait: Millis,
    /// An open case that nobody has taken on is told again after so long, milliseconds.
    pub repeat: Option<Millis>,
    /// And to those above after so long.
    pub escalate_after: Option<Millis>,
}

/// The site's rules for telling: which channels hear of which cases, and from when on. Replaced as a
/// whole when the roster or the configuration is read anew.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    channels: Vec<Listener>,
    routes: Vec<Route>,
    hours: Hours,
    roster: Option<Arc<Roster>>,
}

/// One channel that is told, and not before when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub channel: String,
    pub due_at: Millis,
}

impl Policy {
    pub fn new(
        channels: Vec<Listener>,
        routes: Vec<Route>,
        hours: Hours,
        roster: Option<Arc<Roster>>,
    ) -> Policy {
        Policy { channels, routes, hours, roster }
    }

    /// Everybody, at once.
    pub fn everybody(channels: impl IntoIterator<Item = String>) -> Policy {
        let listener = |name| Listener { name, people: false, digest: None };
        Policy { channels: channels.into_iter().map(listener).collect(), ..Policy::default() }
    }

    /// Who hears of this turn of the case.
    ///
    /// Invariant: of a channel that fails, that channel is not told; a case that no route takes goes to
    /// every channel; of a silenced case nobody hears anything but its end.
    pub fn tell(&self, alert: &Alert, phase: Phase, at: Millis) -> Vec<Recipient> {
        let silenced = alert.silenced.as_ref().is_some_and(|silence| at < silence.until);
        if silenced && phase != Phase::Resolved {
            return Vec::new();
        }
        let failing = alert.about.as_ref().filter(|_| alert.kind == AlertKind::ChannelFailing);
        let named = self.named(alert, phase);
        let told = self.channels.iter().filter(|channel| Some(&channel.name) != failing);
        let (named, others): (Vec<_>, Vec<_>) =
            told.partition(|channel| named.contains(channel.name.as_str()));
        let told = if named.is_empty() { others } else { named };
        told.into_iter()
            .map(|channel| Recipient {
                channel: channel.name.clone(),
                due_at: self.due(channel, alert.kind, phase, at),
            })
            .collect()
    }

    /// The same by another roster.
    pub fn with_roster(&self, roster: Option<Arc<Roster>>) -> Policy {
        Policy { roster, ..self.clone() }
    }

    /// When an open case that nobody has taken on is told again next, and how. What is not due yet has its
    /// own days.
    pub fn next(&self, alert: &Alert) -> Option<(Phase, Millis)> {
        let open = alert.state == AlertState::Firing && alert.kind != AlertKind::DueSoon;
        if !open || alert.acknowledged.is_some() {
            return None;
        }
        let quiet_until = alert.silenced.as_ref().map_or(Millis::MIN, |silence| silence.until);
        let above = !self.named(alert, Phase::Escalated).is_empty();
        let escalated = self.hours.escalate_after.filter(|_| above && alert.escalated_at.is_none());
        let escalated =
            escalated.map(|after| (alert.opened_at.saturating_add(after), Phase::Escalated));
        let told = [Some(alert.updated_at), alert.reminded_at, alert.escalated_at];
        let told = told.into_iter().flatten().max().unwrap_or(alert.updated_at);
        let reminded = match self.hours.repeat {
            // What was kept from people is told as soon as it may be.
            _ if quiet_until > told => Some(quiet_until),
            repeat => repeat.map(|repeat| told.saturating_add(repeat)),
        };
        let next = escalated.into_iter().chain(reminded.map(|at| (at, Phase::Reminded)));
        // Of two at one time the graver.
        next.map(|(at, phase)| (phase, at.max(quiet_until)))
            .min_by_key(|(phase, at)| (*at, *phase != Phase::Escalated))
    }

    /// How an open case is to be told again now, if it is.
    pub fn reminder(&self, alert: &Alert, now: Millis) -> Option<Phase> {
        self.next(alert).filter(|(_, at)| *at <= now).map(|(phase, _)| phase)
    }

    /// The channels that the routes of a case name for a phase.
    fn named(&self, alert: &Alert, phase: Phase) -> BTreeSet<&str> {
        // Those above hear the end of what they were told.
        let below = phase != Phase::Escalated;
        let above = !below || (phase == Phase::Resolved && alert.escalated_at.is_some());
        let routes = self.routes.iter().filter(|route| self.takes(route, alert));
        let named = routes.flat_map(|route| {
            let below = route.channels.iter().filter(move |_| below);
            below.chain(route.escalate_to.iter().filter(move |_| above))
        });
        named.map(String::as_str).collect()
    }

    fn takes(&self, route: &Route, alert: &Alert) -> bool {
        if alert.kind.is_trouble() {
            return route.kinds.contains(&alert.kind);
        }
        if !route.kinds.is_empty() && !route.kinds.contains(&alert.kind) {
            return false;
        }
        let whose = route.regions.len()
            + route.units.len()
            + route.unit_kinds.len()
            + route.supervisors.len();
        if whose == 0 {
            return true;
        }
        let unit = self.roster.as_deref().zip(alert.unit.as_deref());
        let Some(unit) = unit.and_then(|(roster, name)| roster.resolve(name).one()) else {
            return alert.unit.as_ref().is_some_and(|unit| route.units.contains(unit))
                && whose == route.units.len();
        };
        let any = |asked: &BTreeSet<String>, has: &[String]| {
            asked.is_empty() || has.iter().any(|one| asked.contains(one))
        };
        any(&route.regions, &unit.regions)
            && any(&route.supervisors, &unit.supervisors)
            && (route.units.is_empty() || route.units.contains(&unit.name))
            && (route.unit_kinds.is_empty() || route.unit_kinds.contains(&unit.kind))
    }

    fn due(&self, channel: &Listener, kind: AlertKind, phase: Phase, at: Millis) -> Millis {
        let hours = &self.hours;
        let urgent = hours.urgent.contains(&kind) && phase != Phase::Resolved;
        let at_once = if channel.people { at.saturating_add(hours.group_wait) } else { at };
        let keeps_quiet = channel.people && !(urgent && hours.quiet_except.contains(&kind));
        match channel.digest.filter(|_| !urgent) {
            Some(minute) => hours.digest(minute, at, keeps_quiet),
            None if keeps_quiet => hours.awake(at_once),
            None => at_once,
        }
    }
}

impl Hours {
    /// The next digest from a time on; one in quiet hours is left out.
    fn digest(&self, minute: u16, at: Millis, keeps_quiet: bool) -> Millis {
        let first = self.midnight(at).saturating_add(Millis::from(minute) * MINUTE);
        let days = (0..MOST_STEPS as Millis).map(|day| first.saturating_add(day * DAY));
        let mut coming = days.filter(|time| *time >= at);
        let next = coming.clone().next().unwrap_or(at);
        match keeps_quiet {
            true => coming.find(|time| self.over(*time).is_none()).unwrap_or(self.awake(next)),
            false => next,
        }
    }

    /// The first time from this one on that is not quiet.
    fn awake(&self, at: Millis) -> Millis {
        let mut time = at;
        for _ in 0..MOST_STEPS {
            match self.over(time) {
                Some(over) => time = over,
                None => break,
            }
        }
        time
    }

    /// When the quiet time that a time lies in is over; `None` where it lies in none.
    fn over(&self, at: Millis) -> Option<Millis> {
        let midnight = self.midnight(at);
        let today = local_date(at, self.utc_offset_minutes);
        if self.quiet_days && today.is_some_and(|day| !self.calendar.is_workday(day)) {
            return Some(midnight.saturating_add(DAY));
        }
        let passed = at.saturating_sub(midnight);
        self.quiet.iter().find_map(|(from, to)| {
            let (from, to) = (Millis::from(*from) * MINUTE, Millis::from(*to) * MINUTE);
            let evening = from > to && passed >= from;
            let inside = evening || (passed < to && (from > to || passed >= from));
            inside.then(|| midnight.saturating_add(if evening { DAY + to } else { to }))
        })
    }

    /// When the local day of a time began.
    fn midnight(&self, at: Millis) -> Millis {
        let offset = Millis::from(self.utc_offset_minutes) * MINUTE;
        at.saturating_sub(at.saturating_add(offset).rem_euclid(DAY))
    }
}

#[cfg(test)]
mod tests;
