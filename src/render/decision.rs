//! What was decided about a finding, in words and for programs.

use super::alert::rfc3339;
use super::table::visible;
use crate::model::{Decision, Lang, Ruled, Ruling, Said, Words};
use serde_json::{Value, json};

/// One word for how a finding stands, as programs get it.
pub(super) fn standing(ruled: Option<&Ruled>) -> &'static str {
    match ruled.map(Ruled::ruling) {
        None => "open",
        Some(None) => "lapsed",
        Some(Some(ruling)) => ruling.name(),
    }
}

/// The decision for programs: `ruling` is `confirmed`, `dismissed`, `explained`, or `null` where an
/// earlier one is withdrawn; `substance`, not of the decision on a finding, is what the findings of this fingerprint
/// said then.
pub fn value(decision: &Decision, lang: Lang) -> Value {
    let said = |said: &Said| {
        json!({
            "severity": said.severity.name(),
            "message": said.message.in_lang(lang),
            "expected": said.expected,
            "found": said.found,
        })
    };
    let mut object = json!({
        "id": decision.id,
        "unit": decision.of.unit,
        "year": decision.of.year,
        "code": decision.code,
        "fingerprint": decision.fingerprint,
        "ruling": decision.ruling.map(Ruling::name),
        "reason": decision.reason,
        "by": decision.by,
        "at": rfc3339(decision.at),
        "submission": decision.submission,
    });
    if !decision.substance.is_empty() {
        object["substance"] = decision.substance.iter().map(said).collect();
    }
    object
}

/// The ruling in a word; a withdrawal has one of its own.
pub fn ruling_words(ruling: Option<Ruling>) -> Words {
    match ruling {
        Some(ruling) => ruling.words(),
        None => Words::new("撤销认定", "withdrawn"),
    }
}

/// Who decided and why: `（张三：口径不同）`.
pub(super) fn ground(decision: &Decision, lang: Lang) -> String {
    let (by, reason) = (visible(&decision.by), visible(&decision.reason));
    match lang {
        Lang::Zh => format!("（{by}：{reason}）"),
        Lang::En => format!(" ({by}: {reason})"),
    }
}

/// The decision as it bears on a finding.
pub(super) fn words(ruled: &Ruled, lang: Lang) -> String {
    let ruling = ruling_words(ruled.decision.ruling);
    let (ruling, ground) = (ruling.in_lang(lang), ground(&ruled.decision, lang));
    match (ruled.lapsed, lang) {
        (false, _) => format!("{ruling}{ground}"),
        (true, Lang::Zh) => {
            format!("此前认定为{ruling}{ground}，现数值或内容已变，请重新认定")
        }
        (true, Lang::En) => format!(
            "was judged {ruling}{ground}; values or content have changed since, decide anew"
        ),
    }
}
