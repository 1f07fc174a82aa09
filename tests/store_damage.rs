//! Crashes and damage: a torn tail is cut, a lost index is made anew, a lost record is never passed over.

mod store_kit;

use nianbao::model::*;
use nianbao::store::*;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use store_kit::*;

fn journal(data: &Path) -> PathBuf {
    data.join("journal/00000000000000000001.log")
}

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_tree(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

async fn a_busy_week(home: &Home) -> (Answers, u64) {
    let store = home.open();
    for n in 0..12 {
        let unit = format!("{}局", n % 5);
        let result = match n % 4 {
            0 => good(&unit, 2024),
            3 => Err(unreadable()),
            _ => bad(&unit, 2023 + n % 2),
        };
        let path = format!("{}.docx", n % 7);
        home.judged(&store, &path, format!("v{n}").as_bytes(), result).await;
    }
    home.arrive(&store, "waiting.docx", b"w").await.expect_new();
    let answers = home.answers(&store);
    let epoch = store.epoch();
    store.close().unwrap();
    (answers, epoch)
}

#[tokio::test]
async fn an_index_that_is_gone_or_damaged_is_made_anew_with_the_same_answers() {
    let home = Home::new();
    let (want, epoch) = a_busy_week(&home).await;
    let index = home.data().join("index");
    let spare = home.dir.path().join("spare");
    copy_tree(&index, &spare);
    let db_len = fs::metadata(spare.join("db")).unwrap().len() as usize;

    let mut damages: Vec<(String, Box<dyn Fn()>)> = vec![
        ("removed".into(), Box::new(|| fs::remove_dir_all(&index).unwrap())),
        (
            "emptied".into(),
            Box::new(|| {
                fs::remove_dir_all(&index).unwrap();
                fs::create_dir(&index).unwrap();
            }),
        ),
        ("zeroed".into(), Box::new(|| fs::write(index.join("db"), vec![0; db_len]).unwrap())),
        ("cut".into(), Box::new(|| fs::write(index.join("db"), []).unwrap())),
        ("conf emptied".into(), Box::new(|| fs::write(index.join("conf"), []).unwrap())),
    ];
    for n in 0..24 {
        let db = index.join("db");
        damages.push((
            format!("byte flip {n}"),
            Box::new(move || {
                let mut bytes = fs::read(&db).unwrap();
                // Spread over what is written; the file is larger than that.
                let used = bytes.iter().rposition(|b| *b != 0).unwrap();
                bytes[used * n / 24] ^= 0x40;
                fs::write(&db, bytes).unwrap();
            }),
        ));
    }
    for (what, damage) in damages {
        fs::remove_dir_all(&index).unwrap();
        copy_tree(&spare, &index);
        damage();
        let (store, opened) =
            Store::open(&home.options()).unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(home.answers(&store), want, "{what}");
        assert_eq!(store.epoch(), epoch, "{what}");
        if !what.starts_with("byte") && what != "conf emptied" {
            assert!(opened.rebuilt, "{what}: {opened:?}");
            assert_eq!(opened.replayed, want.head, "{what}");
        }
        store.close().unwrap();
    }
}

#[tokio::test]
async fn an_unfinished_snapshot_of_the_index_does_not_stop_a_start() {
    let home = Home::new();
    let (want, _) = a_busy_week(&home).await;
    fs::write(home.data().join("index/snap.00000000000000FF.generating"), b"").unwrap();
    let (store, opened) = Store::open(&home.options()).unwrap();
    assert_eq!(opened, Opened::default());
    assert_eq!(home.answers(&store), want);
}

#[tokio::test]
async fn an_index_that_is_behind_is_brought_up_from_the_journal() {
    let home = Home::new();
    a_busy_week(&home).await;
    let (index, spare) = (home.data().join("index"), home.dir.path().join("spare"));
    copy_tree(&index, &spare);
    let store = home.open();
    home.judged(&store, "late.docx", b"late", bad("9局", 2024)).await;
    let want = home.answers(&store);
    store.close().unwrap();
    fs::remove_dir_all(&index).unwrap();
    copy_tree(&spare, &index);
    let (store, opened) = Store::open(&home.options()).unwrap();
    assert_eq!(opened, Opened { replayed: 2, ..Opened::default() });
    assert_eq!(home.answers(&store), want);
}

#[tokio::test]
async fn a_damaged_original_is_named_by_the_opening_or_by_the_rebuild() {
    let home = Home::new();
    let store = home.open();
    let mut originals = Vec::new();
    for name in ["whole", "missing", "short", "flipped"] {
        let done =
            home.judged(&store, &format!("{name}.docx"), name.as_bytes(), good("局", 2024)).await;
        originals.push((done.submission.id, store.original_path(&done.submission.sha256)));
    }
    store.close().unwrap();
    let path = |n: usize| originals[n].1.clone();
    fs::remove_file(path(1)).unwrap();
    fs::write(path(2), b"shor").unwrap();
    fs::write(path(3), b"flopped").unwrap();
    let named = |opened: &Opened| {
        let named = opened.damaged.iter().map(|d| (d.submission, d.file_name.clone(), d.damage));
        let mut named: Vec<_> = named.collect();
        named.sort_by_key(|(id, ..)| *id);
        named
    };
    let missing = (originals[1].0, "missing.docx".to_owned(), Damage::Missing);
    let short = (originals[2].0, "short.docx".to_owned(), Damage::Altered);
    let flipped = (originals[3].0, "flipped.docx".to_owned(), Damage::Altered);
    let (store, opened) = Store::open(&home.options()).unwrap();
    assert_eq!(named(&opened), [missing.clone(), short.clone()]);
    store.close().unwrap();
    let opened = Store::rebuild(&home.options()).unwrap();
    assert_eq!(named(&opened), [missing, short, flipped]);
    assert!(opened.damaged.iter().any(|d| d.path == path(3)), "{opened:?}");
    assert_eq!(opened.damaged_in_all, 3);
}

/// Makes a file look as if it had been written so many days ago.
fn age(path: &Path, days: u64) {
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(days * 86_400);
    fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
}

#[tokio::test]
async fn an_old_original_that_was_never_received_is_collected_and_no_other() {
    let home = Home::new();
    let store = home.open();
    let received = home.judged(&store, "a.docx", b"received", good("局", 2024)).await;
    let received = store.original_path(&received.submission.sha256);
    let orphan =
        |bytes: &[u8]| store.original_path(&store.spool(&mut &bytes[..], 100).unwrap().sha256);
    let (old, young) = (orphan(b"old"), orphan(b"young"));
    let stranger = old.with_file_name("somebody's note");
    fs::write(&stranger, "not ours").unwrap();
    store.close().unwrap();
    for path in [&received, &old, &stranger] {
        age(path, 8);
    }
    age(&young, 6);
    // An index made anew may come from an older journal: nothing is taken for an orphan.
    fs::remove_dir_all(home.data().join("index")).unwrap();
    let (store, opened) = Store::open(&home.options()).unwrap();
    assert!(opened.rebuilt && opened.collected == 0, "{opened:?}");
    store.close().unwrap();
    let (store, opened) = Store::open(&home.options()).unwrap();
    assert_eq!(opened, Opened { collected: 1, ..Opened::default() });
    assert!(!old.exists());
    assert!(young.exists() && received.exists() && stranger.exists());
    store.close().unwrap();
}

#[tokio::test]
async fn a_journal_torn_anywhere_in_its_last_record_is_cut_there_and_goes_on() {
    let home = Home::new();
    let (want, _) = a_busy_week(&home).await;
    let spare = home.dir.path().join("spare");
    copy_tree(&home.data().join("index"), &spare);
    let whole = fs::read(journal(&home.data())).unwrap().len();
    let store = home.open();
    home.arrive(&store, "torn.docx", b"torn").await.expect_new();
    store.close().unwrap();
    let bytes = fs::read(journal(&home.data())).unwrap();
    for cut in whole..bytes.len() {
        // A crash before the answer: the index never heard of the record.
        fs::remove_dir_all(home.data().join("index")).unwrap();
        copy_tree(&spare, &home.data().join("index"));
        // As the file system may leave it: short, or long enough but with zeros.
        let mut torn = bytes[..cut].to_vec();
        if cut % 2 == 1 {
            torn.resize(bytes.len(), 0);
        }
        fs::write(journal(&home.data()), &torn).unwrap();
        let (store, opened) = Store::open(&home.options()).unwrap();
        assert_eq!(opened.cut, (torn.len() - whole) as u64, "cut at {cut}");
        assert_eq!(home.answers(&store), want, "cut at {cut}");
        let id = home.arrive(&store, "next.docx", b"next").await.expect_new();
        assert_eq!(id, want.head + 1);
        store.close().unwrap();
    }
}

#[tokio::test]
async fn a_flipped_bit_in_the_middle_is_refused_with_advice_and_changes_nothing() {
    let home = Home::new();
    a_busy_week(&home).await;
    let path = journal(&home.data());
    let bytes = fs::read(&path).unwrap();
    for at in (0..bytes.len() / 2).step_by(97) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        fs::write(&path, &damaged).unwrap();
        match Store::open(&home.options()) {
            Err(StoreError::Fatal(advice)) => {
                assert!(advice.contains("00000000000000000001.log"), "{advice}");
                assert!(advice.contains("Restore"), "{advice}");
            }
            other => panic!("flip at {at}: {:?}", other.map(|(_, opened)| opened)),
        }
        assert_eq!(fs::read(&path).unwrap(), damaged, "nothing is cut at {at}");
    }
    fs::write(&path, &bytes).unwrap();
    home.open();
}

