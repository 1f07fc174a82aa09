//! Files over the wire, in both directions, in pieces and never whole (but for a check).
//!
//! Invariants: a file is taken only when its stream ended properly; a slow sender holds one thread
//! for no longer than the pause allowed; a slow receiver holds none.

use super::api::{Shared, blocking};
use super::errors::{self, Fields};
use crate::model::{Declared, Submission, UNIT_BYTES, hex};
use crate::proto::v1;
use crate::store::{Spooled, StoreError};
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

/// Largest piece handed out, bytes.
const PIECE: usize = 64 * 1024;

/// During the drain a sender may pause for no longer: what keeps coming is finished, what has
/// stopped is not waited for.
const LAST_PIECE: Duration = Duration::from_secs(1);

/// One message of a client's stream.
pub(super) enum Piece {
    Metadata(v1::UploadMetadata),
    Chunk(Vec<u8>),
}

impl From<v1::UploadSubmissionRequest> for Option<Piece> {
    fn from(from: v1::UploadSubmissionRequest) -> Self {
        use v1::upload_submission_request::Part;
        Some(match from.part? {
            Part::Metadata(metadata) => Piece::Metadata(metadata),
            Part::Chunk(chunk) => Piece::Chunk(chunk),
        })
    }
}

impl From<v1::CheckFileRequest> for Option<Piece> {
    fn from(from: v1::CheckFileRequest) -> Self {
        use v1::check_file_request::Part;
        Some(match from.part? {
            Part::Metadata(metadata) => Piece::Metadata(metadata),
            Part::Chunk(chunk) => Piece::Chunk(chunk),
        })
    }
}

/// What the first message said, checked.
pub(super) struct Announced {
    pub(super) file_name: String,
    pub(super) declared: Declared,
    pub(super) wait: bool,
}

/// A file coming in.
pub(super) struct Incoming<M> {
    stream: Streaming<M>,
    shared: Arc<Shared>,
    taken: u64,
}

impl<M> Incoming<M>
where
    Option<Piece>: From<M>,
{
    /// Reads the first message.
    pub(super) async fn open(
        shared: Arc<Shared>,
        stream: Streaming<M>,
    ) -> Result<(Announced, Self), Status> {
        let mut incoming = Incoming { stream, shared, taken: 0 };
        match incoming.message().await? {
            Some(Piece::Metadata(metadata)) => Ok((announced(metadata)?, incoming)),
            _ => Err(errors::invalid("metadata", "must come first")),
        }
    }

    async fn message(&mut self) -> Result<Option<Piece>, Status> {
        let pause = self.shared.api.bounds.upload_pause;
        let drained = async {
            self.shared.drain.cancelled().await;
            tokio::time::sleep(LAST_PIECE).await;
        };
        let message = tokio::select! {
            () = drained => return Err(errors::draining()),
            message = tokio::time::timeout(pause, self.stream.message()) => message,
        };
        match message {
            Err(_) => Err(errors::upload_incomplete("the sender paused for too long")),
            Ok(Err(status)) => Err(status),
            Ok(Ok(None)) => Ok(None),
            Ok(Ok(Some(message))) => Option::<Piece>::from(message)
                .ok_or_else(|| errors::invalid("part", "must be set"))
                .map(Some),
        }
    }

    /// The next bytes; `None` when the file is whole.
    async fn chunk(&mut self) -> Result<Option<Vec<u8>>, Status> {
        match self.message().await? {
            None => Ok(None),
            Some(Piece::Metadata(_)) => Err(errors::invalid("metadata", "must come once only")),
            Some(Piece::Chunk(chunk)) => {
                let limit = self.shared.api.bounds.max_upload;
                self.taken += chunk.len() as u64;
                if self.taken > limit { Err(errors::too_large(limit)) } else { Ok(Some(chunk)) }
            }
        }
    }

    /// The whole file in memory.
    pub(super) async fn bytes(mut self) -> Result<Vec<u8>, Status> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// The file into the spool, while it comes in.
    pub(super) async fn spool(mut self) -> Result<Spooled, Status> {
        let (to, from) = mpsc::channel(4);
        let store = self.shared.api.store.clone();
        let limit = self.shared.api.bounds.max_upload;
        let spooling = tokio::task::spawn_blocking(move || {
            store
                .spool(&mut Chunks { from, rest: io::Cursor::new(Vec::new()), whole: false }, limit)
        });
        // Left by an error, `to` goes without `Whole`, and the spool throws away what it has.
        while let Some(chunk) = self.chunk().await? {
            if to.send(Handed::Chunk(chunk)).await.is_err() {
                break;
            }
        }
        let _ = to.send(Handed::Whole).await;
        let spooled = spooling.await.map_err(|e| errors::store_failed(&e))?;
        spooled.map_err(|error| match error {
            StoreError::Refused(_) => errors::too_large(limit),
            other => errors::store(other),
        })
    }
}

