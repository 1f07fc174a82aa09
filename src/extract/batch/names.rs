//! Names inside a batch: as they were typed, below one another, and never out of it.

use crate::model::written_name;
use encoding_rs::GB18030;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// How the names of an archive are encoded that do not say so themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Gb18030,
}

impl Encoding {
    /// One machine wrote them all: a single name that is no UTF-8 decides for the others, some of
    /// which may be both by chance.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n [u8]>) -> Encoding {
        match names.into_iter().all(|name| std::str::from_utf8(name).is_ok()) {
            true => Encoding::Utf8,
            false => Encoding::Gb18030,
        }
    }
}

/// A raw name as a path inside the batch; `None` where it leads out of it. `utf8` is what the entry
/// says of itself.
pub(super) fn path(raw: &[u8], utf8: bool, others: Encoding) -> Option<String> {
    let as_utf8 = || std::str::from_utf8(raw).ok().map(str::to_owned);
    let as_gb = || {
        GB18030
            .decode_without_bom_handling_and_without_replacement(raw)
            .map(|text| text.into_owned())
    };
    let text = match (utf8, others) {
        (true, _) | (false, Encoding::Utf8) => as_utf8().or_else(as_gb),
        (false, Encoding::Gb18030) => as_gb().or_else(as_utf8),
    };
    match text {
        // Windows archivers part folders by either stroke.
        Some(text) => inside(&text.replace('\\', "/")),
        None => inside(&written_name(Path::new(OsStr::from_bytes(raw)))),
    }
}

/// A path without its empty parts, drive and leading stroke; `None` where it leads out.
fn inside(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => return None,
            drive if parts.is_empty() && drive.len() == 2 && drive.ends_with(':') => {}
            part => parts.push(part.replace(char::is_control, "_")),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// An attachment's name, which is no path.
pub(super) fn file(name: &str) -> Option<String> {
    inside(name.rsplit(['/', '\\']).next()?.trim())
}

/// A name below a container, itself inside the batch or the batch itself.
pub(super) fn below(container: &str, name: &str) -> String {
    if container.is_empty() { name.to_owned() } else { format!("{container}/{name}") }
}

/// The name, or one like it that nothing in the batch has: `年报（2）.docx`.
pub(super) fn unused(name: String, used: &BTreeSet<String>) -> String {
    if !used.contains(&name) {
        return name;
    }
    let begin = name.rfind('/').map_or(0, |at| at + 1);
    let dot = name[begin..].rfind('.').filter(|at| *at > 0).map_or(name.len(), |at| begin + at);
    let (stem, end) = name.split_at(dot);
    let candidates = (2u32..).map(|n| format!("{stem}（{n}）{end}"));
    candidates.into_iter().find(|name| !used.contains(name)).unwrap_or(name)
}
