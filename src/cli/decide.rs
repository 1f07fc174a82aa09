//! `nianbao decide`: records what a finding is judged to be, or takes it back.

use super::client::{Client, say};
use super::decisions::in_force;
use super::{Common, Exit, Server};
use crate::model::{Finding, Lang, Outcome, Ruling, Submission, UnitYear};
use crate::proto::v1::{
    self, decision_service_client::DecisionServiceClient,
    verdict_service_client::VerdictServiceClient,
};
use crate::render::{ruling_words, visible};
use anyhow::{Context, anyhow, bail};
use clap::ValueEnum;
use std::collections::BTreeMap;
use std::io::Write;

/// Records what a finding is judged to be, or takes it back.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 编号，或单位全称加年度；然后是规则编号（AR-02），同一规则有几处时写问题标识的前几位 · Number, or a
    /// unit with a year; then the rule's code, or the beginning of the finding's fingerprint where the
    /// rule has found several
    #[arg(required = true, num_args = 2..=3, value_names = ["ID|UNIT YEAR", "FINDING"])]
    pub what: Vec<String>,
    /// 认定为 · What it is judged to be
    #[arg(long, required_unless_present = "withdraw")]
    pub ruling: Option<RulingArg>,
    /// 理由 · Why
    #[arg(long, required_unless_present = "withdraw", value_parser = written)]
    pub reason: Option<String>,
    /// 谁认定 · Who decides
    #[arg(long, value_parser = written)]
    pub by: String,
    /// 撤销此前的认定 · Take back what was decided
    #[arg(long, conflicts_with = "ruling")]
    pub withdraw: bool,
}

/// A ruling on the command line, by either of its names.
#[derive(Clone, Copy, ValueEnum)]
pub enum RulingArg {
    /// confirmed：必须改正 · must be mended
    #[value(name = "属实", alias = "confirmed")]
    Confirmed,
    /// dismissed：不再计入 · does not count any more
    #[value(name = "非问题", alias = "dismissed")]
    Dismissed,
    /// explained：不再计入 · does not count any more
    #[value(name = "已说明", alias = "explained")]
    Explained,
}

impl From<RulingArg> for Ruling {
    fn from(from: RulingArg) -> Self {
        match from {
            RulingArg::Confirmed => Ruling::Confirmed,
            RulingArg::Dismissed => Ruling::Dismissed,
            RulingArg::Explained => Ruling::Explained,
        }
    }
}

/// A text that is not blank.
fn written(typed: &str) -> Result<String, String> {
    match typed.trim() {
        "" => Err("请写明 · must not be empty".into()),
        text => Ok(text.to_string()),
    }
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let (whose, meant) = match &args.what[..] {
        [id, meant] => (Whose::Id(number(id, client.lang)?), meant),
        [unit, year, meant] => {
            let year = year.parse().map_err(|_| {
                anyhow!("{year}: {}", say(client.lang, "年度应为数字", "a year is a number"))
            })?;
            (Whose::Body(UnitYear { unit: unit.clone(), year }), meant)
        }
        _ => bail!(say(client.lang, "参数不对", "wrong arguments")),
    };
    let looked = look(&client, &whose)?;
    match args.ruling {
        Some(ruling) => decide(&client, args, ruling.into(), looked?, meant),
        None => withdraw(&client, args, &whose, looked.ok(), meant),
    }
}

fn number(typed: &str, lang: Lang) -> anyhow::Result<u64> {
    typed.parse().map_err(|_| {
        let hint = (
            "请写：编号 问题，或 单位全称 年度 问题",
            "write: NUMBER FINDING, or UNIT YEAR FINDING",
        );
        anyhow!("{typed}: {}", say(lang, hint.0, hint.1))
    })
}

/// Whose finding it is.
enum Whose {
    Id(u64),
    Body(UnitYear),
}

/// A report as it was looked at before deciding.
struct Looked {
    submission: v1::Submission,
    findings: Vec<v1::Finding>,
}

/// The report and its findings; the inner error where there is none to look at.
fn look(client: &Client, whose: &Whose) -> anyhow::Result<anyhow::Result<Looked>> {
    use v1::get_verdict_request::Of;
    let of = match whose {
        Whose::Id(id) => Of::SubmissionId(*id),
        Whose::Body(of) => Of::Current(v1::UnitYear { unit: of.unit.clone(), year: of.year }),
    };
    let mut service = VerdictServiceClient::new(client.channel.clone());
    let request = v1::GetVerdictRequest { of: Some(of) };
    let answer = match client.find(service.get_verdict(request))? {
        Ok(answer) => answer,
        Err(status) => return Ok(Err(client.said(&status))),
    };
    let submission = answer.submission.context("the answer lacks the submission")?;
    let result = answer.judgement.and_then(|judgement| judgement.result);
    let findings = match result {
        Some(v1::judgement::Result::Verdict(verdict)) => verdict.findings,
        _ => Vec::new(),
    };
    Ok(Ok(Looked { submission, findings }))
}

