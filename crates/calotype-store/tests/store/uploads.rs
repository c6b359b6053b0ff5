//! Multipart uploads from the first part to the whole object.

use bytes::Bytes;
use calotype_protocol::names::ETag;
use calotype_store::{
    CompletedPart, Content, CopyPart, ListParts, NewUpload, ObjectAttributes, Precondition, PutPart,
    StoreError, StoredPart, UploadRecord, collect,
};

use crate::{Fixture, LARGE, content, in_chunks, key, keys, new_object, photos, read, store_bytes};

const PART: usize = 1 << 20;

impl Fixture {
    async fn begin(&self, text: &str) -> UploadRecord {
        let attributes =
            ObjectAttributes { content_type: Some("video/mp4".into()), ..ObjectAttributes::default() };
        let (initiator, note) = ("owner".into(), Some("rules".into()));
        let new = NewUpload { bucket: photos(), key: key(text), attributes, initiator, note };
        self.store.initiate_upload(new).await.unwrap()
    }

    async fn part(&self, upload: &UploadRecord, number: u16, body: &Bytes) -> StoredPart {
        self.store.put_part(put_part(upload, number), in_chunks(body)).await.unwrap()
    }

    async fn complete(&self, upload: &UploadRecord, parts: &[&StoredPart]) -> Result<ETag, StoreError> {
        let parts = parts.iter().map(|part| completed(part)).collect();
        let UploadRecord { bucket, key, upload_id, .. } = upload;
        Ok(self.store.complete_upload(bucket, key, upload_id, parts, &Precondition::default()).await?.etag)
    }
}

fn put_part(upload: &UploadRecord, number: u16) -> PutPart {
    let (bucket, key, upload_id) = (upload.bucket.clone(), upload.key.clone(), upload.upload_id.clone());
    PutPart { bucket, key, upload_id, number, expected_md5: None, size_bytes: None }
}

fn copy_part(upload: &UploadRecord, number: u16, range: Option<std::ops::Range<u64>>) -> CopyPart {
    let (bucket, key, upload_id) = (upload.bucket.clone(), upload.key.clone(), upload.upload_id.clone());
    CopyPart { bucket, key, upload_id, number, range }
}

fn completed(part: &StoredPart) -> CompletedPart {
    CompletedPart { number: part.number, etag: part.etag.clone() }
}

#[tokio::test]
async fn the_whole_has_the_tag_and_checksum_of_the_specification() {
    let fixture = Fixture::new().await;
    let upload = fixture.begin("mp.bin").await;
    let last = fixture.part(&upload, 2, &Bytes::from_static(b"bcd")).await;
    let first = fixture.part(&upload, 1, &vec![b'a'; PART].into()).await;
    assert_eq!((first.crc64, last.crc64), (6_701_094_182_323_390_671, 385_034_036_854_231_152));
    assert_eq!(keys(&fixture.store).await, [""; 0], "invisible until complete");

    let etag = fixture.complete(&upload, &[&first, &last]).await.unwrap();
    assert_eq!(etag.as_str(), "c2957a9d2509f1fb662a40ab811e235d-2");
    let reader = fixture.store.get_object(&photos(), &key("mp.bin"), None).await.unwrap();
    assert_eq!(
        (reader.object().crc64, reader.object().size_bytes),
        (16_459_478_348_349_099_966, PART as u64 + 3)
    );
    assert_eq!(reader.object().attributes.content_type.as_deref(), Some("video/mp4"));
    let tail = reader.read(Some(PART as u64 - 2..PART as u64 + 2)).await.unwrap().into_stream();
    assert_eq!(collect(tail, 100).await.unwrap().as_ref(), b"aabc");

    let again = fixture.complete(&upload, &[&first, &last]).await;
    assert!(matches!(again, Err(StoreError::NoSuchUpload(_))));
}

