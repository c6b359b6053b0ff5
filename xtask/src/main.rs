//! The front door: `cargo xtask <command>`.
//!
//! Everything a newcomer, a developer or CI wants to run is here, and installs what it needs after saying so. This
//! crate is pure Rust with few dependencies, so that it builds before anything else is there.

mod bench;
mod check;
mod corpus;
mod coverage;
mod crash;
mod demo;
mod harness;
mod http_client;
mod node_suite;
mod prerequisites;
mod shell;
mod test;
mod tidy;

use anyhow::Result;

const HELP: &str = "\
usage: cargo xtask <command>

  demo                 a server, a photo, five results, and a contact sheet of them
  test                 everything: Rust, the official SDKs, crashes, coverage
  check                formatting, lints, and what the map promises
  coverage             which rows of spec/ have a test
    --missing            list the rows that have none
    --require M,P0       fail when a row of these classes has none
  corpus [DIR]         every picture of a folder with a MANIFEST.tsv through a server
  node-suite [OPTIONS] the official Node.js SDK's own live tests (`--grep copy` and what else mocha takes)
  crash [--points N]   kill -9 under load, then look for what is lost, torn or left
  bench [ops] [--rounds N] [--only WORD]
                       the engine against sharp and libvips, the server against nginx";

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["demo"] => demo::run(),
        ["test"] => test::run(),
        ["check"] => check::run(),
        ["coverage", options @ ..] => coverage::run(options),
        ["corpus", options @ ..] => corpus::run(options),
        ["node-suite", options @ ..] => node_suite::run(options),
        ["crash", options @ ..] => crash::run(options),
        ["bench", options @ ..] => bench::run(options),
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        [other, ..] => anyhow::bail!("there is no command {other:?}\n\n{HELP}"),
    }
}
