//! Buckets as websites, and pages that show a bucket's objects.
//!
//! Spec: spec/cos/misc.md, website and referer.

use crate::configuration::put;
use crate::pictures::{LAND, fixture};
use crate::support::{BUCKET, Bucket, Request, TestServer};

const SITE: &str = "<IndexDocument><Suffix>index.html</Suffix></IndexDocument>";

/// A public bucket with a few pages.
async fn site(server: &TestServer, more: &str) -> Bucket {
    let bucket = server.existing_bucket(BUCKET);
    bucket.request("PUT", "/").header("x-cos-acl", "public-read").send().await;
    put(&bucket, "website", &format!("<WebsiteConfiguration>{SITE}{more}</WebsiteConfiguration>")).await;
    for key in ["index.html", "docs/index.html", "about.html", "error.html"] {
        bucket.has(key, key).await;
    }
    bucket
}

/// A visit on the website host.
fn visit(bucket: &Bucket, path: &str) -> Request {
    bucket.request("GET", path).host(&host(bucket)).anonymous()
}

fn host(bucket: &Bucket) -> String {
    format!("{}.cos-website.ap-guangzhou.myqcloud.com", bucket.name)
}

#[tokio::test]
async fn cos_addr_07_cos_conf_11_folders_show_their_index_on_the_website_host_only() {
    let server = TestServer::start().await;
    let bucket = site(&server, "").await;
    for (path, page) in [
        ("/", "index.html"),
        ("/docs/", "docs/index.html"),
        ("/about.html", "about.html"),
        ("/?acl", "index.html"),
    ] {
        let reply = visit(&bucket, path).send().await;
        assert_eq!((reply.status, reply.text()), (200, page), "{path}");
        assert_eq!(reply.header("Content-Type"), Some("text/html"), "{path}");
    }
    let head = bucket.request("HEAD", "/").host(&host(&bucket)).anonymous().send().await;
    assert_eq!((head.status, head.header("Content-Length"), head.body.len()), (200, Some("10"), 0));
    let part = visit(&bucket, "/").header("Range", "bytes=0-4").send().await;
    assert_eq!((part.status, part.text()), (206, "index"));
    for path in ["/docs", "/about", "/nope/"] {
        assert_eq!(visit(&bucket, path).send().await.error(), (404, "NoSuchKey".into()), "{path}");
    }
    let listing = bucket.request("GET", "/").anonymous().send().await;
    assert_eq!(listing.xml().name(), "ListBucketResult");
    for method in ["PUT", "DELETE", "POST"] {
        let reply = bucket.request(method, "/index.html").host(&host(&bucket)).send().await;
        assert_eq!(reply.error(), (405, "MethodNotAllowed".into()), "{method}");
    }
}

#[tokio::test]
async fn cos_conf_11_visitors_are_anonymous() {
    let server = TestServer::start().await;
    let bucket = site(&server, "").await;
    bucket.put("secret.html", "x").header("x-cos-acl", "private").send().await;
    let signed = bucket.request("GET", "/secret.html").host(&host(&bucket)).send().await;
    assert_eq!(signed.error(), (403, "AccessDenied".into()));
    bucket.request("DELETE", "/?website").send().await;
    assert_eq!(visit(&bucket, "/").send().await.error(), (404, "NoSuchWebsiteConfiguration".into()));
}

#[tokio::test]
async fn cos_conf_11_an_error_page_takes_the_place_of_an_error() {
    let server = TestServer::start().await;
    let bucket = site(&server, "<ErrorDocument><Key>error.html</Key></ErrorDocument>").await;
    let shown = visit(&bucket, "/nope").header("If-None-Match", "*").send().await;
    assert_eq!((shown.status, shown.text()), (404, "error.html"));
    let plain = "<ErrorDocument><Key>error.html</Key><OriginalHttpStatus>Disabled</OriginalHttpStatus></ErrorDocument>";
    put(&bucket, "website", &format!("<WebsiteConfiguration>{SITE}{plain}</WebsiteConfiguration>")).await;
    let shown = visit(&bucket, "/nope").send().await;
    assert_eq!((shown.status, shown.text()), (200, "error.html"));
    bucket.delete("error.html").send().await;
    assert_eq!(visit(&bucket, "/nope").send().await.error(), (404, "NoSuchKey".into()));
}

