//! Raw → [`Settings`]: every value parsed, every problem collected.

use super::calendar::calendar;
use super::places::{Base, moved_to, overlaps};
use super::raw::{At, Parsed, Problems, Section};
use super::{
    After, Detect, Folder, Grpc, Holds, Log, LogFormat, Mode, Receipts, RosterFile, Settings,
    UnitFrom, alerts, channels, form, roster, rule_settings, scalar,
};
use crate::extract::Limits;
use crate::model::{Lang, UNIT_BYTES, Words};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use toml::de::DeValue;

pub(super) const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);

/// Reads a whole configuration. Relative paths start at `base`.
pub(super) fn check(source: &str, base: &Base, problems: &mut Problems) -> Settings {
    let mut file = Section::file(source, problems);
    let data = file.get("data", scalar::text, problems);
    let data_span = data.as_ref().map_or(0..0, |at| at.span.clone());
    let data = base.resolve(data.as_ref().map_or("var", |at| &at.value));
    let min_free = file.or("min_free", scalar::size(0, 1 << 40), 64 << 20, problems);
    let utc_offset_minutes = file.or("utc_offset", scalar::utc_offset, 480, problems);
    let lang =
        file.or("lang", scalar::one_of(&[("zh", Lang::Zh), ("en", Lang::En)]), Lang::Zh, problems);
    let issuer = file.get("issuer", issuer, problems).map(|at| at.value);
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let workers = file.or("workers", scalar::whole(1, 256), processors, problems) as usize;
    let grace = duration(&mut file, "grace", (SECOND, DAY), 20 * SECOND, problems);
    let folders =
        folders(&mut file, base, &(At { value: data.clone(), span: data_span }), problems);
    let grpc = grpc(file.section("grpc", problems), problems);
    let channels = channels::read(&mut file, base, lang, problems);
    let mut alerts = alerts::read(&mut file, &channels, problems);
    let mut rules = rule_settings::read(file.section("rules", problems), problems);
    let countdown;
    (rules.calendar, countdown) = calendar(file.section("calendar", problems), problems);
    alerts.hours.calendar = rules.calendar.clone();
    alerts.hours.utc_offset_minutes = utc_offset_minutes;
    let roster = roster_file(file.section("roster", problems), base, problems);
    let (forms, form_files) = form::read(file.section("form", problems), base, problems);
    let limits = limits(file.section("limits", problems), problems);
    let log = log(file.section("log", problems), problems);
    file.close(problems);
    Settings {
        data,
        min_free,
        folders,
        grpc,
        channels,
        alerts,
        rules,
        countdown,
        roster,
        forms,
        form_files,
        limits,
        workers,
        utc_offset_minutes,
        log,
        lang,
        issuer,
        grace,
    }
}

pub(super) fn duration(
    section: &mut Section,
    key: &'static str,
    (low, high): (Duration, Duration),
    default: Duration,
    problems: &mut Problems,
) -> Duration {
    section.or(key, scalar::duration(low, high), default, problems)
}

fn issuer(value: &DeValue) -> Parsed<String> {
    match scalar::text(value)? {
        name if name.len() <= UNIT_BYTES => Ok(name),
        _ => Err(Words::new("至多 200 个字", "at most 600 bytes")),
    }
}

// ---- folders

fn folders(
    file: &mut Section,
    base: &Base,
    data: &At<PathBuf>,
    problems: &mut Problems,
) -> Vec<Folder> {
    let mut names = Names::default();
    let mut paths: Vec<At<PathBuf>> = Vec::new();
    let mut moves: Vec<(At<PathBuf>, Option<PathBuf>)> = Vec::new();
    let mut folders = Vec::new();
    if !file.has("folder") {
        // Whoever writes only the lines that differ still means the default inbox.
        let (mut inbox, _) = folder(&mut Section::empty("folder"), base, problems);
        inbox.name = "inbox".into();
        inbox.path = data.value.join("inbox");
        return vec![inbox];
    }
    for mut section in file.sections("folder", problems) {
        let name = section.need("name", scalar::name, problems);
        let path = section.need("path", scalar::text, problems);
        if let Some(name) = &name {
            names.meet(name, "folder", problems);
        }
        if let Some(at) = &path {
            let path = At { value: base.resolve(&at.value), span: at.span.clone() };
            overlaps(&path, &paths, data, problems);
            paths.push(path);
        }
        let (folder, moved) = folder(&mut section, base, problems);
        section.close(problems);
        if let (After::Move(to), Some(span)) = (&folder.after, moved) {
            let own = path.as_ref().map(|at| base.resolve(&at.value));
            moves.push((At { value: to.clone(), span }, own));
        }
        if let (Some(name), Some(path)) = (name, path) {
            folders.push(Folder { name: name.value, path: base.resolve(&path.value), ..folder });
        }
    }
    for (to, own) in &moves {
        moved_to(to, own.as_deref(), &paths, data, problems);
    }
    folders
}

