//! Verdicts that lean on other reports: judged again when one of them arrives, changes or goes.

mod store_kit;

use nianbao::model::*;
use nianbao::store::*;
use store_kit::*;

#[tokio::test]
async fn a_report_is_judged_again_when_the_one_on_the_year_before_changes() {
    let home = Home::new();
    let store = home.open();
    let next = home.judged(&store, "2024.docx", b"next", good("某局", 2024)).await.submission;
    let judge_again = || conclusion(next.id, good("某局", 2024));
    let alone = || beside_others(&store, judge_again(), &[unit_year("某局", 2023)]);
    let late = alone();
    let stage = || store.submission(next.id).unwrap().unwrap().stage;

    let first = home.judged(&store, "2023.docx", b"first", good("某局", 2023)).await.submission;
    assert_eq!(stage(), Stage::Received, "last year's report arrived");
    let told =
        store.events(0, 100).unwrap().into_iter().rev().find_map(|event| match event.change {
            Change::Judged { id, requeued, .. } if id == first.id => Some(requeued),
            _ => None,
        });
    assert_eq!(told, Some(vec![next.id]));
    // A judgement that was under way without it is refused, and the report stays in the queue.
    let late = store.conclude(late).await;
    assert!(matches!(late, Err(StoreError::Overtaken(id)) if id == next.id), "{late:?}");
    assert_eq!(stage(), Stage::Received);
    store.conclude(beside(&store, judge_again())).await.unwrap();
    assert_eq!(stage(), Stage::Judged);

    // The same verdict once more changes nothing that it was judged beside.
    store.requeue(first.id, 40).await.unwrap();
    store.conclude(conclusion(first.id, good("某局", 2023))).await.unwrap();
    assert_eq!(stage(), Stage::Judged);

    home.judged(&store, "2023.docx", b"second", bad("某局", 2023)).await;
    assert_eq!(stage(), Stage::Received, "last year's report was replaced");
    store.conclude(beside(&store, judge_again())).await.unwrap();

    // What the index says of it holds after a rebuild too.
    let before = home.answers(&store);
    store.close().unwrap();
    drop(store);
    std::fs::remove_dir_all(home.data().join("index")).unwrap();
    let store = home.open();
    assert_eq!(home.answers(&store), before);
    home.judged(&store, "2023.docx", b"third", good("某局", 2023)).await;
    assert_eq!(store.submission(next.id).unwrap().unwrap().stage, Stage::Received);
}

#[tokio::test]
async fn a_report_is_judged_again_when_any_report_it_was_judged_beside_arrives_or_changes() {
    let home = Home::new();
    let store = home.open();
    let on = [unit_year("甲局", 2024), unit_year("乙局", 2024), unit_year("某县", 2023)];
    let county = home.judged(&store, "县.docx", b"county", good("某县", 2024)).await.submission;
    let stage = || store.submission(county.id).unwrap().unwrap().stage;
    let judge_again = || beside_others(&store, conclusion(county.id, good("某县", 2024)), &on);
    store.requeue(county.id, 30).await.unwrap();
    store.conclude(judge_again()).await.unwrap();

    home.judged(&store, "丙.docx", b"other", good("丙局", 2024)).await;
    assert_eq!(stage(), Stage::Judged, "nobody asked for that one");
    let first = home.judged(&store, "甲.docx", b"first", good("甲局", 2024)).await.submission;
    assert_eq!(stage(), Stage::Received, "it arrived");
    let early = judge_again();
    home.judged(&store, "乙.docx", b"second", good("乙局", 2024)).await;
    let late = store.conclude(early).await;
    assert!(matches!(late, Err(StoreError::Overtaken(_))), "beside one of two: {late:?}");
    store.conclude(judge_again()).await.unwrap();

    home.judged(&store, "甲.docx", b"mended", bad("甲局", 2024)).await;
    assert_eq!(stage(), Stage::Received, "it was replaced");
    store.conclude(judge_again()).await.unwrap();
    // The replaced revision itself is of no account any more.
    assert_eq!(store.submission(first.id).unwrap().unwrap().stage, Stage::Superseded);

    store.close().unwrap();
    drop(store);
    std::fs::remove_dir_all(home.data().join("index")).unwrap();
    let store = home.open();
    assert_eq!(store.submission(county.id).unwrap().unwrap().stage, Stage::Judged);
    home.judged(&store, "乙.docx", b"mended too", bad("乙局", 2024)).await;
    assert_eq!(store.submission(county.id).unwrap().unwrap().stage, Stage::Received);
}

