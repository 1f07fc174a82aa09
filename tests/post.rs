//! Days of sending in a moment: what people and programs are told when a receiver was away.

mod alert_kit;
mod store_kit;

use alert_kit::{Receiver, answer};
use nianbao::alert::{Budget, Channel, Letter, Options, Post, Readers, Schedule, Sent, channel};
use nianbao::config::{self, ChannelKind};
use nianbao::model::{Body, Bundle, Millis, OutboxItem, Phase, Policy, Words};
use nianbao::store::{Change, Store, StoreOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store_kit::{arrive, bad, beside, conclusion, good};

const HOUR: Millis = 3_600_000;
const START: Millis = 1_700_000_000_000;

/// A receiver over HTTP with readers and a budget of the test's choosing, and all that it took.
struct Told {
    channel: Arc<dyn Channel>,
    readers: Readers,
    budget: Budget,
    sent: Mutex<Vec<(Millis, OutboxItem, Sent)>>,
}

impl Channel for Told {
    fn readers(&self) -> Readers {
        self.readers
    }
    fn budget(&self) -> Budget {
        self.budget
    }
    fn send(&self, letter: &Letter, now: Millis) -> Sent {
        let sent = self.channel.send(letter, now);
        self.sent.lock().unwrap().push((now, letter.item.clone(), sent.clone()));
        sent
    }
    fn test(&self, now: Millis) -> Sent {
        self.channel.test(now)
    }
}

/// A site with one channel, `duty`, whose receiver can be put out of order.
struct Site {
    store: Store,
    post: Post,
    duty: Arc<Told>,
    up: Arc<AtomicBool>,
    options: StoreOptions,
    _dir: tempfile::TempDir,
}

const ROBOT: Budget = Budget { per_minute: 16, at_once: 1 };
const SERVICE: Budget = Budget { per_minute: 600, at_once: 4 };

impl Site {
    fn new(readers: Readers, budget: Budget) -> Site {
        let dir = tempfile::tempdir().unwrap();
        let policy = Policy::everybody(["duty".to_string()]);
        let options = StoreOptions { policy, ..store_kit::options(dir.path().join("data")) };
        let (store, _) = Store::open(&options).unwrap();
        let up = Arc::new(AtomicBool::new(true));
        let works = up.clone();
        let receiver = Receiver::answering(move |_| match works.load(Ordering::SeqCst) {
            true => answer("204 No Content", ""),
            false => answer("503 Service Unavailable", ""),
        });
        let kind = ChannelKind::Webhook {
            url: format!("http://{}/hook", receiver.address),
            secret: None,
            timeout: Duration::from_secs(10),
        };
        let settings = config::Channel { name: "duty".into(), kind, digest: None };
        let channel = channel(&settings, "urn:nianbao:test");
        let duty = Arc::new(Told { channel, readers, budget, sent: Mutex::default() });
        let post = post_of(&store, &duty);
        Site { store, post, duty, up, options, _dir: dir }
    }

    /// As after a crash: what is in memory is forgotten.
    fn restarted(self) -> Site {
        let Site { store, post, duty, up, options, _dir } = self;
        drop(post);
        store.close().unwrap();
        drop(store);
        let (store, _) = Store::open(&options).unwrap();
        let post = post_of(&store, &duty);
        Site { store, post, duty, up, options, _dir }
    }

    async fn step(&mut self, now: Millis) {
        self.post.turn(now).await.unwrap();
        self.post.settle(now).await.unwrap();
    }

    /// A report is returned, at this time of the outbox.
    async fn returned(&self, n: usize) {
        let unit = format!("第{n}局");
        self.judged(n, 0, bad(&unit, 2024)).await;
    }

    /// What is mended is compliant.
    async fn mended(&self, n: usize) {
        let unit = format!("第{n}局");
        self.judged(n, 1, good(&unit, 2024)).await;
    }

    async fn judged(
        &self,
        n: usize,
        revision: usize,
        result: Result<nianbao::model::Verdict, nianbao::model::Unreadable>,
    ) {
        let bytes = format!("{n} {revision}");
        let id = match arrive(&self.store, &format!("{n}.docx"), bytes.as_bytes()).await {
            nianbao::store::Received::New(id) => id,
            same => panic!("{same:?}"),
        };
        let conclusion = beside(&self.store, conclusion(id, result));
        self.store.conclude(conclusion).await.unwrap();
    }

    /// Messages the receiver took, in order.
    fn taken(&self) -> Vec<OutboxItem> {
        let sent = self.duty.sent.lock().unwrap();
        let taken = sent.iter().filter(|(.., sent)| *sent == Sent::Accepted);
        taken.map(|(_, item, _)| item.clone()).collect()
    }

    fn tries(&self) -> usize {
        self.duty.sent.lock().unwrap().len()
    }
}

fn post_of(store: &Store, duty: &Arc<Told>) -> Post {
    let duty: Arc<dyn Channel> = duty.clone();
    let channels = BTreeMap::from([("duty".to_string(), duty)]);
    let mut options = Options::new(channels, Schedule::standard());
    options.season = Arc::new(|channel, _| vec![Words::new(format!("{channel}：应报500家"), "")]);
    Post::new(store.clone(), options)
}

/// Cases told as opened, each of which must be told once.
fn told_once(messages: &[OutboxItem]) -> BTreeSet<u64> {
    let mut told = BTreeSet::new();
    for one in messages.iter().flat_map(OutboxItem::tellings) {
        assert_eq!(one.phase, Phase::Opened, "{one:?}");
        assert!(told.insert(one.alert.id), "told twice: {one:?}");
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_down_for_a_week_gets_few_messages_and_loses_nothing() {
    const CASES: usize = 500;
    for (readers, budget, most) in [(Readers::People, ROBOT, 3), (Readers::Programs, SERVICE, 6)] {
        let mut site = Site::new(readers, budget);
        site.up.store(false, Ordering::SeqCst);
        site.step(START - HOUR).await;
        for hour in 0..7 * 24 {
            for n in (0..CASES).filter(|n| n * 7 * 24 / CASES == hour as usize) {
                site.returned(n).await;
            }
            site.step(START + hour * HOUR).await;
            if hour == 80 {
                site = site.restarted();
            }
        }
        assert!(site.taken().is_empty());
        assert!(site.tries() < 40, "{} tries in a week", site.tries());
        let status = site.post.board().read().remove(0);
        assert!(status.failing.is_some_and(|why| why.error.contains("503")), "and it is said");
        assert!(status.waiting > 0 && status.oldest_waiting.is_some());
        site.up.store(true, Ordering::SeqCst);
        for hour in 7 * 24..10 * 24 {
            site.step(START + hour * HOUR).await;
        }
        let taken = site.taken();
        assert!(taken.len() <= most, "{readers:?}: {} messages", taken.len());
        assert_eq!(told_once(&taken).len(), CASES, "{readers:?}");
        assert!(site.store.due(Millis::MAX, 10).unwrap().0.is_empty());
        let sent = site.duty.sent.lock().unwrap();
        for (_, item, _) in sent.iter() {
            let same = sent.iter().filter(|(_, other, _)| other.dedupe_id == item.dedupe_id);
            for (_, other, _) in same {
                assert_eq!(other.body, item.body, "one id is one content");
            }
        }
        let status = site.post.board().read().remove(0);
        assert_eq!((status.failing, status.waiting), (None, 0));
        assert!(status.last_delivered.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ended_before_anybody_heard_of_it_is_told_by_nothing() {
    let mut site = Site::new(Readers::People, ROBOT);
    site.step(START - HOUR).await;
    site.returned(0).await;
    site.step(START).await;
    for n in 1..4 {
        site.returned(n).await;
    }
    site.mended(0).await;
    site.mended(1).await;
    site.step(START + HOUR).await;
    let taken = site.taken();
    let [first, second] = &taken[..] else { panic!("{taken:?}") };
    assert_eq!(told_once(std::slice::from_ref(first)).len(), 1);
    let Body::Bundle(Bundle { tellings, season, .. }) = &second.body else { panic!("{second:?}") };
    let turns: Vec<(Phase, Option<&str>)> =
        tellings.iter().map(|one| (one.phase, one.alert.unit.as_deref())).collect();
    let opened = |unit| (Phase::Opened, Some(unit));
    assert_eq!(turns, [opened("第2局"), opened("第3局"), (Phase::Resolved, Some("第0局"))]);
    assert_eq!(season[0].zh, "duty：应报500家");
    site.mended(2).await;
    site.returned(4).await;
    site.mended(4).await;
    site.step(START + 2 * HOUR).await;
    assert_eq!(site.taken().len(), 3, "of the fourth nothing is told");
    let bundled =
        |change: &Change| matches!(change, Change::Bundled { channel, .. } if channel == "duty");
    let events = site.store.events(0, usize::MAX).unwrap();
    assert_eq!(events.iter().filter(|event| bundled(&event.change)).count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_made_before_a_crash_goes_out_as_it_was_made() {
    let mut site = Site::new(Readers::People, ROBOT);
    site.returned(0).await;
    let made = site.store.bundle("duty", START, Vec::new()).await.unwrap().expect("a bundle");
    assert_eq!(site.store.bundle("duty", START, Vec::new()).await.unwrap(), None);
    let mut site = {
        site.step(START - HOUR).await;
        site.mended(0).await;
        site.restarted()
    };
    site.step(START).await;
    site.step(START + HOUR).await;
    site.step(START + 2 * HOUR).await;
    let taken = site.taken();
    let [first, second] = &taken[..] else { panic!("{taken:?}") };
    assert_eq!((&first.dedupe_id, &first.body), (&made.dedupe_id, &made.body));
    assert_eq!(second.tellings()[0].phase, Phase::Resolved);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_its_receiver_cannot_take_stops_no_other_for_long() {
    let mut site = Site::new(Readers::People, ROBOT);
    site.step(START - HOUR).await;
    site.up.store(false, Ordering::SeqCst);
    site.returned(0).await;
    // Four days in which nothing but this message is tried, as often as the schedule says.
    for hour in 0..4 * 24 {
        site.step(START + hour * HOUR).await;
    }
    site.returned(1).await;
    for hour in 4 * 24..6 * 24 {
        site.step(START + hour * HOUR).await;
    }
    let sent = site.duty.sent.lock().unwrap();
    let ids: BTreeSet<&str> = sent.iter().map(|(_, item, _)| &*item.dedupe_id).collect();
    assert_eq!(ids.len(), 2, "the other one was tried as well");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_a_robot_is_not_flooded() {
    let mut site = Site::new(Readers::People, ROBOT);
    for n in 0..5 {
        site.returned(n).await;
        site.step(START + n as Millis).await;
        site = site.restarted();
    }
    assert_eq!(site.tries(), 0, "a loop of restarts sends nothing");
    site.step(START + 100).await;
    site.step(START + 100 + 3_750).await;
    assert_eq!(told_once(&site.taken()).len(), 5);
}
