//! What is new and what is known, by content and place, never by inode or time.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_known_file_under_a_new_name_is_no_new_submission() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let (a, b) = (folder.path.join("a.txt"), folder.path.join("b.txt"));
    drop_in(&folder, "a.txt", "甲");
    bench.until_count(1).await;
    drop_in(&folder, "b.txt", "乙");
    bench.until_count(2).await;
    bench.until_quiet(&intake).await;
    // To another directory, and the two swapped by way of a name that is passed over.
    fs::create_dir(folder.path.join("sub")).unwrap();
    fs::rename(&a, folder.path.join("sub/a.txt")).unwrap();
    bench.until_quiet(&intake).await;
    fs::rename(folder.path.join("sub/a.txt"), folder.path.join("x.tmp")).unwrap();
    fs::rename(&b, &a).unwrap();
    fs::rename(folder.path.join("x.tmp"), &b).unwrap();
    bench.until_quiet(&intake).await;
    // A directory with known files in it.
    fs::create_dir(folder.path.join("dir")).unwrap();
    fs::rename(&a, folder.path.join("dir/a.txt")).unwrap();
    bench.until_quiet(&intake).await;
    fs::rename(folder.path.join("dir"), folder.path.join("renamed")).unwrap();
    bench.until_quiet(&intake).await;
    // What was swapped in one go may keep the place before it, for its new one was not free then.
    let places = paths(&bench.until_count(2).await);
    assert!(["b.txt", "sub/a.txt"].contains(&places[0].as_str()), "{places:?}");
    assert_eq!(places[1], "renamed/a.txt");
    // Touched under its new name: still the same.
    let touched = fs::File::options().append(true).open(folder.path.join("renamed/a.txt")).unwrap();
    touched.set_modified(std::time::SystemTime::now()).unwrap();
    drop(touched);
    bench.until_quiet(&intake).await;
    assert_eq!(paths(&bench.until_count(2).await), places);
    // New content under an old name is one.
    drop_in(&folder, "b.txt", "丙");
    bench.until_count(3).await;
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_file_is_known_without_any_stamp_and_leaves_its_old_name_free() {
    let mut bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    drop_in(&folder, "a.txt", "甲");
    bench.until_count(1).await;
    bench.until_quiet(&intake).await;
    fs::rename(folder.path.join("a.txt"), folder.path.join("甲.txt")).unwrap();
    bench.until("moved", || paths(&bench.all()) == ["甲.txt"]).await;
    stopped(intake).await;
    // The stamps are no part of the journal: an index built anew has none.
    bench.store.close().unwrap();
    let data = bench.dir.path().join("data");
    fs::remove_dir_all(data.join("index")).unwrap();
    bench.store = open(bench.dir.path());
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    bench.until_quiet(&intake).await;
    drop_in(&folder, "a.txt", "甲");
    assert_eq!(paths(&bench.until_count(2).await), ["甲.txt", "a.txt"]);
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_renamed_while_nobody_watched_is_the_known_file() {
    let mut bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    for (count, name, content) in [(1, "a.txt", "甲"), (2, "b.txt", "乙"), (3, "c.txt", "丙")] {
        drop_in(&folder, name, content);
        bench.until_count(count).await;
    }
    bench.until_quiet(&intake).await;
    stopped(intake).await;
    fs::rename(folder.path.join("a.txt"), folder.path.join("甲.txt")).unwrap();
    // As old as the one that is gone, of the same size, and something else.
    fs::remove_file(folder.path.join("b.txt")).unwrap();
    drop_in(&folder, "d.txt", "丁");
    // A copy, the original still there.
    fs::copy(folder.path.join("c.txt"), folder.path.join("copy.txt")).unwrap();
    // The stamps are only a cache.
    bench.store.close().unwrap();
    fs::remove_dir_all(bench.dir.path().join("data/index")).unwrap();
    bench.store = open(bench.dir.path());
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    bench.until_quiet(&intake).await;
    let mut places = paths(&bench.until_count(5).await);
    assert_eq!(places[..3], ["甲.txt", "b.txt", "c.txt"]);
    places[3..].sort();
    assert_eq!(places[3..], ["copy.txt", "d.txt"]);
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_moved_to_the_right_units_folder_is_submitted_for_that_unit() {
    let bench = Bench::new();
    let mut folder = bench.folder("inbox");
    folder.unit = UnitFrom::Folder;
    for unit in ["甲局", "乙局"] {
        fs::create_dir(folder.path.join(unit)).unwrap();
    }
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    drop_in(&folder, "甲局/a.txt", "报告");
    bench.until_count(1).await;
    bench.until_quiet(&intake).await;
    fs::rename(folder.path.join("甲局/a.txt"), folder.path.join("乙局/a.txt")).unwrap();
    let all = bench.until_count(2).await;
    assert_eq!(all[1].declared.unit.as_deref(), Some("乙局"));
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inode_used_again_does_not_hide_a_new_file() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    for i in 0..1000 {
        let path = folder.path.join("same name.txt");
        fs::write(&path, format!("{i:04}")).unwrap();
        let content = format!("{i:04}").into_bytes();
        let received = || bench.all().last().is_some_and(|s| bench.content(s) == content);
        bench.until("received", received).await;
        fs::remove_file(&path).unwrap();
    }
    bench.until_count(1000).await;
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_are_told_apart_by_place_and_history() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    // A → B → A at one path is three submissions.
    for (count, content) in [(1, "甲"), (2, "乙"), (3, "甲")] {
        drop_in(&folder, "a.txt", content);
        bench.until_count(count).await;
    }
    // Saved again without a change: none.
    drop_in(&folder, "a.txt", "甲");
    bench.until_quiet(&intake).await;
    bench.until_count(3).await;
    // A copy beside it is one of its own; the user's file stays.
    fs::copy(folder.path.join("a.txt"), folder.path.join("copy.txt")).unwrap();
    let all = bench.until_count(4).await;
    assert_eq!(all[3].sha256, all[2].sha256);
    assert!(folder.path.join("a.txt").exists() && folder.path.join("copy.txt").exists());
    stopped(intake).await;
}
