//! 飞书自定义机器人 (<https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>): rich text in a
//! body of at most 20 KB, 100 messages a minute; signed in the body.

use super::robot::{Code, Group, Meaning, within};
use super::wording::{self, Markup, PLAIN, fit, harmless};
use crate::config;
use crate::model::Millis;
use crate::render::Notice;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// Bytes of a whole message, with some left for the signature.
const MOST: usize = 19_500;

const MARKUP: Markup = Markup {
    title: |title| harmless(title),
    heading: |heading| format!("{}：", harmless(heading)),
    line: |line| format!("· {}", harmless(line)),
    ..PLAIN
};

/// Codes of the page named above.
const CODES: &[Code] = &[
    Code { code: 11232, meaning: Meaning::Wait(60), words: "发送过于频繁" },
    Code { code: 19001, meaning: Meaning::Mend, words: "机器人地址无效，请更新 url" },
    Code { code: 19007, meaning: Meaning::Mend, words: "机器人已停用" },
    Code {
        code: 19021,
        meaning: Meaning::Mend,
        words: "签名不符，请核对加签密钥 secret 和本机时间",
    },
    Code { code: 19022, meaning: Meaning::Mend, words: "本机不在机器人的 IP 白名单内" },
    Code {
        code: 19024, meaning: Meaning::Mend, words: "缺少机器人要求的关键词，请设置 keyword"
    },
    Code { code: 19002, meaning: Meaning::Content, words: "消息不合要求" },
    Code { code: 9499, meaning: Meaning::Content, words: "消息不合要求" },
];

/// Speaks as this vendor asks.
pub(super) struct Feishu;

impl Group for Feishu {
    fn per_minute(&self) -> u32 {
        80
    }

    fn request(&self, robot: &config::Robot, notice: &Notice, now: Millis) -> (String, Value) {
        let title = harmless(&wording::title(notice));
        let mut body = within(MOST, |room| {
            let text = fit(notice, &MARKUP, room, robot.lang);
            // The first line is the title.
            let lines = text.lines().skip(1).chain(robot.keyword.as_deref());
            let content: Vec<Value> =
                lines.map(|line| json!([{ "tag": "text", "text": line }])).collect();
            json!({
                "msg_type": "post",
                "content": { "post": { "zh_cn": { "title": title, "content": content } } },
            })
        });
        if let Some(secret) = &robot.secret {
            let seconds = now / 1000;
            body["timestamp"] = json!(seconds.to_string());
            body["sign"] = json!(sign(secret.reveal(), seconds));
        }
        (robot.url.reveal().to_string(), body)
    }

    /// Older robots answer success as `StatusCode` only.
    fn answer(&self, said: &Value) -> Option<(i64, String)> {
        let code = said["code"].as_i64().or_else(|| said["StatusCode"].as_i64())?;
        let words = said["msg"].as_str().or_else(|| said["StatusMessage"].as_str());
        Some((code, words.unwrap_or_default().to_string()))
    }

    fn codes(&self) -> &'static [Code] {
        CODES
    }
}

/// Base64 of HMAC-SHA256 over nothing, with `timestamp\nsecret` as the key; seconds. Not 钉钉's way.
fn sign(secret: &str, seconds: i64) -> String {
    let key = format!("{seconds}\n{secret}");
    let mac =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
    STANDARD.encode(mac.finalize().into_bytes())
}
