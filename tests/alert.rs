//! Alerts over a real store and real sockets: what a receiver gets, and what its answers lead to.

mod alert_kit;

use alert_kit::{PATIENCE, Receiver, Request, answer, now, read};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use nianbao::alert::{Dispatcher, Options, Schedule, channel};
use nianbao::config::{Channel, ChannelKind};
use nianbao::model::{
    Declared, Delivery, DeliveryResult, Format, Millis, OutboxItem, Policy, Source, Unreadable,
    UnreadableReason, Words,
};
use nianbao::store::{
    Arrival, Change, Conclusion, Event, Received, Store, StoreError, StoreOptions,
};
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const SECRET: &[u8] = b"a secret of thirty-two bytes....";

/// A store with channels, and a dispatcher at work on it.
struct Site {
    store: Store,
    stop: CancellationToken,
    dispatcher: JoinHandle<Result<(), StoreError>>,
    _dir: tempfile::TempDir,
}

impl Site {
    /// Channels by name and address; `waits` between sends in milliseconds.
    async fn start(channels: &[(&str, SocketAddr)], waits: &[u64]) -> Site {
        let names: Vec<&str> = channels.iter().map(|(name, _)| *name).collect();
        Site::open(&names).dispatching(channels, waits)
    }

    /// A store that writes messages for these channels, and nobody to send them yet.
    fn open(names: &[&str]) -> Site {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let options = StoreOptions {
            dir: dir.path().join("data"),
            policy: Policy::everybody(names.iter().map(ToString::to_string)),
            cache_bytes: 1 << 20,
            min_free: 0,
        };
        let (store, _) = Store::open(&options).expect("opens");
        let nobody = tokio::spawn(async { Ok(()) });
        Site { store, stop: CancellationToken::new(), dispatcher: nobody, _dir: dir }
    }

    /// The site with a dispatcher that knows these channels.
    fn dispatching(self, channels: &[(&str, SocketAddr)], waits: &[u64]) -> Site {
        let channels = channels
            .iter()
            .map(|(name, address)| {
                let kind = ChannelKind::Webhook {
                    url: format!("http://{address}/hook"),
                    secret: Some(SECRET.to_vec()),
                    timeout: Duration::from_secs(1),
                };
                let settings = Channel { name: name.to_string(), kind, digest: None };
                (name.to_string(), channel(&settings, "urn:nianbao:test"))
            })
            .collect();
        let schedule = Schedule::of(waits.iter().copied().map(Duration::from_millis));
        let options = Options::new(channels, schedule);
        let dispatcher = Dispatcher::new(self.store.clone(), options, now);
        let dispatcher = tokio::spawn(dispatcher.run(self.stop.clone()));
        Site { dispatcher, ..self }
    }

    /// Hands in a file that cannot be read, which opens a case.
    async fn offend(&self, name: &str) {
        let original = self.store.spool(&mut name.as_bytes(), 1 << 20).expect("spooled");
        let arrival = Arrival {
            source: Source::Upload { file_name: name.to_string() },
            original,
            declared: Declared::default(),
            at: now(),
        };
        let Received::New(submission) = self.store.receive(arrival).await.expect("received") else {
            panic!("{name} is new");
        };
        let words = || Words::new("文件已损坏", "damaged");
        let result =
            Err(Unreadable { reason: UnreadableReason::Damaged, message: words(), help: words() });
        let conclusion = Conclusion {
            submission,
            at: now(),
            format: Format::Docx,
            result,
            grace: 0,
            leaned: Default::default(),
            sketch: vec![],
            alike: vec![],
        };
        self.store.conclude(conclusion).await.expect("concluded");
    }

    fn pending(&self) -> Vec<OutboxItem> {
        self.store.due(Millis::MAX, 100).expect("read").0
    }

