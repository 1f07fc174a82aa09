//! The zip container of an Office document: parts and the relations between them.

use super::archive::Archive;
use super::{ExtractError, Limits, refusal, xml};
use crate::model::Format;
use std::collections::BTreeMap;

/// An open package.
pub(super) struct Package<'a> {
    archive: Archive<'a>,
    format: Format,
}

/// What the relations of a part point to: kind (the last segments of its URI) and part, by id.
#[derive(Debug, Default)]
pub(super) struct Relations {
    by_id: BTreeMap<String, (String, String)>,
}

impl Relations {
    /// The first part of a kind, e.g. `/styles`.
    pub fn of_kind(&self, kind: &str) -> Option<&str> {
        self.by_id.values().find(|(k, _)| k.ends_with(kind)).map(|(_, part)| part.as_str())
    }

    /// Every part of a kind.
    pub fn all_of_kind(&self, kind: &'static str) -> impl Iterator<Item = &str> {
        let parts = self.by_id.values().filter(move |(k, _)| k.ends_with(kind));
        parts.map(|(_, part)| part.as_str())
    }

    /// Whether the relation of this id is of a kind.
    pub fn is_of_kind(&self, id: &str, kind: &str) -> bool {
        self.by_id.get(id).is_some_and(|(k, _)| k.ends_with(kind))
    }

    pub fn target(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|(_, part)| part.as_str())
    }
}

impl<'a> Package<'a> {
    pub fn open(format: Format, bytes: &'a [u8], limits: &'a Limits) -> Result<Self, ExtractError> {
        Ok(Package { archive: Archive::open(format, bytes, limits)?, format })
    }

    /// Name of the part the package declares as its document, else of the `usual` one.
    pub fn main_part(&mut self, usual: &str) -> Result<String, ExtractError> {
        let relations = self.relations("_rels/.rels", "")?;
        let declared = relations.of_kind("/officeDocument").map(str::to_owned);
        let main = declared.unwrap_or_else(|| usual.to_owned());
        if self.archive.holds(&main) {
            return Ok(main);
        }
        Err(refusal::damaged(
            self.format,
            &format!("找不到正文（{usual}）"),
            &format!("there is no main part ({usual})"),
        ))
    }

    pub fn relations_of(&mut self, part: &str) -> Result<Relations, ExtractError> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let rels = if folder.is_empty() {
            format!("_rels/{name}.rels")
        } else {
            format!("{folder}/_rels/{name}.rels")
        };
        self.relations(&rels, folder)
    }

    fn relations(&mut self, rels: &str, folder: &str) -> Result<Relations, ExtractError> {
        let text = self.text_or_nothing(rels)?;
        let mut by_id = BTreeMap::new();
        xml::each_start(&text, |name, element| {
            if name != "Relationship" {
                return;
            }
            let value = |key| xml::attribute(element, key).unwrap_or_default();
            if value("TargetMode") != "External" {
                by_id.insert(value("Id"), (value("Type"), resolve(folder, &value("Target"))));
            }
        });
        Ok(Relations { by_id })
    }

    /// The text of a part that must be there.
    pub fn text(&mut self, part: &str) -> Result<String, ExtractError> {
        self.archive.text(part)
    }

    /// The text of a part that may be absent or unreadable; limits hold all the same.
    pub fn text_or_nothing(&mut self, part: &str) -> Result<String, ExtractError> {
        self.archive.text_or_nothing(part)
    }

    /// The bytes of a part that may be absent or unreadable; limits hold all the same.
    pub fn bytes_or_nothing(&mut self, part: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        self.archive.bytes_or_nothing(part)
    }

    /// The part that holds macros, if any.
    pub fn macros(&self) -> Option<String> {
        let mut names = self.archive.names();
        names.find(|name| name.ends_with("vbaProject.bin")).map(|name| name.into_owned())
    }
}

/// A relation's target as a part name: absolute from the root, else from the folder of its source.
fn resolve(folder: &str, target: &str) -> String {
    let path = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{folder}/{target}"),
    };
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    segments.join("/")
}
