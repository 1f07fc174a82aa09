//! Checked settings, ready to build from.

use crate::edition::Forms;
use crate::extract::Limits;
use crate::model::{Countdown, Hours, Lang, Listener, Policy, ReceiptForm, Roster, Route};
use crate::rules::RuleSettings;
use lettre::message::Mailbox;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Everything the daemon needs, checked. Relative paths are already resolved against the directory
/// of the configuration file (against the working directory for the embedded defaults).
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Journal, spool and index live here.
    pub data: PathBuf,
    /// Free bytes on its disk below which no new file is taken.
    pub min_free: u64,
    pub folders: Vec<Folder>,
    pub grpc: Grpc,
    pub channels: Vec<Channel>,
    pub alerts: Alerts,
    pub rules: RuleSettings,
    /// When people are told of what has not come.
    pub countdown: Countdown,
    pub roster: Option<RosterFile>,
    /// The national form with what the site adds to it; whoever reads or judges a report uses these.
    pub forms: Forms,
    /// The files of [`Forms::site`]'s editions, in its order.
    pub form_files: Vec<PathBuf>,
    pub limits: Limits,
    /// Extraction workers; default = processors.
    pub workers: usize,
    /// The site's UTC offset, for dates of receipt. China has one: +08:00.
    pub utc_offset_minutes: i32,
    pub log: Log,
    pub lang: Lang,
    /// Who issues receipts, as they name it.
    pub issuer: Option<String>,
    /// How long a graceful stop may take.
    pub grace: Duration,
}

/// The bodies that have to report.
#[derive(Clone, Debug, PartialEq)]
pub struct RosterFile {
    pub path: PathBuf,
    /// Shared with whoever looks names up; a roster read anew takes its place as a whole.
    pub roster: Arc<Roster>,
    /// SHA-256 of the file it was made of, 64 hex digits.
    pub sha256: String,
}

/// A watched folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Folder {
    /// Stable name, part of every submission's source.
    pub name: String,
    pub path: PathBuf,
    pub mode: Mode,
    /// Off for a folder that is handed in to, unless its owner asks for them: nobody writes into
    /// somebody's share unasked, where each may read what is said of the other.
    pub receipts: Receipts,
    pub unit: UnitFrom,
    pub holds: Holds,
    pub after: After,
    /// Quiet time before a written file is taken.
    pub settle: Duration,
    /// Quiet time before a renamed-in file is taken.
    pub settle_renamed: Duration,
    pub detect: Detect,
    /// Interval of the full scan when events are there as well.
    pub rescan: Duration,
    /// Interval of polling where events are not to be had.
    pub poll: Duration,
    /// How long after a file's receipt nobody is told that it was returned or cannot be read. A file
    /// mended within it alarms nobody. The default of a minute covers a slow copy that was taken half
    /// written and a clerk who saves once more; a supervisor does not wait long for the rest.
    pub resave_grace: Duration,
    /// How long the folder may be out of reach before a supervisor is told.
    pub away_grace: Duration,
}

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Submit,
    /// A clerk's trial: a receipt, nothing stored.
    Check,
}

/// Which receipts are written beside a dropped file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipts {
    Off,
    Html,
    Text,
    Both,
}

impl Receipts {
    pub fn forms(self) -> &'static [ReceiptForm] {
        match self {
            Receipts::Off => &[],
            Receipts::Html => &[ReceiptForm::Html],
            Receipts::Text => &[ReceiptForm::Text],
            Receipts::Both => &ReceiptForm::ALL,
        }
    }

    /// As it is written in the file.
    pub fn name(self) -> &'static str {
        match self {
            Receipts::Off => "off",
            Receipts::Html => "html",
            Receipts::Text => "text",
            Receipts::Both => "both",
        }
    }
}

/// What a folder's files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Reports handed in for review.
    Drafts,
    /// Copies of what was published, which are held against what was handed in (PB-02).
    Published,
}

/// How the unit of a file is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitFrom {
    /// From the report itself.
    Title,
    /// From the path below the folder: the first component that is no year names the unit, one that
    /// is a year (2024, 2024年) the year.
    Folder,
    /// Always this unit.
    Fixed(String),
}

/// What becomes of a dropped file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    Leave,
    /// Moved below this directory once it is received.
    Move(PathBuf),
}

/// How a folder is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detect {
    /// By the mount's file system.
    Auto,
    Native,
    Poll,
}

