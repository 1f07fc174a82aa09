//! FC-09: no mark of secrecy or of internal use.

use super::prose::{lines, squeeze};
use super::{Case, Checked};
use crate::model::Words;

crate::rule! {
    code: "FC-09",
    name: ("涉密或内部标识", "Mark of secrecy"),
    severity: Error,
    basis: (
        "《政府信息公开条例》第十四条：依法确定为国家秘密的政府信息不予公开",
        "Regulations on Open Government Information, art. 14: state secrets are not disclosed",
    ),
    page: "fc_09_secrecy_mark.md",
    check: check,
}

const GRADES: [&str; 3] = ["秘密", "机密", "绝密"];
const INTERNAL: [&str; 4] = ["内部资料", "内部文件", "注意保存", "不得外传"];
/// A mark stands on a line of its own; running text may speak of secrets.
const MARK_LINE: usize = 16;

fn check(case: &Case) -> Checked {
    let found = lines(case).into_iter().filter(|line| {
        let text = squeeze(line.clean());
        let short = text.chars().count() <= MARK_LINE;
        let graded = GRADES.iter().any(|g| {
            text.contains(&format!("{g}★")) || text.contains(&format!("{g}☆")) || text == *g
        });
        graded || short && INTERNAL.iter().any(|mark| text.contains(mark))
    });
    let findings = found.map(|line| {
        let mark = squeeze(line.clean());
        RULE.finding(
            &mark,
            Words::new(
                format!("有涉密或内部标识“{mark}”"),
                format!("A mark of secrecy or internal use: “{mark}”"),
            ),
            Words::new(
                "请立即核实来源和密级，停止流转；确非涉密的，删去标识后重新提交。",
                "Check source and grade at once and stop passing it on; if not secret, remove the mark.",
            ),
            line.place(0..line.clean().len()),
        )
    });
    Checked::done(findings.collect())
}
