//! A real daemon in a directory of its own, and reports to feed it.

#![allow(dead_code)] // each test and bench uses its part

use nianbao::edition::{self, Editions};
use nianbao::extract::{Limits, extract};
use nianbao::proto::v1::submission_service_client::SubmissionServiceClient;
use nianbao::proto::v1::watch_service_client::WatchServiceClient;
use nianbao::proto::v1::{ListSubmissionsRequest, Submission, WatchRequest};
use nianbao::rules::{self, Case, Circumstances, RuleSettings};
use nianbao::specimen::Specimen;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tonic::transport::{Channel, Endpoint};

/// Longer than any wait should last, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A running daemon; killed when dropped.
pub struct Daemon {
    child: Child,
    pub address: String,
    dir: PathBuf,
}

impl Daemon {
    /// Starts the daemon on `dir/data` and `dir/inbox`, on a port of its own, with `more` added to its
    /// configuration, and waits until it says that it runs.
    pub fn start(dir: &Path, more: &str) -> Self {
        Self::greeted(dir, spawn(dir, more))
    }

    /// Starts it so that a write over its limit on file sizes is an error, as on a full disk, and not
    /// the end of the process.
    pub fn start_on_a_disk_that_may_fill(dir: &Path) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", r#"trap '' XFSZ; exec "$@""#, "sh", env!("CARGO_BIN_EXE_nianbao")]);
        Self::greeted(dir, spawn_by(shell, dir, ""))
    }

    /// Starts it so that permissions bind it as they bind anybody, also where the tests run as root. `None`
    /// where they would not.
    pub fn start_bound_by_permissions(dir: &Path, more: &str) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return Some(Self::start(dir, more));
        }
        let mut setpriv = Command::new("setpriv");
        setpriv.args(["--bounding-set=-dac_override,-dac_read_search", "--"]);
        let there =
            Command::new("setpriv").arg("--version").output().is_ok_and(|o| o.status.success());
        setpriv.arg(env!("CARGO_BIN_EXE_nianbao"));
        there.then(|| Self::greeted(dir, spawn_by(setpriv, dir, more)))
    }

    fn greeted(dir: &Path, mut child: Child) -> Self {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().and_then(Result::ok).unwrap_or_default();
        let Some((_, address)) = first.split_once("接口 ") else {
            let log = std::fs::read_to_string(dir.join("log")).unwrap_or_default();
            panic!("the daemon did not start: {first:?}\n{log}");
        };
        let address = address.trim().to_string();
        // The rest of the greeting must be read, or the daemon would wait for a reader one day.
        std::thread::spawn(move || lines.for_each(drop));
        Daemon { child, address, dir: dir.to_path_buf() }
    }

    /// Starts the daemon and kills it after a time, wherever it has come to.
    pub fn kill_while_starting(dir: &Path, after: Duration) {
        let mut child = spawn(dir, "");
        std::thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub fn inbox(&self) -> PathBuf {
        self.dir.join("inbox")
    }

    /// Ends it as a power failure of the program would: at once, without a word.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop.
    pub fn ask_to_stop(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    /// Waits for its end and returns its exit code.
    pub fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Asks it to stop, waits, and returns its exit code.
    pub fn stop(self) -> Option<i32> {
        self.ask_to_stop();
        self.ended()
    }

    /// Waits until its log has a line that says so.
    pub async fn logged(&self, what: &str) {
        let start = Instant::now();
        while !std::fs::read_to_string(self.dir.join("log")).unwrap().contains(what) {
            assert!(start.elapsed() < PATIENCE, "{what:?} is not in the log");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap()
    }

    /// Every submission there is, once `enough` says so; looks again whenever something happens.
    pub async fn wait_for(&self, enough: impl Fn(&[Submission]) -> bool) -> Vec<Submission> {
        let channel = self.channel().await;
        let waiting = async {
            loop {
                let (submissions, cursor) = all_submissions(channel.clone()).await;
                if enough(&submissions) {
                    return submissions;
                }
                let request = WatchRequest { optional_start_cursor: cursor, ..Default::default() };
                let mut events = WatchServiceClient::new(channel.clone())
                    .watch(request)
                    .await
                    .unwrap()
                    .into_inner();
                while events.message().await.unwrap().is_some_and(|r| r.events.is_empty()) {}
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(submissions) => submissions,
            Err(_) => {
                let (submissions, _) = all_submissions(channel).await;
                panic!(
                    "not reached within {PATIENCE:?}; there are {}: {submissions:#?}",
                    submissions.len()
                )
            }
        }
    }
}

/// Writes the configuration and starts the program.
fn spawn(dir: &Path, more: &str) -> Child {
    spawn_by(Command::new(env!("CARGO_BIN_EXE_nianbao")), dir, more)
}

/// `more` is keys of the file itself, then tables.
fn spawn_by(mut command: Command, dir: &Path, more: &str) -> Child {
    let (keys, tables) = more.split_at(more.find('[').unwrap_or(more.len()));
    let config = dir.join("nianbao.toml");
    std::fs::create_dir_all(dir.join("inbox")).unwrap();
    // The specimens that stand for many bodies here all speak alike; `tests/pipeline.rs` is about that.
    let rules = if tables.contains("[rules") { "" } else { "[rules]\noff = [\"XY-08\"]\n" };
    let text = format!(
        "data = \"data\"\n{keys}\n\
             [[folder]]\nname = \"inbox\"\npath = \"inbox\"\nsettle = \"0s\"\nsettle_renamed = \"0s\"\n\
             [grpc]\nlisten = \"127.0.0.1:0\"\n{rules}{tables}\n"
    );
    std::fs::write(&config, text).unwrap();
    let log = std::fs::OpenOptions::new().create(true).append(true).open(dir.join("log")).unwrap();
    command
        .arg("--config")
        .arg(&config)
        .arg("serve")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap()
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every submission, oldest first, and the cursor from which a watch misses nothing.
pub async fn all_submissions(channel: Channel) -> (Vec<Submission>, String) {
    let mut client = SubmissionServiceClient::new(channel);
    let (mut submissions, mut cursor) = (Vec::new(), String::new());
    let mut request = ListSubmissionsRequest { page_size: 500, ..Default::default() };
    loop {
        let page = client.list_submissions(request.clone()).await.unwrap().into_inner();
        if cursor.is_empty() {
            cursor = page.changes_through;
        }
        submissions.extend(page.submissions);
        if page.next_page_token.is_empty() {
            submissions.reverse();
            return (submissions, cursor);
        }
        request.page_token = page.next_page_token;
    }
}

/// A clean report of the `n`th unit of a county; with `wrong`, its total of natural persons is off.
pub fn report(n: usize, wrong: bool) -> Specimen {
    const SIGNS: [&str; 10] = ["东", "南", "西", "北", "中", "和", "平", "安", "康", "宁"];
    let signs: String = format!("{n:03}").bytes().map(|d| SIGNS[usize::from(d - b'0')]).collect();
    let mut specimen = Specimen::clean(Editions::embedded().get("2021").unwrap());
    let unit = specimen.unit().to_string();
    specimen.patch(&format!("替换 \"{unit}\" => \"临河县{signs}局\"")).unwrap();
    if wrong {
        specimen.patch("t3.total.NP = 1999").unwrap();
    }
    specimen
}

/// Reads, binds and judges a Word file in this process: what the daemon makes of it, nothing kept.
pub fn judge(bytes: &[u8]) {
    let editions = Editions::embedded();
    let read = extract("report.docx", bytes, &Limits::default()).unwrap();
    let report = edition::bind(&read.document, editions);
    let (circumstances, settings) = (Circumstances::default(), RuleSettings::default());
    std::hint::black_box(rules::judge(&Case::new(
        &read.document,
        &report,
        editions,
        &circumstances,
        &settings,
    )));
}

/// Puts a file into a folder the way a careful program does: written elsewhere, renamed in.
pub fn drop_in(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let temporary = folder.join(format!(".{name}.tmp"));
    std::fs::write(&temporary, bytes).unwrap();
    std::fs::rename(&temporary, folder.join(name)).unwrap();
}
