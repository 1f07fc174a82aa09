//! A message of the outbox for people: what a mail or a chat shows.

use super::table::visible;
use crate::model::{Alert, AlertKind, Body, Lang, OutboxItem, Phase, Telling, Words};

/// A message in the order in which it is read. Every line is one line: names in it are strangers' and
/// may hold anything, so what would break the line is made visible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// Subject of a mail, first line in a chat.
    pub title: String,
    /// How the year stands.
    pub season: Vec<String>,
    pub sections: Vec<Section>,
}

/// Lines under one heading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    pub heading: String,
    pub lines: Vec<String>,
}

/// In which order the turns are told: what is new and grave first, what is over last.
const ORDER: [Phase; 5] =
    [Phase::Escalated, Phase::Opened, Phase::Updated, Phase::Reminded, Phase::Resolved];

/// In which order the kinds are told: what stops everything, then what is late, then what is to be mended.
const KINDS: [AlertKind; 10] = [
    AlertKind::DiskLow,
    AlertKind::FolderAway,
    AlertKind::ChannelFailing,
    AlertKind::Overdue,
    AlertKind::NotResent,
    AlertKind::Returned,
    AlertKind::Unreadable,
    AlertKind::Misfiled,
    AlertKind::Unlisted,
    AlertKind::DueSoon,
];

/// Units named in one line; beyond, the rest is counted.
const MOST_NAMES: usize = 40;

/// What a message says to people.
pub fn notice(item: &OutboxItem, lang: Lang) -> Notice {
    let tellings = item.tellings();
    let season = match &item.body {
        Body::Bundle(bundle) => &bundle.season[..],
        Body::Case { .. } => &[],
    };
    Notice {
        title: title(&tellings, lang),
        season: season.iter().map(|words| visible(words.in_lang(lang))).collect(),
        sections: ORDER.iter().filter_map(|phase| section(&tellings, *phase, lang)).collect(),
    }
}

/// The message that a test sends.
pub fn test_notice(lang: Lang) -> Notice {
    let title = Words::new("【测试】年报守望的测试提醒", "[test] nianbao");
    let line = Words::new("这是一条测试提醒，无须处理。", "This is a test; nothing is the matter.");
    let section = Section { heading: String::new(), lines: vec![line.in_lang(lang).to_string()] };
    Notice { title: title.in_lang(lang).to_string(), season: Vec::new(), sections: vec![section] }
}

