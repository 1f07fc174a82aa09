//! What the store tells the ledger: when the first of a report came and by which way, and what has no
//! standing.

mod store_kit;

use nianbao::model::*;
use nianbao::store::*;
use std::collections::BTreeMap;
use store_kit::*;

async fn come(store: &Store, source: Source, bytes: &[u8], at: Millis) -> SubmissionId {
    let original = store.spool(&mut &bytes[..], 1 << 20).unwrap();
    let declared = Declared { unit: Some("某局".into()), year: None };
    store.receive(Arrival { source, original, declared, at }).await.unwrap().expect_new()
}

async fn concluded(store: &Store, id: SubmissionId, result: Result<Verdict, Unreadable>) {
    store.conclude(beside(store, conclusion(id, result))).await.unwrap();
}

#[tokio::test]
async fn a_standing_says_when_the_first_came_through_each_folder_whatever_came_after() {
    let home = Home::new();
    let store = home.open();
    let web = |path: &str| Source::Folder { folder: "网站".into(), path: path.into() };
    let upload = Source::Upload { file_name: "年报.docx".into() };
    let ways = [(folder("a.docx"), 50), (web("b.html"), 60), (folder("c.docx"), 70), (upload, 80)];
    for (n, (source, at)) in ways.into_iter().enumerate() {
        let id = come(&store, source, &[n as u8], at).await;
        concluded(&store, id, bad("某局", 2024)).await;
    }
    let want: BTreeMap<String, Millis> =
        [("inbox", 50), ("网站", 60), ("", 80)].map(|(name, at)| (name.to_owned(), at)).into();
    let on_file = store.on_file(Some(2024)).unwrap();
    assert_eq!(on_file.standings[0].first_received, want);
    assert_eq!(on_file.standings[0].received_at, 80);
    assert_eq!(on_file.loose, []);
    assert_eq!(store.on_file(Some(2023)).unwrap(), OnFile::default());
    store.close().unwrap();
    drop(store);
    Store::rebuild(&home.options()).unwrap();
    assert_eq!(home.open().on_file(Some(2024)).unwrap(), on_file, "made anew from the journal");
}

#[tokio::test]
async fn what_has_no_standing_is_told_until_it_has_one() {
    let home = Home::new();
    let store = home.open();
    let loose = || -> Vec<SubmissionId> {
        store.on_file(Some(2024)).unwrap().loose.iter().map(|row| row.id).collect()
    };
    let waiting = come(&store, folder("a.docx"), b"a", 10).await;
    let scan = come(&store, folder("b.pdf"), b"b", 11).await;
    let nameless = come(&store, folder("c.docx"), b"c", 12).await;
    assert_eq!(loose(), [waiting, scan, nameless]);
    concluded(&store, waiting, good("某局", 2024)).await;
    concluded(&store, scan, Err(unreadable())).await;
    let Ok(verdict) = good("某局", 2024) else { unreachable!() };
    concluded(&store, nameless, Ok(Verdict { year: None, ..verdict })).await;
    assert_eq!(loose(), [scan, nameless]);
    // Under recheck a report stands as it stood.
    store.requeue(waiting, 30).await.unwrap();
    assert_eq!(loose(), [scan, nameless]);
    // Readable at last, under its own name.
    let readable = come(&store, folder("b.docx"), b"d", 40).await;
    concluded(&store, readable, good("乙局", 2024)).await;
    assert_eq!(loose(), [nameless]);
}

#[tokio::test]
async fn evidence_names_every_revision_and_what_stands_against_it_under_the_decisions() {
    use Severity::{Error, Info, Warning};
    let home = Home::new();
    let store = home.open();
    let of = unit_year("某局", 2024);
    let faults: [&[(&str, Severity)]; 2] = [
        &[("AR-01", Error), ("AR-02", Error), ("CS-03", Warning), ("PB-01", Info)],
        &[("AR-02", Error), ("CS-03", Warning)],
    ];
    for (n, faults) in faults.into_iter().enumerate() {
        let id = come(&store, folder(&format!("{n}.docx")), &[n as u8], 50).await;
        concluded(&store, id, Ok(verdict("某局", 2024, faults))).await;
    }
    let told = |store: &Store| -> Vec<(u32, Vec<String>, Vec<String>)> {
        let evidence = store.evidence(&of).unwrap().into_iter();
        let codes = |codes: BTreeMap<String, u32>| codes.into_keys().collect();
        evidence
            .map(|one| (one.submission.revision, codes(one.errors), codes(one.warnings)))
            .collect()
    };
    let list = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        told(&store),
        [(1, list(&["AR-01", "AR-02"]), list(&["CS-03"])), (2, list(&["AR-02"]), list(&["CS-03"]))]
    );
    for (code, ruling) in [("AR-02", Ruling::Dismissed), ("CS-03", Ruling::Confirmed)] {
        let decided = NewDecision {
            of: of.clone(),
            seen: None,
            fingerprint: fingerprint(code, "t3.total.NP"),
            ruling: Some(ruling),
            reason: "已核对".into(),
            by: "张三".into(),
            at: 60,
        };
        store.decide(decided).await.unwrap();
    }
    let want = [(1, list(&["AR-01", "CS-03"]), list(&[])), (2, list(&["CS-03"]), list(&[]))];
    assert_eq!(told(&store), want);
    store.close().unwrap();
    drop(store);
    Store::rebuild(&home.options()).unwrap();
    assert_eq!(told(&home.open()), want);
}