#[tokio::test]
async fn completion_checks_in_the_order_of_the_specification() {
    let fixture = Fixture::new().await;
    let upload = fixture.begin("a").await;
    let small = fixture.part(&upload, 1, &content(1, PART - 1)).await;
    let whole = fixture.part(&upload, 2, &content(2, PART)).await;
    let other = StoredPart { etag: ETag::from_md5([1; 16]), ..whole.clone() };
    let missing = StoredPart { number: 3, ..whole.clone() };

    let unknown = UploadRecord { upload_id: "unknown".into(), ..upload.clone() };
    assert!(matches!(fixture.complete(&unknown, &[&whole, &small]).await, Err(StoreError::NoSuchUpload(_))));
    let of_another_key = UploadRecord { key: key("b"), ..upload.clone() };
    assert!(matches!(fixture.complete(&of_another_key, &[&whole]).await, Err(StoreError::NoSuchUpload(_))));
    for wrong in [[&other, &small], [&whole, &whole]] {
        assert!(matches!(fixture.complete(&upload, &wrong).await, Err(StoreError::InvalidPartOrder)));
    }
    for (wrong, at) in [([&small, &other], 2), ([&small, &missing], 3)] {
        let refused = fixture.complete(&upload, &wrong).await;
        assert!(matches!(refused, Err(StoreError::InvalidPart { number }) if number == at));
    }
    assert!(matches!(fixture.complete(&upload, &[]).await, Err(StoreError::InvalidPart { .. })));
    let refused = fixture.complete(&upload, &[&small, &whole]).await;
    assert!(
        matches!(refused, Err(StoreError::PartTooSmall { number: 1, size_bytes, .. }) if size_bytes == 1_048_575)
    );
    fixture.complete(&upload, &[&small]).await.unwrap();
    assert_eq!(read(&fixture.store, "a").await.unwrap(), content(1, PART - 1));
    assert_eq!(fixture.files_settled().await, 1, "the part that was not chosen is gone");
}

#[tokio::test]
async fn a_part_is_replaced_by_its_number_and_an_abort_leaves_nothing() {
    let fixture = Fixture::new().await;
    let upload = fixture.begin("a").await;
    let old = fixture.part(&upload, 1, &content(1, PART)).await;
    let new = fixture.part(&upload, 1, &content(2, PART)).await;
    fixture.part(&upload, 2, &Bytes::new()).await;
    assert_eq!(fixture.files_settled().await, 1);
    assert!(matches!(fixture.complete(&upload, &[&old]).await, Err(StoreError::InvalidPart { number: 1 })));
    let list = ListParts { number_marker: 0, parts_max: 10 };
    let page = fixture.store.list_parts(&photos(), &upload.key, &upload.upload_id, &list).await.unwrap();
    assert_eq!(page.parts[0], new);
    assert_eq!((page.parts.len(), page.upload), (2, upload.clone()));

    let abort = || fixture.store.abort_upload(&upload.bucket, &upload.key, &upload.upload_id);
    abort().await.unwrap();
    assert!(matches!(abort().await, Err(StoreError::NoSuchUpload(_))));
    let late = fixture.store.put_part(put_part(&upload, 3), in_chunks(&content(3, 10))).await;
    assert!(matches!(late, Err(StoreError::NoSuchUpload(_))));
    assert_eq!(fixture.files_settled().await, 0);
}

#[tokio::test]
async fn a_broken_part_leaves_nothing() {
    let fixture = Fixture::new().await;
    let upload = fixture.begin("a").await;
    let wrong = PutPart { expected_md5: Some([0; 16]), ..put_part(&upload, 1) };
    let refused = fixture.store.put_part(wrong, in_chunks(&content(1, PART))).await;
    assert!(matches!(refused, Err(StoreError::DigestMismatch { .. })));
    assert_eq!(fixture.files_settled().await, 0);
}

#[tokio::test]
async fn parts_are_copied_from_stored_objects_without_storing_them_again() {
    let fixture = Fixture::new().await;
    let source = content(5, 3 * PART);
    let stored = store_bytes(&fixture.store, "source", source.clone()).await;
    store_bytes(&fixture.store, "small", content(6, 100)).await;
    let (large, small) = (
        fixture.store.get_object(&photos(), &key("source"), None).await.unwrap(),
        fixture.store.get_object(&photos(), &key("small"), None).await.unwrap(),
    );
    let upload = fixture.begin("joined").await;
    let copy = |reader, number, range| fixture.store.copy_part(reader, copy_part(&upload, number, range));
    let whole = copy(&large, 1, None).await.unwrap();
    assert_eq!((&whole.etag, whole.crc64), (&stored.etag, stored.crc64));
    let stretch = copy(&large, 2, Some(7..PART as u64 + 9)).await.unwrap();
    assert_eq!(stretch.crc64, calotype_store::crc64::crc64(&source[7..PART + 9]));
    assert_eq!(fixture.files_settled().await, 1, "shared, not copied");
    let last = copy(&small, 3, Some(10..20)).await.unwrap();
    let beyond = copy(&large, 4, Some(0..3 * PART as u64 + 1)).await;
    assert!(matches!(beyond, Err(StoreError::InvalidRange { .. })));

    fixture.store.delete_object(&photos(), &key("source"), None).await.unwrap();
    fixture.complete(&upload, &[&whole, &stretch, &last]).await.unwrap();
    drop((large, small));
    fixture.store.settle().await;
    let expected = [&source[..], &source[7..PART + 9], &content(6, 100)[10..20]].concat();
    assert!(read(&fixture.store, "joined").await.unwrap() == expected);
}

