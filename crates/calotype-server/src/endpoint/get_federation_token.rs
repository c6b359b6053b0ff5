//! `POST /` on the service's own host: lends a temporary key, as the security token service of the cloud does.
//!
//! Spec: spec/cos/auth.md, 5.

use calotype_protocol::address::Target;
use calotype_protocol::endpoint::{
    FEDERATION_BODY_BYTES_MAX, FederationError, FederationForm, FederationToken,
};
use calotype_protocol::policy::Policy;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use jiff::SignedDuration;
use uuid::Uuid;

use super::request_body;
use crate::app::App;
use crate::credentials::TemporaryKey;
use crate::error::ApiError;
use crate::reply::Reply;
use crate::wire::{ReplyBody, RequestBody};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub async fn handle(app: &App, target: &Target, body: RequestBody) -> Result<Reply, ApiError> {
    let body = request_body::whole(body, &HeaderMap::new(), FEDERATION_BODY_BYTES_MAX).await?;
    let request_id = Uuid::now_v7().to_string();
    let answer = match lend(app, &target.host, &body) {
        Ok(lent) => lent.to_json(&request_id),
        Err(refusal) => refusal.to_json(&request_id),
    };
    let mut reply = Reply::new(ReplyBody::from(answer));
    reply.headers_mut().insert(CONTENT_TYPE, JSON);
    Ok(reply)
}

fn lend(app: &App, host: &str, body: &[u8]) -> Result<FederationToken, FederationError> {
    let form = FederationForm::parse(body)?;
    let (lender, now) = (form.secret_id()?, app.clock.now());
    let key = app.credentials.find(lender, None, now);
    let key = key.map_err(|error| FederationError::new("AuthFailure.SecretIdNotFound", error.message))?;
    form.verify(&key.secret_key, host, now)?;
    let policy = form.policy()?;
    Policy::of_session(&policy)
        .map_err(|error| FederationError::new("InvalidParameter.StrategyFormatError", error.message))?;
    let duration = SignedDuration::from_secs(form.duration_seconds()?);
    let lent = app.credentials.lend(lender, &policy, now, duration);
    let TemporaryKey { pair, token, expires } =
        lent.map_err(|error| FederationError::new("InternalError", error.to_string()))?;
    Ok(FederationToken { secret_id: pair.secret_id, secret_key: pair.secret_key, token, expires })
}
