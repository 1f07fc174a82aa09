//! Years broken by blanks, as a converter leaves them when a number lies in several runs: 20 24年.

use super::super::report::{Remark, RemarkKind};
use super::sections::passage;
use crate::document::Document;

/// Characters a broken year may take up: four digits with a little between them.
const LONGEST: usize = 12;

/// The first paragraph with a broken year. Readers of years pass over blanks, so that nothing was
/// lost; it is said so that a person can compare.
pub(super) fn split_year(document: &Document) -> Option<Remark> {
    document.blocks.iter().enumerate().find_map(|(at, block)| {
        let text = block.text()?;
        broken(&text.clean).then(|| {
            let passage = passage(text, at);
            Remark {
                kind: RemarkKind::SplitNumber,
                table: None,
                part: None,
                anchor: passage.anchor,
                quote: passage.raw,
            }
        })
    })
}

fn broken(text: &str) -> bool {
    text.match_indices('年').any(|(end, _)| {
        let near = text[..end].chars().rev().take(LONGEST);
        let near = near.take_while(|c| c.is_ascii_digit() || c.is_whitespace());
        let run: String = near.collect();
        let run: String = run.trim().chars().rev().collect();
        let digits: String = run.chars().filter(|c| !c.is_whitespace()).collect();
        digits.len() == 4 && run.len() > 4 && (digits.starts_with("19") || digits.starts_with("20"))
    })
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn only_blanks_between_the_digits_break_a_year() {
        for text in ["20 24年", "二、2 0 2 4 年度", "自20\n24年"] {
            assert!(broken(text), "{text}");
        }
        for text in ["2024 年", "第3 2024年", "50 年", "1 2024年", "年", "1 234年"] {
            assert!(!broken(text), "{text}");
        }
    }
}
