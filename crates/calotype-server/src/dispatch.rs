//! One request from socket to reply, and one line in the log for it.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use calotype_protocol::address::{self, Addressing, Target};
use calotype_protocol::endpoint::Endpoint;
use calotype_protocol::error_body::ErrorBody;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::xml::XmlBody;
use futures_util::FutureExt;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, SERVER};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};

use crate::app::App;
use crate::auth::{self, Caller};
use crate::cors;
use crate::endpoint;
use crate::error::ApiError;
use crate::reply::{self, Reply, headers};
use crate::request_id::RequestId;
use crate::wire::{ReplyBody, RequestBody};

/// Answers one request. Whatever happens below becomes a reply here.
pub async fn serve(app: Arc<App>, peer: SocketAddr, parts: Parts, body: RequestBody) -> Reply {
    let started = Instant::now();
    let id = RequestId::next();
    let addressing = app.addressing();
    let target = addressing.resolve(&parts);
    let outcome = match &target {
        Ok(target) => {
            let answer = answer(&app, &parts, (id, peer), &addressing, target, body);
            // A bug in one request must not take the others with it.
            let outcome = AssertUnwindSafe(answer).catch_unwind().await;
            outcome.unwrap_or_else(|_| Err(ErrorCode::InternalError.into()))
        }
        Err(error) => Err(error.clone().into()),
    };
    let error = outcome.as_ref().err().map(describe);
    let mut reply = outcome.unwrap_or_else(|error| refuse(&parts, id, &error));
    sign(&mut reply, id);
    if let Some(bucket) = target.as_ref().ok().and_then(Target::bucket) {
        cors::mark(&app, bucket, &parts, &mut reply).await;
    }
    if parts.method == Method::HEAD {
        strip_body(&mut reply);
    }
    log(&parts, &reply, peer, started, error);
    reply
}

async fn answer(
    app: &Arc<App>,
    parts: &Parts,
    (id, peer): (RequestId, SocketAddr),
    addressing: &Addressing,
    target: &Target,
    body: RequestBody,
) -> Result<Reply, ApiError> {
    if parts.method == Method::OPTIONS {
        // Browsers ask this before they may send a signature.
        let endpoint = Endpoint::parse(parts, target, addressing)?;
        let anybody = Caller::anonymous(parts, peer.ip());
        return endpoint::answer(app, &anybody, (target, parts, id), endpoint, body).await;
    }
    let caller = auth::verify(app, parts, peer.ip(), target)?;
    match Endpoint::parse(parts, target, addressing) {
        Ok(endpoint) => endpoint::answer(app, &caller, (target, parts, id), endpoint, body).await,
        // Those who may not do it anyway are not told what is wrong with how they asked.
        Err(error) if endpoint::is_let_in(app, &caller, target, parts).await? => Err(error.into()),
        Err(_) => Err(ErrorCode::AccessDenied.into()),
    }
}

/// The reply that tells an error.
fn refuse(parts: &Parts, id: RequestId, error: &ApiError) -> Reply {
    let text = |value: HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let body = ErrorBody {
        resource: error.resource.clone().unwrap_or_else(|| address::requested_resource(parts)),
        request_id: text(id.header()),
        trace_id: Some(text(id.trace_header())),
        server_time: error.details.server_time,
        string_to_sign: error.details.string_to_sign.clone(),
        format_string: error.details.format_string.clone(),
        ..ErrorBody::new(error.code, &error.message)
    };
    let mut reply = Response::new(ReplyBody::from(body.to_xml()));
    *reply.status_mut() = StatusCode::from_u16(error.code.status()).unwrap_or_default();
    reply.headers_mut().insert(CONTENT_TYPE, reply::XML);
    for (name, value) in &error.details.headers {
        reply.headers_mut().insert(name, value.clone());
    }
    reply
}

/// Adds what every reply bears. hyper adds the date.
fn sign(reply: &mut Reply, id: RequestId) {
    let status = reply.status();
    let headers = reply.headers_mut();
    headers.insert(SERVER, reply::SERVER_NAME);
    headers.insert(headers::REQUEST_ID, id.header());
    if status.is_client_error() || status.is_server_error() || status == StatusCode::NOT_MODIFIED {
        headers.insert(headers::TRACE_ID, id.trace_header());
    }
}

/// A HEAD has the headers of its GET; errors keep theirs to themselves.
fn strip_body(reply: &mut Reply) {
    if reply.status().is_success() {
        let size_bytes = reply.body().size_bytes();
        reply.headers_mut().entry(CONTENT_LENGTH).or_insert(size_bytes.into());
    } else {
        reply.headers_mut().remove(CONTENT_TYPE);
    }
    *reply.body_mut() = ReplyBody::Empty;
}

/// An error with its causes, for the log.
fn describe(error: &ApiError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn log(parts: &Parts, reply: &Reply, peer: SocketAddr, started: Instant, error: Option<String>) {
    let status = reply.status().as_u16();
    if !tracing::enabled!(tracing::Level::INFO) && status != ErrorCode::InternalError.status() {
        return;
    }
    let id = reply.headers().get(headers::REQUEST_ID).and_then(|id| id.to_str().ok());
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let size_bytes = reply.body().size_bytes();
    let taken_us = started.elapsed().as_micros() as u64;
    if status == ErrorCode::InternalError.status() {
        tracing::error!(id, %peer, method, path, status, size_bytes, taken_us, error, "request failed");
    } else {
        tracing::info!(id, %peer, method, path, status, size_bytes, taken_us, error, "request");
    }
}
