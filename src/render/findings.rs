//! Findings as every rendering tells them: with what was decided about each, those of one cause
//! together, and places in words.

use super::Detail;
use super::table::visible;
use crate::document::{Anchor, cell_name};
use crate::model::{Finding, Lang, Place, Ruled, Severity, Verdict, weight};
use crate::rules;

/// Places beside the primary one that are written out; of more only the first few are.
const MAX_OTHERS: usize = 8;
const FEW: usize = 3;

/// A finding and what was decided about it.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub finding: &'a Finding,
    pub ruled: Option<&'a Ruled>,
}

impl<'a> Found<'a> {
    /// All findings of a verdict, in its order; `ruled` has one for each, or none at all.
    pub fn all(verdict: &'a Verdict, ruled: &'a [Option<Ruled>]) -> Vec<Found<'a>> {
        let ruled = ruled.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        let found = verdict.findings.iter().zip(ruled);
        found.map(|(finding, ruled)| Found { finding, ruled }).collect()
    }

    /// `None` where it does not count any more.
    pub fn weight(&self) -> Option<Severity> {
        weight(self.finding.severity, self.ruled)
    }
}

/// Findings with the same likely cell together, each group at the place of its first. In full, each
/// stands for itself.
pub(super) fn by_cause<'a>(all: &[Found<'a>], detail: Detail) -> Vec<Vec<Found<'a>>> {
    let mut groups: Vec<Vec<Found>> = Vec::new();
    for found in all {
        let likely = &found.finding.likely;
        let same = |group: &&mut Vec<Found>| {
            likely.is_some() && group.iter().all(|other| other.finding.likely == *likely)
        };
        match groups.iter_mut().find(same).filter(|_| detail == Detail::Brief) {
            Some(group) => group.push(*found),
            None => groups.push(vec![*found]),
        }
    }
    groups
}

/// The one cell behind several findings, and what to do about it.
pub(super) fn cause(group: &[Found], lang: Lang) -> Option<(String, String)> {
    let likely = group.first()?.finding.likely.as_ref()?;
    let (cell, count) = (visible(likely.in_lang(lang)), group.len());
    Some(match lang {
        Lang::Zh => (
            format!("很可能是 {cell}一格有误，以下 {count} 处勾稽因此不符"),
            "请先按台账核对这一格；这一格改对，以下各处一并相符".to_owned(),
        ),
        Lang::En => (
            format!("Most likely {cell} is wrong; because of it {count} sums fail"),
            "check that cell against your records first; once it is right, so are the sums below"
                .to_owned(),
        ),
    })
}

/// Code and name of the rule.
pub(super) fn title(finding: &Finding, lang: Lang) -> String {
    format!("{} {}", finding.code, name(&finding.code, lang)).trim_end().to_owned()
}

/// Name of a rule; empty where there is none of this code.
pub(super) fn name(code: &str, lang: Lang) -> String {
    let name = rules::find(code).map(|rule| rule.name_words()).unwrap_or_default();
    name.in_lang(lang).to_owned()
}

/// Places beside the primary one, in one line.
pub(super) fn others(others: &[Place], lang: Lang) -> String {
    let most = if others.len() > MAX_OTHERS { FEW } else { MAX_OTHERS };
    let shown: Vec<String> = others.iter().take(most).map(|other| place(other, lang)).collect();
    let (between, all) = match lang {
        Lang::Zh => ("；", format!("；共 {} 处", others.len())),
        Lang::En => ("; ", format!("; {} in all", others.len())),
    };
    shown.join(between) + if others.len() > MAX_OTHERS { &all } else { "" }
}

/// The place in words, where in the file, and what stands there.
pub(super) fn place(place: &Place, lang: Lang) -> String {
    let mut words = place.in_words(lang) + &spot(&place.anchor, lang);
    if !place.quote.is_empty() {
        let colon = if lang == Lang::Zh { "：" } else { ": " };
        words += &format!("{colon}“{}”", visible(&place.quote));
    }
    words
}

/// Where in the file, in brackets, as a person would look it up; nothing for a path inside a
/// container, which no word processor shows.
pub(super) fn spot(anchor: &Anchor, lang: Lang) -> String {
    match (anchor, lang) {
        (Anchor::Line { line, .. }, Lang::Zh) => format!("（文件第{line}行）"),
        (Anchor::Line { line, .. }, Lang::En) => format!(" (line {line} of the file)"),
        (Anchor::Page { page, .. }, Lang::Zh) => format!("（第{page}页）"),
        (Anchor::Page { page, .. }, Lang::En) => format!(" (page {page})"),
        (Anchor::Sheet { sheet, row, column }, Lang::Zh) => {
            format!("（工作表“{}” {}）", visible(sheet), cell_name(*row, *column))
        }
        (Anchor::Sheet { sheet, row, column }, Lang::En) => {
            format!(" (sheet “{}” {})", visible(sheet), cell_name(*row, *column))
        }
        (Anchor::Unknown | Anchor::Path { .. }, _) => String::new(),
    }
}
