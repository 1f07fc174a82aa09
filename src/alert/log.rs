//! An alert as a line in the program's log.

use super::{Channel, Sent};
use crate::model::{Lang, Millis, OutboxItem};
use crate::render::alert_line;

/// Always there, never fails.
pub(super) struct Log;

impl Channel for Log {
    fn send(&self, item: &OutboxItem, _now: Millis) -> Sent {
        let text = alert_line(&item.alert, item.phase, Lang::Zh);
        let alert = &item.alert;
        let submission = alert.about.is_none().then_some(alert.submission);
        tracing::warn!(alert = alert.id, submission, "{text}");
        Sent::Accepted
    }
}
