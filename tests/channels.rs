//! The robots of 企业微信, 钉钉 and 飞书 against servers that behave as the vendors do.

mod channel_kit;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use channel_kit::*;
use hmac::{Hmac, KeyInit, Mac};
use nianbao::alert::{Channel, Sent, channel};
use nianbao::config::Vendor::{DingTalk, Feishu, WeCom};
use nianbao::config::{self, ChannelKind, Robot, Secret};
use nianbao::model::Lang;
use serde_json::{Value, json};
use sha2::Sha256;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

const ALL: [config::Vendor; 3] = [WeCom, DingTalk, Feishu];

const KEY: &str = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa";
const SECRET: &str = "SEC000000000000000000000";
const KEYWORD: &str = "年报";

/// The path of the vendor's own address, at another host.
fn url(vendor: config::Vendor, address: SocketAddr) -> String {
    let path = match vendor {
        WeCom => "cgi-bin/webhook/send?key=",
        DingTalk => "robot/send?access_token=",
        Feishu => "open-apis/bot/v2/hook/",
    };
    format!("http://{address}/{path}{KEY}")
}

fn settings(vendor: config::Vendor, address: SocketAddr) -> Robot {
    // 企业微信 knows neither.
    let more = vendor != WeCom;
    Robot {
        vendor,
        url: Secret::new(url(vendor, address)),
        secret: more.then(|| Secret::new(SECRET)),
        keyword: more.then(|| KEYWORD.to_string()),
        timeout: Duration::from_secs(2),
        lang: Lang::Zh,
    }
}

fn open(robot: Robot) -> Arc<dyn Channel> {
    let kind = ChannelKind::Robot(robot);
    channel(&config::Channel { name: "群".into(), kind, digest: None }, "urn:nianbao:1f")
}

/// An answer in the vendor's form.
fn says(vendor: config::Vendor, code: i64, words: &str) -> String {
    match vendor {
        WeCom | DingTalk => json!({ "errcode": code, "errmsg": words }),
        Feishu => json!({ "code": code, "msg": words, "data": {} }),
    }
    .to_string()
}

fn parsed(request: &Request) -> Value {
    serde_json::from_str(&request.body).expect("JSON")
}

/// What the group reads, one line below the other.
fn shown(vendor: config::Vendor, body: &Value) -> String {
    match vendor {
        WeCom => body["markdown"]["content"].as_str().expect("text").to_string(),
        DingTalk => body["markdown"]["text"].as_str().expect("text").to_string(),
        Feishu => {
            let post = &body["content"]["post"]["zh_cn"];
            let lines = post["content"].as_array().expect("lines").iter();
            let lines = lines.map(|line| line[0]["text"].as_str().expect("text"));
            let title = post["title"].as_str().expect("a title");
            std::iter::once(title).chain(lines).collect::<Vec<_>>().join("\n")
        }
    }
}

/// Undoes the percent signs as a server does; a bare `+` is a space there.
fn decoded(query: &str) -> String {
    let mut parts = query.split('%');
    let mut out = parts.next().unwrap_or_default().replace('+', " ");
    for part in parts {
        let byte = u8::from_str_radix(&part[..2], 16).expect("two digits");
        out.push(char::from(byte));
        out.push_str(&part[2..].replace('+', " "));
    }
    out
}

