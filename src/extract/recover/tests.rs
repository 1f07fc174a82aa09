//! Repairs and what must survive them.

use crate::document::{Document, NoticeKind, Text};
use crate::extract::{Limits, extract};

fn read(text: &str) -> Document {
    extract("a.txt", text.as_bytes(), &Limits::default()).expect("text can be read").document
}

fn first(document: &Document) -> &Text {
    document.blocks[0].text().expect("a paragraph")
}

fn count(document: &Document, kind: NoticeKind) -> u32 {
    document.notices.iter().filter(|n| n.kind == kind).map(|n| n.count).sum()
}

#[test]
fn readings_go_and_genuine_brackets_stay() {
    let document = read(
        "根據(jù)《條例》(國務(wù)院令711號(hào))的規(guī)定,(一)夯實(shí)基礎(chǔ)(以下簡稱《條例》)",
    );
    assert_eq!(
        first(&document).clean,
        "根据《条例》(国务院令711号)的规定,(一)夯实基础(以下简称《条例》)"
    );
    assert_eq!(count(&document, NoticeKind::PinyinRemoved), 6);
}

#[test]
fn a_doubled_reading_without_tones_goes_with_both_its_brackets() {
    let document = read("收到和(he)(he)处理申请");
    assert_eq!(first(&document).clean, "收到和处理申请");
    assert_eq!(count(&document, NoticeKind::PinyinRemoved), 2);
}

#[test]
fn latin_words_in_brackets_are_no_readings() {
    for text in ["手机应用(app)上线", "万维网(www)地址", "来函(he)一件", "一(a)二(b)三(c)四(d)"]
    {
        let document = read(text);
        assert_eq!(first(&document).clean, text);
        assert_eq!(document.notices, []);
    }
}

#[test]
fn a_place_written_with_a_traditional_character_keeps_its_name() {
    let document = read("乾县审计局2023年政府信息公开工作年度报告，联系人：锺先生。");
    assert!(first(&document).clean.starts_with("乾县审计局"));
    assert_eq!(document.notices, []);
}

#[test]
fn one_traditional_heading_in_a_simplified_report_is_read() {
    let body = "本年度认真做好主动公开和依申请公开工作。\n".repeat(40);
    let document = read(&format!("三、收到和處理政府信息公開申請情況\n{body}"));
    assert_eq!(first(&document).clean, "三、收到和处理政府信息公开申请情况");
    assert_eq!(count(&document, NoticeKind::TraditionalConverted), 4);
}

#[test]
fn conversion_marks_leave_the_text_and_are_reported() {
    let document = read("[bookmark: _Toc1]一、总体情况[image: image14.png]情况良好");
    let text = first(&document);
    assert_eq!(text.clean, "一、总体情况情况良好");
    assert!(text.raw.contains("[image: image14.png]"));
    assert_eq!(count(&document, NoticeKind::BookmarkResidue), 1);
    assert_eq!(count(&document, NoticeKind::ImageResidue), 1);
    let at = text.clean.rfind("情况良好").expect("the words are there");
    assert_eq!(&text.raw[text.raw_range(at..at + 12)], "情况良好");
}

#[test]
fn a_bracket_that_never_closes_is_text() {
    assert_eq!(first(&read("见[image: 附图")).clean, "见[image: 附图");
}

#[test]
fn odd_blanks_become_spaces_and_the_invisible_goes() {
    let text = "\u{3000}\u{3000}规\u{a0}\u{a0}章\u{200b}数\u{feff}量\u{a0}";
    let document = read(text);
    assert_eq!(first(&document).clean, "规  章数量");
    assert_eq!(first(&document).raw, text);
    assert_eq!(first(&document).raw_range(0..3), 6..9);
    assert_eq!(document.notices, []);
}

#[test]
fn text_in_a_wrong_encoding_is_noticed() {
    let fine = "政府信息公开工作年度报告。".repeat(5);
    for bad in ["锟斤拷锟斤拷", "æ\u{94}¿åº\u{9c}ä¿¡æ\u{81}¯", "报\u{fffd}告"] {
        let document = read(&format!("{fine}{bad}"));
        assert!(count(&document, NoticeKind::Mojibake) > 0, "{bad}");
    }
    // 行政许可 and 申请 as a cell shows them when UTF-8 is taken for GBK.
    for bad in ["琛屾斂璁稿彲", "鐢宠", "1 琛屾斂璁稿彲 2"] {
        assert!(count(&read(bad), NoticeKind::Mojibake) > 0, "{bad}");
    }
    for good in ["滏阳区", "潢川县", "邯郸市丛台区", "琼海市", "镕喆堃", "漯河市郾城区", &fine]
    {
        assert_eq!(count(&read(good), NoticeKind::Mojibake), 0, "{good}");
    }
}
