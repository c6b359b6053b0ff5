//! Errors of image processing: their shape, their numbers, and which one comes first.
//!
//! Spec: spec/ci/errors.md.

use crate::pictures::{GIF301, Gallery, HD, LAND, SMALL, TRUNC, TXT, fixture};
use crate::support::{Reply, path_of};

fn number(reply: &Reply) -> Option<&str> {
    let header = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-errno"));
    header.map(|(_, value)| std::str::from_utf8(value).unwrap())
}

#[tokio::test]
async fn err_01_err_02_body_of_an_error() {
    let gallery = Gallery::with(LAND).await;
    let reply = gallery.ask(LAND, "imageMogr2/foo/1").await;
    assert_eq!((reply.status, reply.header("Content-Type")), (400, Some("application/xml")));
    let error = reply.xml();
    assert_eq!(error.name(), "Error");
    assert_eq!(error.text_of("Code"), "InvalidArgument");
    assert!(error.text_of("Message").contains("foo"), "{}", error.text_of("Message"));
    assert_eq!(error.text_of("Resource"), format!("{}/{LAND}", gallery.bucket.host()));
    assert_eq!(Some(error.text_of("RequestId")), reply.header("x-cos-request-id"));
    assert_eq!(Some(error.text_of("TraceId")), reply.header("x-cos-trace-id"));
}

#[tokio::test]
async fn err_03_numbers_of_errors() {
    let gallery = Gallery::with(LAND).await;
    for name in [TXT, GIF301, TRUNC] {
        gallery.put_fixture(name).await;
    }
    gallery.put("empty.jpg", Vec::new()).await;
    for (key, instruction, expected) in [
        (LAND, "imageMogr2/foo/1", "-103"),
        (LAND, "style/none", "-105"),
        (TXT, "imageMogr2/thumbnail/5x", "-441"),
        (TRUNC, "imageMogr2/format/png", "-441"),
        ("empty.jpg", "imageMogr2/thumbnail/5x", "-40168"),
        (GIF301, "imageMogr2/thumbnail/5x", "-447"),
        ("nope.jpg", "imageMogr2/thumbnail/5x", "-46628"),
    ] {
        let reply = gallery.ask(key, instruction).await;
        assert_eq!(number(&reply), Some(expected), "{key}?{instruction}");
    }
}

#[tokio::test]
async fn err_04_no_number_on_success() {
    let gallery = Gallery::with(LAND).await;
    assert_eq!(number(&gallery.ask(LAND, "imageMogr2/thumbnail/5x").await), None);
}

#[tokio::test]
async fn err_05_no_paths_of_the_host_in_messages() {
    let gallery = Gallery::with(LAND).await;
    for name in [TXT, GIF301, TRUNC, HD, SMALL] {
        gallery.put_fixture(name).await;
    }
    gallery.put("empty.jpg", Vec::new()).await;
    let mut broken = fixture(SMALL);
    broken.truncate(60);
    gallery.put("broken.png", broken).await;
    let provoked = [
        (LAND, "imageMogr2/foo/1"),
        (LAND, "imageMogr2/thumbnail/abc"),
        (LAND, "imageMogr2/thumbnail"),
        (LAND, "imageMogr2/rotate/361"),
        (LAND, "imageMogr2/cut/10x10x9000x0"),
        (LAND, "imageMogr2/crop/x"),
        (LAND, "imageMogr2/format/exe"),
        (LAND, "imageMogr2/format/tpg"),
        (LAND, "imageMogr2/quality/101"),
        (LAND, "imageMogr2/thumbnail/50x50/pad/1/color/@@@@"),
        (LAND, "imageView2/9/w/5"),
        (LAND, "imageView2/1"),
        (LAND, "style/none"),
        (LAND, "imageInfo|imageMogr2/rotate/90"),
        (HD, "imageMogr2/thumbnail/!10000p"),
        (TXT, "imageMogr2/rotate/90"),
        (TRUNC, "imageMogr2/rotate/90"),
        (GIF301, "imageMogr2/thumbnail/5x"),
        ("empty.jpg", "imageInfo"),
        ("broken.png", "imageMogr2/rotate/90"),
        ("nope.jpg", "imageMogr2/rotate/90"),
    ];
    for (key, instruction) in provoked {
        let reply = gallery.ask(key, instruction).await;
        assert!(
            (400..=501).contains(&reply.status) && reply.status != 500,
            "{key}?{instruction}: {}",
            reply.status
        );
        let message = reply.xml().text_of("Message").to_owned();
        for trace in ["/src/", ".rs", "/tmp", "/home", "/root", "panicked"] {
            assert!(!message.contains(trace), "{key}?{instruction}: {message}");
        }
    }
}

#[tokio::test]
async fn err_06_permission_before_grammar() {
    let gallery = Gallery::with(LAND).await;
    for query in ["imageMogr2/foo/1", "imageMogr2/rotate/90&imageView2/2/w/5"] {
        let target = format!("{}?{query}", path_of(LAND));
        let reply = gallery.bucket.request("GET", &target).anonymous().send().await;
        assert_eq!(reply.error(), (403, "AccessDenied".to_owned()), "{query}");
    }
}

#[tokio::test]
async fn err_07_grammar_before_decoding() {
    let gallery = Gallery::with(TXT).await;
    assert_eq!(gallery.refusal(TXT, "imageMogr2/foo/1").await, "InvalidArgument");
}

#[tokio::test]
async fn err_08_empty_object() {
    let gallery = Gallery::start().await;
    gallery.put("empty.jpg", Vec::new()).await;
    for instruction in ["imageMogr2/rotate/90", "imageInfo", "imageAve"] {
        assert_eq!(gallery.refusal("empty.jpg", instruction).await, "InvalidImageFormat", "{instruction}");
    }
}
