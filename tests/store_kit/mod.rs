//! What the store's tests share: a data directory, arrivals, verdicts, and everything a store answers.

#![allow(dead_code)] // each test binary uses its part

use nianbao::model::*;
use nianbao::store::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A data directory of its own.
pub struct Home {
    pub dir: tempfile::TempDir,
}

/// The turn that a message about one case tells.
pub fn phase(item: &OutboxItem) -> Phase {
    match &item.body {
        Body::Case { phase, .. } => *phase,
        Body::Bundle(_) => panic!("{} is a bundle", item.dedupe_id),
    }
}

/// The case that a message tells of.
pub fn alert(item: &OutboxItem) -> &Alert {
    match &item.body {
        Body::Case { alert, .. } => alert,
        Body::Bundle(_) => panic!("{} is a bundle", item.dedupe_id),
    }
}

pub trait Outcomes {
    fn expect_new(self) -> SubmissionId;
    fn expect_same(self) -> SubmissionId;
}

impl Outcomes for Received {
    fn expect_new(self) -> SubmissionId {
        match self {
            Received::New(id) => id,
            Received::Same(id) => panic!("taken for the same as {id}"),
        }
    }
    fn expect_same(self) -> SubmissionId {
        match self {
            Received::Same(id) => id,
            Received::New(id) => panic!("taken as new: {id}"),
        }
    }
}

