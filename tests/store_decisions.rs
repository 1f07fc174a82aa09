//! Decisions on findings: kept by what they say over revisions, and followed by outcome, standing,
//! numbers and alert.

mod store_kit;

use nianbao::model::Ruling::*;
use nianbao::model::*;
use nianbao::store::*;
use store_kit::*;

fn of() -> UnitYear {
    unit_year("某局", 2024)
}

fn print(code: &str) -> String {
    fingerprint(code, "t3.total.NP")
}

fn ruling(ruling: impl Into<Option<Ruling>>, code: &str) -> NewDecision {
    NewDecision {
        of: of(),
        seen: None,
        fingerprint: print(code),
        ruling: ruling.into(),
        reason: "口径不同，已核对台账".into(),
        by: "张三".into(),
        at: 50,
    }
}

fn found(code: &str, severity: Severity, value: &str) -> Finding {
    Finding { found: Some(value.into()), ..finding(code, severity) }
}

fn says(findings: Vec<Finding>) -> Result<Verdict, Unreadable> {
    let outcome = Outcome::of(&findings);
    Ok(Verdict { outcome, findings, ..verdict("某局", 2024, &[]) })
}

fn error(value: &str) -> Result<Verdict, Unreadable> {
    says(vec![found("AR-02", Severity::Error, value)])
}

fn current(store: &Store) -> Submission {
    let standing = store.standing(&of()).unwrap().unwrap();
    let row = store.submission(standing.current).unwrap().unwrap();
    assert_eq!((Some(standing.outcome), standing.counts), (row.outcome, row.counts));
    row
}

fn alert_of(store: &Store, id: u64) -> Alert {
    store.alert(id).unwrap().unwrap()
}

/// The phases told about a case on one channel, and the number of messages there are in all.
fn told(store: &Store, alert: u64) -> Vec<Phase> {
    let (due, _) = store.due(Millis::MAX, usize::MAX).unwrap();
    due.into_iter()
        .filter(|item| item.case() == alert && item.channel == "log")
        .map(|item| phase(&item))
        .collect()
}

/// Deletes the index and builds it anew; everything the store answers is the same.
fn rebuilt(home: &Home, store: Store) -> Store {
    let before = home.answers(&store);
    let rulings = store.rulings(&of()).unwrap();
    store.close().unwrap();
    drop(store);
    std::fs::remove_dir_all(home.data().join("index")).unwrap();
    let store = home.open();
    assert_eq!(home.answers(&store), before);
    assert_eq!(store.rulings(&of()).unwrap(), rulings);
    store
}

#[tokio::test]
async fn what_is_no_fault_makes_a_returned_report_compliant_and_withdrawing_it_returns_it_again() {
    let home = Home::new();
    let store = home.open();
    let first = home.judged(&store, "a.docx", b"1", error("19")).await;
    let id = first.submission.id;
    let case = first.alerts[0];

    let decided = store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    assert_eq!(decided.submission.as_ref().unwrap(), &current(&store));
    assert_eq!(
        (current(&store).outcome, current(&store).counts),
        (Some(Outcome::Compliant), [0; 3])
    );
    assert_eq!(store.verdict(id).unwrap(), Some(error("19")), "what was judged stays as judged");
    assert_eq!(store.overview(Some(2024)).unwrap().compliant, 1);
    assert_eq!(store.overview(Some(2024)).unwrap().returned, 0);
    let compliant = Filter { outcome: Some(Outcome::Compliant), ..Filter::default() };
    assert_eq!(store.list(&compliant, None, 9).unwrap().items, [current(&store)]);
    assert_eq!(decided.alerts, [case]);
    assert_eq!(alert_of(&store, case).state, AlertState::Resolved);
    let event = store.events(*store.head().borrow() - 1, 9).unwrap().remove(0);
    assert_eq!(event.change, Change::Decided { id: Some(id), alerts: vec![case] });
    let listed = store.findings_of("AR-02", Some(2024), None, 9).unwrap();
    assert_eq!(listed[0].ruled.as_ref().unwrap().ruling(), Some(Dismissed));

    let store = rebuilt(&home, store);
    let withdrawn = store.decide(ruling(None, "AR-02")).await.unwrap();
    assert_eq!(withdrawn.decision.ruling, None);
    assert_eq!(
        (current(&store).outcome, current(&store).counts),
        (Some(Outcome::Returned), [1, 0, 0])
    );
    let [again] = withdrawn.alerts[..] else { panic!("{:?}", withdrawn.alerts) };
    assert_eq!(alert_of(&store, again).state, AlertState::Firing);
    assert_eq!(store.findings_of("AR-02", None, None, 9).unwrap()[0].ruled, None);
    assert_eq!(store.rulings(&of()).unwrap().len(), 0);
    let store = rebuilt(&home, store);

    let history = store.decisions(&DecisionFilter::default(), None, 9).unwrap().items;
    let history: Vec<_> = history.iter().map(|l| (l.decision.ruling, l.in_force)).collect();
    assert_eq!(history, [(None, false), (Some(Dismissed), false)]);
}

