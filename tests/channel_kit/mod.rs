//! Receivers on loopback that behave as the real ones do: a mail server and the vendors' robots.

#![allow(dead_code)] // each test uses its part

use nianbao::alert::{Enclosure, Letter};
use nianbao::model::{
    Alert, AlertKind, AlertState, Body, Bundle, OutboxItem, Phase, Telling, Words,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Longer than any wait should last.
pub const PATIENCE: Duration = Duration::from_secs(40);

/// 2026-01-15 00:00:00 UTC.
pub const NOW: i64 = 1_768_435_200_000;

pub fn alert(summary: &str) -> Alert {
    Alert {
        id: 7,
        kind: AlertKind::Returned,
        state: AlertState::Firing,
        unit: Some("青禾县审计局".into()),
        year: Some(2025),
        about: None,
        submission: 3,
        summary: Words::new(summary, "returned"),
        opened_at: NOW,
        updated_at: NOW,
        resolved_at: None,
        acknowledged: None,
        silenced: None,
        reminded_at: None,
        reminders: 0,
        escalated_at: None,
    }
}

fn item(body: Body) -> OutboxItem {
    let dedupe_id = "a7-9-值班".into();
    OutboxItem { dedupe_id, channel: "值班".into(), body, due_at: NOW, attempts: 0 }
}

/// A letter about one case.
pub fn letter(summary: &str) -> Letter {
    let body = Body::Case { phase: Phase::Opened, alert: Box::new(alert(summary)) };
    Letter { item: item(body), enclosures: Vec::new() }
}

/// A letter about many.
pub fn digest(summaries: &[String]) -> Letter {
    let telling = |(number, summary): (usize, &String)| Telling {
        dedupe_id: format!("a{number}-9-值班"),
        phase: Phase::Opened,
        alert: Alert { id: number as u64 + 1, ..alert(summary) },
    };
    let tellings = summaries.iter().enumerate().map(telling).collect();
    let season = vec![Words::new("应报300家，已报120家", "120 of 300")];
    let body = Body::Bundle(Bundle { at: NOW, tellings, season });
    Letter { item: item(body), enclosures: Vec::new() }
}

pub fn receipt(file_name: &str, page: &str) -> Enclosure {
    let bytes = page.as_bytes().to_vec();
    Enclosure { file_name: file_name.into(), media_type: "text/html; charset=utf-8", bytes }
}

// ---- mail

/// One mail as the server got it.
#[derive(Debug)]
pub struct Got {
    pub from: String,
    pub to: Vec<String>,
    pub bytes: Vec<u8>,
    pub encrypted: bool,
    /// Who logged in.
    pub login: Option<String>,
}

/// How the server keeps its connections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    Clear,
    StartTls,
    Tls,
}

/// What it does instead of what it should.
pub enum Instead {
    Says(&'static str),
    Closes,
    /// A byte at a time, without an end.
    Drips,
}

/// By number of the connection and command (`greeting` and `mail` stand for themselves).
pub type Whim = dyn Fn(usize, &str) -> Option<Instead> + Send + Sync;

pub struct MailServer {
    pub address: SocketAddr,
    pub got: mpsc::Receiver<Got>,
    /// The authority's certificate.
    pub authority: String,
}

impl MailServer {
    pub fn start(
        keeps: Keeps,
        whim: impl Fn(usize, &str) -> Option<Instead> + Send + Sync + 'static,
    ) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let certified =
            rcgen::generate_simple_self_signed(["localhost".to_string(), "127.0.0.1".to_string()])
                .expect("a certificate");
        let authority = certified.cert.pem();
        let key =
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .expect("a key that fits");
        let (tls, whim): (_, Arc<Whim>) = (Arc::new(tls), Arc::new(whim));
        let (tell, got) = mpsc::channel();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { return };
                let (tls, whim, tell) = (tls.clone(), whim.clone(), tell.clone());
                std::thread::spawn(move || {
                    let talk = Talk { number, keeps, tls, whim, tell };
                    talk.hold(stream);
                });
            }
        });
        MailServer { address, got, authority }
    }

    pub fn next(&self) -> Got {
        self.got.recv_timeout(PATIENCE).expect("a mail in time")
    }
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

struct Talk {
    number: usize,
    keeps: Keeps,
    tls: Arc<ServerConfig>,
    whim: Arc<Whim>,
    tell: mpsc::Sender<Got>,
}

impl Talk {
    fn encrypt(&self, stream: TcpStream) -> Box<dyn Wire> {
        let connection = ServerConnection::new(self.tls.clone()).expect("a configuration");
        Box::new(StreamOwned::new(connection, stream))
    }

    /// Says what it should, or whatever it does instead; `None` when the connection is over.
    fn say(&self, wire: &mut dyn Wire, what: &str, usual: &str) -> Option<bool> {
        match (self.whim)(self.number, what) {
            None => wire.write_all(format!("{usual}\r\n").as_bytes()).ok().map(|()| true),
            Some(Instead::Says(text)) => {
                wire.write_all(format!("{text}\r\n").as_bytes()).ok().map(|()| false)
            }
            Some(Instead::Closes) => None,
            Some(Instead::Drips) => {
                let (_keep, never) = mpsc::channel::<()>();
                while wire.write_all(b"2").and_then(|()| wire.flush()).is_ok() {
                    let _ = never.recv_timeout(Duration::from_millis(100));
                }
                None
            }
        }
    }

