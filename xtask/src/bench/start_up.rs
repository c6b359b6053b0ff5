//! P18: a thumbnail by a process that has to start first.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use super::goals::{Goals, Need};
use super::peers::Peers;
use super::{Options, median};
use crate::harness::TempFolder;
use crate::shell;

/// Starts in a round: one takes some ten milliseconds.
const STARTS: usize = 5;

pub(super) fn run(peers: &Peers, options: &Options, goals: &mut Goals) -> Result<()> {
    if !options.wants("start-up") {
        return Ok(());
    }
    let folder = TempFolder::new()?;
    let commands = commands(peers, folder.path());
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); commands.len()];
    for _ in 0..options.rounds {
        for (command, times) in commands.iter().zip(&mut times) {
            times.push(median((0..STARTS).map(|_| time(command).unwrap_or(f64::NAN))));
        }
    }
    println!("\nstart-up and one thumbnail, 6 MP");
    let mut over = |place: usize, need: f64| {
        let ratio = median(times[0].iter().zip(&times[place]).map(|(our, their)| their / our));
        println!("  {:18} {:>8.1} ms {ratio:>6.2}", commands[place][0], median(times[place].iter().copied()));
        if place > 0 {
            let what = format!("start-up and a thumbnail: times {}", commands[place][0]);
            goals.add("P18", what, Need::AtLeast(need), ratio);
        }
    };
    over(0, 0.0);
    over(1, 4.0);
    over(2, 7.0);
    Ok(())
}

/// Ours, vipsthumbnail, ImageMagick; each as its manual says it is fast.
fn commands(peers: &Peers, folder: &Path) -> [Vec<String>; 3] {
    let source = peers.set.join("6mp.jpg").display().to_string();
    let output = |name: &str| folder.join(name).display().to_string();
    let binary = peers.binary.display().to_string();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    [
        words(&[&binary, "process", &source, "imageMogr2/thumbnail/300x/quality/80", "-o", &output("a.jpg")]),
        words(&["vipsthumbnail", &source, "--size", "300x", "-o", &format!("{}[Q=80]", output("b.jpg"))]),
        words(&[
            "convert-im6.q16",
            "-define",
            "jpeg:size=600x600",
            &source,
            "-resize",
            "300x",
            "-quality",
            "80",
            &output("c.jpg"),
        ]),
    ]
}

/// Milliseconds of one run; none when the program is not there or fails.
fn time(words: &[String]) -> Option<f64> {
    if !words[0].contains('/') && !shell::has(&words[0]) {
        return None;
    }
    let start = Instant::now();
    let output = Command::new(&words[0]).args(&words[1..]).output().ok()?;
    output.status.success().then(|| start.elapsed().as_secs_f64() * 1e3)
}
