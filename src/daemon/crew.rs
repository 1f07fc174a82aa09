//! The tasks of the daemon, started in stages and stopped in the same order.

use super::DaemonError;
use super::signals::Signals;
use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, interval_at};
use tokio_util::sync::CancellationToken;

/// How often those still at work are named while stopping.
const REPORT: Duration = Duration::from_secs(5);

/// All tasks. A task that ends before it is asked to brings the daemon down: nothing may quietly be
/// missing.
pub(super) struct Crew {
    grace: Duration,
    stages: Vec<Stage>,
    tasks: JoinSet<Result<(), DaemonError>>,
    /// Stage of each task.
    posts: HashMap<Id, usize>,
}

struct Stage {
    name: &'static str,
    stop: CancellationToken,
}

impl Crew {
    pub fn new(grace: Duration) -> Self {
        Crew { grace, stages: Vec::new(), tasks: JoinSet::new(), posts: HashMap::new() }
    }

    /// Begins a stage; tasks spawned from now on belong to it and stop by its token.
    pub fn stage(&mut self, name: &'static str) -> CancellationToken {
        let stop = CancellationToken::new();
        self.stages.push(Stage { name, stop: stop.clone() });
        stop
    }

    /// Starts a task of the newest stage.
    pub fn spawn<E>(&mut self, task: impl Future<Output = Result<(), E>> + Send + 'static)
    where
        DaemonError: From<E>,
    {
        let stage = self.stages.len().checked_sub(1).expect("a stage was begun");
        let task = self.tasks.spawn(async move { task.await.map_err(DaemonError::from) });
        self.posts.insert(task.id(), stage);
    }

    /// Waits for a signal or a task that ends, then stops stage after stage within the grace. A
    /// second signal, or the end of the grace, leaves those who are still at work.
    pub async fn run(mut self, signals: &mut Signals) -> Result<(), DaemonError> {
        let mut result = tokio::select! {
            name = signals.next() => {
                tracing::info!(signal = name, "正在停止；再来一次信号则立即退出 · stopping; a second signal leaves at once");
                Ok(())
            }
            Some(ended) = self.tasks.join_next_with_id() => self.ended_early(ended),
        };
        let deadline = Instant::now() + self.grace;
        for stage in 0..self.stages.len() {
            self.stages[stage].stop.cancel();
            let drained = self.drain(stage, deadline, signals).await;
            if let Err(abandoned @ DaemonError::Abandoned(_)) = drained {
                return result.and(Err(abandoned));
            }
            result = result.and(drained);
        }
        result
    }

    /// Waits until a stage's tasks have ended.
    async fn drain(
        &mut self,
        stage: usize,
        deadline: Instant,
        signals: &mut Signals,
    ) -> Result<(), DaemonError> {
        let mut report = interval_at(Instant::now() + REPORT, REPORT);
        let mut result = Ok(());
        while self.posts.values().any(|post| *post == stage) {
            tokio::select! {
                Some(ended) = self.tasks.join_next_with_id() => {
                    let (_, came_of_it) = self.settle(ended);
                    result = result.and(came_of_it);
                }
                _ = report.tick() => tracing::info!("尚未结束：{0} · still at work: {0}", self.left()),
                () = tokio::time::sleep_until(deadline) => {
                    tracing::error!("等待时间已到，不再等：{0} · the grace is over; leaving: {0}", self.left());
                    return Err(DaemonError::Abandoned(self.left()));
                }
                name = signals.next() => {
                    tracing::warn!(signal = name, "立即退出，不再等：{0} · leaving at once: {0}", self.left());
                    return Err(DaemonError::Abandoned(self.left()));
                }
            }
        }
        result
    }

    /// The stages that still have tasks.
    fn left(&self) -> String {
        let names: Vec<&str> = (0..self.stages.len())
            .filter(|stage| self.posts.values().any(|post| post == stage))
            .map(|stage| self.stages[stage].name)
            .collect();
        names.join(", ")
    }

    fn ended_early(&mut self, ended: Ended) -> Result<(), DaemonError> {
        let (name, result) = self.settle(ended);
        let error = result.err().unwrap_or(DaemonError::Task(name, "ended".into()));
        tracing::error!(task = name, %error, "出错，正在停止 · stopping");
        Err(error)
    }

    fn settle(&mut self, ended: Ended) -> (&'static str, Result<(), DaemonError>) {
        let (id, result) = match ended {
            Ok((id, result)) => (id, result),
            Err(lost) => (lost.id(), Err(DaemonError::Task("task", lost.to_string()))),
        };
        let stage = self.posts.remove(&id);
        (stage.map_or("task", |stage| self.stages[stage].name), result)
    }
}

type Ended = Result<(Id, Result<(), DaemonError>), JoinError>;
