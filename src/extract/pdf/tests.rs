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
