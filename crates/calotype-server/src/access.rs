//! May they.
//!
//! What an explicit denial speaks of is closed to everybody. Beyond that the owner of a bucket may do everything with it
//! and all that is in it; others may do what its policy or an access list allows.
//! Spec: spec/cos/acl.md, Evaluation; spec/cos/misc.md, policy.

mod guarded_bucket;

use calotype_protocol::acl::Permission;
use calotype_protocol::endpoint::Endpoint;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::{BucketName, ObjectKey};
use calotype_protocol::policy::{Policy, Question, Ruling};
use calotype_store::{BucketRecord, StoredObject};
use http::header::REFERER;
use http::request::Parts;

use crate::auth::Caller;
use crate::bucket_settings::BucketSettings;
use crate::error::ApiError;
use crate::kept;

pub use guarded_bucket::GuardedBucket;

/// What somebody wants to do with a bucket or an object.
#[derive(Debug, Clone, Copy)]
pub struct Deed {
    /// Its names in policies: a denial of one denies it, a permission of one allows it.
    actions: &'static [&'static str],
    /// The right in access lists that allows it.
    right: Permission,
}

/// Reading an object.
pub const GET_OBJECT: Deed = Deed { actions: &["GetObject"], right: Permission::Read };
/// Reading what is known about an object.
pub const HEAD_OBJECT: Deed = Deed { actions: &["HeadObject"], right: Permission::Read };
/// Storing an object.
pub const PUT_OBJECT: Deed = Deed { actions: &["PutObject"], right: Permission::Write };
/// Removing one object of many at once.
pub const DELETE_OBJECTS: Deed =
    Deed { actions: &["DeleteMultipleObjects", "DeleteObject"], right: Permission::Write };
/// Seeing which objects there are.
pub const LIST_OBJECTS: Deed = Deed { actions: &["GetBucket"], right: Permission::Read };

/// The deed a right on an object is usually for.
impl From<Permission> for Deed {
    fn from(right: Permission) -> Self {
        match right {
            Permission::Read => GET_OBJECT,
            Permission::Write | Permission::FullControl => PUT_OBJECT,
            Permission::ReadAcp => Self { actions: &["GetObjectACL"], right },
            Permission::WriteAcp => Self { actions: &["PutObjectACL"], right },
        }
    }
}

/// Who may do something besides those a policy allows it.
enum Need {
    /// The owner alone.
    Owner,
    /// Whoever has this right on the bucket.
    Bucket(Permission),
    /// Whoever has this right on the bucket and says who they are.
    Signed(Permission),
    /// Whoever has a right on the object; the handler asks once it has read the record, or the form.
    Object,
    /// Whoever has a right on one of the objects its body names; the handler asks [`may`] about each.
    Each(Deed),
}

/// Refuses what the caller may not do in this bucket, as far as the bucket alone can tell.
pub fn allow(caller: &Caller<'_>, bucket: &GuardedBucket, endpoint: &Endpoint) -> Result<(), ApiError> {
    let (actions, key) = (&[endpoint.action()], endpoint.key());
    allowed(match need(endpoint) {
        // Nobody shuts themselves out: a policy does not keep its owner from changing it.
        Need::Owner if is_policy(endpoint) && owns(caller, bucket) => {
            let bucket = Some(&bucket.name);
            ask(caller, bucket, actions, key, |question| !is_beyond_session(caller, question))
        }
        Need::Owner => is_ruled(ruling(caller, bucket, actions, key), || owns(caller, bucket)),
        Need::Bucket(right) => {
            is_ruled(ruling(caller, bucket, actions, key), || acl_allows(caller, bucket, right))
        }
        Need::Signed(right) => is_ruled(ruling(caller, bucket, actions, key), || {
            caller.account().is_some() && acl_allows(caller, bucket, right)
        }),
        Need::Object => ruling(caller, bucket, actions, key) != Ruling::Denied,
        Need::Each(deed) => is_possible(caller, bucket, deed),
    })
}

/// Refuses what a temporary key may not do with the account itself: see its buckets, make one.
pub fn allow_account(caller: &Caller<'_>, endpoint: &Endpoint) -> Result<(), ApiError> {
    let actions = &[endpoint.action()];
    allowed(ask(caller, endpoint.bucket(), actions, None, |question| !is_beyond_session(caller, question)))
}

