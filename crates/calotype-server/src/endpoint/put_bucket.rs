//! `PUT /`: makes a bucket.

use calotype_protocol::acl::CannedAcl;
use calotype_protocol::configuration::Configuration;
use calotype_protocol::endpoint::{CreateBucketConfiguration, PutBucket};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::tagging::TagSet;
use calotype_protocol::xml::{XML_BODY_BYTES_MAX, XmlBody};
use calotype_store::{BucketRecord, StoreError, TextKind};
use http::StatusCode;
use http::header::LOCATION;

use super::request_body;
use crate::app::App;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

/// Trait of a bucket: how its zones are laid out.
pub(super) const AZ_TYPE: &str = "az-type";
/// Trait of a bucket: its kind of file system.
pub(super) const ARCHITECTURE: &str = "architecture";

pub async fn handle(
    app: &App,
    caller: &Caller<'_>,
    put: PutBucket,
    body: RequestBody,
) -> Result<Reply, ApiError> {
    let owner = caller.account().filter(|account| account.app_id == put.bucket.app_id());
    let owner = owner.ok_or(ErrorCode::AccessDenied)?;
    let layout = layout(body).await?;
    let mut bucket = BucketRecord::new(put.bucket, owner.principal.as_str(), &app.addressing().region);
    let acl = if put.acl.is_unset() { CannedAcl::Private.into() } else { put.acl };
    bucket.acl = kept::acl(&acl);
    bucket.traits.extend(layout.az_type.map(|value| (AZ_TYPE.to_owned(), value)));
    bucket.traits.extend(layout.architecture.map(|value| (ARCHITECTURE.to_owned(), value)));

    let (name, location) = (bucket.name.clone(), format!("/{}", bucket.name));
    let others = app.store.list_buckets(Some(owner.principal.as_str())).await?;
    let is_new = others.iter().all(|other| other.name != bucket.name);
    if is_new && others.len() >= app.limits.buckets_max {
        return Err(ErrorCode::TooManyBuckets.into());
    }
    match app.store.create_bucket(bucket).await {
        // The name says whose it is, so nobody else can have made it.
        Err(StoreError::BucketExists { .. }) => return Err(ErrorCode::BucketAlreadyOwnedByYou.into()),
        created => created?,
    }
    if !put.tags.is_empty() {
        app.store.put_text(&name, TextKind::Document, TagSet::KIND.word, put.tags.to_xml()).await?;
    }
    let mut reply = reply::empty(StatusCode::OK);
    reply::set(reply.headers_mut(), LOCATION, location);
    Ok(reply)
}

async fn layout(body: RequestBody) -> Result<CreateBucketConfiguration, ApiError> {
    let headers = http::HeaderMap::new();
    let text = request_body::whole(body, &headers, XML_BODY_BYTES_MAX).await?;
    if text.is_empty() {
        return Ok(CreateBucketConfiguration::default());
    }
    Ok(CreateBucketConfiguration::from_xml(&text)?)
}
