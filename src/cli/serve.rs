//! `nianbao serve`: runs the daemon.

use super::rebuild::damaged;
use super::{Common, Exit};
use crate::config::Mode;
use crate::daemon::{self, Ready};
use crate::model::Lang;
use std::fmt::Write as _;
use std::io::Write;

/// Runs the daemon.
#[derive(clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let settings = common.settings()?;
    let lang = common.lang_or(settings.lang);
    let config = config_option(common)?;
    daemon::start_log(&settings.log, settings.utc_offset_minutes);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(daemon::run(settings, |ready| {
        // A closed standard output is no reason not to run.
        let _ = std::io::stdout().write_all(banner(ready, &config, lang).as_bytes());
    }));
    // What still runs was either finished or given up.
    runtime.shutdown_background();
    result?;
    Ok(Exit::Fine)
}

/// The option by which the commands in the banner find the same daemon from any directory; nothing
/// for the built-in configuration.
fn config_option(common: &Common) -> std::io::Result<String> {
    let Some(file) = &common.config else { return Ok(String::new()) };
    let file = std::path::absolute(file)?.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    Ok(match file.chars().all(plain) {
        true => format!(" --config {file}"),
        false => format!(" --config '{}'", file.replace('\'', r"'\''")),
    })
}

/// What a person needs to know to begin.
fn banner(ready: &Ready, config: &str, lang: Lang) -> String {
    let mut out = String::new();
    write_banner(&mut out, ready, config, lang).expect("writing to a String cannot fail");
    out
}

fn write_banner(out: &mut String, ready: &Ready, config: &str, lang: Lang) -> std::fmt::Result {
    let api = ready.grpc;
    // A port chosen by the system stands in no configuration.
    let server = match ready.settings.grpc.listen.port() {
        0 => format!("{config} --server {api}"),
        _ => config.to_string(),
    };
    match lang {
        Lang::Zh => {
            writeln!(out, "年报守望已启动，接口 {api}")?;
            if ready.opened.rebuilt {
                writeln!(out, "  索引已由日志重建")?;
            }
            out.push_str(&damaged(&ready.opened, lang));
            for folder in &ready.settings.folders {
                let to = if folder.mode == Mode::Check {
                    "试投（不报送）"
                } else {
                    "把报告放进"
                };
                writeln!(out, "  {to}：{}（{}）", folder.path.display(), folder.name)?;
            }
            writeln!(out, "  总体情况：nianbao status{server}")?;
            writeln!(out, "  收到的报告：nianbao list{server}")?;
            writeln!(out, "  一份的结论：nianbao show 编号{server}")?;
            writeln!(out, "  写几份样例试试：nianbao demo{config}")?;
            writeln!(out, "  停止：Ctrl-C")
        }
        Lang::En => {
            writeln!(out, "nianbao is running, API at {api}")?;
            if ready.opened.rebuilt {
                writeln!(out, "  the index was rebuilt from the journal")?;
            }
            out.push_str(&damaged(&ready.opened, lang));
            for folder in &ready.settings.folders {
                let trial = folder.mode == Mode::Check;
                let to = if trial { "try reports out in" } else { "drop reports into" };
                writeln!(out, "  {to}: {} ({})", folder.path.display(), folder.name)?;
            }
            writeln!(out, "  overview: nianbao status{server}")?;
            writeln!(out, "  submissions: nianbao list{server}")?;
            writeln!(out, "  one verdict: nianbao show NUMBER{server}")?;
            writeln!(out, "  samples to try: nianbao demo{config}")?;
            writeln!(out, "  stop: Ctrl-C")
        }
    }
}
