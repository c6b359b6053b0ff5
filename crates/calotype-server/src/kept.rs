//! The same facts in the words of the wire and in the words of the store.
//!
//! The store keeps plain text, so that it need not know what COS allows; what was read from the wire is valid.

use std::collections::BTreeMap;
use std::time::SystemTime;

use calotype_protocol::acl::{Acl, CannedAcl, Grant, Grantee};
use calotype_protocol::attributes::{ContentHeaders, ObjectAttributes, StorageClass};
use calotype_protocol::conditions::{TagMatch, WriteConditions};
use calotype_protocol::encryption::Encryption;
use calotype_protocol::names::{ETag, ObjectKey};
use calotype_protocol::tagging::{Tag, TagSet};
use calotype_store as store;
use http::HeaderValue;
use jiff::Timestamp;

const ALL_USERS: &str = "AllUsers";
const AUTHENTICATED_USERS: &str = "AuthenticatedUsers";

/// What an upload said about an object, as the store keeps it. The type is inferred where none was given.
pub fn attributes(given: &ObjectAttributes, key: &ObjectKey) -> store::ObjectAttributes {
    let content = &given.content;
    let mut acl = acl(&given.acl);
    if given.acl.is_unset() {
        acl.canned = Some(CannedAcl::Default.to_string());
    }
    store::ObjectAttributes {
        content_type: text(Some(&given.content_type_for(key))),
        cache_control: text(content.cache_control.as_ref()),
        content_disposition: text(content.content_disposition.as_ref()),
        content_encoding: text(content.content_encoding.as_ref()),
        content_language: text(content.content_language.as_ref()),
        expires: text(content.expires.as_ref()),
        user_metadata: given.metadata.iter().map(|(k, v)| (k.clone(), v.as_bytes().to_vec())).collect(),
        storage_class: given.storage_class.to_string(),
        tags: tag_pairs(&given.tags),
        acl,
        encryption: encryption(&given.encryption),
        restore: None,
        symlink_target: None,
        appendable: None,
        extra: Vec::new(),
    }
}

/// What a write demands of the object it replaces.
pub fn precondition(given: &WriteConditions) -> store::Precondition {
    store::Precondition {
        forbid_overwrite: given.forbid_overwrite,
        if_match: given.if_match.as_ref().map(tag_demand),
        if_none_match: given.if_none_match.as_ref().map(tag_demand),
    }
}

/// Entity tags that count; text that can be no tag is one that no object has.
pub fn tag_demand(given: &TagMatch) -> store::TagDemand {
    match given {
        TagMatch::Any => store::TagDemand::Any,
        TagMatch::Tags(tags) => {
            store::TagDemand::OneOf(tags.iter().filter_map(|tag| ETag::parse(tag).ok()).collect())
        }
    }
}