    fn hold(&self, stream: TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let other = stream.try_clone().expect("a second handle");
        let mut encrypted = self.keeps == Keeps::Tls;
        let mut wire: Box<dyn Wire> =
            if encrypted { self.encrypt(stream) } else { Box::new(stream) };
        let mut other = Some(other);
        let (mut login, mut from, mut to) = (None, String::new(), Vec::new());
        self.say(&mut *wire, "greeting", "220 mail.test ESMTP")?;
        loop {
            let line = line(&mut *wire)?;
            let command = line.trim_end().to_string();
            let verb = command.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let offer = if self.keeps == Keeps::StartTls && !encrypted {
                        "250-mail.test\r\n250-STARTTLS\r\n250 8BITMIME"
                    } else {
                        "250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME"
                    };
                    self.say(&mut *wire, &command, offer)?;
                }
                "STARTTLS" => {
                    if self.say(&mut *wire, &command, "220 go ahead")? {
                        wire = self.encrypt(other.take()?);
                        encrypted = true;
                    }
                }
                "AUTH" => {
                    use base64::Engine;
                    let given = command.split(' ').nth(2).unwrap_or_default();
                    let given = base64::engine::general_purpose::STANDARD.decode(given).ok()?;
                    let given = String::from_utf8(given).ok()?;
                    let parts: Vec<&str> = given.split('\0').collect();
                    match parts[..] {
                        [_, user, "对的口令"] => {
                            login = Some(user.to_string());
                            self.say(&mut *wire, &command, "235 2.7.0 welcome")?;
                        }
                        _ => _ = self.say(&mut *wire, &command, "535 5.7.8 wrong")?,
                    }
                }
                "MAIL" => {
                    from = command.clone();
                    self.say(&mut *wire, &command, "250 2.1.0 ok")?;
                }
                "RCPT" => {
                    if self.say(&mut *wire, &command, "250 2.1.5 ok")? {
                        to.push(command[9..command.len() - 1].to_string());
                    }
                }
                "DATA" => {
                    if !self.say(&mut *wire, &command, "354 go ahead")? {
                        continue;
                    }
                    let mut bytes = Vec::new();
                    loop {
                        let line = line_of_bytes(&mut *wire)?;
                        if line == b".\r\n" {
                            break;
                        }
                        if matches!((self.whim)(self.number, "middle"), Some(Instead::Closes)) {
                            return None;
                        }
                        // A dot that begins a line was doubled (RFC 5321, 4.5.2).
                        bytes.extend(line.strip_prefix(b".").unwrap_or(&line));
                    }
                    if self.say(&mut *wire, "mail", "250 2.0.0 taken")? {
                        let (from, to) = (from.clone(), std::mem::take(&mut to));
                        let got = Got { from, to, bytes, encrypted, login: login.clone() };
                        self.tell.send(got).ok()?;
                    }
                }
                "QUIT" => {
                    self.say(&mut *wire, &command, "221 bye")?;
                    return Some(());
                }
                _ => _ = self.say(&mut *wire, &command, "502 what?")?,
            }
        }
    }
}

fn line_of_bytes(wire: &mut dyn Wire) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let mut byte = [0];
    while line.last() != Some(&b'\n') {
        wire.read_exact(&mut byte).ok()?;
        line.push(byte[0]);
    }
    Some(line)
}

fn line(wire: &mut dyn Wire) -> Option<String> {
    String::from_utf8(line_of_bytes(wire)?).ok()
}

// ---- robots

/// A request as a vendor got it.
pub struct Request {
    pub target: String,
    pub agent: String,
    pub body: String,
}

/// What a vendor does with a request.
pub enum Answer {
    Json(String),
    /// Status line and headers, and a body.
    Raw(String, String),
    Closes,
    Drips,
}

pub fn ok(body: &str) -> Answer {
    Answer::Json(body.to_string())
}

pub struct Vendor {
    pub address: SocketAddr,
    pub requests: mpsc::Receiver<Request>,
}

impl Vendor {
    pub fn start(answer: impl Fn(&Request) -> Answer + Send + 'static) -> Vendor {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let (tell, requests) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let Some(request) = request(&mut BufReader::new(&stream)) else { continue };
                let (head, body) = match answer(&request) {
                    Answer::Json(body) => {
                        ("200 OK\r\ncontent-type: application/json".to_string(), body)
                    }
                    Answer::Raw(head, body) => (head, body),
                    Answer::Closes => (String::new(), String::new()),
                    Answer::Drips => ("drip".to_string(), String::new()),
                };
                let _ = tell.send(request);
                match head.as_str() {
                    "" => {}
                    "drip" => drip(&mut stream),
                    _ => {
                        let length = body.len();
                        let _ = write!(
                            stream,
                            "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                        );
                    }
                }
            }
        });
        Vendor { address, requests }
    }

    pub fn next(&self) -> Request {
        self.requests.recv_timeout(PATIENCE).expect("a request in time")
    }
}

fn drip(stream: &mut TcpStream) {
    let (_keep, never) = mpsc::channel::<()>();
    let mut said =
        b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".iter().chain(b" ".iter().cycle());
    while stream.write_all(&[*said.next().expect("endless")]).is_ok() {
        let _ = never.recv_timeout(Duration::from_millis(30));
    }
}

fn request(from: &mut impl BufRead) -> Option<Request> {
    let mut first = String::new();
    from.read_line(&mut first).ok()?;
    let (mut length, mut agent) = (0, String::new());
    loop {
        let mut header = String::new();
        from.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "user-agent" => agent = value.trim().to_string(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    let target = first.split(' ').nth(1)?.to_string();
    Some(Request { target, agent, body: String::from_utf8(body).ok()? })
}
