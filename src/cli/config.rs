//! `nianbao config`: checks or shows the configuration.

use super::{Common, Exit};
use crate::model::{BodyKind, Roster, Words};
use std::io::Write;

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

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let settings = common.settings()?;
    let lang = common.lang_or(settings.lang);
    let mut out = std::io::stdout().lock();
    match args.verb {
        Verb::Check => {
            let (folders, channels) = (settings.folders.len(), settings.channels.len());
            let words = Words::new(
                format!("配置没有问题：监测文件夹 {folders} 个，提醒渠道 {channels} 个"),
                format!("The configuration is fine: folders {folders}, channels {channels}"),
            );
            writeln!(out, "{}", words.in_lang(lang))?;
            if let Some(file) = &settings.roster {
                writeln!(out, "{}", counted(&file.roster).in_lang(lang))?;
            }
            let site = settings.forms.site();
            let (added, files) = (site.additions.len(), site.files.len());
            if added + files > 0 {
                let words = Words::new(
                    format!("对统一格式的本地补充 {added} 处，自有版式文件 {files} 个"),
                    format!("Local additions to the form: {added}, edition files: {files}"),
                );
                writeln!(out, "{}", words.in_lang(lang))?;
            }
            for folder in &settings.folders {
                // The daemon makes those inside its data directory.
                if folder.path.starts_with(&settings.data) || folder.path.is_dir() {
                    continue;
                }
                let (name, path) = (&folder.name, folder.path.display());
                let words = Words::new(
                    format!("注意：监测文件夹 {name} 现在不存在或连不上：{path}"),
                    format!("note: the watched folder {name} is not there now: {path}"),
                );
                writeln!(out, "{}", words.in_lang(lang))?;
            }
        }
        Verb::Show => out.write_all(crate::config::show(&settings).as_bytes())?,
    }
    Ok(Exit::Fine)
}

/// How many bodies of which kind the roster has, so that a file cut short is noticed.
fn counted(roster: &Roster) -> Words {
    let count = |kind| roster.units().iter().filter(|unit| unit.kind == kind).count();
    let [departments, governments, towns, others] = BodyKind::ALL.map(count);
    let all = roster.units().len();
    Words::new(
        format!(
            "名册共 {all} 个单位：部门 {departments}，政府 {governments}，乡镇街道 {towns}，其他 {others}"
        ),
        format!(
            "The roster has {all} bodies: departments {departments}, governments {governments}, townships {towns}, others {others}"
        ),
    )
}
