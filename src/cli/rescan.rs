//! `nianbao rescan`: has the daemon scan its folders now.

use super::client::{Admin, Client};
use super::{Common, Exit};
use crate::model::Lang;
use crate::proto::v1::{self, admin_service_client::AdminServiceClient};
use std::io::Write;

/// Has the daemon scan its folders now.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub admin: Admin,
    /// 只扫描这个文件夹（配置中的名称） · Only this folder (its configured name)
    pub folder: Option<String>,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect_admin(&args.admin, common)?;
    let mut service = AdminServiceClient::new(client.channel.clone());
    let answer = client.call(service.rescan(v1::RescanRequest { folder: args.folder.clone() }))?;
    let mut out = std::io::stdout().lock();
    match client.lang {
        Lang::Zh => writeln!(out, "已安排扫描 {} 个文件夹", answer.folders)?,
        Lang::En => writeln!(out, "{} folders will be scanned", answer.folders)?,
    }
    Ok(Exit::Fine)
}
