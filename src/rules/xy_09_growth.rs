//! XY-09: what the text says of growth and decline follows from the numbers of both years.

use super::narrative::{
    Claim, Growth, Kind, Paragraph, Sum, evaluate, place_of, scope, sums, total,
};
use super::told::{name, nothing_said};
use super::{Case, Checked, Prior, cell, earlier};
use crate::model::{Finding, Words};

crate::rule! {
    code: "XY-09",
    name: ("同比数字与两年表格不符", "Growth told and growth counted differ"),
    severity: Warning,
    basis: ("国办公开办函〔2019〕60号、〔2021〕30号所附格式：文字与表格同为报告内容，数据应当一致", "国办公开办函〔2019〕60号 and 〔2021〕30号: text and tables are one report and agree"),
    page: "xy_09_growth.md",
    check: check,
}

/// Sums of the second table, each form's own.
static TABLE_2: [(Kind, Kind, Sum); 14] = [
    (Kind::Regulation, Kind::Make, one("规章本年制发", "regulations made", &["t2.REG.made"])),
    (Kind::Regulation, Kind::Repeal, one("规章本年废止", "repealed", &["t2.REG.repealed"])),
    (Kind::Regulation, Kind::Valid, one("规章现行有效", "in force", &["t2.REG.valid"])),
    (Kind::Normative, Kind::Make, one("规范性文件本年制发", "documents made", &["t2.NOR.made"])),
    (Kind::Normative, Kind::Repeal, one("规范性文件本年废止", "repealed", &["t2.NOR.repealed"])),
    (Kind::Normative, Kind::Valid, one("规范性文件现行有效", "in force", &["t2.NOR.valid"])),
    (Kind::License, Kind::Act, one("行政许可处理决定", "licences", &["t2.LIC"])),
    (Kind::License, Kind::Act, one("行政许可处理决定", "licences", &["t2.LIC.decisions"])),
    (Kind::Penalty, Kind::Act, one("行政处罚处理决定", "penalties", &["t2.PEN"])),
    (Kind::Penalty, Kind::Act, one("行政处罚处理决定", "penalties", &["t2.PEN.decisions"])),
    (Kind::Coercion, Kind::Act, one("行政强制处理决定", "coercion", &["t2.COE"])),
    (Kind::Coercion, Kind::Act, one("行政强制处理决定", "coercion", &["t2.COE.decisions"])),
    (Kind::Decision, Kind::Act, one("处理决定合计", "decisions", &["t2.LIC", "t2.PEN", "t2.COE"])),
    (
        Kind::Decision,
        Kind::Act,
        one(
            "处理决定合计",
            "decisions",
            &["t2.LIC.decisions", "t2.OSV.decisions", "t2.PEN.decisions", "t2.COE.decisions"],
        ),
    ),
];

const fn one(zh: &'static str, en: &'static str, fields: &'static [&'static str]) -> Sum {
    Sum { name: (zh, en), fields }
}

/// A sum in both years.
struct Both {
    sum: &'static Sum,
    now: i64,
    then: i64,
}

fn check(case: &Case) -> Checked {
    let narrative = case.narrative();
    let told: Vec<(&Paragraph, &Growth)> = narrative.growths().collect();
    if told.is_empty() {
        return nothing_said();
    }
    let prior = match earlier::report(case) {
        Ok(prior) => prior,
        Err(why) => return why,
    };
    let unsure = earlier::unsure(case, prior);
    let mut findings = Vec::new();
    let (mut assessed, total) = (0, told.len() as u32);
    for (paragraph, growth) in told {
        let both = counted(case, prior, growth);
        // Of last year's nothing no share can be told.
        let both: Vec<Both> = both
            .into_iter()
            .filter(|b| b.then > 0 || matches!(growth.claim, Claim::More(_)))
            .collect();
        let Some(first) = both.first() else { continue };
        assessed += 1;
        if !both.iter().any(|b| holds(growth.claim, b.now, b.then)) {
            findings.push(finding(case, paragraph, growth, first, &unsure));
        }
    }
    let reason = || {
        Words::new(
            "两年表格中相应的数字没有读到，或与文字所写的数不是同一个",
            "the numbers of both years were not read, or are not those the text speaks of",
        )
    };
    match assessed {
        0 => Checked::NotAssessable(reason()),
        _ => Checked::Done { findings, assessed, total, reason: (assessed < total).then(reason) },
    }
}

/// What a comparison may be of, in both years. Where the sentence gives this year's figure only a sum
/// that has it is meant; with none nothing can be said.
fn counted(case: &Case, prior: &Prior, growth: &Growth) -> Vec<Both> {
    let of_table_2 = TABLE_2.iter().filter(|(what, of, _)| {
        *what == growth.what && (growth.of == Some(*of) || *what == Kind::Decision)
    });
    let mut meant: Vec<&'static Sum> = of_table_2.map(|(.., sum)| sum).collect();
    meant.extend(match growth.what {
        Kind::Receive => sums(&[Kind::New, Kind::Receive]),
        other => sums(&[other]),
    });
    let both = meant.into_iter().filter_map(|sum| {
        let now = evaluate(case, sum.fields)?;
        let then = total_then(prior, sum)?;
        (growth.said.is_none_or(|said| said == now)).then_some(Both { sum, now, then })
    });
    both.collect()
}

