//! `imageView2`. Spec: spec/ci/imageview2.md

use super::*;

plan_cases! {
    view_02_mode_2: WIDE, "imageView2/2/w/500/h/400" => 500 x 250;
    view_03_mode_3: WIDE, "imageView2/3/w/500/h/400" => 800 x 400;
    view_04_mode_4_landscape: WIDE, "imageView2/4/w/400/h/100" => 400 x 200;
    view_05_mode_4_portrait: TALL, "imageView2/4/w/400/h/100" => 200 x 400;
    view_06_mode_5_landscape: WIDE, "imageView2/5/w/400/h/100" => 400 x 100;
    view_07_mode_5_portrait: TALL, "imageView2/5/w/400/h/100" => 100 x 400;
    view_08_mode_1_width_alone: WIDE, "imageView2/1/w/200" => 200 x 200;
    view_09_mode_1_height_alone: WIDE, "imageView2/1/h/200" => 200 x 200;
    view_10_mode_2_width_alone: WIDE, "imageView2/2/w/200" => 200 x 100;
    view_11_mode_2_height_alone: WIDE, "imageView2/2/h/100" => 200 x 100;
    view_12_mode_3_alone: WIDE, "imageView2/3/w/200" => 400 x 200;
    view_13_mode_4_alone: WIDE, "imageView2/4/w/200" => 400 x 200;
    view_14_mode_5_alone: WIDE, "imageView2/5/w/200" => 200 x 200;
    view_15_never_enlarges: SMALL, "imageView2/2/w/500/h/500" => 100 x 60;
    view_16_mode_1_clamped: SMALL, "imageView2/1/w/50/h/500" => 50 x 60;
    view_28_sides_without_a_mode: WIDE, "imageView2/w/200/h/200" => 200 x 100;
    view_29_documented: LAND, "imageView2/1/w/400/h/600/q/85" => 400 x 427;
    never_enlarges_by_one_side: SMALL, "imageView2/2/w/500" => 100 x 60;
    never_enlarges_when_covering: SMALL, "imageView2/3/w/500" => 100 x 60;
    square_source_by_length: jpeg(500, 500, 80), "imageView2/5/w/400/h/100" => 400 x 100;
}

window_cases! {
    mode_1_keeps_the_middle: WIDE, "imageView2/1/w/500/h/400" => Some(size(800, 400)), Some(rect(150, 0, 500, 400));
}

#[test]
fn view_17_format_without_mode() {
    let plan = plan(&LAND, "imageView2/format/png");
    assert_eq!((plan.output.format, plan.result), (ImageFormat::Png, size(640, 427)));
}

#[test]
fn view_18_format_with_mode() {
    let plan = plan(&WIDE, "imageView2/2/w/500/format/webp");
    assert_eq!((plan.output.format, plan.result), (ImageFormat::WebP, size(500, 250)));
}

#[test]
fn view_19_view_20_view_21_view_22_qualities() {
    for (source, words, expected) in
        [(85, "q/60", 60), (60, "q/85!", 85), (60, "q/85", 60), (80, "rq/80", 64), (60, "lq/80", 80)]
    {
        let plan = plan(&jpeg(1000, 500, source), &format!("imageView2/2/w/200/{words}"));
        assert_eq!(plan.output.quality, expected, "{words}");
        assert_eq!(plan.output.reported_quality, expected, "{words}");
    }
}

#[test]
fn view_23_parameters_in_any_order() {
    let rules = ["imageView2/2/h/100/w/200/q/80", "imageView2/2/w/200/q/80/h/100"];
    let [first, second] = rules.map(|rule| rule.parse::<Rule>().unwrap());
    assert_eq!(first, second);
    assert_eq!(first.to_string(), "imageView2/2/w/200/h/100/q/80");
}

#[test]
fn view_24_view_25_view_26_bad_values() {
    for words in
        ["6/w/100", "0/w/100", "1", "2/w/0", "2/w/abc", "2/w", "2/w/5/w/6", "2/x/5", "w/-1", "", "1/q/80"]
    {
        assert!(format!("imageView2/{words}").parse::<Rule>().is_err(), "{words}");
    }
}

#[test]
fn words_of_another_verb_are_unknown() {
    for words in ["quality/80", "rotate/90", "strip", "thumbnail/50x"] {
        assert!(format!("imageView2/{words}").parse::<Rule>().is_err(), "{words}");
    }
}
