//! The grammar as a whole. Spec: spec/ci/README.md, 2

use proptest::prelude::*;

use super::*;
use crate::OPERATIONS;

fn parse(text: &str) -> Result<Rule, RuleError> {
    text.parse()
}

fn kind(text: &str) -> RuleErrorKind {
    parse(text).expect_err(text).kind
}

#[test]
fn req_15_unknown_keyword() {
    let error = parse("imageMogr2/foo/1").unwrap_err();
    assert_eq!((error.kind, error.word.as_str()), (RuleErrorKind::Syntax, "foo"));
}

#[test]
fn req_16_missing_value() {
    let error = parse("imageMogr2/thumbnail").unwrap_err();
    assert_eq!(
        (error.kind, error.word.as_str(), error.value.as_str()),
        (RuleErrorKind::Syntax, "thumbnail", "")
    );
}

#[test]
fn req_17_repeated_keyword() {
    assert_eq!(kind("imageMogr2/rotate/90/rotate/90"), RuleErrorKind::Syntax);
    assert_eq!(kind("imageMogr2/quality/90/q/90"), RuleErrorKind::Syntax);
    assert!(parse("imageMogr2/rotate/90|imageMogr2/rotate/90").is_ok());
}

#[test]
fn verbs_and_keywords_have_one_case() {
    assert_eq!(kind("imagemogr2/thumbnail/200x"), RuleErrorKind::Syntax);
    assert_eq!(kind("imageMogr2/Thumbnail/200x"), RuleErrorKind::Syntax);
}

#[test]
fn pipe_06_at_most_ten_segments() {
    assert!(parse(&["imageMogr2/rotate/90"; 10].join("|")).is_ok());
    assert_eq!(kind(&["imageMogr2/rotate/90"; 11].join("|")), RuleErrorKind::Syntax);
}

#[test]
fn pipe_07_every_segment_has_a_verb() {
    assert_eq!(kind("imageMogr2/thumbnail/300x300|crop/300x300"), RuleErrorKind::Syntax);
}

#[test]
fn pipe_08_empty_segments() {
    for text in ["imageMogr2/rotate/90|", "||", "|imageMogr2/rotate/90", "", "/", "imageMogr2", "imageView2/"]
    {
        assert_eq!(kind(text), RuleErrorKind::Syntax, "{text}");
    }
}

#[test]
fn pipe_18_questions_come_last() {
    assert_eq!(kind("imageInfo|imageMogr2/rotate/90"), RuleErrorKind::Syntax);
    assert_eq!(kind("imageInfo/1"), RuleErrorKind::Syntax);
    for (text, asked, processed) in [
        ("imageInfo", InspectionKind::Info, false),
        ("exif", InspectionKind::Exif, false),
        ("imageMogr2/thumbnail/!50p|imageAve", InspectionKind::Average, true),
    ] {
        let rule = parse(text).unwrap();
        assert_eq!(rule.to_string(), text);
        let Rule::Inspect(inspection) = rule else { panic!("{text}") };
        assert_eq!((inspection.kind, inspection.after.is_some()), (asked, processed));
    }
}

#[test]
fn a_style_is_named_and_expanded() {
    let rule = parse("style/half|imageMogr2/rotate/90").unwrap();
    assert_eq!(rule.style_name(), Some("half"));
    let Rule::Style(style) = &rule else { panic!() };
    let expanded = style.expand("imageMogr2/thumbnail/!50p");
    assert_eq!(expanded, "imageMogr2/thumbnail/!50p|imageMogr2/rotate/90");
    assert!(parse(&expanded).unwrap().pipeline().is_some());
    assert_eq!(parse("style/half").unwrap().to_string(), "style/half");
    for text in [
        "style",
        "style/",
        "style/a|style/b",
        "style/a|imageMogr2/foo",
        "style/a|",
        "imageMogr2/strip|style/a",
    ] {
        assert_eq!(kind(text), RuleErrorKind::Syntax, "{text}");
    }
}

#[test]
fn only_persistent_rules_have_an_escaped_pipe() {
    let limits = Limits::default();
    let text = "imageMogr2/rotate/90%7CimageMogr2/strip%7cimageMogr2/format/png";
    assert_eq!(Rule::parse_persistent(text, &limits).unwrap().pipeline().unwrap().stages().len(), 3);
    assert!(Rule::parse(text, &limits).is_err());
}

