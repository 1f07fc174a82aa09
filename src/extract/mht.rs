//! Single-file web pages as Word, WPS and browsers save them (MHTML, RFC 2557): the page is taken out
//! of its envelope and read as a page.

use super::refusal::{self, Limit};
use super::{ExtractError, Extractor, Limits, html};
use crate::document::Document;
use crate::model::Format;
use mailparse::ParsedMail;

/// Envelopes inside envelopes; a saved page has one or two.
const NESTED: usize = 32;

/// The reader of single-file web pages.
pub(super) struct Mht;

impl Extractor for Mht {
    fn format(&self) -> Format {
        Format::Mht
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        // Each level of nesting names its boundary; the parser recurses once a level.
        if envelopes(bytes) > NESTED {
            return Err(refusal::over(Format::Mht, Limit::Depth, NESTED as u64));
        }
        let mail = mailparse::parse_mail(bytes).map_err(|_| broken())?;
        let page = page(&mail).ok_or_else(broken)?;
        let body = page.get_body_raw().map_err(|_| broken())?;
        if body.len() as u64 > limits.bytes {
            return Err(refusal::over(Format::Mht, Limit::Bytes, limits.bytes));
        }
        let read = match page.ctype.params.get("charset") {
            Some(charset) => html::delivered(&body, charset, limits),
            None => html::Html.extract(&body, limits),
        };
        read.map_err(|error| ExtractError { format: Format::Mht, ..error })
    }
}

fn envelopes(bytes: &[u8]) -> usize {
    const MARK: &[u8] = b"multipart/";
    bytes.windows(MARK.len()).filter(|window| window.eq_ignore_ascii_case(MARK)).count()
}

/// The page itself: the first part that is one. What it shows (pictures, styles) comes after it.
fn page<'m>(mail: &'m ParsedMail<'m>) -> Option<&'m ParsedMail<'m>> {
    let is_page = matches!(mail.ctype.mimetype.as_str(), "text/html" | "application/xhtml+xml");
    if is_page && mail.subparts.is_empty() {
        return Some(mail);
    }
    mail.subparts.iter().find_map(page)
}

fn broken() -> ExtractError {
    refusal::damaged(
        Format::Mht,
        "单文件网页（.mht）中没有完整的网页内容，可能没有传完",
        "the single-file web page (.mht) holds no whole page; it may have been cut off",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Block, NoticeKind};
    use crate::model::UnreadableReason;

    const PAGE: &str = "<html><body><p>一、总体情况</p><table><tr><td>规章</td><td>3</td></tr>\
                        </table></body></html>";

    fn saved(head: &str, body: &str) -> Vec<u8> {
        format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"x\"\r\n\r\n--x\r\n\
             Content-Type: text/html{head}\r\n\r\n{body}\r\n--x\r\nContent-Type: image/png\r\n\
             Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"
        )
        .into_bytes()
    }

    fn quoted(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("={b:02X}")).collect::<Vec<_>>().join("")
    }

    fn read(bytes: &[u8]) -> Result<Document, ExtractError> {
        Mht.extract(bytes, &Limits::default())
    }

    #[test]
    fn a_saved_page_reads_like_the_page_itself() {
        let page = html::Html.extract(PAGE.as_bytes(), &Limits::default()).unwrap();
        let (gbk, ..) = encoding_rs::GBK.encode(PAGE);
        let heads = [
            (
                "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable",
                quoted(PAGE.as_bytes()),
            ),
            ("; charset=\"gb2312\"\r\nContent-Transfer-Encoding: quoted-printable", quoted(&gbk)),
            ("; charset=utf-8\r\nContent-Transfer-Encoding: 8bit", PAGE.to_string()),
        ];
        for (head, body) in heads {
            let document = read(&saved(head, &body)).unwrap();
            assert_eq!(document.blocks.len(), page.blocks.len(), "{head}");
            let words = |d: &Document| -> Vec<String> {
                d.blocks.iter().filter_map(|b: &Block| Some(b.text()?.clean.clone())).collect()
            };
            assert_eq!(words(&document), words(&page), "{head}");
            assert!(document.blocks.iter().any(|b| matches!(b, Block::Table(_))));
        }
    }

    #[test]
    fn a_charset_that_does_not_fit_is_put_right_and_said() {
        let head = "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable";
        let (gbk, ..) = encoding_rs::GBK.encode(PAGE);
        let document = read(&saved(head, &quoted(&gbk))).unwrap();
        assert!(document.notices.iter().any(|n| n.kind == NoticeKind::EncodingRepaired));
    }

    #[test]
    fn an_envelope_without_a_page_is_damaged() {
        let mail =
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n";
        assert_eq!(read(mail).unwrap_err().reason, UnreadableReason::Damaged);
    }

    #[test]
    fn envelopes_without_end_are_refused() {
        let mut mail = String::from("MIME-Version: 1.0\r\n");
        for n in 0..20_000 {
            mail.push_str(&format!(
                "Content-Type: multipart/related; boundary=b{n}\r\n\r\n--b{n}\r\n"
            ));
        }
        assert_eq!(read(mail.as_bytes()).unwrap_err().reason, UnreadableReason::OverLimit);
    }
}
