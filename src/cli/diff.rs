//! `nianbao diff`: says what changed between two submissions.

use super::client::{Client, say};
use super::{Common, Exit, Output, Server, decisions};
use crate::document::Value;
use crate::model::{CellChange, Difference, Finding, Lang, PassageChange, Place, Submission};
use crate::proto::v1::{self, verdict_service_client::VerdictServiceClient};
use crate::render::{difference_line, ruling_words, visible};
use crate::rules;
use anyhow::Context;
use std::io::{self, Write};
use tonic::Code;

/// Says what changed between two submissions.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 编号（见 nianbao list） · Number (see `nianbao list`)
    pub id: u64,
    /// 与哪一份相比；默认为同单位同年度的上一版 · Compared with which; by default the revision before
    pub with: Option<u64>,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Output,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    let client = Client::connect(&args.server, common)?;
    let lang = client.lang;
    // Whichever way round they are named, what was handed in later is compared with what came before.
    let (later, earlier) = match args.with {
        Some(with) => (args.id.max(with), Some(args.id.min(with))),
        None => (args.id, None),
    };
    let mut found = get(&client, later, earlier)?;
    // Of two years the earlier comes first, whenever it was handed in.
    let year = |submission: &Option<v1::Submission>| submission.as_ref().and_then(|s| s.year);
    if let (Some(earlier), Some(from), Some(to)) =
        (earlier, year(&found.earlier), year(&found.later))
        && from > to
    {
        found = get(&client, earlier, Some(later))?;
    }
    let difference = difference(&found)?;
    let mut out = io::stdout().lock();
    match args.format {
        Output::Json => {
            let id = |submission: &Option<v1::Submission>| submission.as_ref().map(|s| s.id);
            let between = id(&found.earlier).zip(id(&found.later));
            let between = between.context("the answer lacks a submission")?;
            writeln!(out, "{}", difference_line(between, &difference, lang))?;
        }
        Output::Text => write(&mut out, &found, &difference, lang)?,
    }
    let fine = difference.new.is_empty() && difference.remaining.is_empty();
    Ok(if fine { Exit::Fine } else { Exit::Findings })
}

fn get(
    client: &Client,
    later: u64,
    earlier: Option<u64>,
) -> anyhow::Result<v1::GetDifferenceResponse> {
    let mut service = VerdictServiceClient::new(client.channel.clone());
    let request = v1::GetDifferenceRequest { later, earlier };
    match client.find(service.get_difference(request))? {
        Ok(found) => Ok(found),
        Err(status) if status.code() == Code::NotFound => anyhow::bail!(say(
            client.lang,
            "没有可以对照的两份结论：编号不存在、没有上一版，或其中一份无法判读；编号见 nianbao list",
            "no two verdicts to compare: no such number, no revision before, or one could not be read; see nianbao list",
        )),
        Err(status) => Err(client.said(&status)),
    }
}

fn write(
    out: &mut impl Write,
    found: &v1::GetDifferenceResponse,
    difference: &Difference,
    lang: Lang,
) -> anyhow::Result<()> {
    let colon = say(lang, "：", ": ");
    writeln!(out, "{} → {}", name(&found.earlier, lang)?, name(&found.later, lang)?)?;
    let mut kinds = vec![(("已改好", "fixed"), &difference.fixed, &found.fixed)];
    // Seldom, and then it matters.
    if !difference.unchecked.is_empty() {
        let heading = ("新版未能核对、是否改好不知", "not checked, nobody knows whether fixed");
        kinds.push((heading, &difference.unchecked, &found.unchecked));
    }
    kinds.push((("仍存在", "still there"), &difference.remaining, &found.remaining));
    kinds.push((("新出现", "new"), &difference.new, &found.new));
    for ((zh, en), findings, answered) in kinds {
        writeln!(out, "\n{}", count(lang, zh, en, findings.len()))?;
        for (finding, answered) in findings.iter().zip(answered) {
            let decided = decided(answered, lang)?;
            let rule = rules::find(&finding.code).map(|rule| rule.name_words()).unwrap_or_default();
            let (rule, what) = (rule.in_lang(lang), visible(finding.plain_message(lang)));
            writeln!(out, "  {} {rule}{colon}{what}{decided}", finding.code)?;
        }
    }
    writeln!(out, "\n{}", count(lang, "单元格有变动", "changed cells", difference.cells.len()))?;
    for (cell, change) in found.cells.iter().zip(&difference.cells) {
        let place = cell.place.clone().unwrap_or_default();
        let (before, after) = (value(&change.before, lang), value(&change.after, lang));
        writeln!(out, "  {}{colon}{before} → {after}", say(lang, &place.zh, &place.en))?;
    }
    let passages = difference.passages.len();
    writeln!(out, "\n{}", count(lang, "段落有改动", "changed passages", passages))?;
    for passage in &difference.passages {
        let part = Place { part: Some(passage.part), ..Place::default() };
        writeln!(out, "  {}", part.in_words(lang))?;
        for (mark, text) in [("-", &passage.before), ("+", &passage.after)] {
            for line in text.lines() {
                writeln!(out, "    {mark} {}", visible(line))?;
            }
        }
    }
    Ok(())
}

