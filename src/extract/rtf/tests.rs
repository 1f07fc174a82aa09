//! RTF made here, each with one trap.

use crate::document::{Block, Document, NoticeKind, Table};
use crate::extract::{ExtractError, Limits, extract};
use crate::model::UnreadableReason;

const HEAD: &str = "{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fcharset134 SimSun;}{\\f1\\fcharset0 Times;}\
    {\\f2\\fcharset2 Wingdings;}}{\\info{\\title x}}{\\header pagehead}\n";

fn try_read(body: &str) -> Result<Document, ExtractError> {
    let text = format!("{HEAD}{body}}}");
    extract("a.rtf", text.as_bytes(), &Limits::default()).map(|read| read.document)
}

fn read(body: &str) -> Document {
    try_read(body).expect("the document can be read")
}

fn paragraphs(document: &Document) -> Vec<&str> {
    document.blocks.iter().filter_map(|b| Some(b.text()?.clean.as_str())).collect()
}

fn table(document: &Document) -> &Table {
    let mut tables =
        document.blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t) } else { None });
    tables.next().expect("a table")
}

fn grid(table: &Table) -> Vec<Vec<&str>> {
    let slot = |row, column| table.at(row, column).map_or("∅", |c| c.text.clean.as_str());
    (0..table.rows)
        .map(|row| (0..table.columns).map(|column| slot(row, column)).collect())
        .collect()
}

/// A row of cells with these right edges, each led by the control words of its merges.
fn row(left: i32, cells: &[(&str, i32, &str)]) -> String {
    let edges: String =
        cells.iter().map(|(merge, edge, _)| format!("{merge}\\cellx{edge}")).collect();
    let texts: String = cells.iter().map(|(_, _, text)| format!("{text}\\cell ")).collect();
    format!("\\trowd\\trleft{left}{edges}\\pard\\intbl {texts}\\row\\pard\n")
}

#[test]
fn cells_stand_in_the_columns_of_their_edges_however_these_jitter() {
    let body = [
        row(0, &[("\\clvmgf", 1000, "A"), ("\\clmgf", 2000, "B"), ("\\clmrg", 3000, "")]),
        row(15, &[("\\clvmrg", 985, ""), ("", 2015, "C"), ("", 3015, "D")]),
        row(-3, &[("", 1003, "E"), ("", 3003, "F")]),
        row(0, &[("", 1000, ""), ("", 2000, ""), ("", 3000, "")]),
    ];
    let document = read(&format!("before\\par {}after\\par", body.concat()));
    assert_eq!(paragraphs(&document), ["before", "after"]);
    assert_eq!(
        grid(table(&document)),
        [["A", "B", "B"], ["A", "C", "D"], ["E", "F", "F"], ["", "", ""]]
    );
    let place = table(&document).at(1, 1).map(|cell| cell.text.anchor.to_string());
    assert_eq!(place.as_deref(), Some("tbl[1]/tr[2]/tc[2]"));
}

#[test]
fn characters_come_from_their_codes_or_from_the_bytes_of_their_font() {
    let document = read(
        "\\f0\\'d2\\'bb\\'a1\\'a2\\f1 caf\\'e9 \\u-10174 ?\\u-8265 ?{\\uc2\\u20844\\'b9\\'ab}\\~\\'d2\\par \
         {\\f1\\'d5\\'fe\\'b8\\'ae\\'d0\\'c5\\'cf\\'a2}{\\f2\\'fe}\\{\\}\\\\\\line x\\par",
    );
    assert_eq!(paragraphs(&document), ["一、café 𠮷公 Ò", "政府信息☑{}\\\nx"]);
    assert!(document.notices.iter().any(|n| n.kind == NoticeKind::EncodingRepaired));
}

#[test]
fn what_is_deleted_hidden_in_fields_or_unknown_is_no_content() {
    let document = read(
        "{\\deleted old}{\\revised new}{\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt link}}{\\*\\unknown no}\
         {\\pict\\bin4 }}}}{\\*\\blipuid 1}}\\par half{\\deleted\\par}whole\\par",
    );
    assert_eq!(paragraphs(&document), ["newlink", "halfwhole"]);
    assert!(document.blocks.iter().any(|b| matches!(b, Block::Picture { .. })));
    let changes = document.notices.iter().find(|n| n.kind == NoticeKind::TrackedChanges);
    assert_eq!(changes.map(|n| n.count), Some(3));
}

#[test]
fn printed_numbers_notes_and_boxes_stand_where_they_belong() {
    let document = read(
        "{\\listtext\\pard\\plain \\u19968?\\u12289?\\tab}\\pard\\outlinelevel0\\ls1 A{\\footnote\\pard\\intbl note\\par}\
         {\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv 1}}{\\shptxt box\\par}}}\\par\\pard B\\par",
    );
    assert_eq!(paragraphs(&document), ["一、A", "box", "B"]);
    assert!(matches!(&document.blocks[0], Block::Heading { level: 1, text } if text.raw == "A"));
    assert_eq!(document.blocks[1].note().map(|n| n.clean.as_str()), Some("note"));
}

#[test]
fn a_table_in_a_cell_is_kept_apart_from_its_text() {
    let inner = "\\pard\\intbl\\itap2 in\\nestcell 1\\nestcell{\\*\\nesttableprops\\trowd\\cellx400\\cellx800\\nestrow}\
        {\\nonesttables\\par}";
    let document = read(&format!(
        "\\trowd\\cellx1000\\cellx2000\\pard\\intbl out\\par {inner}\\pard\\intbl\\cell next\\cell\\row\\pard"
    ));
    assert_eq!(grid(table(&document)), [["out", "next"]]);
    assert_eq!(grid(&table(&document).cells[0].tables[0]), [["in", "1"]]);
}

#[test]
fn a_cut_file_is_damaged_and_a_deep_one_over_the_limit() {
    let text = format!("{HEAD}{}text\\par", row(0, &[("", 1000, "1"), ("", 2000, "2")]));
    for cut in 6..text.len() {
        let read = extract("a.rtf", &text.as_bytes()[..cut], &Limits::default());
        assert_eq!(read.map_err(|e| e.reason), Err(UnreadableReason::Damaged), "{cut}");
    }
    let deep = try_read(&"{".repeat(100_000)).map_err(|e| e.reason);
    assert_eq!(deep, Err(UnreadableReason::OverLimit));
    let nested = try_read("\\pard\\intbl\\itap2000000000 x\\par").map_err(|e| e.reason);
    assert_eq!(nested, Err(UnreadableReason::OverLimit));
}

#[test]
fn a_changed_byte_gives_a_document_or_a_refusal() {
    let text =
        format!("{HEAD}\\u19968?{}\\par}}", row(0, &[("\\clvmgf", 1000, "1"), ("", 2000, "2")]));
    for at in 0..text.len() {
        for value in [b'{', b'}', b'\\', b'9', 0xFF] {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = value;
            let _ = extract("a.rtf", &bytes, &Limits::default());
        }
    }
}

#[test]
fn what_is_struck_out_or_hidden_is_not_read_into_a_number() {
    let cells =
        [("", 1000, "{\\strike 5}3"), ("", 2000, "\\v 5\\v0 3"), ("", 3000, "{\\v 5\\plain 3}")];
    let document = read(&row(0, &cells));
    assert_eq!(grid(table(&document)), [["3", "3", "3"]]);
    let notice = document.notices.iter().find(|n| n.kind == NoticeKind::TextStruck);
    assert_eq!(notice.map(|n| n.count), Some(3));
}
