//! `cut`, `crop`, `indexcrop` and the round masks. Spec: spec/ci/crop.md

use super::*;
#[cfg(feature = "faces")]
use crate::Face;

plan_cases! {
    mogr_cut_03_clipped_at_the_edge: HD, "imageMogr2/cut/600x600x800x0" => 400 x 600;
    mogr_crop_17_both_sides_larger_than_the_source: LAND, "imageMogr2/crop/1000x1000" => 640 x 427;
    mogr_circ_01_square_around_the_disc: LAND, "imageMogr2/iradius/200" => 400 x 400;
    mogr_circ_04_radius_reduced_to_the_picture: LAND, "imageMogr2/iradius/300" => 426 x 426;
    mogr_round_01_size_unchanged: LAND, "imageMogr2/rradius/100" => 640 x 427;
    mogr_idx_02_last_tile_is_smaller: jpeg(1920, 1080, 80), "imageMogr2/indexcrop/width/200/index/9" => 120 x 1080;
    mogr_idx_03_height_tiles: jpeg(1920, 1080, 80), "imageMogr2/indexcrop/height/200/index/5" => 1920 x 80;
    mogr_idx_05_no_such_tile: jpeg(1920, 1080, 80), "imageMogr2/indexcrop/width/200/index/10" => 1920 x 1080;
    disc_of_one_pixel: jpeg(1, 1, 80), "imageMogr2/iradius/1" => 1 x 1;
}

window_cases! {
    cut_at_an_offset: HD, "imageMogr2/cut/600x600x100x10" => None, Some(rect(100, 10, 600, 600));
    cut_at_the_corner: LAND, "imageMogr2/cut/100x100x0x0" => None, Some(rect(0, 0, 100, 100));
    cut_without_offsets: LAND, "imageMogr2/cut/400x400" => None, Some(rect(0, 0, 400, 400));
    cut_from_southeast: LAND, "imageMogr2/cut/100x100x10x20/gravity/southeast" => None, Some(rect(530, 307, 100, 100));
    cut_at_the_center: LAND, "imageMogr2/cut/100x100x10x20/gravity/center" => None, Some(rect(270, 163, 100, 100));
    cut_documented: jpeg(1920, 1200, 80), "imageMogr2/cut/300x200x500x400" => None, Some(rect(500, 400, 300, 200));
    crop_width: LAND, "imageMogr2/crop/300x" => None, Some(rect(170, 0, 300, 427));
    crop_height: LAND, "imageMogr2/crop/x200" => None, Some(rect(0, 113, 640, 200));
    crop_portrait: LAND, "imageMogr2/crop/300x400/gravity/center" => Some(size(600, 400)), Some(rect(150, 0, 300, 400));
    crop_square: LAND, "imageMogr2/crop/200x200" => Some(size(300, 200)), Some(rect(50, 0, 200, 200));
    crop_square_west: LAND, "imageMogr2/crop/200x200/gravity/west" => Some(size(300, 200)), Some(rect(0, 0, 200, 200));
    crop_square_east: LAND, "imageMogr2/crop/200x200/gravity/east" => Some(size(300, 200)), Some(rect(100, 0, 200, 200));
    crop_flat_north: LAND, "imageMogr2/crop/400x200/gravity/north" => Some(size(400, 267)), Some(rect(0, 0, 400, 200));
    crop_flat: LAND, "imageMogr2/crop/400x200" => Some(size(400, 267)), Some(rect(0, 33, 400, 200));
    crop_flat_south: LAND, "imageMogr2/crop/400x200/gravity/south" => Some(size(400, 267)), Some(rect(0, 67, 400, 200));
    crop_width_northwest: LAND, "imageMogr2/crop/300x/gravity/northwest" => None, Some(rect(0, 0, 300, 427));
    crop_width_east: LAND, "imageMogr2/crop/300x/gravity/east" => None, Some(rect(340, 0, 300, 427));
    crop_width_inward: LAND, "imageMogr2/crop/300x/gravity/northwest/dx/10" => None, Some(rect(10, 0, 300, 427));
    crop_center_ignores_offsets: LAND, "imageMogr2/crop/300x400/gravity/center/dx/50/dy/50" => Some(size(600, 400)), Some(rect(150, 0, 300, 400));
    crop_wider_than_the_source: LAND, "imageMogr2/crop/1000x200" => None, Some(rect(0, 113, 640, 200));
    crop_hd_square: HD, "imageMogr2/crop/600x600" => Some(size(800, 600)), Some(rect(100, 0, 600, 600));
    crop_by_the_ancestor: LAND, "imageMogr2/crop/!300x200a10a20" => None, Some(rect(10, 20, 300, 200));
    crop_by_the_ancestor_negative: LAND, "imageMogr2/crop/!300x200-10a20" => None, Some(rect(0, 20, 290, 200));
    tile_by_width: jpeg(1920, 1080, 80), "imageMogr2/indexcrop/width/200/index/1" => None, Some(rect(200, 0, 200, 1080));
    tile_by_both: jpeg(1920, 1080, 80), "imageMogr2/indexcrop/width/960/height/540/index/3" => None, Some(rect(960, 540, 960, 540));
    tile_first: jpeg(1920, 1080, 80), "imageMogr2/indexcrop/width/200" => None, Some(rect(0, 0, 200, 1080));
    disc: LAND, "imageMogr2/iradius/200" => None, Some(rect(120, 13, 400, 400));
}

