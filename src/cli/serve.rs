//! `nianbao serve`: runs the daemon.

use super::{Common, Exit};

/// Runs the daemon.
#[derive(clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, _common: &Common) -> anyhow::Result<Exit> {
    anyhow::bail!("serve")
}
