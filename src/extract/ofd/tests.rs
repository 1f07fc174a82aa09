//! Packages made by hand: what is read off them, what is left out and what is refused.

use super::*;
use crate::document::Block;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// The parts of a package, by name.
struct Draft(Vec<(String, String)>);

const ROOT: &str = "<CommonData><PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea>\
    <PublicRes>PublicRes.xml</PublicRes>\
    <TemplatePage ID=\"90\" BaseLoc=\"Tpls/Tpl_0/Content.xml\"/></CommonData>";

fn element(name: &str, content: &str) -> String {
    format!("<ofd:{name} xmlns:ofd=\"http://www.ofdspec.org/2016\">{content}</ofd:{name}>")
}

/// A page of objects.
fn page(objects: &str) -> String {
    element("Page", &format!("<Content><Layer ID=\"1\">{objects}</Layer></Content>"))
}

/// A text object at a place, in millimetres, with more attributes.
fn text(x: f64, y: f64, words: &str, more: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<ofd:TextObject Boundary=\"{x} {y} 50 5\" Size=\"4\" {more}>\
         <ofd:TextCode X=\"0\" Y=\"3.5\">{words}</ofd:TextCode></ofd:TextObject>"
    )
}

/// Lines around one row of two cells, 10 to 90 mm across and 20 to 30 down.
fn grid(more: &str) -> String {
    let line = |a, b, c, d| {
        format!(
            "<ofd:PathObject Boundary=\"0 0 210 297\" {more}><ofd:AbbreviatedData>\
             M {a} {b} L {c} {d}</ofd:AbbreviatedData></ofd:PathObject>"
        )
    };
    let across = [20, 30].map(|y| line(10, y, 90, y)).concat();
    across + &[10, 50, 90].map(|x| line(x, 20, x, 30)).concat()
}

impl Draft {
    /// A package of pages.
    fn of(pages: &[String]) -> Draft {
        let body = "<DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody>";
        let mut list = String::new();
        let mut parts = vec![("OFD.xml".to_string(), element("OFD", body))];
        for (at, page) in pages.iter().enumerate() {
            let number = at + 1;
            list += &format!("<Page ID=\"{number}\" BaseLoc=\"Pages/Page_{at}/Content.xml\"/>");
            parts.push((format!("Doc_0/Pages/Page_{at}/Content.xml"), page.clone()));
        }
        let root = format!("{ROOT}<Pages>{list}</Pages>");
        parts.push(("Doc_0/Document.xml".into(), element("Document", &root)));
        Draft(parts)
    }

    /// Puts a part in, or in the place of another.
    fn with(mut self, name: &str, content: impl Into<String>) -> Draft {
        self.0.retain(|(other, _)| other != name);
        self.0.push((name.into(), content.into()));
        self
    }

    /// Changes what stands in a part.
    fn change(mut self, name: &str, from: &str, to: &str) -> Draft {
        let part = self.0.iter_mut().find(|(other, _)| other == name).expect("the part is there");
        assert!(part.1.contains(from), "{from}");
        part.1 = part.1.replace(from, to);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.0 {
            zip.start_file(name, SimpleFileOptions::default()).expect("in memory");
            zip.write_all(content.as_bytes()).expect("in memory");
        }
        zip.finish().expect("in memory").into_inner()
    }

    fn read(&self) -> Result<Document, ExtractError> {
        Ofd.extract(&self.bytes(), &Limits::default())
    }

    /// Paragraphs and cells, cells in brackets.
    fn words(&self) -> String {
        let document = self.read().expect("readable");
        let block = |block: &Block| match block {
            Block::Table(table) => {
                let cell = |c: &crate::document::Cell| format!("[{}]", c.text.clean);
                table.cells.iter().map(cell).collect()
            }
            other => other.text().map_or("(图)".to_string(), |text| text.clean.clone()),
        };
        document.blocks.iter().map(block).collect::<Vec<_>>().join("/")
    }

    fn reason(&self) -> UnreadableReason {
        self.read().expect_err("unreadable").reason
    }

