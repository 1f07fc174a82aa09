//! `nianbao status`: shows the overview of a year and how the daemon is.

use super::client::{Client, rfc3339, say, time};
use super::{Common, Exit, Output, Server};
use crate::model::{Lang, Millis, Outcome, shown_name};
use crate::proto::v1::{self, FolderState, status_service_client::StatusServiceClient};
use crate::render::{Align, Grid, visible};
use serde_json::json;
use std::io::Write;

/// Shows the overview of a year and how the daemon is.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 年度 · Year reported on
    #[arg(long)]
    pub year: Option<i32>,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let mut service = StatusServiceClient::new(client.channel.clone());
    let answer = client.call(service.get_overview(v1::GetOverviewRequest { year: args.year }))?;
    let mut out = std::io::stdout().lock();
    match args.format {
        Output::Json => writeln!(out, "{}", object(&answer))?,
        Output::Text => {
            writeln!(out, "{}", numbers(&answer, args.year, client.lang))?;
            write!(out, "{}", season(&answer, client.lang))?;
            write!(out, "{}", roster(&answer, client.lang))?;
            if let Some(why) = shortage(&answer) {
                writeln!(out, "{}", say(client.lang, &why.zh, &why.en))?;
            }
            write!(out, "{}", channels(&answer, client.lang))?;
            write!(out, "{}", folders(&answer, client.lang).render(common.style()))?;
            write!(out, "{}", problems(&answer, client.lang))?;
        }
    }
    Ok(Exit::Fine)
}

/// A time of an answer.
pub(super) fn millis(at: Option<prost_types::Timestamp>) -> Option<Millis> {
    at.map(|at| at.seconds * 1000 + i64::from(at.nanos / 1_000_000))
}

/// The numbers in two lines.
fn numbers(answer: &v1::GetOverviewResponse, year: Option<i32>, lang: Lang) -> String {
    let counts = answer.counts.unwrap_or_default();
    let by_outcome = [
        (Outcome::Compliant, counts.compliant),
        (Outcome::NeedsReview, counts.needs_review),
        (Outcome::Returned, counts.returned),
        (Outcome::Unreadable, counts.unreadable),
    ];
    let counts = by_outcome.map(|(o, n)| format!("{} {n}", o.words().in_lang(lang))).join("  ");
    let since = millis(answer.started_at).map(time).unwrap_or_default();
    let (waiting, firing, version) = (answer.waiting, answer.firing, &answer.version);
    match lang {
        Lang::Zh => {
            let year = year.map_or("全部年度".into(), |year| format!("{year}年度"));
            format!(
                "{year}：{counts}  待核对 {waiting}  未解除提醒 {firing}\nnianbao {version}，{since} 起运行"
            )
        }
        Lang::En => {
            let year = year.map_or("all years".into(), |year| year.to_string());
            format!(
                "{year}: {counts}  waiting {waiting}  open alerts {firing}\nnianbao {version}, running since {since}"
            )
        }
    }
}

/// How the season under way stands, in a line; nothing without a roster.
fn season(answer: &v1::GetOverviewResponse, lang: Lang) -> String {
    let Some(season) = &answer.season else { return String::new() };
    let (year, t) = (season.year, season.totals.unwrap_or_default());
    match lang {
        Lang::Zh => format!(
            "{year}年度台账：应报 {}  已报 {}  未报 {}（逾期 {}）\n",
            t.due, t.received, t.missing, t.overdue
        ),
        Lang::En => format!(
            "ledger of {year}: due {}  received {}  missing {} (overdue {})\n",
            t.due, t.received, t.missing, t.overdue
        ),
    }
}

/// The alert channels that get nothing through.
fn channels(answer: &v1::GetOverviewResponse, lang: Lang) -> String {
    let mut lines = String::new();
    for channel in &answer.channels {
        let Some(failing) = &channel.failing else { continue };
        let at = |at: Option<prost_types::Timestamp>| millis(at).map(time).unwrap_or_default();
        let (name, since, next) = (&channel.name, at(failing.since), at(failing.next_try));
        let (waiting, error) = (channel.waiting, &failing.error);
        lines += &visible(&match lang {
            Lang::Zh => format!(
                "提醒渠道“{name}”自 {since} 起不通，待发 {waiting} 条，{next} 再试：{error}"
            ),
            Lang::En => format!(
                "alert channel “{name}” failing since {since}, {waiting} waiting, next try {next}: {error}"
            ),
        });
        lines.push('\n');
    }
    lines
}

/// The alert channels for programs.
fn channel_object(channel: &v1::ChannelStatus) -> serde_json::Value {
    let at = |at: Option<prost_types::Timestamp>| millis(at).and_then(rfc3339);
    serde_json::json!({
        "name": channel.name,
        "failing_since": channel.failing.as_ref().and_then(|f| at(f.since)),
        "next_try": channel.failing.as_ref().and_then(|f| at(f.next_try)),
        "error": channel.failing.as_ref().map(|f| f.error.as_str()),
        "waiting": channel.waiting,
        "oldest_waiting": at(channel.oldest_waiting),
        "last_delivered": at(channel.last_delivered),
    })
}

