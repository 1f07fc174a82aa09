//! The child's side of the jail: locks itself in, then reads and judges one file after the other.

use super::examine::judge;
use super::lockdown;
use super::unreadable;
use super::wire::{
    self, ANSWER, BUILD, Errand, OTHERS, Others, Question, Ready, Reply, SETUP, SMALL, Setup,
};
use crate::edition::{Editions, Forms};
use crate::extract::{Entry, unpack};
use crate::model::{Examined, Format};
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
    let Some(setup) = wire::take(&mut stdin, SETUP)? else { return Ok(()) };
    drop(stdin);
    let setup: Setup = wire::decode(&setup)?;
    let mut protections = lockdown::enclose(&setup.limits)?;
    let reader = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        protections.seccomp = lockdown::seal()?;
        let (mut stdin, mut stdout) = (io::stdin().lock(), io::stdout().lock());
        // Now, so that the first file is read as fast as the others.
        Editions::embedded();
        let forms = forms(&setup)?;
        let ready = Ready { build: BUILD.into(), protections };
        wire::put(&mut stdout, &wire::encode(&ready)?)?;
        serve(&setup, &forms, &mut stdin, &mut stdout)
    })?;
    reader.join().unwrap_or_else(|_| Err(io::Error::other("the reading thread panicked")))
}

/// The forms as the parent has them; it has proved that they can be built.
fn forms(setup: &Setup) -> io::Result<Forms> {
    let forms = Forms::of(setup.site.clone());
    forms.map_err(|_| io::Error::other("the site's additions to the form are unsound"))
}

fn serve(
    setup: &Setup,
    forms: &Forms,
    stdin: &mut StdinLock,
    stdout: &mut StdoutLock,
) -> io::Result<()> {
    while let Some(errand) = wire::take(stdin, SMALL)? {
        let errand: Errand = wire::decode(&errand)?;
        let Some(bytes) = wire::take(stdin, setup.limits.bytes)? else { return Ok(()) };
        lockdown::arm_cpu(setup.limits.cpu_seconds)?;
        let done = |examined| Reply::Done(Box::new(examined));
        let reply = match taken_apart(&errand, &bytes, setup, stdout)? {
            Some(reply) => reply,
            None => {
                let ask = |of| {
                    wire::put(stdout, &wire::encode(&Reply::Asks(of))?)?;
                    let others = wire::take(stdin, OTHERS)?.ok_or(io::ErrorKind::UnexpectedEof)?;
                    wire::decode(&others)
                };
                done(examine(&errand, &bytes, setup, forms, ask)?)
            }
        };
        let mut answer = wire::encode(&reply)?;
        if answer.len() as u64 > ANSWER {
            answer = wire::encode(&done((Format::Unknown, Err(unreadable::too_much(ANSWER)))))?;
        }
        wire::put(stdout, &answer)?;
    }
    Ok(())
}

/// Hands the files of a batch over as they are met, so that no more than one is held; how it ended.
/// `None` where the file is no batch.
fn taken_apart(
    errand: &Errand,
    bytes: &[u8],
    setup: &Setup,
    stdout: &mut StdoutLock,
) -> io::Result<Option<Reply>> {
    if !errand.unpack {
        return Ok(None);
    }
    let mut sent = Ok(());
    let mut send = |entry: Entry| {
        if sent.is_ok() {
            sent = wire::encode(&Reply::Entry(entry.name))
                .and_then(|head| wire::put(stdout, &head))
                .and_then(|()| wire::put(stdout, &entry.bytes));
        }
    };
    let work = AssertUnwindSafe(|| unpack(bytes, &setup.limits, &mut send));
    let unpacked = match catch_unwind(work) {
        Ok(None) => return Ok(None),
        Ok(Some(Ok(unpacked))) => Reply::Unpacked(unpacked.format, unpacked.passed),
        Ok(Some(Err(error))) => Reply::Done(Box::new((error.format, Err(error.into())))),
        Err(_) => Reply::Done(Box::new((Format::Unknown, Err(unreadable::broke_off())))),
    };
    sent.map(|()| Some(unpacked))
}

/// A reader or judge that panics has met something it was not written for: one file's fate, not the
/// worker's.
fn examine(
    errand: &Errand,
    bytes: &[u8],
    setup: &Setup,
    forms: &Forms,
    ask: impl FnOnce(Question) -> io::Result<Others>,
) -> io::Result<Examined> {
    let work = || judge(errand, bytes, setup, forms, ask);
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Ok((Format::Unknown, Err(unreadable::broke_off()))))
}
