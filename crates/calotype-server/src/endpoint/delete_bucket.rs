//! `DELETE /`: removes an empty bucket.

use calotype_protocol::configuration::{Configuration, DomainConfiguration};
use http::StatusCode;

use super::Context;
use crate::error::ApiError;
use crate::reply::{self, Reply};

pub async fn handle(cx: &Context<'_>) -> Result<Reply, ApiError> {
    let store = &cx.app.store;
    let had_domains = store.documents(&cx.bucket.name).await?.contains_key(DomainConfiguration::KIND.word);
    store.delete_bucket(&cx.bucket.name).await?;
    if had_domains {
        cx.app.domains.refresh(store).await?;
    }
    Ok(reply::empty(StatusCode::NO_CONTENT))
}