#[tokio::test]
async fn acknowledged_records_that_the_journal_lost_are_never_passed_over() {
    let home = Home::new();
    let (want, _) = a_busy_week(&home).await;
    let path = journal(&home.data());
    let bytes = fs::read(&path).unwrap();
    // A flip in the last record looks like a torn tail; the index knows better.
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(&path, &damaged).unwrap();
    let lost = Store::open(&home.options());
    let Err(StoreError::Fatal(advice)) = lost else { panic!("opened without the last record") };
    assert!(advice.contains("were acknowledged"), "{advice}");
    fs::write(&path, &bytes).unwrap();
    assert_eq!(home.answers(&home.open()), want);

    fs::remove_dir_all(home.data().join("journal")).unwrap();
    let Err(StoreError::Fatal(advice)) = Store::open(&home.options()) else { panic!("opened") };
    assert!(advice.contains("journal is gone"), "{advice}");
}

#[tokio::test]
async fn a_journal_of_its_own_has_an_epoch_of_its_own() {
    let (one, two) = (Home::new(), Home::new());
    assert_ne!(one.open().epoch(), two.open().epoch());
    let (want, epoch) = a_busy_week(&two).await;
    // Another store's journal under this index: the index is made anew.
    fs::remove_dir_all(one.data().join("journal")).unwrap();
    copy_tree(&two.data().join("journal"), &one.data().join("journal"));
    copy_tree(&two.data().join("spool"), &one.data().join("spool"));
    let (store, opened) = Store::open(&one.options()).unwrap();
    assert!(opened.rebuilt);
    assert_eq!((one.answers(&store), store.epoch()), (want, epoch));
}

