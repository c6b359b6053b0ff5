//! Uploads, completed uploads and stored objects that make further objects: all of them, or none.
//!
//! Spec: spec/ci/persistent.md.

use bytes::Bytes;
use calotype_image::measure::ImageInfo;
use calotype_protocol::address::Target;
use calotype_protocol::names::{BucketName, ObjectKey, UploadId};
use calotype_protocol::pic_operations::{ImageInfoBlock, OriginalInfo, ProcessResults, UploadResult};
use calotype_store::{
    ByteStream, CompletedPart, NewObject, ObjectReader, Precondition, PutObject, ReceivedBody, StoreError,
    StoredObject,
};

use http::HeaderValue;
use tokio::sync::SemaphorePermit;

use super::failure::Failure;
use super::make_results::{Results, Wish, make_results};
use super::new_results::NewResults;
use super::rules::{self, CheckedRules};
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::reply::{self, Reply};

/// What becomes of a completed upload with rules; the handler writes the document.
pub(crate) struct CompletedWithRules {
    /// The object, or the result that took its place.
    pub(crate) object: StoredObject,
    /// What it looks like, if that was asked for.
    pub(crate) image_info: Option<ImageInfoBlock>,
    /// What came of the rules.
    pub(crate) results: ProcessResults,
}

/// `PUT` with `Pic-Operations`: stores the body and everything its rules make, together.
///
/// Rights on the object itself have been checked. Errors: a defect of the rules ends here before the body is read.
pub(crate) async fn put_with_rules(
    app: &App,
    caller: &Caller<'_>,
    target: &Target,
    operations: &HeaderValue,
    put: PutObject,
    body: ByteStream,
) -> Result<Reply, ApiError> {
    let checked = rules::check(app, (caller, target), (&put.bucket, &put.key), operations).await?;
    if checked.is_empty() {
        // Nothing looks at the body, so it may be anything of any size.
        let stored = app.store.put_object(put, body).await?;
        let result = upload_result(target, &stored, None, ProcessResults::default());
        return Ok(uploaded(&result, &stored));
    }
    let _held = app.pictures.hold(put.size_bytes, checked.assets.size_bytes()).await?;
    let size_bytes_max = app.pictures.limits.source_size_bytes_max;
    let body = app.store.receive(body, put.expected_md5, size_bytes_max).await;
    let body = body.map_err(too_large)?;
    let made = make(app, body.bytes().clone(), &checked).await?;
    let original_type = put.attributes.content_type.clone();
    let image_info = made.source.clone().map(image_info);
    let copy = || body.clone();
    let NewResults { objects: mut batch, told } =
        NewResults::new(&checked, made, &copy, original_type.as_deref());
    let replaced_by = checked.result_over(&put.bucket, &put.key);
    match replaced_by {
        Some(result) => batch[result].only_if = put.only_if,
        None => batch.insert(0, original(put, body)),
    }
    let mut stored = app.store.put_objects(batch).await?;
    let source = match replaced_by {
        Some(result) => stored[result].clone(),
        None => stored.remove(0),
    };
    let results = told.results(target, &stored);
    Ok(uploaded(&upload_result(target, &source, image_info, results), &source))
}

/// `CompleteMultipartUpload` with `Pic-Operations`. When a rule fails the upload stays open.
pub(crate) async fn complete_with_rules(
    app: &App,
    caller: &Caller<'_>,
    target: &Target,
    operations: &HeaderValue,
    (bucket, key, id): (&BucketName, &ObjectKey, &UploadId),
    parts: Vec<CompletedPart>,
    only_if: &Precondition,
) -> Result<CompletedWithRules, ApiError> {
    let checked = rules::check(app, (caller, target), (bucket, key), operations).await?;
    let assembled = app.store.assemble_upload(bucket, key, id, parts).await?;
    let (new, image_info) = if checked.is_empty() {
        (NewResults::default(), None)
    } else {
        let (source, _held) = read_source(app, assembled.reader(), &checked).await?;
        let original_type = assembled.reader().object().attributes.content_type.clone();
        let made = make(app, source.clone(), &checked).await?;
        let image_info = made.source.clone().map(image_info);
        let copy = || ReceivedBody::from(source.clone());
        (NewResults::new(&checked, made, &copy, original_type.as_deref()), image_info)
    };
    let mut stored = app.store.finish_upload(assembled, only_if, new.objects).await?;
    let mut object = stored.remove(0);
    if let Some(result) = checked.result_over(bucket, key) {
        object = stored[result].clone();
    }
    Ok(CompletedWithRules { object, image_info, results: new.told.results(target, &stored) })
}

