//! The command line: one file per verb. Client verbs speak gRPC only; `check`, `demo`, `eval` and
//! `rules` work without a daemon; `serve` is the daemon.
//!
//! Invariant: exit codes are a contract and are decided here: 0 fine, 1 findings, 2 could not do it,
//! 64 wrong usage, 78 bad configuration. A reader that hangs up (`| head`) is no error.

mod ack;
mod alerts;
mod check;
mod client;
mod config;
mod decide;
mod decisions;
mod demo;
mod diff;
mod eval;
mod ledger;
mod list;
mod rebuild;
mod recheck;
mod rescan;
mod rules;
mod serve;
mod show;
mod status;
mod usage;
mod walk;
mod watch;

use crate::config::{ConfigError, Settings};
use crate::model::Lang;
use crate::render::{Detail, Style};
use clap::{Parser, Subcommand, ValueEnum};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// 年报守望：接收、核对政府信息公开工作年度报告，告诉您哪里要改。
/// Watches folders for annual reports, checks them and says what to mend.
#[derive(Parser)]
#[command(name = "nianbao", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

/// What every verb understands.
#[derive(clap::Args)]
pub struct Common {
    /// 配置文件；不给则用内置默认 · Configuration file; the built-in defaults when none is given
    #[arg(long, global = true, value_name = "FILE", env = "NIANBAO_CONFIG")]
    config: Option<PathBuf>,
    /// 输出语言 · Language of the output
    #[arg(long, global = true, value_name = "LANG")]
    lang: Option<LangArg>,
    /// 颜色 · Colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorArg,
}

#[derive(Clone, Copy, ValueEnum)]
enum LangArg {
    Zh,
    En,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorArg {
    Auto,
    Always,
    Never,
}

/// How a verb prints what it found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// 给人看 · For people
    #[default]
    Text,
    /// 给程序用，每行一个对象 · For programs, one object a line
    Json,
}

/// How a verb prints what it found on a file: also as what its submitter is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Told {
    /// 给人看 · For people
    #[default]
    Text,
    /// 给程序用，每行一个对象 · For programs, one object a line
    Json,
    /// 回执网页，可打印 · The receipt as a page, to be printed
    Html,
    /// 回执文字，可贴到聊天里 · The receipt as text, to be pasted into a chat
    Receipt,
}

/// How much a verb writes of a verdict: in brief unless `--all` is given.
fn detail(all: bool) -> Detail {
    if all { Detail::Full } else { Detail::Brief }
}

/// Where a client verb finds the daemon.
#[derive(clap::Args)]
pub struct Server {
    /// 守护进程地址；默认为配置中的 grpc.listen · Address of the daemon; by default grpc.listen of the
    /// configuration
    #[arg(long, value_name = "HOST:PORT", env = "NIANBAO_SERVER")]
    pub server: Option<String>,
}

#[derive(Subcommand)]
enum Verb {
    /// 启动守护进程 · Run the daemon
    Serve(serve::Args),
    /// 核对文件或文件夹（不需要守护进程） · Check files or folders (needs no daemon)
    Check(check::Args),
    /// 写几份样例报告，看看效果 · Write sample reports to try it out
    Demo(demo::Args),
    /// 查看核对规则 · Look up the rules
    Rules(rules::Args),
    /// 用已知答案的句子和报告检验识读 · Measure the reading on cases whose truth is known
    Eval(eval::Args),
    /// 检查或显示配置 · Check or show the configuration
    Config(config::Args),
    /// 由日志重建索引（须先停止守护进程） · Rebuild the index from the journal (daemon stopped)
    Rebuild(rebuild::Args),
    /// 台账：谁没报、谁要改、谁合规 · Who has not handed in, who must mend what, who is fine
    Ledger(ledger::Args),
    /// 列出收到的报告 · List submissions
    List(list::Args),
    /// 查看一份报告的结论 · Show the verdict on one submission
    Show(show::Args),
    /// 对照两版报告有何不同 · Say what changed between two submissions
    Diff(diff::Args),
    /// 认定一处问题：属实、非问题或已说明 · Decide what a finding is
    Decide(decide::Args),
    /// 列出已作的认定 · List what was decided
    Decisions(decisions::Args),
    /// 持续显示新情况 · Follow what happens
    Watch(watch::Args),
    /// 列出提醒 · List alerts
    Alerts(alerts::Args),
    /// 认领一条提醒 · Acknowledge an alert
    Ack(ack::Args),
    /// 总体情况和运行状态 · Overview and health
    Status(status::Args),
    /// 按现行规则重新核对 · Judge again with the rules of today
    Recheck(recheck::Args),
    /// 立即扫描文件夹 · Scan the folders now
    Rescan(rescan::Args),
}

