//! The worker loop on a real store with real children: what dies on the way, and what goes on.

mod store_kit;

use nianbao::config::{Settings, parse};
use nianbao::edition::Editions;
use nianbao::extract::Limits;
use nianbao::model::*;
use nianbao::pipeline::{Jail, LiveRecords, work};
use nianbao::specimen::Specimen;
use nianbao::store::{Change, Store, StoreError};
use rustix::process::{Pid, Signal};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store_kit::{Home, Outcomes, arrive, bad, conclusion};
use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(60);

/// Late in January 2025, when the reports for 2024 are handed in.
const RECEIVED: Millis = 1_738_000_000_000;

/// Size of a text that takes long enough to read that something can happen meanwhile.
const SLOW: usize = 4 << 20;

/// Children are found as this process's own, so one test has them at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// A store and the loop that works on it.
struct House {
    _alone: MutexGuard<'static, ()>,
    home: Home,
    store: Store,
    jail: Jail,
    stop: CancellationToken,
    work: Option<JoinHandle<Result<(), StoreError>>>,
    settings: Settings,
}

impl House {
    async fn new(change: impl FnOnce(&mut Limits)) -> House {
        let home = Home::new();
        let text = "data = \"data\"\nworkers = 2\n[[folder]]\nname = \"inbox\"\npath = \"inbox\"\n";
        let mut settings = parse(text, "test", home.dir.path()).unwrap();
        change(&mut settings.limits);
        let program = PathBuf::from(env!("CARGO_BIN_EXE_nianbao"));
        let jail = Jail::new(
            program,
            settings.workers,
            settings.limits.clone(),
            settings.rules.clone(),
            &settings.forms,
        );
        let store = home.open();
        let stop = CancellationToken::new();
        House { _alone: ALONE.lock().await, home, store, jail, stop, work: None, settings }
    }

    fn work(&mut self) {
        let settings = Arc::new(self.settings.clone());
        let records =
            LiveRecords { store: self.store.clone(), roster: None, utc_offset_minutes: 480 };
        let loop_ = work(records, self.jail.clone(), settings, self.stop.clone());
        self.work = Some(tokio::spawn(loop_));
    }

    async fn arrive(&self, path: &str, bytes: &[u8]) -> SubmissionId {
        let original = self.store.spool(&mut &bytes[..], 1 << 30).unwrap();
        let (source, declared) = (store_kit::folder(path), Declared::default());
        let arrival = nianbao::store::Arrival { source, original, declared, at: RECEIVED };
        self.store.receive(arrival).await.unwrap().expect_new()
    }

    fn submission(&self, id: SubmissionId) -> Submission {
        self.store.submission(id).unwrap().unwrap()
    }

    /// Waits until a commit makes it so.
    async fn until(&self, what: &str, met: impl Fn() -> bool) {
        let mut head = self.store.head();
        let waiting = async {
            while !met() {
                head.changed().await.unwrap();
            }
        };
        assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "timed out: {what}");
    }

    async fn judged(&self, id: SubmissionId) -> Submission {
        self.until("a verdict", || self.submission(id).stage != Stage::Received).await;
        self.submission(id)
    }

    /// The first child, once it has a file in hand.
    async fn reading(&self) -> Pid {
        let start = Instant::now();
        while self.jail.protections().is_none() {
            assert!(start.elapsed() < PATIENCE, "no child started");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        children()[0]
    }

    async fn end(mut self) {
        self.stop.cancel();
        self.work.take().unwrap().await.unwrap().unwrap();
        self.jail.shutdown().await;
    }
}

/// Lets a long text be read to its end.
fn roomy(limits: &mut Limits) {
    (limits.characters, limits.blocks) = (100_000_000, 10_000_000);
}

fn children() -> Vec<Pid> {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    let of = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("children"));
    let all: Vec<String> = threads.filter_map(|thread| of(thread.unwrap()).ok()).collect();
    let pids = all.iter().flat_map(|list| list.split_whitespace());
    pids.map(|pid| Pid::from_raw(pid.parse().unwrap()).unwrap()).collect()
}

fn report() -> Vec<u8> {
    Specimen::clean(nianbao::edition::Editions::embedded().get("2021").unwrap()).to_docx()
}