impl Home {
    pub fn new() -> Home {
        Home { dir: tempfile::tempdir().unwrap() }
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub fn options(&self) -> StoreOptions {
        options(self.data())
    }

    pub fn open(&self) -> Store {
        Store::open(&self.options()).unwrap().0
    }

    pub async fn arrive(&self, store: &Store, path: &str, bytes: &[u8]) -> Received {
        arrive(store, path, bytes).await
    }

    /// Hands a report in and concludes it.
    pub async fn judged(
        &self,
        store: &Store,
        path: &str,
        bytes: &[u8],
        result: Result<Verdict, Unreadable>,
    ) -> Concluded {
        let id = arrive(store, path, bytes).await.expect_new();
        store.conclude(beside(store, conclusion(id, result))).await.unwrap()
    }

    pub fn answers(&self, store: &Store) -> Answers {
        Answers::of(store)
    }
}

pub fn options(dir: PathBuf) -> StoreOptions {
    let policy = Policy::everybody(["log".into(), "群-1".into()]);
    StoreOptions { dir, policy, cache_bytes: 8 << 20, min_free: 0 }
}

pub fn folder(path: &str) -> Source {
    Source::Folder { folder: "inbox".into(), path: path.into() }
}

pub async fn arrive(store: &Store, path: &str, bytes: &[u8]) -> Received {
    let original = store.spool(&mut &bytes[..], 1 << 20).unwrap();
    let source = folder(path);
    let arrival = Arrival { source, original, declared: Declared::default(), at: 10 };
    store.receive(arrival).await.unwrap()
}

pub fn unit_year(unit: &str, year: i32) -> UnitYear {
    UnitYear { year, unit: unit.into() }
}

pub fn conclusion(id: SubmissionId, result: Result<Verdict, Unreadable>) -> Conclusion {
    Conclusion {
        submission: id,
        at: 20,
        format: Format::Docx,
        result,
        grace: 0,
        leaned: Leaned::new(),
        sketch: vec![],
        alike: vec![],
    }
}

/// The conclusion as reached beside what is current for the year before.
pub fn beside(store: &Store, conclusion: Conclusion) -> Conclusion {
    let of = conclusion.result.as_ref().ok().and_then(|v| Some((v.unit.clone()?.0, v.year?)));
    let before = of.map(|(unit, year)| unit_year(&unit, year - 1));
    beside_others(store, conclusion, before.as_slice())
}

/// The conclusion as reached beside what is current for these.
pub fn beside_others(store: &Store, conclusion: Conclusion, on: &[UnitYear]) -> Conclusion {
    let memory = |of: &UnitYear| {
        let standing = store.standing(of).unwrap()?;
        Some(store.verdict(standing.current).unwrap()?.ok()?.memory())
    };
    let leaned = on.iter().map(|of| (of.clone(), memory(of))).collect();
    Conclusion { leaned, ..conclusion }
}

pub fn unreadable() -> Unreadable {
    Unreadable {
        reason: UnreadableReason::Encrypted,
        message: Words::new("文件加密", "the file is encrypted"),
        help: Words::new("请发送未加密的文件", "send it without a password"),
    }
}

pub fn finding(code: &str, severity: Severity) -> Finding {
    Finding {
        code: code.into(),
        severity,
        message: Words::new("合计不等于分项之和", "the total is not the sum"),
        help: Words::new("请核对", "check it"),
        basis: Words::new("表内勾稽", "the form's arithmetic"),
        places: vec![Place {
            part: Some(3),
            table: Some(3),
            row: Some((22, "（七）总计".into())),
            column: Some("自然人".into()),
            field: Some("t3.total.NP".into()),
            anchor: nianbao::document::Anchor::Path {
                part: "word/document.xml".into(),
                path: "tbl[2]/tr[24]/tc[3]".into(),
            },
            quote: "19".into(),
            ..Place::default()
        }],
        expected: Some("20".into()),
        found: Some("19".into()),
        fingerprint: fingerprint(code, "t3.total.NP"),
        doubt: (severity == Severity::Warning).then(|| Words::new("存疑", "in doubt")),
        likely: (severity == Severity::Error).then(|| Words::new("某格", "a cell")),
    }
}

pub fn verdict(unit: &str, year: i32, findings: &[(&str, Severity)]) -> Verdict {
    use nianbao::document::{Amount, Value};
    let findings: Vec<Finding> = findings.iter().map(|(c, s)| finding(c, *s)).collect();
    let coverage = Coverage {
        state: RuleState::NotAssessable,
        assessed: 3,
        total: 7,
        reason: Some(Words::new("缺一列", "a column is missing")),
    };
    let values = [
        ("a", Value::Count(-8)),
        ("b", Value::Amount(Amount { fen: 41_130_000 })),
        ("c", Value::Blank),
        ("d", Value::Mark("/".into())),
        ("e", Value::Annotated { value: 22, note: "（其中修订16件）".into() }),
        ("f", Value::NotANumber("1O".into())),
    ];
    Verdict {
        outcome: Outcome::of(&findings),
        unit: Some((unit.into(), UnitKnown::Title)),
        year: Some(year),
        edition: Some("2021".into()),
        edition_hash: "0123456789abcdef".into(),
        findings,
        coverage: BTreeMap::from([("AR-02".to_owned(), coverage)]),
        values: values.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        texts: BTreeMap::from([(1, "总体情况".to_owned()), (5, "两行\n文字".to_owned())]),
    }
}

pub fn good(unit: &str, year: i32) -> Result<Verdict, Unreadable> {
    Ok(verdict(unit, year, &[]))
}

pub fn bad(unit: &str, year: i32) -> Result<Verdict, Unreadable> {
    Ok(verdict(unit, year, &[("AR-02", Severity::Error)]))
}

/// Everything a store can be asked, asked.
#[derive(Debug, PartialEq)]
pub struct Answers {
    pub submissions: Vec<Submission>,
    pub current: Vec<Submission>,
    pub verdicts: Vec<Option<Result<Verdict, Unreadable>>>,
    pub revisions: Vec<Vec<Submission>>,
    pub standings: Vec<Standing>,
    pub overviews: Vec<Overview>,
    pub findings: Vec<Found>,
    pub ready: Vec<Submission>,
    pub alerts: Vec<Alert>,
    pub due: Vec<OutboxItem>,
    pub events: Vec<Event>,
    pub decisions: Vec<ListedDecision>,
    pub head: u64,
}

impl Answers {
    pub fn of(store: &Store) -> Answers {
        let all = usize::MAX;
        let submissions = store.list(&Filter::default(), None, all).unwrap().items;
        let current = Filter { current_only: true, ..Filter::default() };
        let standings = store.standings(None).unwrap();
        Answers {
            current: store.list(&current, None, all).unwrap().items,
            verdicts: submissions.iter().map(|s| store.verdict(s.id).unwrap()).collect(),
            revisions: standings.iter().map(|s| store.revisions(&s.of).unwrap()).collect(),
            overviews: [None, Some(2023), Some(2024)].map(|y| store.overview(y).unwrap()).into(),
            findings: store.findings_of("AR-02", None, None, all).unwrap(),
            ready: store.ready(all).unwrap(),
            alerts: store.alerts(None, None, all).unwrap().items,
            due: store.due(Millis::MAX, all).unwrap().0,
            events: store.events(0, all).unwrap(),
            decisions: store.decisions(&DecisionFilter::default(), None, all).unwrap().items,
            head: *store.head().borrow(),
            submissions,
            standings,
        }
    }
}
