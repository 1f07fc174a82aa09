//! Which cells are likely wrong when identities fail, and what would mend them (AR-10).
//!
//! The smallest sets of cells whose change makes all identities hold come from
//! [`repair`](super::repair), and of those the ones that look most like a slip of the hand. Nothing is
//! said when too many are as likely.

use super::Case;
use super::cell::{self, Number};
use super::ledger::Weighed;
use super::repair::{Change, Repair, Sheet, Smallest};
use crate::model::{Lang, Words};

/// More candidates than this say nothing.
const NAMED: usize = 3;

/// A repair of more cells than this is no use to a clerk.
const TOGETHER: usize = 4;

/// The likely repairs of a report.
pub(super) struct Suspects<'a> {
    sheet: Sheet,
    /// By cell of the sheet.
    fields: Vec<&'a str>,
    /// The likeliest of the smallest repairs, of every island of identities that fails.
    repairs: Vec<Repair>,
}

impl<'a> Suspects<'a> {
    pub(super) fn of(case: &Case<'a>) -> Self {
        let (fields, sums) = case.ledger().sums();
        let value = |field: &&str| match cell::number(case, field) {
            Number::Is(n) => Some(n),
            _ => None,
        };
        let sheet = Sheet::new(fields.iter().map(value).collect(), sums);
        let mut repairs = Vec::new();
        for island in sheet.islands() {
            if let Smallest::Repairs(found) = sheet.smallest(&island) {
                repairs.extend(sheet.likeliest(found));
            }
        }
        Suspects { sheet, fields, repairs }
    }

    /// The cells to change together so that an identity holds, one set for each likely cause.
    fn behind(&self, identity: usize) -> Vec<Repair> {
        let enters =
            |part: &Repair| part.iter().any(|&(cell, _)| self.sheet.enters(cell, identity));
        let parts = self.repairs.iter().flat_map(|repair| self.sheet.parts(repair));
        let mut parts: Vec<Repair> = parts.filter(enters).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }

    /// The cell and its row's total, if the two are that.
    fn with_total<'c>(&self, one: &'c Change, other: &'c Change) -> Option<[&'c Change; 2]> {
        let row = |(cell, _): &Change| self.fields[*cell].rsplit_once('.').map(|(row, _)| row);
        let total = |total: &Change, of: &Change| self.sheet.totals(total.0, of.0);
        match row(one) == row(other) {
            true if total(other, one) => Some([one, other]),
            true if total(one, other) => Some([other, one]),
            _ => None,
        }
    }
}

/// The likely cells behind one broken identity.
pub(super) fn explain(case: &Case, broken: &Weighed) -> Option<Words> {
    let suspects = case.suspects();
    let found = suspects.behind(case.ledger().position(broken)?);
    // A total that no other identity tells of: the finding itself says what it should be.
    if let [part] = found.as_slice()
        && let [(cell, _)] = part.as_slice()
        && suspects.fields[*cell] == broken.equation.pivot
        && suspects.sheet.entered(*cell) == 1
    {
        return None;
    }
    if found.is_empty() || found.len() > NAMED || found.iter().any(|part| part.len() > TOGETHER) {
        return None;
    }
    let list = |lang: Lang, and: &str| {
        let named = found.iter().map(|part| name(case, suspects, part, lang));
        named.collect::<Vec<_>>().join(and)
    };
    Some(Words::new(list(Lang::Zh, "，或"), list(Lang::En, ", or ")))
}

/// A change of one cell, in words.
struct Told {
    place: String,
    now: String,
    after: i64,
}

impl Told {
    fn of(case: &Case, field: &str, after: i64, lang: Lang) -> Told {
        let now = match (cell::number(case, field), lang) {
            (Number::Is(n), _) => n.to_string(),
            (_, Lang::Zh) => "空白".into(),
            (_, Lang::En) => "blank".into(),
        };
        Told { place: cell::place(case, field).in_words(lang), now, after }
    }
}

fn name(case: &Case, suspects: &Suspects, part: &Repair, lang: Lang) -> String {
    let told = |&(cell, after): &Change| Told::of(case, suspects.fields[cell], after, lang);
    if let [one, other] = part.as_slice()
        && let Some([cell, (_, total)]) = suspects.with_total(one, other)
    {
        let Told { place, now, after } = told(cell);
        return match lang {
            Lang::Zh => {
                format!("{place}（现填 {now}，填 {after}、同行总计填 {total} 则相关等式成立）")
            }
            Lang::En => format!(
                "{place} (now {now}; {after}, with {total} as the row's total, would satisfy them)"
            ),
        };
    }
    if let [alone] = part.as_slice() {
        let Told { place, now, after } = told(alone);
        return match lang {
            Lang::Zh => format!("{place}（现填 {now}，填 {after} 则相关等式成立）"),
            Lang::En => format!("{place} (now {now}; {after} would satisfy its identities)"),
        };
    }
    let each = |Told { place, now, after }: Told| match lang {
        Lang::Zh => format!("{place}（现填 {now}，填 {after}）"),
        Lang::En => format!("{place} (now {now}, then {after})"),
    };
    let each: Vec<String> = part.iter().map(|change| each(told(change))).collect();
    match lang {
        Lang::Zh => format!("{}，一并改正则相关等式成立", each.join("、")),
        Lang::En => format!("{}, which together would satisfy them", each.join(" and ")),
    }
}
