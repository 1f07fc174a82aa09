//! The worker loop: every received submission becomes a recorded verdict.
//!
//! What waits is read from the store, never kept only here, so a stop at any point loses nothing.

use super::others::{Beside, LiveRecords, Records, Told};
use super::wire::Question;
use super::{Files, Jail, Keep, OpenError, Opened};
use crate::config::{Holds, Settings};
use crate::model::{
    Format, Millis, Source, Submission, SubmissionId, Unreadable, UnreadableReason, Words,
    local_date,
};
use crate::rules::Circumstances;
use crate::store::{Conclusion, Spooled, Store, StoreError, Unpacking};
use jiff::Timestamp;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

/// Reads by which a worker died before the file is called unreadable. One death may be the
/// machine's (memory short, killed by hand), two in a row are the file's.
const ATTEMPTS: u32 = 2;

/// Submissions worked on at once, per worker: while some wait for the disk, others are read, and
/// verdicts that wait together share one fsync.
const OVERLAP: usize = 4;

/// Submissions fetched from the queue at a time.
const BATCH: usize = 128;

/// Pause when no worker can be started.
const BACKOFF: Duration = Duration::from_secs(1);

/// Takes what is ready, oldest first, until `stop`; then finishes the steps in hand. An error means
/// that the store can promise nothing more and the process has to end.
pub async fn work(
    records: LiveRecords,
    jail: Jail,
    settings: Arc<Settings>,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let store = records.store.clone();
    let at_once = settings.workers.max(1) * OVERLAP;
    let mut queue = Queue::default();
    let mut steps = JoinSet::new();
    let mut head = store.head();
    let step = Arc::new(Step::new(records, jail, settings));
    loop {
        head.borrow_and_update();
        queue.refill(&store)?;
        while steps.len() < at_once
            && let Some(submission) = queue.next()
        {
            let step = Arc::clone(&step);
            steps.spawn(async move { (submission.id, step.run(submission).await) });
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(done) = steps.join_next() => settle(&mut queue, done)?,
            changed = head.changed() => if changed.is_err() { break },
        }
    }
    if !steps.is_empty() {
        let count = steps.len();
        info!(count, "正在完成手头的核对 · finishing submissions in hand");
    }
    while let Some(done) = steps.join_next().await {
        settle(&mut queue, done)?;
    }
    Ok(())
}

/// What waits, in order of arrival, and what is being worked on.
#[derive(Default)]
struct Queue {
    waiting: VecDeque<Submission>,
    in_hand: BTreeSet<SubmissionId>,
    /// Submissions whose conclusion the store refuses; they wait for the next start.
    aside: BTreeSet<SubmissionId>,
}

impl Queue {
    /// Fetches the next batch once the last one is used up.
    fn refill(&mut self, store: &Store) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            let known = self.in_hand.len() + self.aside.len();
            let ready = store.ready(known + BATCH)?;
            self.waiting.extend(
                ready
                    .into_iter()
                    .filter(|s| !self.in_hand.contains(&s.id) && !self.aside.contains(&s.id)),
            );
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Submission> {
        let submission = self.waiting.pop_front()?;
        self.in_hand.insert(submission.id);
        Some(submission)
    }
}

/// Books the end of a step.
fn settle(
    queue: &mut Queue,
    done: Result<(SubmissionId, Result<(), StoreError>), tokio::task::JoinError>,
) -> Result<(), StoreError> {
    let (id, result) = done.map_err(|e| StoreError::Fatal(format!("a worker panicked: {e}")))?;
    queue.in_hand.remove(&id);
    match result {
        Ok(()) => Ok(()),
        // Somebody else concluded or superseded it meanwhile: nothing is left to do.
        Err(StoreError::Conflict { .. } | StoreError::NotFound(_)) => {
            debug!(submission = id, "no longer waiting for a verdict");
            Ok(())
        }
        // It is still in the queue.
        Err(error @ StoreError::Overtaken(_)) => {
            debug!(submission = id, %error, "judged again");
            Ok(())
        }
        Err(StoreError::Refused(why)) => {
            error!(
                submission = id,
                why,
                "结论未能记录，下次启动再试 · the verdict could not be recorded; tried at next start"
            );
            queue.aside.insert(id);
            Ok(())
        }
        Err(fatal) => Err(fatal),
    }
}

