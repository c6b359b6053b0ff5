//! Requests are told apart, and what a client writes the service reads.

mod refusals;
mod replies;
mod requests;

use http::Request;
use http::request::Parts;

use super::*;
use crate::error_code::ErrorCode;

const BUCKET: &str = "examplebucket-1250000000";
const HOST: &str = "examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com";

/// Names and values.
type Headers<'a> = &'a [(&'a str, &'a str)];

fn bucket() -> BucketName {
    BUCKET.parse().unwrap()
}

fn key(text: &str) -> ObjectKey {
    text.parse().unwrap()
}

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let mut request = Request::builder().method(method).uri(uri).header("host", HOST);
    for (name, value) in headers {
        request = request.header(*name, value.as_bytes());
    }
    request.body(()).unwrap().into_parts().0
}

fn parse_parts(parts: &Parts) -> Result<Endpoint, ParseError> {
    let addressing = Addressing::default();
    let target = addressing.resolve(parts)?;
    Endpoint::parse(parts, &target, &addressing)
}

fn parse(method: &str, uri: &str, headers: &[(&str, &str)]) -> Result<Endpoint, ParseError> {
    parse_parts(&parts(method, uri, headers))
}

/// The code a request is refused with.
fn refusal(method: &str, uri: &str, headers: &[(&str, &str)]) -> ErrorCode {
    match parse(method, uri, headers) {
        Ok(endpoint) => panic!("{method} {uri} is {}", endpoint.name()),
        Err(error) => error.code,
    }
}
