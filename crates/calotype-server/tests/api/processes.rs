//! `ci-process` names that are not offered, and names nobody knows.
//!
//! Spec: spec/ci/extras.md, Part B.

use crate::pictures::{Gallery, LAND, fixture};

/// Every name of the list that needs a model.
const MODELS: [&str; 31] = [
    "AIBodyRecognition",
    "AIEnhanceImage",
    "AIGameRec",
    "AIImageAnalysis",
    "AIImageColoring",
    "AIImageCrop",
    "AILicenseRec",
    "AIObjectDetect",
    "AIPicMatting",
    "AIPortraitMatting",
    "AISuperResolution",
    "AssessQuality",
    "AutoTranslationBlock",
    "DetectCar",
    "DetectFace",
    "GetActionSequence",
    "GetDigitCode",
    "GoodsMatting",
    "IDCardOCR",
    "ImageRepair",
    "ImageSearch",
    "ImageTargetRec",
    "LivenessRecognition",
    "OCR",
    "RecognizeLogo",
    "ai-recognition",
    "detect-label",
    "detect-pet",
    "face-effect",
    "sensitive-content-recognition",
    "AIImageCrop&width=100&height=100&fixed=1",
];

#[tokio::test]
async fn no_01_no_03_models_are_refused_by_name() {
    let gallery = Gallery::with(LAND).await;
    for query in MODELS {
        let name = query.split('&').next().unwrap();
        let reply = gallery.bucket.request("GET", &format!("/{LAND}?ci-process={query}")).send().await;
        assert_eq!(reply.error(), (501, "NotImplemented".to_owned()), "{name}");
        let message = reply.xml().text_of("Message").to_owned();
        assert!(message.contains(name) && message.contains("recognition model"), "{message}");
    }
    for process in ["snapshot", "videoinfo", "doc-preview"] {
        let reply = gallery.bucket.request("GET", &format!("/{LAND}?ci-process={process}")).send().await;
        assert_eq!(reply.error(), (501, "NotImplemented".to_owned()), "{process}");
    }
    for (method, target) in [("POST", "/image/auditing"), ("PUT", "/?hdr-image-processing")] {
        let reply = gallery.bucket.request(method, target).body("<Request/>").send().await;
        assert_eq!(reply.error(), (501, "NotImplemented".to_owned()), "{target}");
    }
    for format in ["tpg", "psd"] {
        assert_eq!(gallery.refusal(LAND, &format!("imageMogr2/format/{format}")).await, "NotImplemented");
    }
}

#[tokio::test]
async fn no_01_rights_come_first_and_the_original_stands_in_where_that_is_documented() {
    let gallery = Gallery::with(LAND).await;
    let target = format!("/{LAND}?ci-process=OCR");
    let stranger = gallery.bucket.request("GET", &target).anonymous().send().await;
    assert_eq!(stranger.error(), (403, "AccessDenied".to_owned()));
    let missing = gallery.bucket.request("GET", "/nope.jpg?ci-process=OCR").send().await;
    assert_eq!(missing.error(), (404, "NoSuchKey".to_owned()));
    let target = format!("/{LAND}?ci-process=AIImageCrop&width=9&ignore-error=1");
    let original = gallery.bucket.request("GET", &target).send().await;
    assert!(original.status == 200 && original.body == fixture(LAND));
}

#[tokio::test]
async fn no_02_unknown_names_are_an_error() {
    let gallery = Gallery::with(LAND).await;
    for target in [format!("/{LAND}?ci-process=foo"), "/?ci-process=foo".to_owned()] {
        let reply = gallery.bucket.request("GET", &target).send().await;
        assert_eq!(reply.error(), (400, "InvalidArgument".to_owned()), "{target}");
    }
    let rules = r#"{"rules":[{"fileid":"a.jpg","rule":"ci-process=foo&a=b"}]}"#;
    let put = gallery.bucket.put("b.jpg", fixture(LAND)).header("Pic-Operations", rules).send().await;
    assert_eq!(put.error(), (400, "InvalidArgument".to_owned()));
    let rules = rules.replace("foo", "DetectFace");
    let put = gallery.bucket.put("b.jpg", fixture(LAND)).header("Pic-Operations", rules).send().await;
    assert_eq!(put.error(), (501, "NotImplemented".to_owned()));
    assert_eq!(gallery.bucket.keys().await, [LAND]);
}
