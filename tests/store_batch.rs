//! Archives and mails in the store: one write says what was in them and receives every file of it.

mod store_kit;

use nianbao::model::*;
use nianbao::store::*;
use std::fs;
use store_kit::{Answers, Home, Outcomes, arrive, bad, conclusion, folder, good, unreadable};

fn spooled(store: &Store, bytes: &[u8]) -> Spooled {
    store.spool(&mut &bytes[..], 1 << 20).unwrap()
}

fn lost(name: &str) -> Passed {
    let mut passed = Passed::default();
    let message = Words::new("设有解压密码", "under a password");
    passed.add(PassedOver { name: name.into(), reason: PassReason::Encrypted, message });
    passed
}

/// Unpacks a received batch into these files.
async fn unpack(store: &Store, id: SubmissionId, files: &[(&str, &[u8])]) -> OpenedBatch {
    unpack_with(store, id, files, Passed::default()).await
}

async fn unpack_with(
    store: &Store,
    id: SubmissionId,
    files: &[(&str, &[u8])],
    passed: Passed,
) -> OpenedBatch {
    let entries = files.iter().map(|(name, bytes)| (name.to_string(), spooled(store, bytes)));
    let entries = entries.collect();
    let (at, format, grace) = (20, Format::Zip, 0);
    store.unpack(Unpacking { submission: id, at, format, entries, passed, grace }).await.unwrap()
}

fn numbers(opened: &OpenedBatch) -> Vec<SubmissionId> {
    opened.batch.entries.iter().map(|entry| entry.submission).collect()
}

fn stage(store: &Store, id: SubmissionId) -> Stage {
    store.submission(id).unwrap().unwrap().stage
}

fn firing(store: &Store) -> Vec<Alert> {
    store.alerts(Some(AlertState::Firing), None, 100).unwrap().items
}

#[tokio::test]
async fn every_file_of_a_batch_is_a_submission_and_the_batch_its_receipt() {
    let home = Home::new();
    let store = home.open();
    let id = arrive(&store, "汇总.zip", b"zip").await.expect_new();
    let opened =
        unpack_with(&store, id, &[("东乡/a.docx", b"1"), ("b.docx", b"2")], lost("c.docx")).await;
    let entries = numbers(&opened);
    assert_eq!(entries, [id + 2, id + 3], "each has a record of its own, behind that of the batch");
    let batch = opened.submission;
    assert_eq!(
        (batch.stage, batch.outcome, batch.format),
        (Stage::Unpacked, None, Some(Format::Zip))
    );
    assert_eq!(batch.contents, Some(Contents { entries: 2, passed_over: 1, lost: 1 }));
    let first = store.submission(entries[0]).unwrap().unwrap();
    assert_eq!(first.source, folder("汇总.zip/东乡/a.docx"));
    assert_eq!((first.batch, first.stage, first.received_at), (Some(id), Stage::Received, 10));
    assert_eq!(store.ready(10).unwrap().len(), 2);
    let events = store.events(id, 10).unwrap();
    assert!(matches!(events[0].change, Change::Unpacked { id: of, .. } if of == id));
    assert_eq!(events[1].change, Change::Received(entries[0]));
    assert_eq!(store.batch(id).unwrap(), Some(opened.batch));
    assert_eq!((store.batch(entries[0]).unwrap(), store.verdict(id).unwrap()), (None, None));
    store.conclude(conclusion(entries[0], good("东乡", 2024))).await.unwrap();
    store.conclude(conclusion(entries[1], bad("西乡", 2024))).await.unwrap();
    let of_batch = Filter { batch: Some(id), ..Filter::default() };
    assert_eq!(store.list(&of_batch, None, 10).unwrap().items.len(), 2);
    assert!(store.newest_in("inbox").unwrap().iter().all(|row| row.batch.is_none()));
    // Nobody speaks for what could not be taken out but the batch itself.
    let alerts = firing(&store);
    assert_eq!(alerts.len(), 2);
    assert!(
        alerts.iter().any(|a| a.submission == id && a.summary.zh.contains("c.docx")),
        "{alerts:?}"
    );
    let before = home.answers(&store);
    store.close().unwrap();
    assert_eq!(Answers::of(&home.open()), before);
    fs::remove_dir_all(home.data().join("index")).unwrap();
    let store = home.open();
    assert_eq!(Answers::of(&store), before);
    assert!(store.batch(id).unwrap().is_some());
}

#[tokio::test]
async fn a_whole_batch_raises_no_alert_and_one_that_was_unreadable_resolves_its_own() {
    let home = Home::new();
    let store = home.open();
    let id = home.judged(&store, "a.zip", b"zip", Err(unreadable())).await.submission.id;
    assert_eq!(firing(&store).len(), 1);
    store.requeue(id, 30).await.unwrap();
    let opened = unpack(&store, id, &[("a.docx", b"1")]).await;
    assert_eq!((opened.submission.outcome, opened.submission.unreadable), (None, None));
    assert_eq!(firing(&store), []);
    assert_eq!(store.overview(None).unwrap().unreadable, 0);
}

