//! PDF made by hand: what the fonts tell, what the guard stops, what is refused and how.

use super::*;
use crate::document::{Block, NoticeKind};
use crate::model::UnreadableReason;
use lopdf::{Dictionary, Object, Stream, StringFormat, dictionary};

/// A file of pages, each with its content and its fonts under the names F0, F1 …
struct Draft {
    file: lopdf::Document,
    pages: Vec<Object>,
    tree: lopdf::ObjectId,
}

impl Draft {
    fn new() -> Self {
        let mut file = lopdf::Document::with_version("1.5");
        let tree = file.new_object_id();
        Draft { file, pages: Vec::new(), tree }
    }

    fn page(mut self, content: &str, resources: Dictionary) -> Self {
        let content = Stream::new(Dictionary::new(), content.as_bytes().to_vec());
        let content = self.file.add_object(content);
        let page = self.file.add_object(dictionary! {
            "Type" => "Page",
            "Parent" => self.tree,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Contents" => content,
            "Resources" => resources,
        });
        self.pages.push(page.into());
        self
    }

    fn font(&mut self, encoding: &str, map: Option<&str>) -> Dictionary {
        let descriptor = self.file.add_object(dictionary! {
            "Type" => "FontDescriptor", "FontName" => "ABCDEF+Song",
        });
        let below = self.file.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "BaseFont" => "ABCDEF+Song",
            "FontDescriptor" => descriptor,
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::String(b"Adobe".to_vec(), StringFormat::Literal),
                "Ordering" => Object::String(b"Identity".to_vec(), StringFormat::Literal),
                "Supplement" => 0,
            },
        });
        let mut font = dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => "ABCDEF+Song",
            "Encoding" => encoding,
            "DescendantFonts" => vec![below.into()],
        };
        if let Some(map) = map {
            let map = Stream::new(Dictionary::new(), map.as_bytes().to_vec());
            font.set("ToUnicode", self.file.add_object(map));
        }
        let font = self.file.add_object(font);
        dictionary! { "Font" => dictionary! { "F0" => font } }
    }

    /// An embedded font of one-byte codes without encoding and map.
    fn plain_font(&mut self, flags: i64) -> Dictionary {
        let program = self.file.add_object(Stream::new(Dictionary::new(), vec![0]));
        let descriptor = self.file.add_object(dictionary! {
            "Type" => "FontDescriptor", "FontName" => "ABCDEF+Digits",
            "Flags" => flags, "FontFile2" => program,
        });
        let font = self.file.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "ABCDEF+Digits",
            "FontDescriptor" => descriptor,
        });
        dictionary! { "Font" => dictionary! { "F0" => font } }
    }

    fn picture(&mut self) -> Dictionary {
        let picture = self.file.add_object(Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1,
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
            },
            vec![0],
        ));
        dictionary! { "XObject" => dictionary! { "I0" => picture } }
    }

    fn bytes(mut self) -> Vec<u8> {
        let count = self.pages.len() as i64;
        let pages = dictionary! { "Type" => "Pages", "Kids" => self.pages, "Count" => count };
        self.file.objects.insert(self.tree, pages.into());
        let catalog =
            self.file.add_object(dictionary! { "Type" => "Catalog", "Pages" => self.tree });
        self.file.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        self.file.save_to(&mut bytes).expect("written to memory");
        bytes
    }
}

const WHOLE_PAGE: &str = "q 595 0 0 842 0 0 cm /I0 Do Q";

fn read(bytes: &[u8]) -> Result<Document, ExtractError> {
    Pdf.extract(bytes, &Limits::default())
}

fn words(bytes: &[u8]) -> Vec<String> {
    let document = read(bytes).expect("readable");
    document.blocks.iter().filter_map(|b: &Block| Some(b.text()?.raw.clone())).collect()
}

fn reason(bytes: &[u8]) -> UnreadableReason {
    read(bytes).expect_err("unreadable").reason
}

fn hex(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04X}")).collect()
}

fn show(codes: &str) -> String {
    format!("BT /F0 12 Tf 80 700 Td <{codes}> Tj ET")
}

#[test]
fn codes_are_read_by_the_map_of_the_font() {
    let mut draft = Draft::new();
    let map = "2 beginbfchar <0001> <603B> <0002> <8BA1> endbfchar";
    let fonts = draft.font("Identity-H", Some(map));
    assert_eq!(words(&draft.page(&show("00010002"), fonts).bytes()), ["总计"]);
}

