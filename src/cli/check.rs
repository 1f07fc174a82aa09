//! `nianbao check`: checks files or folders without a daemon.

use super::{Common, Exit, Output};
use std::path::PathBuf;

/// Checks files or folders without a daemon.
#[derive(clap::Args)]
pub struct Args {
    /// 文件或文件夹 · Files or folders
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
    /// 报告年度（不从报告中推断） · Year reported on, instead of what the report says
    #[arg(long)]
    pub year: Option<i32>,
    /// 单位全称（不从报告中推断） · Full name of the unit, instead of what the report says
    #[arg(long)]
    pub unit: Option<String>,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("check")
}
