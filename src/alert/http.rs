//! How the channels that speak HTTP ask: bounded in time and size, never led elsewhere.

use crate::model::Millis;
use jiff::Timestamp;
use std::time::Duration;
use ureq::Agent;
use ureq::http::HeaderMap;

/// Header bytes of an answer.
const MAX_HEAD: usize = 16 << 10;

/// An agent whose requests end within `timeout`, names looked up and answer read included.
pub(super) fn agent(timeout: Duration) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(timeout))
        // A redirect is a failure: the receiver was moved without anybody saying so.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .max_response_header_size(MAX_HEAD)
        .max_idle_connections(0)
        .user_agent(concat!("nianbao/", env!("CARGO_PKG_VERSION")))
        .build();
    Agent::new_with_config(config)
}

/// Retry-After in either of its forms (RFC 9110, 10.2.3): seconds, or a date.
pub(super) fn retry_after(headers: &HeaderMap, now: Millis) -> Option<Duration> {
    let value = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date: Timestamp = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let wait = date.as_millisecond().saturating_sub(now);
    Some(Duration::from_millis(wait.try_into().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let wait = |value: &'static str, now| {
            let headers = HeaderMap::from_iter([(
                ureq::http::header::RETRY_AFTER,
                ureq::http::HeaderValue::from_static(value),
            )]);
            retry_after(&headers, now).map(|d| d.as_secs())
        };
        assert_eq!(wait("120", 0), Some(120));
        // 2015-10-21T07:28:00Z is 1445412480.
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_420_000), Some(60));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT", 1_445_412_490_000), Some(0));
        assert_eq!(wait("soon", 0), None);
    }
}