/// One submission's way from the spool to the verdict.
struct Step {
    store: Store,
    records: LiveRecords,
    jail: Jail,
    settings: Arc<Settings>,
    /// KiB of originals held in memory at once: two of the largest, or many small ones.
    memory: Semaphore,
    budget: u32,
}

impl Step {
    fn new(records: LiveRecords, jail: Jail, settings: Arc<Settings>) -> Self {
        let budget = u32::try_from(2 * (settings.limits.bytes >> 10) + 1).unwrap_or(u32::MAX >> 3);
        let (store, memory) = (records.store.clone(), Semaphore::new(budget as usize));
        Step { store, records, jail, settings, memory, budget }
    }

    async fn run(&self, submission: Submission) -> Result<(), StoreError> {
        let id = submission.id;
        let records = self.records.now();
        let Some((opened, told)) = self.open(&submission, &records).await? else { return Ok(()) };
        let (format, result) = match opened {
            Opened::Batch(files) => return self.unpack(&submission, files).await,
            Opened::Judged(examined) => examined,
        };
        if let Err(unreadable) = &result
            && worker_lost(unreadable.reason)
        {
            let attempts = self.store.attempted(id, now()).await?;
            if attempts < ATTEMPTS {
                warn!(
                    submission = id,
                    attempts, "读取中断，将重试 · a worker was lost on it; tried again"
                );
                return Ok(());
            }
        }
        let (at, grace) = (now(), self.grace(&submission.source));
        let why = result.as_ref().err().map(|unreadable| unreadable.message.en.clone());
        let Told { leaned, sketch, alike } = told;
        let conclusion =
            Conclusion { submission: id, at, format, result, grace, leaned, sketch, alike };
        // A roster that takes the place of the one it was judged by waits for the record, and has all
        // that is on record judged again; where it has come already, this is judged again at once.
        let held = match (&self.records.roster, &records.roster) {
            (Some(live), Some(roster)) => match live.hold(roster).await {
                Some(held) => Some(held),
                None => return Err(StoreError::Overtaken(id)),
            },
            _ => None,
        };
        let concluded = self.store.conclude(conclusion).await?;
        drop(held);
        if concluded.kept {
            error!(
                submission = id,
                why,
                "复核未能读取原件，保留原结论 · a recheck could not read it; its verdict stands"
            );
            return Ok(());
        }
        let Submission { unit, year, outcome, revision, counts, .. } = concluded.submission;
        info!(
            submission = id,
            unit,
            year,
            revision,
            outcome = outcome.map(|outcome| outcome.name()),
            errors = counts[0],
            warnings = counts[1],
            ms = at - submission.received_at,
            "已核对：{} · judged",
            outcome.map(|outcome| outcome.words().zh).unwrap_or_default()
        );
        Ok(())
    }

    /// Records what came out of a batch. Until then nobody knows of its files: after a crash all of it is
    /// done again from the original.
    async fn unpack(
        &self,
        submission: &Submission,
        files: Files<Spooled>,
    ) -> Result<(), StoreError> {
        let opened = self.store.unpack(Unpacking {
            submission: submission.id,
            at: now(),
            format: files.format,
            entries: files.entries,
            passed: files.passed,
            grace: self.grace(&submission.source),
        });
        let contents = opened.await?.batch.contents();
        info!(
            submission = submission.id,
            entries = contents.entries,
            passed_over = contents.passed_over,
            lost = contents.lost,
            "已拆分 · unpacked"
        );
        Ok(())
    }

