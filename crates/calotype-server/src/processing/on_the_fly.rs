//! Downloads with an instruction: made when they are asked for, stored nowhere but in the cache.
//!
//! Spec: spec/ci/README.md, 1.1; spec/ci/errors.md, 4.

use calotype_image::rule::{Pipeline, Rule};
use calotype_image::{Assets, Found, ImageError, ImageFormat, Slimmed};
use calotype_protocol::conditions::{Conditions, Verdict};
use calotype_protocol::endpoint::RecognizedCodes;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::ETag;
use calotype_protocol::timestamp;
use calotype_protocol::xml::XmlBody;
use calotype_store::{Content, ObjectReader, StoredObject};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::assets::{FoundAssets, Request};
use super::failure::{Failure, X_ERR_NO};
use super::inspect::inspect;
use super::make_results::{Made, Results, Wish, make_results};
use super::new_results::code_info;
use super::renditions::{Rendition, RenditionKey};
use super::{Pictures, rules};
use crate::app::App;
use crate::error::ApiError;
use crate::kept;
use crate::picture_settings;
use crate::reply::{self, Reply};
use crate::wire::ReplyBody;

/// A GET or HEAD with an instruction. That the object exists and may be read has been checked.
pub(crate) struct Download<'a> {
    /// The object, or the version that was asked for.
    pub(crate) source: ObjectReader,
    /// Who asks, and where.
    pub(crate) request: Request<'a>,
    /// The instruction, decoded.
    pub(crate) instruction: &'a str,
    /// Whether the bucket keeps the original back: then only inspections are answered.
    pub(crate) is_protected: bool,
    /// Whether the client asked for the object itself: then that is the answer to every failure.
    pub(crate) is_automatic: bool,
    /// What the client has already.
    pub(crate) conditions: &'a Conditions,
    /// `response-…` parameters.
    pub(crate) overrides: &'a [(HeaderName, HeaderValue)],
}

/// Answers with what the instruction makes of the object. `Range` has no meaning here.
///
/// Errors carry the number of the vendor's list.
pub(crate) async fn on_the_fly(app: &App, download: Download<'_>) -> Result<Reply, ApiError> {
    answer(app, download).await.map_err(numbered)
}

async fn answer(app: &App, download: Download<'_>) -> Result<Reply, ApiError> {
    let object = download.source.object();
    let rule = match rules::download_rule(app, &object.bucket, download.instruction).await? {
        Ok(rule) => Some(rule),
        Err(failure) if failure.ignorable || download.is_automatic => None,
        Err(failure) => return Err(failure.into()),
    };
    if download.is_protected && !matches!(rule, Some(Rule::Inspect(_))) {
        return Err(picture_settings::protected());
    }
    let mut assets = FoundAssets::default();
    if let Some(rule) = &rule {
        assets.find(app, download.request, rule.assets()).await?;
    }
    let canonical = rule.as_ref().map_or_else(|| download.instruction.to_owned(), canonical);
    let key = RenditionKey::new(object, canonical + &assets.identity());
    let etag = key.etag();
    match download.conditions.evaluate(&etag, kept::timestamp(object.last_modified)) {
        Verdict::Proceed => {}
        Verdict::NotModified => return Ok(not_modified(object, &etag)),
        Verdict::Failed => return Err(ErrorCode::PreconditionFailed.into()),
    }
    let rendition = match &rule {
        Some(rule) => {
            let made = make(&app.pictures, &download.source, rule, &assets);
            match app.pictures.renditions.get_or_make(key, made).await {
                Err(_) if download.is_automatic => Rendition::Original,
                made => made?,
            }
        }
        None => Rendition::Original,
    };
    let slim_flag = rule.as_ref().and_then(Rule::pipeline).is_some_and(Pipeline::slims);
    let slim_flag = slim_flag.then(|| slim_flag_of(&rendition));
    let (body, content_type) = match rendition {
        Rendition::Made { body, content_type, .. } => (ReplyBody::from(body), content_type.to_owned()),
        Rendition::Original => original(&download.source).await?,
    };
    let mut reply = reply::empty(StatusCode::OK);
    *reply.body_mut() = body;
    let headers = reply.headers_mut();
    if content_type == ImageFormat::Svg.content_type() {
        // A drawing may hold scripts, which this service does not take out.
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    }
    reply::set(headers, CONTENT_TYPE, content_type);
    if let Some(flag) = slim_flag {
        headers.insert(X_SLIM_FLAG, HeaderValue::from(flag));
    }
    identify(headers, object, &etag);
    for (name, value) in download.overrides {
        headers.insert(name, value.clone());
    }
    Ok(reply)
}

/// Says what came of slimming. Source: spec/ci/extras.md, A4.
const X_SLIM_FLAG: HeaderName = HeaderName::from_static("x-slimflag");

/// 0 where it failed and the original is returned, 1 where there are fewer bytes, 2 where there could not be.
fn slim_flag_of(rendition: &Rendition) -> u16 {
    match rendition {
        Rendition::Made { slimmed: Some(Slimmed::Smaller), .. } => 1,
        Rendition::Made { .. } => 2,
        Rendition::Original => 0,
    }
}

/// Makes a rendition of a stored object.
async fn make(
    pictures: &Pictures,
    source: &ObjectReader,
    rule: &Rule,
    assets: &FoundAssets,
) -> Result<Rendition, Failure> {
    match make_strictly(pictures, source, rule, assets).await {
        Err(failure) if failure.ignorable && (ignores_error(rule) || may_stay(rule, &failure)) => {
            Ok(Rendition::Original)
        }
        outcome => outcome,
    }
}

