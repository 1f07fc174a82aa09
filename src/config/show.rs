//! The settings in force, written as a configuration: what `nianbao config show` prints.

mod alerts;

use super::scalar::{show_duration, show_size};
use super::{
    After, ChannelKind, Detect, Holds, LogFormat, Mode, Security, Settings, Smtp, UnitFrom,
};
use crate::edition::{Addition, Line};
use crate::model::{Countdown, Lang, YearDay};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The settings as TOML with absolute paths. Secrets are left out: a line says that there is one.
pub fn show(settings: &Settings) -> String {
    let mut out = String::new();
    write(settings, &mut out).expect("writing to a String cannot fail");
    out
}

fn write(s: &Settings, out: &mut String) -> std::fmt::Result {
    let lang = match s.lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    };
    let (sign, offset) =
        (if s.utc_offset_minutes < 0 { '-' } else { '+' }, s.utc_offset_minutes.unsigned_abs());
    writeln!(out, "data = {}", quoted(s.data.display()))?;
    writeln!(out, "min_free = \"{}\"", show_size(s.min_free))?;
    writeln!(out, "lang = \"{lang}\"")?;
    if let Some(issuer) = &s.issuer {
        writeln!(out, "issuer = {}", quoted(issuer))?;
    }
    writeln!(out, "utc_offset = \"{sign}{:02}:{:02}\"", offset / 60, offset % 60)?;
    writeln!(out, "workers = {}", s.workers)?;
    writeln!(out, "grace = \"{}\"", show_duration(s.grace))?;
    folders(s, out)?;
    writeln!(out, "\n[grpc]\nlisten = \"{}\"", s.grpc.listen)?;
    let admin = s.grpc.admin.map_or("off".to_string(), |a| a.to_string());
    writeln!(out, "admin = \"{admin}\"")?;
    writeln!(out, "max_message = \"{}\"", show_size(s.grpc.max_message as u64))?;
    writeln!(out, "max_upload = \"{}\"", show_size(s.grpc.max_upload))?;
    channels(s, out)?;
    alerts::show(s, out)?;
    writeln!(out, "\n[rules]\noff = {:?}", s.rules.off)?;
    writeln!(out, "\n[rules.severity]")?;
    for (code, severity) in &s.rules.severity {
        writeln!(out, "\"{code}\" = \"{}\"", severity.name())?;
    }
    writeln!(out, "\n[rules.length]")?;
    for (part, limit) in &s.rules.part_limits {
        writeln!(out, "{part} = {limit}")?;
    }
    form(s, out)?;
    deadlines(s, out)?;
    let l = &s.limits;
    writeln!(out, "\n[limits]\nbytes = \"{}\"", show_size(l.bytes))?;
    writeln!(out, "inflated_bytes = \"{}\"", show_size(l.inflated_bytes))?;
    writeln!(out, "memory_bytes = \"{}\"", show_size(l.memory_bytes))?;
    for (key, value) in [
        ("ratio", l.ratio),
        ("entries", l.entries),
        ("depth", l.depth),
        ("cells", l.cells),
        ("columns", l.columns),
        ("characters", l.characters),
        ("blocks", l.blocks),
        ("pages", l.pages),
        ("cpu_seconds", l.cpu_seconds),
        ("wall_ms", l.wall_ms),
    ] {
        writeln!(out, "{key} = {value}")?;
    }
    let format = match s.log.format {
        LogFormat::Human => "human",
        LogFormat::Json => "json",
    };
    writeln!(out, "\n[log]\nformat = \"{format}\"\nfilter = {}", quoted(&s.log.filter))
}

fn deadlines(s: &Settings, out: &mut String) -> std::fmt::Result {
    if let Some(roster) = &s.roster {
        writeln!(out, "\n[roster]\nfile = {}", quoted(roster.path.display()))?;
    }
    let calendar = &s.rules.calendar;
    let dates = |days: &BTreeSet<Date>| days.iter().map(Date::to_string).collect::<Vec<_>>();
    let (holidays, workdays) = (dates(&calendar.holidays), dates(&calendar.workdays));
    writeln!(out, "\n[calendar]\nholidays = {holidays:?}\nworkdays = {workdays:?}")?;
    let Countdown { remind, not_resent, close: YearDay { month, day } } = &s.countdown;
    let remind: Vec<u16> = remind.iter().rev().copied().collect();
    writeln!(out, "remind = {remind:?}\nnot_resent = \"{not_resent}d\"")?;
    writeln!(out, "close = \"{month:02}-{day:02}\"")?;
    for (kind, days) in &calendar.local {
        writeln!(out, "\n[calendar.{}]", kind.name())?;
        for (key, day) in [("submit", days.hand_in), ("publish", days.publish)] {
            if let Some(YearDay { month, day }) = day {
                writeln!(out, "{key} = \"{month:02}-{day:02}\"")?;
            }
        }
    }
    Ok(())
}

/// The edition files, then the additions in the order in which they are read.
fn form(s: &Settings, out: &mut String) -> std::fmt::Result {
    for path in &s.form_files {
        writeln!(out, "\n[[form.edition]]\nfile = {}", quoted(path.display()))?;
    }
    let additions = s.forms.site().additions;
    let mut ids: Vec<&String> = additions.iter().map(|(id, _)| id).collect();
    ids.dedup();
    for id in ids {
        let own: Vec<&Addition> =
            additions.iter().filter(|(of, _)| of == id).map(|(_, addition)| addition).collect();
        let table = format!("form.{}", quoted(id));
        writeln!(out, "\n[{table}]")?;
        for (key, texts) in labels(&own) {
            writeln!(out, "{key} = [{}]", texts.join(", "))?;
        }
        for addition in own {
            let (kind, line) = match addition {
                Addition::Row(line) => ("row", line),
                Addition::Column(line) => ("column", line),
                _ => continue,
            };
            let Line { table: number, id, label, after, required, sum } = line;
            writeln!(out, "\n[[{table}.{kind}]]\ntable = {number}\nid = {}", quoted(id))?;
            writeln!(out, "label = {}\nafter = {}", quoted(label), quoted(after))?;
            writeln!(out, "required = {required}")?;
            if let Some(sum) = sum {
                writeln!(out, "sum = {}", quoted(sum))?;
            }
        }
    }
    Ok(())
}

