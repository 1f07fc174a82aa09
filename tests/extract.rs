//! The readers over real files, where the shared folder is present.

use nianbao::document::{Block, Document, NoticeKind, Table};
use nianbao::extract::{Extracted, Limits, extract};
use nianbao::model::{Format, UnreadableReason};
use std::path::{Path, PathBuf};

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is absent", path.display());
    None
}

fn read(path: &Path) -> Extracted {
    let bytes = fs_err::read(path).expect("the sample is readable");
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    extract(&name, &bytes, &Limits::default()).expect("the sample can be extracted")
}

fn tables(document: &Document) -> Vec<&Table> {
    let blocks = document.blocks.iter();
    blocks.filter_map(|b| if let Block::Table(table) = b { Some(table) } else { None }).collect()
}

fn counted(document: &Document, kind: NoticeKind) -> u32 {
    document.notices.iter().filter(|n| n.kind == kind).map(|n| n.count).sum()
}

/// Value cells at the end of a row: numbers, strokes and blanks behind the last label.
fn values(table: &Table, row: u32) -> usize {
    let numeric =
        |text: &str| text.chars().next().is_some_and(|c| c.is_ascii_digit()) && !text.contains('.');
    let numeric = |text: &str| numeric(text) || (text.ends_with("万") || text.ends_with("万元"));
    table.row(row).iter().rev().take_while(|cell| numeric(&cell.text.clean)).count()
}

#[test]
fn the_seeds_have_the_number_rows_their_documents_had() {
    let expected: &[(&str, &[(usize, usize)])] = &[
        ("000_ea77988ac63e5ca7.txt", &[(2, 2), (3, 6), (7, 23), (15, 1)]),
        ("001_35b29aa8985b6c6f.txt", &[(2, 2), (3, 6), (7, 23), (15, 1)]),
        ("002_ea824b3abf871b17.txt", &[(2, 2), (3, 6), (7, 23), (15, 1)]),
        ("003_817815a07cb3f58b.txt", &[]),
        ("004_dda405f3101c73c3.txt", &[(2, 2), (3, 6), (5, 21), (7, 2), (15, 1)]),
    ];
    for (name, rows) in expected {
        let Some(path) = shared(&format!("seeds/{name}")) else { return };
        let document = read(&path).document;
        let mut found = std::collections::BTreeMap::new();
        for table in tables(&document) {
            for row in 0..table.rows {
                match values(table, row) {
                    0 => {}
                    n => *found.entry(n).or_insert(0) += 1,
                }
            }
        }
        assert_eq!(found.into_iter().collect::<Vec<_>>(), rows.to_vec(), "{name}");
    }
}

#[test]
fn the_broken_header_and_the_glued_heading_of_a_seed_are_mended() {
    let Some(path) = shared("seeds/001_35b29aa8985b6c6f.txt") else { return };
    let document = read(&path).document;
    let tables = tables(&document);
    assert_eq!(tables.len(), 3);
    assert_eq!(tables[1].row(2).len(), 8);
    assert_eq!(tables[1].row(2)[5].text.clean, "法律\n服务\n机构");
    let heading = document.blocks.iter().filter_map(Block::text);
    let mut heading = heading.filter(|t| t.clean == "四、政府信息公开行政复议、行政诉讼情况");
    assert!(heading.next().is_some());
    for kind in [NoticeKind::RowRejoined, NoticeKind::HeadingGlued, NoticeKind::VerticalLabel] {
        assert_eq!(counted(&document, kind), 1, "{kind:?}");
    }
    assert_eq!(counted(&document, NoticeKind::ImageResidue), 1);
}

#[test]
fn the_annotated_traditional_seed_reads_like_simplified_text() {
    let Some(path) = shared("seeds/003_817815a07cb3f58b.txt") else { return };
    let document = read(&path).document;
    assert_eq!(counted(&document, NoticeKind::PinyinRemoved), 244);
    assert_eq!(counted(&document, NoticeKind::TraditionalConverted), 483);
    let all: Vec<&str> =
        document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect();
    assert_eq!(all[0], "兰州新区审计局2020年度政府信息公开工作报告");
    assert!(all.iter().any(|t| t.contains("(国务院令711号)")));
    assert!(all.iter().any(|t| t.starts_with("(一)夯实基础")));
}

#[test]
fn a_short_gbk_file_is_text() {
    let Some(path) = shared("samples/gbk.txt") else { return };
    let extracted = read(&path);
    assert_eq!(extracted.format, Format::Text);
    assert_eq!(extracted.document.blocks[0].text().map(|t| t.clean.as_str()), Some("北京市政府"));
}

