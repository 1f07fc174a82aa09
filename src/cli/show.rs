//! `nianbao show`: shows the verdict on one submission.

use super::{Common, Exit, Output, Server};

/// Shows the verdict on one submission.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 编号，见 `nianbao list` · Number, see `nianbao list`
    pub id: u64,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("show")
}
