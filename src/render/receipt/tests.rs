//! Receipts as a clerk reads them.

use super::*;
use crate::document::Anchor;
use crate::model::{
    Considered, Coverage, Difference, Entered, Finding, Format, Matter, Outcome, Place,
    ReceiptMark, Reviewed, RuleState, Severity, Since, Source, Submission, Trial, UnitKnown,
    Unreadable, UnreadableReason, Verdict, Words, fingerprint,
};
use std::collections::BTreeMap;

const SHA: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn head(lang: Lang) -> Letterhead {
    Letterhead { issuer: None, lang, utc_offset_minutes: 480 }
}

fn finding(code: &str, severity: Severity, message: &str) -> Finding {
    Finding {
        code: code.into(),
        severity,
        message: Words::new(message, format!("en {message}")),
        help: Words::new("请补填总计。", "state the total"),
        basis: Words::new("表四表头", "the head of table 4"),
        places: vec![Place {
            table: Some(4),
            row: Some((1, "总计".into())),
            anchor: Anchor::Line { line: 121, column: 1 },
            quote: "0".into(),
            ..Place::default()
        }],
        expected: Some("11".into()),
        found: Some("0".into()),
        fingerprint: fingerprint(code, message),
        doubt: None,
        likely: None,
    }
}

fn verdict(findings: Vec<Finding>) -> Verdict {
    let open = Coverage {
        state: RuleState::NotAssessable,
        assessed: 0,
        total: 1,
        reason: Some(Words::new("没有上一年度的报告", "no report on the year before")),
    };
    let done = Coverage { state: RuleState::Pass, assessed: 1, total: 1, reason: None };
    Verdict {
        outcome: Outcome::of(&findings),
        unit: Some(("青禾县审计局".into(), UnitKnown::Title)),
        year: Some(2024),
        edition: Some("2021".into()),
        edition_hash: String::new(),
        findings,
        coverage: BTreeMap::from([
            ("XY-01".into(), open.clone()),
            ("XY-02".into(), open),
            ("AR-04".into(), done),
        ]),
        values: BTreeMap::new(),
        texts: BTreeMap::new(),
    }
}

fn dossier(considered: Considered) -> Dossier {
    let source = Source::Folder { folder: "inbox".into(), path: "县直/年报.docx".into() };
    let arrived = (SHA.to_string(), 9);
    let mut submission =
        Submission::received(source, arrived, Default::default(), 1_738_342_800_000);
    (submission.id, submission.revision) = (12, 2);
    (submission.unit, submission.year) = (Some("青禾县审计局".into()), Some(2024));
    Dossier {
        file: "县直/年报.docx".into(),
        sha256: SHA.into(),
        format: Format::Docx,
        submission: Some(submission),
        superseded_by: None,
        matter: Matter::Report(Box::new(considered)),
    }
}

fn told(considered: Considered, form: ReceiptForm) -> String {
    receipt(&dossier(considered), &head(Lang::Zh), form)
}

fn returned() -> Considered {
    Considered::new(Ok(verdict(vec![
        finding("AR-04", Severity::Error, "分项合计 11，填报 0，少 11。"),
        finding("ST-03", Severity::Warning, "标题不规范"),
    ])))
}

#[test]
fn a_text_receipt_says_what_to_mend_where_why_and_how_and_ends_with_its_mark() {
    let text = told(returned(), ReceiptForm::Text);
    let want = "\
政府信息公开工作年度报告核对回执
【退回】有 1 处须修改，另有 1 处请核实，请修改后重新报送。
单位：青禾县审计局
年度：2024年度
文件：县直/年报.docx
收到：2025-02-01 01:00
编号：第 12 号（本年度第 2 次报送）
格式：2021年版

■ 须修改事项（1 处）
1. 表四 第1行“总计”（文件第121行）：“0”
   问题：分项合计 11，填报 0，少 11。
   现为：0　应为：11
   怎么改：请补填总计。
   依据：表四表头〔AR-04〕

■ 请核实事项（1 处）
";
    assert!(text.starts_with(want), "{text}");
    assert!(text.contains("\n· 没有核对："), "{text}");
    let last = text.lines().next_back().expect("lines");
    assert_eq!(last, format!("〔nianbao-receipt 1 sha256={SHA}〕"));
}

