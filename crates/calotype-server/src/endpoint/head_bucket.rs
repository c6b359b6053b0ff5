//! `HEAD /`: whether a bucket is there and may be read.

use http::{HeaderName, StatusCode};

use super::Context;
use super::put_bucket::{ARCHITECTURE, AZ_TYPE};
use crate::reply::{self, Reply, headers};

pub fn handle(cx: &Context<'_>) -> Reply {
    let mut reply = reply::empty(StatusCode::OK);
    let headers = reply.headers_mut();
    reply::set(headers, headers::BUCKET_REGION, &cx.bucket.region);
    for (name, value) in &cx.bucket.traits {
        match name.as_str() {
            AZ_TYPE => reply::set(headers, HeaderName::from_static("x-cos-bucket-az-type"), value),
            ARCHITECTURE => reply::set(headers, HeaderName::from_static("x-cos-bucket-arch"), value),
            _ => {}
        }
    }
    reply
}
