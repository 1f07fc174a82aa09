//! Whom a case reaches, and when.

use super::*;
use crate::model::{Acknowledgement, Silence, Unit, Words};
use jiff::civil::date;
use jiff::{Timestamp, tz::Offset};

const HOUR: Millis = 3_600_000;

/// The time of day at the site, in January 2026.
fn at(day: i8, hour: i8, minute: i8) -> Millis {
    let local = date(2026, 1, day).at(hour, minute, 0, 0);
    Offset::constant(8).to_timestamp(local).expect("a time").as_millisecond()
}

fn shown(at: Millis) -> String {
    let at = Timestamp::from_millisecond(at).expect("a time");
    Offset::constant(8).to_datetime(at).strftime("%d %H:%M:%S").to_string()
}

fn case(kind: AlertKind, unit: Option<&str>) -> Alert {
    Alert {
        id: 7,
        kind,
        state: AlertState::Firing,
        unit: unit.map(Into::into),
        year: unit.map(|_| 2025),
        about: kind.is_trouble().then(|| "群".into()),
        submission: 0,
        summary: Words::default(),
        opened_at: at(5, 10, 0),
        updated_at: at(5, 10, 0),
        resolved_at: None,
        acknowledged: None,
        silenced: None,
        reminded_at: None,
        reminders: 0,
        escalated_at: None,
    }
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(ToString::to_string).collect()
}

fn unit(code: &str, name: &str, region: &str) -> Unit {
    Unit {
        code: code.into(),
        name: name.into(),
        aliases: Vec::new(),
        kind: BodyKind::Department,
        parent: None,
        own: false,
        regions: vec![region.into()],
        contacts: Vec::new(),
        supervisors: vec!["张三".into()],
        folder: None,
    }
}

fn listener(name: &str, people: bool) -> Listener {
    Listener { name: name.into(), people, digest: people.then_some(510) }
}

fn hours() -> Hours {
    Hours {
        utc_offset_minutes: 480,
        urgent: AlertKind::ALL.into_iter().filter(|kind| kind.is_trouble()).collect(),
        group_wait: 30_000,
        repeat: Some(DAY),
        escalate_after: Some(2 * DAY),
        ..Hours::default()
    }
}

/// Two regions with a group each, one above the first, and a program that is told of the disk.
fn routes() -> Vec<Route> {
    let by = |region: &str, group: &str| Route {
        regions: set(&[region]),
        channels: set(&[group]),
        ..Route::default()
    };
    let disk = Route {
        kinds: BTreeSet::from([AlertKind::DiskLow]),
        channels: set(&["平台"]),
        ..Route::default()
    };
    vec![Route { escalate_to: set(&["领导"]), ..by("北片", "北群") }, by("南片", "南群"), disk]
}

fn policy_of(routes: Vec<Route>, hours: Hours) -> Policy {
    let channels = vec![
        listener("北群", true),
        listener("南群", true),
        listener("平台", false),
        listener("领导", true),
    ];
    let units = vec![unit("1", "青禾县水利局", "北片"), unit("2", "青禾县教育局", "南片")];
    let roster = Roster::new(units).expect("no faults");
    Policy::new(channels, routes, hours, Some(Arc::new(roster)))
}

fn policy() -> Policy {
    policy_of(routes(), hours())
}

const NORTH: Option<&str> = Some("青禾县水利局");
const SOUTH: Option<&str> = Some("青禾县教育局");

fn told(policy: &Policy, alert: &Alert, phase: Phase) -> Vec<String> {
    policy.tell(alert, phase, at(5, 10, 0)).into_iter().map(|to| to.channel).collect()
}

#[test]
fn a_case_goes_by_its_region_and_one_that_no_route_takes_to_everybody() {
    let policy = policy();
    let of = |kind, unit| told(&policy, &case(kind, unit), Phase::Opened);
    assert_eq!(of(AlertKind::Returned, NORTH), ["北群"]);
    assert_eq!(of(AlertKind::Overdue, SOUTH), ["南群"]);
    assert_eq!(of(AlertKind::Returned, Some("别县审计局")).len(), 4, "not in the roster");
    assert_eq!(of(AlertKind::Unreadable, None).len(), 4);
    assert_eq!(of(AlertKind::DiskLow, None), ["平台"]);
    assert_eq!(of(AlertKind::FolderAway, None).len(), 4);
}