#[test]
fn mogr_cut_04_outside_of_the_image() {
    for rule in ["imageMogr2/cut/100x100x640x0", "imageMogr2/cut/100x100x0x427"] {
        let error = try_plan(&LAND, rule).unwrap_err();
        assert!(matches!(error, ImageError::InvalidForImage { operation: "cut", .. }), "{error}");
    }
    let far = "imageMogr2/cut/1x1x9999999999999999999x0/gravity/southeast";
    assert!(try_plan(&LAND, far).is_err());
}

#[test]
fn mogr_cut_05_zero_size() {
    assert_wrong(&["cut/0x100x0x0", "cut/100x0x0x0", "cut/-1x5x0x0"]);
}

#[test]
fn mogr_cut_07_malformed() {
    assert_wrong(&["cut/100x100x5", "cut/axbxcxd", "cut/100", "cut", "cut/1x1x-1x0"]);
}

#[test]
fn mogr_crop_18_zero_and_garbage() {
    assert_wrong(&["crop/0x10", "crop/x", "crop/axb", "crop", "crop/!3x2", "crop/!3x2a1", "crop/!xa1a1"]);
}

#[test]
fn mogr_crop_19_unknown_gravity() {
    assert_wrong(&["crop/3x2/gravity/middle", "gravity"]);
}

#[test]
fn mogr_crop_23_short_quality_name() {
    let plan = plan(&LAND, "imageMogr2/crop/300x300/q/60/format/webp");
    assert_eq!((plan.output.format, plan.result), (ImageFormat::WebP, size(300, 300)));
    assert_eq!(plan.output.quality, 60);
}

#[test]
fn mogr_circ_05_zero_and_text() {
    assert_wrong(&["iradius/0", "iradius/x", "iradius"]);
}

#[test]
fn mogr_circ_06_gif_is_refused() {
    let error = try_plan(&GIF, "imageMogr2/iradius/20").unwrap_err();
    assert!(matches!(error, ImageError::InvalidForImage { operation: "iradius", .. }), "{error}");
    assert!(try_plan(&GIF, "imageMogr2/format/png|imageMogr2/iradius/20").is_ok());
}

#[test]
fn mogr_round_05_gif_and_zero_are_refused() {
    assert!(try_plan(&GIF, "imageMogr2/rradius/20").is_err());
    assert_wrong(&["rradius/0"]);
}

#[test]
fn mogr_scrop_02_grammar() {
    assert_wrong(&["scrop/abc", "scrop", "scrop/0x5"]);
}

#[cfg(not(feature = "faces"))]
#[test]
fn mogr_scrop_01_mogr_scrop_03_a_build_without_the_detector_says_so() {
    assert_refused(&["imageMogr2/scrop/200x200", "imageMogr2/scrop/!200x"], RuleErrorKind::NotOffered);
    assert!("imageMogr2/scrop/5x5/ignore-error/1".parse::<Rule>().unwrap_err().ignorable);
}

#[cfg(feature = "faces")]
#[test]
fn mogr_scrop_01_faces_decide_the_window() {
    let plan = |rule: &str, faces: &[Face]| {
        let rule: Rule = rule.parse().unwrap();
        let pipeline = rule.pipeline().unwrap().clone().with_faces(faces.into());
        Plan::build(&pipeline, &LAND, 1_000, &Limits::default()).unwrap()
    };
    let face = Face { left: 20.0, top: 40.0, right: 120.0, bottom: 160.0 };
    let both = plan("imageMogr2/scrop/200x200", &[face]);
    assert_eq!(scaled_and_kept(&both), (Some(size(300, 200)), Some(rect(0, 0, 200, 200))));
    let narrow = plan("imageMogr2/flip/horizontal/scrop/100x", &[face]);
    // Mirrored, the face is 520 to 620.
    assert_eq!(scaled_and_kept(&narrow), (None, Some(rect(520, 0, 100, 427))));
    let nobody = plan("imageMogr2/scrop/200x200", &[]);
    assert!(nobody.keeps_bytes && nobody.result == size(640, 427));
}

#[test]
fn mogr_idx_07_bad_values() {
    assert_wrong(&["indexcrop/width/0", "indexcrop", "indexcrop/index/1", "indexcrop/width/5/index/-1"]);
    assert_wrong(&["indexcrop/width", "indexcrop/width/5/width/6", "indexcrop/depth/5"]);
}

#[test]
fn a_block_ends_where_another_word_begins() {
    let plan = plan(&HD, "imageMogr2/indexcrop/index/1/width/200/rotate/90");
    assert_eq!(plan.result, size(900, 200));
}
