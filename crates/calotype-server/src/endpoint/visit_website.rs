//! `GET /<path>` on the website host: an object, the index of a folder, an error page, or the way elsewhere.
//!
//! Visitors are anonymous, whatever they sign, so a page is shown if anybody may read it.
//! Spec: spec/cos/misc.md, website.

use calotype_protocol::configuration::{ErrorDocument, RedirectCondition, RoutingRule, WebsiteConfiguration};
use calotype_protocol::encoding;
use calotype_protocol::endpoint::{HeadObject, VisitWebsite};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::ObjectKey;
use http::StatusCode;
use http::header::LOCATION;

use super::{Context, get_object, head_object};
use crate::error::ApiError;
use crate::reply::{self, Reply};

/// What a proxy in front of the service says about the connection it has with the visitor.
const FORWARDED_PROTOCOL: &str = "x-forwarded-proto";

pub async fn handle(cx: &Context<'_>, visit: VisitWebsite) -> Result<Reply, ApiError> {
    let site = cx.settings().website.as_ref().ok_or(ErrorCode::NoSuchWebsiteConfiguration)?;
    if site.wants_https && !is_encrypted(cx) {
        let path = encoding::encode_path(&visit.path);
        return Ok(sent_to(StatusCode::MOVED_PERMANENTLY, &format!("https://{}/{path}", cx.target.host)));
    }
    let fits = |rule: &&RoutingRule| match &rule.condition {
        RedirectCondition::Prefix(prefix) => visit.path.starts_with(prefix),
        RedirectCondition::Status(_) => false,
    };
    if let Some(rule) = site.routing.iter().find(fits) {
        return Ok(redirected(cx, rule, &visit.path));
    }
    let visitor = Context { caller: &cx.caller.stranger(), bucket: cx.bucket.clone(), ..*cx };
    match show(&visitor, &visit, site).await {
        Ok(page) => Ok(page),
        Err(error) => instead_of(&visitor, &visit, site, error).await,
    }
}

/// The object of the path, or the index of the folder.
async fn show(
    cx: &Context<'_>,
    visit: &VisitWebsite,
    site: &WebsiteConfiguration,
) -> Result<Reply, ApiError> {
    let is_folder = visit.path.is_empty() || visit.path.ends_with('/');
    let key = if is_folder { format!("{}{}", visit.path, site.index) } else { visit.path.clone() };
    let key: ObjectKey = key.parse()?;
    let shown = page(cx, visit, key.clone()).await;
    let last = key.as_str().rsplit('/').next().unwrap_or_default();
    match shown {
        // Strangers to the bucket are not told which keys are there, so both mean that there is no such page.
        Err(error)
            if site.hides_extensions
                && !last.contains('.')
                && [ErrorCode::NoSuchKey, ErrorCode::AccessDenied].contains(&error.code) =>
        {
            let extended = format!("{key}.html").parse()?;
            page(cx, visit, extended).await.map_err(|_| error)
        }
        shown => shown,
    }
}

async fn page(cx: &Context<'_>, visit: &VisitWebsite, key: ObjectKey) -> Result<Reply, ApiError> {
    let get = visit.download(key);
    if visit.is_head {
        head_object::handle(cx, HeadObject(get)).await
    } else {
        get_object::handle(cx, get).await
    }
}

/// What a visitor sees who would see an error: another address, the error page, or the error itself.
async fn instead_of(
    cx: &Context<'_>,
    visit: &VisitWebsite,
    site: &WebsiteConfiguration,
    error: ApiError,
) -> Result<Reply, ApiError> {
    let status = error.code.status();
    let fits = |rule: &&RoutingRule| rule.condition == RedirectCondition::Status(status);
    if let Some(rule) = site.routing.iter().find(fits) {
        return Ok(redirected(cx, rule, &visit.path));
    }
    let Some(ErrorDocument { key, keeps_status }) = &site.error else { return Err(error) };
    // The conditions of the visit were about another page.
    let visit = VisitWebsite { conditions: Default::default(), range: None, ..visit.clone() };
    match page(cx, &visit, key.clone()).await {
        Ok(mut page) => {
            if *keeps_status {
                *page.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
            }
            Ok(page)
        }
        Err(_) => Err(error),
    }
}

fn redirected(cx: &Context<'_>, rule: &RoutingRule, path: &str) -> Reply {
    let redirect = &rule.redirect;
    let key = encoding::encode_path(redirect.key(path, &rule.condition));
    let host = redirect.host.as_deref().unwrap_or(&cx.target.host);
    let address = match &redirect.protocol {
        Some(protocol) => format!("{protocol}://{host}/{key}"),
        // As the visitor came.
        None => format!("//{host}/{key}"),
    };
    sent_to(StatusCode::from_u16(redirect.status).unwrap_or(StatusCode::FOUND), &address)
}

fn sent_to(status: StatusCode, address: &str) -> Reply {
    let mut reply = reply::empty(status);
    reply::set(reply.headers_mut(), LOCATION, address);
    reply
}

fn is_encrypted(cx: &Context<'_>) -> bool {
    let forwarded = cx.parts.headers.get(FORWARDED_PROTOCOL).map(http::HeaderValue::as_bytes);
    forwarded.is_some_and(|protocol| protocol.eq_ignore_ascii_case(b"https"))
}