    /// What came of it, with what it was judged beside. `None` when
    /// it has to wait for the machine.
    async fn open(
        &self,
        submission: &Submission,
        records: &Records,
    ) -> Result<Option<(Opened<Spooled>, Told)>, StoreError> {
        let size = u32::try_from(submission.size >> 10).unwrap_or(u32::MAX).min(self.budget - 1);
        let closed = |_| StoreError::Fatal("the workers' budget is closed".into());
        let _held = self.memory.acquire_many(size + 1).await.map_err(closed)?;
        let bytes = match self.original(&submission.sha256).await {
            Ok(bytes) => bytes,
            Err(StoreError::NotFound(what)) => {
                error!(
                    submission = submission.id,
                    what, "原件缺失或损坏 · the original is missing or damaged"
                );
                let examined = (Format::Unknown, Err(original_missing()));
                return Ok(Some((Opened::Judged(examined), Told::default())));
            }
            Err(other) => return Err(other),
        };
        let received = local_date(submission.received_at, self.settings.utc_offset_minutes);
        let published = self.published(&submission.source);
        let declared = submission.declared.clone();
        let circumstances = Circumstances { published, ..Circumstances::of(declared, received) };
        let name = submission.source.file_name();
        let beside = Beside::of(records, submission);
        let known = |question: &Question| beside.others(question);
        // What came out of a batch is not taken apart once more: a batch has one budget and one receipt.
        let opened = match submission.batch {
            Some(_) => {
                let known = Some(&known as _);
                let examined =
                    self.jail.examine_beside(name, bytes, circumstances, known, None).await;
                examined.map(Opened::Judged).map_err(OpenError::Down)
            }
            None => {
                let spool = IntoSpool { store: &self.store, most: self.settings.limits.bytes };
                self.jail.open(name, bytes, circumstances, Some(&known), &spool, None).await
            }
        };
        match opened {
            Ok(opened) => Ok(Some((opened, beside.told()?))),
            Err(OpenError::Kept(StoreError::NoRoom(why) | StoreError::Unwritable(why))) => {
                error!(submission = submission.id, why = why.en, "等待磁盘空间 · waiting for room");
                tokio::time::sleep(BACKOFF).await;
                Ok(None)
            }
            Err(OpenError::Kept(error)) => Err(error),
            Err(OpenError::Down(down)) => {
                error!(submission = submission.id, %down, "等待读取程序 · waiting for a reader");
                tokio::time::sleep(BACKOFF).await;
                Ok(None)
            }
        }
    }

    /// How long a folder's clerks may mend a file before anybody is told. An upload is meant as it is.
    fn grace(&self, source: &Source) -> Millis {
        let Source::Folder { folder: name, .. } = source else { return 0 };
        let folder = self.settings.folders.iter().find(|folder| folder.name == *name);
        folder.map_or(0, |f| Millis::try_from(f.resave_grace.as_millis()).unwrap_or(Millis::MAX))
    }

    /// It came through a folder that holds published copies.
    fn published(&self, source: &Source) -> bool {
        let Source::Folder { folder: name, .. } = source else { return false };
        let folder = self.settings.folders.iter().find(|folder| folder.name == *name);
        folder.is_some_and(|folder| folder.holds == Holds::Published)
    }

    async fn original(&self, sha256: &str) -> Result<Vec<u8>, StoreError> {
        let (store, sha256) = (self.store.clone(), sha256.to_string());
        tokio::task::spawn_blocking(move || store.original(&sha256))
            .await
            .map_err(|e| StoreError::Fatal(format!("reading an original panicked: {e}")))?
    }
}

/// The files of a batch go into the spool as they come.
struct IntoSpool<'a> {
    store: &'a Store,
    most: u64,
}

impl Keep for IntoSpool<'_> {
    type Kept = Spooled;
    type Error = StoreError;
    async fn keep(&self, bytes: Vec<u8>) -> Result<Spooled, StoreError> {
        let (store, most) = (self.store.clone(), self.most);
        tokio::task::spawn_blocking(move || store.spool(&mut bytes.as_slice(), most))
            .await
            .map_err(|e| StoreError::Fatal(format!("spooling an entry panicked: {e}")))?
    }
}

fn worker_lost(reason: UnreadableReason) -> bool {
    matches!(reason, UnreadableReason::ReaderFailed | UnreadableReason::TimedOut)
}

fn original_missing() -> Unreadable {
    Unreadable {
        reason: UnreadableReason::Damaged,
        message: Words::new(
            "存档中的原件缺失或已损坏",
            "the original is missing from the archive or damaged there",
        ),
        // The same file at the same place would be taken for the one that is known.
        help: Words::new(
            "请换一个文件名重新提交此文件",
            "Hand the file in again under another name",
        ),
    }
}

fn now() -> Millis {
    Timestamp::now().as_millisecond()
}