fn title(tellings: &[Telling], lang: Lang) -> String {
    if let [one] = tellings {
        let summary = one.alert.summary.in_lang(lang);
        return visible(&format!("【{}】{summary}", one.phase.words().in_lang(lang)));
    }
    let count =
        |phases: &[Phase]| tellings.iter().filter(|one| phases.contains(&one.phase)).count();
    let counts = [
        (count(&[Phase::Escalated]), Words::new("无人认领", "unclaimed")),
        (count(&[Phase::Opened, Phase::Updated]), Words::new("新增或有变化", "new or changed")),
        (count(&[Phase::Reminded]), Words::new("仍未处理", "still open")),
        (count(&[Phase::Resolved]), Words::new("已解除", "resolved")),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    match lang {
        Lang::Zh => {
            let counts: Vec<_> = counts.map(|(n, words)| format!("{}{n}件", words.zh)).collect();
            format!("年报提醒：{}", counts.join("，"))
        }
        Lang::En => {
            let counts: Vec<_> = counts.map(|(n, words)| format!("{n} {}", words.en)).collect();
            format!("nianbao: {}", counts.join(", "))
        }
    }
}

fn section(tellings: &[Telling], phase: Phase, lang: Lang) -> Option<Section> {
    let of_phase: Vec<&Telling> = tellings.iter().filter(|one| one.phase == phase).collect();
    let heading = match lang {
        Lang::Zh => format!("{}（{}件）", phase.words().zh, of_phase.len()),
        Lang::En => format!("{} ({})", phase.words().en, of_phase.len()),
    };
    let mut lines = Vec::new();
    for kind in KINDS {
        let of_kind: Vec<&Alert> =
            of_phase.iter().map(|one| &one.alert).filter(|alert| alert.kind == kind).collect();
        let waits = matches!(kind, AlertKind::DueSoon | AlertKind::Overdue | AlertKind::NotResent);
        match (of_kind.len() > 1, waits) {
            (true, true) => lines.push(visible(&together(kind, &of_kind, lang))),
            _ => lines.extend(of_kind.iter().map(|a| visible(a.summary.in_lang(lang)))),
        }
    }
    (!lines.is_empty()).then_some(Section { heading, lines })
}

/// Units of which the same is to be said, in one line: who of eighty has not handed in is a list of names.
fn together(kind: AlertKind, alerts: &[&Alert], lang: Lang) -> String {
    let names: Vec<&str> = alerts.iter().filter_map(|alert| alert.unit.as_deref()).collect();
    let (some, all, words) = (&names[..names.len().min(MOST_NAMES)], alerts.len(), kind.words());
    match lang {
        Lang::Zh => {
            let rest = if some.len() < all { "等" } else { "" };
            format!("{}{all}家：{}{rest}", words.zh, some.join("、"))
        }
        Lang::En => {
            let rest = if some.len() < all { " …" } else { "" };
            format!("{all} {}: {}{rest}", words.en, some.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertState, Bundle};

    fn told(id: u64, phase: Phase, kind: AlertKind, unit: &str) -> Telling {
        let alert = Alert {
            id,
            kind,
            state: AlertState::Firing,
            unit: Some(unit.into()),
            year: Some(2025),
            about: None,
            submission: 0,
            summary: Words::new(format!("{unit} 2025年度报告的事"), format!("{unit} 2025")),
            opened_at: 0,
            updated_at: 0,
            resolved_at: None,
            acknowledged: None,
            silenced: None,
            reminded_at: None,
            reminders: 0,
            escalated_at: None,
        };
        Telling { dedupe_id: format!("a{id}-1-群"), phase, alert }
    }

    fn of(tellings: Vec<Telling>) -> Notice {
        let season = vec![Words::new("2025年度报告：应报3，已报1，未报2。", "2025")];
        let item = OutboxItem {
            dedupe_id: "a0-9-群".into(),
            channel: "群".into(),
            body: Body::Bundle(Bundle { at: 0, tellings, season }),
            due_at: 0,
            attempts: 0,
        };
        notice(&item, Lang::Zh)
    }

    #[test]
    fn a_digest_says_how_many_first_and_names_who_has_not_handed_in_in_one_line() {
        let mut tellings = vec![
            told(1, Phase::Resolved, AlertKind::Returned, "甲局"),
            told(2, Phase::Opened, AlertKind::DueSoon, "乙局"),
            told(3, Phase::Opened, AlertKind::Returned, "丙局"),
            told(4, Phase::Opened, AlertKind::DueSoon, "丁局"),
            told(5, Phase::Opened, AlertKind::Overdue, "戊局\n@all"),
        ];
        let notice = of(tellings.clone());
        assert_eq!(notice.title, "年报提醒：新增或有变化4件，已解除1件");
        assert_eq!(notice.season, ["2025年度报告：应报3，已报1，未报2。"]);
        let opened = &notice.sections[0];
        assert_eq!(opened.heading, "新提醒（4件）");
        let lines =
            ["戊局·@all 2025年度报告的事", "丙局 2025年度报告的事", "临近时限未报2家：乙局、丁局"];
        assert_eq!(opened.lines, lines);
        assert_eq!(notice.sections[1].heading, "已解除（1件）");

        tellings.extend((10..99).map(|id| told(id, Phase::Opened, AlertKind::DueSoon, "某某局")));
        let many = of(tellings);
        let line = many.sections[0].lines.last().expect("a line");
        assert!(line.starts_with("临近时限未报91家：乙局、丁局、某某局、"), "{line}");
        assert!(line.ends_with("某某局等"), "{line}");
        assert_eq!(line.matches('局').count(), MOST_NAMES);
    }

    #[test]
    fn a_message_about_one_case_is_that_case() {
        let notice = of(vec![told(1, Phase::Opened, AlertKind::Overdue, "甲局")]);
        assert_eq!(notice.title, "【新提醒】甲局 2025年度报告的事");
        assert_eq!(notice.sections.len(), 1);
    }
}
