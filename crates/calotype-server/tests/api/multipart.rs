//! Uploads in parts. Spec: spec/cos/multipart.md.

use crate::support::{BUCKET, TestServer, content_md5, md5_hex, pattern};

const MIB: usize = 1 << 20;

#[tokio::test]
async fn cos_mpu_01_cos_mpu_02_cos_mpu_07_parts_make_an_object() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let begun = photos.request("POST", "/dir/mp.bin?uploads=").send().await.xml();
    assert_eq!(begun.name(), "InitiateMultipartUploadResult");
    assert_eq!((begun.text_of("Bucket"), begun.text_of("Key")), (BUCKET, "dir/mp.bin"));
    let upload = begun.text_of("UploadId");
    assert!(!upload.is_empty() && upload.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));

    let first = photos.put_part("dir/mp.bin", upload, 1, vec![b'a'; MIB]).send().await;
    assert_eq!((first.status, first.body.len()), (200, 0));
    assert_eq!(first.header("ETag"), Some("\"7202826a7791073fe2787f0c94603278\""));
    assert_eq!(first.header("x-cos-hash-crc64ecma"), Some("6701094182323390671"));
    let second = photos.has_part("dir/mp.bin", upload, 2, b"bcd").await;
    let parts = [(1, first.header("ETag").unwrap().to_owned()), (2, second)];
    let done = photos.complete("dir/mp.bin", upload, &parts).send().await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(done.header("x-cos-hash-crc64ecma"), Some("16459478348349099966"));
    let result = done.xml();
    assert_eq!(result.name(), "CompleteMultipartUploadResult");
    assert_eq!(result.text_of("Location"), format!("http://{}/dir/mp.bin", photos.host()));
    assert_eq!((result.text_of("Bucket"), result.text_of("Key")), (BUCKET, "dir/mp.bin"));
    assert_eq!(result.text_of("ETag"), "\"c2957a9d2509f1fb662a40ab811e235d-2\"");
    let mut expected = vec![b'a'; MIB];
    expected.extend_from_slice(b"bcd");
    assert!(photos.content("dir/mp.bin").await.unwrap() == expected);
}

#[tokio::test]
async fn cos_mpu_03_parts_are_numbered_1_to_10000() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    for number in ["0", "10001", "abc", "-1", "1.5"] {
        let target = format!("/a?partNumber={number}&uploadId={upload}");
        let reply = photos.request("PUT", &target).body("x").send().await;
        assert_eq!(reply.error(), (400, "InvalidArgument".into()), "{number}");
    }
    photos.has_part("a", &upload, 10_000, b"x").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cos_mpu_04_parts_arrive_in_any_order() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    let bodies: Vec<Vec<u8>> = (0..6_u8).map(|n| vec![n; MIB + usize::from(n)]).collect();
    let sent: Vec<_> = (1..)
        .zip(&bodies)
        .rev_by_number()
        .map(|(number, body)| {
            (number, tokio::spawn(photos.put_part("a", &upload, number, body.clone()).send()))
        })
        .collect();
    let mut parts = Vec::new();
    for (number, reply) in sent {
        parts.push((number, reply.await.unwrap().header("ETag").unwrap().to_owned()));
    }
    parts.sort_unstable();
    assert_eq!(photos.complete("a", &upload, &parts).send().await.status, 200);
    assert!(photos.content("a").await.unwrap() == bodies.concat());
}

/// Numbered things, the last first.
trait LastFirst<T> {
    fn rev_by_number(self) -> std::vec::IntoIter<T>;
}

impl<T, I: Iterator<Item = T>> LastFirst<T> for I {
    fn rev_by_number(self) -> std::vec::IntoIter<T> {
        let mut all: Vec<T> = self.collect();
        all.reverse();
        all.into_iter()
    }
}

#[tokio::test]
async fn cos_mpu_05_a_part_sent_again_replaces_the_first() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    let old = photos.has_part("a", &upload, 1, b"old").await;
    let new = photos.has_part("a", &upload, 1, b"new").await;
    let stale = photos.complete("a", &upload, &[(1, old)]).send().await;
    assert_eq!(stale.error(), (400, "InvalidPart".into()));
    assert_eq!(photos.complete("a", &upload, &[(1, new)]).send().await.status, 200);
    assert_eq!(photos.content("a").await.unwrap(), b"new");
}

