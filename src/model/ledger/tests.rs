//! The ledger of small rosters by hand, and of any roster by its invariants.

use super::*;
use crate::model::{Declared, LocalDays, Source, Stage, UnitYear, YearDay};
use jiff::civil::date;
use proptest::prelude::*;

const YEAR: i32 = 2025;

fn unit(code: &str, name: &str, kind: BodyKind) -> Unit {
    Unit {
        code: code.into(),
        name: name.into(),
        aliases: Vec::new(),
        kind,
        parent: None,
        own: false,
        regions: Vec::new(),
        contacts: Vec::new(),
        supervisors: Vec::new(),
        folder: None,
    }
}

fn roster() -> Roster {
    let below = |unit: Unit, regions: &[&str], supervisors: &[&str]| Unit {
        parent: Some("01".into()),
        regions: regions.iter().map(ToString::to_string).collect(),
        supervisors: supervisors.iter().map(ToString::to_string).collect(),
        ..unit
    };
    let department = |code, name| unit(code, name, BodyKind::Department);
    Roster::new(vec![
        unit("01", "青禾县人民政府", BodyKind::Government),
        below(department("02", "青禾县水利局"), &["东片", "沿河"], &["李四"]),
        below(department("03", "青禾县审计局"), &["东片"], &["李四", "王五"]),
        below(department("04", "云溪县审计局"), &["西片"], &[]),
        below(unit("05", "青禾县城关镇人民政府", BodyKind::Township), &[], &[]),
    ])
    .unwrap()
}

/// Noon in China of a day in the season.
fn noon(day: Date) -> Millis {
    let since = day.since(date(1970, 1, 1)).unwrap().get_days();
    i64::from(since) * 86_400_000 + 4 * 3_600_000
}

fn standing(unit: &str, current: u64, outcome: Outcome, day: Date) -> Standing {
    Standing {
        of: UnitYear { year: YEAR, unit: unit.into() },
        current,
        revision: 1,
        outcome,
        counts: [1, 0, 0],
        received_at: noon(day),
        returns: u32::from(outcome == Outcome::Returned),
        first_received: BTreeMap::from([("inbox".to_string(), noon(day))]),
    }
}

fn arrived(id: u64, unit: Option<&str>, year: Option<i32>, day: Date) -> Submission {
    let source = Source::Folder { folder: "inbox".into(), path: format!("{id}.pdf") };
    let declared = Declared { unit: unit.map(Into::into), year };
    let received = Submission::received(source, (String::new(), 0), declared, noon(day));
    Submission { id, ..received }
}

fn unreadable(row: Submission) -> Submission {
    let judged_at = Some(row.received_at + 1);
    Submission { judged_at, stage: Stage::Judged, outcome: Some(Outcome::Unreadable), ..row }
}

fn site<'a>(
    roster: &'a Roster,
    calendar: &'a Calendar,
    published: &'a BTreeSet<String>,
) -> Site<'a> {
    Site { roster, calendar, published, utc_offset_minutes: 480 }
}

/// The lines by code of what is on file, on a day, under the law's days alone.
fn with_lines(today: Date, on_file: &OnFile, look: impl FnOnce(&Roster, &Ledger)) {
    let (roster, calendar) = (roster(), Calendar::default());
    let published = BTreeSet::from(["网站".to_string()]);
    look(&roster, &Ledger::of(site(&roster, &calendar, &published), YEAR, today, on_file));
}

fn at<'l>(ledger: &'l Ledger<'l>, code: &str) -> &'l Line<'l> {
    ledger.lines.iter().find(|line| line.unit.code == code).unwrap()
}

#[test]
fn every_body_has_one_line_that_says_how_far_it_has_come() {
    let on_file = OnFile {
        standings: vec![
            standing("青禾县水利局", 7, Outcome::Returned, date(2026, 1, 12)),
            standing("青禾县审计局", 8, Outcome::Compliant, date(2026, 2, 2)),
            Standing {
                of: UnitYear { year: 2024, unit: "云溪县审计局".into() },
                ..standing("", 2, Outcome::Compliant, date(2025, 1, 12))
            },
        ],
        loose: vec![arrived(9, Some("城关镇人民政府"), Some(YEAR), date(2026, 2, 3))],
    };
    with_lines(date(2026, 2, 4), &on_file, |_, ledger| {
        let states: Vec<LedgerState> = ledger.lines.iter().map(|line| line.state).collect();
        use LedgerState::*;
        assert_eq!(states, [Missing, Returned, Compliant, Missing, Waiting]);
        let [government, water, audit, cloud, town] =
            ["01", "02", "03", "04", "05"].map(|code| at(ledger, code));
        assert!(!government.overdue && government.days_left == Some(55), "{government:?}");
        assert_eq!((water.submission, water.returns, water.late), (Some(7), 1, false));
        assert_eq!(water.counts, [1, 0, 0]);
        assert!(audit.late && audit.first_received == Some(noon(date(2026, 2, 2))));
        assert!(cloud.overdue && cloud.days_left == Some(-4), "{cloud:?}");
        assert!(town.due.is_none() && !town.overdue && town.submission == Some(9), "{town:?}");
        let totals = Totals {
            due: 5,
            received: 3,
            compliant: 1,
            returned: 1,
            waiting: 1,
            missing: 2,
            overdue: 1,
            late: 1,
            ..Totals::default()
        };
        assert_eq!(ledger.totals(), totals);
        assert_eq!(ledger.unplaced, []);
    });
}

