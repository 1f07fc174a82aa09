//! The ledger (台账): how every body of the roster stands with its report on a year, seen on a day.
//!
//! Invariants: every body of the roster has one line, which is in exactly one state; 应报 = 已报 + 未报;
//! what cannot be put under a body is listed by itself, never counted under a guess and never left out.

use super::calendar::local_date;
use super::{
    BodyKind, Calendar, Due, Millis, Outcome, Resolved, Roster, Standing, Submission, SubmissionId,
    Unit, Words,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How far a body has come with its report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LedgerState {
    /// 未报: nothing was received.
    Missing,
    /// 待判: received, no verdict yet.
    Waiting,
    /// The outcome of its current report.
    Compliant,
    NeedsReview,
    Returned,
    /// 无法判读: nobody could read what was received.
    Unreadable,
}

impl LedgerState {
    pub const ALL: [LedgerState; 6] = [
        LedgerState::Missing,
        LedgerState::Waiting,
        LedgerState::Compliant,
        LedgerState::NeedsReview,
        LedgerState::Returned,
        LedgerState::Unreadable,
    ];

    /// The stable name used in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            LedgerState::Missing => "missing",
            LedgerState::Waiting => "waiting",
            LedgerState::Compliant => Outcome::Compliant.name(),
            LedgerState::NeedsReview => Outcome::NeedsReview.name(),
            LedgerState::Returned => Outcome::Returned.name(),
            LedgerState::Unreadable => Outcome::Unreadable.name(),
        }
    }

    /// The word an office uses.
    pub fn words(self) -> Words {
        match self {
            LedgerState::Missing => Words::new("未报", "missing"),
            LedgerState::Waiting => Words::new("待判", "waiting"),
            LedgerState::Compliant => Outcome::Compliant.words(),
            LedgerState::NeedsReview => Outcome::NeedsReview.words(),
            LedgerState::Returned => Outcome::Returned.words(),
            LedgerState::Unreadable => Outcome::Unreadable.words(),
        }
    }
}

impl From<Outcome> for LedgerState {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Compliant => LedgerState::Compliant,
            Outcome::NeedsReview => LedgerState::NeedsReview,
            Outcome::Returned => LedgerState::Returned,
            Outcome::Unreadable => LedgerState::Unreadable,
        }
    }
}

/// What the site knows apart from the reports.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    pub roster: &'a Roster,
    pub calendar: &'a Calendar,
    /// Names of the folders that hold copies of what was published. Such a copy is a report on file like
    /// any other; when it came says nothing of when the body handed in.
    pub published: &'a BTreeSet<String>,
    pub utc_offset_minutes: i32,
}

/// What was received, of one year or of more.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnFile {
    pub standings: Vec<Standing>,
    /// What no standing tells: submissions that wait for their first verdict, and current ones of no
    /// known unit or year.
    pub loose: Vec<Submission>,
}

/// How one body stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'a> {
    pub unit: &'a Unit,
    pub state: LedgerState,
    /// `None` where neither the law nor the site has set a day: such a body is never overdue.
    pub due: Option<Due>,
    /// From today to the due day; negative once it is over.
    pub days_left: Option<i32>,
    /// Working days after today up to the due day, where the site gives its holidays.
    pub workdays_left: Option<u32>,
    /// 逾期: nothing was received and the due day is over.
    pub overdue: bool,
    /// 迟报: the first was received after the due day. Never said of what came after the year it was due
    /// in, which is an old report put on file, nor of published copies.
    pub late: bool,
    /// When the first was handed in; published copies do not count.
    pub first_received: Option<Millis>,
    /// When the current submission was received.
    pub received: Option<Millis>,
    /// The current submission.
    pub submission: Option<SubmissionId>,
    /// 0 where there is no verdict.
    pub revision: u32,
    pub returns: u32,
    /// Open findings of the current report: errors, warnings, infos.
    pub counts: [u32; 3],
    /// Only published copies were received.
    pub published_only: bool,
    /// The newest submission without a verdict, beside a current report.
    pub waiting: Option<SubmissionId>,
    /// The newest file of this body that nobody could read, received after the current report.
    pub unread: Option<SubmissionId>,
}

