//! What a commit costs over the disk's own fsync, what a page of a listing costs, and how long a store
//! takes to open: it reads its whole journal and index to prove them whole.

use criterion::{Criterion, criterion_group, criterion_main};
use nianbao::edition::{self, Editions};
use nianbao::extract::{Limits, extract};
use nianbao::model::{Declared, Format, Source, Verdict};
use nianbao::rules::{self, Case, Circumstances, RuleSettings};
use nianbao::specimen::Specimen;
use nianbao::store::{Arrival, Conclusion, Filter, Received, Store, StoreError, StoreOptions};
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// Judged submissions in the store that is listed and opened.
const KEPT: u32 = 20_000;

fn open(dir: &tempfile::TempDir) -> Store {
    let channels = vec!["log".to_owned()];
    let options =
        StoreOptions { dir: dir.path().join("data"), channels, cache_bytes: 64 << 20, min_free: 0 };
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
        let kept = (0..KEPT).map(|n| {
            let (store, sample, verdict) = (store.clone(), sample.clone(), verdict.clone());
            tokio::spawn(keep(store, n, sample, verdict))
        });
        for kept in kept.collect::<Vec<_>>() {
            kept.await.expect("no panic").expect("two commits");
        }
    });
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
    let at = i64::from(n);
    let (format, result) = (Format::Docx, Ok(verdict));
    store
        .conclude(Conclusion {
            submission,
            at,
            format,
            result,
            grace: 0,
            leaned: Default::default(),
            sketch: vec![],
            alike: vec![],
        })
        .await
        .map(drop)
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
