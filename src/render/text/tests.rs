//! A verdict as it is written for people.

use super::*;
use crate::document::Anchor;
use crate::model::{Coverage, Finding, Format, RuleState, UnitKnown, UnreadableReason, Words};
use std::collections::BTreeMap;

fn place(row: u16, label: &str, quote: &str) -> Place {
    Place {
        part: Some(4),
        table: Some(4),
        row: Some((row, label.into())),
        anchor: Anchor::Line { line: 120 + u32::from(row), column: 2 },
        quote: quote.into(),
        ..Place::default()
    }
}

fn returned() -> Verdict {
    let finding = Finding {
        code: "XX-01".into(),
        severity: Severity::Error,
        message: Words::new("分项合计 11，填报 0，少 11。", "adds up to 11, 0 is stated"),
        help: Words::new("请补填总计。", "state the total"),
        basis: Words::new("表内勾稽", "the form"),
        places: vec![place(1, "总计", "0"), place(2, "维持", "10\u{1b}")],
        expected: Some("11".into()),
        found: Some("0".into()),
        fingerprint: "0123456789abcdef".into(),
        doubt: None,
        likely: None,
    };
    let open = Coverage {
        state: RuleState::NotAssessable,
        assessed: 39,
        total: 42,
        reason: Some(Words::new("没有找到表四", "table 4 was not found")),
    };
    Verdict {
        outcome: Outcome::Returned,
        unit: Some(("青禾县审计局".into(), UnitKnown::Title)),
        year: Some(2024),
        edition: Some("2021".into()),
        edition_hash: String::new(),
        findings: vec![finding],
        coverage: BTreeMap::from([("AR-04".to_string(), open)]),
        texts: BTreeMap::new(),
        values: BTreeMap::new(),
    }
}

#[test]
fn a_cell_of_a_workbook_is_named_as_its_program_shows_it() {
    let mut verdict = returned();
    let anchor = Anchor::Sheet { sheet: "表四".into(), row: 12, column: 28 };
    verdict.findings[0].places[0].anchor = anchor;
    let zh = told(&verdict, Detail::Brief);
    assert!(zh.contains("表四 第1行“总计”（工作表“表四” AB12）：“0”"), "{zh}");
}

fn told(verdict: &Verdict, detail: Detail) -> String {
    let judged = Judged {
        file: "a.txt",
        note: None,
        format: Format::Text,
        sha256: "",
        result: Ok(verdict),
        review: None,
        cost: None,
    };
    super::verdict(&judged, Lang::Zh, Style::Plain, detail)
}

fn judged(result: Result<&Verdict, &Unreadable>, lang: Lang) -> String {
    let judged = Judged {
        file: "a\n.txt",
        note: None,
        format: Format::Text,
        sha256: "",
        result,
        review: None,
        cost: None,
    };
    verdict(&judged, lang, Style::Plain, Detail::Brief)
}

#[test]
fn a_verdict_reads_as_an_official_would_write_it() {
    let want = "\
【退回】青禾县审计局 2024年度（2021年版格式）
  文件：a·.txt

须修改 1 处
 1. XX-01
    位置：表四 第1行“总计”（文件第121行）：“0”
    相关：表四 第2行“维持”（文件第122行）：“10·”
    问题：分项合计 11，填报 0，少 11。
    怎么改：请补填总计。
    依据：表内勾稽

核对范围：42 项勾稽关系核对了 39 项；1 条规则：通过 0，有问题 0，不适用 0，无法核对 1
  未能核对 AR-04 表四案件合计（42 项中核对了 39 项）：没有找到表四
";
    assert_eq!(judged(Ok(&returned()), Lang::Zh), want);
}

#[test]
fn english_stands_beside_it() {
    let text = judged(Ok(&returned()), Lang::En);
    assert!(text.starts_with("【returned】青禾县审计局, 2024 (2021 form)\n  file: a·.txt\n"));
    assert!(text.contains("    place: Table 4, row 1 “总计” (line 121 of the file): “0”\n"));
    assert!(text.contains("sums checked 39 of 42; 1 rules: passed 0"));
}

