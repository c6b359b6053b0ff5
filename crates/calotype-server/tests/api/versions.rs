//! Buckets that keep versions. Spec: spec/cos/buckets.md, versioning and object versions.

use calotype_protocol::xml::Element;

use crate::pictures::{LAND, Picture, SMALL, fixture};
use crate::support::{BUCKET, Bucket, Reply, TestServer, content_md5, path_of, pattern};

/// A bucket with versioning on.
async fn versioned(server: &TestServer) -> Bucket {
    let photos = server.bucket(BUCKET).await;
    set(&photos, "Enabled").await;
    photos
}

async fn set(photos: &Bucket, status: &str) {
    let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    let reply = photos.request("PUT", "/?versioning").body(body).send().await;
    assert_eq!((reply.status, reply.body.len()), (200, 0), "{}", reply.text());
}

/// Stores an object and returns its version.
async fn stored(photos: &Bucket, key: &str, body: impl Into<Vec<u8>>) -> String {
    let reply = photos.put(key, body).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    version(&reply)
}

fn version(reply: &Reply) -> String {
    reply.header("x-cos-version-id").expect("a version").to_owned()
}

async fn of_version(photos: &Bucket, method: &str, key: &str, version: &str) -> Reply {
    photos.request(method, &format!("{}?versionId={version}", path_of(key))).send().await
}

/// Deletes what a key shows and returns the marker.
async fn hidden(photos: &Bucket, key: &str) -> String {
    let reply = photos.delete(key).send().await;
    assert_eq!((reply.status, reply.header("x-cos-delete-marker")), (204, Some("true")));
    version(&reply)
}

async fn listed(photos: &Bucket, query: &str) -> Element {
    let reply = photos.request("GET", &format!("/?versions{query}")).send().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.xml()
}

/// Element, key, version and whether it is the latest, of each entry in order.
fn entries(page: &Element) -> Vec<[String; 4]> {
    let is_entry = |entry: &&Element| matches!(entry.name(), "Version" | "DeleteMarker");
    let text = |entry: &Element, name: &str| entry.text_of(name).to_owned();
    let told = |entry: &Element| {
        [entry.name().to_owned(), text(entry, "Key"), text(entry, "VersionId"), text(entry, "IsLatest")]
    };
    page.elements().iter().filter(is_entry).map(told).collect()
}

#[tokio::test]
async fn cos_conf_06_a_bucket_that_never_kept_versions_says_nothing() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let reply = photos.request("GET", "/?versioning").send().await;
    assert!(reply.text().ends_with("<VersioningConfiguration/>"), "{}", reply.text());
    let put = photos.put("a", "hello").send().await;
    let get = photos.get("a").send().await;
    assert_eq!((put.header("x-cos-version-id"), get.header("x-cos-version-id")), (None, None));
    let page = listed(&photos, "").await;
    assert_eq!(entries(&page), [["Version", "a", "", "true"].map(str::to_owned)]);
    let deleted = photos.delete("a").send().await;
    assert_eq!((deleted.header("x-cos-version-id"), deleted.header("x-cos-delete-marker")), (None, None));
    assert_eq!(photos.get("a").send().await.header("x-cos-delete-marker"), None);
}

#[tokio::test]
async fn cos_conf_05_versions_are_kept_while_enabled_and_null_is_replaced_while_suspended() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "before").await;
    set(&photos, "Enabled").await;
    let status =
        async || photos.request("GET", "/?versioning").send().await.xml().text_of("Status").to_owned();
    assert_eq!(status().await, "Enabled");
    let (first, second) = (stored(&photos, "a", "first").await, stored(&photos, "a", "second").await);
    assert!(first != second && first.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    for (id, content) in [("null", "before"), (first.as_str(), "first"), (second.as_str(), "second")] {
        let reply = of_version(&photos, "GET", "a", id).await;
        assert_eq!((reply.text(), reply.header("x-cos-version-id")), (content, Some(id)));
    }

    set(&photos, "Suspended").await;
    assert_eq!(status().await, "Suspended");
    for content in ["null", "null again"] {
        let put = photos.put("a", content).send().await;
        assert_eq!((put.status, put.header("x-cos-version-id")), (200, None));
        let get = photos.get("a").send().await;
        assert_eq!((get.text(), get.header("x-cos-version-id")), (content, Some("null")));
    }
    assert_eq!(entries(&listed(&photos, "").await).len(), 3);
    assert_eq!(hidden(&photos, "a").await, "null");
    assert_eq!(of_version(&photos, "GET", "a", &first).await.text(), "first");
    assert_eq!(of_version(&photos, "GET", "a", "null").await.status, 404);
    assert!(photos.keys().await.is_empty());
    assert_eq!(photos.request("DELETE", "/").send().await.error(), (409, "BucketNotEmpty".into()));
}

