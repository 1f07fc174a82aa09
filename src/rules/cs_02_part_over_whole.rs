//! CS-02: no body that a report takes in has more than the whole.

use super::consolidated::{
    self, Told, here, joined, place_words, told, written, written_in_english,
};
use super::{Case, Checked, cell};
use crate::document::ValueKind;
use crate::model::{Finding, Severity, Words};
use crate::rule;

rule! {
    code: "CS-02",
    name: ("下级超过汇总", "A part exceeds the whole"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第四十九条：本级政府的年度报告汇总所属各单位的数据，任何一个单位的数不会大于汇总",
        "Regulations on Open Government Information, art. 49: a government's report takes in its bodies' figures",
    ),
    page: "cs_02_part_over_whole.md",
    check: check,
}

/// Units that a finding names.
const NAMED: usize = 3;

fn check(case: &Case) -> Checked {
    let all = match consolidated::of(case) {
        Ok(all) => all,
        Err(why) => return why,
    };
    if all.missing().is_empty() && all.unsound().is_empty() {
        return Checked::not_applicable(
            "下级单位的报告齐全，由 CS-01 逐格核对合计",
            "all reports are there, and CS-01 adds them up",
        );
    }
    if all.reports().next().is_none() {
        return Checked::not_assessable(
            "还没有收到下级单位的报告",
            "no report of a subordinate has come yet",
        );
    }
    let mut findings = Vec::new();
    let (mut assessed, mut total) = (0, 0);
    for (field, kind) in consolidated::fields(case) {
        // A change may be negative.
        if kind == ValueKind::Change {
            continue;
        }
        total += 1;
        let Told::Is(whole) = here(case, &field) else { continue };
        assessed += 1;
        let mut over: Vec<(i64, &str, bool)> = Vec::new();
        for (unit, report) in all.reports() {
            if let Told::Is(part) = told(report.values.get(&field))
                && part > whole
            {
                over.push((part, &unit.name, report.sound));
            }
        }
        if !over.is_empty() {
            over.sort_by_key(|(part, ..)| std::cmp::Reverse(*part));
            findings.push(finding(case, (&field, kind), whole, &over));
        }
    }
    let reason = (assessed < total).then(|| {
        Words::new("有的单元格空白、缺失或不是数字", "cells are blank, missing or no numbers")
    });
    match assessed {
        0 => Checked::not_assessable("没有读到表格", "the tables were not read"),
        _ => Checked::Done { findings, assessed, total, reason },
    }
}

fn finding(
    case: &Case,
    (field, kind): (&str, ValueKind),
    whole: i64,
    over: &[(i64, &str, bool)],
) -> Finding {
    let place = place_words(case, field);
    let here = written(kind, whole);
    let said: Vec<String> =
        over.iter().map(|(part, name, _)| format!("“{name}”{}", written(kind, *part))).collect();
    let en = over
        .iter()
        .map(|(part, name, _)| format!("“{name}” ({})", written_in_english(kind, *part)));
    let said = joined(&said, &en.collect::<Vec<_>>(), NAMED);
    let here_en = written_in_english(kind, whole);
    // A part with faults of its own may be the wrong one.
    let sure = over.iter().any(|(.., sound)| *sound);
    let (hedge, hedge_en) = match sure {
        true => ("", ""),
        false => (
            "（下级报告自己有须修改或识读存疑之处，也可能错在下级）",
            " (which has faults of its own and may be the wrong one)",
        ),
    };
    let finding = RULE
        .finding(
            field,
            Words::new(
                format!("{}：汇总填报 {here}，小于下级单位{}{hedge}。", place.zh, said.zh),
                format!("{}: {here_en}, less than {} alone{hedge_en}.", place.en, said.en),
            ),
            Words::new(
                "请核对汇总表是否汇入了该单位、数字是否填串；下级的数有误的，由下级改正后重报。",
                "Check that the body was taken in and the number is in its place; a wrong part is mended by its own body.",
            ),
            cell::place(case, field),
        )
        .severity(if sure { RULE.severity } else { Severity::Warning })
        .expected(written(kind, over[0].0))
        .found(here);
    match cell::doubt(case, [field]) {
        Some(why) => finding.doubtful(why),
        None => finding,
    }
}
