//! The caller's deadline, where a handler must act before it. (The server itself ends unary calls at
//! their deadline; streams it leaves alone.)

use std::time::Duration;
use tonic::metadata::MetadataMap;

/// Without a deadline a unary call waits for nothing longer than this.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);

/// The time the caller gives the call, where it says so.
pub(super) fn of(metadata: &MetadataMap) -> Option<Duration> {
    metadata.get("grpc-timeout").and_then(|v| v.to_str().ok()).and_then(parse)
}

/// How long a handler may wait so that its answer still arrives in time.
pub(super) fn patience(metadata: &MetadataMap) -> Duration {
    of(metadata).unwrap_or(LONG) * 9 / 10
}

/// `TimeoutValue TimeoutUnit` of the gRPC protocol over HTTP/2: at most 8 digits and a letter.
fn parse(text: &str) -> Option<Duration> {
    let (unit, digits) = (text.chars().last()?, text.get(..text.len() - 1)?);
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: u64 = digits.parse().ok()?;
    Some(match unit {
        'H' => Duration::from_secs(n * 3600),
        'M' => Duration::from_secs(n * 60),
        'S' => Duration::from_secs(n),
        'm' => Duration::from_millis(n),
        'u' => Duration::from_micros(n),
        'n' => Duration::from_nanos(n),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_of_the_protocol_is_read() {
        let cases = [
            ("2H", 7_200_000_000_000),
            ("1M", 60_000_000_000),
            ("3S", 3_000_000_000),
            ("4m", 4_000_000),
            ("5u", 5_000),
            ("6n", 6),
        ];
        for (text, nanos) in cases {
            assert_eq!(parse(text), Some(Duration::from_nanos(nanos)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_deadline() {
        for text in ["", "S", "1", "123456789S", "-1S", "+1S", "1x", "1十"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