/// The roster in use, and what stands against a newer one.
fn roster(answer: &v1::GetOverviewResponse, lang: Lang) -> String {
    let Some(roster) = &answer.roster else { return String::new() };
    let at = |at: Option<prost_types::Timestamp>| millis(at).map(time).unwrap_or_default();
    let (path, units, loaded) = (&roster.path, roster.units, at(roster.loaded_at));
    let mut lines = match lang {
        Lang::Zh => format!("名册 {path}：{units} 个单位，{loaded} 读入\n"),
        Lang::En => format!("roster {path}: {units} bodies, read {loaded}\n"),
    };
    if let Some(refused) = &roster.refused {
        let (when, count) = (at(refused.at), refused.problems.len());
        lines += &match lang {
            Lang::Zh => format!("新名册有 {count} 处问题（{when}），仍用上面的：\n"),
            Lang::En => format!("a newer roster has {count} problems ({when}), this one stays:\n"),
        };
        for problem in &refused.problems {
            lines += &format!("  {}\n", visible(say(lang, &problem.zh, &problem.en)));
        }
    }
    lines
}

/// Why no new file is taken.
fn shortage(answer: &v1::GetOverviewResponse) -> Option<&v1::Words> {
    answer.store.as_ref()?.shortage.as_ref()
}

fn state(folder: &v1::FolderStatus, lang: Lang) -> &'static str {
    match folder.state() {
        FolderState::Unspecified => say(lang, "启动中", "starting"),
        FolderState::Online => say(lang, "正常", "online"),
        FolderState::Degraded => say(lang, "受限", "degraded"),
        FolderState::Unavailable => say(lang, "不可用", "unavailable"),
    }
}

/// How changes are noticed; a word this program does not know is left as it is.
fn method(method: &str, lang: Lang) -> &str {
    match (method, lang) {
        ("native", Lang::Zh) => "系统通知",
        ("poll", Lang::Zh) => "定期扫描",
        (other, _) => other,
    }
}

fn folders(answer: &v1::GetOverviewResponse, lang: Lang) -> Grid {
    let heads = match lang {
        Lang::Zh => ["文件夹", "状态", "方式", "待收", "上次扫描", "路径", "说明"],
        Lang::En => ["Folder", "State", "Method", "Waiting", "Last scan", "Path", "Reason"],
    };
    let align = |at| if at == 3 { Align::Right } else { Align::Left };
    let mut grid = Grid::new(heads.into_iter().enumerate().map(|(at, head)| (head, align(at))));
    for folder in &answer.folders {
        let reason = folder.reason.as_ref().map(|w| say(lang, &w.zh, &w.en)).unwrap_or_default();
        let mut reason = reason.to_owned();
        if folder.trial {
            reason =
                format!("{}{reason}", say(lang, "试投，不报送；", "trials, nothing handed in; "));
        }
        if folder.receipts_owed > 0 {
            let owed = folder.receipts_owed;
            reason += &match lang {
                Lang::Zh => format!("；回执待写 {owed}"),
                Lang::En => format!("; receipts to be written: {owed}"),
            };
        }
        grid.row([
            folder.name.as_str(),
            state(folder, lang),
            method(&folder.method, lang),
            &folder.waiting.to_string(),
            &millis(folder.last_scan_at).map(time).unwrap_or_default(),
            &folder.path,
            &reason,
        ]);
    }
    grid
}

/// Files that are not taken, one a line.
fn problems(answer: &v1::GetOverviewResponse, lang: Lang) -> String {
    let mut lines = String::new();
    for folder in &answer.folders {
        for problem in &folder.problems {
            let why = problem.why.as_ref().map(|w| say(lang, &w.zh, &w.en)).unwrap_or_default();
            let path = visible(&shown_name(&problem.path));
            lines += &match lang {
                Lang::Zh => format!("{}/{path}：{why}\n", folder.name),
                Lang::En => format!("{}/{path}: {why}\n", folder.name),
            };
        }
    }
    lines
}

fn object(answer: &v1::GetOverviewResponse) -> serde_json::Value {
    let counts = answer.counts.unwrap_or_default();
    let problem = |p: &v1::FileProblem| json!({ "path": p.path, "why": p.why.as_ref().map(|w| w.zh.as_str()) });
    let folder = |f: &v1::FolderStatus| {
        json!({
            "name": f.name,
            "path": f.path,
            "state": state(f, Lang::En),
            "method": f.method,
            "reason": f.reason.as_ref().map(|w| w.zh.as_str()),
            "last_scan_at": millis(f.last_scan_at).and_then(rfc3339),
            "waiting": f.waiting,
            "trial": f.trial,
            "receipts_owed": f.receipts_owed,
            "problems": f.problems.iter().map(problem).collect::<Vec<_>>(),
        })
    };
    json!({
        "compliant": counts.compliant,
        "needs_review": counts.needs_review,
        "returned": counts.returned,
        "unreadable": counts.unreadable,
        "waiting": answer.waiting,
        "firing": answer.firing,
        "shortage": shortage(answer).map(|w| w.zh.as_str()),
        "folders": answer.folders.iter().map(folder).collect::<Vec<_>>(),
        "version": answer.version,
        "started_at": millis(answer.started_at).and_then(rfc3339),
        "season": answer.season.as_ref().map(super::ledger::season),
        "channels": answer.channels.iter().map(channel_object).collect::<Vec<_>>(),
        "roster": answer.roster.as_ref().map(|roster| json!({
            "path": roster.path,
            "units": roster.units,
            "loaded_at": millis(roster.loaded_at).and_then(rfc3339),
            "problems": roster.refused.as_ref().map(|refused| {
                refused.problems.iter().map(|words| words.zh.as_str()).collect::<Vec<_>>()
            }),
        })),
        "changes_through": answer.changes_through,
    })
}
