//! What a commit costs over the disk's own fsync, what a page of a listing costs, and how long a store
//! takes to open: it reads its whole journal and index to prove them whole. And how long it takes to
//! find the reports whose text is most like one, over a comparison with each.

use criterion::{Criterion, criterion_group, criterion_main};
use nianbao::edition::{self, Editions};
use nianbao::extract::{Limits, extract};
use nianbao::model::{Declared, Format, Policy, Source, UnitYear, Verdict};
use nianbao::rules::{self, Case, Circumstances, RuleSettings};
use nianbao::specimen::Specimen;
use nianbao::store::{Arrival, Conclusion, Filter, Received, Store, StoreError, StoreOptions};
use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// Judged submissions in the store that is listed and opened.
const KEPT: u32 = 20_000;
/// Submissions under way at a time while the store is filled.
const AT_ONCE: usize = 64;

fn open(dir: &tempfile::TempDir) -> Store {
    let policy = Policy::everybody(["log".to_owned()]);
    let options =
        StoreOptions { dir: dir.path().join("data"), policy, cache_bytes: 64 << 20, min_free: 0 };
    Store::open(&options).expect("a fresh directory opens").0
}

fn arrival(store: &Store, n: u32) -> Arrival {
    let original = store.spool(&mut &b"x"[..], 10).expect("one byte fits");
    let source = Source::Folder { folder: "inbox".to_owned(), path: format!("{n}.docx") };
    Arrival { source, original, declared: Declared::default(), at: i64::from(n) }
}

fn commit(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let dir = tempfile::tempdir().expect("a directory");
    let mut floor = File::create(dir.path().join("floor")).expect("a file");
    c.bench_function("floor: append 300 bytes and fdatasync", |b| {
        b.iter(|| {
            floor.write_all(&[7; 300]).expect("space");
            floor.sync_data().expect("a disk");
        });
    });
    let store = open(&dir);
    let sample = arrival(&store, 0);
    let next = AtomicU32::new(1);
    c.bench_function("receive, one at a time", |b| {
        b.iter(|| {
            let path = format!("{}.docx", next.fetch_add(1, Ordering::Relaxed));
            let source = Source::Folder { folder: "inbox".to_owned(), path };
            let arrival = Arrival { source, ..sample.clone() };
            runtime.block_on(store.receive(arrival)).expect("a commit");
        });
    });
}

fn many(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(&dir);
    let (sample, verdict) = (arrival(&store, 0), verdict());
    runtime.block_on(async {
        // As many at once as a busy daemon has in hand.
        let mut under_way = VecDeque::new();
        for n in 0..KEPT {
            let (store, sample, verdict) = (store.clone(), sample.clone(), verdict.clone());
            under_way.push_back(tokio::spawn(keep(store, n, sample, verdict)));
            if under_way.len() == AT_ONCE {
                let first = under_way.pop_front().expect("some are under way");
                first.await.expect("no panic").expect("two commits");
            }
        }
        for kept in under_way {
            kept.await.expect("no panic").expect("two commits");
        }
    });
    alike(c, &store);
    c.bench_function("a page of 100 from the middle", |b| {
        b.iter(|| store.list(&Filter::default(), Some(u64::from(KEPT / 2)), 100).expect("a page"));
    });
    store.close().expect("a clean stop");
    drop(store);
    let mut few = c.benchmark_group("slow");
    few.sample_size(10);
    few.bench_function("open a store of 20 000 judged submissions", |b| {
        b.iter_custom(|times| {
            let opened = (0..times).map(|_| {
                let start = Instant::now();
                let store = open(&dir);
                let took = start.elapsed();
                store.close().expect("a clean stop");
                took
            });
            opened.sum()
        });
    });
    few.finish();
}

/// The sketch of a report's text: one in ten shares half of its numbers with the one before, as one that
/// takes over most of its text, and all have two in a hundred in common with each other.
fn sketch(n: u32) -> Vec<u32> {
    // Independent numbers: those of a simple progression would repeat one another's runs.
    let number = |n: u32, at: u32| {
        let mut mixed = (u64::from(n) << 32 | u64::from(at)).wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 32) as u32
    };
    let from = |at: u32| if n % 10 == 1 && at < 64 { n - 1 } else { n };
    (0..128).map(|at| number(from(at), at) % 48).collect()
}

fn alike(c: &mut Criterion, store: &Store) {
    let all: Vec<Vec<u32>> = (0..KEPT).map(sketch).collect();
    let next = AtomicU32::new(0);
    let of = |n: u32| (UnitYear { year: 2024, unit: "another".to_owned() }, sketch(n));
    c.bench_function("floor: compare a sketch with each of 20 000", |b| {
        b.iter(|| {
            let (_, mine) = of(next.fetch_add(7, Ordering::Relaxed) % KEPT);
            let common = |other: &Vec<u32>| mine.iter().zip(other).filter(|(a, b)| a == b).count();
            all.iter().filter(|other| common(other) >= 32).count()
        });
    });
    c.bench_function("the reports most like one, of 20 000", |b| {
        b.iter(|| {
            let (of, mine) = of(next.fetch_add(7, Ordering::Relaxed) % KEPT);
            store.alike(&of, &mine).expect("an answer")
        });
    });
    let pairs = (0..KEPT).filter(|n| n % 10 == 1);
    let found = pairs.clone().filter(|&n| {
        let most = store.alike(&of(n).0, &sketch(n)).expect("an answer");
        most.iter().any(|row| row.source.file_name() == format!("{}.docx", n - 1))
    });
    println!("pairs found: {} of {}", found.count(), pairs.count());
}

/// One submission received and judged, of a unit of its own.
async fn keep(
    store: Store,
    n: u32,
    sample: Arrival,
    mut verdict: Verdict,
) -> Result<(), StoreError> {
    let source = Source::Folder { folder: "inbox".to_owned(), path: format!("{n}.docx") };
    let (Received::New(submission) | Received::Same(submission)) =
        store.receive(Arrival { source, ..sample }).await?;
    if let Some((unit, _)) = &mut verdict.unit {
        unit.push_str(&n.to_string());
    }
    let of = verdict.unit.clone().zip(verdict.year);
    let (unit, year) = of.map(|((unit, _), year)| (unit, year)).expect("a report that names both");
    let (of, sketch) = (UnitYear { year, unit }, sketch(n));
    loop {
        let concluded = store.conclude(Conclusion {
            submission,
            at: i64::from(n),
            format: Format::Docx,
            result: Ok(verdict.clone()),
            grace: 0,
            leaned: Default::default(),
            alike: store.alike(&of, &sketch)?.iter().map(|row| row.id).collect(),
            sketch: sketch.clone(),
        });
        match concluded.await {
            // One like it came in between.
            Err(StoreError::Overtaken(_)) => {}
            other => return other.map(drop),
        }
    }
}

/// The verdict on a report with one wrong total.
fn verdict() -> Verdict {
    let editions = Editions::embedded();
    let specimen = Specimen::patched(editions, "t3.total.NP = 1999").expect("a patch");
    let read = extract("report.docx", &specimen.to_docx(), &Limits::default()).expect("a report");
    let report = edition::bind(&read.document, editions);
    let (circumstances, settings) = (Circumstances::default(), RuleSettings::default());
    rules::judge(&Case::new(&read.document, &report, editions, &circumstances, &settings))
}

criterion_group!(benches, commit, many);
criterion_main!(benches);