/// A sum in last year's report, which may be on the older form.
fn total_then(prior: &Prior, sum: &Sum) -> Option<i64> {
    let number = |field: &str| earlier::number(prior, field);
    let renamed = |field: &str| format!("{field}.decisions");
    total(sum.fields, number).or_else(|| {
        let [field] = sum.fields else { return None };
        total(&[&renamed(field)], number)
    })
}

/// True within half a unit of the last printed digit.
fn holds(claim: Claim, now: i64, then: i64) -> bool {
    let (now, then) = (i128::from(now), i128::from(then));
    // |exact − printed| ≤ ½ · 10^−places, all of it times then · 1000.
    let near = |exact: i128, milli: i64, places: u32| {
        let half = then * 500 / 10_i128.pow(places.min(3)).max(1);
        (exact - i128::from(milli) * then).abs() <= half
    };
    match claim {
        Claim::Percent { milli, places } => near((now - then) * 100_000, milli, places),
        Claim::Times { milli, places } => near(now * 1000, milli, places),
        Claim::More(more) => now - then == i128::from(more),
    }
}

/// What the numbers come to, in the manner of the claim.
fn due(claim: Claim, now: i64, then: i64) -> Words {
    let change = now as f64 - then as f64;
    match claim {
        Claim::Percent { places, .. } => {
            let percent = (change * 100.0 / then as f64).abs();
            let places = places.clamp(1, 3) as usize;
            let (zh, en) =
                if change < 0.0 { ("下降", "a fall of") } else { ("增长", "a rise of") };
            Words::new(format!("{zh} {percent:.places$}%"), format!("{en} {percent:.places$}%"))
        }
        Claim::More(_) => {
            let (zh, en) = if change < 0.0 { ("减少", "fewer") } else { ("增加", "more") };
            let size = change.abs();
            Words::new(format!("{zh} {size}"), format!("{size} {en}"))
        }
        Claim::Times { .. } => {
            let times = now as f64 / then as f64;
            Words::new(format!("上年的 {times:.2} 倍"), format!("{times:.2} times last year's"))
        }
    }
}

fn finding(
    case: &Case,
    paragraph: &Paragraph,
    growth: &Growth,
    both: &Both,
    unsure: &Option<Words>,
) -> Finding {
    let Both { sum, now, then } = both;
    let printed = paragraph.line.clean()[growth.range.clone()].trim();
    let due = due(growth.claim, *now, *then);
    let (scope, severity) = scope(case, growth.scope, RULE.severity);
    let (zh, en) = name(growth.what);
    let message = Words::new(
        format!(
            "{zh}“{printed}”，按两年表格核算为{}（{}：上年 {then}，本年 {now}）{}",
            due.zh, sum.name.0, scope.zh
        ),
        format!(
            "{en}: the text says “{printed}”; both tables make {} ({}: {then} last year, {now} this year){}",
            due.en, sum.name.1, scope.en
        ),
    );
    let finding = RULE
        .finding(
            &format!("{:?} {:?}", growth.what, growth.of),
            earlier::hedged(message, unsure),
            Words::new(
                "请按两年的报告重新计算；口径不同的，请在文字中写明。",
                "Compute it anew from both reports; say so where the scope differs.",
            ),
            place_of(paragraph, growth.range.clone()),
        )
        .severity(severity)
        .expected(due.zh)
        .found(printed)
        .also(
            sum.fields
                .iter()
                .filter_map(|field| {
                    let field = field.trim_start_matches('-');
                    case.report.field(field).map(|_| cell::place(case, field))
                })
                .collect::<Vec<_>>(),
        );
    let fields: Vec<&str> = sum.fields.iter().map(|f| f.trim_start_matches('-')).collect();
    match cell::doubt(case, fields) {
        Some(why) => finding.doubtful(why),
        None => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_holds_within_half_of_its_last_digit() {
        let percent = |milli, places| Claim::Percent { milli, places };
        // 1.0813 %
        assert!(holds(percent(1080, 2), 3646, 3607) && holds(percent(1000, 0), 3646, 3607));
        assert!(!holds(percent(1050, 2), 3646, 3607) && !holds(percent(-1080, 2), 3646, 3607));
        assert!(holds(percent(-16_700, 1), 25, 30) && !holds(percent(-16_600, 1), 25, 30));
        assert!(holds(percent(12_500, 1), 9, 8) && holds(percent(13_000, 0), 9, 8));
    }

    #[test]
    fn differences_are_exact_and_multiples_rounded() {
        assert!(holds(Claim::More(-5), 25, 30) && !holds(Claim::More(5), 25, 30));
        let times = |milli, places| Claim::Times { milli, places };
        assert!(holds(times(2000, 0), 23, 10) && !holds(times(2000, 1), 23, 10));
    }
}
