//! From the rename of a report into a watched folder to its verdict over gRPC, one report at a time,
//! beside what no program can go below: writing two records to the disk and reading the report.

#[path = "../tests/daemon_kit/mod.rs"]
mod daemon_kit;

use daemon_kit::{Daemon, judge, report};
use nianbao::proto::v1::verdict_service_client::VerdictServiceClient;
use nianbao::proto::v1::watch_service_client::WatchServiceClient;
use nianbao::proto::v1::{self, EventKind, GetVerdictRequest, Outcome, get_verdict_request::Of};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use tonic::Streaming;
use tonic::transport::Channel;

const SAMPLES: usize = 300;

/// Between two samples, so that the alert of one is sent before the next begins.
const IDLE: Duration = Duration::from_millis(30);

/// Where the time of one report went.
#[derive(Default)]
struct Sample {
    /// Since the rename, as a watching client sees it.
    received: Duration,
    judged: Duration,
    answered: Duration,
    /// Two records on disk.
    disk: Duration,
    /// Reading, binding and judging in this process.
    reading: Duration,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let channel = daemon.channel().await;
    let mut watch = WatchServiceClient::new(channel.clone())
        .watch(v1::WatchRequest::default())
        .await
        .unwrap()
        .into_inner();
    watch.message().await.unwrap().expect("the first checkpoint");
    let mut floor = File::create(dir.path().join("floor")).unwrap();
    let journal = dir.path().join("data/journal");
    let mut samples = Vec::new();
    for n in 0..SAMPLES + 1 {
        let bytes = report(n, n % 3 == 0).to_docx();
        let before = size(&journal);
        let mut sample = drop_one(&daemon.inbox(), n, &bytes, &mut watch, &channel).await;
        let record = vec![7; (size(&journal) - before) as usize / 2];
        tokio::time::sleep(IDLE).await;
        sample.disk = timed(|| {
            for _ in 0..2 {
                floor.write_all(&record).unwrap();
                floor.sync_data().unwrap();
            }
        });
        sample.reading = timed(|| judge(&bytes));
        // The first one starts the workers.
        if n > 0 {
            samples.push(sample);
        }
    }
    assert_eq!(daemon.stop(), Some(0));
    println!("{SAMPLES} reports, one at a time        median      p99");
    type Read = fn(&Sample) -> Duration;
    let rows: [(&str, Read); 6] = [
        ("received, told over gRPC", |s| s.received),
        ("judged, told over gRPC", |s| s.judged),
        ("verdict read over gRPC", |s| s.answered),
        ("floor: two records to disk", |s| s.disk),
        ("floor: read, bind and judge", |s| s.reading),
        ("floor: both", |s| s.disk + s.reading),
    ];
    for (name, of) in rows {
        let mut times: Vec<Duration> = samples.iter().map(of).collect();
        times.sort();
        let ms = |at: usize| times[at].as_secs_f64() * 1e3;
        println!("{name:30} {:8.2} ms {:8.2} ms", ms(SAMPLES / 2), ms(SAMPLES * 99 / 100));
    }
}

/// Renames one report into the folder and waits until its verdict can be read.
async fn drop_one(
    inbox: &Path,
    n: usize,
    bytes: &[u8],
    watch: &mut Streaming<v1::WatchResponse>,
    channel: &Channel,
) -> Sample {
    let (part, name) = (inbox.join(".part"), inbox.join(format!("{n}.docx")));
    std::fs::write(&part, bytes).unwrap();
    let mut sample = Sample::default();
    let start = Instant::now();
    std::fs::rename(&part, &name).unwrap();
    let id = 'judged: loop {
        for event in watch.message().await.unwrap().expect("the watch goes on").events {
            match event.kind() {
                EventKind::Received => sample.received = start.elapsed(),
                EventKind::Judged => {
                    sample.judged = start.elapsed();
                    break 'judged event.submission.unwrap().id;
                }
                _ => {}
            }
        }
    };
    let request = GetVerdictRequest { of: Some(Of::SubmissionId(id)) };
    let answer = VerdictServiceClient::new(channel.clone()).get_verdict(request).await.unwrap();
    let submission = answer.into_inner().submission.unwrap();
    sample.answered = start.elapsed();
    let expected = if n.is_multiple_of(3) { Outcome::Returned } else { Outcome::Compliant };
    assert_eq!(submission.outcome(), expected);
    sample
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Bytes in a directory's files.
fn size(dir: &Path) -> u64 {
    std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}
