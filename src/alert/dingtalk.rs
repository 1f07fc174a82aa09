//! 钉钉自定义机器人 (<https://open.dingtalk.com/document/orgapp/custom-robot-access>): Markdown, 20
//! messages a minute, then silence for ten; signed in the address.

use super::robot::{Code, Group, Meaning, within};
use super::wording::{self, Markup, fit, harmless};
use crate::config;
use crate::model::Millis;
use crate::render::Notice;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// Bytes of a whole message.
const MOST: usize = 20_000;

/// How long a robot that wrote too fast is not heard.
const BLOCKED: u64 = 600;

const MARKUP: Markup = Markup {
    title: |title| format!("### {}", harmless(title)),
    heading: |heading| format!("**{}**", harmless(heading)),
    line: |line| format!("- {}", harmless(line)),
    // Lines one below the other run together.
    gap: "\n\n",
};

/// Codes of the page named above, and of <https://open.dingtalk.com/document/orgapp/server-api-error-codes-1>.
const CODES: &[Code] = &[
    Code { code: -1, meaning: Meaning::Wait(0), words: "钉钉系统繁忙" },
    Code { code: 302, meaning: Meaning::Wait(BLOCKED), words: "发送过于频繁" },
    Code { code: 130101, meaning: Meaning::Wait(BLOCKED), words: "发送过于频繁" },
    Code { code: 410100, meaning: Meaning::Wait(BLOCKED), words: "发送过于频繁" },
    Code { code: 90030, meaning: Meaning::Wait(3600), words: "机器人调用次数已达上限" },
    Code {
        code: 310000,
        meaning: Meaning::Mend,
        words: "机器人的安全设置不通过，请核对加签密钥 secret、关键词 keyword、IP 白名单和本机时间",
    },
    Code { code: 300001, meaning: Meaning::Mend, words: "机器人地址无效，请更新 url" },
    Code { code: 300005, meaning: Meaning::Mend, words: "机器人地址无效，请更新 url" },
    Code { code: 400013, meaning: Meaning::Mend, words: "群已解散" },
    Code { code: 400101, meaning: Meaning::Mend, words: "机器人地址无效，请更新 url" },
    Code { code: 400102, meaning: Meaning::Mend, words: "机器人已停用" },
    Code { code: 400106, meaning: Meaning::Mend, words: "机器人不存在" },
    Code { code: 40035, meaning: Meaning::Content, words: "消息不合要求" },
    Code { code: 400105, meaning: Meaning::Content, words: "消息类型不被接受" },
    Code { code: 430101, meaning: Meaning::Content, words: "消息含有不安全的链接" },
    Code { code: 430102, meaning: Meaning::Content, words: "消息含有不合适的文本" },
    Code { code: 430104, meaning: Meaning::Content, words: "消息含有不合适的内容" },
    Code { code: 460101, meaning: Meaning::Content, words: "消息过长" },
];

/// Speaks as this vendor asks.
pub(super) struct DingTalk;

impl Group for DingTalk {
    fn per_minute(&self) -> u32 {
        16
    }

    fn request(&self, robot: &config::Robot, notice: &Notice, now: Millis) -> (String, Value) {
        let mut url = robot.url.reveal().to_string();
        if let Some(secret) = &robot.secret {
            let sign = url_encoded(&sign(secret.reveal(), now));
            url.push_str(&format!("&timestamp={now}&sign={sign}"));
        }
        let title = harmless(&wording::title(notice));
        let body = within(MOST, |room| {
            let mut text = fit(notice, &MARKUP, room, robot.lang);
            if let Some(keyword) = &robot.keyword {
                text.push_str(&format!("{}{keyword}", MARKUP.gap));
            }
            json!({
                "msgtype": "markdown",
                "markdown": { "title": title, "text": text },
                "at": { "isAtAll": false },
            })
        });
        (url, body)
    }

    fn answer(&self, said: &Value) -> Option<(i64, String)> {
        let words = said["errmsg"].as_str().unwrap_or_default();
        Some((said["errcode"].as_i64()?, words.to_string()))
    }

    fn codes(&self) -> &'static [Code] {
        CODES
    }
}

/// Base64 of HMAC-SHA256 over `timestamp\nsecret`, with the secret as the key; milliseconds.
fn sign(secret: &str, now: Millis) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(format!("{now}\n{secret}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// The three characters of Base64 that mean something in a query.
fn url_encoded(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
