//! Names of places and of kinds of public bodies, as `config/gazetteer/*.tsv` list them.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A division of the country: province, prefecture or county.
#[derive(Debug)]
pub(super) struct Division {
    /// GB/T 2260: two digits each for province, prefecture and county, 00 above the level.
    code: u32,
    /// 聊城市
    pub name: &'static str,
    /// 聊城; empty where it would be one character.
    pub short: &'static str,
    /// First letters of the name's pinyin: lcs.
    pub letters: &'static str,
}

impl Division {
    pub fn province(&self) -> u32 {
        self.code / 10_000
    }

    fn is_county(&self) -> bool {
        !self.code.is_multiple_of(100)
    }

    fn within(&self, other: &Division) -> bool {
        let level = match other.code {
            code if code.is_multiple_of(10_000) => 10_000,
            code if code.is_multiple_of(100) => 100,
            _ => 1,
        };
        self.code / level == other.code / level
    }

    /// One lies in the other, or they are the same.
    pub fn akin(&self, other: &Division) -> bool {
        self.within(other) || other.within(self)
    }
}

/// A kind of local body.
#[derive(Debug)]
pub(super) struct BodyKind {
    /// 审计局
    pub name: &'static str,
    /// What sites call it: 审计.
    pub stems: Vec<&'static str>,
    /// What mail addresses call it: sjj.
    pub letters: Vec<&'static str>,
}

/// A place named in a text; several divisions may bear the name.
pub(super) struct Mention {
    pub range: Range<usize>,
    pub divisions: Vec<&'static Division>,
    /// Named in full, 宝鸡市, not as 宝鸡.
    pub full: bool,
}

/// Spoken names of prefectures that are words or other places' names besides.
const AMBIGUOUS: [&str; 12] = [
    "朝阳", "安康", "大同", "三明", "文山", "白山", "海南", "海东", "海西", "海北", "通化", "吉林",
];
/// What follows the spoken name of a place in the name of a zone: 兰州新区, 昆山高新区.
const ZONES: [&str; 14] = [
    "新区",
    "经济",
    "高新",
    "开发区",
    "国家",
    "保税",
    "综合",
    "管委会",
    "自贸",
    "合作区",
    "示范区",
    "度假区",
    "航空",
    "临空",
];

struct Gazetteer {
    divisions: Vec<Division>,
    bodies: Vec<BodyKind>,
    /// By their first two characters: names with the index of their division, the longest first.
    names: HashMap<[char; 2], Vec<(&'static str, usize)>>,
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let divisions: Vec<Division> =
        lines(include_str!("../../config/gazetteer/divisions.tsv")).filter_map(division).collect();
    let bodies =
        lines(include_str!("../../config/gazetteer/bodies.tsv")).filter_map(body).collect();
    let mut names: HashMap<[char; 2], Vec<(&'static str, usize)>> = HashMap::new();
    for (at, division) in divisions.iter().enumerate() {
        // 城区 and 郊区 name a kind of place, not one place.
        let full = Some(division.name).filter(|n| n.chars().count() >= 3);
        let usual = !division.is_county() && !AMBIGUOUS.contains(&division.short);
        let short = Some(division.short).filter(|s| usual && !s.is_empty());
        for name in full.into_iter().chain(short) {
            names.entry(first_two(name).expect("two characters")).or_default().push((name, at));
        }
    }
    for found in names.values_mut() {
        found.sort_by_key(|(name, at)| (std::cmp::Reverse(name.len()), *at));
    }
    Gazetteer { divisions, bodies, names }
});

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#') && !line.is_empty())
}

fn division(line: &'static str) -> Option<Division> {
    let mut cells = line.split('\t');
    let code = cells.next()?.parse().ok()?;
    let (name, short, letters) = (cells.next()?, cells.next()?, cells.next()?);
    Some(Division { code, name, short: if short == "-" { "" } else { short }, letters })
}

fn body(line: &'static str) -> Option<BodyKind> {
    let mut cells = line.split('\t');
    let name = cells.next()?;
    let mut words = || Some(cells.next()?.split(' ').collect());
    Some(BodyKind { name, stems: words()?, letters: words()? })
}

