//! `nianbao watch`: follows what happens, across restarts of the daemon.

use super::client::{Client, rfc3339, say, time};
use super::{Common, Exit, Output, Server, alerts, list};
use crate::model::{Alert, Lang, Millis, Submission};
use crate::proto::v1::{self, EventKind, watch_service_client::WatchServiceClient};
use crate::render::visible;
use serde_json::json;
use std::io::Write;
use std::time::Duration;
use tonic::{Code, Status};

/// Follows what happens.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 年度 · Year reported on
    #[arg(long)]
    pub year: Option<i32>,
    /// 单位全称 · Full name of the unit
    #[arg(long)]
    pub unit: Option<String>,
    /// 从这个游标之后继续 · Go on after this cursor
    #[arg(long)]
    pub cursor: Option<String>,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

/// Between two tries to reach a daemon that has gone.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    client.run(follow(&client, args))?;
    Ok(Exit::Fine)
}

/// Never ends well: it is interrupted, or the daemon refuses to go on.
async fn follow(client: &Client, args: &Args) -> anyhow::Result<()> {
    let mut channel = client.channel.clone();
    let mut cursor = args.cursor.clone().unwrap_or_default();
    let begun = ("等待新情况……（Ctrl-C 结束）", "waiting for what happens… (Ctrl-C ends)");
    writeln!(std::io::stderr(), "nianbao: {}", say(client.lang, begun.0, begun.1))?;
    loop {
        let service = WatchServiceClient::new(channel.clone());
        let ended = stream(service, args, client.lang, &mut cursor).await?;
        if !passes(&ended) {
            return Err(client.said(&ended));
        }
        let waiting = ("连接中断，正在重连……", "the connection broke, trying again…");
        writeln!(std::io::stderr(), "nianbao: {}", say(client.lang, waiting.0, waiting.1))?;
        channel = loop {
            tokio::time::sleep(PAUSE).await;
            if let Some(channel) = client.reconnect().await {
                break channel;
            }
        };
        let back = say(client.lang, "已恢复", "connected again");
        writeln!(std::io::stderr(), "nianbao: {back}")?;
    }
}

/// Whether an end is one after which the same cursor may be tried again.
fn passes(status: &Status) -> bool {
    let codes =
        [Code::Unavailable, Code::Ok, Code::Cancelled, Code::Unknown, Code::DeadlineExceeded];
    codes.contains(&status.code())
}

/// Prints what comes until the stream ends, moving the cursor along; how it ended.
async fn stream(
    mut service: WatchServiceClient<tonic::transport::Channel>,
    args: &Args,
    lang: Lang,
    cursor: &mut String,
) -> anyhow::Result<Status> {
    let request = v1::WatchRequest {
        optional_start_cursor: cursor.clone(),
        kinds: Vec::new(),
        year: args.year,
        unit: args.unit.clone(),
    };
    let mut responses = match service.watch(request).await {
        Ok(responses) => responses.into_inner(),
        Err(status) => return Ok(status),
    };
    loop {
        match responses.message().await {
            Err(status) => return Ok(status),
            Ok(None) => return Ok(Status::ok("")),
            Ok(Some(response)) => {
                let mut out = std::io::stdout().lock();
                for event in response.events {
                    let event = Told::try_from(event)?;
                    match args.format {
                        Output::Text => writeln!(out, "{}", event.text(lang))?,
                        Output::Json => writeln!(out, "{}", event.json(&response.changes_through))?,
                    }
                }
                out.flush()?;
                *cursor = response.changes_through;
            }
        }
    }
}

/// An event as it is told.
struct Told {
    seq: u64,
    at: Millis,
    kind: EventKind,
    submission: Option<Submission>,
    alerts: Vec<Alert>,
    delivery: Option<v1::Delivery>,
}

impl TryFrom<v1::Event> for Told {
    type Error = anyhow::Error;
    fn try_from(from: v1::Event) -> anyhow::Result<Told> {
        let at = from.at.unwrap_or_default();
        let alerts = from.alerts.iter().cloned().map(Alert::try_from).collect::<Result<_, _>>()?;
        Ok(Told {
            seq: from.seq,
            at: at.seconds * 1000 + i64::from(at.nanos / 1_000_000),
            kind: from.kind(),
            submission: from.submission.map(TryInto::try_into).transpose()?,
            alerts,
            delivery: from.delivery,
        })
    }
}

impl Told {
    fn text(&self, lang: Lang) -> String {
        let what = match self.kind {
            EventKind::Received => say(lang, "收到", "received"),
            EventKind::Judged => say(lang, "核对", "judged"),
            EventKind::Unpacked => say(lang, "拆分", "unpacked"),
            EventKind::Requeued => say(lang, "重新核对", "to be judged again"),
            EventKind::Acknowledged => say(lang, "认领", "acknowledged"),
            EventKind::Delivered => say(lang, "通知", "notified"),
            EventKind::Attempted => say(lang, "读取失败", "reader failed"),
            EventKind::Moved => say(lang, "改名", "renamed"),
            EventKind::Alerted => say(lang, "提醒", "alert"),
            EventKind::RecheckFailed => {
                say(lang, "重新核对时未能读取，原结论不变", "recheck failed, the verdict stands")
            }
            EventKind::Decided => say(lang, "认定", "decided"),
            EventKind::Bundled => say(lang, "汇总", "digest"),
            EventKind::Silenced => say(lang, "暂停或恢复提醒", "silenced, or told again"),
            EventKind::Reminded => say(lang, "再次提醒", "told again"),
            EventKind::Unspecified => say(lang, "其他", "other"),
        };
        let mut parts = vec![time(self.at), what.to_string()];
        if let Some(s) = &self.submission {
            parts.push(format!("#{}", s.id));
            // Before it is read, nobody knows whose it is; then the file says which is meant.
            parts.extend(s.unit.clone());
            parts.extend(s.year.map(|year| year.to_string()));
            if s.unit.is_none() || self.kind != EventKind::Judged {
                parts.push(s.source.shown_name());
            }
            if matches!(self.kind, EventKind::Judged | EventKind::Unpacked | EventKind::Decided) {
                parts.push(list::outcome(s, lang));
            }
        }
        for alert in self.alerts.iter().filter(|_| self.submission.is_none()) {
            parts.push(alert.summary.in_lang(lang).to_string());
        }
        if let Some(d) = &self.delivery {
            let came = match (self.kind, d.delivered) {
                (EventKind::Bundled, _) => ("待发", "to be sent"),
                (_, true) => ("已送达", "sent"),
                (_, false) => ("未送达", "not sent"),
            };
            parts.push(format!("{} {}", d.channel, say(lang, came.0, came.1)));
        }
        // A file name may hold anything; a terminal is not to obey it.
        visible(&parts.join("  "))
    }

    fn json(&self, cursor: &str) -> serde_json::Value {
        let kind = self.kind.as_str_name().trim_start_matches("EVENT_KIND_").to_lowercase();
        json!({
            "seq": self.seq,
            "at": rfc3339(self.at),
            "kind": kind,
            "submission": self.submission.as_ref().map(list::json),
            "alerts": self.alerts.iter().map(alerts::json).collect::<Vec<_>>(),
            "channel": self.delivery.as_ref().map(|d| d.channel.as_str()),
            "delivered": self.delivery.as_ref().map(|d| d.delivered),
            // Good for going on only after the last line of its response; the same in all of them.
            "changes_through": cursor,
        })
    }
}
