//! The versions of one key, newest last: what it shows is the last one, unless that is a delete marker.

use std::time::SystemTime;

use calotype_protocol::names::{BucketName, ObjectKey, VersionId};

use super::state::{Bucket, State};
use crate::blob::BlobId;
use crate::error::StoreError;
use crate::metadata::{AsListed, RemoveObject, RemovedObject};
use crate::record::{StoredObject, Versioning};
use crate::retention::Retained;

#[derive(Debug)]
pub(super) struct Version {
    pub(super) id: VersionId,
    pub(super) made: SystemTime,
    /// None for a delete marker.
    pub(super) object: Option<StoredObject>,
}

impl Bucket {
    /// What a key shows.
    pub(super) fn current(&self, key: &[u8]) -> Option<&StoredObject> {
        self.objects.get(key)?.last()?.object.as_ref()
    }

    /// The current object of a key, or one version of it.
    pub(super) fn object(
        &mut self,
        key: &ObjectKey,
        version: Option<&VersionId>,
    ) -> Result<&mut StoredObject, StoreError> {
        let versions = self.objects.get_mut(key.as_bytes()).map(Vec::as_mut_slice).unwrap_or_default();
        let found = match version {
            Some(id) => versions.iter_mut().find(|version| version.id == *id),
            None => versions.last_mut(),
        };
        match (found, version) {
            (Some(Version { object: Some(object), .. }), _) => Ok(object),
            (Some(Version { id, .. }), _) => {
                Err(StoreError::DeleteMarker { key: key.clone(), version_id: id.clone() })
            }
            (None, Some(version)) => Err(StoreError::NoSuchVersion(version.clone())),
            (None, None) => Err(StoreError::NoSuchKey(key.clone())),
        }
    }

    /// Whether a version, or what the key shows, is still as a listing showed it.
    fn is_as_listed(&self, key: &ObjectKey, version: Option<&VersionId>, as_listed: AsListed) -> bool {
        let versions = self.objects.get(key.as_bytes()).map(Vec::as_slice).unwrap_or_default();
        let place = match version {
            Some(id) => versions.iter().position(|version| version.id == *id),
            None => versions.len().checked_sub(1).filter(|last| versions[*last].object.is_some()),
        };
        place.is_some_and(|place| {
            let is_latest = place + 1 == versions.len();
            as_listed == AsListed { last_modified: versions[place].made, is_latest }
        })
    }

    /// Puts a version in front of all others, instead of the one that had its id, which is returned.
    pub(super) fn add(&mut self, key: &[u8], version: Version) -> Option<Version> {
        let replaced = self.take_out(key, &version.id);
        self.objects.entry(key.to_vec()).or_default().push(version);
        replaced
    }

    /// Whether a version is there and has to stay.
    pub(super) fn retains(&self, key: &[u8], id: &VersionId, now: SystemTime) -> bool {
        let retained = Retained::at(now, self.record.retention_days);
        let mut versions = self.objects.get(key).into_iter().flatten();
        let found = versions.find(|version| version.id == *id && version.object.is_some());
        found.is_some_and(|version| retained.includes(version.made))
    }

    fn take_out(&mut self, key: &[u8], id: &VersionId) -> Option<Version> {
        let versions = self.objects.get_mut(key)?;
        let taken = versions.iter().position(|version| version.id == *id).map(|place| versions.remove(place));
        if versions.is_empty() {
            self.objects.remove(key);
        }
        taken
    }
}

impl State {
    /// Deletes a version, or what a key shows.
    pub(super) fn remove(
        &mut self,
        bucket: &BucketName,
        RemoveObject { key, version, as_listed, .. }: RemoveObject,
        now: SystemTime,
        retired: &mut Vec<BlobId>,
    ) -> Result<RemovedObject, StoreError> {
        let bucket = self.bucket(bucket)?;
        if as_listed.is_some_and(|as_listed| !bucket.is_as_listed(&key, version.as_ref(), as_listed)) {
            return Ok(RemovedObject::default());
        }
        let versioning = bucket.record.versioning;
        let doomed = version.clone().unwrap_or_else(|| versioning.next_id());
        if bucket.retains(key.as_bytes(), &doomed, now) {
            let locked = RemovedObject { existed: true, is_locked: true, ..RemovedObject::default() };
            return Ok(RemovedObject { version_id: version, ..locked });
        }
        let (outcome, gone) = match version {
            Some(id) => {
                let gone = bucket.take_out(key.as_bytes(), &id);
                let is_delete_marker = gone.as_ref().is_some_and(|version| version.object.is_none());
                let existed = gone.is_some();
                (RemovedObject { existed, version_id: Some(id), is_delete_marker, is_locked: false }, gone)
            }
            None if versioning == Versioning::Unversioned => {
                let gone = bucket.take_out(key.as_bytes(), &VersionId::null());
                (RemovedObject { existed: gone.is_some(), ..RemovedObject::default() }, gone)
            }
            None => {
                let (id, existed) = (versioning.next_id(), bucket.current(key.as_bytes()).is_some());
                let marker = Version { id: id.clone(), made: now, object: None };
                let gone = bucket.add(key.as_bytes(), marker);
                let (version_id, is_delete_marker) = (Some(id), true);
                (RemovedObject { existed, version_id, is_delete_marker, is_locked: false }, gone)
            }
        };
        if let Some(object) = gone.and_then(|version| version.object) {
            retired.extend(self.release_blobs(object.body.segments()));
        }
        Ok(outcome)
    }
}
