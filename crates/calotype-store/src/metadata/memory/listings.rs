//! Pages of objects and of versions.

use super::state::Bucket;
use super::versions::Version;
use crate::listing::{
    ListObjects, ListVersions, ObjectPage, ObjectSummary, Step, VersionContent, VersionPage, VersionSummary,
    Walk,
};

pub(super) fn objects(bucket: &Bucket, list: &ListObjects) -> ObjectPage {
    let mut walk = Walk::new(&list.prefix, &list.delimiter, list.entries_max);
    let mut page = Vec::new();
    let mut from = walk.start(&list.marker, false);
    'seek: while !walk.is_empty() {
        for (key, versions) in bucket.objects.range(from.clone()..) {
            if *key >= walk.end() {
                break 'seek;
            }
            let Some(object) = versions.last().and_then(|version| version.object.as_ref()) else { continue };
            match walk.offer(key) {
                Step::Take => page.push(ObjectSummary::of(object)),
                Step::Seek(next) => {
                    from = next;
                    continue 'seek;
                }
                Step::Full => break 'seek,
            }
        }
        break;
    }
    walk.into_object_page(page)
}

pub(super) fn versions(bucket: &Bucket, list: &ListVersions) -> VersionPage {
    let mut walk = Walk::new(&list.prefix, &list.delimiter, list.entries_max);
    let mut page = Vec::new();
    let mut from = walk.start(&list.key_marker, list.version_marker.is_some());
    'seek: while !walk.is_empty() {
        for (key, versions) in bucket.objects.range(from.clone()..) {
            if *key >= walk.end() {
                break 'seek;
            }
            let marker = list.version_marker.as_ref().filter(|_| key == list.key_marker.as_bytes());
            let seen = versions.iter().rposition(|version| Some(&version.id) == marker);
            for (place, version) in versions[..seen.unwrap_or(versions.len())].iter().enumerate().rev() {
                match walk.offer(key) {
                    Step::Take => page.extend(summary(version, key, place + 1 == versions.len())),
                    Step::Seek(next) => {
                        from = next;
                        continue 'seek;
                    }
                    Step::Full => break 'seek,
                }
            }
        }
        break;
    }
    walk.into_version_page(page)
}

fn summary(version: &Version, key: &[u8], is_latest: bool) -> Option<VersionSummary> {
    let content = version.object.as_ref().map(|object| VersionContent {
        etag: object.etag.clone(),
        size_bytes: object.size_bytes,
        storage_class: object.attributes.storage_class.clone(),
    });
    // Only keys come in here, so every one is read back.
    let key = std::str::from_utf8(key).ok()?.parse().ok()?;
    let (version_id, last_modified) = (version.id.clone(), version.made);
    Some(VersionSummary { key, version_id, is_latest, last_modified, content })
}
