//! The whole of a bar code of which a reader has seen one line.

use super::plane::Plane;

/// Share of a line that has to look like the one that was read.
const LIKENESS_MIN: f64 = 0.8;
/// Lines in a row that may look otherwise: a scratch, a speck.
const GAP_LINES_MAX: u32 = 2;
/// A blank of this share of the line ends the code: the quiet zone is ten modules of about a hundred, a blank between
/// bars has four at most.
const QUIET_SHARE: f64 = 0.07;

/// A line across all bars, from the start of the code to its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub(super) from: (f64, f64),
    pub(super) to: (f64, f64),
}

impl Line {
    fn length(&self) -> f64 {
        (self.to.0 - self.from.0).hypot(self.to.1 - self.from.1)
    }

    /// The unit vector along the line.
    fn along(&self) -> (f64, f64) {
        let length = self.length().max(1.0);
        ((self.to.0 - self.from.0) / length, (self.to.1 - self.from.1) / length)
    }

    /// The line moved sidewards, downwards when the code stands upright.
    fn moved(&self, by: f64) -> Self {
        let (x, y) = self.along();
        let shift = |point: (f64, f64)| (point.0 - y * by, point.1 + x * by);
        Self { from: shift(self.from), to: shift(self.to) }
    }

    /// The same line from a place in front of it to one behind it.
    fn extended(&self, before: f64, behind: f64) -> Self {
        let (x, y) = self.along();
        Self {
            from: (self.from.0 - x * before, self.from.1 - y * before),
            to: (self.to.0 + x * behind, self.to.1 + y * behind),
        }
    }

    /// What is dark along the line.
    fn darkness(&self, plane: &Plane) -> Vec<bool> {
        let (x, y) = self.along();
        let steps = self.length().round().max(1.0) as u32;
        let samples: Vec<u8> = (0..=steps)
            .map(|step| plane.at((self.from.0 + x * f64::from(step), self.from.1 + y * f64::from(step))))
            .collect();
        let (low, high) =
            samples.iter().fold((255, 0), |(low, high), sample| (*sample.min(&low), *sample.max(&high)));
        let middle = low / 2 + high / 2;
        samples.iter().map(|sample| high > low && *sample <= middle).collect()
    }
}

/// The corners of the code of which this line was read: as long as the bars, and as high as lines look like it.
pub(super) fn corners(plane: &Plane, read: Line) -> [(f64, f64); 4] {
    let line = whole(plane, read);
    let (above, below) = (-reach(plane, line, -1.0), reach(plane, line, 1.0));
    let (top, bottom) = (line.moved(above), line.moved(below));
    [top.from, top.to, bottom.to, bottom.from]
}

/// The line from the first bar to the last one: readers report points somewhere inside of them.
fn whole(plane: &Plane, read: Line) -> Line {
    let margin = f64::from(plane.size.width_px.max(plane.size.height_px));
    let quiet = (read.length() * QUIET_SHARE).ceil() as usize;
    let outer = |dark: &mut dyn Iterator<Item = bool>| {
        let (mut last_dark, mut light) = (0_usize, 0_usize);
        for (step, is_dark) in dark.enumerate() {
            if is_dark {
                (last_dark, light) = (step, 0);
            } else {
                light += 1;
            }
            if light > quiet {
                break;
            }
        }
        last_dark as f64
    };
    let all = read.extended(margin, margin).darkness(plane);
    let margin_steps = (margin as usize).min(all.len());
    let before = outer(&mut all[..margin_steps].iter().rev().copied());
    let behind = outer(&mut all[all.len() - margin_steps..].iter().copied());
    read.extended(before + 1.0, behind + 1.0)
}

/// How far lines on one side look alike.
fn reach(plane: &Plane, line: Line, direction: f64) -> f64 {
    let read = line.darkness(plane);
    let farthest = plane.size.width_px.max(plane.size.height_px);
    let (mut reach, mut gap) = (0, 0);
    for step in 1..farthest {
        let other = line.moved(direction * f64::from(step)).darkness(plane);
        let alike = read.iter().zip(&other).filter(|(one, other)| one == other).count();
        if alike as f64 >= LIKENESS_MIN * read.len() as f64 {
            (reach, gap) = (step, 0);
        } else {
            gap += 1;
        }
        if gap > GAP_LINES_MAX {
            break;
        }
    }
    f64::from(reach)
}

#[cfg(test)]
mod tests {
    use super::{Line, corners};
    use crate::{Dimensions, codes::plane::Plane};

    /// Bars from 20 to 120 across and from 30 to 70 down.
    fn bars() -> Plane {
        let (width_px, height_px) = (140_u32, 100_u32);
        let dark = |x: u32, y: u32| {
            (20..120).contains(&x) && (30..70).contains(&y) && [0, 1, 3, 6, 7].contains(&((x - 20) % 9))
        };
        let samples =
            (0..width_px * height_px).map(|at| if dark(at % 140, at / 140) { 10 } else { 240 }).collect();
        Plane { size: Dimensions { width_px, height_px }, samples }
    }

    #[test]
    fn one_line_leads_to_the_whole() {
        let read = Line { from: (22.0, 41.0), to: (117.0, 41.0) };
        let expected = [(20.0, 30.0), (120.0, 30.0), (120.0, 69.0), (20.0, 69.0)];
        for (corner, expected) in corners(&bars(), read).iter().zip(expected) {
            let distance = (corner.0 - expected.0).hypot(corner.1 - expected.1);
            assert!(distance <= 3.0, "{corner:?} is not {expected:?}");
        }
        // Read from right to left, the code is upside down.
        let turned = corners(&bars(), Line { from: read.to, to: read.from });
        assert!((turned[0].0 - 120.0).abs() <= 3.0 && (turned[0].1 - 69.0).abs() <= 3.0, "{turned:?}");
    }
}
