//! `nianbao alerts`: lists alerts; `test` tries a channel, `silence` tells nobody of a case for a while.

mod silence;
mod test;

use super::client::{Client, rfc3339, say, time};
use super::{Common, Exit, Output, Server};
use crate::model::{Acknowledgement, Alert, AlertState, Lang};
use crate::proto::v1::{self, alert_service_client::AlertServiceClient};
use crate::render::{Align, Grid};
use std::io::Write;

/// Lists alerts, or does something else about them.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    pub deed: Option<Deed>,
    #[command(flatten)]
    pub server: Server,
    /// 包括已解除的 · With resolved ones
    #[arg(long)]
    pub all: bool,
    /// 最多几条 · At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

/// What else there is to do.
#[derive(clap::Subcommand)]
pub enum Deed {
    /// 向一个渠道发一条测试提醒 · Send a test over a channel
    Test(test::Args),
    /// 暂停提醒一件事，或恢复 · Tell nobody of a case for a while, or again
    Silence(silence::Args),
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    match &args.deed {
        Some(Deed::Test(args)) => test::run(args, common),
        Some(Deed::Silence(args)) => silence::run(args, common),
        None => list(args, common),
    }
}

fn list(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let alerts = fetch(&client, args)?;
    let mut out = std::io::stdout().lock();
    match args.format {
        Output::Json => {
            for alert in &alerts {
                writeln!(out, "{}", json(alert))?;
            }
        }
        Output::Text if alerts.is_empty() => {
            writeln!(out, "{}", say(client.lang, "没有未解除的提醒", "no open alerts"))?;
        }
        Output::Text => write!(out, "{}", grid(&alerts, client.lang).render(common.style()))?,
    }
    Ok(Exit::Fine)
}

fn fetch(client: &Client, args: &Args) -> anyhow::Result<Vec<Alert>> {
    let mut service = AlertServiceClient::new(client.channel.clone());
    let state = if args.all { v1::AlertState::Unspecified } else { v1::AlertState::Firing };
    let limit = args.limit as usize;
    let mut alerts = Vec::new();
    let mut token = String::new();
    while alerts.len() < limit {
        let page = client.call(service.list_alerts(v1::ListAlertsRequest {
            state: state.into(),
            page_size: i32::try_from(limit - alerts.len()).unwrap_or(i32::MAX),
            page_token: token,
        }))?;
        for message in page.alerts {
            alerts.push(message.try_into()?);
        }
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    Ok(alerts)
}

fn state(state: AlertState, lang: Lang) -> &'static str {
    match state {
        AlertState::Firing => say(lang, "未解除", "firing"),
        AlertState::Resolved => say(lang, "已解除", "resolved"),
    }
}

fn grid(alerts: &[Alert], lang: Lang) -> Grid {
    let heads = match lang {
        Lang::Zh => ["编号", "状态", "发生", "认领", "事由"],
        Lang::En => ["No.", "State", "Opened", "Taken by", "Summary"],
    };
    let align = |at| if at == 0 { Align::Right } else { Align::Left };
    let mut grid = Grid::new(heads.into_iter().enumerate().map(|(at, head)| (head, align(at))));
    for alert in alerts {
        grid.row([
            alert.id.to_string(),
            state(alert.state, lang).to_string(),
            time(alert.opened_at),
            alert.acknowledged.as_ref().map(|a| taken_by(a, lang)).unwrap_or_default(),
            alert.summary.in_lang(lang).to_string(),
        ]);
    }
    grid
}

/// Who took it on, and what they said.
fn taken_by(acknowledged: &Acknowledgement, lang: Lang) -> String {
    let Acknowledgement { by, note, .. } = acknowledged;
    match (note.as_str(), lang) {
        ("", _) => by.clone(),
        (_, Lang::Zh) => format!("{by}（{note}）"),
        (_, Lang::En) => format!("{by} ({note})"),
    }
}

/// An alert for programs.
pub(super) fn json(alert: &Alert) -> serde_json::Value {
    serde_json::json!({
        "id": alert.id,
        "kind": alert.kind.name(),
        "state": state(alert.state, Lang::En),
        "unit": alert.unit,
        "year": alert.year,
        "about": alert.about,
        "submission": Some(alert.submission).filter(|id| *id != 0),
        "summary": alert.summary.zh,
        "summary_en": alert.summary.en,
        "opened_at": rfc3339(alert.opened_at),
        "updated_at": rfc3339(alert.updated_at),
        "resolved_at": alert.resolved_at.and_then(rfc3339),
        "acknowledged_by": alert.acknowledged.as_ref().map(|a| a.by.as_str()),
        "acknowledged_at": alert.acknowledged.as_ref().and_then(|a| rfc3339(a.at)),
        "acknowledged_note": alert.acknowledged.as_ref().map(|a| a.note.as_str()),
    })
}
