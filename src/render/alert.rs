//! An alert as one line for people and as an event for programs.

use super::table::visible;
use crate::model::{Alert, AlertKind, Body, Lang, Millis, OutboxItem, Phase, SubmissionId};
use jiff::Timestamp;
use serde_json::{Value, json};

/// One line: what turn the case took, what it is about, its number. Names in it are a stranger's
/// and may hold anything; what would draw on a terminal or break the line is made visible.
pub fn line(alert: &Alert, phase: Phase, lang: Lang) -> String {
    let turn = phase.words();
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
    match &item.body {
        Body::Case { phase, alert } => {
            let event = format!("alert.{}", phase.name());
            let (id, subject, at) = (&item.dedupe_id, subject(alert), turned_at(alert, *phase));
            envelope(id, source, &event, &subject, at, telling(&item.dedupe_id, *phase, alert))
        }
        Body::Bundle(bundle) => {
            let tellings: Vec<Value> = bundle
                .tellings
                .iter()
                .map(|one| telling(&one.dedupe_id, one.phase, &one.alert))
                .collect();
            let season: Vec<Value> =
                bundle.season.iter().map(|w| json!({"zh": w.zh, "en": w.en})).collect();
            let data = json!({"tellings": tellings, "season": season});
            envelope(&item.dedupe_id, source, "digest", "digest", bundle.at, data)
        }
    }
}

/// A message that tells of nothing, to try a channel.
pub fn test_event(id: &str, source: &str, at: Millis) -> Value {
    let data =
        json!({"text": "【测试】这是一条测试提醒，无须处理（a test, nothing is the matter）"});
    envelope(id, source, "test", "test", at, data)
}

fn envelope(id: &str, source: &str, event: &str, subject: &str, at: Millis, data: Value) -> Value {
    json!({
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": format!("cn.nianbao.{event}"),
        "subject": subject,
        "time": rfc3339(at),
        "datacontenttype": "application/json",
        "data": data,
    })
}

fn telling(id: &str, phase: Phase, alert: &Alert) -> Value {
    json!({
        "id": id,
        "alert": alert.id,
        "kind": alert.kind.name(),
        "phase": phase.name(),
        "unit": alert.unit,
        "year": alert.year,
        "submission": submission(alert),
        "about": alert.about,
        "text": line(alert, phase, Lang::Zh),
        "summary": {"zh": alert.summary.zh, "en": alert.summary.en},
        "opened_at": rfc3339(alert.opened_at),
        "updated_at": rfc3339(alert.updated_at),
        "resolved_at": alert.resolved_at.map(rfc3339),
    })
}

fn turned_at(alert: &Alert, phase: Phase) -> Millis {
    match phase {
        Phase::Opened => alert.opened_at,
        Phase::Updated => alert.updated_at,
        Phase::Resolved => alert.resolved_at.unwrap_or(alert.updated_at),
        Phase::Reminded => alert.reminded_at.unwrap_or(alert.updated_at),
        Phase::Escalated => alert.escalated_at.unwrap_or(alert.updated_at),
    }
}

/// What the event is about: unit and year where known, else the submission; of a folder or channel
/// in trouble its name.
fn subject(alert: &Alert) -> String {
    match (alert.kind, &alert.about, &alert.unit, alert.year) {
        (AlertKind::FolderAway, Some(name), ..) => format!("folder/{name}"),
        (AlertKind::ChannelFailing, Some(name), ..) => format!("channel/{name}"),
        (AlertKind::DiskLow, Some(name), ..) => format!("disk/{name}"),
        (_, _, Some(unit), Some(year)) => format!("{year}/{unit}"),
        _ => format!("submission/{}", alert.submission),
    }
}

/// The submission a case speaks of; none where it is about a folder or channel, or about one that has not
/// come.
fn submission(alert: &Alert) -> Option<SubmissionId> {
    Some(alert.submission).filter(|id| *id != 0)
}

/// Coordinated universal time, to the millisecond.
pub(super) fn rfc3339(at: Millis) -> String {
    Timestamp::from_millisecond(at).map(|t| format!("{t:.3}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlertKind, AlertState, Words};

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
            silenced: None,
            reminded_at: None,
            reminders: 0,
            escalated_at: None,
        };
        let zh = line(&alert, Phase::Opened, Lang::Zh);
        assert_eq!(zh, "【新提醒】文件“a··[2Jb·.docx”无法判读（提醒 7）");
        let en = line(&alert, Phase::Opened, Lang::En);
        assert_eq!(en, "[new] File “a·.docx” (alert 7)");
    }
}
