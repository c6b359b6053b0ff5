//! May they.
//!
//! The owner of a bucket may do everything with it and all that is in it. Others may do what access lists grant.
//! Spec: spec/cos/acl.md, Evaluation.

use calotype_protocol::acl::Permission;
use calotype_protocol::endpoint::Endpoint;
use calotype_protocol::error_code::ErrorCode;
use calotype_store::{BucketRecord, StoredObject};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::kept;

/// Who may do something.
enum Need {
    /// The owner alone.
    Owner,
    /// Whoever has this right on the bucket.
    Bucket(Permission),
    /// Whoever has this right on the bucket and says who they are.
    Signed(Permission),
    /// Whoever has a right on the object; the handler asks [`check_object`] once it has read the record.
    Object,
}

/// Refuses what the caller may not do in this bucket, as far as the bucket alone can tell.
pub fn allow(caller: &Caller, bucket: &BucketRecord, endpoint: &Endpoint) -> Result<(), ApiError> {
    let is_allowed = match need(endpoint) {
        Need::Owner => owns(caller, bucket),
        Need::Bucket(right) => bucket_allows(caller, bucket, right),
        Need::Signed(right) => caller.account().is_some() && bucket_allows(caller, bucket, right),
        Need::Object => true,
    };
    allowed(is_allowed)
}

fn need(endpoint: &Endpoint) -> Need {
    match endpoint {
        Endpoint::DeleteBucket(_)
        | Endpoint::DeleteStyle(_)
        | Endpoint::GetStyle(_)
        | Endpoint::ListBuckets(_)
        | Endpoint::PutBucket(_)
        | Endpoint::PutStyle(_)
        | Endpoint::Unsupported(_) => Need::Owner,
        Endpoint::HeadBucket(_) | Endpoint::ListObjects(_) | Endpoint::ListObjectsV2(_) => {
            Need::Bucket(Permission::Read)
        }
        // What is beside the objects is never public, not even in a public bucket.
        Endpoint::GetBucketLocation(_) | Endpoint::ListMultipartUploads(_) => Need::Signed(Permission::Read),
        Endpoint::GetBucketAcl(_) => Need::Signed(Permission::ReadAcp),
        Endpoint::PutBucketAcl(_) => Need::Signed(Permission::WriteAcp),
        Endpoint::AbortMultipartUpload(_)
        | Endpoint::CompleteMultipartUpload(_)
        | Endpoint::CopyObject(_)
        | Endpoint::DeleteObject(_)
        | Endpoint::DeleteObjects(_)
        | Endpoint::InitiateMultipartUpload(_)
        | Endpoint::ListParts(_)
        | Endpoint::ProcessImage(_)
        | Endpoint::PutObject(_)
        | Endpoint::UploadPart(_)
        | Endpoint::UploadPartCopy(_) => Need::Bucket(Permission::Write),
        Endpoint::GetObject(_)
        | Endpoint::GetObjectAcl(_)
        | Endpoint::HeadObject(_)
        | Endpoint::Preflight(_)
        | Endpoint::PutObjectAcl(_) => Need::Object,
    }
}

/// Whether the caller is the account a bucket belongs to.
pub fn owns(caller: &Caller, bucket: &BucketRecord) -> bool {
    caller.account().is_some_and(|account| account.app_id == bucket.name.app_id())
}

/// Refuses callers without this right on a bucket.
pub fn check_bucket(caller: &Caller, bucket: &BucketRecord, right: Permission) -> Result<(), ApiError> {
    allowed(bucket_allows(caller, bucket, right))
}

/// Refuses callers without this right on an object. An object without a list of its own follows its bucket.
pub fn check_object(
    caller: &Caller,
    bucket: &BucketRecord,
    object: &StoredObject,
    right: Permission,
) -> Result<(), ApiError> {
    if owns(caller, bucket) {
        return Ok(());
    }
    let acl = kept::object_acl(&object.attributes.acl);
    let acl = if acl.is_inherited() { kept::bucket_acl(&bucket.acl) } else { acl };
    allowed(acl.allows(caller.principal(), right))
}

/// Whether the caller has this right on a bucket.
pub fn bucket_allows(caller: &Caller, bucket: &BucketRecord, right: Permission) -> bool {
    owns(caller, bucket) || kept::bucket_acl(&bucket.acl).allows(caller.principal(), right)
}

fn allowed(is_allowed: bool) -> Result<(), ApiError> {
    if is_allowed { Ok(()) } else { Err(ErrorCode::AccessDenied.into()) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use calotype_protocol::acl::{Acl, CannedAcl, Grant, Grantee};

    use super::*;
    use crate::credentials::Account;

    fn account(app_id: &str, uin: &str) -> Caller {
        Caller::Account(Arc::new(Account::new(app_id, uin)))
    }

    fn bucket(acl: impl Into<Acl>) -> BucketRecord {
        let mut bucket = BucketRecord::new("photos-1".parse().unwrap(), "", "");
        bucket.acl = kept::acl(&acl.into());
        bucket
    }

    #[test]
    fn the_owner_needs_no_list_and_others_do() {
        let (owner, other) = (account("1", "11"), account("2", "22"));
        for right in [Permission::Read, Permission::Write, Permission::ReadAcp, Permission::WriteAcp] {
            assert!(bucket_allows(&owner, &bucket(CannedAcl::Private), right));
            assert!(!bucket_allows(&other, &bucket(CannedAcl::Private), right));
        }
        assert!(bucket_allows(&Caller::Anonymous, &bucket(CannedAcl::PublicRead), Permission::Read));
        assert!(!bucket_allows(&Caller::Anonymous, &bucket(CannedAcl::PublicRead), Permission::Write));
        assert!(!bucket_allows(&Caller::Anonymous, &bucket(CannedAcl::PublicReadWrite), Permission::ReadAcp));
        assert!(bucket_allows(&other, &bucket(CannedAcl::AuthenticatedRead), Permission::Read));
        assert!(!bucket_allows(&Caller::Anonymous, &bucket(CannedAcl::AuthenticatedRead), Permission::Read));
    }

    #[test]
    fn a_grant_is_for_its_grantee_alone() {
        let grantee = Grantee::User("22".parse().unwrap());
        let grants = vec![Grant { grantee, permission: Permission::FullControl }];
        let shared = bucket(Acl { canned: None, grants });
        assert!(bucket_allows(&account("2", "22"), &shared, Permission::WriteAcp));
        assert!(!bucket_allows(&account("3", "33"), &shared, Permission::Read));
        assert!(!bucket_allows(&Caller::Anonymous, &shared, Permission::Read));
    }
}
