//! Characters given by the font of a symbol and a code in it.

/// Ticks and boxes of Wingdings, else the code itself.
pub(super) fn of(font: &str, code: u32) -> Option<char> {
    match (font.starts_with("Wingdings"), code & 0xFF) {
        (true, 0xFE | 0x52) => Some('☑'),
        (true, 0xFC | 0x50) => Some('✓'),
        (true, 0xFD | 0x54 | 0x53) => Some('☒'),
        (true, 0xA8 | 0x6F | 0x71 | 0xA3 | 0x72) => Some('□'),
        _ => char::from_u32(code),
    }
}
