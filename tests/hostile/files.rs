//! Hostile and odd files: what people's programs leave behind, and what somebody might make on purpose.

use crate::report_kit::word;
use crate::report_kit::{Random, fixtures};
use nianbao::edition::Editions;
use nianbao::specimen::Specimen;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

const WORD: &str = r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;
const END: &str = "</w:body></w:document>";
const OFFICE: &str = r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:text>"#;
const OFFICE_END: &str = "</office:text></office:body></office:document-content>";

/// Files by name. Names are bytes: a folder may hold any.
pub type Files = Vec<(Vec<u8>, Vec<u8>)>;

/// Every file, more than two hundred of them; the same in every run. The largest grow with `size`.
pub fn files(size: usize) -> Files {
    let mut files = Files::new();
    let mut put = |name: &str, bytes: Vec<u8>| files.push((name.as_bytes().to_vec(), bytes));
    cut_and_damaged(&mut put);
    in_wrong_clothes(&mut put);
    texts(&mut put, size);
    archives(&mut put);
    word_files(&mut put);
    pages(&mut put, size);
    rich_texts(&mut put);
    compound_files(&mut put);
    pdfs(&mut put);
    open_documents(&mut put);
    mails(&mut put);
    odd_names(&mut files);
    files
}

fn report() -> Specimen {
    Specimen::clean(Editions::embedded().get("2021").expect("embedded"))
}

fn docx() -> Vec<u8> {
    report().to_docx()
}

/// The faulty report of 2021 in every format there is a fixture of.
fn formats() -> Vec<(String, Vec<u8>)> {
    let of = |(name, bytes): (String, Vec<u8>)| {
        name.strip_prefix("fault-2021.").map(|ending| (ending.to_string(), bytes))
    };
    let mut formats: Vec<_> = fixtures().into_iter().filter_map(of).collect();
    formats.retain(|(ending, _)| !["npm.docx", "python.docx"].contains(&ending.as_str()));
    formats
}

type Put<'a> = dyn FnMut(&str, Vec<u8>) + 'a;

fn cut_and_damaged(put: &mut Put) {
    let mut random = Random::new(1);
    for (ending, bytes) in formats() {
        for quarter in 1..4 {
            let cut = bytes[..bytes.len() * quarter / 4].to_vec();
            put(&format!("cut-{quarter}.{ending}"), cut);
        }
        put(&format!("cut-last.{ending}"), bytes[..bytes.len() - 1].to_vec());
        let mut flipped = bytes.clone();
        for _ in 0..20 {
            let at = random.below(flipped.len());
            flipped[at] = random.below(256) as u8;
        }
        put(&format!("flipped.{ending}"), flipped);
        put(&format!("twice.{ending}"), [bytes.clone(), bytes].concat());
    }
}

fn in_wrong_clothes(put: &mut Put) {
    let formats = formats();
    for (at, (ending, bytes)) in formats.iter().enumerate() {
        let other = formats[(at + 1) % formats.len()].0.rsplit('.').next().expect("an ending");
        put(&format!("is-{ending}.{other}"), bytes.clone());
    }
    put("program.docx", [b"\x7fELF\x02\x01\x01".to_vec(), vec![0; 4000]].concat());
    put("program.doc", [b"MZ\x90\0".to_vec(), vec![7; 4000]].concat());
    put("picture.docx", [b"\x89PNG\r\n\x1a\n".to_vec(), noise(4000)].concat());
    put("picture.pdf", [b"\xff\xd8\xff\xe0".to_vec(), noise(4000)].concat());
    put("film.docx", [b"\0\0\0\x18ftypmp42".to_vec(), noise(4000)].concat());
    put("archive.docx", [b"7z\xbc\xaf\x27\x1c".to_vec(), noise(4000)].concat());
    put("packed.txt", [b"\x1f\x8b\x08".to_vec(), noise(4000)].concat());
    put("rar.doc", [b"Rar!\x1a\x07\x01\0".to_vec(), noise(4000)].concat());
}

/// Bytes without meaning.
fn noise(len: usize) -> Vec<u8> {
    let mut random = Random::new(len as u64 | 1);
    (0..len).map(|_| random.below(256) as u8).collect()
}

