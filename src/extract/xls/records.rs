//! The records of a workbook stream ([MS-XLS] 2.1.4): number, length, content.

use crate::extract::bytes::{part, u16_at};

/// Numbers of the records that are read ([MS-XLS] 2.3).
pub(super) mod id {
    pub const FORMULA: u16 = 0x0006;
    pub const EOF: u16 = 0x000A;
    pub const DATE_MODE: u16 = 0x0022;
    pub const FILE_PASS: u16 = 0x002F;
    pub const CONTINUE: u16 = 0x003C;
    pub const CODE_PAGE: u16 = 0x0042;
    pub const COLUMN_INFO: u16 = 0x007D;
    pub const BOUND_SHEET: u16 = 0x0085;
    pub const MUL_RK: u16 = 0x00BD;
    pub const MUL_BLANK: u16 = 0x00BE;
    pub const RICH_STRING: u16 = 0x00D6;
    pub const XF: u16 = 0x00E0;
    pub const MERGED_CELLS: u16 = 0x00E5;
    pub const DRAWING_GROUP: u16 = 0x00EB;
    pub const SHARED_STRINGS: u16 = 0x00FC;
    pub const LABEL_SHARED: u16 = 0x00FD;
    pub const TEXT_OBJECT: u16 = 0x01B6;
    pub const BLANK: u16 = 0x0201;
    pub const NUMBER: u16 = 0x0203;
    pub const LABEL: u16 = 0x0204;
    pub const BOOL_OR_ERROR: u16 = 0x0205;
    pub const STRING: u16 = 0x0207;
    pub const ROW: u16 = 0x0208;
    pub const RK: u16 = 0x027E;
    pub const OBJECT: u16 = 0x005D;
    pub const FORMAT: u16 = 0x041E;
    pub const FORMAT_BEFORE_97: u16 = 0x001E;
    pub const BOF: u16 = 0x0809;
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub id: u16,
    pub data: &'a [u8],
}

/// Steps through records from one place of the stream on.
pub(super) struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    pub fn from(stream: &'a [u8], at: usize) -> Self {
        Records { stream, at }
    }

    /// The records that continue the one given last.
    pub fn continued(&mut self) -> Vec<&'a [u8]> {
        let mut all = Vec::new();
        while let Some(record) = self.peek().filter(|record| record.id == id::CONTINUE) {
            self.at += 4 + record.data.len();
            all.push(record.data);
        }
        all
    }

    /// The next record, which stays the next; `None` at the end and where it is cut off.
    pub fn peek(&self) -> Option<Record<'a>> {
        let id = u16_at(self.stream, self.at)?;
        let length = u16_at(self.stream, self.at + 2)?;
        Some(Record { id, data: part(self.stream, self.at + 4, length.into())? })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let record = self.peek()?;
        self.at += 4 + record.data.len();
        Some(record)
    }
}
