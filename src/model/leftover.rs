//! Files that are no reports whoever looks at them.

use std::ffi::OsStr;

/// Endings of files still being written or fetched by some program.
const UNFINISHED: [&[u8]; 3] = [b".tmp", b".part", b".crdownload"];

/// Files that desktops leave in every folder.
const DESKTOP: [&[u8]; 2] = [b"thumbs.db", b"desktop.ini"];

/// Whether a file of this name is passed over in silence, in a watched folder as in one that is
/// checked: lock files and hidden files of office programs and desktops, downloads under way. The name
/// need not be UTF-8.
pub fn passed_over(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes().to_ascii_lowercase();
    name.starts_with(b".")
        || name.starts_with(b"~$")
        || UNFINISHED.iter().any(|end| name.ends_with(end))
        || DESKTOP.contains(&name.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_files_and_downloads_are_passed_over() {
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
        ] {
            assert!(passed_over(OsStr::new(name)), "{name}");
        }
        for name in ["报告.docx", "~报告.docx", "tmp", "回执.html", "某局.回执.txt", "a.tmp.docx"]
        {
            assert!(!passed_over(OsStr::new(name)), "{name}");
        }
    }
}
