//! Who is told, by a real daemon: each region its own, and nothing lost or told under two names when the
//! daemon is killed around a send.

mod daemon_kit;

use daemon_kit::{Daemon, drop_in, report};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// A service that takes every message and hands over its id and event.
struct Service {
    address: SocketAddr,
    got: Receiver<(String, serde_json::Value)>,
}

impl Service {
    fn start() -> Service {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, (give, got)) = (listener.local_addr().unwrap(), channel());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A daemon that was killed leaves half a message.
                let _ = take(stream.unwrap(), &give);
            }
        });
        Service { address, got }
    }

    fn next(&self) -> (String, serde_json::Value) {
        self.got.recv_timeout(daemon_kit::PATIENCE).expect("a message")
    }
}

fn take(stream: TcpStream, give: &Sender<(String, serde_json::Value)>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut reader = BufReader::new(stream);
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => id = value.to_string(),
            "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    // Handed over before it is answered: what a killed daemon sent counts as sent.
    let _ = give.send((id, serde_json::from_slice(&body).expect("JSON")));
    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
}

/// A folder whose complaints do not wait, and a webhook for each name.
fn config(dir: &Path, channels: &[(&str, SocketAddr)]) -> String {
    std::fs::create_dir_all(dir.join("drop")).unwrap();
    let mut text = "[[folder]]\nname = \"drop\"\npath = \"drop\"\nsettle = \"0s\"\n\
                    settle_renamed = \"0s\"\nresave_grace = \"0s\"\n"
        .to_string();
    for (name, address) in channels {
        text += &format!(
            "[[channel]]\nname = \"{name}\"\nkind = \"webhook\"\nurl = \"http://{address}/\"\n"
        );
    }
    text
}

#[test]
fn each_region_is_told_of_its_own_and_everybody_of_what_is_nobodys() {
    let home = tempfile::tempdir().unwrap();
    let (east, west) = (Service::start(), Service::start());
    // The units of the kit: 临河县东东南局 and so on.
    let roster = "编码,名称,类别,地区\n1,临河县东东南局,部门,东片\n2,临河县东东西局,部门,西片\n";
    std::fs::write(home.path().join("roster.csv"), roster).unwrap();
    let more = config(home.path(), &[("东", east.address), ("西", west.address)])
        + "[roster]\nfile = \"roster.csv\"\n\
           [[route]]\nregions = [\"东片\"]\nchannels = [\"东\"]\n\
           [[route]]\nregions = [\"西片\"]\nchannels = [\"西\"]\n";
    let daemon = Daemon::start(home.path(), &more);
    let folder = home.path().join("drop");
    drop_in(&folder, "东.txt", report(1, true).to_text());
    drop_in(&folder, "西.txt", report(2, true).to_text());
    let of = |service: &Service| loop {
        let (_, event) = service.next();
        // What the season says of units that have not come depends on the day of the test.
        if event["data"]["kind"] == "returned" {
            return event["data"]["unit"].as_str().unwrap_or_default().to_string();
        }
    };
    assert_eq!(of(&east), "临河县东东南局");
    assert_eq!(of(&west), "临河县东东西局");
    drop_in(&folder, "坏.docx", b"PK\x03\x04 nothing of a document");
    let unread = |service: &Service| loop {
        let (_, event) = service.next();
        if event["data"]["kind"] == "unreadable" {
            return;
        }
        assert_ne!(event["data"]["kind"], "returned", "{event}");
    };
    unread(&east);
    unread(&west);
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_daemon_killed_around_its_sends_tells_every_case_and_none_under_two_names() {
    const CASES: usize = 24;
    let home = tempfile::tempdir().unwrap();
    let service = Service::start();
    let more = config(home.path(), &[("平台", service.address)]);
    let folder = home.path().join("drop");
    let mut told: Vec<(String, String)> = Vec::new();
    let mut units = BTreeSet::new();
    let mut dropped = 0;
    while units.len() < CASES {
        let daemon = Daemon::start(home.path(), &more);
        for n in dropped..(dropped + 4).min(CASES) {
            drop_in(&folder, &format!("{n}.txt"), report(n, true).to_text());
        }
        dropped = (dropped + 4).min(CASES);
        // Killed as soon as a message is there: its answer may or may not have been recorded.
        for _ in 0..=(dropped % 3) {
            if units.len() == CASES {
                break;
            }
            let (id, event) = service.next();
            let unit = event["data"]["unit"].as_str().unwrap_or_default().to_string();
            units.insert(unit.clone());
            told.push((id, unit));
        }
        daemon.kill();
    }
    let ids: BTreeSet<&String> = told.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), CASES, "a case has one name however often it is told: {told:#?}");
}
