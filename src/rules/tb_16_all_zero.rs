//! TB-16: not a single number of the report is other than 0.

use super::{Case, Checked};
use crate::document::Value;
use crate::model::{Place, Words};
use crate::rule;

rule! {
    code: "TB-16",
    name: ("全零报告", "Nothing but zeros"),
    severity: Info,
    basis: ("年度报告应当真实反映全年工作", "the report is to show the year's work as it was"),
    page: "tb_16_all_zero.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if case.report.tables.len() < 3 {
        return Checked::not_assessable("三张表不齐", "not all three tables were found");
    }
    let counted = |name: &str| !name.starts_with("t2.PUR.");
    let mut fields = case.report.fields.iter().filter(|(name, _)| counted(name));
    let numbers = case.report.fields.values().filter(|f| f.reading.is_number()).count();
    let nonzero = fields.any(|(_, f)| f.reading.value.is_nonzero() || is_text(&f.reading.value));
    if numbers == 0 || nonzero || unplaced_nonzero(case) {
        return Checked::pass();
    }
    let message = Words::new(
        "除政府集中采购外，三张表的数全部为 0。",
        "All numbers of the three tables are 0, procurement apart.",
    );
    let help = Words::new(
        "请确认本年度确实没有相应事项，不是漏填。",
        "Confirm that nothing happened and nothing was forgotten.",
    );
    let place = Place { spot: Some("三张表".into()), ..Place::default() };
    Checked::done(vec![RULE.finding("all", message, help, place)])
}

/// A text that is no number may hide one.
fn is_text(value: &Value) -> bool {
    matches!(value, Value::NotANumber(_))
}

/// A number other than 0 in a row whose cells could not be placed in columns.
fn unplaced_nonzero(case: &Case) -> bool {
    let rows = case.report.tables.iter().flat_map(|t| &t.rows);
    let unplaced = rows.filter(|r| r.id.is_none() || r.values != r.columns);
    unplaced
        .flat_map(|r| &r.raw)
        .any(|text| text.chars().any(|c| c.is_numeric() && !['0', '０', '零', '〇'].contains(&c)))
}
