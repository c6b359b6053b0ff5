//! The service and its buckets. Spec: spec/cos/buckets.md.

use calotype_server::AccountConfig;

use crate::support::{BUCKET, TestServer, key_pair};

#[tokio::test]
async fn cos_bkt_01_cos_bkt_06_a_bucket_is_made_and_seen() {
    let server = TestServer::start().await;
    let photos = server.existing_bucket(BUCKET);
    let missing = photos.request("HEAD", "/").send().await;
    assert_eq!((missing.status, missing.body.len()), (404, 0));
    let made = photos.request("PUT", "/").send().await;
    assert_eq!((made.status, made.body.len()), (200, 0));
    let seen = photos.request("HEAD", "/").send().await;
    assert_eq!((seen.status, seen.header("x-cos-bucket-region")), (200, Some("ap-guangzhou")));
    assert_eq!(photos.request("HEAD", "/").anonymous().send().await.status, 403);
}

#[tokio::test]
async fn cos_bkt_02_a_bucket_is_made_with_its_list() {
    let server = TestServer::start().await;
    let photos = server.existing_bucket(BUCKET);
    let made = photos.request("PUT", "/").header("x-cos-acl", "public-read").send().await;
    assert_eq!(made.status, 200, "{}", made.text());
    let acl = photos.request("GET", "/?acl").send().await;
    assert!(acl.text().contains("groups/global/AllUsers"), "{}", acl.text());
    let bad = server.existing_bucket("other-1250000000").request("PUT", "/").header("x-cos-acl", "default");
    assert_eq!(bad.send().await.error(), (400, "InvalidArgument".into()));
}

#[tokio::test]
async fn cos_bkt_03_a_bucket_is_made_once() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let again = photos.request("PUT", "/").send().await;
    assert_eq!(again.error(), (409, "BucketAlreadyOwnedByYou".into()));
}

#[tokio::test]
async fn cos_bkt_04_a_bucket_is_made_by_its_account_alone() {
    let other = ("AKIDOTHER", "SecretOfTheOther");
    let server = TestServer::start_with(|config| {
        let keys = vec![key_pair(other)];
        config.accounts.push(AccountConfig { app_id: "1300000000".into(), uin: "100000000009".into(), keys });
    })
    .await;
    let photos = server.bucket(BUCKET).await;
    let taken = photos.request("PUT", "/").key_pair(other.0, other.1).send().await;
    assert_eq!(taken.error(), (403, "AccessDenied".into()));
    let free = server.existing_bucket("free-1250000000").request("PUT", "/").key_pair(other.0, other.1);
    assert_eq!(free.send().await.error(), (403, "AccessDenied".into()));
    let own = server.existing_bucket("own-1300000000").request("PUT", "/").key_pair(other.0, other.1);
    assert_eq!(own.send().await.status, 200);
    let anonymous = server.existing_bucket("free-1250000000").request("PUT", "/").anonymous();
    assert_eq!(anonymous.send().await.error(), (403, "AccessDenied".into()));
}

#[tokio::test]
async fn cos_bkt_05_zones_and_architecture_are_remembered() {
    let server = TestServer::start().await;
    let photos = server.existing_bucket(BUCKET);
    let body = "<CreateBucketConfiguration><BucketAZConfig>MAZ</BucketAZConfig>\
                <BucketArchConfig>OFS</BucketArchConfig></CreateBucketConfiguration>";
    assert_eq!(photos.request("PUT", "/").body(body).send().await.status, 200);
    let seen = photos.request("HEAD", "/").send().await;
    assert_eq!(seen.header("x-cos-bucket-az-type"), Some("MAZ"));
    assert_eq!(seen.header("x-cos-bucket-arch"), Some("OFS"));
    let bad = server.existing_bucket("other-1250000000").request("PUT", "/").body("<nonsense");
    assert_eq!(bad.send().await.error(), (400, "MalformedXML".into()));
}

#[tokio::test]
async fn cos_bkt_07_a_bucket_is_deleted_once() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    assert_eq!(photos.request("DELETE", "/").anonymous().send().await.status, 403);
    assert_eq!(photos.request("DELETE", "/").send().await.status, 204);
    assert_eq!(photos.request("DELETE", "/").send().await.error(), (404, "NoSuchBucket".into()));
}

#[tokio::test]
async fn cos_bkt_08_a_bucket_with_something_in_it_stays() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let delete = photos.request("DELETE", "/");
    photos.has("a", "hello").await;
    assert_eq!(delete.clone().send().await.error(), (409, "BucketNotEmpty".into()));
    photos.delete("a").send().await;
    let upload = photos.begin_upload("b").await;
    assert_eq!(delete.clone().send().await.error(), (409, "BucketNotEmpty".into()));
    photos.request("DELETE", &format!("/b?uploadId={upload}")).send().await;
    assert_eq!(delete.send().await.status, 204);
}

#[tokio::test]
async fn cos_bkt_09_cos_bkt_10_the_service_lists_its_buckets() {
    let server = TestServer::start().await;
    let list = server.request("GET", "/");
    let empty = list.clone().send().await.xml();
    assert!(empty.child("Buckets").is_some());
    assert_eq!(empty.text_of("IsTruncated"), "false");
    assert!(empty.child("Marker").is_some());

    for name in ["b-1250000000", "a-1250000000"] {
        server.bucket(name).await;
    }
    let listed = list.send().await.xml();
    let owner = listed.child("Owner").unwrap();
    assert_eq!(owner.text_of("ID"), "qcs::cam::uin/100000000001:uin/100000000001");
    assert_eq!(owner.text_of("DisplayName"), "100000000001");
    let buckets: Vec<_> = listed.child("Buckets").unwrap().children("Bucket").collect();
    let names: Vec<_> = buckets.iter().map(|bucket| bucket.text_of("Name")).collect();
    assert_eq!(names, ["a-1250000000", "b-1250000000"]);
    assert_eq!(buckets[0].text_of("Location"), "ap-guangzhou");
    let created = buckets[0].text_of("CreationDate");
    assert!(created.ends_with('Z') && created.len() == 20, "{created}");
}

