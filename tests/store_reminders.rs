//! Cases told again, told above, and told to nobody for a while.

mod store_kit;

use nianbao::daemon::Reminders;
use nianbao::model::*;
use nianbao::store::*;
use std::collections::BTreeSet;
use store_kit::*;

const HOUR: Millis = 3_600_000;
const DAY: Millis = 24 * HOUR;

/// A daily reminder on `log`, and `群-1` above it after two days.
fn policy() -> Policy {
    let listener = |name: &str| Listener { name: name.into(), people: false, digest: None };
    let route = Route {
        channels: BTreeSet::from(["log".into()]),
        escalate_to: BTreeSet::from(["群-1".into()]),
        ..Route::default()
    };
    let hours = Hours { repeat: Some(DAY), escalate_after: Some(2 * DAY), ..Hours::default() };
    Policy::new(vec![listener("log"), listener("群-1")], vec![route], hours, None)
}

/// A store with one returned report whose case was told, and the number of the case.
async fn site(home: &Home) -> (Store, Reminders, u64) {
    let (store, _) = Store::open(&StoreOptions { policy: policy(), ..home.options() }).unwrap();
    let concluded = home.judged(&store, "a.txt", b"a", bad("某局", 2024)).await;
    assert_eq!(sent(&store).await, [("log".to_string(), Phase::Opened)]);
    let reminders = Reminders { store: store.clone(), clock: || 0 };
    (store, reminders, concluded.alerts[0])
}

/// What waits in the outbox, all of it sent now.
async fn sent(store: &Store) -> Vec<(String, Phase)> {
    let mut told = Vec::new();
    while let Some(item) = store.due(Millis::MAX, 1).unwrap().0.pop() {
        told.push((item.channel.clone(), phase(&item)));
        let (dedupe_id, result) = (item.dedupe_id, DeliveryResult::Delivered);
        store.delivered(Delivery { dedupe_id, at: 20, result }).await.unwrap();
    }
    told
}

fn one(channel: &str, phase: Phase) -> Vec<(String, Phase)> {
    vec![(channel.to_string(), phase)]
}

#[tokio::test]
async fn a_case_nobody_takes_on_is_told_again_daily_and_once_above() {
    let home = Home::new();
    let (store, reminders, case) = site(&home).await;
    let opened = store.alert(case).unwrap().unwrap().opened_at;
    assert_eq!(reminders.turn(opened + DAY - 1).await.unwrap(), 0);
    assert_eq!(reminders.turn(opened + DAY).await.unwrap(), 1);
    assert_eq!(reminders.turn(opened + DAY).await.unwrap(), 0, "once");
    assert_eq!(sent(&store).await, one("log", Phase::Reminded));
    assert_eq!(reminders.turn(opened + 2 * DAY).await.unwrap(), 1);
    assert_eq!(sent(&store).await, one("群-1", Phase::Escalated));
    assert_eq!(reminders.turn(opened + 3 * DAY).await.unwrap(), 1);
    assert_eq!(sent(&store).await, one("log", Phase::Reminded));
    let alert = store.alert(case).unwrap().unwrap();
    assert_eq!((alert.reminders, alert.escalated_at), (2, Some(opened + 2 * DAY)));

    // The index is nothing but the journal's.
    let answers = home.answers(&store);
    store.close().unwrap();
    drop((store, reminders));
    std::fs::remove_dir_all(home.data().join("index")).unwrap();
    assert_eq!(home.answers(&home.open()), answers);
}

#[tokio::test]
async fn one_taken_on_is_never_told_again_and_its_end_is_told() {
    let home = Home::new();
    let (store, reminders, case) = site(&home).await;
    let ack = Acknowledgement { by: "张三".into(), at: 30, note: String::new() };
    store.acknowledge(case, ack).await.unwrap();
    for days in [1, 2, 30, 400] {
        assert_eq!(reminders.turn(days * DAY).await.unwrap(), 0);
    }
    home.judged(&store, "a.txt", b"mended", good("某局", 2024)).await;
    assert_eq!(sent(&store).await, one("log", Phase::Resolved));
    assert_eq!(reminders.turn(900 * DAY).await.unwrap(), 0);
}

#[tokio::test]
async fn what_waits_for_a_channel_is_not_added_to() {
    let home = Home::new();
    let (store, reminders, _) = site(&home).await;
    for day in 1..=30 {
        reminders.turn(day * DAY).await.unwrap();
    }
    let mut told = sent(&store).await;
    told.sort();
    let expected = [("log".to_string(), Phase::Reminded), ("群-1".to_string(), Phase::Escalated)];
    assert_eq!(told, expected, "a receiver that is down for a month gets one reminder");
}

#[tokio::test]
async fn a_silenced_case_is_silent_until_the_time_and_is_told_then() {
    let home = Home::new();
    let (store, reminders, case) = site(&home).await;
    reminders.turn(DAY + 10 * HOUR).await.unwrap();
    let silence =
        |at, until| Silence {
            by: "张三".into(), at, until, note: "等县里统一口径".into()
        };
    let alert = store.silence(case, silence(DAY + 11 * HOUR, 5 * DAY)).await.unwrap();
    assert_eq!(alert.silenced.as_ref().map(|s| s.until), Some(5 * DAY));
    assert!(sent(&store).await.is_empty(), "the reminder that waited is taken back");
    assert_eq!(reminders.turn(5 * DAY - 1).await.unwrap(), 0);
    home.judged(&store, "a.txt", b"other", bad("某局", 2024)).await;
    assert!(sent(&store).await.is_empty(), "nor is another bad revision told");
    assert_eq!(reminders.turn(5 * DAY).await.unwrap(), 1);
    assert_eq!(sent(&store).await, one("群-1", Phase::Escalated));
    assert_eq!(reminders.turn(6 * DAY).await.unwrap(), 1);
    assert_eq!(sent(&store).await, one("log", Phase::Reminded));

    store.silence(case, silence(6 * DAY, 60 * DAY)).await.unwrap();
    let told_again = store.silence(case, silence(7 * DAY, 7 * DAY)).await.unwrap();
    assert_eq!(told_again.silenced, None);
    assert_eq!(reminders.turn(8 * DAY).await.unwrap(), 1);
    assert_eq!(sent(&store).await, one("log", Phase::Reminded));
    let unknown = store.silence(999, silence(1, 2)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound(_))));
}
