//! `nianbao rescan`: has the daemon scan its folders now.

use super::{Common, Exit, Server};

/// Has the daemon scan its folders now.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 只扫描这个文件夹（配置中的名称） · Only this folder (its configured name)
    pub folder: Option<String>,
}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("rescan")
}
