//! The ways to tell supervisors: `[[channel]]`.

use super::alerts;
use super::check::{Names, SECOND, duration};
use super::places::Base;
use super::raw::{At, Parsed, Problems, Section};
use super::secret::{self, Asked};
use super::{
    Authority, Channel, ChannelKind, Login, Robot, Secret, Security, Smtp, Vendor, scalar,
};
use crate::model::{Lang, Words};
use lettre::message::Mailbox;
use lettre::transport::smtp::client::Certificate;
use std::net::IpAddr;
use std::time::Duration;
use toml::de::DeValue;

/// Whom one mail may be addressed to; more are a list of the mail server's.
const MOST_TO: usize = 50;

/// When people are told what can wait, as minute of the day: at the beginning of office hours.
const DIGEST: u16 = 8 * 60 + 30;

/// A file of certificates larger than this is none.
const MOST_AUTHORITY: u64 = 1 << 20;

/// The address of a robot. It is a secret as a whole: the key is in it.
const ADDRESS: Asked = Asked {
    keys: ["url_file", "url_env", "url"],
    zh: "机器人地址",
    en: "address of the robot",
    example: "https://…",
};

const PASSWORD: Asked = Asked {
    keys: ["password_file", "password_env", "password"],
    zh: "口令",
    en: "password",
    example: "…",
};

#[derive(Clone, Copy)]
enum Kind {
    Log,
    Webhook,
    Smtp,
    Robot(Vendor),
}

const KINDS: &[(&str, Kind)] = &[
    ("log", Kind::Log),
    ("webhook", Kind::Webhook),
    ("smtp", Kind::Smtp),
    ("wecom", Kind::Robot(Vendor::WeCom)),
    ("dingtalk", Kind::Robot(Vendor::DingTalk)),
    ("feishu", Kind::Robot(Vendor::Feishu)),
];

/// All channels; a log where there is none. `lang` is that of what people read.
pub(super) fn read(
    file: &mut Section,
    base: &Base,
    lang: Lang,
    problems: &mut Problems,
) -> Vec<Channel> {
    let mut names = Names::default();
    let mut channels = Vec::new();
    for mut section in file.sections("channel", problems) {
        let name = section.need("name", scalar::name, problems);
        if let Some(name) = &name {
            names.meet(name, "channel", problems);
        }
        let kind = section.need("kind", scalar::one_of(KINDS), problems);
        let kind = match kind.map(|at| at.value) {
            Some(Kind::Log) => Some(ChannelKind::Log),
            Some(Kind::Webhook) => webhook(&mut section, base, problems),
            Some(Kind::Smtp) => {
                smtp(&mut section, base, lang, problems).map(|s| ChannelKind::Smtp(Box::new(s)))
            }
            Some(Kind::Robot(vendor)) => {
                robot(&mut section, vendor, base, lang, problems).map(ChannelKind::Robot)
            }
            // Its other keys cannot be judged while the kind is not known.
            None => {
                section.rest();
                None
            }
        };
        let digest = section.get("digest", alerts::digest, problems).map(|at| at.value);
        section.close(problems);
        if let (Some(name), Some(kind)) = (name, kind) {
            let digest = digest.unwrap_or_else(|| kind.is_for_people().then_some(DIGEST));
            channels.push(Channel { name: name.value, kind, digest });
        }
    }
    if channels.is_empty() {
        channels.push(Channel { name: "log".into(), kind: ChannelKind::Log, digest: None });
    }
    channels
}

fn webhook(section: &mut Section, base: &Base, problems: &mut Problems) -> Option<ChannelKind> {
    let url = section.need("url", secret::url, problems);
    let secret = secret::read(section, base, problems);
    let timeout = timeout(section, problems);
    Some(ChannelKind::Webhook { url: url?.value, secret, timeout })
}

fn timeout(section: &mut Section, problems: &mut Problems) -> Duration {
    duration(section, "timeout", (SECOND, 30 * SECOND), 15 * SECOND, problems)
}

// ---- robots

