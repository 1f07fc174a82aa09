//! Every file is found, however it came, and the folder may come and go.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_renamed_in_is_received_with_its_bytes_and_place() {
    let bench = Bench::new();
    let mut folder = bench.folder("inbox");
    folder.unit = UnitFrom::Folder;
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    fs::create_dir_all(folder.path.join("某县教育局/2024年")).unwrap();
    drop_in(&folder, "某县教育局/2024年/报告.txt", "甲");
    let all = bench.until_count(1).await;
    assert_eq!(paths(&all), ["某县教育局/2024年/报告.txt"]);
    assert_eq!(bench.content(&all[0]), "甲".as_bytes());
    assert_eq!(all[0].declared.unit.as_deref(), Some("某县教育局"));
    assert_eq!(all[0].declared.year, Some(2024));
    bench.until_quiet(&intake).await;
    let explained = intake.explain(&folder.path.join("某县教育局/2024年/报告.txt"));
    let taken = Explained::Taken { submission: Some(all[0].id) };
    assert_eq!(explained, [("inbox".to_string(), taken)]);
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_in_directories_made_a_moment_ago_are_not_missed() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    for i in 0..300 {
        let dir = folder.path.join(format!("d{i}/a/b"));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join("r.txt"), i.to_string()).unwrap();
    }
    // No rescan is asked for: the periodic one is an hour away.
    bench.until_count(300).await;
    assert_eq!(intake.status()[0].mode, WatchMode::Native);
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_moved_in_is_taken_and_one_moved_out_leaves_no_trouble() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let tree = bench.dir.path().join("tree");
    for i in 0..200 {
        fs::create_dir_all(tree.join(format!("d{i}"))).unwrap();
        fs::write(tree.join(format!("d{i}/r.txt")), i.to_string()).unwrap();
    }
    fs::rename(&tree, folder.path.join("tree")).unwrap();
    bench.until("some of them", || !bench.all().is_empty()).await;
    fs::rename(folder.path.join("tree"), &tree).unwrap();
    bench.until_quiet(&intake).await;
    assert_eq!(intake.status()[0].problems, []);
    fs::rename(&tree, folder.path.join("again")).unwrap();
    bench.until_quiet(&intake).await;
    let contents: BTreeSet<_> = bench.all().iter().map(|s| bench.content(s)).collect();
    assert_eq!(contents.len(), 200);
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_replaced_and_restored_is_watched_again_and_nothing_is_taken_twice() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    drop_in(&folder, "a.txt", "甲");
    bench.until_count(1).await;
    let away = bench.dir.path().join("away");
    fs::rename(&folder.path, &away).unwrap();
    let unavailable =
        |intake: &Intake| matches!(intake.status()[0].state, FolderState::Unavailable(_));
    bench.until("unavailable", || unavailable(&intake)).await;
    // What is away is not gone.
    bench.until("known", || intake.status()[0].known == 1).await;
    fs::create_dir(&folder.path).unwrap();
    bench.until("online", || intake.status()[0].state == FolderState::Online).await;
    drop_in(&folder, "b.txt", "乙");
    bench.until_count(2).await;
    fs::rename(&folder.path, bench.dir.path().join("other")).unwrap();
    fs::rename(&away, &folder.path).unwrap();
    drop_in(&folder, "c.txt", "丙");
    bench.until_count(3).await;
    bench.until_quiet(&intake).await;
    assert_eq!(paths(&bench.all()), ["a.txt", "b.txt", "c.txt"]);
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_missing_at_the_start_is_waited_for_and_never_made() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    fs::remove_dir(&folder.path).unwrap();
    let folders = [folder.clone(), bench.folder("other")];
    let intake =
        Intake::start(&folders, MAX_BYTES, &bench.store, &Handle::current(), None).unwrap();
    drop_in(&folders[1], "b.txt", "乙");
    bench.until_count(1).await;
    assert!(!folder.path.exists());
    assert!(matches!(intake.status()[0].state, FolderState::Unavailable(_)));
    fs::create_dir(&folder.path).unwrap();
    drop_in(&folder, "a.txt", "甲");
    bench.until_count(2).await;
    stopped(intake).await;
}

