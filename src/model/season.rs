//! What has not come: which cases the days demand, of the ledger of a year.
//!
//! Invariants: a case opens for nobody whose day is not set, and outside the season of a year for nobody;
//! what a case says stays true while it waits to be told, so it names days, not how many are left today;
//! the same ledger on the same day demands the same.

use super::calendar::local_date;
use super::{
    Alert, AlertKind, Calendar, Ledger, LedgerState, Line, Site, SubmissionId, UnitYear, Words,
    YearDay,
};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// When people are told of what has not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countdown {
    /// Days before the due day on which is told that nothing has come.
    pub remind: BTreeSet<u16>,
    /// Days after a return on which is told that nothing has come since; working days, where the site gives
    /// its holidays.
    pub not_resent: u16,
    /// The last day of a season, in the year after the one reported on: later no case opens.
    pub close: YearDay,
}

impl Default for Countdown {
    fn default() -> Self {
        let close = YearDay { month: 6, day: 30 };
        Countdown { remind: BTreeSet::from([14, 7, 3, 1]), not_resent: 3, close }
    }
}

/// How the case of a unit and year should stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    pub of: UnitYear,
    pub want: Want,
}

/// What a case should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// Nothing has come: `DueSoon` or `Overdue`.
    Missing { kind: AlertKind, summary: Words },
    /// This submission was returned and nothing has come since: its case goes on as that.
    NotResent { submission: SubmissionId, summary: Words },
    /// The case about what has not come is over.
    Settled { summary: Words },
}

/// Whether cases open for reports on a year: from the first reminder before the earliest due day on, until
/// the season closes.
pub fn in_season(site: Site, countdown: &Countdown, year: i32, today: Date) -> bool {
    let close = i16::try_from(year.saturating_add(1))
        .ok()
        .and_then(|year| Date::new(year, countdown.close.month, countdown.close.day).ok());
    let kinds: BTreeSet<_> = site.roster.units().iter().map(|unit| unit.kind).collect();
    let days = kinds.into_iter().filter_map(|kind| site.calendar.due(kind, year));
    let earliest = days.map(|due| due.day).min();
    let first = i64::from(countdown.remind.last().copied().unwrap_or(0));
    let opens = earliest.and_then(|day| day.checked_sub(first.days()).ok());
    opens.is_some_and(|opens| today >= opens) && close.is_some_and(|close| today <= close)
}

/// The years that have to be looked at: those in season, and those with cases still open.
pub fn season_years(
    site: Site,
    countdown: &Countdown,
    today: Date,
    open: &[Alert],
) -> BTreeSet<i32> {
    let newest = i32::from(today.year());
    let mut years: BTreeSet<i32> =
        open.iter().filter_map(Alert::awaited).map(|of| of.year).collect();
    years
        .extend([newest - 1, newest].into_iter().filter(|y| in_season(site, countdown, *y, today)));
    years
}

/// What a year's ledger demands today, beside the open cases about reports. Where a case stands as it
/// should nothing is demanded.
pub fn demands(site: Site, countdown: &Countdown, ledger: &Ledger, open: &[Alert]) -> Vec<Demand> {
    let (year, today) = (ledger.year, ledger.today);
    let opens = in_season(site, countdown, year, today);
    let mut awaited: BTreeMap<String, &Alert> = BTreeMap::new();
    let mut about: BTreeMap<SubmissionId, &Alert> = BTreeMap::new();
    for alert in open {
        match alert.awaited() {
            Some(of) if of.year == year => drop(awaited.insert(of.unit, alert)),
            Some(_) => {}
            None => drop(about.insert(alert.submission, alert)),
        }
    }
    let mut demands = Vec::new();
    for line in &ledger.lines {
        let case = awaited.remove(&line.unit.name);
        let want = match line.state {
            // Its verdict takes the case up.
            LedgerState::Waiting => None,
            LedgerState::Missing => missing(countdown, line, today, year)
                .filter(|_| opens || case.is_some())
                .or_else(|| case.map(|_| settled(line.unit.name.as_str(), year, no_day())))
                .filter(|want| !stands(want, case)),
            state => match case {
                Some(_) => Some(settled(&line.unit.name, year, received(state))),
                None => not_resent(site, countdown, line, &about, year, today),
            },
        };
        let of = || UnitYear { year, unit: line.unit.name.clone() };
        demands.extend(want.map(|want| Demand { of: of(), want }));
    }
    for unit in awaited.into_keys() {
        let gone = Words::new("该单位已不在名册中", "the body is no longer in the roster");
        let want = settled(&unit, year, gone);
        demands.push(Demand { of: UnitYear { year, unit }, want });
    }
    demands
}

fn stands(want: &Want, case: Option<&Alert>) -> bool {
    match (want, case) {
        (Want::Missing { kind, summary }, Some(case)) => {
            (*kind, summary) == (case.kind, &case.summary)
        }
        _ => false,
    }
}

