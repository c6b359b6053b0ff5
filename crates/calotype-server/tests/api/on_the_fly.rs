//! Downloads with an instruction: spellings, headers, conditions, and that nothing is stored.
//!
//! Spec: spec/ci/README.md, 1 and 2.

use crate::pictures::{Gallery, HD, LAND, SMALL, fixture, refused, sizes};
use crate::support::{Reply, path_of};

const HALF: &str = "imageMogr2/thumbnail/!50p";

sizes! {
    req_04_trailing_slash: LAND, "imageMogr2/thumbnail/200x/" => 200, 133;
    req_05_double_slash: LAND, "imageMogr2//thumbnail/200x" => 200, 133;
    pipe_20_blanks_around_the_instruction: LAND, "%20imageMogr2/rotate/90%20" => 427, 640;
}

refused! {
    req_12_two_instructions: LAND, [
        "imageMogr2/thumbnail/200x&imageView2/2/w/100", "imageMogr2/thumbnail/200x&ci-process=QRcode",
    ] => "InvalidArgument";
    req_15_unknown_keyword: LAND, ["imageMogr2/foo/1"] => "InvalidArgument";
    req_16_missing_value: LAND, ["imageMogr2/thumbnail"] => "InvalidArgument";
    req_17_repeated_keyword: LAND, ["imageMogr2/rotate/90/rotate/90"] => "InvalidArgument";
}

#[tokio::test]
async fn req_01_req_02_req_03_every_spelling_is_one_instruction() {
    let gallery = Gallery::with(LAND).await;
    let raw = gallery.get(LAND, HALF).await;
    assert_eq!((raw.format(), raw.size()), ("jpeg", (320, 214)));
    for spelling in
        ["imageMogr2%2Fthumbnail%2F%2150p=", "imageMogr2%2Fthumbnail%2F!50p", "imageMogr2/thumbnail/%2150p"]
    {
        assert!(gallery.get(LAND, spelling).await.bytes == raw.bytes, "{spelling}");
    }
}

#[tokio::test]
async fn req_06_req_07_signature_before_and_after() {
    let gallery = Gallery::with(LAND).await;
    let presigned = gallery.bucket.get(LAND).presigned();
    let (path, signature) = presigned.target().split_once('?').unwrap();
    for query in [format!("{signature}&{HALF}x"), format!("{HALF}x&{signature}")] {
        let reply = gallery.bucket.request("GET", &format!("{path}?{query}")).anonymous().send().await;
        assert_eq!(reply.status, 200, "{query}: {}", String::from_utf8_lossy(&reply.body));
        assert_eq!(size(&reply), (320, 427), "{query}");
    }
}

#[tokio::test]
async fn req_08_a_signed_instruction_cannot_be_changed() {
    let gallery = Gallery::with(LAND).await;
    let target = format!("{}?{HALF}", path_of(LAND));
    let presigned = gallery.bucket.request("GET", &target).presigned();
    assert!(presigned.target().contains("q-url-param-list=imagemogr2"), "{}", presigned.target());
    let reply = presigned.clone().send().await;
    assert_eq!((reply.status, size(&reply)), (200, (320, 214)));

    let changed = presigned.target().replace("50p", "60p");
    assert_ne!(changed, presigned.target());
    let reply = gallery.bucket.request("GET", &changed).anonymous().send().await;
    assert_eq!(reply.error(), (403, "SignatureDoesNotMatch".to_owned()));
}

#[tokio::test]
async fn req_09_private_object_unsigned() {
    let gallery = Gallery::with(LAND).await;
    let target = format!("{}?{HALF}", path_of(LAND));
    let reply = gallery.bucket.request("GET", &target).anonymous().send().await;
    assert_eq!(reply.error(), (403, "AccessDenied".to_owned()));
    assert_eq!(reply.header("X-ErrNo").or(reply.header("x-errno")), Some("-46661"));
}

#[tokio::test]
async fn req_13_req_34_other_words_are_no_instruction() {
    let gallery = Gallery::with(LAND).await;
    for query in ["imagemogr2/thumbnail/200x", "foo=bar", "imageMogr23/thumbnail/200x"] {
        assert!(gallery.get(LAND, query).await.bytes == fixture(LAND), "{query}");
    }
}