#[tokio::test]
async fn a_half_copied_original_is_swept_and_a_rotten_one_is_refused() {
    let home = Home::new();
    let store = home.open();
    let original = store.spool(&mut &b"whole"[..], 10).unwrap();
    store.close().unwrap();
    fs::write(home.data().join("spool/tmp/7"), b"half").unwrap();
    let store = home.open();
    assert_eq!(fs::read_dir(home.data().join("spool/tmp")).unwrap().count(), 0);
    fs::write(store.original_path(&original.sha256), b"wholE").unwrap();
    assert!(matches!(store.original(&original.sha256), Err(StoreError::NotFound(_))));
    store.spool(&mut &b"whole"[..], 10).unwrap();
    assert_eq!(store.original(&original.sha256).unwrap(), b"whole");
}

/// One step of a random history.
#[derive(Clone, Debug)]
enum Move {
    Arrive { place: u8, bytes: u8 },
    Conclude { nth: u8, unit: u8, year: u8, result: u8 },
    Requeue { nth: u8 },
    Unpack { nth: u8, first: u8, files: u8, lost: bool },
    Deliver { nth: u8, how: u8 },
    Gather { log: bool },
    Reopen,
    LoseIndex,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let step = prop_oneof![
        6 => (0..4u8, 0..4u8).prop_map(|(place, bytes)| Move::Arrive { place, bytes }),
        8 => (any::<u8>(), 0..2u8, 0..2u8, 0..5u8)
            .prop_map(|(nth, unit, year, result)| Move::Conclude { nth, unit, year, result }),
        2 => any::<u8>().prop_map(|nth| Move::Requeue { nth }),
        3 => (any::<u8>(), 0..3u8, 0..4u8, any::<bool>())
            .prop_map(|(nth, first, files, lost)| Move::Unpack { nth, first, files, lost }),
        2 => (any::<u8>(), 0..3u8).prop_map(|(nth, how)| Move::Deliver { nth, how }),
        1 => any::<bool>().prop_map(|log| Move::Gather { log }),
        1 => Just(Move::Reopen),
        1 => Just(Move::LoseIndex),
    ];
    prop::collection::vec(step, 1..60)
}

