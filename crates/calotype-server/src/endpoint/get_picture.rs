//! `GET` and `HEAD` of `/<key>?<instruction>`, `/<key>?<style>` and `/<key>!<style>`: what an instruction makes.
//!
//! Spec: spec/ci/README.md, 1; spec/ci/styles.md, 3.

use calotype_protocol::endpoint::{GetObject, Processing};
use calotype_protocol::names::ObjectKey;
use calotype_store::TextKind;

use super::{Context, objects};
use crate::error::ApiError;
use crate::processing::{self, Download};
use crate::reply::{self, Reply, headers};

/// Between a key and the name of a style. Others have to be switched on per bucket, which nothing offers yet.
const SEPARATOR: char = '!';

/// Answers a download that asks for a picture; none where it asks for the object itself.
pub async fn handle(cx: &Context<'_>, get: &GetObject) -> Result<Option<Reply>, ApiError> {
    match wish(cx, get).await? {
        Some((key, instruction)) => Box::pin(make(cx, get, key, instruction)).await.map(Some),
        None => Ok(None),
    }
}

async fn make(
    cx: &Context<'_>,
    get: &GetObject,
    key: ObjectKey,
    instruction: String,
) -> Result<Reply, ApiError> {
    let opened = objects::open(cx, &key, get.version_id.as_ref()).await;
    let source = opened.map_err(processing::numbered)?;
    objects::check_customer_key(source.object(), get.customer_key.as_ref())?;
    let version = objects::version_id(&cx.bucket, source.object());
    let download = Download {
        source,
        request: processing::Request { caller: cx.caller, target: cx.target, bucket: &cx.bucket },
        instruction: &instruction,
        conditions: &get.conditions,
        overrides: &get.overrides,
    };
    let mut reply = processing::on_the_fly(cx.app, download).await?;
    if let Some(version) = version {
        reply::set(reply.headers_mut(), headers::VERSION_ID, version.as_str());
    }
    Ok(reply)
}

/// Which object, and what to make of it.
async fn wish(cx: &Context<'_>, get: &GetObject) -> Result<Option<(ObjectKey, String)>, ApiError> {
    let written = match &get.processing {
        Some(Processing::Rule(instruction)) => Some(instruction.clone()),
        Some(Processing::Inspect | Processing::Original | Processing::Unsupported(_)) => return Ok(None),
        None => style_among(cx, &get.unknown_flags).await?,
    };
    if let Some((key, style)) = separated(&get.key)
        && !objects::exists(cx, &get.key).await?
        && objects::exists(cx, &key).await?
    {
        let style = format!("style/{style}");
        let instruction = written.map_or_else(|| style.clone(), |written| format!("{style}|{written}"));
        return Ok(Some((key, instruction)));
    }
    Ok(written.map(|instruction| (get.key.clone(), instruction)))
}

/// A bare name in the query may be that of a style; others mean nothing.
async fn style_among(cx: &Context<'_>, flags: &[String]) -> Result<Option<String>, ApiError> {
    for name in flags {
        if cx.app.store.text(&cx.bucket.name, TextKind::Style, name).await?.is_some() {
            return Ok(Some(format!("style/{name}")));
        }
    }
    Ok(None)
}

/// Splits at the last separator, where both halves can be what they should be.
fn separated(key: &ObjectKey) -> Option<(ObjectKey, &str)> {
    let (object, style) = key.as_str().rsplit_once(SEPARATOR)?;
    let is_name = processing::is_style_name(style);
    is_name.then(|| object.parse().ok()).flatten().map(|object| (object, style))
}
