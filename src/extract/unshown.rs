//! Text that a reader does not see, or not as content: struck out, hidden, or the mark of a note beside
//! a number. Read along, it would make 53 of a 3 behind a struck-out 5.

/// Characters that marks of notes are made of.
const MARKS: &str = "*※†‡#＊①②③④⑤⑥⑦⑧⑨⑩[]()（）［］〔〕注";

/// Whether a raised text in a cell is the mark of a note: short, and of digits and signs only.
pub(super) fn is_note_mark(text: &str) -> bool {
    let text = text.trim();
    let mark = |c: char| c.is_ascii_digit() || MARKS.contains(c);
    !text.is_empty() && text.chars().count() <= 4 && text.chars().all(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_or_a_word_is_no_mark_of_a_note() {
        assert!(["1", "①", "[2]", "*", "注1"].into_iter().all(is_note_mark));
        assert!(!["", "m2", "平方", "12345"].into_iter().any(is_note_mark));
    }
}
