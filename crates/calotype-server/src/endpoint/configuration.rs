//! `PUT`, `GET` and `DELETE /?<kind>`: the documents a bucket keeps about itself.
//!
//! Spec: spec/cos/misc.md.

use calotype_protocol::configuration::{
    BucketLogging, Configuration, ConfigurationKind, Count, DOCUMENTS_PER_KIND_MAX, DomainConfiguration,
    ObjectLock, Unset,
};
use calotype_protocol::endpoint::{DeleteConfiguration, GetConfiguration, PutConfiguration};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::{Element, XML_BODY_BYTES_MAX};
use calotype_store::{BucketChange, StoreError, TextKind};
use http::header::CONTENT_TYPE;
use http::{HeaderName, Response, StatusCode};

use super::{Context, request_body};
use crate::error::ApiError;
use crate::reply::{self, Reply};
use crate::wire::{ReplyBody, RequestBody};

/// Text a name server should carry, for those who check that a domain is its owner's.
const DOMAIN_VERIFICATION: HeaderName = HeaderName::from_static("x-cos-domain-txt-verification");
/// The word of the older form of tiering, which the newer form shows under this id.
const SINGLE_TIERING: (&str, &str) = ("intelligenttiering", "default");

/// Keeps a document, instead of the one that was there.
pub async fn put(cx: &Context<'_>, put: PutConfiguration, body: RequestBody) -> Result<Reply, ApiError> {
    let text = request_body::whole(body, &cx.parts.headers, XML_BODY_BYTES_MAX).await?;
    if text.is_empty() {
        if !put.kind.is_cleared_by_empty_body {
            return Err(ErrorCode::MissingRequestBodyError.into());
        }
        forget(cx, put.kind, None).await?;
        return Ok(reply::empty(StatusCode::OK));
    }
    let document = put.kind.accept(&text, put.id.as_deref())?;
    if put.kind == DomainConfiguration::KIND {
        let domains = DomainConfiguration::read(&document)?;
        cx.app.domains.bind(&cx.app.store, &cx.bucket.name, &domains, document.to_xml()).await?;
        return Ok(reply::empty(StatusCode::OK));
    }
    if put.kind == ObjectLock::KIND {
        let days = ObjectLock::read(&document)?.days.unwrap_or(0);
        cx.app.store.change_bucket(&cx.bucket.name, BucketChange::RetentionDays(days)).await?;
    }
    if put.kind == BucketLogging::KIND {
        check_target(cx, &BucketLogging::read(&document)?).await?;
    }
    let (text_kind, name) = place(put.kind, put.id.as_deref());
    if text_kind == TextKind::NumerousDocument {
        check_count(cx, put.kind, &name).await?;
    }
    cx.app.store.put_text(&cx.bucket.name, text_kind, &name, document.to_xml()).await?;
    Ok(reply::empty(StatusCode::OK))
}

/// The document, the list of all documents of its kind, or what a bucket without one answers.
pub async fn get(cx: &Context<'_>, get: GetConfiguration) -> Result<Reply, ApiError> {
    if get.kind.count != Count::One && get.id.is_none() {
        return list(cx, get.kind).await;
    }
    let mut reply = match find(cx, get.kind, get.id.as_deref()).await? {
        Some(text) => document(text),
        None => match get.kind.unset {
            Unset::Error(code) => return Err(code.into()),
            Unset::Empty => document(get.kind.empty().to_xml()),
        },
    };
    if get.kind == DomainConfiguration::KIND {
        let proof = format!("tencent-cloud-cos-verification={}", domain_proof(cx));
        reply::set(reply.headers_mut(), DOMAIN_VERIFICATION, proof);
    }
    Ok(reply)
}

