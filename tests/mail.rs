//! Mail to a real server: what arrives, and what its refusals lead to.

mod channel_kit;

use channel_kit::*;
use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use nianbao::alert::{Channel, Sent, channel};
use nianbao::config::{self, Authority, ChannelKind, Login, Secret, Security, Smtp};
use nianbao::model::Lang;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn settings(server: &MailServer, security: Security) -> Smtp {
    let authority = Authority { path: "ca.pem".into(), pem: server.authority.clone().into_bytes() };
    Smtp {
        host: "localhost".into(),
        port: server.address.port(),
        security,
        login: None,
        from: "年报守望 <nianbao@qinghe.gov.cn>".parse().expect("a mailbox"),
        to: vec![
            "王主任 <wang@qinghe.gov.cn>".parse().expect("a mailbox"),
            "li@qinghe.gov.cn".parse().expect("a mailbox"),
        ],
        authority: (security != Security::Clear).then_some(authority),
        timeout: Duration::from_secs(2),
        lang: Lang::Zh,
    }
}

fn open(smtp: Smtp) -> Arc<dyn Channel> {
    let kind = ChannelKind::Smtp(Box::new(smtp));
    channel(&config::Channel { name: "信".into(), kind, digest: None }, "urn:nianbao:1f")
}

fn usual(_: usize, _: &str) -> Option<Instead> {
    None
}

fn parts<'a>(mail: &'a ParsedMail<'a>) -> Vec<&'a ParsedMail<'a>> {
    match mail.subparts.is_empty() {
        true => vec![mail],
        false => mail.subparts.iter().flat_map(parts).collect(),
    }
}

#[test]
fn a_mail_arrives_whole_in_every_kind_of_connection() {
    for (keeps, security) in [
        (Keeps::Clear, Security::Clear),
        (Keeps::StartTls, Security::StartTls),
        (Keeps::Tls, Security::Tls),
    ] {
        let server = MailServer::start(keeps, usual);
        let login = Login { user: "nianbao".into(), password: Secret::new("对的口令") };
        let mail = open(Smtp { login: Some(login), ..settings(&server, security) });
        let page = "<!doctype html>\n<p>回执\r\n.\r\n</p>\n";
        let mut letter = letter("青禾县审计局 2025年度报告退回：第三栏合计不等于各项之和");
        letter.enclosures = vec![receipt("青禾县审计局 2025年度报告 回执.html", page)];
        assert_eq!(mail.send(&letter, NOW), Sent::Accepted);
        let got = server.next();
        assert_eq!(got.encrypted, security != Security::Clear);
        assert_eq!(got.login.as_deref(), Some("nianbao"));
        assert_eq!(got.to, ["wang@qinghe.gov.cn", "li@qinghe.gov.cn"]);
        assert!(got.from.contains("<nianbao@qinghe.gov.cn>"), "{}", got.from);
        assert!(got.bytes.is_ascii());

        let parsed = parse_mail(&got.bytes).expect("a mail");
        let header = |name: &str| parsed.headers.get_first_value(name).unwrap_or_default();
        let summary = "青禾县审计局 2025年度报告退回：第三栏合计不等于各项之和";
        assert_eq!(header("Subject"), format!("【新提醒】{summary}"));
        assert_eq!(header("Date"), "Thu, 15 Jan 2026 00:00:00 +0000");
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        assert!(header("From").contains("年报守望"), "{}", header("From"));
        let parts = parts(&parsed);
        let kinds: Vec<&str> = parts.iter().map(|part| part.ctype.mimetype.as_str()).collect();
        assert_eq!(kinds, ["text/plain", "text/html", "text/html"]);
        assert!(parts[0].get_body().expect("text").contains(summary));
        assert!(parts[1].get_body().expect("text").contains(&format!("<p>· {summary}</p>")));
        let disposition = parts[2].get_content_disposition();
        assert_eq!(disposition.params["filename"], "青禾县审计局 2025年度报告 回执.html");
        assert_eq!(parts[2].get_body_raw().expect("bytes"), page.as_bytes());
    }
}

#[test]
fn a_message_is_the_same_bytes_under_the_same_id_however_often_it_is_sent() {
    let server = MailServer::start(Keeps::Clear, |number, command| match (number, command) {
        (0, "mail") => Some(Instead::Says("451 4.3.0 later")),
        (1, "middle") => Some(Instead::Closes),
        (2, "greeting") => Some(Instead::Says("421 4.3.2 closing")),
        _ => None,
    });
    let mail = open(settings(&server, Security::Clear));
    let letter = letter("退回");
    for number in 0..3 {
        let sent = mail.send(&letter, NOW);
        assert!(matches!(sent, Sent::Failed { .. }), "{number}: {sent:?}");
    }
    assert_eq!(mail.send(&letter, NOW), Sent::Accepted);
    // Another process, as after a restart.
    assert_eq!(open(settings(&server, Security::Clear)).send(&letter, NOW), Sent::Accepted);
    let (first, second) = (server.next().bytes, server.next().bytes);
    assert_eq!(first, second);
    let id = |bytes: &[u8]| {
        parse_mail(bytes).expect("a mail").headers.get_first_value("Message-ID").expect("an id")
    };
    assert!(id(&first).ends_with("@qinghe.gov.cn>"), "{}", id(&first));
    let mut other = letter;
    other.item.dedupe_id = "a8-9-值班".into();
    assert_eq!(mail.send(&other, NOW), Sent::Accepted);
    assert_ne!(id(&server.next().bytes), id(&first));
}

