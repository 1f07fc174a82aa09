//! One conversation with a mail server, from connecting to the answer to the mail.

use crate::config::{Security, Smtp};
use crate::model::cut;
use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use std::fmt;
use std::time::{Duration, Instant};

/// Bytes of what a server says that are repeated.
const MAX_SAID: usize = 160;

/// A conversation to be had.
pub(super) struct Session {
    settings: Smtp,
    to: Vec<Address>,
    deadline: Instant,
}

/// What became of a mail, by recipient.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub took: Vec<Address>,
    /// For good.
    pub refused: Vec<Refusal>,
    /// For now.
    pub put_off: Vec<Refusal>,
}

/// Why the server would not take a mail for somebody.
#[derive(Debug)]
pub(super) struct Refusal {
    to: Address,
    said: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.to, self.said)
    }
}

/// How far a conversation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connect,
    StartTls,
    Login,
    Sender,
    Recipient,
    Content,
}

/// A conversation that ended before the mail was taken.
#[derive(Debug)]
pub(super) struct Trouble {
    stage: Stage,
    /// The server refused for good, with a 5xx.
    permanent: bool,
    said: String,
}

impl Trouble {
    /// This mail will never be taken. Everything before the content is the site's or the server's
    /// to mend, and the mail waits for that.
    pub fn is_of_the_content(&self) -> bool {
        self.stage == Stage::Content && self.permanent
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.stage {
            // A TLS handshake fails while the greeting is waited for.
            Stage::Connect | Stage::StartTls if self.said.contains("certificate") => {
                "邮件服务器的证书不受信任；单位自建 CA 的，请设置 ca_file"
            }
            Stage::Connect => "连不上邮件服务器，请核对 host、port 和 security",
            Stage::StartTls => "邮件服务器不能改用加密（STARTTLS），请核对 security 和 port",
            Stage::Login => "邮件服务器不接受登录，请核对 user 和口令（不少邮箱要用授权码）",
            Stage::Sender => "邮件服务器不接受发件人，请核对 from",
            Stage::Recipient => "与邮件服务器的对话在收件人处中断",
            Stage::Content if self.permanent => "邮件服务器拒收这封邮件",
            Stage::Content => "邮件服务器暂未接受这封邮件",
        };
        write!(f, "{words}：{}", self.said)
    }
}

impl Session {
    /// `to` are some of the settings' recipients.
    pub fn new(settings: Smtp, to: Vec<Address>, deadline: Instant) -> Self {
        Session { settings, to, deadline }
    }

    /// Sends the mail.
    pub fn run(&self, mail: &[u8]) -> Result<Outcome, Trouble> {
        let mut outcome = Outcome::default();
        if self.to.is_empty() {
            return Ok(outcome);
        }
        let mut server = self.connect()?;
        self.at(Stage::Sender, &mut server, |server| {
            server.command(Mail::new(Some(self.settings.from.email.clone()), Vec::new()))
        })?;
        for to in &self.to {
            let rcpt = Rcpt::new(to.clone(), Vec::new());
            match self.at(Stage::Recipient, &mut server, |server| server.command(rcpt)) {
                Ok(_) => outcome.took.push(to.clone()),
                Err(Failed { error: Some(error), .. }) if error.status().is_some() => {
                    let refusal = Refusal { to: to.clone(), said: said(&error) };
                    match error.is_permanent() && !is_about_the_site(&error) {
                        true => outcome.refused.push(refusal),
                        false => outcome.put_off.push(refusal),
                    }
                }
                Err(failed) => return Err(failed.into()),
            }
        }
        if !outcome.took.is_empty() {
            self.at(Stage::Content, &mut server, |server| server.command(Data))?;
            self.at(Stage::Content, &mut server, |server| server.message(mail))?;
        }
        // It has the mail; how it takes leave changes nothing.
        let _ = self.at(Stage::Content, &mut server, SmtpConnection::quit);
        Ok(outcome)
    }

    fn connect(&self) -> Result<SmtpConnection, Trouble> {
        let Smtp { host, port, security, .. } = &self.settings;
        let by_us = |error| Failed { stage: Stage::Connect, error: Some(error) };
        let hello = ClientId::default();
        let tls = match security {
            Security::Clear => None,
            Security::Tls | Security::StartTls => Some(self.tls().map_err(by_us)?),
        };
        let at_once = tls.as_ref().filter(|_| *security == Security::Tls);
        let wait = self.wait().ok_or(Failed { stage: Stage::Connect, error: None })?;
        let mut server =
            SmtpConnection::connect((host.as_str(), *port), Some(wait), &hello, at_once, None)
                .map_err(by_us)?;
        if let (Some(tls), Security::StartTls) = (&tls, security) {
            // A server that does not offer it any more may be somebody in between: never without.
            self.at(Stage::StartTls, &mut server, |server| server.starttls(tls, &hello))?;
        }
        if let Some(login) = &self.settings.login {
            let password = login.password.reveal().to_string();
            let credentials = Credentials::new(login.user.clone(), password);
            self.at(Stage::Login, &mut server, |server| {
                server.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
            })?;
        }
        Ok(server)
    }

    fn tls(&self) -> Result<TlsParameters, Error> {
        let mut tls = TlsParameters::builder(self.settings.host.clone());
        if let Some(authority) = &self.settings.authority {
            tls = tls.add_root_certificate(Certificate::from_pem(&authority.pem)?);
        }
        tls.build()
    }

    /// How long the next answer may take; `None` when the time is up.
    fn wait(&self) -> Option<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        (!left.is_zero()).then(|| left.min(self.settings.timeout))
    }

    /// One step, within the time that is left.
    fn at<T>(
        &self,
        stage: Stage,
        server: &mut SmtpConnection,
        step: impl FnOnce(&mut SmtpConnection) -> Result<T, Error>,
    ) -> Result<T, Failed> {
        let wait = self.wait().ok_or(Failed { stage, error: None })?;
        // A socket that takes no timeout is no longer connected, and the step says so.
        let _ = server.set_timeout(Some(wait));
        step(server).map_err(|error| Failed { stage, error: Some(error) })
    }
}

/// A step that failed; without an error, its time was up.
struct Failed {
    stage: Stage,
    error: Option<Error>,
}

impl From<Failed> for Trouble {
    fn from(Failed { stage, error }: Failed) -> Trouble {
        let permanent = error.as_ref().is_some_and(Error::is_permanent);
        let said = error.map_or("超时 · timed out".to_string(), |error| said(&error));
        Trouble { stage, permanent, said }
    }
}

/// A recipient is refused because of who sends: no login (530, 535, 538 of RFC 4954), or the server's
/// policy (5.7 of RFC 3463). That can be mended, and the mail waits for it.
fn is_about_the_site(error: &Error) -> bool {
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    matches!(code.as_str(), "530" | "535" | "538")
        || said(error)
            .split(|c: char| !c.is_ascii_digit() && c != '.')
            .any(|part| part.starts_with("5.7."))
}

/// What went wrong, on one line.
fn said(error: &Error) -> String {
    let text: String =
        error.to_string().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(text.trim(), MAX_SAID)
}
