//! `nianbao ledger`: how every body of the roster stands with its report on a year: on a page, for
//! programs, and as a sheet.

mod page;
mod sheet;
mod workbook;

use super::client::{Client, rfc3339, say};
use super::status::millis;
use super::{Common, Exit, Server};
use crate::model::{BodyKind, Lang, LedgerState, Words};
use crate::proto::v1::{self, ledger_service_client::LedgerServiceClient};
use anyhow::bail;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// Shows how every body of the roster stands.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub server: Server,
    /// 报告年度；不写则为上一年 · Year reported on; last year when absent
    pub year: Option<i32>,
    /// 分组合计 · Totals by
    #[arg(long)]
    pub by: Option<By>,
    /// 只列这些情况的单位，可写几个 · Only bodies in these states
    #[arg(long, value_delimiter = ',')]
    pub state: Vec<Shown>,
    /// 只列这一地区的 · Only those of a region
    #[arg(long)]
    pub region: Option<String>,
    /// 只列这一类的 · Only those of a kind
    #[arg(long)]
    pub kind: Option<Kind>,
    /// 输出形式 · Form of the output
    #[arg(long, default_value = "text")]
    pub format: Form,
    /// 写到文件 · Write to a file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// 考核依据：每一稿何时收到、因何退回 · Every revision: when it came, what it was returned for
    #[arg(long)]
    pub evidence: bool,
}

/// What totals are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    Region,
    Kind,
    Parent,
    Supervisor,
}

/// Which bodies are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shown {
    /// 未报
    Missing,
    /// 逾期未报
    Overdue,
    /// 迟报
    Late,
    /// 待判
    Waiting,
    /// 合规
    Compliant,
    /// 需核实
    #[value(name = "needs_review", alias = "needs-review")]
    NeedsReview,
    /// 退回
    Returned,
    /// 无法判读
    Unreadable,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    Department,
    Government,
    Township,
    Other,
}

/// Forms of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// 给人看的一页 · A page for people
    #[default]
    Text,
    /// 给程序用 · For programs
    Json,
    /// Excel 能直接打开的 CSV · CSV as Excel opens it
    Csv,
    /// 工作簿：台账、考核依据 · A workbook of both sheets
    Xlsx,
}

/// Everything that was asked for.
struct Ledger {
    head: v1::GetLedgerResponse,
    lines: Vec<v1::LedgerLine>,
    unplaced: Vec<v1::Unplaced>,
    evidence: Vec<v1::UnitEvidence>,
    by: Option<By>,
}

pub(super) fn run(args: &Args, common: &Common) -> anyhow::Result<Exit> {
    if args.format == Form::Xlsx && args.output.is_none() {
        bail!("xlsx 须用 -o 写明文件 · a workbook needs a file: -o FILE");
    }
    let client = Client::connect(&args.server, common)?;
    let lang = client.lang;
    let evidence = args.evidence || args.format == Form::Xlsx;
    let ledger = fetch(&client, args, evidence)?;
    let bytes = match args.format {
        Form::Text if args.evidence => {
            sheet::grid(&ledger, lang).render(common.style()).into_bytes()
        }
        Form::Text => page::page(&ledger, lang, common.style()).into_bytes(),
        Form::Json => format!("{}\n", object(&ledger, args.evidence)).into_bytes(),
        Form::Csv if args.evidence => sheet::evidence(&ledger, lang).to_csv(),
        Form::Csv => sheet::lines(&ledger, lang).to_csv(),
        Form::Xlsx => workbook::bytes(&ledger, lang)?,
    };
    match &args.output {
        Some(path) => {
            fs_err::write(path, bytes)?;
            let (count, path) = (ledger.lines.len(), path.display());
            let mut out = std::io::stdout().lock();
            match lang {
                Lang::Zh => writeln!(out, "已写入 {path}：{count} 个单位")?,
                Lang::En => writeln!(out, "wrote {path}: {count} bodies")?,
            }
        }
        None => std::io::stdout().lock().write_all(&bytes)?,
    }
    // A sheet has a row for each body; what is nobody's is not lost with it.
    if args.format == Form::Csv && !ledger.unplaced.is_empty() {
        let count = ledger.unplaced.len();
        let told = match lang {
            Lang::Zh => format!("另有 {count} 份不能归到名册单位，见 nianbao ledger"),
            Lang::En => format!("{count} more belong to no body of the roster: nianbao ledger"),
        };
        writeln!(std::io::stderr(), "{told}")?;
    }
    Ok(Exit::Fine)
}

