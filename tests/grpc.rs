//! The API as its clients meet it: a real store, a real socket, the generated client.

mod grpc_kit;
mod store_kit;

use grpc_kit::*;
use nianbao::grpc::Drained;
use nianbao::model::*;
use nianbao::proto::v1;
use std::collections::BTreeSet;
use std::time::Duration;
use store_kit::*;
use tokio_stream::StreamExt;
use tonic::{Code, Request};
use tonic_types::StatusExt;
use v1::admin_service_client::AdminServiceClient;
use v1::alert_service_client::AlertServiceClient;
use v1::edition_service_client::EditionServiceClient;
use v1::rule_service_client::RuleServiceClient;
use v1::status_service_client::StatusServiceClient;
use v1::submission_service_client::SubmissionServiceClient;
use v1::verdict_service_client::VerdictServiceClient;
use v1::watch_service_client::WatchServiceClient;

const BAD: &[(&str, Severity)] = &[("AR-02", Severity::Error)];

fn name_of(n: usize) -> String {
    format!("{n}.docx")
}

/// Hands in `n` reports of as many units, every second one returned.
async fn handed_in(house: &House, n: usize) {
    for at in 0..n {
        let findings = if at % 2 == 1 { BAD } else { &[] };
        let result = Ok(verdict(&format!("单位{at:03}"), 2020 + at as i32 % 5, findings));
        house.home.judged(&house.store, &name_of(at), name_of(at).as_bytes(), result).await;
    }
}

fn list(page_size: i32, page_token: &str) -> v1::ListSubmissionsRequest {
    v1::ListSubmissionsRequest { page_size, page_token: page_token.into(), ..Default::default() }
}

#[tokio::test]
async fn a_listing_is_paged_without_gap_or_repetition() {
    let house = House::open().await;
    handed_in(&house, 7).await;
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let page = client.list_submissions(list(3, &token)).await.unwrap().into_inner();
        assert!(page.submissions.len() <= 3);
        seen.extend(page.submissions.iter().map(|s| s.id));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), 7);
    assert!(seen.is_sorted_by(|a, b| a > b), "newest first: {seen:?}");
}

#[tokio::test]
async fn a_page_token_is_refused_with_another_filter_and_a_negative_size_is_refused() {
    let house = House::open().await;
    handed_in(&house, 3).await;
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let page = client.list_submissions(list(1, "")).await.unwrap().into_inner();
    let other = v1::ListSubmissionsRequest { current_only: true, ..list(1, &page.next_page_token) };
    for (request, why) in [
        (other, "PAGE_TOKEN_INVALID"),
        (list(1, "forged"), "PAGE_TOKEN_INVALID"),
        (list(-1, ""), "INVALID_FIELD"),
        (v1::ListSubmissionsRequest { outcome: 99, ..list(1, "") }, "INVALID_FIELD"),
    ] {
        let status = client.list_submissions(request).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, why));
        assert!(status.get_details_bad_request().is_some(), "{why} names the field");
    }
    let all = client.list_submissions(list(i32::MAX, "")).await.unwrap().into_inner();
    assert_eq!(all.submissions.len(), 3);
}

#[tokio::test]
async fn a_listing_keeps_to_its_filters() {
    let house = House::open().await;
    handed_in(&house, 10).await;
    let again = Ok(verdict("单位001", 2021, &[]));
    house.home.judged(&house.store, "again.docx", b"again", again).await;
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let everything = v1::ListSubmissionsRequest::default();
    for (request, want) in [
        (v1::ListSubmissionsRequest { year: Some(2021), ..everything.clone() }, 3),
        (v1::ListSubmissionsRequest { unit: Some("单位001".into()), ..everything.clone() }, 2),
        (
            v1::ListSubmissionsRequest {
                unit: Some("单位001".into()),
                current_only: true,
                ..everything.clone()
            },
            1,
        ),
        (
            v1::ListSubmissionsRequest {
                outcome: v1::Outcome::Compliant.into(),
                ..everything.clone()
            },
            6,
        ),
        (v1::ListSubmissionsRequest { rule: Some("AR-02".into()), ..everything.clone() }, 5),
        (
            v1::ListSubmissionsRequest {
                rule: Some("AR-02".into()),
                current_only: true,
                ..everything.clone()
            },
            4,
        ),
        (
            v1::ListSubmissionsRequest {
                stage: v1::Stage::Superseded.into(),
                ..everything.clone()
            },
            1,
        ),
    ] {
        let page = client.list_submissions(request.clone()).await.unwrap().into_inner();
        assert_eq!(page.submissions.len(), want, "{request:?}");
    }
}

