//! NT-06: reviews and suits are as many as in the table.

use super::narrative::{Kind, Statement, Sum, sums};
use super::told::{self, of};
use super::{Case, Checked};
use crate::model::Severity;

crate::rule! {
    code: "NT-06",
    name: ("复议诉讼数与表四不符", "Reviews and suits: text against table"),
    severity: Error,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "nt_06_disputes.md",
    check: check,
}

static REVIEWS: [Sum; 4] = [
    Sum { name: ("行政复议·结果维持", "reviews upheld"), fields: &["t4.R1"] },
    Sum { name: ("行政复议·结果纠正", "reviews corrected"), fields: &["t4.R2"] },
    Sum { name: ("行政复议·其他结果", "reviews otherwise"), fields: &["t4.R3"] },
    Sum { name: ("行政复议·尚未审结", "reviews pending"), fields: &["t4.R4"] },
];
static SUITS: [Sum; 4] = [
    Sum { name: ("行政诉讼·结果维持", "suits upheld"), fields: &["t4.L1", "t4.P1"] },
    Sum { name: ("行政诉讼·结果纠正", "suits corrected"), fields: &["t4.L2", "t4.P2"] },
    Sum { name: ("行政诉讼·其他结果", "suits otherwise"), fields: &["t4.L3", "t4.P3"] },
    Sum { name: ("行政诉讼·尚未审结", "suits pending"), fields: &["t4.L4", "t4.P4"] },
];
const COURTS: [Kind; 5] =
    [Kind::Review, Kind::Suit, Kind::SuitDirect, Kind::SuitAfter, Kind::Disputes];
const OUTCOMES: [Kind; 4] = [Kind::Upheld, Kind::Corrected, Kind::OtherResult, Kind::Pending];

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    // Cases that came in during the year may be fewer than the table's, which holds older ones too.
    let severity = |s: &Statement| if s.filed { Severity::Warning } else { Severity::Error };
    let mut told = of(narrative, &COURTS, |s| sums(&[s.what]), severity);
    told.extend(of(narrative, &OUTCOMES, outcome, severity));
    told::check(case, &RULE, told)
}

/// The cells of an outcome; none where it is of both courts, or of one kind of suits.
fn outcome(statement: &Statement) -> Vec<&'static Sum> {
    let Some(nth) = OUTCOMES.iter().position(|&o| o == statement.what) else { return Vec::new() };
    match statement.of {
        Some(Kind::Review) => vec![&REVIEWS[nth]],
        Some(Kind::Suit) => vec![&SUITS[nth]],
        _ => Vec::new(),
    }
}
