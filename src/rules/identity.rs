//! The form's exact identities weighed on a report: which hold, which do not, which could not be tried.

use super::cell::{self, Number};
use super::likely;
use super::{Case, Checked, Rule};
use crate::edition::{Equation, Term};
use crate::model::{Finding, Lang, Words};

/// One identity with the sums of its two sides, a blank taken for 0.
pub(super) struct Weighed<'a> {
    pub(super) equation: &'a Equation,
    pub(super) left: i64,
    pub(super) right: i64,
    /// Some of its cells are blank.
    pub(super) blank: bool,
}

/// All identities of one rule.
pub(super) struct Weighing<'a> {
    pub(super) tried: Vec<Weighed<'a>>,
    /// Those with a cell that is no number or is not there, with the first such cell.
    pub(super) untried: Vec<(&'a Equation, String)>,
}

impl Weighed<'_> {
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        self.equation.left.iter().chain(&self.equation.right).map(|t| t.field.as_str())
    }

    pub(super) fn holds(&self) -> bool {
        self.left == self.right
    }
}

/// Weighs the identities of `rule`; an identity all of whose cells are blank says nothing and is untried.
pub(super) fn weigh<'a>(case: &Case<'a>, rule: &str) -> Weighing<'a> {
    let mut weighing = Weighing { tried: Vec::new(), untried: Vec::new() };
    for equation in equations(case, rule) {
        let terms = || equation.left.iter().chain(&equation.right);
        let numbers = || terms().map(|t| cell::number(case, &t.field));
        let unusable = terms()
            .find(|t| matches!(cell::number(case, &t.field), Number::Unusable | Number::Absent));
        if let Some(term) = unusable {
            weighing.untried.push((equation, term.field.clone()));
        } else if numbers().all(|n| n == Number::Blank) {
            weighing.untried.push((equation, equation.pivot.clone()));
        } else {
            weighing.tried.push(Weighed {
                equation,
                left: sum(case, &equation.left),
                right: sum(case, &equation.right),
                blank: numbers().any(|n| n == Number::Blank),
            });
        }
    }
    weighing
}

fn sum(case: &Case, terms: &[Term]) -> i64 {
    let count = |t: &Term| match cell::number(case, &t.field) {
        Number::Is(n) => n,
        Number::Blank | Number::Unusable | Number::Absent => 0,
    };
    terms.iter().map(count).fold(0, i64::saturating_add)
}

/// The identities of a rule that fit the report: its edition's own, and where a row of another
/// edition stands in the place of its rows (（六）其他处理 as one row), that edition's instead.
fn equations<'a>(case: &Case<'a>, rule: &str) -> Vec<&'a Equation> {
    let Some(own) = case.edition() else { return Vec::new() };
    let there = |t: &Term| case.report.field(&t.field).is_some();
    let whole = |e: &Equation| e.left.iter().chain(&e.right).all(there);
    let of = |edition: &'a crate::edition::Edition| {
        edition.equations.iter().filter(|e| e.rule == rule).collect::<Vec<_>>()
    };
    let foreign: Vec<&Equation> = case
        .editions
        .all
        .iter()
        .filter(|e| e.id != own.id)
        .flat_map(of)
        .filter(|e| whole(e))
        .collect();
    let mut chosen: Vec<&Equation> = of(own)
        .into_iter()
        .map(|e| match foreign.iter().find(|f| f.pivot == e.pivot) {
            Some(other) if !whole(e) => other,
            _ => e,
        })
        .collect();
    let added: Vec<&Equation> =
        foreign.into_iter().filter(|f| chosen.iter().all(|c| c.pivot != f.pivot)).collect();
    if !added.is_empty() {
        chosen.retain(|e| e.left.iter().chain(&e.right).any(there));
        chosen.extend(added);
    }
    chosen
}