#[test]
fn of_a_failing_channel_the_others_are_told() {
    let failing =
        |name: &str| Alert { about: Some(name.into()), ..case(AlertKind::ChannelFailing, None) };
    assert_eq!(told(&policy(), &failing("北群"), Phase::Opened), ["南群", "平台", "领导"]);
    let route = Route {
        kinds: BTreeSet::from([AlertKind::ChannelFailing]),
        channels: set(&["北群"]),
        ..Route::default()
    };
    let policy = policy_of(vec![route], hours());
    assert_eq!(told(&policy, &failing("南群"), Phase::Opened), ["北群"]);
    let others = told(&policy, &failing("北群"), Phase::Opened);
    assert_eq!(others, ["南群", "平台", "领导"], "who is to be told is who fails");
}

#[test]
fn a_roster_read_anew_moves_a_unit_to_its_new_group() {
    let roster = Roster::new(vec![unit("1", "青禾县水利局", "南片")]).expect("no faults");
    let policy = policy().with_roster(Some(Arc::new(roster)));
    assert_eq!(told(&policy, &case(AlertKind::Returned, NORTH), Phase::Opened), ["南群"]);
}

#[test]
fn routes_by_kind_of_body_by_unit_and_by_supervisor_take_theirs() {
    let one = |route: Route| {
        let routes = vec![Route { channels: set(&["南群"]), ..route }];
        told(&policy_of(routes, hours()), &case(AlertKind::Returned, NORTH), Phase::Opened).len()
    };
    let (theirs, not_theirs) = (1, 4);
    assert_eq!(one(Route { supervisors: set(&["张三"]), ..Route::default() }), theirs);
    assert_eq!(one(Route { supervisors: set(&["李四"]), ..Route::default() }), not_theirs);
    assert_eq!(one(Route { units: set(&["青禾县水利局"]), ..Route::default() }), theirs);
    let kinds = |kind| Route { unit_kinds: BTreeSet::from([kind]), ..Route::default() };
    assert_eq!(one(kinds(BodyKind::Department)), theirs);
    assert_eq!(one(kinds(BodyKind::Township)), not_theirs);
    let kinds = |kind| Route { kinds: BTreeSet::from([kind]), ..Route::default() };
    assert_eq!(one(kinds(AlertKind::Returned)), theirs);
    assert_eq!(one(kinds(AlertKind::Overdue)), not_theirs);
}

#[test]
fn people_get_a_digest_a_day_and_programs_each_turn_at_once() {
    let policy = policy();
    let due = |kind, unit, now| {
        let told = policy.tell(&case(kind, unit), Phase::Opened, now);
        told.iter().map(|to| shown(to.due_at)).collect::<Vec<_>>()
    };
    assert_eq!(due(AlertKind::Returned, NORTH, at(5, 8, 29)), ["05 08:30:00"]);
    assert_eq!(due(AlertKind::Returned, NORTH, at(5, 8, 31)), ["06 08:30:00"]);
    assert_eq!(due(AlertKind::Returned, NORTH, at(31, 23, 0)), ["01 08:30:00"]);
    let away = due(AlertKind::FolderAway, None, at(5, 3, 0));
    assert_eq!(away, ["05 03:00:30", "05 03:00:30", "05 03:00:00", "05 03:00:30"]);
}