#[test]
fn a_code_the_map_does_not_know_is_lost_and_never_another_character() {
    let mut draft = Draft::new();
    let map = "4 beginbfchar <0001> <603B> <0002> <8BA1> <0003> <4E00> <0004> <4E8C> endbfchar";
    let fonts = draft.font("Identity-H", Some(map));
    // 0x31 would be "1" if a glyph's number were a character.
    let file = draft.page(&show("0001000200030004").replace("> Tj", "0031> Tj"), fonts).bytes();
    assert_eq!(words(&file), ["总计一二\u{FFFD}"]);
}

#[test]
fn a_font_without_a_map_is_refused_with_the_way_out() {
    let mut draft = Draft::new();
    let fonts = draft.font("Identity-H", None);
    let error = read(&draft.page(&show("003100320033"), fonts).bytes()).expect_err("no codes");
    assert_eq!(error.reason, UnreadableReason::Unsupported);
    assert!(error.detail.zh.contains("编码") && error.help().zh.contains(".docx"), "{error}");
}

#[test]
fn codes_in_utf16_are_read_beyond_the_basic_plane_too() {
    for encoding in ["UniGB-UCS2-H", "UniGB-UTF16-H"] {
        let mut draft = Draft::new();
        let fonts = draft.font(encoding, None);
        let file = draft.page(&show(&hex("总计12𠮷")), fonts).bytes();
        assert_eq!(words(&file), ["总计12𠮷"], "{encoding}");
    }
}

#[test]
fn a_radical_is_read_as_the_character_that_looks_the_same() {
    let mut draft = Draft::new();
    let fonts = draft.font("UniGB-UTF16-H", None);
    let file = draft.page(&show(&hex("⼈⺠政府⽂件")), fonts).bytes();
    assert_eq!(words(&file), ["人民政府文件"]);
}

#[test]
fn a_watermark_set_aslant_is_no_text() {
    let mut draft = Draft::new();
    let fonts = draft.font("UniGB-UTF16-H", None);
    let aslant = format!("BT /F0 40 Tf .7 .7 -.7 .7 100 300 Tm <{}> Tj ET", hex("内部资料"));
    let file = draft.page(&format!("{} {aslant}", show(&hex("正文"))), fonts).bytes();
    assert_eq!(words(&file), ["正文"]);
}

#[test]
fn a_scan_is_pictures_only_and_one_scanned_page_is_noticed() {
    let mut draft = Draft::new();
    let picture = draft.picture();
    assert_eq!(reason(&draft.page(WHOLE_PAGE, picture).bytes()), UnreadableReason::PicturesOnly);
    let mut draft = Draft::new();
    let (fonts, picture) = (draft.font("UniGB-UTF16-H", None), draft.picture());
    let file = draft.page(&show(&hex("正文")), fonts).page(WHOLE_PAGE, picture).bytes();
    let document = read(&file).expect("one page has text");
    let unread = document.notices.iter().find(|n| n.kind == NoticeKind::PagesUnread);
    assert_eq!(unread.map(|n| n.quote.as_str()), Some("2"));
}

#[test]
fn an_encrypted_file_is_never_called_a_scan() {
    let mut draft = Draft::new();
    draft.file.trailer.set("Encrypt", dictionary! { "Filter" => "Standard", "V" => 9, "R" => 9 });
    let file = draft.page("", Dictionary::new()).bytes();
    assert!(guard::says_encrypted(&file));
    assert_eq!(reason(&file), UnreadableReason::Encrypted);
    assert!(!guard::says_encrypted(b"<< /EncryptMetadata false >>"));
}

#[test]
fn a_note_typed_onto_the_page_makes_it_partly_unread() {
    let mut draft = Draft::new();
    let fonts = draft.font("UniGB-UTF16-H", None);
    let mut draft = draft.page(&show(&hex("正文")), fonts);
    let note = draft.file.add_object(dictionary! {
        "Type" => "Annot", "Subtype" => "FreeText",
        "Contents" => Object::String(b"12".to_vec(), StringFormat::Literal),
    });
    let id = draft.pages[0].as_reference().expect("a page");
    let page = draft.file.get_dictionary_mut(id).expect("a page");
    page.set("Annots", vec![note.into()]);
    let document = read(&draft.bytes()).expect("text");
    assert!(document.notices.iter().any(|n| n.kind == NoticeKind::PagesUnread));
}