#[tokio::test]
async fn req_14_case_of_values() {
    let gallery = Gallery::with(LAND).await;
    let upper = gallery.get(LAND, "imageMogr2/crop/300x200/gravity/SouthEast").await;
    assert!(upper.bytes == gallery.get(LAND, "imageMogr2/crop/300x200/gravity/southeast").await.bytes);
}

#[tokio::test]
async fn req_18_flag_with_a_value() {
    let gallery = Gallery::with(LAND).await;
    let plain = gallery.get(LAND, "imageMogr2/strip").await;
    assert!(plain.bytes == gallery.get(LAND, "imageMogr2/strip/1").await.bytes);
}

#[tokio::test]
async fn req_19_content_type_of_the_result() {
    let gallery = Gallery::with(LAND).await;
    for format in ["png", "webp", "gif"] {
        let result = gallery.get(LAND, &format!("imageMogr2/format/{format}")).await;
        assert_eq!(
            (result.content_type.as_str(), result.format()),
            (format!("image/{format}").as_str(), format)
        );
    }
}

#[tokio::test]
async fn req_20_headers_of_a_result() {
    let gallery = Gallery::with(LAND).await;
    let reply = gallery.ask(LAND, HALF).await;
    let source = gallery.bucket.head(LAND).send().await;
    assert_eq!(reply.header("Content-Length"), Some(reply.body.len().to_string().as_str()));
    assert_eq!(reply.header("Last-Modified"), source.header("Last-Modified"));
    assert!(reply.header("Last-Modified").is_some() && reply.header("x-cos-request-id").is_some());
    assert_ne!(reply.header("ETag"), source.header("ETag"));
}

