//! What stands in a receipt, in the words of one language, whichever form it takes.

use super::Letterhead;
use super::told::Teller;
use crate::model::{
    BatchReport, Considered, Dossier, Entered, Lang, Matter, Outcome, ReceiptMark, Submission, cut,
};
use crate::render::table::visible;
use jiff::Timestamp;
use jiff::tz::Offset;

/// Most bytes of text in a receipt: hundreds of findings; beyond, the rest is counted.
const ROOM: usize = 300 << 10;
/// Longest single statement, bytes.
const STATEMENT: usize = 2_000;
/// Lines of a batch's table.
const MOST_ENTRIES: usize = 2_000;

/// A receipt before it takes a form.
pub(super) struct Slip {
    pub title: String,
    /// Said of a trial: nothing was handed in.
    pub trial: Option<String>,
    /// What is known of the file: name and value.
    pub facts: Vec<(String, String)>,
    /// How it came out, `None` of a batch, whose entries did each for itself.
    pub outcome: Option<Outcome>,
    /// The conclusion in a word and in a sentence.
    pub word: String,
    pub sentence: String,
    pub sections: Vec<Section>,
    pub footer: Vec<String>,
    pub mark: ReceiptMark,
}

/// A part of the receipt under a heading of its own.
pub(super) enum Section {
    /// What is to be mended, confirmed or noted.
    Items { title: String, groups: Vec<Group>, more: Option<String> },
    /// Statements, one a line.
    Lines { title: String, lines: Vec<String> },
    /// Names and what is said of them.
    Fields { title: String, fields: Vec<(String, String)> },
    /// A table: heads, and rows of as many cells.
    Table { title: String, heads: Vec<String>, rows: Vec<Vec<String>>, more: Option<String> },
    /// Where the part on one file of a batch begins: its name, how it came out, and whose it is.
    Entry { name: String, outcome: Outcome, word: String, whose: String },
}

/// Findings of one cause, or one by itself.
pub(super) struct Group {
    /// The likely cell, and what to do about it.
    pub cause: Option<(String, String)>,
    pub items: Vec<Item>,
}

/// One finding.
#[derive(Default)]
pub(super) struct Item {
    pub number: usize,
    /// Code of the rule, as a small tag, and its name.
    pub code: String,
    pub name: String,
    pub place: String,
    pub others: String,
    pub problem: String,
    /// What stands there and what should, an ideographic space between them.
    pub values: String,
    pub doubt: String,
    /// What a reviewer decided.
    pub decision: String,
    /// Empty where it was said of the cause.
    pub remedy: String,
    pub ground: String,
}

/// What may still be written: everything in a receipt is cut to one measure.
pub(super) struct Room(usize);

impl Room {
    /// The text as it may stand, one line and no longer than a statement.
    pub fn take(&mut self, text: impl AsRef<str>) -> String {
        let text = cut(visible(text.as_ref()), STATEMENT);
        self.0 = self.0.saturating_sub(text.len());
        text
    }

    pub fn is_left(&self) -> bool {
        self.0 > 0
    }
}

impl Slip {
    pub fn of(dossier: &Dossier, head: &Letterhead) -> Slip {
        let mut room = Room(ROOM);
        let lang = head.lang;
        let say = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
        let mut teller =
            Teller { lang, room: &mut room, utc_offset_minutes: head.utc_offset_minutes };
        let (outcome, word, sentence, sections) = match &dossier.matter {
            Matter::Report(considered) => {
                let outcome = considered.outcome();
                let word = outcome.words().in_lang(lang).to_owned();
                (Some(outcome), word, teller.sentence(considered), teller.sections(considered))
            }
            Matter::Batch { report, entries } => (
                None,
                say("已拆分", "unpacked"),
                teller.sum(report),
                batch(&mut teller, report, entries),
            ),
        };
        let trial = dossier.submission.is_none().then(|| {
            say(
                "试核结果：文件没有报送，也没有保存，不作为报送凭据。",
                "A trial: the file was not handed in and not kept. This is no proof of delivery.",
            )
        });
        Slip {
            title: say(
                "政府信息公开工作年度报告核对回执",
                "Receipt: Annual Report on Government Information Disclosure",
            ),
            trial,
            facts: facts(dossier, head, &mut room),
            outcome,
            word,
            sentence,
            sections,
            footer: footer(dossier, head, &mut room),
            mark: ReceiptMark::of(&dossier.sha256),
        }
    }
}

