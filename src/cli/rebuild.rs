//! `nianbao rebuild`: rebuilds the index from the journal.

use super::{Common, Exit};

/// Rebuilds the index from the journal.
#[derive(clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("rebuild")
}
