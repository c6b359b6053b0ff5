//! Symbolic links. Spec: spec/cos/objects.md, Symlink; and Select, which is not offered.

use crate::support::{BUCKET, Bucket, Request, TestServer, path_of};

fn link(photos: &Bucket, key: &str, target: &str) -> Request {
    photos.request("PUT", &format!("{}?symlink", path_of(key))).header("x-cos-symlink-target", target)
}

#[tokio::test]
async fn cos_obj_06_a_link_is_read_as_what_it_stands_for() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("dir/图 1", "hello").header("x-cos-meta-a", "1").send().await;
    for target in ["dir/%E5%9B%BE%201", "dir%2F%E5%9B%BE 1"] {
        let made = link(&photos, "link", target).send().await;
        assert_eq!((made.status, made.body.len()), (200, 0), "{}", made.text());
        let told = photos.request("GET", "/link?symlink").send().await;
        assert_eq!(told.header("x-cos-symlink-target"), Some("dir/%E5%9B%BE%201"));
        assert_eq!(told.header("ETag"), made.header("ETag"));
        assert!(told.header("Last-Modified").is_some());
    }
    let get = photos.get("link").send().await;
    assert_eq!((get.text(), get.header("x-cos-meta-a")), ("hello", Some("1")));
    assert_eq!(photos.head("link").send().await.header("Content-Length"), Some("5"));
    photos.has("dir/图 1", "changed").await;
    assert_eq!(photos.content("link").await.unwrap(), b"changed");
    assert_eq!(photos.keys().await, ["dir/图 1", "link"]);

    link(&photos, "chain", "link").send().await;
    assert_eq!(photos.get("chain").send().await.error(), (404, "SymlinkTargetNotExist".into()));
    photos.delete("chain").send().await;
    photos.delete("dir/图 1").send().await;
    assert_eq!(photos.get("link").send().await.error(), (404, "SymlinkTargetNotExist".into()));
    assert_eq!(photos.head("link").send().await.status, 404);
    assert_eq!(photos.delete("link").send().await.status, 204);
    assert_eq!(photos.request("GET", "/link?symlink").send().await.error(), (404, "NoSuchKey".into()));
}

#[tokio::test]
async fn cos_obj_06_links_have_versions_and_rights() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let enabled = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    photos.request("PUT", "/?versioning").body(enabled).send().await;
    photos.has("a", "secret").await;
    let first = link(&photos, "link", "a").send().await.header("x-cos-version-id").unwrap().to_owned();
    link(&photos, "link", "b").send().await;
    let target = async |version: &str| {
        let reply = photos.request("GET", &format!("/link?symlink&versionId={version}")).send().await;
        reply.header("x-cos-symlink-target").map(str::to_owned).ok_or_else(|| reply.error().1)
    };
    assert_eq!(target(&first).await.as_deref(), Ok("a"));
    assert_eq!(target("nonsense").await, Err("NoSuchVersion".to_owned()));
    assert_eq!(photos.request("GET", "/a?symlink").send().await.error(), (400, "InvalidRequest".into()));

    // A link opens nothing that is closed.
    link(&photos, "link", "a").send().await;
    let acl = photos.request("PUT", "/link?acl").header("x-cos-acl", "public-read").send().await;
    assert_eq!(acl.status, 200);
    assert_eq!(photos.get("link").anonymous().send().await.error(), (403, "AccessDenied".into()));
    assert_eq!(link(&photos, "a", "link").anonymous().send().await.status, 403);
    assert_eq!(photos.request("PUT", "/link?symlink").send().await.error(), (400, "InvalidArgument".into()));
}

#[tokio::test]
async fn cos_obj_07_select_is_not_offered() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("a.csv", "1,2").await;
    let select = photos.request("POST", "/a.csv?select&select-type=2").body("<SelectRequest/>").send().await;
    assert_eq!(select.error(), (501, "NotImplemented".into()));
    assert!(select.text().contains("?select"), "{}", select.text());
}
