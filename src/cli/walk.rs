//! Which files a person means by naming files and folders.

use crate::model::{ReceiptMark, called_a_receipt, passed_over, shown_name, written_name};
use std::io;
use std::path::{Path, PathBuf};

/// The files named, and those below the folders named, each folder's in order of name. A name that
/// cannot be followed is an error in its place; the others still count.
pub(super) fn files(paths: &[PathBuf]) -> Vec<io::Result<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        match fs_err::metadata(path) {
            Ok(meta) if meta.is_dir() => below(path, 0, &mut found),
            Ok(meta) if meta.is_file() => found.push(Ok(path.clone())),
            Ok(_) => {
                let shown = shown(path);
                found.push(Err(io::Error::other(format!(
                    "{shown}：既不是文件也不是文件夹 · neither a file nor a folder"
                ))));
            }
            Err(error) => found.push(Err(refused(path, &error))),
        }
    }
    found
}

fn shown(path: &Path) -> String {
    shown_name(&written_name(path))
}

/// What kept a file from being read, in a person's words and with its path.
pub(super) fn refused(path: &Path, error: &io::Error) -> io::Error {
    let path = shown(path);
    let words = match error.kind() {
        io::ErrorKind::NotFound => {
            format!("{path}：没有这个文件或文件夹 · no such file or folder")
        }
        io::ErrorKind::PermissionDenied => format!("{path}：没有读取权限 · permission denied"),
        _ => format!("{path}：读不出来 · cannot be read: {error}"),
    };
    io::Error::new(error.kind(), words)
}

/// A tree deeper than this is a loop or an attack.
const MAX_DEPTH: usize = 64;

fn below(directory: &Path, depth: usize, found: &mut Vec<io::Result<PathBuf>>) {
    if depth > MAX_DEPTH {
        let shown = shown(directory);
        found.push(Err(io::Error::other(format!("{shown}：文件夹嵌套过深 · nested too deeply"))));
        return;
    }
    let entries = fs_err::read_dir(directory).and_then(|read| read.collect::<Result<Vec<_>, _>>());
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return found.push(Err(refused(directory, &error))),
    };
    entries.sort_by_key(|entry| entry.file_name());
    for entry in entries {
        if passed_over(&entry.file_name()) {
            continue;
        }
        // Symbolic links inside a folder are not followed: they may lead outside or in circles.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => below(&entry.path(), depth + 1, found),
            Ok(kind) if kind.is_file() && is_receipt(&entry.path()) => {}
            Ok(kind) if kind.is_file() => found.push(Ok(entry.path())),
            Ok(_) => {}
            Err(error) => found.push(Err(refused(&entry.path(), &error))),
        }
    }
}

/// A receipt of ours, by name and mark. One that cannot be read is met again by whoever checks it.
fn is_receipt(path: &Path) -> bool {
    let named = path.file_name().is_some_and(called_a_receipt);
    named && fs_err::read(path).is_ok_and(|bytes| ReceiptMark::read(&bytes, &bytes).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_in_order_and_leftovers_passed_over() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let root = dir.path();
        std::fs::create_dir_all(root.join("b/c")).expect("created");
        for name in
            ["z.txt", "b/c/2.docx", "b/1.txt", "~$z.docx", ".hidden", "x.PART", "b/Thumbs.db"]
        {
            std::fs::write(root.join(name), "x").expect("written");
        }
        let mark = ReceiptMark::of(&"ab".repeat(32)).in_form(crate::model::ReceiptForm::Text);
        std::fs::write(root.join("z.txt.回执.txt"), mark).expect("written");
        std::fs::write(root.join("某局.回执.txt"), "somebody's report").expect("written");
        std::os::unix::fs::symlink(root, root.join("b/loop")).expect("linked");
        let found: Vec<String> = files(&[root.into(), root.join("absent")])
            .into_iter()
            .map(|file| match file {
                Ok(path) => path.strip_prefix(root).expect("below").display().to_string(),
                Err(_) => "error".into(),
            })
            .collect();
        assert_eq!(found, ["b/1.txt", "b/c/2.docx", "z.txt", "某局.回执.txt", "error"]);
    }
}