fn by_id(id: u64) -> v1::GetVerdictRequest {
    v1::GetVerdictRequest { of: Some(v1::get_verdict_request::Of::SubmissionId(id)) }
}

fn current(unit: &str, year: i32) -> v1::GetVerdictRequest {
    let of = v1::UnitYear { unit: unit.into(), year };
    v1::GetVerdictRequest { of: Some(v1::get_verdict_request::Of::Current(of)) }
}

#[tokio::test]
async fn a_verdict_comes_over_the_wire_as_it_was_stored() {
    let house = House::open().await;
    let want = Ok(verdict("审计局", 2024, BAD));
    let done = house.home.judged(&house.store, "a.docx", b"a", want.clone()).await;
    let mut client = VerdictServiceClient::new(house.channel.clone());
    for request in [by_id(done.submission.id), current("审计局", 2024)] {
        let answer = client.get_verdict(request).await.unwrap().into_inner();
        assert_eq!(Submission::try_from(answer.submission.unwrap()), Ok(done.submission.clone()));
        let result = answer.judgement.unwrap().result.unwrap();
        assert_eq!(Result::<Verdict, Unreadable>::try_from(result), Ok(want.clone()));
    }
    let bad = house.home.judged(&house.store, "b.docx", b"b", Err(unreadable())).await;
    let answer = client.get_verdict(by_id(bad.submission.id)).await.unwrap().into_inner();
    let result = answer.judgement.unwrap().result.unwrap();
    assert_eq!(Result::<Verdict, Unreadable>::try_from(result), Ok(Err(unreadable())));
}

#[tokio::test]
async fn what_is_not_there_or_not_yet_is_refused_with_its_reason() {
    let house = House::open().await;
    let waiting = house.home.arrive(&house.store, "a.docx", b"a").await.expect_new();
    let mut client = VerdictServiceClient::new(house.channel.clone());

    let status = client.get_verdict(by_id(waiting)).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(reason(&status), "NOT_JUDGED_YET");
    assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());

    let status = client.get_verdict(by_id(999)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "NOT_FOUND"));
    let resource = status.get_details_resource_info().unwrap();
    assert_eq!(
        (resource.resource_type.as_str(), resource.resource_name.as_str()),
        ("nianbao.v1.Submission", "999")
    );

    let status = client.get_verdict(current("", 0)).await.unwrap_err();
    let fields = status.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<&str> = fields.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["current.unit", "current.year"], "every bad field at once");
}