/// What is known of the file, in the order of a printed form.
fn facts(dossier: &Dossier, head: &Letterhead, room: &mut Room) -> Vec<(String, String)> {
    let lang = head.lang;
    let say = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
    let mut facts = Vec::new();
    if let Matter::Report(considered) = &dossier.matter {
        let verdict = considered.result.as_ref().ok();
        let submission = dossier.submission.as_ref();
        let unit = verdict.and_then(|v| Some(v.unit.as_ref()?.0.as_str()));
        let unit = submission.and_then(|s| s.unit.as_deref()).or(unit);
        let year = submission.and_then(|s| s.year).or(verdict.and_then(|v| v.year));
        let unit = unit.map_or(say("未能识别", "not known"), |unit| room.take(unit));
        facts.push((say("单位", "Body"), unit));
        let year = match (year, lang) {
            (Some(year), Lang::Zh) => format!("{year}年度"),
            (Some(year), Lang::En) => year.to_string(),
            (None, _) => say("未能识别", "not known"),
        };
        facts.push((say("年度", "Year"), year));
    }
    facts.push((say("文件", "File"), room.take(&dossier.file)));
    if let Some(submission) = &dossier.submission {
        let received = time(submission.received_at, head.utc_offset_minutes);
        facts.push((say("收到", "Received"), received));
        let no = match (submission.revision, lang) {
            (0, Lang::Zh) => format!("第 {} 号", submission.id),
            (0, Lang::En) => format!("No. {}", submission.id),
            (n, Lang::Zh) => format!("第 {} 号（本年度第 {n} 次报送）", submission.id),
            (n, Lang::En) => format!("No. {} (revision {n} for the year)", submission.id),
        };
        facts.push((say("编号", "Number"), no));
    }
    if let Matter::Report(considered) = &dossier.matter
        && let Some(edition) = considered.result.as_ref().ok().and_then(|v| v.edition.as_deref())
    {
        let edition = room.take(edition);
        facts.push((say("格式", "Form"), say(&format!("{edition}年版"), &edition)));
    }
    facts
}

fn footer(dossier: &Dossier, head: &Letterhead, room: &mut Room) -> Vec<String> {
    let lang = head.lang;
    let say = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
    let mut lines: Vec<String> = Vec::new();
    if let Some(submission) = &dossier.submission {
        lines.extend(twin(submission, lang));
    }
    if let Some(other) = &dossier.superseded_by {
        let other = room.take(other);
        lines.push(say(
            &format!("这份文件已由后来报送的“{other}”取代，以后者的回执为准。"),
            &format!(
                "“{other}” was handed in later and took the place of this file: see its receipt."
            ),
        ));
    }
    if let Some(issuer) = &head.issuer {
        let issuer = room.take(issuer);
        lines.push(say(&format!("核对单位：{issuer}"), &format!("Issued by: {issuer}")));
    }
    lines.push(say(
        "本回执由“年报守望”（nianbao）按国家统一格式和勾稽关系自动核对生成，只就此文件的内容而言。认为结论有误的，请向收取报告的单位说明。",
        "Made by nianbao, which checks reports against the national form; it speaks of this file alone. Tell the office that collects the reports where you think it wrong.",
    ));
    lines
}

/// What holds the same bytes.
fn twin(submission: &Submission, lang: Lang) -> Option<String> {
    match (submission.duplicate_of, submission.repeats, lang) {
        (Some(other), _, Lang::Zh) => {
            Some(format!("这份文件与第 {other} 号内容完全相同，不另计一次报送。"))
        }
        (Some(other), _, Lang::En) => {
            Some(format!("Same content as No. {other}; no revision of its own."))
        }
        (None, Some(old), Lang::Zh) => {
            Some(format!("这份文件与第 {old} 次报送的内容完全相同：是不是放错了旧稿？"))
        }
        (None, Some(old), Lang::En) => {
            Some(format!("Same content as revision {old}: is it the old draft by mistake?"))
        }
        (None, None, _) => None,
    }
}

/// The parts of a batch's receipt: a table of all that was in it, then every file that is not fine.
fn batch(teller: &mut Teller, report: &BatchReport, entries: &[Entered]) -> Vec<Section> {
    let mut sections = vec![teller.entries(report, MOST_ENTRIES)];
    sections.extend(teller.passed_over(report));
    for Entered { name, considered } in entries {
        let outcome = considered.outcome();
        if outcome == Outcome::Compliant {
            continue;
        }
        if !teller.room.is_left() {
            sections.push(teller.rest());
            break;
        }
        sections.push(teller.entry(name, considered));
        sections.extend(teller.sections(considered));
    }
    sections
}

/// The site's time, to the minute.
pub(super) fn time(at: crate::model::Millis, offset_minutes: i32) -> String {
    let offset = Offset::from_seconds(offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
    let at = Timestamp::from_millisecond(at).unwrap_or_default();
    offset.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}

impl Considered {
    /// The findings that still count, errors, warnings and infos.
    pub(super) fn counts(&self) -> [u32; 3] {
        match (&self.result, &self.reviewed) {
            (Err(_), _) => [0; 3],
            (Ok(_), Some(reviewed)) => reviewed.counts,
            (Ok(verdict), None) => verdict.counts(),
        }
    }
}