/// The whole check of one of AR-01 … AR-04; `say` words what is wrong with one broken identity.
pub(super) fn check<'a>(
    case: &Case<'a>,
    rule: &'static Rule,
    table: u8,
    say: impl Fn(&Case<'a>, &Weighed<'a>) -> Finding,
) -> Checked {
    if case.edition().is_none() {
        return Checked::not_assessable(
            "未能确定适用的报告格式",
            "the edition of the form is not known",
        );
    }
    if case.report.table(table).is_none() {
        return Checked::NotAssessable(Words::new(
            format!("没有找到{}", cell::table_name(table)),
            format!("table {table} was not found"),
        ));
    }
    let weighing = weigh(case, rule.code);
    let broken = weighing.tried.iter().filter(|w| !w.holds());
    let findings = broken.map(|weighed| finish(case, weighed, say(case, weighed))).collect();
    let assessed = weighing.tried.len() as u32;
    let total = assessed + weighing.untried.len() as u32;
    match reason(case, &weighing) {
        Some(reason) if assessed == 0 => Checked::NotAssessable(reason),
        reason => Checked::Done { findings, assessed, total, reason },
    }
}

/// What every broken identity has in common: places, the note on blanks, the likely cell, the doubt.
fn finish(case: &Case, weighed: &Weighed, mut finding: Finding) -> Finding {
    let addends = weighed.fields().filter(|f| *f != weighed.equation.pivot);
    let nonzero =
        addends.filter(|f| !matches!(cell::number(case, f), Number::Is(0) | Number::Absent));
    finding.places = vec![cell::place(case, &weighed.equation.pivot)];
    finding.places.extend(nonzero.map(|f| cell::place(case, f)));
    let pivot = &weighed.equation.pivot;
    let others_blank =
        weighed.fields().any(|f| f != pivot && cell::number(case, f) == Number::Blank);
    if others_blank || weighed.blank && !finding.message.zh.contains(BLANK_TOTAL) {
        finding.message.zh.push_str("（按空白为0计算）");
        finding.message.en.push_str(" (Blank cells were counted as 0.)");
    }
    if let Some(words) = likely::explain(case, weighed) {
        finding = finding.suspecting(words);
    }
    match cell::doubt(case, weighed.fields()) {
        Some(why) => finding.doubtful(why),
        None => finding,
    }
}

/// What a message says of a total left blank.
const BLANK_TOTAL: &str = "未填写（按 0 计算）";

/// `…：分项合计 21，填报 20，少 1。` for an identity whose right side is the total alone.
pub(super) fn sum_finding(
    case: &Case,
    rule: &'static Rule,
    weighed: &Weighed,
    help: Words,
) -> Finding {
    let pivot = cell::place(case, &weighed.equation.pivot);
    let Weighed { left, right, .. } = weighed;
    let gap = difference(*right, *left);
    let blank = cell::number(case, &weighed.equation.pivot) == Number::Blank;
    let given = match blank {
        true => Words::new(BLANK_TOTAL, "the total is not filled in (counted as 0)"),
        false => Words::new(format!("填报 {right}"), format!("the total given is {right}")),
    };
    let message = Words::new(
        format!("{}：分项合计 {left}，{}，{}。", pivot.in_words(Lang::Zh), given.zh, gap.zh),
        format!(
            "{}: the items add up to {left}, {}, {}.",
            pivot.in_words(Lang::En),
            given.en,
            gap.en
        ),
    );
    let found = if blank { "空白".to_string() } else { right.to_string() };
    rule.finding(&weighed.equation.pivot, message, help, pivot).expected(left).found(found)
}

/// `多 3` or `少 1`.
pub(super) fn difference(found: i64, expected: i64) -> Words {
    let size = found.abs_diff(expected);
    match found > expected {
        true => Words::new(format!("多 {size}"), format!("{size} too many")),
        false => Words::new(format!("少 {size}"), format!("{size} too few")),
    }
}

/// Why identities were left untried: the first cells that stood in the way.
fn reason(case: &Case, weighing: &Weighing) -> Option<Words> {
    let mut cells: Vec<&str> = weighing.untried.iter().map(|(_, field)| field.as_str()).collect();
    cells.sort_unstable();
    cells.dedup();
    if cells.is_empty() {
        return None;
    }
    let named = |lang| -> Vec<String> {
        cells.iter().take(3).map(|f| cell::place(case, f).in_words(lang)).collect()
    };
    let count = weighing.untried.len();
    Some(Words::new(
        format!(
            "{count}个等式没有核对：单元格缺失、空白或不是数字，如{}",
            named(Lang::Zh).join("、")
        ),
        format!(
            "{count} identities were not tried: cells are missing, blank or no numbers, e.g. {}",
            named(Lang::En).join("; ")
        ),
    ))
}
