//! `nianbao alerts`: lists alerts.

use super::{Common, Exit, Output, Server};

/// Lists alerts.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 包括已解除的 · With resolved ones
    #[arg(long)]
    pub all: bool,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("alerts")
}