fn texts(put: &mut Put, size: usize) {
    let text = report().to_text();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    put("empty.txt", Vec::new());
    put("empty.docx", Vec::new());
    put("empty.pdf", Vec::new());
    put("one.txt", b"a".to_vec());
    put("one.doc", b"\xd0".to_vec());
    put("mark-alone.txt", b"\xef\xbb\xbf".to_vec());
    put("lines-alone.txt", b"\r\n".repeat(5000));
    put("nuls.txt", vec![0; 70_000]);
    put("noise.txt", noise(70_000));
    put("gbk.txt", encoding_rs::GB18030.encode(&text).0.into_owned());
    put("big5.txt", encoding_rs::BIG5.encode("政府信息公開工作年度報告").0.into_owned());
    put("utf16.txt", [b"\xff\xfe".to_vec(), utf16.clone()].concat());
    put("utf16-unmarked.txt", utf16);
    put("utf32.txt", text.chars().flat_map(|c| (c as u32).to_le_bytes()).collect());
    put("half-broken.txt", [text.as_bytes(), &noise(3000), text.as_bytes()].concat());
    put("old-mac.txt", text.replace('\n', "\r").into_bytes());
    put("one-line.txt", "政".repeat(200_000 * size).into_bytes());
    put("long.txt", "本机关没有需要报告的其他事项。\n".repeat(30_000 * size).into_bytes());
    put("tabs.txt", "\t0\n".repeat(300_000).into_bytes());
    put("bars.txt", format!("{}\n", "|0".repeat(3000)).repeat(100).into_bytes());
    put("marks.txt", "\u{202e}\u{200b}\u{feff}e\u{301}".repeat(50_000 * size).into_bytes());
    put("combining.txt", format!("表{}", "\u{301}".repeat(500_000)).into_bytes());
    put("digits.txt", "9".repeat(200_000 * size).into_bytes());
    put("numerals.txt", "亿万千百十".repeat(25_000 * size).into_bytes());
    put("brackets.txt", "（".repeat(200_000).into_bytes());
    put("headings.txt", "一、总体情况\n".repeat(5_000 * size).into_bytes());
}

/// An archive of the entries given.
fn zipped<'a>(entries: impl IntoIterator<Item = (&'a str, Box<dyn Read + 'a>)>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, mut content) in entries {
        zip.start_file(name, SimpleFileOptions::default()).expect("memory");
        std::io::copy(&mut content, &mut zip).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

/// A Word file whose text is what is read.
fn word_of<'a>(content: impl Read + 'a) -> Vec<u8> {
    let all = WORD.as_bytes().chain(content).chain(END.as_bytes());
    zipped([("word/document.xml", Box::new(all) as Box<dyn Read>)])
}

