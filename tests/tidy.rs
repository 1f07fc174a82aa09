//! The rules of the house as code: which room may use which, what the core may never mention, and
//! what no file may hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const CORE: [&str; 7] = ["document", "model", "extract", "edition", "rules", "specimen", "render"];

/// What each room may use besides itself. `src/ARCHITECTURE.md` shows the same table.
const MAY_USE: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("model", &["document"]),
    ("extract", &["document", "model"]),
    ("edition", &["document", "model"]),
    ("rules", &["document", "model", "edition"]),
    ("specimen", &["document", "model", "edition"]),
    ("render", &CORE),
    ("config", &["model", "extract", "edition", "rules"]),
    ("store", &["document", "model", "proto"]),
    ("intake", &["model", "config", "store"]),
    (
        "pipeline",
        &[
            "document", "model", "extract", "edition", "rules", "specimen", "render", "config",
            "store",
        ],
    ),
    ("alert", &["model", "render", "store", "config"]),
    ("grpc", &["document", "model", "render", "store", "rules", "edition", "config", "proto"]),
    (
        "daemon",
        &["edition", "model", "config", "store", "intake", "pipeline", "alert", "grpc", "render"],
    ),
    ("cli", &["document", "model", "render", "config", "proto"]),
    ("proto", &[]),
];

/// Verbs that work without a daemon, or are it, and what they use besides.
const VERBS_MAY_USE: &[(&str, &[&str])] = &[
    ("src/cli/check.rs", &["pipeline"]),
    ("src/cli/demo.rs", &["edition", "specimen"]),
    ("src/cli/diff.rs", &["rules"]),
    ("src/cli/eval.rs", &["pipeline"]),
    ("src/cli/eval/cases.rs", &["edition", "rules", "specimen"]),
    ("src/cli/eval/score.rs", &["rules"]),
    ("src/cli/ledger/page.rs", &["rules"]),
    ("src/cli/list.rs", &["rules"]),
    ("src/cli/rules.rs", &["edition", "rules"]),
    ("src/cli/serve.rs", &["daemon"]),
    ("src/cli/rebuild.rs", &["daemon"]),
];

/// What the core may not mention: everything that does something to the world or asks it the time.
const EFFECTS: [&str; 14] = [
    "tokio",
    "sled",
    "tonic",
    "notify",
    "ureq",
    "tracing",
    "fs_err",
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::thread",
    "Instant",
    "SystemTime",
];

const BANNED_NAMES: [&str; 7] = ["utils", "util", "helpers", "helper", "manager", "misc", "stuff"];

const BANNED_MACROS: [&str; 3] = ["dbg!", "todo!", "unimplemented!"];

/// A file longer than this is two files; a test file, whose parts are read one by one, may be longer.
const MAX_LINES: usize = 500;
const MAX_TEST_LINES: usize = 800;

struct Source {
    /// `src/model/place.rs`
    path: String,
    text: String,
    /// The text with comments, strings and characters blanked, without its unit tests.
    code: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(directory: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(&directory).expect("readable").map(|e| e.expect("readable"))
        {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(source(&path));
            }
        }
    }
    assert!(!found.is_empty(), "no file in {directory}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn source(path: &PathBuf) -> Source {
    let text = std::fs::read_to_string(path).expect("UTF-8");
    let path = path.strip_prefix(root()).expect("below the root").display().to_string();
    let code = blanked(&text);
    let code = code[..unit_tests(&code)].to_string();
    Source { path, code, text }
}

/// Where the unit tests at the end of a file begin. A test module kept in a file of its own ends
/// nothing.
fn unit_tests(code: &str) -> usize {
    code.match_indices("#[cfg(test)]")
        .find(|(at, mark)| {
            let next = code[at + mark.len()..].trim_start();
            next.starts_with("mod ") && next.find('{') < next.find(';').or(Some(usize::MAX))
        })
        .map_or(code.len(), |(at, _)| at)
}

impl Source {
    /// The room a file of `src` lies in: `None` for `lib.rs`, `main.rs` and unit tests kept in files
    /// of their own.
    fn room(&self) -> Option<&str> {
        let below = self.path.strip_prefix("src/")?;
        let of_tests = below.split('/').any(|part| part == "tests" || part == "tests.rs");
        let (room, _) = below.split_once('/').or_else(|| below.split_once('.'))?;
        (!of_tests && !matches!(room, "lib" | "main")).then_some(room)
    }

    /// How many modules the file lies below the root of the crate.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count() - 1;
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }
}

