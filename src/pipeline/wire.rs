//! What the jail and its children say to one another: frames of a length (u32, little endian) and
//! that many bytes.
//!
//! The parent speaks first, with [`Setup`]; a child says [`Ready`] once, then answers each request (a
//! frame with an [`Errand`], a frame with the file's bytes) by a [`Reply`] that ends it. Before it is done
//! it may ask once what else is known of the body; the answer is a frame with [`Others`]. Or it hands over
//! the files of a batch, each a [`Reply`] with its name and a frame with its bytes.

use super::Protections;
use crate::edition::SiteForm;
use crate::extract::Limits;
use crate::model::{Examined, Format, Passed, UnitYear};
use crate::rules::{Circumstances, Prior, Registered, RuleSettings, Subordinate};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Largest greeting or errand.
pub(super) const SMALL: u64 = 256 << 10;

/// Largest set-up: a site may have edition files of its own, and what it adds goes with it.
pub(super) const SETUP: u64 = 4 << 20;

/// Largest answer to a child's question: some reports' values and texts, and the subordinates' values.
pub(super) const OTHERS: u64 = 32 << 20;

/// Largest answer. A verdict has kilobytes; one of a file made to break every rule everywhere, a few
/// megabytes.
pub(super) const ANSWER: u64 = 64 << 20;

/// Both ends must be the same build: an upgraded binary on disk must not answer an older parent.
pub(super) const BUILD: &str = env!("CARGO_PKG_VERSION");

/// First frame to a child.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Setup {
    pub limits: Limits,
    pub rules: RuleSettings,
    /// What the site adds to the national form; the child builds the forms from it as the parent did.
    pub site: SiteForm,
}

/// What a child is to do with the bytes that follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Errand {
    /// File name, which serves only to note a wrong extension.
    pub name: String,
    pub circumstances: Circumstances,
    /// Somebody knows what else the body handed in.
    pub may_ask: bool,
    /// An archive or a mail is taken apart. What came out of one is not taken apart once more.
    pub unpack: bool,
}

/// What a child says to a request.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Reply {
    /// What else is known of this body, this year, and texts like this one?
    Asks(Question),
    /// A file of the batch, by its name inside; its bytes follow.
    Entry(String),
    /// The end: it was a batch, and this was passed over.
    Unpacked(Format, Passed),
    /// The end: it was judged, or could not be read.
    Done(Box<Examined>),
}

/// What a child asks once it knows whose report it has.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    /// What the report is filed under.
    pub of: UnitYear,
    /// The sketch of its text.
    pub sketch: Vec<u32>,
}

/// What is known of a body besides the report that is judged: its other reports, and its place in the
/// roster.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Others {
    /// The current one on the year before.
    pub last_year: Option<Prior>,
    /// The one on the same year that was handed in before.
    pub preceding: Option<Prior>,
    /// Those of other bodies on the same year whose text is most like this one's; `None` where nobody looked.
    pub alike: Option<Vec<Prior>>,
    /// The day the first one on the same year came.
    pub first_received: Option<Date>,
    /// What the roster says of the body.
    pub registered: Option<Registered>,
    /// Whose figures its report takes in, with their current reports on the same year.
    pub subordinates: Option<Vec<Subordinate>>,
}

/// First frame from a child: it has locked itself in.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ready {
    pub build: String,
    pub protections: Protections,
}

fn over(len: u64, bound: u64) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("frame of {len} bytes, at most {bound}"))
}

/// Encodes a message; the error is only theoretical for the types above.
pub(super) fn encode<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    postcard::to_stdvec(message).map_err(io::Error::other)
}

/// Decodes a message from the other side.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> io::Result<T> {
    postcard::from_bytes(bytes).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}

/// Writes one frame, child side.
pub(super) fn put(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let len = u32::try_from(bytes.len()).map_err(|_| over(bytes.len() as u64, ANSWER))?;
    out.write_all(&len.to_le_bytes())?;
    out.write_all(bytes)?;
    out.flush()
}

/// Reads one frame, child side; `None` at the end of the stream.
pub(super) fn take(from: &mut impl Read, bound: u64) -> io::Result<Option<Vec<u8>>> {
    let mut len = [0; 4];
    match from.read_exact(&mut len) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let len = u64::from(u32::from_le_bytes(len));
    if len > bound {
        return Err(over(len, bound));
    }
    let mut bytes = vec![0; len as usize];
    from.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// Writes one frame, parent side.
pub(super) async fn send(out: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
    let len = u32::try_from(bytes.len()).map_err(|_| over(bytes.len() as u64, u32::MAX.into()))?;
    out.write_all(&len.to_le_bytes()).await?;
    out.write_all(bytes).await?;
    out.flush().await
}

/// Reads one frame, parent side. The buffer grows with what really arrives.
pub(super) async fn receive(
    from: &mut (impl AsyncRead + Unpin),
    bound: u64,
) -> io::Result<Vec<u8>> {
    let len = u64::from(from.read_u32_le().await?);
    if len > bound {
        return Err(over(len, bound));
    }
    let mut bytes = Vec::new();
    let read = from.take(len).read_to_end(&mut bytes).await?;
    if (read as u64) < len { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_as_it_was_sent() {
        let mut pipe = Vec::new();
        put(&mut pipe, b"abc").unwrap();
        put(&mut pipe, b"").unwrap();
        let mut from = pipe.as_slice();
        assert_eq!(take(&mut from, 3).unwrap(), Some(b"abc".to_vec()));
        assert_eq!(take(&mut from, 3).unwrap(), Some(Vec::new()));
        assert_eq!(take(&mut from, 3).unwrap(), None);
    }

    #[test]
    fn a_frame_over_its_bound_is_refused_before_it_is_read() {
        let mut pipe = Vec::new();
        put(&mut pipe, b"abcd").unwrap();
        assert!(take(&mut pipe.as_slice(), 3).is_err());
    }

    #[tokio::test]
    async fn a_frame_cut_short_is_an_error_for_the_parent() {
        let mut pipe = Vec::new();
        put(&mut pipe, b"abcd").unwrap();
        let mut from = &pipe[..6];
        let error = receive(&mut from, 10).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