#[tokio::test]
async fn a_decision_holds_for_later_revisions_that_say_the_same_and_lapses_where_they_do_not() {
    let home = Home::new();
    let store = home.open();
    home.judged(&store, "a.docx", b"1", error("19")).await;
    store.decide(ruling(Explained, "AR-02")).await.unwrap();

    let second = home.judged(&store, "a.docx", b"2", error("19")).await;
    assert_eq!(second.submission.outcome, Some(Outcome::Compliant));
    assert_eq!(second.alerts, Vec::<u64>::new(), "nobody is told of what was settled");
    let ruled = |store: &Store| store.findings_of("AR-02", None, None, 9).unwrap().remove(0).ruled;
    assert_eq!(ruled(&store).unwrap().ruling(), Some(Explained));

    let third = home.judged(&store, "a.docx", b"3", error("18")).await;
    assert_eq!(third.submission.outcome, Some(Outcome::Returned), "a new fault is never hidden");
    assert_eq!(third.alerts.len(), 1);
    assert!(ruled(&store).unwrap().lapsed);
    let store = rebuilt(&home, store);

    let decided = store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    assert_eq!(decided.decision.substance[0].found.as_deref(), Some("18"));
    assert_eq!(current(&store).outcome, Some(Outcome::Compliant));
    assert!(!ruled(&store).unwrap().lapsed);
    let graver = says(vec![found("AR-02", Severity::Warning, "17")]);
    home.judged(&store, "a.docx", b"4", graver).await;
    store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    assert_eq!(current(&store).outcome, Some(Outcome::Compliant));
    home.judged(&store, "a.docx", b"5", error("17")).await;
    assert_eq!(current(&store).outcome, Some(Outcome::Returned), "it weighs more now");
    rebuilt(&home, store);
}

#[tokio::test]
async fn a_confirmed_warning_returns_the_report_and_opens_its_case() {
    let home = Home::new();
    let store = home.open();
    let warned = || says(vec![found("AR-02", Severity::Warning, "19")]);
    let first = home.judged(&store, "a.docx", b"1", warned()).await;
    assert_eq!((first.submission.outcome, first.alerts.len()), (Some(Outcome::NeedsReview), 0));
    let decided = store.decide(ruling(Confirmed, "AR-02")).await.unwrap();
    let row = current(&store);
    assert_eq!((row.outcome, row.counts), (Some(Outcome::Returned), [1, 0, 0]));
    let alert = alert_of(&store, decided.alerts[0]);
    assert_eq!(alert.summary.zh, "某局 2024年度报告被退回：1处须修改");
    let changed = store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    assert_eq!(changed.alerts, decided.alerts);
    assert_eq!(current(&store).outcome, Some(Outcome::Compliant));
    rebuilt(&home, store);
}

#[tokio::test]
async fn one_of_several_faults_settled_keeps_the_case_open_and_tells_nobody() {
    let home = Home::new();
    let store = home.open();
    let two =
        says(vec![found("AR-02", Severity::Error, "19"), found("AR-03", Severity::Error, "7")]);
    let case = home.judged(&store, "a.docx", b"1", two.clone()).await.alerts[0];
    let before = told(&store, case);
    store.decide(ruling(Dismissed, "AR-03")).await.unwrap();
    let alert = alert_of(&store, case);
    assert_eq!(alert.summary.zh, "某局 2024年度报告被退回：1处须修改");
    assert_eq!((alert.state, told(&store, case)), (AlertState::Firing, before));

    // Judged again with the same result, nothing changes either.
    let id = current(&store).id;
    store.requeue(id, 60).await.unwrap();
    let again = store.conclude(conclusion(id, two)).await.unwrap();
    assert_eq!((again.alerts.len(), again.submission.counts), (0, [1, 0, 0]));
    store.decide(ruling(Explained, "AR-02")).await.unwrap();
    assert_eq!(alert_of(&store, case).state, AlertState::Resolved);
    rebuilt(&home, store);
}

