//! Which cell is likely wrong when identities of 表三 fail (AR-10).
//!
//! Every cell of 表三 enters two or three identities. If one cell is wrong, exactly its identities
//! fail, all by the same difference; if a cell was wrong before its row total was computed, exactly
//! those of its column and of 总计 fail. Nothing is said when the failures fit no such pattern.

use super::Case;
use super::cell::{self, Number};
use super::ledger::Weighed;
use crate::model::{Lang, Words};
use std::collections::HashSet;

/// A cell and the number that would satisfy every identity it enters.
#[derive(Debug, PartialEq)]
struct Likely {
    field: String,
    should_be: i64,
    /// Its row's total would change with it.
    with_total: Option<i64>,
}

/// At most this many cells are named; beyond that the pattern says nothing.
const NAMED: usize = 3;

/// The likely cells behind one broken identity.
pub(super) fn explain(case: &Case, broken: &Weighed) -> Option<Words> {
    if !["AR-01", "AR-02", "AR-03"].contains(&broken.equation.rule.as_str()) {
        return None;
    }
    let mut found = alone(case, broken);
    if found.is_empty() {
        found = with_row_total(case, broken);
    }
    if found.is_empty() || found.len() > NAMED {
        return None;
    }
    let list = |lang: Lang, and: &str| {
        found.iter().map(|l| name(case, l, lang)).collect::<Vec<_>>().join(and)
    };
    Some(Words::new(list(Lang::Zh, "，或"), list(Lang::En, ", or ")))
}

fn name(case: &Case, likely: &Likely, lang: Lang) -> String {
    let place = cell::place(case, &likely.field).in_words(lang);
    let now = match (cell::number(case, &likely.field), lang) {
        (Number::Is(n), _) => n.to_string(),
        (_, Lang::Zh) => "空白".into(),
        (_, Lang::En) => "blank".into(),
    };
    let should = likely.should_be;
    match (lang, likely.with_total) {
        (Lang::Zh, None) => format!("{place}（现填 {now}，填 {should} 则相关等式成立）"),
        (Lang::Zh, Some(total)) => {
            format!("{place}（现填 {now}，填 {should}、同行总计填 {total} 则相关等式成立）")
        }
        (Lang::En, None) => format!("{place} (now {now}; {should} would satisfy its identities)"),
        (Lang::En, Some(total)) => {
            format!(
                "{place} (now {now}; {should}, with {total} as the row's total, would satisfy them)"
            )
        }
    }
}

/// Cells whose identities all fail by one and the same difference.
fn alone(case: &Case, broken: &Weighed) -> Vec<Likely> {
    let candidates = broken.fields().filter_map(|field| {
        let change = common_change(case.ledger().entered_by(field))?;
        changed(case, field, change, None)
    });
    candidates.collect()
}

/// Cells whose own identities and those of their row's total fail alike, the row's own sum excepted.
fn with_row_total(case: &Case, broken: &Weighed) -> Vec<Likely> {
    let ledger = case.ledger();
    let concerned: HashSet<&str> = broken.fields().collect();
    let mut seen = HashSet::new();
    let mut found: Vec<Likely> = Vec::new();
    // The column that fails beside 总计: the broken identity may be the one of 总计 itself.
    for field in ledger.broken().flat_map(Weighed::fields) {
        let Some((row, column)) = field.rsplit_once('.') else { continue };
        let total = format!("{row}.T");
        let concerns = |f: &str| concerned.contains(f);
        if column == "T" || !(concerns(field) || concerns(&total)) || !seen.insert(field) {
            continue;
        }
        let enters = |weighed: &Weighed, field: &str| weighed.fields().any(|f| f == field);
        let own = ledger.entered_by(field).filter(|(w, _)| !enters(w, &total));
        let totals = ledger.entered_by(&total).filter(|(w, _)| !enters(w, field));
        if let Some(change) = common_change(own.chain(totals)) {
            found.extend(changed(case, field, change, Some(&total)));
        }
    }
    // A cell that already counts something is likelier wrong than one that is 0.
    if found.iter().any(|l| !is_zero(case, &l.field)) {
        found.retain(|l| !is_zero(case, &l.field));
    }
    found
}

fn is_zero(case: &Case, field: &str) -> bool {
    matches!(cell::number(case, field), Number::Is(0) | Number::Blank)
}

/// The one change of a cell that mends every identity given; none when one of them holds or they
/// want different changes.
fn common_change<'w, 'a: 'w>(entered: impl Iterator<Item = (&'w Weighed<'a>, i64)>) -> Option<i64> {
    let mut change = None;
    for (weighed, sign) in entered {
        let wanted = sign * weighed.right.saturating_sub(weighed.left);
        if wanted == 0 || change.is_some_and(|c| c != wanted) {
            return None;
        }
        change = Some(wanted);
    }
    change
}

/// The cell after the change, unless a count would turn negative.
fn changed(case: &Case, field: &str, change: i64, total: Option<&str>) -> Option<Likely> {
    let after = |f: &str| {
        let now = match cell::number(case, f) {
            Number::Is(n) => n,
            _ => 0,
        };
        now.checked_add(change).filter(|n| *n >= 0)
    };
    let with_total = match total {
        Some(total) => Some(after(total)?),
        None => None,
    };
    Some(Likely { field: field.to_string(), should_be: after(field)?, with_total })
}
