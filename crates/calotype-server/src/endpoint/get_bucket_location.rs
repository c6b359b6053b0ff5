//! `GET /?location`: the region of a bucket.

use calotype_protocol::endpoint::LocationConstraint;

use super::Context;
use crate::reply::{self, Reply};

pub fn handle(cx: &Context<'_>) -> Reply {
    reply::xml(&LocationConstraint(cx.bucket.region.clone()))
}
