//! `nianbao status`: shows the overview of a year and how the daemon is.

use super::{Common, Exit, Output, Server};

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

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("status")
}
