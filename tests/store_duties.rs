//! Cases about what has not come: one per unit and year, whatever comes first and whatever comes next.

mod store_kit;

use nianbao::model::*;
use nianbao::store::*;
use store_kit::*;

const UNIT: &str = "青禾县水利局";

fn words(text: &str) -> Words {
    Words::new(text, text)
}

fn awaiting(unit: &str, kind: AlertKind, text: &str) -> Demand {
    let want = Want::Missing { kind, summary: words(text) };
    Demand { of: unit_year(unit, 2025), want }
}

fn alerts(store: &Store) -> Vec<Alert> {
    let mut all = store.alerts(None, None, usize::MAX).unwrap().items;
    all.reverse();
    all
}

fn only(store: &Store) -> Alert {
    let all = alerts(store);
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap()
}

fn asked(findings: Vec<Finding>) -> Verdict {
    let mut verdict = verdict(UNIT, 2025, &[]);
    verdict.outcome = Outcome::of(&findings);
    verdict.findings = findings;
    verdict
}

async fn overdue(store: &Store) -> u64 {
    let soon = awaiting(UNIT, AlertKind::DueSoon, "尚未报送");
    let late = awaiting(UNIT, AlertKind::Overdue, "逾期未报送");
    assert_eq!(store.duties(vec![soon], 1).await.unwrap().len(), 1);
    let changed = store.duties(vec![late], 2).await.unwrap();
    assert_eq!(changed.len(), 1);
    changed[0]
}

#[tokio::test]
async fn what_stands_already_is_not_recorded_and_many_open_with_numbers_of_their_own() {
    let home = Home::new();
    let store = home.open();
    let all = || -> Vec<Demand> {
        let unit = |n| awaiting(&format!("第{n}县水利局"), AlertKind::DueSoon, "尚未报送");
        (0..600).map(unit).collect()
    };
    let opened = store.duties(all(), 5).await.unwrap();
    assert_eq!(opened.len(), 600);
    let head = *store.head().borrow();
    assert_eq!(head, 600);
    assert_eq!(store.duties(all(), 6).await.unwrap(), Vec::<u64>::new());
    assert_eq!(*store.head().borrow(), head);
    let ids: Vec<u64> = store.open_cases().unwrap().iter().map(|case| case.id).collect();
    assert_eq!(ids, (1..=600).collect::<Vec<_>>());
    let before = home.answers(&store);
    store.close().unwrap();
    drop(store);
    Store::rebuild(&home.options()).unwrap();
    let store = home.open();
    assert_eq!(home.answers(&store), before);
    assert_eq!(store.open_cases().unwrap().len(), 600);
    assert_eq!(store.duties(all(), 7).await.unwrap(), Vec::<u64>::new());
}

#[tokio::test]
async fn a_returned_report_takes_up_the_case_about_its_not_having_come() {
    let home = Home::new();
    let store = home.open();
    let case = overdue(&store).await;
    home.judged(&store, "a.txt", b"a", bad(UNIT, 2025)).await;
    let alert = only(&store);
    assert_eq!((alert.id, alert.kind), (case, AlertKind::Returned));
    assert!(alert.submission > 0 && alert.summary.zh.contains("被退回"), "{alert:?}");
    home.judged(&store, "a.txt", b"b", good(UNIT, 2025)).await;
    assert_eq!(only(&store).state, AlertState::Resolved);
    assert_eq!(store.open_cases().unwrap(), []);
}

#[tokio::test]
async fn a_fine_report_ends_the_case_and_says_that_it_was_received() {
    let home = Home::new();
    let store = home.open();
    overdue(&store).await;
    home.judged(&store, "a.txt", b"a", good(UNIT, 2025)).await;
    let alert = only(&store);
    assert_eq!(alert.state, AlertState::Resolved);
    assert_eq!(alert.summary.zh, "青禾县水利局 2025年度报告已收到，合规");
    // An earlier look asked for it once more: it has come.
    let late = awaiting(UNIT, AlertKind::Overdue, "逾期未报送");
    assert_eq!(store.duties(vec![late], 9).await.unwrap(), Vec::<u64>::new());
}

#[tokio::test]
async fn an_unreadable_file_of_the_units_folder_takes_the_case_up() {
    let home = Home::new();
    let store = home.open();
    let case = overdue(&store).await;
    let original = store.spool(&mut &b"scan"[..], 1 << 20).unwrap();
    let declared = Declared { unit: Some(UNIT.into()), year: Some(2025) };
    let arrival = Arrival { source: folder("a.pdf"), original, declared, at: 10 };
    let id = store.receive(arrival).await.unwrap().expect_new();
    store.conclude(conclusion(id, Err(unreadable()))).await.unwrap();
    let alert = only(&store);
    assert_eq!((alert.id, alert.kind, alert.submission), (case, AlertKind::Unreadable, id));
}

