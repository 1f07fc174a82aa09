//! `nianbao list`: lists submissions.

use super::client::{Client, rfc3339, say, time};
use super::{Common, Exit, Output, Server};
use crate::model::{Contents, Lang, Outcome, Severity, Stage, Submission};
use crate::proto::v1::{self, submission_service_client::SubmissionServiceClient};
use crate::render::{Align, Grid};
use crate::rules;
use clap::ValueEnum;
use std::io::Write;

/// Lists submissions.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 年度 · Year reported on
    #[arg(long)]
    pub year: Option<i32>,
    /// 单位全称 · Full name of the unit
    #[arg(long)]
    pub unit: Option<String>,
    /// 只看这种结论的 · Only those with this outcome
    #[arg(long, value_name = "OUTCOME")]
    pub outcome: Option<OutcomeArg>,
    /// 只看这条规则有问题的 · Only those with a finding of this rule
    #[arg(long, value_name = "CODE", value_parser = rule_code)]
    pub rule: Option<String>,
    /// 只看这个压缩包或邮件（编号）里的 · Only what came in this archive or mail
    #[arg(long, value_name = "ID")]
    pub batch: Option<u64>,
    /// 包括已被更新版本取代的 · With superseded ones
    #[arg(long)]
    pub all: bool,
    /// 最多几条 · At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

/// An outcome on the command line, by either of its names.
#[derive(Clone, Copy, ValueEnum)]
pub enum OutcomeArg {
    /// compliant
    #[value(name = "合规", alias = "compliant")]
    Compliant,
    /// needs_review
    #[value(name = "需核实", alias = "needs_review")]
    NeedsReview,
    /// returned
    #[value(name = "退回", alias = "returned")]
    Returned,
    /// unreadable
    #[value(name = "无法判读", alias = "unreadable")]
    Unreadable,
}

impl From<OutcomeArg> for v1::Outcome {
    fn from(from: OutcomeArg) -> Self {
        match from {
            OutcomeArg::Compliant => v1::Outcome::Compliant,
            OutcomeArg::NeedsReview => v1::Outcome::NeedsReview,
            OutcomeArg::Returned => v1::Outcome::Returned,
            OutcomeArg::Unreadable => v1::Outcome::Unreadable,
        }
    }
}

/// A rule's code, in whatever case it is typed.
fn rule_code(typed: &str) -> Result<String, String> {
    let code = typed.to_ascii_uppercase();
    match rules::find(&code) {
        Some(_) => Ok(code),
        None => Err("没有这条规则，清单见 nianbao rules · no such rule, see nianbao rules".into()),
    }
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let (submissions, more) = fetch(&client, args)?;
    let mut out = std::io::stdout().lock();
    match args.format {
        Output::Json => {
            for submission in &submissions {
                writeln!(out, "{}", json(submission))?;
            }
        }
        Output::Text if submissions.is_empty() => {
            writeln!(out, "{}", say(client.lang, "没有符合条件的报告", "nothing to list"))?;
        }
        Output::Text => {
            write!(out, "{}", grid(&submissions, client.lang).render(common.style()))?;
            if more {
                let hint = ("还有更多，可用 --limit 多列一些", "there are more: raise --limit");
                writeln!(out, "{}", say(client.lang, hint.0, hint.1))?;
            }
        }
    }
    Ok(Exit::Fine)
}

