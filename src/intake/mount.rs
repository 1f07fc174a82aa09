//! Whether changes on a file system can be heard of, or have to be looked for.

use crate::config::Detect;
use crate::model::Words;
use std::io;
use std::path::Path;

/// How a folder is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WatchMode {
    /// The kernel tells, and a scan now and then checks.
    Native,
    /// Scans only.
    Poll,
}

/// Names by the magic number of `statfs(2)`; `true` where every writer goes through this kernel, so
/// that it can tell of every change. What is not listed is polled.
const KINDS: [(u64, &str, bool); 23] = [
    (0xEF53, "ext4", true),
    (0x5846_5342, "xfs", true),
    (0x9123_683E, "btrfs", true),
    (0x0102_1994, "tmpfs", true),
    (0x8584_58F6, "ramfs", true),
    (0x794C_7630, "overlay", true),
    (0x2FC1_2FC1, "zfs", true),
    (0xF2F5_2010, "f2fs", true),
    (0xCA45_1A4E, "bcachefs", true),
    (0x3153_464A, "jfs", true),
    (0x4D44, "vfat", true),
    (0x2011_BAB0, "exfat", true),
    (0x7366_746E, "ntfs3", true),
    (0x6969, "nfs", false),
    (0x517B, "smb", false),
    (0xFF53_4D42, "cifs", false),
    (0xFE53_4D42, "smb3", false),
    (0x6573_5546, "fuse", false),
    (0x0102_1997, "9p", false),
    (0x786F_4256, "vboxsf", false),
    (0x00C3_6400, "ceph", false),
    (0x5346_414F, "afs", false),
    (0x7461_636F, "ocfs2", false),
];

/// The file system a path lies on: its magic number.
pub(super) fn magic(path: &Path) -> io::Result<u64> {
    Ok(rustix::fs::statfs(path)?.f_type as u64)
}

/// How to watch a folder on this file system, and why.
pub(super) fn choose(detect: Detect, magic: u64) -> (WatchMode, Words) {
    let kind = KINDS.iter().find(|(number, ..)| *number == magic);
    let name = kind.map_or_else(|| format!("{magic:#x}"), |(_, name, _)| (*name).to_string());
    match (detect, kind) {
        (Detect::Native, _) => (
            WatchMode::Native,
            Words::new(
                format!("配置指定使用系统通知（文件系统 {name}）"),
                format!("kernel events, as configured (file system {name})"),
            ),
        ),
        (Detect::Poll, _) => (
            WatchMode::Poll,
            Words::new(
                format!("配置指定定期扫描（文件系统 {name}）"),
                format!("polling, as configured (file system {name})"),
            ),
        ),
        (Detect::Auto, Some((.., true))) => (
            WatchMode::Native,
            Words::new(
                format!("本地文件系统 {name}，使用系统通知"),
                format!("kernel events: local file system {name}"),
            ),
        ),
        (Detect::Auto, Some((.., false))) => (
            WatchMode::Poll,
            Words::new(
                format!("{name} 上其他机器的写入没有系统通知，改用定期扫描"),
                format!("polling: on {name} other machines' writes raise no events here"),
            ),
        ),
        (Detect::Auto, None) => (
            WatchMode::Poll,
            Words::new(
                format!("未知的文件系统 {name}，改用定期扫描"),
                format!("polling: unknown file system {name}"),
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_polled_and_says_why() {
        for (magic, name) in [(0x6969, "nfs"), (0xFF53_4D42, "cifs"), (0x6573_5546, "fuse")] {
            let (mode, reason) = choose(Detect::Auto, magic);
            assert_eq!(mode, WatchMode::Poll);
            assert!(reason.zh.contains(name) && reason.en.contains(name));
        }
        assert_eq!(choose(Detect::Auto, 0x1234).0, WatchMode::Poll);
    }

    #[test]
    fn a_local_disk_is_heard_unless_told_otherwise() {
        assert_eq!(choose(Detect::Auto, 0xEF53).0, WatchMode::Native);
        assert_eq!(choose(Detect::Poll, 0xEF53).0, WatchMode::Poll);
        assert_eq!(choose(Detect::Native, 0x6969).0, WatchMode::Native);
    }
}
