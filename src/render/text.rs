//! A verdict for people, as an official would note it: what it comes to, what is to be mended and
//! how, and what was and was not checked.

mod coverage;
mod settled;
#[cfg(test)]
mod tests;

use super::findings::{self, Found, by_cause};
use super::table::visible;
use super::{Detail, Judged, Review, Style, decision};
use crate::model::{Lang, Outcome, Place, Ruled, Ruling, Severity, Unreadable, Verdict};
use anstyle::AnsiColor;
use std::fmt::{Display, Write as _};

/// Several lines, each ended.
pub fn verdict(judged: &Judged, lang: Lang, style: Style, detail: Detail) -> String {
    let mut page = Page { out: String::new(), lang, style, detail };
    page.headline(judged);
    match judged.result {
        Ok(verdict) => {
            page.findings(verdict, judged.review);
            page.coverage(verdict);
        }
        Err(unreadable) => page.unreadable(unreadable),
    }
    page.out
}

/// A page being written.
struct Page {
    out: String,
    lang: Lang,
    style: Style,
    detail: Detail,
}

impl Page {
    fn headline(&mut self, judged: &Judged) {
        let outcome = judged.outcome();
        let word = outcome.words();
        let word = self.paint(format!("【{}】", word.in_lang(self.lang)), outcome_style(outcome));
        let verdict = judged.result.ok();
        let unit = verdict.and_then(|v| v.unit.as_ref()).map(|(name, _)| visible(name));
        let unit = unit.unwrap_or_else(|| self.say("单位不明", "unit unknown"));
        let what = match (verdict, verdict.and_then(|v| v.year)) {
            (None, _) => visible(judged.file),
            (Some(_), Some(year)) => match self.lang {
                Lang::Zh => format!("{unit} {year}年度"),
                Lang::En => format!("{unit}, {year}"),
            },
            (Some(_), None) => match self.lang {
                Lang::Zh => format!("{unit} 年度不明"),
                Lang::En => format!("{unit}, year unknown"),
            },
        };
        let edition = verdict.and_then(|v| v.edition.as_deref()).map(|id| match self.lang {
            Lang::Zh => format!("（{id}年版格式）"),
            Lang::En => format!(" ({id} form)"),
        });
        self.line(format_args!("{word}{what}{}", edition.unwrap_or_default()));
        if verdict.is_some() {
            let file = visible(judged.file);
            self.line(format_args!("  {}{file}", self.say("文件：", "file: ")));
        }
        if let Some(note) = judged.note {
            self.line(format_args!("  {}{note}", self.say("注意：", "note: ")));
        }
        if let Some(cost) = judged.cost {
            let cost = cost.words();
            self.line(format_args!(
                "  {}{}",
                self.say("耗费：", "cost: "),
                cost.in_lang(self.lang)
            ));
        }
    }

    fn unreadable(&mut self, why: &Unreadable) {
        self.field(("问题", "problem"), why.message.in_lang(self.lang));
        self.field(("怎么办", "what to do"), why.help.in_lang(self.lang));
    }

    fn findings(&mut self, verdict: &Verdict, review: Option<Review>) {
        let all = Found::all(verdict, review.map(|review| review.ruled).unwrap_or_default());
        for severity in Verdict::WEIGHTS {
            let of_weight: Vec<Found> =
                all.iter().filter(|found| found.weight() == Some(severity)).copied().collect();
            if of_weight.is_empty() {
                continue;
            }
            let (words, count) = (severity.words(), of_weight.len());
            let title = match self.lang {
                Lang::Zh => format!("{} {count} 处", words.zh),
                Lang::En => format!("{}: {count}", words.en),
            };
            let title = self.paint(title, severity_style(severity));
            self.line(format_args!("\n{title}"));
            let mut number = 0;
            for group in by_cause(&of_weight, self.detail) {
                if let [_, _, ..] = group[..] {
                    self.cause(&group);
                }
                for found in &group {
                    number += 1;
                    self.finding(number, found, group.len() == 1);
                }
            }
        }
        self.settled(&all);
    }

    /// The one cell behind several findings, said before them.
    fn cause(&mut self, group: &[Found]) {
        let Some((cause, remedy)) = findings::cause(group, self.lang) else { return };
        self.line(format_args!(" {cause}{}", self.colon().trim_end()));
        self.field(("怎么改", "to do"), &remedy);
    }

    /// One finding; in short where its cause and with it the remedy was said before.
    fn finding(&mut self, number: usize, Found { finding, ruled }: &Found, whole: bool) {
        let bold = anstyle::Style::new().bold();
        let title = self.paint(format!("{number}. {}", findings::title(finding, self.lang)), bold);
        self.line(format_args!(" {title}"));
        if let Some((primary, others)) = finding.places.split_first() {
            self.field(("位置", "place"), &findings::place(primary, self.lang));
            if whole && !others.is_empty() {
                self.others(others);
            }
        }
        let message = match whole {
            true => finding.message.in_lang(self.lang),
            false => finding.plain_message(self.lang),
        };
        self.field(("问题", "problem"), &visible(message));
        if let Some(ruled) = ruled {
            self.field(("认定", "decision"), &decision::words(ruled, self.lang));
        }
        let confirmed = ruled.and_then(Ruled::ruling) == Some(Ruling::Confirmed);
        if let Some(doubt) = finding.doubt.as_ref().filter(|_| !confirmed) {
            self.field(("存疑", "in doubt"), doubt.in_lang(self.lang));
        }
        if whole {
            self.field(("怎么改", "to do"), finding.help.in_lang(self.lang));
        }
        self.field(("依据", "basis"), finding.basis.in_lang(self.lang));
    }

    fn others(&mut self, others: &[Place]) {
        self.field(("相关", "see also"), &findings::others(others, self.lang));
    }

    fn field(&mut self, (zh, en): (&str, &str), text: &str) {
        let (name, colon) = (self.say(zh, en), self.colon());
        self.line(format_args!("    {name}{colon}{text}"));
    }

    fn colon(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "：",
            Lang::En => ": ",
        }
    }

    fn say(&self, zh: &str, en: &str) -> String {
        match self.lang {
            Lang::Zh => zh.to_string(),
            Lang::En => en.to_string(),
        }
    }

    fn line(&mut self, text: impl Display) {
        writeln!(self.out, "{text}").expect("writing to a String cannot fail");
    }

    fn paint(&self, text: impl Display, style: anstyle::Style) -> String {
        match self.style {
            Style::Plain => text.to_string(),
            Style::Coloured => format!("{style}{text}{style:#}"),
        }
    }
}

fn outcome_style(outcome: Outcome) -> anstyle::Style {
    let colour = match outcome {
        Outcome::Compliant => AnsiColor::Green,
        Outcome::NeedsReview => AnsiColor::Yellow,
        Outcome::Returned | Outcome::Unreadable => AnsiColor::Red,
    };
    colour.on_default().bold()
}

fn severity_style(severity: Severity) -> anstyle::Style {
    let colour = match severity {
        Severity::Info => AnsiColor::Cyan,
        Severity::Warning => AnsiColor::Yellow,
        Severity::Error => AnsiColor::Red,
    };
    colour.on_default().bold()
}
