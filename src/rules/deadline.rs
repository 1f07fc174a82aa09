//! What the rules on deadlines share: the days that a report was handed in and published, as far as
//! they show whether it was late.

use super::cell::quote;
use super::prose::nowhere;
use super::{Case, Checked};
use crate::model::{BodyKind, Calendar, Duty, Place, Words};
use jiff::civil::Date;

/// The days of one report.
pub(super) struct Days {
    /// The year reported on.
    pub year: i32,
    pub kind: BodyKind,
    /// The first time that the body handed in a report on the year. `None` for one that nobody handed
    /// in (a trial), and for one that came so late that it is an old report put on file.
    pub received: Option<Date>,
    pub published: Option<Date>,
}

/// The days, or why they say nothing. `applies` are the kinds of bodies that the rule is on.
pub(super) fn days(case: &Case, applies: impl Fn(BodyKind) -> bool) -> Result<Days, Checked> {
    let Some(year) = case.report.identity.year else {
        return Err(Checked::not_assessable("报告年度不明", "the year is not known"));
    };
    if year < Calendar::FIRST_DATED {
        return Err(Checked::not_applicable(
            "现行条例的报送和公布时限自 2019 年度报告起适用",
            "the regulations in force date reports from 2019 on",
        ));
    }
    let published = case.report.identity.published.as_ref().and_then(|dated| dated.date);
    let circumstances = case.circumstances;
    let first = circumstances.first_received.into_iter().chain(circumstances.received).min();
    // After the year in which it was due a report is put on file, not handed in.
    let received = first.filter(|day| i32::from(day.year()) <= year.saturating_add(1));
    if received.is_none() && published.is_none() {
        return Err(Checked::not_applicable(
            "没有在应报送的年份报送，也没有公开日期，不判断是否逾期",
            "not handed in within the year it was due in, nor published: nothing to be late with",
        ));
    }
    let Some(kind) = super::body::kind(case) else {
        return Err(Checked::not_assessable(
            "从单位名称看不出适用哪一时限，名册中写明类别后核对",
            "the name does not tell which date applies; the roster may",
        ));
    };
    if !applies(kind) {
        return Err(Checked::not_applicable(
            "本时限不适用于这类单位",
            "the date is not for bodies of this kind",
        ));
    }
    Ok(Days { year, kind, received, published })
}

impl Days {
    pub fn of(&self, duty: Duty) -> Option<Date> {
        match duty {
            Duty::HandIn => self.received,
            Duty::Publish => self.published,
        }
    }

    /// A page's date from after the year it was due in may be that of a page set up anew.
    pub fn is_old(&self, day: Date) -> bool {
        i32::from(day.year()) > self.year.saturating_add(1)
    }
}

/// Where the day of a duty stands.
pub(super) fn place(case: &Case, duty: Duty) -> Place {
    let name = match duty {
        Duty::HandIn => "收到日期",
        Duty::Publish => "公开日期",
    };
    let mut place = nowhere(name);
    if let (Duty::Publish, Some(dated)) = (duty, &case.report.identity.published) {
        place.anchor = dated.passage.anchor.clone();
        place.quote = quote(&dated.passage.raw);
    }
    place
}

/// 2025年1月31日 · 2025-01-31
pub(super) fn words(day: Date) -> Words {
    Words::new(format!("{}年{}月{}日", day.year(), day.month(), day.day()), day.to_string())
}

/// Days after a date.
pub(super) fn days_after(day: Date, due: Date) -> i32 {
    due.until(day).map_or(0, |span| span.get_days())
}
