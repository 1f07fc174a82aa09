//! CS-06: all of a government's report is of the same bodies: of its own alone, or of all.

use super::consolidated::{self, Consolidation, Told, here, listed, place_words, told};
use super::narrative::{Scope, evaluate, place_of, sums};
use super::told::name;
use super::{Case, Checked, cell};
use crate::document::ValueKind;
use crate::model::{Finding, Words};
use crate::rule;

rule! {
    code: "CS-06",
    name: ("汇总口径混用", "Own figures among totals"),
    severity: Warning,
    basis: (
        "《政府信息公开条例》第四十九条：本级政府的年度报告汇总所属各单位的数据，全文口径应当一致",
        "Regulations on Open Government Information, art. 49: a government's report is of all its bodies throughout",
    ),
    page: "cs_06_mixed_scope.md",
    check: check,
}

/// A smaller number may be the same by chance.
const TELLING: i64 = 5;

fn check(case: &Case) -> Checked {
    if !consolidated::governs(case) {
        return Checked::not_applicable(
            "不是人民政府的报告，不涉及汇总口径",
            "no government's report",
        );
    }
    let mut findings = Vec::new();
    findings.extend(by_the_words(case));
    let (mut assessed, total) = (1, 2);
    let reason = match consolidated::of(case) {
        Ok(all) => match all.own().and_then(|own| own.report.as_ref()) {
            Some(_) => {
                assessed += 1;
                findings.extend(by_the_own_report(case, &all));
                None
            }
            None => Some(Words::new(
                "没有政府本级数据的报告可供对照",
                "there is no report of the government's own figures",
            )),
        },
        Err(Checked::NotAssessable(why) | Checked::NotApplicable(why)) => Some(why),
        Err(_) => None,
    };
    Checked::Done { findings, assessed, total, reason }
}

/// One figure of the tables is told as that of all bodies, another as that of the own office.
fn by_the_words(case: &Case) -> Option<Finding> {
    let narrative = case.narrative();
    let fits = |scope: Scope| {
        narrative.statements().filter(move |(_, s)| s.scope == scope).filter_map(move |(p, s)| {
            let said = s.figure.count().filter(|n| *n >= TELLING)?;
            let own =
                sums(&[s.what]).into_iter().find(|sum| evaluate(case, sum.fields) == Some(said));
            own.map(|sum| (p, s, said, sum))
        })
    };
    let (whole, all, total, _) = fits(Scope::All).next()?;
    let (paragraph, own, said, sum) =
        fits(Scope::Own).find(|(_, s, n, _)| s.what != all.what && *n != total)?;
    let (one, other) = (name(all.what), name(own.what));
    let fields = sum.fields.iter().map(|field| field.trim_start_matches('-'));
    Some(
        RULE.finding(
            "words",
            Words::new(
                format!(
                    "文字称“{}{total}”是全域的数，“{}{said}”是本机关的数，两个数都与表格相同：表格口径不一",
                    one.0, other.0
                ),
                format!(
                    "the text has {} {total} for all bodies and {} {said} for its own office, and the tables have both",
                    one.1, other.1
                ),
            ),
            help(),
            place_of(paragraph, own.range.clone()),
        )
        .found(said)
        .also([place_of(whole, all.range.clone())])
        .also(fields.map(|field| cell::place(case, field)).collect::<Vec<_>>()),
    )
}

/// Cells that have just the government's own figure while others report more.
fn by_the_own_report(case: &Case, all: &Consolidation) -> Option<Finding> {
    let own = all.own()?;
    let report = own.report.as_ref()?;
    let mut same: Vec<String> = Vec::new();
    let mut summed = 0;
    for (field, kind) in consolidated::fields(case) {
        let (Told::Is(whole), ValueKind::Count | ValueKind::Amount) = (here(case, &field), kind)
        else {
            continue;
        };
        let others = all.reports().filter(|(unit, _)| !unit.own);
        let more =
            others.filter(|(_, r)| matches!(told(r.values.get(&field)), Told::Is(n) if n > 0));
        if more.count() == 0 {
            continue;
        }
        match told(report.values.get(&field)) {
            Told::Is(part) if part == whole && whole >= TELLING => same.push(field),
            _ => summed += 1,
        }
    }
    // Where nothing is summed up the whole report is one of the own figures, which CS-01 says.
    if same.is_empty() || summed == 0 {
        return None;
    }
    let places: Vec<Words> = same.iter().map(|field| place_words(case, field)).collect();
    let zh = listed(&places.iter().map(|w| w.zh.as_str()).collect::<Vec<_>>()).zh;
    let shown: Vec<&str> = places.iter().map(|w| w.en.as_str()).collect();
    let en = listed(&shown).en;
    let zh = zh.replace("个单位", "格");
    let mut spots = same.iter().map(|field| cell::place(case, field));
    let first = spots.next()?;
    let rest: Vec<_> = spots.collect();
    let finding = RULE
        .finding(
            "tables",
            Words::new(
                format!("疑只填了本级的数：{zh}，与“{}”单独填报的相同，而其他下级单位也有数", own.name),
                format!("perhaps own figures only: {en} are those of “{}” alone, while others have some too", own.name),
            ),
            help(),
            first,
        )
        .also(rest);
    Some(match cell::doubt(case, same.iter().map(String::as_str)) {
        Some(why) => finding.doubtful(why),
        None => finding,
    })
}

fn help() -> Words {
    Words::new(
        "请核对这些格是否漏汇下级单位；全文和三张表都应按汇总口径填写，另述本级数据的，写明“本机关”。",
        "Check that the others were taken in; text and tables are of all bodies, and own figures are said to be.",
    )
}
