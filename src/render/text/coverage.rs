//! What was and was not checked, for people: the numbers, and why something is left open.

use super::{Page, findings};
use crate::model::{Coverage, Lang, RuleState, Verdict};
use crate::render::covered::{self, identities, left_open};
use std::collections::BTreeMap;

impl Page {
    pub(super) fn coverage(&mut self, verdict: &Verdict) {
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
        let off = match (count(RuleState::Off), self.lang) {
            (0, _) => String::new(),
            (off, Lang::Zh) => format!("，本单位设置已关闭 {off}"),
            (off, Lang::En) => format!(", switched off by the site's settings {off}"),
        };
        let title = self.say("核对范围：", "Checked: ");
        self.line(format_args!("\n{title}{sums}{rules}{off}"));
        self.left_open(all);
    }

    /// One line for every reason; in full, one for every rule.
    fn left_open(&mut self, all: &BTreeMap<String, Coverage>) {
        let by_reason = left_open(all, self.detail);
        for lines in &by_reason {
            match lines[..] {
                [(code, covered)] => self.one_left_open(code, covered),
                _ => self.several_left_open(lines),
            }
        }
        if by_reason.iter().any(|lines| lines.len() > 1) {
            let hint = self.say("（逐条列出：加 --all）", "(one by one: add --all)");
            self.line(format_args!("  {hint}"));
        }
    }

    /// One line on what could not be checked and why.
    fn one_left_open(&mut self, code: &str, covered: &Coverage) {
        let title = format!("{code} {}", findings::name(code, self.lang));
        let title = title.trim_end();
        let part = match (self.lang, covered.total) {
            (_, 0 | 1) => String::new(),
            (Lang::Zh, total) => format!("（{} 项中核对了 {} 项）", total, covered.assessed),
            (Lang::En, total) => format!(" ({} of {total})", covered.assessed),
        };
        let lead = self.say("未能核对", "not checked:");
        let (why, colon) = (self.reason(covered), self.colon());
        self.line(format_args!("  {lead} {title}{part}{colon}{why}"));
    }

    /// Rules that the same thing stood in the way of.
    fn several_left_open(&mut self, lines: &[(&String, &Coverage)]) {
        let codes: Vec<&str> = lines.iter().map(|(code, _)| code.as_str()).collect();
        let (codes, count) = (codes.join(&self.say("、", ", ")), codes.len());
        let why = lines.first().map(|(_, covered)| self.reason(covered)).unwrap_or_default();
        self.line(match self.lang {
            Lang::Zh => format!("  未能核对 {count} 条规则：{why}（{codes}）"),
            Lang::En => format!("  not checked, {count} rules: {why} ({codes})"),
        });
    }

    fn reason(&self, covered: &Coverage) -> String {
        covered::reason(covered, self.lang)
    }
}
