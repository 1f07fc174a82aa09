//! `nianbao ack`: acknowledges an alert.

use super::client::Client;
use super::{Common, Exit, Server};
use crate::model::{Alert, Lang};
use crate::proto::v1::{self, alert_service_client::AlertServiceClient};
use anyhow::Context;
use std::io::Write;

/// Acknowledges an alert.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 提醒编号 · Number of the alert
    pub id: u64,
    /// 谁认领 · Who takes it on
    #[arg(long)]
    pub by: String,
    /// 说明 · What they say about it
    #[arg(long, default_value = "")]
    pub note: String,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let mut service = AlertServiceClient::new(client.channel.clone());
    let request =
        v1::AcknowledgeAlertRequest { id: args.id, by: args.by.clone(), note: args.note.clone() };
    let answer = client.call(service.acknowledge_alert(request))?;
    let alert = Alert::try_from(answer.alert.context("the answer lacks the alert")?)?;
    let summary = alert.summary.in_lang(client.lang);
    let mut out = std::io::stdout().lock();
    match client.lang {
        Lang::Zh => writeln!(out, "提醒 {} 由 {} 认领：{summary}", alert.id, args.by)?,
        Lang::En => writeln!(out, "alert {} taken on by {}: {summary}", alert.id, args.by)?,
    }
    Ok(Exit::Fine)
}