/// Everything of a folder but its name and path, and where `after` stands.
fn folder(
    section: &mut Section,
    base: &Base,
    problems: &mut Problems,
) -> (Folder, Option<std::ops::Range<usize>>) {
    let modes = &[("submit", Mode::Submit), ("check", Mode::Check)];
    let mode = section.or("mode", scalar::one_of(modes), Mode::Submit, problems);
    let receipts = receipts(section, mode, problems);
    let detects = &[("auto", Detect::Auto), ("native", Detect::Native), ("poll", Detect::Poll)];
    let holds = &[("drafts", Holds::Drafts), ("published", Holds::Published)];
    let zero = Duration::ZERO;
    let after = section.get("after", after, problems);
    let span = after.as_ref().map(|at| at.span.clone());
    if let (Mode::Check, Some(At { value: Some(_), span })) = (mode, &after) {
        problems.add(
            span.clone(),
            Words::new("试投文件夹里的文件不移走", "nothing is moved out of a trial folder"),
            Words::new("删去 after，或写 \"leave\"", "delete the line, or write \"leave\""),
        );
    }
    let folder = Folder {
        name: String::new(),
        path: PathBuf::new(),
        mode,
        receipts,
        unit: section.or("unit", unit_from, UnitFrom::Title, problems),
        holds: section.or("holds", scalar::one_of(holds), Holds::Drafts, problems),
        after: match after.and_then(|at| at.value) {
            None => After::Leave,
            Some(path) => After::Move(base.resolve(&path)),
        },
        settle: duration(section, "settle", (zero, DAY), 2 * SECOND, problems),
        settle_renamed: duration(section, "settle_renamed", (zero, DAY), SECOND / 5, problems),
        detect: section.or("detect", scalar::one_of(detects), Detect::Auto, problems),
        rescan: duration(section, "rescan", (SECOND, DAY), 300 * SECOND, problems),
        poll: duration(section, "poll", (SECOND / 10, DAY), 10 * SECOND, problems),
        resave_grace: duration(section, "resave_grace", (zero, DAY), 60 * SECOND, problems),
        away_grace: duration(section, "away_grace", (zero, DAY), 60 * SECOND, problems),
    };
    (folder, span)
}

/// A trial folder without receipts would tell nobody anything.
fn receipts(section: &mut Section, mode: Mode, problems: &mut Problems) -> Receipts {
    let all = &[
        ("off", Receipts::Off),
        ("html", Receipts::Html),
        ("text", Receipts::Text),
        ("both", Receipts::Both),
    ];
    let written = section.get("receipts", scalar::one_of(all), problems);
    if let (Mode::Check, Some(At { value: Receipts::Off, span })) = (mode, &written) {
        problems.add(
            span.clone(),
            Words::new(
                "试投文件夹的结果只在回执里，不能关掉",
                "what a trial comes to is told by its receipt alone",
            ),
            Words::new("写 \"html\"、\"text\" 或 \"both\"", "write \"html\", \"text\" or \"both\""),
        );
    }
    let default = if mode == Mode::Check { Receipts::Html } else { Receipts::Off };
    written.map_or(default, |at| at.value)
}

fn unit_from(value: &DeValue) -> Parsed<UnitFrom> {
    let fixed = value.as_table().filter(|t| t.len() == 1).and_then(|t| t.get("fixed"));
    match (value.as_str(), fixed) {
        (Some("title"), _) => Ok(UnitFrom::Title),
        (Some("folder"), _) => Ok(UnitFrom::Folder),
        (_, Some(name)) => match scalar::text(name.get_ref())? {
            name if name.len() <= UNIT_BYTES => Ok(UnitFrom::Fixed(name)),
            _ => Err(Words::new("单位全称至多 200 个字", "a name of at most 600 bytes")),
        },
        _ => Err(Words::new(
            "写成 \"title\"、\"folder\" 或 { fixed = \"单位全称\" }",
            "write \"title\", \"folder\" or { fixed = \"full name of the unit\" }",
        )),
    }
}

/// The directory to move to, `None` to leave the file.
fn after(value: &DeValue) -> Parsed<Option<String>> {
    let target = value.as_table().filter(|t| t.len() == 1).and_then(|t| t.get("move"));
    match (value.as_str(), target) {
        (Some("leave"), _) => Ok(None),
        (_, Some(path)) => scalar::text(path.get_ref()).map(Some),
        _ => Err(Words::new(
            "写成 \"leave\" 或 { move = \"目录\" }",
            "write \"leave\" or { move = \"directory\" }",
        )),
    }
}

/// Names met so far in one list.
#[derive(Default)]
pub(super) struct Names {
    met: Vec<String>,
}

impl Names {
    pub fn meet(&mut self, name: &At<String>, list: &str, problems: &mut Problems) {
        if self.met.contains(&name.value) {
            let name_text = &name.value;
            problems.add(
                name.span.clone(),
                Words::new(
                    format!("[[{list}]] 的名称“{name_text}”用了两次"),
                    format!("two [[{list}]] are named “{name_text}”"),
                ),
                Words::new("换一个名称", "choose another name"),
            );
        }
        self.met.push(name.value.clone());
    }
}

