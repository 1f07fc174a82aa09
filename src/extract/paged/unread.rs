//! What of the pages is not in the document: scans, content that cannot be told, text on its head.

use super::{Area, Page};
use crate::document::{Notice, NoticeKind};
use crate::extract::{ExtractError, notice, refusal};
use crate::model::Format;

/// Pictures smaller than this part of the page are seals, emblems, ornaments.
pub(super) const ORNAMENT: f32 = 0.04;

/// A picture this large is the page itself.
const WHOLE_PAGE: f32 = 0.6;

/// Drawn shapes from which on a page without text is taken for outlined letters.
const OUTLINES: u32 = 40;

/// One in so many visible characters without a code, and the file is not read.
const UNTOLD: usize = 3;

impl Page {
    pub(super) fn whole(&self) -> Area {
        Area::new(0.0, 0.0, self.width, self.height)
    }

    pub(super) fn has_text(&self) -> bool {
        self.glyphs.iter().any(|g| !g.c.is_whitespace())
    }

    /// The part of the page that pictures cover, at most 1; strips of one scan add up.
    fn pictured(&self) -> f32 {
        let whole = self.whole();
        let on_page = |p: &Area| {
            let width = p.right.min(whole.right) - p.left.max(0.0);
            let height = p.bottom.min(whole.bottom) - p.top.max(0.0);
            width.max(0.0) * height.max(0.0)
        };
        let sum: f32 = self.pictures.iter().map(on_page).sum();
        (sum / (self.width * self.height).max(1.0)).min(1.0)
    }

    /// The page is a picture of itself.
    pub(super) fn is_scan(&self) -> bool {
        self.pictured() > WHOLE_PAGE
    }

    /// A page of which nothing or not everything could be read.
    fn is_unread(&self) -> bool {
        self.broken || (!self.has_text() && (self.pictured() > ORNAMENT || self.shapes >= OUTLINES))
    }
}

/// Pages without a text layer, pages whose text lies over a picture of the page (a program has
/// recognised it, and programs misread), and pages with text on its head.
pub(super) fn notices(pages: &[Page]) -> Vec<Notice> {
    let told = |kind, which: &dyn Fn(&Page) -> bool| {
        let of: Vec<&Page> = pages.iter().filter(|page| which(page)).collect();
        let first = of.first()?;
        let numbers: Vec<String> = of.iter().map(|p| p.number.to_string()).collect();
        let anchor = first.whole().anchor(first.number);
        Some(Notice { count: of.len() as u32, ..notice(kind, anchor, &numbers.join("、")) })
    };
    let scanned = |page: &Page| page.has_text() && !page.is_unread() && page.is_scan();
    [
        told(NoticeKind::PagesUnread, &Page::is_unread),
        told(NoticeKind::TextRecognised, &scanned),
        told(NoticeKind::TextTurned, &|page| page.overturned > 0),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Refuses a file whose pages show nothing of which the text could be told.
pub(in crate::extract) fn refuse_unread(
    format: Format,
    pages: &[Page],
    encrypted: bool,
) -> Result<(), ExtractError> {
    let (mut visible, mut untold) = (0usize, 0usize);
    for glyph in pages.iter().flat_map(|page| &page.glyphs).filter(|g| !g.c.is_whitespace()) {
        visible += 1;
        untold += usize::from(glyph.c == char::REPLACEMENT_CHARACTER);
    }
    let pictured = pages.iter().any(|page| !page.pictures.is_empty() || page.shapes > 0);
    if visible == 0 && encrypted && !pictured {
        return Err(refusal::encrypted(format));
    }
    if visible == 0 && pages.iter().any(|page| page.overturned > 0) {
        return Err(refusal::on_its_head(format));
    }
    if visible == 0 && pages.iter().any(|page| page.broken) {
        let (zh, en) = ("页面内容无法解读", "the content of its pages cannot be interpreted");
        return Err(refusal::damaged(format, zh, en));
    }
    if visible == 0 && pictured {
        return Err(refusal::pictures_only(format));
    }
    if untold * UNTOLD > visible {
        return Err(refusal::without_codes(format));
    }
    Ok(())
}
