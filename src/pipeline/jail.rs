//! The pool of workers that read and judge: long-lived child processes, replaced when they fail.

use super::child::{Broken, Child, Failure, Known, spawn};
use super::opened::{Files, InMemory, Keep, OpenError, Opened};
use super::wire::{Errand, Setup};
use super::{Protections, unreadable};
use crate::edition::Forms;
use crate::extract::{ExtractError, Limits};
use crate::model::{Cost, Examined, Format, Unreadable, UnreadableReason, Verdict, Words};
use crate::rules::{Circumstances, RuleSettings};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};

/// A worker is replaced after so many files, so that what a reader leaks or fragments cannot add up.
const RECYCLE: u32 = 500;

/// Longest file name passed on, bytes; it serves only to note a wrong extension.
const NAME: usize = 4 << 10;

/// A pool of long-lived workers (child processes of the same binary) that read and judge files.
#[derive(Clone)]
pub struct Jail(Arc<Pool>);

struct Pool {
    setup: Setup,
    /// One permit per worker; closed at shutdown.
    permits: Semaphore,
    idle: Mutex<Vec<Child>>,
    spawner: mpsc::Sender<Order>,
    protections: OnceLock<Protections>,
    closed: AtomicBool,
}

/// The spawner thread is asked for a process by the runtime that will own its pipes.
type Order = (Handle, oneshot::Sender<io::Result<tokio::process::Child>>);

/// No worker could be started: the machine's trouble, which says nothing about the file.
#[derive(Debug, thiserror::Error)]
#[error("no worker could be started: {0}")]
pub struct JailDown(io::Error);

impl Jail {
    /// Prepares `workers` children of `program` (the nianbao binary), started on first use.
    pub fn new(
        program: PathBuf,
        workers: usize,
        limits: Limits,
        rules: RuleSettings,
        forms: &Forms,
    ) -> Self {
        Jail(Arc::new(Pool {
            setup: Setup { limits, rules, site: forms.site() },
            permits: Semaphore::new(workers.max(1)),
            idle: Mutex::default(),
            spawner: spawner(program),
            protections: OnceLock::new(),
            closed: AtomicBool::new(false),
        }))
    }

    /// Reads and judges one file in a child, whatever it is. A child that dies, overruns its time or its
    /// memory is replaced and the file is unreadable with `TimedOut` or `ReaderFailed`; an error is the
    /// machine's trouble, not the file's.
    pub async fn examine(
        &self,
        name: &str,
        bytes: Vec<u8>,
        circumstances: Circumstances,
    ) -> Result<Examined, JailDown> {
        self.examine_beside(name, bytes, circumstances, None, None).await
    }

    /// As [`Jail::examine`], beside what `known` tells of the body once it is known whose report it is.
    pub(super) async fn examine_beside(
        &self,
        name: &str,
        bytes: Vec<u8>,
        circumstances: Circumstances,
        known: Known<'_>,
        meter: Option<&mut Cost>,
    ) -> Result<Examined, JailDown> {
        let may_ask = known.is_some();
        let errand = Errand { name: short(name), circumstances, may_ask, unpack: false };
        match self.run(errand, bytes, known, &InMemory, meter).await {
            Ok(Opened::Judged(examined)) => Ok(examined),
            Ok(Opened::Batch(_)) => Err(JailDown(io::Error::other("unpacked without being asked"))),
            Err(OpenError::Down(down)) => Err(down),
            Err(OpenError::Kept(never)) => match never {},
        }
    }

    /// The same, but the files of an archive or a mail with attachments are handed to `keep` one by one,
    /// in their order.
    pub(super) async fn open<K: Keep>(
        &self,
        name: &str,
        bytes: Vec<u8>,
        circumstances: Circumstances,
        known: Known<'_>,
        keep: &K,
        meter: Option<&mut Cost>,
    ) -> Result<Opened<K::Kept>, OpenError<K::Error>> {
        let errand =
            Errand { name: short(name), circumstances, may_ask: known.is_some(), unpack: true };
        self.run(errand, bytes, known, keep, meter).await
    }

