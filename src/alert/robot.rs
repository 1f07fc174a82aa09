//! What the robots of group chats have in common: one message by POST, an answer in JSON whose code
//! says what became of it whatever the HTTP status, and an address that is a secret.

use super::http::{agent, retry_after};
use super::{Budget, Channel, Letter, Readers, Sent};
use crate::config;
use crate::model::{Lang, Millis, cut};
use crate::render::{Notice, notice, test_notice};
use serde_json::Value;
use std::time::Duration;
use ureq::Agent;
use ureq::http::HeaderMap;

/// Bytes of an answer that are read; a vendor's has some hundred.
const MAX_BODY: u64 = 16 << 10;

/// Bytes of what an answer says that are repeated in an error.
const MAX_SAID: usize = 200;

/// Bytes of the longest word that an address has besides its key (`access_token`).
const LONGEST_WORD: usize = 12;

/// What one vendor does in its own way.
pub(super) trait Group: Send + Sync {
    /// Messages a minute: four fifths of what the vendor takes.
    fn per_minute(&self) -> u32;

    /// Where to, and what.
    fn request(&self, robot: &config::Robot, notice: &Notice, now: Millis) -> (String, Value);

    /// The code and the words of an answer; `None` when it is not the vendor's.
    fn answer(&self, said: &Value) -> Option<(i64, String)>;

    /// What the codes mean.
    fn codes(&self) -> &'static [Code];
}

/// A code of an answer and what it leads to.
pub(super) struct Code {
    pub code: i64,
    pub meaning: Meaning,
    /// What it means and what to do, for whoever reads the status.
    pub words: &'static str,
}

/// What a code leads to. One that is not in a table is tried again: nobody knows.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// It passes by itself, after this many seconds at the soonest.
    Wait(u64),
    /// Somebody has to mend the robot or the configuration; the message waits for that.
    Mend,
    /// This message will never be taken.
    Content,
}

/// The message that `build` makes of so many bytes of text, as long as it may be: a body in JSON is
/// longer than its text, by how much depends on the text.
pub(super) fn within(most: usize, build: impl Fn(usize) -> Value) -> Value {
    let mut room = most * 4 / 5;
    loop {
        let body = build(room);
        if body.to_string().len() <= most || room <= LEAST {
            return body;
        }
        room /= 2;
    }
}

/// Bytes of text that fit into any body.
const LEAST: usize = 2 << 10;

/// One group's robot.
pub(super) struct Robot {
    settings: config::Robot,
    group: &'static dyn Group,
    agent: Agent,
}

impl Robot {
    pub fn new(settings: config::Robot, group: &'static dyn Group) -> Self {
        let agent = agent(settings.timeout);
        Robot { settings, group, agent }
    }
}

impl Channel for Robot {
    fn readers(&self) -> Readers {
        Readers::People
    }

    fn budget(&self) -> Budget {
        Budget { per_minute: self.group.per_minute(), at_once: 1 }
    }

    fn send(&self, letter: &Letter, now: Millis) -> Sent {
        self.post(&notice(&letter.item, self.settings.lang), now)
    }

    fn test(&self, now: Millis) -> Sent {
        self.post(&test_notice(self.settings.lang), now)
    }
}

impl Robot {
    fn post(&self, notice: &Notice, now: Millis) -> Sent {
        let (url, body) = self.group.request(&self.settings, notice, now);
        let request =
            self.agent.post(&url).header("content-type", "application/json; charset=utf-8");
        let failed = |error: String, retry_after| Sent::Failed { error, retry_after };
        let mut answer = match request.send(body.to_string()) {
            Ok(answer) => answer,
            Err(error) => return failed(self.discreet(&error.to_string()), None),
        };
        let status = answer.status();
        let said = answer.body_mut().with_config().limit(MAX_BODY).lossy_utf8(true);
        let said = match said.read_to_string() {
            Ok(said) => said,
            // No robot says so much.
            Err(ureq::Error::BodyExceedsLimit(_)) => String::new(),
            Err(error) => {
                let error = self.discreet(&format!("HTTP {status} {error}"));
                return failed(error, retry_after(answer.headers(), now));
            }
        };
        let parsed = serde_json::from_str(&said).ok();
        let Some((code, words)) = parsed.as_ref().and_then(|said| self.group.answer(said)) else {
            let said = said.trim().lines().next().unwrap_or_default();
            let strange = match self.settings.lang {
                Lang::Zh => "应答不是机器人接口的，可能被代理或登录页截住",
                Lang::En => {
                    "the answer is not the robot's; a proxy or login page may be in between"
                }
            };
            let error = self.discreet(&format!("HTTP {status} {said}"));
            return failed(format!("{strange}: {error}"), retry_after(answer.headers(), now));
        };
        let words = self.discreet(&words);
        match (code, status.is_success()) {
            (0, true) => Sent::Accepted,
            (0, false) => failed(format!("HTTP {status} {words}"), None),
            _ => self.judge(code, &words, answer.headers(), now),
        }
    }

    fn judge(&self, code: i64, said: &str, headers: &HeaderMap, now: Millis) -> Sent {
        let known = self.group.codes().iter().find(|known| known.code == code);
        // 飞书 says 9499 for both; the words tell them apart.
        let too_fast = ["too many", "too fast", "frequency limited"];
        let lower = said.to_lowercase();
        let (meaning, words) = match known {
            None => (Meaning::Mend, "未列入已知错误码"),
            Some(Code { meaning: Meaning::Content, .. })
                if too_fast.iter().any(|words| lower.contains(words)) =>
            {
                (Meaning::Wait(60), "发送过于频繁")
            }
            Some(known) => (known.meaning, known.words),
        };
        let error = format!("{words} [{code} {said}]");
        let asked = retry_after(headers, now);
        match meaning {
            Meaning::Content => Sent::Refused { error },
            Meaning::Wait(seconds) => {
                let wait = Duration::from_secs(seconds);
                Sent::Failed {
                    error,
                    retry_after: Some(asked.map_or(wait, |asked| asked.max(wait))),
                }
            }
            Meaning::Mend => Sent::Failed { error, retry_after: asked },
        }
    }

    /// A text of somebody else's for the log and the status: short, one line, and without any part of
    /// the address or the secret.
    fn discreet(&self, text: &str) -> String {
        let url = self.settings.url.reveal();
        let path = url.splitn(4, '/').nth(3).unwrap_or_default();
        // The key is the last part of most addresses, and a long one of all.
        let last = url.rsplit(['/', '=']).next().unwrap_or_default();
        let long = path.split(['/', '?', '&', '=']).filter(|part| part.len() > LONGEST_WORD);
        let secret = self.settings.secret.as_ref().map_or("", |secret| secret.reveal());
        let mut out: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let hidden = [url, path, last, secret].into_iter().chain(long);
        for hidden in hidden.filter(|hidden| hidden.len() > 5) {
            out = out.replace(hidden, "***");
        }
        cut(out.trim(), MAX_SAID)
    }
}
