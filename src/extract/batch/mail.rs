//! The attachments of a mail, and the mails of a mailbox in one file.

use super::names;
use super::{Unpacking, mail_name};
use crate::extract::ExtractError;
use crate::extract::refusal::{self, Limit};
use crate::model::{Format, PassReason, PassedOver};
use mailparse::{DispositionType, ParsedMail};

/// What the text of a mail is listed as.
const BODY: &str = "（邮件正文）";

impl Unpacking<'_> {
    /// Offers every attachment; false where there is none that could be a report.
    pub(super) fn mail(
        &mut self,
        inside: &str,
        bytes: &[u8],
        level: u32,
    ) -> Result<bool, ExtractError> {
        if let Some(mails) = mailbox(bytes) {
            for (n, mail) in mails.iter().enumerate() {
                if !self.count() {
                    self.too_many(inside);
                    break;
                }
                let name = names::below(inside, &format!("第{}封.eml", n + 1));
                match self.attachments(&name, mail, level) {
                    Ok(true) => {}
                    Ok(false) => self.text_only(name, mail),
                    Err(error) => self.refuse(&name, error),
                }
            }
            return Ok(true);
        }
        self.attachments(inside, bytes, level)
    }

    fn attachments(
        &mut self,
        inside: &str,
        bytes: &[u8],
        level: u32,
    ) -> Result<bool, ExtractError> {
        let mail = mailparse::parse_mail(bytes).map_err(|_| broken())?;
        let mut parts = Vec::new();
        gather(&mail, &mut parts);
        let attached = |part: &&Part| matches!(part.role, Role::Attached | Role::Sealed);
        if !parts.iter().filter(attached).any(|part| part.may_be_a_report()) {
            return Ok(false);
        }
        if parts.iter().any(|part| part.role == Role::Body && !part.is_blank()) {
            let words = (
                "邮件正文未作核对，只核对附件",
                "the text of the mail was not judged, its attachments were",
            );
            self.pass(&names::below(inside, BODY), PassReason::Body, words);
        }
        let attachments = parts.iter().filter(|part| part.role != Role::Body);
        for (n, part) in attachments.enumerate() {
            if !self.count() {
                self.too_many(inside);
                break;
            }
            let name = part.name().unwrap_or_else(|| part.stand_in(n + 1));
            let name = names::below(inside, &name);
            if !self.fits(&name) {
                continue;
            }
            if part.role == Role::Sealed {
                self.pass(&name, PassReason::Encrypted, ("邮件已加密", "the mail is encrypted"));
                continue;
            }
            match part.mail.get_body_raw() {
                Ok(bytes) => self.charged(name, bytes, level),
                Err(_) => {
                    let words = ("附件编码已损坏", "the attachment's encoding is damaged");
                    self.pass(&name, PassReason::Damaged, words);
                }
            }
        }
        Ok(true)
    }

    /// Offers bytes that were decoded, not decompressed.
    fn charged(&mut self, name: String, bytes: Vec<u8>, level: u32) {
        let size = bytes.len() as u64;
        if size > self.limits.bytes {
            let (reason, message) = (PassReason::OverLimit, super::too_big(size, self.limits));
            self.passed.add(PassedOver { name, reason, message });
        } else if size > self.room() {
            let most = self.limits.inflated_bytes;
            self.refuse(&name, refusal::over(Format::Eml, Limit::Inflated, most));
        } else {
            self.inflated += size;
            self.offer(name, bytes, level, Format::Eml);
        }
    }

    /// Hands over a mail of a mailbox that has nothing but its text.
    fn text_only(&mut self, name: String, mail: &[u8]) {
        let size = mail.len() as u64;
        if size > self.room() {
            let most = self.limits.inflated_bytes;
            return self.refuse(&name, refusal::over(Format::Eml, Limit::Inflated, most));
        }
        self.inflated += size;
        self.hand_over(name, mail.to_vec());
    }
}

