//! `nianbao ack`: acknowledges an alert.

use super::{Common, Exit, Server};

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

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("ack")
}