/// A sketch of 128 numbers: so many that several bodies share, the others its own.
fn sketch(shared: u32, own: u32) -> Vec<u32> {
    (0..128).map(|at| if at < shared { at } else { own * 1_000 + at }).collect()
}

/// Judges a body's report beside those most like it.
async fn judged_beside_alike(store: &Store, id: SubmissionId, unit: &str, sketch: Vec<u32>) {
    let of = unit_year(unit, 2024);
    let alike = store.alike(&of, &sketch).unwrap();
    let on: Vec<UnitYear> = alike.iter().filter_map(Submission::unit_year).collect();
    let conclusion = beside_others(store, conclusion(id, good(unit, 2024)), &on);
    let alike = alike.iter().map(|row| row.id).collect();
    store.conclude(Conclusion { sketch, alike, ..conclusion }).await.unwrap();
}

#[tokio::test]
async fn a_report_is_judged_again_when_one_with_its_text_arrives_or_is_written_anew() {
    let home = Home::new();
    let store = home.open();
    let stage = |id| store.submission(id).unwrap().unwrap().stage;
    let alike = |unit: &str, sketch: &[u32]| -> Vec<SubmissionId> {
        store.alike(&unit_year(unit, 2024), sketch).unwrap().iter().map(|row| row.id).collect()
    };
    let first = home.arrive(&store, "甲.docx", b"first").await.expect_new();
    judged_beside_alike(&store, first, "甲局", sketch(50, 1)).await;
    let other = home.arrive(&store, "丙.docx", b"other").await.expect_new();
    judged_beside_alike(&store, other, "丙局", sketch(20, 3)).await;
    assert_eq!(alike("乙局", &sketch(50, 2)), [first], "the other has too few numbers in common");
    assert!(alike("甲局", &sketch(50, 2)).is_empty(), "a body is not held against itself");
    let year = UnitYear { year: 2023, unit: "乙局".into() };
    assert!(store.alike(&year, &sketch(50, 2)).unwrap().is_empty(), "another year");

    // One judged as if the first were not there is refused.
    let second = home.arrive(&store, "乙.docx", b"second").await.expect_new();
    let blind = Conclusion { sketch: sketch(50, 2), ..conclusion(second, good("乙局", 2024)) };
    let late = store.conclude(blind).await;
    assert!(matches!(late, Err(StoreError::Overtaken(id)) if id == second), "{late:?}");
    judged_beside_alike(&store, second, "乙局", sketch(50, 2)).await;
    assert_eq!(stage(first), Stage::Received, "it has a twin now");
    assert_eq!(stage(other), Stage::Judged);
    judged_beside_alike(&store, first, "甲局", sketch(50, 1)).await;
    assert_eq!((stage(first), stage(second)), (Stage::Judged, Stage::Judged));

    // Over again from the journal, then the second is written anew.
    store.close().unwrap();
    drop(store);
    std::fs::remove_dir_all(home.data().join("index")).unwrap();
    let store = home.open();
    let stage = |id| store.submission(id).unwrap().unwrap().stage;
    assert_eq!(store.alike(&unit_year("丁局", 2024), &sketch(50, 9)).unwrap().len(), 2);
    let again = home.arrive(&store, "乙.docx", b"anew").await.expect_new();
    let anew = Conclusion { sketch: sketch(0, 4), ..conclusion(again, bad("乙局", 2024)) };
    store.conclude(anew).await.unwrap();
    assert_eq!(stage(first), Stage::Received, "its twin is gone");
    assert!(store.alike(&unit_year("甲局", 2024), &sketch(50, 1)).unwrap().is_empty());
}

#[tokio::test]
async fn of_many_with_one_text_each_is_judged_beside_a_few_and_none_for_ever_again() {
    let home = Home::new();
    let store = home.open();
    let mut ids = Vec::new();
    for n in 0..30u32 {
        let name = format!("{n}.docx");
        let id = home.arrive(&store, &name, name.as_bytes()).await.expect_new();
        judged_beside_alike(&store, id, &format!("第{n}局"), sketch(128, n)).await;
        ids.push(id);
    }
    let mut again = 0;
    while let Some(row) = store.ready(1).unwrap().pop() {
        again += 1;
        judged_beside_alike(&store, row.id, &row.unit.unwrap(), sketch(128, 0)).await;
    }
    // Only the first few, who had nobody before, or not yet enough.
    assert!(again <= 6, "{again}");
}