// ---- grpc

fn grpc(mut section: Section, problems: &mut Problems) -> Grpc {
    let default = SocketAddr::from(([127, 0, 0, 1], 50051));
    let listen = section.get("listen", scalar::address, problems);
    let admin = section.get("admin", scalar::address_or_off, problems);
    if let Some(at) = &listen {
        loopback_only(at.value, at.span.clone(), problems);
    }
    let admin_span = admin.as_ref().map_or(0..0, |at| at.span.clone());
    let admin = admin.and_then(|at| at.value);
    let listen = listen.map_or(default, |at| at.value);
    if let Some(admin) = admin {
        loopback_only(admin, admin_span.clone(), problems);
        if admin == listen && admin.port() != 0 {
            problems.add(
                admin_span,
                Words::new("admin 与 listen 是同一地址", "admin and listen are the same address"),
                Words::new("换一个端口，或写 \"off\"", "choose another port, or \"off\""),
            );
        }
    }
    let message = scalar::size(64 << 10, 64 << 20);
    let upload = scalar::size(64 << 10, 1 << 30);
    let max_message = section.or("max_message", message, 4 << 20, problems) as usize;
    let max_upload = section.or("max_upload", upload, 64 << 20, problems);
    section.close(problems);
    Grpc { listen, admin, max_message, max_upload }
}

fn loopback_only(address: SocketAddr, span: std::ops::Range<usize>, problems: &mut Problems) {
    if address.ip().to_canonical().is_loopback() {
        return;
    }
    problems.add(
        span,
        Words::new(
            "接口没有加密和身份核验，不能对本机以外开放",
            "the API has no encryption and no login and must not be open beyond this machine",
        ),
        Words::new(
            format!(
                "改为 \"127.0.0.1:{0}\"；从别处访问请经 SSH 转发：ssh -L {0}:127.0.0.1:{0} 本机",
                address.port()
            ),
            format!(
                "write \"127.0.0.1:{0}\"; from elsewhere forward it: ssh -L {0}:127.0.0.1:{0} host",
                address.port()
            ),
        ),
    );
}

// ---- roster

fn roster_file(mut section: Section, base: &Base, problems: &mut Problems) -> Option<RosterFile> {
    let file = section.get("file", scalar::text, problems);
    section.close(problems);
    let file = file?.value;
    let path = base.resolve(&file);
    match roster::load(&path) {
        Ok(roster::Loaded { roster, sha256 }) => {
            Some(RosterFile { path, roster: Arc::new(roster), sha256 })
        }
        Err(found) => {
            problems.add_all(found);
            None
        }
    }
}

// ---- rules, limits, log

fn limits(mut section: Section, problems: &mut Problems) -> Limits {
    let d = Limits::default();
    let mut count = |key, default: u32| {
        section.or(key, scalar::whole(1, u64::from(u32::MAX)), u64::from(default), problems) as u32
    };
    let (ratio, entries, depth) =
        (count("ratio", d.ratio), count("entries", d.entries), count("depth", d.depth));
    let (cells, columns) = (count("cells", d.cells), count("columns", d.columns));
    let (characters, blocks) = (count("characters", d.characters), count("blocks", d.blocks));
    let (pages, cpu_seconds) = (count("pages", d.pages), count("cpu_seconds", d.cpu_seconds));
    let wall_ms = count("wall_ms", d.wall_ms);
    let mut size =
        |key, low, default| section.or(key, scalar::size(low, 64 << 30), default, problems);
    let bytes = size("bytes", 1 << 10, d.bytes);
    let inflated_bytes = size("inflated_bytes", 1 << 10, d.inflated_bytes);
    // Below this a reader cannot even start.
    let memory_bytes = size("memory_bytes", 256 << 20, d.memory_bytes);
    section.close(problems);
    Limits {
        bytes,
        inflated_bytes,
        ratio,
        entries,
        depth,
        cells,
        columns,
        characters,
        blocks,
        pages,
        cpu_seconds,
        wall_ms,
        memory_bytes,
    }
}

fn log(mut section: Section, problems: &mut Problems) -> Log {
    let formats = &[("human", LogFormat::Human), ("json", LogFormat::Json)];
    let format = section.or("format", scalar::one_of(formats), LogFormat::Human, problems);
    let filter = section.or("filter", log_filter, "info".to_string(), problems);
    section.close(problems);
    Log { format, filter }
}

fn log_filter(value: &DeValue) -> Parsed<String> {
    let filter = scalar::text(value)?;
    match tracing_subscriber::EnvFilter::try_new(&filter) {
        Ok(_) => Ok(filter),
        Err(_) => Err(Words::new(
            "写成 \"info\"、\"debug\" 或 \"info,nianbao::intake=debug\"",
            "write \"info\", \"debug\" or \"info,nianbao::intake=debug\"",
        )),
    }
}
