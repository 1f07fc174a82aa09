//! The configuration as its author meets it: defaults, every problem with its place, no secret shown.

use nianbao::config::{
    After, ChannelKind, ConfigError, DEFAULTS, Mode, Receipts, Settings, UnitFrom, load, parse,
    show,
};
use std::path::Path;
use std::time::Duration;

fn read(text: &str) -> Result<Settings, ConfigError> {
    parse(text, "nianbao.toml", Path::new("/site"))
}

fn problems(text: &str) -> Vec<(usize, usize, String)> {
    let error = read(text).expect_err("the text has problems");
    let place = |p: &nianbao::config::Problem| p.at.as_ref().map_or((0, 0), |s| (s.line, s.column));
    error
        .problems
        .iter()
        .map(|p| {
            assert!(!p.help.zh.is_empty() && !p.help.en.is_empty(), "no remedy: {p:?}");
            (place(p).0, place(p).1, p.what.zh.clone())
        })
        .collect()
}

#[test]
fn the_built_in_file_says_what_the_code_does_without_it() {
    let stated = read(DEFAULTS).expect("the built-in configuration is fine");
    let bare = "[[folder]]\nname = \"inbox\"\npath = \"var/inbox\"\n";
    assert_eq!(stated, read(bare).expect("a name and a path are enough"));
    assert_eq!(stated.data, Path::new("/site/var"));
    assert_eq!(stated.folders[0].path, Path::new("/site/var/inbox"));
    assert_eq!(stated.grpc.listen.to_string(), "127.0.0.1:50051");
}

#[test]
fn without_any_folder_the_default_inbox_is_kept() {
    let stated = read(DEFAULTS).expect("the built-in configuration is fine");
    assert_eq!(read("lang = \"zh\"\n").expect("fine").folders, stated.folders);
    let elsewhere = read("data = \"/srv/nianbao\"\n").expect("fine");
    assert_eq!(elsewhere.folders[0].path, Path::new("/srv/nianbao/inbox"));
}

#[test]
fn the_built_in_configuration_starts_at_the_working_directory() {
    let here = std::env::current_dir().expect("a working directory");
    assert_eq!(load(None).expect("fine").data, here.join("var"));
}

#[test]
fn what_is_shown_reads_back_as_the_same_settings() {
    let text = r#"
data = "/srv/nianbao"
workers = 3
[[folder]]
name = "县直"
path = "in \"quoted\""
unit = { fixed = "县审计局" }
after = { move = "done" }
settle = "1500ms"
[rules]
part_one_limit = 1000
"#;
    let settings = read(text).expect("fine");
    assert_eq!(settings.folders[0].unit, UnitFrom::Fixed("县审计局".into()));
    assert_eq!(settings.folders[0].after, After::Move("/site/done".into()));
    assert_eq!(settings.folders[0].settle, Duration::from_millis(1500));
    assert_eq!(read(&show(&settings)).expect("shown settings are fine"), settings);
}

#[test]
fn routes_and_hours_are_shown_as_they_are_read() {
    let text = r#"
[[channel]]
name = "平台"
kind = "webhook"
url = "http://127.0.0.1:9/"
digest = "07:45"
[[channel]]
name = "群"
kind = "wecom"
url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"
[alerts]
urgent = ["overdue"]
quiet = ["18:00-08:00", "12:00-13:30"]
quiet_days = true
repeat = "off"
escalate_after = "3d"
[calendar]
holidays = ["2026-01-01"]
[[route]]
regions = ["东片"]
kinds = ["returned", "overdue"]
unit_kinds = ["township"]
channels = ["群"]
escalate_to = ["平台"]
"#;
    let settings = read(text).expect("fine");
    let digests: Vec<_> = settings.channels.iter().map(|channel| channel.digest).collect();
    assert_eq!(digests, [Some(465), Some(510)], "people have a digest without asking for it");
    let hours = &settings.alerts.hours;
    assert_eq!(hours.quiet, [(1080, 480), (720, 810)]);
    assert_eq!((hours.repeat, hours.escalate_after), (None, Some(3 * 86_400_000)));
    assert_eq!((hours.calendar.holidays.len(), hours.utc_offset_minutes), (1, 480));
    assert_eq!(settings.alerts.routes[0].kinds.len(), 2);
    let shown = show(&settings);
    assert!(!shown.contains("key=k"), "{shown}");
    let with_address = shown.replacen(
        "kind = \"wecom\"",
        "kind = \"wecom\"\nurl = \"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k\"",
        1,
    );
    assert_eq!(read(&with_address).expect("shown settings are fine"), settings);
}

