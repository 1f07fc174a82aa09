//! Receipts beside dropped files: what a clerk finds there, and all that must not come of it.

mod batch_kit;
mod daemon_kit;

use daemon_kit::{Daemon, PATIENCE, all_submissions, drop_in, report};
use nianbao::model::{ReceiptMark, hex};
use nianbao::proto::v1::status_service_client::StatusServiceClient;
use nianbao::proto::v1::{self, Outcome, Stage, Submission};
use sha2::{Digest, Sha256};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const SHARE: &str = "[[folder]]\nname = \"share\"\npath = \"share\"\nsettle = \"0s\"\n\
                     settle_renamed = \"0s\"\nrescan = \"1s\"\nreceipts = \"both\"\n";
const TRIALS: &str = "[[folder]]\nname = \"trials\"\npath = \"share\"\nsettle = \"0s\"\n\
                      settle_renamed = \"0s\"\nmode = \"check\"\n";

/// A place for a daemon with a folder that has receipts.
struct Site {
    dir: tempfile::TempDir,
    folder: &'static str,
}

impl Site {
    fn new(folder: &'static str) -> Site {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("share")).unwrap();
        Site { dir, folder }
    }

    fn start(&self) -> Daemon {
        Daemon::start(self.dir.path(), self.folder)
    }

    fn share(&self) -> PathBuf {
        self.dir.path().join("share")
    }

    fn receipt(&self, file: &str) -> PathBuf {
        self.share().join(format!("{file}.回执.html"))
    }
}

