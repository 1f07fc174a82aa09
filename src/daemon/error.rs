//! Why the daemon did not start or had to stop, and what the operator does next.

use crate::grpc::ServeError;
use crate::store::StoreError;
use std::io;
use std::net::SocketAddr;

/// Errors, named by what the operator does next.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// Something the machine owes us (signals, folders, our own binary) was not to be had.
    #[error("启动不了 · cannot start: {0}")]
    Start(io::Error),
    #[error(
        "接口地址 {0} 用不了：{1}；请停掉占用它的程序，或在 [grpc] 中改 listen \
         · cannot listen on {0}; stop what uses it or change listen in [grpc]"
    )]
    Listen(SocketAddr, io::Error),
    #[error(
        "数据目录正被另一个 nianbao 使用：{}；请先停止它，或另配 data \
         · another nianbao uses this data directory; stop it, or configure another",
        .0.display()
    )]
    Locked(std::path::PathBuf),
    /// Nothing more can be promised. What was acknowledged is on disk.
    #[error(
        "存储出错，已停止：{0}；请检查磁盘空间和硬件后重新启动，索引损坏时先运行 nianbao rebuild \
         · the store failed; check the disk, then start again (a damaged index: nianbao rebuild)"
    )]
    Store(StoreError),
    #[error("{0} 意外终止：{1} · a task ended unexpectedly")]
    Task(&'static str, String),
    #[error("未等完成即退出，未完：{0} · left before the end of: {0}")]
    Abandoned(String),
}

impl DaemonError {
    /// A task that was lost to a panic.
    pub(super) fn lost(error: tokio::task::JoinError) -> Self {
        DaemonError::Task("store", error.to_string())
    }
}

impl From<ServeError> for DaemonError {
    fn from(error: ServeError) -> Self {
        DaemonError::Task("api", error.to_string())
    }
}

impl From<StoreError> for DaemonError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Locked(dir) => DaemonError::Locked(dir),
            other => DaemonError::Store(other),
        }
    }
}
