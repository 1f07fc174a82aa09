//! A mail to supervisors (RFC 5321, 5322): plain text and HTML, the receipt attached.

use super::wording::{self, Markup, PLAIN, escaped, fit};
use super::{Budget, Channel, Enclosure, Letter, Readers, Sent};
use crate::config::Smtp;
use crate::model::{Lang, Millis, cut};
use crate::render::{Notice, Section, notice, test_notice};
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant, UNIX_EPOCH};

mod session;

use session::{Outcome, Refusal, Session, Trouble};

/// A send as a whole. Sockets' own timeouts bound neither a name server nor a server that says a byte
/// at a time.
const WHOLE: Duration = Duration::from_secs(28);

/// Sends that hang on beyond [`WHOLE`]; with so many no new one is begun.
const MOST_HANGING: usize = 4;

/// Bytes of text, and of what is enclosed. Servers take 20 MB as a rule, of which Base64 takes a third.
const MOST_TEXT: usize = 64 << 10;
const MOST_ENCLOSED: usize = 10 << 20;

/// Messages of which is remembered who took them already.
const REMEMBERED: usize = 256;

const HTML: Markup = Markup {
    title: |title| format!("<h2>{}</h2>", escaped(title)),
    heading: |heading| format!("<h3>{}</h3>", escaped(heading)),
    line: |line| format!("<p>· {}</p>", escaped(line)),
    gap: "\n",
};

/// One mail server and those written to.
pub(super) struct Mail {
    settings: Smtp,
    source: String,
    /// Cloned by each send at work.
    at_work: Arc<()>,
    /// By message, whom the server took it for while it put others off: they get it once.
    took: Mutex<VecDeque<(String, Vec<Address>)>>,
}

impl Mail {
    /// `source` sets this site's messages apart from another's.
    pub fn new(settings: &Smtp, source: &str) -> Self {
        Mail {
            settings: settings.clone(),
            source: source.to_string(),
            at_work: Arc::default(),
            took: Mutex::default(),
        }
    }
}

impl Channel for Mail {
    fn readers(&self) -> Readers {
        Readers::People
    }

    fn budget(&self) -> Budget {
        Budget { per_minute: 30, at_once: 1 }
    }

    fn send(&self, letter: &Letter, now: Millis) -> Sent {
        let (id, notice) = (&letter.item.dedupe_id, notice(&letter.item, self.settings.lang));
        self.post(id, notice, &letter.enclosures, now)
    }

    fn test(&self, now: Millis) -> Sent {
        self.post(&format!("test-{now}"), test_notice(self.settings.lang), &[], now)
    }
}

impl Mail {
    fn post(&self, id: &str, notice: Notice, enclosures: &[Enclosure], now: Millis) -> Sent {
        match self.compose(id, notice, enclosures, now) {
            Ok(mail) => self.deliver(id, mail),
            Err(error) => Sent::Refused { error: format!("邮件无法编成：{error}") },
        }
    }

