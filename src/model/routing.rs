//! Who is told of a case, and when.

use super::{Alert, Millis, Phase};

/// The site's rules for telling: which channels hear of which cases, and from when on. Replaced as a
/// whole when the roster or the configuration is read anew.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// Names of all channels.
    channels: Vec<String>,
}

/// One channel that is told, and not before when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub channel: String,
    pub due_at: Millis,
}

impl Policy {
    /// Everybody, at once.
    pub fn everybody(channels: impl IntoIterator<Item = String>) -> Policy {
        Policy { channels: channels.into_iter().collect() }
    }

    /// Who hears of this turn of the case.
    ///
    /// Invariant: of a channel that fails, that channel is not told; a case that no route takes goes to
    /// every channel.
    pub fn tell(&self, alert: &Alert, _phase: Phase, at: Millis) -> Vec<Recipient> {
        let failing =
            alert.about.as_ref().filter(|_| alert.kind == super::AlertKind::ChannelFailing);
        self.channels
            .iter()
            .filter(|channel| Some(*channel) != failing)
            .map(|channel| Recipient { channel: channel.clone(), due_at: at })
            .collect()
    }
}