/// What nobody having handed anything in means today, if anything yet.
fn missing(countdown: &Countdown, line: &Line, today: Date, year: i32) -> Option<Want> {
    let due = line.due?;
    let subject = subject(&line.unit.name, year);
    let (day, day_en) = (day_words(due.day, year), due.day);
    if due.is_over(today) {
        let summary = Words::new(
            format!("{}逾期未报送，时限是{day}", subject.zh),
            format!("{} overdue, nothing was handed in by {day_en}", subject.en),
        );
        return Some(Want::Missing { kind: AlertKind::Overdue, summary });
    }
    let left = due.days_left(today);
    let mark = countdown.remind.iter().copied().find(|mark| left <= i32::from(*mark))?;
    // Said of the day of the mark, whenever it is read.
    let marked = due.day.checked_sub(i64::from(mark).days()).ok()?;
    let summary = match mark {
        0 => Words::new(
            format!("{}尚未报送，时限就是{day}当天", subject.zh),
            format!("{} not there yet, due on {day_en}", subject.en),
        ),
        _ => Words::new(
            format!(
                "{}尚未报送，时限是{day}，自{}起还有{mark}天",
                subject.zh,
                day_words(marked, year)
            ),
            format!("{} not there yet, due on {day_en}: {mark} days from {marked}", subject.en),
        ),
    };
    Some(Want::Missing { kind: AlertKind::DueSoon, summary })
}

/// Whether a returned report has been left alone for too long.
fn not_resent(
    site: Site,
    countdown: &Countdown,
    line: &Line,
    about: &BTreeMap<SubmissionId, &Alert>,
    year: i32,
    today: Date,
) -> Option<Want> {
    let submission = line.submission.filter(|_| line.state == LedgerState::Returned)?;
    let newer = line.waiting.is_some() || line.unread.is_some();
    let case = about
        .get(&submission)
        .filter(|case| !newer && matches!(case.kind, AlertKind::Returned | AlertKind::Misfiled))?;
    let returned = returned_on(case, site.utc_offset_minutes)?;
    let last = last_day(site.calendar, returned, countdown.not_resent)?;
    (today >= last).then(|| {
        let subject = subject(&line.unit.name, year);
        let summary = Words::new(
            format!(
                "{}{}被退回，至{}仍未重新报送",
                subject.zh,
                day_words(returned, year),
                day_words(last, year)
            ),
            format!("{} returned on {returned}, not handed in again by {last}", subject.en),
        );
        Want::NotResent { submission, summary }
    })
}

/// The case last turned when the report was returned, or returned for other reasons.
fn returned_on(case: &Alert, utc_offset_minutes: i32) -> Option<Date> {
    local_date(case.updated_at, utc_offset_minutes)
}

/// So many days after a day, working days where their holidays are known.
fn last_day(calendar: &Calendar, from: Date, days: u16) -> Option<Date> {
    let plain = from.checked_add(i64::from(days).days()).ok()?;
    let known = |day| calendar.workdays_until(from, day);
    // Nobody has a holiday of two months; a year without known days counts all.
    let until =
        plain.checked_add(i64::from(days).saturating_mul(2).saturating_add(60).days()).ok()?;
    let candidates = plain.series(1.day()).take_while(|day| *day <= until);
    let mut worked = candidates.map_while(|day| known(day).map(|count| (day, count)));
    let found = worked.find(|(_, count)| *count >= u32::from(days)).map(|(day, _)| day);
    Some(found.unwrap_or(plain))
}

fn settled(unit: &str, year: i32, why: Words) -> Want {
    let subject = subject(unit, year);
    Want::Settled {
        summary: Words::new(
            format!("{}：{}", subject.zh, why.zh),
            format!("{}: {}", subject.en, why.en),
        ),
    }
}

fn received(state: LedgerState) -> Words {
    match state {
        LedgerState::Unreadable => {
            Words::new("已收到文件，但无法判读", "a file was received that cannot be read")
        }
        _ => Words::new("已收到", "received"),
    }
}

fn no_day() -> Words {
    Words::new("时限已调整，尚未到提醒的时候", "its due day was changed; it is not near yet")
}

fn subject(unit: &str, year: i32) -> Words {
    Words::new(format!("{unit} {year}年度报告"), format!("{unit} {year} annual report"))
}

/// A day as people say it; with its year where that is not the one after the reported, in which all is due.
fn day_words(day: Date, reported: i32) -> String {
    let (month, of_month) = (day.month(), day.day());
    match i32::from(day.year()) == reported.saturating_add(1) {
        true => format!("{month}月{of_month}日"),
        false => format!("{}年{month}月{of_month}日", day.year()),
    }
}
