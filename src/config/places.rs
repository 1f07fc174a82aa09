//! Directories: resolved once, and kept from overlapping.

use super::raw::{At, Problems};
use crate::model::Words;
use std::path::{Component, Path, PathBuf};

/// Where relative paths start: absolute.
pub(super) struct Base(PathBuf);

impl Base {
    pub fn new(directory: &Path) -> std::io::Result<Self> {
        std::path::absolute(directory).map(Base)
    }

    /// The path, absolute and without `.` and `..`.
    pub fn resolve(&self, path: &str) -> PathBuf {
        let mut out = PathBuf::new();
        for component in self.0.join(path).components() {
            match component {
                Component::CurDir => {}
                Component::ParentDir => drop(out.pop()),
                other => out.push(other),
            }
        }
        out
    }
}

/// Notes a folder that lies in another, holds the data directory, or lies where the store keeps its
/// own files: a file would be taken twice, or the store would feed on itself.
pub(super) fn overlaps(
    folder: &At<PathBuf>,
    earlier: &[At<PathBuf>],
    data: &At<PathBuf>,
    problems: &mut Problems,
) {
    let path = real(&folder.value);
    let data = real(&data.value);
    if data.starts_with(&path) {
        problems.add(
            folder.span.clone(),
            Words::new(
                "监测文件夹把数据目录包含在内",
                "the watched folder contains the data directory",
            ),
            Words::new("两者分开放", "keep the two apart"),
        );
    } else if OWN.iter().any(|own| path.starts_with(data.join(own))) {
        problems.add(
            folder.span.clone(),
            Words::new(
                "监测文件夹在数据目录自用的子目录中",
                "the watched folder lies where the store keeps its own files",
            ),
            Words::new("换一个位置，如 var/inbox", "choose another place, as in var/inbox"),
        );
    }
    for other in earlier {
        let there = real(&other.value);
        if path.starts_with(&there) || there.starts_with(&path) {
            let shown = other.value.display();
            problems.add(
                folder.span.clone(),
                Words::new(
                    format!("与另一个监测文件夹重叠：{shown}"),
                    format!("overlaps another watched folder: {shown}"),
                ),
                Words::new(
                    "各文件夹互不包含；子文件夹会自动监测，不必另写",
                    "no folder may contain another; sub-folders are watched anyway",
                ),
            );
            return;
        }
    }
}

/// Notes a directory to move files to from which they would be taken again, in which the watched folder
/// itself lies (nothing in it would ever be taken), or where the store keeps its own files.
pub(super) fn moved_to(
    target: &At<PathBuf>,
    own: Option<&Path>,
    folders: &[At<PathBuf>],
    data: &At<PathBuf>,
    problems: &mut Problems,
) {
    let (to, data) = (real(&target.value), real(&data.value));
    let watched = folders.iter().any(|folder| {
        let there = real(&folder.value);
        there.starts_with(&to) || (own != Some(&folder.value) && to.starts_with(&there))
    });
    let (zh, en) = if watched {
        ("移走后的文件会落入监测文件夹", "files moved away would lie in a watched folder")
    } else if OWN.iter().any(|own| to.starts_with(data.join(own))) {
        (
            "文件会移入数据目录自用的子目录",
            "files would be moved to where the store keeps its own files",
        )
    } else {
        return;
    };
    problems.add(
        target.span.clone(),
        Words::new(zh, en),
        Words::new("换一个位置，如 var/done", "choose another place, as in var/done"),
    );
}

/// Directories of the store within the data directory.
const OWN: [&str; 3] = ["journal", "spool", "index"];

/// The path with the symbolic links of its existing part followed.
fn real(path: &Path) -> PathBuf {
    for existing in path.ancestors() {
        if let Ok(real) = fs_err::canonicalize(existing) {
            return match path.strip_prefix(existing) {
                Ok(rest) => real.join(rest),
                Err(_) => real,
            };
        }
    }
    path.to_path_buf()
}