#[test]
fn a_route_to_nowhere_and_hours_of_no_day_are_problems_with_their_place() {
    let text = r#"[alerts]
urgent = ["overdew"]
quiet = ["25:00-08:00", "08:00-08:00"]
repeat = "never"
[[channel]]
name = "log"
kind = "log"
digest = "8:30"
[[route]]
regions = ["东片"]
channels = ["log", "lgo"]
[[route]]
unit_kinds = ["部门"]
"#;
    let want = [
        (2, 11, "urgent 的值不对"),
        (3, 10, "quiet 的值不对"),
        (3, 25, "quiet 的值不对"),
        (4, 10, "repeat 的值不对"),
        (8, 10, "digest 的值不对"),
        (11, 20, "没有叫“lgo”的提醒渠道"),
        (12, 1, "[[route]] 缺少 channels"),
        (13, 15, "unit_kinds 的值不对"),
    ];
    let want: Vec<_> = want.map(|(line, column, what)| (line, column, what.into())).into();
    assert_eq!(problems(text), want);
}

#[test]
fn every_problem_is_found_at_once_and_in_order() {
    let text = r#"lang = "fr"
grase = "20s"
workers = 0

[[folder]]
name = "a b"
path = "in"
settle = "2"

[[folder]]
path = "in/sub"
colour = 1

[grpc]
listen = "0.0.0.0:50051"
admin = "nowhere"

[rules]
off = ["AR-99"]

[log]
filter = "=="
"#;
    let want = [
        (1, 8, "lang 的值不对"),
        (2, 1, "不认识的配置项 grase"),
        (3, 11, "workers 的值不对"),
        (6, 8, "name 的值不对"),
        (8, 10, "settle 的值不对"),
        (10, 1, "[[folder]] 缺少 name"),
        (11, 8, "与另一个监测文件夹重叠：/site/in"),
        (12, 1, "不认识的配置项 colour"),
        (15, 10, "接口没有加密和身份核验，不能对本机以外开放"),
        (16, 9, "admin 的值不对"),
        (19, 8, "没有这条规则"),
        (22, 10, "filter 的值不对"),
    ];
    let got = problems(text);
    let want: Vec<_> = want.iter().map(|(l, c, w)| (*l, *c, w.to_string())).collect();
    assert_eq!(got, want);
}

#[test]
fn a_problem_is_shown_with_line_caret_and_remedy_in_both_languages() {
    let error = read("[[folder]]\nname = \"县直\"\npath = \"in\"\ndetect = \"often\" # 试\n")
        .expect_err("often is no way to watch");
    let want = "\
配置有 1 处问题，未启动 · configuration problems: 1

nianbao.toml:4:10: detect 的值不对
  the value of detect is not usable
    4 | detect = \"often\" # 试
      |          ^^^^^^^
  改法：写成其中之一：\"auto\"、\"native\"、\"poll\"
  fix: write one of \"auto\", \"native\", \"poll\"
";
    assert_eq!(error.to_string(), want);
}

#[test]
fn a_slip_of_the_pen_is_guessed() {
    let error = read("[grpc]\nlisten_ = \"127.0.0.1:1\"\n").expect_err("no such key");
    assert_eq!(error.problems[0].help.en, "did you mean listen?");
}

#[test]
fn broken_syntax_is_a_problem_with_a_place() {
    let got = problems("data = \"var\"\n[[folder]\n");
    assert_eq!(got[0].0, 2);
    assert!(got.iter().any(|(_, _, what)| what == "不是合法的 TOML"), "{got:?}");
}

#[test]
fn folders_that_would_feed_on_the_store_are_refused() {
    for (path, what) in [
        (".", "监测文件夹把数据目录包含在内"),
        ("var", "监测文件夹把数据目录包含在内"),
        ("var/spool/x", "监测文件夹在数据目录自用的子目录中"),
    ] {
        let text = format!("[[folder]]\nname = \"a\"\npath = \"{path}\"\n");
        assert_eq!(problems(&text), [(3, 8, what.to_string())], "{path}");
    }
}

#[test]
fn folders_overlap_through_symbolic_links_too() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let path = dir.path();
    std::fs::create_dir(path.join("real")).expect("created");
    std::os::unix::fs::symlink(path.join("real"), path.join("link")).expect("linked");
    let text =
        "[[folder]]\nname = \"a\"\npath = \"real\"\n[[folder]]\nname = \"b\"\npath = \"link/in\"\n";
    let error = parse(text, "x.toml", path).expect_err("the second lies in the first");
    assert!(error.problems[0].what.en.starts_with("overlaps another watched folder"), "{error}");
}

