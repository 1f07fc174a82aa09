//! The receipt of an archive or a mail: every file in it, what came of it, and what was not judged.

use super::json::CostLine;
use super::table::visible;
use super::{Align, Grid, Style};
use crate::model::{
    BatchLine, BatchReport, Cost, Format, Lang, Outcome, PassedOver, Severity, Stage, shown_name,
};
use serde_json::json;

const OUTCOMES: [Outcome; 4] =
    [Outcome::Compliant, Outcome::NeedsReview, Outcome::Returned, Outcome::Unreadable];

/// Several lines, each ended: the sum, a line for each file in it, and what was passed over.
pub fn page(file: &str, batch: &BatchReport, lang: Lang, style: Style) -> String {
    let mut out = headline(file, batch, lang) + "\n";
    if !batch.entries.is_empty() {
        out += &entries(batch, lang).render(style);
    }
    out + &rest(batch, lang)
}

/// One line: how many files were in it and what came of them.
pub fn headline(file: &str, batch: &BatchReport, lang: Lang) -> String {
    let mark = if lang == Lang::Zh { "【已拆分】" } else { "[unpacked] " };
    format!(
        "{mark}{}{}{}",
        visible(file),
        if lang == Lang::Zh { "：" } else { ": " },
        sum(batch, lang)
    )
}

pub(super) fn sum(batch: &BatchReport, lang: Lang) -> String {
    let count = |of: &dyn Fn(&BatchLine) -> bool| batch.entries.iter().filter(|e| of(e)).count();
    let mut parts = vec![match lang {
        Lang::Zh => format!("共 {} 份", batch.contents.entries),
        Lang::En => format!("{} files", batch.contents.entries),
    }];
    for outcome in OUTCOMES {
        let judged = |e: &BatchLine| e.stage != Stage::Received && e.outcome == Some(outcome);
        let n = count(&judged);
        if n > 0 {
            parts.push(format!("{} {n}", outcome.words().in_lang(lang)));
        }
    }
    let waiting = count(&|e| e.stage == Stage::Received);
    if waiting > 0 {
        parts.push(format!("{} {waiting}", if lang == Lang::Zh { "待核对" } else { "waiting" }));
    }
    let (lost, rest) = (batch.contents.lost, batch.contents.passed_over - batch.contents.lost);
    match lang {
        Lang::Zh => {
            parts.extend((lost > 0).then(|| format!("另有 {lost} 个未能取出")));
            parts.extend((rest > 0).then(|| format!("{rest} 个不作核对")));
            parts.join("，")
        }
        Lang::En => {
            parts.extend((lost > 0).then(|| format!("{lost} more could not be taken out")));
            parts.extend((rest > 0).then(|| format!("{rest} are not judged")));
            parts.join(", ")
        }
    }
}

fn entries(batch: &BatchReport, lang: Lang) -> Grid {
    let numbered = batch.entries.iter().any(|entry| entry.submission.is_some());
    let weights = [Severity::Error, Severity::Warning].map(Severity::words);
    let [mend, confirm] = weights.each_ref().map(|words| words.in_lang(lang));
    let heads = match lang {
        Lang::Zh => ["编号", "结论", mend, confirm, "年度", "单位", "文件"],
        Lang::En => ["No.", "Outcome", mend, confirm, "Year", "Unit", "File"],
    };
    let skipped = usize::from(!numbered);
    let align = |at| if [0, 2, 3, 4].contains(&at) { Align::Right } else { Align::Left };
    let heads = heads.into_iter().enumerate().map(|(at, head)| (head, align(at)));
    let mut grid = Grid::new(heads.skip(skipped));
    for entry in &batch.entries {
        // What was not read has no count, not a count of 0.
        let read = entry.outcome.is_some_and(|outcome| outcome != Outcome::Unreadable);
        let count = |at: usize| if read { entry.counts[at].to_string() } else { "–".into() };
        let unknown = || if lang == Lang::Zh { "（不明）" } else { "(unknown)" }.to_owned();
        let cells = [
            entry.submission.map_or("–".into(), |id| id.to_string()),
            outcome(entry, lang),
            count(0),
            count(1),
            entry.year.map_or("–".into(), |year| year.to_string()),
            entry.unit.clone().unwrap_or_else(unknown),
            shown_name(&entry.name),
        ];
        grid.row(cells.into_iter().skip(skipped));
    }
    grid
}

