//! How an archive or a mail is told on a receipt.

use super::slip::Section;
use super::told::{MOST_FIXED, Teller};
use crate::model::{BatchReport, Considered, Outcome, Severity, Stage, shown_name};
use crate::render::batch;

impl Teller<'_> {
    /// How many files were in it and what came of them.
    pub fn sum(&self, report: &BatchReport) -> String {
        let sum = batch::sum(report, self.lang);
        self.say(format!("{sum}。"), format!("{sum}."))
    }

    /// Every file in it, a row each.
    pub fn entries(&mut self, report: &BatchReport, most: usize) -> Section {
        let weights = [Severity::Error, Severity::Warning].map(Severity::words);
        let [mend, confirm] = weights.map(|words| words.in_lang(self.lang).to_owned());
        let heads = vec![
            self.say("序号", "No."),
            self.say("文件", "File"),
            self.say("单位", "Body"),
            self.say("年度", "Year"),
            self.say("结论", "Outcome"),
            mend,
            confirm,
        ];
        let mut rows = Vec::new();
        for (at, entry) in report.entries.iter().take(most).enumerate() {
            if !self.room.is_left() {
                break;
            }
            let read = entry.outcome.is_some_and(|outcome| outcome != Outcome::Unreadable);
            let count = |n: usize| if read { entry.counts[n].to_string() } else { "–".into() };
            let outcome = match (entry.stage, entry.outcome) {
                (Stage::Received, _) | (_, None) => self.say("待核对", "waiting"),
                (_, Some(outcome)) => outcome.words().in_lang(self.lang).to_owned(),
            };
            let unknown = self.say("（不明）", "(unknown)");
            rows.push(vec![
                (at + 1).to_string(),
                self.room.take(shown_name(&entry.name)),
                entry.unit.as_ref().map_or(unknown, |unit| self.room.take(unit)),
                entry.year.map_or("–".into(), |year| year.to_string()),
                outcome,
                count(0),
                count(1),
            ]);
        }
        let left = (report.contents.entries as usize).saturating_sub(rows.len());
        let more = (left > 0).then(|| {
            self.say(format!("还有 {left} 份没有列出。"), format!("{left} more are not listed."))
        });
        Section::Table { title: self.say("包内各份", "What was in it"), heads, rows, more }
    }

    /// What in it is no submission of its own: first what may have been a report.
    pub fn passed_over(&mut self, report: &BatchReport) -> Vec<Section> {
        let (lost, rest): (Vec<_>, Vec<_>) =
            report.passed.iter().partition(|one| one.reason.is_loss());
        let titles = [
            self.say("没能取出，请另行报送", "Could not be taken out; hand them in by themselves"),
            self.say("不作核对", "Not checked"),
        ];
        let mut sections = Vec::new();
        for (title, listed) in titles.into_iter().zip([lost, rest]) {
            let lines: Vec<String> = listed
                .into_iter()
                .take(MOST_FIXED)
                .map(|one| {
                    let message = one.message.in_lang(self.lang);
                    let line = format!("{}{}{message}", shown_name(&one.name), self.colon());
                    self.room.take(line)
                })
                .collect();
            if !lines.is_empty() {
                sections.push(Section::Lines { title, lines });
            }
        }
        sections
    }

    /// The head of the part on one file of a batch.
    pub fn entry(&mut self, name: &str, considered: &Considered) -> Section {
        let outcome = considered.outcome();
        let verdict = considered.result.as_ref().ok();
        let unit = verdict.and_then(|v| v.unit.as_ref()).map(|(unit, _)| self.room.take(unit));
        let year = verdict
            .and_then(|v| v.year)
            .map(|year| self.say(format!(" {year}年度"), format!(", {year}")));
        let whose = unit.unwrap_or_default() + &year.unwrap_or_default();
        Section::Entry {
            name: self.room.take(shown_name(name)),
            outcome,
            word: outcome.words().in_lang(self.lang).to_owned(),
            whose,
        }
    }

    /// Said where no more fits.
    pub fn rest(&self) -> Section {
        Section::Lines {
            title: self.say("其余各份", "The other files"),
            lines: vec![self.say(
                "内容太多，其余各份的事项没有列出，请分开报送或逐份查询。",
                "Too much for one receipt: hand the others in by themselves, or ask for each.",
            )],
        }
    }
}
