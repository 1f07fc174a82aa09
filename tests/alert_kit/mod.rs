//! What the tests of alerts share: a receiver over real HTTP.

#![allow(dead_code)] // each test binary uses its part

use nianbao::model::Millis;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub const PATIENCE: Duration = Duration::from_secs(20);

/// One request as the receiver got it.
pub struct Request {
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// A receiver of messages over HTTP.
pub struct Receiver {
    pub address: SocketAddr,
    pub requests: mpsc::Receiver<Request>,
}

impl Receiver {
    /// Answers each request with the next of its answers, the last one for ever.
    pub fn start(answers: Vec<String>) -> Receiver {
        Self::answering(move |count| answers[count.min(answers.len() - 1)].clone())
    }

    /// Answers the requests by their number.
    pub fn answering(answer: impl Fn(usize) -> String + Send + 'static) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let (got, requests) = mpsc::channel();
        std::thread::spawn(move || {
            for (count, stream) in listener.incoming().enumerate() {
                let Ok(mut stream) = stream else { return };
                let Some(request) = read(&mut BufReader::new(&stream)) else { continue };
                let _ = got.send(request);
                let _ = stream.write_all(answer(count).as_bytes());
            }
        });
        Receiver { address, requests }
    }

    pub fn next(&self) -> Request {
        self.requests.recv_timeout(PATIENCE).expect("a request in time")
    }
}

pub fn read(from: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    from.read_line(&mut line).ok()?;
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        from.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_string());
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    Some(Request { line, headers, body: String::from_utf8(body).ok()? })
}

pub fn answer(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n")
}

pub fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_millis() as Millis
}