#[test]
fn an_unreadable_file_gets_its_reason_and_the_way_out() {
    let why = Unreadable {
        reason: UnreadableReason::Encrypted,
        message: Words::new("文件有密码", "the file is encrypted"),
        help: Words::new("请去掉密码后重发", "send it without password"),
    };
    let want = "【无法判读】a·.txt\n    问题：文件有密码\n    怎么办：请去掉密码后重发\n";
    assert_eq!(judged(Err(&why), Lang::Zh), want);
}

/// A row sum, a column sum and a balance that one cell breaks, and a finding apart.
fn one_wrong_cell() -> Verdict {
    let mut verdict = returned();
    let finding = verdict.findings.remove(0);
    let likely = Words::new("表三 第22行“（七）总计”·自然人（现填 22，填 21 则相关等式成立）", "x");
    for code in ["AR-01", "AR-02", "AR-03"] {
        let finding = Finding { code: code.into(), ..finding.clone() };
        verdict.findings.push(finding.suspecting(likely.clone()));
    }
    verdict.findings.insert(1, finding);
    verdict
}

#[test]
fn findings_of_one_wrong_cell_stand_together_and_the_cell_is_named_first() {
    let verdict = one_wrong_cell();
    let text = told(&verdict, Detail::Brief);
    let want = "\
须修改 4 处
 很可能是 表三 第22行“（七）总计”·自然人（现填 22，填 21 则相关等式成立）一格有误，以下 3 处勾稽因此不符：
    怎么改：请先按台账核对这一格；这一格改对，以下各处一并相符
 1. AR-01 表三收办平衡
    位置：表四 第1行“总计”（文件第121行）：“0”
    问题：分项合计 11，填报 0，少 11。
    依据：表内勾稽
 2. AR-02 ";
    assert!(text.contains(want), "{text}");
    assert!(text.contains("\n 4. XX-01\n"), "what has another cause comes after: {text}");
    assert_eq!(text.matches("填 21 则").count(), 1, "said once: {text}");
    let whole = told(&verdict, Detail::Full);
    assert!(!whole.contains("很可能是"), "{whole}");
    assert_eq!(whole.matches("疑为表三 第22行").count(), 3, "{whole}");
}

#[test]
fn rules_left_open_for_one_reason_take_one_line_unless_all_are_asked_for() {
    let mut verdict = returned();
    let line = |why: &str| Coverage {
        state: RuleState::NotAssessable,
        assessed: 0,
        total: 0,
        reason: Some(Words::new(why, "x")),
    };
    verdict.coverage = ["AR-01", "AR-02", "TB-05"].map(|c| (c.into(), line("没有找到表三"))).into();
    verdict.coverage.insert("ID-08".into(), line("没有收件日期"));
    let text = told(&verdict, Detail::Brief);
    let want = "
  未能核对 3 条规则：没有找到表三（AR-01、AR-02、TB-05）
  未能核对 ID-08 落款日期不合理：没有收件日期
  （逐条列出：加 --all）
";
    assert!(text.ends_with(want), "{text}");
    let whole = told(&verdict, Detail::Full);
    assert_eq!(whole.matches("：没有找到表三\n").count(), 3, "{whole}");
    assert!(!whole.contains("--all"), "{whole}");
}

#[test]
fn a_rule_switched_off_is_said_to_be_off() {
    let mut verdict = returned();
    let off = Coverage { state: RuleState::Off, assessed: 0, total: 0, reason: None };
    verdict.coverage = [("AR-04".to_string(), off)].into();
    let text = told(&verdict, Detail::Brief);
    assert!(text.ends_with("不适用 0，无法核对 0，本单位设置已关闭 1\n"), "{text}");
}
