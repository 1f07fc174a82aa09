//! A verdict for people, as an official would note it: what it comes to, what is to be mended and
//! how, and what was and was not checked.

use super::table::visible;
use super::{Judged, Style};
use crate::document::Anchor;
use crate::edition::Editions;
use crate::model::{
    Coverage, Finding, Lang, Outcome, Place, RuleState, Severity, Unreadable, Verdict, Words,
};
use crate::rules;
use anstyle::AnsiColor;
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

/// Places beside the primary one that are written out; of more only the first few are.
const MAX_OTHERS: usize = 8;
const FEW: usize = 3;

/// Several lines, each ended.
pub fn verdict(judged: &Judged, lang: Lang, style: Style) -> String {
    let mut page = Page { out: String::new(), lang, style };
    page.headline(judged);
    match judged.result {
        Ok(verdict) => {
            page.findings(verdict);
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
    }

    fn unreadable(&mut self, why: &Unreadable) {
        self.field(("问题", "problem"), why.message.in_lang(self.lang));
        self.field(("怎么办", "what to do"), why.help.in_lang(self.lang));
    }

    fn findings(&mut self, verdict: &Verdict) {
        for (severity, zh, en) in [
            (Severity::Error, "须修改", "to be mended"),
            (Severity::Warning, "请核实", "to be confirmed"),
            (Severity::Info, "提示", "notes"),
        ] {
            let count = verdict.count(severity);
            if count == 0 {
                continue;
            }
            let title = match self.lang {
                Lang::Zh => format!("{zh} {count} 处"),
                Lang::En => format!("{en}: {count}"),
            };
            let title = self.paint(title, severity_style(severity));
            self.line(format_args!("\n{title}"));
            let of_weight = verdict.findings.iter().filter(|f| f.severity == severity);
            for (at, finding) in of_weight.enumerate() {
                self.finding(at + 1, finding);
            }
        }
    }

    fn finding(&mut self, number: usize, finding: &Finding) {
        let name = rules::find(&finding.code).map(|rule| rule.name_words()).unwrap_or_default();
        let title = format!("{number}. {} {}", finding.code, name.in_lang(self.lang));
        let bold = anstyle::Style::new().bold();
        let title = self.paint(title.trim_end(), bold);
        self.line(format_args!(" {title}"));
        if let Some((primary, others)) = finding.places.split_first() {
            self.field(("位置", "place"), &self.place(primary));
            if !others.is_empty() {
                let most = if others.len() > MAX_OTHERS { FEW } else { MAX_OTHERS };
                let shown: Vec<String> =
                    others.iter().take(most).map(|place| self.place(place)).collect();
                let mut shown = shown.join(&self.say("；", "; "));
                if others.len() > MAX_OTHERS {
                    let all = others.len();
                    shown += &self.say(&format!("；共 {all} 处"), &format!("; {all} in all"));
                }
                self.field(("相关", "see also"), &shown);
            }
        }
        self.field(("问题", "problem"), &visible(finding.message.in_lang(self.lang)));
        if let Some(doubt) = &finding.doubt {
            self.field(("存疑", "in doubt"), doubt.in_lang(self.lang));
        }
        self.field(("怎么改", "to do"), finding.help.in_lang(self.lang));
        self.field(("依据", "basis"), finding.basis.in_lang(self.lang));
    }

    /// The place in words, where in the file, and what stands there.
    fn place(&self, place: &Place) -> String {
        let mut words = place.in_words(self.lang) + &self.spot(&place.anchor);
        if !place.quote.is_empty() {
            words += &format!("{}“{}”", self.colon(), visible(&place.quote));
        }
        words
    }

    /// Where in the file, in brackets, as a person would look it up; nothing for a path inside a
    /// container, which no word processor shows.
    fn spot(&self, anchor: &Anchor) -> String {
        match (anchor, self.lang) {
            (Anchor::Line { line, .. }, Lang::Zh) => format!("（文件第{line}行）"),
            (Anchor::Line { line, .. }, Lang::En) => format!(" (line {line} of the file)"),
            (Anchor::Page { page, .. }, Lang::Zh) => format!("（第{page}页）"),
            (Anchor::Page { page, .. }, Lang::En) => format!(" (page {page})"),
            (Anchor::Unknown | Anchor::Path { .. }, _) => String::new(),
        }
    }

    fn coverage(&mut self, verdict: &Verdict) {
        let all = &verdict.coverage;
        let count = |state| all.values().filter(|c| c.state == state).count();
        let (pass, fail) = (count(RuleState::Pass), count(RuleState::Fail));
        let (none, open) = (count(RuleState::NotApplicable), count(RuleState::NotAssessable));
        let (assessed, total) = identities(verdict);
        let sums = match (self.lang, assessed == total) {
            (_, _) if total == 0 => String::new(),
            (Lang::Zh, true) => format!("{total} 项勾稽关系全部核对；"),
            (Lang::Zh, false) => format!("{total} 项勾稽关系核对了 {assessed} 项；"),
            (Lang::En, _) => format!("sums checked {assessed} of {total}; "),
        };
        let rules = match self.lang {
            Lang::Zh => format!(
                "{} 条规则：通过 {pass}，有问题 {fail}，不适用 {none}，无法核对 {open}",
                all.len()
            ),
            Lang::En => format!(
                "{} rules: passed {pass}, with findings {fail}, not applicable {none}, not assessable {open}",
                all.len()
            ),
        };
        let title = self.say("核对范围：", "Checked: ");
        self.line(format_args!("\n{title}{sums}{rules}"));
        for (code, covered) in all {
            if covered.assessed < covered.total || covered.state == RuleState::NotAssessable {
                self.not_covered(code, covered);
            }
        }
    }

    /// One line on what could not be checked and why.
    fn not_covered(&mut self, code: &str, covered: &Coverage) {
        let name = rules::find(code).map(|rule| rule.name_words()).unwrap_or_default();
        let title = format!("{code} {}", name.in_lang(self.lang));
        let title = title.trim_end();
        let why = covered.reason.clone().unwrap_or(Words::new("原因未说明", "no reason given"));
        let part = match (self.lang, covered.total) {
            (_, 0 | 1) => String::new(),
            (Lang::Zh, total) => format!("（{} 项中核对了 {} 项）", total, covered.assessed),
            (Lang::En, total) => format!(" ({} of {total})", covered.assessed),
        };
        let lead = self.say("未能核对", "not checked:");
        let (why, colon) = (why.in_lang(self.lang), self.colon());
        self.line(format_args!("  {lead} {title}{part}{colon}{why}"));
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

/// How many of the form's exact identities were tried, and how many it has: 40 in the 2019 form, 42
/// in the 2021 form. A rule that could try none still counts with those of its edition.
fn identities(verdict: &Verdict) -> (u32, u32) {
    let edition = verdict.edition.as_deref().and_then(|id| Editions::embedded().get(id));
    let mut of_form: BTreeMap<&str, u32> = BTreeMap::new();
    for equation in edition.iter().flat_map(|e| &e.equations) {
        *of_form.entry(&equation.rule).or_default() += 1;
    }
    of_form.iter().fold((0, 0), |(done, all), (&code, &instances)| {
        match verdict.coverage.get(code) {
            Some(c) if c.total > 0 => (done + c.assessed, all + c.total),
            Some(c) if c.state == RuleState::NotAssessable => (done, all + instances),
            _ => (done, all),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Format, UnitKnown, UnreadableReason};
    use std::collections::BTreeMap;

    fn place(row: u16, label: &str, quote: &str) -> Place {
        Place {
            part: Some(4),
            table: Some(4),
            row: Some((row, label.into())),
            anchor: Anchor::Line { line: 120 + u32::from(row), column: 2 },
            quote: quote.into(),
            ..Place::default()
        }
    }

    fn returned() -> Verdict {
        let finding = Finding {
            code: "XX-01".into(),
            severity: Severity::Error,
            message: Words::new("分项合计 11，填报 0，少 11。", "adds up to 11, 0 is stated"),
            help: Words::new("请补填总计。", "state the total"),
            basis: Words::new("表内勾稽", "the form"),
            places: vec![place(1, "总计", "0"), place(2, "维持", "10\u{1b}")],
            expected: Some("11".into()),
            found: Some("0".into()),
            fingerprint: "0123456789abcdef".into(),
            doubt: None,
        };
        let open = Coverage {
            state: RuleState::NotAssessable,
            assessed: 39,
            total: 42,
            reason: Some(Words::new("没有找到表四", "table 4 was not found")),
        };
        Verdict {
            outcome: Outcome::Returned,
            unit: Some(("青禾县审计局".into(), UnitKnown::Title)),
            year: Some(2024),
            edition: Some("2021".into()),
            edition_hash: String::new(),
            findings: vec![finding],
            coverage: BTreeMap::from([("AR-04".to_string(), open)]),
            values: BTreeMap::new(),
        }
    }

    fn judged(result: Result<&Verdict, &Unreadable>, lang: Lang) -> String {
        let judged = Judged { file: "a\n.txt", format: Format::Text, sha256: "", result };
        verdict(&judged, lang, Style::Plain)
    }

    #[test]
    fn a_verdict_reads_as_an_official_would_write_it() {
        let want = "\
【退回】青禾县审计局 2024年度（2021年版格式）
  文件：a·.txt

须修改 1 处
 1. XX-01
    位置：表四 第1行“总计”（文件第121行）：“0”
    相关：表四 第2行“维持”（文件第122行）：“10·”
    问题：分项合计 11，填报 0，少 11。
    怎么改：请补填总计。
    依据：表内勾稽

核对范围：42 项勾稽关系核对了 39 项；1 条规则：通过 0，有问题 0，不适用 0，无法核对 1
  未能核对 AR-04 表四案件合计（42 项中核对了 39 项）：没有找到表四
";
        assert_eq!(judged(Ok(&returned()), Lang::Zh), want);
    }

    #[test]
    fn english_stands_beside_it() {
        let text = judged(Ok(&returned()), Lang::En);
        assert!(text.starts_with("【returned】青禾县审计局, 2024 (2021 form)\n  file: a·.txt\n"));
        assert!(text.contains("    place: Table 4, row 1 “总计” (line 121 of the file): “0”\n"));
        assert!(text.contains("sums checked 39 of 42; 1 rules: passed 0"));
    }

    #[test]
    fn an_unreadable_file_gets_its_reason_and_the_way_out() {
        let why = Unreadable {
            reason: UnreadableReason::Encrypted,
            message: Words::new("文件有密码", "the file is encrypted"),
            help: Words::new("请去掉密码后重发", "send it without password"),
        };
        let want = "【无法判读】a·.txt\n    问题：文件有密码\n    怎么办：请去掉密码后重发\n";
        assert_eq!(judged(Err(&why), Lang::Zh), want);
    }
}