fn outcome(entry: &BatchLine, lang: Lang) -> String {
    let say = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
    match (entry.stage, entry.outcome) {
        (Stage::Received, _) => say("待核对", "waiting"),
        (Stage::Superseded, _) => say("已被取代", "superseded"),
        (_, Some(outcome)) => outcome.words().in_lang(lang).to_owned(),
        (_, None) => String::new(),
    }
}

/// What is not in the table: entries beyond what one answer holds, and what was passed over.
fn rest(batch: &BatchReport, lang: Lang) -> String {
    let mut out = String::new();
    let untold = (batch.contents.entries as usize).saturating_sub(batch.entries.len());
    if untold > 0 {
        out += &match lang {
            Lang::Zh => format!("还有 {untold} 份未列出，可用 nianbao list --batch 查看\n"),
            Lang::En => format!("{untold} more: see nianbao list --batch\n"),
        };
    }
    let (lost, left): (Vec<&PassedOver>, Vec<&PassedOver>) =
        batch.passed.iter().partition(|one| one.reason.is_loss());
    let titles = match lang {
        Lang::Zh => ["未能取出，请另行提交：", "不作核对："],
        Lang::En => ["Could not be taken out; hand them in by themselves:", "Not judged:"],
    };
    for (title, listed) in titles.into_iter().zip([lost, left]) {
        if listed.is_empty() {
            continue;
        }
        out += &format!("{title}\n");
        for one in listed {
            let colon = if lang == Lang::Zh { "：" } else { ": " };
            let name = visible(&shown_name(&one.name));
            out += &format!("  {name}{colon}{}\n", visible(one.message.in_lang(lang)));
        }
    }
    let named = u32::try_from(batch.passed.len()).unwrap_or(u32::MAX);
    let more = batch.contents.passed_over.saturating_sub(named);
    if more > 0 {
        out += &match lang {
            Lang::Zh => format!("  ……还有 {more} 个\n"),
            Lang::En => format!("  … {more} more\n"),
        };
    }
    out
}

/// The receipt for programs, one line without its end: `outcome` is `unpacked`; `entries` with number
/// (in a trial `null`), path inside, stage and outcome; `passed_over` with path inside, reason (a stable
/// code) and message in the language asked for; `contents` counts all of both.
pub fn line(
    file: &str,
    format: Format,
    sha256: &str,
    batch: &BatchReport,
    cost: Option<Cost>,
    lang: Lang,
) -> String {
    let entry = |entry: &BatchLine| {
        json!({
            "id": entry.submission,
            "name": entry.name,
            "stage": entry.stage.name(),
            "outcome": entry.outcome.map(Outcome::name),
            "errors": entry.counts[0],
            "warnings": entry.counts[1],
            "infos": entry.counts[2],
            "unit": entry.unit,
            "year": entry.year,
        })
    };
    let passed = |one: &PassedOver| {
        json!({
            "name": one.name,
            "reason": one.reason.code(),
            "message": one.message.in_lang(lang),
        })
    };
    let mut object = json!({
        "file": file,
        "format": format.name(),
        "sha256": sha256,
        "outcome": Stage::Unpacked.name(),
        "contents": {
            "entries": batch.contents.entries,
            "passed_over": batch.contents.passed_over,
            "lost": batch.contents.lost,
        },
        "entries": batch.entries.iter().map(entry).collect::<Vec<_>>(),
        "passed_over": batch.passed.iter().map(passed).collect::<Vec<_>>(),
    });
    if let Some(cost) = cost {
        object["cost"] = json!(CostLine::from(cost));
    }
    object.to_string()
}