    /// Waits until the outbox is as wanted; commits wake it.
    async fn until(&self, wanted: impl Fn(&[OutboxItem]) -> bool) -> Vec<OutboxItem> {
        let mut head = self.store.head();
        let waiting = async {
            loop {
                head.borrow_and_update();
                let pending = self.pending();
                if wanted(&pending) {
                    return pending;
                }
                head.changed().await.expect("the store is open");
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("in time")
    }

    async fn end(self) {
        self.stop.cancel();
        let ended = tokio::time::timeout(PATIENCE, self.dispatcher).await.expect("it ends");
        ended.expect("no panic").expect("the store is fine");
        self.store.close().expect("closed");
    }
}

fn verify(request: &Request) {
    let header = |name: &str| request.headers.get(name).unwrap_or_else(|| panic!("no {name}"));
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let seconds: i64 = at.parse().expect("seconds");
    assert!((now() / 1000 - seconds).abs() < 60, "the time of the send: {seconds}");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).expect("a key");
    mac.update(format!("{id}.{at}.{}", request.body).as_bytes());
    let want = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(header("webhook-signature"), &want);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_message_comes_again_signed_under_the_same_id_until_it_is_taken() {
    let refused = answer("500 Internal Server Error", "");
    let receiver = Receiver::start(vec![refused.clone(), refused, answer("204 No Content", "")]);
    let site = Site::start(&[("duty", receiver.address)], &[20, 20, 20]).await;
    site.offend("a.docx").await;
    let requests = [receiver.next(), receiver.next(), receiver.next()];
    for request in &requests {
        verify(request);
        assert_eq!(request.line, "POST /hook HTTP/1.1\r\n");
        assert_eq!(request.headers["webhook-id"], requests[0].headers["webhook-id"]);
        assert_eq!(request.body, requests[0].body);
    }
    let event: serde_json::Value = serde_json::from_str(&requests[0].body).expect("JSON");
    assert_eq!(event["specversion"], "1.0");
    assert_eq!(event["source"], "urn:nianbao:test");
    assert_eq!(event["type"], "cn.nianbao.alert.opened");
    assert_eq!(event["id"], requests[0].headers["webhook-id"].as_str());
    assert_eq!(event["data"]["kind"], "unreadable");
    assert!(event["data"]["text"].as_str().is_some_and(|text| text.contains("a.docx")), "{event}");
    site.until(<[_]>::is_empty).await;
    site.end().await;
    assert!(receiver.requests.try_recv().is_err(), "nothing after it was taken");
}

#[tokio::test(flavor = "multi_thread")]
async fn gone_is_final() {
    let receiver = Receiver::start(vec![answer("410 Gone", "")]);
    let site = Site::start(&[("duty", receiver.address)], &[20]).await;
    site.offend("a.docx").await;
    receiver.next();
    site.until(<[_]>::is_empty).await;
    site.end().await;
    assert!(receiver.requests.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_end_of_the_schedule_it_goes_on_at_the_last_wait() {
    let receiver = Receiver::answering(|count| match count {
        0..6 => answer("503 Service Unavailable", ""),
        _ => answer("204 No Content", ""),
    });
    let site = Site::start(&[("duty", receiver.address)], &[20]).await;
    site.offend("a.docx").await;
    let ids: Vec<String> = (0..7).map(|_| receiver.next().headers["webhook-id"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    site.until(<[_]>::is_empty).await;
    site.end().await;
    assert!(receiver.requests.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_messages_of_a_channel_no_longer_configured_are_closed_together_and_told() {
    const CASES: usize = 40;
    let quick = Receiver::start(vec![answer("204 No Content", "")]);
    let site = Site::open(&["gone", "quick"]);
    for number in 0..CASES {
        site.offend(&format!("{number}.docx")).await;
    }
    // One of them is due in an hour only: it would wait for nobody.
    let item = site.pending().into_iter().find(|item| item.channel == "gone").expect("pending");
    let result = DeliveryResult::Retry { due_at: now() + 3_600_000, error: "503".into() };
    let put_off = Delivery { dedupe_id: item.dedupe_id, at: now(), result };
    site.store.delivered(put_off).await.expect("recorded");
    let before = site.store.fsyncs();
    let site = site.dispatching(&[("quick", quick.address)], &[20]);
    for _ in 0..CASES {
        verify(&quick.next());
    }
    site.until(<[_]>::is_empty).await;
    let fsyncs = site.store.fsyncs() - before;
    assert!(fsyncs < CASES as u64 * 3 / 2, "{fsyncs} fsyncs: not one for each");
    let given_up = |event: &Event| {
        matches!(&event.change,
        Change::Delivered { channel, ok: false, .. } if channel == "gone")
    };
    let events = site.store.events(0, usize::MAX).expect("read");
    assert_eq!(events.iter().filter(|event| given_up(event)).count(), CASES + 1);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_may_put_a_message_off() {
    let receiver = Receiver::start(vec![answer("429 Too Many Requests", "retry-after: 3600\r\n")]);
    let site = Site::start(&[("duty", receiver.address)], &[20, 20]).await;
    let before = now();
    site.offend("a.docx").await;
    receiver.next();
    let pending = site.until(|items| items.iter().any(|item| item.attempts == 1)).await;
    assert!(pending[0].due_at >= before + 3_600_000, "{pending:?}");
    site.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_a_failure_and_not_followed() {
    let elsewhere = Receiver::start(vec![answer("204 No Content", "")]);
    let location = format!("location: http://{}/\r\n", elsewhere.address);
    let receiver = Receiver::start(vec![answer("302 Found", &location)]);
    let site = Site::start(&[("duty", receiver.address)], &[3_600_000]).await;
    site.offend("a.docx").await;
    receiver.next();
    site.until(|items| items.iter().any(|item| item.attempts == 1)).await;
    site.end().await;
    assert!(elsewhere.requests.try_recv().is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_never_answers_times_out_and_holds_up_no_other() {
    // Connections are taken by the system and never answered.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let quick = Receiver::start(vec![answer("204 No Content", "")]);
    let channels = [("silent", silent.local_addr().expect("bound")), ("quick", quick.address)];
    let site = Site::start(&channels, &[3_600_000]).await;
    for number in 0..12 {
        site.offend(&format!("{number}.docx")).await;
    }
    for _ in 0..12 {
        verify(&quick.next());
    }
    let of = |items: &[OutboxItem], name: &str| items.iter().filter(|i| i.channel == name).count();
    assert_eq!(of(&site.until(|items| of(items, "quick") == 0).await, "silent"), 12);
    let tried = |items: &[OutboxItem]| items.iter().filter(|item| item.attempts > 0).count();
    // After the first failure nothing else is tried; what was under way with it is no more than four.
    assert!(tried(&site.until(|items| tried(items) > 0).await) <= 4);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_keeps_failing_is_told_by_another_until_it_gets_through() {
    let refused = answer("500 Internal Server Error", "");
    let taken = answer("204 No Content", "");
    let answers = vec![refused.clone(), refused.clone(), refused, taken.clone()];
    let (down, up) = (Receiver::start(answers), Receiver::start(vec![taken]));
    let channels = [("down", down.address), ("up", up.address)];
    let site = Site::start(&channels, &[20, 20, 20]).await;
    site.offend("a.docx").await;
    let told: Vec<serde_json::Value> =
        (0..3).map(|_| serde_json::from_str(&up.next().body).expect("JSON")).collect();
    let turns: Vec<(&str, &str)> = told
        .iter()
        .map(|event| (&event["data"]["kind"], &event["data"]["phase"]))
        .map(|(kind, phase)| (kind.as_str().expect("text"), phase.as_str().expect("text")))
        .collect();
    let failing = "channel_failing";
    assert_eq!(turns, [("unreadable", "opened"), (failing, "opened"), (failing, "resolved")]);
    assert_eq!(told[1]["subject"], "channel/down");
    assert!(told[1]["data"]["submission"].is_null(), "{}", told[1]);
    let text = told[1]["data"]["text"].as_str().expect("text");
    assert!(text.contains("提醒渠道“down”发送失败") && text.contains("HTTP 500"), "{text}");
    site.until(<[_]>::is_empty).await;
    let sent: Vec<Request> = down.requests.try_iter().collect();
    assert!(sent.iter().all(|request| !request.body.contains(failing)), "nor is it told of itself");
    site.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_the_send_under_way_and_records_it() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let site = Site::start(&[("duty", listener.local_addr().expect("bound"))], &[20]).await;
    site.offend("a.docx").await;
    let accepted = tokio::task::spawn_blocking(move || {
        let (stream, _) = listener.accept().expect("a connection");
        let request = read(&mut BufReader::new(&stream)).expect("a request");
        (stream, request)
    });
    let (mut stream, _) = accepted.await.expect("no panic");
    site.stop.cancel();
    stream.write_all(answer("204 No Content", "").as_bytes()).expect("answered");
    drop(stream);
    let ended = tokio::time::timeout(PATIENCE, site.dispatcher).await.expect("it ends");
    ended.expect("no panic").expect("the store is fine");
    let (pending, _) = site.store.due(Millis::MAX, 10).expect("read");
    assert!(pending.is_empty(), "{pending:?}");
}
