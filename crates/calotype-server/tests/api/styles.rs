//! Styles: kept, listed, forgotten and used.
//!
//! Spec: spec/ci/styles.md.

use crate::pictures::{Gallery, LAND, SMALL, fixture};
use crate::support::Reply;

const HALF: &str = "imageMogr2/thumbnail/!50p";

async fn add(gallery: &Gallery, name: &str, body: &str) -> Reply {
    let document = format!("<AddStyle><StyleName>{name}</StyleName><StyleBody>{body}</StyleBody></AddStyle>");
    gallery.bucket.request("PUT", "/?style").body(document).send().await
}

async fn names(gallery: &Gallery, document: &str) -> Vec<(String, String)> {
    let reply = gallery.bucket.request("GET", "/?style").body(document).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let list = reply.xml();
    assert_eq!(list.name(), "StyleList");
    let pair = |rule: &calotype_protocol::xml::Element| {
        (rule.text_of("StyleName").to_owned(), rule.text_of("StyleBody").to_owned())
    };
    list.children("StyleRule").map(pair).collect()
}

/// A picture in a bucket with the style `half`.
async fn gallery_with_half() -> Gallery {
    let gallery = Gallery::with(LAND).await;
    let added = add(&gallery, "half", HALF).await;
    assert_eq!((added.status, added.body.len()), (200, 0), "{}", added.text());
    gallery
}

#[tokio::test]
async fn sty_01_to_sty_05_kept_listed_and_forgotten() {
    let gallery = gallery_with_half().await;
    add(&gallery, "quarter", "imageMogr2/thumbnail/!25p").await;
    let half = ("half".to_owned(), HALF.to_owned());
    assert_eq!(
        names(&gallery, "").await,
        [half.clone(), ("quarter".into(), "imageMogr2/thumbnail/!25p".into())]
    );
    assert_eq!(names(&gallery, "<GetStyle><StyleName>half</StyleName></GetStyle>").await, [half]);
    assert_eq!(names(&gallery, "<GetStyle><StyleName>none</StyleName></GetStyle>").await, []);

    let document = "<DeleteStyle><StyleName>half</StyleName></DeleteStyle>";
    for _ in 0..2 {
        let deleted = gallery.bucket.request("DELETE", "/?style").body(document).send().await;
        assert_eq!((deleted.status, deleted.body.len()), (200, 0));
    }
    assert_eq!(names(&gallery, "").await.len(), 1);
}

#[tokio::test]
async fn sty_02_sty_03_sty_04_an_empty_list_is_a_list() {
    assert_eq!(names(&Gallery::start().await, "").await, []);
}

#[tokio::test]
async fn sty_06_names_are_case_sensitive() {
    let gallery = Gallery::start().await;
    add(&gallery, "Test", HALF).await;
    add(&gallery, "test", "imageMogr2/rotate/90").await;
    assert_eq!(names(&gallery, "").await.len(), 2);
}

#[tokio::test]
async fn sty_07_a_hundred_styles() {
    let gallery = Gallery::start().await;
    for number in 0..100 {
        assert_eq!(add(&gallery, &format!("s{number}"), HALF).await.status, 200);
    }
    assert_eq!(add(&gallery, "s100", HALF).await.error(), (400, "InvalidArgument".to_owned()));
    assert_eq!(add(&gallery, "s99", "imageMogr2/rotate/90").await.status, 200);
}

#[tokio::test]
async fn sty_08_sty_09_sty_10_what_cannot_be_a_style() {
    let gallery = Gallery::start().await;
    assert_eq!(add(&gallery, "a!b", HALF).await.error(), (400, "InvalidArgument".to_owned()));
    for body in ["imageMogr2/foo/1", "style/half"] {
        assert_eq!(add(&gallery, "a", body).await.error(), (400, "InvalidArgument".to_owned()), "{body}");
    }
    let broken = gallery.bucket.request("PUT", "/?style").body("<AddStyle><StyleName>").send().await;
    assert_eq!(broken.error(), (400, "MalformedXML".to_owned()));
    assert_eq!(names(&gallery, "").await, []);
}