/// `POST ?image_process`: makes objects from one that is stored. The right to read it has been checked.
pub(crate) async fn process_image(
    app: &App,
    caller: &Caller<'_>,
    target: &Target,
    operations: &HeaderValue,
    source: &ObjectReader,
) -> Result<Reply, ApiError> {
    process_stored(app, caller, target, operations, source).await.map(|result| reply::xml(&result))
}

/// Makes objects from one that is stored, and tells about them.
pub(crate) async fn process_stored(
    app: &App,
    caller: &Caller<'_>,
    target: &Target,
    operations: &HeaderValue,
    source: &ObjectReader,
) -> Result<UploadResult, ApiError> {
    let object = source.object();
    let checked = rules::check(app, (caller, target), (&object.bucket, &object.key), operations).await?;
    if checked.is_empty() {
        return Ok(upload_result(target, object, None, ProcessResults::default()));
    }
    let (bytes, _held) = read_source(app, source, &checked).await?;
    let made = make(app, bytes.clone(), &checked).await?;
    let image_info = made.source.clone().map(image_info);
    let copy = || ReceivedBody::from(bytes.clone());
    let new = NewResults::new(&checked, made, &copy, object.attributes.content_type.as_deref());
    let stored = app.store.put_objects(new.objects).await?;
    let source = match checked.result_over(&object.bucket, &object.key) {
        Some(result) => &stored[result],
        None => object,
    };
    let results = new.told.results(target, &stored);
    Ok(upload_result(target, source, image_info, results))
}

async fn make(app: &App, source: Bytes, checked: &CheckedRules) -> Result<Results, ApiError> {
    let assets = checked.assets.load(&app.pictures).await?;
    let wishes: Vec<Wish> = checked.wishes.iter().map(|wish| wish.clone().with_assets(&assets)).collect();
    let made = make_results(&app.pictures, source, &wishes, checked.wants_facts).await;
    made.map_err(|failed| Failure::from(failed).into())
}

/// Reads a stored source whole; its memory, and that of what rules draw on it, is accounted for while the second value
/// lives.
async fn read_source<'a>(
    app: &'a App,
    reader: &ObjectReader,
    checked: &CheckedRules,
) -> Result<(Bytes, SemaphorePermit<'a>), ApiError> {
    let held = app.pictures.hold(Some(reader.object().size_bytes), checked.assets.size_bytes()).await?;
    let bytes = reader.bytes(app.pictures.limits.source_size_bytes_max).await.map_err(too_large)?;
    Ok((bytes, held))
}

/// Pictures have a bound of their own, with its own code.
fn too_large(error: StoreError) -> ApiError {
    match error {
        StoreError::BodyTooLarge { size_bytes_max } => Failure::too_many_bytes(size_bytes_max).into(),
        other => other.into(),
    }
}

fn original(put: PutObject, body: ReceivedBody) -> NewObject {
    NewObject { bucket: put.bucket, key: put.key, attributes: put.attributes, body, only_if: put.only_if }
}

/// The XML answer with the headers of an ordinary upload.
fn uploaded(result: &UploadResult, stored: &StoredObject) -> Reply {
    let mut reply = reply::xml(result);
    let headers = reply::stored(stored).headers().clone();
    reply.headers_mut().extend(headers);
    reply
}

fn upload_result(
    target: &Target,
    source: &StoredObject,
    image_info: Option<ImageInfoBlock>,
    results: ProcessResults,
) -> UploadResult {
    let original = OriginalInfo {
        key: source.key.clone(),
        location: target.location(&source.bucket, &source.key),
        etag: source.etag.to_string(),
        image_info,
    };
    UploadResult { original, results }
}

/// Spec: spec/ci/info.md, 4.
fn image_info(source: ImageInfo) -> ImageInfoBlock {
    ImageInfoBlock {
        format: source.format,
        width_px: source.width_px,
        height_px: source.height_px,
        quality: source.quality,
        average_color: source.ave,
        orientation: source.orientation as u8,
        frame_count: source.frame_count,
    }
}
