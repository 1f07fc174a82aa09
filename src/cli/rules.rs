//! `nianbao rules`: looks up the rules.

use super::{Common, Exit};
use crate::model::{Lang, Severity};
use crate::render::{Align, Grid};
use crate::rules::{CATALOGUE, find};
use std::io::Write;

/// Looks up the rules.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// What to look up.
#[derive(clap::Subcommand)]
pub enum Verb {
    /// 列出全部规则 · List all rules
    List,
    /// 说明一条规则 · Explain one rule
    Explain {
        /// 规则编号，如 AR-01 · Code of the rule
        code: String,
    },
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    match &args.verb {
        None | Some(Verb::List) => {
            let lang = common.lang();
            let mut grid = Grid::new(match lang {
                Lang::Zh => ["编号", "轻重", "名称"].map(|head| (head, Align::Left)),
                Lang::En => ["Code", "Severity", "Name"].map(|head| (head, Align::Left)),
            });
            for rule in CATALOGUE {
                let name = rule.name_words();
                grid.row([rule.code, severity(rule.severity, lang), name.in_lang(lang)]);
            }
            out.write_all(grid.render(common.style()).as_bytes())?;
        }
        Some(Verb::Explain { code }) => {
            let code = code.to_ascii_uppercase();
            let Some(rule) = find(&code) else {
                anyhow::bail!("没有规则 {code}，清单见 nianbao rules · no rule {code}");
            };
            out.write_all(rule.page.as_bytes())?;
        }
    }
    Ok(Exit::Fine)
}

fn severity(severity: Severity, lang: Lang) -> &'static str {
    match (lang, severity) {
        (Lang::Zh, Severity::Error) => "退回",
        (Lang::Zh, Severity::Warning) => "核实",
        (Lang::Zh, Severity::Info) => "提示",
        (Lang::En, severity) => severity.name(),
    }
}
