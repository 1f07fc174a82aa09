//! The ledger and the evidence as tables of typed values, and those as CSV.

use super::page::{file, note};
use super::{Ledger, at_site, codes, kind, state};
use crate::model::{BodyKind, DaySource, Duty, Lang, LedgerState, Outcome};
use crate::proto::v1;
use crate::render::{Align, Grid};

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Empty,
    Text(String),
    Number(i64),
    /// `2026-01-31`
    Day(String),
    /// `2026-01-31 09:30`, at the site.
    Time(String),
}

/// A table with a row of headers.
pub(super) struct Sheet {
    pub name: &'static str,
    /// Headers, and how wide their columns are in characters.
    pub head: Vec<(&'static str, u16)>,
    pub rows: Vec<Vec<Value>>,
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.is_empty() { Value::Empty } else { Value::Text(text) }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_string().into()
    }
}

fn number(n: Option<impl Into<i64>>) -> Value {
    n.map_or(Value::Empty, |n| Value::Number(n.into()))
}

fn id(n: Option<u64>) -> Value {
    number(n.and_then(|n| i64::try_from(n).ok()))
}

fn yes(is_so: bool) -> Value {
    if is_so { "是".into() } else { Value::Empty }
}

fn time(at: Option<prost_types::Timestamp>, ledger: &Ledger) -> Value {
    at_site(at, ledger).map_or(Value::Empty, Value::Time)
}

/// The first columns of both tables.
const BODY: [(&str, u16); 7] = [
    ("编码", 10),
    ("单位", 32),
    ("类别", 10),
    ("地区", 14),
    ("上级", 24),
    ("督办人", 12),
    ("联系人", 12),
];

fn body(line: &v1::LedgerLine, lang: Lang) -> Vec<Value> {
    let body = line.body.clone().unwrap_or_default();
    let kind = kind(&body).map(BodyKind::words).unwrap_or_default();
    vec![
        body.code.into(),
        body.name.into(),
        kind.in_lang(lang).into(),
        body.regions.join("、").into(),
        body.parent.unwrap_or_default().into(),
        body.supervisors.join("、").into(),
        body.contacts.join("、").into(),
    ]
}

/// 报送（法定）
fn ground(due: &v1::DueDay, lang: Lang) -> String {
    let duty = Duty::try_from(due.duty()).map(|duty| duty.words()).unwrap_or_default();
    let source = DaySource::try_from(due.source()).map(|s| s.words()).unwrap_or_default();
    format!("{}（{}）", duty.in_lang(lang), source.in_lang(lang))
}

/// 台账: a row for each body.
pub(super) fn lines(ledger: &Ledger, lang: Lang) -> Sheet {
    let mut head = BODY.to_vec();
    head.extend([
        ("状态", 10),
        ("逾期", 6),
        ("迟报", 6),
        ("时限", 12),
        ("时限依据", 14),
        ("剩余天数", 10),
        ("剩余工作日", 11),
        ("首次收到", 17),
        ("最近收到", 17),
        ("版次", 6),
        ("退回次数", 10),
        ("须修改", 8),
        ("请核实", 8),
        ("提示", 6),
        ("问题", 40),
        ("编号", 8),
        ("备注", 24),
    ]);
    let row = |line: &v1::LedgerLine| {
        let counts = line.counts.unwrap_or_default();
        let received = line.submission.is_some();
        let count = |n: u32| number(Some(n).filter(|_| received));
        let due = line.due.as_ref();
        let state = state(line).map(LedgerState::words).unwrap_or_default();
        let what = [codes(&line.errors), codes(&line.warnings)];
        let what: Vec<String> = what.into_iter().filter(|codes| !codes.is_empty()).collect();
        let mut row = body(line, lang);
        row.extend([
            state.in_lang(lang).into(),
            yes(line.overdue),
            yes(line.late),
            due.map_or(Value::Empty, |due| Value::Day(due.day.clone())),
            due.map_or(Value::Empty, |due| ground(due, lang).into()),
            number(line.days_left),
            number(line.workdays_left),
            time(line.first_received_at, ledger),
            time(line.received_at, ledger),
            count(line.revision),
            count(line.returns),
            count(counts.errors),
            count(counts.warnings),
            count(counts.infos),
            what.join("；").into(),
            id(line.submission),
            note(line, lang).into(),
        ]);
        row
    };
    Sheet { name: "台账", head, rows: ledger.lines.iter().map(row).collect() }
}

