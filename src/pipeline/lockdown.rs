//! How a child gives up everything it does not need to turn bytes into a document.
//!
//! The resource limits are a must: without them a child does not start. Landlock and seccomp are
//! taken where the kernel has them, and what holds is reported.

use crate::extract::Limits;
use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus,
    Scope,
};
use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::io;

/// Which protections hold in the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protections {
    /// Address space, processor time, file size, descriptors and core dumps are limited.
    pub limits: bool,
    /// The worker is killed when its parent dies.
    pub dies_with_parent: bool,
    /// No executable can give it more rights.
    pub no_new_privs: bool,
    /// No path of the file system and no TCP port is within reach.
    pub landlock: Landlock,
    /// Only the system calls of computing, of memory and of the open pipes are let through.
    pub seccomp: bool,
}

/// How far the kernel enforces the rule set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Landlock {
    Full,
    /// An older kernel: the file system is closed, some newer kinds of access are not.
    Partial,
    None,
}

impl Protections {
    /// Before a child has said what holds.
    pub(super) fn none() -> Self {
        Protections {
            limits: false,
            dies_with_parent: false,
            no_new_privs: false,
            landlock: Landlock::None,
            seccomp: false,
        }
    }
}

impl fmt::Display for Protections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = |held| if held { "yes" } else { "no" };
        let landlock = match self.landlock {
            Landlock::Full => "full",
            Landlock::Partial => "partial",
            Landlock::None => "no",
        };
        write!(
            f,
            "limits={} dies_with_parent={} no_new_privs={} landlock={landlock} seccomp={}",
            yes(self.limits),
            yes(self.dies_with_parent),
            yes(self.no_new_privs),
            yes(self.seccomp),
        )
    }
}

/// First step, on the main thread before any other exists, so that every thread inherits it.
pub(super) fn enclose(limits: &Limits) -> io::Result<Protections> {
    let dies_with_parent =
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).is_ok();
    let no_new_privs = rustix::thread::set_no_new_privs(true).is_ok();
    let landlock = landlock().unwrap_or(Landlock::None);
    fix(Resource::Core, 0)?;
    fix(Resource::Fsize, 0)?;
    // The three pipes and nothing more.
    fix(Resource::Nofile, 3)?;
    fix(Resource::As, limits.memory_bytes)?;
    Ok(Protections { limits: true, dies_with_parent, no_new_privs, landlock, seccomp: false })
}

/// Second step, once the reading thread runs: no further thread or process, no call that opens.
pub(super) fn seal() -> io::Result<bool> {
    fix(Resource::Nproc, 0)?;
    let Ok(filter) = filter() else { return Ok(false) };
    Ok(seccompiler::apply_filter_all_threads(&filter).is_ok())
}

/// Gives the process `seconds` of processor time from now on. Beyond it the kernel sends SIGXCPU.
pub(super) fn arm_cpu(seconds: u32) -> io::Result<()> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec;
    let soft = u64::try_from(used).unwrap_or(0) + 1 + u64::from(seconds);
    let maximum = getrlimit(Resource::Cpu).maximum;
    let soft = maximum.map_or(soft, |hard| soft.min(hard));
    Ok(setrlimit(Resource::Cpu, Rlimit { current: Some(soft), maximum })?)
}

fn fix(resource: Resource, value: u64) -> io::Result<()> {
    let value = getrlimit(resource).maximum.map_or(value, |hard| value.min(hard));
    Ok(setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })?)
}

/// Handles every access and allows none.
fn landlock() -> Result<Landlock, landlock::RulesetError> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V6))?
        .handle_access(AccessNet::from_all(ABI::V6))?
        .scope(Scope::from_all(ABI::V6))?
        .create()?
        .no_new_privs(true)
        .restrict_self()?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Landlock::Full,
        RulesetStatus::PartiallyEnforced => Landlock::Partial,
        RulesetStatus::NotEnforced => Landlock::None,
    })
}

/// What reading a file out of a pipe, computing and ending need. Everything else answers EPERM, so
/// that a library probing for something optional goes on without it.
fn filter() -> Result<BpfProgram, seccompiler::BackendError> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_getrandom,
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ]
    .into_iter()
    .map(|call| (call, Vec::new()))
    .collect();
    // Memory, never executable.
    let no_exec = SeccompCondition::new(
        2,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64),
        0,
    )?;
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        rules.insert(call, vec![SeccompRule::new(vec![no_exec.clone()])?]);
    }
    // `abort` signals the process itself; no other may be reached, least of all the parent.
    let itself = SeccompCondition::new(
        0,
        SeccompCmpArgLen::Dword,
        SeccompCmpOp::Eq,
        u64::from(std::process::id()),
    )?;
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![itself])?]);
    // Its own limits, which it can lower but, the hard ones being set, not raise.
    let own = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, 0)?;
    rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![own])?]);
    SeccompFilter::new(
        rules,
        SeccompAction::Errno(libc::EPERM as u32),
        SeccompAction::Allow,
        std::env::consts::ARCH.try_into()?,
    )?
    .try_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_compiles_for_this_machine() {
        assert!(filter().unwrap().len() > 20);
    }

    #[test]
    fn what_holds_is_said_in_one_line() {
        let held = Protections {
            limits: true,
            dies_with_parent: true,
            no_new_privs: true,
            landlock: Landlock::Partial,
            seccomp: false,
        };
        assert_eq!(
            held.to_string(),
            "limits=yes dies_with_parent=yes no_new_privs=yes landlock=partial seccomp=no"
        );
    }
}