/// How a verb ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Fine,
    /// Something was found that is not fine.
    Findings,
    /// It could not be done, or not wholly.
    Failed,
    /// The command line was wrong.
    Usage,
    /// The configuration was wrong.
    Config,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Failed => 2,
            Exit::Usage => 64,
            Exit::Config => 78,
        })
    }
}

impl Common {
    /// The checked settings: of `--config`, else the built-in ones.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        Ok(crate::config::load(self.config.as_deref())?)
    }

    /// The settings for a verb that asks the daemon.
    pub fn settings_for_client(&self) -> anyhow::Result<Settings> {
        Ok(crate::config::load_for_client(self.config.as_deref())?)
    }

    /// The language asked for, else the configured one.
    pub fn lang_or(&self, configured: Lang) -> Lang {
        match self.lang {
            Some(LangArg::En) => Lang::En,
            Some(LangArg::Zh) => Lang::Zh,
            None => configured,
        }
    }

    /// Whether standard output is to be coloured: as asked, else when it is a terminal and
    /// `NO_COLOR` is not set (<https://no-color.org>).
    pub fn style(&self) -> Style {
        let wanted = match self.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => {
                std::io::stdout().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
            }
        };
        if wanted { Style::Coloured } else { Style::Plain }
    }
}

/// Parses the command line, runs the verb, and turns what came of it into an exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::tell(&error).into(),
    };
    match run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => report(&error).into(),
    }
}

fn run(cli: &Cli) -> anyhow::Result<Exit> {
    let common = &cli.common;
    match &cli.verb {
        Verb::Serve(args) => serve::run(args, common),
        Verb::Check(args) => check::run(args, common),
        Verb::Demo(args) => demo::run(args, common),
        Verb::Rules(args) => rules::run(args, common),
        Verb::Eval(args) => eval::run(args, common),
        Verb::Config(args) => config::run(args, common),
        Verb::Rebuild(args) => rebuild::run(args, common),
        Verb::Ledger(args) => ledger::run(args, common),
        Verb::List(args) => list::run(args, common),
        Verb::Show(args) => show::run(args, common),
        Verb::Diff(args) => diff::run(args, common),
        Verb::Decide(args) => decide::run(args, common),
        Verb::Decisions(args) => decisions::run(args, common),
        Verb::Watch(args) => watch::run(args, common),
        Verb::Alerts(args) => alerts::run(args, common),
        Verb::Ack(args) => ack::run(args, common),
        Verb::Status(args) => status::run(args, common),
        Verb::Recheck(args) => recheck::run(args, common),
        Verb::Rescan(args) => rescan::run(args, common),
    }
}

/// Says on standard error what went wrong.
fn report(error: &anyhow::Error) -> Exit {
    let broken_pipe = error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    });
    if broken_pipe {
        return Exit::Fine;
    }
    // Nothing more can be done when standard error itself is gone.
    let mut err = std::io::stderr();
    if let Some(config) = error.downcast_ref::<ConfigError>() {
        let _ = write!(err, "{config}");
        return Exit::Config;
    }
    let _ = writeln!(err, "nianbao: {error:#}");
    Exit::Failed
}