#[test]
fn a_row_per_line_text_keeps_every_number() {
    let Some(path) = shared("samples/b_plain.txt") else { return };
    let document = read(&path).document;
    let tables = tables(&document);
    assert_eq!(tables.iter().map(|t| t.rows).collect::<Vec<_>>(), [14, 28, 4]);
    assert_eq!(tables[1].row(27).last().map(|c| c.text.clean.as_str()), Some("30"));
}

#[test]
fn a_page_saved_in_one_file_reads_like_the_page() {
    let (Some(page), Some(saved)) = (shared("samples/a.html"), shared("samples/a.mht")) else {
        return;
    };
    let (page, saved) = (read(&page), read(&saved));
    assert_eq!((page.format, saved.format), (Format::Html, Format::Mht));
    assert_eq!(page.document.blocks.len(), saved.document.blocks.len());
    let cells = |document: &Document| -> Vec<(u32, u32, String)> {
        let all = tables(document).into_iter().flat_map(|t| t.cells.clone());
        all.map(|c| (c.row, c.column, c.text.clean)).collect()
    };
    assert_eq!(cells(&page.document), cells(&saved.document));
    assert!(!cells(&saved.document).is_empty());
    let word = shared("samples/fake_mht.doc").expect("beside the others");
    assert_eq!(read(&word).format, Format::Mht);
}

#[test]
fn files_without_a_reader_say_what_they_are() {
    let Some(folder) = shared("samples") else { return };
    let cases = [("batch.zip", Format::Zip), ("gbk_names.zip", Format::Zip)];
    for (name, format) in cases {
        let bytes = fs_err::read(folder.join(name)).expect("the sample is readable");
        let error = extract(name, &bytes, &Limits::default()).expect_err(name);
        assert_eq!((error.format, error.reason), (format, UnreadableReason::Unsupported), "{name}");
        assert!(!error.detail.zh.is_empty() && !error.help().zh.is_empty());
    }
}

/// The blocks of the sample report as it was made: paragraphs, and tables with every slot filled.
fn truth() -> Option<serde_json::Value> {
    let path = shared("samples/truth.json")?;
    serde_json::from_slice(&fs_err::read(path).expect("the truth is readable")).ok()
}

/// A document in the form of the truth: merged cells repeated over their slots.
fn as_truth(document: &Document) -> serde_json::Value {
    let block = |block: &Block| match block {
        Block::Table(table) => {
            let slot = |row, column| table.at(row, column).map_or("", |c| c.text.clean.as_str());
            let row = |row| (0..table.columns).map(|column| slot(row, column)).collect();
            let rows: Vec<Vec<&str>> = (0..table.rows).map(row).collect();
            serde_json::json!({ "t": rows })
        }
        other => serde_json::json!({ "p": other.text().map_or("", |t| t.clean.as_str()) }),
    };
    document.blocks.iter().map(block).collect()
}

#[test]
fn every_rendering_of_the_sample_gives_the_same_grids_in_the_same_order() {
    let Some(truth) = truth() else { return };
    let names = [
        "b.docx",
        "lo_a.docx",
        "fake_docx.doc",
        "a.html",
        "a_gb.html",
        "a_gbk_nometa.html",
        "a_messy.html",
        "a_utf16.html",
        "fake.doc",
        "lo_a.doc",
        "lo_b.doc",
        "renamed.wps",
        "lo_a.rtf",
        "lo_b.rtf",
        "fake_rtf.doc",
        "lo_a.odt",
        "lo_b.odt",
        "lo_a.pdf",
        "lo_b.pdf",
        "lo_a.ofd",
        "lo_b.ofd",
        "rl_ttf.pdf",
        "rl_cid.pdf",
        "enc_q128.pdf",
    ];
    // Some renderings were made without the one character outside the basic plane.
    let basic = |value: &serde_json::Value| value.to_string().replace('𠮷', "吉");
    for name in names {
        let Some(path) = shared(&format!("samples/{name}")) else { return };
        let found = as_truth(&read(&path).document);
        let (found, truth) = (found.as_array().expect("blocks"), truth.as_array().expect("blocks"));
        for (found, truth) in found.iter().zip(truth) {
            assert_eq!(basic(found), basic(truth), "{name}");
        }
        assert_eq!(found.len(), truth.len(), "{name}");
    }
}

