//! The one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: a child that reads untrusted files must not run a line more than it needs.
    if std::env::args_os().nth(1).is_some_and(|verb| verb == "extract-worker") {
        return nianbao::pipeline::extract_worker();
    }
    nianbao::cli::main()
}