#[tokio::test]
async fn cos_mpu_06_parts_are_listed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let key = "dir/a b&c";
    let begun = photos
        .request("POST", "/dir/a%20b%26c?uploads")
        .header("x-cos-storage-class", "STANDARD_IA")
        .send()
        .await
        .xml();
    let upload = begun.text_of("UploadId");
    for number in [1, 2, 4] {
        photos.has_part(key, upload, number, format!("part {number}").as_bytes()).await;
    }
    let target = format!("/dir/a%20b%26c?uploadId={upload}");
    let all = photos.request("GET", &target).send().await.xml();
    assert_eq!(all.name(), "ListPartsResult");
    assert_eq!((all.text_of("Bucket"), all.text_of("Key")), (BUCKET, key));
    assert_eq!((all.text_of("UploadId"), all.text_of("StorageClass")), (upload, "STANDARD_IA"));
    assert_eq!(all.child("Owner").unwrap().text_of("ID"), "1250000000");
    let initiator = all.child("Initiator").unwrap();
    assert_eq!(initiator.text_of("ID"), "qcs::cam::uin/100000000001:uin/100000000001");
    assert_eq!((all.text_of("MaxParts"), all.text_of("IsTruncated")), ("1000", "false"));
    let parts: Vec<_> = all.children("Part").collect();
    let numbers: Vec<_> = parts.iter().map(|part| part.text_of("PartNumber")).collect();
    assert_eq!(numbers, ["1", "2", "4"]);
    assert_eq!(parts[0].text_of("ETag"), format!("\"{}\"", md5_hex(b"part 1")));
    assert_eq!(parts[0].text_of("Size"), "6");
    assert!(parts[0].text_of("LastModified").ends_with('Z'));

    let page = format!("{target}&max-parts=2&encoding-type=url");
    let first = photos.request("GET", &page).send().await.xml();
    assert_eq!((first.text_of("IsTruncated"), first.text_of("NextPartNumberMarker")), ("true", "2"));
    assert_eq!((first.text_of("Encoding-type"), first.text_of("Key")), ("url", "dir/a%20b%26c"));
    let rest = photos.request("GET", &format!("{page}&part-number-marker=2")).send().await.xml();
    assert_eq!((rest.text_of("IsTruncated"), rest.text_of("PartNumberMarker")), ("false", "2"));
    assert_eq!(rest.children("Part").count(), 1);
    assert_eq!(photos.request("GET", &format!("{target}&max-parts=x")).send().await.status, 400);
}

#[tokio::test]
async fn cos_mpu_08_cos_mpu_09_only_what_fits_is_completed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    let large = photos.has_part("a", &upload, 1, &vec![1; MIB]).await;
    let small = photos.has_part("a", &upload, 2, b"small").await;
    let last = photos.has_part("a", &upload, 3, b"last").await;
    let part = |number, etag: &String| (number, etag.clone());
    let wrong = format!("\"{}\"", md5_hex(b"wrong"));
    for (parts, code) in [
        (vec![part(2, &small), part(1, &large)], "InvalidPartOrder"),
        (vec![part(1, &large), part(1, &large)], "InvalidPartOrder"),
        (vec![part(1, &large), part(7, &last)], "InvalidPart"),
        (vec![part(1, &wrong)], "InvalidPart"),
        (vec![part(1, &large), part(2, &small), part(3, &last)], "EntityTooSmall"),
    ] {
        let reply = photos.complete("a", &upload, &parts).send().await;
        assert_eq!(reply.error(), (400, code.into()));
    }
    assert_eq!(photos.get("a").send().await.status, 404);
    // Tags may come without quotes, and parts may be left out.
    let parts = [(1, large.trim_matches('"').to_owned()), (3, last)];
    assert_eq!(photos.complete("a", &upload, &parts).send().await.status, 200);
    assert_eq!(photos.head("a").send().await.header("Content-Length"), Some("1048580"));
}

#[tokio::test]
async fn cos_mpu_10_completion_needs_its_document() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    photos.has_part("a", &upload, 1, b"x").await;
    for body in ["", "<CompleteMultipartUpload/>", "nonsense", "<CompleteMultipartUpload><Part>"] {
        let reply = photos.request("POST", &format!("/a?uploadId={upload}")).body(body).send().await;
        assert_eq!(reply.error(), (400, "MalformedXML".into()), "{body:?}");
    }
}