/// A page with one cell ruled off and a form field in it.
fn with_field(field: Dictionary) -> Vec<u8> {
    let mut draft = Draft::new();
    let fonts = draft.font("UniGB-UTF16-H", None);
    let words = format!("BT /F0 9 Tf 110 685 Td <{}> Tj ET", hex("许可"));
    let mut draft = draft.page(&format!("{} {words}", grid("0 G")), fonts);
    let field = draft.file.add_object(field);
    let id = draft.pages[0].as_reference().expect("a page");
    let page = draft.file.get_dictionary_mut(id).expect("a page");
    page.set("Annots", vec![field.into()]);
    draft.bytes()
}

fn field(value: &[u8]) -> Dictionary {
    dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx",
        "Rect" => vec![202.into(), 682.into(), 298.into(), 698.into()],
        "V" => Object::String(value.to_vec(), StringFormat::Literal),
    }
}

#[test]
fn a_filled_form_field_is_read_where_it_stands() {
    let mut beyond = b"\xFE\xFF".to_vec();
    beyond.extend("共12件".encode_utf16().flat_map(u16::to_be_bytes));
    let cases: [(&[u8], &str); 3] = [(b"1204", "1204"), (&beyond, "共12件"), (b"7\r8", "7\n8")];
    for (value, wanted) in cases {
        let document = read(&with_field(field(value))).expect("readable");
        let table = document.blocks.iter().find_map(|b| match b {
            Block::Table(table) => Some(table),
            _ => None,
        });
        let cell = table.and_then(|t| t.at(0, 1)).expect("a cell");
        assert_eq!((cell.text.clean.as_str(), cell.doubtful), (wanted, false));
        assert!(document.notices.is_empty(), "{:?}", document.notices);
    }
}

#[test]
fn a_field_takes_its_value_from_above_and_a_hidden_one_has_none() {
    let mut draft = field(b"3");
    draft.remove(b"V");
    draft.remove(b"FT");
    draft.set(
        "Parent",
        dictionary! {
            "FT" => "Tx", "V" => Object::String(b"42".to_vec(), StringFormat::Literal),
        },
    );
    let document = read(&with_field(draft)).expect("readable");
    assert!(format!("{:?}", document.blocks).contains("42"));
    let mut hidden = field(b"99");
    hidden.set("F", 2);
    let document = read(&with_field(hidden)).expect("readable");
    assert!(!format!("{:?}", document.blocks).contains("99") && document.notices.is_empty());
}

#[test]
fn a_field_that_shows_text_without_a_value_makes_the_page_partly_unread() {
    let mut draft = Draft::new();
    let shown = Stream::new(Dictionary::new(), b"/Tx BMC BT (5) Tj ET EMC".to_vec());
    let shown = draft.file.add_object(shown);
    let mut empty = field(b"");
    empty.set("AP", dictionary! { "N" => shown });
    let fonts = draft.font("UniGB-UTF16-H", None);
    let mut draft = draft.page(&show(&hex("正文")), fonts);
    let id = draft.pages[0].as_reference().expect("a page");
    draft.file.get_dictionary_mut(id).expect("a page").set("Annots", vec![empty.into()]);
    let document = read(&draft.bytes()).expect("text");
    assert!(document.notices.iter().any(|n| n.kind == NoticeKind::PagesUnread));
}

#[test]
fn a_stream_that_swells_is_stopped_before_the_file_is_opened() {
    let mut draft = Draft::new();
    let mut swells = Stream::new(Dictionary::new(), vec![b' '; 8 << 20]);
    swells.compress().expect("compressible");
    draft.file.add_object(swells);
    let file = draft.page("", Dictionary::new()).bytes();
    assert!(file.len() < 1 << 16);
    assert_eq!(reason(&file), UnreadableReason::OverLimit);
}