/// What was decided about a finding, in brackets; nothing where nothing was.
fn decided(finding: &v1::Finding, lang: Lang) -> anyhow::Result<String> {
    let Some(ruled) = decisions::on(finding)? else { return Ok(String::new()) };
    let ruling = ruling_words(ruled.decision.ruling);
    let ruling = ruling.in_lang(lang);
    Ok(match (lang, ruled.lapsed) {
        (Lang::Zh, false) => format!("（已认定：{ruling}）"),
        (Lang::En, false) => format!(" (judged {ruling})"),
        (Lang::Zh, true) => format!("（此前认定为{ruling}，现数值或内容已变，请重新认定）"),
        (Lang::En, true) => format!(" (was judged {ruling}; it has changed since, decide anew)"),
    })
}

fn name(submission: &Option<v1::Submission>, lang: Lang) -> anyhow::Result<String> {
    let submission = submission.clone().context("the answer lacks a submission")?;
    let submission = Submission::try_from(submission)?;
    let (id, path) = (submission.id, visible(&submission.source.shown_path()));
    Ok(match lang {
        Lang::Zh => format!("{id} 号（{path}）"),
        Lang::En => format!("{id} ({path})"),
    })
}

fn count(lang: Lang, zh: &str, en: &str, count: usize) -> String {
    match lang {
        Lang::Zh => format!("{zh} {count} 处"),
        Lang::En => format!("{en}: {count}"),
    }
}

/// A value for people; what is not there is not 0.
fn value(value: &Option<Value>, lang: Lang) -> String {
    match value {
        None => say(lang, "（未读到）", "(not read)").to_string(),
        Some(Value::Count(n)) => n.to_string(),
        Some(Value::Amount(amount)) => amount.to_string(),
        Some(Value::Blank) => say(lang, "空白", "blank").to_string(),
        Some(Value::Mark(text) | Value::NotANumber(text)) => format!("“{}”", visible(text)),
        Some(Value::Annotated { value, note }) => format!("{value}{}", visible(note)),
    }
}

/// The answer without the submissions and the words for places.
fn difference(found: &v1::GetDifferenceResponse) -> anyhow::Result<Difference> {
    let findings = |findings: &[v1::Finding]| -> anyhow::Result<Vec<Finding>> {
        findings.iter().map(|f| Ok(Finding::try_from(f.clone())?)).collect()
    };
    let side = |value: &Option<v1::Value>| -> anyhow::Result<Option<Value>> {
        Ok(value.clone().map(Value::try_from).transpose()?)
    };
    let cell = |cell: &v1::CellChange| -> anyhow::Result<CellChange> {
        let (before, after) = (side(&cell.before)?, side(&cell.after)?);
        Ok(CellChange { field: cell.field.clone(), before, after })
    };
    let passage = |p: &v1::PassageChange| -> anyhow::Result<PassageChange> {
        let (before, after) = (p.before.clone(), p.after.clone());
        Ok(PassageChange { part: u8::try_from(p.part)?, before, after })
    };
    Ok(Difference {
        fixed: findings(&found.fixed)?,
        unchecked: findings(&found.unchecked)?,
        remaining: findings(&found.remaining)?,
        new: findings(&found.new)?,
        cells: found.cells.iter().map(cell).collect::<Result<_, _>>()?,
        passages: found.passages.iter().map(passage).collect::<Result<_, _>>()?,
    })
}
