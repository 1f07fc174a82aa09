//! The roster: the bodies that have to report, and which of them a name means.
//!
//! Invariant: a name is taken for a body only where it can mean no other; what is unknown or means
//! several is said to.

mod change;

use super::Words;
use super::unit_name::{places, plain_name, shorter};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use change::RosterChange;

/// What a body is, as far as its deadlines and its report depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// 县级以上人民政府部门: hands in and publishes by 31 January (条例 art. 49).
    Department,
    /// 县级以上地方人民政府: its report is published by 31 March (条例 art. 49).
    Government,
    /// 乡镇人民政府, 街道办事处: no date in the regulations, the county sets one.
    Township,
    /// Everything else: 开发区管委会, bodies authorised by law …
    Other,
}

impl BodyKind {
    pub const ALL: [BodyKind; 4] =
        [BodyKind::Department, BodyKind::Government, BodyKind::Township, BodyKind::Other];

    /// The stable name used in files.
    pub fn name(self) -> &'static str {
        match self {
            BodyKind::Department => "department",
            BodyKind::Government => "government",
            BodyKind::Township => "township",
            BodyKind::Other => "other",
        }
    }

    /// The word an office uses.
    pub fn words(self) -> Words {
        match self {
            BodyKind::Department => Words::new("部门", "department"),
            BodyKind::Government => Words::new("政府", "government"),
            BodyKind::Township => Words::new("乡镇街道", "township"),
            BodyKind::Other => Words::new("其他", "other"),
        }
    }

    /// The kind that a body's name says for certain: 青禾县人民政府, 青禾县水利局. Bodies of central
    /// administrations, zones and branches are told by nothing in their names.
    pub fn of_name(name: &str) -> Option<BodyKind> {
        let name = plain_name(name);
        if let Some(town) = name.strip_suffix("人民政府") {
            return match town.chars().next_back()? {
                '镇' | '乡' | '苏' | '木' => Some(BodyKind::Township),
                '省' | '市' | '区' | '县' | '旗' | '州' | '盟' => Some(BodyKind::Government),
                _ => None,
            };
        }
        if name.ends_with("街道办事处") {
            return Some(BodyKind::Township);
        }
        let office = &name[places(&name).concat().len()..];
        let plain = office.len() < name.len() && office.matches('局').count() == 1;
        let unlike = [
            "国家",
            "中国",
            "税务",
            "气象",
            "烟草",
            "邮政",
            "海关",
            "海事",
            "分局",
            "开发区",
            "园区",
            "新区",
        ];
        let certain =
            plain && office.ends_with('局') && !unlike.iter().any(|word| name.contains(word));
        certain.then_some(BodyKind::Department)
    }
}

/// One body of the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// The site's own number of it, never used for another.
    pub code: String,
    /// The full name its reports are filed under.
    pub name: String,
    pub aliases: Vec<String>,
    pub kind: BodyKind,
    /// Code of the body that takes this one's figures into its own report.
    pub parent: Option<String>,
    /// Its report carries the figures of the parent itself (本级): usually the government's office.
    pub own: bool,
    /// Where it belongs, in the site's own words.
    pub regions: Vec<String>,
    pub contacts: Vec<String>,
    pub supervisors: Vec<String>,
    /// Name of its folder below a watched one, where that is not one of its names.
    pub folder: Option<String>,
}

/// What is wrong with a unit beside the others; the index counts the units as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The same code as an earlier unit.
    Code {
        unit: usize,
        first: usize,
    },
    /// This name, alias or folder is one of an earlier unit.
    Name {
        unit: usize,
        name: String,
        first: usize,
    },
    UnknownParent {
        unit: usize,
    },
    /// The unit is above itself; told once for each ring.
    Ring {
        unit: usize,
    },
    /// A second unit that carries the figures of the same parent, or one without a parent.
    Own {
        unit: usize,
    },
}

