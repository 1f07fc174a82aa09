//! What is not taken, and names that are odd.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_file_is_refused_with_a_reason_and_holds_up_nothing() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let outside = bench.dir.path().join("outside.txt");
    fs::write(&outside, "外").unwrap();
    let at = |name: &str| folder.path.join(name);
    std::os::unix::fs::symlink(&outside, at("link.txt")).unwrap();
    std::os::unix::fs::symlink("nowhere", at("dangling.txt")).unwrap();
    std::os::unix::fs::symlink("loop.txt", at("loop.txt")).unwrap();
    std::os::unix::fs::symlink(bench.dir.path(), at("linked-dir")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(at("socket.txt")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        at("fifo.txt"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RWXU,
        0,
    )
    .unwrap();
    fs::File::create(at("sparse.txt")).unwrap().set_len(5 << 30).unwrap();
    fs::create_dir(at("directory.docx")).unwrap();
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    drop_in(&folder, "good.txt", "好");
    assert_eq!(paths(&bench.until_count(1).await), ["good.txt"]);
    bench.until_quiet(&intake).await;
    bench.until_count(1).await;
    let status = &intake.status()[0];
    let named: Vec<&str> = status.problems.iter().map(|(path, _)| path.as_str()).collect();
    let expected = [
        "dangling.txt",
        "fifo.txt",
        "link.txt",
        "linked-dir",
        "loop.txt",
        "socket.txt",
        "sparse.txt",
    ];
    assert_eq!(named, expected);
    assert!(status.problems.iter().all(|(_, why)| !why.zh.is_empty() && !why.en.is_empty()));
    let sparse = &intake.explain(&at("sparse.txt"))[0].1;
    assert!(matches!(sparse, Explained::Refused(why) if why.en.contains("5368709120")));
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_never_taken_is_passed_over_in_silence() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let never = [
        "~$报告.docx",
        ".~lock.a#",
        "a.tmp",
        "a.part",
        "a.crdownload",
        ".hidden",
        "Thumbs.db",
        "desktop.ini",
    ];
    for name in never {
        drop_in(&folder, name, name);
    }
    fs::create_dir(folder.path.join(".git")).unwrap();
    drop_in(&folder, ".git/a.txt", "藏");
    drop_in(&folder, "good.txt", "好");
    bench.until_count(1).await;
    bench.until_quiet(&intake).await;
    assert_eq!(paths(&bench.until_count(1).await), ["good.txt"]);
    assert_eq!(intake.status()[0].problems, []);
    assert_eq!(intake.explain(Path::new("a.tmp"))[0].1, Explained::PassedOver);
    assert_eq!(intake.explain(Path::new("never.txt"))[0].1, Explained::Unseen);
    stopped(intake).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_names_keep_their_bytes_and_stay_apart() {
    let bench = Bench::new();
    let folder = bench.folder("inbox");
    let intake = bench.start(std::slice::from_ref(&folder)).await;
    let long = [b'n'; 255];
    let names: [&[u8]; 9] = [
        b"new\nline.txt",
        b"\xb1\xa8\xb8\xe6.txt", // GBK
        b"\xff.txt",
        b"back\\slash.txt",
        "\u{e9}.txt".as_bytes(),
        "e\u{301}.txt".as_bytes(),
        b"CASE.txt",
        b"case.txt",
        &long,
    ];
    for (i, name) in names.iter().enumerate() {
        drop_in(&folder, std::ffi::OsStr::from_bytes(name), i.to_string());
    }
    let mut got = paths(&bench.until_count(names.len()).await);
    got.sort();
    let long = "n".repeat(255);
    let mut expected = vec![
        "new\nline.txt",
        "\\xB1\\xA8\\xB8\\xE6.txt",
        "\\xFF.txt",
        "back\\\\slash.txt",
        "\u{e9}.txt",
        "e\u{301}.txt",
        "CASE.txt",
        "case.txt",
        &long,
    ];
    expected.sort();
    assert_eq!(got, expected);
    stopped(intake).await;
}