/// Waits for what the daemon does to the files: nothing else tells of it.
async fn until(what: &str, mut met: impl FnMut() -> bool) {
    let start = Instant::now();
    while !met() {
        assert!(start.elapsed() < PATIENCE, "timed out waiting for: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The mark of a receipt on disk; `None` while there is none.
fn mark(path: &Path) -> Option<ReceiptMark> {
    let bytes = std::fs::read(path).ok()?;
    Some(ReceiptMark::read(&bytes, &bytes).expect("whole whenever it is there"))
}

fn of(bytes: &[u8]) -> Option<ReceiptMark> {
    Some(ReceiptMark::of(&hex(&Sha256::digest(bytes))))
}

fn judged(submission: &Submission) -> bool {
    submission.stage() != Stage::Received
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

async fn folder(daemon: &Daemon, name: &str) -> v1::FolderStatus {
    let mut client = StatusServiceClient::new(daemon.channel().await);
    let overview = client.get_overview(v1::GetOverviewRequest::default()).await.unwrap();
    overview.into_inner().folders.into_iter().find(|folder| folder.name == name).unwrap()
}

async fn explained(daemon: &Daemon, path: &Path) -> String {
    let mut client = StatusServiceClient::new(daemon.channel().await);
    let path = path.display().to_string();
    let answer = client.explain_file(v1::ExplainFileRequest { path }).await.unwrap();
    answer.into_inner().explanation.unwrap().zh
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_lies_beside_the_file_follows_its_revisions_and_never_comes_back_as_a_report() {
    let site = Site::new(SHARE);
    let daemon = site.start();
    let (bad, good) = (report(1, true).to_docx(), report(1, false).to_docx());
    drop_in(&site.share(), "年报.docx", &bad);
    let (page, chat) = (site.receipt("年报.docx"), site.share().join("年报.docx.回执.txt"));
    until("both receipts", || mark(&page) == of(&bad) && mark(&chat) == of(&bad)).await;
    assert!(text(&page).contains("第 1 号") || text(&page).contains("次报送"), "{}", text(&page));
    assert!(text(&chat).starts_with("\u{feff}政府信息公开工作年度报告核对回执\r\n【退回】"));

    drop_in(&site.share(), "年报.docx", &good);
    until("the next revision's", || mark(&page) == of(&good) && mark(&chat) == of(&good)).await;
    assert!(text(&chat).contains("【合规】"), "{}", text(&chat));
    assert!(text(&chat).contains("已改好"), "{}", text(&chat));

    // Its receipt goes with it under another name.
    std::fs::rename(site.share().join("年报.docx"), site.share().join("最终版.docx")).unwrap();
    let (page, old) = (site.receipt("最终版.docx"), page);
    until("the receipt under the new name", || mark(&page) == of(&good) && !old.exists()).await;
    assert!(!chat.exists());

    // Whatever the intake thought of the receipts, it thought it before it took this one.
    until("the receipt is looked at", || {
        let look = explained(&daemon, &page);
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(look))
            .contains("本程序写的回执")
    })
    .await;
    drop_in(&site.share(), "末.docx", report(2, false).to_docx());
    let all = daemon.wait_for(|all| all.len() >= 3 && all.iter().all(judged)).await;
    assert_eq!(all.len(), 3, "{all:#?}");
    assert_eq!(folder(&daemon, "share").await.receipts_owed, 0);
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebodys_file_under_a_receipts_name_is_taken_and_left_as_it_is() {
    let site = Site::new(SHARE);
    let daemon = site.start();
    let theirs = report(3, false).to_html();
    drop_in(&site.share(), "甲.docx.回执.html", &theirs);
    daemon.wait_for(|all| all.len() == 1 && all.iter().all(judged)).await;
    let mine = report(4, true).to_docx();
    drop_in(&site.share(), "甲.docx", &mine);
    let other = site.share().join("甲.docx.回执(2).html");
    until("a receipt under another name", || mark(&other) == of(&mine)).await;
    assert_eq!(text(&site.receipt("甲.docx")), theirs);
    let (all, _) = all_submissions(daemon.channel().await).await;
    assert_eq!(all.iter().filter(|s| s.outcome() == Outcome::Compliant).count(), 1);
}

/// Takes every name that the page beside a file may have.
fn take_names(share: &Path, file: &str) -> Vec<PathBuf> {
    let names = (1..=5).map(|n| match n {
        1 => format!("{file}.回执.html"),
        n => format!("{file}.回执({n}).html"),
    });
    let taken: Vec<PathBuf> = names.map(|name| share.join(name)).collect();
    taken.iter().for_each(|dir| std::fs::create_dir(dir).unwrap());
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_told_and_written_after_a_kill_or_once_it_can_be() {
    let site = Site::new(SHARE);
    let daemon = site.start();
    let bytes = report(5, true).to_docx();
    for name in ["甲.docx", "乙.docx"] {
        let taken = take_names(&site.share(), name);
        drop_in(&site.share(), name, &bytes);
        daemon.logged("回执未写").await;
        drop(taken);
    }
    let told = async {
        while folder(&daemon, "share").await.problems.len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("status names both");
    let status = folder(&daemon, "share").await;
    assert_eq!(status.receipts_owed, 2);
    assert!(status.problems[0].why.as_ref().unwrap().zh.contains("都被别的文件占用"));

    // Once it can be: without anybody asking for it.
    std::fs::remove_dir(site.receipt("乙.docx")).unwrap();
    until("the one", || site.receipt("乙.docx").is_file()).await;
    daemon.kill();
    std::fs::remove_dir(site.receipt("甲.docx")).unwrap();
    let daemon = site.start();
    until("the other", || site.receipt("甲.docx").is_file()).await;
    assert_eq!(mark(&site.receipt("甲.docx")), of(&bytes));
    assert_eq!(all_submissions(daemon.channel().await).await.0.len(), 2, "nothing is taken twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_made_while_the_share_is_away_is_on_the_receipt_when_it_is_back() {
    let site = Site::new(SHARE);
    let daemon = site.start();
    let mut specimen = report(6, false);
    specimen.patch("第五部分标题 = 五、工作存在的问题及改进措施").unwrap();
    drop_in(&site.share(), "年报.docx", specimen.to_docx());
    let page = site.receipt("年报.docx");
    until("the receipt", || page.is_file()).await;
    assert!(text(&page).contains("需核实"));
    let away = site.dir.path().join("away");
    std::fs::rename(site.share(), &away).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["decide", "1", "ST-03", "--ruling", "dismissed", "--reason", "含义一致"])
        .args(["--by", "王主任", "--server", &daemon.address])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    daemon.logged("文件夹连不上").await;
    assert!(!site.share().exists(), "no folder is made in place of a share that is away");
    std::fs::rename(&away, site.share()).unwrap();
    until("the decision on the receipt", || text(&page).contains("王主任")).await;
    assert!(text(&page).contains("合规"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_read_only_share_reports_are_taken_and_their_receipts_follow_once_it_is_writable() {
    use std::os::unix::fs::PermissionsExt;
    for (kind, submissions) in [(SHARE, 1), (TRIALS, 0)] {
        let site = Site::new(kind);
        let bytes = report(11, true).to_docx();
        drop_in(&site.share(), "年报.docx", &bytes);
        let mode = |bits| {
            std::fs::set_permissions(site.share(), std::fs::Permissions::from_mode(bits)).unwrap();
        };
        mode(0o555);
        let Some(daemon) = Daemon::start_bound_by_permissions(site.dir.path(), kind) else {
            println!("skipped: root is bound by no permissions, and there is no setpriv");
            return;
        };
        daemon.logged("文件夹只读或没有写权限").await;
        let name = if submissions == 0 { "trials" } else { "share" };
        assert_eq!(folder(&daemon, name).await.problems.len(), 1);
        assert_eq!(all_submissions(daemon.channel().await).await.0.len(), submissions);
        assert_eq!(std::fs::read_dir(site.share()).unwrap().count(), 1);
        mode(0o755);
        until("the receipt", || mark(&site.receipt("年报.docx")) == of(&bytes)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_has_one_receipt_for_all_that_is_in_it() {
    let site = Site::new(SHARE);
    let daemon = site.start();
    let entries = [
        batch_kit::file("甲.docx", report(7, true).to_docx()),
        batch_kit::file("乙.docx", report(8, false).to_docx()),
    ];
    let archive = batch_kit::zip(&entries);
    drop_in(&site.share(), "汇总.zip", &archive);
    let page = site.receipt("汇总.zip");
    until("the receipt", || mark(&page) == of(&archive)).await;
    let told = text(&page);
    assert!(told.contains("甲.docx") && told.contains("乙.docx"), "{told}");
    assert_eq!(told.matches("须修改事项").count(), 1, "{told}");
    daemon.wait_for(|all| all.len() == 3 && all.iter().all(judged)).await;
    let beside = std::fs::read_dir(site.share()).unwrap().count();
    assert_eq!(beside, 3, "the archive and the two forms of its receipt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_a_trial_folder_gets_its_receipt_once_and_nothing_is_kept_of_it() {
    let site = Site::new(TRIALS);
    let daemon = site.start();
    let (bad, good) = (report(9, true).to_docx(), report(9, false).to_docx());
    drop_in(&site.share(), "试.docx", &bad);
    drop_in(&site.share(), "坏.docx", &bad[..2000]);
    let (page, torn) = (site.receipt("试.docx"), site.receipt("坏.docx"));
    until("both", || mark(&page) == of(&bad) && mark(&torn) == of(&bad[..2000])).await;
    assert!(text(&page).contains("没有报送，也没有保存") && text(&page).contains("退回"));
    assert!(text(&torn).contains("无法判读"));
    assert!(folder(&daemon, "trials").await.trial);
    let look = explained(&daemon, &site.share().join("试.docx")).await;
    assert!(look.contains("没有报送"), "{look}");
    let first = std::fs::metadata(&page).unwrap().ino();
    assert_eq!(daemon.stop(), Some(0));

    // A restart does nothing again, a change is tried out anew.
    let daemon = site.start();
    drop_in(&site.share(), "坏.docx", &good);
    until("the changed one", || mark(&torn) == of(&good)).await;
    assert!(text(&torn).contains("合规"));
    assert_eq!(std::fs::metadata(&page).unwrap().ino(), first, "not written again");
    assert!(all_submissions(daemon.channel().await).await.0.is_empty());
    let spool = std::fs::read_dir(site.dir.path().join("data/spool")).unwrap();
    let kept: Vec<_> = spool.flat_map(|e| files(&e.unwrap().path())).collect();
    assert!(kept.is_empty(), "{kept:?}");
}

fn files(path: &Path) -> Vec<PathBuf> {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flat_map(|e| files(&e.unwrap().path())).collect(),
        Err(_) => vec![path.to_path_buf()],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_moves_its_files_away_has_the_receipt_where_they_were_dropped() {
    const MOVING: &str = "[[folder]]\nname = \"share\"\npath = \"share\"\nsettle = \"0s\"\n\
                          settle_renamed = \"0s\"\nreceipts = \"html\"\nafter = { move = \"done\" }\n";
    let site = Site::new(MOVING);
    let _daemon = site.start();
    let bytes = report(10, true).to_docx();
    drop_in(&site.share(), "年报.docx", &bytes);
    until("the receipt", || mark(&site.receipt("年报.docx")) == of(&bytes)).await;
    until("the move", || site.dir.path().join("done/年报.docx").is_file()).await;
    assert!(!site.share().join("年报.docx").exists());
}
