//! Addresses and secrets. A secret is never shown: problems point at the line that names it, not at
//! its value.

use super::places::Base;
use super::raw::{At, Parsed, Problems, Section};
use super::scalar;
use crate::model::Words;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::IpAddr;
use toml::de::DeValue;

/// An `http` or `https` address without user, fragment or a link-local host (where cloud machines
/// answer with their credentials).
pub(super) fn url(value: &DeValue) -> Parsed<String> {
    let text = scalar::text(value)?;
    if is_url(&text) {
        return Ok(text);
    }
    Err(Words::new(
        "写成 \"https://主机/路径\"；不含用户名口令，主机不能是 169.254.* 或 fe80:*",
        "write \"https://host/path\", without user and password; no link-local host",
    ))
}

/// Whether a text is such an address.
pub(super) fn is_url(text: &str) -> bool {
    text.parse::<tonic::codegen::http::Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|a| !a.as_str().contains('@'))
            && uri.host().is_some_and(|host| !link_local(host))
    })
}

fn link_local(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_unicast_link_local(),
        Err(_) => false,
    }
}

/// Something secret that a section may hold in three ways.
pub(super) struct Asked {
    /// The key with the name of a file, of an environment variable, and the text itself.
    pub keys: [&'static str; 3],
    /// What it is called.
    pub zh: &'static str,
    pub en: &'static str,
    /// How it begins.
    pub example: &'static str,
}

/// The signing secret of a webhook.
const SIGNING: Asked = Asked { example: "whsec_…", ..secret("密钥", "secret") };

/// A secret under its usual keys.
pub(super) const fn secret(zh: &'static str, en: &'static str) -> Asked {
    Asked { keys: ["secret_file", "secret_env", "secret"], zh, en, example: "…" }
}

impl Asked {
    /// The text of one of the keys, without white space around it; `None` when none is given, or
    /// what is given cannot be had and that is noted.
    pub fn read(
        &self,
        section: &mut Section,
        base: &Base,
        problems: &mut Problems,
    ) -> Option<At<String>> {
        let [file, env, inline] = self.keys.map(|key| section.get(key, scalar::text, problems));
        let given: Vec<&At<String>> = [&file, &env, &inline].into_iter().flatten().collect();
        if let [_, second, ..] = given[..] {
            problems.add(second.span.clone(), self.twice(), self.keep_one());
            return None;
        }
        let (text, span) = if let Some(At { value, span }) = file {
            let path = base.resolve(&value);
            match fs_err::read_to_string(&path) {
                Ok(text) => (text, span),
                Err(error) => {
                    let (Asked { zh, en, example, .. }, path) = (self, path.display());
                    let what = Words::new(
                        format!("{zh}文件读不出来"),
                        format!("cannot read the {en}: {error}"),
                    );
                    let help = Words::new(
                        format!("把 {example} 写入 {path}"),
                        format!("write {example} into {path}"),
                    );
                    problems.add(span, what, help);
                    return None;
                }
            }
        } else if let Some(At { value, span }) = env {
            match std::env::var(&value) {
                Ok(text) => (text, span),
                Err(_) => {
                    let example = self.example;
                    let what = Words::new(
                        format!("环境变量 {value} 没有设置"),
                        format!("the environment variable {value} is not set"),
                    );
                    let help = Words::new(
                        format!("启动前设置 {value}={example}"),
                        format!("set {value}={example} before starting"),
                    );
                    problems.add(span, what, help);
                    return None;
                }
            }
        } else {
            let At { value, span } = inline?;
            (value, span)
        };
        let text = text.trim().to_string();
        if text.is_empty() || text.chars().any(char::is_control) {
            let Asked { zh, en, example, .. } = self;
            let what = Words::new(
                format!("{zh}是空的或不止一行"),
                format!("the {en} is empty or more than one line"),
            );
            let help = Words::new(format!("写成一行：{example}"), format!("one line: {example}"));
            problems.add(span, what, help);
            return None;
        }
        Some(At { value: text, span })
    }

    fn twice(&self) -> Words {
        let Asked { zh, en, .. } = self;
        Words::new(format!("{zh}写了不止一处"), format!("the {en} is given more than once"))
    }

    fn keep_one(&self) -> Words {
        let keys = self.keys;
        Words::new(
            format!("{} 只留一个", keys.join("、")),
            format!("keep one of {}", keys.join(", ")),
        )
    }

    /// Whether the section names it in any way.
    pub fn given(&self, section: &Section) -> bool {
        self.keys.iter().any(|key| section.has(key))
    }
}

/// The signing secret of a webhook, `None` when none is given.
pub(super) fn read(section: &mut Section, base: &Base, problems: &mut Problems) -> Option<Vec<u8>> {
    let At { value, span } = SIGNING.read(section, base, problems)?;
    decode(&value).or_else(|| {
        problems.add(
            span,
            Words::new("密钥的写法不对", "the secret is not of the right form"),
            Words::new(
                "写成 whsec_ 加 24 至 64 字节的 Base64；可这样生成：echo whsec_$(openssl rand -base64 32)",
                "write whsec_ and the base64 of 24 to 64 bytes; echo whsec_$(openssl rand -base64 32) makes one",
            ),
        );
        None
    })
}

/// `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks say.
fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&bytes.len()).then_some(bytes)
}
