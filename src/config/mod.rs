//! Configuration: raw (with spans) → check (every problem at once) → [`Settings`].
//!
//! Invariant: a bad configuration never starts the daemon; every problem names file, line, column and remedy.

mod settings;

pub use settings::{
    After, Channel, ChannelKind, Detect, Folder, Grpc, Log, LogFormat, Mode, Settings, UnitFrom,
};

/// A configuration that cannot be used, with every problem found in it.
#[derive(Debug, thiserror::Error)]
#[error("configuration")]
pub struct ConfigError {}

/// Reads, checks and resolves a configuration: the file named, else the embedded defaults.
pub fn load(_file: Option<&std::path::Path>) -> Result<Settings, ConfigError> {
    Err(ConfigError {})
}
