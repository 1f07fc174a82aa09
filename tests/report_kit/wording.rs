//! What every word that a clerk or supervisor reads owes its reader.

use nianbao::model::{Finding, Lang, Severity, Verdict, Words};

/// What is wrong with a finding's words, if anything is.
pub fn badly_worded(f: &Finding) -> Option<String> {
    for (part, words) in [("message", &f.message), ("help", &f.help), ("basis", &f.basis)]
        .into_iter()
        .chain(f.doubt.iter().map(|words| ("doubt", words)))
        .chain(f.likely.iter().map(|likely| ("likely", likely)))
    {
        if let Some(why) = bad_words(words) {
            return Some(format!("{part} {why}"));
        }
    }
    let place = f.places.first()?;
    if place.in_words(Lang::Zh).trim().is_empty() || place.in_words(Lang::En).trim().is_empty() {
        return Some("its place says nothing".into());
    }
    if f.places.iter().any(|p| p.quote.chars().count() > 120) {
        return Some("a quote is longer than 120 characters".into());
    }
    (f.severity == Severity::Error && f.doubt.is_some()).then(|| "a doubtful error".to_string())
}

/// What is wrong with the words of a verdict: its findings, and why rules could not check.
pub fn badly_said(verdict: &Verdict) -> Vec<String> {
    let findings = verdict.findings.iter().filter_map(|f| Some((&f.code, badly_worded(f)?)));
    let reasons = verdict.coverage.iter().filter_map(|(code, coverage)| {
        Some((code, format!("reason {}", bad_words(coverage.reason.as_ref()?)?)))
    });
    findings.chain(reasons).map(|(code, why)| format!("{code}: {why}")).collect()
}

/// Chinese in Chinese characters and English without any, but for what is quoted; no programmer's names.
pub fn bad_words(words: &Words) -> Option<String> {
    for lang in [Lang::Zh, Lang::En] {
        let said = words.in_lang(lang);
        if said.trim().is_empty() {
            return Some(format!("says nothing in {lang:?}"));
        }
        if let Some(key) = key(said) {
            return Some(format!("names {key} by its key: {said}"));
        }
        if said.contains("{}") || said.contains("None") || said.contains("Some(") {
            return Some(format!("shows a value as programs do: {said}"));
        }
    }
    if !words.zh.chars().any(is_han) {
        return Some(format!("has no Chinese: {}", words.zh));
    }
    let own = unquoted(&words.en);
    if own.chars().any(is_han) {
        return Some(format!("has Chinese in English that is not quoted: {}", words.en));
    }
    (!words.en.chars().any(|c| c.is_ascii_alphabetic()))
        .then(|| format!("has no English: {}", words.en))
}

/// A field of the form by its key, `t3.granted`, or a name joined by underscores.
fn key(said: &str) -> Option<&str> {
    let unquoted = said.split(['“', '”']).step_by(2);
    unquoted
        .flat_map(|own| own.split(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c))))
        .find(|word| {
            let field = ["t2.", "t3.", "t4."].iter().any(|table| word.starts_with(table));
            let joined = word.contains('_') && word.chars().any(|c| c.is_ascii_lowercase());
            field || joined
        })
}

/// English without what it quotes: “…”, titles in 《》, and the numbers of notices (国办公开办函〔2021〕30号).
fn unquoted(english: &str) -> String {
    let mut own = String::new();
    let mut rest = english;
    let mut named = String::new();
    while let Some((before, after)) = rest.split_once('〔') {
        named.push_str(before.trim_end_matches(is_han));
        rest = after.split_once('号').map_or("", |(_, behind)| behind);
    }
    named.push_str(rest);
    let mut depth = 0_usize;
    for c in named.chars() {
        match c {
            '“' | '《' | '‘' => depth += 1,
            '”' | '》' | '’' => depth = depth.saturating_sub(1),
            _ if depth == 0 => own.push(c),
            _ => {}
        }
    }
    own
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}
