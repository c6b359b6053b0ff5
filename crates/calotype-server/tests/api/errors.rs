//! What clients are told when something is wrong. Spec: spec/cos/errors.md.

use crate::support::{BUCKET, TestServer, pattern};

#[tokio::test]
async fn cos_err_01_cos_err_02_an_error_says_everything() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.request("GET", "/dir/a&b.jpg?x=1").send().await;
    let error = reply.xml();
    assert_eq!((reply.status, error.name()), (404, "Error"));
    for name in ["Code", "Message", "Resource", "RequestId", "TraceId"] {
        assert!(error.optional_text(name).is_some(), "{name}");
    }
    assert_eq!(error.text_of("Code"), "NoSuchKey");
    assert_eq!(error.text_of("Resource"), format!("{}/dir/a&b.jpg", photos.host()));
    assert_eq!(Some(error.text_of("RequestId")), reply.header("x-cos-request-id"));
    assert_eq!(Some(error.text_of("TraceId")), reply.header("x-cos-trace-id"));
}

#[tokio::test]
async fn cos_err_03_cos_err_09_a_head_error_is_headers_alone() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let mut connection = server.connect().await;
    for request in [photos.head("missing"), photos.head("missing").anonymous()] {
        let reply = connection.send(&request).await;
        assert!(reply.status >= 400 && reply.body.is_empty());
        assert!(reply.header("x-cos-request-id").is_some() && reply.header("x-cos-trace-id").is_some());
        assert_eq!(reply.header("x-cos-error-code"), None);
    }
    assert_eq!(connection.send(&photos.request("GET", "/")).await.status, 200);
}

#[tokio::test]
async fn cos_err_04_cos_err_05_what_is_not_offered_is_said_so() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    for (method, target) in [("PATCH", "/a"), ("POST", "/a"), ("POST", "/"), ("PATCH", "/"), ("TRACE", "/a")]
    {
        let reply = photos.request(method, target).send().await;
        assert_eq!(reply.error(), (405, "MethodNotAllowed".into()), "{method} {target}");
    }
    for (method, target) in [
        ("GET", "/?notification"),
        ("POST", "/a?select&select-type=2"),
        ("PUT", "/?accesspoint"),
        ("GET", "/?domaincertificate"),
    ] {
        let reply = photos.request(method, target).send().await;
        assert_eq!(reply.error(), (501, "NotImplemented".into()), "{method} {target}");
    }
}

#[tokio::test]
async fn cos_err_06_nonsense_is_refused_and_the_service_lives() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "x").await;
    let noise = pattern(4096);
    let raw: [&[u8]; 7] = [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /%zz%ff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
        &noise,
    ];
    for bytes in raw {
        let mut connection = server.connect().await;
        connection.write(bytes).await;
        connection.finish().await;
        let _ = connection.is_closed().await;
    }
    let targets = [
        "/%zz",
        "/%",
        "/a?%zz=%",
        "/?prefix=%ff",
        "/?max-keys=99999999999999999999",
        "/?acl&acl&uploads",
        "/a?uploadId=%00",
        "/a?partNumber=1",
        "/?uploads&max-uploads=x",
        "/a?versionId=%ff%fe",
        "/?&&&=&",
        "/a?response-content-type=%0d%0aX:1",
        "/?list-type=3",
        "/?encoding-type=%00",
    ];
    for method in ["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"] {
        for target in targets {
            let reply = photos.request(method, target).body("<a>&").send().await;
            assert!(reply.status < 500 || reply.status == 501, "{method} {target}: {}", reply.status);
        }
    }
    let not_utf_8 = photos.request("GET", "/%ff%fe").anonymous().send().await;
    assert_eq!(not_utf_8.error(), (400, "InvalidURI".into()));
    // Some of these requests were in order and have deleted things.
    let alive = server.bucket("alive-1250000000").await;
    alive.has("a", "x").await;
    assert_eq!(alive.content("a").await.unwrap(), b"x");
}

#[tokio::test]
async fn cos_obj_08_a_preflight_without_rules_is_refused() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let preflight = |name: &str, value: &str| {
        photos
            .request("OPTIONS", "/a")
            .anonymous()
            .header("Origin", "https://example.com")
            .header(name, value)
    };
    let reply = preflight("Access-Control-Request-Method", "PUT").send().await;
    assert_eq!(reply.error(), (403, "AccessForbidden".into()));
    assert!(reply.xml().text_of("Message").starts_with("CORSResponse: This CORS request is not allowed."));
    let incomplete = preflight("x-other", "1").send().await;
    assert_eq!(incomplete.error(), (400, "InvalidArgument".into()));
}
