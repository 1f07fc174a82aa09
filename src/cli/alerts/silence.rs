//! `nianbao alerts silence`: a case of which nobody is told for a while.

use crate::cli::client::{Client, time};
use crate::cli::{Common, Exit, Server};
use crate::model::{Alert, AlertState, Lang};
use crate::proto::v1::{self, alert_service_client::AlertServiceClient};
use anyhow::Context;
use std::io::Write;
use std::time::{Duration, SystemTime};

/// Tells nobody of a case for a while, or again.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 提醒编号 · Number of the alert
    pub id: u64,
    /// 暂停多久，如 8h、3d，至多 90d · For how long, at most 90d
    #[arg(long = "for", value_name = "TIME", value_parser = stretch, required_unless_present = "end")]
    pub stretch: Option<Duration>,
    /// 结束暂停 · End the silence
    #[arg(long, conflicts_with = "stretch")]
    pub end: bool,
    /// 谁要求的 · Who asks for it
    #[arg(long)]
    pub by: String,
    /// 原因 · Why
    #[arg(long, default_value = "")]
    pub note: String,
}

/// `8h`, `3d`.
fn stretch(typed: &str) -> Result<Duration, String> {
    let wrong = || "写成带单位的时长，如 8h、3d · write a time with its unit, 8h or 3d".to_string();
    let typed = typed.trim();
    let (number, unit) =
        typed.split_at(typed.len() - typed.chars().last().map_or(0, char::len_utf8));
    let hours = match unit {
        "h" => 1,
        "d" => 24,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    match number.checked_mul(hours * 3600) {
        Some(seconds) if (1..=90 * 86_400).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err("从 1h 到 90d · from 1h to 90d".to_string()),
    }
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let mut service = AlertServiceClient::new(client.channel.clone());
    let until = args.stretch.map(|stretch| SystemTime::now() + stretch);
    let request = v1::SilenceAlertRequest {
        id: args.id,
        until: until.map(Into::into),
        by: args.by.clone(),
        note: args.note.clone(),
    };
    let answer = client.call(service.silence_alert(request))?;
    let alert = Alert::try_from(answer.alert.context("the answer lacks the alert")?)?;
    let summary = alert.summary.in_lang(client.lang);
    let (id, until) = (alert.id, alert.silenced.as_ref().map(|silence| time(silence.until)));
    let mut out = std::io::stdout().lock();
    match (alert.state, until, client.lang) {
        (AlertState::Resolved, _, Lang::Zh) => {
            writeln!(out, "提醒 {id} 已解除，不用再暂停：{summary}")?
        }
        (AlertState::Resolved, _, Lang::En) => writeln!(out, "alert {id} has resolved: {summary}")?,
        (_, Some(until), Lang::Zh) => {
            writeln!(out, "提醒 {id} 暂停到 {until}，到时仍未处理再提醒：{summary}")?
        }
        (_, Some(until), Lang::En) => {
            writeln!(out, "alert {id} is silent until {until}: {summary}")?
        }
        (_, None, Lang::Zh) => writeln!(out, "提醒 {id} 恢复提醒：{summary}")?,
        (_, None, Lang::En) => writeln!(out, "alert {id} is told again: {summary}")?,
    }
    Ok(Exit::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_has_a_unit_and_an_end() {
        assert_eq!(stretch("8h"), Ok(Duration::from_secs(8 * 3600)));
        assert_eq!(stretch(" 3d "), Ok(Duration::from_secs(3 * 86_400)));
        for wrong in ["", "3", "d", "0h", "91d", "3天", "-1h", "99999999999999999999d"] {
            assert!(stretch(wrong).is_err(), "{wrong}");
        }
    }
}