#[test]
fn a_workbook_with_a_sheet_for_each_table_gives_their_grids() {
    let Some(truth) = truth() else { return };
    let truth: Vec<_> =
        truth.as_array().expect("blocks").iter().filter(|b| b.get("t").is_some()).collect();
    for (name, format) in [("x.xlsx", Format::Xlsx), ("x.xls", Format::Xls)] {
        let Some(path) = shared(&format!("samples/{name}")) else { return };
        let extracted = read(&path);
        assert_eq!(extracted.format, format);
        let found = as_truth(&extracted.document);
        let found = found.as_array().expect("blocks").iter().filter(|b| b.get("t").is_some());
        assert_eq!(found.collect::<Vec<_>>(), truth, "{name}");
        let first = tables(&extracted.document)[2].anchor.to_string();
        assert_eq!(first, "表四!A3");
        // Below each table stands =1+1, which only one of the two programs has calculated.
        let open = counted(&extracted.document, NoticeKind::FormulaWithoutResult);
        assert_eq!(open, if format == Format::Xlsx { 3 } else { 0 }, "{name}");
    }
    let Some(path) = shared("samples/out.xlsx") else { return };
    let document = read(&path).document;
    let all: Vec<&str> =
        document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect();
    assert_eq!(all, ["（本列数据的勾稽关系为…）", "12.35", "错误"]);
}

#[test]
fn the_sample_of_numbers_changes_and_boxes_reads_as_word_shows_it() {
    let Some(path) = shared("samples/num.docx") else { return };
    let document = read(&path).document;
    let all: Vec<&str> =
        document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect();
    assert_eq!(
        all,
        [
            "一、总体情况",
            "正文甲",
            "（一）主动公开",
            "（二）依申请公开",
            "二、主动公开政府信息情况",
            "新增文字保留文字",
            "☑勾选",
            "控件文字",
            "框前",
            "文本框"
        ]
    );
    assert_eq!(counted(&document, NoticeKind::TrackedChanges), 2);
    assert_eq!(counted(&document, NoticeKind::Numbering), 4);
    assert_eq!(tables(&document)[0].rows, 2, "a blank last row stays");
}

#[test]
fn hostile_files_end_in_an_error_or_a_bounded_result() {
    let Some(folder) = shared("samples/bombs") else { return };
    let names = [
        "bomb_1gb_text.docx",
        "bomb_deep_tbl.docx",
        "bomb_many_p.docx",
        "bomb_span.docx",
        "pieces.doc",
        "bomb_deep.rtf",
        "bomb_colspan.html",
        "bomb_deep.html",
        "bomb_deep_table.html",
        "sparse.xlsx",
    ];
    for name in names {
        let bytes = fs_err::read(folder.join(name)).expect("the sample is readable");
        let begun = std::time::Instant::now();
        match extract(name, &bytes, &Limits::default()) {
            Ok(read) => assert!(tables(&read.document).iter().all(|t| t.columns <= 1024), "{name}"),
            Err(error) => assert_eq!(error.reason, UnreadableReason::OverLimit, "{name}: {error}"),
        }
        assert!(begun.elapsed().as_secs() < 10, "{name} took {:?}", begun.elapsed());
    }
}

#[test]
fn a_portal_page_gives_the_report_and_its_page_data_apart() {
    let Some(path) = shared("reports/shuyang-fgj-2023.html") else { return };
    let document = read(&path).document;
    let first: Vec<&str> =
        document.blocks.iter().take(3).filter_map(|b| Some(b.text()?.clean.as_str())).collect();
    assert_eq!(first[0], "沭阳县发展和改革局2023年政府信息公开年度报告");
    assert!(first[1].starts_with("根据《中华人民共和国"), "{first:?}");
    assert_eq!(first[2], "一、总体情况");
    let property = |name: &str| {
        let mut all = document.properties.iter().filter(|(n, _)| n == name);
        all.next().map(|(_, value)| value.as_str())
    };
    assert_eq!(property("发布机构"), Some("沭阳县发展和改革局"));
    assert_eq!(property("公开日期"), Some("2024-01-17"));
    assert_eq!(property("索引号"), Some("014314799/2024-00002"));
    let tables = tables(&document);
    assert_eq!(
        tables.iter().map(|t| (t.rows, t.columns)).collect::<Vec<_>>(),
        [(14, 4), (28, 10), (4, 15)]
    );
    assert_eq!(
        document.blocks.last().and_then(Block::text).map(|t| t.clean.as_str()),
        Some("2024年1月17日")
    );
}