fn fetch(client: &Client, args: &Args, evidence: bool) -> anyhow::Result<Ledger> {
    let mut service = LedgerServiceClient::new(client.channel.clone());
    let mut request = v1::GetLedgerRequest {
        year: args.year,
        group_by: args.by.map_or(0, |by| by.message() as i32),
        filter: Some(filter(args)),
        page_size: 500,
        page_token: String::new(),
    };
    let mut head = client.call(service.get_ledger(request.clone()))?;
    let mut lines = std::mem::take(&mut head.lines);
    request.year = Some(head.year);
    request.page_token = std::mem::take(&mut head.next_page_token);
    while !request.page_token.is_empty() {
        let page = client.call(service.get_ledger(request.clone()))?;
        lines.extend(page.lines);
        request.page_token = page.next_page_token;
    }
    let mut ledger =
        Ledger { head, lines, unplaced: Vec::new(), evidence: Vec::new(), by: args.by };
    let year = Some(ledger.head.year);
    let mut more = ledger.head.unplaced > 0;
    let mut request = v1::ListUnplacedRequest { year, page_size: 500, ..Default::default() };
    while more {
        let page = client.call(service.list_unplaced(request.clone()))?;
        ledger.unplaced.extend(page.unplaced);
        request.page_token = page.next_page_token;
        more = !request.page_token.is_empty();
    }
    let filter = Some(filter(args));
    let mut request =
        v1::ListEvidenceRequest { year, filter, page_size: 500, ..Default::default() };
    let mut more = evidence;
    while more {
        let page = client.call(service.list_evidence(request.clone()))?;
        ledger.evidence.extend(page.units);
        request.page_token = page.next_page_token;
        more = !request.page_token.is_empty();
    }
    Ok(ledger)
}

fn filter(args: &Args) -> v1::LedgerFilter {
    let state = |shown: &Shown| -> Option<v1::LedgerState> {
        Some(match shown {
            Shown::Missing => v1::LedgerState::Missing,
            Shown::Waiting => v1::LedgerState::Waiting,
            Shown::Compliant => v1::LedgerState::Compliant,
            Shown::NeedsReview => v1::LedgerState::NeedsReview,
            Shown::Returned => v1::LedgerState::Returned,
            Shown::Unreadable => v1::LedgerState::Unreadable,
            Shown::Overdue | Shown::Late => return None,
        })
    };
    v1::LedgerFilter {
        region: args.region.clone(),
        kind: args.kind.map_or(0, |kind| kind.message() as i32),
        states: args.state.iter().filter_map(state).map(i32::from).collect(),
        overdue: args.state.contains(&Shown::Overdue),
        late: args.state.contains(&Shown::Late),
    }
}

impl By {
    fn message(self) -> v1::GroupBy {
        match self {
            By::Region => v1::GroupBy::Region,
            By::Kind => v1::GroupBy::Kind,
            By::Parent => v1::GroupBy::Parent,
            By::Supervisor => v1::GroupBy::Supervisor,
        }
    }

    fn words(self) -> Words {
        match self {
            By::Region => Words::new("地区", "Region"),
            By::Kind => Words::new("类别", "Kind"),
            By::Parent => Words::new("上级", "Parent"),
            By::Supervisor => Words::new("督办人", "Supervisor"),
        }
    }
}

impl Kind {
    fn message(self) -> v1::BodyKind {
        match self {
            Kind::Department => v1::BodyKind::Department,
            Kind::Government => v1::BodyKind::Government,
            Kind::Township => v1::BodyKind::Township,
            Kind::Other => v1::BodyKind::Other,
        }
    }
}

/// What a line is in.
fn state(line: &v1::LedgerLine) -> Option<LedgerState> {
    line.state().try_into().ok()
}

fn kind(body: &v1::Body) -> Option<BodyKind> {
    body.kind().try_into().ok()
}

/// `AR-01×2、TB-08`
fn codes(codes: &[v1::CodeCount]) -> String {
    let one = |code: &v1::CodeCount| match code.count {
        1 => code.code.clone(),
        count => format!("{}×{count}", code.code),
    };
    codes.iter().map(one).collect::<Vec<_>>().join("、")
}

