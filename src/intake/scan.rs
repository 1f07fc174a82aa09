//! Walking a folder.

use crate::model::passed_over;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// Directories nested deeper than this are not entered.
const DEPTH: usize = 64;

/// What a walk came upon.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub files: u64,
    /// Directories that could not be read, below the root, and why. What lies there is unknown, not gone.
    pub failed: Vec<(PathBuf, io::Error)>,
}

/// Walks `start` (below `root`): calls `enter` with the absolute path of every directory before it is
/// read, and `visit` with the path below the root of everything in it that is no directory. Links are
/// not followed, hidden directories and `skip` not entered.
pub(super) fn walk(
    root: &Path,
    start: &Path,
    skip: Option<&Path>,
    enter: &mut dyn FnMut(&Path),
    visit: &mut dyn FnMut(&Path, &Metadata),
) -> Walked {
    let mut walked = Walked::default();
    let mut open = vec![start.to_path_buf()];
    while let Some(dir) = open.pop() {
        let full = root.join(&dir);
        if skip == Some(full.as_path()) {
            continue;
        }
        enter(&full);
        let result = read(&full, &mut |name, metadata| {
            let path = dir.join(name);
            if metadata.is_dir() {
                if !passed_over(name.as_ref()) && path.components().count() <= DEPTH {
                    open.push(path);
                }
            } else {
                walked.files += 1;
                visit(&path, metadata);
            }
        });
        match result {
            // Gone since it was listed, unless it is where we were sent.
            Err(error) if error.kind() == io::ErrorKind::NotFound && dir != start => {}
            Err(error) => walked.failed.push((dir, error)),
            Ok(()) => {}
        }
    }
    walked
}

fn read(dir: &Path, each: &mut dyn FnMut(&Path, &Metadata)) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        match entry.metadata() {
            Ok(metadata) => each(Path::new(&entry.file_name()), &metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