/// `NIANBAO_FULL_FOLDER` makes it larger than every day's.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_on_a_full_folder_takes_nothing_again() {
    let files = std::env::var("NIANBAO_FULL_FOLDER").ok().and_then(|n| n.parse().ok());
    let files: usize = files.unwrap_or(3000);
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    for i in 0..files {
        fs::write(folder.path.join(format!("{i}.txt")), i.to_string()).unwrap();
    }
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let received = || bench.store.overview(None).unwrap().waiting as usize;
    bench.until("all received", || received() >= files).await;
    bench.until_quiet(&intake).await;
    stopped(intake).await;
    let head = *bench.store.head().borrow();
    for _ in 0..3 {
        let start = Instant::now();
        let intake = bench.start(std::slice::from_ref(&folder)).await;
        println!("{files} known files: ready after {:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(30));
        // The stamps suffice: nothing even begins to settle.
        let status = &intake.status()[0];
        assert_eq!((status.known, status.settling), (files, 0));
        stopped(intake).await;
    }
    assert_eq!((received(), *bench.store.head().borrow()), (files, head), "nothing was recorded");
}

/// A file system mounted for a test.
struct Mounted(PathBuf);

impl Mounted {
    /// `None`, and said so, where mounting is not allowed.
    fn at(path: &Path) -> Option<Mounted> {
        let mut mount = std::process::Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(path).output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Mounted(path.to_path_buf()));
        }
        println!("skipped: mounting a file system takes root");
        None
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_mount_point_is_not_taken_for_the_share_after_a_restart_either() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let Some(share) = Mounted::at(&folder.path) else { return };
    let unavailable =
        |intake: &Intake| matches!(intake.status()[0].state, FolderState::Unavailable(_));
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    fs::write(folder.path.join("a.txt"), "甲").unwrap();
    bench.until_count(1).await;
    bench.until_quiet(&intake).await;
    stopped(intake).await;
    drop(share);
    let folders = std::slice::from_ref(&folder);
    let intake = Intake::start(folders, MAX_BYTES, &bench.store, &Handle::current(), None).unwrap();
    let said = |intake: &Intake| match &intake.status()[0].state {
        FolderState::Unavailable(why) => why.zh.contains("可能没有挂上"),
        _ => false,
    };
    bench.until("unavailable", || said(&intake)).await;
    let share = Mounted::at(&folder.path).expect("it could be mounted before");
    bench.until("online", || intake.status()[0].state == FolderState::Online).await;
    fs::write(folder.path.join("b.txt"), "乙").unwrap();
    bench.until_count(2).await;
    bench.until_quiet(&intake).await;
    stopped(intake).await;
    // The folder is meant to be here now: whoever puts a file in says so.
    drop(share);
    let intake = Intake::start(folders, MAX_BYTES, &bench.store, &Handle::current(), None).unwrap();
    bench.until("unavailable", || unavailable(&intake) && said(&intake)).await;
    fs::write(folder.path.join("c.txt"), "丙").unwrap();
    assert_eq!(paths(&bench.until_count(3).await)[2], "c.txt");
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_without_events_is_polled_and_says_so() {
    let bench = Bench::new();
    let mut folder = bench.folder("inbox");
    folder.detect = Detect::Poll;
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    fs::create_dir_all(folder.path.join("d/e")).unwrap();
    for i in 0..50 {
        drop_in(&folder, format!("d/e/{i}.txt"), i.to_string());
    }
    bench.until_count(50).await;
    let status = &intake.status()[0];
    assert_eq!(status.mode, WatchMode::Poll);
    assert!(status.reason.zh.contains("定期扫描") && status.reason.en.contains("polling"));
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_renamed_in_is_durable_within_milliseconds() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let mut took = Vec::new();
    for i in 0..50 {
        let mut head = bench.store.head();
        let before = *head.borrow_and_update();
        let start = Instant::now();
        drop_in(&folder, format!("{i}.txt"), i.to_string());
        while *head.borrow_and_update() == before {
            head.changed().await.unwrap();
        }
        took.push(start.elapsed());
    }
    took.sort();
    let (median, worst) = (took[25], took[49]);
    println!("renamed in to received: median {median:?}, worst {worst:?}");
    assert!(median < Duration::from_millis(100), "{median:?}");
    stopped(intake).await;
}
