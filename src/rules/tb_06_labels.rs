//! TB-06: labels are the form's own.

use super::cell::{quote, table_name, table_place};
use super::{Case, Checked};
use crate::edition::{BoundTable, Deviation, DeviationKind};
use crate::model::{Finding, Place, Words};
use crate::rule;
use std::collections::BTreeMap;

rule! {
    code: "TB-06",
    name: ("标签改动", "Labels changed"),
    severity: Warning,
    basis: ("年度报告统一格式的行列标签", "the labels of the national form"),
    page: "tb_06_labels.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let tables = &case.report.tables;
    if tables.is_empty() {
        return Checked::not_assessable("没有找到表格", "no table was found");
    }
    let findings = tables.iter().flat_map(|table| reports(case, table)).collect();
    Checked::Done {
        findings,
        assessed: tables.len() as u32,
        total: tables.len() as u32,
        reason: None,
    }
}

/// One finding for each kind of change, however often it occurs.
fn reports(case: &Case, table: &BoundTable) -> Vec<Finding> {
    let mut kinds: BTreeMap<(&str, &str), Vec<&Deviation>> = BTreeMap::new();
    for deviation in &table.deviations {
        let key = (deviation.canonical.as_str(), deviation.found.as_str());
        kinds.entry(key).or_default().push(deviation);
    }
    kinds.into_values().map(|same| report(case, table, &same)).collect()
}

fn report(case: &Case, table: &BoundTable, same: &[&Deviation]) -> Finding {
    let first = same[0];
    let times: u32 = same.iter().map(|d| d.count).sum();
    let (found, canonical) = (quote(&first.found), &first.canonical);
    let what = match first.kind {
        DeviationKind::Row => Words::new("行标签", "row label"),
        DeviationKind::Column => Words::new("列标签", "column label"),
        DeviationKind::Group => Words::new("分组标签", "group label"),
    };
    let (zh_times, en_times) = match times {
        0 | 1 => (String::new(), String::new()),
        n => (format!("（{n}处）"), format!(" ({n} times)")),
    };
    let places = same.iter().map(|d| Place {
        anchor: d.anchor.clone(),
        quote: quote(&d.found),
        ..table_place(case, table.number)
    });
    let mut places: Vec<Place> = places.collect();
    let name = table_name(table.number);
    RULE.finding(
        &format!("t{}.{canonical}", table.number),
        Words::new(
            format!("{name}{}“{found}”应为“{canonical}”{zh_times}。", what.zh),
            format!(
                "Table {}: the {} “{found}” should read “{canonical}”{en_times}.",
                table.number, what.en
            ),
        ),
        Words::new(
            format!("请改回统一格式的文字“{canonical}”。"),
            format!("Restore the form's own words “{canonical}”."),
        ),
        places.remove(0),
    )
    .expected(canonical)
    .found(found)
    .also(places)
}
