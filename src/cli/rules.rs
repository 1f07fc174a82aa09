//! `nianbao rules`: looks up the rules.

use super::{Common, Exit};

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

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("rules")
}
