//! `nianbao config`: checks or shows the configuration.

use super::{Common, Exit};

/// Checks or shows the configuration.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub verb: Verb,
}

/// What to do with it.
#[derive(clap::Subcommand)]
pub enum Verb {
    /// 检查，列出全部问题 · Check it and list every problem
    Check,
    /// 显示生效的配置（不含密钥） · Show what is in force, without secrets
    Show,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("config")
}
