//! Each operation that a peer has too, beside that peer.

use anyhow::Result;

use super::engine::{Case, Outcomes, compare};
use super::goals::{Goals, Need};
use super::peers::{OURS, Peers, SHARP, VIPS};
use super::{Options, likeness};

const fn photo(name: &'static str, job: &'static str) -> Case {
    Case { name, job, file: "6mp.jpg", jobs: 7, lanes: 1 }
}

const CASES: [Case; 11] = [
    photo("ops: image watermark", "mark"),
    photo("ops: text watermark", "text"),
    photo("ops: blur", "blur"),
    photo("ops: sharpen", "sharpen"),
    photo("ops: grayscale", "gray"),
    photo("ops: bright", "bright"),
    photo("ops: rotate by 90", "turn"),
    photo("ops: rotate by 35", "tilt"),
    photo("ops: WebP", "webp"),
    Case { jobs: 2, ..photo("ops: AVIF", "avif") },
    Case { name: "ops: animated GIF", job: "anim", file: "anim.gif", jobs: 2, lanes: 1 },
];

pub(super) fn run(peers: &Peers, options: &Options, goals: &mut Goals) -> Result<()> {
    for case in CASES.iter().filter(|case| options.wants(case.name)) {
        let outcomes = compare(peers, case, options.rounds)?;
        judge(peers, case, &outcomes, goals)?;
    }
    Ok(())
}

fn judge(peers: &Peers, case: &Case, outcomes: &Outcomes, goals: &mut Goals) -> Result<()> {
    use Need::{AtLeast, AtMost};
    let slower = |name: &str| outcomes.get(name).map_or(f64::NAN, |outcome| outcome.slower);
    let mut over = |id, name: &str, need| {
        goals.add(id, format!("{}: times {name}", case.name), AtLeast(need), slower(name));
    };
    match case.job {
        "mark" => {
            over("P7", SHARP, 4.0);
            over("P7", VIPS, 2.0);
        }
        "blur" => {
            over("P8", SHARP, 2.0);
            over("P8", VIPS, 2.0);
        }
        "anim" => {
            over("P9", SHARP, 5.0);
            println!("\nfidelity of an animated GIF");
            let likeness = likeness::measure(peers, case.job, case.file)?;
            let psnr = likeness[OURS].psnr_db - likeness[SHARP].psnr_db;
            goals.add("P9", "animated GIF: dB over sharp", AtLeast(-1.0), psnr);
        }
        "avif" => {
            over("P10", SHARP, 6.0);
            println!("\nfidelity of an AVIF");
            let likeness = likeness::measure(peers, case.job, case.file)?;
            let loss = likeness[SHARP].ssim - likeness[OURS].ssim;
            let bytes = outcomes[OURS].first_bytes / outcomes[SHARP].first_bytes;
            goals.add("P10", "AVIF: SSIM lost against sharp", AtMost(0.005), loss);
            goals.add("P10", "AVIF: share of sharp's bytes", AtMost(1.08), bytes);
        }
        _ => {
            let best = slower(SHARP).min(slower(VIPS));
            let need = if case.job == "text" { 2.0 } else { 1.0 };
            goals.add(
                "ops",
                format!("{}: times the better of sharp and libvips", case.name),
                AtLeast(need),
                best,
            );
        }
    }
    Ok(())
}