fn hmac(key: &str, message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length");
    mac.update(message.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// What a vendor makes of a request, with its own words for what is wrong.
fn checked(vendor: config::Vendor, request: &Request, now: i64) -> String {
    let body = parsed(request);
    let hour = 3_600_000;
    match vendor {
        WeCom => {
            if request.target != format!("/cgi-bin/webhook/send?key={KEY}") {
                return says(vendor, 93000, "invalid webhook url");
            }
            if body["msgtype"] != "markdown" {
                return says(vendor, 40008, "invalid message type");
            }
        }
        DingTalk => {
            let query = request.target.split_once('?').map_or("", |(_, query)| query);
            let value = |name: &str| {
                let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs.find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
            };
            if value("access_token").as_deref() != Some(KEY) {
                return says(vendor, 300005, "token is not exist");
            }
            let stamp = value("timestamp").unwrap_or_default();
            let late = stamp.parse().map_or(hour, |at: i64| (at - now).abs());
            if late >= hour {
                return says(vendor, 310000, "invalid timestamp");
            }
            if value("sign") != Some(hmac(SECRET, &format!("{stamp}\n{SECRET}"))) {
                return says(vendor, 310000, "sign not match");
            }
        }
        Feishu => {
            if request.target != format!("/open-apis/bot/v2/hook/{KEY}") {
                return says(vendor, 19001, "param invalid: incoming webhook access token invalid");
            }
            let stamp = body["timestamp"].as_str().unwrap_or_default();
            let late = stamp.parse().map_or(hour, |at: i64| (at * 1000 - now).abs());
            let sign = hmac(&format!("{stamp}\n{SECRET}"), "");
            if late >= hour || body["sign"] != sign.as_str() {
                let words = "sign match fail or timestamp is not within one hour";
                return says(vendor, 19021, words);
            }
        }
    }
    if vendor != WeCom && !shown(vendor, &body).contains(KEYWORD) {
        let code = if vendor == DingTalk { 310000 } else { 19024 };
        return says(vendor, code, "keywords not in content");
    }
    match vendor {
        WeCom | DingTalk => says(vendor, 0, "ok"),
        Feishu => says(vendor, 0, "success"),
    }
}

fn strict(vendor: config::Vendor) -> Vendor {
    Vendor::start(move |request| Answer::Json(checked(vendor, request, NOW)))
}

/// A server that says the same to everybody.
fn always(answer: impl Fn() -> Answer + Send + 'static) -> Vendor {
    Vendor::start(move |_| answer())
}

/// The words of a failure that can pass, and how long the vendor asks to wait.
fn failure(sent: Sent) -> (String, Option<Duration>) {
    match sent {
        Sent::Failed { error, retry_after } => (error, retry_after),
        other => panic!("not a failure that can pass: {other:?}"),
    }
}

#[test]
fn a_message_in_the_vendors_form_is_accepted_with_code_0() {
    for vendor in ALL {
        let server = strict(vendor);
        let summary = "青禾县审计局 2025年度报告退回：第三栏合计不等于各项之和";
        let sent = open(settings(vendor, server.address)).send(&letter(summary), NOW);
        assert_eq!(sent, Sent::Accepted, "{vendor:?}");
        let request = server.next();
        let text = shown(vendor, &parsed(&request));
        assert!(text.contains(&format!("【新提醒】{summary}")), "{text}");
        assert!(request.agent.starts_with("nianbao/"), "{}", request.agent);
    }
    // Robots of 飞书 made years ago.
    let server = always(|| ok(r#"{"StatusCode":0,"StatusMessage":"success"}"#));
    let sent = open(settings(Feishu, server.address)).send(&letter("退回"), NOW);
    assert_eq!(sent, Sent::Accepted);
}

#[test]
fn a_signature_holds_at_any_time_and_a_wrong_one_is_said() {
    for vendor in [DingTalk, Feishu] {
        // Enough times for every character that Base64 has and an address does not.
        for now in (0..40).map(|n| NOW + n * 1001) {
            let server = Vendor::start(move |request| Answer::Json(checked(vendor, request, now)));
            let sent = open(settings(vendor, server.address)).send(&letter("退回"), now);
            assert_eq!(sent, Sent::Accepted, "{vendor:?} at {now}");
        }
        let server = strict(vendor);
        let right = settings(vendor, server.address);
        let wrong = Robot { secret: Some(Secret::new("SEC-of-another-robot")), ..right.clone() };
        let (error, _) = failure(open(wrong).send(&letter("退回"), NOW));
        assert!(error.contains("加签密钥 secret"), "{error}");
        // A clock that is wrong looks the same to the vendor.
        let (error, _) = failure(open(right).send(&letter("退回"), NOW + 2 * 3_600_000));
        assert!(error.contains("本机时间"), "{error}");
        // Without the word that the group asks for.
        let server = strict(vendor);
        let plain = Robot { keyword: None, ..settings(vendor, server.address) };
        let (error, _) = failure(open(plain).send(&letter("退回"), NOW));
        assert!(error.contains("keyword"), "{error}");
    }
}

#[test]
fn an_error_code_is_a_failure_whatever_the_status_and_leads_to_what_can_be_done() {
    enum To {
        Wait(u64),
        Mend,
        Refuse,
    }
    let cases = [
        (WeCom, 45009, "api freq out of limit", To::Wait(60), "发送过于频繁"),
        (WeCom, 40058, "invalid Request Parameter", To::Refuse, "不合要求"),
        (WeCom, 45002, "content size out of limit", To::Refuse, "过长"),
        (WeCom, 93000, "invalid webhook url", To::Mend, "请更新 url"),
        (WeCom, 987_654, "new in this year", To::Mend, "未列入"),
        (DingTalk, 130101, "send too fast, exceed 20 times per minute", To::Wait(600), "频繁"),
        (DingTalk, 430104, "content not appropriate", To::Refuse, "不合适的内容"),
        (DingTalk, 310000, "sign not match", To::Mend, "加签密钥 secret"),
        (DingTalk, 310000, "keywords not in content", To::Mend, "关键词 keyword"),
        (DingTalk, 987_654, "new in this year", To::Mend, "未列入"),
        (Feishu, 11232, "frequency limited psm[lark.oapi]", To::Wait(60), "发送过于频繁"),
        // One code for two things: only the words tell them apart.
        (Feishu, 9499, "too many request", To::Wait(60), "发送过于频繁"),
        (Feishu, 9499, "Bad Request", To::Refuse, "不合要求"),
        (Feishu, 19021, "sign match fail", To::Mend, "签名不符"),
        (Feishu, 19024, "Key Words Not Found", To::Mend, "设置 keyword"),
    ];
    for (vendor, code, said, to, words) in cases {
        let server = always(move || Answer::Json(says(vendor, code, said)));
        let sent = open(settings(vendor, server.address)).send(&letter("退回"), NOW);
        let error = match to {
            To::Wait(seconds) => {
                let (error, wait) = failure(sent);
                assert_eq!(wait, Some(Duration::from_secs(seconds)), "{error}");
                error
            }
            To::Mend => {
                let (error, wait) = failure(sent);
                assert_eq!(wait, None, "{error}");
                error
            }
            To::Refuse => match sent {
                Sent::Refused { error } => error,
                other => panic!("{said}: {other:?}"),
            },
        };
        let all = [words, said, &code.to_string()];
        assert!(all.iter().all(|part| error.contains(part)), "{vendor:?}: {error}");
    }
    // The longer of both waits: the header's, and what the code is known to take.
    let server = always(|| {
        let head = "429 Too Many Requests\r\nretry-after: 90".to_string();
        Answer::Raw(head, says(Feishu, 11232, "frequency limited"))
    });
    let sent = open(settings(Feishu, server.address)).send(&letter("退回"), NOW);
    assert_eq!(failure(sent).1, Some(Duration::from_secs(90)));
}

#[test]
fn an_answer_that_is_not_the_vendors_is_never_taken_for_success() {
    let page = "<!doctype html>\n<title>上网认证</title>";
    let html = "200 OK\r\ncontent-type: text/html";
    for vendor in ALL {
        // A login page answers 200 to everything, and may be of any length.
        for body in [page.to_string(), page.repeat(2000), "{}".into(), "0".into(), String::new()] {
            let server = always(move || Answer::Raw(html.into(), body.clone()));
            let sent = open(settings(vendor, server.address)).send(&letter("退回"), NOW);
            let (error, _) = failure(sent);
            assert!(error.contains("登录页") && error.contains("200"), "{vendor:?}: {error}");
            assert!(error.len() < 400, "{error}");
        }
        let server = always(move || Answer::Raw("502 Bad Gateway".into(), says(vendor, 0, "ok")));
        let (error, _) = failure(open(settings(vendor, server.address)).send(&letter("退回"), NOW));
        assert!(error.contains("502"), "{error}");
        let server = always(|| Answer::Closes);
        failure(open(settings(vendor, server.address)).send(&letter("退回"), NOW));
    }
}

#[test]
fn a_redirect_is_a_failure_and_is_not_followed() {
    for vendor in ALL {
        let other = strict(vendor);
        let there = url(vendor, other.address);
        let server = always(move || {
            // Even with the words of success.
            Answer::Raw(format!("302 Found\r\nlocation: {there}"), says(vendor, 0, "ok"))
        });
        let sent = open(settings(vendor, server.address)).send(&letter("退回"), NOW);
        let (error, _) = failure(sent);
        assert!(error.contains("302"), "{error}");
        server.next();
        assert!(other.requests.try_recv().is_err());
    }
}

#[test]
fn a_server_that_drips_or_never_answers_holds_a_send_for_its_timeout_only() {
    for vendor in ALL {
        let drips = always(|| Answer::Drips);
        // Takes the connection and the request, and says nothing.
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        for address in [drips.address, silent.local_addr().expect("bound")] {
            let robot = Robot { timeout: Duration::from_secs(1), ..settings(vendor, address) };
            let began = Instant::now();
            let (error, _) = failure(open(robot).send(&letter("退回"), NOW));
            assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
            // Nobody should look for a login page.
            assert!(error.contains("timeout"), "{vendor:?}: {error}");
        }
    }
}

#[test]
fn a_long_bundle_keeps_to_the_vendors_size_and_counts_what_is_left_out() {
    // Names that grow when they are written as JSON or made harmless.
    let name = |n| format!("第{n}份 C:\\年报\\\"甲\"<乙>&[丙](丁) 退回：合计不等于各项之和");
    let summaries: Vec<String> = (0..1000).map(name).collect();
    for vendor in ALL {
        let server = strict(vendor);
        let sent = open(settings(vendor, server.address)).send(&digest(&summaries), NOW);
        assert_eq!(sent, Sent::Accepted, "{vendor:?}");
        let request = server.next();
        let text = shown(vendor, &parsed(&request));
        // 企业微信 counts the text, the others the whole of what goes over the wire.
        let (bytes, most) = match vendor {
            WeCom => (text.len(), 4096),
            DingTalk => (request.body.len(), 20_000),
            Feishu => (request.body.len(), 20 * 1024),
        };
        assert!(bytes <= most, "{vendor:?}: {bytes}");
        assert!(bytes > most / 3, "{vendor:?}: {bytes} is less than would fit");
        let told = text.lines().filter(|line| line.contains("退回")).count();
        assert!(told > 10, "{text}");
        assert!(text.contains(&format!("共1000件，以上{told}件")), "{text}");
        // The first of them, with none left out in between.
        assert!((0..told).all(|n| text.contains(&format!("第{n}份 "))), "{text}");
        assert!(text.contains("应报300家，已报120家"), "{text}");
    }
}

#[test]
fn a_test_message_is_marked_as_one() {
    for vendor in ALL {
        let server = strict(vendor);
        assert_eq!(open(settings(vendor, server.address)).test(NOW), Sent::Accepted);
        let text = shown(vendor, &parsed(&server.next()));
        assert!(text.contains("【测试】") && text.contains("无须处理"), "{text}");
    }
}

#[test]
fn no_error_shows_the_key_or_the_secret() {
    for vendor in ALL {
        // Freed at once: nobody listens there.
        let nobody = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound");
        let echo = |request: &Request| format!("{} {KEY} {SECRET}", request.target);
        let coded =
            Vendor::start(move |request| Answer::Json(says(vendor, 987_654, &echo(request))));
        let page = Vendor::start(move |request| Answer::Raw("200 OK".into(), echo(request)));
        let away = Vendor::start(move |request| {
            Answer::Raw(format!("302 Found\r\nlocation: {}", request.target), echo(request))
        });
        for address in [nobody, coded.address, page.address, away.address] {
            let robot = settings(vendor, address);
            // The key need not be the last of the address.
            let longer = match vendor {
                WeCom | DingTalk => format!("{}&debug=1", url(vendor, address)),
                Feishu => format!("{}?debug=1", url(vendor, address)),
            };
            let longer = Robot { url: Secret::new(longer), ..robot.clone() };
            for robot in [robot, longer] {
                let debug = format!("{robot:?}");
                assert!(!debug.contains(KEY) && !debug.contains(SECRET), "{debug}");
                let (error, _) = failure(open(robot).send(&letter("退回"), NOW));
                assert!(!error.contains(KEY), "{error}");
                // 企业微信 has no secret to hide.
                assert!(vendor == WeCom || !error.contains(SECRET), "{error}");
            }
        }
    }
}