#[test]
fn each_refusal_leads_to_what_can_be_done_about_it() {
    let cases: [(&str, &'static str, bool, &str); 7] = [
        ("greeting", "554 5.7.1 blocked", false, "连不上邮件服务器"),
        ("MAIL", "553 5.1.8 sender", false, "请核对 from"),
        ("RCPT", "550 5.1.1 nobody", true, "0人已收到；拒收：wang@qinghe.gov.cn"),
        ("RCPT", "550 5.7.1 relaying denied", false, "暂未接受"),
        ("RCPT", "450 4.2.0 greylisted", false, "暂未接受"),
        ("mail", "554 5.6.0 looks like spam", true, "拒收这封邮件"),
        ("mail", "452 4.3.1 disk full", false, "暂未接受这封邮件"),
    ];
    for (at, says, refused, words) in cases {
        let whim =
            move |_: usize, command: &str| command.starts_with(at).then_some(Instead::Says(says));
        let server = MailServer::start(Keeps::Clear, whim);
        let sent = open(settings(&server, Security::Clear)).send(&letter("退回"), NOW);
        let (error, was_refused) = match sent {
            Sent::Refused { error } => (error, true),
            Sent::Failed { error, .. } => (error, false),
            other => panic!("{says}: {other:?}"),
        };
        assert_eq!(was_refused, refused, "{says}: {error}");
        assert!(error.contains(words) && error.contains(&says[..3]), "{says}: {error}");
    }
}

#[test]
fn a_wrong_password_is_said_and_never_shown() {
    let server = MailServer::start(Keeps::Tls, usual);
    let login = Login { user: "nianbao".into(), password: Secret::new("错的口令") };
    let smtp = Smtp { login: Some(login), ..settings(&server, Security::Tls) };
    assert!(!format!("{smtp:?}").contains("错的口令"));
    let Sent::Failed { error, .. } = open(smtp).test(NOW) else { panic!("it can be mended") };
    assert!(error.contains("不接受登录") && error.contains("535"), "{error}");
    assert!(!error.contains("错的口令"), "{error}");
}

#[test]
fn who_took_it_gets_it_once_while_others_are_put_off() {
    let server = MailServer::start(Keeps::Clear, |number, command| {
        (number == 0 && command.contains("li@")).then_some(Instead::Says("450 4.2.0 later"))
    });
    let mail = open(settings(&server, Security::Clear));
    let letter = letter("退回");
    let Sent::Failed { error, .. } = mail.send(&letter, NOW) else { panic!("not all took it") };
    assert!(error.contains("1人已收到") && error.contains("li@qinghe.gov.cn"), "{error}");
    assert_eq!(mail.send(&letter, NOW), Sent::Accepted);
    assert_eq!(server.next().to, ["wang@qinghe.gov.cn"]);
    assert_eq!(server.next().to, ["li@qinghe.gov.cn"]);
}

#[test]
fn a_certificate_nobody_vouches_for_or_a_server_without_tls_gets_no_mail() {
    let server = MailServer::start(Keeps::Tls, usual);
    let stranger = Smtp { authority: None, ..settings(&server, Security::Tls) };
    let Sent::Failed { error, .. } = open(stranger).send(&letter("退回"), NOW) else {
        panic!("not trusted")
    };
    assert!(error.contains("ca_file"), "{error}");
    // Somebody in between has taken STARTTLS out of the offer.
    let server = MailServer::start(Keeps::Clear, usual);
    let smtp = settings(&server, Security::StartTls);
    let Sent::Failed { error, .. } = open(smtp).send(&letter("退回"), NOW) else {
        panic!("never in the clear")
    };
    assert!(error.contains("STARTTLS"), "{error}");
    assert!(server.got.try_recv().is_err());
}

#[test]
fn a_server_that_drips_or_never_answers_holds_a_send_for_half_a_minute_at_most() {
    let drips = MailServer::start(Keeps::Clear, |_, command| {
        (command == "greeting").then_some(Instead::Drips)
    });
    let began = Instant::now();
    let sent = open(settings(&drips, Security::Clear)).send(&letter("退回"), NOW);
    assert!(matches!(sent, Sent::Failed { .. }), "{sent:?}");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("bound").port();
    let began = Instant::now();
    let sent = open(Smtp { port, ..settings(&drips, Security::Clear) }).send(&letter("退回"), NOW);
    assert!(matches!(sent, Sent::Failed { .. }), "{sent:?}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn no_name_adds_a_header_or_a_recipient() {
    let server = MailServer::start(Keeps::Clear, usual);
    let mail = open(settings(&server, Security::Clear));
    let evil = "审计局\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>\u{2028}x";
    let mut letter = letter(evil);
    letter.enclosures = vec![receipt("a\r\nX-Evil: 1\".html", "x")];
    assert_eq!(mail.send(&letter, NOW), Sent::Accepted);
    let got = server.next();
    assert_eq!(got.to.len(), 2);
    let parsed = parse_mail(&got.bytes).expect("a mail");
    for part in parts(&parsed).into_iter().chain([&parsed]) {
        for header in &part.headers {
            let key = header.get_key();
            assert!(!matches!(key.as_str(), "Bcc" | "X-Evil"), "{key}");
        }
    }
    let html = parts(&parsed)[1].get_body().expect("text");
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
}