#[tokio::test]
async fn a_receipt_comes_in_the_form_and_language_asked_for() {
    let house = House::open().await;
    let result = Ok(verdict("审计局", 2024, BAD));
    let done = house.home.judged(&house.store, "a.docx", b"a", result).await;
    let mut client = VerdictServiceClient::new(house.channel.clone());
    let asked = |form: v1::ReceiptFormat, language: v1::Language| v1::GetReceiptRequest {
        of: Some(v1::get_receipt_request::Of::SubmissionId(done.submission.id)),
        format: form.into(),
        language: language.into(),
    };
    let page = asked(v1::ReceiptFormat::Unspecified, v1::Language::Unspecified);
    let page = client.get_receipt(page).await.unwrap().into_inner();
    assert_eq!(page.content_type, "text/html; charset=utf-8");
    assert_eq!(page.file_name, "a.docx.回执.html");
    let mark = Some(ReceiptMark::of(&done.submission.sha256));
    assert_eq!(ReceiptMark::read(&page.content, &page.content), mark);
    let page = String::from_utf8(page.content).unwrap();
    assert!(page.contains("退回") && page.contains("核对单位：青禾县政务公开办公室"), "{page}");

    let text = asked(v1::ReceiptFormat::Text, v1::Language::En);
    let text = client.get_receipt(text).await.unwrap().into_inner();
    assert_eq!(text.file_name, "a.docx.回执.txt");
    assert_eq!(ReceiptMark::read(&text.content, &text.content), mark);
    assert!(String::from_utf8(text.content).unwrap().contains("【returned】"));

    let waiting = house.home.arrive(&house.store, "b.docx", b"b").await.expect_new();
    let of = Some(v1::get_receipt_request::Of::SubmissionId(waiting));
    let status = client.get_receipt(v1::GetReceiptRequest { of, ..Default::default() }).await;
    assert_eq!(reason(&status.unwrap_err()), "NOT_JUDGED_YET");
    let of =
        v1::get_receipt_request::Of::Current(v1::UnitYear { unit: "无此局".into(), year: 2024 });
    let nobody = v1::GetReceiptRequest { of: Some(of), ..Default::default() };
    assert_eq!(client.get_receipt(nobody).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn the_findings_of_a_rule_are_listed_with_their_submissions() {
    let house = House::open().await;
    handed_in(&house, 6).await;
    let mut client = VerdictServiceClient::new(house.channel.clone());
    let ask = |year, limit| v1::ListFindingsRequest {
        rule: "AR-02".into(),
        year,
        limit,
        ..Default::default()
    };
    let some = client.list_findings(ask(None, 2)).await.unwrap().into_inner();
    assert_eq!((some.findings.len(), some.more), (2, true));
    let all = client.list_findings(ask(None, 0)).await.unwrap().into_inner();
    assert_eq!((all.findings.len(), all.more), (3, false));
    let year = client.list_findings(ask(Some(2023), 0)).await.unwrap().into_inner();
    let found = &year.findings[0];
    assert_eq!(found.submission.as_ref().unwrap().unit(), "单位003");
    let found = Finding::try_from(found.finding.clone().unwrap()).unwrap();
    assert_eq!(found, finding("AR-02", Severity::Error));
}

#[tokio::test]
async fn the_overview_and_the_standings_agree_with_the_store() {
    let house = House::open().await;
    handed_in(&house, 5).await;
    house.home.arrive(&house.store, "waiting.docx", b"w").await.expect_new();
    let mut client = StatusServiceClient::new(house.channel.clone());
    let overview =
        client.get_overview(v1::GetOverviewRequest { year: None }).await.unwrap().into_inner();
    let counts = overview.counts.unwrap();
    assert_eq!(
        (counts.compliant, counts.returned, overview.waiting, overview.firing),
        (3, 2, 1, 2)
    );
    let folder = &overview.folders[0];
    assert_eq!((folder.state(), folder.waiting), (v1::FolderState::Degraded, 3));

    let channel = &overview.channels[0];
    let failing = channel.failing.as_ref().unwrap();
    assert_eq!((&*channel.name, channel.waiting, &*failing.error), ("lame", 3, "it limps"));

    let (mut units, mut token) = (Vec::new(), String::new());
    loop {
        let request =
            v1::ListStandingsRequest { year: None, page_size: 2, page_token: token.clone() };
        let page = client.list_standings(request).await.unwrap().into_inner();
        units.extend(page.standings.into_iter().map(|s| s.unit));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(units, ["单位000", "单位001", "单位002", "单位003", "单位004"]);

    let request = v1::GetUnitRequest { unit: "单位001".into(), year: 2021, ..Default::default() };
    let unit = client.get_unit(request).await.unwrap().into_inner();
    assert_eq!((unit.standing.unwrap().returns, unit.revisions.len()), (1, 1));
}

#[tokio::test]
async fn a_file_is_explained_with_its_submission() {
    let house = House::open().await;
    let id = house.home.arrive(&house.store, "局/a.docx", b"a").await.expect_new();
    let mut client = StatusServiceClient::new(house.channel.clone());
    let mut ask = async |path: &str| {
        let request = v1::ExplainFileRequest { path: path.into() };
        client.explain_file(request).await.unwrap().into_inner()
    };
    let inside = ask("/srv/inbox/局/a.docx").await;
    assert_eq!(inside.folder(), "inbox");
    assert_eq!(inside.submission.unwrap().id, id);
    assert_eq!(inside.next_look_in.unwrap().seconds, 2);
    let outside = ask("/etc/passwd").await;
    assert!(outside.folder.is_none() && outside.submission.is_none());
}

#[tokio::test]
async fn an_upload_comes_back_byte_for_byte() {
    let house = House::open().await;
    let bytes: Vec<u8> = (0..300_000u32).flat_map(u32::to_le_bytes).collect();
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let messages = tokio_stream::iter(upload("年报.docx", &bytes, false));
    let receipt = client.upload_submission(messages).await.unwrap().into_inner();
    let submission = Submission::try_from(receipt.submission.unwrap()).unwrap();
    assert_eq!(submission.size, bytes.len() as u64);
    assert_eq!(submission.declared.unit.as_deref(), Some("审计局"));
    assert_eq!(submission.received_at, 30, "the injected clock");

    let request = v1::DownloadOriginalRequest { submission_id: submission.id };
    let mut pieces = client.download_original(request).await.unwrap().into_inner();
    let mut back = Vec::new();
    while let Some(piece) = pieces.message().await.unwrap() {
        assert!(piece.chunk.len() <= 64 << 10);
        back.extend(piece.chunk);
    }
    assert!(back == bytes, "{} bytes of {}", back.len(), bytes.len());
}

#[tokio::test]
async fn an_upload_that_breaks_a_bound_leaves_nothing_behind() {
    let house = House::open().await;
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let large = upload("a.docx", &vec![0; MAX_UPLOAD as usize + 1], false);
    let status = client.upload_submission(tokio_stream::iter(large)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "TOO_LARGE"));
    let limit = status.get_details_error_info().unwrap().metadata["limit_bytes"].clone();
    assert_eq!(limit, MAX_UPLOAD.to_string());

    let headless = upload("a.docx", b"abc", false).split_off(1);
    let nameless = upload("", b"abc", false);
    let outside = upload("../a.docx", b"abc", false);
    let twice = [upload("a.docx", b"a", false), upload("b.docx", b"b", false)].concat();
    for messages in [headless, nameless, outside, twice] {
        let status = client.upload_submission(tokio_stream::iter(messages)).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    }
    assert_eq!(*house.store.head().borrow(), 0, "nothing was recorded");
}

#[tokio::test]
async fn an_upload_can_wait_for_its_verdict() {
    let house = House::open().await;
    let store = house.store.clone();
    let judge = tokio::spawn(async move {
        let mut head = store.head();
        head.wait_for(|seq| *seq > 0).await.unwrap();
        let id = store.ready(1).unwrap()[0].id;
        store.conclude(conclusion(id, Ok(verdict("审计局", 2024, BAD)))).await.unwrap();
    });
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let messages = tokio_stream::iter(upload("a.docx", b"abc", true));
    let receipt = within(client.upload_submission(messages)).await.unwrap().into_inner();
    judge.await.unwrap();
    assert_eq!(receipt.submission.unwrap().outcome(), v1::Outcome::Returned);
    assert!(receipt.judgement.unwrap().result.is_some());
}

#[tokio::test]
async fn a_verdict_that_does_not_come_in_time_costs_no_receipt() {
    let house = House::open().await;
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let mut request = Request::new(tokio_stream::iter(upload("a.docx", b"abc", true)));
    request.set_timeout(Duration::from_secs(2));
    let receipt = within(client.upload_submission(request)).await.unwrap().into_inner();
    assert_eq!(receipt.submission.unwrap().stage(), v1::Stage::Received);
    assert!(receipt.judgement.is_none());
}

#[tokio::test]
async fn a_check_judges_and_keeps_nothing() {
    let house = House::open().await;
    let mut client = VerdictServiceClient::new(house.channel.clone());
    let answer = client.check_file(tokio_stream::iter(check(b"abc"))).await.unwrap().into_inner();
    let judgement = answer.judgement.unwrap();
    assert_eq!(
        judgement.sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert!(matches!(judgement.result, Some(v1::judgement::Result::Verdict(_))));
    assert_eq!(*house.store.head().borrow(), 0);
}

type Watching = tonic::Streaming<v1::WatchResponse>;

async fn watch(house: &House, request: v1::WatchRequest) -> Result<Watching, tonic::Status> {
    let mut client = WatchServiceClient::new(house.channel.clone());
    client.watch(request).await.map(tonic::Response::into_inner)
}

fn from_cursor(cursor: &str) -> v1::WatchRequest {
    v1::WatchRequest { optional_start_cursor: cursor.into(), ..Default::default() }
}

async fn next(stream: &mut Watching) -> v1::WatchResponse {
    within(stream.message()).await.unwrap().expect("the stream goes on")
}

/// Events up to a number of them, and the cursor after the last.
async fn events(stream: &mut Watching, n: usize) -> (Vec<v1::Event>, String) {
    let mut all = Vec::new();
    loop {
        let response = next(stream).await;
        all.extend(response.events);
        if all.len() >= n {
            return (all, response.changes_through);
        }
    }
}

#[tokio::test]
async fn a_watch_goes_on_from_its_cursor_without_gap_or_repetition() {
    let house = House::open().await;
    let mut stream = watch(&house, from_cursor("")).await.unwrap();
    let start = next(&mut stream).await;
    assert!(start.events.is_empty(), "the first response says where the watch begins");
    handed_in(&house, 3).await;
    let (first, cursor) = events(&mut stream, 2).await;
    drop(stream);
    house.home.arrive(&house.store, "later.docx", b"later").await.expect_new();
    let mut stream = watch(&house, from_cursor(&cursor)).await.unwrap();
    let head = *house.store.head().borrow();
    let (rest, _) = events(&mut stream, head as usize - first.len()).await;
    let seqs: Vec<u64> = first.iter().chain(&rest).map(|event| event.seq).collect();
    assert_eq!(seqs, (1..=head).collect::<Vec<_>>());

    let judged = first.iter().chain(&rest).filter(|e| e.kind() == v1::EventKind::Judged);
    let returned: Vec<_> = judged.filter(|e| !e.alerts.is_empty()).collect();
    assert_eq!(returned.len(), 1, "one of the three was returned and raised an alert");
    assert_eq!(returned[0].submission.as_ref().unwrap().unit(), "单位001");
}

#[tokio::test]
async fn a_listing_says_where_to_watch_from() {
    let house = House::open().await;
    handed_in(&house, 1).await;
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let cursor = client.list_submissions(list(0, "")).await.unwrap().into_inner().changes_through;
    let seen = *house.store.head().borrow();
    house.home.arrive(&house.store, "later.docx", b"later").await.expect_new();
    let mut stream = watch(&house, from_cursor(&cursor)).await.unwrap();
    let (events, _) = events(&mut stream, 1).await;
    assert_eq!(events[0].seq, seen + 1);
}

#[tokio::test]
async fn an_idle_watch_gets_checkpoints() {
    let house = House::with(Duration::from_millis(20), LONG).await;
    handed_in(&house, 1).await;
    let mut stream = watch(&house, from_cursor("")).await.unwrap();
    let cursors: BTreeSet<String> =
        [next(&mut stream).await, next(&mut stream).await, next(&mut stream).await]
            .into_iter()
            .map(|checkpoint| {
                assert!(checkpoint.events.is_empty());
                checkpoint.changes_through
            })
            .collect();
    assert_eq!(cursors.len(), 1, "nothing happened, the cursor stays");
}

#[tokio::test]
async fn a_filtered_watch_moves_on_past_what_it_leaves_out() {
    let house = House::with(Duration::from_millis(20), LONG).await;
    let request = v1::WatchRequest {
        unit: Some("单位002".into()),
        kinds: vec![v1::EventKind::Judged.into()],
        ..Default::default()
    };
    let mut stream = watch(&house, request).await.unwrap();
    let start = next(&mut stream).await.changes_through;
    handed_in(&house, 5).await;
    let (wanted, _) = events(&mut stream, 1).await;
    assert_eq!(wanted.len(), 1);
    assert_eq!(wanted[0].submission.as_ref().unwrap().unit(), "单位002");
    let after = next(&mut stream).await;
    assert!(after.events.is_empty() && after.changes_through != start);
}

#[tokio::test]
async fn a_cursor_of_another_journal_is_refused_not_skipped_over() {
    let (house, other) = (House::open().await, House::open().await);
    handed_in(&house, 1).await;
    let foreign = next(&mut watch(&other, from_cursor("")).await.unwrap()).await.changes_through;
    let status = watch(&house, from_cursor(&foreign)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::OutOfRange, "CURSOR_LOST"));
    let current = status.get_details_error_info().unwrap().metadata["current_cursor"].clone();
    watch(&house, from_cursor(&current)).await.expect("the cursor it names can be gone on from");
    let status = watch(&house, from_cursor("forged")).await.unwrap_err();
    assert_eq!(reason(&status), "CURSOR_INVALID");
}

#[tokio::test]
async fn an_alert_is_listed_followed_and_acknowledged() {
    let house = House::open().await;
    let mut client = AlertServiceClient::new(house.channel.clone());
    let request = v1::WatchAlertsRequest::default();
    let mut stream = client.watch_alerts(request).await.unwrap().into_inner();
    within(stream.message()).await.unwrap().expect("where it begins");
    handed_in(&house, 2).await;
    let opened = within(stream.message()).await.unwrap().unwrap().alerts;
    let listed = client.list_alerts(v1::ListAlertsRequest::default()).await.unwrap().into_inner();
    assert_eq!(opened, listed.alerts);
    let id = opened[0].id;

    let ack =
        |id, by: &str| v1::AcknowledgeAlertRequest { id, by: by.into(), note: "在办".into() };
    let alert = client.acknowledge_alert(ack(id, "王")).await.unwrap().into_inner().alert.unwrap();
    assert_eq!(alert.acknowledged.as_ref().unwrap().by, "王");
    let told = within(stream.message()).await.unwrap().unwrap().alerts;
    assert_eq!(told, [alert]);
    let status = client.acknowledge_alert(ack(9999, "王")).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    let status = client.acknowledge_alert(ack(id, " ")).await.unwrap_err();
    assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "by");

    // The site's clock stands at its beginning.
    let silence = |id, days: Option<i64>| v1::SilenceAlertRequest {
        id,
        until: days.map(|days| prost_types::Timestamp { seconds: days * 86_400, nanos: 0 }),
        by: "王".into(),
        note: "等县里统一口径".into(),
    };
    let silenced = |answer: v1::SilenceAlertResponse| answer.alert.unwrap().silenced;
    let answer = client.silence_alert(silence(id, Some(3))).await.unwrap().into_inner();
    let until = silenced(answer).expect("it is silenced").until.unwrap();
    let told = within(stream.message()).await.unwrap().unwrap().alerts;
    assert_eq!(told[0].silenced.as_ref().unwrap().until, Some(until));
    let answer = client.silence_alert(silence(id, None)).await.unwrap().into_inner();
    assert_eq!(silenced(answer), None);
    let status = client.silence_alert(silence(id, Some(9_999))).await.unwrap_err();
    assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "until");
    let status = client.silence_alert(silence(9999, Some(1))).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test]
