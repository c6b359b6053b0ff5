use proptest::prelude::*;

use super::*;
use crate::names::ObjectKey;
use crate::xml::XmlBody;

fn parse(text: &str) -> Result<PicOperations, InvalidPicOperations> {
    PicOperations::parse(text.as_bytes(), PIC_RULES_MAX)
}

fn destination(source: &str, fileid: &str) -> Result<String, InvalidPicOperations> {
    let source: ObjectKey = source.parse().unwrap();
    PicRule::new(fileid, "imageMogr2/format/png").destination(&source).map(String::from)
}

fn rules(count: usize) -> String {
    let rules: Vec<String> =
        (0..count).map(|i| format!(r#"{{"fileid":"{i}","rule":"imageMogr2/strip"}}"#)).collect();
    format!(r#"{{"rules":[{}]}}"#, rules.join(","))
}

#[test]
fn the_manuals_header_is_read() {
    let operations = parse(
        r#"{"is_pic_info":1,
            "rules":[
              {"fileid":"format.png","rule":"imageView2/format/png"},
              {"bucket":"other-1250000000","fileid":"/thumb/a.webp","rule":" imageMogr2/thumbnail/300x300%7CimageMogr2/format/webp "},
              {"fileid":"styled.jpg","rule":"style/test"}]}"#,
    )
    .unwrap();
    assert!(operations.is_pic_info);
    assert_eq!(operations.rules[0], PicRule::new("format.png", "imageView2/format/png"));
    assert_eq!(operations.rules[1].bucket.as_ref().unwrap().as_str(), "other-1250000000");
    assert_eq!(operations.rules[1].rule, "imageMogr2/thumbnail/300x300|imageMogr2/format/webp");
    assert_eq!(operations.rules[2].style(), Some("test"));
}

#[test]
fn pers_51_tolerant_json() {
    for (text, is_pic_info) in [
        (r#"{"is_pic_info":"1","unknown":{"a":[]}}"#, true),
        ("{\n \"is_pic_info\" : true,\r\n\"rules\":null}", true),
        (r#"{"is_pic_info":"0","rules":[]}"#, false),
        (r#"{"is_pic_info":false}"#, false),
        ("{}", false),
    ] {
        assert_eq!(parse(text), Ok(PicOperations { is_pic_info, rules: Vec::new() }), "{text}");
    }
}

#[test]
fn defects_are_named() {
    for (text, said) in [
        ("{", "not JSON"),
        ("", "not JSON"),
        ("[]", "not a JSON object"),
        (r#"{"is_pic_info":2}"#, "is_pic_info is \"2\""),
        (r#"{"rules":{}}"#, "rules is not an array"),
        (r#"{"rules":["x"]}"#, "rule 0 is not an object"),
        (r#"{"rules":[{"fileid":"a"}]}"#, "rule 0 has no rule"),
        (r#"{"rules":[{"fileid":"a","rule":1}]}"#, "rule of rule 0 is not a string"),
        (r#"{"rules":[{"rule":"imageMogr2/strip"}]}"#, "rule 0 has no fileid"),
        (
            r#"{"rules":[{"fileid":"a","rule":"imageMogr2/strip","bucket":"Bad"}]}"#,
            "rule 0: bucket name \"Bad\"",
        ),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.to_string().contains(said), "{text}: {error}");
        assert_eq!(error.code(), ErrorCode::InvalidPicOperations);
    }
}

#[test]
fn six_rules_are_one_too_many() {
    assert_eq!(parse(&rules(5)).unwrap().rules.len(), 5);
    assert!(parse(&rules(6)).unwrap_err().to_string().contains("6 rules, at most 5"));
    assert!(PicOperations::parse(rules(6).as_bytes(), 6).is_ok());
}

#[test]
fn pers_50_info_verbs_make_no_picture() {
    for rule in ["imageInfo", "exif", "imageAve", "imageMogr2/strip|imageInfo"] {
        let text = format!(r#"{{"rules":[{{"fileid":"a","rule":"{rule}"}}]}}"#);
        assert!(parse(&text).is_err(), "{rule}");
    }
}

#[test]
fn rules_that_only_find_something_need_no_destination() {
    for rule in ["QRcode/cover/0", "watermark/4/type/3"] {
        let operations = parse(&format!(r#"{{"rules":[{{"rule":"{rule}"}}]}}"#)).unwrap();
        let places = operations.destinations(&"b-1".parse().unwrap(), &"k".parse().unwrap());
        assert_eq!(places, Ok(vec![None]));
    }
}

#[test]
fn pers_09_pers_10_pers_11_pers_12_pers_16_fileid_becomes_a_key() {
    for (source, fileid, key) in [
        ("p1/test1.jpg", "/p2/test2.jpg", "p2/test2.jpg"),
        ("p1/test1.jpg", "p2/test2.jpg", "p1/p2/test2.jpg"),
        ("p1/test1.jpg", "test2.jpg", "p1/test2.jpg"),
        ("p1/test1.jpg", "/test2.jpg", "test2.jpg"),
        ("p1/test1.jpg", "p1/test1.jpg", "p1/p1/test1.jpg"),
        ("p1/test1.jpg", "/p1/test1.jpg", "p1/test1.jpg"),
        ("p1/test1.jpg", "test1.jpg", "p1/test1.jpg"),
        ("p1/test1.jpg", "../x.jpg", "p1/../x.jpg"),
        ("a.jpg", "b.png", "b.png"),
        ("a.jpg", "x/b.png", "x/b.png"),
    ] {
        assert_eq!(destination(source, fileid).as_deref(), Ok(key), "{source} {fileid}");
    }
}

#[test]
fn pers_13_fileid_without_a_file_name() {
    for fileid in ["p2/", "", "/", "//", "/p2/"] {
        assert!(destination("p1/a.jpg", fileid).is_err(), "{fileid}");
    }
    assert!(destination("a", &"x".repeat(851)).is_err());
    assert!(destination("a", &"x".repeat(850)).is_ok());
}

#[test]
fn pers_14_pers_15_fileid_may_be_encoded_or_raw() {
    assert_eq!(destination("a", "%E4%B8%AD.png").as_deref(), Ok("中.png"));
    assert_eq!(destination("a", "中.png").as_deref(), Ok("中.png"));
    assert_eq!(destination("a", "100%.png").as_deref(), Ok("100%.png"));
    assert_eq!(destination("a", "%FF.png").as_deref(), Ok("%FF.png"));
    let escaped = parse(r#"{"rules":[{"fileid":"\u4e2d.png","rule":"imageMogr2/strip"}]}"#).unwrap();
    assert_eq!(escaped.rules[0].fileid, "中.png");
}

#[test]
fn pers_49_destinations_are_unique() {
    let mut operations =
        PicOperations { is_pic_info: false, rules: vec![PicRule::new("/d/a", "x"), PicRule::new("a", "y")] };
    let (bucket, key) = ("b-1".parse().unwrap(), "d/s".parse().unwrap());
    let error = operations.destinations(&bucket, &key).unwrap_err();
    assert!(error.to_string().contains("rules 0 and 1 have the same destination"));
    operations.rules[1].bucket = Some("c-1".parse().unwrap());
    assert!(operations.destinations(&bucket, &key).is_ok());
}

#[test]
fn the_written_header_is_one_line_of_ascii() {
    let operations = PicOperations {
        is_pic_info: true,
        rules: vec![
            PicRule::new("图 \u{1f5bc}\n\".png", "imageMogr2/format/png").in_bucket("b-1".parse().unwrap()),
        ],
    };
    assert_eq!(
        operations.to_header(),
        r#"{"is_pic_info":1,"rules":[{"bucket":"b-1","fileid":"\u56fe \ud83d\uddbc\n\".png","rule":"imageMogr2/format/png"}]}"#
    );
    assert_eq!(PicOperations::parse(operations.to_header().as_bytes(), 5), Ok(operations));
}

fn sample(count: usize) -> UploadResult {
    let picture = |place: usize| StoredPicture {
        key: format!("a&b<{place}>.png").parse().unwrap(),
        location: format!("examplebucket-1250000000.cos.ap-chengdu.myqcloud.com/a&b<{place}>.png"),
        format: "png".into(),
        width_px: 640,
        height_px: 427,
        size_bytes: 463_092,
        quality: Some(100),
        etag: "eaa4e3d8fd498bbc63be3b71c46b9c61f23e3f0c".into(),
        frame_count: Some(1),
        md5: None,
    };
    let object = |place| ProcessResult { picture: Some(picture(place)), ..ProcessResult::default() };
    UploadResult {
        original: OriginalInfo {
            key: "filename.jpg".parse().unwrap(),
            location: "examplebucket-1250000000.cos.ap-chengdu.myqcloud.com/filename.jpg".into(),
            etag: "580cd6930444576523c25f86ce2af9b1fc2d5484".into(),
            image_info: Some(ImageInfoBlock {
                format: "JPEG".into(),
                width_px: 640,
                height_px: 427,
                quality: 100,
                average_color: "0xa18454".into(),
                orientation: 1,
                frame_count: 1,
            }),
        },
        results: ProcessResults { objects: (0..count).map(object).collect(), ..ProcessResults::default() },
    }
}

#[test]
fn pers_02_pers_52_result_has_the_manuals_elements_in_order() {
    assert_eq!(
        sample(1).to_xml(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><UploadResult><OriginalInfo><Key>filename.jpg</Key>\
         <Location>examplebucket-1250000000.cos.ap-chengdu.myqcloud.com/filename.jpg</Location>\
         <ETag>&quot;580cd6930444576523c25f86ce2af9b1fc2d5484&quot;</ETag>\
         <ImageInfo><Format>JPEG</Format><Width>640</Width><Height>427</Height><Quality>100</Quality>\
         <Ave>0xa18454</Ave><Orientation>1</Orientation><FrameCount>1</FrameCount></ImageInfo></OriginalInfo>\
         <ProcessResults><Object><Key>a&amp;b&lt;0&gt;.png</Key>\
         <Location>examplebucket-1250000000.cos.ap-chengdu.myqcloud.com/a&amp;b&lt;0&gt;.png</Location>\
         <Format>png</Format><Width>640</Width><Height>427</Height><Size>463092</Size><Quality>100</Quality>\
         <ETag>&quot;eaa4e3d8fd498bbc63be3b71c46b9c61f23e3f0c&quot;</ETag><FrameCount>1</FrameCount></Object>\
         </ProcessResults></UploadResult>"
    );
}

#[test]
fn results_are_read_back_with_none_one_or_many_objects_and_every_extra() {
    let mut full = sample(2);
    full.results.text = Some("mark".into());
    full.results.watermark_status_code = Some("1".into());
    let first = &mut full.results.objects[0];
    first.picture.as_mut().unwrap().md5 = Some("5d41402abc4b2a76b9719d911017c592".into());
    first.code_status = Some(1);
    let points = ["16,16", "284,16", "284,284", "16,284"].map(str::to_owned).to_vec();
    first.qr_codes = vec![QrCodeInfo { text: "https://example.test/?a=1&b".into(), points }];
    first.watermark_status = Some(90);
    first.aigc_metadata = vec![("Label".into(), "value".into()), ("ProduceID".into(), String::new())];
    let mut only_found = full.clone();
    only_found.results.objects[0].picture = None;
    for result in [sample(0), sample(1), sample(2), full, only_found] {
        assert_eq!(UploadResult::from_xml(result.to_xml()), Ok(result));
    }
    assert!(sample(0).to_xml().contains("<ProcessResults/>"));
}

#[test]
fn other_services_answers_are_read_too() {
    let xml = "<UploadResult><OriginalInfo><Key>a.jpg</Key></OriginalInfo><ProcessResults><Object>\
        <Key>b.png</Key><Format>PNG</Format><Width>1</Width></Object></ProcessResults></UploadResult>";
    let result = UploadResult::from_xml(xml).unwrap();
    let object = result.results.objects[0].picture.as_ref().unwrap();
    assert_eq!((object.quality, object.frame_count, object.size_bytes), (None, None, 0));
    assert!(same_format(&object.format, "png") && same_format("JPG", "jpeg") && same_format("HEIC", "heif"));
    assert!(!same_format("png", "apng"));
}

proptest! {
    #[test]
    fn any_header_is_read_or_refused(header in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = PicOperations::parse(&header, 5);
    }

    #[test]
    fn what_is_written_is_read_back(info in any::<bool>(), fileid in ".{1,30}", rule in "imageMogr2/[a-z0-9/]{0,20}") {
        let operations = PicOperations { is_pic_info: info, rules: vec![PicRule::new(fileid, rule)] };
        prop_assert_eq!(PicOperations::parse(operations.to_header().as_bytes(), 5), Ok(operations));
    }

    #[test]
    fn any_destination_is_a_key_or_refused(source in ".{1,30}", fileid in ".{0,30}") {
        if let Ok(source) = source.parse() {
            let _ = PicRule::new(fileid, "x").destination(&source);
        }
    }
}
