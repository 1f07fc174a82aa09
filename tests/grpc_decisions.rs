//! Decisions on findings over the API: made, refused, withdrawn, listed, and told with the findings.

mod grpc_kit;
mod store_kit;

use grpc_kit::*;
use nianbao::model::*;
use nianbao::proto::v1::{self, FindingStanding, decide_request::Of};
use store_kit::*;
use tonic::Code;
use tonic_types::StatusExt;
use v1::alert_service_client::AlertServiceClient;
use v1::decision_service_client::DecisionServiceClient;
use v1::verdict_service_client::VerdictServiceClient;
use v1::watch_service_client::WatchServiceClient;

const TWO: &[(&str, Severity)] = &[("AR-02", Severity::Error), ("AR-03", Severity::Warning)];

fn print(code: &str) -> String {
    fingerprint(code, "t3.total.NP")
}

fn unit_year(unit: &str) -> v1::UnitYear {
    v1::UnitYear { unit: unit.into(), year: 2024 }
}

fn request(of: Of, code: &str, ruling: v1::Ruling) -> v1::DecideRequest {
    v1::DecideRequest {
        of: Some(of),
        fingerprint: print(code),
        ruling: ruling.into(),
        reason: "口径不同".into(),
        by: "张三".into(),
        judged_at: None,
    }
}

fn withdrawal(unit: &str, code: &str) -> v1::WithdrawDecisionRequest {
    v1::WithdrawDecisionRequest {
        of: Some(unit_year(unit)),
        fingerprint: print(code),
        reason: String::new(),
        by: "李四".into(),
    }
}

async fn judged(house: &House, path: &str, verdict: Verdict) -> Submission {
    house.home.judged(&house.store, path, path.as_bytes(), Ok(verdict)).await.submission
}

