//! The program as its users meet it: the real binary, its output and its exit codes.

use nianbao::edition::Editions;
use nianbao::specimen::Specimen;
use serde_json::Value;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn nianbao(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
    command.args(args).current_dir(dir).stdin(Stdio::null());
    for name in ["NIANBAO_CONFIG", "NIANBAO_SERVER", "NIANBAO_ADMIN", "NO_COLOR", "CLICOLOR_FORCE"]
    {
        command.env_remove(name);
    }
    command
}

fn run(dir: &Path, args: &[&str]) -> Output {
    nianbao(dir, args).output().expect("the binary runs")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

fn specimen(patches: &str) -> Specimen {
    Specimen::patched(Editions::embedded(), patches).expect("the patches fit")
}

fn lines(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn temp() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn put(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(dir.join(name), bytes).expect("written");
}

/// A report whose total in table 3 is one too high.
const ONE_TOO_HIGH: &str = "t3.total.NP = 22";

#[test]
fn wrong_usage_is_64_and_help_is_0() {
    let dir = temp();
    for args in [&[][..], &["frobnicate"], &["check"], &["check", "--format", "xml", "a"]] {
        let output = run(dir.path(), args);
        assert_eq!(code(&output), 64, "{args:?}");
        assert!(stdout(&output).is_empty() && !stderr(&output).is_empty(), "{args:?}");
    }
    for args in [&["--help"][..], &["check", "--help"], &["--version"]] {
        assert_eq!(code(&run(dir.path(), args)), 0, "{args:?}");
    }
}

#[test]
fn wrong_usage_is_told_in_chinese_first() {
    let dir = temp();
    for (args, said) in [
        (&[][..], "请写明要做什么"),
        (&["frobnicate"], "没有“frobnicate”这个命令"),
        (&["lst"], "没有“lst”这个命令，是不是 list？"),
        (&["check"], "还缺：<FILE|DIR>..."),
        (&["check", "--formt", "json", "a"], "用不上“--formt”"),
        (&["check", "--format", "xml", "a"], "不能是“xml”，可以是：text、json"),
        (&["check", "a", "--format"], "后面要写一个值，可以是：text、json"),
        (&["check", "--year", "去年", "a"], "不能是“去年”：应为数字"),
        (&["list", "--rule", "AR-99"], "不能是“AR-99”：没有这条规则"),
        (&["recheck", "3", "--year", "2024"], "同时使用"),
    ] {
        let output = run(dir.path(), args);
        assert_eq!(code(&output), 64, "{args:?}");
        let first = stderr(&output).lines().next().unwrap_or_default();
        assert!(first.starts_with("nianbao: ") && first.contains(said), "{args:?}: {first}");
    }
}

#[test]
fn a_bad_configuration_is_78_with_place_and_remedy() {
    let dir = temp();
    put(dir.path(), "bad.toml", "data = \"var\"\n\n[grpc]\nlisten = \"0.0.0.0:50051\"\n");
    let want = "\
配置有 1 处问题，未启动 · configuration problems: 1

bad.toml:4:10: 接口没有加密和身份核验，不能对本机以外开放
  the API has no encryption and no login and must not be open beyond this machine
    4 | listen = \"0.0.0.0:50051\"
      |          ^^^^^^^^^^^^^^^
  改法：改为 \"127.0.0.1:50051\"；从别处访问请经 SSH 转发：ssh -L 50051:127.0.0.1:50051 本机
  fix: write \"127.0.0.1:50051\"; from elsewhere forward it: ssh -L 50051:127.0.0.1:50051 host
";
    for verb in [&["config", "check"][..], &["serve"], &["check", "x.txt"], &["rebuild"]] {
        let args = [&["--config", "bad.toml"], verb].concat();
        let output = run(dir.path(), &args);
        assert_eq!((code(&output), stderr(&output)), (78, want), "{args:?}");
    }
    assert!(!dir.path().join("var").exists(), "nothing was started");
}

#[test]
fn a_configuration_may_be_named_by_the_environment() {
    let dir = temp();
    put(dir.path(), "site.toml", "workers = 3\n");
    let mut command = nianbao(dir.path(), &["config", "show"]);
    let output = command.env("NIANBAO_CONFIG", "site.toml").output().expect("it runs");
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("\nworkers = 3\n"), "{}", stdout(&output));
}

#[test]
fn the_same_report_reads_alike_in_every_format() {
    for edition in ["2019", "2021"] {
        let dir = temp();
        let clean = specimen(&format!("版式 = {edition}"));
        put(dir.path(), "a.txt", clean.to_text());
        put(dir.path(), "b.md.txt", clean.to_markdown());
        put(dir.path(), "c.html", clean.to_html());
        put(dir.path(), "d.docx", clean.to_docx());
        let output = run(dir.path(), &["check", "--format", "json", "."]);
        assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
        let lines = lines(&output);
        let files: Vec<&str> = lines.iter().filter_map(|line| line["file"].as_str()).collect();
        assert_eq!(files, ["./a.txt", "./b.md.txt", "./c.html", "./d.docx"]);
        for line in &lines {
            assert_eq!(line["outcome"], "compliant", "{line}");
            assert_eq!(line["edition"], edition, "{line}");
            for key in ["unit", "year", "values", "coverage"] {
                assert_eq!(line[key], lines[0][key], "{key} of {}", line["file"]);
            }
        }
        assert!(lines[0]["values"]["t3.new.NP"].is_u64());
    }
}

#[test]
fn a_finding_is_told_to_programs_with_place_values_and_fingerprint() {
    let dir = temp();
    put(dir.path(), "bad.docx", specimen(ONE_TOO_HIGH).to_docx());
    let output = run(dir.path(), &["check", "--format", "json", "bad.docx"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let line = &lines(&output)[0];
    assert_eq!(line["outcome"], "returned");
    assert_eq!(line["coverage"]["AR-02"], "fail");
    assert_eq!(line["values"]["t3.total.NP"], 22);
    assert_eq!(line["sha256"].as_str().map(str::len), Some(64));
    let findings = line["findings"].as_array().expect("a list");
    let sum = findings.iter().find(|f| f["code"] == "AR-02").expect("the column does not add up");
    assert_eq!((&sum["severity"], &sum["found"]), (&"error".into(), &"22".into()));
    assert_eq!(sum["expected"], "21");
    assert_eq!(sum["fingerprint"].as_str().map(str::len), Some(16));
    let place = &sum["places"][0];
    assert_eq!((&place["table"], &place["column"]), (&3.into(), &"自然人".into()));
    assert_eq!((&place["field"], &place["quote"]), (&"t3.total.NP".into(), &"22".into()));
    assert!(place["words"].as_str().is_some_and(|w| w.starts_with("表三 第")), "{place}");
}

#[test]
fn keys_stand_in_a_fixed_order() {
    let dir = temp();
    put(dir.path(), "a.txt", specimen(ONE_TOO_HIGH).to_text());
    put(dir.path(), "b.txt", "");
    let output = run(dir.path(), &["check", "--format", "json", "a.txt", "b.txt"]);
    let (judged, unreadable) = stdout(&output).split_once('\n').expect("two lines");
    let order = |text: &str, keys: &[&str]| {
        let at: Vec<usize> =
            keys.iter().map(|key| text.find(&format!("\"{key}\":")).expect(key)).collect();
        assert!(at.is_sorted(), "{keys:?} in {text}");
    };
    let top = [
        "file", "format", "sha256", "unit", "year", "edition", "outcome", "findings", "coverage",
        "values",
    ];
    order(judged, &top);
    order(judged, &["code", "severity", "message", "help", "basis", "places", "expected", "found"]);
    order(unreadable, &[&top[..], &["unreadable", "reason", "message", "help"]].concat());
}

#[test]
fn an_unreadable_file_says_why_and_what_to_send_instead() {
    let dir = temp();
    put(dir.path(), "photo.docx", b"\x89PNG\r\n\x1a\n0000");
    let output = run(dir.path(), &["check", "--format", "json", "photo.docx"]);
    assert_eq!(code(&output), 1);
    let line = &lines(&output)[0];
    assert_eq!((&line["outcome"], &line["format"]), (&"unreadable".into(), &"picture".into()));
    assert_eq!(line["findings"], Value::Array(Vec::new()));
    for key in ["reason", "message", "help"] {
        assert!(line["unreadable"][key].as_str().is_some_and(|t| !t.is_empty()), "{key}: {line}");
    }
    let text = run(dir.path(), &["check", "photo.docx"]);
    assert!(stdout(&text).starts_with("【无法判读】"), "{}", stdout(&text));
}

#[test]
fn a_file_over_the_limit_is_told_the_limit_in_units_of_people() {
    let dir = temp();
    put(dir.path(), "site.toml", "[limits]\nbytes = \"64KiB\"\n");
    put(dir.path(), "big.txt", "年".repeat(40_000));
    let output = run(dir.path(), &["--config", "site.toml", "check", "big.txt"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("文件超过上限 64 KB"), "{}", stdout(&output));
    put(dir.path(), "a.rar", b"Rar!\x1A\x07\x01\0");
    let archive = run(dir.path(), &["check", "a.rar"]);
    let said = stdout(&archive);
    assert!(said.contains("这是 RAR、7z 等格式的压缩包，"), "{said}");
}

#[test]
fn the_verdict_for_people_names_place_problem_remedy_and_basis() {
    let dir = temp();
    put(dir.path(), "bad.txt", specimen(ONE_TOO_HIGH).to_text());
    let output = run(dir.path(), &["check", "bad.txt"]);
    assert_eq!(code(&output), 1);
    let text = stdout(&output);
    for part in [
        "【退回】",
        "须修改",
        "AR-02",
        "位置：表三 第",
        "问题：",
        "怎么改：",
        "依据：",
        "核对范围：",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(!text.contains('\x1b'), "no colours into a pipe");
    let english = run(dir.path(), &["check", "--lang", "en", "bad.txt"]);
    assert!(stdout(&english).starts_with("【returned】"), "{}", stdout(&english));
    assert!(stdout(&english).contains("place: Table 3, row "), "{}", stdout(&english));
}

#[test]
fn colours_come_when_asked_for() {
    let dir = temp();
    put(dir.path(), "a.txt", specimen("").to_text());
    let coloured = run(dir.path(), &["check", "--color", "always", "a.txt"]);
    assert!(stdout(&coloured).contains("\x1b["));
    let mut plain = nianbao(dir.path(), &["check", "a.txt"]);
    assert!(!stdout(&plain.env("NO_COLOR", "1").output().expect("runs")).contains('\x1b'));
}

#[test]
fn what_is_not_there_is_2_and_the_rest_is_still_checked() {
    let dir = temp();
    put(dir.path(), "a.txt", specimen("").to_text());
    let output = run(dir.path(), &["check", "--format", "json", "absent.txt", "a.txt"]);
    assert_eq!(code(&output), 2);
    assert_eq!(lines(&output).len(), 1);
    assert!(stderr(&output).contains("absent.txt：没有这个文件"), "{}", stderr(&output));
    std::fs::create_dir(dir.path().join("empty")).expect("created");
    assert_eq!(code(&run(dir.path(), &["check", "empty"])), 2);
}

#[test]
fn many_files_come_in_order_with_a_sum_at_the_end() {
    let dir = temp();
    let (good, bad) = (specimen("").to_text(), specimen(ONE_TOO_HIGH).to_text());
    for number in 0..24 {
        let text = if number % 5 == 0 { &bad } else { &good };
        put(dir.path(), &format!("{number:02}.txt"), text);
    }
    put(dir.path(), "~$00.txt", "left by an editor");
    let output = run(dir.path(), &["check", "."]);
    assert_eq!(code(&output), 1);
    let files: Vec<&str> =
        stdout(&output).lines().filter_map(|line| line.trim().strip_prefix("文件：./")).collect();
    let want: Vec<String> = (0..24).map(|number| format!("{number:02}.txt")).collect();
    assert_eq!(files, want);
    let last = stdout(&output).lines().last();
    assert_eq!(last, Some("共核对 24 份：合规 19，需核实 0，退回 5，无法判读 0"));
}

#[test]
fn a_reader_that_hangs_up_is_no_error() {
    let dir = temp();
    let good = specimen("").to_text();
    for number in 0..40 {
        put(dir.path(), &format!("{number}.txt"), &good);
    }
    let mut command = nianbao(dir.path(), &["check", "--format", "json", "."]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("runs");
    let mut first = [0; 16];
    child.stdout.take().expect("piped").read_exact(&mut first).expect("it writes");
    // The pipe is closed here; what is still to come does not fit into its buffer.
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((code(&output), stderr(&output)), (0, ""));
}

#[test]
fn rules_are_listed_and_explained() {
    let dir = temp();
    let list = run(dir.path(), &["rules"]);
    assert_eq!(code(&list), 0);
    assert!(
        stdout(&list).lines().any(|line| line.starts_with("AR-01  须修改")),
        "{}",
        stdout(&list)
    );
    assert_eq!(stdout(&run(dir.path(), &["rules", "list"])), stdout(&list));
    let page = run(dir.path(), &["rules", "explain", "ar-01"]);
    assert_eq!(code(&page), 0);
    let text = stdout(&page);
    assert!(text.starts_with("AR-01 ") && text.contains("\n依据\n"), "{text}");
    assert!(!text.contains('#') && !text.contains("```"), "no marks and no examples: {text}");
    let english = run(dir.path(), &["rules", "explain", "AR-01", "--lang", "en"]);
    for part in ["severity: to mend\n", "basis: ", "in Chinese"] {
        assert!(stdout(&english).contains(part), "{part}: {}", stdout(&english));
    }
    assert_eq!(code(&run(dir.path(), &["rules", "explain", "AR-99"])), 2);
}

#[test]
fn a_file_of_an_old_share_is_named_as_it_was_typed() {
    use std::os::unix::ffi::OsStrExt;
    let dir = temp();
    let (name, _, _) = encoding_rs::GB18030.encode("水利局2024年报.txt");
    let path = dir.path().join(std::ffi::OsStr::from_bytes(&name));
    std::fs::write(path, specimen("").to_text()).expect("written");
    let output = run(dir.path(), &["check", "."]);
    assert!(stdout(&output).contains("  文件：./水利局2024年报.txt\n"), "{}", stdout(&output));
}

#[test]
fn a_rule_switched_off_is_told_to_people_and_keeps_its_word_for_programs() {
    let dir = temp();
    put(dir.path(), "site.toml", "[rules]\noff = [\"ST-03\"]\n");
    put(dir.path(), "a.txt", specimen("").to_text());
    let text = run(dir.path(), &["--config", "site.toml", "check", "a.txt"]);
    assert!(stdout(&text).contains("，本单位设置已关闭 1\n"), "{}", stdout(&text));
    let json = run(dir.path(), &["--config", "site.toml", "check", "--format", "json", "a.txt"]);
    assert_eq!(lines(&json)[0]["coverage"]["ST-03"], "not_applicable");
}

#[test]
fn a_report_without_tables_is_not_answered_by_a_page_of_what_was_left_open() {
    let dir = temp();
    put(dir.path(), "a.txt", specimen("删去表二\n删去表三\n删去表四").to_text());
    let open = |args: &[&str]| {
        let output = run(dir.path(), args);
        let open = stdout(&output).lines().filter(|line| line.starts_with("  未能核对")).count();
        (open, stdout(&output).to_string())
    };
    let (brief, text) = open(&["check", "a.txt"]);
    assert!(brief <= 12, "{text}");
    assert!(text.contains("加 --all"), "{text}");
    let (full, text) = open(&["check", "--all", "a.txt"]);
    assert!(full >= 20, "{text}");
}

#[test]
fn a_client_without_a_daemon_says_so() {
    let dir = temp();
    // Port 1 is not served anywhere.
    for verb in ["list", "status", "alerts"] {
        let output = run(dir.path(), &[verb, "--server", "127.0.0.1:1"]);
        assert_eq!(code(&output), 2, "{verb}: {}", stderr(&output));
        assert!(!stderr(&output).is_empty() && stdout(&output).is_empty(), "{verb}");
    }
}

#[test]
fn a_client_goes_where_the_named_configuration_listens() {
    let dir = temp();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    drop(taken);
    let site = format!("lang = \"en\"\n[grpc]\nlisten = \"{address}\"\n");
    put(dir.path(), "site.toml", site);
    let output = run(dir.path(), &["--config", "site.toml", "list"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains(&format!("no daemon at {address}")), "{}", stderr(&output));
    let other = run(dir.path(), &["--config", "site.toml", "list", "--server", "127.0.0.1:1"]);
    assert!(stderr(&other).contains("no daemon at 127.0.0.1:1"), "{}", stderr(&other));
    let admin = run(dir.path(), &["--config", "site.toml", "rescan"]);
    assert!(stderr(&admin).contains("grpc.admin"), "{}", stderr(&admin));
    put(dir.path(), "any.toml", "[grpc]\nlisten = \"127.0.0.1:0\"\n");
    let any = run(dir.path(), &["--config", "any.toml", "list"]);
    assert!(stderr(&any).contains("--server"), "{}", stderr(&any));
    for verb in [&["list"][..], &["status"], &["show", "1"], &["list", "--server", "127.0.0.1:1"]] {
        let args = [&["--config", "absent.toml"], verb].concat();
        assert_eq!(code(&run(dir.path(), &args)), 78, "{args:?}");
    }
}

#[test]
fn a_slip_in_a_listing_is_wrong_usage_and_says_what_is_meant() {
    let dir = temp();
    for (args, said) in [
        (&["list", "--rule", "AR-99"][..], "没有这条规则"),
        (&["list", "--limit", "0"], "--limit"),
        (&["ack", "3", "--by", " "], "请写明由谁认领"),
    ] {
        let output = run(dir.path(), args);
        assert_eq!(code(&output), 64, "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{args:?}: {}", stderr(&output));
    }
    let known = ["list", "--rule", "ar-01", "--outcome", "退回", "--server", "127.0.0.1:1"];
    assert_eq!(code(&run(dir.path(), &known)), 2, "only the daemon is missing");
}

#[test]
fn what_cannot_be_done_leaves_no_data_directory() {
    let dir = temp();
    let rebuild = run(dir.path(), &["rebuild"]);
    assert_eq!(code(&rebuild), 2);
    assert!(stderr(&rebuild).contains("这里没有数据目录"), "{}", stderr(&rebuild));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound");
    put(dir.path(), "site.toml", format!("[grpc]\nlisten = \"{address}\"\n"));
    let serve = run(dir.path(), &["--config", "site.toml", "serve"]);
    assert_eq!(code(&serve), 2, "{}", stderr(&serve));
    assert!(!dir.path().join("var").exists());
}

#[test]
fn the_demo_leaves_a_file_that_is_there_as_it_is() {
    let dir = temp();
    std::fs::create_dir(dir.path().join("samples")).expect("created");
    put(&dir.path().join("samples"), "01-水利局2024年报.docx", "mine");
    let output = run(dir.path(), &["demo", "--to", "samples"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let noted: Vec<&str> =
        stdout(&output).lines().filter(|line| line.contains("已存在，未覆盖")).collect();
    assert!(noted.len() == 1 && noted[0].starts_with("01-"), "{}", stdout(&output));
    let kept = std::fs::read(dir.path().join("samples/01-水利局2024年报.docx")).expect("there");
    assert_eq!(kept, b"mine");
}

#[test]
fn a_folder_that_is_not_there_is_noted_by_the_check_of_the_configuration() {
    let dir = temp();
    put(dir.path(), "site.toml", "[[folder]]\nname = \"a\"\npath = \"share/a\"\n");
    let output = run(dir.path(), &["--config", "site.toml", "config", "check"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("share/a"), "{}", stdout(&output));
}

#[test]
fn the_demo_shows_what_it_promises() {
    let dir = temp();
    let written = run(dir.path(), &["demo", "--to", "samples"]);
    assert_eq!(code(&written), 0, "{}", stderr(&written));
    let mut promised: Vec<(String, String)> = Vec::new();
    for line in stdout(&written).lines().filter(|line| line.starts_with('0')) {
        let mut words = line.split_whitespace().map(str::to_string);
        promised.push((words.next().expect("a file"), words.next().expect("an outcome")));
    }
    assert!(promised.len() >= 6, "{}", stdout(&written));
    let checked = run(dir.path(), &["check", "--format", "json", "samples"]);
    let words = |outcome: &str| match outcome {
        "compliant" => "合规",
        "needs_review" => "需核实",
        "returned" => "退回",
        _ => "无法判读",
    };
    let shown: Vec<(String, String)> = lines(&checked)
        .iter()
        .map(|line| {
            let file = line["file"].as_str().expect("a name").trim_start_matches("samples/");
            (file.to_string(), words(line["outcome"].as_str().expect("a word")).to_string())
        })
        .collect();
    assert_eq!(shown, promised);
}
