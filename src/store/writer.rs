//! The one door for writing: a thread that decides, appends, applies, and only then answers.
//!
//! Commands that wait together become one frame of the journal and share its fsync. After the first
//! error nothing is written any more: what the disk holds is not known, and a second fsync would
//! report success for pages the kernel has already thrown away.

use super::apply::apply;
use super::decide::{Answer, Command, decide};
use super::index::Draft;
use super::journal::{Journal, MAX_RECORD};
use super::records::Step;
use super::{Shared, StoreError};
use crate::proto::store_v1::Meta;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};

/// Commands that may wait; beyond, callers wait to hand theirs over.
pub(super) const QUEUE: usize = 1024;
/// Most commands and bytes in one frame.
const GROUP: usize = 256;
const GROUP_BYTES: usize = 8 << 20;

type Reply = oneshot::Sender<Result<Answer, StoreError>>;

pub(super) enum Order {
    Commit {
        command: Command,
        reply: Reply,
        _place: OwnedSemaphorePermit,
    },
    /// Finish what came before and end.
    Stop,
}

pub(super) struct Writer {
    shared: std::sync::Arc<Shared>,
    journal: Journal,
    meta: Meta,
    head: watch::Sender<u64>,
}

/// Starts the thread; it ends on `Stop` or when the last sender is gone.
pub(super) fn start(
    shared: std::sync::Arc<Shared>,
    journal: Journal,
    meta: Meta,
    head: watch::Sender<u64>,
) -> Result<(Sender<Order>, std::thread::JoinHandle<()>), StoreError> {
    let (sender, orders) = channel();
    let mut writer = Writer { shared, journal, meta, head };
    let thread = std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || writer.run(&orders))?;
    Ok((sender, thread))
}

impl Writer {
    fn run(&mut self, orders: &Receiver<Order>) {
        while let Ok(first) = orders.recv() {
            let mut group = Vec::new();
            let mut next = Some(first);
            let mut stop = false;
            while let Some(order) = next.take() {
                match order {
                    Order::Commit { command, reply, _place } => {
                        group.push((command, reply, _place));
                    }
                    Order::Stop => stop = true,
                }
                if !stop && group.len() < GROUP {
                    next = orders.try_recv().ok();
                }
            }
            self.commit(group);
            if stop {
                return;
            }
        }
    }

    fn commit(&mut self, group: Vec<(Command, Reply, OwnedSemaphorePermit)>) {
        let mut rest = group.into_iter().peekable();
        while rest.peek().is_some() {
            let mut replies = Vec::new();
            let done = self.frame(&mut rest, &mut replies);
            if let Err(error) = &done {
                self.shared.fail(error);
            }
            for (reply, answer) in replies {
                // A caller that went away does not need its answer; the record stands.
                let _ = reply.send(match &done {
                    Ok(()) => answer,
                    Err(_) => Err(self.shared.failure()),
                });
            }
        }
    }

    /// Makes one frame of as many commands as fit.
    fn frame(
        &mut self,
        commands: &mut impl Iterator<Item = (Command, Reply, OwnedSemaphorePermit)>,
        replies: &mut Vec<(Reply, Result<Answer, StoreError>)>,
    ) -> Result<(), StoreError> {
        let shared = self.shared.clone();
        let index = shared.index.read().unwrap_or_else(|e| e.into_inner());
        let db = index.as_ref();
        let mut draft = db.map(|db| Draft::new(db, self.meta));
        let mut group = self.journal.group();
        let policy = shared.policy();
        for (command, reply, _place) in commands {
            if shared.failed() {
                replies.push((reply, Err(shared.failure())));
                continue;
            }
            let (Ok(group), Some(draft)) = (&mut group, &mut draft) else {
                replies.push((reply, Err(shared.failure())));
                break;
            };
            let seq = draft.meta.applied + 1;
            let answer = match decide(draft, seq, &policy, command) {
                // All of them before the first is applied: what belongs together is in one frame.
                Ok((steps, answer)) => {
                    match steps.iter().map(encode).collect::<Result<Vec<_>, _>>() {
                        Ok(bodies) => {
                            for (step, body) in steps.iter().zip(bodies) {
                                let spot = group.push(&body);
                                if let Err(error) = apply(draft, step, spot) {
                                    replies.push((reply, Err(shared.failure())));
                                    return Err(error);
                                }
                            }
                            Ok(answer)
                        }
                        Err(refused) => Err(refused),
                    }
                }
                Err(fatal @ StoreError::Fatal(_)) => {
                    replies.push((reply, Err(shared.failure())));
                    return Err(fatal);
                }
                Err(error) => Err(error),
            };
            replies.push((reply, answer));
            if group.bytes() > GROUP_BYTES {
                break;
            }
        }
        let group = group?;
        let Some(mut draft) = draft else { return Err(shared.failure()) };
        if group.is_empty() {
            return Ok(());
        }
        self.journal.append(group)?;
        shared.fsyncs.fetch_add(1, Ordering::Relaxed);
        let batch = draft.batch();
        self.meta = draft.meta;
        drop(draft);
        drop(index);
        // Readers hold the lock shared for one query, so that each sees whole commits only.
        let index = shared.index.write().unwrap_or_else(|e| e.into_inner());
        if let Some(db) = index.as_ref() {
            db.apply_batch(batch)?;
        }
        drop(index);
        self.head.send_replace(self.meta.applied);
        Ok(())
    }
}

fn encode(step: &Step) -> Result<Vec<u8>, StoreError> {
    let body = step.encode();
    match body.len() <= MAX_RECORD {
        true => Ok(body),
        false => Err(StoreError::Refused(format!(
            "the record has {} bytes, more than {MAX_RECORD}",
            body.len()
        ))),
    }
}