async fn shown(house: &House, id: u64) -> (v1::Submission, v1::Verdict) {
    let mut client = VerdictServiceClient::new(house.channel.clone());
    let of = Some(v1::get_verdict_request::Of::SubmissionId(id));
    let answer = client.get_verdict(v1::GetVerdictRequest { of }).await.unwrap().into_inner();
    match answer.judgement.unwrap().result {
        Some(v1::judgement::Result::Verdict(verdict)) => (answer.submission.unwrap(), verdict),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_decision_is_recorded_told_and_shown_with_the_finding() {
    let house = House::open().await;
    let row = judged(&house, "a.docx", verdict("某局", 2024, TWO)).await;
    let mut watch = WatchServiceClient::new(house.channel.clone());
    let mut events = watch.watch(v1::WatchRequest::default()).await.unwrap().into_inner();
    within(events.message()).await.unwrap().expect("where it begins");
    let mut alerts = AlertServiceClient::new(house.channel.clone());
    let mut cases =
        alerts.watch_alerts(v1::WatchAlertsRequest::default()).await.unwrap().into_inner();
    within(cases.message()).await.unwrap().expect("where it begins");

    let mut client = DecisionServiceClient::new(house.channel.clone());
    let looked = v1::DecideRequest {
        judged_at: v1::Submission::from(&row).judged_at,
        ..request(Of::SubmissionId(row.id), "AR-02", v1::Ruling::Dismissed)
    };
    let answer = client.decide(looked).await.unwrap().into_inner();
    let decision = answer.decision.unwrap();
    assert_eq!((decision.by.as_str(), decision.code.as_str()), ("张三", "AR-02"));
    assert_eq!(decision.substance[0].found.as_deref(), Some("19"));
    assert_eq!(answer.submission.as_ref().unwrap().outcome(), v1::Outcome::NeedsReview);

    let event = within(events.message()).await.unwrap().unwrap().events.remove(0);
    assert_eq!(event.kind(), v1::EventKind::Decided);
    assert_eq!((event.submission, event.seq), (answer.submission.clone(), decision.id));
    let case = within(cases.message()).await.unwrap().unwrap().alerts;
    assert_eq!((&case, case[0].state()), (&event.alerts, v1::AlertState::Resolved));

    let (submission, verdict) = shown(&house, row.id).await;
    assert_eq!(Some(submission), answer.submission);
    assert_eq!(verdict.outcome(), v1::Outcome::Returned, "as the rules judged it");
    let standings: Vec<_> = verdict.findings.iter().map(|f| f.standing()).collect();
    assert_eq!(standings, [FindingStanding::Dismissed, FindingStanding::Open]);
    let bare = v1::Decision { substance: vec![], ..decision.clone() };
    assert_eq!(verdict.findings[0].decision, Some(bare));
    assert_eq!(verdict.findings[1].decision, None);

    let mut verdicts = VerdictServiceClient::new(house.channel.clone());
    let of_rule = v1::ListFindingsRequest { rule: "AR-02".into(), ..Default::default() };
    let found = verdicts.list_findings(of_rule).await.unwrap().into_inner().findings;
    assert_eq!(found[0].finding, Some(verdict.findings[0].clone()));

    let answer = client.withdraw_decision(withdrawal("某局", "AR-02")).await.unwrap().into_inner();
    assert_eq!(answer.decision.unwrap().ruling(), v1::Ruling::Unspecified);
    assert_eq!(answer.submission.unwrap().outcome(), v1::Outcome::Returned);
    let (_, verdict) = shown(&house, row.id).await;
    assert_eq!(verdict.findings[0].standing(), FindingStanding::Open);
}

#[tokio::test]
async fn what_changed_since_is_said_to_have_lapsed_also_in_a_comparison() {
    let house = House::open().await;
    judged(&house, "a.docx", verdict("某局", 2024, TWO)).await;
    let mut client = DecisionServiceClient::new(house.channel.clone());
    for code in ["AR-02", "AR-03"] {
        let of = Of::Current(unit_year("某局"));
        client.decide(request(of, code, v1::Ruling::Explained)).await.unwrap();
    }
    let mut changed = verdict("某局", 2024, TWO);
    changed.findings[0].found = Some("18".into());
    let row = judged(&house, "b.docx", changed).await;
    assert_eq!(row.outcome, Some(Outcome::Returned));
    let want = [FindingStanding::Lapsed, FindingStanding::Explained];
    let (_, verdict) = shown(&house, row.id).await;
    assert_eq!(verdict.findings.iter().map(|f| f.standing()).collect::<Vec<_>>(), want);
    assert!(verdict.findings[0].decision.is_some(), "what it was judged before");
    let mut verdicts = VerdictServiceClient::new(house.channel.clone());
    let between = v1::GetDifferenceRequest { later: row.id, earlier: None };
    let difference = verdicts.get_difference(between).await.unwrap().into_inner();
    assert_eq!(difference.remaining, verdict.findings);
}

#[tokio::test]
async fn what_cannot_be_decided_is_refused_with_its_reason_and_what_is_there() {
    let house = House::open().await;
    let mut client = DecisionServiceClient::new(house.channel.clone());
    let empty = v1::DecideRequest { ruling: 77, ..Default::default() };
    let status = client.decide(empty).await.unwrap_err();
    let fields = status.get_details_bad_request().unwrap().field_violations;
    let fields: Vec<&str> = fields.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["fingerprint", "ruling", "reason", "by", "of"], "every bad field at once");
    let status = client.withdraw_decision(v1::WithdrawDecisionRequest::default()).await;
    let fields = status.unwrap_err().get_details_bad_request().unwrap().field_violations;
    assert_eq!(fields.len(), 3);

    let waiting = house.home.arrive(&house.store, "w.docx", b"w").await.expect_new();
    let first = judged(&house, "a.docx", verdict("某局", 2024, TWO)).await;
    let nobody = Verdict { unit: None, ..verdict("", 2024, TWO) };
    let nobody = judged(&house, "n.docx", nobody).await;
    let second = judged(&house, "b.docx", verdict("某局", 2024, &TWO[..1])).await;
    let body = |unit: &str| Of::Current(unit_year(unit));
    let table = [
        (Of::SubmissionId(waiting), "AR-02", Code::FailedPrecondition, "NOT_JUDGED_YET"),
        (Of::SubmissionId(nobody.id), "AR-02", Code::FailedPrecondition, "NOT_FILED"),
        (Of::SubmissionId(999), "AR-02", Code::NotFound, "NOT_FOUND"),
        (body("他局"), "AR-02", Code::NotFound, "NOT_FOUND"),
        (body("某局"), "AR-03", Code::FailedPrecondition, "NO_SUCH_FINDING"),
        (Of::SubmissionId(first.id), "AR-02", Code::FailedPrecondition, "OUTDATED"),
    ];
    for (of, code, want, why) in table {
        let asked = request(of, code, v1::Ruling::Confirmed);
        let status = client.decide(asked.clone()).await.unwrap_err();
        assert_eq!((status.code(), reason(&status).as_str()), (want, why), "{asked:?}");
        let metadata = status.get_details_error_info().unwrap().metadata;
        match why {
            "NO_SUCH_FINDING" => assert_eq!(metadata["there"], print("AR-02")),
            "OUTDATED" => assert_eq!(metadata["current"], second.id.to_string()),
            _ => {}
        }
    }
    let looked_before = v1::DecideRequest {
        judged_at: Some(prost_types::Timestamp::default()),
        ..request(Of::SubmissionId(second.id), "AR-02", v1::Ruling::Confirmed)
    };
    let status = client.decide(looked_before).await.unwrap_err();
    assert_eq!(reason(&status), "OUTDATED");
    let status = client.withdraw_decision(withdrawal("某局", "AR-02")).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "NOT_FOUND"));
    let listed = client.list_decisions(v1::ListDecisionsRequest::default()).await.unwrap();
    assert_eq!(listed.into_inner().decisions, [], "no refusal left a trace");
}

