//! `nianbao recheck`: judges submissions again with the rules of today.

use super::{Common, Exit, Server};

/// Judges submissions again with the rules of today.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 编号 · Numbers
    #[arg(required = true)]
    pub ids: Vec<u64>,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("recheck")
}
