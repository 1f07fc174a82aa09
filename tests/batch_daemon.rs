//! Archives and mails through the real program: dropped, killed in the middle, checked, shown.

mod batch_kit;
mod daemon_kit;

use batch_kit::{Packed, file, gbk, mail, zip};
use daemon_kit::{Daemon, all_submissions, report};
use nianbao::proto::v1::verdict_service_client::VerdictServiceClient;
use nianbao::proto::v1::watch_service_client::WatchServiceClient;
use nianbao::proto::v1::{self, Outcome, Stage, Submission};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

fn settled(all: &[Submission], many: usize) -> bool {
    all.len() == many && all.iter().all(|s| s.stage() != Stage::Received)
}

fn path(submission: &Submission) -> &str {
    use v1::source::Source;
    match submission.source.as_ref().and_then(|s| s.source.as_ref()) {
        Some(Source::Folder(folder)) => &folder.path,
        Some(Source::Upload(upload)) => &upload.file_name,
        None => "",
    }
}

fn nianbao(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["--lang", "zh"])
        .args(args)
        .current_dir(dir)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Drops a file as a whole.
fn put(daemon: &Daemon, name: &str, bytes: &[u8]) {
    let aside = daemon.inbox().with_file_name("aside");
    std::fs::write(&aside, bytes).unwrap();
    std::fs::rename(aside, daemon.inbox().join(name)).unwrap();
}

fn locked(name: &str) -> Packed {
    Packed { flags: 1, ..gbk(name, "0123456789abcdef") }
}

#[tokio::test]
async fn three_hundred_reports_in_one_archive_survive_being_killed() {
    let dir = tempfile::tempdir().unwrap();
    let files: Vec<Packed> = (0..300)
        .map(|n| gbk(&format!("乡镇\\{n:03}.txt"), report(n, n % 10 == 0).to_text()))
        .collect();
    let mut daemon = Daemon::start(dir.path(), "");
    put(&daemon, "汇总.zip", &zip(&files));
    daemon.wait_for(|all| !all.is_empty()).await;
    // At once, and then again as soon as some of it is done.
    for enough in [1, 2, 150] {
        daemon.kill();
        daemon = Daemon::start(dir.path(), "");
        let done = |s: &&Submission| s.stage() != Stage::Received;
        daemon.wait_for(|all| all.iter().filter(done).count() >= enough).await;
    }
    let all = daemon.wait_for(|all| settled(all, 301)).await;
    let batch = &all[0];
    assert_eq!((path(batch), batch.stage()), ("汇总.zip", Stage::Unpacked));
    assert_eq!(batch.contents.unwrap().entries, 300);
    let paths: BTreeSet<&str> = all[1..].iter().map(path).collect();
    assert_eq!(paths.len(), 300, "none twice");
    assert!(paths.contains("汇总.zip/乡镇/007.txt"));
    for entry in &all[1..] {
        let wrong = path(entry).ends_with("0.txt");
        assert_eq!(entry.outcome() == Outcome::Returned, wrong, "{}", path(entry));
        assert_eq!((entry.batch, entry.superseded_by), (Some(batch.id), None));
    }
    let shown = nianbao(dir.path(), &["show", &batch.id.to_string(), "--server", &daemon.address]);
    let shown = text(&shown);
    assert!(shown.starts_with("【已拆分】汇总.zip：共 300 份"), "{shown}");
    assert!(shown.contains("退回 30") && shown.contains("乡镇/007.txt"), "{shown}");
}

#[tokio::test]
async fn a_batch_is_listed_shown_followed_and_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let (_, cursor) = all_submissions(daemon.channel().await).await;
    let first = [
        gbk("甲.txt", report(1, false).to_text()),
        gbk("通知.txt", "关于召开会议的通知"),
        locked("乙.docx"),
        file("Thumbs.db", "x"),
    ];
    put(&daemon, "汇总.zip", &zip(&first));
    let all = daemon.wait_for(|all| settled(all, 3)).await;
    let id = all[0].id;
    assert_eq!(all[0].contents.unwrap(), v1::Contents { entries: 2, passed_over: 2, lost: 1 });
    let request = v1::WatchRequest { optional_start_cursor: cursor, ..Default::default() };
    let mut client = WatchServiceClient::new(daemon.channel().await);
    let mut events = client.watch(request).await.unwrap().into_inner();
    let mut kinds = Vec::new();
    while kinds.len() < 4 {
        let response = events.message().await.unwrap().unwrap();
        kinds.extend(
            response
                .events
                .iter()
                .map(|event| (event.kind(), path(event.submission.as_ref().unwrap()).to_string())),
        );
    }
    use v1::EventKind::{Received, Unpacked};
    let zip_itself = "汇总.zip".to_string();
    let told = [(Received, zip_itself.clone()), (Unpacked, zip_itself)];
    assert_eq!(kinds[..2], told);
    assert_eq!(kinds[2], (Received, "汇总.zip/甲.txt".into()));

    let shown = nianbao(dir.path(), &["show", &id.to_string(), "--server", &daemon.address]);
    let shown = text(&shown);
    let parts = [
        "合规 1",
        "无法判读 1",
        "另有 1 个未能取出",
        "未能取出，请另行提交：\n  乙.docx：设有解压密码",
        "Thumbs.db",
    ];
    for part in parts {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    let listed = nianbao(dir.path(), &["list", "--server", &daemon.address]);
    assert!(text(&listed).contains("已拆分为 2 份，1 个未能取出"), "{}", text(&listed));
    let of_batch =
        ["list", "--batch", &id.to_string(), "--format", "json", "--server", &daemon.address];
    assert_eq!(text(&nianbao(dir.path(), &of_batch)).lines().count(), 2);

    put(&daemon, "汇总.zip", &zip(&[first[0].clone(), gbk("乙.txt", report(2, false).to_text())]));
    let all = daemon.wait_for(|all| settled(all, 5)).await;
    assert_eq!(all[0].stage(), Stage::Superseded);
    assert_eq!(
        (all[1].stage(), all[1].batch),
        (Stage::Judged, Some(all[3].id)),
        "not received twice"
    );
    assert_eq!(all[2].stage(), Stage::Superseded, "a notice that was taken out is done with");
    assert_eq!((path(&all[4]), all[4].outcome()), ("汇总.zip/乙.txt", Outcome::Compliant));
}