fn first_two(text: &str) -> Option<[char; 2]> {
    let mut chars = text.chars();
    Some([chars.next()?, chars.next()?])
}

/// Kinds of bodies, each with its names.
pub(super) fn bodies() -> &'static [BodyKind] {
    &GAZETTEER.bodies
}

/// The places a text names, from left to right, the longest name first: 长沙县 is not 沙县.
pub(super) fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match named_at(&text[at..]) {
            Some((name, divisions)) => {
                let full = divisions.iter().any(|d| d.name == name);
                found.push(Mention { range: at..at + name.len(), divisions, full });
                at += name.len();
            }
            None => at += c.len_utf8(),
        }
    }
    found
}

fn named_at(rest: &str) -> Option<(&'static str, Vec<&'static Division>)> {
    let all = &*GAZETTEER;
    let known = all.names.get(&first_two(rest)?)?;
    let (name, _) = known.iter().find(|(name, _)| rest.starts_with(name))?;
    let divisions = known.iter().filter(|(n, _)| n == name).map(|(_, at)| &all.divisions[*at]);
    Some((*name, divisions.collect()))
}

/// Where a body belongs: the divisions its name may mean, the narrowest it names. Empty when the name
/// begins with none that is known.
pub(super) fn home(unit: &str) -> Vec<&'static Division> {
    let mut home: Vec<&'static Division> = Vec::new();
    for mention in mentions(unit).into_iter().filter(|m| m.full) {
        let inside = |d: &&Division| home.is_empty() || home.iter().any(|h| d.within(h));
        let narrower: Vec<_> = mention.divisions.into_iter().filter(inside).collect();
        if !narrower.is_empty() {
            home = narrower;
        }
    }
    if home.is_empty() {
        let zone = |d: &&Division| {
            let rest = unit.strip_prefix(d.short).filter(|_| !d.short.is_empty());
            rest.is_some_and(|rest| ZONES.iter().any(|zone| rest.starts_with(zone)))
        };
        home = GAZETTEER.divisions.iter().filter(zone).collect();
    }
    home
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        mentions(text).iter().map(|m| m.divisions[0].name).collect()
    }

    #[test]
    fn every_line_of_the_lists_is_read() {
        let count = |file: &'static str| lines(file).count();
        assert_eq!(
            GAZETTEER.divisions.len(),
            count(include_str!("../../config/gazetteer/divisions.tsv"))
        );
        assert_eq!(bodies().len(), count(include_str!("../../config/gazetteer/bodies.tsv")));
        assert!(GAZETTEER.divisions.len() > 3_000);
    }

    #[test]
    fn the_longest_name_is_taken() {
        assert_eq!(names("长沙县和宝鸡审计网站"), ["长沙县", "宝鸡市"]);
        assert_eq!(names("朝阳社区、城区、郊区"), [""; 0]);
    }

    #[test]
    fn a_body_is_at_home_in_the_narrowest_place_it_names() {
        let of = |unit: &str| home(unit).iter().map(|d| d.name).collect::<Vec<_>>();
        assert_eq!(of("淮安市洪泽区人民政府"), ["洪泽区"]);
        assert_eq!(of("山东省聊城市审计局"), ["聊城市"]);
        assert_eq!(of("国家税务总局武定县税务局"), ["武定县"]);
        assert_eq!(of("兰州新区审计局"), ["兰州市"]);
        assert_eq!(of("安康街道办事处"), [""; 0]);
        assert!(of("鼓楼区审计局").len() > 1);
    }

    #[test]
    fn provinces_hold_their_prefectures_and_counties() {
        let one = |unit: &str| home(unit)[0];
        assert!(one("云南省审计厅").akin(one("武定县审计局")));
        assert!(one("武定县审计局").akin(one("楚雄彝族自治州审计局")));
        assert!(!one("武定县审计局").akin(one("宝鸡市审计局")));
        assert!(!one("武定县审计局").akin(one("禄丰市审计局")));
    }
}