/// The API's listeners and bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Grpc {
    pub listen: SocketAddr,
    /// Admin service; `None` = off.
    pub admin: Option<SocketAddr>,
    /// Largest message taken, bytes.
    pub max_message: usize,
    /// Largest upload, bytes.
    pub max_upload: u64,
}

/// Who is told of which cases, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Alerts {
    pub routes: Vec<Route>,
    /// With the site's calendar and UTC offset.
    pub hours: Hours,
}

/// A way to tell supervisors.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    pub name: String,
    pub kind: ChannelKind,
    /// Minute of the day at which it is told all that can wait.
    pub digest: Option<u16>,
}

impl ChannelKind {
    /// People read it, not a program.
    pub fn is_for_people(&self) -> bool {
        matches!(self, ChannelKind::Smtp(_) | ChannelKind::Robot(_))
    }
}

impl Settings {
    /// By which the store decides who is told; with the roster in use, which may change.
    pub fn policy(&self, roster: Option<Arc<Roster>>) -> Policy {
        let listener = |channel: &Channel| Listener {
            name: channel.name.clone(),
            people: channel.kind.is_for_people(),
            digest: channel.digest,
        };
        let channels = self.channels.iter().map(listener).collect();
        Policy::new(channels, self.alerts.routes.clone(), self.alerts.hours.clone(), roster)
    }
}

/// Kinds of channels. Secrets never appear in `Debug` output or logs.
#[derive(Clone, PartialEq)]
pub enum ChannelKind {
    /// A line in the log.
    Log,
    /// JSON CloudEvent, signed as Standard Webhooks say when a secret is set.
    Webhook { url: String, secret: Option<Vec<u8>>, timeout: Duration },
    /// A mail.
    Smtp(Box<Smtp>),
    /// A group's robot.
    Robot(Robot),
}

impl std::fmt::Debug for ChannelKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ChannelKind::Log => f.write_str("Log"),
            ChannelKind::Webhook { url, secret, timeout } => f
                .debug_struct("Webhook")
                .field("url", url)
                .field("secret", &secret.as_ref().map(|_| "***"))
                .field("timeout", timeout)
                .finish(),
            ChannelKind::Smtp(smtp) => f.debug_tuple("Smtp").field(smtp).finish(),
            ChannelKind::Robot(robot) => f.debug_tuple("Robot").field(robot).finish(),
        }
    }
}

/// A text that nobody is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The text, for whoever has to use it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A mail server and who is written to.
#[derive(Clone, Debug, PartialEq)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// `None` where the server takes mail without.
    pub login: Option<Login>,
    pub from: Mailbox,
    /// At least one.
    pub to: Vec<Mailbox>,
    /// Trusted besides those of the system: government mail servers have certificates of their own
    /// authorities.
    pub authority: Option<Authority>,
    /// The longest wait for one answer; a send as a whole is bounded besides.
    pub timeout: Duration,
    pub lang: Lang,
}

/// How the way to a mail server is kept from others' eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS after STARTTLS (RFC 3207), never without.
    StartTls,
    /// In the clear: this machine's own server, or another where the site said so in so many words.
    Clear,
}

/// Who writes, to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: Secret,
}

/// Certificates of an authority, as PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Authority {
    pub path: PathBuf,
    pub pem: Vec<u8>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.path.fmt(f)
    }
}

/// A robot that writes into a group of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Robot {
    pub vendor: Vendor,
    /// Whoever knows it may write into the group.
    pub url: Secret,
    /// Signs messages, where the group asks for it; 企业微信 knows no signing.
    pub secret: Option<Secret>,
    /// A word without which the group takes no message, where it asks for one.
    pub keyword: Option<String>,
    pub timeout: Duration,
    pub lang: Lang,
}

/// Whose chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vendor {
    /// 企业微信
    WeCom,
    /// 钉钉
    DingTalk,
    /// 飞书
    Feishu,
}

impl Vendor {
    /// The `kind` of such a channel.
    pub fn name(self) -> &'static str {
        match self {
            Vendor::WeCom => "wecom",
            Vendor::DingTalk => "dingtalk",
            Vendor::Feishu => "feishu",
        }
    }
}

/// Logging.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    pub format: LogFormat,
    /// A tracing filter: `info`, `nianbao=debug`.
    pub filter: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Human,
    Json,
}