#[tokio::test]
async fn a_batch_at_the_same_path_replaces_the_earlier_one_name_by_name() {
    let home = Home::new();
    let store = home.open();
    let first = arrive(&store, "a.zip", b"zip1").await.expect_new();
    let files: [(&str, &[u8]); 4] =
        [("same.docx", b"1"), ("mended.docx", b"2"), ("gone.docx", b"3"), ("notice.docx", b"4")];
    let old = numbers(&unpack(&store, first, &files).await);
    for (id, result) in old.iter().zip([
        good("甲乡", 2024),
        bad("乙乡", 2024),
        good("丙乡", 2024),
        Err(unreadable()),
    ]) {
        store.conclude(conclusion(*id, result)).await.unwrap();
    }
    assert_eq!(firing(&store).len(), 2);
    let second = arrive(&store, "a.zip", b"zip2").await.expect_new();
    let files: [(&str, &[u8]); 2] = [("same.docx", b"1"), ("mended.docx", b"2!")];
    let new = numbers(&unpack(&store, second, &files).await);
    assert_eq!(new[0], old[0], "the same bytes under the same name are not received twice");
    assert_eq!(store.submission(old[0]).unwrap().unwrap().batch, Some(second));
    assert_eq!(stage(&store, first), Stage::Superseded);
    store.conclude(conclusion(new[1], good("乙乡", 2024))).await.unwrap();
    assert_eq!(stage(&store, old[1]), Stage::Superseded);
    assert_eq!(stage(&store, old[2]), Stage::Judged, "a report left out later stays handed in");
    assert_eq!(
        stage(&store, old[3]),
        Stage::Superseded,
        "what was no report and is gone is done with"
    );
    assert_eq!(firing(&store), []);
}

#[tokio::test]
async fn an_entry_judged_after_its_batch_was_replaced_knows_its_place() {
    let home = Home::new();
    let store = home.open();
    let first = arrive(&store, "a.zip", b"zip1").await.expect_new();
    let second = arrive(&store, "a.zip", b"zip2").await.expect_new();
    let new = numbers(&unpack(&store, second, &[("a.docx", b"new")]).await);
    // The earlier batch was the larger one and is opened last.
    let old = unpack(&store, first, &[("a.docx", b"old"), ("b.docx", b"only")]).await;
    assert_eq!(old.submission.superseded_by, Some(second));
    assert_eq!(numbers(&old)[0], new[0], "the later batch's entry counts");
    let only = numbers(&old)[1];
    store.conclude(conclusion(only, Err(unreadable()))).await.unwrap();
    assert_eq!(stage(&store, only), Stage::Superseded);
    assert_eq!(firing(&store), []);
}

#[tokio::test]
async fn a_recheck_of_a_batch_rechecks_what_is_in_it_and_receives_nothing_twice() {
    let home = Home::new();
    let store = home.open();
    for source in [folder("a.zip"), Source::Upload { file_name: "a.zip".into() }] {
        let original = spooled(&store, b"zip");
        let declared = Declared { unit: Some("某局".into()), year: Some(2024) };
        let arrival = Arrival { source, original, declared, at: 10 };
        let id = store.receive(arrival).await.unwrap().expect_new();
        let files: [(&str, &[u8]); 2] = [("a.docx", b"1"), ("b.docx", b"2")];
        let first = numbers(&unpack(&store, id, &files).await);
        let declared = store.submission(first[0]).unwrap().unwrap().declared;
        assert_eq!(declared, Declared { unit: None, year: Some(2024) }, "two are not one unit's");
        for (n, entry) in first.iter().enumerate() {
            let result = good(&format!("{n}乡"), 2024);
            store.conclude(conclusion(*entry, result)).await.unwrap();
        }
        store.requeue(id, 30).await.unwrap();
        assert_eq!(numbers(&unpack(&store, id, &files).await), first);
        assert!(first.iter().all(|entry| stage(&store, *entry) == Stage::Received));
        for (n, entry) in first.iter().enumerate() {
            let result = good(&format!("{n}乡"), 2024);
            store.conclude(conclusion(*entry, result)).await.unwrap();
        }
        // A recheck that cannot open it takes nothing back.
        store.requeue(id, 40).await.unwrap();
        let kept = store.conclude(conclusion(id, Err(unreadable()))).await.unwrap();
        assert!(kept.kept && kept.submission.stage == Stage::Unpacked);
        assert!(store.batch(id).unwrap().is_some());
        assert!(first.iter().all(|entry| stage(&store, *entry) == Stage::Judged));
    }
}

#[tokio::test]
async fn a_renamed_batch_takes_its_entries_along() {
    let home = Home::new();
    let store = home.open();
    let id = arrive(&store, "a.zip", b"zip").await.expect_new();
    let entry = numbers(&unpack(&store, id, &[("东乡/a.docx", b"1")]).await)[0];
    assert!(store.moved(id, folder("旧/b.zip"), 30).await.unwrap());
    let entry = store.submission(entry).unwrap().unwrap();
    assert_eq!(entry.source, folder("旧/b.zip/东乡/a.docx"));
}

#[tokio::test]
async fn a_batch_is_unpacked_once_and_only_with_its_originals() {
    let home = Home::new();
    let store = home.open();
    let id = arrive(&store, "a.zip", b"zip").await.expect_new();
    let absent = Spooled { sha256: "ab".repeat(32), size: 1 };
    let unpacking = Unpacking {
        submission: id,
        at: 20,
        format: Format::Zip,
        entries: vec![("a.docx".into(), absent)],
        passed: Passed::default(),
        grace: 0,
    };
    let refused = store.unpack(unpacking.clone()).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))));
    unpack(&store, id, &[("a.docx", b"1")]).await;
    let again = store.unpack(Unpacking { entries: vec![], ..unpacking }).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
}
