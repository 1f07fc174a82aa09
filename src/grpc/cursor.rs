//! Watch cursors: epoch of the journal and number of the last event seen.
//!
//! Invariant: a cursor that cannot be gone on from is refused, never moved.

use super::errors;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tonic::Status;

/// The first byte of every cursor, so that another layout can be told from this one.
const VERSION: u8 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) epoch: u64,
    /// Everything up to and with this number has been seen.
    pub(super) seq: u64,
}

impl Cursor {
    pub(super) fn write(self) -> String {
        let mut bytes = [VERSION; 17];
        bytes[1..9].copy_from_slice(&self.epoch.to_be_bytes());
        bytes[9..].copy_from_slice(&self.seq.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(text: &str) -> Option<Cursor> {
        let bytes: [u8; 17] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let number = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        (bytes[0] == VERSION).then(|| Cursor { epoch: number(1), seq: number(9) })
    }

    /// Where a watch that asks for `text` starts, `now` being the newest there is.
    pub(super) fn start(text: &str, now: Cursor) -> Result<Cursor, Status> {
        if text.is_empty() {
            return Ok(now);
        }
        let cursor = Cursor::read(text).ok_or_else(errors::cursor_invalid)?;
        // A number beyond the end comes from a journal that had more: an older copy was put back.
        if cursor.epoch != now.epoch || cursor.seq > now.seq {
            return Err(errors::cursor_lost(now.write()));
        }
        Ok(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tonic::Code;

    const NOW: Cursor = Cursor { epoch: 5, seq: 10 };

    fn code(text: &str) -> Result<Cursor, Code> {
        Cursor::start(text, NOW).map_err(|status| status.code())
    }

    #[test]
    fn a_cursor_of_this_journal_is_gone_on_from() {
        let earlier = Cursor { seq: 3, ..NOW };
        assert_eq!(code(&earlier.write()), Ok(earlier));
        assert_eq!(code(""), Ok(NOW));
    }

    #[test]
    fn a_cursor_of_another_journal_or_beyond_the_end_is_lost() {
        assert_eq!(code(&Cursor { epoch: 4, seq: 3 }.write()), Err(Code::OutOfRange));
        assert_eq!(code(&Cursor { seq: 11, ..NOW }.write()), Err(Code::OutOfRange));
    }

    #[test]
    fn a_forged_cursor_is_refused() {
        for forged in ["x", "AAAA", "十"] {
            assert_eq!(code(forged), Err(Code::InvalidArgument), "{forged}");
        }
    }
}
