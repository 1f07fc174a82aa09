//! What the family NT shares: figures of the text, each held against the tables.

use super::narrative::{Against, Kind, Narrative, Paragraph, Statement, Sum, compare};
use super::{Case, Checked, Rule};
use crate::model::{Finding, Severity, Words};

/// One statement with what it may mean in the tables.
pub(super) struct Told<'n, 'a> {
    pub paragraph: &'n Paragraph<'a>,
    pub statement: &'n Statement,
    pub sums: Vec<&'static Sum>,
    pub severity: Severity,
}

/// Compares every statement. One that fits makes the others of its subject warnings: they are likely
/// of another scope.
pub(super) fn check(case: &Case, rule: &'static Rule, told: Vec<Told>) -> Checked {
    if told.is_empty() {
        return nothing_said();
    }
    let total = told.len() as u32;
    let mut assessed = 0;
    let mut findings: Vec<(Kind, Option<Kind>, Finding)> = Vec::new();
    let mut fitting: Vec<(Kind, Option<Kind>)> = Vec::new();
    for Told { paragraph, statement, sums, severity } in told {
        let key = (statement.what, statement.of);
        let what = name(statement.what);
        let against = Against { statement, sums, what, severity };
        match compare(case, rule, paragraph, &against) {
            Ok(None) => fitting.push(key),
            Ok(Some(finding)) => findings.push((key.0, key.1, finding)),
            Err(()) => continue,
        }
        assessed += 1;
    }
    if assessed == 0 {
        return Checked::NotAssessable(no_number());
    }
    let findings = findings.into_iter().map(|(what, of, finding)| {
        let severity = finding.severity.min(Severity::Warning);
        if fitting.contains(&(what, of)) { finding.severity(severity) } else { finding }
    });
    Checked::Done {
        findings: findings.collect(),
        assessed,
        total,
        reason: (assessed < total).then(no_number),
    }
}

/// Nothing of its kind stands in the text, or not so that it can be read for sure.
pub(super) fn nothing_said() -> Checked {
    Checked::not_applicable(
        "文字中没有写到，或没有能确定识读的写法",
        "the text says nothing of it that can be read for sure",
    )
}

/// The tables do not tell.
pub(super) fn no_number() -> Words {
    Words::new(
        "表格中相应的数字没有读到或不是数字",
        "the numbers in the tables were not read or are none",
    )
}

/// The statements of some subjects, all with the same sums.
pub(super) fn of<'n, 'a>(
    narrative: &'n Narrative<'a>,
    kinds: &[Kind],
    sums: impl Fn(&Statement) -> Vec<&'static Sum>,
    severity: impl Fn(&Statement) -> Severity,
) -> Vec<Told<'n, 'a>> {
    let all = narrative.of_kind(kinds).into_iter().map(|(paragraph, statement)| Told {
        paragraph,
        statement,
        sums: sums(statement),
        severity: severity(statement),
    });
    all.filter(|told| !told.sums.is_empty()).collect()
}

/// A subject in the words of the form.
pub(super) fn name(what: Kind) -> (&'static str, &'static str) {
    match what {
        Kind::Receive => ("收到申请", "applications received"),
        Kind::New => ("新收申请", "new applications"),
        Kind::CarriedIn => ("上年结转", "carried in"),
        Kind::Done => ("办结（答复）申请", "applications concluded"),
        Kind::CarriedOut => ("结转下年度", "carried out"),
        Kind::Granted => ("予以公开", "granted"),
        Kind::Partial => ("部分公开", "granted in part"),
        Kind::GrantedPartial => ("予以公开及部分公开", "granted, in part included"),
        Kind::Denied => ("不予公开", "denied"),
        Kind::Unable => ("无法提供", "cannot be provided"),
        Kind::Unprocessed => ("不予处理", "not processed"),
        Kind::OtherHandling => ("其他处理", "handled otherwise"),
        Kind::Person => ("自然人申请", "natural persons"),
        Kind::Organisation => ("法人或其他组织申请", "organisations"),
        Kind::Review => ("行政复议", "reviews"),
        Kind::Suit => ("行政诉讼", "suits"),
        Kind::SuitDirect => ("未经复议直接起诉", "direct suits"),
        Kind::SuitAfter => ("复议后起诉", "suits after review"),
        Kind::Disputes => ("行政复议、行政诉讼", "reviews and suits"),
        Kind::Upheld => ("维持", "upheld"),
        Kind::Corrected => ("纠正", "corrected"),
        Kind::OtherResult => ("其他结果", "other outcomes"),
        Kind::Pending => ("尚未审结", "pending"),
        Kind::Regulation => ("规章", "regulations"),
        Kind::Normative => ("规范性文件", "normative documents"),
        Kind::License => ("行政许可", "licences"),
        Kind::Penalty => ("行政处罚", "penalties"),
        Kind::Coercion => ("行政强制", "coercive measures"),
        _ => ("处理决定", "decisions"),
    }
}
