//! DL-06: a date of publication that is announced can be read.

use super::prose::{clip, opening, spot, squeeze};
use super::{Case, Checked};
use crate::model::{Place, Words};

crate::rule! {
    code: "DL-06",
    name: ("日期缺失", "No date of publication"),
    severity: Info,
    basis: (
        "《政府信息公开条例》第四十九条：年度报告应在规定日期前向社会公布",
        "Regulations on Open Government Information, art. 49: a report is published by a set day",
    ),
    page: "dl_06_no_date.md",
    check: check,
}

/// Words that announce the day of publication on a page.
const ANNOUNCED: [&str; 4] = ["公开日期", "发布日期", "发布时间", "公布日期"];

fn check(case: &Case) -> Checked {
    if case.report.identity.published.as_ref().is_some_and(|p| p.date.is_some()) {
        return Checked::pass();
    }
    let Some(place) = announced(case) else {
        return Checked::not_applicable(
            "没有公开日期一栏：报送稿不写，网页才写",
            "it announces no date of publication: a page does, a report handed in does not",
        );
    };
    Checked::done(vec![RULE.finding(
        "published",
        Words::new(
            format!("公开日期没有填写或无法判读（{}），无法核对是否按时公布", place.quote),
            format!("The date of publication cannot be read (“{}”)", place.quote),
        ),
        Words::new("请在公开日期处写明年、月、日。", "Give year, month and day of publication."),
        place,
    )])
}

/// Where a page announces the date and gives none that can be read.
fn announced(case: &Case) -> Option<Place> {
    let property =
        case.document.properties.iter().find(|(name, _)| ANNOUNCED.contains(&&*squeeze(name)));
    if let Some((name, value)) = property {
        return Some(Place {
            quote: clip(&format!("{name}：{value}")), ..spot("公开日期", None)
        });
    }
    opening(case).iter().find_map(|line| {
        let words = squeeze(line.clean());
        let rest = ANNOUNCED.iter().find_map(|cue| words.strip_prefix(cue))?;
        rest.starts_with([':', '：']).then(|| Place {
            quote: clip(&line.text.raw),
            anchor: line.text.anchor.clone(),
            ..spot("公开日期", None)
        })
    })
}