    fn told(&self, kind: NoticeKind) -> Option<String> {
        let document = self.read().expect("readable");
        let mut found = document.notices.into_iter().filter(|n| n.kind == kind);
        found.next().map(|n| n.quote)
    }
}

fn one(objects: &str) -> Draft {
    Draft::of(&[page(objects)])
}

#[test]
fn text_and_ruled_cells_are_read_where_they_stand() {
    let objects = grid("")
        + &text(12.0, 22.0, "规章&<", "")
        + &text(52.0, 22.0, "12", "")
        + &text(10.0, 40.0, "三、收到", "");
    assert_eq!(one(&objects).words(), "[规章&<][12]/三、收到");
    let document = one(&objects).read().expect("readable");
    let Block::Table(table) = &document.blocks[0] else { panic!("{:?}", document.blocks) };
    let place = Anchor::Page { page: 1, bbox: [142, 57, 113, 28] };
    assert_eq!(table.at(0, 1).map(|c| c.text.anchor.clone()), Some(place));
}

#[test]
fn a_template_lies_under_every_page_that_uses_it() {
    let words = text(12.0, 22.0, "规章", "") + &text(52.0, 22.0, "1", "");
    let used = page(&words).replace("<Content>", "<Template TemplateID=\"90\"/><Content>");
    let draft = Draft::of(&[used, page(&text(10.0, 40.0, "无模板", ""))])
        .with("Doc_0/Tpls/Tpl_0/Content.xml", page(&(grid("") + &text(10.0, 40.0, "注", ""))));
    assert_eq!(draft.words(), "[规章][1]/注/无模板");
    // Without its part the page is not whole.
    let lost = draft.with("Doc_0/Tpls/Tpl_0/Content.xml", "");
    assert_eq!(lost.told(NoticeKind::PagesUnread).as_deref(), Some("1"));
    let used = page(&words).replace("<Content>", "<Template TemplateID=\"91\"/><Content>");
    assert_eq!(Draft::of(&[used]).told(NoticeKind::PagesUnread).as_deref(), Some("1"));
}

#[test]
fn a_drawing_is_read_where_it_is_put_and_one_that_holds_itself_ends() {
    let put = "<CompositeObject Boundary=\"0 10 200 200\" CTM=\"1 0 0 1 2 0\" ResourceID=\"7\"/>";
    let drawing = |content: &str| {
        let unit = format!("<CompositeGraphicUnit ID=\"7\">{content}</CompositeGraphicUnit>");
        element("Res", &format!("<CompositeGraphicUnits>{unit}</CompositeGraphicUnits>"))
    };
    let inner = format!("<Content>{}</Content>", text(50.0, 12.0, "12", ""));
    let draft = one(&(grid("") + put)).with("Doc_0/PublicRes.xml", drawing(&inner));
    assert_eq!(draft.words(), "[][12]");
    let looped = format!("<Content>{}{put}{put}</Content>", text(50.0, 12.0, "12", ""));
    let draft = one(put).with("Doc_0/PublicRes.xml", drawing(&looped));
    assert_eq!(draft.told(NoticeKind::PagesUnread).as_deref(), Some("1"));
    // Without its resource the page is not whole.
    let lost = one(&(text(10.0, 40.0, "正文", "") + put));
    assert_eq!(lost.told(NoticeKind::PagesUnread).as_deref(), Some("1"));
}

#[test]
fn what_is_not_shown_is_no_content() {
    let objects = [
        text(10.0, 40.0, "正文", ""),
        text(10.0, 50.0, "藏", "Visible=\"false\""),
        text(10.0, 60.0, "透明", "Alpha=\"0\""),
        text(10.0, 70.0, "无墨", "Fill=\"false\""),
        text(10.0, 80.0, "印章关键字", "")
            .replace("<ofd:TextCode", "<FillColor Value=\"255 255 255\"/><ofd:TextCode"),
        text(10.0, 90.0, "水印", "CTM=\"0.7 0.7 -0.7 0.7 0 0\""),
        format!("<PageBlock Visible=\"false\">{}</PageBlock>", text(10.0, 99.0, "块", "")),
        format!(
            "<PathObject Boundary=\"10 110 5 5\"><Clips><Clip><Area>{}</Area></Clip></Clips>\
             <FillColor><Pattern><CellContent>{}</CellContent></Pattern></FillColor></PathObject>",
            grid(""),
            text(0.0, 0.0, "花纹", "")
        ),
    ];
    assert_eq!(one(&objects.concat()).words(), "正文");
}