/// A text of about `bytes` bytes, which takes a while to read.
fn large(bytes: usize) -> Vec<u8> {
    let line = "本机关2024年度没有需要报告的其他事项。\n";
    line.repeat(bytes / line.len()).into_bytes()
}

fn attempts(store: &Store) -> usize {
    let events = store.events(0, 1000).unwrap();
    events.iter().filter(|event| matches!(event.change, Change::Attempted(_))).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_reader_was_killed_is_read_again() {
    let mut house = House::new(roomy).await;
    let id = house.arrive("slow.txt", &large(SLOW)).await;
    house.work();
    let reader = house.reading().await;
    rustix::process::kill_process(reader, Signal::KILL).unwrap();
    let submission = house.judged(id).await;
    assert_eq!(submission.unreadable, Some(UnreadableReason::NotAReport), "it was read whole");
    assert_eq!(attempts(&house.store), 1);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_kills_its_readers_is_unreadable_and_holds_up_no_other() {
    let mut house = House::new(|limits| limits.memory_bytes = 96 << 20).await;
    let deadly = house.arrive("deadly.txt", &large(48 << 20)).await;
    let mut others = Vec::new();
    for n in 0..6 {
        others.push(house.arrive(&format!("{n}.docx"), &report()).await);
    }
    house.work();
    for id in others {
        assert_eq!(house.judged(id).await.outcome, Some(Outcome::Compliant));
    }
    let submission = house.judged(deadly).await;
    assert_eq!(submission.outcome, Some(Outcome::Unreadable));
    assert_eq!(submission.unreadable, Some(UnreadableReason::ReaderFailed));
    assert_eq!(attempts(&house.store), 2);
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_that_comes_second_is_dropped_and_the_work_goes_on() {
    let mut house = House::new(roomy).await;
    let id = house.arrive("slow.txt", &large(SLOW)).await;
    house.work();
    house.reading().await;
    house.store.conclude(conclusion(id, bad("某局", 2024))).await.unwrap();
    let next = house.arrive("next.docx", &report()).await;
    assert_eq!(house.judged(next).await.outcome, Some(Outcome::Compliant));
    let store = house.store.clone();
    house.end().await;
    // The reading that was under way came to its own end before the loop did.
    assert_eq!(store.submission(id).unwrap().unwrap().outcome, Some(Outcome::Returned));
    let verdicts = store.events(0, 100).unwrap();
    let of = |change: &Change| matches!(change, Change::Judged { id: of, .. } if *of == id);
    assert_eq!(verdicts.iter().filter(|event| of(&event.change)).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_put_back_while_its_old_reading_is_under_way_gets_a_verdict() {
    let mut house = House::new(roomy).await;
    let id = house.arrive("slow.txt", &large(SLOW)).await;
    house.work();
    house.reading().await;
    house.store.conclude(conclusion(id, bad("某局", 2024))).await.unwrap();
    house.store.requeue(id, 30).await.unwrap();
    let submission = house.judged(id).await;
    assert_eq!(submission.unreadable, Some(UnreadableReason::NotAReport));
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_fill_the_budget_of_memory_wait_for_one_another_and_all_get_a_verdict() {
    const BYTES: usize = 256 << 10;
    let mut house = House::new(|limits| limits.bytes = BYTES as u64).await;
    let mut ids = BTreeSet::new();
    for (n, size) in [BYTES, BYTES - 1, BYTES, 3 * BYTES, 10, BYTES, BYTES / 2].iter().enumerate() {
        let mut bytes = large(*size);
        bytes.resize(*size, b'.');
        ids.insert(house.arrive(&format!("{n}.txt"), &bytes).await);
    }
    house.work();
    let mut reasons = Vec::new();
    for id in ids {
        reasons.extend(house.judged(id).await.unreadable);
    }
    // One was taken before the limit was lowered.
    let over = reasons.iter().filter(|reason| **reason == UnreadableReason::OverLimit).count();
    assert_eq!((reasons.len(), over), (7, 1), "{reasons:?}");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_original_is_said_and_holds_up_nothing() {
    let mut house = House::new(|_| {}).await;
    let lost = arrive(&house.store, "lost.txt", b"lost").await.expect_new();
    let sha256 = house.submission(lost).sha256;
    std::fs::remove_file(house.store.original_path(&sha256)).unwrap();
    let next = house.arrive("next.docx", &report()).await;
    house.work();
    assert_eq!(house.judged(next).await.outcome, Some(Outcome::Compliant));
    let lost = house.judged(lost).await.id;
    let Some(Err(unreadable)) = house.store.verdict(lost).unwrap() else { panic!("a verdict") };
    assert!(unreadable.message.zh.contains("原件缺失"), "{unreadable:?}");
    assert!(house.home.data().exists());
    house.end().await;
}

/// The same report on the year before.
fn a_year_before(text: &str, year: i32) -> String {
    let earlier = text.replace(&year.to_string(), &(year - 1).to_string());
    earlier.replace(&(year + 1).to_string(), &year.to_string())
}

#[tokio::test]
async fn a_report_is_judged_beside_last_years_and_the_revision_before() {
    let mut house = House::new(|_| {}).await;
    house.work();
    let specimen = Specimen::clean(Editions::embedded().all.last().unwrap());
    let (text, year) = (specimen.to_text(), specimen.year());
    let verdict = |id| house.store.verdict(id).unwrap().unwrap().unwrap();
    let state = |id, code: &str| verdict(id).coverage[code].state;
    let compares = |state| matches!(state, RuleState::Pass | RuleState::Fail);

    let now = house.arrive("今年.txt", text.as_bytes()).await;
    house.judged(now).await;
    assert!(!compares(state(now, "ST-14")), "there is nothing to compare with");
    assert_eq!(state(now, "PX-06"), RuleState::NotApplicable);

    let then = house.arrive("去年.txt", a_year_before(&text, year).as_bytes()).await;
    house.judged(then).await;
    house.until("judged beside it", || compares(state(now, "ST-14"))).await;
    assert_eq!(house.judged(now).await.revision, 1);
    assert!(!compares(state(then, "ST-14")), "nothing stands before last year's");

    let again = text.replace("总体情况", "总体情况 ");
    let again = house.arrive("今年改.txt", again.as_bytes()).await;
    assert_eq!(house.judged(again).await.revision, 2);
    assert_eq!(state(again, "PX-06"), RuleState::Fail, "the numbers are those of revision 1");
    assert!(compares(state(again, "ST-14")));
    house.end().await;
}

#[tokio::test]
async fn reports_that_repeat_one_another_are_told_so_whoever_came_first() {
    let mut house = House::new(|_| {}).await;
    house.work();
    let of = |office: &str, wording: u32| {
        let patches = format!("替换 \"水利局\" => \"{office}\"\n行文 = {wording}");
        Specimen::patched(Editions::embedded(), &patches).unwrap().to_text()
    };
    let told = |id| {
        let verdict = house.store.verdict(id).unwrap().unwrap().unwrap();
        assert_ne!(verdict.coverage["XY-08"].state, RuleState::NotAssessable);
        let found = verdict.findings.into_iter().filter(|f| f.code == "XY-08");
        found.map(|f| f.message.zh).collect::<Vec<_>>()
    };
    let first = house.arrive("统计局.txt", of("统计局", 1).as_bytes()).await;
    house.judged(first).await;
    let other = house.arrive("民政局.txt", of("民政局", 2).as_bytes()).await;
    house.judged(other).await;
    assert_eq!((told(first).len(), told(other).len()), (0, 0));

    let second = house.arrive("教育局.txt", of("教育局", 1).as_bytes()).await;
    house.judged(second).await;
    house.until("the first is judged beside it", || told(first).len() == 1).await;
    assert!(told(first)[0].contains("与青禾县教育局同年度的报告相同"), "{:?}", told(first));
    assert!(told(second)[0].contains("与青禾县统计局同年度的报告相同"), "{:?}", told(second));
    assert!(told(other).is_empty());
    assert_eq!(house.submission(first).outcome, Some(Outcome::NeedsReview));

    let anew = house.arrive("教育局.txt", of("教育局", 3).as_bytes()).await;
    house.judged(anew).await;
    house.until("the first stands alone again", || told(first).is_empty()).await;
    assert_eq!(house.judged(first).await.outcome, Some(Outcome::Compliant));
    assert!(told(anew).is_empty());
    house.end().await;
}