fn need(endpoint: &Endpoint) -> Need {
    match endpoint {
        Endpoint::DeleteBucket(_)
        | Endpoint::DeleteBucketPolicy(_)
        | Endpoint::DeleteConfiguration(_)
        | Endpoint::DeleteStyle(_)
        | Endpoint::GetBucketPolicy(_)
        | Endpoint::GetBucketVersioning(_)
        | Endpoint::GetConfiguration(_)
        | Endpoint::GetFederationToken(_)
        | Endpoint::GetStyle(_)
        | Endpoint::ListBuckets(_)
        | Endpoint::PicJobs(_)
        | Endpoint::PictureSetting(_)
        | Endpoint::PutBucket(_)
        | Endpoint::PutBucketPolicy(_)
        | Endpoint::PutBucketVersioning(_)
        | Endpoint::PutConfiguration(_)
        | Endpoint::PutStyle(_)
        | Endpoint::Unsupported(_) => Need::Owner,
        Endpoint::HeadBucket(_) | Endpoint::ListObjects(_) | Endpoint::ListObjectsV2(_) => {
            Need::Bucket(Permission::Read)
        }
        // What is beside the objects is never public, not even in a public bucket.
        Endpoint::GenerateCode(_)
        | Endpoint::GetBucketLocation(_)
        | Endpoint::ListMultipartUploads(_)
        | Endpoint::ListObjectVersions(_) => Need::Signed(Permission::Read),
        Endpoint::DeleteObjectTagging(_) | Endpoint::PutObjectTagging(_) => Need::Signed(Permission::Write),
        Endpoint::GetBucketAcl(_) => Need::Signed(Permission::ReadAcp),
        Endpoint::PutBucketAcl(_) => Need::Signed(Permission::WriteAcp),
        Endpoint::AbortMultipartUpload(_)
        | Endpoint::AppendObject(_)
        | Endpoint::CompleteMultipartUpload(_)
        | Endpoint::CopyObject(_)
        | Endpoint::DeleteObject(_)
        | Endpoint::InitiateMultipartUpload(_)
        | Endpoint::ListParts(_)
        | Endpoint::PutObject(_)
        | Endpoint::PutSymlink(_)
        | Endpoint::RestoreObject(_)
        | Endpoint::UploadPart(_)
        | Endpoint::UploadPartCopy(_) => Need::Bucket(Permission::Write),
        Endpoint::DeleteObjects(_) => Need::Each(DELETE_OBJECTS),
        // Processing reads its source; each destination is asked for by itself.
        Endpoint::GetObject(_)
        | Endpoint::GetObjectAcl(_)
        | Endpoint::GetObjectRetention(_)
        | Endpoint::GetObjectTagging(_)
        | Endpoint::GetSymlink(_)
        | Endpoint::HeadObject(_)
        | Endpoint::PostObject(_)
        | Endpoint::Preflight(_)
        | Endpoint::ProcessImage(_)
        | Endpoint::PutObjectAcl(_)
        | Endpoint::VisitWebsite(_) => Need::Object,
    }
}

fn is_policy(endpoint: &Endpoint) -> bool {
    matches!(
        endpoint,
        Endpoint::GetBucketPolicy(_) | Endpoint::PutBucketPolicy(_) | Endpoint::DeleteBucketPolicy(_)
    )
}

/// Refuses to show an object in a page that may not show it, whoever asks.
pub fn check_page(settings: &BucketSettings, parts: &Parts, endpoint: &Endpoint) -> Result<(), ApiError> {
    let shows =
        matches!(endpoint, Endpoint::GetObject(_) | Endpoint::HeadObject(_) | Endpoint::VisitWebsite(_));
    let Some(list) = settings.referer.as_ref().filter(|_| shows) else { return Ok(()) };
    let page = parts.headers.get(REFERER).map(|page| String::from_utf8_lossy(page.as_bytes()));
    allowed(list.allows(page.as_deref()))
}

/// Whether the caller is the account a bucket belongs to.
pub fn owns(caller: &Caller<'_>, bucket: &BucketRecord) -> bool {
    caller.account().is_some_and(|account| account.app_id == bucket.name.app_id())
}

/// Whether the caller may do this with a key, there or not yet, as far as the bucket alone can tell.
///
/// - `key`: none for the bucket itself.
pub fn may(caller: &Caller<'_>, bucket: &GuardedBucket, deed: Deed, key: Option<&ObjectKey>) -> bool {
    is_ruled(ruling(caller, bucket, deed.actions, key), || acl_allows(caller, bucket, deed.right))
}

/// Refuses callers who may not do this with a key, there or not yet.
pub fn check(
    caller: &Caller<'_>,
    bucket: &GuardedBucket,
    deed: Deed,
    key: Option<&ObjectKey>,
) -> Result<(), ApiError> {
    allowed(may(caller, bucket, deed, key))
}

/// Refuses callers who may not do this with an object. An object without a list of its own follows its bucket.
pub fn check_object(
    caller: &Caller<'_>,
    bucket: &GuardedBucket,
    object: &StoredObject,
    deed: impl Into<Deed>,
) -> Result<(), ApiError> {
    let Deed { actions, right } = deed.into();
    allowed(is_ruled(ruling(caller, bucket, actions, Some(&object.key)), || {
        let own = kept::object_acl(&object.attributes.acl);
        let allows_itself = || !own.is_inherited() && own.allows(caller.principal(), right);
        owns(caller, bucket) || allows_itself() || own.is_inherited() && acl_allows(caller, bucket, right)
    }))
}