#[tokio::test]
async fn cos_mpu_11_an_aborted_upload_is_gone() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    photos.has_part("a", &upload, 1, b"x").await;
    let abort = photos.request("DELETE", &format!("/a?uploadId={upload}"));
    assert_eq!(abort.clone().send().await.status, 204);
    assert_eq!(abort.send().await.error(), (404, "NoSuchUpload".into()));
    assert_eq!(photos.put_part("a", &upload, 2, "x").send().await.error(), (404, "NoSuchUpload".into()));
}

#[tokio::test]
async fn cos_mpu_12_an_unknown_upload_is_named_by_all_calls() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let of_another_key = photos.begin_upload("other").await;
    for upload in ["nonsense", of_another_key.as_str()] {
        let tag = format!("\"{}\"", md5_hex(b"x"));
        for request in [
            photos.put_part("a", upload, 1, "x"),
            photos
                .put_part("a", upload, 1, "")
                .header("x-cos-copy-source", format!("{}/other", photos.host())),
            photos.complete("a", upload, &[(1, tag)]),
            photos.request("GET", &format!("/a?uploadId={upload}")),
            photos.request("DELETE", &format!("/a?uploadId={upload}")),
        ] {
            let target = request.target().to_owned();
            photos.has("other", "x").await;
            assert_eq!(request.send().await.error(), (404, "NoSuchUpload".into()), "{target}");
        }
    }
}

#[tokio::test]
async fn cos_mpu_13_uploads_are_listed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let list = async |query: &str| photos.request("GET", &format!("/?uploads&{query}")).send().await.xml();
    let empty =
        list("prefix=&delimiter=&key-marker=&upload-id-marker=&max-uploads=1000&encoding-type=url").await;
    assert_eq!((empty.name(), empty.text_of("IsTruncated")), ("ListMultipartUploadsResult", "false"));
    assert_eq!((empty.text_of("Encoding-Type"), empty.text_of("MaxUploads")), ("url", "1000"));

    let mut begun = Vec::new();
    for key in ["a", "dir/b", "dir/c", "a"] {
        begun.push((key.to_owned(), photos.begin_upload(key).await));
    }
    let all = list("").await;
    let entry = |upload: &calotype_protocol::xml::Element| {
        (upload.text_of("Key").to_owned(), upload.text_of("UploadId").to_owned())
    };
    let found: Vec<_> = all.children("Upload").map(entry).collect();
    let expected = [0, 3, 1, 2].map(|n: usize| begun[n].clone());
    assert_eq!(found, expected, "by key, the oldest first");
    let first = all.child("Upload").unwrap();
    for part in ["Initiator", "Owner"] {
        let id = first.child(part).unwrap().text_of("ID");
        assert_eq!(id, "qcs::cam::uin/100000000001:uin/100000000001");
    }
    assert!(first.text_of("Initiated").ends_with('Z'));
    assert_eq!(first.text_of("StorageClass"), "STANDARD");

    assert_eq!(list("prefix=dir%2F").await.children("Upload").count(), 2);
    let folders = list("delimiter=%2F").await;
    assert_eq!(folders.children("Upload").count(), 2);
    assert_eq!(folders.child("CommonPrefixes").unwrap().text_of("Prefix"), "dir/");

    let (mut query, mut paged) = ("max-uploads=1".to_owned(), Vec::new());
    loop {
        let page = list(&query).await;
        paged.extend(page.children("Upload").map(entry));
        if page.text_of("IsTruncated") == "false" {
            break;
        }
        let (key, id) = (page.text_of("NextKeyMarker"), page.text_of("NextUploadIdMarker"));
        query = format!("max-uploads=1&key-marker={key}&upload-id-marker={id}");
    }
    assert_eq!(paged, expected);
}