/// The mails of a mailbox file (RFC 4155): each begins with a `From ` line after an empty one. `None`
/// where it is a single mail.
fn mailbox(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    if !bytes.starts_with(b"From ") {
        return None;
    }
    let mut starts = vec![0];
    for (at, _) in bytes.windows(6).enumerate().filter(|(_, w)| *w == b"\nFrom ") {
        let before = &bytes[..at];
        if before.ends_with(b"\n") || before.ends_with(b"\n\r") {
            starts.push(at + 1);
        }
    }
    starts.push(bytes.len());
    let mails = starts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
    // Without the line that parts it from the one before.
    let unmarked =
        |mail: &'_ [u8]| mail.iter().position(|b| *b == b'\n').map_or(mail.len(), |n| n + 1);
    Some(mails.map(|mail| &mail[unmarked(mail)..]).collect())
}

/// What a part is in its mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Body,
    Attached,
    /// What of the mail is encrypted.
    Sealed,
}

struct Part<'m> {
    mail: &'m ParsedMail<'m>,
    role: Role,
}

/// The leaves of a mail in their order.
fn gather<'m>(mail: &'m ParsedMail<'m>, parts: &mut Vec<Part<'m>>) {
    if !mail.subparts.is_empty() {
        let kind = mail.ctype.mimetype.as_str();
        if kind == "multipart/encrypted" {
            return parts.push(Part { mail, role: Role::Sealed });
        }
        return mail.subparts.iter().for_each(|part| gather(part, parts));
    }
    let part = Part { mail, role: Role::Attached };
    let kind = mail.ctype.mimetype.as_str();
    let attached = mail.get_content_disposition().disposition == DispositionType::Attachment;
    let role = match kind {
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => Role::Sealed,
        "text/plain" | "text/html" if !attached && part.name().is_none() => Role::Body,
        _ => Role::Attached,
    };
    parts.push(Part { role, ..part });
}

impl Part<'_> {
    fn header(&self, wanted: &str) -> Option<&[u8]> {
        let mut headers = self.mail.headers.iter();
        let found = headers.find(|header| header.get_key_ref().eq_ignore_ascii_case(wanted));
        found.map(|header| header.get_value_raw())
    }

    fn name(&self) -> Option<String> {
        let named = |header, key| mail_name::parameter(self.header(header)?, key);
        let name =
            named("Content-Disposition", "filename").or_else(|| named("Content-Type", "name"));
        let name = names::file(&name?)?;
        // A mail sent along is often named by its subject.
        let is_mail = self.mail.ctype.mimetype == "message/rfc822";
        Some(if is_mail && !name.to_ascii_lowercase().ends_with(".eml") {
            name + ".eml"
        } else {
            name
        })
    }

    /// What an attachment without a name is called.
    fn stand_in(&self, n: usize) -> String {
        match self.mail.ctype.mimetype.as_str() {
            "message/rfc822" => format!("附件{n}.eml"),
            "text/html" => format!("附件{n}.html"),
            "text/plain" => format!("附件{n}.txt"),
            _ => format!("附件{n}"),
        }
    }

    fn is_blank(&self) -> bool {
        self.mail.get_body_raw().is_ok_and(|body| body.iter().all(u8::is_ascii_whitespace))
    }

    /// A picture or what the name tells to be none does not make a batch of a mail.
    fn may_be_a_report(&self) -> bool {
        if self.role == Role::Sealed {
            return true;
        }
        let name = self.name().unwrap_or_else(|| self.stand_in(1));
        match self.mail.get_body_raw() {
            Ok(bytes) => match super::chosen::kind(&name, &bytes) {
                super::Kind::Pass(reason, _) => reason.is_loss(),
                _ => true,
            },
            Err(_) => true,
        }
    }
}

fn broken() -> ExtractError {
    refusal::damaged(Format::Eml, "邮件结构不完整", "the mail is cut off or broken")
}
