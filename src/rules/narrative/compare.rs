//! A figure of the text held against the tables.

use super::super::cell::{self, Number};
use super::super::{Case, Rule};
use super::clause::{Scope, Statement};
use super::{Kind, Paragraph};
use crate::model::{Finding, Lang, Place, Severity, Words};
use std::ops::Range;

/// A sum of cells with a name a person knows; a field led by `-` is taken away.
pub(in crate::rules) struct Sum {
    pub name: (&'static str, &'static str),
    pub fields: &'static [&'static str],
}

/// Sums that several rules use, by subject. Rows of one edition only count where the report has them.
pub(in crate::rules) const SUMS: &[(Kind, Sum)] = &[
    (Kind::New, Sum { name: ("本年新收", "new applications"), fields: &["t3.new.T"] }),
    (
        Kind::Receive,
        Sum {
            name: ("本年新收加上年结转", "new applications with those carried in"),
            fields: &["t3.new.T", "t3.carried_in.T"],
        },
    ),
    (Kind::CarriedIn, Sum { name: ("上年结转", "carried in"), fields: &["t3.carried_in.T"] }),
    (Kind::Done, Sum { name: ("办理结果总计", "results in total"), fields: &["t3.total.T"] }),
    // An application handled otherwise (withdrawn, …) is concluded and was not answered.
    (
        Kind::Done,
        Sum {
            name: ("总计减去其他处理", "results less those handled otherwise"),
            fields: &["t3.total.T", "-t3.o.T", "-t3.o1.T", "-t3.o2.T", "-t3.o3.T"],
        },
    ),
    (Kind::CarriedOut, Sum { name: ("结转下年度", "carried out"), fields: &["t3.carried_out.T"] }),
    (Kind::Granted, Sum { name: ("予以公开", "granted"), fields: &["t3.granted.T"] }),
    (Kind::Partial, Sum { name: ("部分公开", "granted in part"), fields: &["t3.partial.T"] }),
    (
        Kind::GrantedPartial,
        Sum {
            name: ("予以公开与部分公开合计", "granted, in part included"),
            fields: &["t3.granted.T", "t3.partial.T"],
        },
    ),
    (
        Kind::Denied,
        Sum {
            name: ("不予公开各项合计", "denied in total"),
            fields: &[
                "t3.d1.T", "t3.d2.T", "t3.d3.T", "t3.d4.T", "t3.d5.T", "t3.d6.T", "t3.d7.T",
                "t3.d8.T",
            ],
        },
    ),
    (
        Kind::Unable,
        Sum {
            name: ("无法提供各项合计", "cannot be provided, in total"),
            fields: &["t3.u1.T", "t3.u2.T", "t3.u3.T"],
        },
    ),
    (
        Kind::Unprocessed,
        Sum {
            name: ("不予处理各项合计", "not processed, in total"),
            fields: &["t3.n1.T", "t3.n2.T", "t3.n3.T", "t3.n4.T", "t3.n5.T"],
        },
    ),
    (
        Kind::OtherHandling,
        Sum {
            name: ("其他处理合计", "handled otherwise, in total"),
            fields: &["t3.o.T", "t3.o1.T", "t3.o2.T", "t3.o3.T"],
        },
    ),
    (Kind::Review, Sum { name: ("行政复议总计", "reviews"), fields: &["t4.R5"] }),
    (Kind::Suit, Sum { name: ("行政诉讼总计", "suits"), fields: &["t4.L5", "t4.P5"] }),
    // Where a total was forgotten AR-04 says so; the text may still have it right.
    (
        Kind::Review,
        Sum {
            name: ("行政复议各结果合计", "outcomes of reviews"),
            fields: &["t4.R1", "t4.R2", "t4.R3", "t4.R4"],
        },
    ),
    (
        Kind::Suit,
        Sum {
            name: ("行政诉讼各结果合计", "outcomes of suits"),
            fields: &["t4.L1", "t4.L2", "t4.L3", "t4.L4", "t4.P1", "t4.P2", "t4.P3", "t4.P4"],
        },
    ),
    (Kind::SuitDirect, Sum { name: ("未经复议直接起诉总计", "direct suits"), fields: &["t4.L5"] }),
    (Kind::SuitAfter, Sum { name: ("复议后起诉总计", "suits after review"), fields: &["t4.P5"] }),
    (
        Kind::Disputes,
        Sum {
            name: ("行政复议、行政诉讼总计", "reviews and suits"),
            fields: &["t4.R5", "t4.L5", "t4.P5"],
        },
    ),
];

/// The sums of a subject.
pub(in crate::rules) fn sums(kinds: &[Kind]) -> Vec<&'static Sum> {
    SUMS.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, sum)| sum).collect()
}

/// The value of a sum; `None` where one of its cells has no number. Rows that the report's edition
/// does not have are no cells of it.
pub(in crate::rules) fn evaluate(case: &Case, fields: &[&str]) -> Option<i64> {
    total(fields, |field| cell::number(case, field))
}

