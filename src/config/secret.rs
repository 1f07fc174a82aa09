//! Webhook addresses and signing secrets. A secret is never shown: problems point at the line that
//! names it, not at its value.

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
    let help = Words::new(
        "写成 \"https://主机/路径\"；不含用户名口令，主机不能是 169.254.* 或 fe80:*",
        "write \"https://host/path\", without user and password; no link-local host",
    );
    let Ok(uri) = text.parse::<tonic::codegen::http::Uri>() else { return Err(help) };
    let fits = matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.authority().is_some_and(|a| !a.as_str().contains('@'))
        && uri.host().is_some_and(|host| !link_local(host));
    if fits { Ok(text) } else { Err(help) }
}

fn link_local(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_unicast_link_local(),
        Err(_) => false,
    }
}

/// The signing secret of one of `secret_file`, `secret_env`, `secret`; `None` when none is given.
pub(super) fn read(section: &mut Section, base: &Base, problems: &mut Problems) -> Option<Vec<u8>> {
    let file = section.get("secret_file", scalar::text, problems);
    let env = section.get("secret_env", scalar::text, problems);
    let inline = section.get("secret", scalar::text, problems);
    let given: Vec<&At<String>> = [&file, &env, &inline].into_iter().flatten().collect();
    if let [_, second, ..] = given[..] {
        problems.add(
            second.span.clone(),
            Words::new("密钥写了不止一处", "the secret is given more than once"),
            Words::new(
                "secret_file、secret_env、secret 只留一个",
                "keep one of secret_file, secret_env, secret",
            ),
        );
        return None;
    }
    let (text, span) = if let Some(At { value, span }) = file {
        let path = base.resolve(&value);
        match fs_err::read_to_string(&path) {
            Ok(text) => (text, span),
            Err(error) => {
                problems.add(
                    span,
                    Words::new("密钥文件读不出来", format!("cannot read the secret: {error}")),
                    Words::new(
                        format!("把 whsec_… 写入 {}", path.display()),
                        format!("write whsec_… into {}", path.display()),
                    ),
                );
                return None;
            }
        }
    } else if let Some(At { value, span }) = env {
        match std::env::var(&value) {
            Ok(text) => (text, span),
            Err(_) => {
                problems.add(
                    span,
                    Words::new(
                        format!("环境变量 {value} 没有设置"),
                        format!("the environment variable {value} is not set"),
                    ),
                    Words::new(
                        format!("启动前设置 {value}=whsec_…"),
                        format!("set {value}=whsec_… before starting"),
                    ),
                );
                return None;
            }
        }
    } else {
        let At { value, span } = inline?;
        (value, span)
    };
    decode(text.trim()).or_else(|| {
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