#[test]
fn more_pages_or_characters_than_allowed_are_refused() {
    let draft = || {
        let mut draft = Draft::new();
        let fonts = draft.font("UniGB-UTF16-H", None);
        draft.page(&show(&hex("正文")), fonts.clone()).page(&show(&hex("正文")), fonts).bytes()
    };
    let few_pages = Limits { pages: 1, ..Limits::default() };
    let few_characters = Limits { characters: 3, ..Limits::default() };
    for limits in [few_pages, few_characters] {
        let error = Pdf.extract(&draft(), &limits).expect_err("over the limit");
        assert_eq!(error.reason, UnreadableReason::OverLimit, "{error}");
    }
}

#[test]
fn content_that_nests_beyond_reason_is_refused_and_brackets_in_strings_are_none() {
    let file = |content: &str| {
        let mut draft = Draft::new();
        let fonts = draft.plain_font(32);
        draft.page(content, fonts).bytes()
    };
    assert_eq!(reason(&file(&"[".repeat(100_000))), UnreadableReason::OverLimit);
    let strings = format!("BT /F0 9 Tf 110 685 Td ({}1) Tj ET % [[[", "<<[".repeat(3_000));
    assert!(words(&file(&strings)).concat().ends_with("<<[1"));
}

#[test]
fn a_cut_off_file_is_damaged_or_read_as_far_as_it_goes() {
    let mut draft = Draft::new();
    let fonts = draft.font("UniGB-UTF16-H", None);
    let file = draft.page(&show(&hex("正文")), fonts).bytes();
    for length in (0..file.len()).step_by(97) {
        if let Err(error) = read(&file[..length]) {
            assert_eq!(error.reason, UnreadableReason::Damaged, "{length}: {error}");
        }
    }
}

#[test]
fn codes_of_a_font_with_an_order_of_its_own_are_lost_and_never_taken_for_digits() {
    let file = |flags| {
        let mut draft = Draft::new();
        let fonts = draft.plain_font(flags);
        draft.page(&show("31323334"), fonts).bytes()
    };
    assert_eq!(words(&file(32)), ["1234"], "the standard order");
    assert_eq!(reason(&file(4)), UnreadableReason::Unsupported);
}

/// A grid of two rows and two columns, drawn in the colour that `ink` sets.
fn grid(ink: &str) -> String {
    let across = [700, 680, 660].map(|y| format!("100 {y} m 300 {y} l S "));
    let down = [100, 200, 300].map(|x| format!("{x} 660 m {x} 700 l S "));
    format!("{ink} {} {}", across.concat(), down.concat())
}

fn tables(file: &[u8]) -> usize {
    let document = read(file).expect("readable");
    document.blocks.iter().filter(|b| matches!(b, Block::Table(_))).count()
}

#[test]
fn white_lines_rule_a_table_on_a_darker_ground_only() {
    let file = |content: &str| {
        let mut draft = Draft::new();
        let fonts = draft.font("UniGB-UTF16-H", None);
        let words = format!("0 g BT /F0 9 Tf 110 685 Td <{}> Tj ET", hex("规章"));
        draft.page(&format!("{content} {words}"), fonts).bytes()
    };
    let ground = "0.7 g 90 650 220 60 re f";
    assert_eq!(tables(&file(&grid("0 G"))), 1);
    for white in ["1 G", "1 1 1 RG", "0 0 0 0 K"] {
        assert_eq!(tables(&file(&grid(white))), 0, "{white}");
        assert_eq!(tables(&file(&format!("{ground} {}", grid(white)))), 1, "{white} on grey");
    }
    assert_eq!(tables(&file(&format!("{ground} 1 g 90 650 220 60 re f {}", grid("1 G")))), 0);
}

#[test]
fn text_on_its_head_is_said_to_be_unread() {
    let over = format!("BT /F0 12 Tf -1 0 0 -1 300 500 Tm <{}> Tj ET", hex("倒置"));
    let file = |content: &str| {
        let mut draft = Draft::new();
        let fonts = draft.font("UniGB-UTF16-H", None);
        draft.page(content, fonts).bytes()
    };
    let document = read(&file(&format!("{} {over}", show(&hex("正文"))))).expect("text");
    let told = document.notices.iter().find(|n| n.kind == NoticeKind::TextTurned);
    assert_eq!(told.map(|n| n.quote.as_str()), Some("1"));
    let error = read(&file(&over)).expect_err("nothing to be read");
    assert!(error.detail.zh.contains("颠倒"), "{error}");
}