#[tokio::test]
async fn what_is_settled_before_the_grace_is_over_alarms_nobody() {
    let home = Home::new();
    let store = home.open();
    let id = home.arrive(&store, "a.docx", b"1").await.expect_new();
    let findings =
        vec![found("AR-02", Severity::Error, "19"), found("AR-03", Severity::Error, "7")];
    let conclusion = Conclusion { grace: 100_000, ..conclusion(id, says(findings)) };
    let case = store.conclude(conclusion).await.unwrap().alerts[0];
    let held = |store: &Store| store.due(Millis::MAX, 99).unwrap().0;
    let due_at = held(&store)[0].due_at;
    store.decide(ruling(Dismissed, "AR-03")).await.unwrap();
    let still = held(&store);
    assert_eq!(still.iter().map(|item| item.due_at).collect::<Vec<_>>(), [due_at; 2]);
    assert!(still.iter().all(|item| phase(item) == Phase::Opened));
    assert!(alert(&still[0]).summary.zh.ends_with("1处须修改"), "{}", alert(&still[0]).summary.zh);
    store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    assert_eq!(alert_of(&store, case).state, AlertState::Resolved);
    assert_eq!(held(&store), []);
    rebuilt(&home, store);
}

#[tokio::test]
async fn findings_that_share_a_place_are_decided_on_together_and_one_more_is_open() {
    let home = Home::new();
    let store = home.open();
    let of_values =
        |values: &[&str]| says(values.iter().map(|v| found("AR-02", Severity::Error, v)).collect());
    home.judged(&store, "a.docx", b"1", of_values(&["19", "18"])).await;
    let decided = store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    assert_eq!(decided.decision.substance.len(), 2);
    assert_eq!(current(&store).counts, [0; 3]);
    home.judged(&store, "a.docx", b"2", of_values(&["18"])).await;
    assert_eq!(current(&store).outcome, Some(Outcome::Compliant));
    home.judged(&store, "a.docx", b"3", of_values(&["19", "18", "18"])).await;
    assert_eq!(
        (current(&store).outcome, current(&store).counts),
        (Some(Outcome::Returned), [1, 0, 0])
    );
    let lapsed: Vec<bool> = store
        .findings_of("AR-02", None, None, 9)
        .unwrap()
        .iter()
        .map(|found| found.ruled.as_ref().unwrap().lapsed)
        .collect();
    assert_eq!(lapsed, [false, false, true]);
    rebuilt(&home, store);
}

#[tokio::test]
async fn duplicates_at_other_places_follow_and_hand_the_decision_on() {
    let home = Home::new();
    let store = home.open();
    let first = home.judged(&store, "a.docx", b"1", error("19")).await.submission;
    let twin = home.judged(&store, "b.docx", b"1", error("19")).await.submission;
    assert_eq!(twin.duplicate_of, Some(first.id));
    store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    let row = |id| store.submission(id).unwrap().unwrap();
    assert_eq!(row(twin.id).outcome, Some(Outcome::Compliant));
    // A third copy, and one that comes after the decision.
    let late = home.judged(&store, "c.docx", b"1", error("19")).await.submission;
    assert_eq!(late.outcome, Some(Outcome::Compliant));
    store.decide(ruling(None, "AR-02")).await.unwrap();
    let outcomes = [first.id, twin.id, late.id].map(|id| row(id).outcome);
    assert_eq!(outcomes, [Some(Outcome::Returned); 3]);
    rebuilt(&home, store);
}

#[tokio::test]
async fn the_same_said_twice_is_recorded_once_and_another_reason_is_a_decision_of_its_own() {
    let home = Home::new();
    let store = home.open();
    home.judged(&store, "a.docx", b"1", error("19")).await;
    let first = store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    let head = *store.head().borrow();
    let again = NewDecision { at: 99, ..ruling(Dismissed, "AR-02") };
    assert_eq!(store.decide(again).await.unwrap().decision, first.decision);
    assert_eq!(*store.head().borrow(), head);
    let other = NewDecision { by: "李四".into(), ..ruling(Dismissed, "AR-02") };
    assert!(store.decide(other).await.unwrap().decision.id > first.decision.id);
    rebuilt(&home, store);
}