#[tokio::test]
async fn cos_bkt_11_the_list_comes_in_pages() {
    let server = TestServer::start().await;
    let names: Vec<String> = (0..5).map(|n| format!("bucket{n}-1250000000")).collect();
    for name in &names {
        server.bucket(name).await;
    }
    let (mut marker, mut found) = (String::new(), Vec::new());
    loop {
        let page = server.request("GET", &format!("/?marker={marker}&max-keys=2")).send().await.xml();
        let buckets = page.child("Buckets").unwrap();
        found.extend(buckets.children("Bucket").map(|bucket| bucket.text_of("Name").to_owned()));
        if page.text_of("IsTruncated") == "false" {
            break;
        }
        page.text_of("NextMarker").clone_into(&mut marker);
    }
    assert_eq!(found, names);
}

#[tokio::test]
async fn cos_bkt_12_the_list_is_filtered() {
    let server = TestServer::start().await;
    let tagged = server.existing_bucket("a-1250000000").request("PUT", "/").header("x-cos-tagging", "k=v");
    assert_eq!(tagged.send().await.status, 200);
    server.bucket("b-1250000000").await;
    for (query, expected) in [
        ("region=ap-guangzhou", vec!["a-1250000000", "b-1250000000"]),
        ("region=ap-beijing", vec![]),
        ("tagkey=k&tagvalue=v", vec!["a-1250000000"]),
        ("tagkey=k&tagvalue=w", vec![]),
        ("create-time=1700000000&range=gt", vec!["a-1250000000", "b-1250000000"]),
        ("create-time=1700000000&range=lte", vec![]),
    ] {
        let listed = server.request("GET", &format!("/?{query}")).send().await.xml();
        let buckets = listed.child("Buckets").unwrap();
        let names: Vec<_> = buckets.children("Bucket").map(|bucket| bucket.text_of("Name")).collect();
        assert_eq!(names, expected, "{query}");
    }
    let odd = server.request("GET", "/?create-time=1700000000&range=around").send().await;
    assert_eq!(odd.error(), (400, "InvalidArgument".into()));
}

#[tokio::test]
async fn cos_bkt_13_nobody_lists_anonymously() {
    let server = TestServer::start().await;
    let reply = server.request("GET", "/").anonymous().send().await;
    assert_eq!(reply.error(), (403, "AccessDenied".into()));
}

#[tokio::test]
async fn cos_bkt_14_the_location_is_the_plain_region() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let location = photos.request("GET", "/?location").send().await.xml();
    assert_eq!((location.name(), location.text()), ("LocationConstraint", "ap-guangzhou"));
}

#[tokio::test]
async fn cos_bkt_15_an_unknown_sub_resource_makes_no_bucket() {
    let server = TestServer::start().await;
    let photos = server.existing_bucket(BUCKET);
    for target in ["/?notification", "/?no-such-thing", "/?replication="] {
        let reply = photos.request("PUT", target).send().await;
        assert!([404, 405, 501].contains(&reply.status), "{target}: {}", reply.status);
        assert_eq!(photos.request("HEAD", "/").send().await.status, 404, "{target}");
    }
    let photos = server.bucket(BUCKET).await;
    for target in ["/?notification", "/?no-such-thing"] {
        let reply = photos.request("PUT", target).send().await;
        assert!([405, 501].contains(&reply.status), "{target}: {}", reply.status);
    }
}

#[tokio::test]
async fn cos_bkt_16_buckets_and_objects_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(folder.path()).await;
    let photos = server.existing_bucket(BUCKET);
    photos.request("PUT", "/").header("x-cos-acl", "public-read").send().await;
    photos.put("small", "hello").header("x-cos-meta-a", "1").send().await;
    photos.has("large", vec![7; 300_000]).await;
    let upload = photos.begin_upload("parts").await;
    let tag = photos.has_part("parts", &upload, 1, b"part").await;
    server.stop().await;

    let server = TestServer::start_in(folder.path()).await;
    let photos = server.existing_bucket(BUCKET);
    let small = photos.get("small").anonymous().send().await;
    assert_eq!((small.body.as_slice(), small.header("x-cos-meta-a")), (b"hello".as_slice(), Some("1")));
    assert_eq!(photos.content("large").await.unwrap(), vec![7; 300_000]);
    assert_eq!(photos.complete("parts", &upload, &[(1, tag)]).send().await.status, 200);
    assert_eq!(photos.content("parts").await.unwrap(), b"part");
}

#[tokio::test]
async fn cos_bkt_18_a_new_bucket_lists_nothing() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let listing = photos.request("GET", "/").send().await.xml();
    assert!(listing.child("Contents").is_none());
    assert_eq!(listing.text_of("IsTruncated"), "false");
}

#[tokio::test]
async fn an_account_has_a_limit_of_buckets() {
    let server = TestServer::start_with(|config| config.limits.buckets_max = 1).await;
    server.bucket("a-1250000000").await;
    let reply = server.existing_bucket("b-1250000000").request("PUT", "/").send().await;
    assert_eq!(reply.error(), (400, "TooManyBuckets".into()));
}