/// Slimming alone leaves a picture as it is where that is too large, not where it is none that can be slimmed.
fn may_stay(rule: &Rule, failure: &Failure) -> bool {
    let only_slims = rule.pipeline().is_some_and(Pipeline::only_slims);
    only_slims && matches!(failure.code, ErrorCode::ImageTooLarge | ErrorCode::ImageResolutionExceed)
}

async fn make_strictly(
    pictures: &Pictures,
    source: &ObjectReader,
    rule: &Rule,
    assets: &FoundAssets,
) -> Result<Rendition, Failure> {
    let object = source.object();
    let _held = pictures.hold(Some(object.size_bytes), assets.size_bytes()).await?;
    let bytes = source.bytes(pictures.limits.source_size_bytes_max).await.map_err(Failure::of_store)?;
    match rule.clone().with_assets(assets.load(pictures).await?) {
        Rule::Process(pipeline) => {
            check_drawing(&bytes, &pipeline)?;
            let wishes = [Wish::Picture(pipeline)];
            let results =
                make_results(pictures, bytes, &wishes, false).await.map_err(|failed| failed.failure)?;
            Ok(match results.made.into_iter().next() {
                Some(Made::Picture { body, facts }) => Rendition::Made {
                    body: body.bytes().clone(),
                    content_type: facts.format.content_type(),
                    slimmed: facts.slimmed,
                },
                Some(Made::Copy { .. }) | None => Rendition::Original,
            })
        }
        Rule::Inspect(inspection) => {
            let json = inspect(pictures, bytes, &inspection, plain_md5(&object.etag)).await?;
            Ok(Rendition::Made { body: json.into(), content_type: "application/json", slimmed: None })
        }
        Rule::Search(search) => {
            let wishes = [Wish::Search(search.clone(), Assets::default())];
            let results =
                make_results(pictures, bytes, &wishes, false).await.map_err(|failed| failed.failure)?;
            let body = search_answer(results).into();
            Ok(Rendition::Made { body, content_type: "application/xml", slimmed: None })
        }
        Rule::Style(style) => Err(Failure::new(
            ErrorCode::InvalidArgument,
            format!("a style may not refer to the style {:?}", style.name),
        )),
    }
}

/// Drawings are drawn for results that are stored; a download can have them packed alone.
/// Source: spec/ci/README.md, 5.
pub(super) fn check_drawing(bytes: &[u8], pipeline: &Pipeline) -> Result<(), Failure> {
    let is_drawing = ImageFormat::detect(bytes) == Some(ImageFormat::Svg);
    if is_drawing && pipeline.target_format() != Some(ImageFormat::Svg) {
        return Err(ImageError::UnsupportedSource { format: ImageFormat::Svg }.into());
    }
    Ok(())
}

/// The MD5 of the content, where the entity tag is one.
fn plain_md5(etag: &ETag) -> Option<String> {
    etag.part_count().is_none().then(|| etag.as_str().to_ascii_lowercase())
}

fn ignores_error(rule: &Rule) -> bool {
    match rule {
        Rule::Process(pipeline) => pipeline.ignores_error(),
        Rule::Inspect(inspection) => {
            inspection.after.as_ref().is_some_and(|pipeline| pipeline.ignores_error())
        }
        Rule::Search(_) | Rule::Style(_) => false,
    }
}

/// Equal for instructions that do the same by construction.
fn canonical(rule: &Rule) -> String {
    match rule {
        Rule::Process(pipeline) => pipeline.canonical(),
        Rule::Inspect(inspection) => match &inspection.after {
            Some(pipeline) => format!("{}|{}", pipeline.canonical(), inspection.kind),
            None => inspection.kind.to_string(),
        },
        Rule::Search(search) => search.to_string(),
        Rule::Style(style) => style.to_string(),
    }
}

/// The document that tells what a search found. Spec: spec/ci/extras.md, A1.
fn search_answer(results: Results) -> String {
    let mut answer = RecognizedCodes::default();
    for found in results.found.into_iter().flatten() {
        if let Found::Codes(codes) = found {
            answer.codes = codes.into_iter().map(code_info).collect();
        }
    }
    for made in results.made {
        if let Made::Picture { body, .. } = made {
            answer.covered = Some(body.bytes().to_vec());
        }
    }
    answer.to_xml()
}

/// The object as it is stored, with its own type.
async fn original(source: &ObjectReader) -> Result<(ReplyBody, String), ApiError> {
    let object = source.object();
    let body = match source.read(None).await? {
        Content::Bytes(bytes) => ReplyBody::from(bytes),
        Content::Stream(chunks) => ReplyBody::stream(chunks, object.size_bytes),
    };
    let content_type = object.attributes.content_type.clone();
    Ok((body, content_type.unwrap_or_else(|| "application/octet-stream".to_owned())))
}

fn not_modified(object: &StoredObject, etag: &ETag) -> Reply {
    let mut reply = reply::empty(StatusCode::NOT_MODIFIED);
    identify(reply.headers_mut(), object, etag);
    reply
}

fn identify(headers: &mut HeaderMap, object: &StoredObject, etag: &ETag) {
    reply::set(headers, ETAG, etag.quoted());
    reply::set(headers, LAST_MODIFIED, timestamp::http_date(kept::timestamp(object.last_modified)));
}

/// Adds the number of the code, unless the error has a more precise one.
pub(crate) fn numbered(error: ApiError) -> ApiError {
    match error.code.x_err_no() {
        Some(number) if !error.details.headers.contains_key(X_ERR_NO) => {
            error.with_header(X_ERR_NO, HeaderValue::from(number))
        }
        _ => error,
    }
}
