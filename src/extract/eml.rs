//! The text of a mail that has no attachment to judge: some offices send the report itself.

use super::refusal;
use super::{ExtractError, Extractor, Limits, encoding, html, txt};
use crate::document::Document;
use crate::model::Format;
use mailparse::{DispositionType, ParsedMail};

/// The reader of mails.
pub(super) struct Eml;

impl Extractor for Eml {
    fn format(&self) -> Format {
        Format::Eml
    }

    fn extract(&self, bytes: &[u8], limits: &Limits) -> Result<Document, ExtractError> {
        let mail = mailparse::parse_mail(bytes).map_err(|_| broken())?;
        // Written twice, the page keeps the tables that plain text has lost.
        let part = ["text/html", "text/plain"].iter().find_map(|kind| body(&mail, kind));
        let part = part.ok_or_else(|| refusal::empty(Format::Eml))?;
        let text = part.get_body_raw().map_err(|_| broken())?;
        let charset = part.ctype.params.get("charset").map(String::as_str);
        let read = match (part.ctype.mimetype.as_str(), charset) {
            ("text/html", Some(charset)) => html::delivered(&text, charset, limits),
            ("text/html", None) => html::Html.extract(&text, limits),
            (_, Some(charset)) => {
                let text = encoding::decode_declared(&text, charset).text;
                txt::Txt.extract(text.as_bytes(), limits)
            }
            (_, None) => txt::Txt.extract(&text, limits),
        };
        read.map_err(|error| ExtractError { format: Format::Eml, ..error })
    }
}

/// The first part of a kind that is no attachment.
fn body<'m>(mail: &'m ParsedMail<'m>, kind: &str) -> Option<&'m ParsedMail<'m>> {
    let attached = mail.get_content_disposition().disposition == DispositionType::Attachment;
    if mail.subparts.is_empty() {
        return (mail.ctype.mimetype == kind && !attached).then_some(mail);
    }
    mail.subparts.iter().find_map(|part| body(part, kind))
}

fn broken() -> ExtractError {
    refusal::damaged(Format::Eml, "邮件结构不完整", "the mail is cut off or broken")
}