/// Why something cannot be put under a body of the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Whose report it is is not known.
    NoUnit,
    /// The roster does not have the unit.
    Unlisted,
    /// Several bodies of the roster may be called so.
    Ambiguous,
    /// The year it is on is not known.
    NoYear,
    /// It waits for its verdict, which may tell.
    Waiting,
}

impl Why {
    pub fn name(self) -> &'static str {
        match self {
            Why::NoUnit => "no_unit",
            Why::Unlisted => "unlisted",
            Why::Ambiguous => "ambiguous",
            Why::NoYear => "no_year",
            Why::Waiting => "waiting",
        }
    }

    pub fn words(self) -> Words {
        match self {
            Why::NoUnit => Words::new("看不出是哪个单位的", "whose it is is not known"),
            Why::Unlisted => Words::new("名册中没有这个单位", "the unit is not in the roster"),
            Why::Ambiguous => {
                Words::new("可指名册中的几个单位", "may be several bodies of the roster")
            }
            Why::NoYear => Words::new("看不出是哪一年度的", "the year is not known"),
            Why::Waiting => Words::new("待判", "waiting for its verdict"),
        }
    }
}

/// A current submission that somebody has to be asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplaced {
    pub submission: SubmissionId,
    pub why: Why,
    /// The name it was filed under or, of what could not be read, delivered under.
    pub unit: Option<String>,
    pub year: Option<i32>,
    pub received: Millis,
    /// `None` while it waits.
    pub outcome: Option<Outcome>,
}

/// All lines, in the order of the roster.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger<'a> {
    /// The year reported on.
    pub year: i32,
    pub today: Date,
    pub lines: Vec<Line<'a>>,
    /// By submission.
    pub unplaced: Vec<Unplaced>,
}

/// What was found for one body while it is put together.
#[derive(Default)]
struct Found<'f> {
    current: Option<&'f Standing>,
    returns: u32,
    /// First receipt by folder.
    first: BTreeMap<&'f str, Millis>,
    waiting: Option<&'f Submission>,
    unread: Option<&'f Submission>,
}

impl<'f> Found<'f> {
    fn came(&mut self, folder: &'f str, at: Millis) {
        let first = self.first.entry(folder).or_insert(at);
        *first = at.min(*first);
    }

    /// Before a changed roster is heeded everywhere, a body may stand under two of its names.
    fn stands(&mut self, standing: &'f Standing) {
        self.returns += standing.returns;
        for (folder, at) in &standing.first_received {
            self.came(folder, *at);
        }
        if self.current.is_none_or(|current| current.current < standing.current) {
            self.current = Some(standing);
        }
    }

    fn came_loose(&mut self, row: &'f Submission) {
        self.came(row.source.folder(), row.received_at);
        let newest = if row.judged_at.is_none() { &mut self.waiting } else { &mut self.unread };
        if newest.is_none_or(|newest| newest.id < row.id) {
            *newest = Some(row);
        }
    }
}