/// 考核依据: a row for each revision, and one for each body that handed in nothing.
pub(super) fn evidence(ledger: &Ledger, lang: Lang) -> Sheet {
    let mut head = BODY.to_vec();
    head.extend([
        ("时限", 12),
        ("迟报", 6),
        ("退回次数", 10),
        ("版次", 6),
        ("编号", 8),
        ("收到时间", 17),
        ("结论", 10),
        ("退回原因", 40),
        ("须核实", 30),
        ("公布稿", 8),
        ("文件", 40),
    ]);
    let mut rows = Vec::new();
    for unit in &ledger.evidence {
        let line = unit.line.clone().unwrap_or_default();
        let mut start = body(&line, lang);
        start.push(line.due.as_ref().map_or(Value::Empty, |due| Value::Day(due.day.clone())));
        start.push(yes(line.late));
        start.push(Value::Number(line.returns.into()));
        if unit.revisions.is_empty() {
            let state = state(&line).map(LedgerState::words).unwrap_or_default();
            let mut row = start.clone();
            row.extend([
                Value::Empty,
                id(line.submission),
                time(line.received_at, ledger),
                state.in_lang(lang).into(),
            ]);
            row.resize(head.len(), Value::Empty);
            rows.push(row);
        }
        for one in &unit.revisions {
            let submission = one.submission.clone().unwrap_or_default();
            let outcome = Outcome::try_from(submission.outcome()).map(Outcome::words);
            let mut row = start.clone();
            row.extend([
                Value::Number(submission.revision.into()),
                id(Some(submission.id)),
                time(submission.received_at, ledger),
                outcome.unwrap_or_default().in_lang(lang).into(),
                codes(&one.errors).into(),
                codes(&one.warnings).into(),
                yes(one.published),
                file(&submission).into(),
            ]);
            rows.push(row);
        }
    }
    Sheet { name: "考核依据", head, rows }
}

/// What belongs to no body of the roster.
pub(super) fn unplaced(ledger: &Ledger, lang: Lang) -> Sheet {
    let head = vec![("编号", 8), ("文件", 40), ("收到时间", 17), ("写的单位", 32), ("原因", 30)];
    let row = |one: &v1::Unplaced| {
        let row = one.submission.clone().unwrap_or_default();
        vec![
            id(Some(row.id)),
            file(&row).into(),
            time(row.received_at, ledger),
            row.unit.unwrap_or_default().into(),
            super::why(one).in_lang(lang).into(),
        ]
    };
    Sheet { name: "待确认", head, rows: ledger.unplaced.iter().map(row).collect() }
}

/// The evidence for a terminal: the columns that say something there.
pub(super) fn grid(ledger: &Ledger, lang: Lang) -> Grid {
    const SHOWN: [&str; 9] =
        ["单位", "时限", "迟报", "版次", "编号", "收到时间", "结论", "退回原因", "须核实"];
    let sheet = evidence(ledger, lang);
    let shown: Vec<usize> = SHOWN
        .iter()
        .filter_map(|name| sheet.head.iter().position(|(head, _)| head == name))
        .collect();
    let mut grid = Grid::new(shown.iter().map(|at| (sheet.head[*at].0, Align::Left)));
    for row in &sheet.rows {
        grid.row(shown.iter().map(|at| row[*at].to_string()));
    }
    grid
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Empty => Ok(()),
            Value::Text(text) | Value::Day(text) | Value::Time(text) => f.write_str(text),
            Value::Number(n) => write!(f, "{n}"),
        }
    }
}

impl Sheet {
    /// UTF-8 with the mark by which Excel knows it (RFC 4180).
    pub fn to_csv(&self) -> Vec<u8> {
        let mut out = String::from("\u{feff}");
        let head = self.head.iter().map(|(head, _)| head.to_string()).collect::<Vec<_>>();
        out += &(head.join(",") + "\r\n");
        for row in &self.rows {
            out += &(row.iter().map(field).collect::<Vec<_>>().join(",") + "\r\n");
        }
        out.into_bytes()
    }
}

/// A field; a text that a spreadsheet would calculate stands behind an apostrophe, which makes it text.
fn field(value: &Value) -> String {
    let text = match value {
        Value::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
            format!("'{text}")
        }
        other => other.to_string(),
    };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_be_calculated_is_text() {
        let of = |text: &str| field(&text.into());
        assert_eq!(of("=HYPERLINK(\"http://x\")"), "\"'=HYPERLINK(\"\"http://x\"\")\"");
        assert_eq!(of("+1,2"), "\"'+1,2\"");
        assert_eq!(of("@x"), "'@x");
        assert_eq!(of("水利局"), "水利局");
        assert_eq!(field(&Value::Number(-3)), "-3");
    }
}
