//! Labels as they are compared: what differs only in printing is the same label.

/// A label reduced to what carries meaning: full-width forms become ASCII, white space, brackets
/// and punctuation go. `本年增／减`, `本年增/减` and `本年⏎增/减` have one key, `一、` and `一.` too.
pub fn label_key(label: &str) -> String {
    label.chars().map(narrow).filter(|c| HAN.contains(c) || c.is_alphanumeric()).collect()
}

/// All of them letters; asked first, since most of a label is made of them.
const HAN: std::ops::RangeInclusive<char> = '\u{4e00}'..='\u{9fef}';

/// The ASCII form of a full-width character; others as they are.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(c as u32 - 0xfee0).expect("the ASCII block starts 0xfee0 below")
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_does_not_change_a_label() {
        for printed in ["本年增／减", "本年 增/减", "本年\n增/减", "本年\u{a0}增/减"]
        {
            assert_eq!(label_key(printed), label_key("本年增/减"));
        }
        assert_eq!(label_key("1、属于国家秘密"), label_key("１.属于国家秘密"));
        assert_eq!(label_key("三\n、\n本\n年\n度"), label_key("三、本年度"));
        assert_ne!(label_key("结果维持"), label_key("结果维护"));
    }
}
