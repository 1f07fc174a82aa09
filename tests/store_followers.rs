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
