//! The store on real files: what is recorded stays, and follows from what was handed in.

mod store_kit;

use nianbao::model::*;
use nianbao::store::*;
use store_kit::*;

#[tokio::test]
async fn a_report_is_received_judged_listed_and_read_back_and_all_of_it_survives_a_reopen() {
    let home = Home::new();
    let store = home.open();
    let id = home.arrive(&store, "报告/a.docx", b"one").await.expect_new();
    assert_eq!(store.ready(10).unwrap()[0].id, id);
    let verdict =
        verdict("某某局", 2024, &[("AR-02", Severity::Error), ("ID-03", Severity::Warning)]);
    let concluded = store.conclude(conclusion(id, Ok(verdict.clone()))).await.unwrap();
    assert_eq!(concluded.submission.revision, 1);
    assert_eq!(concluded.submission.counts, [1, 1, 0]);
    assert_eq!(concluded.alerts.len(), 1);

    let check = |store: &Store| {
        let row = store.submission(id).unwrap().unwrap();
        assert_eq!(row.stage, Stage::Judged);
        assert_eq!(store.verdict(id).unwrap(), Some(Ok(verdict.clone())));
        assert_eq!(store.original(&row.sha256).unwrap(), b"one");
        assert_eq!(store.ready(10).unwrap(), []);
        let standing = store.standing(&unit_year("某某局", 2024)).unwrap().unwrap();
        assert_eq!((standing.current, standing.revision, standing.returns), (id, 1, 1));
        let alert = store.alert(concluded.alerts[0]).unwrap().unwrap();
        assert_eq!(alert.summary.zh, "某某局 2024年度报告被退回：1处须修改，1处请核实");
        let (due, next) = store.due(100, 10).unwrap();
        assert_eq!((due.len(), next), (2, None));
        assert_eq!(store.findings_of("AR-02", Some(2024), None, 10).unwrap().len(), 1);
        assert_eq!(store.list(&Filter::default(), None, 10).unwrap().items, [row]);
        assert_eq!(store.events(0, 10).unwrap().len(), 2);
        assert_eq!(*store.head().borrow(), 2);
    };
    check(&store);
    let (epoch, before) = (store.epoch(), home.answers(&store));
    store.close().unwrap();
    let (store, opened) = Store::open(&home.options()).unwrap();
    assert_eq!(opened, Opened::default(), "nothing to replay after a clean stop");
    check(&store);
    assert_eq!(store.epoch(), epoch);
    assert_eq!(home.answers(&store), before);
}

