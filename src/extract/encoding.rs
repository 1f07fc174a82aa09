//! Bytes → text: byte order marks, declared charsets, and a guess that favours Chinese.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// Decoded text and whether characters were lost or a declaration was wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    /// True when bytes had to be replaced or the declared encoding did not hold.
    pub repaired: bool,
    /// The encoding that was used.
    pub encoding: &'static str,
}

/// Decodes text nothing is declared about: byte order mark, UTF-16 by its zero bytes, strict UTF-8,
/// UTF-8 with a few broken bytes, UTF-16 by its characters, and last a guess.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[mark..]);
    }
    // GB18030 has a mark of its own, which the encoding standard does not list.
    if let Some(rest) = bytes.strip_prefix(b"\x84\x31\x95\x33") {
        return with(GB18030, rest);
    }
    if bytes.contains(&0)
        && let Some(encoding) = utf16_without_mark(bytes)
    {
        return with(encoding, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), repaired: false, encoding: UTF_8.name() };
    }
    if mostly_utf8(bytes) {
        return with(UTF_8, bytes);
    }
    match utf16_without_mark(bytes) {
        Some(encoding) => with(encoding, bytes),
        None => with(guess(bytes), bytes),
    }
}

/// Decodes text that declares `label`. The declaration is believed only while it decodes cleanly;
/// gb2312 and gbk mean GB18030, as everywhere on the Chinese web.
pub(super) fn decode_declared(bytes: &[u8], label: &str) -> Decoded {
    let declared = Encoding::for_label(label.trim().as_bytes()).map(chinese_superset);
    match declared {
        // A page that can state its charset in ASCII is not in UTF-16, whatever it says.
        Some(encoding) if encoding != UTF_16LE && encoding != UTF_16BE => {
            let believed = with(encoding, bytes);
            if !believed.repaired {
                return believed;
            }
            let undeclared = decode(bytes);
            let better = losses(&undeclared.text) < losses(&believed.text);
            let chosen = if better { undeclared } else { believed };
            Decoded { repaired: true, ..chosen }
        }
        _ => decode(bytes),
    }
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, repaired) = encoding.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), repaired, encoding: encoding.name() }
}

fn losses(text: &str) -> usize {
    text.chars().filter(|&c| c == char::REPLACEMENT_CHARACTER).count()
}

fn chinese_superset(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// True for UTF-8 damaged in few places (a cut at the end, one bad byte): at least twenty sound
/// multi-byte characters to each broken stretch.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound >= 20 * broken
}

/// UTF-16 without a mark shows itself only by making sense: nine in ten code units must be ASCII
/// text, Chinese characters or Chinese punctuation.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(8192) & !1];
    if sample.len() < 4 {
        return None;
    }
    let share = |read: fn([u8; 2]) -> u16| {
        let sensible = sample.chunks_exact(2).filter(|pair| {
            matches!(read([pair[0], pair[1]]),
                0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0x00A0 | 0x2010..=0x2026
                | 0x3000..=0x301F | 0x4E00..=0x9FA5 | 0xFF00..=0xFF5E)
        });
        sensible.count() as f64 / (sample.len() / 2) as f64
    };
    let (little, big) = (share(u16::from_le_bytes), share(u16::from_be_bytes));
    if little.max(big) < 0.9 {
        None
    } else if little >= big {
        Some(UTF_16LE)
    } else {
        Some(UTF_16BE)
    }
}

/// The most frequent Chinese characters of official prose in both scripts: decoded rightly, a text
/// has many of them; in the wrong one of GBK and Big5 it has hardly any.
const FREQUENT: &str = "的政府信息公开開工作一情况況不有国國务務和申请請报報告年理行机機关關条條";

/// GBK unless the bytes make better sense as Big5 or are clearly something else.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = chinese_superset(detector.guess(Some(b"cn"), Utf8Detection::Allow));
    if guessed != GB18030 && guessed != BIG5 {
        return guessed;
    }
    let sample = &bytes[..bytes.len().min(16 * 1024)];
    let sense = |encoding: &'static Encoding| {
        let text = with(encoding, sample).text;
        let frequent = text.chars().filter(|c| FREQUENT.contains(*c)).count();
        frequent as i64 * 4 - losses(&text) as i64
    };
    if sense(BIG5) > sense(GB18030) { BIG5 } else { GB18030 }
}

/// The encoding of a Windows code page.
pub(super) fn of_code_page(page: i32) -> Option<&'static Encoding> {
    match page {
        936 | 54936 => Some(GB18030),
        950 => Some(BIG5),
        932 => Some(SHIFT_JIS),
        949 => Some(EUC_KR),
        65001 => Some(UTF_8),
        page => Encoding::for_label(format!("windows-{page}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "二〇二五年政府信息公开工作年度报告\n一、总体情况：主动公开1204条，镕喆堃。\n";

    fn utf16(text: &str, little: bool) -> Vec<u8> {
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_a_clerk_may_save_in_gives_the_same_text() {
        let gb = GB18030.encode(TEXT).0.into_owned();
        let marked = [b"\xEF\xBB\xBF".as_slice(), TEXT.as_bytes()].concat();
        let marked_le = [vec![0xFF, 0xFE], utf16(TEXT, true)].concat();
        let marked_gb = [b"\x84\x31\x95\x33".to_vec(), gb.clone()].concat();
        let all = [
            TEXT.as_bytes().to_vec(),
            marked,
            gb,
            marked_gb,
            marked_le,
            utf16(TEXT, true),
            utf16(TEXT, false),
        ];
        for bytes in all {
            let decoded = decode(&bytes);
            assert_eq!((decoded.text.as_str(), decoded.repaired), (TEXT, false));
        }
    }

    #[test]
    fn a_short_line_in_gbk_is_not_taken_for_cyrillic() {
        let bytes = GB18030.encode("北京市政府").0;
        assert_eq!(decode(&bytes).text, "北京市政府");
    }

    #[test]
    fn characters_outside_the_basic_plane_survive_gb18030() {
        let bytes = GB18030.encode("生僻字：𠮷").0;
        assert_eq!(decode(&bytes).text, "生僻字：𠮷");
    }

    #[test]
    fn traditional_text_in_big5_is_not_read_as_gbk() {
        let text = "政府信息公開工作年度報告，一、總體情況，二、主動公開政府信息情況";
        assert_eq!(decode(&BIG5.encode(text).0).text, text);
    }

    #[test]
    fn utf8_cut_in_the_middle_of_a_character_stays_utf8_and_says_so() {
        let bytes = &TEXT.as_bytes()[..TEXT.len() - 2];
        let decoded = decode(bytes);
        assert!(decoded.text.starts_with("二〇二五年政府信息公开"));
        assert!(decoded.repaired);
    }

    #[test]
    fn a_wrong_declaration_does_not_win_over_the_bytes() {
        let decoded = decode_declared(TEXT.as_bytes(), "gb2312");
        assert_eq!(decoded.text, TEXT);
        assert!(decoded.repaired);
        assert!(!decode_declared(&GB18030.encode(TEXT).0, "gb2312").repaired);
    }
}
