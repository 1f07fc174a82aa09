//! The zip container of an OFD file: its parts, and the ways the parts point to each other.

use crate::extract::archive::Archive;
use crate::extract::{ExtractError, Limits, encoding};
use crate::model::{Format, UnreadableReason};
use std::collections::BTreeMap;

/// An open package.
pub(super) struct Package<'a> {
    archive: Archive<'a>,
    /// Where each part stands in the directory, by its name in small letters.
    parts: BTreeMap<String, usize>,
}

/// A part with its name, from which it points to others.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub name: String,
    pub text: String,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, ExtractError> {
        let archive = Archive::open(Format::Ofd, bytes, limits)?;
        let mut parts = BTreeMap::new();
        for (index, name) in archive.directory().enumerate() {
            parts.entry(clean(&name)).or_insert(index);
        }
        Ok(Package { archive, parts })
    }

    /// The part that `location`, written in the part `from`, points to: from the root where it begins
    /// with a slash, else from the folder of `from`; some writers mean the root all the same. `None`
    /// where there is none or it cannot be unpacked; limits hold all the same.
    pub fn part(&mut self, from: &str, location: &str) -> Result<Option<Part>, ExtractError> {
        let location = location.trim();
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let beside = clean(&format!("{folder}/{location}"));
        let root = clean(location);
        let names = if location.starts_with(['/', '\\']) { [root, beside] } else { [beside, root] };
        for name in names {
            let Some(&index) = self.parts.get(&name) else { continue };
            return match self.archive.bytes_at(index, &name) {
                Ok(bytes) => Ok(Some(Part { name, text: encoding::decode(&bytes).text })),
                Err(error) if error.reason == UnreadableReason::Damaged => Ok(None),
                Err(error) => Err(error),
            };
        }
        Ok(None)
    }

    pub fn holds(&self, name: &str) -> bool {
        self.parts.contains_key(&clean(name))
    }
}

/// A name with steps upwards taken, in small letters: writers name one part now this way, now that.
fn clean(name: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in name.split(['/', '\\']) {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    segments.join("/").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn one_part_has_one_name() {
        for name in [
            "/Doc_0/Pages/Content.xml",
            "doc_0\\pages\\content.xml",
            "./Doc_0/x/../pages/Content.XML",
        ] {
            assert_eq!(clean(name), "doc_0/pages/content.xml");
        }
        assert_eq!(clean("../../a"), "a");
    }
}
