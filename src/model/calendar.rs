//! The days by which reports are due: those of the law, and the site's own.

use super::{BodyKind, Millis, Words};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday, date};
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is due by a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Duty {
    /// 报送: the report reaches the supervisor.
    HandIn,
    /// 公布: the report stands where everybody can read it.
    Publish,
}

impl Duty {
    pub fn words(self) -> Words {
        match self {
            Duty::HandIn => Words::new("报送", "handed in"),
            Duty::Publish => Words::new("公布", "published"),
        }
    }
}

/// A day of the year that every year has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct YearDay {
    pub month: i8,
    pub day: i8,
}

impl YearDay {
    /// `None` for a day that not every year has.
    pub fn new(month: i8, day: i8) -> Option<YearDay> {
        // 2023 has no 29 February.
        Date::new(2023, month, day).ok().map(|_| YearDay { month, day })
    }

    fn in_year(self, year: i32) -> Option<Date> {
        Date::new(i16::try_from(year).ok()?, self.month, self.day).ok()
    }
}

/// The site's own days for one kind of body, in the year after the one reported on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalDays {
    pub hand_in: Option<YearDay>,
    pub publish: Option<YearDay>,
}

/// Who set a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DaySource {
    /// 条例 art. 49.
    Law,
    /// The site's calendar.
    Local,
}

impl DaySource {
    pub fn words(self) -> Words {
        match self {
            DaySource::Law => Words::new("法定", "by law"),
            DaySource::Local => Words::new("本地", "set locally"),
        }
    }
}

/// The day by which a body's report has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Due {
    pub day: Date,
    pub duty: Duty,
    pub source: DaySource,
}

impl Due {
    /// Days from a day to the due one: 0 on the due day itself, negative once it is over.
    pub fn days_left(&self, today: Date) -> i32 {
        today.until(self.day).map_or(0, |span| span.get_days())
    }

    pub fn is_over(&self, today: Date) -> bool {
        today > self.day
    }
}

/// Every day there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub local: BTreeMap<BodyKind, LocalDays>,
    /// Days without work: a day of the site's own that falls on one is the next that does not. The days
    /// of the law stand as they are.
    pub holidays: BTreeSet<Date>,
    /// Weekend days that are worked on (调休上班).
    pub workdays: BTreeSet<Date>,
}

impl Calendar {
    /// The first reported year whose reports the regulations of 2019 date.
    pub const FIRST_DATED: i32 = 2019;

    /// The year whose reports are handed in on a day: the one before. Every report on a year is due in
    /// the year after it.
    pub fn season(today: Date) -> i32 {
        i32::from(today.year()) - 1
    }

    /// The day by which a body's report on a year has to be there: for handing in, and where no day is
    /// set for that, for publishing; the site's own day before the law's. `None` where nobody set one.
    pub fn due(&self, kind: BodyKind, reported: i32) -> Option<Due> {
        [Duty::HandIn, Duty::Publish].into_iter().find_map(|duty| {
            let local = self.local(kind, duty, reported).map(|day| (day, DaySource::Local));
            let law = || (reported >= Self::FIRST_DATED).then(|| Self::legal(kind, duty, reported));
            let day = local.or_else(|| Some((law()??, DaySource::Law)));
            day.map(|(day, source)| Due { day, duty, source })
        })
    }

    /// Whether a day is worked on, as far as the calendar knows.
    pub fn is_workday(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        self.workdays.contains(&day) || !(weekend || self.holidays.contains(&day))
    }

    /// Days worked on after one day up to another, that included. `None` unless the site has given the
    /// holidays of the years they lie in, and where the second comes before the first.
    pub fn workdays_until(&self, today: Date, day: Date) -> Option<u32> {
        let known = |year| self.holidays.iter().any(|holiday| holiday.year() == year);
        let all_known = (today.year()..=day.year()).all(known);
        // Nobody counts the working days of years.
        let counted = day >= today && day.year() <= today.year().saturating_add(1);
        let days = today.series(jiff::Span::new().days(1)).skip(1).take_while(|next| *next <= day);
        (all_known && counted).then(|| days.filter(|next| self.is_workday(*next)).count() as u32)
    }

    /// The law's day for a kind of body (条例 art. 49): departments hand in and publish by 31 January,
    /// governments' reports are published by 31 March.
    pub fn legal(kind: BodyKind, duty: Duty, reported: i32) -> Option<Date> {
        let year =
            i16::try_from(reported.checked_add(1)?).ok().filter(|y| (1..9999).contains(y))?;
        match (kind, duty) {
            (BodyKind::Department, _) => Some(date(year, 1, 31)),
            (BodyKind::Government, Duty::Publish) => Some(date(year, 3, 31)),
            _ => None,
        }
    }

    /// The site's own day, where it has set one.
    pub fn local(&self, kind: BodyKind, duty: Duty, reported: i32) -> Option<Date> {
        let days = self.local.get(&kind)?;
        let day = match duty {
            Duty::HandIn => days.hand_in,
            Duty::Publish => days.publish,
        };
        let mut due = day?.in_year(reported.checked_add(1)?)?;
        while self.holidays.contains(&due) {
            due = due.tomorrow().ok()?;
        }
        Some(due)
    }
}

