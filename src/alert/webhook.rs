//! A JSON CloudEvent to a service of the site's own, signed as Standard Webhooks say
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).

use super::http::{self, retry_after};
use super::{Budget, Channel, Letter, Readers, Sent};
use crate::model::Millis;
use crate::render::{cloud_event, test_event};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
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

/// Body bytes of an answer that are read for the error message; the rest is left unread.
const MAX_BODY: u64 = 512;

impl Webhook {
    pub fn new(url: &str, secret: Option<Vec<u8>>, timeout: Duration, source: &str) -> Self {
        let agent = http::agent(timeout);
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
    fn only_410_is_final() {
        for status in [300, 302, 400, 401, 404, 408, 429, 500, 503] {
            let status = StatusCode::from_u16(status).expect("a status");
            let sent = judge(status, &HeaderMap::new(), "", 0);
            assert!(matches!(sent, Sent::Failed { retry_after: None, .. }), "{status}");
        }
        assert!(matches!(judge(StatusCode::GONE, &HeaderMap::new(), "", 0), Sent::Gone { .. }));
    }
}