    async fn run<K: Keep>(
        &self,
        errand: Errand,
        bytes: Vec<u8>,
        known: Known<'_>,
        keep: &K,
        mut meter: Option<&mut Cost>,
    ) -> Result<Opened<K::Kept>, OpenError<K::Error>> {
        let Pool { setup: Setup { limits, .. }, permits, .. } = &*self.0;
        if bytes.len() as u64 > limits.bytes {
            return Ok(Opened::Judged(unread(unreadable::too_big(limits.bytes))));
        }
        let down = |error| OpenError::Down(JailDown(error));
        let _permit = permits.acquire().await.map_err(|e| down(io::Error::other(e)))?;
        let wall = Duration::from_millis(limits.wall_ms.into());
        let mut child = self.child().await.map_err(OpenError::Down)?;
        loop {
            let begun = Instant::now();
            if meter.is_some() {
                child.forget_peak();
            }
            let opened = child.open(&errand, &bytes, (wall, limits), known, keep).await;
            if let Some(cost) = &mut meter {
                **cost = Cost { wall: begun.elapsed(), peak: child.peak() };
            }
            let failure = match opened {
                Ok(opened) => {
                    self.keep(child);
                    return Ok(bounded(opened));
                }
                Err(Broken::Keep(error)) => return Err(OpenError::Kept(error)),
                Err(Broken::Child(failure)) => failure,
            };
            tracing::warn!(pid = child.id(), file = ?errand.name, ?failure, "读取进程中断 · worker lost");
            // Only a fresh worker's death is the file's doing: a used one may have been killed while
            // it was idle, or carry what earlier files left behind.
            let used = child.served > 1;
            if !used || matches!(failure, Failure::Overran | Failure::CpuSpent) {
                return Ok(Opened::Judged(unread(explain(&failure, limits))));
            }
            child = self.start().await.map_err(down)?;
        }
    }

    /// What protects the workers; known once the first one has started.
    pub fn protections(&self) -> Option<Protections> {
        self.0.protections.get().copied()
    }

    /// Process ids of the workers that wait for a file.
    pub fn idle_pids(&self) -> Vec<u32> {
        self.idle().iter().filter_map(Child::id).collect()
    }

    /// Kills the children. Later reads fail with [`JailDown`].
    pub async fn shutdown(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
        self.0.permits.close();
        self.idle().clear(); // killed on drop
    }

    /// An idle worker that still lives, or a new one.
    async fn child(&self) -> Result<Child, JailDown> {
        loop {
            let Some(mut child) = self.idle().pop() else { break };
            if child.alive() {
                return Ok(child);
            }
        }
        let child = self.start().await.map_err(JailDown)?;
        if self.0.protections.set(child.protections).is_ok() {
            tracing::info!("读取进程已隔离 · workers are locked in: {}", child.protections);
        }
        Ok(child)
    }

    async fn start(&self) -> io::Result<Child> {
        let (answer, answered) = oneshot::channel();
        let gone = || io::Error::other("the spawner thread is gone");
        self.0.spawner.send((Handle::current(), answer)).map_err(|_| gone())?;
        let process = answered.await.map_err(|_| gone())??;
        Child::greet(process, &self.0.setup).await
    }

    fn keep(&self, child: Child) {
        if child.served < RECYCLE && !self.0.closed.load(Ordering::SeqCst) {
            self.idle().push(child);
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Child>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts the thread that starts the children. They are killed when the *thread* they come from ends,
/// which a runtime's own threads may do at any time; this one ends with the jail.
fn spawner(program: PathBuf) -> mpsc::Sender<Order> {
    let (orders, taken) = mpsc::channel::<Order>();
    std::thread::spawn(move || {
        while let Ok((runtime, answer)) = taken.recv() {
            let _entered = runtime.enter();
            // A caller that has gone away drops the child, which kills it.
            drop(answer.send(spawn(&program)));
        }
    });
    orders
}

/// What a child says comes out of a stranger's file: here every text in it gets its bounds.
fn bounded<T>(opened: Opened<T>) -> Opened<T> {
    match opened {
        Opened::Judged((format, result)) => {
            Opened::Judged((format, result.map(Verdict::bounded).map_err(Unreadable::bounded)))
        }
        Opened::Batch(files) => Opened::Batch(Files { passed: files.passed.bounded(), ..files }),
    }
}

fn short(name: &str) -> String {
    name[..name.floor_char_boundary(NAME)].to_string()
}

fn unread(error: ExtractError) -> Examined {
    (error.format, Err(error.into()))
}

/// A worker's end in words for the clerk.
fn explain(failure: &Failure, limits: &Limits) -> ExtractError {
    let seconds = f64::from(limits.wall_ms) / 1000.0;
    let (reason, detail) = match failure {
        Failure::Overran => (
            UnreadableReason::TimedOut,
            Words::new(
                format!("读取和核查用时超过{seconds}秒，已中止"),
                format!("reading and checking took longer than {seconds} s and was stopped"),
            ),
        ),
        Failure::CpuSpent => (
            UnreadableReason::TimedOut,
            Words::new(
                format!("读取和核查占用处理器超过{}秒，已中止", limits.cpu_seconds),
                format!(
                    "reading and checking used more than {} s of processor time",
                    limits.cpu_seconds
                ),
            ),
        ),
        Failure::OutOfMemory => (
            UnreadableReason::ReaderFailed,
            Words::new(
                format!("读取和核查所需内存超过上限{} MiB", limits.memory_bytes >> 20),
                format!(
                    "reading and checking need more memory than {} MiB",
                    limits.memory_bytes >> 20
                ),
            ),
        ),
        Failure::Died(_) => (
            UnreadableReason::ReaderFailed,
            Words::new("读取程序在读取此文件时异常退出", "the reader died on this file"),
        ),
    };
    ExtractError { format: Format::Unknown, reason, detail }
}
