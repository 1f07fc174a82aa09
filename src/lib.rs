//! The library of the one binary; `ARCHITECTURE.md` beside this file is the map.
//!
#![doc = include_str!("ARCHITECTURE.md")]
#![forbid(unsafe_code)]

// The core: pure, no I/O, no clock, no async.
pub mod document;
pub mod edition;
pub mod extract;
pub mod model;
pub mod render;
pub mod rules;
pub mod specimen;

// The shell: effects live here.
pub mod alert;
pub mod cli;
pub mod config;
pub mod daemon;
pub mod grpc;
pub mod intake;
pub mod pipeline;
pub mod proto;
pub mod store;