/// Forgets a document; one that is not there is forgotten already.
pub async fn delete(cx: &Context<'_>, delete: DeleteConfiguration) -> Result<Reply, ApiError> {
    // A lock that could be taken off would be none.
    if delete.kind == ObjectLock::KIND {
        return Err(ErrorCode::MethodNotAllowed.into());
    }
    forget(cx, delete.kind, delete.id.as_deref()).await?;
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

async fn forget(cx: &Context<'_>, kind: &ConfigurationKind, id: Option<&str>) -> Result<(), ApiError> {
    let (text_kind, name) = place(kind, id);
    let existed = cx.app.store.delete_text(&cx.bucket.name, text_kind, &name).await?;
    if existed && kind == DomainConfiguration::KIND {
        cx.app.domains.refresh(&cx.app.store).await?;
    }
    Ok(())
}

async fn find(
    cx: &Context<'_>,
    kind: &ConfigurationKind,
    id: Option<&str>,
) -> Result<Option<String>, StoreError> {
    let (text_kind, name) = place(kind, id);
    let (store, bucket) = (&cx.app.store, &cx.bucket.name);
    match store.text(bucket, text_kind, &name).await? {
        None if kind.word == "intelligent-tiering" && id == Some(SINGLE_TIERING.1) => {
            let single = store.text(bucket, TextKind::Document, SINGLE_TIERING.0).await?;
            Ok(single.and_then(|text| with_id(&text, SINGLE_TIERING.1)))
        }
        found => Ok(found),
    }
}

/// All documents of a kind. There is one page: a bucket has not more than [`DOCUMENTS_PER_KIND_MAX`].
async fn list(cx: &Context<'_>, kind: &ConfigurationKind) -> Result<Reply, ApiError> {
    let texts = all(cx, kind).await?;
    let documents = texts.iter().map(|(_, text)| Element::parse(text.as_bytes()));
    let documents = documents.collect::<Result<Vec<_>, _>>()?;
    Ok(document(kind.list(documents).to_xml()))
}

async fn all(cx: &Context<'_>, kind: &ConfigurationKind) -> Result<Vec<(String, String)>, StoreError> {
    let prefix = format!("{}/", kind.word);
    let texts = cx.app.store.texts(&cx.bucket.name, TextKind::NumerousDocument).await?;
    Ok(texts.into_iter().filter(|(name, _)| name.starts_with(&prefix)).collect())
}

async fn check_count(cx: &Context<'_>, kind: &ConfigurationKind, name: &str) -> Result<(), ApiError> {
    let others = all(cx, kind).await?;
    if others.len() >= DOCUMENTS_PER_KIND_MAX && others.iter().all(|(other, _)| other != name) {
        let message = format!("the bucket has {DOCUMENTS_PER_KIND_MAX} of {} already", kind.root);
        return Err(ApiError::invalid_argument(message));
    }
    Ok(())
}

/// Under which kind and name the store keeps a document.
fn place(kind: &ConfigurationKind, id: Option<&str>) -> (TextKind, String) {
    match id {
        None => (TextKind::Document, kind.word.to_owned()),
        Some(id) => (TextKind::NumerousDocument, format!("{}/{id}", kind.word)),
    }
}

/// A log may go to a bucket of the same owner.
async fn check_target(cx: &Context<'_>, logging: &BucketLogging) -> Result<(), ApiError> {
    let Some((target, _)) = &logging.target else { return Ok(()) };
    match cx.app.store.bucket(target).await {
        Ok(target) if target.owner == cx.bucket.owner => Ok(()),
        Ok(_) | Err(StoreError::NoSuchBucket(_)) => {
            let message = format!("TargetBucket {:?} is no bucket of yours", target.as_str());
            Err(ApiError::new(ErrorCode::InvalidTargetBucketForLogging, message))
        }
        Err(error) => Err(error.into()),
    }
}

/// The same for a bucket every time, and another for every bucket.
fn domain_proof(cx: &Context<'_>) -> String {
    let digest = calotype_store::Checksums::of(cx.bucket.name.as_str().as_bytes()).md5;
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn with_id(text: &str, id: &str) -> Option<String> {
    let mut root = Element::parse(text.as_bytes()).ok()?;
    if root.child("Id").is_none() {
        root.push(Element::leaf("Id", id));
    }
    Some(root.to_xml())
}

fn document(text: String) -> Reply {
    let mut reply = Response::new(ReplyBody::from(text));
    reply.headers_mut().insert(CONTENT_TYPE, reply::XML);
    reply
}
