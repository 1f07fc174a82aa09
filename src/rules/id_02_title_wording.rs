//! ID-02: the title in its usual words.

use super::prose::{clip, squeeze, years};
use super::{Case, Checked};
use crate::edition::Title;
use crate::model::{Finding, Place, Severity, Words};

crate::rule! {
    code: "ID-02",
    name: ("标题不规范", "Title out of form"),
    severity: Warning,
    basis: (
        "统一格式的通行写法（提示性，非强制）：标题为“单位全称＋年份＋年政府信息公开工作年度报告”",
        "usual wording of the form (advice, not binding): full name of the body, year, “年政府信息公开工作年度报告”",
    ),
    page: "id_02_title_wording.md",
    check: check,
}

/// What follows the year in a title of the usual form.
const TAIL: &str = "政府信息公开工作年度报告";

fn check(case: &Case) -> Checked {
    let Some(title) = &case.report.identity.title else {
        return Checked::not_assessable("没有标题（见 ID-01）", "there is no title (see ID-01)");
    };
    let text = squeeze(&title.text);
    let faults = faults(case, title, &text);
    if faults.is_empty() {
        return Checked::pass();
    }
    Checked::done(vec![finding(case, title, &text, &faults)])
}

/// Something wrong with a title, in both languages, and how grave.
type Fault = (Severity, &'static str, &'static str);

fn faults(case: &Case, title: &Title, text: &str) -> Vec<Fault> {
    use Severity::{Error, Warning};
    let mut found: Vec<Fault> = Vec::new();
    let year_at = years(text).first().map(|&(at, _)| at);
    let core = text.find("政府信息公开").or_else(|| text.find("信息公开")).unwrap_or(0);
    if title.year.is_none() && year_at.is_none() {
        found.push(match text.contains('年') && text.contains(['二', '〇', '○', '零']) {
            true => (Warning, "年份没有用阿拉伯数字", "the year is not in Arabic digits"),
            false => (Error, "没有年份", "the year is missing"),
        });
    }
    // Only a title that begins with its year or its subject surely names no body.
    let head = text[..core].trim_start_matches(|c: char| c.is_ascii_digit() || "年度".contains(c));
    if title.unit.is_none() && head.is_empty() {
        found.push((Error, "没有单位名称", "the body is not named"));
    } else if shortened(case, title) {
        found.push((Warning, "单位名称不是全称", "the body is not named in full"));
    }
    match year_at {
        Some(0) if !head.is_empty() => {
            found.push((Warning, "年份写在单位之前", "the year stands before the body"));
        }
        Some(at) if at > core => {
            found.push((Warning, "年份写在标题之后", "the year stands behind the title"));
        }
        _ => {}
    }
    if !text.contains("政府信息公开") {
        found.push((Warning, "缺“政府”二字", "“政府” is missing"));
    }
    if !text.contains("信息公开工作") {
        found.push((Warning, "缺“工作”二字", "“工作” is missing"));
    }
    let subject = &text[core..];
    if !subject.contains("年度报告") {
        found.push((Warning, "“年度报告”写作“报告”", "“年度报告” is shortened to “报告”"));
    }
    let before_subject = &text[..core];
    if before_subject.ends_with("年度") {
        found.push((Warning, "年份后多“度”字", "“度” is added after the year"));
    }
    let usual = text.ends_with(&format!("年{TAIL}"));
    if found.is_empty() && !usual && !text.contains(&format!("年{TAIL}")) {
        found.push((Warning, "文字与规定不一致", "the wording differs"));
    }
    found
}

/// The title's body is the end of a longer name that the report signs with: 审计局 for 金台区审计局.
fn shortened(case: &Case, title: &Title) -> bool {
    let Some(unit) = title.unit.as_deref().map(squeeze) else { return false };
    let signed = case.report.identity.names.iter().filter(|n| n.spot == "落款" || n.spot == "前言");
    // Two characters more are a place; the short form has none at all.
    unit.chars().count() <= 4
        && signed.map(|n| squeeze(&n.unit)).any(|n| n != unit && n.ends_with(&unit))
}

fn finding(case: &Case, title: &Title, text: &str, faults: &[Fault]) -> Finding {
    let zh: Vec<_> = faults.iter().map(|(_, zh, _)| *zh).collect();
    let en: Vec<_> = faults.iter().map(|(_, _, en)| *en).collect();
    let severity = faults.iter().map(|(s, ..)| *s).max().unwrap_or(RULE.severity);
    let unit = title.unit.clone().or(case.report.identity.unit.clone().map(|(unit, _)| unit));
    let year = title.year.or(case.report.identity.year);
    let proper = format!(
        "{}{}年{TAIL}",
        unit.as_deref().unwrap_or("（单位全称）"),
        year.map_or("（年份）".to_string(), |y| y.to_string())
    );
    let finding = RULE
        .finding(
            "title",
            Words::new(
                format!("标题“{text}”，{}", zh.join("，")),
                format!("Title “{text}”: {}", en.join(", ")),
            ),
            Words::new(
                format!("请将标题改为“{proper}”。"),
                format!("Change the title to “{proper}”."),
            ),
            Place {
                spot: Some("标题".into()),
                anchor: title.anchor.clone(),
                quote: clip(&title.raw),
                ..Place::default()
            },
        )
        .severity(severity)
        .expected(proper)
        .found(text);
    // The wording is custom; that a title names body and year is not.
    match severity {
        Severity::Error => finding.basis(Words::new(
            "《政府信息公开条例》第四十九条：报告的是本行政机关上一年度的工作，标题应写明单位和年度",
            "Regulations on Open Government Information, art. 49: a body reports on its past year; \
             the title names both",
        )),
        _ => finding,
    }
}