    /// The mail; the same bytes for the same arguments.
    fn compose(
        &self,
        id: &str,
        mut notice: Notice,
        enclosures: &[Enclosure],
        now: Millis,
    ) -> Result<Vec<u8>, lettre::error::Error> {
        let Smtp { from, to, lang, .. } = &self.settings;
        let mut room = MOST_ENCLOSED;
        let (enclosed, too_large): (Vec<_>, Vec<_>) = enclosures.iter().partition(|one| {
            let fits = one.bytes.len() <= room;
            room -= if fits { one.bytes.len() } else { 0 };
            fits
        });
        if !too_large.is_empty() {
            notice.sections.push(left_out(&too_large, *lang));
        }
        let mark = hex(&Sha256::digest(format!("{}#{id}", self.source)));
        let page = format!(
            "<!doctype html>\n<html><head><meta charset=\"utf-8\"></head><body>\n{}\n</body></html>\n",
            fit(&notice, &HTML, MOST_TEXT, *lang)
        );
        let words = MultiPart::alternative()
            .boundary(format!("words-{mark}"))
            .singlepart(SinglePart::plain(fit(&notice, &PLAIN, MOST_TEXT, *lang) + "\n"))
            .singlepart(SinglePart::html(page));
        let whole = match &enclosed[..] {
            [] => words,
            _ => enclosed.iter().fold(
                MultiPart::mixed().boundary(format!("whole-{mark}")).multipart(words),
                |whole, one| whole.singlepart(attached(one)),
            ),
        };
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".into(),
        );
        let message_id = format!("<{mark}@{}>", from.email.domain());
        let builder = Message::builder()
            .from(from.clone())
            .subject(wording::title(&notice))
            .date(UNIX_EPOCH + Duration::from_millis(now.unsigned_abs()))
            .message_id(Some(message_id))
            // So that no out-of-office note answers it (RFC 3834, 5).
            .raw_header(automatic);
        let builder = to.iter().fold(builder, |builder, one| builder.to(one.clone()));
        Ok(builder.multipart(whole)?.formatted())
    }

    /// Sends to all who have not got it yet, for no longer than [`WHOLE`].
    fn deliver(&self, id: &str, mail: Vec<u8>) -> Sent {
        let failed = |error: &str| Sent::Failed { error: error.to_string(), retry_after: None };
        if Arc::strong_count(&self.at_work) > MOST_HANGING {
            return failed("先前与邮件服务器的连接仍未结束 · earlier connections still hang");
        }
        let took = self.taken(id);
        let to: Vec<Address> = self.settings.to.iter().map(|one| one.email.clone()).collect();
        let to: Vec<Address> = to.into_iter().filter(|one| !took.contains(one)).collect();
        let session = Session::new(self.settings.clone(), to, Instant::now() + WHOLE);
        let (tell, told) = mpsc::channel();
        let at_work = Arc::clone(&self.at_work);
        let started = std::thread::Builder::new().name("smtp".into()).spawn(move || {
            let outcome = session.run(&mail);
            drop(at_work);
            // Nobody listens any longer when it came too late.
            let _ = tell.send(outcome);
        });
        if let Err(error) = started {
            return failed(&error.to_string());
        }
        match told.recv_timeout(WHOLE) {
            Ok(Ok(outcome)) => self.judge(id, took.len(), outcome),
            Ok(Err(trouble)) => self.judge_trouble(trouble),
            Err(_) => failed("邮件服务器迟迟不答 · the mail server takes too long"),
        }
    }

    fn judge(&self, id: &str, before: usize, outcome: Outcome) -> Sent {
        let Outcome { took, refused, put_off } = outcome;
        let list = |those: &[Refusal]| {
            let those: Vec<String> = those.iter().map(ToString::to_string).collect();
            those.join("; ")
        };
        let got = before + took.len();
        if !put_off.is_empty() {
            self.remember(id, took);
            let error = format!("{got}人已收到；暂未接受：{}", list(&put_off));
            return Sent::Failed { error, retry_after: None };
        }
        self.forget(id);
        match &refused[..] {
            [] => Sent::Accepted,
            _ => {
                Sent::Refused { error: format!("{got}人已收到；拒收：{}", list(&refused)) }
            }
        }
    }

    fn judge_trouble(&self, trouble: Trouble) -> Sent {
        let error = trouble.to_string();
        match trouble.is_of_the_content() {
            true => Sent::Refused { error },
            false => Sent::Failed { error, retry_after: None },
        }
    }

    fn taken(&self, id: &str) -> Vec<Address> {
        let took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        let of_it = took.iter().find(|(known, _)| known == id);
        of_it.map(|(_, those)| those.clone()).unwrap_or_default()
    }

    fn remember(&self, id: &str, those: Vec<Address>) {
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        match took.iter_mut().find(|(known, _)| known == id) {
            Some((_, known)) => known.extend(those),
            None => took.push_back((id.to_string(), those)),
        }
        if took.len() > REMEMBERED {
            took.pop_front();
        }
    }

    fn forget(&self, id: &str) {
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        took.retain(|(known, _)| known != id);
    }
}

fn attached(enclosure: &Enclosure) -> SinglePart {
    let unfit = |c: char| c.is_control() || matches!(c, '/' | '\\' | '\u{2028}' | '\u{2029}');
    let name: String =
        enclosure.file_name.chars().map(|c| if unfit(c) { '_' } else { c }).collect();
    let kind = ContentType::parse(enclosure.media_type)
        .or_else(|_| ContentType::parse("application/octet-stream"))
        .expect("a media type");
    let body = Body::new_with_encoding(enclosure.bytes.clone(), ContentTransferEncoding::Base64)
        .expect("anything can be written as Base64");
    Attachment::new(cut(name, 200)).body(body, kind)
}

fn left_out(those: &[&Enclosure], lang: Lang) -> Section {
    let line = |one: &&Enclosure| match lang {
        Lang::Zh => format!("附件过大，未随信附上：{}", one.file_name),
        Lang::En => format!("too large to be attached: {}", one.file_name),
    };
    Section { heading: String::new(), lines: those.iter().map(line).collect() }
}

/// Enough of a digest to tell messages apart.
fn hex(digest: &[u8]) -> String {
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
