//! Names of bodies as they are compared: what does not tell two bodies apart is left out, and a name is
//! taken apart into the places before it and the body.

/// A name as it is compared: no white space, full-width letters and marks as their half-width ones.
pub fn plain_name(name: &str) -> String {
    let half = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '〔' | '【' => '(',
        '〕' | '】' => ')',
        '•' | '・' | '‧' => '·',
        other => other,
    };
    let shown = |c: &char| !c.is_whitespace() && !matches!(c, '\u{200B}'..='\u{200D}' | '\u{FEFF}');
    name.chars().filter(shown).map(half).collect()
}

/// The end of a place's name.
const ENDS: [char; 7] = ['省', '市', '区', '县', '旗', '州', '盟'];
/// Longest name of a place, characters: 黔西南布依族苗族自治州 has eleven.
const LONGEST: usize = 12;
/// Words that end like a place and are none.
const NO_PLACES: [&str; 4] = ["城市", "超市", "集市", "地区"];

/// The places a body's name begins with, 淮安市 and 洪泽区 of 淮安市洪泽区人民政府, the widest first.
pub fn places(name: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = name;
    while let Some(place) = place(rest) {
        found.push(place);
        rest = &rest[place.len()..];
    }
    found
}

/// The place at the beginning of a name: 洪泽区 of 洪泽区人民政府.
fn place(name: &str) -> Option<&str> {
    let mut chars = name.char_indices().peekable();
    let mut count = 0;
    while let Some((at, c)) = chars.next() {
        count += 1;
        if count > LONGEST {
            return None;
        }
        let next = chars.peek().map(|(_, next)| *next);
        // 苏州 of 苏州市 is no place of its own; a name does not end with its place.
        let whole = c != '州' || !next.is_some_and(|next| ENDS.contains(&next));
        if ENDS.contains(&c) && count >= 2 && whole && next.is_some() {
            let place = &name[..at + c.len_utf8()];
            return (!NO_PLACES.contains(&place)).then_some(place);
        }
    }
    None
}

/// Names of so many bodies that without a place they name none.
const NAMELESS: [&str; 10] = [
    "人民政府",
    "人民政府办公室",
    "人民政府办公厅",
    "政府办公室",
    "管理局",
    "管理委员会",
    "管委会",
    "街道办事处",
    "委员会",
    "办公室",
];

/// The name with its first places left out, one after the other: 洪泽区人民政府 of 淮安市洪泽区人民政府,
/// then the body alone where that says something (水利局), also behind the last letter of its place (县水利局).
pub fn shorter(name: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = name;
    while let Some(place) = place(rest) {
        let end = place.chars().next_back().map_or(0, char::len_utf8);
        let level = &rest[place.len() - end..];
        rest = &rest[place.len()..];
        if names_a_body(rest) {
            found.extend([level, rest]);
        }
    }
    found
}

fn names_a_body(name: &str) -> bool {
    name.chars().count() >= 3 && !NAMELESS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_width_tell_no_two_names_apart() {
        assert_eq!(plain_name(" 青禾县　水利局（本级）\u{200B}"), "青禾县水利局(本级)");
        assert_eq!(plain_name("ＡＢ１"), "AB1");
    }

    #[test]
    fn the_places_of_a_name_are_found_from_the_widest() {
        assert_eq!(places("江苏省淮安市洪泽区人民政府"), ["江苏省", "淮安市", "洪泽区"]);
        assert_eq!(places("苏州市水利局"), ["苏州市"]);
        assert_eq!(places("市中区审计局"), ["市中区"]);
        assert_eq!(places("黔西南布依族苗族自治州审计局"), ["黔西南布依族苗族自治州"]);
        assert_eq!(places("青禾县城市管理局"), ["青禾县"]);
        assert_eq!(places("水利局"), [""; 0]);
        assert_eq!(places("青禾县"), [""; 0]);
    }

    #[test]
    fn a_name_is_shortened_only_to_what_still_names_a_body() {
        assert_eq!(shorter("淮安市洪泽区人民政府"), ["市洪泽区人民政府", "洪泽区人民政府"]);
        assert_eq!(shorter("青禾县水利局"), ["县水利局", "水利局"]);
        assert_eq!(shorter("青禾县城市管理局"), ["县城市管理局", "城市管理局"]);
        assert_eq!(shorter("青禾县人民政府"), [""; 0]);
    }
}
