//! FC-04: no body of another place is named where the report's own stands.

use super::gazetteer::{self, Division, Mention, bodies, home, mentions};
use super::prose::{Line, lines, sentences, squeeze};
use super::{Case, Checked};
use crate::model::{Finding, Severity, UnitKnown, Words};
use std::ops::Range;

crate::rule! {
    code: "FC-04",
    name: ("出现他地他单位名称", "A body of another place is named"),
    severity: Warning,
    basis: (
        "国办公开办函〔2019〕60号、〔2021〕30号：年度报告由本机关依据本机关情况编制；内容雷同、敷衍塞责的严肃追究",
        "国办公开办函〔2019〕60号 and 〔2021〕30号: a body reports on itself; copied reports are pursued",
    ),
    page: "fc_04_other_place.md",
    check: check,
}

/// Words of a site, after the name of the body that keeps it.
const SITES: [&str; 7] = ["网", "平台", "公众号", "微信", "微博", "专栏", "客户端"];
/// Characters between the name of a body and the word of its site.
const SITE_WITHIN: usize = 6;
/// Dealings with other places that a report may well speak of.
const DEALINGS: [&str; 25] = [
    "学习", "考察", "借鉴", "赴", "对口", "支援", "帮扶", "协作", "交流", "联合", "调研", "参观",
    "转发", "转载", "合作", "来自", "挂职", "对标", "毗邻", "跨", "共建", "共同", "先进", "经验",
    "原籍",
];
/// The report speaks of its own doing.
const OWN: [&str; 10] =
    ["我们", "我局", "我单位", "我委", "我办", "本局", "本单位", "本机关", "通过", "依托"];

fn check(case: &Case) -> Checked {
    let Some((unit, known)) = &case.report.identity.unit else {
        return Checked::not_assessable("报告单位不明", "the reporting body is not known");
    };
    let home = home(unit);
    if home.is_empty() {
        return Checked::not_assessable(
            "单位名称中没有行政区划名录所列的地名",
            "the body's name begins with no place of the list of divisions",
        );
    }
    // A name that itself only is inferred says too little of where the body is.
    let sure = *known != UnitKnown::Inferred;
    let mut findings: Vec<Finding> = Vec::new();
    for line in lines(case) {
        for mention in mentions(line.clean()) {
            let Some((range, site)) = body(line.clean(), &mention) else { continue };
            if own(case, unit, &home, &mention, &line.clean()[range.clone()]) {
                continue;
            }
            let sentence = around(line.clean(), &range);
            if DEALINGS.iter().any(|cue| sentence.contains(cue)) {
                continue;
            }
            let far = mention.divisions.iter().all(|d| home.iter().all(|h| apart(h, d)));
            let speaks = OWN.iter().any(|cue| sentence.contains(cue));
            let severity =
                if sure && site && far && speaks { Severity::Error } else { Severity::Warning };
            findings.push(finding(&line, range, home[0]).severity(severity));
        }
    }
    Checked::done(findings)
}

fn apart(home: &Division, other: &Division) -> bool {
    home.province() != other.province()
}

/// The range of a body named with its place, and whether it is named as a site: 宝鸡市审计局,
/// 宝鸡审计网站. A place by its spoken name counts with a site only.
fn body(text: &str, mention: &Mention) -> Option<(Range<usize>, bool)> {
    let rest = &text[mention.range.end..];
    let named =
        bodies().iter().map(|b| b.name).filter(|n| rest.starts_with(n)).max_by_key(|n| n.len());
    let stems = bodies().iter().flat_map(|b| &b.stems);
    let stem = stems.copied().filter(|s| rest.starts_with(s)).max_by_key(|s| s.len());
    let words = named.filter(|_| mention.full).or(stem)?;
    let end = mention.range.end + words.len();
    let near = text[end..].chars().take_while(|c| c.is_alphanumeric()).take(SITE_WITHIN);
    let near: String = near.collect();
    let site = SITES.iter().filter_map(|word| Some(near.find(word)? + word.len())).min();
    match site {
        Some(to) => Some((mention.range.start..end + to, true)),
        None => (mention.full && named.is_some()).then_some((mention.range.start..end, false)),
    }
}

/// A body of the own place or of one above or below it, or part of the body's own names, which ID-03
/// compares.
fn own(case: &Case, unit: &str, home: &[&Division], mention: &Mention, named: &str) -> bool {
    let names = case.report.identity.names.iter().map(|n| n.unit.as_str());
    let declared = case.circumstances.declared_unit.iter().map(String::as_str);
    let holds = |name: &str| {
        let name = squeeze(name);
        name.contains(named)
            || mention
                .divisions
                .iter()
                .any(|d| name.contains(d.name) || !d.short.is_empty() && name.contains(d.short))
    };
    mention.divisions.iter().any(|d| home.iter().any(|h| h.akin(d)))
        || std::iter::once(unit).chain(names).chain(declared).any(holds)
}

/// The sentence a range stands in.
fn around<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let sentence = sentences(text).into_iter().find(|s| s.contains(&range.start));
    sentence.map_or(text, |s| &text[s])
}

fn finding(line: &Line, range: Range<usize>, home: &gazetteer::Division) -> Finding {
    let named = line.clean()[range.clone()].to_string();
    RULE.finding(
        &format!("{:?} {named}", line.part),
        Words::new(
            format!("出现其他地方的单位或网站“{named}”，本单位在{}", home.name),
            format!("“{named}” belongs to another place; this body is of “{}”", home.name),
        ),
        Words::new(
            "如系套用他人报告，请改为本单位的实际情况；确与该单位有关的，请说明。",
            "Where it was copied from another report, state the own facts; else explain.",
        ),
        line.place(range),
    )
    .found(named)
}
