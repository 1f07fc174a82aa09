//! The characters that glyphs stand for.

use pdfplumber_parse::pdfplumber_core::UnicodeNorm;

/// The character a glyph shows. Fonts share one glyph between a radical and the character that looks
/// the same, and some programs name the radical.
pub(super) fn plain(c: char) -> char {
    const RADICALS: [(char, char); 30] = [
        ('⺁', '厂'),
        ('⺟', '母'),
        ('⺠', '民'),
        ('⻁', '虎'),
        ('⻄', '西'),
        ('⻅', '见'),
        ('⻆', '角'),
        ('⻉', '贝'),
        ('⻋', '车'),
        ('⻓', '长'),
        ('⻔', '门'),
        ('⻘', '青'),
        ('⻙', '韦'),
        ('⻚', '页'),
        ('⻛', '风'),
        ('⻜', '飞'),
        ('⻝', '食'),
        ('⻢', '马'),
        ('⻣', '骨'),
        ('⻤', '鬼'),
        ('⻥', '鱼'),
        ('⻦', '鸟'),
        ('⻨', '麦'),
        ('⻩', '黄'),
        ('⻬', '齐'),
        ('⻮', '齿'),
        ('⻰', '龙'),
        ('⻳', '龟'),
        ('⺒', '巳'),
        ('⺝', '月'),
    ];
    match c {
        '\0' => char::REPLACEMENT_CHARACTER,
        '\u{2F00}'..='\u{2FD5}' | '\u{F900}'..='\u{FAFF}' => {
            let norm = UnicodeNorm::Nfkc.normalize(c.encode_utf8(&mut [0; 4]));
            norm.chars().next().unwrap_or(c)
        }
        '\u{2E80}'..='\u{2EF3}' => RADICALS.iter().find(|r| r.0 == c).map_or(c, |r| r.1),
        c => c,
    }
}
