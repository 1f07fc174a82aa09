//! A season of forty days and three hundred bodies, run through a real store and the keeper, held day by day
//! against a plain simulation of the rules that knows nothing of the product.

mod store_kit;

use jiff::civil::date;
use nianbao::config::{LiveRoster, RosterFile, Season};
use nianbao::daemon::Keeper;
use nianbao::model::*;
use nianbao::store::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use store_kit::*;

const UNITS: usize = 300;
const DAYS: i64 = 40;
/// 2026-01-05, a Monday, 00:00 in China.
const START: Millis = 1_767_542_400_000;
const HOUR: Millis = 3_600_000;

/// What is handed in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Sent {
    Fine,
    Doubtful,
    Bad,
    Scan,
    Foreign,
    /// The bytes of the first one, at another place.
    Copy,
}

fn name(unit: usize) -> String {
    format!("第{unit}县水利局")
}

/// The day, counted from the first, by which a unit's report is due: departments 31 January, townships
/// 20 January, a holiday, hence the 21st; governments 20 February.
fn due(unit: usize) -> i64 {
    [26, 16, 46][unit % 3]
}

/// On which days a unit hands what in.
fn script(unit: usize) -> Vec<(i64, Sent)> {
    use Sent::*;
    let late = due(unit) + 2;
    match unit / 3 % 10 {
        0 => vec![],
        1 => vec![(3, Fine)],
        2 => vec![(late, Fine)],
        3 => vec![(5, Bad), (9, Fine)],
        4 => vec![(5, Bad)],
        5 => vec![(6, Scan)],
        6 => vec![(4, Foreign)],
        7 => vec![(2, Doubtful)],
        8 => vec![(4, Bad), (6, Bad), (12, Fine)],
        _ => vec![(7, Fine), (8, Copy)],
    }
}