#[tokio::test]
async fn decisions_are_listed_page_by_page_with_what_became_of_them() {
    let house = House::open().await;
    let mut client = DecisionServiceClient::new(house.channel.clone());
    for unit in ["甲局", "乙局", "丙局"] {
        judged(&house, unit, verdict(unit, 2024, TWO)).await;
        let of = Of::Current(unit_year(unit));
        client.decide(request(of, "AR-02", v1::Ruling::Dismissed)).await.unwrap();
    }
    client.withdraw_decision(withdrawal("乙局", "AR-02")).await.unwrap();
    let mut request = v1::ListDecisionsRequest { page_size: 3, ..Default::default() };
    let page = client.list_decisions(request.clone()).await.unwrap().into_inner();
    let told = |listed: &v1::ListedDecision| {
        let decision = listed.decision.as_ref().unwrap();
        (decision.unit.clone(), decision.ruling(), listed.in_force)
    };
    let (no, none) = (v1::Ruling::Dismissed, v1::Ruling::Unspecified);
    let want = [("乙局", none, false), ("丙局", no, true), ("乙局", no, false), ("甲局", no, true)];
    let want = want.map(|(unit, ruling, in_force)| (unit.to_string(), ruling, in_force));
    assert_eq!(page.decisions.iter().map(told).collect::<Vec<_>>(), want[..3]);
    request.page_token = page.next_page_token;
    let rest = client.list_decisions(request.clone()).await.unwrap().into_inner();
    assert_eq!(rest.decisions.iter().map(told).collect::<Vec<_>>(), want[3..]);
    assert_eq!(rest.next_page_token, "");
    request.unit = Some("乙局".into());
    let status = client.list_decisions(request.clone()).await.unwrap_err();
    assert_eq!(reason(&status), "PAGE_TOKEN_INVALID");
    request.page_token.clear();
    let of_unit = client.list_decisions(request).await.unwrap().into_inner();
    assert_eq!(of_unit.decisions.len(), 2);
}
