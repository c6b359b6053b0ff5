//! `PUT`, `GET` and `DELETE` of `/?origin-protect`, `/?guetzli`, `/?image-slim` and `/?style-separators`: what a bucket
//! says about its pictures.
//!
//! Spec: spec/ci/styles.md, 3 to 5; spec/ci/extras.md, A4 and A5.

use calotype_protocol::endpoint::{
    GuetzliStatus, ImageSlim, OriginProtectStatus, PictureSetting, Setting, SettingAction, StyleSeparators,
};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::{XML_BODY_BYTES_MAX, XmlBody};
use calotype_store::TextKind;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::{Context, request_body};
use crate::error::ApiError;
use crate::reply::{self, Reply};
use crate::wire::{ReplyBody, RequestBody};

/// The text of a switch that is on; one that is off has none.
const ON: &str = "on";

pub async fn handle(cx: &Context<'_>, request: PictureSetting, body: RequestBody) -> Result<Reply, ApiError> {
    match request.action {
        SettingAction::Put => put(cx, request.setting, body).await,
        SettingAction::Get => Ok(get(cx, &request)),
        SettingAction::Delete => {
            let (store, bucket) = (&cx.app.store, &cx.bucket.name);
            store.delete_text(bucket, TextKind::Document, request.setting.name()).await?;
            Ok(reply::empty(StatusCode::OK))
        }
    }
}

async fn put(cx: &Context<'_>, setting: Setting, body: RequestBody) -> Result<Reply, ApiError> {
    let text = match setting {
        Setting::Guetzli | Setting::OriginProtect => ON.to_owned(),
        Setting::ImageSlim => {
            let given: ImageSlim = document(cx, body).await?;
            ImageSlim { status: None, ..given }.to_xml()
        }
        Setting::StyleSeparators => separators(cx, document(cx, body).await?).await?,
    };
    cx.app.store.put_text(&cx.bucket.name, TextKind::Document, setting.name(), text).await?;
    Ok(reply::empty(StatusCode::OK))
}

async fn document<T: XmlBody>(cx: &Context<'_>, body: RequestBody) -> Result<T, ApiError> {
    let document = request_body::document(body, &cx.parts.headers, XML_BODY_BYTES_MAX).await?;
    document.ok_or_else(|| ErrorCode::MalformedXML.into())
}

/// A style whose name has a separator in it could not be found behind that separator any more.
async fn separators(cx: &Context<'_>, given: StyleSeparators) -> Result<String, ApiError> {
    for (name, _) in cx.app.store.texts(&cx.bucket.name, TextKind::Style).await? {
        if let Some(separator) = given.0.iter().find(|separator| name.contains(**separator)) {
            let message = format!("Separator {separator} is part of the name of the style {name:?}");
            return Err(ApiError::invalid_argument(message));
        }
    }
    Ok(given.0.into_iter().collect())
}

fn get(cx: &Context<'_>, request: &PictureSetting) -> Reply {
    let settings = &cx.settings().pictures;
    match request.setting {
        Setting::Guetzli => reply::xml(&GuetzliStatus(settings.guetzli)),
        Setting::OriginProtect => reply::xml(&OriginProtectStatus(settings.protects_originals)),
        Setting::ImageSlim => {
            let status = Some(settings.slimming.is_some());
            let answer = ImageSlim { status, ..settings.slimming.clone().unwrap_or_default() };
            if request.wants_json { json(&answer) } else { reply::xml(&answer) }
        }
        Setting::StyleSeparators => reply::xml(&StyleSeparators(settings.separators.clone())),
    }
}

/// The document with the same names as JSON.
fn json(answer: &ImageSlim) -> Reply {
    let is_on = answer.status == Some(true);
    let mut members = serde_json::json!({ "Status": if is_on { "on" } else { "off" } });
    if is_on {
        members["SlimMode"] = answer.mode().into();
    }
    if let Some(suffixes) = &answer.automatic {
        members["Suffixs"] = serde_json::json!({ "Suffix": suffixes });
    }
    let text = serde_json::json!({ "ImageSlim": members }).to_string();
    let mut reply = Response::new(ReplyBody::from(text));
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}