async fn the_catalogue_and_the_form_can_be_looked_up() {
    let house = House::open().await;
    let mut rules = RuleServiceClient::new(house.channel.clone());
    let all = rules.list_rules(v1::ListRulesRequest {}).await.unwrap().into_inner().rules;
    assert_eq!(all.len(), nianbao::rules::CATALOGUE.len());
    let request = v1::GetRuleRequest { code: all[0].code.clone() };
    assert!(!rules.get_rule(request).await.unwrap().into_inner().page.is_empty());
    let unknown = rules.get_rule(v1::GetRuleRequest { code: "ZZ-99".into() }).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);

    let mut editions = EditionServiceClient::new(house.channel.clone());
    let request = v1::GetEditionRequest { id: "2021".into() };
    let form = editions.get_edition(request).await.unwrap().into_inner();
    assert_eq!((form.sections.len(), form.tables.len(), form.identities.len()), (6, 3, 42));
}

#[tokio::test]
async fn the_admin_listener_rechecks_and_rescans() {
    use v1::recheck_request::Scope;
    let house = House::open().await;
    handed_in(&house, 5).await;
    let mut client = AdminServiceClient::new(house.admin.clone());
    let recheck = |scope| v1::RecheckRequest { scope: Some(scope) };
    let by_rule = client.recheck(recheck(Scope::Rule("AR-02".into()))).await.unwrap().into_inner();
    assert_eq!((by_rule.requeued, by_rule.skipped), (2, 0));
    assert_eq!(house.store.ready(10).unwrap().len(), 2);
    let waiting = house.store.ready(1).unwrap()[0].id;
    let status = client.recheck(recheck(Scope::SubmissionId(waiting))).await.unwrap_err();
    assert_eq!(reason(&status), "STAGE_CONFLICT");
    let status = client.recheck(recheck(Scope::SubmissionId(999))).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);

    let rescan = |name: Option<&str>| v1::RescanRequest { folder: name.map(Into::into) };
    assert_eq!(client.rescan(rescan(None)).await.unwrap().into_inner().folders, 1);
    let status = client.rescan(rescan(Some("elsewhere"))).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(*house.folders.rescans.lock().unwrap(), [None]);
    let mut stranger = AdminServiceClient::new(house.channel.clone());
    let status = stranger.rescan(rescan(None)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented, "not on the public listener");
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_and_the_server_lives_on() {
    let house = House::open().await;
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let unit = Some("x".repeat(5 << 20));
    let request = v1::ListSubmissionsRequest { unit, ..Default::default() };
    let status = client.list_submissions(request).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange, "{status:?}");
    client.list_submissions(list(0, "")).await.expect("the server lives on");
}

