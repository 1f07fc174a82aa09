//! `nianbao decisions`: lists what reviewers decided.

use super::client::{Client, say, time};
use super::{Common, Exit, Output, Server};
use crate::model::{Decision, Lang, Ruled, UnitYear};
use crate::proto::v1::{self, decision_service_client::DecisionServiceClient};
use crate::render::{Align, Grid, decision_value, ruling_words};
use anyhow::Context;
use std::io::Write;

/// Lists what reviewers decided.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 单位全称 · Full name of the unit
    pub unit: Option<String>,
    /// 年度 · Year reported on
    pub year: Option<i32>,
    /// 包括已改的和已撤销的 · With those changed or withdrawn since
    #[arg(long)]
    pub all: bool,
    /// 最多几条 · At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let (unit, year) = (args.unit.clone(), args.year);
    let decisions = fetch(&client, unit, year, args.all, args.limit as usize)?;
    let mut out = std::io::stdout().lock();
    match args.format {
        Output::Json => {
            for listed in &decisions {
                let mut object = decision_value(&listed.decision, client.lang);
                object["in_force"] = listed.in_force.into();
                writeln!(out, "{object}")?;
            }
        }
        Output::Text if decisions.is_empty() => {
            writeln!(out, "{}", say(client.lang, "没有认定", "nothing was decided"))?;
        }
        Output::Text => {
            write!(out, "{}", grid(&decisions, args.all, client.lang).render(common.style()))?;
        }
    }
    Ok(Exit::Fine)
}

/// A decision and whether it is in force.
struct Listed {
    decision: Decision,
    in_force: bool,
}

/// The decisions in force for a unit and year.
pub(super) fn in_force(client: &Client, of: &UnitYear) -> anyhow::Result<Vec<Decision>> {
    let listed = fetch(client, Some(of.unit.clone()), Some(of.year), false, usize::MAX)?;
    Ok(listed.into_iter().map(|listed| listed.decision).collect())
}

/// What was decided about each finding of an answer, in their order.
pub(super) fn ruled(result: &v1::judgement::Result) -> anyhow::Result<Vec<Option<Ruled>>> {
    let v1::judgement::Result::Verdict(verdict) = result else { return Ok(Vec::new()) };
    verdict.findings.iter().map(on).collect()
}

/// What was decided about a finding.
pub(super) fn on(finding: &v1::Finding) -> anyhow::Result<Option<Ruled>> {
    let Some(decision) = finding.decision.clone() else { return Ok(None) };
    let lapsed = finding.standing() == v1::FindingStanding::Lapsed;
    Ok(Some(Ruled { decision: decision.try_into()?, lapsed }))
}

fn fetch(
    client: &Client,
    unit: Option<String>,
    year: Option<i32>,
    all: bool,
    limit: usize,
) -> anyhow::Result<Vec<Listed>> {
    let mut service = DecisionServiceClient::new(client.channel.clone());
    let mut request = v1::ListDecisionsRequest { unit, year, page_size: 500, ..Default::default() };
    let mut decisions = Vec::new();
    loop {
        let page = client.call(service.list_decisions(request.clone()))?;
        for listed in page.decisions.into_iter().filter(|listed| all || listed.in_force) {
            let decision = listed.decision.context("the answer lacks a decision")?;
            decisions.push(Listed { decision: decision.try_into()?, in_force: listed.in_force });
        }
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() || decisions.len() >= limit {
            decisions.truncate(limit);
            return Ok(decisions);
        }
    }
}

fn grid(decisions: &[Listed], all: bool, lang: Lang) -> Grid {
    let heads = match lang {
        Lang::Zh => ["时间", "年度", "单位", "规则", "标识", "认定", "认定人", "理由"],
        Lang::En => ["When", "Year", "Unit", "Rule", "Fingerprint", "Ruling", "By", "Why"],
    };
    let align = |at| if at == 1 { Align::Right } else { Align::Left };
    let mut grid = Grid::new(heads.into_iter().enumerate().map(|(at, head)| (head, align(at))));
    for Listed { decision, in_force } in decisions {
        let mut ruling = ruling_words(decision.ruling).in_lang(lang).to_string();
        if all && !in_force && decision.ruling.is_some() {
            ruling += say(lang, "（已变更）", " (no longer)");
        }
        grid.row([
            time(decision.at),
            decision.of.year.to_string(),
            decision.of.unit.clone(),
            decision.code.clone(),
            decision.fingerprint.clone(),
            ruling,
            decision.by.clone(),
            decision.reason.clone(),
        ]);
    }
    grid
}
