//! Pages of a bucket with a million keys: as quick as those of a small one.

use anyhow::{Context, Result};

use super::goals::{Goals, Need};
use crate::shell;

/// Longest median of any page, with or without prefix and delimiter.
const PAGE_MS_MAX: f64 = 20.0;

/// Has the store fill a bucket and list it; takes a minute or two.
pub(super) fn run(goals: &mut Goals) -> Result<()> {
    println!("listing a million keys ...");
    let text =
        shell::read(&mut shell::cargo(&["bench", "--quiet", "-p", "calotype-store", "--bench", "listing"]))?;
    for line in text.lines() {
        println!("  {line}");
        let words: Vec<_> = line.split(' ').collect();
        if let ["page", name, median_ms, _slowest_ms, _entries] = words[..] {
            let median_ms = median_ms.parse().with_context(|| format!("{line:?} has no time"))?;
            goals.add("LIST", format!("{name}: ms a page of 1000"), Need::AtMost(PAGE_MS_MAX), median_ms);
        }
    }
    Ok(())
}
