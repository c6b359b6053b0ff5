//! `rotate`, `auto-orient` and `flip`. Spec: spec/ci/rotate.md

use super::*;

plan_cases! {
    mogr_rot_05_bounding_box: LAND, "imageMogr2/rotate/45" => 755 x 755;
    mogr_ori_01_upright: ORI6, "imageMogr2/auto-orient" => 480 x 640;
    mogr_ori_06_upright_webp: ORI6, "imageMogr2/auto-orient/format/webp" => 480 x 640;
    quarter_turn: LAND, "imageMogr2/rotate/90" => 427 x 640;
    half_turn: LAND, "imageMogr2/rotate/180" => 640 x 427;
    upright_only_once: ORI6, "imageMogr2/auto-orient|imageMogr2/auto-orient" => 480 x 640;
    stored_size_without_auto_orient: ORI6, "imageMogr2/thumbnail/320x" => 320 x 240;
}

/// The turns and mirrors of a plan.
fn orientations(header: &ImageHeader, rule: &str) -> Vec<Orientation> {
    let steps = plan(header, rule).steps.into_iter();
    steps
        .map(|step| match step {
            Step::Orient(orientation) => orientation,
            other => panic!("{rule} has the step {other:?}"),
        })
        .collect()
}

#[test]
fn mogr_rot_04_nothing_to_turn() {
    for rule in ["imageMogr2/rotate/0", "imageMogr2/rotate/360", "imageMogr2/rotate/90|imageMogr2/rotate/270"]
    {
        let plan = plan(&LAND, rule);
        assert!(plan.steps.is_empty() && plan.keeps_bytes, "{rule}");
    }
}

#[test]
fn mogr_rot_08_range() {
    assert_wrong(&["rotate/361", "rotate/-90", "rotate/4.5", "rotate/", "rotate/f", "rotate/90ff"]);
}

#[test]
fn mogr_rot_10_a_trailing_letter_is_ignored() {
    let [with, without] =
        ["rotate/90f", "rotate/90"].map(|text| format!("imageMogr2/{text}").parse::<Rule>());
    assert_eq!(with, without);
}

#[test]
fn mogr_ori_04_no_tag_no_change() {
    let plan = plan(&LAND, "imageMogr2/auto-orient");
    assert!(plan.steps.is_empty() && plan.keeps_bytes && plan.result == size(640, 427));
}

#[test]
fn mogr_flip_03_bad_value() {
    assert_wrong(&["flip/diagonal", "flip", "flip/"]);
    assert!("imageMogr2/flip/Vertical".parse::<Rule>().is_ok());
}

#[test]
fn every_tag_is_undone_by_the_change_of_its_name() {
    for tag in 1..=8 {
        let orientation = Orientation::from_exif(tag);
        let header = ImageHeader { orientation, ..ORI6 };
        let expected: Vec<_> = orientation.filter(|o| *o != Orientation::Upright).into_iter().collect();
        assert_eq!(orientations(&header, "imageMogr2/auto-orient"), expected);
        assert!(plan(&header, "imageMogr2/auto-orient").output.upright);
    }
}

#[test]
fn turns_and_mirrors_next_to_one_another_become_one() {
    assert_eq!(orientations(&LAND, "imageMogr2/rotate/90/flip/horizontal"), [Orientation::Transpose]);
    assert_eq!(orientations(&LAND, "imageMogr2/flip/horizontal/rotate/90"), [Orientation::Transverse]);
    let ten = ["imageMogr2/rotate/90"; 10].join("|");
    assert_eq!(orientations(&LAND, &ten), [Orientation::Rotate180]);
}

#[test]
fn a_tag_that_must_be_reset_changes_the_bytes() {
    let plan = plan(&ORI6, "imageMogr2/auto-orient|imageMogr2/rotate/270");
    assert!(plan.steps.is_empty() && !plan.keeps_bytes);
}
