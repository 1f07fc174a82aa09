//! The child's side of the jail: locks itself in, then reads one file after the other.

use super::lockdown;
use super::wire::{self, ANSWER, BUILD, Ready, Reply, SMALL, Setup};
use crate::extract::{ExtractError, Limits, extract, size_words};
use crate::model::{Format, UnreadableReason, Words};
use std::io::{self, StdinLock, StdoutLock};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Readers recurse with the nesting of a document; the limit on depth times a frame fits well in it.
const STACK: usize = 16 << 20;

/// The hidden verb `extract-worker`: locks itself in and answers requests on stdin/stdout until EOF.
pub fn extract_worker() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The parent keeps the last lines of stderr for its log.
            eprintln!("extract-worker: {error}");
            ExitCode::from(2)
        }
    }
}

fn run() -> io::Result<()> {
    let mut stdin = io::stdin().lock();
    let Some(setup) = wire::take(&mut stdin, SMALL)? else { return Ok(()) };
    drop(stdin);
    let Setup { limits } = wire::decode(&setup)?;
    let mut protections = lockdown::enclose(&limits)?;
    let reader = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        protections.seccomp = lockdown::seal()?;
        let (mut stdin, mut stdout) = (io::stdin().lock(), io::stdout().lock());
        let ready = Ready { build: BUILD.into(), protections };
        wire::put(&mut stdout, &wire::encode(&ready)?)?;
        serve(&limits, &mut stdin, &mut stdout)
    })?;
    reader.join().unwrap_or_else(|_| Err(io::Error::other("the reading thread panicked")))
}

fn serve(limits: &Limits, stdin: &mut StdinLock, stdout: &mut StdoutLock) -> io::Result<()> {
    while let Some(name) = wire::take(stdin, SMALL)? {
        let Some(bytes) = wire::take(stdin, limits.bytes)? else { return Ok(()) };
        lockdown::arm_cpu(limits.cpu_seconds)?;
        let reply = read(&String::from_utf8_lossy(&name), &bytes, limits);
        let mut answer = wire::encode(&reply)?;
        if answer.len() as u64 > ANSWER {
            answer = wire::encode(&Reply::Err(too_much(answer.len())))?;
        }
        wire::put(stdout, &answer)?;
    }
    Ok(())
}

/// A reader that panics has met something it was not written for: one file's fate, not the worker's.
fn read(name: &str, bytes: &[u8], limits: &Limits) -> Reply {
    catch_unwind(AssertUnwindSafe(|| extract(name, bytes, limits))).unwrap_or_else(|_| {
        Err(ExtractError {
            format: Format::Unknown,
            reason: UnreadableReason::ReaderFailed,
            detail: Words::new(
                "读取程序遇到未能处理的内容而中断",
                "the reader met something it cannot handle and gave up",
            ),
        })
    })
}

fn too_much(size: usize) -> ExtractError {
    ExtractError {
        format: Format::Unknown,
        reason: UnreadableReason::OverLimit,
        detail: Words::new(
            format!("读出的内容超过上限 {}", size_words(ANSWER)),
            format!("what was read takes {size} bytes, more than the limit of {ANSWER}"),
        ),
    }
}
