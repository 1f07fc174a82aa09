//! A site's additions to the form as its administrator meets them: every problem with its place, shown
//! back as written, and the same form wherever the program reads a report.

mod daemon_kit;

use daemon_kit::{Daemon, drop_in};
use nianbao::config::{ConfigError, Problem, Settings, load, parse, show};
use nianbao::edition::{Editions, MOST_FILES};
use nianbao::proto::v1::edition_service_client::EditionServiceClient;
use nianbao::proto::v1::verdict_service_client::VerdictServiceClient;
use nianbao::proto::v1::{
    GetEditionRequest, GetVerdictRequest, Stage, get_verdict_request, judgement,
};
use nianbao::specimen::Specimen;
use std::path::Path;
use std::process::{Command, Output};

fn read(text: &str) -> Result<Settings, ConfigError> {
    parse(text, "nianbao.toml", Path::new("/site"))
}

fn place(p: &Problem) -> (usize, usize, String) {
    assert!(!p.help.zh.is_empty() && !p.help.en.is_empty(), "no remedy: {p:?}");
    let at = p.at.as_ref().map_or((0, 0), |spot| (spot.line, spot.column));
    (at.0, at.1, p.what.zh.clone())
}

fn problems(text: &str) -> Vec<(usize, usize, String)> {
    read(text).expect_err("the text has problems").problems.iter().map(place).collect()
}

#[test]
fn every_problem_of_the_form_is_found_at_once_where_it_stands() {
    let text = r#"[form.2021]
alias."t3.grunted" = ["予以公开件数"]
alias."t3.col.T" = ["合计"]
alias."granted" = ["公开的件数"]
alias."t3.d1" = "国密"
heading.7 = ["其他"]
heading.1 = ["总体情况。", 5]
headng = 1

[[form.2021.row]]
table = 4
id = "x"
label = "撤回申请"
after = "R1"

[[form.2021.row]]
table = 2
id = "NOR"
label = "其他文件"
after = "NOR"
sum = "t2.NOR"

[[form.2021.column]]
table = 4
id = "col"
label = "撤回"
after = "结果维持"

[form.2020]
heading.1 = ["情况综述"]

[rules.length]
7 = 100
1 = 0
"#;
    let want = [
        (2, 23, "格式没有“t3.grunted”"),
        (4, 20, "“granted”不是标签的名称"),
        (5, 17, "应为一组文字"),
        (6, 9, "heading 之后应为部分或表的号数"),
        (7, 14, "“总体情况。”就是格式自己的写法"),
        (7, 23, "不是文字"),
        (8, 1, "不认识的配置项 headng"),
        (13, 9, "表四只有一行数据，不能加行"),
        (19, 9, "计入合计的行、列必须是必有的"),
        (26, 9, "id “col”不能用"),
        (30, 14, "没有版式 2020"),
        (33, 1, "没有第 7 部分"),
        (34, 5, "字数上限不对"),
    ];
    let want: Vec<_> = want.iter().map(|(l, c, w)| (*l, *c, w.to_string())).collect();
    assert_eq!(problems(text), want);
}

#[test]
fn a_label_with_two_meanings_is_refused_with_both_places() {
    for (text, line, says) in [
        // One wording for two rows.
        (
            "[form.2021]\nalias.\"t3.d1\" = [\"甲类情形\"]\nalias.\"t3.d2\" = [\"甲类情形\"]\n",
            3,
            "（另一处：第 2 行）",
        ),
        // Another row's own words; another edition's.
        ("[form.2021]\nalias.\"t3.d1\" = [\"2.重复申请\"]\n", 2, "2021版表3的行 n2“2.重复申请”"),
        ("[form.2021]\nalias.\"t3.o1\" = [\"（六）其他处理\"]\n", 2, "“（六）其他处理”"),
        // A row that would be seen in the header, exactly or nearly.
        ("[form.2021]\nalias.\"t3.d1\" = [\"科研机构\"]\n", 2, "2021版表3的列"),
        ("[form.2021]\nalias.\"t3.d1\" = [\"科研机构数\"]\n", 2, "科研机构"),
        ("[form.2021]\nalias.\"t3.col.NP\" = [\"行政处罚\"]\n", 2, "2021版表2的行 PEN"),
        // A part's heading for another part, and in the table.
        ("[form.2021]\nheading.6 = [\"存在的主要问题\"]\n", 2, "第5部分的标题"),
        ("[form.2021]\nheading.6 = [\"本年度办理结果\"]\n", 2, "三、本年度办理结果"),
        ("[form.2021]\ncaption.2 = [\"规章\"]\n", 2, "行 REG"),
        // Two columns of one group.
        (
            "[form.2021]\nalias.\"t4.col.R1\" = [\"维持的\"]\nalias.\"t4.col.R2\" = [\"维持的\"]\n",
            3,
            "（另一处：第 2 行）",
        ),
        // An added row that another one already is.
        (
            "[[form.2021.row]]\ntable = 2\nid = \"A\"\nlabel = \"行政许可\"\nafter = \"NOR\"\n",
            4,
            "行 LIC",
        ),
    ] {
        let got = problems(text);
        assert!(got[0].0 == line && got[0].2.contains(says), "{text}\n{got:?}");
        assert_eq!(got.len(), 1, "{got:?}");
    }
    // The groups of table 4 tell like columns apart.
    read("[form.2021]\nalias.\"t4.col.结果维持\" = [\"维持的\"]\n")
        .expect("one sense in each group");
}