#[test]
fn white_shows_on_a_dark_ground_and_unseen_text_over_a_scan() {
    let ground = "<PathObject Boundary=\"0 0 210 297\" Fill=\"true\" Stroke=\"false\">\
        <FillColor Value=\"64 158 255\"/><AbbreviatedData>M 5 5 L 95 5 L 95 95 L 5 95 C\
        </AbbreviatedData></PathObject>";
    let white = |objects: String| {
        let colours = "<FillColor Value=\"255 255 255\"/><StrokeColor Value=\"255 255 255\"/>";
        let objects = objects.replace("<ofd:TextCode", &format!("{colours}<ofd:TextCode"));
        objects.replace("<ofd:Abbr", &format!("{colours}<ofd:Abbr"))
    };
    let words = white(grid("") + &text(12.0, 22.0, "规章", "") + &text(52.0, 22.0, "1", ""));
    let plain = text(10.0, 140.0, "正文", "");
    assert_eq!(one(&format!("{ground}{words}{plain}")).words(), "[规章][1]/正文");
    assert_eq!(one(&format!("{words}{plain}")).words(), "正文");
    let scan = "<ImageObject Boundary=\"0 0 210 297\" ResourceID=\"3\"/>";
    let draft = one(&format!("{scan}{}", text(10.0, 40.0, "识别", "Alpha=\"0\"")));
    assert_eq!(draft.words(), "识别");
    assert_eq!(draft.told(NoticeKind::TextRecognised).as_deref(), Some("1"));
    assert_eq!(one(scan).reason(), UnreadableReason::PicturesOnly);
}

#[test]
fn lines_are_ruled_by_stroke_by_fill_and_by_the_parameters_of_their_layer() {
    let cells = text(12.0, 22.0, "规章", "") + &text(52.0, 22.0, "1", "");
    let read = |more: &str| one(&(grid(more) + &cells)).words();
    assert_eq!(read("Stroke=\"true\""), "[规章][1]");
    assert_eq!(read("Stroke=\"false\""), "规章 1", "neither stroked nor filled");
    let params = "<DrawParams><DrawParam ID=\"5\" Relative=\"6\"/>\
        <DrawParam ID=\"6\"><StrokeColor Value=\"0 0 0\" Alpha=\"0\"/></DrawParam></DrawParams>";
    let draft = one(&(grid("") + &cells)).with("Doc_0/PublicRes.xml", element("Res", params));
    assert_eq!(draft.words(), "[规章][1]");
    let clear =
        draft.change("Doc_0/Pages/Page_0/Content.xml", "<Layer ", "<Layer DrawParam=\"5\" ");
    assert_eq!(clear.words(), "规章 1");
}

#[test]
fn annotations_are_no_content_and_text_typed_on_is_told() {
    let annotation = |kind: &str| {
        let words = text(10.0, 50.0, "批注", "");
        element(
            "PageAnnot",
            &format!("<Annot Type=\"{kind}\"><Appearance>{words}</Appearance></Annot>"),
        )
    };
    let list = "<Page PageID=\"1\"><FileLoc>Page_0/Annot_0.xml</FileLoc></Page>";
    let draft = |kind: &str| {
        one(&text(10.0, 40.0, "正文", ""))
            .change(
                "Doc_0/Document.xml",
                "</Pages>",
                "</Pages><Annotations>Annots/Annotations.xml</Annotations>",
            )
            .with("Doc_0/Annots/Annotations.xml", element("Annotations", list))
            .with("Doc_0/Annots/Page_0/Annot_0.xml", annotation(kind))
    };
    for kind in ["Stamp", "Watermark"] {
        assert_eq!(draft(kind).words(), "正文");
        assert_eq!(draft(kind).told(NoticeKind::PagesUnread), None, "{kind}");
    }
    assert_eq!(draft("Path").words(), "正文");
    assert_eq!(draft("Path").told(NoticeKind::PagesUnread).as_deref(), Some("1"));
}

