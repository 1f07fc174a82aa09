//! The child's side of the jail: locks itself in, then reads and judges one file after the other.

use super::examine::judge;
use super::lockdown;
use super::unreadable;
use super::wire::{self, ANSWER, BUILD, Errand, OTHERS, Others, Ready, Reply, SMALL, Setup};
use crate::edition::Editions;
use crate::model::{Examined, Format, UnitYear};
use std::io::{self, StdinLock, StdoutLock};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Readers and judges recurse with the nesting of a document; the limit on depth times a frame fits
/// well in it. Only what is touched costs memory.
const STACK: usize = 32 << 20;

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
    let setup: Setup = wire::decode(&setup)?;
    let mut protections = lockdown::enclose(&setup.limits)?;
    let reader = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        protections.seccomp = lockdown::seal()?;
        let (mut stdin, mut stdout) = (io::stdin().lock(), io::stdout().lock());
        // Now, so that the first file is read as fast as the others.
        Editions::embedded();
        let ready = Ready { build: BUILD.into(), protections };
        wire::put(&mut stdout, &wire::encode(&ready)?)?;
        serve(&setup, &mut stdin, &mut stdout)
    })?;
    reader.join().unwrap_or_else(|_| Err(io::Error::other("the reading thread panicked")))
}

fn serve(setup: &Setup, stdin: &mut StdinLock, stdout: &mut StdoutLock) -> io::Result<()> {
    while let Some(errand) = wire::take(stdin, SMALL)? {
        let errand = wire::decode(&errand)?;
        let Some(bytes) = wire::take(stdin, setup.limits.bytes)? else { return Ok(()) };
        lockdown::arm_cpu(setup.limits.cpu_seconds)?;
        let ask = |of| {
            wire::put(stdout, &wire::encode(&Reply::Asks(of))?)?;
            let others = wire::take(stdin, OTHERS)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            wire::decode(&others)
        };
        let done = |examined| wire::encode(&Reply::Done(Box::new(examined)));
        let mut answer = done(examine(&errand, &bytes, setup, ask)?)?;
        if answer.len() as u64 > ANSWER {
            answer = done((Format::Unknown, Err(unreadable::too_much(ANSWER))))?;
        }
        wire::put(stdout, &answer)?;
    }
    Ok(())
}

/// A reader or judge that panics has met something it was not written for: one file's fate, not the
/// worker's.
fn examine(
    errand: &Errand,
    bytes: &[u8],
    setup: &Setup,
    ask: impl FnOnce(UnitYear) -> io::Result<Others>,
) -> io::Result<Examined> {
    let work = || judge(errand, bytes, &setup.limits, &setup.rules, ask);
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Ok((Format::Unknown, Err(unreadable::broke_off()))))
}