#[test]
fn a_body_that_no_day_is_set_for_is_never_overdue() {
    with_lines(date(2027, 12, 31), &OnFile::default(), |_, ledger| {
        let town = at(ledger, "05");
        assert_eq!((town.state, town.overdue, town.days_left), (LedgerState::Missing, false, None));
        assert_eq!(ledger.totals().overdue, 4);
    });
}

#[test]
fn the_due_day_itself_is_in_time() {
    let day = date(2026, 1, 31);
    let on_file = OnFile {
        standings: vec![standing("青禾县水利局", 7, Outcome::Compliant, day)],
        ..OnFile::default()
    };
    with_lines(day, &on_file, |_, ledger| {
        assert!(!at(ledger, "02").late);
        assert!(!at(ledger, "03").overdue && at(ledger, "03").days_left == Some(0));
    });
    with_lines(date(2026, 2, 1), &on_file, |_, ledger| assert!(at(ledger, "03").overdue));
}

#[test]
fn what_cannot_be_put_under_a_body_is_listed_and_counts_for_none() {
    let day = date(2026, 1, 12);
    let nameless = Submission {
        outcome: Some(Outcome::NeedsReview),
        ..unreadable(arrived(4, None, None, day))
    };
    let yearless =
        Submission { unit: Some("青禾县水利局".into()), id: 5, ..nameless.clone() };
    let on_file = OnFile {
        standings: vec![
            standing("审计局", 2, Outcome::Returned, day),
            standing("南河县审计局", 3, Outcome::Returned, day),
        ],
        loose: vec![
            nameless,
            yearless,
            unreadable(arrived(6, None, None, day)),
            arrived(7, None, None, day),
            unreadable(arrived(8, Some("审计局"), Some(YEAR), day)),
            arrived(9, Some("水利局"), Some(2024), day),
        ],
    };
    with_lines(date(2026, 1, 20), &on_file, |_, ledger| {
        let told: Vec<_> = ledger.unplaced.iter().map(|one| (one.submission, one.why)).collect();
        let want = [
            (2, Why::Ambiguous),
            (3, Why::Unlisted),
            (4, Why::NoUnit),
            (5, Why::NoYear),
            (6, Why::NoUnit),
            (7, Why::Waiting),
            (8, Why::Ambiguous),
        ];
        assert_eq!(told, want);
        assert_eq!(ledger.totals().missing, 5);
    });
}

#[test]
fn a_file_that_nobody_could_read_is_known_by_the_way_it_came() {
    let read = date(2026, 1, 12);
    let scan = |id, unit, day| unreadable(arrived(id, Some(unit), None, day));
    let on_file = OnFile {
        standings: vec![
            standing("青禾县水利局", 3, Outcome::Returned, read),
            standing("青禾县审计局", 4, Outcome::Returned, read),
        ],
        loose: vec![
            scan(1, "水利局", date(2026, 1, 10)),
            scan(8, "青禾县审计局", date(2026, 1, 20)),
            scan(9, "云溪县审计局", date(2026, 1, 20)),
            scan(5, "城关镇人民政府", date(2025, 6, 1)),
        ],
    };
    with_lines(date(2026, 1, 25), &on_file, |_, ledger| {
        // The report came after the scan: nothing is left to say of it.
        assert_eq!(
            (at(ledger, "02").state, at(ledger, "02").unread),
            (LedgerState::Returned, None)
        );
        assert_eq!(at(ledger, "03").unread, Some(8));
        assert_eq!(at(ledger, "03").state, LedgerState::Returned);
        assert_eq!(at(ledger, "04").state, LedgerState::Unreadable);
        assert_eq!(at(ledger, "04").submission, Some(9));
        // Last season's.
        assert_eq!(at(ledger, "05").state, LedgerState::Missing);
    });
}

