//! The same report in other structures of a Word file: what Word, WPS and people's habits write
//! differently without saying anything else.

use super::word;

/// One way of writing the main part; the parts it needs besides.
pub struct Dress {
    pub name: &'static str,
    pub change: fn(&str) -> String,
    pub parts: &'static [(&'static str, &'static str)],
}

impl Dress {
    const fn new(name: &'static str, change: fn(&str) -> String) -> Dress {
        Dress { name, change, parts: &[] }
    }

    /// The file in this dress.
    pub fn on(&self, docx: &[u8]) -> Vec<u8> {
        let own = word::main_part(docx);
        let main = (self.change)(&own);
        assert!(main != own, "{}: nothing was changed", self.name);
        let mut parts = vec![("word/document.xml", main)];
        parts.extend(self.parts.iter().map(|(name, text)| (*name, text.to_string())));
        word::with_parts(docx, &parts)
    }
}

const NOTES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="-1" w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>口径与上年度一致。</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>"#;

const RUN: &str = r#"<w:r><w:t xml:space="preserve">"#;

pub static DRESSES: &[Dress] = &[
    Dress::new("vMerge continue, spelt out", |xml| {
        xml.replace("<w:vMerge/>", r#"<w:vMerge w:val="continue"/>"#)
    }),
    Dress::new("vMerge restart in every cell", |xml| {
        let xml = xml.replace(r#"<w:vMerge w:val="restart"/>"#, "<restart/>");
        let xml = xml.replace("<w:vMerge/>", "<continue/>");
        let xml = xml.replace("</w:tcPr>", r#"<w:vMerge w:val="restart"/></w:tcPr>"#);
        xml.replace(r#"<restart/><w:vMerge w:val="restart"/>"#, r#"<w:vMerge w:val="restart"/>"#)
            .replace(r#"<continue/><w:vMerge w:val="restart"/>"#, "<w:vMerge/>")
    }),
    Dress::new("text left in covered cells", |xml| {
        xml.replace(
            "<w:vMerge/></w:tcPr><w:p>",
            &format!("<w:vMerge/></w:tcPr><w:p>{RUN} </w:t></w:r>"),
        )
    }),
    Dress::new("hMerge for gridSpan", horizontal_merges),
    Dress::new("a column before and behind every row", |xml| {
        xml.replace("<w:tblGrid>", r#"<w:tblGrid><w:gridCol w:w="108"/>"#)
            .replace("</w:tblGrid>", r#"<w:gridCol w:w="108"/></w:tblGrid>"#)
            .replace("<w:tr>", r#"<w:tr><w:trPr><w:gridBefore w:val="1"/><w:wBefore w:w="108" w:type="dxa"/><w:gridAfter w:val="1"/><w:wAfter w:w="108" w:type="dxa"/></w:trPr>"#)
    }),
    Dress::new("a table for the layout of the page", |xml| {
        xml.replace("<w:tbl>", r#"<w:tbl><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="9000" w:type="dxa"/></w:tcPr><w:tbl>"#)
            .replace("</w:tbl>", "</w:tbl><w:p/></w:tc></w:tr></w:tbl>")
    }),
    Dress::new("controls around tables, rows, cells, runs", |xml| {
        let open = "<w:sdt><w:sdtPr><w:id w:val=\"1\"/></w:sdtPr><w:sdtContent>";
        let close = "</w:sdtContent></w:sdt>";
        ["w:tbl", "w:tr", "w:tc", "w:r"].iter().fold(xml.to_string(), |xml, tag| {
            xml.replace(&format!("<{tag}>"), &format!("{open}<{tag}>"))
                .replace(&format!("</{tag}>"), &format!("</{tag}>{close}"))
        })
    }),
    Dress::new("each character a run", split_runs),
    Dress::new("numbers that are fields", |xml| {
        numbers(xml, |n| {
            format!(
                r#"<w:fldSimple w:instr=" =SUM(LEFT) "><w:r><w:t>{n}</w:t></w:r></w:fldSimple>"#
            )
        })
    }),
    Dress::new("numbers that are fields with a code", |xml| {
        numbers(xml, |n| {
            format!(
                r#"<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> = 3 + 4 \# "0" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{n}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>"#
            )
        })
    }),
    Dress::new("numbers typed over, changes tracked", |xml| {
        numbers(xml, |n| {
            format!(
                r#"<w:del w:id="1" w:author="a"><w:r><w:delText>77</w:delText></w:r></w:del><w:ins w:id="2" w:author="a"><w:r><w:t>{n}</w:t></w:r></w:ins>"#
            )
        })
    }),
    Dress::new("a deleted row, its change tracked", |xml| {
        let row = |xml: &str| {
            xml.rsplit_once("<w:tr>")
                .map(|(_, row)| row.split("</w:tr>").next().unwrap_or("").to_string())
        };
        let last = row(xml).expect("a row");
        let deleted = format!(
            r#"<w:tr><w:trPr><w:del w:id="9" w:author="a"/></w:trPr>{}</w:tr></w:tbl>"#,
            last.replace("<w:r>", "<w:del><w:r>")
                .replace("</w:r>", "</w:r></w:del>")
                .replace("<w:t xml:space=\"preserve\">", "<w:delText>")
                .replace("</w:t>", "</w:delText>")
        );
        let at = xml.rfind("</w:tbl>").expect("a table");
        format!("{}{deleted}{}", &xml[..at], &xml[at + "</w:tbl>".len()..])
    }),
    Dress {
        name: "footnotes in the cells",
        change: |xml| {
            numbers(xml, |n| {
                format!(
                    r#"<w:r><w:t>{n}</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="1"/></w:r>"#
                )
            })
        },
        parts: &[("word/footnotes.xml", NOTES), ("word/_rels/document.xml.rels", RELATIONS)],
    },
    Dress::new("the title in a text box", |xml| {
        // Word writes a box twice: for itself, and for those that do not know it.
        let (before, rest) = xml.split_once("<w:p>").expect("a title");
        let (title, after) = rest.split_once("</w:p>").expect("its end");
        let inner = format!("<w:txbxContent><w:p>{title}</w:p></w:txbxContent>");
        format!(
            r#"{before}<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" xmlns:v="urn:schemas-microsoft-com:vml"><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>{inner}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{inner}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>{after}"#
        )
    }),
    Dress::new("marks of proofing, bookmarks, page breaks", |xml| {
        xml.replace("<w:r>", r#"<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/><w:r><w:rPr><w:rFonts w:hint="eastAsia" w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/></w:rPr><w:lastRenderedPageBreak/>"#)
    }),
    Dress::new("edges that differ from row to row", |xml| {
        let mut at = 0_u32;
        xml.split(r#"<w:tcW w:w=""#)
            .enumerate()
            .map(|(nth, piece)| match (nth, piece.split_once('"')) {
                (0, _) | (_, None) => piece.to_string(),
                (_, Some((width, rest))) => {
                    at += 7;
                    let width: u32 = width.parse().expect("a width");
                    format!(r#"<w:tcW w:w="{}"{rest}"#, width + at % 31 - 15)
                }
            })
            .collect()
    }),
    Dress::new("rows that may not break, heads repeated", |xml| {
        xml.replace("<w:tr>", "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>")
    }),
];

/// Every cell that holds nothing but a number gets its run written anew.
fn numbers(xml: &str, write: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = xml;
    while let Some(at) = rest.find(RUN) {
        let text = &rest[at + RUN.len()..];
        let end = text.find("</w:t></w:r>").expect("closed");
        out.push_str(&rest[..at]);
        match text[..end].parse::<u32>() {
            Ok(_) => out.push_str(&write(&text[..end])),
            Err(_) => out.push_str(&rest[at..at + RUN.len() + end + "</w:t></w:r>".len()]),
        }
        rest = &text[end + "</w:t></w:r>".len()..];
    }
    out + rest
}

/// A cell over several columns as Word before 2007 writes it: as many cells, merged one by one.
fn horizontal_merges(xml: &str) -> String {
    let mut out = String::new();
    for piece in xml.split_inclusive("</w:tc>") {
        let Some((before, after)) = piece.split_once(r#"<w:gridSpan w:val=""#) else {
            out.push_str(piece);
            continue;
        };
        let (span, after) = after.split_once(r#""/>"#).expect("closed");
        let span: usize = span.parse().expect("a span");
        let down = ["<w:vMerge/>", r#"<w:vMerge w:val="restart"/>"#];
        let down = down.into_iter().find(|down| after.starts_with(down)).unwrap_or("");
        out.push_str(&format!(r#"{before}<w:hMerge w:val="restart"/>{after}"#));
        let covered = format!("<w:tc><w:tcPr><w:hMerge/>{down}</w:tcPr><w:p/></w:tc>");
        out.push_str(&covered.repeat(span - 1));
    }
    out
}

/// Every run of words as runs of one character.
fn split_runs(xml: &str) -> String {
    let mut out = String::new();
    let mut rest = xml;
    while let Some(at) = rest.find(RUN) {
        let text = &rest[at + RUN.len()..];
        let end = text.find("</w:t></w:r>").expect("closed");
        out.push_str(&rest[..at]);
        match text[..end].contains('&') {
            true => out.push_str(&format!("{RUN}{}</w:t></w:r>", &text[..end])),
            false => {
                let runs = text[..end].chars().map(|c| format!("{RUN}{c}</w:t></w:r>"));
                out.extend(runs);
            }
        }
        rest = &text[end + "</w:t></w:r>".len()..];
    }
    out + rest
}