#[test]
fn persistent_rules_not_offered_are_named() {
    let limits = Limits::default();
    for (text, feature) in [
        ("watermark/3/type/1/image/aHR0cDovL2E", "blind watermark"),
        ("watermark/4/type/1/image/aHR0cDovL2E", "blind watermark"),
        ("ci-process=AIImageCrop&width=5", "AIImageCrop"),
    ] {
        let error = Rule::parse_persistent(text, &limits).expect_err(text);
        assert_eq!(error.kind, RuleErrorKind::NotOffered, "{text}");
        assert!(error.to_string().contains(feature), "{error}");
    }
    for text in ["QRcode", "QRcode/cover/x", "QRcode/foo/1", "ci-process=", "watermark/3/type/3"] {
        assert_ne!(Rule::parse_persistent(text, &limits).expect_err(text).kind, RuleErrorKind::NotOffered);
    }
}

#[test]
fn req_32_bad_base64() {
    assert_eq!(kind("watermark/2/text/@@@@"), RuleErrorKind::Syntax);
}

#[test]
fn wmi_04_wmi_13_wmi_21_wmi_37_wmi_38_wrong_image_marks() {
    for words in [
        "1/image/aHR0cDovL2E/dissolve/0",
        "1/image/aHR0cDovL2E/dissolve/101",
        "1/image/aHR0cDovL2E/scatype/1",
        "1/image/aHR0cDovL2E/batch/1/spacing/101",
        "1",
        "9/text/dGVzdA",
        "1/image/aHR0cDovL2E/foo/1",
    ] {
        assert_ne!(kind(&format!("watermark/{words}")), RuleErrorKind::NotOffered, "{words}");
    }
    assert_eq!(kind("watermark/1/image/aHR0cDovL2E/spcent/0/scatype/1"), RuleErrorKind::OutOfRange);
}

#[test]
fn wmt_02_wmt_12_wmt_18_wmt_19_wrong_text_marks() {
    for words in [
        "2",
        "2/fontsize/20",
        "2/text/dGVzdA/shadow/101",
        "2/text/_w",
        "2/text/dGVzdA/fontsize/0",
        "2/text/dGVzdA/fontsize/abc",
    ] {
        assert_ne!(kind(&format!("watermark/{words}")), RuleErrorKind::NotOffered, "{words}");
    }
    assert_eq!(kind(&format!("watermark/2/text/{}", "MTIz".repeat(342))), RuleErrorKind::OutOfRange);
    assert_eq!(kind("watermark/2/text/dGVzdA/fill/cmVkNQ"), RuleErrorKind::Syntax);
}

#[test]
fn marks_print_what_differs_from_the_defaults() {
    for (text, printed) in [
        ("watermark/2/text/dGVzdA==/dx/0/dissolve/90/batch/0/gravity/SouthEast", "watermark/2/text/dGVzdA"),
        (
            "watermark/2/dissolve/50/fill/d2hpdGU=/text/5pWw/font/YXJpYWwudHRm/batch/1/degree/45",
            "watermark/2/text/5pWw/font/YXJpYWwudHRm/fill/I0ZGRkZGRg/dissolve/50/batch/1/degree/45",
        ),
        (
            "watermark/1/ignore-error/1/spcent/20/blogo/2/scatype/3/image_key/YQ/dy/-3",
            "watermark/1/image_key/YQ/blogo/2/dy/-3/scatype/3/spcent/20/ignore-error/1",
        ),
    ] {
        assert_eq!(parse(text).unwrap().to_string(), printed);
        assert_eq!(parse(printed).unwrap().to_string(), printed);
    }
}

#[test]
fn marks_are_listed_once_and_only_so_many() {
    let rule = parse("watermark/1/image_key/YQ|watermark/1/image/Yg|watermark/1/image_key/YQ/dx/5").unwrap();
    let names: Vec<String> = rule.assets().iter().map(|asset| asset.text().to_owned()).collect();
    assert_eq!(names, ["a", "b"]);
    let limits = Limits { image_marks_max: 1, ..Limits::default() };
    assert!(Rule::parse("watermark/1/image_key/YQ|watermark/1/image_key/YQ", &limits).is_ok());
    let error = Rule::parse("watermark/1/image_key/YQ|watermark/1/image/Yg", &limits).unwrap_err();
    assert!(error.to_string().contains("at most 1 different images"), "{error}");
}

#[test]
fn mogr_meta_03_label_required() {
    assert_eq!(kind("imageMogr2/AIGCMetadata/ContentProducer/YWJj"), RuleErrorKind::Syntax);
}

#[test]
fn values_out_of_range_outweigh_features_not_offered() {
    assert_eq!(kind("imageMogr2/format/tpg/quality/101"), RuleErrorKind::OutOfRange);
}

