//! A message of the outbox for people: what a mail or a chat shows.

use super::table::visible;
use crate::model::{Lang, OutboxItem, Phase, Telling, Words};

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

/// What a message says to people.
pub fn notice(item: &OutboxItem, lang: Lang) -> Notice {
    let tellings = item.tellings();
    let season = match &item.body {
        crate::model::Body::Bundle(bundle) => &bundle.season[..],
        crate::model::Body::Case { .. } => &[],
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
    match (tellings, lang) {
        ([one], _) => {
            let summary = one.alert.summary.in_lang(lang);
            visible(&format!("【{}】{summary}", one.phase.words().in_lang(lang)))
        }
        (many, Lang::Zh) => format!("年报提醒：{}件", many.len()),
        (many, Lang::En) => format!("nianbao: {} alerts", many.len()),
    }
}

fn section(tellings: &[Telling], phase: Phase, lang: Lang) -> Option<Section> {
    let of_phase: Vec<&Telling> = tellings.iter().filter(|one| one.phase == phase).collect();
    let heading = match lang {
        Lang::Zh => format!("{}（{}件）", phase.words().zh, of_phase.len()),
        Lang::En => format!("{} ({})", phase.words().en, of_phase.len()),
    };
    let line = |one: &&Telling| visible(one.alert.summary.in_lang(lang));
    let lines: Vec<String> = of_phase.iter().map(line).collect();
    (!lines.is_empty()).then_some(Section { heading, lines })
}