#[test]
fn quiet_hours_and_days_without_work_put_off_what_people_are_told() {
    let quiet = vec![(18 * 60, 8 * 60), (12 * 60, 14 * 60)];
    let night = Hours { quiet, ..hours() };
    let urgent = |hours: &Hours, now| {
        let policy = policy_of(routes(), hours.clone());
        let told = policy.tell(&case(AlertKind::FolderAway, None), Phase::Opened, now);
        told.iter().map(|to| shown(to.due_at)).max().expect("somebody")
    };
    for (now, then) in [
        (at(5, 9, 0), "05 09:00:30"),
        (at(5, 12, 30), "05 14:00:00"),
        (at(5, 17, 59), "05 17:59:30"),
        (at(5, 18, 0), "06 08:00:00"),
        (at(6, 2, 0), "06 08:00:00"),
        (at(6, 8, 0), "06 08:00:30"),
    ] {
        assert_eq!(urgent(&night, now), then, "{}", shown(now));
    }
    let except = BTreeSet::from([AlertKind::FolderAway]);
    let awake = Hours { quiet_except: except, ..night.clone() };
    assert_eq!(urgent(&awake, at(6, 2, 0)), "06 02:00:30");

    // Saturday the 10th and Sunday are free, Monday the 12th is a holiday here.
    let mut rest = Hours { quiet_days: true, ..night };
    rest.calendar.holidays.insert(date(2026, 1, 12));
    assert_eq!(urgent(&rest, at(9, 19, 0)), "13 08:00:00");
    let policy = policy_of(routes(), rest);
    let digest = policy.tell(&case(AlertKind::Returned, NORTH), Phase::Opened, at(9, 9, 0));
    assert_eq!(shown(digest[0].due_at), "13 08:30:00");
}

#[test]
fn a_silenced_case_is_told_only_when_it_ends_until_the_silence_is_over() {
    let policy = policy();
    let until = at(8, 0, 0);
    let silence = Silence { by: "张三".into(), at: at(5, 11, 0), until, note: String::new() };
    let alert = Alert { silenced: Some(silence), ..case(AlertKind::Returned, NORTH) };
    for phase in [Phase::Opened, Phase::Updated, Phase::Reminded, Phase::Escalated] {
        assert!(told(&policy, &alert, phase).is_empty(), "{phase:?}");
    }
    assert_eq!(told(&policy, &alert, Phase::Resolved), ["北群"]);
    assert_eq!(policy.reminder(&alert, until - 1), None);
    let alert = Alert { escalated_at: Some(at(5, 10, 30)), ..alert };
    assert_eq!(policy.reminder(&alert, until), Some(Phase::Reminded));
    let alert = Alert { reminded_at: Some(until), ..alert };
    assert_eq!(policy.reminder(&alert, until + DAY - 1), None);
}

#[test]
fn a_case_nobody_takes_on_is_told_again_and_then_above_and_one_taken_on_never() {
    let policy = policy();
    let alert = case(AlertKind::Returned, NORTH);
    let opened = alert.opened_at;
    assert_eq!(policy.reminder(&alert, opened + DAY - 1), None);
    assert_eq!(policy.reminder(&alert, opened + DAY), Some(Phase::Reminded));
    let alert = Alert { reminded_at: Some(opened + DAY), ..alert };
    assert_eq!(policy.reminder(&alert, opened + 2 * DAY - HOUR), None);
    assert_eq!(policy.reminder(&alert, opened + 2 * DAY), Some(Phase::Escalated));
    assert_eq!(told(&policy, &alert, Phase::Escalated), ["领导"]);
    let alert = Alert { escalated_at: Some(opened + 2 * DAY), ..alert };
    assert_eq!(policy.reminder(&alert, opened + 3 * DAY), Some(Phase::Reminded));
    assert_eq!(told(&policy, &alert, Phase::Resolved), ["北群", "领导"]);
    let by = Acknowledgement { by: "张三".into(), at: opened, note: String::new() };
    let taken = Alert { acknowledged: Some(by), escalated_at: None, ..alert.clone() };
    for days in [1, 3, 90, 4000] {
        assert_eq!(policy.reminder(&taken, opened + days * DAY), None);
    }
    let over = Alert { state: AlertState::Resolved, ..alert };
    assert_eq!(policy.reminder(&over, opened + 9 * DAY), None);
    // Nobody is above the south.
    let south = case(AlertKind::Returned, SOUTH);
    assert_eq!(policy.reminder(&south, opened + 9 * DAY), Some(Phase::Reminded));
}

#[test]
fn what_is_not_due_yet_is_told_by_its_own_days_only() {
    let alert = case(AlertKind::DueSoon, NORTH);
    assert_eq!(policy().reminder(&alert, alert.opened_at + 30 * DAY), None);
}
