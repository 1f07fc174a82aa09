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
        assert_eq!(alert.summary.zh, "某某局 2024年度报告被退回：1处错误，1处待核实");
        let (due, next) = store.due(100, 10).unwrap();
        assert_eq!((due.len(), next), (2, None));
        assert_eq!(store.findings_of("AR-02", Some(2024), 10).unwrap().len(), 1);
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
