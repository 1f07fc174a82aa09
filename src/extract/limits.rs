//! The bounds on what an untrusted file may cost.

use serde::{Deserialize, Serialize};

/// Every bound on reading one file. The worker enforces `memory_bytes` and `cpu_seconds` on itself,
/// its parent `wall_ms`; the rest is checked by the readers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Size of the file.
    pub bytes: u64,
    /// Bytes after decompression, all parts together; of a batch, all that is in it.
    pub inflated_bytes: u64,
    /// Decompressed / compressed of one part; applies from 1 MiB on.
    pub ratio: u32,
    /// Entries of an archive; of a batch, on all levels together.
    pub entries: u32,
    /// Depth of nested elements or tables.
    pub depth: u32,
    /// Cells of all tables together, covered slots included.
    pub cells: u32,
    /// Columns of one table.
    pub columns: u32,
    /// Characters of text, all together.
    pub characters: u32,
    /// Paragraphs and tables.
    pub blocks: u32,
    /// Pages of a paged format, sheets of a workbook.
    pub pages: u32,
    /// Processor seconds of the worker on one file.
    pub cpu_seconds: u32,
    /// Wall-clock milliseconds on one file.
    pub wall_ms: u32,
    /// Address space of the worker.
    pub memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes: 64 << 20,
            inflated_bytes: 256 << 20,
            ratio: 300,
            entries: 5_000,
            depth: 256,
            cells: 200_000,
            columns: 1_024,
            characters: 8_000_000,
            blocks: 200_000,
            pages: 2_000,
            cpu_seconds: 20,
            wall_ms: 30_000,
            memory_bytes: 1 << 30,
        }
    }
}