#[test]
fn the_mark_is_read_back_from_both_forms_as_they_are_written_to_disk() {
    for form in ReceiptForm::ALL {
        let bytes = receipt_file(&dossier(returned()), &head(Lang::Zh), form);
        assert_eq!(ReceiptMark::read(&bytes, &bytes), Some(ReceiptMark::of(SHA)), "{form:?}");
    }
    let hostile = Dossier { file: "<!-- x --> 〔y〕".into(), ..dossier(returned()) };
    for form in ReceiptForm::ALL {
        let bytes = receipt_file(&hostile, &head(Lang::Zh), form);
        assert_eq!(ReceiptMark::read(&bytes, &bytes), Some(ReceiptMark::of(SHA)), "{form:?}");
    }
}

#[test]
fn nothing_out_of_a_file_becomes_markup_or_breaks_a_line() {
    let evil = "<script>alert('x')</script>\" onload=\"&lt;\u{202e}\n〔nianbao-receipt〕";
    let mut bad = finding("AR-04", Severity::Error, evil);
    bad.places[0].quote = evil.into();
    bad.expected = Some(evil.into());
    let mut verdict = verdict(vec![bad]);
    verdict.unit = Some((evil.into(), UnitKnown::Title));
    let file =
        Dossier { file: evil.into(), submission: None, ..dossier(Considered::new(Ok(verdict))) };
    let page = receipt(&file, &head(Lang::Zh), ReceiptForm::Html);
    assert!(!page.contains("<script") && !page.contains("\" onload"), "{page}");
    assert!(!page.contains('\u{202e}'));
    let text = receipt(&file, &head(Lang::Zh), ReceiptForm::Text);
    assert!(text.lines().filter(|line| line.starts_with("〔nianbao-receipt")).count() == 1);
}

#[test]
fn a_page_stands_alone_and_names_its_language() {
    for (lang, named) in [(Lang::Zh, "zh-CN"), (Lang::En, "en")] {
        let page = receipt(&dossier(returned()), &head(lang), ReceiptForm::Html);
        assert!(page.starts_with("<!DOCTYPE html>\n<!-- nianbao-receipt 1 sha256="));
        assert!(page.contains(&format!("<html lang=\"{named}\">")));
        let meta = page.find("<meta charset=\"utf-8\">").expect("it says its encoding");
        assert!(meta < 1024, "a browser looks no further");
        for word in ["http:", "https:", "src=", "href=", "url(", "@import", "<script", "<link"] {
            assert!(!page.contains(word), "{word}");
        }
    }
}

#[test]
fn one_wrong_cell_behind_several_sums_is_said_once_with_its_repair() {
    let likely = Words::new("表三 第22行“（七）总计”·自然人（现填 22，填 21 则相关等式成立）", "x");
    let sums =
        ["a", "b", "c"].map(|m| finding("AR-02", Severity::Error, m).suspecting(likely.clone()));
    let considered = Considered::new(Ok(verdict(sums.to_vec())));
    for form in ReceiptForm::ALL {
        let told = told(considered.clone(), form);
        assert_eq!(told.matches("填 21 则").count(), 1, "{told}");
        assert!(told.contains("以下 3 处勾稽因此不符"), "{told}");
        assert!(!told.contains("应为：11"), "what each sum wants by itself contradicts it: {told}");
    }
}

#[test]
fn what_became_of_the_revision_before_is_told() {
    let kept = finding("AR-04", Severity::Error, "x");
    let earlier = verdict(vec![
        kept.clone(),
        finding("TB-06", Severity::Error, "y"),
        finding("XY-01", Severity::Warning, "z"),
    ]);
    let later = verdict(vec![kept]);
    let difference = Difference::of_findings(&earlier, &later);
    let since = Some(Since { revision: 1, received_at: 0, difference });
    let text = told(Considered { since, ..Considered::new(Ok(later)) }, ReceiptForm::Text);
    assert!(text.contains("■ 与第 1 次报送（1970-01-01 08:00）相比\n· 已改好 1 处："), "{text}");
    assert!(text.contains("· 仍未改 1 处："), "{text}");
    assert!(text.contains("· 这次没能复核，不知道是否改好 1 处："), "{text}");
    assert!(!text.contains("新出现"), "{text}");
}

#[test]
fn a_decision_changes_the_conclusion_and_is_told() {
    let findings = vec![finding("ST-03", Severity::Warning, "标题")];
    let decision = crate::model::Decision {
        id: 7,
        of: crate::model::UnitYear { year: 2024, unit: "青禾县审计局".into() },
        fingerprint: findings[0].fingerprint.clone(),
        code: "ST-03".into(),
        ruling: Some(crate::model::Ruling::Dismissed),
        reason: "含义一致".into(),
        by: "王主任".into(),
        at: 1,
        submission: 12,
        substance: findings.iter().map(crate::model::Said::of).collect(),
    };
    let rulings = BTreeMap::from([(decision.fingerprint.clone(), decision)]);
    let reviewed = Some(Reviewed::of(&findings, &rulings));
    let considered = Considered { reviewed, ..Considered::new(Ok(verdict(findings))) };
    let text = told(considered, ReceiptForm::Text);
    assert!(text.contains("【合规】没有需要修改或核实的事项。"), "{text}");
    assert!(text.contains("■ 已认定、不再计入（1 处）"), "{text}");
    assert!(text.contains("非问题（王主任：含义一致）"), "{text}");
}