fn pick<T>(of: &[T], nth: u8) -> Option<&T> {
    of.get(usize::from(nth).checked_rem(of.len())?)
}

async fn play(home: &Home, mut store: Store, step: &Move) -> Store {
    match *step {
        Move::Arrive { place, bytes } => {
            let path = format!("{place}.docx");
            let newest = store.current_at(&folder(&path)).unwrap();
            let original = store.spool(&mut &[bytes][..], 10).unwrap();
            let received = arrive(&store, &path, &[bytes]).await;
            let same = newest.is_some_and(|row| row.sha256 == original.sha256);
            assert_eq!(matches!(received, Received::Same(_)), same);
        }
        Move::Conclude { nth, unit, year, result } => {
            let ready = store.ready(100).unwrap();
            let Some(row) = pick(&ready, nth) else { return store };
            let (unit, year) = (format!("{unit}局"), 2023 + i32::from(year));
            let result = match result {
                0 => Err(unreadable()),
                1 | 2 => bad(&unit, year),
                _ => good(&unit, year),
            };
            let conclusion = beside(&store, conclusion(row.id, result));
            store.conclude(conclusion).await.unwrap();
        }
        Move::Requeue { nth } => {
            let mut judged = store.list(&Filter::default(), None, 100).unwrap().items;
            judged.retain(|row| matches!(row.stage, Stage::Judged | Stage::Unpacked));
            if let Some(row) = pick(&judged, nth) {
                store.requeue(row.id, 30).await.unwrap();
            }
        }
        Move::Unpack { nth, first, files, lost } => {
            let mut ready = store.ready(100).unwrap();
            ready.retain(|row| row.batch.is_none());
            let Some(row) = pick(&ready, nth) else { return store };
            let entries: Vec<(String, Spooled)> = (first..first + files)
                .map(|n| (format!("{n}.docx"), store.spool(&mut &[n / 2][..], 10).unwrap()))
                .collect();
            let mut passed = Passed::default();
            if lost {
                let (name, message) = ("x".into(), Words::new("坏", "bad"));
                passed.add(PassedOver { name, reason: PassReason::Damaged, message });
            }
            let (submission, at, format, grace) = (row.id, 25, Format::Zip, 0);
            let unpacking = Unpacking { submission, at, format, entries, passed, grace };
            let opened = store.unpack(unpacking).await.unwrap();
            assert_eq!(store.batch(submission).unwrap(), Some(opened.batch));
        }
        Move::Deliver { nth, how } => {
            let due = store.due(Millis::MAX, 100).unwrap().0;
            let Some(item) = pick(&due, nth) else { return store };
            let result = match how {
                0 => DeliveryResult::Delivered,
                1 => DeliveryResult::GivenUp { error: "no".into() },
                _ => DeliveryResult::Retry { due_at: 90 + i64::from(nth), error: "later".into() },
            };
            let dedupe_id = item.dedupe_id.clone();
            store.delivered(Delivery { dedupe_id, at: 40, result }).await.unwrap();
        }
        Move::Gather { log } => {
            let channel = if log { "log" } else { "群-1" };
            let waiting = store.due(60, 100).unwrap().0;
            let fresh = |item: &&OutboxItem| item.channel == channel && item.attempts == 0;
            let cases = waiting.iter().filter(fresh).filter(|item| item.case() != 0).count();
            let season = vec![Words::new("应报3家", "3 to come")];
            if let Some(bundle) = store.bundle(channel, 60, season).await.unwrap() {
                assert!((1..=cases).contains(&bundle.tellings().len()), "{bundle:?}");
            }
        }
        Move::Reopen | Move::LoseIndex => {
            let before = home.answers(&store);
            store.close().unwrap();
            if matches!(step, Move::LoseIndex) {
                fs::remove_dir_all(home.data().join("index")).unwrap();
            }
            store = home.open();
            assert_eq!(home.answers(&store), before);
        }
    }
    store
}

