//! TB-13: a number stands alone in its cell.

use super::{Case, Checked, listing};
use crate::document::Value;
use crate::model::Words;
use crate::rule;

rule! {
    code: "TB-13",
    name: ("数字带附注", "Numbers with notes"),
    severity: Warning,
    basis: ("年度报告统一格式：单元格内只填数字", "the form: a cell takes a number alone"),
    page: "tb_13_notes.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    listing::per_table(case, |table| {
        let noted =
            listing::cells(case, table, |_, f| matches!(f.reading.value, Value::Annotated { .. }));
        if noted.is_empty() {
            return Vec::new();
        }
        let help = Words::new(
            "单元格内只填数字，说明文字请移到第一部分或第六部分；核对时只取括号前的数。",
            "Leave the number alone and move the note to part one or six; the number before the bracket was used.",
        );
        let words = ("有 {n} 个数字带附注", "has {n} numbers with a note");
        vec![listing::finding(case, &RULE, table, &format!("t{table}"), &noted, words, help)]
    })
}
