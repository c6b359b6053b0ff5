//! Appending. Spec: spec/cos/objects.md, APPEND Object.

use crate::support::{BUCKET, Bucket, Request, TestServer, content_md5, md5_hex, path_of, pattern};

fn append(photos: &Bucket, key: &str, position: usize, body: impl Into<Vec<u8>>) -> Request {
    photos.request("POST", &format!("{}?append&position={position}", path_of(key))).body(body)
}

#[tokio::test]
async fn cos_obj_01_cos_obj_03_an_object_grows_at_its_end() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let whole = pattern(3_200_000);
    // In the record, out of it, onto a small tail, in one large piece, and onto that.
    let cuts = [0, 10, 60_000, 100_000, 160_000, 1_900_000, 1_950_000, 1_950_000, 3_200_000];
    for cut in cuts.windows(2) {
        let chunk = &whole[cut[0]..cut[1]];
        let reply = append(&photos, "dir/a.log", cut[0], chunk)
            .header("x-cos-meta-from", cut[0].to_string())
            .header("Content-MD5", content_md5(chunk))
            .send()
            .await;
        assert_eq!(reply.status, 200, "{cut:?} {}", reply.text());
        assert_eq!(reply.header("x-cos-next-append-position"), Some(cut[1].to_string().as_str()));
        assert_eq!(reply.header("x-cos-content-sha1"), Some(md5_hex(chunk).as_str()));
        let tag = format!("\"{}\"", md5_hex(&whole[..cut[1]]));
        assert_eq!(reply.header("ETag"), Some(tag.as_str()));
        let get = photos.get("dir/a.log").send().await;
        assert!(get.body == whole[..cut[1]], "{cut:?}");
        assert_eq!(get.header("x-cos-hash-crc64ecma"), reply.header("x-cos-hash-crc64ecma"));
        let crc64 = calotype_store::crc64::crc64(&whole[..cut[1]]).to_string();
        assert_eq!(reply.header("x-cos-hash-crc64ecma"), Some(crc64.as_str()));
    }
    let head = photos.head("dir/a.log").send().await;
    assert_eq!(head.header("x-cos-object-type"), Some("appendable"));
    assert_eq!(head.header("x-cos-next-append-position"), Some("3200000"));
    assert_eq!(head.header("x-cos-meta-from"), Some("0"));
}

#[tokio::test]
async fn cos_obj_01_an_append_anywhere_else_changes_nothing() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let wrong = (409, "AppendPositionErr".to_owned());
    assert_eq!(append(&photos, "a", 1, "x").send().await.error(), wrong);
    assert_eq!(append(&photos, "a", 0, "hello").header("x-cos-test", "1").send().await.status, 200);
    for position in [0, 4, 6] {
        assert_eq!(append(&photos, "a", position, "x").send().await.error(), wrong);
    }
    let digest = append(&photos, "a", 5, "x").header("Content-MD5", content_md5(b"y"));
    assert_eq!(digest.send().await.error(), (400, "BadDigest".into()));
    for target in ["/a?append", "/a?append&position=x"] {
        let reply = photos.request("POST", target).body("x").send().await;
        assert_eq!(reply.error(), (400, "InvalidArgument".into()));
    }
    assert_eq!(append(&photos, "a", 5, "").without_length().send().await.status, 411);
    assert_eq!(append(&photos, "a", 5, "x").anonymous().send().await.status, 403);
    assert_eq!(photos.content("a").await.unwrap(), b"hello");
}

#[tokio::test]
async fn cos_obj_02_only_what_was_appended_can_be_appended_to() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "hello").await;
    for position in [0, 5] {
        let refused = append(&photos, "a", position, "x").send().await;
        assert_eq!(refused.error(), (409, "ObjectNotAppendable".into()));
    }
    append(&photos, "b", 0, "hello").send().await;
    photos.has("b", "again").await;
    assert_eq!(append(&photos, "b", 5, "x").send().await.error().1, "ObjectNotAppendable");
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    photos.request("PUT", "/?versioning").body(enabled).send().await;
    assert_eq!(append(&photos, "c", 0, "x").send().await.error(), (409, "InvalidBucketState".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn cos_obj_01_of_appends_at_one_place_one_is_let_through() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let mut size_bytes = 0;
    for round in 0..4_usize {
        let appends: Vec<_> = (0..8_usize)
            .map(|n| append(&photos, "a", size_bytes, vec![n as u8; 30_000 * round + n + 1]).send())
            .map(tokio::spawn)
            .collect();
        let mut through = Vec::new();
        for append in appends {
            let reply = append.await.unwrap();
            assert!([200, 409, 503].contains(&reply.status), "{}", reply.text());
            through.extend(reply.header("x-cos-next-append-position").map(str::to_owned));
        }
        assert_eq!(through.len(), 1, "{through:?}");
        size_bytes = through[0].parse().unwrap();
    }
    assert_eq!(photos.content("a").await.unwrap().len(), size_bytes);
}
