//! `nianbao watch`: follows what happens.

use super::{Common, Exit, Output, Server};

/// Follows what happens.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 从这个游标之后继续 · Go on after this cursor
    #[arg(long)]
    pub cursor: Option<String>,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("watch")
}