fn announced(metadata: v1::UploadMetadata) -> Result<Announced, Status> {
    let declared: Declared = metadata.declared.unwrap_or_default().into();
    let name = metadata.file_name;
    let mut fields = Fields::default();
    fields.text("metadata.file_name", &name, 255);
    if name.contains(['/', '\\']) || name.chars().any(char::is_control) || name.starts_with("..") {
        fields.refuse("metadata.file_name", "must be a plain file name");
    }
    if let Some(unit) = &declared.unit {
        fields.text("metadata.declared.unit", unit, UNIT_BYTES);
    }
    if declared.year.is_some_and(|year| !(1..=9999).contains(&year)) {
        fields.refuse("metadata.declared.year", "must be a year");
    }
    fields.check()?;
    Ok(Announced { file_name: name, declared, wait: metadata.wait_for_verdict })
}

/// What is handed to the thread that spools.
enum Handed {
    Chunk(Vec<u8>),
    Whole,
}

/// The chunks as a blocking reader; ends well only after `Whole`.
struct Chunks {
    from: mpsc::Receiver<Handed>,
    rest: io::Cursor<Vec<u8>>,
    whole: bool,
}

impl Read for Chunks {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.rest.read(into)?;
            if n > 0 || self.whole || into.is_empty() {
                return Ok(n);
            }
            match self.from.blocking_recv() {
                Some(Handed::Chunk(chunk)) => self.rest = io::Cursor::new(chunk),
                Some(Handed::Whole) => self.whole = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }
}

/// Streams an original out. Its last piece is handed over only when all of it has the hash of what
/// was handed in; otherwise the stream ends with DATA_LOSS.
pub(super) async fn download(
    shared: Arc<Shared>,
    submission: Submission,
) -> Result<ReceiverStream<Result<v1::DownloadOriginalResponse, Status>>, Status> {
    let path = shared.api.store.original_path(&submission.sha256);
    let mut original = blocking(move || Outgoing::open(&path, submission)).await??;
    let (to, from) = mpsc::channel(1);
    tokio::spawn(async move {
        while !original.ended() {
            let Ok(place) = to.reserve().await else { return };
            let next = blocking(move || {
                let piece = original.piece();
                (original, piece)
            });
            match next.await {
                Ok((rest, Ok(chunk))) => {
                    original = rest;
                    place.send(Ok(v1::DownloadOriginalResponse { chunk }));
                }
                Ok((_, Err(status))) | Err(status) => return place.send(Err(status)),
            }
        }
    });
    Ok(ReceiverStream::new(from))
}

/// An original going out, hashed on its way.
struct Outgoing {
    file: fs_err::File,
    /// Bytes still to come.
    left: u64,
    hash: Sha256,
    sha256: String,
}

impl Outgoing {
    fn open(path: &Path, submission: Submission) -> Result<Outgoing, Status> {
        let Submission { sha256, size, id, .. } = submission;
        match fs_err::File::open(path) {
            Ok(file) => Ok(Outgoing { file, left: size, hash: Sha256::new(), sha256 }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                tracing::error!(submission = id, %error, "an original is missing");
                Err(errors::original_damaged(&sha256))
            }
            Err(error) => Err(errors::store_failed(&error)),
        }
    }

    fn ended(&self) -> bool {
        self.left == 0
    }

    fn piece(&mut self) -> Result<Vec<u8>, Status> {
        let most = self.left.min(PIECE as u64);
        let mut piece = Vec::new();
        let read = self.file.by_ref().take(most).read_to_end(&mut piece);
        read.map_err(|error| errors::store_failed(&error))?;
        self.hash.update(&piece);
        self.left -= piece.len() as u64;
        let whole = || hex(&self.hash.clone().finalize()) == self.sha256;
        if piece.len() as u64 != most || (self.ended() && !whole()) {
            tracing::error!(path = %self.file.path().display(), "an original is damaged on disk");
            return Err(errors::original_damaged(&self.sha256));
        }
        Ok(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(handed: Vec<Handed>) -> io::Result<Vec<u8>> {
        let (to, from) = mpsc::channel(handed.len().max(1));
        for one in handed {
            assert!(to.try_send(one).is_ok(), "room for all of them");
        }
        drop(to);
        let mut chunks = Chunks { from, rest: io::Cursor::new(Vec::new()), whole: false };
        let mut bytes = Vec::new();
        chunks.read_to_end(&mut bytes).map(|_| bytes)
    }

    #[test]
    fn a_file_that_was_sent_whole_is_read_whole() {
        let chunks = [&b"ab"[..], b"", b"c"].map(|c| Handed::Chunk(c.to_vec()));
        let all = chunks.into_iter().chain([Handed::Whole]).collect();
        assert_eq!(read_all(all).unwrap(), b"abc");
    }

    #[test]
    fn a_sender_that_vanishes_is_not_the_end_of_the_file() {
        let cut = vec![Handed::Chunk(b"ab".to_vec())];
        assert_eq!(read_all(cut).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