fn decide(
    client: &Client,
    args: &Args,
    ruling: Ruling,
    looked: Looked,
    meant: &str,
) -> anyhow::Result<Exit> {
    let lang = client.lang;
    let mut there = BTreeMap::new();
    for finding in &looked.findings {
        let shown = Finding::try_from(finding.clone())?;
        let place = shown.places.first().map(|place| place.in_words(lang)).unwrap_or_default();
        let message = shown.plain_message(lang);
        let line = match message.starts_with(&place) {
            true => message.to_owned(),
            false => format!("{place}  {message}"),
        };
        there.entry(finding.fingerprint.clone()).or_insert((finding.code.clone(), line));
    }
    let print = one(&there, meant, lang)?;
    let before = looked.submission.clone();
    let request = v1::DecideRequest {
        of: Some(v1::decide_request::Of::SubmissionId(before.id)),
        fingerprint: print.clone(),
        ruling: v1::Ruling::from(ruling).into(),
        reason: args.reason.clone().unwrap_or_default(),
        by: args.by.clone(),
        judged_at: before.judged_at,
    };
    let mut service = DecisionServiceClient::new(client.channel.clone());
    let answer = client.call(service.decide(request))?;
    let (code, line) = &there[&print];
    tell(lang, code, line, Some(ruling), Some(before), answer.submission)
}

fn withdraw(
    client: &Client,
    args: &Args,
    whose: &Whose,
    looked: Option<Looked>,
    meant: &str,
) -> anyhow::Result<Exit> {
    let lang = client.lang;
    let before = looked.map(|looked| looked.submission);
    let of = match (whose, &before) {
        (Whose::Body(of), _) => of.clone(),
        (Whose::Id(_), Some(v1::Submission { unit: Some(unit), year: Some(year), .. })) => {
            UnitYear { unit: unit.clone(), year: *year }
        }
        (Whose::Id(id), _) => bail!(match lang {
            Lang::Zh => format!("{id} 号不是单位和年度明确的报告；编号见 nianbao list"),
            Lang::En => format!("{id} is no report of a known unit and year; see nianbao list"),
        }),
    };
    let mut there = BTreeMap::new();
    for decision in in_force(client, &of)? {
        let said = decision.substance.first();
        let said = said.map(|said| said.message.in_lang(lang)).unwrap_or_default();
        let line = format!("{}  {said}", ruling_words(decision.ruling).in_lang(lang));
        there.insert(decision.fingerprint, (decision.code, line));
    }
    let print = one(&there, meant, lang)?;
    let request = v1::WithdrawDecisionRequest {
        of: Some(v1::UnitYear { unit: of.unit, year: of.year }),
        fingerprint: print.clone(),
        reason: args.reason.clone().unwrap_or_default(),
        by: args.by.clone(),
    };
    let mut service = DecisionServiceClient::new(client.channel.clone());
    let answer = client.call(service.withdraw_decision(request))?;
    let (code, line) = &there[&print];
    tell(lang, code, line, None, before, answer.submission)
}

/// Findings or decisions by fingerprint: the rule's code and a line for people.
type There = BTreeMap<String, (String, String)>;

/// The one fingerprint that is meant by a rule's code or by the fingerprint's beginning.
fn one(there: &There, meant: &str, lang: Lang) -> anyhow::Result<String> {
    let typed = meant.to_ascii_lowercase();
    let fits = |print: &str, code: &str| {
        code.eq_ignore_ascii_case(meant) || (!typed.is_empty() && print.starts_with(&typed))
    };
    let of_meant: There = there
        .iter()
        .filter(|(print, (code, _))| fits(print, code))
        .map(|(print, line)| (print.clone(), line.clone()))
        .collect();
    let (heading, choice) = match of_meant.len() {
        1 => return Ok(of_meant.into_keys().next().unwrap_or_default()),
        0 if there.is_empty() => match lang {
            Lang::Zh => bail!("没有“{meant}”，也没有其他可供认定的问题"),
            Lang::En => bail!("there is no “{meant}”, nor anything else to decide on"),
        },
        0 => match lang {
            Lang::Zh => (format!("没有“{meant}”；现有："), there),
            Lang::En => (format!("there is no “{meant}”, but:"), there),
        },
        many => match lang {
            Lang::Zh => (format!("“{meant}”有 {many} 处，请写标识的前几位："), &of_meant),
            Lang::En => (
                format!("“{meant}” is {many} findings; write how its fingerprint begins:"),
                &of_meant,
            ),
        },
    };
    let mut lines = vec![heading];
    for (print, (code, line)) in choice {
        lines.push(visible(&format!("  {print}  {code}  {line}")));
    }
    bail!(lines.join("\n"))
}

/// What was recorded and what it did to the outcome.
fn tell(
    lang: Lang,
    code: &str,
    line: &str,
    ruling: Option<Ruling>,
    before: Option<v1::Submission>,
    after: Option<v1::Submission>,
) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    let colon = say(lang, "：", ": ");
    writeln!(out, "{}{colon}{code}  {}", ruling_words(ruling).in_lang(lang), visible(line))?;
    let Some(after) = after.map(Submission::try_from).transpose()? else { return Ok(Exit::Fine) };
    let before = before.map(Submission::try_from).transpose()?;
    let word = |outcome: Option<Outcome>| {
        outcome.map(|outcome| outcome.words().in_lang(lang).to_owned()).unwrap_or_default()
    };
    let was = before.filter(|before| before.outcome != after.outcome);
    let was = was.map(|before| format!("{} → ", word(before.outcome))).unwrap_or_default();
    let whose = match (&after.unit, after.year, lang) {
        (Some(unit), Some(year), Lang::Zh) => format!("{} {year}年度", visible(unit)),
        (Some(unit), Some(year), Lang::En) => format!("{}, {year}", visible(unit)),
        _ => String::new(),
    };
    writeln!(out, "{whose}{colon}{was}{}", word(after.outcome))?;
    Ok(Exit::Fine)
}