/// Why something belongs to no body of the roster.
fn why(unplaced: &v1::Unplaced) -> Words {
    let why = crate::model::Why::try_from(unplaced.why());
    why.map(|why| why.words()).unwrap_or_default()
}

/// A date and time at the site, `2026-01-12 09:30`.
fn at_site(at: Option<prost_types::Timestamp>, ledger: &Ledger) -> Option<String> {
    let offset = jiff::tz::Offset::from_seconds(ledger.head.utc_offset_minutes * 60).ok()?;
    let at = jiff::Timestamp::from_millisecond(millis(at)?).ok()?;
    Some(offset.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string())
}

/// How the season stands, for programs.
pub(super) fn season(season: &v1::Season) -> Value {
    json!({ "year": season.year, "totals": totals(season.totals) })
}

fn totals(of: Option<v1::LedgerTotals>) -> Value {
    let t = of.unwrap_or_default();
    json!({
        "due": t.due,
        "received": t.received,
        "compliant": t.compliant,
        "needs_review": t.needs_review,
        "returned": t.returned,
        "unreadable": t.unreadable,
        "waiting": t.waiting,
        "missing": t.missing,
        "overdue": t.overdue,
        "late": t.late,
    })
}

fn object(ledger: &Ledger, evidence: bool) -> Value {
    let time = |at: Option<prost_types::Timestamp>| millis(at).and_then(rfc3339);
    let line = |line: &v1::LedgerLine| {
        let body = line.body.clone().unwrap_or_default();
        json!({
            "code": body.code,
            "name": body.name,
            "kind": kind(&body).map(BodyKind::name),
            "regions": body.regions,
            "parent": body.parent,
            "supervisors": body.supervisors,
            "contacts": body.contacts,
            "state": state(line).map(LedgerState::name),
            "due": line.due.as_ref().map(|due| due.day.as_str()),
            "days_left": line.days_left,
            "workdays_left": line.workdays_left,
            "overdue": line.overdue,
            "late": line.late,
            "first_received_at": time(line.first_received_at),
            "received_at": time(line.received_at),
            "submission": line.submission,
            "revision": line.revision,
            "returns": line.returns,
            "errors": line.counts.map_or(0, |counts| counts.errors),
            "warnings": line.counts.map_or(0, |counts| counts.warnings),
            "error_codes": line.errors.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(),
            "warning_codes": line.warnings.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(),
            "published_only": line.published_only,
            "waiting": line.waiting,
            "unread": line.unread,
        })
    };
    let group =
        |group: &v1::LedgerGroup| json!({ "key": group.key, "totals": totals(group.totals) });
    let unplaced = |one: &v1::Unplaced| {
        let row = one.submission.clone().unwrap_or_default();
        json!({
            "submission": row.id,
            "unit": row.unit,
            "year": row.year,
            "received_at": time(row.received_at),
            "why": why(one).zh,
        })
    };
    let revision = |one: &v1::RevisionEvidence| {
        let row = one.submission.clone().unwrap_or_default();
        json!({
            "submission": row.id,
            "revision": row.revision,
            "received_at": time(row.received_at),
            "outcome": crate::model::Outcome::try_from(row.outcome()).ok().map(|o| o.name()),
            "published": one.published,
            "error_codes": one.errors.iter().map(|c| json!({c.code.as_str(): c.count})).collect::<Vec<_>>(),
            "warning_codes": one.warnings.iter().map(|c| json!({c.code.as_str(): c.count})).collect::<Vec<_>>(),
        })
    };
    let unit = |unit: &v1::UnitEvidence| {
        let mut object = line(unit.line.as_ref().unwrap_or(&v1::LedgerLine::default()));
        object["revisions"] = unit.revisions.iter().map(revision).collect();
        object
    };
    let lines: Vec<Value> = match evidence {
        true => ledger.evidence.iter().map(unit).collect(),
        false => ledger.lines.iter().map(line).collect(),
    };
    json!({
        "year": ledger.head.year,
        "today": ledger.head.today,
        "totals": totals(ledger.head.totals),
        "groups": ledger.head.groups.iter().map(group).collect::<Vec<_>>(),
        "lines": lines,
        "unplaced": ledger.unplaced.iter().map(unplaced).collect::<Vec<_>>(),
    })
}