#[tokio::test]
async fn cos_mpu_17_parts_are_copied_from_objects() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let body = pattern(2 * MIB);
    photos.has("source", body.clone()).await;
    let upload = photos.begin_upload("a").await;
    let source = format!("{}/source", photos.host());
    let copy = |number, range: &str| {
        photos
            .put_part("a", &upload, number, "")
            .header("x-cos-copy-source", &source)
            .unsigned_header("x-cos-copy-source-range", range)
    };
    let mut parts = Vec::new();
    for (number, range) in [(1, ""), (2, "bytes=0-1048575"), (3, "bytes=5-9")] {
        let copied = copy(number, range).send().await;
        assert_eq!(copied.status, 200, "{}", copied.text());
        assert_eq!(copied.xml().name(), "CopyPartResult");
        assert!(copied.header("x-cos-hash-crc64ecma").is_some());
        parts.push((number, copied.xml().text_of("ETag").to_owned()));
    }
    assert_eq!(parts[2].1, format!("\"{}\"", md5_hex(&body[5..10])));
    assert_eq!(copy(4, "bytes=0-99999999").send().await.error(), (416, "InvalidRange".into()));
    assert_eq!(copy(4, "bytes=5-").send().await.error(), (400, "InvalidArgument".into()));
    let unmet = copy(4, "").header("x-cos-copy-source-If-Match", md5_hex(b"x")).send().await;
    assert_eq!(unmet.error(), (412, "PreconditionFailed".into()));
    assert_eq!(photos.complete("a", &upload, &parts).send().await.status, 200);
    assert!(photos.content("a").await.unwrap() == [&body[..], &body[..MIB], &body[5..10]].concat());
}

#[tokio::test]
async fn cos_mpu_18_what_was_said_at_the_beginning_holds_at_the_end() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let begun = photos
        .request("POST", "/a.jpg?uploads")
        .header("x-cos-meta-a", "1")
        .header("Cache-Control", "no-cache")
        .header("x-cos-acl", "public-read")
        .header("x-cos-storage-class", "STANDARD_IA")
        .header("x-cos-tagging", "k=v")
        .send()
        .await
        .xml();
    photos.finish_upload("a.jpg", begun.text_of("UploadId"), &[b"hello".to_vec()]).await;
    let head = photos.head("a.jpg").anonymous().send().await;
    assert_eq!((head.status, head.header("x-cos-meta-a")), (200, Some("1")));
    assert_eq!(head.header("Content-Type"), Some("image/jpeg"));
    assert_eq!(head.header("Cache-Control"), Some("no-cache"));
    assert_eq!(head.header("x-cos-storage-class"), Some("STANDARD_IA"));
    assert_eq!(head.header("x-cos-tagging-count"), Some("1"));
}

#[tokio::test]
async fn cos_mpu_20_nothing_is_seen_before_completion() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    let tag = photos.has_part("a", &upload, 1, b"new").await;
    assert_eq!(photos.get("a").send().await.status, 404);
    assert!(photos.keys().await.is_empty());
    photos.has("a", "old").await;
    assert_eq!(photos.content("a").await.unwrap(), b"old");
    photos.complete("a", &upload, &[(1, tag.clone())]).send().await;
    assert_eq!(photos.content("a").await.unwrap(), b"new");
    let again = photos.complete("a", &upload, &[(1, tag)]).send().await;
    assert_eq!(again.error(), (404, "NoSuchUpload".into()));
}

#[tokio::test]
async fn cos_mpu_21_parts_take_no_space_once_the_upload_is_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = calotype_store::ObjectStore::open(folder.path(), Default::default()).await.unwrap();
    let server = TestServer::start_on(store.clone(), |_| {}).await;
    let photos = server.bucket(BUCKET).await;
    let aborted = photos.begin_upload("a").await;
    photos.has_part("a", &aborted, 1, &pattern(MIB)).await;
    photos.request("DELETE", &format!("/a?uploadId={aborted}")).send().await;
    let completed = photos.begin_upload("b").await;
    let first = photos.has_part("b", &completed, 1, &pattern(MIB)).await;
    photos.has_part("b", &completed, 2, &pattern(MIB)).await;
    photos.complete("b", &completed, &[(1, first)]).send().await;
    photos.delete("b").send().await;
    store.settle().await;
    assert_eq!(size_bytes_under(&folder.path().join("blobs")), 0);
}

fn size_bytes_under(folder: &std::path::Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            let data = entry.metadata().unwrap();
            if data.is_dir() { size_bytes_under(&entry.path()) } else { data.len() }
        })
        .sum()
}

#[tokio::test]
async fn a_part_has_to_be_what_was_announced() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let upload = photos.begin_upload("a").await;
    let wrong = photos.put_part("a", &upload, 1, "x").header("Content-MD5", content_md5(b"y")).send().await;
    assert_eq!(wrong.error(), (400, "BadDigest".into()));
    assert_eq!(photos.put_part("a", &upload, 1, "").without_length().send().await.error().0, 411);
}
