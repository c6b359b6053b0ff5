//! The engine beside sharp and libvips: time, memory, bytes and fidelity.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

use super::goals::{Goals, Need};
use super::peers::{OURS, Peers, SHARP, SYSTEM_VIPS, Tool, VIPS};
use super::{Options, likeness, median};
use crate::shell;

/// One job on one file.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) job: &'static str,
    pub(super) file: &'static str,
    /// Jobs of each lane in a round.
    pub(super) jobs: u32,
    /// Jobs in flight.
    pub(super) lanes: u32,
}

const CASES: [Case; 6] = [
    Case { name: "five rules, 6 MP", job: "five", file: "6mp.jpg", jobs: 3, lanes: 1 },
    Case { name: "five rules without the PNG, 6 MP", job: "four", file: "6mp.jpg", jobs: 5, lanes: 1 },
    Case { name: "PNG of the same size, 6 MP", job: "conv", file: "6mp.jpg", jobs: 3, lanes: 1 },
    Case { name: "thumbnail 300, 6 MP", job: "thumb", file: "6mp.jpg", jobs: 15, lanes: 1 },
    Case { name: "thumbnail 300, 6 MP, two in flight", job: "thumb", file: "6mp.jpg", jobs: 15, lanes: 2 },
    Case { name: "five rules, 24 MP", job: "five", file: "24mp.jpg", jobs: 2, lanes: 1 },
];

/// What a runner told of one round.
struct Sample {
    job_ms: f64,
    jobs_per_second: f64,
    memory_mb: f64,
    bytes: Vec<f64>,
}

/// What a case told of one tool, over all rounds.
pub(super) struct Outcome {
    job_ms: f64,
    jobs_per_second: f64,
    /// How many times our time it took.
    pub(super) slower: f64,
    /// How many times its throughput is ours.
    behind: f64,
    memory_mb: f64,
    /// Of the first result.
    pub(super) first_bytes: f64,
}

pub(super) type Outcomes = BTreeMap<&'static str, Outcome>;

pub(super) fn run(peers: &Peers, options: &Options, goals: &mut Goals) -> Result<()> {
    for case in CASES.iter().filter(|case| options.wants(case.name)) {
        let outcomes = compare(peers, case, options.rounds)?;
        judge(case, &outcomes, goals);
    }
    if options.wants("fidelity") {
        fidelity(peers, goals)?;
    }
    Ok(())
}

/// Runs a case on all tools that have the job, and prints what came out.
pub(super) fn compare(peers: &Peers, case: &Case, rounds: usize) -> Result<Outcomes> {
    let mut samples: BTreeMap<&'static str, Vec<Sample>> = BTreeMap::new();
    for _ in 0..rounds {
        for tool in peers.tools.iter().filter(|tool| tool.has(case.job)) {
            samples.entry(tool.name).or_default().push(best_way(peers, tool, case)?);
        }
    }
    let ours = &samples[OURS];
    let outcomes = samples.iter().map(|(name, theirs)| {
        let pairs = || ours.iter().zip(theirs);
        let outcome = Outcome {
            job_ms: median(theirs.iter().map(|sample| sample.job_ms)),
            jobs_per_second: median(theirs.iter().map(|sample| sample.jobs_per_second)),
            slower: median(pairs().map(|(our, their)| their.job_ms / our.job_ms)),
            behind: median(pairs().map(|(our, their)| our.jobs_per_second / their.jobs_per_second)),
            memory_mb: theirs.iter().map(|sample| sample.memory_mb).fold(0.0, f64::max),
            first_bytes: theirs[0].bytes.first().copied().unwrap_or(f64::NAN),
        };
        (*name, outcome)
    });
    let outcomes = outcomes.collect();
    print(case, &outcomes);
    Ok(outcomes)
}

/// A tool with two ways to do a job is judged by its better one; its memory is that of the leaner one.
fn best_way(peers: &Peers, tool: &Tool, case: &Case) -> Result<Sample> {
    let sample = measure(peers, tool, case, case.job)?;
    if !tool.has_raw_jobs || !matches!(case.job, "five" | "four") {
        return Ok(sample);
    }
    let mut other = measure(peers, tool, case, &format!("{}_raw", case.job))?;
    other.memory_mb = other.memory_mb.min(sample.memory_mb);
    let best =
        if other.job_ms < sample.job_ms { other } else { Sample { memory_mb: other.memory_mb, ..sample } };
    Ok(best)
}