#[tokio::test]
async fn cos_conf_05_cos_conf_23_versioning_is_for_the_owner_and_has_two_words() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let put = |body: &str| photos.request("PUT", "/?versioning").body(body);
    let word = |status: &str| {
        format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>")
    };
    for body in [word("On"), word(""), "<VersioningConfiguration>".into(), "<Other/>".into()] {
        assert_eq!(put(&body).send().await.error(), (400, "MalformedXML".into()), "{body}");
    }
    assert_eq!(put("").send().await.error(), (400, "MissingRequestBodyError".into()));
    let digest = put(&word("Enabled")).header("Content-MD5", content_md5(b"other"));
    assert_eq!(digest.send().await.error(), (400, "BadDigest".into()));
    assert_eq!(put(&word("Enabled")).anonymous().send().await.status, 403);
    assert_eq!(photos.request("GET", "/?versioning").anonymous().send().await.status, 403);
    assert_eq!(photos.request("GET", "/?versions").anonymous().send().await.status, 403);
    assert_eq!(photos.request("DELETE", "/?versioning").send().await.status, 405);
    let reply = photos.request("GET", "/?versioning").send().await;
    assert!(reply.text().ends_with("<VersioningConfiguration/>"), "{}", reply.text());
}

#[tokio::test]
async fn cos_get_15_a_version_is_read_by_its_id() {
    let server = TestServer::start().await;
    let photos = versioned(&server).await;
    let old = pattern(300_000);
    let first = stored(&photos, "a", old.clone()).await;
    let second = stored(&photos, "a", "new").await;
    let get = of_version(&photos, "GET", "a", &first).await;
    assert!(get.status == 200 && get.body == old);
    assert_eq!(version(&get), first);
    let head = of_version(&photos, "HEAD", "a", &first).await;
    assert_eq!((head.header("Content-Length"), version(&head)), (Some("300000"), first.clone()));
    assert_eq!(version(&photos.get("a").send().await), second);
    assert_eq!(of_version(&photos, "GET", "a", "nonsense").await.error(), (404, "NoSuchVersion".into()));
    assert_eq!(of_version(&photos, "HEAD", "a", "nonsense").await.status, 404);
    assert_eq!(of_version(&photos, "GET", "b", &first).await.error(), (404, "NoSuchVersion".into()));
}

#[tokio::test]
async fn cos_get_16_a_deleted_key_tells_its_marker() {
    let server = TestServer::start().await;
    let photos = versioned(&server).await;
    stored(&photos, "a", "hello").await;
    let marker = hidden(&photos, "a").await;
    for reply in [photos.get("a").send().await, of_version(&photos, "GET", "a", &marker).await] {
        assert_eq!(reply.error(), (404, "NoSuchKey".into()));
        assert_eq!((reply.header("x-cos-delete-marker"), version(&reply)), (Some("true"), marker.clone()));
    }
    let head = photos.head("a").send().await;
    assert_eq!((head.status, head.header("x-cos-delete-marker")), (404, Some("true")));
    // What is hidden from strangers is hidden from them either way.
    assert_eq!(photos.get("a").anonymous().send().await.error(), (403, "AccessDenied".into()));
}

#[tokio::test]
async fn cos_del_03_cos_del_04_a_deletion_leaves_a_marker_that_can_be_deleted() {
    let server = TestServer::start().await;
    let photos = versioned(&server).await;
    let (first, second) = (stored(&photos, "a", "first").await, stored(&photos, "a", "second").await);
    let marker = hidden(&photos, "a").await;
    assert!(photos.keys().await.is_empty());

    let removed = of_version(&photos, "DELETE", "a", &marker).await;
    assert_eq!((removed.status, removed.header("x-cos-delete-marker")), (204, Some("true")));
    assert_eq!(version(&removed), marker);
    assert_eq!(photos.content("a").await.unwrap(), b"second");

    let removed = of_version(&photos, "DELETE", "a", &second).await;
    assert_eq!((removed.status, removed.header("x-cos-delete-marker")), (204, None));
    assert_eq!(version(&removed), second);
    assert_eq!(photos.content("a").await.unwrap(), b"first");
    assert_eq!(of_version(&photos, "GET", "a", &second).await.error().1, "NoSuchVersion");
    assert_eq!(of_version(&photos, "DELETE", "a", &second).await.status, 204);

    assert_eq!(of_version(&photos, "DELETE", "a", &first).await.status, 204);
    assert_eq!(photos.get("a").send().await.header("x-cos-delete-marker"), None);
    assert_eq!(photos.request("DELETE", "/").send().await.status, 204);
}