#[test]
fn a_folder_for_trials_has_receipts_and_keeps_its_files() {
    let folder = |more: &str| format!("[[folder]]\nname = \"a\"\npath = \"in\"\n{more}");
    let trial = read(&folder("mode = \"check\"\n")).expect("fine");
    assert_eq!((trial.folders[0].mode, trial.folders[0].receipts), (Mode::Check, Receipts::Html));
    assert_eq!(read(&folder("")).expect("fine").folders[0].receipts, Receipts::Off);
    let both = read(&folder("receipts = \"both\"\n")).expect("fine");
    assert_eq!(read(&show(&both)).expect("shown settings are fine"), both);
    let silent = folder("mode = \"check\"\nreceipts = \"off\"\nafter = { move = \"x\" }\n");
    assert_eq!(
        problems(&silent),
        [
            (5, 12, "试投文件夹的结果只在回执里，不能关掉".to_string()),
            (6, 9, "试投文件夹里的文件不移走".to_string()),
        ]
    );
}

#[test]
fn names_are_used_once() {
    let text =
        "[[channel]]\nname = \"a\"\nkind = \"log\"\n[[channel]]\nname = \"a\"\nkind = \"log\"\n";
    assert_eq!(problems(text), [(5, 8, "[[channel]] 的名称“a”用了两次".to_string())]);
}

#[test]
fn secrets_come_from_one_place_and_are_never_shown() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    std::fs::write(dir.path().join("duty.secret"), format!("{secret}\n")).expect("written");
    let head =
        "[[channel]]\nname = \"duty\"\nkind = \"webhook\"\nurl = \"https://example.org/hook\"\n";
    let read = |rest: &str| parse(&format!("{head}{rest}\n"), "x.toml", dir.path());

    let settings = read("secret_file = \"duty.secret\"").expect("fine");
    let ChannelKind::Webhook { secret: Some(bytes), .. } = &settings.channels[0].kind else {
        panic!("a signed webhook was configured: {settings:?}");
    };
    assert_eq!(bytes.len(), 24);
    for shown in [format!("{settings:?}"), show(&settings)] {
        assert!(!shown.contains("MfKQ") && !shown.contains("[49, 242"), "{shown}");
    }
    for (wrong, column) in [
        ("secret = \"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"", 10),
        ("secret = \"whsec_c2hvcnQ=\"", 10),
        ("secret_env = \"NIANBAO_TEST_SECRET_NOT_SET\"", 14),
        ("secret_file = \"absent\"", 15),
    ] {
        let error = read(wrong).expect_err(wrong);
        let spot = error.problems[0].at.as_ref().expect("a place");
        assert_eq!((spot.line, spot.column), (5, column), "{wrong}");
        let shown = error.to_string();
        assert!(!shown.contains("MfKQ") && !shown.contains("c2hvcnQ"), "{shown}");
    }
    let twice = format!("secret = \"{secret}\"\nsecret_file = \"duty.secret\"");
    assert_eq!(read(&twice).expect_err("given twice").problems[0].what.zh, "密钥写了不止一处");
    let inline =
        format!("channel = [{{ name = \"a\", kindd = \"log\", secret = \"{secret}\" }}]\n");
    let shown = parse(&inline, "x.toml", dir.path()).expect_err("a misspelt key").to_string();
    assert!(shown.contains("kindd") && !shown.contains("MfKQ"), "{shown}");
}

#[test]
fn a_webhook_goes_to_a_plain_address() {
    for url in [
        "ftp://example.org/",
        "example.org",
        "https://user:pass@example.org/",
        "http://169.254.169.254/latest",
        "http://[fe80::1]/",
        "https://",
    ] {
        let text = format!("[[channel]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"{url}\"\n");
        assert_eq!(problems(&text), [(4, 7, "url 的值不对".to_string())], "{url}");
    }
}

#[test]
fn a_file_that_is_not_there_is_one_problem_without_a_place() {
    let error = load(Some(Path::new("/nowhere/nianbao.toml"))).expect_err("not there");
    assert_eq!(error.problems.len(), 1);
    assert_eq!(error.problems[0].what.zh, "配置文件读不出来");
    assert!(error.to_string().contains("/nowhere/nianbao.toml"), "{error}");
}

#[test]
fn files_are_not_moved_to_where_they_are_taken_again_or_never_looked_for() {
    let folder = |name: &str, after: &str| {
        format!(
            "[[folder]]\nname = \"{name}\"\npath = \"in/{name}\"\nafter = {{ move = \"{after}\" }}\n"
        )
    };
    for (bad, what) in [
        ("in/a", "移走后的文件会落入监测文件夹"),
        ("in", "移走后的文件会落入监测文件夹"),
        ("in/b/done", "移走后的文件会落入监测文件夹"),
        ("var/spool", "文件会移入数据目录自用的子目录"),
    ] {
        let text = folder("a", bad) + &folder("b", "done");
        assert_eq!(problems(&text), [(4, 9, what.to_string())], "{bad}");
    }
    for good in ["done", "in/a/done", "var/done"] {
        read(&(folder("a", good) + &folder("b", "done"))).expect(good);
    }
}
