//! NT-10: the numbers of documents made, repealed and in force are those of the table.

use super::cell;
use super::narrative::{Denial, Kind, Paragraph, Statement, Sum, evaluate, place_of};
use super::told::{self, of};
use super::{Case, Checked};
use crate::model::{Finding, Severity, Words};

crate::rule! {
    code: "NT-10",
    name: ("规章和规范性文件数与表二不符", "Documents: text against table"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_10_documents.md",
    check: check,
}

macro_rules! cells {
    ($row:literal, $name:literal) => {
        [
            Sum {
                name: (concat!($name, "本年制发"), "made"),
                fields: &[concat!("t2.", $row, ".made")],
            },
            Sum {
                name: (concat!($name, "本年废止"), "repealed"),
                fields: &[concat!("t2.", $row, ".repealed")],
            },
            Sum {
                name: (concat!($name, "现行有效"), "in force"),
                fields: &[concat!("t2.", $row, ".valid")],
            },
        ]
    };
}
static REGULATIONS: [Sum; 3] = cells!("REG", "规章");
static NORMATIVE: [Sum; 3] = cells!("NOR", "规范性文件");

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let cells = |s: &Statement| {
        let row = if s.what == Kind::Regulation { &REGULATIONS } else { &NORMATIVE };
        let nth = match s.of {
            Some(Kind::Make) => 0,
            Some(Kind::Repeal) => 1,
            Some(Kind::Valid) => 2,
            _ => return Vec::new(),
        };
        vec![&row[nth]]
    };
    let kinds = [Kind::Regulation, Kind::Normative];
    let told = told::check(case, &RULE, of(narrative, &kinds, cells, |_| Severity::Warning));
    let denials = narrative.denials().filter(|(_, d)| kinds.contains(&d.what));
    let denied: Vec<Vec<Finding>> =
        denials.filter_map(|(paragraph, denial)| denied(case, paragraph, denial)).collect();
    let count = denied.len() as u32;
    let denied = denied.into_iter().flatten();
    match told {
        Checked::Done { mut findings, assessed, total, reason } => {
            findings.extend(denied);
            Checked::Done { findings, assessed: assessed + count, total: total + count, reason }
        }
        nothing if count == 0 => nothing,
        _ => {
            let findings = denied.collect();
            Checked::Done { findings, assessed: count, total: count, reason: None }
        }
    }
}

/// What is wrong with 未制定规范性文件, that the table has some; `None` where the table says nothing.
fn denied(case: &Case, paragraph: &Paragraph, denial: &Denial) -> Option<Vec<Finding>> {
    let (field, zh, en) = match denial.what {
        Kind::Regulation => ("t2.REG.made", "规章", "regulations"),
        _ => ("t2.NOR.made", "规范性文件", "normative documents"),
    };
    let made = evaluate(case, &[field])?;
    if made == 0 {
        return Some(Vec::new());
    }
    let finding = RULE
        .finding(
            &format!("no {en}"),
            Words::new(
                format!("文字称没有制定{zh}，表二为 {made}"),
                format!("the text says that no {en} were made; the table has {made}"),
            ),
            Words::new(
                "请核对文字与表格，改正有误的一处。",
                "Compare text and table and correct the wrong one.",
            ),
            place_of(paragraph, denial.range.clone()),
        )
        .expected(0)
        .found(made)
        .also([cell::place(case, field)]);
    Some(vec![match cell::doubt(case, [field]) {
        Some(why) => finding.doubtful(why),
        None => finding,
    }])
}
