//! The binary: reads the command line and runs one command of `doorward::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    doorward::cli::main()
}
