//! Animations: which frames remain. Spec: spec/ci/format.md, 3

use super::*;
use crate::FrameSelection;

/// Frames of the result, and the source frames that the first two of them stand for.
fn kept(header: &ImageHeader, rule: &str) -> (u32, Vec<std::ops::Range<u32>>) {
    let plan = plan(header, rule);
    let spans = plan.frames.spans(header.frame_count);
    assert_eq!(spans.len(), plan.result_frames as usize, "{rule}");
    (plan.result_frames, spans)
}

#[test]
fn cgif_1_keeps_the_first_thirty() {
    let (count, spans) = kept(&GIF40, "imageMogr2/cgif/1");
    assert_eq!((count, spans.last().unwrap().clone()), (30, 29..30));
    assert_eq!(kept(&GIF, "imageMogr2/cgif/1").0, 12);
}

#[test]
fn cgif_samples_evenly() {
    let (count, spans) = kept(&GIF40, "imageMogr2/cgif/10");
    assert_eq!((count, spans[1].clone()), (10, 4..8));
    assert_eq!(kept(&WEBPA, "imageMogr2/cgif/2").1, [0..2, 2..5]);
    let plan = plan(&GIF40, "imageMogr2/cgif/10");
    assert_eq!(plan.output.palette_colors_max, 128);
    assert!(plan.output.animated && !plan.keeps_bytes);
}

#[test]
fn mogr_anim_04_cgif_range() {
    assert_wrong(&["cgif/0", "cgif/101", "cgif/1.5", "cgif"]);
}

#[test]
fn mogr_anim_05_cgif_on_a_jpeg_does_nothing() {
    let plan = plan(&LAND, "imageMogr2/cgif/10");
    assert_eq!((plan.result, plan.output.format), (size(640, 427), ImageFormat::Jpeg));
    assert!(plan.keeps_bytes);
}

#[test]
fn egif_keeps_every_nth() {
    assert_eq!(kept(&GIF, "imageMogr2/egif/3").1, [0..3, 3..6, 6..9, 9..12]);
    assert_wrong(&["egif/0", "egif/301", "egif"]);
}

#[test]
fn the_interval_comes_before_the_count() {
    for words in ["cgif/5/egif/2", "egif/2/cgif/5"] {
        let (count, spans) = kept(&GIF40, &format!("imageMogr2/{words}"));
        assert_eq!((count, spans[1].clone()), (5, 8..16), "{words}");
    }
    // The first thirty of what the interval left.
    assert_eq!(kept(&GIF40, "imageMogr2/cgif/1/egif/2").0, 20);
}

#[test]
fn reductions_in_two_segments_follow_one_another() {
    assert_eq!(kept(&GIF, "imageMogr2/cgif/6|imageMogr2/egif/2").1, [0..4, 4..8, 8..12]);
    let plan = plan(&GIF, "imageMogr2/egif/3|imageMogr2/frame/2");
    assert_eq!(plan.frames, FrameSelection::Single(3));
}

#[test]
fn frame_takes_one_and_beyond_the_end_the_last() {
    assert_eq!(plan(&GIF, "imageMogr2/frame/1/format/png").frames, FrameSelection::Single(0));
    let last = plan(&GIF, "imageMogr2/frame/99");
    assert_eq!(
        (last.frames, last.result_frames, last.output.format),
        (FrameSelection::Single(11), 1, ImageFormat::Gif)
    );
    assert_eq!(plan(&LAND, "imageMogr2/frame/7").frames, FrameSelection::All);
}

#[test]
fn mogr_anim_10_frame_range() {
    assert_wrong(&["frame/0", "frame/-1", "frame/x", "frame"]);
}

#[test]
fn one_frame_of_too_many_may_be_read() {
    assert_eq!(plan(&GIF301, "imageMogr2/frame/1/format/png").result_frames, 1);
}

#[test]
fn animations_stay_animated_where_the_format_can() {
    for (header, word, frames) in
        [(GIF, "webp", 12), (WEBPA, "gif", 5), (GIF, "jpg", 1), (GIF, "bmp", 1), (GIF, "tiff", 1)]
    {
        let plan = plan(&header, &format!("imageMogr2/format/{word}"));
        assert_eq!((plan.result_frames, plan.output.animated), (frames, frames > 1), "{word}");
    }
}
