//! A season of forty days and three hundred bodies, run through a real store and the keeper, held day by day
//! against a plain simulation of the rules that knows nothing of the product.

mod store_kit;

use jiff::civil::date;
use nianbao::alert::{Budget, Channel, Letter, Options, Post, Readers, Schedule, Sent as Taken};
use nianbao::config::{LiveRoster, RosterFile, Season};
use nianbao::daemon::Keeper;
use nianbao::model::*;
use nianbao::store::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
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

const REGIONS: [&str; 3] = ["东片", "西片", "沿河"];

fn region(unit: usize) -> &'static str {
    REGIONS[unit % 7 % 3]
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

/// Told in the digest of a day to a region: whose case, which turn, of what kind.
type Told = (i64, &'static str, String, &'static str, &'static str);
/// A line of the ledger: its state, overdue, returns.
type Row = (&'static str, bool, u32);

/// The rules written down once more: what is told, and how the ledger stands at the end of each day.
///
/// What happens by eight in the morning is in the digest of that day, what is handed in later in the next
/// one. A digest tells of each case once, as it then stands; a case that came and went between two of them
/// is not told.
fn expected() -> (Vec<Told>, Vec<Vec<Row>>) {
    let mut told = Vec::new();
    let mut ledgers = vec![Vec::new(); DAYS as usize];
    let works = |day: i64| day % 7 < 5 && day != 15;
    for unit in 0..UNITS {
        let (mut state, mut returns, mut returned_on) = ("missing", 0, 0);
        let mut case: Option<&'static str> = None;
        let mut mark = i64::MAX;
        // Turns that no digest has told yet, and in which digest they belong.
        let turns = std::cell::RefCell::new(Vec::<(i64, &str, &str)>::new());
        for day in 0..DAYS {
            let digest = std::cell::Cell::new(day);
            let tell = |phase, kind| turns.borrow_mut().push((digest.get(), phase, kind));
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
            digest.set(day + 1);
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
        for day in 0..DAYS {
            let turns = turns.borrow();
            let of_day: Vec<_> = turns.iter().filter(|(digest, ..)| *digest == day).collect();
            let (Some((_, first, _)), Some((_, last, kind))) = (of_day.first(), of_day.last())
            else {
                continue;
            };
            let phase = match (*first, *last) {
                ("opened", "resolved") => continue,
                ("opened", _) => "opened",
                (_, last) => last,
            };
            told.push((day, region(unit), name(unit), phase, *kind));
        }
    }
    told.sort();
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
        regions: vec![region(n).into()],
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

/// The group of a region's supervisor, who reads one message a day.
#[derive(Default)]
struct Group(Mutex<Vec<(Millis, OutboxItem)>>);

impl Channel for Group {
    fn readers(&self) -> Readers {
        Readers::People
    }
    fn budget(&self) -> Budget {
        Budget { per_minute: 6_000, at_once: 1 }
    }
    fn send(&self, letter: &Letter, now: Millis) -> Taken {
        self.0.lock().unwrap().push((now, letter.item.clone()));
        Taken::Accepted
    }
    fn test(&self, _now: Millis) -> Taken {
        Taken::Accepted
    }
}

/// Each region's cases go to its group, in a digest at half past eight.
fn policy(roster: &Arc<Roster>) -> Policy {
    let group = |name: &str| Listener { name: name.into(), people: true, digest: Some(510) };
    let route = |name: &str| Route {
        regions: BTreeSet::from([name.to_string()]),
        channels: BTreeSet::from([name.to_string()]),
        ..Route::default()
    };
    let hours = Hours { utc_offset_minutes: 480, ..Hours::default() };
    let (groups, routes) = (REGIONS.map(group).into(), REGIONS.map(route).into());
    Policy::new(groups, routes, hours, Some(roster.clone()))
}

/// The site at work: what it is made of besides its data and its groups.
fn at_work(
    home: &Home,
    roster: &Arc<Roster>,
    groups: &BTreeMap<&'static str, Arc<Group>>,
) -> (Store, Keeper, Post) {
    let options = StoreOptions { policy: policy(roster), ..home.options() };
    let (store, _) = Store::open(&options).unwrap();
    let keeper = Keeper::new(store.clone(), season(roster), Countdown::default());
    let channels = groups.iter().map(|(name, group)| {
        let group: Arc<dyn Channel> = group.clone();
        (name.to_string(), group)
    });
    let post = Post::new(store.clone(), Options::new(channels.collect(), Schedule::standard()));
    (store, keeper, post)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_season_is_told_and_kept_as_the_rules_say_line_by_line() {
    let home = Home::new();
    let roster = roster();
    let season = season(&roster);
    let groups: BTreeMap<_, _> = REGIONS.map(|name| (name, Arc::new(Group::default()))).into();
    let (mut store, mut keeper, mut post) = at_work(&home, &roster, &groups);
    let (want_told, want_ledgers) = expected();
    for day in 0..DAYS {
        let morning = START + day * 24 * HOUR + 8 * HOUR;
        keeper.tick(morning).await.unwrap();
        assert_eq!(keeper.tick(morning + 1).await.unwrap(), 0, "nothing is demanded twice");
        // A minute before the digest nobody is told anything.
        for now in [morning + HOUR / 2 - 60_000, morning + HOUR / 2] {
            post.turn(now).await.unwrap();
            while post.settle(now).await.unwrap() > 0 {
                post.turn(now).await.unwrap();
            }
        }
        if day == 20 {
            drop((keeper, post));
            store.close().unwrap();
            drop(store);
            (store, keeper, post) = at_work(&home, &roster, &groups);
        }
        for unit in 0..UNITS {
            for (_, sent) in script(unit).into_iter().filter(|(on, _)| *on == day) {
                hand_in(&store, unit, day, sent, morning + 2 * HOUR).await;
            }
        }
        let on_file = store.on_file(Some(2025)).unwrap();
        let today = season.today(morning);
        let ledger = Ledger::of(season.site(&roster), 2025, today, &on_file);
        let rows: Vec<Row> =
            ledger.lines.iter().map(|l| (l.state.name(), l.overdue, l.returns)).collect();
        assert_eq!(rows, want_ledgers[day as usize], "day {day}");
    }
    let mut told: Vec<Told> = Vec::new();
    for (region, group) in &groups {
        let messages = group.0.lock().unwrap();
        let days: BTreeSet<Millis> = messages.iter().map(|(at, _)| *at).collect();
        assert_eq!(days.len(), messages.len(), "one message a day to {region}");
        for (at, item) in messages.iter() {
            let day = (at - START) / (24 * HOUR);
            assert_eq!((at - START) % (24 * HOUR), 8 * HOUR + HOUR / 2, "day {day}");
            told.extend(item.tellings().into_iter().map(|one| {
                let unit = one.alert.unit.clone().unwrap();
                (day, *region, unit, one.phase.name(), one.alert.kind.name())
            }));
        }
    }
    told.sort();
    let missed: Vec<_> = want_told.iter().filter(|one| !told.contains(one)).take(10).collect();
    let excess: Vec<_> = told.iter().filter(|one| !want_told.contains(one)).take(10).collect();
    assert!(missed.is_empty() && excess.is_empty(), "missed {missed:#?}\nexcess {excess:#?}");
    assert_eq!(told, want_told, "as often as it should be");
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