fn archives(put: &mut Put) {
    let spaces = |mib: u64| Box::new(std::io::repeat(b' ').take(mib << 20)) as Box<dyn Read>;
    put("bomb.docx", word_of(spaces(100)));
    put("bomb.odt", zipped([("content.xml", spaces(40))]));
    put("bomb.xlsx", zipped([("xl/workbook.xml", spaces(40))]));
    put("bomb.zip", zipped([("年报.txt", spaces(40))]));
    let mut nested = docx();
    for _ in 0..30 {
        nested = zipped([("inner.zip", Box::new(Cursor::new(nested)) as Box<dyn Read>)]);
    }
    put("nested.zip", nested);
    let names: Vec<String> = (0..20_000).map(|n| format!("{n}.txt")).collect();
    let empty = || Box::new(std::io::empty()) as Box<dyn Read>;
    put("entries.zip", zipped(names.iter().map(|name| (name.as_str(), empty()))));
    put("entries.docx", zipped(names.iter().map(|name| (name.as_str(), empty()))));
    put("climbing.zip", zipped([("../../etc/passwd", empty()), ("/abs.docx", empty())]));
    put("no-entries.zip", zipped([]));
    let mut lying = docx();
    // The end record says there are more entries than there are.
    let end = lying.len() - 22;
    lying[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    put("lying.docx", lying);
    let mut locked = docx();
    for at in 0..locked.len() - 10 {
        // The flag of encryption in every header, local and central.
        if locked[at..].starts_with(b"PK\x03\x04") {
            locked[at + 6] |= 1;
        } else if locked[at..].starts_with(b"PK\x01\x02") {
            locked[at + 8] |= 1;
        }
    }
    put("locked.docx", locked);
}

fn nested(open: &str, close: &str, levels: usize) -> Cursor<String> {
    Cursor::new(open.repeat(levels) + &close.repeat(levels))
}

fn word_files(put: &mut Put) {
    let text = |text: &str| Cursor::new(text.to_string());
    let row = |cells: usize| "<w:tc><w:p><w:r><w:t>0</w:t></w:r></w:p></w:tc>".repeat(cells);
    let table = |rows: &str| Cursor::new(format!("<w:tbl>{rows}</w:tbl>"));
    put("deep.docx", word_of(nested("<w:sdt>", "</w:sdt>", 200_000)));
    put("tables.docx", word_of(nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 30_000)));
    for columns in [63, 64, 1000, 5000] {
        put(
            &format!("columns-{columns}.docx"),
            word_of(table(&format!("<w:tr>{}</w:tr>", row(columns)))),
        );
    }
    let wide =
        r#"<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc></w:tr>"#;
    put("span.docx", word_of(table(wide)));
    let before =
        r#"<w:tr><w:trPr><w:gridBefore w:val="2000000000"/></w:trPr><w:tc><w:p/></w:tc></w:tr>"#;
    put("before.docx", word_of(table(before)));
    let negative =
        r#"<w:tr><w:tc><w:tcPr><w:gridSpan w:val="-1"/><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>"#;
    put("negative.docx", word_of(table(negative)));
    put("rows.docx", word_of(table(&format!("<w:tr>{}</w:tr>", row(7)).repeat(30_000))));
    put("paragraphs.docx", word_of(text(&"<w:p/>".repeat(250_000))));
    put(
        "runs.docx",
        word_of(text(&format!("<w:p>{}</w:p>", "<w:r><w:t>政</w:t></w:r>".repeat(60_000)))),
    );
    put("unclosed.docx", word_of(text("<w:p><w:r><w:t>年度报告")));
    put(
        "attributes.docx",
        word_of(text(&format!(
            "<w:p {}/>",
            (0..50_000).map(|n| format!("a{n}=\"1\" ")).collect::<String>()
        ))),
    );
    put("long-attribute.docx", word_of(text(&format!("<w:p a=\"{}\"/>", "x".repeat(20_000_000)))));
    let entities: String = (1..=10)
        .map(|n| format!(r#"<!ENTITY e{n} "{}">"#, format!("&e{};", n - 1).repeat(10)))
        .collect();
    let laughs = format!(
        r#"<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "哈哈">{entities}]>{WORD}<w:p><w:r><w:t>&e10;</w:t></w:r></w:p>{END}"#
    );
    put(
        "laughs.docx",
        zipped([("word/document.xml", Box::new(Cursor::new(laughs)) as Box<dyn Read>)]),
    );
    let outside = format!(
        r#"<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>{WORD}<w:p><w:r><w:t>&x;</w:t></w:r></w:p>{END}"#
    );
    put(
        "outside.docx",
        zipped([("word/document.xml", Box::new(Cursor::new(outside)) as Box<dyn Read>)]),
    );
    let wide16: Vec<u8> =
        format!("{WORD}<w:p/>{END}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    put(
        "utf16.docx",
        zipped([("word/document.xml", Box::new(Cursor::new(wide16)) as Box<dyn Read>)]),
    );
    // Styles and lists that rest upon each other in a circle.
    let styles = r#"<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>"#;
    let numbering = r#"<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="A"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
    let circle = word::with_main_part(&docx(), |xml| {
        xml.replace("<w:pPr>", r#"<w:pPr><w:pStyle w:val="A"/><w:numPr><w:ilvl w:val="99"/><w:numId w:val="1"/></w:numPr>"#)
    });
    put(
        "circle.docx",
        word::with_parts(
            &circle,
            &[("word/styles.xml", styles.into()), ("word/numbering.xml", numbering.into())],
        ),
    );
}

fn pages(put: &mut Put, size: usize) {
    let page = |body: &str| format!("<!DOCTYPE html><html><body>{body}</body></html>").into_bytes();
    put(
        "span.html",
        page("<table><tr><td colspan=2000000000 rowspan=2000000000>0</td></tr></table>"),
    );
    put("deep.html", page(&"<div>".repeat(300_000)));
    put("tables.html", page(&"<table><tr><td>".repeat(50_000)));
    put("many-tables.html", page(&"<table><tr><td>0</td></tr></table>".repeat(5_000 * size)));
    put("formatting.html", page(&"<b><i><u>字".repeat(60_000)));
    put("attribute.html", page(&format!("<p a=\"{}\">", "x".repeat(20_000_000))));
    put("entities.html", page(&"&nbsp;&amp;&#x653F;&#999999999;".repeat(15_000 * size)));
    put("script.html", page(&format!("<script>{}</script>", "while(1){}".repeat(300_000))));
    put("comment.html", page(&format!("<!--{}", "-".repeat(1_250_000 * size))));
    put("select.html", page(&"<select><option>".repeat(50_000)));
    put("nuls.html", page(&"\0<p>\0政\0</p>".repeat(50_000)));
    put(
        "liar.html",
        [
            b"<meta charset=utf-16><p>".to_vec(),
            encoding_rs::GB18030.encode(&report().to_html()).0.into_owned(),
        ]
        .concat(),
    );
    put("frames.html", page(&"<iframe src=a.html></iframe>".repeat(30_000)));
    let heavy = format!("<tr>{}</tr>", "<td rowspan=1000>0</td>".repeat(50));
    put("overlapping.html", page(&format!("<table>{}</table>", heavy.repeat(500 * size))));
}

fn rich_texts(put: &mut Put) {
    let rtf = |body: &str| format!("{{\\rtf1\\ansi {body}}}").into_bytes();
    put("deep.rtf", rtf(&"{".repeat(2_000_000)));
    put("unmatched.rtf", rtf(&"}".repeat(100_000)));
    put("bin.rtf", rtf("\\bin2147483647 abc"));
    put("negative-bin.rtf", rtf("\\bin-5 abc"));
    put(
        "edges.rtf",
        rtf(&format!("\\trowd{}\\intbl 0\\cell\\row", "\\cellx99999".repeat(200_000))),
    );
    put(
        "backwards.rtf",
        rtf(&"\\trowd\\cellx5000\\cellx100\\cellx-900\\intbl 1\\cell 2\\cell 3\\cell\\row"
            .repeat(3000)),
    );
    put("nesting.rtf", rtf(&"\\itap2147483647\\intbl x\\nestcell\\nestrow".repeat(10_000)));
    put("unicode.rtf", rtf(&"\\uc9\\u-10179?\\u55357?".repeat(100_000)));
    put("hex.rtf", rtf(&"\\'zz\\'f".repeat(200_000)));
    put("numbers.rtf", rtf(&"\\fs99999999999999999999 a".repeat(10_000)));
    put("fonts.rtf", rtf(&format!("{{\\fonttbl{}}}", "{\\f1\\fcharset134 a;}".repeat(100_000))));
}

fn compound_files(put: &mut Put) {
    let doc = fixtures().remove("clean-2021.doc").expect("a fixture");
    let mut random = Random::new(7);
    // Sector chains and directories: everything stands in the first sectors and in the tables they name.
    let set = |bytes: &mut Vec<u8>, at: usize, value: u32| {
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    };
    let number = |at: usize| u32::from_le_bytes(doc[at..at + 4].try_into().expect("four bytes"));
    let sector = |n: u32| (n as usize + 1) * 512;
    let (fat, directory) = (sector(number(0x4c)), sector(number(0x30)));
    let mut ring = doc.clone();
    (0..128).for_each(|n| set(&mut ring, fat + 4 * n, n as u32));
    put("ring.doc", ring);
    let mut long = doc.clone();
    (0..128).for_each(|n| set(&mut long, fat + 4 * n, (n as u32 + 1) % 128));
    put("long-ring.doc", long);
    let mut kin = doc.clone();
    for entry in 0..4 {
        // Left, right and child of an entry are itself.
        (0..3).for_each(|k| set(&mut kin, directory + 128 * entry + 0x44 + 4 * k, entry as u32));
    }
    put("own-child.doc", kin);
    let mut huge = doc.clone();
    (0..4).for_each(|entry| set(&mut huge, directory + 128 * entry + 0x78, u32::MAX));
    put("huge-streams.doc", huge);
    let mut shift = doc.clone();
    shift[0x1e] = 0xff;
    put("sector-shift.doc", shift);
    let mut own = doc.clone();
    set(&mut own, 0x44, 0);
    set(&mut own, 0x48, u32::MAX);
    put("own-table.doc", own);
    let information =
        doc.chunks(512).position(|sector| sector.starts_with(&[0xec, 0xa5])).expect("a header")
            * 512;
    let mut locked = doc.clone();
    locked[information + 11] |= 1;
    put("locked.doc", locked);
    let mut old = doc.clone();
    old[information + 2..information + 4].copy_from_slice(&[0x65, 0]);
    put("word-6.doc", old);
    for nth in 0..12 {
        let mut bytes = doc.clone();
        for _ in 0..200 {
            let at = information + random.below(0x400);
            bytes[at] = random.below(256) as u8;
        }
        put(&format!("header-{nth}.doc"), bytes);
    }
    let stream = |name: &str| {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
        let mut stream = file.create_stream(name).expect("memory");
        stream.write_all(&noise(9000)).expect("memory");
        drop(stream);
        file.into_inner().into_inner()
    };
    put("encrypted.docx", stream("/EncryptedPackage"));
    put("presentation.doc", stream("/PowerPoint Document"));
    put("workbook.doc", stream("/Workbook"));
    put("message.doc", stream("/__properties_version1.0"));
}

/// A PDF of the objects given, the first of them the catalogue, with a table of where they stand.
fn pdf(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|at| out.extend(format!("{at:010} 00000 n \n").bytes()));
    let size = objects.len() + 1;
    out.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n")
            .bytes(),
    );
    out
}

/// One page with a content.
fn page_of(content: &str, more: &str) -> Vec<u8> {
    let stream = format!("<</Length {}>>stream\n{content}\nendstream", content.len());
    pdf(
        &[
            "<</Type/Catalog/Pages 2 0 R>>".into(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".into(),
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>{more}>>>>"
            ),
            stream,
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".into(),
        ],
        "",
    )
}

fn pdfs(put: &mut Put) {
    let tree = |pages: &str| pdf(&["<</Type/Catalog/Pages 2 0 R>>".into(), pages.into()], "");
    put("no-pages.pdf", tree("<</Type/Pages/Kids[]/Count 0>>"));
    put("own-child.pdf", tree("<</Type/Pages/Kids[2 0 R]/Count 1>>"));
    put("count.pdf", tree("<</Type/Pages/Kids[]/Count 2147483647>>"));
    let mut many = vec!["<</Type/Catalog/Pages 2 0 R>>".to_string()];
    let kids: String = (0..10_000).map(|n| format!("{} 0 R ", n + 3)).collect();
    many.push(format!("<</Type/Pages/Kids[{kids}]/Count 10000>>"));
    many.extend(
        (0..10_000).map(|_| "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>".to_string()),
    );
    put("pages-10000.pdf", pdf(&many, ""));
    put(
        "previous.pdf",
        pdf(
            &["<</Type/Catalog/Pages 2 0 R>>".into(), "<</Type/Pages/Kids[]/Count 0>>".into()],
            "/Prev 9",
        ),
    );
    let plain = page_of("BT /F 12 Tf 80 700 Td (1) Tj ET", "");
    let text = String::from_utf8_lossy(&plain).into_owned();
    let start = text.rfind("xref\n0").expect("a table");
    put(
        "xref-loop.pdf",
        text.replace("/Root 1 0 R", &format!("/Root 1 0 R/Prev {start}")).into_bytes(),
    );
    put("startxref.pdf", text.replace("startxref\n", "startxref\n9999999999").into_bytes());
    put("no-xref.pdf", text.as_bytes()[..start].to_vec());
    put("arrays.pdf", page_of(&format!("{} Tj", "[".repeat(200_000)), ""));
    put("dictionaries.pdf", tree(&format!("<</Type/Pages/Kids {}", "<</A ".repeat(100_000))));
    put("texts.pdf", page_of(&"BT /F 12 Tf 80 700 Td (1) Tj ET\n".repeat(60_000), ""));
    put(
        "lines.pdf",
        page_of(
            &(0..100_000)
                .map(|n| format!("{} 0 m {} 800 l S\n", n % 600, n % 600))
                .collect::<String>(),
            "",
        ),
    );
    put(
        "grid.pdf",
        page_of(
            &(0..2000)
                .map(|n| format!("{0} 0 m {0} 800 l S 0 {0} m 600 {0} l S\n", f64::from(n) * 0.3))
                .collect::<String>(),
            "",
        ),
    );
    put("states.pdf", page_of(&"q ".repeat(1_000_000), ""));
    put("own-form.pdf", page_of("/X Do", "/XObject<</X 4 0 R>>"));
    put("box.pdf", text.replace("[0 0 595 842]", "[-1e30 -1e30 1e38 nan]").into_bytes());
    put("numbers.pdf", page_of("1e999 -1e999 99999999999999999999 Td (1) Tj", ""));
    put("locked.pdf", text.replace("/Root 1 0 R", "/Root 1 0 R/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff>/U<00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff>>>/ID[<00><00>]").into_bytes());
    let zeros = {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::copy(&mut std::io::repeat(b' ').take(100 << 20), &mut packer).expect("memory");
        packer.finish().expect("memory")
    };
    let mut bomb = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n".to_vec();
    bomb.extend(format!("4 0 obj<</Filter/FlateDecode/Length {}>>stream\n", zeros.len()).bytes());
    bomb.extend(zeros);
    bomb.extend(b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF");
    put("bomb.pdf", bomb);
}

fn open_documents(put: &mut Put) {
    let odt = |body: &str| {
        let content = format!("{OFFICE}{body}{OFFICE_END}");
        let kind = b"application/vnd.oasis.opendocument.text".as_slice();
        zipped([
            ("mimetype", Box::new(kind) as Box<dyn Read>),
            ("content.xml", Box::new(Cursor::new(content))),
        ])
    };
    let cell = "<table:table-cell><text:p>0</text:p></table:table-cell>";
    put(
        "columns.odt",
        odt(
            r#"<table:table><table:table-row><table:table-cell table:number-columns-repeated="2000000000"/></table:table-row></table:table>"#,
        ),
    );
    put(
        "rows.odt",
        odt(&format!(
            r#"<table:table><table:table-row table:number-rows-repeated="2000000000">{cell}</table:table-row></table:table>"#
        )),
    );
    put("spaces.odt", odt(r#"<text:p><text:s text:c="2000000000"/></text:p>"#));
    put("deep.odt", odt(&("<text:span>".repeat(200_000) + &"</text:span>".repeat(200_000))));
    put(
        "sections.odt",
        odt(&("<text:section>".repeat(100_000) + &"</text:section>".repeat(100_000))),
    );
    let table = "<table:table><table:table-row><table:table-cell>";
    let end = "</table:table-cell></table:table-row></table:table>";
    put("tables.odt", odt(&(table.repeat(20_000) + &end.repeat(20_000))));
    let manifest = br#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"#;
    put(
        "locked.odt",
        zipped([
            (
                "mimetype",
                Box::new(b"application/vnd.oasis.opendocument.text".as_slice()) as Box<dyn Read>,
            ),
            ("META-INF/manifest.xml", Box::new(manifest.as_slice())),
            ("content.xml", Box::new(Cursor::new(noise(5000)))),
        ]),
    );
}

fn mails(put: &mut Put) {
    let head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\n";
    let part = "--b\r\nContent-Type: text/html\r\n\r\n<p>年度报告</p>\r\n";
    put("no-end.mht", format!("{head}{part}").into_bytes());
    put(
        "no-boundary.mht",
        "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n--\r\n".into(),
    );
    put("parts.mht", format!("{head}{}--b--", part.repeat(50_000)).into_bytes());
    let inner =
        |n: usize| format!("Content-Type: multipart/mixed; boundary=\"b{n}\"\r\n\r\n--b{n}\r\n");
    put(
        "nested.mht",
        format!("MIME-Version: 1.0\r\n{}", (0..5000).map(inner).collect::<String>()).into_bytes(),
    );
    put(
        "headers.mht",
        format!("MIME-Version: 1.0\r\n{}\r\n{part}", "X-A: b\r\n".repeat(300_000)).into_bytes(),
    );
    put("base64.mht", format!("{head}--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--", "=A%".repeat(500_000)).into_bytes());
    put(
        "charset.mht",
        format!("{head}--b\r\nContent-Type: text/html; charset=x-none\r\n\r\n<p>年\r\n--b--")
            .into_bytes(),
    );
}

/// A good report under names that trip programs up.
fn odd_names(files: &mut Files) {
    let good = report().to_text().into_bytes();
    let names: [&[u8]; 16] = [
        b"CON.txt",
        b"NUL",
        b"aux.docx",
        b"-rf.txt",
        b"--format=json.txt",
        b"$(reboot).txt",
        b"a\nb.txt",
        b"\x1b[31mred.txt",
        b"\xff\xfe\xb1\xa8.txt",
        b" .txt",
        b"a..txt.",
        b"%s%n.txt",
        b"a;b|c&d.txt",
        "\u{202e}txt.报告".as_bytes(),
        "报告\u{feff}\u{200b}.txt".as_bytes(),
        "年报（终稿）（改）😀.txt".as_bytes(),
    ];
    files.extend(names.map(|name| (name.to_vec(), good.clone())));
    files.push(("长".repeat(84).into_bytes(), good));
}
