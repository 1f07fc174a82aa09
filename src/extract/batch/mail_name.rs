//! Names of attachments as mail programs write them: RFC 2231 and RFC 2047, and what Chinese ones make
//! of both: encoded words inside quotes, cut in the middle of a character, or bare GBK.

use crate::extract::encoding;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{Encoding, GB18030};
use std::collections::BTreeMap;

/// Takes base64 as it comes: with or without its padding, loose bits at its end.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Most pieces a name is put together from.
const PIECES: u32 = 64;

/// The parameter `wanted` (lower case) of a header such as `attachment; filename="…"`.
pub(super) fn parameter(header: &[u8], wanted: &str) -> Option<String> {
    let mut plain = None;
    // By number: whether the piece is percent-encoded, and its bytes.
    let mut pieces: BTreeMap<u32, (bool, Vec<u8>)> = BTreeMap::new();
    for (key, value) in parameters(header) {
        let Some(rest) = key.strip_prefix(wanted) else { continue };
        match rest {
            "" => plain = plain.or(Some(value)),
            "*" => drop(pieces.insert(0, (true, value))),
            rest => {
                let Some(number) = rest.strip_prefix('*') else { continue };
                let (number, encoded) = match number.strip_suffix('*') {
                    Some(number) => (number, true),
                    None => (number, false),
                };
                if let Some(number) = number.parse().ok().filter(|n| *n < PIECES) {
                    pieces.insert(number, (encoded, value));
                }
            }
        }
    }
    if let Some(name) = joined(pieces) {
        return Some(name);
    }
    plain.map(|value| words(&value)).filter(|name| !name.is_empty())
}

/// Keys in lower case and values without their quotes.
fn parameters(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut at = header.iter().position(|b| *b == b';').map_or(header.len(), |at| at + 1);
    while at < header.len() {
        let end = header[at..]
            .iter()
            .position(|b| matches!(b, b'=' | b';'))
            .map_or(header.len(), |n| at + n);
        let key = String::from_utf8_lossy(&header[at..end]).trim().to_ascii_lowercase();
        if header.get(end) != Some(&b'=') {
            at = end + 1;
            continue;
        }
        let (value, next) = value(header, end + 1);
        found.push((key, value));
        at = next;
    }
    found
}

/// A value from `at` on, and where the next parameter begins.
fn value(header: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    while header.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    let mut out = Vec::new();
    if header.get(at) != Some(&b'"') {
        let end = header[at..].iter().position(|b| *b == b';').map_or(header.len(), |n| at + n);
        return (header[at..end].trim_ascii().to_vec(), end + 1);
    }
    at += 1;
    while let Some(byte) = header.get(at) {
        match byte {
            b'"' => break,
            // The second byte of a GBK character may be a stroke as well: then no quote follows it.
            b'\\' if matches!(header.get(at + 1), Some(b'"' | b'\\')) => {
                at += 1;
                out.push(header[at]);
            }
            b'\r' | b'\n' => {}
            byte => out.push(*byte),
        }
        at += 1;
    }
    let end = header[at.min(header.len())..].iter().position(|b| *b == b';');
    (out, end.map_or(header.len(), |n| at + n + 1))
}

/// The pieces of RFC 2231, the charset named in the first.
fn joined(pieces: BTreeMap<u32, (bool, Vec<u8>)>) -> Option<String> {
    let mut charset = String::new();
    let mut bytes = Vec::new();
    for (number, (encoded, piece)) in pieces {
        let mut piece = piece.as_slice();
        if number == 0 && encoded {
            let mut parts = piece.splitn(3, |b| *b == b'\'');
            if let (Some(named), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                charset = String::from_utf8_lossy(named).into_owned();
                piece = rest;
            }
        }
        match encoded {
            true => bytes.extend(unescaped(piece, b'%')),
            false => bytes.extend_from_slice(piece),
        }
    }
    // Some programs put encoded words into the pieces.
    if charset.is_empty() && bytes.windows(2).any(|pair| pair == b"=?") {
        return Some(words(&bytes));
    }
    (!bytes.is_empty()).then(|| decoded(&charset, &bytes))
}

