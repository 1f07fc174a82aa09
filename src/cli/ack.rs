//! `nianbao ack`: acknowledges an alert.

use super::client::{Client, time};
use super::{Common, Exit, Server};
use crate::model::{Alert, AlertState, Lang};
use crate::proto::v1::{self, alert_service_client::AlertServiceClient};
use anyhow::Context;
use std::io::Write;
use tonic::Code;

/// Acknowledges an alert.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 提醒编号 · Number of the alert
    pub id: u64,
    /// 谁认领 · Who takes it on
    #[arg(long, value_parser = somebody)]
    pub by: String,
    /// 说明 · What they say about it
    #[arg(long, default_value = "")]
    pub note: String,
}

/// A name that names somebody.
fn somebody(typed: &str) -> Result<String, String> {
    match typed.trim() {
        "" => Err("请写明由谁认领 · say who takes it on".into()),
        name => Ok(name.to_string()),
    }
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let mut service = AlertServiceClient::new(client.channel.clone());
    let before = match client.find(service.get_alert(v1::GetAlertRequest { id: args.id }))? {
        Ok(found) => found.alert.context("the answer lacks the alert")?,
        Err(status) if status.code() == Code::NotFound => {
            let id = args.id;
            anyhow::bail!(match client.lang {
                Lang::Zh => format!("没有编号为 {id} 的提醒；提醒的编号见 nianbao alerts"),
                Lang::En => format!("there is no alert {id}; their numbers: nianbao alerts"),
            });
        }
        Err(status) => return Err(client.said(&status)),
    };
    let before = Alert::try_from(before)?;
    let mut out = std::io::stdout().lock();
    if let (AlertState::Resolved, Some(at)) = (before.state, before.resolved_at) {
        let (id, at, summary) = (before.id, time(at), before.summary.in_lang(client.lang));
        match client.lang {
            Lang::Zh => writeln!(out, "提醒 {id} 已于 {at} 解除，不用再认领：{summary}")?,
            Lang::En => {
                writeln!(out, "alert {id} resolved at {at}, nothing to take on: {summary}")?
            }
        }
        return Ok(Exit::Fine);
    }
    let before = before.acknowledged.filter(|before| before.by != args.by);
    let request =
        v1::AcknowledgeAlertRequest { id: args.id, by: args.by.clone(), note: args.note.clone() };
    let answer = client.call(service.acknowledge_alert(request))?;
    let alert = Alert::try_from(answer.alert.context("the answer lacks the alert")?)?;
    let summary = alert.summary.in_lang(client.lang);
    if let Some(before) = before {
        match client.lang {
            Lang::Zh => writeln!(out, "原由 {} 认领", before.by)?,
            Lang::En => writeln!(out, "it was taken on by {} before", before.by)?,
        }
    }
    match client.lang {
        Lang::Zh => writeln!(out, "提醒 {} 由 {} 认领：{summary}", alert.id, args.by)?,
        Lang::En => writeln!(out, "alert {} taken on by {}: {summary}", alert.id, args.by)?,
    }
    Ok(Exit::Fine)
}
