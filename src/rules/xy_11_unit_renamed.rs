//! XY-11: the body has the name it had in last year's report.

use super::body::both_mean_it;
use super::id_03_unit::{Kin, kin};
use super::prose::{nowhere, squeeze};
use super::{Case, Checked, earlier};
use crate::model::{UnitKnown, Words};
use crate::rule;

rule! {
    code: "XY-11",
    name: ("单位名称与上年不同", "The body's name differs from last year's"),
    severity: Info,
    basis: (
        "两年报告对照（提示性）：单位名称前后一致，更名的另行说明",
        "both years side by side (advice): one name throughout, a change is told",
    ),
    page: "xy_11_unit_renamed.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let prior = match earlier::report(case) {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    let own = match &case.report.identity.unit {
        Some((name, known)) if *known != UnitKnown::Inferred => squeeze(name),
        _ => {
            return Checked::not_assessable("没有读到单位名称", "no name of the body was read");
        }
    };
    let before = squeeze(&prior.unit);
    if before.is_empty() {
        return Checked::not_assessable(
            "上年报告没有写明单位名称",
            "last year's report does not name its body",
        );
    }
    // 洪泽区人民政府 and 淮安市洪泽区人民政府: the place above it said or not is no other name.
    if own.ends_with(&before) || before.ends_with(&own) || both_mean_it(case, &own, &before) {
        return Checked::pass();
    }
    let (zh, en) = match kin(&own, &before) {
        Kin::Other => ("不同", "is another name than"),
        _ => ("写法不同", "is written otherwise than"),
    };
    let title = case.report.identity.names.iter().find(|n| squeeze(&n.unit) == own);
    let mut place = nowhere(title.map_or("单位名称", |n| n.spot.as_str()));
    if let Some(named) = title {
        (place.anchor, place.quote) = (named.anchor.clone(), super::cell::quote(&named.unit));
    }
    let finding = RULE.finding(
        "unit",
        Words::new(
            format!("单位名称“{own}”与上年报告的“{before}”{zh}"),
            format!("“{own}” {en} “{before}” in last year's report"),
        ),
        Words::new(
            "因机构改革更名的，建议在前言或第六部分说明；没有更名的，请统一使用单位全称。",
            "Where the body was renamed say so in the report; otherwise use its full name throughout.",
        ),
        place,
    );
    Checked::done(vec![finding.expected(before).found(own)])
}
