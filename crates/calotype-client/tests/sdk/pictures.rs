//! The two calls that make stored pictures, and pictures made on the way.

use calotype_client::{CodeKind, ErrorCode, PicOperations, PicRule};

use crate::support::{self, PHOTO};

#[tokio::test]
async fn sdk_04_each_rule_becomes_its_own_object() {
    let photos = support::bucket().await;
    let result = photos
        .put_object("trip/cat.jpg", PHOTO)
        .unwrap()
        .pic_operations()
        .pic_info()
        .rule("small.jpg", "imageMogr2/thumbnail/320x")
        .rule("/icons/cat.png", "imageView2/format/png")
        .send()
        .await
        .unwrap();
    let info = result.original.image_info.unwrap();
    assert_eq!((info.format.as_str(), info.width_px, info.height_px), ("JPEG", 640, 427));
    let pictures: Vec<_> = result.results.objects.iter().flat_map(|object| &object.picture).collect();
    let keys: Vec<&str> = pictures.iter().map(|picture| picture.key.as_str()).collect();
    assert_eq!(keys, ["trip/small.jpg", "icons/cat.png"]);
    let small = pictures[0];
    assert_eq!((small.width_px, small.height_px, small.format.as_str()), (320, 214, "jpeg"));
    let head = photos.head_object("trip/small.jpg").await.unwrap();
    assert_eq!(head.content_length, Some(small.size_bytes));
    assert_eq!(head.etag.unwrap().as_str(), small.etag);
}

#[tokio::test]
async fn sdk_06_a_stored_picture_is_processed_in_place() {
    let photos = support::bucket().await;
    photos.put_object("cat.jpg", PHOTO).unwrap().send().await.unwrap();
    let request = photos.process_image("cat.jpg").unwrap().rule("cat.webp", "imageMogr2/format/webp");
    let result = request.send().await.unwrap();
    assert_eq!(result.results.objects[0].picture.as_ref().unwrap().format, "webp");
    assert!(result.original.image_info.is_none());
}

#[tokio::test]
async fn sdk_05_a_completed_upload_gives_the_same_kind_of_result() {
    let photos = support::bucket().await;
    let upload = photos.create_upload("cat.jpg").await.unwrap();
    let part = upload.put_part(1, PHOTO).await.unwrap();
    let rules = vec![PicRule::new("cat.png", "imageView2/format/png")];
    let operations = PicOperations { is_pic_info: true, rules };
    let result = upload.complete_with_pictures(vec![part], &operations).await.unwrap();
    assert_eq!(result.original.image_info.unwrap().width_px, 640);
    assert_eq!(result.results.objects[0].picture.as_ref().unwrap().key.as_str(), "cat.png");
}

#[tokio::test]
async fn a_picture_is_made_while_it_is_downloaded() {
    let photos = support::bucket().await;
    photos.put_object("cat.jpg", PHOTO).unwrap().send().await.unwrap();
    let made = photos.get_object("cat.jpg").unwrap().rule("imageMogr2/thumbnail/64x/format/png");
    let made = made.send().await.unwrap();
    assert_eq!(made.headers.content.content_type.clone().unwrap(), "image/png");
    assert!(made.bytes().await.unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn a_rule_that_fails_stores_nothing() {
    let photos = support::bucket().await;
    let request = photos.put_object("cat.jpg", PHOTO).unwrap().pic_operations();
    let request = request.rule("a.jpg", "imageMogr2/thumbnail/64x").rule("b.jpg", "imageMogr2/foo/1");
    let error = request.send().await.unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::InvalidArgument));
    assert!(photos.list_objects().send().await.unwrap().contents.is_empty());
}

#[tokio::test]
async fn codes_are_drawn_and_recognized() {
    let photos = support::bucket().await;
    let drawn = photos.generate_code(CodeKind::Qr, "https://example.test/?a=1&b=<2>", 200).await.unwrap();
    photos.put_object("code.png", drawn.image).unwrap().send().await.unwrap();
    let found = photos.recognize_codes("code.png", true).await.unwrap();
    assert_eq!(found.codes[0].text, "https://example.test/?a=1&b=<2>");
    assert_eq!(found.codes[0].points.len(), 4);
    assert!(found.covered.unwrap().starts_with(b"\x89PNG"));
    let refused = photos.generate_code(CodeKind::Bar, "12", 200).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::InvalidArgument));
}
