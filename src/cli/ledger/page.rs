//! The page that a supervisor needs before the day: who has not sent, who must mend what, who is fine, and
//! how many days are left.

use super::{Ledger, at_site, codes, kind, say, state, why};
use crate::model::{BodyKind, Lang, LedgerState};
use crate::proto::v1;
use crate::render::{Align, Grid, Style, visible};
use crate::rules;
use std::collections::BTreeMap;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Cells of a line of names.
const WIDTH: usize = 78;

/// Kinds of faults named for one body.
const NAMED: usize = 3;

pub(super) fn page(ledger: &Ledger, lang: Lang, style: Style) -> String {
    let mut out = head(ledger, lang);
    out += &days(ledger, lang);
    if !ledger.head.groups.is_empty() {
        out.push('\n');
        out += &groups(ledger, lang).render(style);
    }
    for section in [missing(ledger, lang), mend(ledger, lang, LedgerState::Returned)] {
        put(&mut out, section, style);
    }
    let unreadable = others(ledger, lang, LedgerState::Unreadable);
    for section in [unreadable, mend(ledger, lang, LedgerState::NeedsReview)] {
        put(&mut out, section, style);
    }
    put(&mut out, others(ledger, lang, LedgerState::Waiting), style);
    out += &fine(ledger, lang);
    put(&mut out, unplaced(ledger, lang), style);
    out
}

fn put(out: &mut String, (title, grid): (String, Grid), style: Style) {
    if !grid.is_empty() {
        let _ = write!(out, "\n{title}\n{}", grid.render(style));
    }
}

fn head(ledger: &Ledger, lang: Lang) -> String {
    let t = ledger.head.totals.unwrap_or_default();
    let (year, today) = (ledger.head.year, &ledger.head.today);
    match lang {
        Lang::Zh => format!(
            "{year}年度报告台账（{today}）\n应报 {}  已报 {}  未报 {}（逾期 {}）\n\
             合规 {}  需核实 {}  退回 {}  无法判读 {}  待判 {}  迟报 {}\n",
            t.due,
            t.received,
            t.missing,
            t.overdue,
            t.compliant,
            t.needs_review,
            t.returned,
            t.unreadable,
            t.waiting,
            t.late,
        ),
        Lang::En => format!(
            "Reports on {year} ({today})\ndue {}  received {}  missing {} (overdue {})\n\
             compliant {}  needs review {}  returned {}  unreadable {}  waiting {}  late {}\n",
            t.due,
            t.received,
            t.missing,
            t.overdue,
            t.compliant,
            t.needs_review,
            t.returned,
            t.unreadable,
            t.waiting,
            t.late,
        ),
    }
}

/// How long there is for those who have something to do, a line for each day there is.
fn days(ledger: &Ledger, lang: Lang) -> String {
    let mut by_day: BTreeMap<(&str, String), (u32, i32, Option<u32>)> = BTreeMap::new();
    let open = |line: &&v1::LedgerLine| {
        matches!(
            state(line),
            Some(LedgerState::Missing | LedgerState::Returned | LedgerState::Unreadable)
        )
    };
    for line in ledger.lines.iter().filter(open) {
        let (Some(due), Some(left)) = (&line.due, line.days_left) else { continue };
        let word = line.body.as_ref().and_then(kind).map(BodyKind::words).unwrap_or_default();
        let of_day = by_day.entry((&due.day, word.in_lang(lang).to_string())).or_default();
        (of_day.0, of_day.1, of_day.2) = (of_day.0 + 1, left, line.workdays_left);
    }
    let mut out = String::new();
    for ((day, word), (count, left, workdays)) in by_day {
        let left = days_left(left, workdays, lang);
        let _ = match lang {
            Lang::Zh => writeln!(out, "{day} {word}时限：{left}，{count} 个单位未报或须改"),
            Lang::En => writeln!(out, "{day} {word}: {left}, {count} missing or to be mended"),
        };
    }
    out
}

fn days_left(left: i32, workdays: Option<u32>, lang: Lang) -> String {
    match (left, lang) {
        (..0, Lang::Zh) => format!("已过 {} 天", -left),
        (..0, Lang::En) => format!("{} days over", -left),
        (0, Lang::Zh) => "今天截止".into(),
        (0, Lang::En) => "today".into(),
        (_, Lang::Zh) => {
            let of_work = workdays.map(|n| format!("（{n} 个工作日）")).unwrap_or_default();
            format!("还有 {left} 天{of_work}")
        }
        (_, Lang::En) => {
            let of_work = workdays.map(|n| format!(" ({n} working)")).unwrap_or_default();
            format!("{left} days left{of_work}")
        }
    }
}