/// The text with every comment, string and character literal turned into spaces.
fn blanked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => {
                (at..chars.len()).find(|&i| chars[i] == '\n').unwrap_or(chars.len())
            }
            ('/', Some('*')) => block_comment(&chars, at),
            ('r', Some('"' | '#')) if !at.checked_sub(1).is_some_and(|i| word(chars[i])) => {
                raw_string(&chars, at)
            }
            ('"', _) => quoted(&chars, at, '"'),
            ('\'', Some('\\')) => quoted(&chars, at, '\''),
            ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
            _ => at,
        };
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block_comment(chars: &[char], start: usize) -> usize {
    let (mut depth, mut at) = (0, start);
    while at < chars.len() {
        match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

/// The end of `r"…"` or `r#"…"#`; `start` for a raw identifier.
fn raw_string(chars: &[char], start: usize) -> usize {
    let hashes = chars[start + 1..].iter().take_while(|c| **c == '#').count();
    let open = start + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return start;
    }
    let closes = |at: usize| chars[at + 1..].iter().take(hashes).filter(|c| **c == '#').count();
    (open + 1..chars.len())
        .find(|&at| chars[at] == '"' && closes(at) == hashes)
        .map_or(chars.len(), |at| at + 1 + hashes)
}

fn quoted(chars: &[char], start: usize, end: char) -> usize {
    let mut at = start + 1;
    while at < chars.len() && chars[at] != end {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(chars.len())
}

/// The rooms a piece of code names: after `crate::`, or after as many `super::` as lead to the root;
/// a group in braces names several.
fn rooms_used(code: &str, depth: usize) -> BTreeSet<String> {
    let to_root = "super::".repeat(depth);
    let mut used = BTreeSet::new();
    for lead in ["crate::", "nianbao::", to_root.as_str()] {
        if lead.is_empty() {
            continue;
        }
        for (at, _) in code.match_indices(lead) {
            if !code[..at].ends_with(|c: char| word(c) || c == ':') {
                used.extend(named(&code[at + lead.len()..]));
            }
        }
    }
    used
}

fn named(rest: &str) -> Vec<String> {
    let ident = |text: &str| -> String { text.chars().take_while(|c| word(*c)).collect() };
    let rest = rest.trim_start();
    let Some(group) = rest.strip_prefix('{') else { return vec![ident(rest)] };
    let (mut depth, mut names, mut begins) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            c if begins && word(c) => {
                names.push(ident(&group[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    names
}

/// Whether code holds a name as a whole word (or path).
fn mentions(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + name.len()..].chars().next();
        !before.is_some_and(word) && !after.is_some_and(word)
    })
}

#[test]
fn the_scanner_sees_what_a_compiler_sees() {
    let code = blanked(
        r##"
//! use crate::sled_in_a_comment;
use crate::{
    model::{Place, Words},
    store,
};
fn f<'a>(x: &'a str) -> char { let s = "crate::grpc \" crate::cli"; let r = r#"crate::web "x" "#; '"' }
/* crate::old /* nested */ crate::older */
use super::super::intake::Scan; fn g() { crate::alert::send(); othercrate::proto::x(); '\'' }
"##,
    );
    let used: Vec<String> = rooms_used(&code, 2).into_iter().collect();
    assert_eq!(used, ["alert", "intake", "model", "store"]);
    let elsewhere = "#[cfg(test)]\nmod cases;\nfn f() {}";
    assert_eq!(unit_tests(elsewhere), elsewhere.len());
    assert_eq!(unit_tests("fn f() {}\n#[cfg(test)]\nmod tests { use x; }"), 10);
    assert!(mentions("use std::fs;", "std::fs") && !mentions("use std::fs_x;", "std::fs"));
}

#[test]
fn no_room_uses_another_that_the_table_does_not_allow() {
    let table: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let verbs: BTreeMap<_, _> = VERBS_MAY_USE.iter().copied().collect();
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    for file in files("src") {
        let Some(room) = file.room() else { continue };
        let Some(allowed) = table.get(room) else {
            broken.push(format!("{}: the room {room} is not in the table", file.path));
            continue;
        };
        seen.insert(room.to_string());
        let besides = verbs.get(file.path.as_str()).copied().unwrap_or_default();
        for used in rooms_used(&file.code, file.depth()) {
            let known = table.contains_key(used.as_str());
            let fits = used == room || allowed.contains(&used.as_str());
            if known && !fits && !besides.contains(&used.as_str()) {
                broken.push(format!("{}: {room} may not use {used}", file.path));
            }
        }
    }
    let rooms: BTreeSet<String> = table.keys().map(|room| room.to_string()).collect();
    assert_eq!(seen, rooms, "rooms with files and rooms in the table");
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn the_core_mentions_nothing_that_acts_on_the_world() {
    let mut broken = Vec::new();
    for file in files("src") {
        if !file.room().is_some_and(|room| CORE.contains(&room)) {
            continue;
        }
        for effect in EFFECTS {
            if mentions(&file.code, effect) {
                broken.push(format!("{}: {effect}", file.path));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_file_says_first_what_it_is_and_stays_short() {
    let mut broken = Vec::new();
    for file in files("src").into_iter().chain(files("tests")) {
        if !file.text.starts_with("//! ") {
            broken.push(format!("{}: begins without //!", file.path));
        }
        let lines = file.text.lines().count();
        let most = if file.path.starts_with("src/") { MAX_LINES } else { MAX_TEST_LINES };
        if lines > most {
            broken.push(format!("{}: {lines} lines", file.path));
        }
        let name = file.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let name = name.rsplit('/').next().unwrap_or(name);
        if BANNED_NAMES.contains(&name) {
            broken.push(format!("{}: a name that says nothing", file.path));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn nothing_unfinished_or_noisy_is_left_in_the_code() {
    let mut broken = Vec::new();
    for file in files("src").into_iter().chain(files("tests")) {
        let whole = blanked(&file.text);
        for banned in BANNED_MACROS {
            if whole.contains(banned) {
                broken.push(format!("{}: {banned}", file.path));
            }
        }
        if whole.contains("#[ignore]") {
            broken.push(format!("{}: #[ignore] without a reason", file.path));
        }
        let speaks =
            ["println", "print"].iter().any(|name| mentions(&file.code, &format!("{name}!")));
        if file.room().is_some_and(|room| room != "cli") && speaks {
            broken.push(format!("{}: prints", file.path));
        }
        for place in ["/home/", "/root/", "/work/"] {
            // This file has to name them.
            if file.path != "tests/tidy.rs" && file.text.contains(place) {
                broken.push(format!("{}: a path of one machine, {place}", file.path));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
