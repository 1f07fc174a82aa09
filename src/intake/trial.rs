//! A clerk's trial: a file in a trial folder gets its receipt, and nothing is kept of it.
//!
//! Invariant: the receipt is the only memory. A file beside which lies one that names its content is done
//! with, over restarts as well.

use super::beside::Receipts;
use super::take::{Job, Outcome, Taker, failed};
use super::{Seen, names};
use crate::model::{Declared, ReceiptForm, ReceiptMark, Words, hex, shown_name, written_name};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

/// A file to be tried out.
pub struct Draft {
    /// Its name, for people.
    pub name: String,
    pub bytes: Vec<u8>,
    /// 64 hex digits.
    pub sha256: String,
    /// What the path says of unit and year.
    pub declared: Declared,
    /// The receipts asked for.
    pub forms: &'static [ReceiptForm],
}

/// Judges a file and writes its receipts, one for each form; blocks. An error says why it has to be
/// tried again: the machine's trouble, not the file's.
pub type TryOut = Arc<dyn Fn(Draft) -> Result<Vec<Vec<u8>>, Words> + Send + Sync>;

impl Taker {
    pub(super) fn try_out(
        &self,
        job: &Job,
        mut file: File,
        look: &dyn Fn(&File) -> io::Result<(bool, Seen)>,
    ) -> Result<Outcome, Outcome> {
        let mut bytes = Vec::new();
        (&mut file).take(self.max_bytes + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 != job.seen.size || look(&file).map_err(failed)?.1 != job.seen {
            return Err(Outcome::Changed);
        }
        let sha256 = hex(&Sha256::digest(&bytes));
        let mut receipts = Receipts::open(&self.folder.path).map_err(failed)?;
        if receipts.node().ok() != Some(job.root) {
            return Err(Outcome::RootChanged);
        }
        let forms = self.folder.receipts.forms();
        let (mark, mut done) = (ReceiptMark::of(&sha256), true);
        for form in forms {
            done &= receipts.mark(&job.path, *form).map_err(failed)?.as_ref() == Some(&mark);
        }
        if done {
            return Ok(Outcome::Tried);
        }
        // Not judged again and again where nothing can be written.
        receipts.writable(&job.path).map_err(|error| unwritten(&error))?;
        let name = shown_name(&written_name(&job.path));
        let declared = names::declared(&job.path, &self.folder.unit);
        let Some(try_out) = &self.trials else { return Err(Outcome::Gone) };
        let written = try_out(Draft { name, bytes, sha256, declared, forms });
        for (form, content) in forms.iter().zip(written.map_err(Outcome::Failed)?) {
            receipts.put(&job.path, *form, &content).map_err(|error| unwritten(&error))?;
        }
        receipts.finish().map_err(|error| unwritten(&error))?;
        Ok(Outcome::Tried)
    }
}

fn unwritten(error: &io::Error) -> Outcome {
    Outcome::Failed(why_unwritten(error))
}

/// Why a receipt could not be written.
pub fn why_unwritten(error: &io::Error) -> Words {
    match error.kind() {
        io::ErrorKind::AlreadyExists => Words::new(
            "回执写不进去：回执的文件名都被别的文件占用，请移走同名文件",
            "no receipt: its names are taken by other files; move those away",
        ),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Words::new(
            "回执写不进去：文件夹只读或没有写权限；可以写入后自动补写",
            "no receipt: the folder is read-only or closed to us; written once it is not",
        ),
        _ => Words::new(
            format!("回执写不进去（{error}），稍后再写"),
            format!("no receipt ({error}); tried again"),
        ),
    }
}
