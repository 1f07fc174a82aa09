//! The days by which reports are due: those of the law, and the site's own.

use super::{BodyKind, Words};
use jiff::civil::{Date, date};
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

/// Every day there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    pub local: BTreeMap<BodyKind, LocalDays>,
    /// Days without work: a day of the site's own that falls on one is the next that does not. The days
    /// of the law stand as they are.
    pub holidays: BTreeSet<Date>,
}

impl Calendar {
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
        let calendar = Calendar { local: BTreeMap::from([(BodyKind::Department, days)]), holidays };
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
}