#[tokio::test]
async fn cos_del_11_a_batch_deletes_versions_and_tells_its_markers() {
    let server = TestServer::start().await;
    let photos = versioned(&server).await;
    let first = stored(&photos, "a", "first").await;
    stored(&photos, "a", "second").await;
    stored(&photos, "b", "b").await;
    let old_marker = hidden(&photos, "b").await;
    let batch = |objects: String| {
        let body = format!("<Delete>{objects}</Delete>");
        photos.request("POST", "/?delete").header("Content-MD5", content_md5(body.as_bytes())).body(body)
    };
    let named = |key: &str, id: &str| format!("<Object><Key>{key}</Key><VersionId>{id}</VersionId></Object>");
    let objects = [named("a", &first), "<Object><Key>a</Key></Object>".into(), named("b", &old_marker)];
    let result = batch(objects.concat()).send().await.xml();
    let told: Vec<_> = result
        .children("Deleted")
        .map(|entry| ["Key", "VersionId", "DeleteMarker", "DeleteMarkerVersionId"].map(|n| entry.text_of(n)))
        .collect();
    let page = listed(&photos, "&prefix=a").await;
    let [_, _, marker, _] = &entries(&page)[0];
    assert_eq!(
        told,
        [
            ["a", first.as_str(), "", ""],
            ["a", "", "true", marker.as_str()],
            ["b", old_marker.as_str(), "true", old_marker.as_str()],
        ]
    );
    assert_eq!(photos.keys().await, ["b"]);
    assert_eq!(entries(&page).len(), 2);
}

#[tokio::test]
async fn cos_copy_09_an_older_version_is_copied() {
    let server = TestServer::start().await;
    let photos = versioned(&server).await;
    let old = stored(&photos, "a", "old").await;
    stored(&photos, "a", "new").await;
    let copy = |key: &str, id: &str| {
        let source = format!("{}/a?versionId={id}", photos.host());
        photos.put(key, "").header("x-cos-copy-source", source)
    };
    let copied = copy("b", &old).send().await;
    assert_eq!(copied.status, 200, "{}", copied.text());
    assert_eq!(copied.header("x-cos-copy-source-version-id"), Some(old.as_str()));
    assert_eq!(copied.xml().text_of("VersionId"), version(&copied));
    assert_eq!(photos.content("b").await.unwrap(), b"old");
    // Onto its own key it brings the old content back.
    let back = copy("a", &old).send().await;
    assert_eq!(back.status, 200, "{}", back.text());
    assert_eq!(photos.content("a").await.unwrap(), b"old");

    let marker = hidden(&photos, "a").await;
    assert_eq!(copy("b", &marker).send().await.error(), (400, "InvalidRequest".into()));
    assert_eq!(copy("b", "nonsense").send().await.error(), (404, "NoSuchVersion".into()));
    let newest = photos.put("b", "").header("x-cos-copy-source", format!("{}/a", photos.host()));
    assert_eq!(newest.send().await.error(), (404, "NoSuchKey".into()));

    let upload = photos.begin_upload("parts").await;
    let part = photos
        .put_part("parts", &upload, 1, "")
        .header("x-cos-copy-source", format!("{}/a?versionId={old}", photos.host()));
    let part = part.send().await;
    assert_eq!(part.status, 200, "{}", part.text());
    assert_eq!(part.header("x-cos-copy-source-version-id"), Some(old.as_str()));
    let parts = [(1, part.xml().text_of("ETag").to_owned())];
    assert_eq!(photos.complete("parts", &upload, &parts).send().await.status, 200);
    assert_eq!(photos.content("parts").await.unwrap(), b"old");
}

#[tokio::test]
async fn cos_mpu_19_a_completed_upload_is_a_version() {
    let server = TestServer::start().await;
    let photos = versioned(&server).await;
    let first = stored(&photos, "a", "first").await;
    let upload = photos.begin_upload("a").await;
    let done = photos.finish_upload("a", &upload, &[b"second".to_vec()]).await;
    assert_eq!(version(&photos.head("a").send().await), version(&done));
    assert_eq!(of_version(&photos, "GET", "a", &first).await.text(), "first");
    assert_eq!(of_version(&photos, "GET", "a", &version(&done)).await.text(), "second");

    set(&photos, "Suspended").await;
    let upload = photos.begin_upload("a").await;
    let done = photos.finish_upload("a", &upload, &[b"third".to_vec()]).await;
    assert_eq!(version(&done), "null");
    assert_eq!(entries(&listed(&photos, "").await).len(), 3);
}

