//! One signed request and its answer.

use bytes::Bytes;
use calotype_protocol::{ErrorBody, WireRequest, signature::Signer, signature::Validity, xml::XmlBody};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::{Client as HttpClient, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;

use crate::body::{RequestBody, ResponseBody, WireBody, whole};
use crate::config::{ClientConfig, Keys, SIGNATURE_SECONDS};
use crate::error::{ClientError, ServiceError};

/// How far the signature begins in the past, for clocks that differ a little.
const CLOCK_GRACE_SECONDS: i64 = 60;

/// Largest document that is read as a whole.
const DOCUMENT_BYTES_MAX: usize = 16 << 20;

/// Connections to one server, shared by everything cloned from one client.
#[derive(Debug, Clone)]
pub(crate) struct Transport {
    config: ClientConfig,
    http: HttpClient<HttpConnector, WireBody>,
}

/// A successful answer: headers at hand, body still on its way.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ResponseBody,
}

impl Transport {
    pub(crate) fn new(config: ClientConfig) -> Self {
        // hyper's own client and not one built on `url`: that one resolves dot segments, which are legal in keys.
        Self { config, http: HttpClient::builder(TokioExecutor::new()).build_http() }
    }

    /// Host and port of the server, without a bucket.
    pub(crate) fn authority(&self) -> &str {
        self.config.authority()
    }

    /// Sends a request whose body, if any, is the document it carries.
    pub(crate) async fn send(&self, wire: WireRequest) -> Result<Answer, ClientError> {
        let body = whole(wire.body.clone());
        let size_bytes = wire.body.len() as u64;
        self.exchange(wire, size_bytes, body).await
    }

    /// Sends a request and reads the document it answers with.
    pub(crate) async fn ask<T: XmlBody>(&self, wire: WireRequest) -> Result<(HeaderMap, T), ClientError> {
        let answer = self.send(wire).await?;
        document(answer).await
    }

    /// Sends an upload and verifies that what arrived has the checksum of what was sent.
    pub(crate) async fn upload(&self, wire: WireRequest, body: RequestBody) -> Result<Answer, ClientError> {
        let size_bytes = body.size_bytes;
        let (body, crc64) = body.summed();
        let answer = self.exchange(wire, size_bytes, body).await?;
        let announced =
            answer.headers.get("x-cos-hash-crc64ecma").and_then(|value| value.to_str().ok()?.parse().ok());
        crc64.verify(announced)?;
        Ok(answer)
    }

    async fn exchange(
        &self,
        mut wire: WireRequest,
        size_bytes: u64,
        body: WireBody,
    ) -> Result<Answer, ClientError> {
        let (host, before_key) = self.config.locate(wire.bucket.as_ref());
        wire.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size_bytes));
        if let Some(keys) = &self.config.keys {
            let authorization = authorization(keys, &wire, &host)?;
            wire.headers.insert(header::AUTHORIZATION, authorization);
        }
        let target = format!("http://{host}{before_key}{}", wire.path_and_query());
        let mut request = Request::builder().method(wire.method).uri(target).body(body).map_err(invalid)?;
        *request.headers_mut() = wire.headers;
        request.headers_mut().insert(header::HOST, HeaderValue::from_str(&host).map_err(invalid)?);
        let response = self.http.request(request).await;
        let response =
            response.map_err(|error| ClientError::Transport { host: host.clone(), source: error.into() })?;
        accept(response, host).await
    }
}

fn authorization(keys: &Keys, wire: &WireRequest, host: &str) -> Result<HeaderValue, ClientError> {
    let now = Timestamp::now().as_second();
    let validity = Validity { start: now - CLOCK_GRACE_SECONDS, end: now + SIGNATURE_SECONDS };
    let signer = Signer { secret_id: &keys.secret_id, secret_key: &keys.secret_key };
    HeaderValue::from_str(&signer.authorization(&wire.canonical(host), validity)).map_err(invalid)
}

fn invalid(error: impl std::fmt::Display) -> ClientError {
    ClientError::Invalid(error.to_string())
}

/// Splits a success from a refusal; a refusal's document becomes the error.
async fn accept(response: Response<Incoming>, host: String) -> Result<Answer, ClientError> {
    let (parts, incoming) = response.into_parts();
    let status = parts.status.as_u16();
    let answer = Answer { status, headers: parts.headers, body: ResponseBody::new(incoming, host) };
    if status < 400 {
        return Ok(answer);
    }
    let text = |name: &str| answer.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let request_id = text("x-cos-request-id").unwrap_or_default();
    let x_err_no = text("x-errno").and_then(|number| number.parse().ok());
    let body = limited(answer.body).await?;
    // HEAD answers carry no document; their status is all there is to say.
    let document = ErrorBody::from_xml(&body).ok();
    let error = match document {
        Some(document) => ServiceError {
            status,
            code: document.code,
            message: document.message,
            resource: document.resource,
            request_id,
            x_err_no,
        },
        None => ServiceError {
            status,
            code: parts.status.canonical_reason().unwrap_or("Unknown").replace(' ', ""),
            message: String::new(),
            resource: String::new(),
            request_id,
            x_err_no,
        },
    };
    Err(ClientError::Service(Box::new(error)))
}

/// Reads the document of an answer.
pub(crate) async fn document<T: XmlBody>(answer: Answer) -> Result<(HeaderMap, T), ClientError> {
    let body = limited(answer.body).await?;
    let document = T::from_xml(&body).map_err(|error| ClientError::UnexpectedAnswer(error.to_string()))?;
    Ok((answer.headers, document))
}

async fn limited(body: ResponseBody) -> Result<Bytes, ClientError> {
    let body = http_body_util::StreamBody::new(futures_util::StreamExt::map(body, |chunk| {
        chunk.map(http_body::Frame::data)
    }));
    match http_body_util::Limited::new(body, DOCUMENT_BYTES_MAX).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) => Err(match error.downcast::<ClientError>() {
            Ok(error) => *error,
            Err(error) => ClientError::UnexpectedAnswer(error.to_string()),
        }),
    }
}
