//! One child of the jail, parent side.

use super::Protections;
use super::opened::{Allowance, Files, Keep, Opened};
use super::wire::{self, ANSWER, BUILD, Errand, Others, Question, Ready, Reply, SMALL, Setup};
use crate::extract::Limits;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::{Instant, timeout};

/// A start that takes longer than this on a working machine has failed.
const START: Duration = Duration::from_secs(20);

/// How long a child whose pipe ended may take to be gone.
const END: Duration = Duration::from_secs(2);

/// What is kept of a child's stderr.
const LAST_WORDS: usize = 2 << 10;

/// Who knows what else a body handed in, if anybody does.
pub(super) type Known<'a> = Option<&'a (dyn Fn(&Question) -> Others + Send + Sync)>;

/// A running child that has said it is ready.
pub(super) struct Child {
    process: tokio::process::Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    last_words: Arc<Mutex<Vec<u8>>>,
    /// Files it has read.
    pub served: u32,
    pub protections: Protections,
}

/// Why a child gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// Killed for taking longer than the wall-clock limit.
    Overran,
    /// Used up its processor time.
    CpuSpent,
    /// Asked for more memory than its address space holds.
    OutOfMemory,
    /// Ended in any other way, or talked nonsense.
    Died(String),
}

/// Why nothing came of a file.
pub(super) enum Broken<E> {
    Child(Failure),
    /// What was to keep the files of a batch could not; the child is left in the middle of its answer.
    Keep(E),
}

impl<E> From<Failure> for Broken<E> {
    fn from(failure: Failure) -> Self {
        Broken::Child(failure)
    }
}

/// Starts a process; nothing is exchanged with it yet.
pub(super) fn spawn(program: &Path) -> io::Result<tokio::process::Child> {
    Command::new(program)
        .arg("extract-worker")
        .env_clear()
        // One arena: glibc otherwise reserves 128 MiB of address space for the second thread.
        .env("MALLOC_ARENA_MAX", "1")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
}

impl Child {
    /// Tells a fresh process its limits and waits until it has locked itself in.
    pub(super) async fn greet(
        mut process: tokio::process::Child,
        setup: &Setup,
    ) -> io::Result<Child> {
        let pipe = || io::Error::other("a pipe of the child is missing");
        let stdin = process.stdin.take().ok_or_else(pipe)?;
        let stdout = BufReader::new(process.stdout.take().ok_or_else(pipe)?);
        let last_words = listen(process.stderr.take().ok_or_else(pipe)?);
        let protections = Protections::none();
        let mut child = Child { process, stdin, stdout, last_words, served: 0, protections };
        let ready = match timeout(START, child.handshake(setup)).await {
            Ok(Ok(ready)) => ready,
            Ok(Err(error)) => {
                let Failure::Died(how) = child.post_mortem(error).await else {
                    return Err(io::Error::other("the child ended at its limits while starting"));
                };
                return Err(io::Error::other(how));
            }
            Err(_) => return Err(io::Error::new(io::ErrorKind::TimedOut, "no greeting")),
        };
        if ready.build != BUILD {
            let what = format!("the program on disk is {}, this one {BUILD}", ready.build);
            return Err(io::Error::other(what));
        }
        child.protections = ready.protections;
        Ok(child)
    }

    async fn handshake(&mut self, setup: &Setup) -> io::Result<Ready> {
        wire::send(&mut self.stdin, &wire::encode(setup)?).await?;
        wire::decode(&wire::receive(&mut self.stdout, SMALL).await?)
    }