#[test]
fn a_fault_of_an_edition_file_is_shown_in_that_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let own = include_str!("../config/editions/2021.toml")
        .replace("id = \"2021\"", "id = \"2027\"")
        .replace("first_year = 2021", "first_year = 2027")
        .replace("rule = \"AR-04\"\nleft = [\"t4.R1\"", "rule = \"AR-09\"\nleft = [\"t4.R9\"");
    std::fs::write(dir.path().join("2027.toml"), own).expect("written");
    let text = "[form]\n[[form.edition]]\nfile = \"2027.toml\"\n[form.2027]\nheading.9 = [\"x\"]\n";
    let error = parse(text, "nianbao.toml", dir.path()).expect_err("three problems");
    let shown = error.to_string();
    assert_eq!(error.problems.len(), 3, "{shown}");
    let path = dir.path().join("2027.toml").display().to_string();
    assert!(shown.contains("nianbao.toml:5:9: heading"), "{shown}");
    assert!(shown.contains(&format!("{path}:262:8: 没有核对勾稽关系的规则 AR-09")), "{shown}");
    assert!(shown.contains(&format!("{path}:263:9: 没有单元格 t4.R9")), "{shown}");
    assert!(shown.contains("  262 | rule = \"AR-09\"\n      |        ^^^^^^^\n"), "{shown}");
}

#[test]
fn what_edition_files_may_cost_is_bounded() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("big.toml"), vec![b'#'; (128 << 10) + 1]).expect("written");
    let name = |file: &str| format!("[[form.edition]]\nfile = \"{file}\"\n");
    for file in ["big.toml", "absent.toml"] {
        let error = parse(&name(file), "x", dir.path()).expect_err(file);
        assert_eq!(place(&error.problems[0]), (2, 8, "版式文件读不出来".into()));
    }
    std::fs::write(dir.path().join("empty.toml"), "").expect("written");
    let many = name("empty.toml").repeat(MOST_FILES + 1);
    let error = parse(&many, "x", dir.path()).expect_err("too many");
    assert_eq!(place(&error.problems[0]), (18, 8, "版式文件太多".into()));
    let labels: Vec<String> = (0..501).map(|n| format!("\"第{n}种写法\"")).collect();
    let text = format!("[form.2021]\nheading.1 = [{}]\n", labels.join(", "));
    assert_eq!(problems(&text)[0].2, "对格式的补充太多");
    let long = "长".repeat(200);
    let text = format!("[form.2021]\nalias.\"t3.d1\" = [\"{long}\"]\n");
    assert_eq!(problems(&text)[0].2, "文字过短、过长或有控制字符");
}

