//! A backlog met at start: how fast it is judged, what it costs in processor and memory, beside
//! reading the same files without keeping anything.

#[path = "../tests/daemon_kit/mod.rs"]
mod daemon_kit;

use daemon_kit::{Daemon, all_submissions, judge, report};
use nianbao::proto::v1::watch_service_client::WatchServiceClient;
use nianbao::proto::v1::{EventKind, Outcome, Stage, WatchRequest};
use std::path::Path;
use std::time::{Duration, Instant};

/// Reports waiting when the daemon starts.
const WAITING: usize = 2_000;

/// When processor and memory are looked at.
const LOOKS: [usize; 3] = [500, 1_000, WAITING];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let reports: Vec<Vec<u8>> = (0..WAITING).map(|n| report(n, n % 3 == 0).to_docx()).collect();
    let alone = read_alone(&reports);
    println!("{WAITING} reports read, bound and judged in two threads: {}", rate(WAITING, alone));
    let kept = runtime.block_on(judge_backlog(&reports));
    println!("the daemon takes {:.2} times as long", kept.as_secs_f64() / alone.as_secs_f64());
}

/// Starts a daemon on a full folder; the time until all is judged.
async fn judge_backlog(reports: &[Vec<u8>]) -> Duration {
    let dir = tempfile::tempdir().unwrap();
    let inbox = dir.path().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    for (n, bytes) in reports.iter().enumerate() {
        std::fs::write(inbox.join(format!("{n}.docx")), bytes).unwrap();
    }
    rustix::fs::sync();
    let start = Instant::now();
    let daemon = Daemon::start(dir.path(), "[log]\nfilter = \"warn\"");
    println!("started after {:?}", start.elapsed());
    let channel = daemon.channel().await;
    let (there, cursor) = all_submissions(channel.clone()).await;
    let mut judged = there.iter().filter(|s| s.stage() != Stage::Received).count();
    let request = WatchRequest {
        optional_start_cursor: cursor,
        kinds: vec![EventKind::Judged.into()],
        ..Default::default()
    };
    let mut watch =
        WatchServiceClient::new(channel.clone()).watch(request).await.unwrap().into_inner();
    for look in LOOKS {
        while judged < look {
            judged += watch.message().await.unwrap().expect("the watch goes on").events.len();
        }
        let took = start.elapsed();
        println!("{judged:5} judged: {}; {}", rate(judged, took), Use::of(daemon.id()).told(took));
    }
    let took = start.elapsed();
    let (all, _) = all_submissions(channel).await;
    assert_eq!(all.len(), WAITING);
    let returned = all.iter().filter(|s| s.outcome() == Outcome::Returned).count();
    let compliant = all.iter().filter(|s| s.outcome() == Outcome::Compliant).count();
    assert_eq!((returned, returned + compliant), (WAITING.div_ceil(3), WAITING));
    assert_eq!(daemon.stop(), Some(0));
    took
}

fn rate(files: usize, took: Duration) -> String {
    format!("{:.2} s, {:.0} a second", took.as_secs_f64(), files as f64 / took.as_secs_f64())
}

/// The same files from bytes to verdicts, in memory.
fn read_alone(reports: &[Vec<u8>]) -> Duration {
    let start = Instant::now();
    std::thread::scope(|threads| {
        for half in reports.chunks(reports.len().div_ceil(2)) {
            threads.spawn(move || half.iter().for_each(|bytes| judge(bytes)));
        }
    });
    start.elapsed()
}

/// What a process and its children have used.
struct Use {
    daemon: Duration,
    workers: Duration,
    /// Peaks of resident memory, KiB.
    daemon_peak: u64,
    worker_peaks: Vec<u64>,
}

impl Use {
    fn of(pid: u32) -> Use {
        let children = children(pid);
        let (own, gone) = processor(pid);
        Use {
            daemon: own,
            workers: gone + children.iter().map(|pid| processor(*pid).0).sum::<Duration>(),
            daemon_peak: peak(pid),
            worker_peaks: children.iter().map(|pid| peak(*pid)).collect(),
        }
    }

    fn told(&self, wall: Duration) -> String {
        let share = |time: Duration| 100.0 * time.as_secs_f64() / wall.as_secs_f64();
        let mib = |kib: &u64| kib >> 10;
        format!(
            "processor: daemon {:.0} %, workers {:.0} %; peak memory: daemon {} MiB, workers {:?} MiB",
            share(self.daemon),
            share(self.workers),
            mib(&self.daemon_peak),
            self.worker_peaks.iter().map(mib).collect::<Vec<_>>(),
        )
    }
}

fn children(pid: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let lists = tasks.flatten().filter_map(|task| read(&task.path().join("children")));
    lists
        .flat_map(|list| {
            list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>()
        })
        .collect()
}

/// Processor time of a process itself, and of its children that have ended (proc(5), stat, fields
/// 14 to 17, in hundredths of a second).
fn processor(pid: u32) -> (Duration, Duration) {
    let stat = read(Path::new(&format!("/proc/{pid}/stat"))).unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks: Vec<u64> = fields.skip(11).take(4).filter_map(|field| field.parse().ok()).collect();
    let time = |at| Duration::from_millis(10 * ticks.iter().skip(at).take(2).sum::<u64>());
    (time(0), time(2))
}

fn peak(pid: u32) -> u64 {
    let status = read(Path::new(&format!("/proc/{pid}/status"))).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|kib| kib.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}