#[test]
fn a_published_copy_is_on_file_and_does_not_say_when_the_body_handed_in() {
    let day = date(2026, 5, 6);
    let mut copy = standing("青禾县水利局", 7, Outcome::Compliant, day);
    copy.first_received = BTreeMap::from([("网站".to_string(), noon(day))]);
    let mut both = standing("青禾县审计局", 8, Outcome::Compliant, day);
    both.first_received.insert("网站".into(), noon(date(2026, 1, 5)));
    let on_file = OnFile { standings: vec![copy, both], ..OnFile::default() };
    with_lines(day, &on_file, |_, ledger| {
        let copied = at(ledger, "02");
        assert!(copied.published_only && !copied.late && copied.first_received.is_none());
        assert_eq!(copied.state, LedgerState::Compliant);
        let handed_in = at(ledger, "03");
        assert!(handed_in.late && handed_in.first_received == Some(noon(day)));
    });
}

#[test]
fn an_old_report_put_on_file_years_later_is_not_called_late() {
    let on_file = OnFile {
        standings: vec![standing("青禾县水利局", 7, Outcome::Compliant, date(2027, 3, 1))],
        ..OnFile::default()
    };
    with_lines(date(2027, 4, 1), &on_file, |_, ledger| {
        assert!(!at(ledger, "02").late);
        assert!(at(ledger, "03").overdue);
    });
}

#[test]
fn a_body_filed_under_two_of_its_names_has_one_line() {
    let mut short = standing("水利局", 9, Outcome::Compliant, date(2026, 1, 20));
    short.returns = 1;
    let on_file = OnFile {
        standings: vec![standing("青禾县水利局", 3, Outcome::Returned, date(2026, 1, 10)), short],
        ..OnFile::default()
    };
    with_lines(date(2026, 1, 25), &on_file, |_, ledger| {
        let line = at(ledger, "02");
        assert_eq!(
            (line.state, line.submission, line.returns),
            (LedgerState::Compliant, Some(9), 2)
        );
        assert_eq!(line.first_received, Some(noon(date(2026, 1, 10))));
    });
}

#[test]
fn groups_count_a_body_under_each_of_its_tags_and_those_without_last() {
    with_lines(date(2026, 1, 12), &OnFile::default(), |roster, ledger| {
        let keys = |by| -> Vec<(Option<String>, u32)> {
            let groups = ledger.groups(roster, by).into_iter();
            groups.map(|group| (group.key, group.totals.due)).collect()
        };
        let some = |key: &str, n| (Some(key.to_string()), n);
        assert_eq!(
            keys(GroupBy::Region),
            [some("东片", 2), some("沿河", 1), some("西片", 1), (None, 2)]
        );
        assert_eq!(keys(GroupBy::Supervisor), [some("李四", 2), some("王五", 1), (None, 3)]);
        assert_eq!(keys(GroupBy::Parent), [some("青禾县人民政府", 4), (None, 1)]);
        assert_eq!(
            keys(GroupBy::Kind),
            [some("department", 3), some("government", 1), some("township", 1)]
        );
    });
}

#[test]
fn lines_are_picked_by_region_kind_and_state_together() {
    let on_file = OnFile {
        standings: vec![standing("青禾县水利局", 3, Outcome::Returned, date(2026, 2, 10))],
        ..OnFile::default()
    };
    with_lines(date(2026, 2, 25), &on_file, |_, ledger| {
        let codes = |pick: Pick| -> Vec<&str> {
            let picked = ledger.lines.iter().filter(|line| pick.admits(line));
            picked.map(|line| line.unit.code.as_str()).collect()
        };
        let region = Some("东片".to_string());
        assert_eq!(codes(Pick::default()).len(), 5);
        assert_eq!(codes(Pick { region: region.clone(), ..Pick::default() }), ["02", "03"]);
        assert_eq!(codes(Pick { overdue: true, ..Pick::default() }), ["03", "04"]);
        assert_eq!(codes(Pick { region, overdue: true, ..Pick::default() }), ["03"]);
        assert_eq!(codes(Pick { late: true, ..Pick::default() }), ["02"]);
        assert_eq!(codes(Pick { kind: Some(BodyKind::Township), ..Pick::default() }), ["05"]);
        let states = BTreeSet::from([LedgerState::Returned, LedgerState::Waiting]);
        assert_eq!(codes(Pick { states, ..Pick::default() }), ["02"]);
    });
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Compliant),
        Just(Outcome::NeedsReview),
        Just(Outcome::Returned),
        Just(Outcome::Unreadable),
    ]
}

