//! Answers that would be too large for one message come in pieces that a client with the usual limit
//! takes, without gap or repetition.

mod grpc_kit;
mod store_kit;

use grpc_kit::*;
use nianbao::model::*;
use nianbao::proto::v1;
use nianbao::store::Arrival;
use std::collections::BTreeSet;
use store_kit::*;
use v1::alert_service_client::AlertServiceClient;
use v1::status_service_client::StatusServiceClient;
use v1::submission_service_client::SubmissionServiceClient;
use v1::verdict_service_client::VerdictServiceClient;
use v1::watch_service_client::WatchServiceClient;

const MANY: usize = 80;

/// Characters of a text that is far too long; all of them together are more than the 4 MiB that a
/// client takes in one message.
const LONG_TEXT: usize = 18_000;

/// Hands in reports declared for a unit with a long name, each with a long finding.
async fn handed_in(house: &House, unit: impl Fn(usize) -> String) {
    for n in 0..MANY {
        let mut verdict = verdict(&unit(n), 2024, &[("AR-02", Severity::Error)]);
        verdict.findings[0].message.zh = "长".repeat(LONG_TEXT);
        let original = house.store.spool(&mut n.to_string().as_bytes(), 100).unwrap();
        let declared = Declared { unit: Some("报".repeat(LONG_TEXT)), year: None };
        let source = folder(&format!("{n}.docx"));
        let arrival = Arrival { source, original, declared, at: 10 };
        let id = house.store.receive(arrival).await.unwrap().expect_new();
        house.store.conclude(conclusion(id, Ok(verdict))).await.unwrap();
    }
}

/// Collects all pages of a listing: how many rows in how many pages.
struct Pages {
    seen: BTreeSet<String>,
    rows: usize,
    pages: usize,
}

impl Pages {
    fn new() -> Pages {
        Pages { seen: BTreeSet::new(), rows: 0, pages: 0 }
    }

    /// Takes a page; whether the listing is at its end.
    fn add(&mut self, rows: impl IntoIterator<Item = String>, token: &str) -> bool {
        let before = self.rows;
        for row in rows {
            self.rows += 1;
            self.seen.insert(row);
        }
        self.pages += 1;
        assert!(self.rows > before || token.is_empty(), "a page without rows leads nowhere");
        token.is_empty()
    }

    fn check(&self, what: &str) {
        assert_eq!((self.seen.len(), self.rows), (MANY, MANY), "{what}: each row once");
        assert!(self.pages > 1, "{what}: {} page", self.pages);
    }
}

#[tokio::test]
async fn listings_are_paged_by_size_as_well() {
    let house = House::open().await;
    let mut watch = WatchServiceClient::new(house.channel.clone());
    let mut events = watch.watch(v1::WatchRequest::default()).await.unwrap().into_inner();
    let start = within(events.message()).await.unwrap().unwrap().changes_through;
    handed_in(&house, |n| format!("{n:03}{}", "局".repeat(LONG_TEXT))).await;

    let mut pages = Pages::new();
    let mut request = v1::ListSubmissionsRequest { page_size: 500, ..Default::default() };
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    loop {
        let page = client.list_submissions(request.clone()).await.unwrap().into_inner();
        let ids = page.submissions.iter().map(|s| s.id.to_string());
        request.page_token = page.next_page_token.clone();
        if pages.add(ids, &request.page_token) {
            break;
        }
    }
    pages.check("submissions");

    let mut pages = Pages::new();
    let mut request = v1::ListStandingsRequest { page_size: 500, ..Default::default() };
    let mut client = StatusServiceClient::new(house.channel.clone());
    loop {
        let page = client.list_standings(request.clone()).await.unwrap().into_inner();
        request.page_token = page.next_page_token;
        if pages.add(page.standings.into_iter().map(|s| s.unit), &request.page_token) {
            break;
        }
    }
    pages.check("standings");

    let mut pages = Pages::new();
    let mut request = v1::ListAlertsRequest { page_size: 500, ..Default::default() };
    let mut client = AlertServiceClient::new(house.channel.clone());
    loop {
        let page = client.list_alerts(request.clone()).await.unwrap().into_inner();
        request.page_token = page.next_page_token;
        if pages.add(page.alerts.iter().map(|a| a.id.to_string()), &request.page_token) {
            break;
        }
    }
    pages.check("alerts");

    let mut pages = Pages::new();
    let mut request =
        v1::ListFindingsRequest { rule: "AR-02".into(), limit: 500, ..Default::default() };
    let mut client = VerdictServiceClient::new(house.channel.clone());
    loop {
        let page = client.list_findings(request.clone()).await.unwrap().into_inner();
        assert_eq!(page.more, !page.next_page_token.is_empty());
        let ids = page.findings.iter().map(|f| f.submission.as_ref().unwrap().id.to_string());
        request.page_token = page.next_page_token.clone();
        if pages.add(ids, &request.page_token) {
            break;
        }
    }
    pages.check("findings");
    let other = v1::ListFindingsRequest {
        rule: "AR-03".into(),
        page_token: "AAAAAAAAAAAAAAAA".into(),
        ..Default::default()
    };
    assert_eq!(reason(&client.list_findings(other).await.unwrap_err()), "PAGE_TOKEN_INVALID");

    let request = v1::WatchRequest { optional_start_cursor: start, ..Default::default() };
    let mut events = watch.watch(request).await.unwrap().into_inner();
    let mut seqs = Vec::new();
    while seqs.len() < 2 * MANY {
        let response = within(events.message()).await.unwrap().unwrap();
        seqs.extend(response.events.iter().map(|event| event.seq));
    }
    assert_eq!(seqs, (1..=2 * MANY as u64).collect::<Vec<_>>(), "every event once, in order");
}

#[tokio::test]
async fn the_revisions_of_a_unit_are_paged() {
    let house = House::open().await;
    handed_in(&house, |_| "某局".into()).await;
    let mut client = StatusServiceClient::new(house.channel.clone());
    for page_size in [0, 7, 500] {
        let mut pages = Pages::new();
        let mut request =
            v1::GetUnitRequest {
                unit: "某局".into(), year: 2024, page_size, ..Default::default()
            };
        let mut revisions = Vec::new();
        loop {
            let page = client.get_unit(request.clone()).await.unwrap().into_inner();
            assert_eq!(page.standing.unwrap().revision, MANY as u32);
            revisions.extend(page.revisions.iter().map(|s| s.revision));
            let ids = page.revisions.iter().map(|s| s.id.to_string());
            request.page_token = page.next_page_token.clone();
            if pages.add(ids, &request.page_token) {
                break;
            }
        }
        pages.check("revisions");
        assert!(revisions.is_sorted(), "oldest first");
    }
}
