//! `PUT`, `GET` and `DELETE /?style`: named instructions of a bucket.
//!
//! Spec: spec/ci/styles.md, 2.

use calotype_protocol::endpoint::{
    AddStyle, DeleteStyle, DeleteStyleBody, GetStyle, GetStyleBody, StyleList, StyleRule,
};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::XML_BODY_BYTES_MAX;
use calotype_store::TextKind;
use http::StatusCode;

use super::{Context, request_body};
use crate::error::ApiError;
use crate::processing;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

/// Styles of one bucket. Source: spec/ci/styles.md, 1.
const STYLES_MAX: usize = 100;

/// Keeps a style, instead of the one that had its name.
pub async fn put(cx: &Context<'_>, body: RequestBody) -> Result<Reply, ApiError> {
    let document = request_body::document::<AddStyle>(body, &cx.parts.headers, XML_BODY_BYTES_MAX).await?;
    let AddStyle(StyleRule { name, body }) = document.ok_or(ErrorCode::MalformedXML)?;
    let (store, bucket) = (&cx.app.store, &cx.bucket.name);
    processing::check_style(cx.app, &name, &body)?;
    let mut separators = cx.settings().pictures.separators.iter();
    if let Some(separator) = separators.find(|separator| name.contains(**separator)) {
        let message = format!("style name {name:?} has the separator {separator} in it");
        return Err(ApiError::invalid_argument(message));
    }
    let others = store.texts(bucket, TextKind::Style).await?;
    if others.len() >= STYLES_MAX && others.iter().all(|(other, _)| *other != name) {
        return Err(ApiError::invalid_argument(format!("the bucket has {STYLES_MAX} styles already")));
    }
    store.put_text(bucket, TextKind::Style, &name, body.trim().to_owned()).await?;
    Ok(reply::empty(StatusCode::OK))
}

/// One style or all of them; a name nobody gave is no error.
pub async fn get(cx: &Context<'_>, get: GetStyle, body: RequestBody) -> Result<Reply, ApiError> {
    let document =
        request_body::document::<GetStyleBody>(body, &cx.parts.headers, XML_BODY_BYTES_MAX).await?;
    let wanted = get.name.or_else(|| document.and_then(|document| document.name));
    let all = cx.app.store.texts(&cx.bucket.name, TextKind::Style).await?;
    let is_wanted = |name: &String| wanted.as_ref().is_none_or(|wanted| wanted == name);
    let found = all.into_iter().filter(|(name, _)| is_wanted(name));
    Ok(reply::xml(&StyleList(found.map(|(name, body)| StyleRule { name, body }).collect())))
}

/// Forgets a style; one that is not there is forgotten already.
pub async fn delete(cx: &Context<'_>, delete: DeleteStyle, body: RequestBody) -> Result<Reply, ApiError> {
    let document =
        request_body::document::<DeleteStyleBody>(body, &cx.parts.headers, XML_BODY_BYTES_MAX).await?;
    let name = delete.name.or_else(|| document.map(|document| document.name));
    let name = name.ok_or(ErrorCode::MalformedXML)?;
    cx.app.store.delete_text(&cx.bucket.name, TextKind::Style, &name).await?;
    Ok(reply::empty(StatusCode::OK))
}
