//! What the ledger of a year is worked out from besides what was received: the roster, the days reports
//! are due, and what the site's folders hold.

use super::live::LiveRoster;
use super::settings::{Holds, Settings};
use crate::model::{Calendar, Millis, Roster, Site, local_date};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The site as its season goes by.
#[derive(Clone, Default)]
pub struct Season {
    pub roster: Option<LiveRoster>,
    pub calendar: Calendar,
    /// Names of the folders that hold published copies.
    pub published: BTreeSet<String>,
    pub utc_offset_minutes: i32,
}

impl Season {
    pub fn of(settings: &Settings, roster: Option<LiveRoster>) -> Season {
        let published = settings.folders.iter().filter(|folder| folder.holds == Holds::Published);
        Season {
            roster,
            calendar: settings.rules.calendar.clone(),
            published: published.map(|folder| folder.name.clone()).collect(),
            utc_offset_minutes: settings.utc_offset_minutes,
        }
    }

    /// The day at the site.
    pub fn today(&self, now: Millis) -> Date {
        local_date(now, self.utc_offset_minutes).unwrap_or_default()
    }

    /// What the ledger asks for.
    pub fn site<'a>(&'a self, roster: &'a Roster) -> Site<'a> {
        Site {
            roster,
            calendar: &self.calendar,
            published: &self.published,
            utc_offset_minutes: self.utc_offset_minutes,
        }
    }
}