/// What must hold of every store, worked out from nothing but its submissions.
fn check(answers: &Answers) {
    let live: Vec<&Submission> = answers
        .submissions
        .iter()
        .filter(|s| s.judged_at.is_some() && s.stage != Stage::Superseded)
        .collect();
    let mut current: Vec<&Submission> = Vec::new();
    for row in &live {
        match row.duplicate_of {
            None => current.push(row),
            Some(twin) => {
                let twin = live.iter().find(|s| s.id == twin).expect("a live twin");
                assert_eq!((twin.duplicate_of, &twin.sha256), (None, &row.sha256));
                assert_eq!(twin.unit_year(), row.unit_year());
            }
        }
    }
    assert_eq!(answers.current.iter().collect::<Vec<_>>(), current);
    let mut standings: Vec<(UnitYear, u64)> =
        current.iter().filter_map(|s| Some((s.unit_year()?, s.id))).collect();
    standings.sort();
    let stated: Vec<_> = answers.standings.iter().map(|s| (s.of.clone(), s.current)).collect();
    assert_eq!(stated, standings, "one current submission per unit-year, and it stands");
    for revisions in &answers.revisions {
        let mut numbers: Vec<u32> = revisions.iter().map(|s| s.revision).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert!(numbers.iter().all(|n| *n > 0));
    }
    for outcome in [Outcome::Compliant, Outcome::Returned, Outcome::Unreadable] {
        let count = current.iter().filter(|s| s.outcome == Some(outcome)).count() as u32;
        let all = &answers.overviews[0];
        let told = match outcome {
            Outcome::Compliant => all.compliant,
            Outcome::Returned => all.returned,
            _ => all.unreadable,
        };
        assert_eq!(told, count, "{outcome:?}");
    }
    let waiting = answers.submissions.iter().filter(|s| s.stage == Stage::Received).count();
    assert_eq!(answers.overviews[0].waiting as usize, waiting);
    assert_eq!(answers.ready.len(), waiting);
    let mut firing: Vec<u64> = answers
        .alerts
        .iter()
        .filter(|a| a.state == AlertState::Firing)
        .map(|a| a.submission)
        .collect();
    firing.sort_unstable();
    assert_eq!(answers.overviews[0].firing as usize, firing.len());
    let mut about: Vec<u64> = current
        .iter()
        .filter(|s| match s.outcome {
            Some(outcome) => matches!(outcome, Outcome::Returned | Outcome::Unreadable),
            None => s.contents.is_some_and(|contents| contents.lost > 0),
        })
        .map(|s| s.id)
        .collect();
    about.sort_unstable();
    // A twin's verdict differs only if the rules changed in between; such a one has no case until
    // it is judged again.
    let twin = |id: u64| {
        let of = |id| answers.submissions.iter().find(move |s| s.id == id).unwrap();
        answers.submissions.iter().any(|s| s.id != id && s.sha256 == of(id).sha256)
    };
    assert!(firing.iter().all(|id| about.contains(id)), "a case only for a bad current submission");
    for id in about {
        assert!(firing.contains(&id) || twin(id), "{id} has no case");
    }
    let numbers: Vec<u64> = answers.events.iter().map(|e| e.seq).collect();
    assert_eq!(numbers, (1..=answers.head).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..Default::default() })]

    #[test]
    fn any_history_keeps_the_invariants_and_reads_the_same_after_reopen_and_rebuild(moves in moves()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(live_through(&moves));
    }
}

async fn live_through(moves: &[Move]) {
    let home = Home::new();
    let mut store = home.open();
    for step in moves {
        store = play(&home, store, step).await;
        check(&home.answers(&store));
    }
    let store = play(&home, store, &Move::Reopen).await;
    play(&home, store, &Move::LoseIndex).await;
}

#[tokio::test]
async fn a_copy_never_points_at_a_report_that_gave_way_in_the_same_step() {
    let arrive = |place, bytes| Move::Arrive { place, bytes };
    let conclude = |year, result| Move::Conclude { nth: 0, unit: 0, year, result };
    // The report, another year's under its name, a copy elsewhere, and the report in its old place.
    let moves = [
        arrive(1, 0),
        arrive(1, 1),
        conclude(0, 3),
        conclude(1, 1),
        arrive(2, 0),
        conclude(0, 1),
        arrive(1, 0),
        conclude(0, 1),
    ];
    live_through(&moves).await;
}