#[test]
fn the_first_document_is_read_in_the_version_in_force_and_the_others_are_named() {
    let others = "</DocBody><DocBody><DocInfo><Title>附件</Title></DocInfo>\
        <DocRoot>Doc_1/Document.xml</DocRoot></DocBody>";
    let draft = one(&text(10.0, 40.0, "正文", "")).change("OFD.xml", "</DocBody>", others);
    assert_eq!(draft.words(), "正文");
    assert_eq!(draft.told(NoticeKind::DocumentsUnread).as_deref(), Some("附件"));
    let versions = "<Versions><Version ID=\"1\" BaseLoc=\"Doc_0/V1.xml\"/>\
        <Version ID=\"2\" Current=\"true\" BaseLoc=\"Doc_0/V2.xml\"/></Versions></DocBody>";
    let newer = "<Pages><Page ID=\"1\" BaseLoc=\"New.xml\"/></Pages>";
    let draft = one(&text(10.0, 40.0, "旧", ""))
        .change("OFD.xml", "</DocBody>", versions)
        .with("Doc_0/V2.xml", element("DocVersion", "<DocRoot>Document_2.xml</DocRoot>"))
        .with("Doc_0/Document_2.xml", element("Document", newer))
        .with("Doc_0/New.xml", page(&text(10.0, 40.0, "新", "")));
    assert_eq!(draft.words(), "新");
    // A version whose parts are missing leaves the document itself.
    let lost = draft.with("Doc_0/V2.xml", element("DocVersion", "<DocRoot>gone</DocRoot>"));
    assert_eq!(lost.words(), "旧");
}

#[test]
fn parts_are_found_whichever_way_they_are_named() {
    for location in [
        "/Doc_0/Pages/Page_0/Content.xml",
        "Doc_0/Pages/Page_0/Content.xml",
        "pages\\page_0\\content.XML",
        "../Doc_0/Pages/./Page_0/Content.xml",
    ] {
        let draft = one(&text(10.0, 40.0, "正文", ""));
        let draft = draft.change("Doc_0/Document.xml", "Pages/Page_0/Content.xml", location);
        assert_eq!(draft.words(), "正文", "{location}");
    }
    let renamed = Draft(
        one(&text(10.0, 40.0, "正文", ""))
            .0
            .into_iter()
            .map(|(n, c)| (n.to_uppercase(), c))
            .collect(),
    );
    assert_eq!(renamed.words(), "正文");
}

#[test]
fn an_attachment_is_named() {
    let draft = one(&text(10.0, 40.0, "正文", ""))
        .change(
            "Doc_0/Document.xml",
            "</Pages>",
            "</Pages><Attachments>Attachs/List.xml</Attachments>",
        )
        .with("Doc_0/Attachs/List.xml", element("Attachments", "<Attachment Name=\"底稿.xlsx\"/>"));
    assert_eq!(draft.told(NoticeKind::EmbeddedObject).as_deref(), Some("底稿.xlsx"));
}

#[test]
fn encrypted_packages_are_said_to_be_encrypted() {
    let hidden = one(&text(10.0, 40.0, "正文", ""))
        .with("Encryptions.xml", element("Encryptions", ""))
        .with("Doc_0/Document.xml", "\u{1}\u{2}\u{3}");
    assert_eq!(hidden.reason(), UnreadableReason::Encrypted);
    let all = Draft(vec![
        ("Encryptions.xml".into(), String::new()),
        ("entriesmap.dat".into(), "x".into()),
    ]);
    let error =
        crate::extract::extract("a.ofd", &all.bytes(), &Limits::default()).expect_err("hidden");
    assert_eq!((error.format, error.reason), (Format::Ofd, UnreadableReason::Encrypted));
    assert!(error.help().zh.contains("未加密"), "{error}");
    // A note on encryption beside parts that can be read does no harm.
    let open = one(&text(10.0, 40.0, "正文", "")).with("Encryptions.xml", "<a/>");
    assert_eq!(open.words(), "正文");
}

