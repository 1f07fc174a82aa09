//! Pages made here, each with one trap.

use crate::document::{Block, Document, NoticeKind, Table};
use crate::extract::{ExtractError, Limits, extract};
use crate::model::UnreadableReason;
use encoding_rs::GB18030;

const SENTENCE: &str = "本年度认真贯彻落实《中华人民共和国政府信息公开条例》，主动公开政府信息，规范办理依申请公开事项，加强监督保障。";

fn try_read(bytes: &[u8]) -> Result<Document, ExtractError> {
    extract("a.html", bytes, &Limits::default()).map(|read| read.document)
}

fn read(body: &str) -> Document {
    try_read(format!("<html><body>{body}</body></html>").as_bytes()).expect("the page can be read")
}

fn paragraphs(document: &Document) -> Vec<&str> {
    document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect()
}

fn tables(document: &Document) -> Vec<&Table> {
    document
        .blocks
        .iter()
        .filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None })
        .collect()
}

fn grid(table: &Table) -> Vec<Vec<&str>> {
    let slot = |row, column| table.at(row, column).map_or("∅", |c| c.text.clean.as_str());
    (0..table.rows)
        .map(|row| (0..table.columns).map(|column| slot(row, column)).collect())
        .collect()
}

fn count(document: &Document, kind: NoticeKind) -> usize {
    document.notices.iter().filter(|n| n.kind == kind).count()
}

#[test]
fn spans_fill_the_grid_and_unclosed_cells_are_cells() {
    let document = read(
        "<table><tr><td rowspan=2>甲<td colspan='2'>乙<tr><td>丙<td><p>丁丁</p><p>戊<br>己</p></table>",
    );
    assert_eq!(grid(tables(&document)[0]), [["甲", "乙", "乙"], ["甲", "丙", "丁丁\n戊\n己"]]);
    let anchor = tables(&document)[0].at(1, 2).map(|c| c.text.anchor.to_string());
    assert_eq!(anchor.as_deref(), Some("table[1]/tr[2]/td[2]"));
}

#[test]
fn a_gb2312_page_is_gb18030_and_a_false_declaration_is_noticed() {
    let page = |charset: &str| {
        format!("<html><meta charset=\"{charset}\"><p>镕堃喆，{SENTENCE}</p></html>")
    };
    let honest = try_read(&GB18030.encode(&page("gb2312")).0).expect("the page can be read");
    assert!(paragraphs(&honest)[0].starts_with("镕堃喆"));
    assert_eq!(honest.notices, []);
    let false_one = try_read(page("gb2312").as_bytes()).expect("the page can be read");
    assert!(paragraphs(&false_one)[0].starts_with("镕堃喆"));
    assert_eq!(count(&false_one, NoticeKind::EncodingRepaired), 1);
}

#[test]
fn split_runs_join_and_wrapped_lines_gain_no_space() {
    let document = read(
        "<p><span><font>三、收到和处理</font></span><span>政府信息\n   公开申请情况</span></p><p>a\n b</p><div>甲<br>乙</div>",
    );
    assert_eq!(paragraphs(&document), ["三、收到和处理政府信息公开申请情况", "a b", "甲", "乙"]);
}

#[test]
fn the_page_around_the_report_is_lifted_out_and_reported() {
    let document = read(&format!(
        "<style>p{{}}</style><script>var 甲=1;</script><nav>首页 导航</nav>\
         <ul><li>首页</li><li>机构职能</li><li>政务服务</li></ul>\
         <div class=\"crumb\"><a href=/>首页</a> &gt; 年报</div>\
         <table><tr><td>索引号：</td><td>014/2024</td><td>发布机构：</td><td>某局</td></tr></table>\
         <h1>某局2023年政府信息公开工作年度报告</h1>\
         <p>发布时间：2024-01-17 10:00 &nbsp; 来源：某局办公室 字号：[大] [中] [小] 浏览次数：12</p>\
         <p>{SENTENCE}</p><ul><li>公开不够</li><li>培训不够</li><li>解读不够</li></ul><p>来源：群众来信。</p>\
         <p>某局</p><p>时间：2024年1月17日</p><p>【打印】【关闭】</p>"
    ));
    assert_eq!(
        paragraphs(&document),
        [
            "某局2023年政府信息公开工作年度报告",
            SENTENCE,
            "公开不够",
            "培训不够",
            "解读不够",
            "来源：群众来信。",
            "某局",
            "时间：2024年1月17日"
        ]
    );
    let property =
        |name: &str| document.properties.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    assert_eq!(property("索引号"), Some("014/2024"));
    assert_eq!(property("发布机构"), Some("某局"));
    assert_eq!(property("时间"), Some("2024-01-17 10:00"));
    assert_eq!(count(&document, NoticeKind::Furniture), 6);
}

#[test]
fn layout_tables_are_read_as_running_text_and_data_tables_as_grids() {
    let data = "<table><tr><td>规章</td><td>0</td></tr></table>";
    let document = read(&format!(
        "<table><tr><td><table><tr><td width=20></td><td><p>一、总体情况</p><p>{SENTENCE}</p>{data}</td></tr></table></td></tr></table>"
    ));
    assert_eq!(paragraphs(&document), ["一、总体情况", SENTENCE]);
    assert_eq!(grid(tables(&document)[0]), [["规章", "0"]]);
}

#[test]
fn a_small_table_in_a_cell_of_data_stays_in_its_cell() {
    let long = "很长的说明".repeat(20);
    let document = read(&format!(
        "<table><tr><td>{long}</td><td>注<table><tr><td>内</td><td>1</td></tr></table></td></tr></table>"
    ));
    let cell = tables(&document)[0].at(0, 1).expect("the cell");
    assert_eq!(cell.text.clean, "注");
    assert_eq!(grid(&cell.tables[0]), [["内", "1"]]);
}