/// `%41` or `=41` as the byte it stands for.
fn unescaped(text: &[u8], sign: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(escaped) if *byte == sign => {
                out.push(escaped);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}

/// A text with the encoded words of RFC 2047 in it. Neighbours of one charset are joined before they are
/// decoded: many programs cut at a length, through the middle of a character.
pub(super) fn words(text: &[u8]) -> String {
    let mut out = String::new();
    let mut open: Option<(String, Vec<u8>)> = None;
    let mut rest = text;
    while let Some(start) = rest.windows(2).position(|pair| pair == b"=?") {
        let Some((charset, bytes, length)) = word(&rest[start..]) else {
            let (plain, after) = rest.split_at(start + 2);
            flush(&mut out, &mut open);
            out.push_str(&decoded("", plain));
            rest = after;
            continue;
        };
        // Only space between two words counts for nothing.
        if !rest[..start].iter().all(u8::is_ascii_whitespace) {
            flush(&mut out, &mut open);
            out.push_str(&decoded("", &rest[..start]));
        }
        match &mut open {
            Some((same, joined)) if same.eq_ignore_ascii_case(&charset) => joined.extend(bytes),
            _ => {
                flush(&mut out, &mut open);
                open = Some((charset, bytes));
            }
        }
        rest = &rest[start + length..];
    }
    flush(&mut out, &mut open);
    out.push_str(&decoded("", rest));
    out.trim().to_owned()
}

fn flush(out: &mut String, open: &mut Option<(String, Vec<u8>)>) {
    if let Some((charset, bytes)) = open.take() {
        out.push_str(&decoded(&charset, &bytes));
    }
}

/// An encoded word at the beginning: its charset, its bytes, and how long it is.
fn word(text: &[u8]) -> Option<(String, Vec<u8>, usize)> {
    let body = text.strip_prefix(b"=?")?;
    let charset_end = body.iter().position(|b| *b == b'?')?;
    let how = *body.get(charset_end + 1)?;
    let payload = body.get(charset_end + 2..)?.strip_prefix(b"?")?;
    let end = payload.windows(2).position(|pair| pair == b"?=")?;
    let bytes = match how.to_ascii_uppercase() {
        b'B' => {
            let clean: Vec<u8> =
                payload[..end].iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
            BASE64.decode(clean).ok()?
        }
        b'Q' => {
            let spaced: Vec<u8> =
                payload[..end].iter().map(|b| if *b == b'_' { b' ' } else { *b }).collect();
            unescaped(&spaced, b'=')
        }
        _ => return None,
    };
    // A language may follow the charset (RFC 2231, 5).
    let charset = String::from_utf8_lossy(&body[..charset_end]);
    let charset = charset.split('*').next().unwrap_or_default().to_owned();
    Some((charset, bytes, 2 + charset_end + 3 + end + 2))
}

/// Text of a charset; GB 2312 names are often of its larger successors, and some of no charset at all.
fn decoded(charset: &str, bytes: &[u8]) -> String {
    let named = Encoding::for_label(charset.trim().as_bytes());
    let gb = ["gb2312", "gbk", "hz-gb-2312", "gb18030"];
    let gb = gb.iter().any(|label| charset.trim().eq_ignore_ascii_case(label));
    match named {
        _ if gb => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
        Some(named) => named.decode_without_bom_handling(bytes).0.into_owned(),
        None => encoding::decode(bytes).text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD as B64;

    const NAME: &str = "洪泽区水利局2024年报（终稿）.docx";

    fn gbk(text: &str) -> Vec<u8> {
        encoding_rs::GBK.encode(text).0.into_owned()
    }

    fn filename(value: &[u8]) -> Option<String> {
        parameter(&[b"attachment; size=12; filename", value].concat(), "filename")
    }

    #[test]
    fn a_name_in_encoded_words_is_read_in_every_charset_of_ours() {
        for charset in ["gb2312", "GBK", "gb18030"] {
            let value = format!("=\"=?{charset}?B?{}?=\"", B64.encode(gbk(NAME)));
            assert_eq!(filename(value.as_bytes()).as_deref(), Some(NAME));
        }
        let quoted: String = NAME.bytes().map(|b| format!("={b:02X}")).collect();
        let value = format!("==?utf-8?Q?{quoted}?=");
        assert_eq!(filename(value.as_bytes()).as_deref(), Some(NAME));
    }

    #[test]
    fn words_cut_through_a_character_are_joined_before_they_are_read() {
        let bytes = gbk(NAME);
        let words: Vec<String> = bytes
            .chunks(5)
            .map(|piece| format!("=?gb2312?B?{}?=", B64.encode(piece).trim_end_matches('=')))
            .collect();
        let value = format!("=\"{}\"", words.join("\r\n\t"));
        assert_eq!(filename(value.as_bytes()).as_deref(), Some(NAME));
    }

    #[test]
    fn the_pieces_of_rfc_2231_are_put_together_by_number() {
        let escaped =
            |text: &[u8]| -> String { text.iter().map(|b| format!("%{b:02X}")).collect() };
        let whole = format!("*=GB18030''{}", escaped(&gbk(NAME)));
        assert_eq!(filename(whole.as_bytes()).as_deref(), Some(NAME));
        let (first, second) = NAME.as_bytes().split_at(10);
        let pieces = format!("*1*={}; filename*0*=UTF-8'zh'{}", escaped(second), escaped(first));
        assert_eq!(filename(pieces.as_bytes()).as_deref(), Some(NAME));
        assert_eq!(filename(b"*0=\"a-\"; filename*1=b.docx").as_deref(), Some("a-b.docx"));
        let both = format!("=\"plain.docx\"; filename*=utf-8''{}", escaped(NAME.as_bytes()));
        assert_eq!(filename(both.as_bytes()).as_deref(), Some(NAME));
    }

    #[test]
    fn a_bare_name_is_read_as_what_it_is() {
        for bytes in [NAME.as_bytes().to_vec(), gbk(NAME)] {
            let value = [b"=\"".as_slice(), &bytes, b"\""].concat();
            assert_eq!(filename(&value).as_deref(), Some(NAME));
        }
        assert_eq!(filename(b"=a.docx ; x=y").as_deref(), Some("a.docx"));
        assert_eq!(filename(b"=\"a;b \\\"c\\\".docx\"").as_deref(), Some("a;b \"c\".docx"));
    }

    #[test]
    fn what_is_no_encoded_word_stays_as_it_is() {
        for odd in ["=?", "=?x?=", "=?utf-8?B?!!?=", "a=?utf-8?Z?aa?=", "100%"] {
            let value = format!("=\"{odd}\"");
            assert_eq!(filename(value.as_bytes()).as_deref(), Some(odd), "{odd}");
        }
        assert_eq!(filename(b""), None);
        assert_eq!(filename(b"=\"\""), None);
    }
}
