//! 企业微信群机器人 (<https://developer.work.weixin.qq.com/document/path/91770>): Markdown of at most
//! 4096 bytes, 20 messages a minute.

use super::robot::{Code, Group, Meaning};
use super::wording::{Markup, PLAIN, fit, harmless};
use crate::config;
use crate::model::Millis;
use crate::render::Notice;
use serde_json::{Value, json};

/// Bytes of `markdown.content`.
const MOST: usize = 4096;

const MARKUP: Markup = Markup {
    title: |title| format!("**{}**", harmless(title)),
    heading: |heading| format!("**{}**", harmless(heading)),
    line: |line| format!("> {}", harmless(line)),
    ..PLAIN
};

/// Codes of <https://developer.work.weixin.qq.com/document/path/90313> that a robot answers with.
const CODES: &[Code] = &[
    Code { code: -1, meaning: Meaning::Wait(0), words: "企业微信系统繁忙" },
    Code { code: 45009, meaning: Meaning::Wait(60), words: "发送过于频繁" },
    Code { code: 45033, meaning: Meaning::Wait(60), words: "并发过多" },
    Code {
        code: 93000, meaning: Meaning::Mend, words: "机器人地址无效或机器人已移除，请更新 url"
    },
    Code { code: 93004, meaning: Meaning::Mend, words: "机器人已停用" },
    Code { code: 93008, meaning: Meaning::Mend, words: "机器人不在群里" },
    Code { code: 40008, meaning: Meaning::Content, words: "消息类型不被接受" },
    Code { code: 40058, meaning: Meaning::Content, words: "消息内容不合要求" },
    Code { code: 44004, meaning: Meaning::Content, words: "消息内容为空" },
    Code { code: 45002, meaning: Meaning::Content, words: "消息过长" },
];

/// Speaks as this vendor asks.
pub(super) struct WeCom;

impl Group for WeCom {
    fn per_minute(&self) -> u32 {
        16
    }

    fn request(&self, robot: &config::Robot, notice: &Notice, _now: Millis) -> (String, Value) {
        let content = fit(notice, &MARKUP, MOST, robot.lang);
        let body = json!({ "msgtype": "markdown", "markdown": { "content": content } });
        (robot.url.reveal().to_string(), body)
    }

    fn answer(&self, said: &Value) -> Option<(i64, String)> {
        let words = said["errmsg"].as_str().unwrap_or_default();
        Some((said["errcode"].as_i64()?, words.to_string()))
    }

    fn codes(&self) -> &'static [Code] {
        CODES
    }
}