prop_compose! {
    /// What may be on file of eight bodies, two of them not in the roster.
    fn on_files()(
        standings in prop::collection::btree_map((0..8usize, 2024..=2026i32), (outcomes(), 0..400i64, 0..4u32), 0..12),
        loose in prop::collection::vec((prop::option::of(0..8usize), prop::option::of(2024..=2026i32), any::<bool>(), 0..400i64), 0..8),
    ) -> OnFile {
        let start = noon(date(2025, 12, 1));
        let standings = standings.into_iter().enumerate().map(|(n, ((unit, year), (outcome, day, returns)))| {
            let at = start + day * 86_400_000;
            let folder = if day % 5 == 0 { "网站" } else { "inbox" };
            Standing {
                of: UnitYear { year, unit: name(unit) },
                current: n as u64 + 1,
                revision: 1,
                outcome,
                counts: [0; 3],
                received_at: at,
                returns,
                first_received: BTreeMap::from([(folder.to_string(), at)]),
            }
        }).collect();
        let loose = loose.into_iter().enumerate().map(|(n, (unit, year, judged, day))| {
            let unit = unit.map(name);
            let mut row = arrived(100 + n as u64, unit.as_deref(), year, date(2025, 12, 1));
            row.received_at = start + day * 86_400_000;
            if judged { unreadable(row) } else { row }
        }).collect();
        OnFile { standings, loose }
    }
}

fn name(n: usize) -> String {
    format!("第{n}县水利局")
}

proptest! {
    #[test]
    fn the_numbers_of_any_ledger_add_up_and_nothing_on_file_is_left_out(
        on_file in on_files(),
        kinds in prop::collection::vec(0..4usize, 6),
        regions in prop::collection::vec(prop::collection::vec(0..3u8, 0..2), 6),
        hand_in in prop::option::of(1..28i8),
        today in 0..500i32,
    ) {
        let units = (0..6).map(|n| Unit {
            regions: regions[n].iter().map(|r| format!("{r}片")).collect(),
            ..unit(&n.to_string(), &name(n), BodyKind::ALL[kinds[n]])
        });
        let roster = Roster::new(units.collect()).unwrap();
        let days = hand_in.and_then(|day| YearDay::new(1, day));
        let local = BTreeMap::from([(BodyKind::Township, LocalDays { hand_in: days, publish: None })]);
        let calendar = Calendar { local, ..Calendar::default() };
        let published = BTreeSet::from(["网站".to_string()]);
        let today = date(2025, 12, 1).checked_add(jiff::Span::new().days(today)).unwrap();
        let site = site(&roster, &calendar, &published);
        let ledger = Ledger::of(site, YEAR, today, &on_file);

        let codes: Vec<&str> = ledger.lines.iter().map(|line| line.unit.code.as_str()).collect();
        prop_assert_eq!(codes, ["0", "1", "2", "3", "4", "5"]);
        let t = ledger.totals();
        prop_assert_eq!(t.due, 6);
        prop_assert_eq!(t.due, t.received + t.missing);
        let judged = t.compliant + t.needs_review + t.returned + t.unreadable;
        prop_assert_eq!(t.received, judged + t.waiting);
        prop_assert!(t.overdue <= t.missing && t.late <= t.received);
        for line in &ledger.lines {
            prop_assert_eq!(line.submission.is_none(), line.state == LedgerState::Missing);
            prop_assert!(!line.overdue || line.due.is_some_and(|due| due.day < today));
            prop_assert!(!(line.overdue && line.late));
        }
        // Every region's numbers are those of the bodies with its tag.
        for group in ledger.groups(&roster, GroupBy::Region).iter().filter(|g| g.key.is_some()) {
            let pick = Pick { region: group.key.clone(), ..Pick::default() };
            let picked = ledger.lines.iter().filter(|line| pick.admits(line));
            prop_assert_eq!(Totals::of(picked), group.totals);
        }
        let whole: u32 = ledger.groups(&roster, GroupBy::Kind).iter().map(|g| g.totals.due).sum();
        prop_assert_eq!(whole, t.due);

        // Each thing on file of the year is told by a line of its unit or by the list of the unplaced.
        let listed = |id| ledger.unplaced.iter().any(|one| one.submission == id);
        let known = |unit: &str| ledger.lines.iter().find(|line| line.unit.name == unit);
        for standing in on_file.standings.iter().filter(|s| s.of.year == YEAR) {
            let line = known(&standing.of.unit);
            let told = line.is_some_and(|line| line.submission == Some(standing.current));
            prop_assert!(told != listed(standing.current));
        }
        for row in &on_file.loose {
            let season = Calendar::season(local_date(row.received_at, 480).unwrap());
            let of_year = row.declared.year.unwrap_or(season) == YEAR;
            let line = row.declared.unit.as_deref().and_then(known);
            let told = line.is_some_and(|line| line.state != LedgerState::Missing);
            prop_assert_eq!(listed(row.id), of_year && line.is_none());
            prop_assert!(!of_year || told || listed(row.id));
        }
        // The same the other way round: the order in which things lie on file says nothing.
        let mut turned = on_file.clone();
        turned.standings.reverse();
        turned.loose.reverse();
        prop_assert_eq!(ledger, Ledger::of(site, YEAR, today, &turned));
    }
}
