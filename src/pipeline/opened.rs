//! What comes out of the jail: a verdict, or the files of a batch, taken off its hands one by one.

use super::JailDown;
use crate::extract::Limits;
use crate::model::{ENTRY_NAME, Examined, Format, Passed};
use std::convert::Infallible;

/// What came of a file.
#[derive(Debug)]
pub enum Opened<T> {
    Judged(Examined),
    Batch(Files<T>),
}

/// The files of an archive or a mail.
#[derive(Debug)]
pub struct Files<T> {
    pub format: Format,
    /// Names inside the batch, and what was made of the bytes.
    pub entries: Vec<(String, T)>,
    pub passed: Passed,
}

/// Where the files of a batch go while the next are still being unpacked.
pub trait Keep: Sync {
    type Kept: Send;
    type Error: Send;
    /// Takes one file. An error ends the unpacking; what was kept before is the caller's to forget.
    fn keep(&self, bytes: Vec<u8>) -> impl Future<Output = Result<Self::Kept, Self::Error>> + Send;
}

/// Keeps the files in memory, for trials: all together no more than the limit on what a batch inflates
/// to.
pub(super) struct InMemory;

impl Keep for InMemory {
    type Kept = Vec<u8>;
    type Error = Infallible;
    async fn keep(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Infallible> {
        Ok(bytes)
    }
}

/// Why nothing came of a file.
#[derive(Debug)]
pub enum OpenError<E> {
    Down(JailDown),
    /// What was to keep its files could not.
    Kept(E),
}

/// What a child may hand over for one batch: it parses a stranger's bytes, so it is held to the limits
/// it was given.
pub(super) struct Allowance {
    entries: u64,
    bytes: u64,
}

impl Allowance {
    pub(super) fn of(limits: &Limits) -> Allowance {
        Allowance { entries: limits.entries.into(), bytes: limits.inflated_bytes }
    }

    /// Accounts for one more file; false where that is too much, or its name is none.
    pub(super) fn covers(&mut self, name: &str, bytes: u64) -> bool {
        let inside = !name.is_empty()
            && name.len() <= ENTRY_NAME
            && name.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let left = (self.entries.checked_sub(1), self.bytes.checked_sub(bytes));
        let (Some(entries), Some(bytes)) = left else { return false };
        *self = Allowance { entries, bytes };
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_held_to_the_limits_and_to_names_inside() {
        let limits = Limits { entries: 3, inflated_bytes: 10, ..Limits::default() };
        let mut allowance = Allowance::of(&limits);
        assert!(allowance.covers("乡镇/年报.docx", 4));
        assert!(!allowance.covers("b.docx", 7), "over the sum");
        for name in ["", "../a", "/a", "a//b", "a/.", &"长".repeat(400)] {
            assert!(!Allowance::of(&limits).covers(name, 1), "{name}");
        }
        assert!(allowance.covers("c", 6) && allowance.covers("d", 0));
        assert!(!allowance.covers("e", 0), "too many");
    }
}
