//! The office programs of this machine, asked to write reports in their formats.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Files that LibreOffice converts at a time; a few hundred in one start of it.
const BATCH: usize = 200;

/// A folder to work in, with a profile of its own for LibreOffice, so that no other is disturbed.
pub struct Office {
    dir: tempfile::TempDir,
}

impl Office {
    pub fn new() -> Office {
        Office { dir: tempfile::tempdir().expect("a folder") }
    }

    /// A folder below the one of the work.
    pub fn folder(&self, name: &str) -> PathBuf {
        let folder = self.dir.path().join(name);
        fs_err::create_dir_all(&folder).expect("a folder");
        folder
    }

    /// Every file of `from` as LibreOffice saves it, into a folder of the target's name. Panics where
    /// there is no LibreOffice, or where it gives up.
    pub fn convert(&self, from: &Path, target: &str) -> PathBuf {
        let out = self.folder(&format!("as-{target}"));
        let profile = self.dir.path().join("profile");
        let files: Vec<PathBuf> = listed(from);
        for batch in files.chunks(BATCH) {
            let status = Command::new("timeout")
                .args(["900", "soffice", "--headless"])
                .arg(format!("-env:UserInstallation=file://{}", profile.display()))
                .args(["--convert-to", target, "--outdir"])
                .arg(&out)
                .args(batch)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .expect("LibreOffice is there");
            assert!(status.success(), "soffice --convert-to {target}: {status}");
        }
        assert_eq!(listed(&out).len(), files.len(), "files converted to {target}");
        out
    }

    /// Every web page of `from` as `fixtures/write.py` writes it.
    pub fn write(&self, from: &Path, kind: &str) -> PathBuf {
        let out = self.folder(&format!("by-{kind}"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/write.py");
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
        let mut command = Command::new(python);
        let status = command.arg(script).arg(kind).arg(from).arg(&out).status();
        assert!(status.expect("Python is there").success(), "write.py {kind}");
        out
    }
}

/// The files of a folder by name.
pub fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs_err::read_dir(folder).expect("a folder");
    let mut files: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    files.sort();
    files
}