#[tokio::test]
async fn a_report_that_turns_out_to_be_anothers_takes_its_case_along() {
    let home = Home::new();
    let store = home.open();
    let other = "青禾县审计局";
    overdue(&store).await;
    let id = home.judged(&store, "a.txt", b"a", bad(UNIT, 2025)).await.submission.id;
    let waits = awaiting(other, AlertKind::Overdue, "逾期未报送");
    store.duties(vec![waits], 30).await.unwrap();
    store.requeue(id, 31).await.unwrap();
    store.conclude(beside(&store, conclusion(id, bad(other, 2025)))).await.unwrap();
    let open = store.open_cases().unwrap();
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!((open[0].unit.as_deref(), open[0].submission), (Some(other), id));
    // Nothing is there for the first any more.
    let late = awaiting(UNIT, AlertKind::Overdue, "逾期未报送");
    assert_eq!(store.duties(vec![late], 40).await.unwrap().len(), 1);
    assert_eq!(store.open_cases().unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_not_handed_in_again_is_the_same_case_and_nobody_has_taken_that_on() {
    let home = Home::new();
    let store = home.open();
    let id = home.judged(&store, "a.txt", b"a", bad(UNIT, 2025)).await.submission.id;
    let case = only(&store).id;
    let ack = Acknowledgement { by: "李四".into(), at: 21, note: String::new() };
    store.acknowledge(case, ack).await.unwrap();
    let demand = || Demand {
        of: unit_year(UNIT, 2025),
        want: Want::NotResent { submission: id, summary: words("退回后未重报") },
    };
    assert_eq!(store.duties(vec![demand()], 30).await.unwrap(), [case]);
    assert_eq!(store.duties(vec![demand()], 31).await.unwrap(), Vec::<u64>::new());
    let alert = only(&store);
    assert_eq!((alert.kind, alert.submission), (AlertKind::NotResent, id));
    assert_eq!(alert.acknowledged, None);
    home.judged(&store, "a.txt", b"b", bad(UNIT, 2025)).await;
    assert_eq!(only(&store).kind, AlertKind::Returned);
    let late = Demand { of: unit_year(UNIT, 2025), want: demand().want };
    assert_eq!(store.duties(vec![late], 40).await.unwrap(), Vec::<u64>::new(), "it has come");
}

#[tokio::test]
async fn a_case_that_is_settled_or_goes_on_less_grave_keeps_who_took_it_on() {
    let home = Home::new();
    let store = home.open();
    let case = overdue(&store).await;
    let ack = Acknowledgement { by: "李四".into(), at: 3, note: String::new() };
    store.acknowledge(case, ack.clone()).await.unwrap();
    home.judged(&store, "a.txt", b"a", bad(UNIT, 2025)).await;
    assert_eq!(only(&store).acknowledged, Some(ack));
    let other = awaiting("青禾县审计局", AlertKind::DueSoon, "尚未报送");
    store.duties(vec![other], 50).await.unwrap();
    let of = unit_year("青禾县审计局", 2025);
    let settle = || Demand { of: of.clone(), want: Want::Settled { summary: words("已调整") } };
    assert_eq!(store.duties(vec![settle()], 51).await.unwrap().len(), 1);
    assert_eq!(store.duties(vec![settle()], 52).await.unwrap(), Vec::<u64>::new());
    let case = alerts(&store).pop().unwrap();
    assert_eq!((case.state, case.summary.zh.as_str()), (AlertState::Resolved, "已调整"));
}

#[tokio::test]
async fn a_body_that_the_roster_lacks_is_asked_about_though_its_report_is_fine() {
    let home = Home::new();
    let store = home.open();
    let mut unlisted = finding(BODY_RULE, Severity::Warning);
    unlisted.fingerprint = fingerprint(BODY_RULE, ROSTER_KEY);
    let result = Ok(asked(vec![unlisted]));
    let id = home.judged(&store, "a.txt", b"a", result).await.submission.id;
    let alert = only(&store);
    assert_eq!(alert.kind, AlertKind::Unlisted);
    assert!(alert.summary.zh.contains("名册"), "{alert:?}");
    // The body was added to the roster.
    store.requeue(id, 30).await.unwrap();
    store.conclude(beside(&store, conclusion(id, good(UNIT, 2025)))).await.unwrap();
    assert_eq!(only(&store).state, AlertState::Resolved);
}

#[tokio::test]
async fn a_warning_about_the_name_alone_asks_nobody() {
    let home = Home::new();
    let store = home.open();
    let result = Ok(asked(vec![finding(BODY_RULE, Severity::Warning)]));
    home.judged(&store, "a.txt", b"a", result).await;
    assert_eq!(alerts(&store), []);
}

#[tokio::test]
async fn the_report_of_another_body_is_told_as_that() {
    let home = Home::new();
    let store = home.open();
    let original = store.spool(&mut &b"other"[..], 1 << 20).unwrap();
    let declared = Declared { unit: Some(UNIT.into()), year: Some(2025) };
    let arrival = Arrival { source: folder("a.docx"), original, declared, at: 10 };
    let id = store.receive(arrival).await.unwrap().expect_new();
    let result = Ok(asked(vec![finding(BODY_RULE, Severity::Error)]));
    store.conclude(beside(&store, conclusion(id, result))).await.unwrap();
    let alert = only(&store);
    assert_eq!(alert.kind, AlertKind::Misfiled);
    assert!(alert.summary.zh.contains("疑似"), "{alert:?}");
}

#[tokio::test]
async fn a_disk_that_runs_low_is_told_until_there_is_room() {
    let home = Home::new();
    let store = home.open();
    assert_eq!(store.running_low(false), None);
    store.close().unwrap();
    drop(store);
    let tight = StoreOptions { min_free: u64::MAX / 4, ..home.options() };
    let (store, _) = Store::open(&tight).unwrap();
    assert!(store.running_low(false).unwrap().zh.contains("将满"));
}
