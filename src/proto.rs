//! Code generated from `proto/`, and nothing else.

/// The public API, package `nianbao.v1`.
#[allow(clippy::all, clippy::pedantic, missing_docs)]
pub mod v1 {
    tonic::include_proto!("nianbao.v1");

    /// Descriptor of the public API, for reflection.
    pub const DESCRIPTOR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/nianbao.v1.bin"));
}

/// The journal's and the index's records, package `nianbao.store.v1`; only `store` uses them.
#[allow(clippy::all, clippy::pedantic, missing_docs)]
pub(crate) mod store_v1 {
    tonic::include_proto!("nianbao.store.v1");
}