fn robot(
    section: &mut Section,
    vendor: Vendor,
    base: &Base,
    lang: Lang,
    problems: &mut Problems,
) -> Option<Robot> {
    let url = address(section, vendor, base, problems);
    let (mut secret, mut keyword) = (None, None);
    if vendor != Vendor::WeCom {
        secret = secret::secret("加签密钥", "signing secret").read(section, base, problems);
        keyword = section.get("keyword", word, problems);
    }
    let timeout = timeout(section, problems);
    Some(Robot {
        vendor,
        url: Secret::new(url?),
        secret: secret.map(|at| Secret::new(at.value)),
        keyword: keyword.map(|at| at.value),
        timeout,
        lang,
    })
}

fn address(
    section: &mut Section,
    vendor: Vendor,
    base: &Base,
    problems: &mut Problems,
) -> Option<String> {
    // What the address must hold to be one, and how the vendor writes it.
    let (part, example) = match vendor {
        Vendor::WeCom => ("key=", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"),
        Vendor::DingTalk => {
            ("access_token=", "https://oapi.dingtalk.com/robot/send?access_token=…")
        }
        Vendor::Feishu => ("/hook/", "https://open.feishu.cn/open-apis/bot/v2/hook/…"),
    };
    let help = Words::new(
        format!("写成建机器人时显示的完整地址：{example}；放在 url_file、url_env 或 url 中"),
        format!("the whole address shown with the robot: {example}; in url_file, url_env or url"),
    );
    if !ADDRESS.given(section) {
        let what =
            Words::new("[[channel]] 缺少机器人地址", "[[channel]] lacks the robot's address");
        problems.add(section.span.clone(), what, help);
        // Known from now on, whatever else is wrong.
        ADDRESS.read(section, base, problems);
        return None;
    }
    let At { value, span } = ADDRESS.read(section, base, problems)?;
    if secret::is_url(&value) && value.contains(part) && !value.contains('#') {
        return Some(value);
    }
    let what = Words::new("机器人地址的写法不对", "the robot's address is not of the right form");
    problems.add(span, what, help);
    None
}

/// The word a group asks for.
fn word(value: &DeValue) -> Parsed<String> {
    let word = scalar::text(value)?;
    match word.trim() {
        short if short.len() <= 60 && !short.chars().any(char::is_control) => Ok(short.to_string()),
        _ => Err(Words::new("至多 20 个字，一行", "at most 60 bytes, one line")),
    }
}

// ---- mail

fn smtp(section: &mut Section, base: &Base, lang: Lang, problems: &mut Problems) -> Option<Smtp> {
    let host = section.need("host", host, problems);
    let security = security(section, host.as_ref().map(|at| at.value.as_str()), problems);
    let usual = match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::Clear => 25,
    };
    let port = section.or("port", scalar::whole(1, 65_535), usual, problems) as u16;
    let login = login(section, base, problems);
    let from = section.need("from", mailbox, problems);
    let to = section.need("to", mailboxes, problems);
    let authority = authority(section, base, problems);
    let timeout = duration(section, "timeout", (SECOND, 15 * SECOND), 10 * SECOND, problems);
    Some(Smtp {
        host: host?.value,
        port,
        security,
        login,
        from: from?.value,
        to: to?.value,
        authority,
        timeout,
        lang,
    })
}

fn host(value: &DeValue) -> Parsed<String> {
    let host = scalar::text(value)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    match host.parse::<IpAddr>().is_ok() || (host.len() <= 253 && host.chars().all(fits)) {
        true => Ok(host),
        false => Err(Words::new(
            "写成主机名或 IP 地址，如 \"mail.example.gov.cn\"；端口另写 port",
            "write a host name or an IP address; the port is given as port",
        )),
    }
}

fn security(section: &mut Section, host: Option<&str>, problems: &mut Problems) -> Security {
    let words = &[
        ("tls", (Security::Tls, true)),
        ("starttls", (Security::StartTls, true)),
        ("none", (Security::Clear, false)),
        ("cleartext", (Security::Clear, true)),
    ];
    let Some(At { value: (security, anywhere), span }) =
        section.get("security", scalar::one_of(words), problems)
    else {
        return Security::Tls;
    };
    let here = |host: &str| {
        host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.to_canonical().is_loopback())
    };
    if !anywhere && host.is_some_and(|host| !here(host)) {
        problems.add(
            span,
            Words::new(
                "\"none\" 不加密，只能用于本机的邮件服务器",
                "\"none\" has no encryption and is for a mail server on this machine only",
            ),
            Words::new(
                "改为 \"tls\" 或 \"starttls\"；内网服务器确实不支持加密的，写 \"cleartext\"：口令和内容将明文传送",
                "write \"tls\" or \"starttls\"; where the server really knows neither, write \"cleartext\": \
                 password and mails then go in the clear",
            ),
        );
    }
    security
}

