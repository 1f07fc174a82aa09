//! XY-01: what last year's report carried out is what this one carries in, column by column.

use super::cell::{self, Number};
use super::identity::difference;
use super::tally::Tally;
use super::{Case, Checked, earlier};
use crate::model::{Finding, Lang, Severity, Words};
use crate::rule;

rule! {
    code: "XY-01",
    name: ("结转数与上年不衔接", "Carried in differs from last year's carried out"),
    severity: Error,
    basis: (
        "统一格式表三：“上年结转”即上年度报告的“结转下年度继续办理”",
        "table 3 of the form: what is carried in is what the year before carried out",
    ),
    page: "xy_01_carried_over.md",
    check: check,
}

const COLUMNS: [&str; 7] = ["NP", "BIZ", "SCI", "PUB", "LAW", "OTH", "T"];

/// One column: what this report carries in, what last year's carried out.
struct Column {
    field: String,
    now: i64,
    then: i64,
    /// Taken for 0 because the cell is empty: here, there.
    blank: [bool; 2],
}

fn check(case: &Case) -> Checked {
    let prior = match earlier::with_cell(case, "t3.carried_out.T") {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    if case.report.table(3).is_none() {
        return Checked::not_assessable("没有找到表三", "table 3 was not found");
    }
    let unsure = earlier::unsure(case, prior);
    let mut tally = Tally::default();
    for column in COLUMNS {
        let (field, before) =
            (format!("t3.carried_in.{column}"), format!("t3.carried_out.{column}"));
        let numbers = (cell::number(case, &field), earlier::number(prior, &before));
        // As in the sums of the form a blank counts as 0, and where all is blank nothing is said.
        let (now, then) = match numbers {
            (Number::Is(now), Number::Is(then)) => (now, then),
            (Number::Is(now), Number::Blank) => (now, 0),
            (Number::Blank, Number::Is(then)) => (0, then),
            (_, Number::Unusable | Number::Absent) => {
                tally.missed_last_year(&before);
                continue;
            }
            _ => {
                tally.missed(&field);
                continue;
            }
        };
        tally.made();
        if now != then {
            let blank = [numbers.0 == Number::Blank, numbers.1 == Number::Blank];
            let column = Column { field, now, then, blank };
            let finding = finding(case, &column, &unsure);
            tally.found(case, &[&column.field], finding);
        }
    }
    tally.finish(case)
}

fn finding(case: &Case, column: &Column, unsure: &Option<Words>) -> Finding {
    let Column { field, now, then, blank: [blank_now, blank_then] } = column;
    let place = cell::place(case, field);
    let gap = difference(*now, *then);
    let written = |n: i64, blank: bool| match blank {
        true => Words::new("空白（按 0 计算）", "nothing (counted as 0)"),
        false => Words::new(n.to_string(), n.to_string()),
    };
    let (here, there) = (written(*now, *blank_now), written(*then, *blank_then));
    let message = Words::new(
        format!(
            "{}：填报 {}，上年报告同列“结转下年度继续办理”为 {}，{}。",
            place.in_words(Lang::Zh),
            here.zh,
            there.zh,
            gap.zh
        ),
        format!(
            "{}: {} carried in, last year's report carried {} out, {}.",
            place.in_words(Lang::En),
            here.en,
            there.en,
            gap.en
        ),
    );
    let help = Words::new(
        "请按台账核对。本年填错的，改本年“上年结转”，并核对同列的收办平衡；上年填错的，在报送时说明，并更正上年报告。",
        "Check your records. Mend this year's number and the balance of its column; where last year's is the wrong one say so and have that report corrected.",
    );
    let severity = match unsure.is_some() || *blank_then {
        true => Severity::Warning,
        false => RULE.severity,
    };
    let found = if *blank_now { "空白".to_string() } else { now.to_string() };
    RULE.finding(field, earlier::hedged(message, unsure), help, place)
        .severity(severity)
        .expected(then)
        .found(found)
}
