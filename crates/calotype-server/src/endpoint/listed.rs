//! Entries of listings, from the words of the store.

use calotype_protocol::endpoint::{ListedObject, Owner};
use calotype_store::{BucketRecord, ObjectSummary};
use jiff::Timestamp;

use crate::kept;

/// An object, with the account of its bucket if that is wanted. Its time has no fraction, as on the wire.
pub fn object(summary: ObjectSummary, owner: Option<&Owner>) -> ListedObject {
    ListedObject {
        key: summary.key,
        last_modified: whole_seconds(kept::timestamp(summary.last_modified)),
        etag: summary.etag,
        size_bytes: summary.size_bytes,
        owner: owner.cloned(),
        storage_class: kept::storage_class(&summary.storage_class),
    }
}

/// The account of a bucket by its APPID, as object and part listings name it.
pub fn account(bucket: &BucketRecord) -> Owner {
    Owner::plain(bucket.name.app_id())
}

/// A principal, as upload listings name it: the whole id, and its last number.
pub fn principal(id: &str) -> Owner {
    let number = id.rsplit('/').next().unwrap_or(id);
    Owner { id: id.to_owned(), display_name: number.to_owned() }
}

/// Headers show seconds only, and listings have to say the same.
pub fn whole_seconds(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}
