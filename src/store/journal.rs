//! The journal: append-only segment files, the truth that everything else can be made from again.
//!
//! A segment is named after its first record and begins with a header; then come frames, one per
//! group of records that was written and fsynced together. A frame is the unit that can be torn:
//! the next one is written only after it is on disk, so a bad frame with a good one behind it is
//! damage, never a crash, and is refused. Numbers are little-endian.
//!
//! ```text
//! segment  "nianbao\x01"  epoch u64  first record u64  crc u32  0 u32
//! frame    "NBfr"  length u32  first record u64  count u32  payload crc u32  header crc u32
//! payload  count × ( length u32  crc u32  record )
//! ```

use super::StoreError;
use fs_err as fs;
use fs_err::os::unix::fs::OpenOptionsExt;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const SEGMENT_MAGIC: &[u8; 8] = b"nianbao\x01";
const SEGMENT_HEADER: usize = 32;
const FRAME_MARK: &[u8; 4] = b"NBfr";
const FRAME_HEADER: usize = 28;
const RECORD_HEADER: usize = 8;
/// A segment that has grown beyond this is followed by a new one.
const SEGMENT_BYTES: u64 = 32 << 20;
/// Largest record; a verdict is some tens of KiB.
pub(super) const MAX_RECORD: usize = 16 << 20;

/// Where a record lies: segment, offset of its header, length of its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spot {
    pub segment: u64,
    pub offset: u64,
    pub length: u32,
}

/// The journal opened for appending.
pub(super) struct Journal {
    dir: PathBuf,
    epoch: u64,
    segments: Vec<Segment>,
    file: fs::File,
    /// Number of the last record on disk; 0 when there is none.
    last: u64,
}

#[derive(Clone, Debug)]
struct Segment {
    first: u64,
    /// Number of its last record; `first - 1` while it has none.
    last: u64,
    len: u64,
}

/// What a look through the journal found, before anything is changed.
pub(super) struct Survey {
    dir: PathBuf,
    segments: Vec<Segment>,
    pub epoch: u64,
    /// Number of the last whole record.
    pub last: u64,
    /// Bytes of a torn last frame.
    pub torn: u64,
}

pub(super) fn segment_path(dir: &Path, first: u64) -> PathBuf {
    dir.join(format!("{first:020}.log"))
}

/// Reads every frame of the journal and checks it. `None` where there is no journal yet.
pub(super) fn survey(dir: &Path) -> Result<Option<Survey>, StoreError> {
    fs::create_dir_all(dir)?;
    let mut firsts = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if name.ends_with(".tmp") {
            fs::remove_file(&path)?;
        } else if let Some(first) = name.strip_suffix(".log").and_then(|n| n.parse::<u64>().ok()) {
            firsts.push(first);
        }
    }
    firsts.sort_unstable();
    if firsts.is_empty() {
        return Ok(None);
    }
    let mut survey =
        Survey { dir: dir.to_owned(), segments: Vec::new(), epoch: 0, last: 0, torn: 0 };
    for (n, first) in firsts.iter().enumerate() {
        survey.segment(*first, n + 1 == firsts.len())?;
    }
    Ok(Some(survey))
}

impl Survey {
    fn segment(&mut self, first: u64, is_last: bool) -> Result<(), StoreError> {
        let path = segment_path(&self.dir, first);
        let bytes = fs::read(&path)?;
        let epoch = segment_epoch(&bytes, first).ok_or_else(|| damaged(&path, 0, self.last))?;
        if first != self.last + 1 || (!self.segments.is_empty() && epoch != self.epoch) {
            return Err(damaged(&path, 0, self.last));
        }
        self.epoch = epoch;
        let mut at = SEGMENT_HEADER;
        while at < bytes.len() {
            match frame(&bytes[at..], self.last + 1) {
                Some(frame) => {
                    self.last += u64::from(frame.count);
                    at += FRAME_HEADER + frame.payload.len();
                }
                None if is_last && !good_frame_follows(&bytes[at + 1..], self.last + 1) => {
                    self.torn = (bytes.len() - at) as u64;
                    break;
                }
                None => return Err(damaged(&path, at, self.last)),
            }
        }
        self.segments.push(Segment { first, last: self.last, len: at as u64 });
        Ok(())
    }

