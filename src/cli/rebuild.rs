//! `nianbao rebuild`: rebuilds the index from the journal.

use super::client::say;
use super::{Common, Exit};
use crate::daemon::{self, Damage, Opened};
use crate::model::{Lang, Words};
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
    let mut out = std::io::stdout();
    writeln!(out, "{}", words.in_lang(lang))?;
    write!(out, "{}", damaged(&opened, lang))?;
    Ok(Exit::Fine)
}

/// Which originals are no longer what was handed in, one a line, and what to do.
pub(super) fn damaged(opened: &Opened, lang: Lang) -> String {
    let mut lines = String::new();
    for original in &opened.damaged {
        let (id, path) = (original.submission, original.path.display());
        let file = original.file_name.escape_debug();
        let what = match original.damage {
            Damage::Missing => say(lang, "缺失", "is missing"),
            Damage::Altered => say(lang, "已损坏", "is damaged"),
        };
        lines += &match lang {
            Lang::Zh => format!("原件{what}：编号 {id} “{file}”，请从备份恢复 {path}\n"),
            Lang::En => {
                format!("The original of {id}, “{file}”, {what}: restore {path} from a backup\n")
            }
        };
    }
    let more = opened.damaged_in_all.saturating_sub(opened.damaged.len() as u64);
    if more > 0 {
        lines += &match lang {
            Lang::Zh => format!("另有 {more} 份原件缺失或损坏，详见日志\n"),
            Lang::En => format!("{more} more originals are missing or damaged; see the log\n"),
        };
    }
    lines
}
