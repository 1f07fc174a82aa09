//! What the rules across years share: last year's report, its numbers, and how far to lean on it.

use super::body::both_mean_it;
use super::cell::{self, Number};
use super::id_03_unit::{Kin, kin};
use super::prose::squeeze;
use super::{Case, Checked, Prior};
use crate::edition::Edition;
use crate::model::{UnitKnown, Words};

/// The body's report on the year before; `Err` in the same words for every rule, so that they are
/// told in one line where there is none.
pub(super) fn report<'a>(case: &Case<'a>) -> Result<&'a Prior, Checked> {
    case.circumstances.last_year.as_ref().ok_or_else(|| {
        Checked::not_assessable(
            "没有本单位上一年度的报告可供对照",
            "there is no report of last year to compare with",
        )
    })
}

/// The same for a rule on tables. A year whose form had no such cell is nothing to compare with,
/// whether or not its report is here.
pub(super) fn with_cell<'a>(case: &Case<'a>, field: &str) -> Result<&'a Prior, Checked> {
    let has = |edition: &Edition| edition.spot(field).is_some();
    if let Some(year) = case.report.identity.year {
        let Some(edition) = case.editions.for_year(year - 1) else {
            return Err(Checked::not_applicable(
                "上一年度早于全国统一格式，没有可对照的表格",
                "the year before had no national form to compare with",
            ));
        };
        if !has(edition) {
            return Err(other_form());
        }
    }
    let prior = report(case)?;
    let (table, _) = field.split_once('.').unwrap_or((field, ""));
    if !prior.values.keys().any(|name| name.starts_with(table)) {
        let number = table.strip_prefix('t').and_then(|n| n.parse().ok()).unwrap_or(0);
        return Err(Checked::NotAssessable(Words::new(
            format!("上年报告没有读到{}", cell::table_name(number)),
            format!("table {number} was not read in last year's report"),
        )));
    }
    match case.last_years_form() {
        Some(form) if !has(form) => Err(other_form()),
        _ => Ok(prior),
    }
}

fn other_form() -> Checked {
    Checked::not_applicable(
        "上年报告所用格式没有对应的列",
        "the form of last year's report has no such columns",
    )
}

/// What stands in a cell of last year's report.
pub(super) fn number(prior: &Prior, field: &str) -> Number {
    prior.values.get(field).map_or(Number::Absent, cell::read)
}

/// Why a difference from last year's report may not be this report's fault: it weighs less then.
pub(super) fn unsure(case: &Case, prior: &Prior) -> Option<Words> {
    if !prior.sound {
        return Some(Words::new(
            "上年报告本身有须修改或识读存疑之处，也可能错在上年",
            "last year's report has faults of its own, and may be the wrong one",
        ));
    }
    let identity = &case.report.identity;
    let own = identity.unit.as_ref().map(|(name, known)| (squeeze(name), *known));
    let before = squeeze(&prior.unit);
    match &own {
        Some((_, UnitKnown::Inferred)) => {
            return Some(Words::new(
                "本报告未写明单位，上年报告是按推断的单位找到的",
                "this report does not name its body; last year's was found by a guess",
            ));
        }
        Some((name, _))
            if !before.is_empty()
                && kin(name, &before) == Kin::Other
                && !both_mean_it(case, name, &before) =>
        {
            return Some(Words::new(
                format!("上年报告的单位为“{before}”，与本报告不同"),
                format!("last year's report names another body, “{before}”"),
            ));
        }
        _ => {}
    }
    years_differ(case).then(|| {
        Words::new(
            "本报告写明的年度前后不一致，所对照的未必是上一年度",
            "this report names several years, and the one compared may not be the year before",
        )
    })
}

/// The title, the period and the way of delivery do not agree on the year (ID-04).
fn years_differ(case: &Case) -> bool {
    let identity = &case.report.identity;
    let period = identity.periods.iter().filter_map(|p| Some(i32::from(p.from?.year())));
    let stated = identity.title.as_ref().and_then(|t| t.year).into_iter();
    let declared = case.circumstances.declared_year;
    let mut all = stated.chain(period).chain(declared);
    all.any(|year| identity.year.is_some_and(|own| own != year))
}

/// A message with what lessens its weight behind it, in brackets.
pub(super) fn hedged(mut message: Words, unsure: &Option<Words>) -> Words {
    if let Some(why) = unsure {
        message.zh.push_str(&format!("（{}）", why.zh));
        message.en.push_str(&format!(" ({}.)", why.en));
    }
    message
}