#[tokio::test]
async fn a_call_ends_at_its_deadline() {
    let house = House::open().await;
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    // Metadata, then silence.
    let first = tokio_stream::iter(upload("a.docx", b"", false));
    let mut request = Request::new(first.chain(tokio_stream::pending()));
    request.set_timeout(Duration::from_millis(100));
    let status = within(client.upload_submission(request)).await.unwrap_err();
    assert!(matches!(status.code(), Code::Cancelled | Code::DeadlineExceeded), "{status:?}");

    let mut watching = Request::new(from_cursor(""));
    watching.set_timeout(Duration::from_millis(100));
    let mut client = WatchServiceClient::new(house.channel.clone());
    let mut stream = client.watch(watching).await.unwrap().into_inner();
    within(async { while let Ok(Some(_)) = stream.message().await {} }).await;
    assert_eq!(house.end().await, Drained::Wholly, "nothing is left running");
}

#[tokio::test]
async fn a_watch_with_a_deadline_ends_by_it_and_says_so() {
    let house = House::open().await;
    let mut client = WatchServiceClient::new(house.channel.clone());
    let mut request = Request::new(v1::WatchRequest::default());
    request.set_timeout(Duration::from_millis(300));
    let mut stream = client.watch(request).await.unwrap().into_inner();
    let first = stream.message().await.unwrap().expect("a checkpoint");
    assert!(!first.changes_through.is_empty());
    let ended = within(stream.message()).await.expect_err("an end that is no end of the events");
    assert_eq!(ended.code(), Code::DeadlineExceeded);
}