#[tokio::test]
async fn the_same_bytes_at_the_same_place_are_one_submission_and_a_b_a_are_three() {
    let home = Home::new();
    let store = home.open();
    let first = home.judged(&store, "a.docx", b"A", bad("某局", 2024)).await.submission;
    assert_eq!(home.arrive(&store, "a.docx", b"A").await.expect_same(), first.id);
    let waiting = home.arrive(&store, "a.docx", b"B").await.expect_new();
    assert_eq!(home.arrive(&store, "a.docx", b"B").await.expect_same(), waiting);
    let row = store.submission(first.id).unwrap().unwrap();
    assert_eq!(row.stage, Stage::Judged, "an arrival alone takes nobody's place");

    let second = store.conclude(conclusion(waiting, bad("某局", 2024))).await.unwrap();
    assert_eq!(second.superseded, [first.id]);
    let third = home.judged(&store, "a.docx", b"A", good("某局", 2024)).await;
    assert_eq!(third.submission.revision, 3);
    let revisions = store.revisions(&unit_year("某局", 2024)).unwrap();
    assert_eq!(revisions.iter().map(|r| r.revision).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(revisions[1].superseded_by, Some(third.submission.id));
    let standing = store.standing(&unit_year("某局", 2024)).unwrap().unwrap();
    assert_eq!((standing.current, standing.returns), (third.submission.id, 2));
}

#[tokio::test]
async fn one_case_opens_goes_on_and_resolves_and_each_turn_is_told_once_per_channel() {
    let home = Home::new();
    let store = home.open();
    let opened = home.judged(&store, "a.docx", b"1", bad("某局", 2024)).await.alerts;
    let updated = home.judged(&store, "b.docx", b"2", bad("某局", 2024)).await.alerts;
    let resolved = home.judged(&store, "c.docx", b"3", good("某局", 2024)).await;
    assert_eq!((&opened, &opened), (&updated, &resolved.alerts));
    let alert = store.alert(opened[0]).unwrap().unwrap();
    assert_eq!((alert.state, alert.resolved_at), (AlertState::Resolved, Some(20)));
    assert_eq!(alert.summary.zh, "某局 2024年度报告已合规（第3版）");
    assert_eq!(alert.summary.en, "某局 2024 annual report now compliant (revision 3)");

    // In order and one at a time: the next turn is handed out when the one before it is done.
    let mut told = Vec::new();
    loop {
        let (due, _) = store.due(1000, 10).unwrap();
        let Some(item) = due.into_iter().find(|item| item.channel == "群-1") else { break };
        assert!(item.dedupe_id.starts_with(&format!("a{}-", alert.id)));
        told.push((phase(&item), item.dedupe_id.clone()));
        let delivery =
            Delivery { dedupe_id: item.dedupe_id, at: 30, result: DeliveryResult::Delivered };
        store.delivered(delivery.clone()).await.unwrap();
        let again = store.delivered(delivery).await;
        assert!(matches!(again, Err(StoreError::NotFound(_))));
    }
    let phases: Vec<Phase> = told.iter().map(|(phase, _)| *phase).collect();
    assert_eq!(phases, [Phase::Opened, Phase::Updated, Phase::Resolved]);
    let (log, next) = store.due(1000, 10).unwrap();
    assert_eq!((log.len(), next), (1, None), "the other channel has its own line");
}

/// Hands a report in at `at`, concludes it ten milliseconds later with a minute's grace.
async fn judged_at(
    store: &Store,
    at: Millis,
    bytes: &[u8],
    result: Result<Verdict, Unreadable>,
) -> Concluded {
    let original = store.spool(&mut &bytes[..], 1 << 20).unwrap();
    let (source, declared) = (folder("a.docx"), Declared::default());
    let id = store.receive(Arrival { source, original, declared, at }).await.unwrap().expect_new();
    let conclusion = Conclusion { at: at + 10, grace: 60_000, ..conclusion(id, result) };
    store.conclude(conclusion).await.unwrap()
}

fn outbox(store: &Store) -> Vec<(Phase, Millis, Option<i32>)> {
    let (items, _) = store.due(Millis::MAX, 100).unwrap();
    let log = items.into_iter().filter(|item| item.channel == "log");
    log.map(|item| (phase(&item), item.due_at, alert(&item).year)).collect()
}

#[tokio::test]
async fn a_file_mended_within_the_grace_alarms_nobody() {
    let home = Home::new();
    let store = home.open();
    let case = judged_at(&store, 1_000, b"half", Err(unreadable())).await.alerts;
    assert_eq!(outbox(&store), [(Phase::Opened, 61_000, None)]);
    // Saved again and still wrong: one message about how it stands by then.
    judged_at(&store, 20_000, b"wrong", bad("某局", 2024)).await;
    assert_eq!(outbox(&store), [(Phase::Opened, 80_000, Some(2024))]);
    drop(store);
    let store = home.open();
    let mended = judged_at(&store, 50_000, b"right", good("某局", 2024)).await;
    assert_eq!(mended.alerts, case);
    assert_eq!(store.alert(case[0]).unwrap().unwrap().state, AlertState::Resolved);
    assert_eq!(outbox(&store), []);
    drop(store);
    Store::rebuild(&home.options()).unwrap();
    assert_eq!(outbox(&home.open()), []);
}

#[tokio::test]
async fn once_a_complaint_may_be_under_way_its_end_is_told_as_well() {
    let home = Home::new();
    let store = home.open();
    judged_at(&store, 0, b"wrong", bad("某局", 2024)).await;
    // So close to its time that a dispatcher may have taken it meanwhile.
    judged_at(&store, 58_000, b"right", good("某局", 2024)).await;
    let (first, _) = store.due(60_000, 10).unwrap();
    let item = first.into_iter().find(|item| item.channel == "log").unwrap();
    assert_eq!(phase(&item), Phase::Opened);
    let (dedupe_id, result) = (item.dedupe_id, DeliveryResult::Delivered);
    store.delivered(Delivery { dedupe_id, at: 60_001, result }).await.unwrap();
    assert_eq!(outbox(&store), [(Phase::Resolved, 58_010, Some(2024))]);
}

#[tokio::test]
async fn after_the_first_message_further_complaints_are_held_and_the_end_is_told_at_once() {
    let home = Home::new();
    let store = home.open();
    judged_at(&store, 0, b"wrong", bad("某局", 2024)).await;
    for item in store.due(60_000, 10).unwrap().0 {
        let (dedupe_id, result) = (item.dedupe_id, DeliveryResult::Delivered);
        store.delivered(Delivery { dedupe_id, at: 60_001, result }).await.unwrap();
    }
    judged_at(&store, 100_000, b"worse", bad("某局", 2024)).await;
    assert_eq!(outbox(&store), [(Phase::Updated, 160_000, Some(2024))]);
    judged_at(&store, 120_000, b"right", good("某局", 2024)).await;
    assert_eq!(outbox(&store), [(Phase::Resolved, 120_010, Some(2024))]);
}

#[tokio::test]
async fn a_renamed_file_takes_its_history_along_and_frees_its_old_path() {
    let home = Home::new();
    let store = home.open();
    let first = home.judged(&store, "a.docx", b"1", bad("某局", 2024)).await.submission.id;
    let id = home.judged(&store, "a.docx", b"2", bad("某局", 2024)).await.submission.id;
    assert!(store.moved(id, folder("某局.docx"), 30).await.unwrap());
    for id in [first, id] {
        assert_eq!(store.submission(id).unwrap().unwrap().source, folder("某局.docx"));
    }
    assert_eq!(store.events(0, 100).unwrap().last().unwrap().change, Change::Moved(id));
    assert_eq!(store.current_at(&folder("a.docx")).unwrap(), None);
    assert_eq!(home.arrive(&store, "某局.docx", b"2").await.expect_same(), id);
    // Another unit's report under the old name supersedes nothing; one under the new name does.
    let other = home.judged(&store, "a.docx", b"3", good("另局", 2024)).await;
    assert!(other.superseded.is_empty());
    assert!(!store.moved(id, folder("a.docx"), 40).await.unwrap(), "that place is taken");
    let next = home.judged(&store, "某局.docx", b"4", good("某局", 2024)).await;
    assert_eq!((next.superseded, next.submission.revision), (vec![id], 3));
    let before = home.answers(&store);
    drop(store);
    Store::rebuild(&home.options()).unwrap();
    assert_eq!(home.answers(&home.open()), before);
}

#[tokio::test]
async fn a_failed_send_comes_again_at_its_time_and_a_hopeless_one_does_not() {
    let home = Home::new();
    let store = home.open();
    home.judged(&store, "a.docx", b"1", bad("某局", 2024)).await;
    let items = store.due(1000, 10).unwrap().0;
    let retry = DeliveryResult::Retry { due_at: 5000, error: "timeout".into() };
    let given_up = DeliveryResult::GivenUp { error: "410".into() };
    for (item, result) in items.iter().zip([retry, given_up]) {
        let dedupe_id = item.dedupe_id.clone();
        store.delivered(Delivery { dedupe_id, at: 40, result }).await.unwrap();
    }
    assert_eq!(store.due(4999, 10).unwrap(), (vec![], Some(5000)));
    let (again, _) = store.due(5000, 10).unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!((&again[0].dedupe_id, again[0].attempts), (&items[0].dedupe_id, 1));
}

#[tokio::test]
async fn a_recheck_keeps_the_revision_and_tells_only_what_changed() {
    let home = Home::new();
    let store = home.open();
    let first = home.judged(&store, "a.docx", b"1", bad("某局", 2024)).await;
    let id = first.submission.id;
    for (result, turns) in [
        (bad("某局", 2024), 0),
        (Ok(verdict("某局", 2024, &[("AR-02", Severity::Error), ("AR-03", Severity::Error)])), 1),
        (good("某局", 2024), 1),
        (good("某局", 2024), 0),
    ] {
        store.requeue(id, 50).await.unwrap();
        assert_eq!(store.ready(10).unwrap().len(), 1);
        let standing = store.standing(&unit_year("某局", 2024)).unwrap().unwrap();
        assert_eq!(standing.current, id, "a submission under recheck stands as it stood");
        let again = store.conclude(conclusion(id, result.clone())).await.unwrap();
        assert_eq!((again.submission.revision, again.alerts.len()), (1, turns));
        assert_eq!(store.verdict(id).unwrap(), Some(result));
    }
    assert_eq!(store.findings_of("AR-03", None, None, 10).unwrap(), []);
}

#[tokio::test]
async fn a_clock_that_jumps_loses_nothing_and_changes_no_order() {
    const DAY: Millis = 86_400_000;
    let home = Home::new();
    let store = home.open();
    let mut received = Vec::new();
    for (n, day) in [10, 9, 11, 10, 8, 12].into_iter().enumerate() {
        let bytes = n.to_string();
        let original = store.spool(&mut bytes.as_bytes(), 100).unwrap();
        let (source, declared) = (folder("a.docx"), Declared::default());
        let arrival = Arrival { source, original, declared, at: day * DAY };
        let id = store.receive(arrival).await.unwrap().expect_new();
        let result = if n == 5 { good("某局", 2024) } else { bad("某局", 2024) };
        // The verdict a day before the receipt.
        let conclusion = Conclusion { at: (day - 1) * DAY, ..conclusion(id, result) };
        received.push(store.conclude(conclusion).await.unwrap().submission);
    }
    let revisions = store.revisions(&unit_year("某局", 2024)).unwrap();
    assert_eq!(revisions.iter().map(|s| s.revision).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert!(received.is_sorted_by_key(|s| s.id), "numbered as they came");
    let standing = store.standing(&unit_year("某局", 2024)).unwrap().unwrap();
    assert_eq!((standing.current, standing.returns), (received[5].id, 5));
    let before = home.answers(&store);
    assert_eq!(before.alerts.len(), 1);
    assert_eq!(before.alerts[0].state, AlertState::Resolved);
    // A receiver is told of the opening before the end, whatever the times say.
    let mut phases = Vec::new();
    while let Some(item) =
        store.due(Millis::MAX, 10).unwrap().0.into_iter().find(|i| i.channel == "log")
    {
        phases.push(phase(&item));
        let delivery =
            Delivery { dedupe_id: item.dedupe_id, at: 0, result: DeliveryResult::Delivered };
        store.delivered(delivery).await.unwrap();
    }
    assert_eq!((phases.first(), phases.last()), (Some(&Phase::Opened), Some(&Phase::Resolved)));
    let want = home.answers(&store);
    store.close().unwrap();
    std::fs::remove_dir_all(home.data().join("index")).unwrap();
    assert_eq!(home.answers(&home.open()), want);
}

#[tokio::test]
async fn a_recheck_that_cannot_read_what_was_read_before_keeps_the_verdict_and_says_so() {
    let home = Home::new();
    let store = home.open();
    let first = home.judged(&store, "a.docx", b"1", bad("某局", 2024)).await.submission;
    let before = home.answers(&store);
    store.requeue(first.id, 50).await.unwrap();
    let reasons =
        [UnreadableReason::ReaderFailed, UnreadableReason::TimedOut, UnreadableReason::Damaged];
    for (n, reason) in reasons.into_iter().enumerate() {
        if n > 0 {
            store.requeue(first.id, 50).await.unwrap();
        }
        let failed = Err(Unreadable { reason, ..unreadable() });
        let again = store.conclude(conclusion(first.id, failed)).await.unwrap();
        assert!(again.kept && again.alerts.is_empty(), "{again:?}");
        assert_eq!(again.submission, first);
    }
    let after = home.answers(&store);
    let last = after.events.last().map(|event| event.change.clone());
    assert_eq!(last, Some(Change::RecheckFailed(first.id)));
    let (events, head) = (before.events.clone(), before.head);
    assert_eq!(Answers { events, head, ..after }, before, "all but the log is as it was");
    store.close().unwrap();
    // The same from the journal alone.
    std::fs::remove_dir_all(home.data().join("index")).unwrap();
    let store = home.open();
    assert_eq!(store.verdict(first.id).unwrap(), Some(bad("某局", 2024)));
    assert_eq!(store.submission(first.id).unwrap(), Some(first.clone()));
    // A judgement that it is no report is one, and a file that never could be read stays so.
    store.requeue(first.id, 60).await.unwrap();
    let no_report = Err(Unreadable { reason: UnreadableReason::NotAReport, ..unreadable() });
    let judged = store.conclude(conclusion(first.id, no_report.clone())).await.unwrap();
    assert!(!judged.kept);
    store.requeue(first.id, 70).await.unwrap();
    let judged = store.conclude(conclusion(first.id, Err(unreadable()))).await.unwrap();
    assert!(!judged.kept);
    assert_eq!(store.verdict(first.id).unwrap(), Some(Err(unreadable())));
}

#[tokio::test]
async fn a_file_nobody_can_read_has_a_case_of_its_own_until_its_place_gets_a_readable_one() {
    let home = Home::new();
    let store = home.open();
    let first = home.judged(&store, "a.docx", b"1", Err(unreadable())).await;
    assert_eq!(store.verdict(first.submission.id).unwrap(), Some(Err(unreadable())));
    let alert = store.alert(first.alerts[0]).unwrap().unwrap();
    assert_eq!((alert.kind, alert.year), (AlertKind::Unreadable, None));
    assert_eq!(alert.summary.zh, "文件“a.docx”无法判读：文件加密");
    let unknown = store.overview(None).unwrap();
    assert_eq!((unknown.unreadable, unknown.firing), (1, 1));
    let second = home.judged(&store, "a.docx", b"2", good("某局", 2024)).await;
    assert_eq!(second.superseded, [first.submission.id]);
    assert_eq!(store.alert(alert.id).unwrap().unwrap().state, AlertState::Resolved);
    assert_eq!(store.overview(None).unwrap().unreadable, 0);
}

#[tokio::test]
async fn a_file_nobody_can_read_gives_way_to_its_readable_form_but_not_the_reverse() {
    let home = Home::new();
    let store = home.open();
    let scan = home.judged(&store, "2024/年报.pdf", b"scan", Err(unreadable())).await;
    let other = home.judged(&store, "2024/别的.pdf", b"other", Err(unreadable())).await;
    let report = home.judged(&store, "2024/年报.docx", b"text", good("某局", 2024)).await;
    assert_eq!(report.superseded, [scan.submission.id]);
    assert_eq!(store.alert(scan.alerts[0]).unwrap().unwrap().state, AlertState::Resolved);
    assert_eq!(store.alert(other.alerts[0]).unwrap().unwrap().state, AlertState::Firing);
    let again = home.judged(&store, "2024/年报.pdf", b"corrected scan", Err(unreadable())).await;
    assert_eq!(again.submission.stage, Stage::Judged);
    assert_eq!(again.alerts.len(), 1, "a correction that cannot be read is told");
    let standing = store.standing(&unit_year("某局", 2024)).unwrap().unwrap();
    assert_eq!(standing.current, report.submission.id);
}

#[tokio::test]
async fn identical_bytes_at_another_place_are_a_duplicate_that_takes_over_when_needed() {
    let home = Home::new();
    let store = home.open();
    let of = unit_year("某局", 2023);
    let first = home.judged(&store, "年报.docx", b"2023", bad("某局", 2023)).await;
    let copy = home.judged(&store, "2023/年报.docx", b"2023", bad("某局", 2023)).await;
    assert_eq!((copy.submission.duplicate_of, copy.alerts.len()), (Some(first.submission.id), 0));
    assert_eq!((copy.submission.stage, copy.submission.revision), (Stage::Judged, 0));
    assert_eq!(store.revisions(&of).unwrap().len(), 1);
    assert_eq!(store.overview(Some(2023)).unwrap().returned, 1);

    home.judged(&store, "年报.docx", b"2024", good("某局", 2024)).await;
    let standing = store.standing(&of).unwrap().unwrap();
    assert_eq!((standing.current, standing.revision), (copy.submission.id, 1));
    let alert = store.alert(first.alerts[0]).unwrap().unwrap();
    assert_eq!((alert.state, alert.submission), (AlertState::Firing, copy.submission.id));
}

#[tokio::test]
async fn trouble_with_a_folder_or_channel_is_one_case_that_resolves() {
    use AlertKind::{ChannelFailing, FolderAway};
    let home = Home::new();
    let mut store = home.open();
    let trouble = |kind, name: &str, what: Option<&str>| {
        let what = what.map(|what| Words::new(what, what));
        Trouble { kind, name: name.into(), what, at: 30 }
    };
    for _ in 0..2 {
        store.trouble(trouble(FolderAway, "inbox", Some("连不上"))).await.unwrap();
        store.trouble(trouble(ChannelFailing, "log", Some("HTTP 500"))).await.unwrap();
    }
    let open = store.alerts(Some(AlertState::Firing), None, 10).unwrap().items;
    let about: Vec<_> = open.iter().map(|a| (a.kind, a.about.as_deref(), a.submission)).collect();
    assert_eq!(about, [(ChannelFailing, Some("log"), 0), (FolderAway, Some("inbox"), 0)]);
    let told = |id: u64| {
        let of = |item: &OutboxItem| item.case() == id;
        let items = store.due(Millis::MAX, 10).unwrap().0.into_iter().filter(of);
        let mut channels: Vec<String> = items.map(|item| item.channel).collect();
        channels.sort();
        channels
    };
    assert_eq!(told(open[0].id), ["群-1"], "not by the channel that does not get through");
    assert_eq!(told(open[1].id), ["log", "群-1"]);
    assert_eq!(store.overview(None).unwrap().firing, 2);

    let before = home.answers(&store);
    store.close().unwrap();
    drop(store);
    Store::rebuild(&home.options()).unwrap();
    store = home.open();
    assert_eq!(home.answers(&store), before);
    assert_eq!(store.troubled(FolderAway).unwrap(), ["inbox"]);
    for _ in 0..2 {
        store.trouble(trouble(FolderAway, "inbox", None)).await.unwrap();
    }
    assert!(store.troubled(FolderAway).unwrap().is_empty());
    let over = store.alert(open[1].id).unwrap().unwrap();
    assert_eq!((over.state, over.resolved_at), (AlertState::Resolved, Some(30)));
    assert!(over.summary.zh.contains("已恢复"), "{}", over.summary.zh);
    store.trouble(trouble(FolderAway, "inbox", Some("又连不上"))).await.unwrap();
    assert_eq!(store.alerts(Some(AlertState::Firing), None, 10).unwrap().items.len(), 2);
}

#[tokio::test]
async fn an_older_draft_handed_in_once_more_is_known_by_its_revision() {
    let home = Home::new();
    let store = home.open();
    home.judged(&store, "年报.docx", b"draft", bad("某局", 2024)).await;
    let mended = home.judged(&store, "年报.docx", b"mended", good("某局", 2024)).await;
    assert_eq!((mended.submission.revision, mended.submission.repeats), (2, None));
    let again = home.judged(&store, "年报.docx", b"draft", bad("某局", 2024)).await;
    assert_eq!((again.submission.revision, again.submission.repeats), (3, Some(1)));
    let alert = store.alert(again.alerts[0]).unwrap().unwrap();
    let told = "某局 2024年度报告被退回：1处须修改（第3版，与第1版内容相同）";
    assert_eq!(alert.summary.zh, told);

    store.requeue(again.submission.id, 30).await.unwrap();
    let judged = conclusion(again.submission.id, bad("某局", 2024));
    let rechecked = store.conclude(judged).await.unwrap().submission;
    assert_eq!((rechecked.revision, rechecked.repeats), (3, Some(1)));
}

#[tokio::test]
async fn next_years_report_under_the_same_name_leaves_an_accepted_one_and_replaces_a_returned_one()
{
    let home = Home::new();
    let store = home.open();
    home.judged(&store, "a.docx", b"1", good("甲局", 2023)).await;
    let next = home.judged(&store, "a.docx", b"2", bad("甲局", 2024)).await;
    assert!(next.superseded.is_empty());
    assert!(store.standing(&unit_year("甲局", 2023)).unwrap().is_some());
    // The returned one named the wrong year; its correction takes its place.
    let mended = home.judged(&store, "a.docx", b"3", good("甲局", 2025)).await;
    assert_eq!(mended.superseded, [next.submission.id]);
    assert_eq!(store.standing(&unit_year("甲局", 2024)).unwrap(), None);
    assert_eq!(store.alert(next.alerts[0]).unwrap().unwrap().state, AlertState::Resolved);
    assert_eq!(store.overview(None).unwrap().compliant, 2);
}

#[tokio::test]
async fn order_of_arrival_decides_even_when_the_later_one_is_judged_first() {
    let home = Home::new();
    let store = home.open();
    let older = home.arrive(&store, "a.docx", b"1").await.expect_new();
    let newer = home.arrive(&store, "b.docx", b"2").await.expect_new();
    store.conclude(conclusion(newer, good("某局", 2024))).await.unwrap();
    let late = store.conclude(conclusion(older, bad("某局", 2024))).await.unwrap();
    assert_eq!(late.submission.superseded_by, Some(newer));
    assert_eq!((late.superseded.len(), late.alerts.len()), (0, 0));
    let standing = store.standing(&unit_year("某局", 2024)).unwrap().unwrap();
    assert_eq!((standing.current, standing.outcome), (newer, Outcome::Compliant));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_workers_concluding_one_submission_one_wins_and_the_others_learn_it() {
    let home = Home::new();
    let store = home.open();
    let id = home.arrive(&store, "a.docx", b"1").await.expect_new();
    let workers: Vec<_> = (0..16)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.conclude(conclusion(id, bad("某局", 2024))).await })
        })
        .collect();
    let mut won = 0;
    for worker in workers {
        match worker.await.unwrap() {
            Ok(_) => won += 1,
            Err(StoreError::Conflict { actual: Stage::Judged, .. }) => {}
            Err(e) => panic!("{e}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(store.alerts(None, None, 10).unwrap().items.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_wait_together_share_an_fsync() {
    let home = Home::new();
    let store = home.open();
    let original = store.spool(&mut &b"x"[..], 10).unwrap();
    let commits = (0..200).map(|n| {
        let (store, original) = (store.clone(), original.clone());
        let source = folder(&format!("{n}.docx"));
        let arrival = Arrival { source, original, declared: Declared::default(), at: n };
        tokio::spawn(async move { store.receive(arrival).await.unwrap().expect_new() })
    });
    let commits: Vec<_> = commits.collect();
    let mut ids = Vec::new();
    for commit in commits {
        ids.push(commit.await.unwrap());
    }
    ids.sort_unstable();
    assert_eq!(ids, (1..=200).collect::<Vec<_>>());
    assert!(store.fsyncs() < 200, "{} fsyncs for 200 commits", store.fsyncs());
}

#[tokio::test]
async fn a_listing_answers_every_filter_and_pages_without_gap_or_repeat() {
    let home = Home::new();
    let store = home.open();
    for n in 0..40 {
        let (unit, year) = (format!("{}局", n % 4), 2020 + n % 5);
        let result = match n % 3 {
            0 => good(&unit, year),
            1 => bad(&unit, year),
            _ => Err(unreadable()),
        };
        home.judged(&store, &format!("{n}.docx"), n.to_string().as_bytes(), result).await;
    }
    home.arrive(&store, "waiting.docx", b"w").await.expect_new();
    let all = store.list(&Filter::default(), None, usize::MAX).unwrap().items;
    assert_eq!(all.len(), 41);
    for (n, bits) in (0..64).enumerate() {
        let on = |bit: i32| bits & (1 << bit) != 0;
        let filter = Filter {
            year: on(0).then_some(2021),
            unit: on(1).then(|| "1局".to_owned()),
            outcome: on(2).then_some(Outcome::Returned),
            batch: None,
            stage: on(3).then_some(Stage::Judged),
            rule: on(4).then(|| "AR-02".to_owned()),
            current_only: on(5),
        };
        let want: Vec<u64> = all
            .iter()
            .filter(|s| filter.year.is_none_or(|y| s.year == Some(y)))
            .filter(|s| filter.unit.is_none() || s.unit == filter.unit)
            .filter(|s| filter.outcome.is_none_or(|o| s.outcome == Some(o)))
            .filter(|s| filter.stage.is_none_or(|stage| s.stage == stage))
            .filter(|s| filter.rule.is_none() || s.counts[0] > 0)
            .filter(|s| {
                !filter.current_only || s.judged_at.is_some() && s.stage != Stage::Superseded
            })
            .map(|s| s.id)
            .collect();
        let mut got = Vec::new();
        let mut before = None;
        loop {
            let page = store.list(&filter, before, 3).unwrap();
            assert!(page.items.len() <= 3);
            got.extend(page.items.iter().map(|s| s.id));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(got, want, "filter {n}: {filter:?}");
    }
}

#[tokio::test]
async fn what_does_not_exist_or_breaks_a_bound_is_said_to() {
    let home = Home::new();
    let store = home.open();
    let large = store.spool(&mut &[0u8; 11][..], 10);
    assert!(matches!(large, Err(StoreError::Refused(_))));
    let left = std::fs::read_dir(home.data().join("spool/tmp")).unwrap().count();
    assert_eq!(left, 0, "a refused original leaves nothing behind");
    let original = Spooled { sha256: "0".repeat(64), size: 1 };
    let arrival = Arrival { source: folder("a"), original, declared: Declared::default(), at: 1 };
    assert!(matches!(store.receive(arrival).await, Err(StoreError::NotFound(_))));
    let missing = store.conclude(conclusion(7, good("某局", 2024))).await;
    assert!(matches!(missing, Err(StoreError::NotFound(_))));
    assert!(matches!(store.original("../../lock"), Err(StoreError::NotFound(_))));
    assert_eq!(store.verdict(7).unwrap(), None);
}

#[tokio::test]
async fn deaths_of_workers_are_counted_and_alerts_are_taken_on() {
    let home = Home::new();
    let store = home.open();
    let id = home.arrive(&store, "a.docx", b"1").await.expect_new();
    assert_eq!(store.attempted(id, 1).await.unwrap(), 1);
    assert_eq!(store.attempted(id, 2).await.unwrap(), 2);
    let concluded = store.conclude(conclusion(id, bad("某局", 2024))).await.unwrap();
    assert!(matches!(store.attempted(id, 3).await, Err(StoreError::Conflict { .. })));
    let ack = Acknowledgement { by: "王".into(), at: 60, note: "已联系".into() };
    let alert = store.acknowledge(concluded.alerts[0], ack.clone()).await.unwrap();
    assert_eq!(alert.acknowledged, Some(ack));
    assert_eq!(store.alert(alert.id).unwrap(), Some(alert));
}

#[tokio::test]
async fn a_verdict_and_names_of_any_size_come_back_whole() {
    let home = Home::new();
    let store = home.open();
    let unit = "局".repeat(5000);
    let findings = vec![("AR-02", Severity::Error); 700];
    let mut large = verdict(&unit, 2024, &findings);
    large.findings[3].message.zh = "长".repeat(9000);
    let id = home.arrive(&store, "a.docx", b"1").await.expect_new();
    store.conclude(conclusion(id, Ok(large.clone()))).await.unwrap();
    assert_eq!(store.standing(&unit_year(&unit, 2024)).unwrap().unwrap().of.unit, unit);
    assert_eq!(store.findings_of("AR-02", Some(2024), None, 1000).unwrap().len(), 700);
    assert_eq!(store.findings_of("AR-02", Some(2024), None, 5).unwrap().len(), 5);
    let before = home.answers(&store);
    store.close().unwrap();
    Store::rebuild(&home.options()).unwrap();
    let store = home.open();
    assert_eq!(store.verdict(id).unwrap(), Some(Ok(large)));
    assert_eq!(home.answers(&store), before);
}

#[tokio::test]
async fn one_directory_has_one_store() {
    let home = Home::new();
    let store = home.open();
    assert!(matches!(Store::open(&home.options()), Err(StoreError::Locked(_))));
    assert!(matches!(Store::rebuild(&home.options()), Err(StoreError::Locked(_))));
    store.close().unwrap();
    let again = home.open();
    let late = store.list(&Filter::default(), None, 1);
    assert!(matches!(late, Err(StoreError::Fatal(_))), "a closed handle answers nothing");
    drop(again);
    home.open();
}

#[tokio::test]
async fn file_stamps_are_remembered_and_forgotten() {
    let home = Home::new();
    let store = home.open();
    let stamp = FileStamp {
        size: 1,
        modified_ns: -5,
        changed_ns: i128::from(u64::MAX),
        inode: 3,
        device: 4,
        sha256: "ab".repeat(32),
        submission: 9,
    };
    store.remember_file("inbox", "a", &stamp).unwrap();
    store.close().unwrap();
    let store = home.open();
    assert_eq!(store.file_stamp("inbox", "a").unwrap(), Some(stamp));
    store.forget_file("inbox", "a", 8).unwrap();
    assert!(store.file_stamp("inbox", "a").unwrap().is_some(), "the file of another submission");
    store.forget_file("inbox", "a", 9).unwrap();
    assert_eq!(store.file_stamp("inbox", "a").unwrap(), None);
}
