//! `nianbao rebuild`: rebuilds the index from the journal.

use super::{Common, Exit};
use crate::daemon;
use crate::model::Words;
use std::io::Write;

/// Rebuilds the index from the journal. The daemon has to be stopped.
#[derive(clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let settings = common.settings()?;
    let lang = common.lang_or(settings.lang);
    // Opening a store makes one where there is none; a rebuild has nothing to begin with there.
    if !settings.data.join("journal").is_dir() {
        let data = settings.data.display();
        let words = Words::new(
            format!(
                "这里没有数据目录：{data}；请用 --config 指明配置，或换到启动 nianbao serve 的目录"
            ),
            format!(
                "no data directory at {data}: name the configuration with --config, or change to \
                     the directory `nianbao serve` was started in"
            ),
        );
        anyhow::bail!("{}", words.in_lang(lang));
    }
    let opened = daemon::rebuild(&settings)?;
    let count = opened.replayed;
    let words = Words::new(
        format!("索引已由日志重建，共 {count} 条记录"),
        format!("The index was rebuilt from {count} journal records"),
    );
    writeln!(std::io::stdout(), "{}", words.in_lang(lang))?;
    Ok(Exit::Fine)
}
