//! File names as they are written down, and as they are shown.
//!
//! A name is bytes. Written down, every byte stays told apart, so that a name can be a key; shown, it
//! is what its author typed.

use encoding_rs::GB18030;
use std::ffi::OsString;
use std::fmt::Write;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// A path as [`super::Source`] writes it: bytes that are not UTF-8 as `\xHH`, a backslash as `\\`, so
/// that distinct names stay distinct.
pub fn written_name(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        out.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            write!(out, "\\x{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    out
}

/// The path that was written down.
pub fn path_of_name(written: &str) -> PathBuf {
    OsString::from_vec(bytes(written)).into()
}

/// A written path for people: old Windows shares and archives name files in GB18030, which is read as
/// such where it gives Chinese text; what is no text either way stays as it is written.
pub fn shown_name(written: &str) -> String {
    let parts: Vec<String> = written.split('/').map(shown_part).collect();
    parts.join("/")
}

fn shown_part(written: &str) -> String {
    if !written.contains('\\') {
        return written.to_string();
    }
    match String::from_utf8(bytes(written)) {
        Ok(text) => text,
        Err(other) => gb18030(other.as_bytes()).unwrap_or_else(|| written.to_string()),
    }
}

/// The bytes that were written down.
fn bytes(written: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at + 1..];
        let hex = escape.strip_prefix('x').and_then(|hex| hex.get(..2));
        rest = match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                &escape[3..]
            }
            None => {
                bytes.push(b'\\');
                escape.strip_prefix('\\').unwrap_or(escape)
            }
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// Read as GB18030, if that is a name somebody may have typed: a character of GB 2312, where both
/// bytes are high, is in it (a Latin letter with an accent and its neighbour make none), and nothing
/// that only a wrong reading brings.
fn gb18030(bytes: &[u8]) -> Option<String> {
    let common = bytes.windows(2).any(|pair| pair.iter().all(|byte| *byte >= 0xA1));
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    let wrong = |c: char| c.is_control() || matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}');
    (common && !text.chars().any(wrong)).then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;

    fn name(bytes: &[u8]) -> String {
        written_name(Path::new(OsStr::from_bytes(bytes)))
    }

    #[test]
    fn names_keep_every_byte_apart() {
        assert_eq!(name("某局/报告\n.txt".as_bytes()), "某局/报告\n.txt");
        assert_eq!(name(b"\xb1\xa8.txt"), "\\xB1\\xA8.txt");
        assert_eq!(name(b"a\\xB1.txt"), "a\\\\xB1.txt");
        for bytes in [&b"\xb1\xa8\\x.txt"[..], b"a\\xB1.txt", "年/报\\".as_bytes()] {
            assert_eq!(path_of_name(&name(bytes)).as_os_str().as_bytes(), bytes);
        }
    }

    #[test]
    fn a_name_of_an_old_share_is_shown_as_it_was_typed() {
        let (gbk, _, _) = GB18030.encode("水利局2024年报（终稿）.docx");
        assert_eq!(shown_name(&name(&gbk)), "水利局2024年报（终稿）.docx");
        let mixed = ["县局/".as_bytes(), &gbk].concat();
        assert_eq!(shown_name(&name(&mixed)), "县局/水利局2024年报（终稿）.docx");
    }

    #[test]
    fn what_is_no_chinese_name_stays_as_it_is_written() {
        for bytes in [&b"M\xfcller.txt"[..], b"caf\xe9.txt", b"\xff\xfe.txt", b"a\xb1"] {
            assert_eq!(shown_name(&name(bytes)), name(bytes), "{bytes:?}");
        }
        for text in ["年报.docx", "a\\xB1.txt", "目录/b\\c", "😀"] {
            assert_eq!(shown_name(&name(text.as_bytes())), text);
        }
    }

    #[test]
    fn what_was_never_written_here_is_shown_all_the_same() {
        for odd in ["\\", "\\x", "\\xZZ", "\\x年", "a\\"] {
            assert!(!shown_name(odd).is_empty(), "{odd}");
        }
    }
}
