//! `imageInfo`, `exif`, `imageAve` and `ImageInspect`.
//!
//! Spec: spec/ci/info.md.

use serde_json::Value;

use crate::pictures::{
    ALPHA, EDGE, EXIF, GIF, Gallery, LAND, ORI6, P16, RED, SMALL, TXT, WEBPA, fixture, refused,
};
use crate::support::md5_hex;

async fn json(fixture: &str, instruction: &str) -> Value {
    let reply = Gallery::with(fixture).await.ask(fixture, instruction).await;
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(reply.header("Content-Type"), Some("application/json"));
    serde_json::from_slice(&reply.body).unwrap()
}

async fn average(fixture: &str) -> String {
    json(fixture, "imageAve").await["RGB"].as_str().unwrap().to_owned()
}

refused! {
    info_11_no_image: TXT, ["imageInfo", "imageAve", "exif", "imageInspect"] => "InvalidImageFormat";
}

#[tokio::test]
async fn info_01_info_02_info_03_info_05_fields_are_strings() {
    let info = json(LAND, "imageInfo").await;
    let expected = [
        ("format", "jpeg".to_owned()),
        ("width", "640".to_owned()),
        ("height", "427".to_owned()),
        ("size", fixture(LAND).len().to_string()),
        ("md5", md5_hex(&fixture(LAND))),
        ("frame_count", "1".to_owned()),
        ("bit_depth", "8".to_owned()),
    ];
    for (name, value) in expected {
        assert_eq!(info[name], Value::String(value), "{name}");
    }
}

#[tokio::test]
async fn info_04_frames_of_an_animation() {
    assert_eq!(json(GIF, "imageInfo").await["frame_count"], "12");
}

#[tokio::test]
async fn info_06_names_of_formats() {
    for (fixture, name) in [(SMALL, "png"), (GIF, "gif"), (WEBPA, "webp")] {
        assert_eq!(json(fixture, "imageInfo").await["format"], name);
    }
}

#[tokio::test]
async fn info_07_info_08_info_09_resolution_range_and_average() {
    let gallery = Gallery::start().await;
    let mut jfif = fixture(LAND);
    // The density of the JFIF header: dots per inch, 118 both ways.
    assert_eq!(&jfif[6..10], b"JFIF");
    jfif[13..18].copy_from_slice(&[1, 0, 118, 0, 118]);
    gallery.put("a.jpg", jfif).await;
    let info: Value = serde_json::from_slice(&gallery.ask("a.jpg", "imageInfo").await.body).unwrap();
    assert_eq!((&info["vertical_dpi"], &info["horizontal_dpi"]), (&"118".into(), &"118".into()));
    assert_eq!(info["dynamic_range"], "unknow");
    let average: Value = serde_json::from_slice(&gallery.ask("a.jpg", "imageAve").await.body).unwrap();
    assert_eq!(info["photo_rgb"], average["RGB"]);
}

#[tokio::test]
async fn info_10_orientation_is_not_applied() {
    let info = json(ORI6, "imageInfo").await;
    assert_eq!((&info["width"], &info["height"]), (&"640".into(), &"480".into()));
}

#[tokio::test]
async fn info_12_bit_depth() {
    assert_eq!(json(P16, "imageInfo").await["bit_depth"], "16");
}

#[tokio::test]
async fn info_13_info_14_info_15_info_16_exif_tags() {
    let exif = json(EXIF, "exif").await;
    assert_eq!(exif["DateTime"]["val"], "2024:05:06 07:08:09");
    assert_eq!(exif["FNumber"]["val"], "13/1");
    assert_eq!(exif["ExifVersion"]["val"], "48 50 51 48");
    assert_eq!(exif["ColorSpace"]["val"], "sRGB");
}

#[tokio::test]
async fn info_17_no_exif() {
    let expected: Value = serde_json::from_str(r#"{"error" : "no exif data"}"#).unwrap();
    assert_eq!(json(LAND, "exif").await, expected);
    assert_eq!(json(GIF, "exif").await, expected);
}

#[tokio::test]
async fn info_18_exif_in_other_formats() {
    let gallery = Gallery::with(EXIF).await;
    for format in ["png", "webp"] {
        let converted = gallery.get(EXIF, &format!("imageMogr2/format/{format}")).await;
        gallery.put("converted", converted.bytes).await;
        let exif: Value = serde_json::from_slice(&gallery.ask("converted", "exif").await.body).unwrap();
        assert_eq!(exif["FNumber"]["val"], "13/1", "{format}");
    }
}

#[tokio::test]
async fn info_19_info_20_info_21_info_22_average_colour() {
    assert_eq!(average(RED).await, "0xff0000");
    assert_eq!(average(ALPHA).await, "0xff0000");
    let half = average(EDGE).await;
    assert!(["0x7f7f7f", "0x808080"].contains(&half.as_str()), "{half}");
    let photo = average(LAND).await;
    let digits = photo.strip_prefix("0x").unwrap();
    assert!(
        digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)),
        "{photo}"
    );
}

#[tokio::test]
async fn info_23_info_24_foreign_data_is_found_behind_a_picture() {
    let gallery = Gallery::with(LAND).await;
    let size = fixture(LAND).len();
    for instruction in ["ci-process=ImageInspect", "imageInspect", "imageInspect="] {
        let clean: Value = serde_json::from_slice(&gallery.ask(LAND, instruction).await.body).unwrap();
        let expected = serde_json::json!({
            "picSize": size, "picType": "JPEG", "suspicious": false, "suspiciousBeginByte": 0,
            "suspiciousEndByte": 0, "suspiciousSize": 0, "suspiciousType": "",
        });
        assert_eq!(clean, expected, "{instruction}");
    }
    let picture = fixture(SMALL);
    let packet = [&[0x47_u8][..], &[0; 187]].concat();
    gallery.put("dirty.png", [picture.clone(), packet.repeat(10)].concat()).await;
    let reply = gallery.ask("dirty.png", "ci-process=ImageInspect").await;
    assert_eq!(reply.header("Content-Type"), Some("application/json"));
    let dirty: Value = serde_json::from_slice(&reply.body).unwrap();
    let begin = picture.len();
    let expected = serde_json::json!({
        "picSize": begin + 1880, "picType": "PNG", "suspicious": true, "suspiciousBeginByte": begin,
        "suspiciousEndByte": begin + 1879, "suspiciousSize": 1880, "suspiciousType": "MPEG-TS",
    });
    assert_eq!(dirty, expected);
}

#[tokio::test]
async fn info_25_missing_key() {
    let gallery = Gallery::start().await;
    for instruction in ["imageInfo", "exif", "imageAve"] {
        assert_eq!(gallery.ask("nope.jpg", instruction).await.error(), (404, "NoSuchKey".to_owned()));
    }
}
