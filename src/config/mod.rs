//! Configuration: raw (with spans) → check (every problem at once) → [`Settings`].
//!
//! Invariant: a bad configuration never starts the daemon; every problem names file, line, column and remedy.

mod settings;

pub use settings::{
    After, Channel, ChannelKind, Detect, Folder, Grpc, Log, LogFormat, Mode, Settings, UnitFrom,
};
