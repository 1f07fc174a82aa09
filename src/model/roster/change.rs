//! Which reports a changed roster concerns: those of whom it says something else now.

use super::{Resolved, Roster, Unit};
use rustc_hash::FxHashMap;
use std::fmt::Write;

/// Two rosters, of which the second took the first one's place; `None` where there was or is none.
pub struct RosterChange<'r> {
    before: Option<Told<'r>>,
    after: Option<Told<'r>>,
}

impl<'r> RosterChange<'r> {
    pub fn new(before: Option<&'r Roster>, after: Option<&'r Roster>) -> RosterChange<'r> {
        RosterChange { before: before.map(Told::new), after: after.map(Told::new) }
    }

    /// Whether a report filed under a name may be judged otherwise by the second than by the first. Who
    /// is to be called about a body, and who looks after it, is nothing that a verdict rests on.
    pub fn concerns(&self, name: &str) -> bool {
        let told = |told: &Option<Told>| told.as_ref().map(|told| told.of(name));
        told(&self.before) != told(&self.after)
    }
}

/// What a roster says of bodies.
struct Told<'r> {
    roster: &'r Roster,
    /// By unit, the shortened names that mean it and no other.
    short: FxHashMap<usize, Vec<&'r str>>,
}

impl<'r> Told<'r> {
    fn new(roster: &'r Roster) -> Told<'r> {
        let mut short: FxHashMap<usize, Vec<&str>> = FxHashMap::default();
        for (name, unit) in &roster.short {
            if let Some(unit) = unit {
                short.entry(*unit).or_default().push(name);
            }
        }
        short.values_mut().for_each(|names| names.sort_unstable());
        Told { roster, short }
    }

    /// All that judging a report of this name may learn, as text: equal texts, equal verdicts.
    fn of(&self, name: &str) -> String {
        let unit = match self.roster.resolve(name) {
            Resolved::One(unit) => unit,
            Resolved::Several => return "several".into(),
            Resolved::Unknown => return "unknown".into(),
        };
        let names = |unit: &Unit| format!("{:?}", (&unit.name, &unit.aliases, unit.own));
        let at = self.roster.position(unit);
        let short = at.and_then(|at| self.short.get(&at));
        let above = at.map(|at| self.roster.places_above(at));
        let mut told =
            format!("{} {:?} {:?}", names(unit), unit.kind, (&unit.folder, short, above));
        for below in self.roster.subordinates(unit) {
            write!(told, "\n{}", names(below)).expect("writing to a String cannot fail");
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BodyKind;

    fn unit(code: &str, name: &str, parent: Option<&str>) -> Unit {
        Unit {
            code: code.into(),
            name: name.into(),
            aliases: Vec::new(),
            kind: BodyKind::Department,
            parent: parent.map(Into::into),
            own: false,
            regions: Vec::new(),
            contacts: Vec::new(),
            supervisors: Vec::new(),
            folder: None,
        }
    }

    fn units() -> Vec<Unit> {
        vec![
            unit("01", "青禾县人民政府", None),
            unit("02", "青禾县水利局", Some("01")),
            unit("03", "青禾县审计局", Some("01")),
        ]
    }

    /// The names that a change concerns, of those there are.
    fn concerned(change: impl FnOnce(&mut Vec<Unit>)) -> Vec<&'static str> {
        let mut after = units();
        change(&mut after);
        let (before, after) = (Roster::new(units()).unwrap(), Roster::new(after).unwrap());
        let change = RosterChange::new(Some(&before), Some(&after));
        let names = ["青禾县人民政府", "青禾县水利局", "青禾县审计局", "云溪县水利局", "水利局"];
        names.into_iter().filter(|name| change.concerns(name)).collect()
    }

    #[test]
    fn a_change_concerns_the_body_its_government_and_who_was_not_listed() {
        assert_eq!(concerned(|_| ()), [""; 0]);
        assert_eq!(concerned(|units| units[1].contacts.push("张三".into())), [""; 0]);
        assert_eq!(concerned(|units| units[1].supervisors.push("张三".into())), [""; 0]);
        assert_eq!(concerned(|units| units[2].kind = BodyKind::Other), ["青禾县审计局"]);
        assert_eq!(
            concerned(|units| units[2].aliases.push("审计署".into())),
            ["青禾县人民政府", "青禾县审计局"]
        );
        assert_eq!(concerned(|units| drop(units.pop())), ["青禾县人民政府", "青禾县审计局"]);
    }

    #[test]
    fn a_new_body_may_make_short_names_doubtful() {
        let concerned = concerned(|units| units.push(unit("04", "云溪县水利局", None)));
        assert_eq!(concerned, ["青禾县水利局", "云溪县水利局", "水利局"]);
    }

    #[test]
    fn the_first_roster_and_the_end_of_one_concern_everybody() {
        let roster = Roster::new(units()).unwrap();
        for (before, after) in [(None, Some(&roster)), (Some(&roster), None)] {
            assert!(RosterChange::new(before, after).concerns("南河县审计局"));
        }
    }
}
