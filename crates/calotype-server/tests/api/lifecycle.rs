//! What becomes of objects and uploads as they get old.
//!
//! Spec: spec/cos/misc.md, lifecycle.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use calotype_server::{Clock, Scanned};
use calotype_store::{ObjectStore, StoreConfig};
use jiff::{Span, Timestamp};

use crate::configuration::put;
use crate::support::{BUCKET, Bucket, TestServer};

/// A service whose scans happen on another day.
struct Aging {
    server: TestServer,
    bucket: Bucket,
    days: Arc<AtomicI64>,
    /// Removed at the end.
    _folder: tempfile::TempDir,
}

impl Aging {
    /// - `rules`: what is inside the document.
    async fn start(rules: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = ObjectStore::open(folder.path(), StoreConfig::default()).await.unwrap();
        Self::start_on(store, folder, rules).await
    }

    async fn start_on(store: ObjectStore, folder: tempfile::TempDir, rules: &str) -> Self {
        let days = Arc::new(AtomicI64::new(0));
        let shift = Arc::clone(&days);
        let clock = Clock::from_fn(move || {
            let hours = 24 * shift.load(Ordering::Relaxed);
            Timestamp::now().checked_add(Span::new().hours(hours)).unwrap()
        });
        let server = TestServer::start_on(store, |config| config.clock = clock).await;
        let bucket = server.bucket(BUCKET).await;
        let aging = Self { server, bucket, days, _folder: folder };
        aging.rules(rules).await;
        aging
    }

    async fn rules(&self, rules: &str) {
        put(&self.bucket, "lifecycle", &format!("<LifecycleConfiguration>{rules}</LifecycleConfiguration>"))
            .await;
    }

    /// Scans so many days from now.
    async fn after(&self, days: i64) -> Scanned {
        self.days.store(days, Ordering::Relaxed);
        let scanned = self.server.lifecycle().scan().await;
        self.days.store(0, Ordering::Relaxed);
        assert_eq!(scanned.failed_buckets, 0);
        scanned
    }

    async fn versions(&self) -> Vec<(String, String)> {
        let list = self.bucket.request("GET", "/?versions").send().await.xml();
        let versions =
            list.elements().iter().filter(|entry| ["Version", "DeleteMarker"].contains(&entry.name()));
        versions.map(|entry| (entry.name().to_owned(), entry.text_of("Key").to_owned())).collect()
    }
}

fn rule(id: &str, filter: &str, action: &str) -> String {
    format!("<Rule><ID>{id}</ID><Filter>{filter}</Filter><Status>Enabled</Status>{action}</Rule>")
}

fn expire(days: u32) -> String {
    format!("<Expiration><Days>{days}</Days></Expiration>")
}

#[tokio::test]
async fn cos_conf_03_objects_are_deleted_when_their_time_has_come() {
    let tag = "<And><Prefix>tagged/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And>";
    let disabled = rule("d", "<Prefix>kept/</Prefix>", &expire(1)).replace("Enabled", "Disabled");
    let rules = rule("a", "<Prefix>old/</Prefix>", &expire(3)) + &rule("b", tag, &expire(1)) + &disabled;
    let aging = Aging::start(&rules).await;
    for key in ["kept/a", "old/a", "old/b", "tagged/no", "z"] {
        aging.bucket.has(key, key).await;
    }
    aging.bucket.put("tagged/yes", "x").header("x-cos-tagging", "k=v").send().await;

    assert_eq!(aging.after(0).await, Scanned::default());
    let scanned = aging.after(2).await;
    assert_eq!(scanned, Scanned { expired_objects: 1, ..Scanned::default() });
    assert_eq!(aging.bucket.keys().await, ["kept/a", "old/a", "old/b", "tagged/no", "z"]);
    assert_eq!(aging.after(3).await.expired_objects, 2);
    assert_eq!(aging.bucket.keys().await, ["kept/a", "tagged/no", "z"]);
    assert_eq!(aging.bucket.get("old/a").send().await.status, 404);
    assert_eq!(aging.after(1000).await, Scanned::default());
}

#[tokio::test]
async fn cos_conf_03_many_objects_are_deleted_in_steps() {
    let folder = tempfile::tempdir().unwrap();
    let rules = rule("a", "<Prefix>a</Prefix>", &expire(1));
    let aging = Aging::start_on(ObjectStore::in_memory(), folder, &rules).await;
    for number in 0..1100 {
        aging.bucket.has(&format!("a{number:04}"), "").await;
    }
    aging.bucket.has("b", "").await;
    assert_eq!(aging.after(1).await.expired_objects, 1100);
    assert_eq!(aging.bucket.keys().await, ["b"]);
}

