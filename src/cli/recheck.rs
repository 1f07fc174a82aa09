//! `nianbao recheck`: judges submissions again with the rules of today.

use super::client::{Admin, Client};
use super::{Common, Exit};
use crate::model::Lang;
use crate::proto::v1::recheck_request::Scope;
use crate::proto::v1::{self, admin_service_client::AdminServiceClient};
use std::io::Write;

/// Judges submissions again with the rules of today.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub admin: Admin,
    /// 编号 · Numbers
    #[arg(required_unless_present_any = ["rule", "year"])]
    pub ids: Vec<u64>,
    /// 这条规则有问题的全部报告 · All with a finding of this rule
    #[arg(long, value_name = "CODE", conflicts_with_all = ["ids", "year"])]
    pub rule: Option<String>,
    /// 这一年度的全部报告 · All of this year
    #[arg(long, conflicts_with = "ids")]
    pub year: Option<i32>,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect_admin(&args.admin, common)?;
    let mut service = AdminServiceClient::new(client.channel.clone());
    let ids = args.ids.iter().map(|id| Scope::SubmissionId(*id));
    let rule = args.rule.iter().map(|rule| Scope::Rule(rule.clone()));
    let scopes: Vec<Scope> = ids.chain(rule).chain(args.year.map(Scope::Year)).collect();
    let (mut requeued, mut skipped) = (0, 0);
    for scope in scopes {
        let answer = client.call(service.recheck(v1::RecheckRequest { scope: Some(scope) }))?;
        requeued += answer.requeued;
        skipped += answer.skipped;
    }
    let mut out = std::io::stdout().lock();
    match client.lang {
        Lang::Zh => writeln!(out, "重新核对 {requeued} 份，跳过 {skipped} 份")?,
        Lang::En => writeln!(out, "{requeued} to be judged again, {skipped} left out")?,
    }
    Ok(Exit::Fine)
}
