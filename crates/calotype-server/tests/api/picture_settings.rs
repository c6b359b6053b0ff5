//! What a bucket says about its pictures: protected originals, slimming, Guetzli.
//!
//! Spec: spec/ci/styles.md, 4 and 5; spec/ci/extras.md, A4 and A5.

use crate::pictures::{Gallery, LAND, fixture};
use crate::support::Reply;

async fn send(gallery: &Gallery, method: &str, target: &str) -> Reply {
    gallery.bucket.request(method, target).send().await
}

/// The text of a switch, behind its declaration.
async fn status(gallery: &Gallery, name: &str) -> String {
    let reply = send(gallery, "GET", &format!("/?{name}")).await;
    assert_eq!((reply.status, reply.header("Content-Type")), (200, Some("application/xml")));
    reply.text().split_once("?>").unwrap().1.to_owned()
}

async fn switch(gallery: &Gallery, method: &str, name: &str) {
    let reply = send(gallery, method, &format!("/?{name}")).await;
    assert_eq!((reply.status, reply.body.len()), (200, 0), "{}", reply.text());
}

fn is_protected(reply: &Reply) -> bool {
    let number = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-errno"));
    reply.error() == (403, "AccessDenied".to_owned()) && number.is_some_and(|(_, value)| value == b"-154")
}

/// A protected picture in a bucket with the style `half`.
async fn protected() -> Gallery {
    let gallery = Gallery::with(LAND).await;
    let style =
        "<AddStyle><StyleName>half</StyleName><StyleBody>imageMogr2/thumbnail/!50p</StyleBody></AddStyle>";
    assert_eq!(gallery.bucket.request("PUT", "/?style").body(style).send().await.status, 200);
    switch(&gallery, "PUT", "origin-protect").await;
    gallery
}

#[tokio::test]
async fn orig_01_gue_01_switches_go_on_and_off() {
    let gallery = Gallery::start().await;
    for (name, root) in [("origin-protect", "OriginProtectStatus"), ("guetzli", "GuetzliStatus")] {
        assert_eq!(status(&gallery, name).await, format!("<{root}>off</{root}>"));
        switch(&gallery, "PUT", name).await;
        assert_eq!(status(&gallery, name).await, format!("<{root}>on</{root}>"));
        switch(&gallery, "DELETE", name).await;
        assert_eq!(status(&gallery, name).await, format!("<{root}>off</{root}>"));
        let stranger = gallery.bucket.request("GET", &format!("/?{name}")).anonymous().send().await;
        assert_eq!(stranger.error(), (403, "AccessDenied".to_owned()));
        assert_eq!(send(&gallery, "POST", &format!("/?{name}")).await.error().0, 405);
    }
}

#[tokio::test]
async fn orig_02_orig_03_a_protected_original_is_not_shown() {
    let gallery = protected().await;
    for target in ["", "?imageMogr2/thumbnail/!50p", "?foo", "?imageMogr2/ignore-error/1"] {
        let reply = send(&gallery, "GET", &format!("/{LAND}{target}")).await;
        assert!(is_protected(&reply), "{target}: {} {:?}", reply.status, reply.headers);
    }
    let ranged = gallery.bucket.get(LAND).header("Range", "bytes=0-99").send().await;
    assert!(is_protected(&ranged));
    // What is wrong with the instruction is told first, what exists is not hidden.
    assert_eq!(send(&gallery, "GET", &format!("/{LAND}?imageMogr2/foo/1")).await.error().0, 400);
    assert_eq!(send(&gallery, "HEAD", &format!("/{LAND}")).await.status, 200);
    assert_eq!(send(&gallery, "GET", &format!("/{LAND}?imageInfo")).await.status, 200);
    switch(&gallery, "DELETE", "origin-protect").await;
    assert!(gallery.bucket.content(LAND).await.unwrap() == fixture(LAND));
}

#[tokio::test]
async fn orig_04_styles_still_work() {
    let gallery = protected().await;
    for target in ["!half", "?half", "?style/half", "!half?imageMogr2/rotate/90"] {
        let reply = send(&gallery, "GET", &format!("/{LAND}{target}")).await;
        assert_eq!(reply.status, 200, "{target}");
        assert!(reply.body != fixture(LAND));
    }
    let rules = r#"{"rules":[{"fileid":"small.jpg","rule":"imageMogr2/thumbnail/!50p"}]}"#;
    let made = gallery.bucket.request("POST", &format!("/{LAND}?image_process"));
    assert_eq!(made.header("Pic-Operations", rules).send().await.status, 200);
}

#[tokio::test]
async fn orig_05_the_owner_can_ask_for_the_original() {
    let gallery = protected().await;
    let target = format!("/{LAND}?ci-process=originImage");
    let reply = send(&gallery, "GET", &target).await;
    assert_eq!(reply.status, 200, "{}", String::from_utf8_lossy(&reply.body));
    assert!(reply.body == fixture(LAND));
    let public = gallery.bucket.put("open.jpg", fixture(LAND)).header("x-cos-acl", "public-read");
    assert_eq!(public.send().await.status, 200);
    let stranger = gallery.bucket.request("GET", "/open.jpg?ci-process=originImage").anonymous().send().await;
    assert!(is_protected(&stranger));
}

#[tokio::test]
async fn orig_06_other_objects_are_not_affected() {
    let gallery = protected().await;
    for key in ["notes.txt", "jpg", "folder.jpg/readme"] {
        gallery.put(key, b"plain".to_vec()).await;
        assert_eq!(gallery.bucket.content(key).await.unwrap(), b"plain", "{key}");
    }
}
