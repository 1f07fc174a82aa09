//! An alert as a line in the program's log.

use super::{Budget, Channel, Letter, Readers, Sent};
use crate::model::{Lang, Millis, Telling};
use crate::render::alert_line;

/// Always there, never fails.
pub(super) struct Log;

impl Channel for Log {
    fn readers(&self) -> Readers {
        Readers::Programs
    }

    fn budget(&self) -> Budget {
        Budget { per_minute: u32::MAX, at_once: 4 }
    }

    fn send(&self, letter: &Letter, _now: Millis) -> Sent {
        for Telling { phase, alert, .. } in letter.item.tellings() {
            let text = alert_line(&alert, phase, Lang::Zh);
            let submission = Some(alert.submission).filter(|id| *id != 0);
            tracing::warn!(alert = alert.id, submission, "{text}");
        }
        Sent::Accepted
    }

    fn test(&self, _now: Millis) -> Sent {
        tracing::warn!("【测试】这是一条测试提醒，无须处理 · a test, nothing is the matter");
        Sent::Accepted
    }
}
