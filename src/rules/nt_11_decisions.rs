//! NT-11: the numbers of decisions are those of the table.

use super::narrative::{Kind, Statement, Sum, evaluate};
use super::told::{self, of};
use super::{Case, Checked};
use crate::model::Severity;

crate::rule! {
    code: "NT-11",
    name: ("许可处罚强制数与表二不符", "Decisions: text against table"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_11_decisions.md",
    check: check,
}

static CELLS: [Sum; 6] = [
    Sum { name: ("行政许可处理决定", "licences"), fields: &["t2.LIC"] },
    Sum { name: ("行政许可处理决定", "licences"), fields: &["t2.LIC.decisions"] },
    Sum { name: ("行政处罚处理决定", "penalties"), fields: &["t2.PEN"] },
    Sum { name: ("行政处罚处理决定", "penalties"), fields: &["t2.PEN.decisions"] },
    Sum { name: ("行政强制处理决定", "coercion"), fields: &["t2.COE"] },
    Sum { name: ("行政强制处理决定", "coercion"), fields: &["t2.COE.decisions"] },
];
static ALL: [Sum; 2] = [
    Sum { name: ("处理决定合计", "decisions"), fields: &["t2.LIC", "t2.PEN", "t2.COE"] },
    Sum {
        name: ("处理决定合计", "decisions"),
        fields: &["t2.LIC.decisions", "t2.OSV.decisions", "t2.PEN.decisions", "t2.COE.decisions"],
    },
];
const KINDS: [Kind; 4] = [Kind::License, Kind::Penalty, Kind::Coercion, Kind::Decision];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    // Each edition has cells of its own.
    let there = |sum: &&'static Sum| sum.fields.iter().all(|f| case.report.field(f).is_some());
    let cells = |s: &Statement| -> Vec<&'static Sum> {
        let decided = s.of == Some(Kind::Act) || s.what == Kind::Decision;
        let sums = match KINDS.iter().position(|&k| k == s.what) {
            Some(3) => &ALL[..],
            Some(nth) if decided => &CELLS[nth * 2..nth * 2 + 2],
            _ => &[],
        };
        sums.iter().filter(there).collect()
    };
    let severity = |s: &Statement| {
        let single = || {
            let said = s.figure.count();
            CELLS.iter().any(|sum| evaluate(case, sum.fields) == said && said.is_some())
        };
        if s.what == Kind::Decision && single() { Severity::Info } else { Severity::Warning }
    };
    told::check(case, &RULE, of(narrative, &KINDS, cells, severity))
}
