//! How much of a source has to be decoded.

use super::*;
use crate::codec::DecodeWish;

fn wish(header: &ImageHeader, rule: &str) -> DecodeWish {
    plan(header, &format!("imageMogr2/{rule}")).decode_wish()
}

#[test]
fn a_thumbnail_needs_its_own_size() {
    assert_eq!(wish(&HD, "thumbnail/300x"), DecodeWish::AtLeast(size(300, 225)));
}

#[test]
fn a_window_needs_more_of_the_whole() {
    assert_eq!(wish(&HD, "cut/600x450x0x0/thumbnail/300x"), DecodeWish::AtLeast(size(600, 450)));
    assert_eq!(wish(&HD, "crop/200x200"), DecodeWish::AtLeast(size(267, 200)));
}

#[test]
fn turns_are_taken_back() {
    assert_eq!(wish(&ORI6, "auto-orient/thumbnail/120x"), DecodeWish::AtLeast(size(160, 120)));
    assert_eq!(wish(&WIDE, "rotate/90/cut/250x500x0x0/thumbnail/50x"), DecodeWish::AtLeast(size(200, 100)));
}

#[test]
fn enlarging_and_effects_need_every_pixel() {
    for rule in ["thumbnail/2000x", "format/png", "grayscale/1/thumbnail/100x", "rotate/45/thumbnail/100x"] {
        assert_eq!(wish(&HD, rule), DecodeWish::Full, "{rule}");
    }
    assert_eq!(wish(&HD, "thumbnail/100x2000!"), DecodeWish::AtLeast(size(100, 900)));
}