#[tokio::test]
async fn cos_conf_03_a_date_is_for_all_objects_from_then_on() {
    let date = Timestamp::now().checked_add(Span::new().hours(36)).unwrap();
    let action = format!("<Expiration><Date>{date}</Date></Expiration>");
    let aging = Aging::start(&rule("a", "", &action)).await;
    aging.bucket.has("a", "x").await;
    assert_eq!(aging.after(1).await.expired_objects, 0);
    assert_eq!(aging.after(2).await.expired_objects, 1);
    assert_eq!(aging.bucket.keys().await, Vec::<String>::new());
}

#[tokio::test]
async fn cos_conf_03_classes_change_downwards_and_expiry_comes_first() {
    let to = |days: u32, class: &str| {
        format!("<Transition><Days>{days}</Days><StorageClass>{class}</StorageClass></Transition>")
    };
    let action = to(1, "STANDARD_IA") + &to(2, "COLD") + &expire(5);
    let aging = Aging::start(&rule("a", "", &action)).await;
    aging.bucket.has("a", "hello").await;
    aging.bucket.put("b", "x").header("x-cos-storage-class", "DEEP_ARCHIVE").send().await;
    let class = async |key: &str| {
        let head = aging.bucket.head(key).send().await;
        head.header("x-cos-storage-class").map(str::to_owned)
    };
    assert_eq!(aging.after(1).await.moved_objects, 1);
    assert_eq!(class("a").await.as_deref(), Some("STANDARD_IA"));
    assert_eq!(aging.after(4).await.moved_objects, 1);
    assert_eq!(
        (class("a").await.as_deref(), class("b").await.as_deref()),
        (Some("COLD"), Some("DEEP_ARCHIVE"))
    );
    let listed = aging.bucket.request("GET", "/").send().await.xml();
    assert_eq!(listed.child("Contents").unwrap().text_of("StorageClass"), "COLD");
    assert_eq!(aging.bucket.content("a").await.unwrap(), b"hello");
    assert_eq!(aging.after(5).await.expired_objects, 2);
}

#[tokio::test]
async fn cos_conf_04_unfinished_uploads_are_aborted() {
    let action = "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>";
    let aging = Aging::start(&rule("a", "<Prefix>up/</Prefix>", action)).await;
    let old = aging.bucket.begin_upload("up/a").await;
    aging.bucket.has_part("up/a", &old, 1, &vec![7; 200_000]).await;
    let other = aging.bucket.begin_upload("other").await;
    assert_eq!(aging.after(6).await, Scanned::default());
    assert_eq!(aging.after(7).await, Scanned { aborted_uploads: 1, ..Scanned::default() });
    let gone = aging.bucket.put_part("up/a", &old, 2, "x").send().await;
    assert_eq!(gone.error(), (404, "NoSuchUpload".into()));
    assert_eq!(aging.bucket.put_part("other", &other, 1, "x").send().await.status, 200);
}

#[tokio::test]
async fn cos_conf_03_versions_and_lone_markers_are_removed() {
    let noncurrent =
        "<NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>";
    let markers = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
    let rules = rule("a", "", noncurrent) + &rule("b", "", markers);
    let aging = Aging::start(&rules).await;
    put(
        &aging.bucket,
        "versioning",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    )
    .await;
    aging.bucket.has("a", "1").await;
    aging.bucket.has("a", "2").await;
    aging.bucket.has("gone", "x").await;
    aging.bucket.delete("gone").send().await;
    assert_eq!(aging.after(2).await, Scanned::default());
    let scanned = aging.after(3).await;
    assert_eq!(scanned, Scanned { expired_versions: 2, ..Scanned::default() });
    let version = ("Version".to_owned(), "a".to_owned());
    assert_eq!(aging.versions().await, [version.clone(), ("DeleteMarker".to_owned(), "gone".to_owned())]);
    assert_eq!(aging.after(3).await, Scanned { removed_markers: 1, ..Scanned::default() });
    assert_eq!(aging.versions().await, [version]);
    assert_eq!(aging.bucket.content("a").await.unwrap(), b"2");
}

#[tokio::test]
async fn cos_conf_03_where_versions_are_kept_expiry_hides() {
    let aging = Aging::start(&rule("a", "", &expire(1))).await;
    put(
        &aging.bucket,
        "versioning",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    )
    .await;
    aging.bucket.has("a", "1").await;
    assert_eq!(aging.after(1).await.expired_objects, 1);
    let entries = [("DeleteMarker".to_owned(), "a".to_owned()), ("Version".to_owned(), "a".to_owned())];
    assert_eq!(aging.versions().await, entries);
    assert_eq!(aging.after(1).await, Scanned::default());
}

#[tokio::test]
async fn scans_can_be_watched() {
    let aging = Aging::start(&rule("a", "", &expire(1))).await;
    aging.bucket.has("a", "x").await;
    let progress = aging.server.lifecycle().progress();
    assert_eq!((progress.borrow().scans, progress.borrow().is_scanning), (0, false));
    aging.after(1).await;
    let seen = progress.borrow().clone();
    assert_eq!((seen.scans, seen.is_scanning, seen.scanned.expired_objects), (1, false, 1));
}
