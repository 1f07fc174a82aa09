//! The receipt (回执): what a clerk gets back for a file, as a page to be printed and as text to be
//! pasted into a chat.
//!
//! Invariants: a pure function of what is on record, so the same state gives the same bytes; the page
//! stands alone (no script, no link, nothing fetched); nothing out of a stranger's file is markup; its
//! length is bounded whatever was found.

mod html;
mod plain;
mod slip;
#[cfg(test)]
mod tests;
mod told;
mod unpacked;

use crate::model::{Dossier, Lang, ReceiptForm};

/// What a site puts on its receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letterhead {
    /// Who issues them, where the site says so.
    pub issuer: Option<String>,
    pub lang: Lang,
    /// The site's UTC offset, for the time of receipt.
    pub utc_offset_minutes: i32,
}

/// The receipt on a file: lines end in `\n`; a page is UTF-8 and says so.
pub fn receipt(dossier: &Dossier, head: &Letterhead, form: ReceiptForm) -> String {
    let slip = slip::Slip::of(dossier, head);
    match form {
        ReceiptForm::Html => html::page(&slip, head.lang),
        ReceiptForm::Text => plain::text(&slip, head.lang),
    }
}

/// The bytes of a receipt as a file of its own. Text begins with a byte order mark and has the line
/// ends of Windows: the editors of old office machines take it for another encoding otherwise.
pub fn receipt_file(dossier: &Dossier, head: &Letterhead, form: ReceiptForm) -> Vec<u8> {
    let text = receipt(dossier, head, form);
    match form {
        ReceiptForm::Html => text.into_bytes(),
        ReceiptForm::Text => format!("\u{feff}{}", text.replace('\n', "\r\n")).into_bytes(),
    }
}
