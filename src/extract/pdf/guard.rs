//! What is looked at before a PDF is opened: how large its streams become, and whether it says that it
//! is encrypted.

use super::super::refusal::{self, Limit};
use super::super::{ExtractError, Limits};
use crate::model::Format;
use flate2::{Decompress, FlushDecompress, Status};

/// From this size on the compression ratio of a stream is looked at: pages of repeated lines compress
/// well without meaning harm.
const RATIO_FROM: u64 = 4 << 20;

/// Brackets open at once in one stream. The reader of content calls itself for each; what is no content but
/// a font or a picture opens and closes them by chance, and never so many.
const MOST_OPEN: usize = 5_000;

/// What TrueType and compact fonts begin with. They are megabytes, are never read as content, and open
/// brackets by chance.
const FONTS: [&[u8]; 2] = [&[0, 1, 0, 0], &[1, 0, 4]];

/// How far before a stream its dictionary is looked for.
const DICTIONARY: usize = 1 << 10;

/// Measures the streams that a reader of text unpacks, that is all but pictures: how large they become,
/// how deep they nest. Streams compressed in other ways, or twice, are left to the worker's own bounds.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), ExtractError> {
    let mut left = limits.inflated_bytes;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        let start = at + found;
        at = start + b"stream".len();
        let data = match bytes.get(at..) {
            Some([b'\r', b'\n', data @ ..]) | Some([b'\n' | b'\r', data @ ..]) => data,
            _ => continue,
        };
        if bytes[..start].ends_with(b"end") {
            continue;
        }
        let before = &bytes[start.saturating_sub(DICTIONARY)..start];
        let begin = rfind(before, b" obj").unwrap_or(0);
        let dictionary = &before[begin..];
        let has = |name: &[u8]| find(dictionary, name).is_some();
        if has(b"/Image") {
            continue;
        }
        if has(b"/Fl") {
            left = left.saturating_sub(inflated(data, left, limits)?);
        } else {
            let end = find(data, b"endstream").unwrap_or(data.len());
            Nesting::default().go_on(&data[..end])?;
        }
    }
    Ok(())
}

/// Bytes a stream inflates to; `Err` where they are too many.
fn inflated(data: &[u8], left: u64, limits: &Limits) -> Result<u64, ExtractError> {
    let mut inflate = Decompress::new(true);
    let mut out = [0u8; 1 << 15];
    let (mut nesting, mut font) = (Nesting::default(), false);
    loop {
        let (taken, made) = (inflate.total_in(), inflate.total_out());
        let rest = data.get(taken as usize..).unwrap_or_default();
        let status = inflate.decompress(rest, &mut out, FlushDecompress::None);
        let new = &out[..(inflate.total_out() - made) as usize];
        font |= made == 0 && FONTS.iter().any(|mark| new.starts_with(mark));
        if !font {
            nesting.go_on(new)?;
        }
        let most = taken.max(1).saturating_mul(limits.ratio.into()).max(RATIO_FROM);
        if inflate.total_out() > left {
            return Err(refusal::over(Format::Pdf, Limit::Inflated, limits.inflated_bytes));
        }
        if inflate.total_out() > most {
            return Err(refusal::over(Format::Pdf, Limit::Ratio, limits.ratio.into()));
        }
        let stuck = (taken, made) == (inflate.total_in(), inflate.total_out());
        if stuck || !matches!(status, Ok(Status::Ok | Status::BufError)) {
            // What is broken here is the reader's business.
            return Ok(inflate.total_out());
        }
    }
}

/// Brackets that are open in a stream, as far as it has been looked at. Those in strings and comments
/// are characters like any other.
#[derive(Default)]
struct Nesting {
    open: usize,
    /// Parentheses open: a string may hold balanced ones.
    string: usize,
    escaped: bool,
    comment: bool,
}

impl Nesting {
    fn go_on(&mut self, bytes: &[u8]) -> Result<(), ExtractError> {
        for byte in bytes {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\n' | b'\r' => self.comment = false,
                _ if self.comment => {}
                b'\\' if self.string > 0 => self.escaped = true,
                b'(' => self.string += 1,
                b')' => self.string = self.string.saturating_sub(1),
                _ if self.string > 0 => {}
                b'%' => self.comment = true,
                b'[' | b'<' => self.open += 1,
                b']' | b'>' => self.open = self.open.saturating_sub(1),
                _ => {}
            }
            if self.open > MOST_OPEN {
                return Err(refusal::over(Format::Pdf, Limit::Depth, MOST_OPEN as u64));
            }
        }
        Ok(())
    }
}

/// Whether the trailer names an encryption dictionary. It is never compressed itself.
pub(super) fn says_encrypted(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"/Encrypt";
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], KEY) {
        at += found + KEY.len();
        // "/EncryptMetadata" is another key.
        if bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'<') {
            return true;
        }
    }
    false
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|b| *b == needle[0]) {
        if bytes[at + found..].starts_with(needle) {
            return Some(at + found);
        }
        at += found + 1;
    }
    None
}

fn rfind(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).rposition(|w| w == needle)
}