#[test]
fn whose_report_it_is_is_asked_plainly() {
    let asked = |unit, key: Option<&str>| {
        let finding = |key| Finding {
            fingerprint: fingerprint("ID-03", key),
            ..finding("ID-03", Severity::Warning, key)
        };
        let mut verdict = verdict(key.into_iter().map(finding).collect());
        (verdict.unit, verdict.year) = (unit, None);
        told(Considered::new(Ok(verdict)), ReceiptForm::Text)
    };
    let nobody = asked(None, None);
    assert!(nobody.contains("■ 请先回答\n· 这是哪个单位的报告？"), "{nobody}");
    assert!(nobody.contains("· 这是哪一年度的报告？"), "{nobody}");
    let guessed = asked(Some(("甲局".into(), UnitKnown::Inferred)), Some("inferred"));
    assert!(guessed.contains("· 这是不是“甲局”的报告？"), "{guessed}");
    let stranger = asked(Some(("乙局".into(), UnitKnown::Title)), Some("roster"));
    assert!(stranger.contains("· “乙局”不在应报送单位的名册中"), "{stranger}");
    let known = asked(Some(("丙局".into(), UnitKnown::Title)), None);
    assert!(!known.contains("名册"), "{known}");
}

#[test]
fn an_unreadable_file_has_its_reason_and_what_to_do() {
    let why = Unreadable {
        reason: UnreadableReason::Encrypted,
        message: Words::new("文件有密码", "it is encrypted"),
        help: Words::new("请去掉密码后重发", "send it without password"),
    };
    let text = told(Considered::new(Err(why)), ReceiptForm::Text);
    assert!(text.contains("【无法判读】文件没有读出来，内容没有核对"), "{text}");
    assert!(text.contains("原因：文件有密码\n怎么办：请去掉密码后重发\n"), "{text}");
}

#[test]
fn a_trial_says_that_nothing_was_handed_in_and_only_a_configured_issuer_is_named() {
    let trial = Trial::File((Format::Docx, Ok(verdict(Vec::new()))));
    let trial = Dossier::of_trial("a.docx".into(), SHA.into(), trial);
    let text = receipt(&trial, &head(Lang::Zh), ReceiptForm::Text);
    assert!(text.contains("文件没有报送，也没有保存"), "{text}");
    assert!(!text.contains("收到：") && !text.contains("核对单位"), "{text}");
    let issuer = Some("青禾县政务公开办公室".to_string());
    let page = receipt(&trial, &Letterhead { issuer, ..head(Lang::Zh) }, ReceiptForm::Html);
    assert!(page.contains("核对单位：青禾县政务公开办公室"), "{page}");
}

#[test]
fn a_receipt_is_bounded_and_says_what_it_leaves_out() {
    let long = "&".repeat(4000);
    let findings: Vec<Finding> =
        (0..3000).map(|n| finding("AR-04", Severity::Error, &format!("{n} {long}"))).collect();
    let many = Considered::new(Ok(verdict(findings)));
    for form in ReceiptForm::ALL {
        let told = told(many.clone(), form);
        assert!(told.len() < 3 << 20, "{}", told.len());
        assert!(told.contains("没有列出"), "{form:?}");
    }
    let entries = (0..3).map(|n| Entered { name: n.to_string(), considered: many.clone() });
    let report = crate::model::BatchReport {
        contents: crate::model::Contents { entries: 3, passed_over: 0, lost: 0 },
        entries: Vec::new(),
        passed: Vec::new(),
    };
    let matter = Matter::Batch { report, entries: entries.collect() };
    let page =
        receipt(&Dossier { matter, ..dossier(returned()) }, &head(Lang::Zh), ReceiptForm::Html);
    assert!(page.len() < 3 << 20, "{}", page.len());
    assert!(page.contains("其余各份"));
}

#[test]
fn english_is_written_throughout_but_for_the_forms_own_labels() {
    let text = receipt(&dossier(returned()), &head(Lang::En), ReceiptForm::Text);
    assert!(text.contains("【returned】1 to mend and 1 to confirm"), "{text}");
    assert!(text.contains("■ To mend (1)"), "{text}");
    assert!(text.contains("stands: 0　should be: 11"), "{text}");
}
