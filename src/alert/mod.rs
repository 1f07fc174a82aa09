//! The outbox dispatcher and one file per channel. At least once, with a stable dedupe key.