/// The keys of the added labels and headings with their texts, in order.
fn labels(additions: &[&Addition]) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    for addition in additions {
        let key = match addition {
            Addition::Heading { part, .. } => format!("heading.{part}"),
            Addition::Caption { table, .. } => format!("caption.{table}"),
            Addition::Alias { of, .. } => format!("alias.{}", quoted(of)),
            Addition::Row(_) | Addition::Column(_) => continue,
        };
        let text = quoted(addition.text());
        match out.iter_mut().find(|(known, _)| *known == key) {
            Some((_, texts)) => texts.push(text),
            None => out.push((key, vec![text])),
        }
    }
    out
}

fn folders(s: &Settings, out: &mut String) -> std::fmt::Result {
    for folder in &s.folders {
        writeln!(out, "\n[[folder]]\nname = {}", quoted(&folder.name))?;
        writeln!(out, "path = {}", quoted(folder.path.display()))?;
        let mode = match folder.mode {
            Mode::Submit => "submit",
            Mode::Check => "check",
        };
        writeln!(out, "mode = \"{mode}\"\nreceipts = \"{}\"", folder.receipts.name())?;
        match &folder.unit {
            UnitFrom::Title => writeln!(out, "unit = \"title\"")?,
            UnitFrom::Folder => writeln!(out, "unit = \"folder\"")?,
            UnitFrom::Fixed(name) => writeln!(out, "unit = {{ fixed = {} }}", quoted(name))?,
        }
        let holds = match folder.holds {
            Holds::Drafts => "drafts",
            Holds::Published => "published",
        };
        writeln!(out, "holds = \"{holds}\"")?;
        match &folder.after {
            After::Leave => writeln!(out, "after = \"leave\"")?,
            After::Move(to) => writeln!(out, "after = {{ move = {} }}", quoted(to.display()))?,
        }
        let detect = match folder.detect {
            Detect::Auto => "auto",
            Detect::Native => "native",
            Detect::Poll => "poll",
        };
        writeln!(out, "detect = \"{detect}\"")?;
        for (key, value) in [
            ("settle", folder.settle),
            ("settle_renamed", folder.settle_renamed),
            ("rescan", folder.rescan),
            ("poll", folder.poll),
            ("resave_grace", folder.resave_grace),
            ("away_grace", folder.away_grace),
        ] {
            writeln!(out, "{key} = \"{}\"", show_duration(value))?;
        }
    }
    Ok(())
}

fn channels(s: &Settings, out: &mut String) -> std::fmt::Result {
    for channel in &s.channels {
        writeln!(out, "\n[[channel]]\nname = {}", quoted(&channel.name))?;
        let digest = channel.digest.map_or_else(|| "off".to_string(), alerts::clock);
        writeln!(out, "digest = \"{digest}\"")?;
        let timeout = match &channel.kind {
            ChannelKind::Log => {
                writeln!(out, "kind = \"log\"")?;
                continue;
            }
            ChannelKind::Webhook { url, secret, timeout } => {
                writeln!(out, "kind = \"webhook\"\nurl = {}", quoted(url))?;
                if secret.is_some() {
                    writeln!(out, "{SECRET_SET}")?;
                }
                timeout
            }
            ChannelKind::Robot(robot) => {
                writeln!(out, "kind = \"{}\"", robot.vendor.name())?;
                writeln!(
                    out,
                    "# 机器人地址已设置，含密钥，不显示 · the address is set; there is a key in it"
                )?;
                if robot.secret.is_some() {
                    writeln!(out, "{SECRET_SET}")?;
                }
                if let Some(keyword) = &robot.keyword {
                    writeln!(out, "keyword = {}", quoted(keyword))?;
                }
                &robot.timeout
            }
            ChannelKind::Smtp(smtp) => {
                mail(smtp, out)?;
                &smtp.timeout
            }
        };
        writeln!(out, "timeout = \"{}\"", show_duration(*timeout))?;
    }
    Ok(())
}

const SECRET_SET: &str = "# 密钥已设置 · a secret is set";

fn mail(smtp: &Smtp, out: &mut String) -> std::fmt::Result {
    let security = match smtp.security {
        Security::Tls => "tls",
        Security::StartTls => "starttls",
        Security::Clear => "cleartext",
    };
    writeln!(out, "kind = \"smtp\"\nhost = {}\nport = {}", quoted(&smtp.host), smtp.port)?;
    writeln!(out, "security = \"{security}\"")?;
    if let Some(login) = &smtp.login {
        writeln!(out, "user = {}\n# 口令已设置 · a password is set", quoted(&login.user))?;
    }
    writeln!(out, "from = {}", quoted(&smtp.from))?;
    let to: Vec<String> = smtp.to.iter().map(quoted).collect();
    writeln!(out, "to = [{}]", to.join(", "))?;
    if let Some(authority) = &smtp.authority {
        writeln!(out, "ca_file = {}", quoted(authority.path.display()))?;
    }
    Ok(())
}

/// A TOML basic string.
fn quoted(text: impl std::fmt::Display) -> String {
    toml::Value::String(text.to_string()).to_string()
}
