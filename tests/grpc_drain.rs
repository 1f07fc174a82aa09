//! Health, reflection, and how serving ends.

mod grpc_kit;
mod store_kit;

use grpc_kit::*;
use nianbao::grpc::Drained;
use nianbao::proto::v1;
use std::collections::BTreeSet;
use std::time::Duration;
use store_kit::Outcomes;
use tonic::Code;
use tonic::transport::Channel;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};
use v1::submission_service_client::SubmissionServiceClient;
use v1::verdict_service_client::VerdictServiceClient;
use v1::watch_service_client::WatchServiceClient;

const PUBLIC: [&str; 9] =
    ["Alert", "Decision", "Edition", "Ledger", "Rule", "Status", "Submission", "Verdict", "Watch"];

async fn reflect(channel: &Channel, request: MessageRequest) -> ServerReflectionResponse {
    let mut client = ServerReflectionClient::new(channel.clone());
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(request) };
    let answers = client.server_reflection_info(tokio_stream::iter([request])).await.unwrap();
    within(answers.into_inner().message()).await.unwrap().unwrap()
}

async fn services(channel: &Channel) -> BTreeSet<String> {
    let answer = reflect(channel, MessageRequest::ListServices(String::new())).await;
    match answer.message_response.unwrap() {
        MessageResponse::ListServicesResponse(list) => {
            list.service.into_iter().map(|s| s.name).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_listener_describes_what_it_serves_and_nothing_else() {
    let house = House::open().await;
    let health = "grpc.health.v1.Health".to_string();
    let public = PUBLIC.map(|name| format!("nianbao.v1.{name}Service"));
    let public: BTreeSet<String> = public.into_iter().chain([health.clone()]).collect();
    assert_eq!(services(&house.channel).await, public);
    let admin = BTreeSet::from([health, "nianbao.v1.AdminService".to_string()]);
    assert_eq!(services(&house.admin).await, admin);
    let symbol = MessageRequest::FileContainingSymbol("nianbao.v1.AdminService".into());
    let answer = ServerReflectionClient::new(house.channel.clone())
        .server_reflection_info(tokio_stream::iter([ServerReflectionRequest {
            host: String::new(),
            message_request: Some(symbol),
        }]))
        .await
        .unwrap()
        .into_inner()
        .message()
        .await;
    match answer {
        Err(status) => assert_eq!(status.code(), Code::NotFound),
        Ok(answer) => {
            let response = answer.unwrap().message_response.unwrap();
            assert!(matches!(response, MessageResponse::ErrorResponse(_)), "{response:?}");
        }
    }
}

#[tokio::test]
async fn health_is_told_for_every_service_and_turns_before_the_end() {
    let house = House::open().await;
    let mut client = HealthClient::new(house.channel.clone());
    let of = |service: &str| HealthCheckRequest { service: service.into() };
    for name in PUBLIC {
        let answer = client.check(of(&format!("nianbao.v1.{name}Service"))).await.unwrap();
        assert_eq!(answer.into_inner().status(), ServingStatus::Serving, "{name}");
    }
    let mut overall = client.watch(of("")).await.unwrap().into_inner();
    let status = within(overall.message()).await.unwrap().unwrap().status();
    assert_eq!(status, ServingStatus::Serving);
    house.shutdown.cancel();
    let status = within(overall.message()).await.unwrap().unwrap().status();
    assert_eq!(status, ServingStatus::NotServing);
    assert_eq!(house.end().await, Drained::Wholly, "one who watches health holds up nothing");
}

#[tokio::test]
async fn a_watch_ends_with_a_last_cursor_and_a_reason_to_come_back() {
    let house = House::open().await;
    let mut client = WatchServiceClient::new(house.channel.clone());
    let mut stream = client.watch(v1::WatchRequest::default()).await.unwrap().into_inner();
    let start = within(stream.message()).await.unwrap().unwrap();
    house.shutdown.cancel();
    let last = within(stream.message()).await.unwrap().unwrap();
    assert_eq!(last.changes_through, start.changes_through);
    let status = within(stream.message()).await.unwrap_err();
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "DRAINING"));
    assert_eq!(house.end().await, Drained::Wholly);
}

#[tokio::test]
async fn a_call_in_flight_is_finished() {
    let house = House::open().await;
    house.clerk.may_finish.forget_permits(usize::MAX);
    let mut client = VerdictServiceClient::new(house.channel.clone());
    let mut call = Box::pin(client.check_file(tokio_stream::iter(check(b"abc"))));
    // The connection is up once something else was answered on it; the check is on its way before.
    let mut other = SubmissionServiceClient::new(house.channel.clone());
    let probe = other.list_submissions(v1::ListSubmissionsRequest::default());
    tokio::select! {
        biased;
        _ = &mut call => panic!("nobody let it finish"),
        answer = probe => drop(answer.unwrap()),
    }
    house.shutdown.cancel();
    house.clerk.may_finish.add_permits(1);
    within(call).await.expect("the call in flight is answered");
    assert_eq!(house.end().await, Drained::Wholly);
}

#[tokio::test]
async fn a_client_that_never_reads_cannot_hold_the_drain_up() {
    let house = House::with(Duration::from_secs(15), Duration::from_millis(200)).await;
    let bytes = vec![7; (MAX_UPLOAD - 1) as usize];
    let original = house.store.spool(&mut &bytes[..], MAX_UPLOAD).unwrap();
    let arrival = nianbao::store::Arrival {
        source: store_kit::folder("large.docx"),
        original,
        declared: Default::default(),
        at: 1,
    };
    let submission_id = house.store.receive(arrival).await.unwrap().expect_new();
    let mut client = SubmissionServiceClient::new(house.channel.clone());
    let request = v1::DownloadOriginalRequest { submission_id };
    let stuck = client.download_original(request).await.unwrap().into_inner();
    assert_eq!(house.end().await, Drained::Abandoned);
    drop(stuck);
}
