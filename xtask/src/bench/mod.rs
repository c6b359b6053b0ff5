//! `bench`: the engine and the server beside their peers, in one interleaved run, each goal as met or missed.
//!
//! Every round runs every tool once per case in turn, so that a machine's drift hits all alike; quoted are medians over
//! rounds of each round's own ratio. `bench/README.md` says what the runners are.

mod durable;
mod engine;
mod goals;
mod likeness;
mod listing;
mod ops;
mod peers;
mod server;
mod start_up;
mod wrk;

use anyhow::{Context, Result, bail};

use crate::prerequisites;
use goals::Goals;

/// What the command line asks for.
struct Options {
    rounds: usize,
    /// Only cases with this word in their name.
    only: String,
}

impl Options {
    fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self { rounds: 4, only: String::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if !word.starts_with("--") {
                options.only = (*word).into();
                continue;
            }
            let value = words.next().with_context(|| format!("{word} wants a value"))?;
            match *word {
                "--rounds" => options.rounds = value.parse().context("--rounds wants a number")?,
                "--only" => options.only = (*value).into(),
                other => bail!("bench has no option {other:?}"),
            }
        }
        Ok(options)
    }

    fn wants(&self, case: &str) -> bool {
        case.contains(&self.only)
    }
}

pub(crate) fn run(words: &[&str]) -> Result<()> {
    let options = Options::parse(words)?;
    let mut goals = Goals::default();
    if options.only == "listing" {
        listing::run(&mut goals)?;
        goals.print();
        return Ok(());
    }
    prerequisites::build_tools()?;
    let peers = peers::prepare()?;
    engine::run(&peers, &options, &mut goals)?;
    ops::run(&peers, &options, &mut goals)?;
    start_up::run(&peers, &options, &mut goals)?;
    server::run(&options, &mut goals)?;
    if options.only.is_empty() {
        listing::run(&mut goals)?;
    }
    goals.print();
    Ok(())
}

/// The middle of the values; NaN when there are none.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count if count % 2 == 1 => values[count / 2],
        count => (values[count / 2 - 1] + values[count / 2]) / 2.0,
    }
}
