//! A JSON CloudEvent to a service of the site's own, signed as Standard Webhooks say
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use super::{Budget, Channel, Letter, Readers, Sent};
use crate::model::Millis;
use crate::render::{cloud_event, test_event};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode};

/// One receiver.
pub(super) struct Webhook {
    url: String,
    secret: Option<Vec<u8>>,
    source: String,
    agent: Agent,
}

/// Header bytes of an answer.
const MAX_HEAD: usize = 16 << 10;
/// Body bytes of an answer that are read for the error message; the rest is left unread.
const MAX_BODY: u64 = 512;

impl Webhook {
    pub fn new(url: &str, secret: Option<Vec<u8>>, timeout: Duration, source: &str) -> Self {
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
        let agent = Agent::new_with_config(config);
        Webhook { url: url.to_string(), secret, source: source.to_string(), agent }
    }
}

impl Channel for Webhook {
    fn readers(&self) -> Readers {
        Readers::Programs
    }

    fn budget(&self) -> Budget {
        Budget { per_minute: 600, at_once: 4 }
    }

    fn send(&self, letter: &Letter, now: Millis) -> Sent {
        let body = cloud_event(&letter.item, &self.source).to_string();
        self.post(&letter.item.dedupe_id, &body, now)
    }

    fn test(&self, now: Millis) -> Sent {
        let id = format!("test-{now}");
        let body = test_event(&id, &self.source, now).to_string();
        self.post(&id, &body, now)
    }
}

impl Webhook {
    fn post(&self, id: &str, body: &str, now: Millis) -> Sent {
        let timestamp = now / 1000;
        let mut request = self
            .agent
            .post(&self.url)
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp.to_string());
        if let Some(secret) = &self.secret {
            let signature = sign(secret, id, timestamp, body);
            request = request.header("webhook-signature", signature);
        }
        match request.send(body) {
            Ok(mut answer) => {
                let status = answer.status();
                if status.is_success() {
                    return Sent::Accepted;
                }
                let said = answer.body_mut().with_config().limit(MAX_BODY).read_to_string();
                judge(status, answer.headers(), said.unwrap_or_default().trim(), now)
            }
            Err(error) => Sent::Failed { error: error.to_string(), retry_after: None },
        }
    }
}

/// What an answer other than 2xx means.
fn judge(status: StatusCode, headers: &HeaderMap, said: &str, now: Millis) -> Sent {
    let said = said.lines().next().unwrap_or_default();
    let error = format!("HTTP {status} {said}").trim_end().to_string();
    match status {
        StatusCode::GONE => Sent::Gone { error },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Sent::Failed { error, retry_after: retry_after(headers, now) }
        }
        _ => Sent::Failed { error, retry_after: None },
    }
}

/// Retry-After in either of its forms (RFC 9110, 10.2.3): seconds, or a date.
fn retry_after(headers: &HeaderMap, now: Millis) -> Option<Duration> {
    let value = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date: Timestamp = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let wait = date.as_millisecond().saturating_sub(now);
    Some(Duration::from_millis(wait.try_into().unwrap_or(0)))
}

/// `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
fn sign(secret: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_published_example() {
        // The example of the specification's reference libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let signature =
            sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

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

    #[test]
    fn only_410_is_final() {
        for status in [300, 302, 400, 401, 404, 408, 429, 500, 503] {
            let status = StatusCode::from_u16(status).expect("a status");
            let sent = judge(status, &HeaderMap::new(), "", 0);
            assert!(matches!(sent, Sent::Failed { retry_after: None, .. }), "{status}");
        }
        assert!(matches!(judge(StatusCode::GONE, &HeaderMap::new(), "", 0), Sent::Gone { .. }));
    }
}