/// The day at the site of a time.
pub fn local_date(at: Millis, offset_minutes: i32) -> Option<Date> {
    let offset = Offset::from_seconds(offset_minutes.checked_mul(60)?).ok()?;
    Some(offset.to_datetime(Timestamp::from_millisecond(at).ok()?).date())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_dates_departments_and_governments_only() {
        let legal = |kind, duty| Calendar::legal(kind, duty, 2024);
        assert_eq!(legal(BodyKind::Department, Duty::HandIn), Some(date(2025, 1, 31)));
        assert_eq!(legal(BodyKind::Department, Duty::Publish), Some(date(2025, 1, 31)));
        assert_eq!(legal(BodyKind::Government, Duty::Publish), Some(date(2025, 3, 31)));
        assert_eq!(legal(BodyKind::Government, Duty::HandIn), None);
        assert_eq!(legal(BodyKind::Township, Duty::HandIn), None);
        assert_eq!(Calendar::legal(BodyKind::Department, Duty::HandIn, i32::MAX), None);
    }

    #[test]
    fn a_local_day_gives_way_to_holidays_and_a_legal_one_does_not() {
        let days = LocalDays { hand_in: YearDay::new(1, 26), publish: None };
        let holidays = BTreeSet::from([date(2025, 1, 26), date(2025, 1, 27), date(2025, 1, 31)]);
        let local = BTreeMap::from([(BodyKind::Department, days)]);
        let calendar = Calendar { local, holidays, ..Calendar::default() };
        let local = |year| calendar.local(BodyKind::Department, Duty::HandIn, year);
        assert_eq!(local(2024), Some(date(2025, 1, 28)));
        assert_eq!(local(2025), Some(date(2026, 1, 26)));
        assert_eq!(calendar.local(BodyKind::Department, Duty::Publish, 2024), None);
        assert_eq!(calendar.local(BodyKind::Government, Duty::HandIn, 2024), None);
    }

    #[test]
    fn a_day_that_some_years_lack_is_none() {
        assert_eq!(YearDay::new(2, 29), None);
        assert_eq!(YearDay::new(4, 31), None);
        assert_eq!(YearDay::new(2, 28), Some(YearDay { month: 2, day: 28 }));
    }

    #[test]
    fn a_report_received_after_midnight_in_china_counts_for_that_day() {
        // 2025-01-31T17:00:00Z
        assert_eq!(local_date(1_738_342_800_000, 480), Some(date(2025, 2, 1)));
        assert_eq!(local_date(1_738_342_800_000, 0), Some(date(2025, 1, 31)));
        assert_eq!(local_date(Millis::MAX, 480), None);
    }

    #[test]
    fn a_report_is_due_on_the_sites_day_else_the_laws_and_without_either_never() {
        let own = |hand_in: Option<(i8, i8)>, publish: Option<(i8, i8)>| LocalDays {
            hand_in: hand_in.and_then(|(month, day)| YearDay::new(month, day)),
            publish: publish.and_then(|(month, day)| YearDay::new(month, day)),
        };
        let calendar = Calendar {
            local: BTreeMap::from([
                (BodyKind::Government, own(Some((2, 20)), Some((3, 10)))),
                (BodyKind::Township, own(None, Some((1, 20)))),
            ]),
            ..Calendar::default()
        };
        let due = |kind, year| calendar.due(kind, year).map(|d| (d.day, d.duty, d.source));
        let (law, local) = (DaySource::Law, DaySource::Local);
        for (kind, want) in [
            (BodyKind::Department, Some((date(2026, 1, 31), Duty::HandIn, law))),
            (BodyKind::Government, Some((date(2026, 2, 20), Duty::HandIn, local))),
            (BodyKind::Township, Some((date(2026, 1, 20), Duty::Publish, local))),
            (BodyKind::Other, None),
        ] {
            assert_eq!(due(kind, 2025), want, "{kind:?}");
        }
        assert_eq!(due(BodyKind::Department, 2018), None, "dated by no law in force");
        let lawful = Calendar::default().due(BodyKind::Government, 2025).unwrap();
        assert_eq!((lawful.day, lawful.duty), (date(2026, 3, 31), Duty::Publish));
        assert_eq!(lawful.days_left(date(2026, 3, 31)), 0);
        assert_eq!(lawful.days_left(date(2026, 4, 2)), -2);
        assert!(!lawful.is_over(date(2026, 3, 31)) && lawful.is_over(date(2026, 4, 1)));
    }

    #[test]
    fn working_days_leave_out_weekends_and_holidays_but_not_those_made_up_for() {
        let holidays = BTreeSet::from([date(2026, 1, 1), date(2026, 1, 2)]);
        // A Sunday.
        let workdays = BTreeSet::from([date(2026, 1, 4)]);
        let calendar = Calendar { holidays, workdays, ..Calendar::default() };
        let until = |from, to| calendar.workdays_until(from, to);
        // Su 4, Mo 5 … Fr 9.
        assert_eq!(until(date(2026, 1, 1), date(2026, 1, 10)), Some(6));
        assert_eq!(until(date(2026, 1, 30), date(2026, 1, 31)), Some(0));
        assert_eq!(until(date(2026, 1, 9), date(2026, 1, 9)), Some(0));
        assert_eq!(until(date(2026, 1, 9), date(2026, 1, 8)), None);
        assert_eq!(until(date(2025, 12, 31), date(2026, 1, 5)), None, "2025 is not known");
        assert_eq!(Calendar::default().workdays_until(date(2026, 1, 1), date(2026, 1, 9)), None);
    }
}