/// Every body, found by any of its names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    units: Vec<Unit>,
    parents: Vec<Option<usize>>,
    children: Vec<Vec<usize>>,
    /// By name, alias and folder, as compared.
    names: FxHashMap<String, usize>,
    /// By what a name is with its first places left out; `None` where that could be several units.
    short: FxHashMap<String, Option<usize>>,
}

/// Which body a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved<'a> {
    One(&'a Unit),
    /// More than one body may be called so.
    Several,
    Unknown,
}

impl<'a> Resolved<'a> {
    pub fn one(self) -> Option<&'a Unit> {
        match self {
            Resolved::One(unit) => Some(unit),
            Resolved::Several | Resolved::Unknown => None,
        }
    }
}

impl Roster {
    /// Puts the units together, or says everything that stands against it.
    pub fn new(units: Vec<Unit>) -> Result<Roster, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut codes: FxHashMap<&str, usize> = FxHashMap::default();
        for (at, unit) in units.iter().enumerate() {
            match codes.get(unit.code.as_str()) {
                Some(&first) => faults.push(Fault::Code { unit: at, first }),
                None => drop(codes.insert(&unit.code, at)),
            }
        }
        let names = names(&units, &mut faults);
        let mut parents = vec![None; units.len()];
        let mut children = vec![Vec::new(); units.len()];
        for (at, unit) in units.iter().enumerate() {
            let Some(code) = &unit.parent else {
                if unit.own {
                    faults.push(Fault::Own { unit: at });
                }
                continue;
            };
            match codes.get(code.as_str()) {
                Some(&parent) => {
                    let another = |child: &usize| units[*child].own;
                    if unit.own && children[parent].iter().any(another) {
                        faults.push(Fault::Own { unit: at });
                    }
                    parents[at] = Some(parent);
                    children[parent].push(at);
                }
                None => faults.push(Fault::UnknownParent { unit: at }),
            }
        }
        faults.extend(rings(&parents).into_iter().map(|unit| Fault::Ring { unit }));
        if !faults.is_empty() {
            return Err(faults);
        }
        let short = short(&units);
        Ok(Roster { units, parents, children, names, short })
    }

    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The body of a name, in one of its forms: as it stands in the roster; with its first places left
    /// out (水利局 of 青禾县水利局), where no other body would be called so; or with the places above it
    /// said besides (淮安市洪泽区人民政府 where the roster has 洪泽区人民政府), unless the roster
    /// has it elsewhere.
    pub fn resolve(&self, name: &str) -> Resolved<'_> {
        let name = plain_name(name);
        if let Some(&at) = self.names.get(&name) {
            return Resolved::One(&self.units[at]);
        }
        match self.short.get(&name) {
            Some(Some(at)) => return Resolved::One(&self.units[*at]),
            Some(None) => return Resolved::Several,
            None => {}
        }
        self.longer(&name).map_or(Resolved::Unknown, |at| Resolved::One(&self.units[at]))
    }

    /// The unit of which this is the name behind further places.
    fn longer(&self, name: &str) -> Option<usize> {
        let mut rest = name;
        let all = places(name);
        for (n, place) in all.iter().enumerate() {
            rest = &rest[place.len()..];
            let Some(&at) = self.names.get(rest) else { continue };
            let above = self.places_above(at);
            let said = above.contains(place);
            let level = place.chars().next_back();
            let elsewhere = above.iter().any(|other| other.chars().next_back() == level);
            // A body without a place of its own is known by the place its parent has.
            let fits = if n + 1 < all.len() { said || !elsewhere } else { said };
            return fits.then_some(at);
        }
        None
    }

    /// The places that the bodies above a unit, and its own region tags, name.
    fn places_above(&self, at: usize) -> Vec<&str> {
        let mut found: Vec<&str> = self.units[at].regions.iter().map(String::as_str).collect();
        let mut next = self.parents[at];
        while let Some(parent) = next {
            found.extend(places(&self.units[parent].name));
            next = self.parents[parent];
        }
        found
    }

    fn position(&self, unit: &Unit) -> Option<usize> {
        self.names.get(&plain_name(&unit.name)).copied()
    }

    /// The body that takes a unit's figures into its report.
    pub fn parent(&self, unit: &Unit) -> Option<&Unit> {
        self.parents[self.position(unit)?].map(|parent| &self.units[parent])
    }

    /// The bodies whose figures a unit's report takes in, in the order of the roster.
    pub fn subordinates(&self, unit: &Unit) -> impl Iterator<Item = &Unit> {
        let children = self.position(unit).map_or(&[][..], |at| &self.children[at]);
        children.iter().map(|&at| &self.units[at])
    }
}