    /// Hands every record after `after` to `each`, with its place.
    pub fn replay(
        &self,
        after: u64,
        mut each: impl FnMut(Spot, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for segment in self.segments.iter().filter(|s| s.last > after) {
            let path = segment_path(&self.dir, segment.first);
            let bytes = fs::read(&path)?;
            let (mut at, mut seq) = (SEGMENT_HEADER, segment.first);
            while at < segment.len as usize {
                let frame = frame(&bytes[at..], seq).ok_or_else(|| damaged(&path, at, seq - 1))?;
                let base = at + FRAME_HEADER;
                for (offset, body) in records(frame.payload) {
                    if seq > after {
                        let offset = (base + offset) as u64;
                        let length = body.len() as u32;
                        each(Spot { segment: segment.first, offset, length }, body)?;
                    }
                    seq += 1;
                }
                at = base + frame.payload.len();
            }
        }
        Ok(())
    }
}

impl Journal {
    /// Starts a journal in an empty directory.
    pub fn create(dir: &Path, epoch: u64) -> Result<Journal, StoreError> {
        let file = new_segment(dir, epoch, 1)?;
        let segments = vec![Segment { first: 1, last: 0, len: SEGMENT_HEADER as u64 }];
        Ok(Journal { dir: dir.to_owned(), epoch, segments, file, last: 0 })
    }

    /// Takes up a surveyed journal; cuts the torn frame off, if there is one.
    pub fn resume(survey: Survey) -> Result<Journal, StoreError> {
        let Survey { dir, segments, epoch, last, torn } = survey;
        let open = segments.last().expect("a survey has a segment");
        let mut file = fs::OpenOptions::new().write(true).open(segment_path(&dir, open.first))?;
        if torn > 0 {
            file.set_len(open.len)?;
            file.sync_all()?;
        }
        file.seek(SeekFrom::Start(open.len))?;
        Ok(Journal { dir, epoch, segments, file, last })
    }

    /// Begins a group at the journal's end; it holds until the next `append`.
    pub fn group(&mut self) -> Result<Group, StoreError> {
        self.roll_if_full()?;
        let open = self.segments.last().expect("a journal has a segment");
        Ok(Group { segment: open.first, base: open.len, payload: Vec::new(), count: 0 })
    }

    /// Writes a group as one frame, on disk when it returns. After an error nothing is known of what
    /// the disk holds: the caller must never append again.
    pub fn append(&mut self, group: Group) -> Result<(), StoreError> {
        let mut bytes = frame_header(&group.payload, self.last + 1, group.count);
        bytes.extend_from_slice(&group.payload);
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.last += u64::from(group.count);
        let open = self.segments.last_mut().expect("a journal has a segment");
        open.last = self.last;
        open.len += bytes.len() as u64;
        Ok(())
    }

    fn roll_if_full(&mut self) -> Result<(), StoreError> {
        if self.segments.last().is_some_and(|s| s.len < SEGMENT_BYTES) {
            return Ok(());
        }
        let first = self.last + 1;
        self.file = new_segment(&self.dir, self.epoch, first)?;
        self.segments.push(Segment { first, last: self.last, len: SEGMENT_HEADER as u64 });
        Ok(())
    }
}

/// Records that will become one frame; each is told beforehand where it will lie.
pub(super) struct Group {
    segment: u64,
    base: u64,
    payload: Vec<u8>,
    count: u32,
}

impl Group {
    pub fn push(&mut self, body: &[u8]) -> Spot {
        let offset = self.base + (FRAME_HEADER + self.payload.len()) as u64;
        self.payload.extend((body.len() as u32).to_le_bytes());
        self.payload.extend(crc32fast::hash(body).to_le_bytes());
        self.payload.extend_from_slice(body);
        self.count += 1;
        Spot { segment: self.segment, offset, length: body.len() as u32 }
    }