#[tokio::test]
async fn nothing_is_decided_on_what_is_not_there_or_was_not_looked_at() {
    let home = Home::new();
    let store = home.open();
    let refused = store.decide(ruling(Dismissed, "AR-02")).await;
    assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
    let first = home.judged(&store, "a.docx", b"1", error("19")).await.submission;
    let seen = |id, judged_at| Some(Seen { submission: id, judged_at });
    let refused = store.decide(ruling(Dismissed, "AR-03")).await;
    let Err(StoreError::Undecidable(why)) = refused else { panic!("{refused:?}") };
    let gone = Undecidable::NoSuchFinding {
        submission: first.id,
        fingerprint: print("AR-03"),
        there: vec![print("AR-02")],
        in_all: 1,
    };
    assert_eq!(why, gone);
    let refused = store.decide(ruling(None, "AR-02")).await;
    let undecided = Undecidable::NotDecided { fingerprint: print("AR-02") };
    assert!(matches!(refused, Err(StoreError::Undecidable(why)) if why == undecided));

    let second = home.judged(&store, "a.docx", b"2", error("18")).await.submission;
    for (seen, current) in
        [(seen(first.id, None), second.id), (seen(second.id, Some(1)), second.id)]
    {
        let refused = store.decide(NewDecision { seen, ..ruling(Dismissed, "AR-02") }).await;
        let outdated = Undecidable::Outdated { seen: seen.unwrap().submission, current };
        assert!(matches!(refused, Err(StoreError::Undecidable(why)) if why == outdated));
    }
    for bad in [
        NewDecision { by: " ".into(), ..ruling(Dismissed, "AR-02") },
        NewDecision { reason: "\n".into(), ..ruling(Dismissed, "AR-02") },
        NewDecision { reason: "长".repeat(700), ..ruling(Dismissed, "AR-02") },
        NewDecision { by: "长".repeat(70), ..ruling(Dismissed, "AR-02") },
    ] {
        let refused = store.decide(bad).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    }
    let head = *store.head().borrow();
    assert_eq!(head, 4, "two files and two verdicts; no refusal left a record");
    let looked = seen(second.id, second.judged_at);
    store.decide(NewDecision { seen: looked, ..ruling(Dismissed, "AR-02") }).await.unwrap();
}

#[tokio::test]
async fn a_ruling_on_a_finding_long_mended_can_be_withdrawn() {
    let home = Home::new();
    let store = home.open();
    home.judged(&store, "a.docx", b"1", error("19")).await;
    store.decide(ruling(Dismissed, "AR-02")).await.unwrap();
    home.judged(&store, "a.docx", b"2", good("某局", 2024)).await;
    let withdrawn = store.decide(ruling(None, "AR-02")).await.unwrap();
    assert_eq!(withdrawn.submission, Some(current(&store)));
    home.judged(&store, "a.docx", b"3", error("19")).await;
    assert_eq!(current(&store).outcome, Some(Outcome::Returned));
}

#[tokio::test]
async fn a_decision_that_the_index_had_not_seen_at_the_kill_is_replayed() {
    let home = Home::new();
    let store = home.open();
    // Longer than one entry of the index holds.
    let long = Words::new("很长的说明".repeat(240), "a long statement ".repeat(240));
    let wordy = Finding { message: long, ..found("AR-02", Severity::Error, "19") };
    home.judged(&store, "a.docx", b"1", says(vec![wordy])).await;
    store.close().unwrap();
    drop(store);
    let (index, aside) = (home.data().join("index"), home.dir.path().join("aside"));
    copy(&index, &aside);
    let store = home.open();
    store.decide(ruling(Explained, "AR-02")).await.unwrap();
    let before = home.answers(&store);
    store.close().unwrap();
    drop(store);
    std::fs::remove_dir_all(&index).unwrap();
    std::fs::rename(&aside, &index).unwrap();
    let (store, opened) = Store::open(&home.options()).unwrap();
    assert_eq!((opened.replayed, opened.rebuilt), (1, false));
    assert_eq!(home.answers(&store), before);
    assert_eq!(before.decisions[0].decision.substance[0].message.zh.chars().count(), 1200);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => _ = std::fs::copy(entry.path(), to).unwrap(),
        }
    }
}

#[tokio::test]
async fn decisions_are_listed_newest_first_by_unit_year_and_finding_page_by_page() {
    let home = Home::new();
    let store = home.open();
    let wrong = |unit: &str, year| {
        Ok(verdict(unit, year, &[("AR-02", Severity::Error), ("AR-03", Severity::Error)]))
    };
    for (path, unit, year) in [("a", "某局", 2024), ("b", "某局", 2023), ("c", "他局", 2024)]
    {
        home.judged(&store, path, path.as_bytes(), wrong(unit, year)).await;
        for code in ["AR-02", "AR-03"] {
            let of = unit_year(unit, year);
            store.decide(NewDecision { of, ..ruling(Explained, code) }).await.unwrap();
        }
    }
    let list = |filter: DecisionFilter| {
        let mut ids = Vec::new();
        let mut before = None;
        loop {
            let page = store.decisions(&filter, before, 2).unwrap();
            ids.extend(page.items.iter().map(|l| l.decision.id));
            before = page.next;
            if before.is_none() {
                return ids;
            }
        }
    };
    let all = list(DecisionFilter::default());
    assert_eq!(all.len(), 6);
    assert!(all.is_sorted_by(|a, b| a > b), "{all:?}");
    let of_unit = DecisionFilter { unit: Some("某局".into()), ..DecisionFilter::default() };
    assert_eq!(list(of_unit.clone()), all[2..]);
    assert_eq!(list(DecisionFilter { year: Some(2024), ..of_unit.clone() }), all[4..]);
    let fingerprint = Some(print("AR-03"));
    assert_eq!(list(DecisionFilter { fingerprint, ..of_unit }), [all[2], all[4]]);
}
