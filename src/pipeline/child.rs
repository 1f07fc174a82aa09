//! One child of the jail, parent side.

use super::Protections;
use super::wire::{self, ANSWER, BUILD, Errand, Others, Ready, Reply, SMALL, Setup};
use crate::model::{Examined, UnitYear};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// A start that takes longer than this on a working machine has failed.
const START: Duration = Duration::from_secs(20);

/// How long a child whose pipe ended may take to be gone.
const END: Duration = Duration::from_secs(2);

/// What is kept of a child's stderr.
const LAST_WORDS: usize = 2 << 10;

/// Who knows what else a body handed in, if anybody does.
pub(super) type Known<'a> = Option<&'a (dyn Fn(&UnitYear) -> Others + Send + Sync)>;

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

    /// Reads and judges one file. After a failure the child is of no more use.
    pub(super) async fn examine(
        &mut self,
        errand: &Errand,
        bytes: &[u8],
        wall: Duration,
        known: Known<'_>,
    ) -> Result<Examined, Failure> {
        self.served += 1;
        match timeout(wall, self.exchange(errand, bytes, known)).await {
            Ok(Ok(examined)) => Ok(examined),
            Ok(Err(error)) => Err(self.post_mortem(error).await),
            Err(_) => Err(Failure::Overran),
        }
    }

    async fn exchange(
        &mut self,
        errand: &Errand,
        bytes: &[u8],
        known: Known<'_>,
    ) -> io::Result<Examined> {
        wire::send(&mut self.stdin, &wire::encode(errand)?).await?;
        wire::send(&mut self.stdin, bytes).await?;
        let mut known = known.filter(|_| errand.may_ask);
        loop {
            match wire::decode(&wire::receive(&mut self.stdout, ANSWER).await?)? {
                Reply::Done(examined) => return Ok(*examined),
                Reply::Asks(of) => {
                    let known = known.take().ok_or(io::ErrorKind::InvalidData)?;
                    wire::send(&mut self.stdin, &wire::encode(&known(&of))?).await?;
                }
            }
        }
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