fn measure(peers: &Peers, tool: &Tool, case: &Case, job: &str) -> Result<Sample> {
    let mut command = shell::command(&tool.call[0], &tool.call[1..]);
    command.arg(job).arg(peers.set.join(case.file));
    command.args([format!("n={}", case.jobs), format!("t={}", case.lanes), format!("f={}", format_of(job))]);
    let told = shell::read(&mut command)?;
    let told: Value =
        serde_json::from_str(told.trim()).with_context(|| format!("{} said {told:?}", tool.name))?;
    let numbers = |name: &str| -> Vec<f64> {
        told[name].as_array().map(|list| list.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
    };
    let number = |name: &str| told[name].as_f64().with_context(|| format!("{} told no {name}", tool.name));
    Ok(Sample {
        job_ms: median(numbers("times")),
        jobs_per_second: number("jobs")? / number("wall")?,
        memory_mb: number("rss")?,
        bytes: numbers("bytes"),
    })
}

/// Only the conversion wants another format than its photo's.
fn format_of(job: &str) -> &'static str {
    if job == "conv" { "png" } else { "jpg" }
}

fn print(case: &Case, outcomes: &Outcomes) {
    println!("\n{}", case.name);
    println!(
        "  {:18} {:>10} {:>7} {:>10} {:>7} {:>8} {:>10}",
        "", "ms", "ratio", "jobs/s", "ratio", "peak MB", "bytes"
    );
    for (name, outcome) in outcomes {
        let Outcome { job_ms, jobs_per_second, slower, behind, memory_mb, first_bytes } = outcome;
        println!(
            "  {name:18} {job_ms:>10.1} {slower:>7.2} {jobs_per_second:>10.1} {behind:>7.2} {memory_mb:>8.0} {first_bytes:>10.0}"
        );
    }
}

fn judge(case: &Case, outcomes: &Outcomes, goals: &mut Goals) {
    use Need::{AtLeast, AtMost};
    let of = |name: &str, figure: fn(&Outcome) -> f64| outcomes.get(name).map_or(f64::NAN, figure);
    let slower = |name| of(name, |outcome| outcome.slower);
    let memory = || of(OURS, |outcome| outcome.memory_mb) / of(SHARP, |outcome| outcome.memory_mb);
    match case.name {
        "five rules, 6 MP" => {
            goals.add("P1", "five rules, 6 MP: times sharp", AtLeast(3.5), slower(SHARP));
            goals.add("P2", "five rules, 6 MP: times libvips 8.18", AtLeast(3.0), slower(VIPS));
            goals.add(
                "P2",
                "five rules, 6 MP: times the system's libvips",
                AtLeast(4.5),
                slower(SYSTEM_VIPS),
            );
            goals.add("P11", "five rules: peak memory, share of sharp's", AtMost(0.55), memory());
        }
        "five rules without the PNG, 6 MP" => {
            goals.add("P3", "five rules without the PNG: times sharp", AtLeast(2.6), slower(SHARP));
            goals.add("P3", "five rules without the PNG: times libvips 8.18", AtLeast(2.2), slower(VIPS));
        }
        "PNG of the same size, 6 MP" => {
            let bytes = of(OURS, |outcome| outcome.first_bytes) / of(SHARP, |outcome| outcome.first_bytes);
            goals.add("P4", "PNG of the same size: times sharp", AtLeast(3.0), slower(SHARP));
            goals.add("P4", "PNG of the same size: share of sharp's bytes", AtMost(0.70), bytes);
        }
        "thumbnail 300, 6 MP" => {
            goals.add("P11", "thumbnail: peak memory, share of sharp's", AtMost(0.35), memory());
        }
        "thumbnail 300, 6 MP, two in flight" => {
            let behind = |name| of(name, |outcome| outcome.behind);
            goals.add("P5", "thumbnail 300, two in flight: times sharp", AtLeast(1.2), behind(SHARP));
            goals.add("P5", "thumbnail 300, two in flight: times libvips 8.18", AtLeast(1.5), behind(VIPS));
            goals.add(
                "P5",
                "thumbnail 300, two in flight: times system's libvips",
                AtLeast(1.6),
                behind(SYSTEM_VIPS),
            );
        }
        _ => {}
    }
}

/// P6: the 300 wide JPEG of a picture with odd sides, against a reference in floating point.
fn fidelity(peers: &Peers, goals: &mut Goals) -> Result<()> {
    println!("\nfidelity of a 300 wide JPEG");
    let closeness = likeness::measure(peers, "thumb", "6mp.jpg")?;
    let over = |name: &str| {
        closeness[OURS].psnr_db - closeness.get(name).map_or(f64::NAN, |likeness| likeness.psnr_db)
    };
    goals.add("P6", "fidelity of a thumbnail: dB over libvips 8.18", Need::AtLeast(0.0), over(VIPS));
    goals.add("P6", "fidelity of a thumbnail: dB over sharp", Need::AtLeast(1.5), over(SHARP));
    Ok(())
}
