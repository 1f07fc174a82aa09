//! Packages made here, each with one trap.

use crate::document::{Block, Document, NoticeKind, Table};
use crate::extract::{ExtractError, Limits, extract};
use crate::model::UnreadableReason;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const RELS: &str = r#"<Relationships><Relationship Id="r1" Target="word/document.xml"
    Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"#;

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(
            *name,
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated),
        )
        .expect("in memory");
        zip.write_all(content.as_bytes()).expect("in memory");
    }
    zip.finish().expect("in memory").into_inner()
}

fn with_body(body: &str) -> Vec<u8> {
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    package(&[("_rels/.rels", RELS), ("word/document.xml", &document)])
}

fn try_read(bytes: &[u8]) -> Result<Document, ExtractError> {
    extract("a.docx", bytes, &Limits::default()).map(|read| read.document)
}

fn read(body: &str) -> Document {
    try_read(&with_body(body)).expect("the document can be read")
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn tc(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
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

fn count(document: &Document, kind: NoticeKind) -> u32 {
    document.notices.iter().filter(|n| n.kind == kind).map(|n| n.count).sum()
}

#[test]
fn merged_cells_of_every_kind_are_resolved() {
    let rows = [
        format!(
            "{}{}",
            tc(r#"<w:vMerge w:val="restart"/>"#, "甲"),
            tc(r#"<w:gridSpan w:val="2"/>"#, "乙")
        ),
        format!("{}{}{}", tc("<w:vMerge/>", ""), tc("", "丙"), tc("", "丁")),
        format!(
            "{}{}{}",
            tc(r#"<w:vMerge w:val="continue"/>"#, ""),
            tc(r#"<w:hMerge w:val="restart"/>"#, "戊"),
            tc("<w:hMerge/>", "")
        ),
        format!("<w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>{}", tc("", "己")),
    ];
    let rows: String = rows.iter().map(|row| format!("<w:tr>{row}</w:tr>")).collect();
    let document = read(&format!("<w:tbl>{rows}</w:tbl>"));
    assert_eq!(
        grid(table(&document)),
        [["甲", "乙", "乙"], ["甲", "丙", "丁"], ["甲", "戊", "戊"], ["∅", "己", "∅"]]
    );
    assert_eq!(
        table(&document).at(1, 1).map(|c| c.text.anchor.to_string()),
        Some("word/document.xml#tbl[1]/tr[2]/tc[2]".into())
    );
}

#[test]
fn tracked_changes_are_read_as_accepted() {
    let kept = tc("", "留");
    let document = read(&format!(
        "<w:p><w:ins><w:r><w:t>新</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>\
         <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>{}\
         <w:tbl><w:tr><w:trPr><w:del/></w:trPr>{kept}</w:tr><w:tr>{kept}{kept}</w:tr></w:tbl>",
        p("后半")
    ));
    assert_eq!(paragraphs(&document), ["新", "前半后半"]);
    assert_eq!(table(&document).rows, 1);
    assert_eq!(count(&document, NoticeKind::TrackedChanges), 4);
}

#[test]
fn boxes_fields_runs_and_breaks_read_as_they_print() {
    let fallback = p("框内");
    let document = read(&format!(
        "<w:p><w:r><w:t>一、总</w:t></w:r><w:r><w:t>体&amp;情&#x51B5;</w:t></w:r>\
         <w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{fallback}</w:txbxContent></mc:Choice>\
         <mc:Fallback><w:txbxContent>{fallback}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>\
         <w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/>\
         <w:instrText>PAGE</w:instrText><w:t>丙</w:t></w:r></w:p>\
         <w:p><w:r><w:ruby><w:rt><w:r><w:t>wù</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>务</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    ));
    assert_eq!(paragraphs(&document), ["一、总体&情况", "框内", "甲 乙\n丙", "务"]);
    assert_eq!(count(&document, NoticeKind::PinyinRemoved), 1);
}

#[test]
fn a_table_in_a_cell_is_kept_apart_from_its_text() {
    let inner = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", tc("", "内"), tc("", "1"));
    let document = read(&format!(
        "<w:tbl><w:tr><w:tc>{}{inner}{}</w:tc>{}</w:tr></w:tbl>",
        p("外上"),
        p("外下"),
        tc("", "邻")
    ));
    let cell = table(&document).at(0, 0).expect("the cell");
    assert_eq!(cell.text.clean, "外上\n外下");
    assert_eq!(grid(&cell.tables[0]), [["内", "1"]]);
}

#[test]
fn a_numbered_heading_gets_its_number_and_its_level() {
    let numbering = r#"<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>
        <w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>
        <w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    let styles = r#"<w:styles><w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:numPr>
        <w:numId w:val="3"/></w:numPr></w:pPr></w:style></w:styles>"#;
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let rels = format!(
        r#"<Relationships><Relationship Id="a" Type="{kind}/styles" Target="styles.xml"/>
        <Relationship Id="b" Type="{kind}/numbering" Target="/word/numbering.xml"/></Relationships>"#
    );
    let heading = |text: &str| {
        format!(r#"<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"#)
    };
    let own = r#"<w:p><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr><w:r><w:t>正文</w:t></w:r></w:p>"#;
    let document = format!(
        "<w:document><w:body>{}{own}{}</w:body></w:document>",
        heading("总体情况"),
        heading("主动公开")
    );
    let bytes = package(&[
        ("_rels/.rels", RELS),
        ("word/document.xml", &document),
        ("word/_rels/document.xml.rels", &rels),
        ("word/styles.xml", styles),
        ("word/numbering.xml", numbering),
    ]);
    let document = try_read(&bytes).expect("the document can be read");
    assert_eq!(paragraphs(&document), ["一、总体情况", "正文", "二、主动公开"]);
    assert!(
        matches!(&document.blocks[0], Block::Heading { level: 1, text } if text.raw == "总体情况")
    );
    assert_eq!(count(&document, NoticeKind::Numbering), 2);
}

#[test]
fn objects_macros_and_pictures_are_noted() {
    let rels = r#"<Relationships><Relationship Id="i1" Type="x/image" Target="media/image1.png"/>
        <Relationship Id="o1" Type="x/oleObject" Target="embeddings/o.bin"/></Relationships>"#;
    let body = r#"<w:p><w:r><w:drawing><a:blip r:embed="i1"/></w:drawing></w:r><w:r><w:object><o:OLEObject r:id="o1"/>
        </w:object></w:r><w:r><w:t>文</w:t></w:r></w:p>"#;
    let bytes = package(&[
        ("_rels/.rels", RELS),
        ("word/document.xml", &format!("<w:document><w:body>{body}</w:body></w:document>")),
        ("word/_rels/document.xml.rels", rels),
        ("word/vbaProject.bin", "x"),
    ]);
    let document = try_read(&bytes).expect("the document can be read");
    assert!(
        matches!(&document.blocks[1], Block::Picture { name, .. } if name == "word/media/image1.png")
    );
    let kinds: Vec<NoticeKind> = document.notices.iter().map(|n| n.kind).collect();
    assert_eq!(kinds, [NoticeKind::EmbeddedObject, NoticeKind::Macro]);
}

#[test]
fn a_document_of_pictures_only_says_so() {
    let rels = r#"<Relationships><Relationship Id="i1" Type="x/image" Target="media/image1.png"/></Relationships>"#;
    let body =
        r#"<w:document><w:body><w:p><w:r><a:blip r:embed="i1"/></w:r></w:p></w:body></w:document>"#;
    let bytes = package(&[
        ("_rels/.rels", RELS),
        ("word/document.xml", body),
        ("word/_rels/document.xml.rels", rels),
    ]);
    assert_eq!(try_read(&bytes).map_err(|e| e.reason), Err(UnreadableReason::PicturesOnly));
    assert_eq!(try_read(&with_body("<w:p/>")).map_err(|e| e.reason), Err(UnreadableReason::Empty));
}

#[test]
fn broken_packages_are_damaged_wherever_they_break() {
    let whole = with_body(&p("文字").repeat(50));
    let reason = |bytes: &[u8]| try_read(bytes).map_err(|e| e.reason);
    assert_eq!(reason(&whole[..whole.len() / 2]), Err(UnreadableReason::Damaged));
    assert_eq!(reason(&package(&[("word/styles.xml", "<a/>")])), Err(UnreadableReason::Damaged));
    let cut = package(&[("_rels/.rels", RELS), ("word/document.xml", "<w:document><w:body><w:p>")]);
    assert_eq!(reason(&cut), Err(UnreadableReason::Damaged));
    let crossed = package(&[("_rels/.rels", RELS), ("word/document.xml", "<a><b></a></b>")]);
    assert_eq!(reason(&crossed), Err(UnreadableReason::Damaged));
}

#[test]
fn an_unknown_reference_makes_no_other_number_of_its_surroundings() {
    assert_eq!(read(&p("1&#50;3&lt;4")).blocks, read(&p("123&#60;4")).blocks);
    for damaged in ["1&x;2", "1&#xD800;2", "1&#99999999;2"] {
        let error = try_read(&with_body(&p(damaged))).unwrap_err();
        assert_eq!(error.reason, UnreadableReason::Damaged, "{damaged}");
    }
}

#[test]
fn a_bomb_is_refused_by_what_comes_out_of_it() {
    let over = |bytes: &[u8]| {
        let error = try_read(bytes).expect_err("refused");
        assert_eq!(error.reason, UnreadableReason::OverLimit);
        error.detail.en
    };
    assert!(over(&with_body(&p(&"x".repeat(7_000_000)))).contains("limits.ratio"));
    let deep = format!("{}{}", "<w:sdt>".repeat(300), "</w:sdt>".repeat(300));
    assert!(over(&with_body(&deep)).contains("limits.depth"));
    let wide = tc(r#"<w:gridSpan w:val="2000000000"/>"#, "x").repeat(20);
    assert!(
        over(&with_body(&format!("<w:tbl><w:tr>{wide}</w:tr></w:tbl>"))).contains("limits.columns")
    );
    let few = Limits { entries: 1, ..Limits::default() };
    let error = extract("a.docx", &with_body(&p("x")), &few).expect_err("refused");
    assert!(error.detail.en.contains("limits.entries"));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 64, failure_persistence: None, ..Default::default() })]

    /// A flipped byte or a cut anywhere gives a document or an error, never a panic.
    #[test]
    fn damaged_packages_never_panic(at in 0usize..4000, value: u8, cut in 0usize..6000) {
        let cells = tc(r#"<w:vMerge w:val="restart"/>"#, "甲") + &tc("<w:gridSpan w:val=\"2\"/>", "0");
        let mut bytes = with_body(&format!("{}<w:tbl><w:tr>{cells}</w:tr></w:tbl>", p("一、总体情况")));
        let at = at % bytes.len();
        bytes[at] = value;
        bytes.truncate(bytes.len() - cut % 300.min(bytes.len()));
        let _ = try_read(&bytes);
    }

    /// Any shuffle of the tags of a main part is read or refused.
    #[test]
    fn any_order_of_tags_is_read_or_refused(picks in proptest::collection::vec(0usize..24, 0..60)) {
        const PIECES: [&str; 24] = [
            "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>", "</w:t>", "字", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>",
            "<w:tc>", "</w:tc>", "<w:tcPr><w:vMerge/></w:tcPr>", "<w:tcPr><w:gridSpan w:val=\"99\"/></w:tcPr>",
            "<w:txbxContent>", "</w:txbxContent>", "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "<w:del>", "</w:del>",
            "<w:tcPr><w:hMerge/></w:tcPr>", "<w:trPr><w:gridBefore w:val=\"7\"/></w:trPr>", "<w:tab/>", "<a:blip r:embed=\"x\"/>",
        ];
        let mut body = String::new();
        let mut open: Vec<&str> = Vec::new();
        for pick in picks {
            let piece = PIECES[pick];
            // Well-formed, or only the XML reader would be tried.
            if let Some(name) = piece.strip_prefix("</") {
                if open.last().is_none_or(|o| !name.starts_with(*o)) { continue }
                open.pop();
            } else if piece.starts_with('<') && !piece.contains('/') {
                open.push(piece[1..].trim_end_matches('>'));
            }
            body.push_str(piece);
        }
        while let Some(name) = open.pop() {
            body.push_str(&format!("</{name}>"));
        }
        let _ = try_read(&with_body(&body));
    }
}

const NOTES: &str = r#"<w:footnotes><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>
    <w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t>含上年结转一件。</w:t></w:r></w:p><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:footnote></w:footnotes>"#;

fn with_parts(body: &str, parts: &[(&str, &str, &str)]) -> Vec<u8> {
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    let relation = |(at, (kind, part, _)): (usize, &(&str, &str, &str))| {
        format!(r#"<Relationship Id="x{at}" Type="http://o/{kind}" Target="{part}"/>"#)
    };
    let relations: String = parts.iter().enumerate().map(relation).collect();
    let relations = format!("<Relationships>{relations}</Relationships>");
    let mut all = vec![
        ("_rels/.rels".to_owned(), RELS),
        ("word/document.xml".to_owned(), document.as_str()),
        ("word/_rels/document.xml.rels".to_owned(), relations.as_str()),
    ];
    all.extend(parts.iter().map(|(_, part, content)| (format!("word/{part}"), *content)));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    package(&all)
}

#[test]
fn a_note_follows_its_paragraph_once_and_is_no_body_text() {
    let refer = r#"<w:r><w:footnoteReference w:id="2"/></w:r>"#;
    let body = format!(
        "<w:p><w:r><w:t>办结九件</w:t></w:r>{refer}</w:p>{}<w:tbl><w:tr><w:tc><w:p><w:r><w:t>9</w:t></w:r>{refer}</w:p></w:tc></w:tr></w:tbl>",
        p("结尾")
    );
    let document = try_read(&with_parts(&body, &[("footnotes", "footnotes.xml", NOTES)]))
        .expect("the document can be read");
    assert_eq!(paragraphs(&document), ["办结九件", "结尾"]);
    let notes: Vec<(usize, &str, String)> = document
        .blocks
        .iter()
        .enumerate()
        .filter_map(|(at, b)| b.note().map(|n| (at, n.clean.as_str(), n.anchor.to_string())))
        .collect();
    let place =
        |n: u8| format!("word/document.xml#footnote[2]/p[{n}]").replace("document", "footnotes");
    assert_eq!(notes, [(1, "含上年结转一件。", place(1)), (2, "乙", place(2))]);
    assert_eq!(grid(table(&document)), [["9"]]);
}

#[test]
fn a_note_to_a_cell_leaves_its_number_alone_and_follows_the_table() {
    let body = r#"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>9</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p></w:tc></w:tr></w:tbl>"#;
    let document = try_read(&with_parts(body, &[("footnotes", "footnotes.xml", NOTES)]))
        .expect("the document can be read");
    assert_eq!(grid(table(&document)), [["9"]]);
    assert_eq!(document.blocks[1].note().map(|n| n.clean.as_str()), Some("含上年结转一件。"));
}

const CHUNK: &str = r#"<w:altChunk r:id="x0"/>"#;

#[test]
fn an_embedded_page_is_read_in_its_place() {
    let page = "<html><body><p>甲</p><table><tr><td>1</td><td>2</td></tr></table></body></html>";
    let body = format!("{}{CHUNK}{}", p("前"), p("后"));
    let document = try_read(&with_parts(&body, &[("aFChunk", "chunk.html", page)]))
        .expect("the document can be read");
    assert_eq!(paragraphs(&document), ["前", "甲", "后"]);
    assert_eq!(grid(table(&document)), [["1", "2"]]);
    assert_eq!(document.blocks[1].anchor().to_string(), "word/chunk.html#p[1]");
}

#[test]
fn an_embedded_document_without_reader_is_noticed_and_alone_it_is_named() {
    let mail = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x";
    let parts = [("aFChunk", "chunk.mht", mail)];
    let document = try_read(&with_parts(&format!("{}{CHUNK}", p("前")), &parts))
        .expect("the document can be read");
    assert_eq!(count(&document, NoticeKind::EmbeddedObject), 1);
    let error = try_read(&with_parts(CHUNK, &parts)).expect_err("nothing to read");
    assert_eq!(error.reason, UnreadableReason::Unsupported);
    assert!(error.detail.zh.contains("word/chunk.mht") && error.help().zh.contains("另存为"));
}

#[test]
fn what_is_struck_out_or_hidden_or_marks_a_note_is_not_read_into_a_number() {
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
    };
    let raised = r#"<w:vertAlign w:val="superscript"/>"#;
    let cell = |runs: &str| format!("<w:tc><w:p>{runs}</w:p></w:tc>");
    let cells = [
        cell(&(run("<w:strike/>", "5") + &run("", "3"))),
        cell(&(run("<w:vanish/>", "5") + &run(r#"<w:vanish w:val="0"/>"#, "3"))),
        cell(&(run("", "3") + &run(raised, "1"))),
        cell(&(run("", "m") + &run(raised, "平"))),
    ];
    let unit = format!("<w:p>{}{}</w:p>", run("", "m"), run(raised, "2"));
    let marked = "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>可见</w:t></w:r></w:p>";
    let document = read(&format!("<w:tbl><w:tr>{}</w:tr></w:tbl>{unit}{marked}", cells.concat()));
    assert_eq!(grid(table(&document)), [["3", "3", "3", "m平"]]);
    assert_eq!(paragraphs(&document), ["m2", "可见"]);
    assert_eq!(count(&document, NoticeKind::TextStruck), 3);
}