    /// Reads and judges one file, or takes it apart. After an error the child is of no more use. `wall`
    /// is the time the child may take; what `keep` takes is not counted.
    pub(super) async fn open<K: Keep>(
        &mut self,
        errand: &Errand,
        bytes: &[u8],
        (wall, limits): (Duration, &Limits),
        known: Known<'_>,
        keep: &K,
    ) -> Result<Opened<K::Kept>, Broken<K::Error>> {
        self.served += 1;
        let mut left = wall;
        let asked = timed(&mut left, self.ask(errand, bytes)).await;
        self.outcome(asked).await?;
        let mut known = known.filter(|_| errand.may_ask);
        let mut allowance = Allowance::of(limits);
        let mut entries = Vec::new();
        loop {
            let reply = timed(&mut left, wire::receive(&mut self.stdout, ANSWER)).await;
            let reply = self.outcome(reply).await?;
            let reply: io::Result<Reply> = wire::decode(&reply);
            match reply.map_err(|error| Failure::Died(error.to_string()))? {
                Reply::Done(examined) => return Ok(Opened::Judged(*examined)),
                Reply::Asks(of) => {
                    let known = known.take();
                    let known = known.ok_or_else(|| Failure::Died("it asks too much".into()))?;
                    let told = wire::encode(&known(&of));
                    let told = told.map_err(|error| Failure::Died(error.to_string()))?;
                    let told = timed(&mut left, wire::send(&mut self.stdin, &told)).await;
                    self.outcome(told).await?;
                }
                Reply::Unpacked(format, passed) => {
                    return Ok(Opened::Batch(Files { format, entries, passed }));
                }
                Reply::Entry(name) => {
                    let bytes = wire::receive(&mut self.stdout, limits.bytes);
                    let bytes = timed(&mut left, bytes).await;
                    let bytes = self.outcome(bytes).await?;
                    if !allowance.covers(&name, bytes.len() as u64) {
                        return Err(Failure::Died("it went beyond its limits".into()).into());
                    }
                    let kept = keep.keep(bytes).await.map_err(Broken::Keep)?;
                    entries.push((name, kept));
                }
            }
        }
    }

    /// What an exchange came to, and where it failed why.
    async fn outcome<T>(&mut self, came: Option<io::Result<T>>) -> Result<T, Failure> {
        match came {
            Some(Ok(what)) => Ok(what),
            Some(Err(error)) => Err(self.post_mortem(error).await),
            None => Err(Failure::Overran),
        }
    }

    async fn ask(&mut self, errand: &Errand, bytes: &[u8]) -> io::Result<()> {
        wire::send(&mut self.stdin, &wire::encode(errand)?).await?;
        wire::send(&mut self.stdin, bytes).await
    }

    /// Whether it still runs.
    pub(super) fn alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    pub(super) fn id(&self) -> Option<u32> {
        self.process.id()
    }

    /// Forgets how much memory it held before; where the kernel refuses, the peak is that of its life.
    pub(super) fn forget_peak(&self) {
        if let Some(pid) = self.id() {
            // 5: the kernel's word for "the peak is what is held now" (proc_pid_clear_refs(5)).
            let _ = fs_err::write(format!("/proc/{pid}/clear_refs"), "5");
        }
    }

    /// The most memory it has held, bytes; `None` once it is gone.
    pub(super) fn peak(&self) -> Option<u64> {
        let status = fs_err::read_to_string(format!("/proc/{}/status", self.id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kib << 10)
    }

    /// Finds out what ended the child.
    async fn post_mortem(&mut self, error: io::Error) -> Failure {
        let status = match timeout(END, self.process.wait()).await {
            Ok(Ok(status)) => status,
            _ => return Failure::Died(format!("{error}; it was killed")),
        };
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let words = String::from_utf8_lossy(&words).trim().replace('\n', " | ");
        if status.signal() == Some(libc::SIGXCPU) {
            Failure::CpuSpent
        } else if words.contains("memory allocation of") {
            Failure::OutOfMemory
        } else {
            Failure::Died(format!("{status}: {words}"))
        }
    }
}

/// An exchange out of the time that is left; `None` when that is over.
async fn timed<T>(left: &mut Duration, exchange: impl Future<Output = T>) -> Option<T> {
    let start = Instant::now();
    let came = timeout(*left, exchange).await.ok();
    *left = left.saturating_sub(start.elapsed());
    came
}

/// Keeps the end of a child's stderr, so that its pipe never fills and its death can be explained.
fn listen(mut stderr: ChildStderr) -> Arc<Mutex<Vec<u8>>> {
    let kept = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&kept);
    tokio::spawn(async move {
        let mut piece = [0; 1024];
        while let Ok(n @ 1..) = stderr.read(&mut piece).await {
            let mut kept = keep.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&piece[..n]);
            let surplus = kept.len().saturating_sub(LAST_WORDS);
            kept.drain(..surplus);
        }
    });
    kept
}
