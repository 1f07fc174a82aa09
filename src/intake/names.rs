//! File names: which are never taken, how they are written down, and what they say of the unit.

use crate::config::UnitFrom;
use crate::model::Declared;
use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path};

/// Endings of files still being written or fetched by some program.
const UNFINISHED: [&[u8]; 3] = [b".tmp", b".part", b".crdownload"];

/// Files that desktops leave in every folder.
const DESKTOP: [&[u8]; 2] = [b"thumbs.db", b"desktop.ini"];

/// Our own receipts, which must not come back as submissions.
const RECEIPTS: [&str; 2] = [".回执.html", ".回执.txt"];

/// Whether a file of this name is passed over in silence: lock files and hidden files of office
/// programs and desktops, downloads under way, our own receipts.
pub(super) fn passed_over(name: &OsStr) -> bool {
    let name = name.as_bytes().to_ascii_lowercase();
    name.starts_with(b".")
        || name.starts_with(b"~$")
        || UNFINISHED.iter().any(|end| name.ends_with(end))
        || DESKTOP.contains(&name.as_slice())
        || RECEIPTS.iter().any(|end| name.ends_with(end.as_bytes()))
}

/// A path below a folder as [`crate::model::Source`] writes it: bytes that are not UTF-8 as `\xHH`, a
/// backslash as `\\`, so that distinct names stay distinct.
pub fn written(path: &Path) -> String {
    let mut out = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        out.push_str(&chunk.valid().replace('\\', "\\\\"));
        for byte in chunk.invalid() {
            write!(out, "\\x{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    out
}

/// What the path below the folder says of unit and year.
pub(super) fn declared(path: &Path, from: &UnitFrom) -> Declared {
    match from {
        UnitFrom::Title => Declared::default(),
        UnitFrom::Fixed(unit) => Declared { unit: Some(unit.clone()), year: None },
        UnitFrom::Folder => {
            let mut declared = Declared::default();
            for component in path.parent().into_iter().flat_map(Path::components) {
                let Component::Normal(name) = component else { continue };
                let Some(name) = name.to_str() else { continue };
                match year(name) {
                    Some(year) => declared.year = declared.year.or(Some(year)),
                    None => declared.unit = declared.unit.or_else(|| Some(name.to_string())),
                }
            }
            declared
        }
    }
}

/// `2024`, `2024年`, `2024年度`.
fn year(name: &str) -> Option<i32> {
    let digits = name.trim().trim_end_matches('度').trim_end_matches('年');
    let plain = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    // The Regulations are in force since 2008.
    digits.parse().ok().filter(|year| plain && (2008..2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_downloads_and_receipts_are_passed_over() {
        for name in [
            "~$报告.docx",
            ".~lock.a.docx#",
            "a.TMP",
            "a.docx.part",
            "b.crdownload",
            ".hidden",
            "._a.docx",
            "Thumbs.db",
            "desktop.ini",
            "某局.回执.html",
            "某局.回执.txt",
        ] {
            assert!(passed_over(OsStr::new(name)), "{name}");
        }
        for name in ["报告.docx", "~报告.docx", "tmp", "回执.html", "a.tmp.docx"] {
            assert!(!passed_over(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn names_keep_every_byte_apart() {
        let name = |bytes: &[u8]| written(Path::new(OsStr::from_bytes(bytes)));
        assert_eq!(name("某局/报告\n.txt".as_bytes()), "某局/报告\n.txt");
        assert_eq!(name(b"\xb1\xa8.txt"), "\\xB1\\xA8.txt");
        assert_eq!(name(b"a\\xB1.txt"), "a\\\\xB1.txt");
    }

    #[test]
    fn the_first_folder_that_is_no_year_names_the_unit() {
        let says = |path: &str| {
            let declared = declared(Path::new(path), &UnitFrom::Folder);
            (declared.unit, declared.year)
        };
        assert_eq!(says("某县教育局/2024年/报告.docx"), (Some("某县教育局".into()), Some(2024)));
        assert_eq!(says("2024年度/某县教育局/旧/a.txt"), (Some("某县教育局".into()), Some(2024)));
        assert_eq!(says("2024/a.txt"), (None, Some(2024)));
        assert_eq!(says("某县教育局2024.txt"), (None, None));
        assert_eq!(says("3024/a.txt"), (Some("3024".into()), None));
    }
}