fn login(section: &mut Section, base: &Base, problems: &mut Problems) -> Option<Login> {
    let given = PASSWORD.given(section);
    let user = section.get("user", scalar::text, problems);
    let password = PASSWORD.read(section, base, problems);
    match (user, password) {
        (Some(user), Some(password)) => {
            Some(Login { user: user.value, password: Secret::new(password.value) })
        }
        (Some(user), None) if !given => {
            problems.add(
                user.span,
                Words::new("有 user 而没有口令", "there is a user and no password"),
                Words::new(
                    "补上 password_file = \"文件\"（或 password_env、password）；不需登录的删去 user",
                    "add password_file = \"file\" (or password_env, password), or delete user",
                ),
            );
            None
        }
        (None, Some(password)) => {
            problems.add(
                password.span,
                Words::new("有口令而没有 user", "there is a password and no user"),
                Words::new("补上 user = \"登录名\"", "add user = \"login\""),
            );
            None
        }
        _ => None,
    }
}

/// `地址` or `名称 <地址>` (RFC 5322, 3.4).
fn mailbox(value: &DeValue) -> Parsed<Mailbox> {
    let text = scalar::text(value)?;
    let wrong = || {
        Words::new(
            "写成 \"名称 <a@example.gov.cn>\" 或 \"a@example.gov.cn\"",
            "write \"name <a@example.org>\" or \"a@example.org\"",
        )
    };
    if text.len() > 320 || text.chars().any(char::is_control) {
        return Err(wrong());
    }
    // Few servers take an address in other letters.
    text.parse().ok().filter(|one: &Mailbox| one.email.to_string().is_ascii()).ok_or_else(wrong)
}

fn mailboxes(value: &DeValue) -> Parsed<Vec<Mailbox>> {
    let wrong = || {
        Words::new(
            format!(
                "写成 1 至 {MOST_TO} 个收件人：[\"名称 <a@example.gov.cn>\", \"b@example.gov.cn\"]"
            ),
            format!(
                "write 1 to {MOST_TO} recipients: [\"name <a@example.org>\", \"b@example.org\"]"
            ),
        )
    };
    let list = value.as_array().filter(|list| (1..=MOST_TO).contains(&list.len()));
    let mut found: Vec<Mailbox> = Vec::new();
    for one in list.ok_or_else(wrong)?.iter() {
        let one = mailbox(one.get_ref())?;
        if !found.iter().any(|known| known.email == one.email) {
            found.push(one);
        }
    }
    Ok(found)
}

fn authority(section: &mut Section, base: &Base, problems: &mut Problems) -> Option<Authority> {
    let At { value, span } = section.get("ca_file", scalar::text, problems)?;
    let path = base.resolve(&value);
    let read = fs_err::metadata(&path).and_then(|meta| match meta.len() {
        0..=MOST_AUTHORITY => fs_err::read(&path),
        _ => Err(std::io::Error::other("larger than 1 MiB")),
    });
    let mark = b"-----BEGIN CERTIFICATE-----";
    let what = match read {
        Err(error) => {
            Words::new("证书文件读不出来", format!("cannot read the certificates: {error}"))
        }
        Ok(pem)
            if pem.windows(mark.len()).any(|part| part == mark)
                && Certificate::from_pem(&pem).is_ok() =>
        {
            return Some(Authority { path, pem });
        }
        Ok(_) => Words::new("证书文件里没有可用的证书", "no usable certificate in the file"),
    };
    let help = Words::new(
        format!("把签发邮件服务器证书的 CA 证书以 PEM 格式存为 {}", path.display()),
        format!("keep the authority's certificate in PEM as {}", path.display()),
    );
    problems.add(span, what, help);
    None
}