/// Whether the caller may do something nobody's policy speaks of.
fn acl_allows(caller: &Caller<'_>, bucket: &BucketRecord, right: Permission) -> bool {
    owns(caller, bucket) || kept::bucket_acl(&bucket.acl).allows(caller.principal(), right)
}

/// Whether there may be a key for which the caller may do this.
fn is_possible(caller: &Caller<'_>, bucket: &GuardedBucket, deed: Deed) -> bool {
    let is_allowed_by =
        |policy: &Policy| deed.actions.iter().any(|action| policy.may_allow(caller.principal(), action));
    caller.session().is_none_or(is_allowed_by)
        && (bucket.policy().is_some_and(is_allowed_by) || acl_allows(caller, bucket, deed.right))
}

/// What follows from a ruling; where policies are silent, from what else there is.
fn is_ruled(ruling: Ruling, otherwise: impl FnOnce() -> bool) -> bool {
    match ruling {
        Ruling::Denied => false,
        Ruling::Allowed => true,
        Ruling::Silent => otherwise(),
    }
}

/// What the policies of a temporary key and of the bucket say together.
fn ruling(caller: &Caller<'_>, bucket: &GuardedBucket, actions: &[&str], key: Option<&ObjectKey>) -> Ruling {
    ask(caller, Some(&bucket.name), actions, key, |question| {
        if is_beyond_session(caller, question) {
            return Ruling::Denied;
        }
        bucket.policy().map_or(Ruling::Silent, |policy| policy.ruling(question))
    })
}

/// Whether a temporary key is not for this. Unlike that of a bucket, its policy has to allow what may be done.
fn is_beyond_session(caller: &Caller<'_>, question: &Question<'_>) -> bool {
    caller.session().is_some_and(|session| session.ruling(question) != Ruling::Allowed)
}

fn ask<T>(
    caller: &Caller<'_>,
    bucket: Option<&BucketName>,
    actions: &[&str],
    key: Option<&ObjectKey>,
    answer: impl FnOnce(&Question<'_>) -> T,
) -> T {
    answer(&Question {
        principal: caller.principal(),
        actions,
        bucket,
        key: key.map(ObjectKey::as_str),
        facts: &|name| caller.fact(name),
    })
}

fn allowed(is_allowed: bool) -> Result<(), ApiError> {
    if is_allowed { Ok(()) } else { Err(ErrorCode::AccessDenied.into()) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use calotype_protocol::acl::{Acl, CannedAcl, Grant, Grantee};
    use http::request::Parts;

    use super::*;
    use crate::credentials::Account;

    fn parts() -> Parts {
        http::Request::new(()).into_parts().0
    }

    /// Whether the account of these numbers has this right on the bucket; none is nobody.
    fn allows(account: Option<(&str, &str)>, bucket: &BucketRecord, right: Permission) -> bool {
        let parts = parts();
        let anonymous = Caller::anonymous(&parts, [127, 0, 0, 1].into());
        let caller = match account {
            Some((app_id, uin)) => anonymous.proven(Arc::new(Account::new(app_id, uin)), None),
            None => anonymous,
        };
        acl_allows(&caller, bucket, right)
    }

    fn bucket(acl: impl Into<Acl>) -> BucketRecord {
        let mut bucket = BucketRecord::new("photos-1".parse().unwrap(), "", "");
        bucket.acl = kept::acl(&acl.into());
        bucket
    }

    #[test]
    fn the_owner_needs_no_list_and_others_do() {
        let (owner, other) = (Some(("1", "11")), Some(("2", "22")));
        for right in [Permission::Read, Permission::Write, Permission::ReadAcp, Permission::WriteAcp] {
            assert!(allows(owner, &bucket(CannedAcl::Private), right));
            assert!(!allows(other, &bucket(CannedAcl::Private), right));
        }
        assert!(allows(None, &bucket(CannedAcl::PublicRead), Permission::Read));
        assert!(!allows(None, &bucket(CannedAcl::PublicRead), Permission::Write));
        assert!(!allows(None, &bucket(CannedAcl::PublicReadWrite), Permission::ReadAcp));
        assert!(allows(other, &bucket(CannedAcl::AuthenticatedRead), Permission::Read));
        assert!(!allows(None, &bucket(CannedAcl::AuthenticatedRead), Permission::Read));
    }

    #[test]
    fn a_grant_is_for_its_grantee_alone() {
        let grantee = Grantee::User("22".parse().unwrap());
        let grants = vec![Grant { grantee, permission: Permission::FullControl }];
        let shared = bucket(Acl { canned: None, grants });
        assert!(allows(Some(("2", "22")), &shared, Permission::WriteAcp));
        assert!(!allows(Some(("3", "33")), &shared, Permission::Read));
        assert!(!allows(None, &shared, Permission::Read));
    }
}
