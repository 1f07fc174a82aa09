//! `nianbao alerts test`: tries a channel.

use crate::cli::client::Client;
use crate::cli::{Common, Exit, Server};
use crate::model::Lang;
use crate::proto::v1::{self, alert_service_client::AlertServiceClient};
use std::io::Write;

/// Sends a message marked as a test.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 渠道名称，见配置中的 [[channel]] · Name of the channel, as in the configuration
    pub channel: String,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let mut service = AlertServiceClient::new(client.channel.clone());
    let name = &args.channel;
    let request = v1::TestChannelRequest { channel: name.clone() };
    let answer = client.call(service.test_channel(request))?;
    let mut out = std::io::stdout().lock();
    match (answer.error, client.lang) {
        (None, Lang::Zh) => writeln!(out, "渠道“{name}”已接受测试提醒，请到收件一端确认")?,
        (None, Lang::En) => writeln!(out, "channel “{name}” took the test; see that it arrived")?,
        (Some(error), Lang::Zh) => anyhow::bail!("渠道“{name}”没有接受测试提醒：{error}"),
        (Some(error), Lang::En) => anyhow::bail!("channel “{name}” did not take the test: {error}"),
    }
    Ok(Exit::Fine)
}
