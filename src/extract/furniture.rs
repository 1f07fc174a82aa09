//! Lines of the page around the text: who published it and when, type size, clicks, menus.
//!
//! Invariant: a line leaves the body only with a notice, and what it says is kept as a property.

use crate::document::Document;

/// Lifts the lines of page furniture out of the body into `properties`.
pub(super) fn lift(_document: &mut Document) {}