/// As many as were asked for, and whether there are more.
fn fetch(client: &Client, args: &Args) -> anyhow::Result<(Vec<Submission>, bool)> {
    let mut service = SubmissionServiceClient::new(client.channel.clone());
    let limit = args.limit as usize;
    let mut submissions: Vec<Submission> = Vec::new();
    let mut token = String::new();
    while submissions.len() < limit {
        let page = client.call(service.list_submissions(v1::ListSubmissionsRequest {
            year: args.year,
            unit: args.unit.clone(),
            outcome: args.outcome.map_or(0, |o| v1::Outcome::from(o).into()),
            stage: 0,
            rule: args.rule.clone(),
            batch: args.batch,
            current_only: !args.all,
            page_size: i32::try_from(limit - submissions.len()).unwrap_or(i32::MAX),
            page_token: token,
        }))?;
        for message in page.submissions {
            submissions.push(message.try_into()?);
        }
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    Ok((submissions, !token.is_empty()))
}

/// What became of it, or what it waits for.
pub(super) fn outcome(submission: &Submission, lang: Lang) -> String {
    let words = match (submission.stage, submission.outcome) {
        (Stage::Received, _) => return say(lang, "待核对", "waiting").into(),
        (Stage::Unpacked, _) => return unpacked(submission.contents.unwrap_or_default(), lang),
        (_, Some(outcome)) => Outcome::words(outcome).in_lang(lang).to_string(),
        (_, None) => say(lang, "已被取代", "superseded").to_string(),
    };
    match (twin(submission, lang), lang) {
        (None, _) => words,
        (Some(twin), Lang::Zh) => format!("{words}（{twin}）"),
        (Some(twin), Lang::En) => format!("{words} ({twin})"),
    }
}

/// How many files an archive or a mail had in it.
fn unpacked(contents: Contents, lang: Lang) -> String {
    let Contents { entries, lost, .. } = contents;
    match (lang, lost) {
        (Lang::Zh, 0) => format!("已拆分为 {entries} 份"),
        (Lang::Zh, _) => format!("已拆分为 {entries} 份，{lost} 个未能取出"),
        (Lang::En, 0) => format!("unpacked: {entries}"),
        (Lang::En, _) => format!("unpacked: {entries}, {lost} could not be taken out"),
    }
}

/// What holds the same bytes: a file that counts elsewhere, or an older revision handed in once more.
pub(super) fn twin(submission: &Submission, lang: Lang) -> Option<String> {
    match (submission.duplicate_of, submission.repeats, lang) {
        (Some(other), _, Lang::Zh) => Some(format!("与 {other} 号文件内容相同，不另计版次")),
        (Some(other), _, Lang::En) => {
            Some(format!("same content as No. {other}, no revision of its own"))
        }
        (None, Some(old), Lang::Zh) => Some(format!("与第 {old} 版内容相同")),
        (None, Some(old), Lang::En) => Some(format!("same content as revision {old}")),
        (None, None, _) => None,
    }
}

fn grid(submissions: &[Submission], lang: Lang) -> Grid {
    let weights = [Severity::Error, Severity::Warning].map(Severity::words);
    let [mend, confirm] = weights.each_ref().map(|words| words.in_lang(lang));
    let heads = match lang {
        Lang::Zh => ["编号", "年度", "单位", "版次", "结论", mend, confirm, "收到", "文件"],
        Lang::En => ["No.", "Year", "Unit", "Rev.", "Outcome", mend, confirm, "Received", "File"],
    };
    let right = [0, 1, 3, 5, 6];
    let align = |at| if right.contains(&at) { Align::Right } else { Align::Left };
    let mut grid = Grid::new(heads.into_iter().enumerate().map(|(at, head)| (head, align(at))));
    let unknown = say(lang, "（不明）", "(unknown)");
    for s in submissions {
        // What was not read has no count, not a count of 0.
        let read = s.outcome.is_some_and(|outcome| outcome != Outcome::Unreadable);
        let count = |at: usize| if read { s.counts[at].to_string() } else { "–".into() };
        grid.row([
            s.id.to_string(),
            s.year.map_or("–".into(), |year| year.to_string()),
            s.unit.clone().unwrap_or_else(|| unknown.into()),
            s.revision.to_string(),
            outcome(s, lang),
            count(0),
            count(1),
            time(s.received_at),
            s.source.shown_path(),
        ]);
    }
    grid
}

/// A submission for programs.
pub(super) fn json(s: &Submission) -> serde_json::Value {
    serde_json::json!({
        "id": s.id,
        "unit": s.unit,
        "year": s.year,
        "revision": s.revision,
        "stage": s.stage.name(),
        "outcome": s.outcome.map(Outcome::name),
        "errors": s.counts[0],
        "warnings": s.counts[1],
        "infos": s.counts[2],
        "received_at": rfc3339(s.received_at),
        "judged_at": s.judged_at.and_then(rfc3339),
        "file": s.source.file_name(),
        "path": s.source.path(),
        "duplicate_of": s.duplicate_of,
        "repeats": s.repeats,
        "format": s.format.map(|f| f.name()),
        "sha256": s.sha256,
        "superseded_by": s.superseded_by,
        "batch": s.batch,
        "contents": s.contents,
    })
}
