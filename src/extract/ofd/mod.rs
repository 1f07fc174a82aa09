//! OFD, the national fixed layout (GB/T 33190-2016): characters and lines of each page, handed to
//! `paged`.
//!
//! Of several documents in one file the first is read, in the version in force, and the others are
//! named. Templates belong to the pages that use them. Stamps, watermarks and what is not shown are no
//! content; a signature is neither checked nor needed. Elements are matched by local name: writers
//! differ in their namespaces.

mod content;
mod document;
mod leaves;
mod matrix;
mod package;
mod path;
mod resources;
mod tally;
#[cfg(test)]
mod tests;
mod text;

use super::budget::Budget;
use super::refusal::{self, Limit};
use super::{ExtractError, Extractor, Limits, notice, paged};
use crate::document::{Anchor, Document, Notice, NoticeKind};
use crate::model::{Format, UnreadableReason};
use content::{Painter, Scope};
use document::{Head, Outline, Root};
use matrix::Frame;
use package::Package;
use paged::{Page, Pen};
use resources::Resources;
use tally::Tally;

/// A4 in millimetres, where nothing says how large a page is.
const A4: Frame = Frame { left: 0.0, top: 0.0, width: 210.0, height: 297.0 };

/// The part that tells how the others are encrypted (GM/T 0099).
const ENCRYPTIONS: &str = "Encryptions.xml";

/// The reader of OFD.
pub(super) struct Ofd;

impl Extractor for Ofd {
    fn format(&self) -> Format {
        Format::Ofd
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        let mut package = Package::open(bytes, limits)?;
        let encrypted = package.holds(ENCRYPTIONS);
        let read = read(&mut package, limits, encrypted);
        // Parts that make no sense are what encryption leaves.
        read.map_err(|error| match error.reason {
            UnreadableReason::Damaged if encrypted => refusal::encrypted(Format::Ofd),
            _ => error,
        })
    }
}

fn read(
    package: &mut Package<'_>,
    limits: &Limits,
    encrypted: bool,
) -> Result<Document, ExtractError> {
    let root = Root::find(package)?;
    let mut outline = Outline::read(&root);
    if outline.pages.is_empty() {
        return Err(document::damaged("文档中没有页面", "the document has no pages"));
    }
    if outline.pages.len() > limits.pages as usize {
        return Err(refusal::over(Format::Ofd, Limit::Pages, limits.pages.into()));
    }
    let pages = pages(package, &mut outline, limits)?;
    paged::refuse_unread(Format::Ofd, &pages, encrypted)?;
    let mut document = paged::read(&pages, Budget::new(Format::Ofd, limits))?;
    document.notices.extend(others(&root));
    for name in outline.attachments(package)? {
        document.notices.push(notice(NoticeKind::EmbeddedObject, Anchor::Unknown, &name));
    }
    Ok(document)
}

/// The documents that are not read.
fn others(root: &Root) -> Option<Notice> {
    let count = root.others.len() as u32;
    let quote = root.others.join("、");
    let told = || Notice { count, ..notice(NoticeKind::DocumentsUnread, Anchor::Unknown, &quote) };
    (count > 0).then(told)
}

fn pages(
    package: &mut Package<'_>,
    outline: &mut Outline,
    limits: &Limits,
) -> Result<Vec<Page>, ExtractError> {
    let mut resources = outline.resources(package)?;
    let typed_on = outline.typed_on(package)?;
    let mut tally = Tally::new(limits);
    let mut pages = Vec::with_capacity(outline.pages.len());
    for (index, (location, id)) in std::mem::take(&mut outline.pages).iter().enumerate() {
        let number = index as u32 + 1;
        let mut page = page(package, outline, &mut resources, &mut tally, location)?;
        page.number = number;
        page.broken |= typed_on.contains(id);
        pages.push(page);
    }
    // What follows a break in the root part is lost.
    if let Some(last) = pages.last_mut() {
        last.broken |= !outline.sound;
    }
    Ok(pages)
}

/// Draws one page: templates below, its own content, templates above. What cannot be read leaves a page
/// that says so.
fn page(
    package: &mut Package<'_>,
    outline: &mut Outline,
    resources: &mut Resources,
    tally: &mut Tally<'_>,
    location: &str,
) -> Result<Page, ExtractError> {
    let part = package.part(&outline.name, location)?;
    let part_read = part.is_some();
    let part = part.unwrap_or_default();
    tally.bytes(part.text.len())?;
    let head = Head::read(&part.text);
    for location in &head.resources {
        if let Some(part) = package.part(&part.name, location)? {
            tally.bytes(part.text.len())?;
            resources.add(part);
        }
    }
    let sized = |frame: &Frame| frame.width > 0.0 && frame.height > 0.0;
    let frame = head.frame.filter(sized).or(outline.frame.filter(sized)).unwrap_or(A4);
    let (width, height) = matrix::page_size(&frame);
    let mut pen = Pen::new(Page { width, height, broken: !part_read, ..Page::default() });
    for over in [false, true] {
        if over {
            let mut painter = Painter { resources, tally };
            pen.page.broken |= !painter.paint(&mut pen, &part.text, Scope::PAGE)?;
        }
        for used in &head.templates {
            match outline.template(package, used)? {
                Some((template, above)) if above == over => {
                    let mut painter = Painter { resources, tally };
                    pen.page.broken |= !painter.paint(&mut pen, &template.text, Scope::PAGE)?;
                }
                Some(_) => {}
                None => pen.page.broken = true,
            }
        }
    }
    Ok(pen.finish())
}
