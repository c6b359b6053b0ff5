//! Multipart uploads and their parts.

use calotype_protocol::names::{ETag, UploadId};

use super::{at_ms, blob_object, bucket, entry, inline_object, is_known, key, name};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::listing::{ListUploads, UploadPage};
use crate::metadata::{Batch, BatchObject, FinishUpload, MetadataStore};
use crate::record::{ObjectAttributes, Segment};
use crate::upload::{ListParts, StoredPart, UploadRecord};

pub(super) async fn check(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket("uploads")).await.unwrap();
    are_found_under_their_own_key(metadata).await;
    keep_the_latest_part_of_a_number(metadata).await;
    list_parts_in_pages(metadata).await;
    end_with_their_object(metadata).await;
    do_not_end_when_parts_changed(metadata).await;
    retire_their_parts_when_aborted(metadata).await;
    keep_their_bucket(metadata).await;
    are_listed_in_pages(metadata).await;
}

fn upload(key_text: &str, id: &str) -> UploadRecord {
    UploadRecord {
        bucket: name("uploads"),
        key: key(key_text),
        upload_id: UploadId::from(id),
        initiated: at_ms(3),
        initiator: "100000000001".into(),
        attributes: ObjectAttributes {
            content_type: Some("video/mp4".into()),
            ..ObjectAttributes::default()
        },
        note: Some("a note".into()),
    }
}

fn part(number: u16, blob: BlobId) -> StoredPart {
    StoredPart {
        number,
        etag: ETag::from_md5([number as u8; 16]),
        size_bytes: 9,
        crc64: u64::MAX - u64::from(number),
        last_modified: at_ms(u64::from(number)),
        segments: vec![Segment { blob, offset_bytes: 0, size_bytes: 9 }],
    }
}

async fn begin(metadata: &dyn MetadataStore, key_text: &str, id: &str) -> UploadRecord {
    let upload = upload(key_text, id);
    metadata.create_upload(upload.clone()).await.unwrap();
    upload
}

async fn add(metadata: &dyn MetadataStore, upload: &UploadRecord, number: u16) -> BlobId {
    let blob = BlobId::unique();
    metadata.put_part(upload, part(number, blob), false).await.unwrap();
    blob
}

async fn generation(metadata: &dyn MetadataStore, upload: &UploadRecord) -> u64 {
    metadata.upload_parts(&upload.bucket, &upload.key, &upload.upload_id).await.unwrap().generation
}

async fn finish(
    metadata: &dyn MetadataStore,
    upload: &UploadRecord,
    blob: BlobId,
    generation: u64,
) -> Result<Vec<BlobId>, StoreError> {
    let object = blob_object("uploads", upload.key.as_str(), blob);
    let whole = BatchObject { shared_segments: 1, ..entry(object) };
    let result = entry(inline_object("uploads", &format!("{}.small", upload.key), b"small"));
    let (bucket, key, upload_id) = (upload.bucket.clone(), upload.key.clone(), upload.upload_id.clone());
    let finish = Some(FinishUpload { bucket, key, upload_id, generation });
    Ok(metadata.publish(Batch { objects: vec![whole, result], finish }).await?.retired)
}

async fn are_found_under_their_own_key(metadata: &dyn MetadataStore) {
    let made = begin(metadata, "found", "id-found").await;
    let find = |key_text, id: &str| {
        let (key, id) = (key(key_text), UploadId::from(id));
        async move { metadata.upload(&name("uploads"), &key, &id).await }
    };
    assert_eq!(find("found", "id-found").await.unwrap(), made);
    assert!(matches!(find("other", "id-found").await, Err(StoreError::NoSuchUpload(_))));
    assert!(matches!(find("found", "id-other").await, Err(StoreError::NoSuchUpload(_))));
    let nowhere = metadata.upload(&name("never-made"), &key("found"), &"id-found".into()).await;
    assert!(matches!(nowhere, Err(StoreError::NoSuchBucket(_))));
    let lost = metadata.put_part(&upload("found", "id-other"), part(1, BlobId::unique()), false).await;
    assert!(matches!(lost, Err(StoreError::NoSuchUpload(_))));
}

async fn keep_the_latest_part_of_a_number(metadata: &dyn MetadataStore) {
    let upload = begin(metadata, "latest", "id-latest").await;
    let (first, second) = (BlobId::unique(), BlobId::unique());
    assert_eq!(metadata.put_part(&upload, part(2, first), false).await.unwrap(), []);
    let before = generation(metadata, &upload).await;
    assert_eq!(metadata.put_part(&upload, part(2, second), false).await.unwrap(), [first]);
    assert!(generation(metadata, &upload).await > before);
    assert!(!is_known(metadata, first).await && is_known(metadata, second).await);
    let found = metadata.upload_parts(&upload.bucket, &upload.key, &upload.upload_id).await.unwrap();
    assert_eq!((found.upload, found.parts), (upload.clone(), vec![part(2, second)]));

    let unknown = metadata.put_part(&upload, part(3, BlobId::unique()), true).await;
    assert!(matches!(unknown, Err(StoreError::Conflict(_))));
    assert_eq!(metadata.put_part(&upload, part(3, second), true).await.unwrap(), []);
}

async fn list_parts_in_pages(metadata: &dyn MetadataStore) {
    let upload = begin(metadata, "pages", "id-pages").await;
    for number in [7, 1, 10_000, 3] {
        add(metadata, &upload, number).await;
    }
    let (mut seen, mut number_marker) = (Vec::new(), 0);
    loop {
        let list = ListParts { number_marker, parts_max: 2 };
        let page = metadata.list_parts(&upload.bucket, &upload.key, &upload.upload_id, &list).await.unwrap();
        seen.extend(page.parts.iter().map(|part| part.number));
        match page.next_number_marker {
            Some(next) => number_marker = next,
            None => break,
        }
    }
    assert_eq!(seen, [1, 3, 7, 10_000]);
}