/// A turn told: the day, the unit, which turn, of what kind of case.
type Told = (i64, String, &'static str, &'static str);
/// A line of the ledger: its state, overdue, returns.
type Row = (&'static str, bool, u32);

/// The rules written down once more: what is told, and how the ledger stands at the end of each day.
fn expected() -> (BTreeSet<Told>, Vec<Vec<Row>>) {
    let mut told = BTreeSet::new();
    let mut ledgers = vec![Vec::new(); DAYS as usize];
    let works = |day: i64| day % 7 < 5 && day != 15;
    for unit in 0..UNITS {
        let (mut state, mut returns, mut returned_on) = ("missing", 0, 0);
        let mut case: Option<&'static str> = None;
        let mut mark = i64::MAX;
        for day in 0..DAYS {
            let mut tell = |phase, kind| {
                told.insert((day, name(unit), phase, kind));
            };
            let left = due(unit) - day;
            if state == "missing" && left < 0 && case != Some("overdue") {
                tell(if case.is_some() { "updated" } else { "opened" }, "overdue");
                case = Some("overdue");
            }
            let passed = [1, 3, 7, 14].into_iter().find(|m| left <= *m);
            let nearer = passed.filter(|m| state == "missing" && left >= 0 && *m < mark);
            if let Some(m) = nearer {
                tell(if case.is_some() { "updated" } else { "opened" }, "due_soon");
                (mark, case) = (m, Some("due_soon"));
            }
            let waited = (returned_on + 1..=day).filter(|d| works(*d)).count();
            let asked = matches!(case, Some("returned" | "misfiled"));
            if state == "returned" && asked && waited >= 3 && day >= returned_on + 3 {
                tell("updated", "not_resent");
                case = Some("not_resent");
            }
            for (_, sent) in script(unit).into_iter().filter(|(on, _)| *on == day) {
                let kind = match sent {
                    Sent::Copy => continue,
                    Sent::Fine | Sent::Doubtful => {
                        state = if sent == Sent::Fine { "compliant" } else { "needs_review" };
                        if let Some(kind) = case.take() {
                            tell("resolved", kind);
                        }
                        continue;
                    }
                    Sent::Scan => "unreadable",
                    Sent::Bad => "returned",
                    Sent::Foreign => "misfiled",
                };
                state = if sent == Sent::Scan { "unreadable" } else { "returned" };
                if sent != Sent::Scan {
                    (returns, returned_on) = (returns + 1, day);
                }
                tell(if case.is_some() { "updated" } else { "opened" }, kind);
                case = Some(kind);
            }
            ledgers[day as usize].push((state, state == "missing" && left < 0, returns));
        }
    }
    (told, ledgers)
}

fn roster() -> Arc<Roster> {
    let kinds = [BodyKind::Department, BodyKind::Township, BodyKind::Government];
    let unit = |n: usize| Unit {
        code: format!("{n:04}"),
        name: name(n),
        aliases: Vec::new(),
        kind: kinds[n % 3],
        parent: None,
        own: false,
        regions: vec![["东片", "西片", "沿河"][n % 7 % 3].into()],
        contacts: Vec::new(),
        supervisors: Vec::new(),
        folder: None,
    };
    Arc::new(Roster::new((0..UNITS).map(unit).collect()).unwrap())
}

fn season(roster: &Arc<Roster>) -> Season {
    let hand_in = |month, day| LocalDays { hand_in: YearDay::new(month, day), publish: None };
    let calendar = Calendar {
        local: BTreeMap::from([
            (BodyKind::Township, hand_in(1, 20)),
            (BodyKind::Government, hand_in(2, 20)),
        ]),
        holidays: BTreeSet::from([date(2026, 1, 20)]),
        ..Calendar::default()
    };
    let file = RosterFile {
        path: PathBuf::from("roster.csv"),
        roster: roster.clone(),
        sha256: String::new(),
    };
    let roster = Some(LiveRoster::new(&file, START));
    Season { roster, calendar, published: BTreeSet::new(), utc_offset_minutes: 480 }
}

async fn hand_in(store: &Store, unit: usize, day: i64, sent: Sent, at: Millis) {
    let whose = name(unit);
    let (path, text) = match sent {
        Sent::Copy => (format!("{whose}/副本.docx"), format!("{unit} 7")),
        Sent::Scan => (format!("{whose}/扫描.pdf"), format!("{unit} {day}")),
        _ => (format!("{whose}/年报.docx"), format!("{unit} {day}")),
    };
    let original = store.spool(&mut text.as_bytes(), 1 << 20).unwrap();
    let declared = Declared { unit: Some(whose.clone()), year: Some(2025) };
    let arrival = Arrival { source: folder(&path), original, declared, at };
    let id = store.receive(arrival).await.unwrap().expect_new();
    let findings: &[(&str, Severity)] = match sent {
        Sent::Bad => &[("AR-02", Severity::Error)],
        Sent::Doubtful => &[("AR-02", Severity::Warning)],
        Sent::Foreign => &[(BODY_RULE, Severity::Error)],
        _ => &[],
    };
    let result = match sent {
        Sent::Scan => Err(unreadable()),
        _ => Ok(verdict(&whose, 2025, findings)),
    };
    let conclusion = Conclusion { at, ..conclusion(id, result) };
    store.conclude(beside(store, conclusion)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_season_is_told_and_kept_as_the_rules_say_line_by_line() {
    let home = Home::new();
    let policy = Policy::everybody(["log".into()]);
    let (store, _) = Store::open(&StoreOptions { policy, ..home.options() }).unwrap();
    let roster = roster();
    let season = season(&roster);
    let mut keeper = Keeper::new(store.clone(), season.clone(), Countdown::default());
    let (want_told, want_ledgers) = expected();
    let mut told = BTreeSet::new();
    for day in 0..DAYS {
        let morning = START + day * 24 * HOUR + 8 * HOUR;
        keeper.tick(morning).await.unwrap();
        assert_eq!(keeper.tick(morning + 1).await.unwrap(), 0, "nothing is demanded twice");
        for unit in 0..UNITS {
            for (_, sent) in script(unit).into_iter().filter(|(on, _)| *on == day) {
                hand_in(&store, unit, day, sent, morning + 2 * HOUR).await;
            }
        }
        for item in store.due(Millis::MAX, usize::MAX).unwrap().0.into_iter().rev() {
            let dedupe_id = item.dedupe_id.clone();
            let result = DeliveryResult::Delivered;
            store.delivered(Delivery { dedupe_id, at: morning, result }).await.unwrap();
            let case = alert(&item);
            let of = case.unit.clone().unwrap();
            told.insert((day, of, phase(&item).name(), case.kind.name()));
        }
        // A second turn of the same day waited behind the first.
        for item in store.due(Millis::MAX, usize::MAX).unwrap().0 {
            let dedupe_id = item.dedupe_id.clone();
            let result = DeliveryResult::Delivered;
            store.delivered(Delivery { dedupe_id, at: morning, result }).await.unwrap();
            let case = alert(&item);
            told.insert((day, case.unit.clone().unwrap(), phase(&item).name(), case.kind.name()));
        }
        let on_file = store.on_file(Some(2025)).unwrap();
        let today = season.today(morning);
        let ledger = Ledger::of(season.site(&roster), 2025, today, &on_file);
        let rows: Vec<Row> =
            ledger.lines.iter().map(|l| (l.state.name(), l.overdue, l.returns)).collect();
        assert_eq!(rows, want_ledgers[day as usize], "day {day}");
    }
    let missed: Vec<_> = want_told.difference(&told).take(10).collect();
    let excess: Vec<_> = told.difference(&want_told).take(10).collect();
    assert!(missed.is_empty() && excess.is_empty(), "missed {missed:?}\nexcess {excess:?}");
    assert!(told.len() > 500, "{}", told.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_starts_in_november_is_told_of_nothing() {
    let home = Home::new();
    let store = home.open();
    let mut keeper = Keeper::new(store.clone(), season(&roster()), Countdown::default());
    // 2026-11-01
    assert_eq!(keeper.tick(START + 300 * 24 * HOUR).await.unwrap(), 0);
    assert_eq!(store.open_cases().unwrap(), []);
}
