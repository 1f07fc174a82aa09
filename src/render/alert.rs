//! An alert as one line for people and as an event for programs.

use super::table::visible;
use crate::model::{Alert, AlertKind, Lang, Millis, OutboxItem, Phase, SubmissionId, Words};
use jiff::Timestamp;
use serde_json::{Value, json};

/// One line: what turn the case took, what it is about, its number. Names in it are a stranger's
/// and may hold anything; what would draw on a terminal or break the line is made visible.
pub fn line(alert: &Alert, phase: Phase, lang: Lang) -> String {
    let turn = phase_words(phase);
    let summary = alert.summary.in_lang(lang);
    visible(&match lang {
        Lang::Zh => format!("【{}】{summary}（提醒 {}）", turn.zh, alert.id),
        Lang::En => format!("[{}] {summary} (alert {})", turn.en, alert.id),
    })
}

/// The message to a receiver, as a CloudEvent 1.0 in JSON
/// (<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>).
/// `source` is constant per site; `id` is the item's dedupe id, so a receiver that keeps
/// (source, id) meets each fact once.
pub fn cloud_event(item: &OutboxItem, source: &str) -> Value {
    let alert = &item.alert;
    let at = match item.phase {
        Phase::Opened => alert.opened_at,
        Phase::Updated => alert.updated_at,
        Phase::Resolved => alert.resolved_at.unwrap_or(alert.updated_at),
    };
    json!({
        "specversion": "1.0",
        "id": item.dedupe_id,
        "source": source,
        "type": format!("cn.nianbao.alert.{}", phase_name(item.phase)),
        "subject": subject(alert),
        "time": rfc3339(at),
        "datacontenttype": "application/json",
        "data": {
            "alert": alert.id,
            "kind": alert.kind.name(),
            "phase": phase_name(item.phase),
            "unit": alert.unit,
            "year": alert.year,
            "submission": submission(alert),
            "about": alert.about,
            "text": line(alert, item.phase, Lang::Zh),
            "summary": {"zh": alert.summary.zh, "en": alert.summary.en},
            "opened_at": rfc3339(alert.opened_at),
            "updated_at": rfc3339(alert.updated_at),
            "resolved_at": alert.resolved_at.map(rfc3339),
        },
    })
}

/// What the event is about: unit and year where known, else the submission; of a folder or channel
/// in trouble its name.
fn subject(alert: &Alert) -> String {
    match (alert.kind, &alert.about, &alert.unit, alert.year) {
        (AlertKind::FolderAway, Some(name), ..) => format!("folder/{name}"),
        (AlertKind::ChannelFailing, Some(name), ..) => format!("channel/{name}"),
        (_, _, Some(unit), Some(year)) => format!("{year}/{unit}"),
        _ => format!("submission/{}", alert.submission),
    }
}

/// The submission a case speaks of; none where it is about a folder or channel.
fn submission(alert: &Alert) -> Option<SubmissionId> {
    Some(alert.submission).filter(|_| alert.about.is_none())
}

fn phase_name(phase: Phase) -> &'static str {
    match phase {
        Phase::Opened => "opened",
        Phase::Updated => "updated",
        Phase::Resolved => "resolved",
    }
}

fn phase_words(phase: Phase) -> Words {
    match phase {
        Phase::Opened => Words::new("新提醒", "new"),
        Phase::Updated => Words::new("有更新", "updated"),
        Phase::Resolved => Words::new("已解除", "resolved"),
    }
}

/// Coordinated universal time, to the millisecond.
pub(super) fn rfc3339(at: Millis) -> String {
    Timestamp::from_millisecond(at).map(|t| format!("{t:.3}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertKind, AlertState};

    #[test]
    fn a_hostile_file_name_stays_on_its_line_and_draws_nothing() {
        let alert = Alert {
            id: 7,
            kind: AlertKind::Unreadable,
            state: AlertState::Firing,
            unit: None,
            year: None,
            about: None,
            submission: 3,
            summary: Words::new("文件“a\n\x1b[2Jb\u{202e}.docx”无法判读", "File “a\r.docx”"),
            opened_at: 0,
            updated_at: 0,
            resolved_at: None,
            acknowledged: None,
        };
        let zh = line(&alert, Phase::Opened, Lang::Zh);
        assert_eq!(zh, "【新提醒】文件“a··[2Jb·.docx”无法判读（提醒 7）");
        let en = line(&alert, Phase::Opened, Lang::En);
        assert_eq!(en, "[new] File “a·.docx” (alert 7)");
    }
}