#[test]
fn hidden_content_of_the_size_of_a_report_is_read_and_hidden_scraps_are_not() {
    let body = SENTENCE.repeat(8);
    let document = read(&format!("<div style='display: none'>{body}</div><p hidden>提示</p>"));
    assert_eq!(paragraphs(&document), [body]);
    assert_eq!(count(&document, NoticeKind::Furniture), 1);
}

#[test]
fn ordered_lists_get_their_numbers_and_readings_over_characters_go() {
    let document = read(
        "<ol start=3><li>甲项工作情况说明</li><li>乙</li></ol><p><ruby>务<rp>(</rp><rt>wù</rt><rp>)</rp></ruby></p>",
    );
    assert_eq!(paragraphs(&document), ["3.甲项工作情况说明", "4.乙", "务"]);
    assert_eq!(count(&document, NoticeKind::PinyinRemoved), 1);
    assert_eq!(count(&document, NoticeKind::Numbering), 1);
}

#[test]
fn depth_and_width_are_refused_before_they_cost_anything() {
    let over = |body: String| {
        let error = try_read(format!("<html>{body}").as_bytes()).expect_err("refused");
        assert_eq!(error.reason, UnreadableReason::OverLimit);
        error.detail.en
    };
    assert!(over("<div>".repeat(300_000)).contains("limits.depth"));
    assert!(over("<table><tr><td>".repeat(50_000)).contains("limits.depth"));
    assert!(over("<ul><li>".repeat(50_000)).contains("limits.depth"));
    let bold: String = (0..250).map(|i| format!("<b id={i}>")).collect();
    assert!(over(format!("{bold}{}", "<p>x".repeat(50_000))).contains("limits.depth"));
    let wide = "<td colspan=9999999>x".repeat(100);
    assert!(over(format!("<table><tr>{wide}")).contains("limits.columns"));
}

#[test]
fn a_page_of_many_unclosed_cells_and_paragraphs_is_not_deep() {
    let rows = "<TR><TD><P>甲<TD><P>0".repeat(400);
    let document = read(&format!("<table>{rows}</table>{}", "<p>段".repeat(400)));
    assert_eq!(tables(&document)[0].rows, 400);
    assert_eq!(paragraphs(&document).len(), 400);
}

#[test]
fn pictures_in_the_place_of_text_are_pictures_only() {
    let reason = try_read(b"<html><img src=report.png></html>").map_err(|e| e.reason);
    assert_eq!(reason, Err(UnreadableReason::PicturesOnly));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 128, failure_persistence: None, ..Default::default() })]

    /// Any order of tags is read or refused, never a panic.
    #[test]
    fn any_order_of_tags_is_read_or_refused(picks in proptest::collection::vec(0usize..22, 0..80)) {
        const PIECES: [&str; 22] = [
            "<p>", "</p>", "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td colspan=3 rowspan=0>", "文字。",
            "<div class=nav>", "</div>", "<br>", "<ul><li>", "</ul>", "<b>", "</b>", "<pre>\n", "</pre>",
            "来源：某局", "<img src=a>", "<td rowspan=2>",
        ];
        let body: String = picks.into_iter().map(|pick| PIECES[pick]).collect();
        let _ = try_read(format!("<html>{body}").as_bytes());
    }
}

#[test]
fn pictures_in_cells_follow_their_table_and_what_is_not_read_is_named() {
    let document = read(&format!(
        "<p>{SENTENCE}</p><table><tr><td>甲<img src=a.png></td><td><table><tr><td>1</td><td><img src=b.png>2</td></tr></table></td>\
         <td>丙</td></tr></table><textarea>草稿</textarea><iframe src=\"年报.pdf\"></iframe>"
    ));
    let pictures: Vec<&str> = document
        .blocks
        .iter()
        .filter_map(
            |b| if let Block::Picture { name, .. } = b { Some(name.as_str()) } else { None },
        )
        .collect();
    assert_eq!(pictures, ["a.png", "b.png"]);
    let quotes: Vec<_> = document.notices.iter().map(|n| (n.kind, n.quote.as_str())).collect();
    assert_eq!(quotes, [(NoticeKind::Furniture, "草稿"), (NoticeKind::EmbeddedObject, "年报.pdf")]);
}

#[test]
fn a_page_that_only_shows_another_file_says_so() {
    let error = try_read(b"<html><body><iframe src=\"report.pdf\"></iframe></body></html>")
        .expect_err("nothing to read");
    assert_eq!(error.reason, UnreadableReason::Unsupported);
    assert!(error.detail.zh.contains("report.pdf"));
    let error = try_read(b"<table><tr><td><img src=scan.jpg></td><td></td></tr></table>")
        .expect_err("nothing to read");
    assert_eq!(error.reason, UnreadableReason::PicturesOnly);
}

#[test]
fn what_is_struck_out_or_hidden_or_marks_a_note_is_not_read_into_a_number() {
    let document = read(
        "<table><tr><td><del>1</del>0<td><s>5</s>3<td><span style='display: none'>7</span>2\
         <td><span style='text-decoration: line-through'>8</span>4<td>20<sup>1</sup><td>m<sup>平</sup>\
         </table><p>面积10m<sup>2</sup>。</p>",
    );
    assert_eq!(grid(tables(&document)[0]), [["0", "3", "2", "4", "20", "m平"]]);
    assert_eq!(paragraphs(&document), ["面积10m2。"]);
    assert_eq!(count(&document, NoticeKind::TextStruck), 1);
}
