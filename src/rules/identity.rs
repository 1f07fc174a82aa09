//! The rules on the form's exact identities: what each says of those that do not hold.

use super::cell::{self, Number};
use super::ledger::Weighed;
use super::{Case, Checked, Rule, likely};
use crate::model::{Finding, Lang, Words};

/// The whole check of one of AR-01 … AR-04; `say` words what is wrong with one broken identity.
pub(super) fn check<'a>(
    case: &Case<'a>,
    rule: &'static Rule,
    table: u8,
    say: impl Fn(&Case<'a>, &Weighed) -> Finding,
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
    let tried = case.ledger().tried(rule.code);
    let broken = tried.filter(|w| !w.holds());
    let findings = broken.map(|weighed| finish(case, weighed, say(case, weighed))).collect();
    let untried: Vec<&str> = case.ledger().untried(rule.code).collect();
    let assessed = case.ledger().tried(rule.code).count() as u32;
    let total = assessed + untried.len() as u32;
    if total == 0 {
        return Checked::not_applicable(
            "本报告所用格式没有这种勾稽关系",
            "the form used has no such identity",
        );
    }
    match reason(case, untried) {
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
fn reason(case: &Case, mut cells: Vec<&str>) -> Option<Words> {
    let count = cells.len();
    cells.sort_unstable();
    cells.dedup();
    if cells.is_empty() {
        return None;
    }
    let named = |lang| -> Vec<String> {
        cells.iter().take(3).map(|f| cell::place(case, f).in_words(lang)).collect()
    };
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
