//! TB-19: text between a table and the next heading, kept as the table's note.

use super::cell::{quote, table_name};
use super::{Case, Checked};
use crate::model::{Place, Words};
use crate::rule;

rule! {
    code: "TB-19",
    name: ("表后附注", "Note behind a table"),
    severity: Info,
    basis: ("年度报告统一格式：第二、三、四部分只有表格", "the form: parts two, three and four are tables alone"),
    page: "tb_19_after_table.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    if case.report.tables.is_empty() {
        return Checked::not_assessable("没有找到表格", "no table was found");
    }
    let mut findings = Vec::new();
    for part in case.report.parts.iter().filter(|p| (2..=4).contains(&p.number)) {
        let mut notes = part.after_table.iter().filter(|p| !p.text.trim().is_empty());
        let Some(first) = notes.next() else { continue };
        let name = table_name(part.number);
        let place = Place {
            part: Some(part.number),
            spot: Some("表后".into()),
            anchor: first.anchor.clone(),
            quote: quote(&first.raw),
            ..Place::default()
        };
        let message = Words::new(
            format!("{name}之后有附注：“{}”。", quote(&first.text)),
            format!("There is a note behind table {}: “{}”.", part.number, quote(&first.text)),
        );
        let help = Words::new(
            "附注会随报告保留，供解释数据口径；重要的说明请写入第六部分。",
            "The note is kept with the report; what matters belongs in part six.",
        );
        findings.push(RULE.finding(&format!("t{}", part.number), message, help, place));
    }
    Checked::done(findings)
}