impl<'a> Ledger<'a> {
    /// The ledger of a year. Of what is on file only that of the year is looked at: what names no year
    /// belongs to the season it was received in.
    pub fn of(site: Site<'a>, year: i32, today: Date, on_file: &OnFile) -> Ledger<'a> {
        let mut found: HashMap<&str, Found> = HashMap::new();
        let mut unplaced = Vec::new();
        for standing in on_file.standings.iter().filter(|standing| standing.of.year == year) {
            match place(site.roster, Some(&standing.of.unit)) {
                Ok(unit) => found.entry(&unit.code).or_default().stands(standing),
                Err(why) => unplaced.push(Unplaced {
                    submission: standing.current,
                    why,
                    unit: Some(standing.of.unit.clone()),
                    year: Some(year),
                    received: standing.received_at,
                    outcome: Some(standing.outcome),
                }),
            }
        }
        for row in &on_file.loose {
            let known = row.year.or(row.declared.year);
            let season = || local_date(row.received_at, site.utc_offset_minutes);
            if known.or_else(|| season().map(Calendar::season)).is_some_and(|of| of != year) {
                continue;
            }
            match loose(site.roster, row) {
                Ok(unit) => found.entry(&unit.code).or_default().came_loose(row),
                Err(why) => unplaced.push(Unplaced {
                    submission: row.id,
                    why,
                    unit: row.unit.clone().or_else(|| row.declared.unit.clone()),
                    year: known,
                    received: row.received_at,
                    outcome: row.outcome,
                }),
            }
        }
        unplaced.sort_by_key(|one| one.submission);
        let units = site.roster.units().iter();
        let nothing = Found::default();
        let lines = units
            .map(|unit| line(site, year, today, unit, found.get(&*unit.code).unwrap_or(&nothing)))
            .collect();
        Ledger { year, today, lines, unplaced }
    }

    pub fn totals(&self) -> Totals {
        Totals::of(&self.lines)
    }

    /// The totals by a property, those without it last. A body with several region tags or supervisors
    /// counts under each of them.
    pub fn groups(&self, roster: &Roster, by: GroupBy) -> Vec<Group> {
        let mut groups: BTreeMap<(bool, String), Totals> = BTreeMap::new();
        for line in &self.lines {
            for key in by.keys(roster, line.unit) {
                groups.entry((key.is_none(), key.unwrap_or_default())).or_default().add(line);
            }
        }
        let named = groups
            .into_iter()
            .map(|((none, key), totals)| Group { key: (!none).then_some(key), totals });
        named.collect()
    }
}

/// The unit of a name, or why there is none.
fn place<'r>(roster: &'r Roster, name: Option<&str>) -> Result<&'r Unit, Why> {
    match name.map(|name| roster.resolve(name)) {
        None => Err(Why::NoUnit),
        Some(Resolved::One(unit)) => Ok(unit),
        Some(Resolved::Several) => Err(Why::Ambiguous),
        Some(Resolved::Unknown) => Err(Why::Unlisted),
    }
}

/// Whose a submission is that has no standing. The way of delivery is enough for what has no verdict or
/// could not be read; a report that was read says itself whose it is.
fn loose<'r>(roster: &'r Roster, row: &Submission) -> Result<&'r Unit, Why> {
    let waits = row.judged_at.is_none();
    if !waits && row.outcome != Some(Outcome::Unreadable) {
        place(roster, row.unit.as_deref())?;
        return Err(Why::NoYear);
    }
    match place(roster, row.declared.unit.as_deref()) {
        Err(Why::NoUnit) if waits => Err(Why::Waiting),
        other => other,
    }
}

fn line<'a>(site: Site<'a>, year: i32, today: Date, unit: &'a Unit, found: &Found) -> Line<'a> {
    let due = site.calendar.due(unit.kind, year);
    let handed_in = found.first.iter().filter(|(folder, _)| !site.published.contains(**folder));
    let first_received = handed_in.map(|(_, at)| *at).min();
    let newest = found.waiting.into_iter().chain(found.unread).max_by_key(|row| row.id);
    let state = match (found.current, newest) {
        (Some(standing), _) => standing.outcome.into(),
        (None, Some(row)) if row.judged_at.is_none() => LedgerState::Waiting,
        (None, Some(_)) => LedgerState::Unreadable,
        (None, None) => LedgerState::Missing,
    };
    let first_day = first_received.and_then(|at| local_date(at, site.utc_offset_minutes));
    let in_season = first_day.filter(|day| i32::from(day.year()) <= year.saturating_add(1));
    let current = found.current.map(|standing| (standing.current, standing.received_at));
    let current = current.or_else(|| newest.map(|row| (row.id, row.received_at)));
    let beside = |row: &Submission| found.current.is_some_and(|c| row.received_at >= c.received_at);
    let since = |row: Option<&Submission>| row.filter(|row| beside(row)).map(|row| row.id);
    Line {
        unit,
        state,
        due,
        days_left: due.map(|due| due.days_left(today)),
        workdays_left: due.and_then(|due| site.calendar.workdays_until(today, due.day)),
        overdue: state == LedgerState::Missing && due.is_some_and(|due| due.is_over(today)),
        late: in_season.zip(due).is_some_and(|(day, due)| day > due.day),
        first_received,
        received: current.map(|(_, at)| at),
        submission: current.map(|(id, _)| id),
        revision: found.current.map_or(0, |standing| standing.revision),
        returns: found.returns,
        counts: found.current.map_or([0; 3], |standing| standing.counts),
        published_only: current.is_some() && first_received.is_none(),
        waiting: since(found.waiting),
        unread: since(found.unread),
    }
}

