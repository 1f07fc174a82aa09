//! What a rule may look at.

use super::body::{Registered, Subordinate};
use super::judge;
use super::ledger::Ledger;
use super::likely::Suspects;
use super::narrative::Narrative;
use crate::document::{Document, Value};
use crate::edition::{Edition, Editions, Report};
use crate::model::{Calendar, Declared, Severity, UnitYear, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// One report before its judges.
pub struct Case<'a> {
    pub document: &'a Document,
    pub report: &'a Report,
    pub editions: &'a Editions,
    pub circumstances: &'a Circumstances,
    pub settings: &'a RuleSettings,
    ledger: OnceCell<Ledger<'a>>,
    suspects: OnceCell<Suspects<'a>>,
    narrative: OnceCell<Narrative<'a>>,
    last_years_form: OnceCell<Option<&'a Edition>>,
}

impl<'a> Case<'a> {
    pub fn new(
        document: &'a Document,
        report: &'a Report,
        editions: &'a Editions,
        circumstances: &'a Circumstances,
        settings: &'a RuleSettings,
    ) -> Self {
        Case {
            document,
            report,
            editions,
            circumstances,
            settings,
            ledger: OnceCell::new(),
            suspects: OnceCell::new(),
            narrative: OnceCell::new(),
            last_years_form: OnceCell::new(),
        }
    }

    /// The form's identities weighed on this report.
    pub(super) fn ledger(&self) -> &Ledger<'a> {
        self.ledger.get_or_init(|| Ledger::of(self))
    }

    /// The cells that are likely wrong; only asked for when an identity does not hold.
    pub(super) fn suspects(&self) -> &Suspects<'a> {
        self.suspects.get_or_init(|| Suspects::of(self))
    }

    /// The sentences, read.
    pub(super) fn narrative(&self) -> &Narrative<'a> {
        self.narrative.get_or_init(|| Narrative::of(self))
    }

    /// The form that last year's report was really written on: the one that most of its cells belong to.
    pub(super) fn last_years_form(&self) -> Option<&'a Edition> {
        *self.last_years_form.get_or_init(|| {
            let prior = self.circumstances.last_year.as_ref()?;
            let known = |edition: &&Edition| {
                prior.values.keys().filter(|field| edition.spot(field).is_some()).count()
            };
            let due = self.report.identity.year.and_then(|y| self.editions.for_year(y - 1));
            let is_due = |edition: &Edition| due.is_some_and(|due| due.id == edition.id);
            self.editions.all.iter().max_by_key(|e| (known(e), is_due(e)))
        })
    }

    /// The body and year the report is filed under, as far as both are known.
    pub fn unit_year(&self) -> Option<UnitYear> {
        Some(UnitYear { unit: judge::unit(self)?.0, year: self.report.identity.year? })
    }

    /// The edition the report's year calls for.
    pub fn expected_edition(&self) -> Option<&'a Edition> {
        self.report.identity.year.and_then(|year| self.editions.for_year(year))
    }

    /// The edition its tables were bound to, else the expected one.
    pub fn edition(&self) -> Option<&'a Edition> {
        self.report
            .edition
            .as_deref()
            .and_then(|id| self.editions.get(id))
            .or_else(|| self.expected_edition())
    }
}

impl Circumstances {
    /// What the way of delivery says, and when it came.
    pub fn of(declared: Declared, received: Option<Date>) -> Self {
        let Declared { unit: declared_unit, year: declared_year } = declared;
        Circumstances { declared_unit, declared_year, received, ..Circumstances::default() }
    }
}

/// What is known of a submission besides its content. Part of the verdict's input, so that the same
/// file under the same circumstances gives the same verdict.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    /// Unit and year that the folder or a fixed setting declares.
    pub declared_unit: Option<String>,
    pub declared_year: Option<i32>,
    /// Day of receipt at the site's own clock.
    pub received: Option<Date>,
    /// The body's report on the year before.
    pub last_year: Option<Prior>,
    /// The body's last submission on the same year before this one.
    pub preceding: Option<Prior>,
    /// It is the copy that was published, by the folder it came through.
    pub published: bool,
    /// Reports of other bodies on the same year whose text is most like this one's; `None` where nobody
    /// looked for any.
    pub alike: Option<Vec<Prior>>,
    /// Day of receipt of the body's first submission on the same year: a late correction of a report that
    /// came in time is not late.
    pub first_received: Option<Date>,
    /// What the site's roster says of the body; `None` where there is none, or nobody to ask.
    pub registered: Option<Registered>,
    /// The bodies whose figures the report takes in, by the roster, with their reports on the same year;
    /// `None` where there is nobody to ask.
    pub subordinates: Option<Vec<Subordinate>>,
}

/// What is kept of another report, of the same body or another, for the rules that compare.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// The body's name as that report has it.
    pub unit: String,
    /// None of its findings is an error or in doubt: where it and this report differ, it may be leaned on.
    pub sound: bool,
    /// Its cells by field name; what could not be placed or read is not among them.
    pub values: BTreeMap<String, Value>,
    /// The text of its parts one, five and six, by number, paragraphs a line each.
    pub texts: BTreeMap<u8, String>,
}

impl From<Verdict> for Prior {
    fn from(verdict: Verdict) -> Prior {
        Prior {
            sound: verdict.is_sound(),
            unit: verdict.unit.map(|(name, _)| name).unwrap_or_default(),
            values: verdict.values,
            texts: verdict.texts,
        }
    }
}

impl Prior {
    /// The text of a part; empty where that report had none.
    pub fn text(&self, part: u8) -> &str {
        self.texts.get(&part).map_or("", String::as_str)
    }
}

/// The site's own choices.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RuleSettings {
    /// Severity by code, in place of the catalogue's.
    pub severity: BTreeMap<String, Severity>,
    /// Codes switched off; their coverage says so.
    pub off: Vec<String>,
    /// ST-11: characters allowed in a part, by its number; the others are not checked.
    pub part_limits: BTreeMap<u8, u32>,
    /// DL-01, DL-03: the site's own days.
    pub calendar: Calendar,
}