/// Tags, as the store keeps them.
pub fn tag_pairs(given: &TagSet) -> Vec<(String, String)> {
    given.0.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// The tags of a stored object, in the order they were given.
pub fn tags(kept: &store::ObjectAttributes) -> TagSet {
    TagSet(kept.tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect())
}

/// The headers a download repeats.
pub fn content_headers(kept: &store::ObjectAttributes) -> ContentHeaders {
    ContentHeaders {
        content_type: value(kept.content_type.as_deref()),
        cache_control: value(kept.cache_control.as_deref()),
        content_disposition: value(kept.content_disposition.as_deref()),
        content_encoding: value(kept.content_encoding.as_deref()),
        content_language: value(kept.content_language.as_deref()),
        expires: value(kept.expires.as_deref()),
    }
}

/// User metadata by lower-case name without its prefix.
pub fn metadata(kept: &store::ObjectAttributes) -> BTreeMap<String, HeaderValue> {
    let pairs = kept.user_metadata.iter();
    pairs.filter_map(|(name, value)| Some((name.clone(), HeaderValue::from_bytes(value).ok()?))).collect()
}

/// The class of a stored object.
pub fn storage_class(kept: &str) -> StorageClass {
    kept.parse().unwrap_or_default()
}

/// An access list, as the store keeps it.
pub fn acl(given: &Acl) -> store::Acl {
    let grant = |grant: &Grant| store::Grant {
        grantee: match &grant.grantee {
            Grantee::AllUsers => store::Grantee::Group(ALL_USERS.to_owned()),
            Grantee::AuthenticatedUsers => store::Grantee::Group(AUTHENTICATED_USERS.to_owned()),
            Grantee::User(principal) => store::Grantee::User(principal.to_string()),
        },
        permission: grant.permission.to_string(),
    };
    store::Acl {
        canned: given.canned.map(|canned| canned.to_string()),
        grants: given.grants.iter().map(grant).collect(),
    }
}

/// An access list of a bucket. One that says nothing is private.
pub fn bucket_acl(kept: &store::Acl) -> Acl {
    or_canned(kept, CannedAcl::Private)
}

/// An access list of an object. One that says nothing follows the bucket.
pub fn object_acl(kept: &store::Acl) -> Acl {
    or_canned(kept, CannedAcl::Default)
}

fn or_canned(kept: &store::Acl, otherwise: CannedAcl) -> Acl {
    let grants: Vec<Grant> = kept.grants.iter().filter_map(grant).collect();
    let canned = kept.canned.as_deref().and_then(|word| word.parse().ok());
    Acl { canned: canned.or(grants.is_empty().then_some(otherwise)), grants }
}

fn grant(kept: &store::Grant) -> Option<Grant> {
    let grantee = match &kept.grantee {
        store::Grantee::Group(group) if group == ALL_USERS => Grantee::AllUsers,
        store::Grantee::Group(group) if group == AUTHENTICATED_USERS => Grantee::AuthenticatedUsers,
        store::Grantee::Group(_) => return None,
        store::Grantee::User(id) => Grantee::User(id.parse().ok()?),
    };
    Some(Grant { grantee, permission: kept.permission.parse().ok()? })
}

/// What was asked about encryption, as the store keeps it: never a key.
pub fn encryption(given: &Encryption) -> Option<store::Encryption> {
    let none = store::Encryption::default();
    match given {
        Encryption::None => None,
        Encryption::Service => Some(store::Encryption { algorithm: Some("AES256".to_owned()), ..none }),
        Encryption::Kms { key_id, context } => Some(store::Encryption {
            algorithm: Some("cos/kms".to_owned()),
            kms_key_id: text(key_id.as_ref()),
            kms_context: text(context.as_ref()),
            ..none
        }),
        Encryption::Customer(key) => Some(store::Encryption {
            customer_algorithm: Some("AES256".to_owned()),
            customer_key_md5: Some(key.key_md5.clone()),
            ..none
        }),
    }
}

/// A moment of the store, as the wire writes it.
pub fn timestamp(moment: SystemTime) -> Timestamp {
    Timestamp::try_from(moment).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Header bytes as text; what is not UTF-8 is kept byte by byte, and comes back so from [`value`].
fn text(value: Option<&HeaderValue>) -> Option<String> {
    let bytes = value?.as_bytes();
    Some(
        String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect()),
    )
}

fn value(text: Option<&str>) -> Option<HeaderValue> {
    HeaderValue::from_bytes(text?.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    #[test]
    fn what_is_kept_is_what_was_given() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("content-type", "image/png"),
            ("expires", "0"),
            ("x-cos-meta-a", "1"),
            ("x-cos-acl", "public-read"),
            ("x-cos-grant-read", "id=\"1001\""),
            ("x-cos-tagging", "k=v&l=w"),
            ("x-cos-storage-class", "COLD"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let given = ObjectAttributes::from_headers(&headers).unwrap();
        let kept = attributes(&given, &"a.jpg".parse().unwrap());
        assert_eq!(content_headers(&kept), given.content);
        assert_eq!(metadata(&kept), given.metadata);
        assert_eq!(object_acl(&kept.acl), given.acl);
        assert_eq!(kept.tags, [("k".into(), "v".into()), ("l".into(), "w".into())]);
        assert_eq!(storage_class(&kept.storage_class), given.storage_class);
    }

    #[test]
    fn silence_means_private_buckets_and_objects_that_follow() {
        let kept = attributes(&ObjectAttributes::default(), &"a.jpg".parse().unwrap());
        assert!(object_acl(&kept.acl).is_inherited());
        assert_eq!(kept.content_type.as_deref(), Some("image/jpeg"));
        assert_eq!(bucket_acl(&store::Acl::default()), CannedAcl::Private.into());
    }
}
