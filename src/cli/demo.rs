//! `nianbao demo`: writes sample reports.

use super::{Common, Exit};
use std::path::PathBuf;

/// Writes sample reports.
#[derive(clap::Args)]
pub struct Args {
    /// 写到哪里；默认为第一个监测文件夹 · Where to; the first watched folder by default
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("demo")
}