/// How many bodies are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// 应报: all of them.
    pub due: u32,
    /// 已报: something was received; the sum of the five states below.
    pub received: u32,
    pub compliant: u32,
    pub needs_review: u32,
    pub returned: u32,
    pub unreadable: u32,
    pub waiting: u32,
    /// 未报.
    pub missing: u32,
    /// 逾期: those of the missing whose day is over.
    pub overdue: u32,
    /// 迟报: those of the received that came after their day.
    pub late: u32,
}

impl Totals {
    pub fn of<'l>(lines: impl IntoIterator<Item = &'l Line<'l>>) -> Totals {
        let mut totals = Totals::default();
        lines.into_iter().for_each(|line| totals.add(line));
        totals
    }

    fn add(&mut self, line: &Line) {
        self.due += 1;
        self.received += u32::from(line.state != LedgerState::Missing);
        *match line.state {
            LedgerState::Missing => &mut self.missing,
            LedgerState::Waiting => &mut self.waiting,
            LedgerState::Compliant => &mut self.compliant,
            LedgerState::NeedsReview => &mut self.needs_review,
            LedgerState::Returned => &mut self.returned,
            LedgerState::Unreadable => &mut self.unreadable,
        } += 1;
        self.overdue += u32::from(line.overdue);
        self.late += u32::from(line.late);
    }
}

/// By what totals are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupBy {
    Region,
    Kind,
    Parent,
    Supervisor,
}

impl GroupBy {
    pub fn words(self) -> Words {
        match self {
            GroupBy::Region => Words::new("地区", "region"),
            GroupBy::Kind => Words::new("类别", "kind"),
            GroupBy::Parent => Words::new("上级", "parent"),
            GroupBy::Supervisor => Words::new("督办人", "supervisor"),
        }
    }

    /// What a unit is counted under: a stable name of its kind, the full name of its parent.
    fn keys(self, roster: &Roster, unit: &Unit) -> Vec<Option<String>> {
        let several = |names: &[String]| {
            let names: BTreeSet<&String> = names.iter().collect();
            names.into_iter().cloned().map(Some).collect()
        };
        let found: Vec<Option<String>> = match self {
            GroupBy::Region => several(&unit.regions),
            GroupBy::Supervisor => several(&unit.supervisors),
            GroupBy::Kind => vec![Some(unit.kind.name().to_string())],
            GroupBy::Parent => vec![roster.parent(unit).map(|parent| parent.name.clone())],
        };
        if found.is_empty() { vec![None] } else { found }
    }
}

/// The totals of the bodies that have something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `None` for those of whom the roster does not say it.
    pub key: Option<String>,
    pub totals: Totals,
}

/// Which lines to show. Empty = all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pick {
    /// One of the region tags, exactly.
    pub region: Option<String>,
    pub kind: Option<BodyKind>,
    /// Any of these states.
    pub states: BTreeSet<LedgerState>,
    pub overdue: bool,
    pub late: bool,
}

impl Pick {
    pub fn admits(&self, line: &Line) -> bool {
        let region = self.region.as_ref().is_none_or(|region| line.unit.regions.contains(region));
        let kind = self.kind.is_none_or(|kind| line.unit.kind == kind);
        let state = self.states.is_empty() || self.states.contains(&line.state);
        region && kind && state && (line.overdue || !self.overdue) && (line.late || !self.late)
    }
}

#[cfg(test)]
mod tests;
