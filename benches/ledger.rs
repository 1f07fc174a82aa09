//! What the ledger of a large site costs: 5 000 bodies, each of which handed in three revisions.

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::civil::date;
use nianbao::edition::{self, Editions};
use nianbao::extract::{Limits, extract};
use nianbao::model::{
    BodyKind, Calendar, Declared, Format, GroupBy, Ledger, OnFile, Roster, Site, Source, Unit,
    UnitKnown, Verdict,
};
use nianbao::rules::{self, Case, Circumstances, RuleSettings};
use nianbao::specimen::Specimen;
use nianbao::store::{Arrival, Conclusion, Received, Store, StoreOptions};
use std::collections::{BTreeSet, VecDeque};

const BODIES: usize = 5_000;
const REVISIONS: usize = 3;
/// Bodies under way at a time while the store is filled.
const AT_ONCE: usize = 64;

fn name(n: usize) -> String {
    format!("第{n}县水利局")
}

fn unit(n: usize) -> Unit {
    Unit {
        code: format!("{n:05}"),
        name: name(n),
        aliases: vec![format!("{n}水利")],
        kind: BodyKind::Department,
        parent: None,
        own: false,
        regions: vec![format!("{}片", n % 40)],
        contacts: vec!["张三".into()],
        supervisors: vec![format!("李{}", n % 25)],
        folder: None,
    }
}

/// The verdict on a report with a fault.
fn verdict() -> Verdict {
    let editions = Editions::embedded();
    let mut specimen = Specimen::clean(editions.get("2021").expect("there is one"));
    specimen.patch("t3.total.NP = 1999").expect("a cell");
    let read = extract("a.docx", &specimen.to_docx(), &Limits::default()).expect("our own");
    let report = edition::bind(&read.document, editions);
    let (circumstances, settings) = (Circumstances::default(), RuleSettings::default());
    rules::judge(&Case::new(&read.document, &report, editions, &circumstances, &settings))
}

async fn hand_in(store: Store, n: usize, verdict: Verdict) {
    for revision in 0..REVISIONS {
        let bytes = format!("{n} {revision}").into_bytes();
        let original = store.spool(&mut &bytes[..], 100).expect("room");
        let path = format!("{n}-{revision}.docx");
        let source = Source::Folder { folder: "inbox".to_owned(), path };
        let arrival = Arrival { source, original, declared: Declared::default(), at: 1 };
        let Ok(Received::New(submission)) = store.receive(arrival).await else {
            panic!("each is new")
        };
        let result = Ok(Verdict { unit: Some((name(n), UnitKnown::Title)), ..verdict.clone() });
        let conclusion = Conclusion {
            submission,
            at: 2,
            format: Format::Docx,
            result,
            grace: 0,
            leaned: Default::default(),
            sketch: Vec::new(),
            alike: Vec::new(),
        };
        store.conclude(conclusion).await.expect("a verdict");
    }
}

fn ledger(c: &mut Criterion) {
    let dir = tempfile::tempdir().expect("a directory");
    let options = StoreOptions {
        dir: dir.path().join("data"),
        policy: Default::default(),
        cache_bytes: 64 << 20,
        min_free: 0,
    };
    let store = Store::open(&options).expect("a fresh directory opens").0;
    let verdict = verdict();
    let year = verdict.year.expect("it has one");
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    runtime.block_on(async {
        let mut under_way = VecDeque::new();
        for n in 0..BODIES {
            under_way.push_back(tokio::spawn(hand_in(store.clone(), n, verdict.clone())));
            if under_way.len() == AT_ONCE {
                under_way.pop_front().expect("some are under way").await.expect("no panic");
            }
        }
        for one in under_way {
            one.await.expect("no panic");
        }
    });
    let roster = Roster::new((0..BODIES).map(unit).collect()).expect("sound");
    let (calendar, published) = (Calendar::default(), BTreeSet::new());
    let site = Site {
        roster: &roster,
        calendar: &calendar,
        published: &published,
        utc_offset_minutes: 480,
    };
    let today = date(2025, 1, 20);
    c.bench_function("what is on file of 5 000 bodies", |b| {
        b.iter(|| store.on_file(Some(year)).expect("an answer"));
    });
    let on_file: OnFile = store.on_file(Some(year)).expect("an answer");
    c.bench_function("the ledger of 5 000 bodies from it, with totals and groups", |b| {
        b.iter(|| {
            let ledger = Ledger::of(site, year, today, &on_file);
            (ledger.totals(), ledger.groups(&roster, GroupBy::Region))
        });
    });
    let totals = Ledger::of(site, year, today, &on_file).totals();
    assert_eq!((totals.due, totals.returned), (BODIES as u32, BODIES as u32));
    c.bench_function("the evidence of 100 bodies", |b| {
        b.iter(|| {
            let of = on_file.standings.iter().take(100).map(|standing| &standing.of);
            of.map(|of| store.evidence(of).expect("an answer").len()).sum::<usize>()
        });
    });
}

criterion_group!(benches, ledger);
criterion_main!(benches);