#[tokio::test]
async fn sty_11_styles_belong_to_the_owner() {
    let gallery = gallery_with_half().await;
    for method in ["PUT", "GET", "DELETE"] {
        let reply = gallery.bucket.request(method, "/?style").anonymous().send().await;
        assert_eq!(reply.error(), (403, "AccessDenied".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn sty_12_sty_16_sty_17_sty_18_every_form_of_use() {
    let gallery = gallery_with_half().await;
    for target in [format!("/{LAND}!half"), format!("/{LAND}?half"), format!("/{LAND}?style/half")] {
        let reply = gallery.bucket.request("GET", &target).send().await;
        assert_eq!(reply.status, 200, "{target}: {}", String::from_utf8_lossy(&reply.body));
        assert_eq!(size(reply), (320, 214), "{target}");
    }
    let target = format!("/{LAND}!half?imageMogr2/rotate/90");
    assert_eq!(size(gallery.bucket.request("GET", &target).send().await), (214, 320));
}

async fn separate_by(gallery: &Gallery, separators: &str) -> Reply {
    let inner: String = separators.chars().map(|one| format!("<Separator>{one}</Separator>")).collect();
    let document = format!("<StyleSeparators>{inner}</StyleSeparators>");
    gallery.bucket.request("PUT", "/?style-separators").body(document).send().await
}

#[tokio::test]
async fn sty_13_other_separators_once_they_are_enabled() {
    let gallery = gallery_with_half().await;
    let styled = |separator: &str| format!("/{LAND}{separator}half");
    for separator in ["-", "_", "/"] {
        let reply = gallery.bucket.request("GET", &styled(separator)).send().await;
        assert_eq!(reply.error(), (404, "NoSuchKey".to_owned()), "{separator}");
    }
    assert_eq!(separate_by(&gallery, "-_/").await.status, 200);
    for separator in ["-", "_", "/"] {
        let reply = gallery.bucket.request("GET", &styled(separator)).send().await;
        assert_eq!(reply.status, 200, "{separator}: {}", String::from_utf8_lossy(&reply.body));
        assert_eq!(size(reply), (320, 214), "{separator}");
    }
    // The default is one of the subset or it is off.
    let reply = gallery.bucket.request("GET", &styled("!")).send().await;
    assert_eq!(reply.error(), (404, "NoSuchKey".to_owned()));
    // The split is at the last separator, and the first one that leads to a style counts.
    gallery.put("a-b_c.png", fixture(SMALL)).await;
    assert_eq!(size(gallery.bucket.request("GET", "/a-b_c.png-half").send().await), (50, 30));

    let shown = gallery.bucket.request("GET", "/?style-separators").send().await;
    assert_eq!(shown.xml().children("Separator").map(|one| one.text()).collect::<String>(), "/-_");
    assert_eq!(gallery.bucket.request("DELETE", "/?style-separators").send().await.status, 200);
    assert_eq!(size(gallery.bucket.request("GET", &styled("!")).send().await), (320, 214));
}

#[tokio::test]
async fn sty_08_sty_13_names_and_separators_keep_apart() {
    let gallery = Gallery::start().await;
    assert_eq!(add(&gallery, "a-b", HALF).await.status, 200);
    assert_eq!(separate_by(&gallery, "!-").await.error(), (400, "InvalidArgument".to_owned()));
    assert_eq!(separate_by(&gallery, "!_").await.status, 200);
    assert_eq!(add(&gallery, "a_b", HALF).await.error(), (400, "InvalidArgument".to_owned()));
    assert_eq!(separate_by(&gallery, "+").await.error(), (400, "MalformedXML".to_owned()));
}

#[tokio::test]
async fn sty_14_a_real_object_wins() {
    let gallery = gallery_with_half().await;
    let key = format!("{LAND}!half");
    gallery.put(&key, fixture(SMALL)).await;
    assert!(gallery.bucket.content(&key).await.unwrap() == fixture(SMALL));
}

#[tokio::test]
async fn sty_15_unknown_style_after_a_separator() {
    let gallery = gallery_with_half().await;
    let reply = gallery.bucket.request("GET", &format!("/{LAND}!none")).send().await;
    assert_eq!(reply.error(), (400, "InvalidArgument".to_owned()));
    assert!(
        reply.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("x-errno") && value == b"-105")
    );
    let reply = gallery.bucket.request("GET", "/nope.jpg!half").send().await;
    assert_eq!(reply.error(), (404, "NoSuchKey".to_owned()));
}

#[tokio::test]
async fn sty_19_a_pipeline_as_a_body() {
    let gallery = Gallery::with(LAND).await;
    add(&gallery, "turned", "imageMogr2/thumbnail/!50p|imageMogr2/rotate/90").await;
    assert_eq!(size(gallery.bucket.request("GET", &format!("/{LAND}!turned")).send().await), (214, 320));
}

#[tokio::test]
async fn req_33_any_host_family() {
    let gallery = gallery_with_half().await;
    for family in ["pic", "ci", "cos"] {
        let host = format!("{}.{family}.ap-guangzhou.myqcloud.com", gallery.bucket.name);
        let document =
            format!("<AddStyle><StyleName>{family}</StyleName><StyleBody>{HALF}</StyleBody></AddStyle>");
        let request = gallery.bucket.request("PUT", "/?style").host(&host).body(document);
        assert_eq!(request.send().await.status, 200, "{family}");
    }
    assert_eq!(names(&gallery, "").await.len(), 4);
}

#[tokio::test]
async fn pers_21_a_style_as_a_rule() {
    let gallery = gallery_with_half().await;
    let header = format!(
        r#"{{"rules":[{{"fileid":"a.jpg","rule":"style/half"}},{{"fileid":"b.jpg","rule":"{HALF}"}}]}}"#
    );
    let reply = gallery.bucket.put("source.jpg", fixture(LAND)).header("Pic-Operations", header).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let (styled, written) = (gallery.bucket.content("a.jpg").await, gallery.bucket.content("b.jpg").await);
    assert!(styled.is_some() && styled == written);
}

fn size(reply: Reply) -> (u32, u32) {
    let picture = crate::pictures::Picture { content_type: String::new(), bytes: reply.body };
    picture.size()
}
