//! `nianbao list`: lists submissions.

use super::{Common, Exit, Output, Server};

/// Lists submissions.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 年度 · Year reported on
    #[arg(long)]
    pub year: Option<i32>,
    /// 单位全称 · Full name of the unit
    #[arg(long)]
    pub unit: Option<String>,
    /// 只看这条规则有问题的 · Only those with a finding of this rule
    #[arg(long, value_name = "CODE")]
    pub rule: Option<String>,
    /// 包括已被更新版本取代的 · With superseded ones
    #[arg(long)]
    pub all: bool,
    /// 最多几条 · At most so many
    #[arg(long, default_value_t = 50)]
    pub limit: u32,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("list")
}
