//! Which frames of an animation take part.

use std::{ops::Range, sync::Arc};

/// Which frames of an animation take part. Source: spec/ci/format.md, 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameSelection {
    /// All of them.
    All,
    /// Only this one, counted from 0.
    Single(u32),
    /// Every `interval`-th frame of the first `take`, evenly reduced to at most `count`.
    Reduced {
        /// 1 keeps every frame.
        interval: u32,
        /// Frames kept at most, sampled evenly.
        count: u32,
        /// Frames looked at, from the start.
        take: u32,
    },
    /// The first frame of each span, shown for as long as the whole span: several reductions after one another.
    Spans(Arc<[Range<u32>]>),
}

impl FrameSelection {
    /// The frames of the result in order: each shows the source frame at the start of its range for as long as all
    /// source frames of the range together. Frames in no range are not shown.
    pub fn spans(&self, frame_count: u32) -> Vec<Range<u32>> {
        match self {
            Self::All => (0..frame_count).map(|frame| frame..frame + 1).collect(),
            Self::Single(frame) => vec![*frame..frame + 1; usize::from(*frame < frame_count)],
            Self::Reduced { interval, count, take } => {
                let all = Self::All.spans(frame_count);
                reduce(&all, *interval, *count, *take)
            }
            Self::Spans(spans) => spans.iter().filter(|span| span.start < frame_count).cloned().collect(),
        }
    }
}

/// Every `interval`-th of the first `take` spans, evenly reduced to `count`; a span that is dropped lengthens the one
/// before it.
pub(super) fn reduce(spans: &[Range<u32>], interval: u32, count: u32, take: u32) -> Vec<Range<u32>> {
    let taken = &spans[..spans.len().min(take as usize)];
    let Some(last) = taken.last() else { return Vec::new() };
    let spaced: Vec<u32> = taken.iter().step_by(interval.max(1) as usize).map(|span| span.start).collect();
    let count = (count.max(1) as usize).min(spaced.len());
    let starts: Vec<u32> = (0..count).map(|kept| spaced[kept * spaced.len() / count]).collect();
    let ends = starts.iter().skip(1).copied().chain([last.end]);
    starts.iter().zip(ends).map(|(start, end)| *start..end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dropped_frames_lengthen_the_one_before() {
        let reduced = FrameSelection::Reduced { interval: 1, count: 3, take: 10 };
        assert_eq!(reduced.spans(10), [0..3, 3..6, 6..10]);
        let spaced = FrameSelection::Reduced { interval: 3, count: 300, take: 12 };
        assert_eq!(spaced.spans(12), [0..3, 3..6, 6..9, 9..12]);
    }

    #[test]
    fn frames_after_the_taken_ones_are_cut() {
        let first = FrameSelection::Reduced { interval: 1, count: 30, take: 30 };
        assert_eq!(first.spans(40).last(), Some(&(29..30)));
        assert_eq!(first.spans(12).len(), 12);
    }
}
