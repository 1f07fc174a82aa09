//! What a commit costs over the disk's own fsync, and what a page of a listing costs.

use criterion::{Criterion, criterion_group, criterion_main};
use nianbao::model::{Declared, Source};
use nianbao::store::{Arrival, Filter, Store, StoreOptions};
use std::fs::File;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};

/// Submissions in the store whose listing is measured.
const LISTED: u32 = 20_000;

fn open(dir: &tempfile::TempDir) -> Store {
    let channels = vec!["log".to_owned()];
    let options = StoreOptions { dir: dir.path().join("data"), channels, cache_bytes: 64 << 20 };
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

fn list(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().expect("a runtime");
    let dir = tempfile::tempdir().expect("a directory");
    let store = open(&dir);
    let sample = arrival(&store, 0);
    runtime.block_on(async {
        let arrivals = (0..LISTED).map(|n| {
            let (store, sample) = (store.clone(), sample.clone());
            tokio::spawn(async move {
                let source =
                    Source::Folder { folder: "inbox".to_owned(), path: format!("{n}.docx") };
                store.receive(Arrival { source, ..sample }).await
            })
        });
        for arrival in arrivals.collect::<Vec<_>>() {
            arrival.await.expect("no panic").expect("a commit");
        }
    });
    c.bench_function("a page of 100 from the middle", |b| {
        b.iter(|| {
            store.list(&Filter::default(), Some(u64::from(LISTED / 2)), 100).expect("a page")
        });
    });
}

criterion_group!(benches, commit, list);
criterion_main!(benches);
