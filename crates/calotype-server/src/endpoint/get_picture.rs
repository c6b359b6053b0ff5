//! `GET` and `HEAD` of `/<key>?<instruction>`, `/<key>?<style>` and `/<key>!<style>`: what an instruction makes.
//!
//! Spec: spec/ci/README.md, 1; spec/ci/styles.md, 3.

use calotype_protocol::endpoint::{GetObject, Processing};
use calotype_protocol::names::ObjectKey;
use calotype_store::TextKind;
use http::Method;

use super::{Context, objects};
use crate::error::ApiError;
use crate::processing::{self, Download};
use crate::reply::{self, Reply, headers};

/// A picture that is asked for.
struct Wish {
    /// Of which object.
    key: ObjectKey,
    /// What to make of it.
    instruction: String,
    /// Whether the bucket asks for it, not the client: then the object itself is the answer to every failure.
    is_automatic: bool,
}

impl Wish {
    fn new(key: ObjectKey, instruction: String) -> Self {
        Self { key, instruction, is_automatic: false }
    }

    fn is_style(&self) -> bool {
        self.instruction.starts_with("style/")
    }
}

/// Answers a download that asks for a picture; none where it asks for the object itself.
pub async fn handle(cx: &Context<'_>, get: &GetObject) -> Result<Option<Reply>, ApiError> {
    if get.processing == Some(Processing::AigcMetadata) {
        return Box::pin(label(cx, get)).await.map(Some);
    }
    match wish(cx, get).await? {
        Some(wish) => Box::pin(make(cx, get, wish)).await.map(Some),
        None => Ok(None),
    }
}

/// The label that the object bears.
async fn label(cx: &Context<'_>, get: &GetObject) -> Result<Reply, ApiError> {
    let source = objects::open(cx, &get.key, get.version_id.as_ref()).await?;
    objects::check_customer_key(source.object(), get.customer_key.as_ref())?;
    processing::aigc_metadata(cx.app, &source).await
}

async fn make(cx: &Context<'_>, get: &GetObject, wish: Wish) -> Result<Reply, ApiError> {
    let opened = objects::open(cx, &wish.key, get.version_id.as_ref()).await;
    let source = opened.map_err(processing::numbered)?;
    objects::check_customer_key(source.object(), get.customer_key.as_ref())?;
    let version = objects::version_id(&cx.bucket, source.object());
    let is_shown = cx.parts.method == Method::HEAD || wish.is_style();
    let download = Download {
        source,
        request: processing::Request { caller: cx.caller, target: cx.target, bucket: &cx.bucket },
        instruction: &wish.instruction,
        is_protected: !is_shown && cx.settings().pictures.protects(&wish.key),
        is_automatic: wish.is_automatic,
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
async fn wish(cx: &Context<'_>, get: &GetObject) -> Result<Option<Wish>, ApiError> {
    let written = match &get.processing {
        Some(Processing::Rule(instruction)) => Some(instruction.clone()),
        Some(Processing::AigcMetadata | Processing::Original | Processing::Unsupported { .. }) => {
            return Ok(None);
        }
        None => style_among(cx, &get.unknown_flags).await?,
    };
    if let Some((key, style)) = separated(cx, &get.key).await? {
        let style = format!("style/{style}");
        let instruction = written.map_or_else(|| style.clone(), |written| format!("{style}|{written}"));
        return Ok(Some(Wish::new(key, instruction)));
    }
    if let Some(instruction) = written {
        return Ok(Some(Wish::new(get.key.clone(), instruction)));
    }
    if cx.settings().pictures.slims(&get.key) {
        let slim = Wish::new(get.key.clone(), "imageSlim".to_owned());
        return Ok(Some(Wish { is_automatic: true, ..slim }));
    }
    Ok(None)
}

/// A bare name in the query may be that of a style; others mean nothing.
async fn style_among(cx: &Context<'_>, flags: &[String]) -> Result<Option<String>, ApiError> {
    for name in flags {
        if is_style(cx, name).await? {
            return Ok(Some(format!("style/{name}")));
        }
    }
    Ok(None)
}

/// The object in front of a separator and the style behind it, where there is no object of the whole key. Where no
/// separator leads to a style, the first one that leads to an object counts.
async fn separated(cx: &Context<'_>, key: &ObjectKey) -> Result<Option<(ObjectKey, String)>, ApiError> {
    let separators = &cx.settings().pictures.separators;
    let splits: Vec<_> = separators.iter().filter_map(|separator| split(key, *separator)).collect();
    if splits.is_empty() || objects::exists(cx, key).await? {
        return Ok(None);
    }
    let mut unknown = None;
    for (object, style) in splits {
        if objects::exists(cx, &object).await? {
            if is_style(cx, style).await? {
                return Ok(Some((object, style.to_owned())));
            }
            unknown.get_or_insert((object, style.to_owned()));
        }
    }
    Ok(unknown)
}

/// Splits at the last separator, where both halves can be what they should be.
fn split(key: &ObjectKey, separator: char) -> Option<(ObjectKey, &str)> {
    let (object, style) = key.as_str().rsplit_once(separator)?;
    let is_name = processing::is_style_name(style);
    is_name.then(|| object.parse().ok()).flatten().map(|object| (object, style))
}

async fn is_style(cx: &Context<'_>, name: &str) -> Result<bool, ApiError> {
    Ok(cx.app.store.text(&cx.bucket.name, TextKind::Style, name).await?.is_some())
}
