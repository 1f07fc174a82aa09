//! The one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    // The jailed reader never meets the command line's own parsing: it starts often and must stay small.
    if std::env::args_os().nth(1).is_some_and(|verb| verb == "extract-worker") {
        return nianbao::pipeline::extract_worker();
    }
    nianbao::cli::main()
}