#[test]
fn the_table_is_sorted_and_helpful() {
    assert!(OPERATIONS.is_sorted_by_key(|spec| spec.word));
    for spec in OPERATIONS {
        assert!(spec.usage.starts_with(spec.word), "{}", spec.word);
        assert!(spec.summary.ends_with('.') && spec.summary.len() < 120, "{}", spec.word);
    }
}

#[test]
fn canonical_text_is_what_is_carried_out() {
    let rule = parse("imageMogr2/ignore-error/1/gravity/Center/q/80/crop/3x2/cgif/5").unwrap();
    let canonical = rule.pipeline().unwrap().canonical();
    assert_eq!(canonical, "imageMogr2/cgif/5/crop/3x2/quality/80/gravity/center/ignore-error/1");
}

/// Text that looks like a rule often enough to reach every corner of the grammar.
fn rule_like() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        prop::sample::select(OPERATIONS).prop_map(|spec| spec.word.to_owned()),
        prop::sample::select(vec![
            "imageMogr2",
            "imageView2",
            "watermark",
            "style",
            "imageInfo",
            "w",
            "h",
            "1",
            "|",
            "|imageMogr2",
            "width",
            "index",
            "QRcode",
            "scrop",
            "animate",
            "images",
            "text",
            "image",
            "lq",
            "png",
            "jpg",
            "degree",
            "batch",
            "scatype",
            "spcent",
            "blogo",
            "fill",
            "shadow",
        ])
        .prop_map(str::to_owned),
        "[0-9]{1,3}(x[0-9]{1,3}){0,3}[!@<>kmfp]{0,2}",
        "![0-9x]{0,4}(p|px|r|a1a-1)?",
        "[A-Za-z0-9_=-]{0,12}",
        "\\PC{0,6}",
    ];
    prop::collection::vec(word, 0..14).prop_map(|words| words.join("/"))
}

proptest! {
    #[test]
    fn reading_never_panics(text in "\\PC*") {
        let _ = parse(&text);
        let _ = Rule::parse_persistent(&text, &Limits::default());
    }

    #[test]
    fn what_was_read_prints_back(text in rule_like()) {
        let verbs = ["", "imageMogr2/", "imageView2/", "watermark/1/image_key/YQ/", "watermark/2/text/YQ/"];
        for text in verbs.map(|verb| verb.to_owned() + &text) {
            match Rule::parse_persistent(&text, &Limits::default()) {
                Ok(rule) => {
                    let printed = rule.to_string();
                    let again = parse(&printed);
                    prop_assert_eq!(again.as_ref(), Ok(&rule), "{} printed {}", text, printed);
                    prop_assert_eq!(again.unwrap().to_string(), printed);
                }
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
    }

    #[test]
    fn every_plan_is_a_plan_or_an_error(text in rule_like(), width in 1..60_000_u32, height in 1..3_000_u32) {
        let header = crate::ImageHeader {
            format: crate::ImageFormat::Gif,
            dimensions: crate::Dimensions { width_px: width, height_px: height },
            frame_count: 3,
            bit_depth: 8,
            has_alpha: true,
            orientation: crate::Orientation::from_exif(width % 9),
            quality: None,
            lossless: true,
            progressive: false,
            dpi: None,
        };
        if let Ok(Rule::Process(pipeline)) = parse(&format!("imageMogr2/{text}")) {
            let limits = Limits::default();
            if let Ok(plan) = crate::Plan::build(&pipeline, &header, 1_000, &limits) {
                let size = plan.result;
                prop_assert!(size.width_px >= 1 && size.height_px >= 1);
                prop_assert!(size.width_px <= limits.side_px_max && size.height_px <= limits.side_px_max);
                prop_assert_eq!(plan.frames.spans(3).len(), plan.result_frames as usize);
            }
        }
    }
}

#[test]
fn slim_07_slimming_is_the_last_thing_that_makes_a_picture() {
    let rule: Rule = "imageMogr2/thumbnail/!50p|imageSlim".parse().unwrap();
    let pipeline = rule.pipeline().unwrap();
    assert!(pipeline.slims() && !pipeline.only_slims());
    assert_eq!(rule.to_string(), "imageMogr2/thumbnail/!50p|imageSlim");
    assert!("imageSlim".parse::<Rule>().unwrap().pipeline().unwrap().only_slims());
    assert!("imageSlim|imageInfo".parse::<Rule>().is_ok());
    for rule in ["imageSlim|imageMogr2/rotate/90", "imageSlim|imageSlim", "imageSlim/1"] {
        assert_eq!(kind(rule), RuleErrorKind::Syntax, "{rule}");
    }
}