#[tokio::test]
async fn results_appear_together_with_the_completed_object() {
    let fixture = Fixture::new().await;
    let upload = fixture.begin("original").await;
    let bodies = [content(1, PART), content(2, 10)];
    let parts = [fixture.part(&upload, 1, &bodies[0]).await, fixture.part(&upload, 2, &bodies[1]).await];
    let chosen: Vec<_> = parts.iter().map(completed).collect();
    let assembled =
        fixture.store.assemble_upload(&photos(), &upload.key, &upload.upload_id, chosen).await.unwrap();
    assert_eq!(assembled.upload().note.as_deref(), Some("rules"));
    assert!(assembled.reader().bytes(u64::MAX).await.unwrap() == bodies.concat());
    assert_eq!(keys(&fixture.store).await, [""; 0]);

    // A part that arrives meanwhile, and is not part of it, changes nothing.
    fixture.part(&upload, 3, &content(3, 10)).await;
    let results = vec![new_object("small.jpg", content(8, 50)), new_object("large.png", content(9, LARGE))];
    let stored = fixture.store.finish_upload(assembled, &Precondition::default(), results).await.unwrap();
    let stored: Vec<_> = stored.iter().map(|object| object.key.as_str()).collect();
    assert_eq!(stored, ["original", "small.jpg", "large.png"]);
    assert!(read(&fixture.store, "original").await.unwrap() == bodies.concat());
    assert_eq!(read(&fixture.store, "large.png").await.unwrap(), content(9, LARGE));
    assert_eq!(fixture.files_settled().await, 3);
}

#[tokio::test]
async fn an_upload_that_is_gone_takes_its_results_with_it() {
    let fixture = Fixture::new().await;
    let upload = fixture.begin("original").await;
    let part = fixture.part(&upload, 1, &content(1, PART)).await;
    let assemble = || {
        fixture.store.assemble_upload(&upload.bucket, &upload.key, &upload.upload_id, vec![completed(&part)])
    };
    let (replaced, aborted) = (assemble().await.unwrap(), assemble().await.unwrap());

    fixture.part(&upload, 1, &content(2, PART)).await;
    let result = || vec![new_object("result", content(9, LARGE))];
    let refused = fixture.store.finish_upload(replaced, &Precondition::default(), result()).await;
    assert!(matches!(refused, Err(StoreError::InvalidPart { number: 1 })));
    fixture.store.abort_upload(&upload.bucket, &upload.key, &upload.upload_id).await.unwrap();
    let refused = fixture.store.finish_upload(aborted, &Precondition::default(), result()).await;
    assert!(matches!(refused, Err(StoreError::NoSuchUpload(_))));
    assert_eq!(keys(&fixture.store).await, [""; 0]);
    assert_eq!(fixture.files_settled().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_completions_one_wins() {
    let fixture = Fixture::new().await;
    for round in 0..10 {
        let upload = fixture.begin("raced").await;
        let part = fixture.part(&upload, 1, &content(round, PART)).await;
        let chosen = [&part];
        let complete = || fixture.complete(&upload, &chosen);
        let both = futures_util::future::join_all([complete(), complete(), complete()]).await;
        assert_eq!(both.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert!(both.iter().all(|o| matches!(o, Ok(_) | Err(StoreError::NoSuchUpload(_)))));
        assert!(read(&fixture.store, "raced").await.unwrap() == content(round, PART));
    }
    assert_eq!(fixture.files_settled().await, 1);
}

#[tokio::test]
async fn an_object_of_many_parts_stays_readable_while_it_is_replaced() {
    let fixture = Fixture::new().await;
    let upload = fixture.begin("many").await;
    let bodies: Vec<_> = (1..=8).map(|i| content(i, PART)).collect();
    let mut parts = Vec::new();
    for (number, body) in (1..).zip(&bodies) {
        parts.push(fixture.part(&upload, number, body).await);
    }
    fixture.complete(&upload, &parts.iter().collect::<Vec<_>>()).await.unwrap();
    let reader = fixture.store.get_object(&photos(), &key("many"), None).await.unwrap();
    let Content::Stream(stream) = reader.read(None).await.unwrap() else {
        panic!("eight blobs in one piece")
    };
    drop(reader);
    store_bytes(&fixture.store, "many", content(0, 10)).await;
    assert_eq!(fixture.files_settled().await, 8, "held by the stream");
    assert!(collect(stream, u64::MAX).await.unwrap() == bodies.concat());
    assert_eq!(fixture.files_settled().await, 0);
}
