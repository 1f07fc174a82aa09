//! `nianbao show`: shows the verdict on one submission.

use super::client::{Client, say};
use super::{Common, Exit, Server, Told, decisions, detail, list};
use crate::model::{
    BatchLine, BatchReport, Format, Lang, Outcome, Submission, Unreadable, Verdict,
};
use crate::proto::v1::{self, verdict_service_client::VerdictServiceClient};
use crate::render::{Judged, Review, batch_line, batch_text, json_line, verdict_text};
use anyhow::{Context, anyhow};
use std::io::Write;
use tonic::Code;

/// Shows the verdict on one submission.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 编号（见 nianbao list），或单位全称加年度 · Number (see `nianbao list`), or a unit with a year
    #[arg(value_name = "ID|UNIT")]
    pub of: String,
    /// 年度 · Year reported on
    pub year: Option<i32>,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Told,
    /// 逐条列出，不合并同因的问题和未能核对的规则 · One by one, not grouped by cause or reason
    #[arg(long)]
    pub all: bool,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    use v1::get_verdict_request::Of;
    let client = Client::connect(&args.server, common)?;
    let of = match args.year {
        Some(year) => Of::Current(v1::UnitYear { unit: args.of.clone(), year }),
        None => Of::SubmissionId(args.of.parse().map_err(|_| {
            let hint =
                ("请在单位全称后写上年度，或给出编号", "name a year after the unit, or a number");
            anyhow!("{}: {}", args.of, say(client.lang, hint.0, hint.1))
        })?),
    };
    let mut service = VerdictServiceClient::new(client.channel.clone());
    let written = match args.format {
        Told::Text | Told::Json => None,
        Told::Html => Some(v1::ReceiptFormat::Html),
        Told::Receipt => Some(v1::ReceiptFormat::Text),
    };
    if let Some(form) = written {
        write_receipt(args, &client, &of, form)?;
    }
    let request = v1::GetVerdictRequest { of: Some(of) };
    let answer = match client.find(service.get_verdict(request))? {
        Ok(answer) => answer,
        Err(status) if status.code() == Code::NotFound => return Err(unknown(args, client.lang)),
        Err(status) => return Err(client.said(&status)),
    };
    let submission: Option<Submission> = answer.submission.map(TryInto::try_into).transpose()?;
    let judgement = answer.judgement.context("the answer lacks the judgement")?;
    let format = Format::try_from(judgement.format())?;
    let result = judgement.result.context("the answer lacks the result")?;
    let file = match (&submission, args.format) {
        (Some(s), Told::Json) => s.source.path().to_string(),
        (Some(s), _) => s.source.shown_path(),
        (None, _) => judgement.file,
    };
    if let v1::judgement::Result::Batch(batch) = result {
        return unpacked(
            &file,
            (format, &judgement.sha256),
            batch.try_into()?,
            args,
            &client,
            common,
        );
    }
    let ruled = decisions::ruled(&result)?;
    let result = Result::<Verdict, Unreadable>::try_from(result)?;
    let twin = submission.as_ref().and_then(|s| list::twin(s, client.lang));
    let judged = Judged {
        file: &file,
        note: twin.as_deref(),
        format,
        sha256: &judgement.sha256,
        result: result.as_ref(),
        review: submission
            .as_ref()
            .and_then(|submission| submission.outcome)
            .map(|outcome| Review { outcome, ruled: &ruled }),
        cost: None,
    };
    let mut out = std::io::stdout().lock();
    match args.format {
        Told::Json => writeln!(out, "{}", json_line(&judged, client.lang))?,
        Told::Text => {
            let style = common.style();
            write!(out, "{}", verdict_text(&judged, client.lang, style, detail(args.all)))?;
        }
        Told::Html | Told::Receipt => {}
    }
    Ok(match judged.outcome() {
        Outcome::Compliant => Exit::Fine,
        _ => Exit::Findings,
    })
}

/// Writes the receipt that its submitter is given.
fn write_receipt(
    args: &Args,
    client: &Client,
    of: &v1::get_verdict_request::Of,
    form: v1::ReceiptFormat,
) -> anyhow::Result<()> {
    use v1::{get_receipt_request::Of, get_verdict_request::Of as Asked};
    let of = match of {
        Asked::SubmissionId(id) => Of::SubmissionId(*id),
        Asked::Current(current) => Of::Current(current.clone()),
    };
    let language = match client.lang {
        Lang::Zh => v1::Language::Zh,
        Lang::En => v1::Language::En,
    };
    let mut service = VerdictServiceClient::new(client.channel.clone());
    let request =
        v1::GetReceiptRequest { of: Some(of), format: form.into(), language: language.into() };
    match client.find(service.get_receipt(request))? {
        Ok(answer) => Ok(std::io::stdout().lock().write_all(&answer.content)?),
        Err(status) if status.code() == Code::NotFound => Err(unknown(args, client.lang)),
        Err(status) => Err(client.said(&status)),
    }
}

/// Shows what was in an archive or a mail.
fn unpacked(
    file: &str,
    (format, sha256): (Format, &str),
    batch: BatchReport,
    args: &Args,
    client: &Client,
    common: &Common,
) -> anyhow::Result<Exit> {
    let mut out = std::io::stdout().lock();
    match args.format {
        Told::Json => {
            writeln!(out, "{}", batch_line(file, format, sha256, &batch, None, client.lang))?
        }
        Told::Text => write!(out, "{}", batch_text(file, &batch, client.lang, common.style()))?,
        Told::Html | Told::Receipt => {}
    }
    let fine = |entry: &BatchLine| entry.outcome == Some(Outcome::Compliant);
    Ok(match batch.contents.lost == 0 && batch.entries.iter().all(fine) {
        true => Exit::Fine,
        false => Exit::Findings,
    })
}

/// Nothing is known under what was asked for, or there is no verdict yet.
fn unknown(args: &Args, lang: Lang) -> anyhow::Error {
    match (lang, &args.of, args.year) {
        (Lang::Zh, id, None) => {
            anyhow!("没有编号为 {id} 的结论；已收到的报告和编号见 nianbao list")
        }
        (Lang::En, id, None) => anyhow!("no verdict {id}; what was received: nianbao list"),
        (Lang::Zh, unit, Some(year)) => anyhow!(
            "没有“{unit}”{year}年度的结论；单位须写全称，已收到的报告见 nianbao list --year {year}"
        ),
        (Lang::En, unit, Some(year)) => anyhow!(
            "no verdict on “{unit}” for {year}; give the unit's full name, see nianbao list --year {year}"
        ),
    }
}
