//! How a verdict is told on a receipt: conclusion, what to mend, what changed, what was left open.

use super::slip::{Group, Item, Room, Section, time};
use crate::model::{
    Considered, Finding, Lang, Outcome, RuleState, Ruled, Ruling, Severity, Since, UnitKnown,
    Unreadable, Verdict, fingerprint,
};
use crate::render::covered::{identities, left_open, reason};
use crate::render::findings::{self, Found, by_cause};
use crate::render::{Detail, decision};

/// Names of rules in a line on what was left open.
const FEW: usize = 6;
/// Findings named as fixed; the rest is counted.
pub(super) const MOST_FIXED: usize = 50;

pub(super) struct Teller<'r> {
    pub lang: Lang,
    pub room: &'r mut Room,
    pub utc_offset_minutes: i32,
}

impl Teller<'_> {
    pub fn say(&self, zh: impl AsRef<str>, en: impl AsRef<str>) -> String {
        match self.lang {
            Lang::Zh => zh.as_ref().to_owned(),
            Lang::En => en.as_ref().to_owned(),
        }
    }

    /// What the conclusion means and what is to be done now.
    pub fn sentence(&self, considered: &Considered) -> String {
        let [errors, warnings, _] = considered.counts();
        match considered.outcome() {
            Outcome::Compliant => self.say("没有需要修改或核实的事项。", "Nothing to mend or to confirm."),
            Outcome::NeedsReview => self.say(
                format!("有 {warnings} 处请核实：确有差错的请修改后重新报送，确无差错的请说明情况。"),
                format!("{warnings} to confirm: mend what is wrong and hand it in again, or explain."),
            ),
            Outcome::Returned if warnings == 0 => self.say(
                format!("有 {errors} 处须修改，请修改后重新报送。"),
                format!("{errors} to mend; mend them and hand the report in again."),
            ),
            Outcome::Returned => self.say(
                format!("有 {errors} 处须修改，另有 {warnings} 处请核实，请修改后重新报送。"),
                format!("{errors} to mend and {warnings} to confirm; then hand the report in again."),
            ),
            Outcome::Unreadable => self.say(
                "文件没有读出来，内容没有核对，请按下面的办法重新报送。",
                "The file could not be read and nothing was checked; hand it in again as said below.",
            ),
        }
    }

    /// Everything about one report.
    pub fn sections(&mut self, considered: &Considered) -> Vec<Section> {
        let verdict = match &considered.result {
            Ok(verdict) => verdict,
            Err(unreadable) => return vec![self.unreadable(unreadable)],
        };
        let ruled = considered.reviewed.as_ref().map(|r| r.ruled.as_slice()).unwrap_or_default();
        let all = Found::all(verdict, ruled);
        let mut sections = Vec::new();
        sections.extend(self.questions(verdict, &all));
        for severity in Verdict::WEIGHTS {
            sections.extend(self.weighing(severity, &all));
        }
        sections.extend(considered.since.as_ref().and_then(|since| self.since(since)));
        sections.extend(self.settled(&all));
        sections.push(self.coverage(verdict));
        sections
    }

    fn unreadable(&mut self, why: &Unreadable) -> Section {
        let message = self.room.take(why.message.in_lang(self.lang));
        let help = self.room.take(why.help.in_lang(self.lang));
        Section::Fields {
            title: self.say("没有读出来的原因", "Why it could not be read"),
            fields: vec![
                (self.say("原因", "Reason"), message),
                (self.say("怎么办", "What to do"), help),
            ],
        }
    }

    /// What only the submitter or the supervisor can say: whose report it is, and on which year.
    fn questions(&mut self, verdict: &Verdict, all: &[Found]) -> Option<Section> {
        let open = |key: &str| {
            let asked = fingerprint("ID-03", key);
            all.iter().any(|f| f.finding.fingerprint == asked && f.weight().is_some())
        };
        let mut lines = Vec::new();
        let unit = verdict.unit.as_ref().map(|(name, known)| (self.room.take(name), *known));
        match &unit {
            None => lines.push(self.say(
                "这是哪个单位的报告？文中没有认出单位全称，请在标题和落款写明，或告知收取报告的单位。",
                "Whose report is this? No body is named in full: name it in title and signature.",
            )),
            Some((name, UnitKnown::Inferred)) => lines.push(self.say(
                format!("这是不是“{name}”的报告？单位全称没有写明，是从文中推断的；不是的请告知正确的单位。"),
                format!("Is this the report of “{name}”? The name is inferred; say so if it is wrong."),
            )),
            Some((name, _)) if open("roster") => lines.push(self.say(
                format!("“{name}”不在应报送单位的名册中：名称写对了吗？写错的请改为单位全称；没有写错的，请告知收取报告的单位补录名册。"),
                format!("“{name}” is not in the roster: is the name right? If so, ask for it to be added."),
            )),
            Some(_) => {}
        }
        if verdict.year.is_none() {
            lines.push(self.say(
                "这是哪一年度的报告？文中没有认出报告年度，请在标题写明。",
                "Which year is reported on? None was found: name it in the title.",
            ));
        }
        let title = self.say("请先回答", "Please answer first");
        (!lines.is_empty()).then_some(Section::Lines { title, lines })
    }

    /// What is to be mended, confirmed or noted.
    fn weighing(&mut self, severity: Severity, all: &[Found]) -> Option<Section> {
        let found: Vec<Found> =
            all.iter().filter(|found| found.weight() == Some(severity)).copied().collect();
        if found.is_empty() {
            return None;
        }
        let count = found.len();
        let (words, zh) = (severity.words(), weight_zh(severity, count));
        let title = self.say(zh, format!("{} ({count})", capital(&words.en)));
        let (mut groups, mut told) = (Vec::new(), 0);
        for group in by_cause(&found, Detail::Brief) {
            let cause = match group[..] {
                [_, _, ..] => findings::cause(&group, self.lang),
                _ => None,
            };
            let cause =
                cause.map(|(cause, remedy)| (self.room.take(cause), self.room.take(remedy)));
            let mut items = Vec::new();
            for found in &group {
                if !self.room.is_left() {
                    break;
                }
                told += 1;
                items.push(self.item(told, found, group.len() == 1));
            }
            if !items.is_empty() {
                groups.push(Group { cause, items });
            }
        }
        let left = count - told;
        let more = (left > 0).then(|| {
            self.say(
                format!("还有 {left} 处没有列出；请先改好以上各处再报。"),
                format!("{left} more are not listed; mend these first."),
            )
        });
        Some(Section::Items { title, groups, more })
    }

    /// One finding; in short where its cause and with it the remedy was said before.
    fn item(&mut self, number: usize, Found { finding, ruled }: &Found, whole: bool) -> Item {
        let lang = self.lang;
        let (place, others) = match finding.places.split_first() {
            Some((primary, others)) if whole && !others.is_empty() => {
                (findings::place(primary, lang), findings::others(others, lang))
            }
            Some((primary, _)) => (findings::place(primary, lang), String::new()),
            None => Default::default(),
        };
        let message = match whole {
            true => finding.message.in_lang(lang),
            false => finding.plain_message(lang),
        };
        let confirmed = ruled.and_then(Ruled::ruling) == Some(Ruling::Confirmed);
        let doubt = finding.doubt.as_ref().filter(|_| !confirmed);
        let doubt = doubt.map(|doubt| doubt.in_lang(lang)).unwrap_or_default();
        let decision = ruled.map(|ruled| decision::words(ruled, lang)).unwrap_or_default();
        let remedy = if whole { finding.help.in_lang(lang) } else { "" };
        Item {
            number,
            code: self.room.take(&finding.code),
            name: self.room.take(findings::name(&finding.code, lang)),
            place: self.room.take(place),
            others: self.room.take(others),
            problem: self.room.take(message),
            // Beside the others' sums the number that mends the cause is the only right one.
            values: if whole { self.values(finding) } else { String::new() },
            doubt: self.room.take(doubt),
            decision: self.room.take(decision),
            remedy: self.room.take(remedy),
            ground: self.room.take(finding.basis.in_lang(lang)),
        }
    }

    /// What stands there and what should; nothing where the rule has no one value for both.
    fn values(&mut self, finding: &Finding) -> String {
        let (Some(expected), Some(found)) = (&finding.expected, &finding.found) else {
            return String::new();
        };
        let (expected, found) = (self.room.take(expected), self.room.take(found));
        self.say(
            format!("现为：{found}　应为：{expected}"),
            format!("stands: {found}　should be: {expected}"),
        )
    }

    /// What became of the findings of the revision before.
    fn since(&mut self, since: &Since) -> Option<Section> {
        let at = time(since.received_at, self.utc_offset_minutes);
        let difference = &since.difference;
        let weighty = |found: &[Finding]| -> Vec<Finding> {
            found.iter().filter(|f| f.severity > Severity::Info).cloned().collect()
        };
        let mut lines = Vec::new();
        for (found, zh, en) in [
            (&difference.fixed, "已改好", "Fixed"),
            (&difference.remaining, "仍未改", "Still there"),
            (&difference.new, "新出现", "New"),
            (
                &difference.unchecked,
                "这次没能复核，不知道是否改好",
                "Not checked again, may or may not be fixed",
            ),
        ] {
            let found = weighty(found);
            if found.is_empty() {
                continue;
            }
            let count = found.len();
            let named = self.named(&found);
            lines.push(
                self.say(format!("{zh} {count} 处：{named}"), format!("{en}, {count}: {named}")),
            );
        }
        let revision = since.revision;
        let title = self.say(
            format!("与第 {revision} 次报送（{at}）相比"),
            format!("Compared with revision {revision} ({at})"),
        );
        (!lines.is_empty()).then_some(Section::Lines { title, lines })
    }

    /// Findings by place and name of their rule, in one line.
    fn named(&mut self, found: &[Finding]) -> String {
        let one = |finding: &Finding| {
            let place = finding.places.first().map(|place| place.in_words(self.lang));
            let name = findings::name(&finding.code, self.lang);
            match place.filter(|place| !place.is_empty()) {
                Some(place) => self.say(format!("{place}（{name}）"), format!("{place} ({name})")),
                None => name,
            }
        };
        let named: Vec<String> = found.iter().take(MOST_FIXED).map(one).collect();
        let mut line = named.join(&self.say("；", "; "));
        if found.len() > MOST_FIXED {
            line += &self.say("；等", "; …");
        }
        self.room.take(line)
    }

    /// What a reviewer settled: a line each, so that what is left to do stands out.
    fn settled(&mut self, all: &[Found]) -> Option<Section> {
        let settled: Vec<&Found> = all.iter().filter(|found| found.weight().is_none()).collect();
        let lines = settled.iter().take(MOST_FIXED).map(|Found { finding, ruled }| {
            let decision = ruled.map(|ruled| decision::words(ruled, self.lang)).unwrap_or_default();
            let place = finding.places.first().map(|place| place.in_words(self.lang));
            let place = place.unwrap_or_default();
            let name = findings::name(&finding.code, self.lang);
            self.room.take(format!("{place} {name}{}{decision}", self.colon()).trim_start())
        });
        let lines: Vec<String> = lines.collect();
        let title = self.say(
            format!("已认定、不再计入（{} 处）", settled.len()),
            format!("Settled, no longer counted ({})", settled.len()),
        );
        (!lines.is_empty()).then_some(Section::Lines { title, lines })
    }

    /// What was and was not checked.
    fn coverage(&mut self, verdict: &Verdict) -> Section {
        let all = &verdict.coverage;
        let count = |state| all.values().filter(|c| c.state == state).count();
        let checked = count(RuleState::Pass) + count(RuleState::Fail);
        let (assessed, total) = identities(verdict);
        let mut lines = Vec::new();
        let sums = match assessed == total {
            _ if total == 0 => String::new(),
            true => self.say(
                format!("，其中表内勾稽关系 {total} 项全部核对"),
                format!(", all {total} sums among them"),
            ),
            false => self.say(
                format!("；表内勾稽关系 {total} 项，核对了 {assessed} 项"),
                format!("; {assessed} of {total} sums"),
            ),
        };
        lines.push(self.say(
            format!("核对了 {checked} 类事项{sums}。"),
            format!("{checked} kinds of checks were made{sums}."),
        ));
        for open in left_open(all, Detail::Brief) {
            let Some((_, covered)) = open.first() else { continue };
            let names = open.iter().take(FEW).map(|(code, _)| findings::name(code, self.lang));
            let names = names.collect::<Vec<_>>().join(&self.say("、", ", "));
            let more = match open.len() > FEW {
                true => self.say(
                    format!(" 等 {} 类", open.len()),
                    format!(" and more, {} in all", open.len()),
                ),
                false => String::new(),
            };
            let part = match (covered.total, open.len()) {
                (2.., 1) => self.say(
                    format!("（{} 项中核对了 {} 项）", covered.total, covered.assessed),
                    format!(" ({} of {})", covered.assessed, covered.total),
                ),
                _ => String::new(),
            };
            let why = reason(covered, self.lang);
            let line = self.say(
                format!("没有核对：{names}{more}{part}——{why}。"),
                format!("Not checked: {names}{more}{part}: {why}."),
            );
            lines.push(self.room.take(line));
        }
        let off = count(RuleState::Off);
        if off > 0 {
            lines.push(self.say(
                format!("按本地设置不核对的有 {off} 类。"),
                format!("{off} kinds are switched off at this site."),
            ));
        }
        Section::Lines { title: self.say("核对范围", "What was checked"), lines }
    }

    pub fn colon(&self) -> &'static str {
        if self.lang == Lang::Zh { "：" } else { ": " }
    }
}

fn weight_zh(severity: Severity, count: usize) -> String {
    match severity {
        Severity::Error => format!("须修改事项（{count} 处）"),
        Severity::Warning => format!("请核实事项（{count} 处）"),
        Severity::Info => format!("提示（{count} 处，不影响结论）"),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