#[tokio::test]
async fn cos_conf_11_rules_send_visitors_elsewhere() {
    let rule = |condition: &str, redirect: &str| {
        format!(
            "<RoutingRule><Condition>{condition}</Condition><Redirect>{redirect}</Redirect></RoutingRule>"
        )
    };
    let rules = [
        rule(
            "<KeyPrefixEquals>old/</KeyPrefixEquals>",
            "<ReplaceKeyPrefixWith>docs/</ReplaceKeyPrefixWith><HttpRedirectCode>301</HttpRedirectCode>",
        ),
        rule(
            "<HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals>",
            "<Protocol>https</Protocol><ReplaceKeyWith>not found.html</ReplaceKeyWith>",
        ),
    ];
    let server = TestServer::start().await;
    let bucket = site(&server, &format!("<RoutingRules>{}</RoutingRules>", rules.concat())).await;
    let moved = visit(&bucket, "/old/a").send().await;
    let expected = format!("//{}/docs/a", host(&bucket));
    assert_eq!((moved.status, moved.header("Location")), (301, Some(expected.as_str())));
    let missing = visit(&bucket, "/nope").send().await;
    let expected = format!("https://{}/not%20found.html", host(&bucket));
    assert_eq!((missing.status, missing.header("Location")), (302, Some(expected.as_str())));
    assert_eq!(visit(&bucket, "/about.html").send().await.status, 200);
    assert_eq!(bucket.get("nope").send().await.error(), (404, "NoSuchKey".into()));
}

#[tokio::test]
async fn cos_conf_11_extensions_are_hidden_and_https_is_asked_for() {
    let server = TestServer::start().await;
    let more = "<AutoAddressing><Status>Enabled</Status></AutoAddressing>";
    let bucket = site(&server, more).await;
    assert_eq!(visit(&bucket, "/about").send().await.text(), "about.html");
    assert_eq!(visit(&bucket, "/nope").send().await.error(), (404, "NoSuchKey".into()));

    let more = "<RedirectAllRequestsTo><Protocol>https</Protocol></RedirectAllRequestsTo>";
    put(&bucket, "website", &format!("<WebsiteConfiguration>{SITE}{more}</WebsiteConfiguration>")).await;
    let reply = visit(&bucket, "/docs/").send().await;
    let expected = format!("https://{}/docs/", host(&bucket));
    assert_eq!((reply.status, reply.header("Location")), (301, Some(expected.as_str())));
    let behind_proxy = visit(&bucket, "/docs/").header("X-Forwarded-Proto", "https").send().await;
    assert_eq!(behind_proxy.text(), "docs/index.html");
}

#[tokio::test]
async fn cos_addr_07_a_bound_domain_may_be_a_website() {
    let server = TestServer::start().await;
    let bucket = site(&server, "").await;
    let domain = "<DomainConfiguration><DomainRule><Status>ENABLED</Status><Name>www.example.com</Name>\
                  <Type>WEBSITE</Type></DomainRule></DomainConfiguration>";
    put(&bucket, "domain", domain).await;
    let reply = bucket.request("GET", "/docs/").host("www.example.com").anonymous().send().await;
    assert_eq!((reply.status, reply.text()), (200, "docs/index.html"));
}

#[tokio::test]
async fn cos_get_22_pages_on_the_list_may_show_and_others_may_not() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put(LAND, fixture(LAND)).header("x-cos-acl", "public-read").send().await;
    let list = |kind: &str, empty: &str| {
        format!(
            "<RefererConfiguration><Status>Enabled</Status><RefererType>{kind}</RefererType><DomainList>\
             <Domain>*.example.com</Domain></DomainList><EmptyReferConfiguration>{empty}</EmptyReferConfiguration>\
             </RefererConfiguration>"
        )
    };
    let status = async |method: &str, query: &str, page: &str| {
        let request = photos.request(method, &format!("/{LAND}{query}"));
        let plain = request.clone().anonymous().header("Referer", page).send().await.status;
        let signed = request.unsigned_header("Referer", page).send().await.status;
        assert_eq!(plain, signed, "a signature changes nothing");
        plain
    };
    for (kind, empty, statuses) in [
        ("White-List", "Deny", [200, 403, 403]),
        ("White-List", "Allow", [200, 403, 200]),
        ("Black-List", "Allow", [403, 200, 200]),
        ("Black-List", "Deny", [403, 200, 403]),
    ] {
        put(&photos, "referer", &list(kind, empty)).await;
        for (page, expected) in ["https://www.example.com/a", "https://evil.test/", ""].iter().zip(statuses) {
            for (method, query) in [("GET", ""), ("HEAD", ""), ("GET", "?imageMogr2/thumbnail/!10p")] {
                assert_eq!(status(method, query, page).await, expected, "{kind} {empty} {method} {page}");
            }
        }
    }
    put(&photos, "referer", &list("White-List", "Deny").replace("Enabled", "Disabled")).await;
    assert_eq!(status("GET", "", "https://evil.test/").await, 200);
    put(&photos, "referer", &list("White-List", "Deny")).await;
    assert_eq!(photos.put("b", "x").send().await.status, 200);
    put(&photos, "referer", "").await;
    assert_eq!(status("GET", "", "https://evil.test/").await, 200);
}
