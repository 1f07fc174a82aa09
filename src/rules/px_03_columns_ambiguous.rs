//! PX-03: columns that cannot be told apart, where no row by itself is wrong.

use super::{Case, Checked};
use crate::edition::BoundTable;
use crate::model::{Lang, Place, Words};

crate::rule! {
    code: "PX-03",
    name: ("列无法对应", "Columns cannot be told apart"),
    severity: Warning,
    basis: (
        "说明识读情况，不是对报送单位的评价",
        "about the reading, never about the body",
    ),
    page: "px_03_columns_ambiguous.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let tables = &case.report.tables;
    if tables.is_empty() {
        return Checked::not_applicable("没有读到表格", "no table was read");
    }
    // Rows of the wrong length and heads that do not fit have rules of their own (TB-05, PX-09).
    let findings = tables.iter().filter(|t| !t.certain && !explained(case, t)).map(|table| {
        let place =
            Place { table: Some(table.number), anchor: table.anchor.clone(), ..Place::default() };
        RULE.finding(
            &table.number.to_string(),
            Words::new(
                format!("{}：列或行无法确定地对应，部分数字没有参与核对", place.in_words(Lang::Zh)),
                format!(
                    "{}: rows or columns cannot be aligned with certainty; some numbers were not checked",
                    place.in_words(Lang::En)
                ),
            ),
            Words::new(
                "请对照原文人工核对该表，或用 Word 文档重新报送。",
                "Check this table by hand against the original, or send a Word file.",
            ),
            place,
        )
    });
    Checked::done(findings.collect())
}

fn explained(case: &Case, table: &BoundTable) -> bool {
    use crate::edition::RemarkKind::HeaderMismatch;
    let mismatch =
        |r: &crate::edition::Remark| r.kind == HeaderMismatch && r.table == Some(table.number);
    table.rows.iter().any(|r| r.id.is_some() && r.values != r.columns)
        || !table.missing_columns.is_empty()
        || case.report.remarks.iter().any(mismatch)
}
