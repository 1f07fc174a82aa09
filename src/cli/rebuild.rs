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
    let opened = daemon::rebuild(&settings)?;
    let count = opened.replayed;
    let words = Words::new(
        format!("索引已由日志重建，共 {count} 条记录"),
        format!("The index was rebuilt from {count} journal records"),
    );
    writeln!(std::io::stdout(), "{}", words.in_lang(common.lang_or(settings.lang)))?;
    Ok(Exit::Fine)
}