/// Every name as compared with its unit; one that two units have is a fault.
fn names(units: &[Unit], faults: &mut Vec<Fault>) -> FxHashMap<String, usize> {
    let mut names: FxHashMap<String, usize> = FxHashMap::default();
    for (at, unit) in units.iter().enumerate() {
        let all = [&unit.name].into_iter().chain(&unit.aliases).chain(&unit.folder);
        for name in all {
            match names.get(&plain_name(name)) {
                Some(&first) if first != at => {
                    faults.push(Fault::Name { unit: at, name: name.clone(), first });
                }
                Some(_) => {}
                None => drop(names.insert(plain_name(name), at)),
            }
        }
    }
    names
}

fn short(units: &[Unit]) -> FxHashMap<String, Option<usize>> {
    let mut found: FxHashMap<String, Option<usize>> = FxHashMap::default();
    for (at, unit) in units.iter().enumerate() {
        for name in [&unit.name].into_iter().chain(&unit.aliases) {
            for short in shorter(&plain_name(name)) {
                found
                    .entry(short.to_string())
                    .and_modify(|known| *known = known.filter(|other| *other == at))
                    .or_insert(Some(at));
            }
        }
    }
    found
}

/// One unit of every ring of parents.
fn rings(parents: &[Option<usize>]) -> Vec<usize> {
    // 0 = not looked at, otherwise the walk that came by.
    let mut walked = vec![0_usize; parents.len()];
    let mut found = Vec::new();
    for start in 0..parents.len() {
        let mut at = start;
        while walked[at] == 0 {
            walked[at] = start + 1;
            match parents[at] {
                Some(parent) => at = parent,
                None => break,
            }
        }
        if walked[at] == start + 1 && parents[at].is_some() {
            found.push(at);
        }
    }
    found
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str, name: &str, parent: &str) -> Unit {
        Unit {
            code: code.into(),
            name: name.into(),
            aliases: Vec::new(),
            kind: BodyKind::of_name(name).unwrap_or(BodyKind::Other),
            parent: (!parent.is_empty()).then(|| parent.into()),
            own: false,
            regions: Vec::new(),
            contacts: Vec::new(),
            supervisors: Vec::new(),
            folder: None,
        }
    }

    fn roster() -> Roster {
        let mut office = unit("02", "青禾县人民政府办公室", "01");
        office.own = true;
        office.aliases = vec!["县府办".into()];
        let mut town = unit("05", "城关镇人民政府", "01");
        town.folder = Some("城关".into());
        Roster::new(vec![
            unit("01", "青禾县人民政府", "00"),
            office,
            unit("03", "青禾县水利局", "01"),
            unit("04", "青禾县 审计局", "01"),
            town,
            unit("06", "云溪县审计局", "00"),
            unit("00", "江州市人民政府", ""),
        ])
        .expect("a sound roster")
    }

    fn found(roster: &Roster, name: &str) -> Option<String> {
        roster.resolve(name).one().map(|unit| unit.code.clone())
    }

    #[test]
    fn a_body_is_found_by_every_form_of_its_name() {
        let roster = roster();
        for (name, code) in [
            ("青禾县水利局", "03"),
            ("青禾县　水利局", "03"),
            ("水利局", "03"),
            ("县水利局", "03"),
            ("江州市青禾县水利局", "03"),
            ("江苏省江州市青禾县水利局", "03"),
            ("青禾县审计局", "04"),
            ("县府办", "02"),
            ("城关", "05"),
            ("青禾县城关镇人民政府", "05"),
            ("江州市青禾县人民政府", "01"),
        ] {
            assert_eq!(found(&roster, name).as_deref(), Some(code), "{name}");
        }
    }

    #[test]
    fn a_name_that_may_mean_several_bodies_or_another_one_means_none() {
        let roster = roster();
        assert_eq!(roster.resolve("审计局"), Resolved::Several);
        for name in [
            "云溪县水利局",
            "云溪县城关镇人民政府",
            "南河市青禾县水利局",
            "青禾县发展和改革局",
            "人民政府",
            "局",
            "",
        ] {
            assert_eq!(roster.resolve(name), Resolved::Unknown, "{name}");
        }
    }

    #[test]
    fn subordinates_are_those_that_name_the_unit_as_their_parent() {
        let roster = roster();
        let county = roster.resolve("青禾县人民政府").one().expect("known");
        let codes: Vec<&str> = roster.subordinates(county).map(|u| u.code.as_str()).collect();
        assert_eq!(codes, ["02", "03", "04", "05"]);
        assert_eq!(roster.parent(county).expect("a parent").code, "00");
    }

    #[test]
    fn everything_that_stands_against_a_roster_is_told() {
        let mut twice = unit("03", "青禾县司法局", "09");
        twice.aliases = vec!["青禾县　水利局".into()];
        let faults = Roster::new(vec![
            unit("01", "甲县人民政府", "02"),
            unit("02", "乙市人民政府", "01"),
            unit("03", "青禾县水利局", "02"),
            twice,
            Unit { own: true, ..unit("04", "青禾县财政局", "") },
            unit("05", "丙县人民政府", "05"),
        ])
        .expect_err("unsound");
        let name = "青禾县　水利局".to_string();
        for fault in [
            Fault::Code { unit: 3, first: 2 },
            Fault::Name { unit: 3, name, first: 2 },
            Fault::UnknownParent { unit: 3 },
            Fault::Ring { unit: 0 },
            Fault::Ring { unit: 5 },
            Fault::Own { unit: 4 },
        ] {
            assert!(faults.contains(&fault), "{fault:?} in {faults:?}");
        }
        assert_eq!(faults.len(), 6, "{faults:?}");
    }

    #[test]
    fn only_a_name_that_leaves_no_doubt_tells_the_kind() {
        for (name, kind) in [
            ("青禾县人民政府", Some(BodyKind::Government)),
            ("江州市青禾县水利局", Some(BodyKind::Department)),
            ("青禾县城关镇人民政府", Some(BodyKind::Township)),
            ("青禾县东门街道办事处", Some(BodyKind::Township)),
            ("国家税务总局青禾县税务局", None),
            ("青禾县公安局东门分局", None),
            ("江州市经济开发区财政局", None),
            ("青禾县人民政府办公室", None),
            ("青禾县供水有限公司", None),
            ("水利局", None),
        ] {
            assert_eq!(BodyKind::of_name(name), kind, "{name}");
        }
    }

    #[test]
    fn a_name_among_thousands_is_found_without_looking_at_them() {
        let units: Vec<Unit> =
            (0..6000).map(|n| unit(&format!("{n}"), &format!("第{n}县水利局"), "")).collect();
        let roster = Roster::new(units).expect("sound");
        for n in (0..6000).step_by(7) {
            let name = format!("第{n}县水利局");
            assert_eq!(found(&roster, &name), Some(n.to_string()));
            assert_eq!(found(&roster, &format!("乙市{name}")), Some(n.to_string()));
        }
        assert_eq!(roster.resolve("水利局"), Resolved::Several);
        assert_eq!(roster.resolve("第6000县水利局"), Resolved::Unknown);
    }
}