#[tokio::test]
async fn a_damaged_original_is_never_handed_out_whole() {
    let house = House::open().await;
    let bytes: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
    let done = house.home.judged(&house.store, "a.docx", &bytes, good("局", 2024)).await;
    let path = house.store.original_path(&done.submission.sha256);
    let mut flipped = bytes.clone();
    flipped[100] ^= 1;
    for (what, damaged) in
        [("flipped", Some(&flipped[..])), ("short", Some(&bytes[..150_000])), ("gone", None)]
    {
        match damaged {
            Some(damaged) => std::fs::write(&path, damaged).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let mut client = SubmissionServiceClient::new(house.channel.clone());
        let request = v1::DownloadOriginalRequest { submission_id: done.submission.id };
        let mut got = 0;
        let refused = match client.download_original(request).await {
            Err(status) => status,
            Ok(pieces) => {
                let mut pieces = pieces.into_inner();
                loop {
                    match within(pieces.message()).await {
                        Ok(piece) => got += piece.expect("no good end").chunk.len(),
                        Err(status) => break status,
                    }
                }
            }
        };
        assert_eq!(
            (refused.code(), reason(&refused).as_str()),
            (Code::DataLoss, "ORIGINAL_DAMAGED")
        );
        assert!(got < bytes.len(), "{what}: {got} bytes");
    }
}
