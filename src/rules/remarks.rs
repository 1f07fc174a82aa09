//! What the family PX shares: one finding for each table or part a remark or notice of some kind
//! speaks of.

use super::prose::{clip, nowhere};
use super::{Case, Checked, Rule};
use crate::document::NoticeKind;
use crate::edition::RemarkKind;
use crate::model::{Place, Words};

/// What a finding about the reading says.
pub(super) struct Said {
    /// Follows the place: `表三` …
    pub message: (&'static str, &'static str),
    pub help: (&'static str, &'static str),
}

/// One finding per table and part of the remarks of these kinds, and one for the notices.
pub(super) fn found(
    case: &Case,
    rule: &Rule,
    remarks: &[RemarkKind],
    notices: &[NoticeKind],
    said: &Said,
) -> Checked {
    let mut findings = Vec::new();
    let mut told: Vec<(Option<u8>, Option<u8>)> = Vec::new();
    for remark in case.report.remarks.iter().filter(|r| remarks.contains(&r.kind)) {
        if told.contains(&(remark.table, remark.part)) {
            continue;
        }
        told.push((remark.table, remark.part));
        findings.push(finding(
            rule,
            said,
            Place {
                table: remark.table,
                part: remark.part,
                spot: (remark.table.or(remark.part).is_none()).then(|| "正文".to_string()),
                anchor: remark.anchor.clone(),
                quote: clip(&remark.quote),
                ..Place::default()
            },
        ));
    }
    // The reader knows no tables or parts: its notices are told only where binding told nothing.
    let noticed = case.document.notices.iter().find(|n| notices.contains(&n.kind));
    if let Some(notice) = noticed.filter(|_| findings.is_empty()) {
        findings.push(finding(
            rule,
            said,
            Place {
                anchor: notice.anchor.clone(), quote: clip(&notice.quote), ..nowhere("正文")
            },
        ));
    }
    Checked::done(findings)
}

fn finding(rule: &Rule, said: &Said, place: Place) -> crate::model::Finding {
    use crate::model::Lang;
    let message = Words::new(
        format!("{}{}", place.in_words(Lang::Zh), said.message.0),
        format!("{}: {}", place.in_words(Lang::En), said.message.1),
    );
    let key = format!("{:?} {:?}", place.table, place.part);
    rule.finding(&key, message, Words::new(said.help.0, said.help.1), place)
}
