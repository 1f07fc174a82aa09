//! A file is read when it is whole, and what becomes of it afterwards.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_held_open_is_not_read_before_it_is_closed() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let mut file = fs::File::create(folder.path.join("slow.txt")).unwrap();
    for part in ["一", "二", "三"] {
        file.write_all(part.as_bytes()).unwrap();
        let settling = |e: &(String, Explained)| matches!(e.1, Explained::Settling { .. });
        let slow = folder.path.join("slow.txt");
        bench.until("seen", || intake.explain(&slow).iter().all(settling)).await;
        // What comes later and is whole goes first.
        drop_in(&folder, format!("canary-{part}.txt"), part);
        let canary = |s: &Submission| s.source.file_name().contains(part);
        bench.until("the canary", || bench.all().iter().any(canary)).await;
        assert!(!paths(&bench.all()).contains(&"slow.txt".to_string()));
    }
    drop(file);
    let all = bench.until_count(4).await;
    assert_eq!(all[3].source.file_name(), "slow.txt");
    assert_eq!(bench.content(&all[3]), "一二三".as_bytes());
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_appended_to_again_and_again_is_one_submission() {
    let bench = Bench::new();
    let mut folder = bench.folder("inbox");
    folder.settle = Duration::from_millis(800);
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let path = folder.path.join("scan.txt");
    for i in 0..10 {
        let mut file = fs::File::options().create(true).append(true).open(&path).unwrap();
        writeln!(file, "第{i}页").unwrap();
        drop(file);
        drop_in(&folder, format!("canary{i}.txt"), i.to_string());
        let canary = |s: &Submission| s.source.file_name() == format!("canary{i}.txt");
        bench.until("the canary", || bench.all().iter().any(canary)).await;
    }
    let all = bench.until_count(11).await;
    assert_eq!(all[10].source.file_name(), "scan.txt");
    assert_eq!(bench.content(&all[10]), fs::read(&path).unwrap());
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_seen_whatever_the_times_of_the_file_say() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let path = drop_in(&folder, "a.txt", "甲");
    bench.until_count(1).await;
    // The same size and an older time of writing.
    let old = std::time::UNIX_EPOCH + Duration::from_secs(1);
    let beside = bench.dir.path().join("old.txt");
    fs::write(&beside, "乙").unwrap();
    fs::File::options().write(true).open(&beside).unwrap().set_modified(old).unwrap();
    fs::rename(&beside, &path).unwrap();
    bench.until_count(2).await;
    // In place, and the time put back.
    bench.until_quiet(&intake).await;
    let mut file = fs::File::options().write(true).open(&path).unwrap();
    file.write_all("丙".as_bytes()).unwrap();
    file.set_modified(old).unwrap();
    drop(file);
    let all = bench.until_count(3).await;
    assert_eq!(bench.content(&all[2]), "丙".as_bytes());
    // Other times, the same bytes: nothing new.
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(std::time::SystemTime::now())
        .unwrap();
    bench.until_quiet(&intake).await;
    bench.until_count(3).await;
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_changed_while_it_is_read_is_never_torn() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let mut content = vec![b'a'; 32 << 20];
    let before = content.clone();
    let path = drop_in(&folder, "big.txt", &content);
    let taking = |e: &(String, Explained)| matches!(e.1, Explained::Taking);
    bench
        .until("it is being read", || {
            intake.explain(&path).iter().any(taking) || !bench.all().is_empty()
        })
        .await;
    content.extend(b"the end");
    let mut file = fs::File::options().append(true).open(&path).unwrap();
    file.write_all(b"the end").unwrap();
    drop(file);
    let last_is_whole = || bench.all().last().is_some_and(|s| bench.content(s) == content);
    bench.until("the whole file", last_is_whole).await;
    bench.until_quiet(&intake).await;
    for submission in bench.all() {
        let content_now = bench.content(&submission);
        assert!(content_now == content || content_now == before, "torn");
    }
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_received_file_is_moved_away_and_nothing_is_overwritten() {
    let bench = Bench::new();
    let mut folder = bench.folder("inbox");
    // Below the folder itself, which must not be watched then.
    let done = folder.path.join("已接收");
    folder.after = After::Move(done.clone());
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    fs::create_dir(folder.path.join("某局")).unwrap();
    drop_in(&folder, "某局/a.txt", "甲");
    bench.until("moved", || done.join("某局/a.txt").exists()).await;
    drop_in(&folder, "某局/a.txt", "乙");
    let all = bench.until_count(2).await;
    let beside = done.join(format!("某局/{}-a.txt", all[1].id));
    bench.until("moved beside", || beside.exists()).await;
    assert_eq!(fs::read(done.join("某局/a.txt")).unwrap(), "甲".as_bytes());
    assert_eq!(fs::read(beside).unwrap(), "乙".as_bytes());
    bench.until_quiet(&intake).await;
    assert!(!folder.path.join("某局/a.txt").exists());
    bench.until_count(2).await;
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn space_set_aside_for_a_file_is_not_taken_for_the_file() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let path = folder.path.join("copy.txt");
    let mut file = fs::File::create(&path).unwrap();
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, 1 << 20).unwrap();
    let content = vec![b'x'; 1 << 20];
    for (n, part) in content.chunks(256 << 10).enumerate() {
        // What comes later and is whole goes first.
        drop_in(&folder, format!("canary{n}.txt"), n.to_string());
        bench.until_count(n + 1).await;
        file.write_all(part).unwrap();
    }
    drop(file);
    let all = bench.until_count(5).await;
    assert_eq!(all[4].source.file_name(), "copy.txt");
    assert_eq!(bench.content(&all[4]), content);
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_writer_of_whom_no_event_tells_is_not_read_in_a_pause() {
    let bench = Bench::new();
    let mut folder = bench.folder("inbox");
    (folder.detect, folder.poll) = (Detect::Poll, Duration::from_secs(3600));
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let path = folder.path.join("slow.txt");
    let scans = async |more: u64| {
        for _ in 0..more {
            let before = intake.status()[0].scans;
            intake.rescan(None);
            bench.until("a scan", || intake.status()[0].scans > before).await;
        }
    };
    for part in ["一", "二", "三"] {
        let mut file = fs::File::options().create(true).append(true).open(&path).unwrap();
        file.write_all(part.as_bytes()).unwrap();
        drop(file);
        // Seen twice as it stands, and quiet all the while.
        scans(2).await;
        assert_eq!(bench.all(), []);
    }
    scans(1).await;
    let all = bench.until_count(1).await;
    assert_eq!(bench.content(&all[0]), "一二三".as_bytes());
    stopped(intake).await;
}