#[tokio::test]
async fn req_21_head_has_the_headers_of_get() {
    let gallery = Gallery::with(LAND).await;
    let get = gallery.ask(LAND, HALF).await;
    let target = format!("{}?{HALF}", path_of(LAND));
    let head = gallery.bucket.request("HEAD", &target).send().await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    for name in ["Content-Length", "Content-Type", "ETag", "Last-Modified"] {
        assert!(get.header(name).is_some());
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
}

#[tokio::test]
async fn req_22_range_is_ignored() {
    let gallery = Gallery::with(LAND).await;
    let target = format!("{}?{HALF}", path_of(LAND));
    let reply = gallery.bucket.request("GET", &target).header("Range", "bytes=0-9").send().await;
    assert_eq!((reply.status, reply.header("Content-Range")), (200, None));
    assert!(reply.body == gallery.get(LAND, HALF).await.bytes);
}

#[tokio::test]
async fn req_23_etag_answers_not_modified() {
    let gallery = Gallery::with(LAND).await;
    let first = gallery.ask(LAND, HALF).await;
    let etag = first.header("ETag").unwrap();
    let target = format!("{}?{HALF}", path_of(LAND));
    let again = gallery.bucket.request("GET", &target).header("If-None-Match", etag).send().await;
    assert_eq!((again.status, again.header("ETag"), again.body.len()), (304, Some(etag), 0));

    let modified = first.header("Last-Modified").unwrap();
    let since = gallery.bucket.request("GET", &target).header("If-Modified-Since", modified).send().await;
    assert_eq!(since.status, 304);

    let other = format!("{}?imageMogr2/thumbnail/!51p", path_of(LAND));
    let other = gallery.bucket.request("GET", &other).header("If-None-Match", etag).send().await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn req_23_a_new_source_has_a_new_result() {
    let gallery = Gallery::start().await;
    gallery.put("a.jpg", fixture(LAND)).await;
    let first = gallery.ask("a.jpg", HALF).await;
    gallery.put("a.jpg", fixture(HD)).await;
    let second = gallery.ask("a.jpg", HALF).await;
    assert_eq!((size(&first), size(&second)), ((320, 214), (600, 450)));
    assert_ne!(first.header("ETag"), second.header("ETag"));
}

#[tokio::test]
async fn req_25_response_headers_are_honoured() {
    let gallery = Gallery::with(LAND).await;
    let query = format!(
        "{HALF}&response-content-disposition=attachment%3B%20filename%3D%22a.jpg%22&response-cache-control=no-cache"
    );
    let reply = gallery.ask(LAND, &query).await;
    assert_eq!((reply.status, size(&reply)), (200, (320, 214)));
    assert_eq!(reply.header("Content-Disposition"), Some("attachment; filename=\"a.jpg\""));
    assert_eq!(reply.header("Cache-Control"), Some("no-cache"));
}

#[tokio::test]
async fn req_26_missing_key_is_not_found() {
    let gallery = Gallery::start().await;
    let reply = gallery.ask("nope.jpg", HALF).await;
    assert_eq!(reply.error(), (404, "NoSuchKey".to_owned()));
}

#[tokio::test]
async fn req_27_nothing_is_stored_on_download() {
    let gallery = Gallery::with(LAND).await;
    for instruction in [HALF, "imageMogr2/format/png", "imageInfo", "imageView2/1/w/10/h/10"] {
        gallery.get(LAND, instruction).await;
    }
    assert_eq!(gallery.bucket.keys().await, [LAND]);
    assert!(gallery.bucket.content(LAND).await.unwrap() == fixture(LAND));
}

#[tokio::test]
async fn req_28_format_is_found_by_content() {
    let gallery = Gallery::start().await;
    let stored =
        gallery.bucket.put("x.jpg", fixture(SMALL)).header("Content-Type", "image/jpeg").send().await;
    assert_eq!(stored.status, 200);
    let result = gallery.get("x.jpg", "imageMogr2/thumbnail/50x").await;
    assert_eq!((result.format(), result.size()), ("png", (50, 30)));
}

#[tokio::test]
async fn req_29_base64_alphabets() {
    let gallery = Gallery::with(LAND).await;
    let rule = "imageMogr2/thumbnail/600x600/pad/1/color/";
    let plain = gallery.get(LAND, &format!("{rule}IzNEM0QzRA")).await;
    for spelling in ["IzNEM0QzRA==", "IzNEM0QzRA%3D%3D"] {
        assert!(gallery.get(LAND, &format!("{rule}{spelling}")).await.bytes == plain.bytes, "{spelling}");
    }
}

#[tokio::test]
async fn req_35_one_operation_per_segment() {
    let gallery = Gallery::with(LAND).await;
    let result = gallery.get(LAND, &format!("{HALF}|imageMogr2/rotate/90|imageMogr2/format/webp")).await;
    assert_eq!((result.format(), result.size()), ("webp", (214, 320)));
}

#[tokio::test]
async fn a_pipe_may_be_encoded_or_not() {
    let gallery = Gallery::with(LAND).await;
    for pipe in ["|", "%7C"] {
        let target = format!("{}?{HALF}{pipe}imageMogr2/rotate/90", path_of(LAND));
        let reply = gallery.bucket.request("GET", &target).send().await;
        assert_eq!(reply.status, 200, "{pipe}");
        assert_eq!(size(&reply), (214, 320), "{pipe}");
    }
}

#[tokio::test]
async fn req_36_accept_has_no_effect() {
    let gallery = Gallery::with(LAND).await;
    let reply = gallery.bucket.get(LAND).header("Accept", "image/webp").send().await;
    assert!(reply.body == fixture(LAND));
}

#[tokio::test]
async fn equal_downloads_at_once_give_equal_bytes() {
    let gallery = Gallery::with(HD).await;
    let ask = || gallery.ask(HD, "imageMogr2/thumbnail/!70p/format/png");
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    assert_eq!(a.status, 200);
    assert!(a.body == b.body && b.body == c.body && c.body == d.body);
    assert_eq!(a.header("ETag"), d.header("ETag"));
}

fn size(reply: &Reply) -> (u32, u32) {
    let picture = crate::pictures::Picture { content_type: String::new(), bytes: reply.body.clone() };
    picture.size()
}
