//! Following the watch log, for every watching call.
//!
//! Invariants: nothing is read from the store before the client has room for it, so that a slow
//! client costs nothing but time; `changes_through` never runs ahead of what was sent.

use super::api::Shared;
use super::cursor::Cursor;
use super::errors;
use super::paging::ANSWER;
use crate::store::{Event, Store, StoreError};
use prost::Message;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

/// Events read at once.
const BATCH: usize = 128;

/// What a call makes of events.
pub(super) trait Shape: Send + Sync + 'static {
    type Response: Send + 'static;
    type Item: prost::Message + 'static;
    /// What the call's filters leave of the events, in order. May block.
    fn pick(&self, store: &Store, events: Vec<Event>) -> Result<Vec<Self::Item>, StoreError>;
    /// A response; a checkpoint when there are no items.
    fn response(&self, items: Vec<Self::Item>, changes_through: String) -> Self::Response;
}

pub(super) type Stream<R> = ReceiverStream<Result<R, Status>>;

/// Starts a stream at the cursor the client asked for, or refuses it. It never ends well: every end
/// has a status that says why, and the last `changes_through` is where to go on.
pub(super) fn follow<S: Shape>(
    shared: Arc<Shared>,
    cursor: &str,
    shape: S,
    deadline: Option<Duration>,
) -> Result<Stream<S::Response>, Status> {
    let at = Cursor::start(cursor, shared.head())?;
    let (to, from) = mpsc::channel(1);
    let follower = Follower { shared, shape: Arc::new(shape), to: to.clone(), at };
    tokio::spawn(async move {
        // Without a deadline it lasts as long as both sides do: a client that vanished is found out
        // by the keepalive of its connection.
        let Some(deadline) = deadline else { return follower.run().await };
        if tokio::time::timeout(deadline, follower.run()).await.is_err() {
            let _ = to.send(Err(Status::deadline_exceeded("the call's deadline is over"))).await;
        }
    });
    Ok(ReceiverStream::new(from))
}

struct Follower<S: Shape> {
    shared: Arc<Shared>,
    shape: Arc<S>,
    to: mpsc::Sender<Result<S::Response, Status>>,
    at: Cursor,
}

/// Why a follower woke.
enum Woken {
    ByEvents,
    ByTheClock,
    ByTheDrain,
    /// The client has gone.
    ForNobody,
}

impl<S: Shape> Follower<S> {
    async fn run(mut self) {
        let interval = self.shared.api.bounds.checkpoint;
        let mut head = self.shared.api.store.head();
        // The first checkpoint tells a client that starts from now where that is.
        if self.send(Vec::new()).await.is_none() {
            return;
        }
        let mut checkpoint = Instant::now() + interval;
        loop {
            match self.wake(&mut head, checkpoint).await {
                Woken::ForNobody => return,
                Woken::ByTheDrain => {
                    // A checkpoint, then the reason; a client that does not read gets neither.
                    if self.send(Vec::new()).await.is_some() {
                        let _ = self.to.send(Err(errors::draining())).await;
                    }
                    return;
                }
                Woken::ByTheClock => {
                    if self.send(Vec::new()).await.is_none() {
                        return;
                    }
                    checkpoint = Instant::now() + interval;
                }
                Woken::ByEvents => match self.advance().await {
                    Ok(items) if items.is_empty() => {}
                    Ok(items) => {
                        if self.send(items).await.is_none() {
                            return;
                        }
                        checkpoint = Instant::now() + interval;
                    }
                    Err(status) => {
                        let _ = self.to.send(Err(status)).await;
                        return;
                    }
                },
            }
        }
    }

    /// Waits for room, then for something to say.
    async fn wake(
        &self,
        head: &mut tokio::sync::watch::Receiver<u64>,
        checkpoint: Instant,
    ) -> Woken {
        tokio::select! {
            biased;
            () = self.shared.drain.cancelled() => return Woken::ByTheDrain,
            room = self.to.reserve() => if room.is_err() { return Woken::ForNobody },
        }
        // The clock first: a filter that lets nothing through must not keep checkpoints away.
        if Instant::now() >= checkpoint {
            return Woken::ByTheClock;
        }
        if *head.borrow_and_update() > self.at.seq {
            return Woken::ByEvents;
        }
        tokio::select! {
            biased;
            () = self.shared.drain.cancelled() => Woken::ByTheDrain,
            () = self.to.closed() => Woken::ForNobody,
            // A store that is gone ends the daemon as well.
            changed = head.changed() => if changed.is_ok() { Woken::ByEvents } else { Woken::ByTheDrain },
            () = tokio::time::sleep_until(checkpoint) => Woken::ByTheClock,
        }
    }

    /// Reads the next events and moves the cursor past them.
    async fn advance(&mut self) -> Result<Vec<S::Item>, Status> {
        let (after, shape) = (self.at.seq, self.shape.clone());
        let read = move |store: &Store| {
            let mut batch = BATCH;
            loop {
                let events = store.events(after, batch)?;
                let last = events.last().map(|event| event.seq);
                let items = shape.pick(store, events)?;
                if batch == 1 || items.iter().map(Message::encoded_len).sum::<usize>() <= ANSWER {
                    return Ok((last, items));
                }
                batch /= 2;
            }
        };
        let (last, items) = self.shared.read(read).await?;
        self.at.seq = last.unwrap_or(after);
        Ok(items)
    }

    /// Sends a response; `None` when nobody listens any more.
    async fn send(&self, items: Vec<S::Item>) -> Option<()> {
        let response = self.shape.response(items, self.at.write());
        self.to.send(Ok(response)).await.ok()
    }
}
