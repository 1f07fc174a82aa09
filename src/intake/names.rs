//! What file names say of the unit.

use crate::config::UnitFrom;
use crate::model::Declared;
use std::path::{Component, Path};

/// What the path below the folder says of unit and year.
pub(super) fn declared(path: &Path, from: &UnitFrom) -> Declared {
    match from {
        UnitFrom::Title => Declared::default(),
        UnitFrom::Fixed(unit) => Declared { unit: Some(unit.clone()), year: None },
        UnitFrom::Folder => {
            let mut declared = Declared::default();
            for component in path.parent().into_iter().flat_map(Path::components) {
                let Component::Normal(name) = component else { continue };
                let Some(name) = name.to_str() else { continue };
                match year(name) {
                    Some(year) => declared.year = declared.year.or(Some(year)),
                    None => declared.unit = declared.unit.or_else(|| Some(name.to_string())),
                }
            }
            declared
        }
    }
}

/// `2024`, `2024年`, `2024年度`.
fn year(name: &str) -> Option<i32> {
    let digits = name.trim().trim_end_matches('度').trim_end_matches('年');
    let plain = digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit());
    // The Regulations are in force since 2008.
    digits.parse().ok().filter(|year| plain && (2008..2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_that_is_no_year_names_the_unit() {
        let says = |path: &str| {
            let declared = declared(Path::new(path), &UnitFrom::Folder);
            (declared.unit, declared.year)
        };
        assert_eq!(says("某县教育局/2024年/报告.docx"), (Some("某县教育局".into()), Some(2024)));
        assert_eq!(says("2024年度/某县教育局/旧/a.txt"), (Some("某县教育局".into()), Some(2024)));
        assert_eq!(says("2024/a.txt"), (None, Some(2024)));
        assert_eq!(says("某县教育局2024.txt"), (None, None));
        assert_eq!(says("3024/a.txt"), (Some("3024".into()), None));
    }
}
