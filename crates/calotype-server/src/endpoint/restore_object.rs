//! `POST /<key>?restore`: makes archived content readable for some days; and who may read it until then.
//!
//! Archived bytes lie where all bytes lie. What takes time is a setting, for clients that want to see it pass.

use calotype_protocol::endpoint::{RestoreObject, RestoreRequest};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::timestamp;
use calotype_protocol::xml::XML_BODY_BYTES_MAX;
use calotype_store::{ObjectAttributes, Restore};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;

use super::{Context, request_body};
use crate::error::ApiError;
use crate::kept;
use crate::reply::{self, Reply};
use crate::wire::RequestBody;

const STORAGE_CLASS: HeaderName = HeaderName::from_static("x-cos-storage-class");
const RESTORE_STATUS: HeaderName = HeaderName::from_static("x-cos-restore-status");
const DAY_SECONDS: i64 = 24 * 60 * 60;

pub async fn handle(cx: &Context<'_>, restore: RestoreObject, body: RequestBody) -> Result<Reply, ApiError> {
    let RestoreObject { bucket, key, version_id } = restore;
    let wish = request_body::document::<RestoreRequest>(body, &cx.parts.headers, XML_BODY_BYTES_MAX).await?;
    let wish = wish.ok_or(ErrorCode::MissingRequestBodyError)?;
    let object = cx.app.store.head_object(&bucket, &key, version_id.as_ref()).await?;
    let now_s = cx.app.clock.now().as_second();
    let (status, ready_s) = match State::of(&object.attributes, now_s) {
        State::AtHand => return Err(ErrorCode::RestoreNonArchiveObject.into()),
        State::Ongoing => return Err(ErrorCode::RestoreAlreadyInProgress.into()),
        State::Restored { .. } => (StatusCode::OK, now_s),
        State::Archived => (StatusCode::ACCEPTED, now_s + cx.app.restore_delay_s),
    };
    let expires_s = ready_s + i64::from(wish.days) * DAY_SECONDS;
    let restore = Restore { tier: wish.tier.to_string(), requested_s: now_s, ready_s, expires_s };
    cx.app.store.set_object_restore(&bucket, &key, version_id.as_ref(), restore).await?;
    Ok(reply::empty(status))
}

/// Whether content can be read.
#[derive(Debug, PartialEq)]
enum State {
    /// It never was archived.
    AtHand,
    Archived,
    Ongoing,
    Restored {
        expires_s: i64,
    },
}

impl State {
    fn of(attributes: &ObjectAttributes, now_s: i64) -> Self {
        if !kept::storage_class(&attributes.storage_class).is_archive() {
            return Self::AtHand;
        }
        match &attributes.restore {
            Some(restore) if now_s < restore.ready_s => Self::Ongoing,
            Some(restore) if now_s < restore.expires_s => Self::Restored { expires_s: restore.expires_s },
            _ => Self::Archived,
        }
    }
}

/// Refuses to read content that is archived.
pub fn check_readable(attributes: &ObjectAttributes, now: Timestamp) -> Result<(), ApiError> {
    match State::of(attributes, now.as_second()) {
        State::AtHand | State::Restored { .. } => Ok(()),
        State::Archived | State::Ongoing => {
            let error = ApiError::from(ErrorCode::InvalidObjectState);
            Err(match HeaderValue::try_from(&attributes.storage_class) {
                Ok(class) => error.with_header(STORAGE_CLASS, class),
                Err(_) => error,
            })
        }
    }
}

/// What `x-cos-restore` says; none for what is not archived or was not asked for.
pub fn told(attributes: &ObjectAttributes, now: Timestamp) -> Option<String> {
    match State::of(attributes, now.as_second()) {
        State::AtHand | State::Archived => None,
        State::Ongoing => Some("ongoing-request=\"true\"".to_owned()),
        State::Restored { expires_s } => {
            Some(format!("ongoing-request=\"false\", expiry-date=\"{}\"", http_date(expires_s)))
        }
    }
}

/// Adds how a restore that is under way was asked for.
pub fn tell_status(headers: &mut HeaderMap, attributes: &ObjectAttributes, now: Timestamp) {
    if let (State::Ongoing, Some(restore)) = (State::of(attributes, now.as_second()), &attributes.restore) {
        let (tier, date) = (restore.tier.to_ascii_lowercase(), http_date(restore.requested_s));
        reply::set(headers, RESTORE_STATUS, format!("tier=\"{tier}\"; request-date=\"{date}\""));
    }
}

fn http_date(second: i64) -> String {
    timestamp::http_date(Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn restored_content_is_there_for_its_days() {
        let mut object =
            ObjectAttributes { storage_class: "ARCHIVE".to_owned(), ..ObjectAttributes::default() };
        assert_eq!(State::of(&object, 0), State::Archived);
        object.restore =
            Some(Restore { tier: "Bulk".to_owned(), requested_s: 100, ready_s: 200, expires_s: 300 });
        let expected = [
            (199, State::Ongoing),
            (200, State::Restored { expires_s: 300 }),
            (299, State::Restored { expires_s: 300 }),
            (300, State::Archived),
        ];
        for (now_s, state) in expected {
            let now = Timestamp::from_second(now_s).unwrap();
            assert_eq!(check_readable(&object, now).is_ok(), matches!(state, State::Restored { .. }));
            assert_eq!(State::of(&object, now_s), state, "{now_s}");
        }
        object.storage_class = "STANDARD".to_owned();
        assert_eq!(State::of(&object, 0), State::AtHand);
    }
}
