//! The watched folders as the API asks for them. The intake has one owner, the task that runs it;
//! questions are put to that task.

use super::away::{self, Away};
use super::receipts::Debts;
use crate::config::{Folder, Mode};
use crate::grpc::{self, Explanation};
use crate::intake::{self, Explained, Intake, WatchMode};
use crate::model::{Words, written_name};
use crate::store::{Store, StoreError};
use std::path::Path;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// A question to the intake.
type Question = Box<dyn FnOnce(&Intake) + Send>;

/// Questions that may wait at once.
const QUEUE: usize = 64;

/// The side that asks.
pub(super) struct Folders {
    configured: Vec<Folder>,
    debts: Debts,
    questions: mpsc::Sender<Question>,
}

/// The side that answers.
pub(super) struct Watch {
    intake: Intake,
    store: Store,
    configured: Vec<Folder>,
    questions: mpsc::Receiver<Question>,
    grace: Duration,
}

/// Both sides of a running intake.
pub(super) fn pair(
    intake: Intake,
    store: Store,
    configured: &[Folder],
    debts: Debts,
    grace: Duration,
) -> (Folders, Watch) {
    let (ask, questions) = mpsc::channel(QUEUE);
    let configured = configured.to_vec();
    (
        Folders { configured: configured.clone(), debts, questions: ask },
        Watch { intake, store, configured, questions, grace },
    )
}

impl Watch {
    /// Answers until `stop`, then takes no more files and waits for those in hand. An error means
    /// that the store failed.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), StoreError> {
        let watching = !self.intake.status().is_empty();
        let mut away = Away::take_up(self.store.clone(), &self.configured).await?;
        let mut look = tokio::time::interval(away::EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = look.tick() => away.look(self.intake.status()).await?,
                Some(question) = self.questions.recv() => question(&self.intake),
                error = self.intake.failed(), if watching => return Err(error),
            }
        }
        if !self.intake.stop(self.grace).await {
            tracing::warn!(
                "有监测文件夹没有响应，其中的文件下次启动时收取 · a watched folder does not answer; \
                 its files are taken at the next start"
            );
        }
        Ok(())
    }
}

impl Folders {
    /// The answer to a question; `None` once the intake has stopped. Blocks.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Intake) -> T + Send + 'static,
    ) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        let question: Question = Box::new(move |intake| {
            // Who asked may have gone.
            let _ = answer.send(question(intake));
        });
        self.questions.blocking_send(question).ok()?;
        answered.blocking_recv().ok()
    }
}

impl grpc::Folders for Folders {
    fn status(&self) -> Vec<grpc::FolderStatus> {
        let folders = self.ask(Intake::status).unwrap_or_default();
        let mode = |name: &str| self.configured.iter().find(|f| f.name == name).map(|f| f.mode);
        let with_receipts = |from: intake::FolderStatus| {
            let debt = self.debts.of(&from.name);
            let trial = mode(&from.name) == Some(Mode::Check);
            let mut status = status(from);
            (status.trial, status.receipts_owed) = (trial, count(debt.owed));
            status.problems.extend(debt.unwritten);
            status
        };
        folders.into_iter().map(with_receipts).collect()
    }

    fn explain(&self, path: &Path) -> Explanation {
        let asked = path.to_path_buf();
        let answers = self.ask(move |intake| intake.explain(&asked)).unwrap_or_default();
        // A relative path is looked for below every folder; the one that has seen it knows it.
        let seen = answers.iter().position(|(_, explained)| *explained != Explained::Unseen);
        let Some((name, explained)) = answers.into_iter().nth(seen.unwrap_or(0)) else {
            return Explanation {
                place: None,
                words: Words::new("不在任何监测文件夹中", "it lies in none of the watched folders"),
                next_look: None,
            };
        };
        let folder = self.configured.iter().find(|folder| folder.name == name);
        let below = folder.and_then(|f| path.strip_prefix(&f.path).ok()).unwrap_or(path);
        let (words, next_look) = explain(explained);
        Explanation { place: Some((name, written_name(below))), words, next_look }
    }

    fn rescan(&self, folder: Option<&str>) -> Option<u32> {
        let Some(name) = folder else {
            self.ask(|intake| intake.rescan(None))?;
            return u32::try_from(self.configured.len()).ok();
        };
        let known = self.configured.iter().any(|folder| folder.name == name);
        let name = name.to_string();
        known.then(|| self.ask(move |intake| intake.rescan(Some(&name)))).map(|_| 1)
    }
}

fn status(from: intake::FolderStatus) -> grpc::FolderStatus {
    let (state, trouble) = match from.state {
        intake::FolderState::Starting => (grpc::FolderState::Starting, None),
        intake::FolderState::Online if from.last_scan.is_none() => {
            (grpc::FolderState::Starting, None)
        }
        intake::FolderState::Online => (grpc::FolderState::Online, None),
        intake::FolderState::Degraded(why) => (grpc::FolderState::Degraded, Some(why)),
        intake::FolderState::Unavailable(why) => (grpc::FolderState::Unavailable, Some(why)),
    };
    let reason = match trouble {
        None => from.reason,
        // A folder that was never there is watched in no way yet.
        Some(why) if from.reason == Words::default() => why,
        Some(why) => Words::new(
            format!("{}；{}", why.zh, from.reason.zh),
            format!("{}; {}", why.en, from.reason.en),
        ),
    };
    let method = match from.mode {
        WatchMode::Native => "native",
        WatchMode::Poll => "poll",
    };
    grpc::FolderStatus {
        name: from.name,
        path: from.path,
        state,
        method: method.to_string(),
        reason,
        last_scan_at: from.last_scan.map(|scan| scan.at),
        waiting: count(from.settling),
        problems: from.problems,
        trial: false,
        receipts_owed: 0,
    }
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// What is known of a file, in words, and when it is looked at again.
fn explain(explained: Explained) -> (Words, Option<Duration>) {
    match explained {
        Explained::PassedOver => (
            Words::new(
                "这类名称的文件从不收取（临时文件、隐藏文件）",
                "files of such names are never taken (temporary, hidden)",
            ),
            None,
        ),
        Explained::Unseen => (Words::new("没有见到这个文件", "no such file was seen"), None),
        Explained::Settling { next, problem: Some(why), .. } => (
            Words::new(
                format!("还不能读取：{}；稍后再试", why.zh),
                format!("cannot be read yet: {}; tried again", why.en),
            ),
            Some(next),
        ),
        Explained::Settling { next, problem: None, .. } => {
            (Words::new("等待文件写完", "waiting until it is written"), Some(next))
        }
        Explained::Taking => (Words::new("正在收取", "being taken"), None),
        Explained::Taken { submission: Some(id) } => {
            (Words::new(format!("已收到，编号 {id}"), format!("received as number {id}")), None)
        }
        Explained::Taken { submission: None } => (Words::new("已收到", "received"), None),
        Explained::Tried => (
            Words::new(
                "试投文件夹：已核对，结果见旁边的回执；没有报送",
                "a trial folder: checked, see the receipt beside it; not handed in",
            ),
            None,
        ),
        Explained::OurReceipt => (Words::new("本程序写的回执", "a receipt of ours"), None),
        Explained::Refused(why) => {
            (Words::new(format!("未收取：{}", why.zh), format!("not taken: {}", why.en)), None)
        }
    }
}
