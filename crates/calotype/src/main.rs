//! The one binary: `calotype serve` starts the service, `calotype process` runs rules on local files with no server,
//! and `put`, `get`, `ls`, `rm`, `mb` speak to a server.

mod explain;
#[cfg(feature = "server")]
mod key;
mod process;
mod remote;
#[cfg(feature = "server")]
mod serve;

use clap::{Parser, Subcommand};

/// Requests for small objects spend a tenth of their time in the system's allocator, and a quarter of that in this one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An object store that makes pictures from pictures.
#[derive(Debug, Parser)]
#[command(name = "calotype", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the service.
    #[cfg(feature = "server")]
    Serve(serve::ServeArgs),
    /// Manage the key pairs of a service.
    #[cfg(feature = "server")]
    Key(key::KeyArgs),
    /// Say which line of a refused request was signed otherwise, and why.
    ExplainSignature(explain::ExplainArgs),
    /// Run a rule on a local file, without a server.
    Process(process::ProcessArgs),
    /// Upload a file, with rules if wanted.
    Put(remote::put::PutArgs),
    /// Download an object, processed by a rule if wanted.
    Get(remote::get::GetArgs),
    /// List buckets, or the objects of one.
    Ls(remote::ls::LsArgs),
    /// Remove an object.
    Rm(remote::rm::RmArgs),
    /// Make a bucket.
    Mb(remote::mb::MbArgs),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        #[cfg(feature = "server")]
        Command::Serve(args) => serve::run(args),
        #[cfg(feature = "server")]
        Command::Key(args) => key::run(args),
        Command::ExplainSignature(args) => explain::run(&args),
        Command::Process(args) => process::run(&args),
        Command::Put(args) => remote::block_on(remote::put::run(args)),
        Command::Get(args) => remote::block_on(remote::get::run(args)),
        Command::Ls(args) => remote::block_on(remote::ls::run(args)),
        Command::Rm(args) => remote::block_on(remote::rm::run(args)),
        Command::Mb(args) => remote::block_on(remote::mb::run(args)),
    }
}
