//! The program's own log, to standard error.

use crate::config::{Log, LogFormat};
use jiff::Timestamp;
use jiff::tz::Offset;
use std::fmt;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// The time of a line as the site's clocks have it, so that it agrees with what the verbs print.
struct LocalTime(Offset);

impl FormatTime for LocalTime {
    fn format_time(&self, to: &mut Writer<'_>) -> fmt::Result {
        write!(to, "{}", self.told(Timestamp::now()))
    }
}

impl LocalTime {
    fn told(&self, at: Timestamp) -> String {
        self.0.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

/// Starts logging as configured; for people in the site's own time. Called once.
pub fn start(log: &Log, utc_offset_minutes: i32) {
    // The filter was checked with the configuration.
    let filter = EnvFilter::new(&log.filter);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Human => {
            let offset = Offset::from_seconds(utc_offset_minutes * 60).unwrap_or(Offset::UTC);
            let ansi = std::io::stderr().is_terminal();
            builder.with_timer(LocalTime(offset)).with_ansi(ansi).with_target(false).init();
        }
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_dated_by_the_sites_own_clock() {
        let at = Timestamp::from_millisecond(1_732_233_600_123).expect("a time");
        let beijing = LocalTime(Offset::from_seconds(8 * 3600).expect("an offset"));
        assert_eq!(beijing.told(at), "2024-11-22 08:00:00");
        assert_eq!(LocalTime(Offset::UTC).told(at), "2024-11-22 00:00:00");
    }
}