    pub fn bytes(&self) -> usize {
        self.payload.len()
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// One record, checked against its sum.
pub(super) fn read(dir: &Path, spot: Spot) -> Result<Vec<u8>, StoreError> {
    let path = segment_path(dir, spot.segment);
    let mut file = fs::File::open(&path)?;
    file.seek(SeekFrom::Start(spot.offset))?;
    if spot.length as usize > MAX_RECORD {
        return Err(damaged(&path, spot.offset as usize, 0));
    }
    let mut bytes = vec![0; RECORD_HEADER + spot.length as usize];
    file.read_exact(&mut bytes)?;
    match records(&bytes).next() {
        Some((_, body)) if crc32fast::hash(body) == le32(&bytes[4..]) => Ok(body.to_vec()),
        _ => Err(StoreError::Fatal(format!(
            "{}: the record at byte {} is damaged; stop nianbao and restore this file from a backup",
            path.display(),
            spot.offset
        ))),
    }
}

/// A new segment appears under its name only with its header on disk.
fn new_segment(dir: &Path, epoch: u64, first: u64) -> Result<fs::File, StoreError> {
    let path = segment_path(dir, first);
    let temporary = path.with_extension("tmp");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o640)
        .open(&temporary)?;
    file.write_all(&segment_header(epoch, first))?;
    file.sync_all()?;
    fs::rename(&temporary, &path)?;
    super::sync_dir(dir)?;
    Ok(file)
}

fn segment_header(epoch: u64, first: u64) -> Vec<u8> {
    let mut bytes = SEGMENT_MAGIC.to_vec();
    bytes.extend(epoch.to_le_bytes());
    bytes.extend(first.to_le_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes.extend([0; 4]);
    bytes
}

fn segment_epoch(bytes: &[u8], first: u64) -> Option<u64> {
    let head = bytes.get(..SEGMENT_HEADER)?;
    let epoch = u64::from_le_bytes(head[8..16].try_into().ok()?);
    (head == segment_header(epoch, first)).then_some(epoch)
}

struct Frame<'a> {
    count: u32,
    payload: &'a [u8],
}

fn frame_header(payload: &[u8], first: u64, count: u32) -> Vec<u8> {
    let mut bytes = FRAME_MARK.to_vec();
    bytes.extend((payload.len() as u32).to_le_bytes());
    bytes.extend(first.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend(crc32fast::hash(payload).to_le_bytes());
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

/// The whole, undamaged frame at the start of `bytes`, if its first record is `expected`.
fn frame(bytes: &[u8], expected: u64) -> Option<Frame<'_>> {
    let (first, frame) = any_frame(bytes)?;
    (first == expected).then_some(frame)
}

fn any_frame(bytes: &[u8]) -> Option<(u64, Frame<'_>)> {
    let head = bytes.get(..FRAME_HEADER)?;
    if &head[..4] != FRAME_MARK || crc32fast::hash(&head[..24]) != le32(&head[24..]) {
        return None;
    }
    let payload = bytes[FRAME_HEADER..].get(..le32(&head[4..]) as usize)?;
    let first = u64::from_le_bytes(head[8..16].try_into().ok()?);
    let count = le32(&head[16..]);
    let whole = crc32fast::hash(payload) == le32(&head[20..])
        && records(payload).count() == count as usize
        && count > 0;
    whole.then_some((first, Frame { count, payload }))
}

/// Whether a whole frame with later records lies anywhere in `bytes`: then what is before it was
/// once on disk and is damaged, not torn.
fn good_frame_follows(bytes: &[u8], from: u64) -> bool {
    bytes
        .windows(FRAME_MARK.len())
        .enumerate()
        .filter(|(_, window)| window == FRAME_MARK)
        .any(|(at, _)| any_frame(&bytes[at..]).is_some_and(|(first, _)| first > from))
}

/// The records of a payload with the offsets of their headers; ends at the first that does not fit.
fn records(payload: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let head = payload.get(at..at + RECORD_HEADER)?;
        let body = payload[at + RECORD_HEADER..].get(..le32(head) as usize)?;
        let offset = at;
        at += RECORD_HEADER + body.len();
        Some((offset, body))
    })
}

fn le32(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(bytes[..4].try_into().expect("four bytes"))
}

fn damaged(path: &Path, at: usize, last: u64) -> StoreError {
    StoreError::Fatal(format!(
        "{}: damaged at byte {at}, after record {last}. Nothing was changed. Restore this file from a \
         backup (segments never change once the next one exists), check the disk, and start again. \
         Without a backup everything after record {last} is lost: to go on without it, move this and \
         every later file of the directory away and delete the index directory",
        path.display()
    ))
}