#[test]
fn broken_parts_are_damage_or_a_page_that_says_so() {
    let two = || Draft::of(&[page(&text(10.0, 40.0, "一", "")), page(&text(10.0, 40.0, "二", ""))]);
    let cut = two().change("Doc_0/Pages/Page_1/Content.xml", "</Layer>", "<");
    assert_eq!((cut.words(), cut.told(NoticeKind::PagesUnread)), ("一二".into(), Some("2".into())));
    let mut lost = two();
    lost.0.retain(|(name, _)| !name.contains("Page_1"));
    assert_eq!(lost.told(NoticeKind::PagesUnread).as_deref(), Some("2"));
    for name in ["OFD.xml", "Doc_0/Document.xml"] {
        let mut draft = two();
        draft.0.retain(|(other, _)| other != name);
        assert_eq!(draft.reason(), UnreadableReason::Damaged, "{name}");
        assert_eq!(two().with(name, "<x/>").reason(), UnreadableReason::Damaged, "{name}");
    }
    let halved = two().change("Doc_0/Document.xml", "</Pages>", "");
    assert_eq!(halved.told(NoticeKind::PagesUnread).as_deref(), Some("2"));
}

#[test]
fn text_on_its_head_and_text_without_codes_are_told() {
    let over = text(60.0, 40.0, "倒置", "CTM=\"-1 0 0 -1 0 0\"");
    let draft = one(&(text(10.0, 40.0, "正文", "") + &over));
    assert_eq!(
        (draft.words(), draft.told(NoticeKind::TextTurned)),
        ("正文".into(), Some("1".into()))
    );
    let coded = text(10.0, 40.0, "\u{E001}\u{E002}\u{E003}文", "").replace(
        "<ofd:TextCode",
        "<CGTransform CodePosition=\"0\" CodeCount=\"4\" GlyphCount=\"4\"/><ofd:TextCode",
    );
    let error = one(&coded).read().expect_err("no codes");
    assert!(error.detail.zh.contains("编码"), "{error}");
}

#[test]
fn what_is_drawn_again_and_again_is_bounded() {
    let put = "<CompositeObject Boundary=\"0 0 9 9\" ResourceID=\"7\"/>";
    let unit = |id: u32, next: u32| {
        let inner = put.replace('7', &next.to_string()).repeat(60);
        format!(
            "<CompositeGraphicUnit ID=\"{id}\"><Content>{inner}</Content></CompositeGraphicUnit>"
        )
    };
    let all: String = (1..=7).map(|id| unit(id, id + 1)).collect();
    let draft = one(&put.replace('7', "1")).with("Doc_0/PublicRes.xml", element("Res", &all));
    let few = Limits { characters: 100_000, ..Limits::default() };
    let error = Ofd.extract(&draft.bytes(), &few).expect_err("without end");
    assert_eq!(error.reason, UnreadableReason::OverLimit);
    let deep = "<ofd:PageBlock>".repeat(300);
    assert_eq!(one(&deep).reason(), UnreadableReason::OverLimit);
    let many = Draft::of(&[page("")]).change(
        "Doc_0/Document.xml",
        "</Pages>",
        &format!("{}</Pages>", "<Page BaseLoc=\"x\"/>".repeat(10_000)),
    );
    assert_eq!(many.reason(), UnreadableReason::OverLimit);
    let few = Limits { characters: 200, ..Limits::default() };
    let long = one(&text(10.0, 40.0, &"文".repeat(400), ""));
    let error = Ofd.extract(&long.bytes(), &few).expect_err("too long");
    assert_eq!(error.reason, UnreadableReason::OverLimit);
}