const ADDITIONS: &str = "[rules.length]
1 = 5000
5 = 900
[form.2021]
alias.\"t3.granted\" = [\"（一）予以公开件数\", \"予以公开的件数\"]
heading.5 = [\"问题与改进打算\"]
caption.3 = [\"申请办理情况统计表\"]
[[form.2021.row]]
table = 2
id = \"OTH\"
label = \"其他主动公开文件\"
after = \"NOR\"
required = true
[[form.2021.column]]
table = 4
id = \"R0\"
label = \"申请人撤回\"
after = \"R3\"
required = true
sum = \"t4.col.R5\"
";

#[test]
fn additions_are_shown_as_they_could_be_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let own = include_str!("../config/editions/2021.toml")
        .replace("first_year = 2021", "first_year = 2022");
    std::fs::write(dir.path().join("own.toml"), own.replace("id = \"2021\"", "id = \"own\""))
        .expect("written");
    let text = format!("{ADDITIONS}\n[[form.edition]]\nfile = \"own.toml\"\n");
    let settings = parse(&text, "x", dir.path()).expect("fine");
    assert_eq!(settings.forms.all.len(), 3);
    assert_eq!(settings.rules.part_limits.get(&5), Some(&900));
    let shown = show(&settings);
    assert_eq!(parse(&shown, "x", Path::new("/")).expect("shown settings are fine"), settings);
}

#[test]
fn the_old_limit_of_part_one_is_the_same_as_the_new() {
    let [old, new] = ["[rules]\npart_one_limit = 1000\n", "[rules.length]\n1 = 1000\n"]
        .map(|text| read(text).expect("fine").rules.part_limits);
    assert_eq!(old, new);
    let both = "[rules]\npart_one_limit = 1000\n[rules.length]\n1 = 900\n";
    assert_eq!(problems(both), [(4, 1, "第一部分的上限写了两处".to_string())]);
}

fn nianbao(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
    for name in ["NIANBAO_CONFIG", "NIANBAO_SERVER", "NIANBAO_ADMIN"] {
        command.env_remove(name);
    }
    command.args(args).current_dir(dir).output().expect("the binary runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A report on the site's own form, as it would be handed in.
fn local_report(forms: &Editions, more: &str) -> Vec<u8> {
    let patches = format!(
        "t2.OTH.made = 3\n标签 t3.granted = 予以公开的件数\n第五部分标题 = 五、问题与改进打算\n{more}"
    );
    Specimen::patched(forms, &patches).expect("the patches fit").to_docx()
}

#[test]
fn check_config_and_demo_use_the_sites_form() {
    let dir = tempfile::tempdir().expect("a directory");
    let here = dir.path();
    std::fs::write(here.join("site.toml"), ADDITIONS).expect("written");
    let forms = load(Some(&here.join("site.toml"))).expect("fine").forms;
    std::fs::write(here.join("good.docx"), local_report(&forms, "")).expect("written");
    let wrong = local_report(&forms, "t3.granted.NP = 8\nt2.OTH.valid = x");
    std::fs::write(here.join("wrong.docx"), wrong).expect("written");

    let good = nianbao(here, &["--config", "site.toml", "check", "good.docx"]);
    assert_eq!(good.status.code(), Some(0), "{}", said(&good));
    let good = nianbao(here, &["check", "good.docx"]);
    assert_eq!(good.status.code(), Some(1), "{}", said(&good));
    let wrong = nianbao(here, &["--config", "site.toml", "check", "wrong.docx"]);
    assert_eq!(wrong.status.code(), Some(1));
    for code in ["AR-02", "AR-03", "TB-09"] {
        assert!(said(&wrong).contains(code), "{}", said(&wrong));
    }

    let checked = nianbao(here, &["--config", "site.toml", "config", "check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
    assert!(said(&checked).contains("本地补充 6 处"), "{}", said(&checked));
    let demo = nianbao(here, &["--config", "site.toml", "demo", "--to", "samples"]);
    assert_eq!(demo.status.code(), Some(0), "{}", said(&demo));
    let sample = "samples/01-水利局2024年报.docx";
    let sample = nianbao(here, &["--config", "site.toml", "check", sample]);
    assert_eq!(sample.status.code(), Some(0), "{}", said(&sample));

    std::fs::write(here.join("bad.toml"), "[form.2021]\nheading.1 = [\"概述\", \"其他事项\"]\n")
        .expect("written");
    let bad = nianbao(here, &["--config", "bad.toml", "check", "good.docx"]);
    assert_eq!(bad.status.code(), Some(78), "{}", said(&bad));
    assert!(said(&bad).contains("bad.toml:2:20: "), "{}", said(&bad));
    let model = nianbao(here, &["rules", "form", "2021"]);
    assert_eq!(model.stdout, include_bytes!("../config/editions/2021.toml"));
    assert_eq!(nianbao(here, &["rules", "form", "1949"]).status.code(), Some(2));
    for verb in ["serve", "check good.docx", "demo", "config check", "rules"] {
        let mut args = vec!["--config", "bad.toml"];
        args.extend(verb.split(' '));
        assert_eq!(nianbao(here, &args).status.code(), Some(78), "{verb}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_judges_and_shows_the_sites_form() {
    let dir = tempfile::tempdir().expect("a directory");
    let forms = read(ADDITIONS).expect("fine").forms;
    let edition = forms.get("2021").expect("there");
    let daemon = Daemon::start(dir.path(), ADDITIONS);
    drop_in(&daemon.inbox(), "good.docx", local_report(&forms, ""));
    drop_in(
        &daemon.inbox(),
        "wrong.docx",
        local_report(&forms, "t3.granted.NP = 8\n替换 \"水利局\" => \"审计局\""),
    );
    let submissions = daemon
        .wait_for(|all| all.len() == 2 && all.iter().all(|s| s.stage() != Stage::Received))
        .await;
    let mut verdicts = VerdictServiceClient::new(daemon.channel().await);
    let mut found = Vec::new();
    for submission in submissions {
        let of = Some(get_verdict_request::Of::SubmissionId(submission.id));
        let answer =
            verdicts.get_verdict(GetVerdictRequest { of }).await.expect("judged").into_inner();
        let result = answer.judgement.and_then(|j| j.result);
        let Some(judgement::Result::Verdict(verdict)) = result else { panic!("no verdict") };
        assert_eq!(verdict.edition_hash, edition.hash);
        let mut codes: Vec<String> = verdict.findings.into_iter().map(|f| f.code).collect();
        codes.dedup();
        // The two samples have the same sentences.
        codes.retain(|code| code != "XY-08");
        found.push(codes);
    }
    found.sort();
    assert_eq!(found, [vec![], vec!["AR-02".to_string(), "AR-03".to_string()]]);

    let mut service = EditionServiceClient::new(daemon.channel().await);
    let request = GetEditionRequest { id: "2021".into() };
    let shown = service.get_edition(request).await.expect("there").into_inner();
    assert_eq!(shown.edition.expect("a summary").hash, edition.hash);
    let rows = shown.tables.iter().flat_map(|t| &t.blocks).flat_map(|b| &b.rows);
    assert!(rows.map(|r| r.id.as_str()).any(|id| id == "OTH"));
    assert_eq!(daemon.stop(), Some(0));
}