#[tokio::test]
async fn cos_list_20_versions_are_listed_newest_first() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a", "before").await;
    set(&photos, "Enabled").await;
    let second = stored(&photos, "a", "after").await;
    stored(&photos, "b c", "b").await;
    let marker = hidden(&photos, "b c").await;
    let page = listed(&photos, "&encoding-type=url").await;
    let told = entries(&page);
    assert_eq!(told[0], ["Version", "a", &second, "true"]);
    assert_eq!(told[1], ["Version", "a", "null", "false"]);
    assert_eq!(told[2], ["DeleteMarker", "b%20c", &marker, "true"]);
    assert_eq!((told[3][0].as_str(), told[3][3].as_str(), told.len()), ("Version", "false", 4));

    assert_eq!((page.name(), page.text_of("Name")), ("ListVersionsResult", BUCKET));
    assert_eq!((page.text_of("IsTruncated"), page.text_of("MaxKeys")), ("false", "1000"));
    let newest = page.child("Version").unwrap();
    assert_eq!((newest.text_of("Size"), newest.text_of("StorageClass")), ("5", "STANDARD"));
    assert!(newest.text_of("ETag").starts_with('"') && newest.text_of("LastModified").ends_with(".000Z"));
    for entry in [newest, page.child("DeleteMarker").unwrap()] {
        assert_eq!(entry.child("Owner").unwrap().text_of("ID"), "1250000000");
    }
    assert_eq!(entries(&listed(&photos, "&prefix=b%20").await).len(), 2);
}

#[tokio::test]
async fn cos_list_21_cos_list_22_pages_of_versions_give_all_once() {
    let server = TestServer::start().await;
    let photos = versioned(&server).await;
    for key in ["a", "a", "dir/x", "dir/x", "dir/y", "z", "z"] {
        stored(&photos, key, key).await;
    }
    hidden(&photos, "a").await;
    for query in ["", "&delimiter=%2F"] {
        let whole = listed(&photos, query).await;
        let folded = |page: &Element| {
            page.children("CommonPrefixes")
                .map(|entry| entry.text_of("Prefix").to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(folded(&whole).len(), usize::from(!query.is_empty()));
        for size in [1, 2, 5] {
            let (mut seen, mut seen_folded, mut markers) = (Vec::new(), Vec::new(), String::new());
            loop {
                let page = listed(&photos, &format!("{query}&max-keys={size}{markers}")).await;
                seen.extend(entries(&page));
                seen_folded.extend(folded(&page));
                if page.text_of("IsTruncated") == "false" {
                    break;
                }
                let (key, id) = (page.text_of("NextKeyMarker"), page.text_of("NextVersionIdMarker"));
                markers = format!("&key-marker={}&version-id-marker={id}", key.replace('/', "%2F"));
            }
            assert_eq!((seen, seen_folded), (entries(&whole), folded(&whole)), "{size} a page, {query:?}");
        }
    }
    assert_eq!(listed(&photos, "&max-keys=0").await.text_of("IsTruncated"), "false");
    assert_eq!(photos.request("GET", "/?versions&max-keys=x").send().await.status, 400);
}

#[tokio::test]
async fn req_24_a_picture_is_made_from_the_version_that_is_named() {
    let server = TestServer::start().await;
    let photos = versioned(&server).await;
    let old = stored(&photos, "a.jpg", fixture(LAND)).await;
    let new = stored(&photos, "a.jpg", fixture(SMALL)).await;
    let made = async |query: String| {
        let reply = photos.request("GET", &format!("/a.jpg?imageMogr2/thumbnail/!50p{query}")).send().await;
        assert_eq!(reply.status, 200);
        let made_from = version(&reply);
        (Picture { content_type: String::new(), bytes: reply.body }.size(), made_from)
    };
    assert_eq!(made(format!("&versionId={old}")).await, ((320, 214), old));
    assert_eq!(made(String::new()).await, ((50, 30), new.clone()));
    hidden(&photos, "a.jpg").await;
    let gone = photos.request("GET", "/a.jpg?imageMogr2/thumbnail/!50p").send().await;
    assert_eq!((gone.status, gone.header("x-cos-delete-marker")), (404, Some("true")));
    assert_eq!(made(format!("&versionId={new}")).await, ((50, 30), new));
}
