//! TB-07: the check note printed on 表三 is unchanged.

use super::cell::quote;
use super::{Case, Checked};
use crate::edition::label_key;
use crate::model::{Place, Words};
use crate::rule;

rule! {
    code: "TB-07",
    name: ("勾稽注文被改", "Check note changed"),
    severity: Warning,
    basis: (
        "表三印制的勾稽注文：第一项加第二项之和，等于第三项加第四项之和",
        "the note printed on table 3",
    ),
    page: "tb_07_note.md",
    check: check,
}

fn check(case: &Case) -> Checked {
    let Some(table) = case.report.table(3) else {
        return Checked::not_assessable("没有找到表三", "table 3 was not found");
    };
    let form = case.editions.get(&table.edition).and_then(|e| e.table(3));
    let Some(due) = form.and_then(|t| t.note.as_deref()) else {
        return Checked::not_applicable("该格式的表三没有注文", "table 3 of that form has no note");
    };
    let Some(note) = &table.note else {
        return Checked::not_assessable("没有读到勾稽注文", "the note was not found");
    };
    if label_key(&note.text) == label_key(due) {
        return Checked::pass();
    }
    let found = quote(&note.raw);
    let place = Place {
        part: Some(3),
        table: Some(3),
        spot: Some("勾稽注文".into()),
        anchor: note.anchor.clone(),
        quote: found.clone(),
        ..Place::default()
    };
    let message = Words::new(
        format!("表三勾稽注文被改为“{found}”。"),
        format!("The check note of table 3 was changed to “{found}”."),
    );
    let help = Words::new(
        format!("请恢复统一格式的注文“{due}”，数字填在表内，不要填进注文。"),
        format!("Restore the note “{due}”; numbers belong in the table."),
    );
    Checked::done(vec![RULE.finding("t3.note", message, help, place).expected(due).found(found)])
}