#[tokio::test]
async fn a_mail_gives_its_attachments_and_without_any_its_text() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let text = report(3, false).to_text();
    let archive = zip(&[gbk("丙.txt", report(4, false).to_text())]);
    let attachments: [(&str, &[u8]); 3] = [
        ("Content-Disposition: attachment; filename*=GB18030''%C4%EA%B1%A8.txt", text.as_bytes()),
        ("Content-Type: application/zip; name=\"b.zip\"", &archive),
        ("Content-Type: image/png; name=logo.png", b"\x89PNG\r\n\x1a\n"),
    ];
    put(&daemon, "1.eml", &mail("请查收", &attachments));
    let all = daemon.wait_for(|all| settled(all, 3)).await;
    let entries: Vec<(&str, Outcome)> = all[1..].iter().map(|s| (path(s), s.outcome())).collect();
    let fine = Outcome::Compliant;
    assert_eq!(entries, [("1.eml/年报.txt", fine), ("1.eml/b.zip/丙.txt", fine)]);
    put(&daemon, "2.eml", &mail(&report(5, false).to_text(), &[]));
    let all = daemon.wait_for(|all| settled(all, 4)).await;
    assert_eq!((all[3].outcome(), all[3].format()), (fine, v1::Format::Eml));
    put(&daemon, "3.eml", &mail("请查收", &[]));
    let all = daemon.wait_for(|all| settled(all, 5)).await;
    assert_eq!(all[4].unreadable(), v1::UnreadableReason::NotAReport);
}

#[tokio::test]
async fn a_trial_answers_for_every_file_of_a_batch_and_keeps_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let daemon = Daemon::start(dir.path(), "");
    let inner = zip(&[gbk("内.txt", report(1, true).to_text())]);
    let batch =
        zip(&[gbk("外.txt", report(2, false).to_text()), file("n.zip", inner), locked("密.doc")]);
    use v1::check_file_request::Part;
    let metadata = v1::UploadMetadata { file_name: "a.zip".into(), ..Default::default() };
    let parts = [Part::Metadata(metadata), Part::Chunk(batch.clone())];
    let parts = parts.map(|part| v1::CheckFileRequest { part: Some(part) });
    let mut client = VerdictServiceClient::new(daemon.channel().await);
    let answer = client.check_file(tokio_stream::iter(parts)).await.unwrap().into_inner();
    let files: Vec<&str> = answer.entries.iter().map(|e| e.file.as_str()).collect();
    assert_eq!(files, ["外.txt", "n.zip/内.txt"]);
    let Some(v1::judgement::Result::Batch(receipt)) = answer.judgement.unwrap().result else {
        panic!("no receipt");
    };
    let outcomes: Vec<Outcome> = receipt.entries.iter().map(|e| e.outcome()).collect();
    assert_eq!(outcomes, [Outcome::Compliant, Outcome::Returned]);
    assert_eq!(receipt.passed_over[0].reason(), v1::PassReason::Encrypted);
    assert!(all_submissions(daemon.channel().await).await.0.is_empty());

    std::fs::write(dir.path().join("a.zip"), &batch).unwrap();
    let checked = nianbao(dir.path(), &["check", "a.zip"]);
    let page = text(&checked);
    for part in
        ["a.zip/外.txt", "a.zip/n.zip/内.txt", "【已拆分】a.zip：共 2 份", "密.doc", "共核对 2 份"]
    {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert_eq!(checked.status.code(), Some(1));
    let lines = text(&nianbao(dir.path(), &["check", "a.zip", "--format", "json"]));
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1]["file"], "a.zip/n.zip/内.txt");
    assert_eq!(
        (&lines[2]["outcome"], &lines[2]["contents"]["lost"]),
        (&"unpacked".into(), &1.into())
    );
    std::fs::write(dir.path().join("fine.zip"), zip(&[gbk("外.txt", report(2, false).to_text())]))
        .unwrap();
    assert_eq!(nianbao(dir.path(), &["check", "fine.zip"]).status.code(), Some(0));
}

#[tokio::test]
async fn what_nothing_can_be_taken_from_says_what_to_send() {
    let dir = tempfile::tempdir().unwrap();
    let files: [(&str, Vec<u8>, &str); 5] = [
        ("密.zip", zip(&[locked("a.docx")]), "密码"),
        ("空.zip", zip(&[]), "放入压缩包"),
        ("图.zip", zip(&[file("a.png", &b"\x89PNG\r\n\x1a\n"[..])]), "不要扫描"),
        ("断.zip", zip(&[file("a.txt", "x")])[..40].to_vec(), "重新打包"),
        ("a.rar", b"Rar!\x1A\x07\x01\0\0\0".to_vec(), "另存为 .zip"),
    ];
    for (name, bytes, advice) in files {
        std::fs::write(dir.path().join(name), bytes).unwrap();
        let page = text(&nianbao(dir.path(), &["check", name]));
        assert!(page.starts_with("【无法判读】") && page.contains(advice), "{name}:\n{page}");
    }
}
