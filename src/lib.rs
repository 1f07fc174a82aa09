//! nianbao (年报): watches folders where annual reports are dropped, reads and judges them, keeps
//! what happened, answers over gRPC and alerts supervisors. `src/ARCHITECTURE.md` is the map.

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