fn grid(heads: &[&str], right: &[usize]) -> Grid {
    let align = |at| if right.contains(&at) { Align::Right } else { Align::Left };
    Grid::new(heads.iter().enumerate().map(|(at, head)| (*head, align(at))))
}

fn groups(ledger: &Ledger, lang: Lang) -> Grid {
    let by = ledger.by.map(super::By::words).unwrap_or_default();
    let by = by.in_lang(lang);
    let heads = match lang {
        Lang::Zh => [
            by,
            "应报",
            "已报",
            "合规",
            "需核实",
            "退回",
            "无法判读",
            "待判",
            "未报",
            "逾期",
            "迟报",
        ],
        Lang::En => [
            by,
            "Due",
            "Received",
            "Compliant",
            "Review",
            "Returned",
            "Unreadable",
            "Waiting",
            "Missing",
            "Overdue",
            "Late",
        ],
    };
    let mut grid = grid(&heads, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for group in &ledger.head.groups {
        let t = group.totals.unwrap_or_default();
        let numbers = [
            t.due,
            t.received,
            t.compliant,
            t.needs_review,
            t.returned,
            t.unreadable,
            t.waiting,
            t.missing,
            t.overdue,
            t.late,
        ];
        let key = match &group.key {
            Some(key) => named(key, lang),
            None => say(lang, "（未填）", "(none)").to_string(),
        };
        grid.row([key].into_iter().chain(numbers.map(|n| n.to_string())));
    }
    grid
}

/// A kind in words; any other key as it is.
fn named(key: &str, lang: Lang) -> String {
    let kind = BodyKind::ALL.into_iter().find(|kind| kind.name() == key);
    kind.map_or(key.to_string(), |kind| kind.words().in_lang(lang).to_string())
}

fn of(ledger: &Ledger, wanted: LedgerState) -> Vec<(&v1::LedgerLine, v1::Body)> {
    let lines = ledger.lines.iter().filter(|line| state(line) == Some(wanted));
    lines.map(|line| (line, line.body.clone().unwrap_or_default())).collect()
}

fn title(wanted: LedgerState, count: usize, lang: Lang) -> String {
    format!("{} · {count}", wanted.words().in_lang(lang))
}

/// Those that sent nothing, whose day is nearest or longest over first.
fn missing(ledger: &Ledger, lang: Lang) -> (String, Grid) {
    let heads = match lang {
        Lang::Zh => ["单位", "时限", "剩余", "督办人", "联系人"],
        Lang::En => ["Body", "Due", "Left", "Supervisor", "Contact"],
    };
    let mut grid = grid(&heads, &[]);
    let mut lines = of(ledger, LedgerState::Missing);
    lines.sort_by_key(|(line, _)| line.days_left.unwrap_or(i32::MAX));
    for (line, body) in &lines {
        let left = match (line.overdue, line.days_left) {
            (true, Some(left)) if lang == Lang::Zh => format!("逾期 {} 天", -left),
            (_, Some(left)) => days_left(left, line.workdays_left, lang),
            (_, None) => String::new(),
        };
        let due = line.due.as_ref().map(|due| due.day.clone()).unwrap_or_default();
        let (who, whom) = (body.supervisors.join("、"), body.contacts.join("、"));
        grid.row([body.name.clone(), due, left, who, whom]);
    }
    (title(LedgerState::Missing, lines.len(), lang), grid)
}

/// Those that must mend something or confirm it.
fn mend(ledger: &Ledger, lang: Lang, wanted: LedgerState) -> (String, Grid) {
    let heads = match lang {
        Lang::Zh => ["编号", "单位", "收到", "版次", "退回", "问题", "说明"],
        Lang::En => ["Number", "Body", "Received", "Revision", "Returns", "What", "Note"],
    };
    let mut grid = grid(&heads, &[0, 3, 4]);
    let lines = of(ledger, wanted);
    for (line, body) in &lines {
        let what = if wanted == LedgerState::Returned { &line.errors } else { &line.warnings };
        grid.row([
            line.submission.map(|id| id.to_string()).unwrap_or_default(),
            body.name.clone(),
            day(line.received_at, ledger),
            line.revision.to_string(),
            line.returns.to_string(),
            faults(what, lang),
            note(line, lang),
        ]);
    }
    (title(wanted, lines.len(), lang), grid)
}

/// The first kinds of faults by name, the others by code.
fn faults(what: &[v1::CodeCount], lang: Lang) -> String {
    let name = |one: &v1::CodeCount| {
        let rule = rules::find(&one.code).map(|rule| rule.name_words()).unwrap_or_default();
        let times = if one.count > 1 { format!("×{}", one.count) } else { String::new() };
        format!("{} {}{times}", one.code, rule.in_lang(lang))
    };
    let (first, rest) = what.split_at(what.len().min(NAMED));
    let mut said: Vec<String> = first.iter().map(name).collect();
    if !rest.is_empty() {
        said.push(codes(rest));
    }
    said.join(say(lang, "；", "; "))
}

fn others(ledger: &Ledger, lang: Lang, wanted: LedgerState) -> (String, Grid) {
    let heads = match lang {
        Lang::Zh => ["编号", "单位", "收到", "督办人", "联系人", "说明"],
        Lang::En => ["Number", "Body", "Received", "Supervisor", "Contact", "Note"],
    };
    let mut grid = grid(&heads, &[0]);
    let lines = of(ledger, wanted);
    for (line, body) in &lines {
        grid.row([
            line.submission.map(|id| id.to_string()).unwrap_or_default(),
            body.name.clone(),
            day(line.received_at, ledger),
            body.supervisors.join("、"),
            body.contacts.join("、"),
            note(line, lang),
        ]);
    }
    (title(wanted, lines.len(), lang), grid)
}

/// What else is to be known of a line.
pub(super) fn note(line: &v1::LedgerLine, lang: Lang) -> String {
    let mut said = Vec::new();
    if line.late {
        said.push(say(lang, "迟报", "late").to_string());
    }
    if line.published_only {
        said.push(say(lang, "只有公布稿", "published copy only").to_string());
    }
    if let Some(id) = line.waiting {
        said.push(match lang {
            Lang::Zh => format!("新稿 {id} 待判"),
            Lang::En => format!("{id} waits for its verdict"),
        });
    }
    if let Some(id) = line.unread {
        said.push(match lang {
            Lang::Zh => format!("后交的 {id} 无法判读"),
            Lang::En => format!("{id}, which came after it, cannot be read"),
        });
    }
    said.join(say(lang, "，", ", "))
}

/// Those with nothing to do, by name.
fn fine(ledger: &Ledger, lang: Lang) -> String {
    let lines = of(ledger, LedgerState::Compliant);
    if lines.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", title(LedgerState::Compliant, lines.len(), lang));
    let mut width = 0;
    for (line, body) in &lines {
        let note = note(line, lang);
        let note = if note.is_empty() { note } else { format!("（{note}）") };
        let name = visible(&format!("{}{note}", body.name));
        if width > 0 && width + 2 + name.width() > WIDTH {
            out.push('\n');
            width = 0;
        }
        if width > 0 {
            out.push_str("  ");
            width += 2;
        }
        width += name.width();
        out += &name;
    }
    out.push('\n');
    out
}

fn unplaced(ledger: &Ledger, lang: Lang) -> (String, Grid) {
    let heads = match lang {
        Lang::Zh => ["编号", "文件", "收到", "写的单位", "原因"],
        Lang::En => ["Number", "File", "Received", "Unit given", "Why"],
    };
    let mut grid = grid(&heads, &[0]);
    for one in &ledger.unplaced {
        let row = one.submission.clone().unwrap_or_default();
        grid.row([
            row.id.to_string(),
            file(&row),
            day(row.received_at, ledger),
            row.unit.clone().unwrap_or_default(),
            why(one).in_lang(lang).to_string(),
        ]);
    }
    let title = say(lang, "不能归到名册单位，请确认", "Of no body of the roster, to be confirmed");
    (format!("{title} · {}", ledger.unplaced.len()), grid)
}

/// The file as its submitter knows it.
pub(super) fn file(row: &v1::Submission) -> String {
    let row = crate::model::Submission::try_from(row.clone());
    row.map(|row| row.source.shown_path()).unwrap_or_default()
}

fn day(at: Option<prost_types::Timestamp>, ledger: &Ledger) -> String {
    let at = at_site(at, ledger).unwrap_or_default();
    at.split(' ').next().unwrap_or_default().to_string()
}