async fn end_with_their_object(metadata: &dyn MetadataStore) {
    let upload = begin(metadata, "ends", "id-ends").await;
    let (chosen, dropped) = (add(metadata, &upload, 1).await, add(metadata, &upload, 2).await);
    let missing = metadata.object(&upload.bucket, &upload.key, None).await;
    assert!(matches!(missing, Err(StoreError::NoSuchKey(_))));

    let seen = generation(metadata, &upload).await;
    assert_eq!(finish(metadata, &upload, chosen, seen).await.unwrap(), [dropped]);
    assert!(is_known(metadata, chosen).await && !is_known(metadata, dropped).await);
    for text in ["ends", "ends.small"] {
        assert!(metadata.object(&upload.bucket, &key(text), None).await.is_ok());
    }
    let gone = finish(metadata, &upload, chosen, seen).await;
    assert!(matches!(gone, Err(StoreError::NoSuchUpload(_))));
}

async fn do_not_end_when_parts_changed(metadata: &dyn MetadataStore) {
    let upload = begin(metadata, "stale", "id-stale").await;
    let first = add(metadata, &upload, 1).await;
    let seen = generation(metadata, &upload).await;
    add(metadata, &upload, 1).await;
    let stale = finish(metadata, &upload, first, seen).await;
    assert!(matches!(stale, Err(StoreError::Conflict(_))));
    for text in ["stale", "stale.small"] {
        let missing = metadata.object(&upload.bucket, &key(text), None).await;
        assert!(matches!(missing, Err(StoreError::NoSuchKey(_))));
    }
}

async fn retire_their_parts_when_aborted(metadata: &dyn MetadataStore) {
    let upload = begin(metadata, "aborted", "id-aborted").await;
    let blobs = [add(metadata, &upload, 1).await, add(metadata, &upload, 2).await];
    let abort = || metadata.abort_upload(&upload.bucket, &upload.key, &upload.upload_id);
    assert_eq!(abort().await.unwrap(), blobs);
    assert!(matches!(abort().await, Err(StoreError::NoSuchUpload(_))));
    let late = metadata.put_part(&upload, part(3, BlobId::unique()), false).await;
    assert!(matches!(late, Err(StoreError::NoSuchUpload(_))));
    // The id is free again, and nothing of the old parts is left under it.
    let again = begin(metadata, "aborted", "id-aborted").await;
    assert_eq!(metadata.upload_parts(&again.bucket, &again.key, &again.upload_id).await.unwrap().parts, []);
}

async fn keep_their_bucket(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket("held")).await.unwrap();
    let mut held = upload("k", "id-held");
    held.bucket = name("held");
    metadata.create_upload(held.clone()).await.unwrap();
    let refused = metadata.delete_bucket(&held.bucket).await;
    assert!(matches!(refused, Err(StoreError::BucketNotEmpty(_))));
    metadata.abort_upload(&held.bucket, &held.key, &held.upload_id).await.unwrap();
    metadata.delete_bucket(&held.bucket).await.unwrap();
}

async fn are_listed_in_pages(metadata: &dyn MetadataStore) {
    metadata.create_bucket(bucket("upload-pages")).await.unwrap();
    let all = [("a", "1"), ("a", "2"), ("a", "3"), ("d/x", "4"), ("d/y", "5"), ("e", "0")];
    for (key_text, id) in all.into_iter().rev() {
        let mut record = upload(key_text, id);
        record.bucket = name("upload-pages");
        metadata.create_upload(record).await.unwrap();
    }
    for entries_max in 1..5 {
        assert_eq!(walk(metadata, "", "", entries_max).await, ["a 1", "a 2", "a 3", "d/x 4", "d/y 5", "e 0"]);
        assert_eq!(walk(metadata, "", "/", entries_max).await, ["a 1", "a 2", "a 3", "d/", "e 0"]);
        assert_eq!(walk(metadata, "d/", "/", entries_max).await, ["d/x 4", "d/y 5"]);
    }
    let key_alone = ListUploads { key_marker: "a".into(), entries_max: 10, ..ListUploads::default() };
    let page = metadata.list_uploads(&name("upload-pages"), &key_alone).await.unwrap();
    assert_eq!(entries(&page), ["d/x 4", "d/y 5", "e 0"]);
    let none = ListUploads { entries_max: 0, ..ListUploads::default() };
    assert_eq!(metadata.list_uploads(&name("upload-pages"), &none).await.unwrap(), UploadPage::default());
}

async fn walk(
    metadata: &dyn MetadataStore,
    prefix: &str,
    delimiter: &str,
    entries_max: usize,
) -> Vec<String> {
    let mut list = ListUploads {
        prefix: prefix.into(),
        delimiter: delimiter.into(),
        entries_max,
        ..ListUploads::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = metadata.list_uploads(&name("upload-pages"), &list).await.unwrap();
        seen.extend(entries(&page));
        match page.next {
            Some(next) => (list.key_marker, list.upload_id_marker) = next,
            None => return seen,
        }
    }
}

fn entries(page: &UploadPage) -> Vec<String> {
    let uploads = page.uploads.iter().map(|upload| format!("{} {}", upload.key, upload.upload_id));
    let mut entries: Vec<_> = uploads.chain(page.common_prefixes.iter().cloned()).collect();
    entries.sort();
    entries
}