/// The same on other numbers than this report's.
pub(in crate::rules) fn total(fields: &[&str], number: impl Fn(&str) -> Number) -> Option<i64> {
    let mut sum = 0_i64;
    let mut any = false;
    for field in fields {
        let (sign, field) = field.strip_prefix('-').map_or((1, *field), |rest| (-1, rest));
        let other_edition = field.starts_with("t3.o");
        match number(field) {
            Number::Is(n) => {
                sum = sum.checked_add(sign * n)?;
                any = true;
            }
            Number::Absent if other_edition => {}
            _ => return None,
        }
    }
    any.then_some(sum)
}

/// What a statement is held against.
pub(in crate::rules) struct Against<'s> {
    pub statement: &'s Statement,
    /// Any of them may be meant; the first is named.
    pub sums: Vec<&'static Sum>,
    /// Of the form's words: 收到申请.
    pub what: (&'static str, &'static str),
    pub severity: Severity,
}

/// The finding where no sum has the figure; `Err` where the tables do not tell.
pub(in crate::rules) fn compare(
    case: &Case,
    rule: &'static Rule,
    paragraph: &Paragraph,
    against: &Against,
) -> Result<Option<Finding>, ()> {
    let said = against.statement.figure.count().ok_or(())?;
    let values: Vec<(i64, &Sum)> =
        against.sums.iter().filter_map(|sum| Some((evaluate(case, sum.fields)?, *sum))).collect();
    if values.iter().any(|(value, _)| *value == said) {
        return Ok(None);
    }
    // With one of the numbers unknown the figure may still be right.
    if values.is_empty() || values.len() < against.sums.len() {
        return Err(());
    }
    let table = if values[0].1.fields[0].starts_with("t2") {
        2
    } else if values[0].1.fields[0].starts_with("t3") {
        3
    } else {
        4
    };
    let named = |lang: Lang| -> String {
        // A second way to count that comes to the same number says nothing more.
        let distinct = values
            .iter()
            .enumerate()
            .filter(|(i, (v, _))| values[..*i].iter().all(|(w, _)| w != v));
        let each = distinct.map(|(_, named)| named).map(|(value, sum)| match lang {
            Lang::Zh => format!("{}{value}", sum.name.0),
            Lang::En => format!("{} {value}", sum.name.1),
        });
        each.collect::<Vec<_>>().join(if lang == Lang::Zh { "，" } else { ", " })
    };
    let (scope, severity) = scope(case, against.statement.scope, against.severity);
    let fields = values.iter().flat_map(|(_, sum)| sum.fields.iter());
    let fields: Vec<&str> = fields.map(|f| f.trim_start_matches('-')).collect();
    let finding = rule
        .finding(
            &format!("{:?} {:?}", against.statement.what, against.statement.of),
            Words::new(
                format!(
                    "文字写“{}{said}”，{}为：{}{}",
                    against.what.0,
                    cell::table_name(table),
                    named(Lang::Zh),
                    scope.zh
                ),
                format!(
                    "the text says {} {said}; table {table} has {}{}",
                    against.what.1,
                    named(Lang::En),
                    scope.en
                ),
            ),
            Words::new(
                "请核对文字与表格，改正有误的一处；口径不同的，请在文字中写明。",
                "Compare text and table and correct the wrong one; say so where the scope differs.",
            ),
            place_of(paragraph, against.statement.range.clone()),
        )
        .severity(severity)
        .expected(values[0].0)
        .found(said)
        .also(
            fields
                .iter()
                .filter(|f| case.report.field(f).is_some())
                .map(|f| cell::place(case, f))
                .collect::<Vec<_>>(),
        );
    Ok(Some(match cell::doubt(case, fields) {
        Some(why) => finding.doubtful(why),
        None => finding,
    }))
}

/// The place of a clause.
pub(in crate::rules) fn place_of(paragraph: &Paragraph, range: Range<usize>) -> Place {
    paragraph.line.place(range)
}

/// Whether the sentence speaks of others than the tables do, and what severity is left.
pub(in crate::rules) fn scope(case: &Case, said: Scope, severity: Severity) -> (Words, Severity) {
    let unit = case.report.identity.unit.as_ref().map_or("", |(unit, _)| unit.as_str());
    // A county and what is above it report for all their bodies; towns have none below them.
    let whole = unit.ends_with("人民政府")
        && !unit.ends_with("镇人民政府")
        && !unit.ends_with("乡人民政府");
    let (zh, en) = match (whole, said) {
        (false, Scope::Own | Scope::Unsaid) if !unit.is_empty() => {
            return (Words::new("", ""), severity);
        }
        (true, Scope::All) => return (Words::new("", ""), severity),
        (true, Scope::Own) => (
            "（文字说的是本机关，表格为全部汇总，口径不同？）",
            " (own figures beside totals of all bodies?)",
        ),
        (false, Scope::All) => (
            "（文字说的是全域，表格为本机关，口径不同？）",
            " (figures of all bodies beside the own?)",
        ),
        _ => ("（请确认两处口径一致）", " (make sure that both are of the same bodies)"),
    };
    (Words::new(zh, en), severity.min(Severity::Warning))
}
