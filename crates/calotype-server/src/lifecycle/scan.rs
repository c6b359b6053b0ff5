//! One scan: every bucket that has rules, page by page.

use calotype_protocol::attributes::StorageClass;
use calotype_protocol::configuration::{
    Configuration, Expiration, LifecycleConfiguration, LifecycleRule, Transition, When,
};
use calotype_protocol::names::BucketName;
use calotype_store::{
    AsListed, ListUploads, ListVersions, ObjectStore, RemoveObject, StoreError, VersionPage, VersionSummary,
};
use jiff::Timestamp;

use crate::app::App;
use crate::kept;

/// Entries of a listing that are looked at, and dealt with, in one step.
const STEP_ENTRIES: usize = 500;

/// What a scan has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Current objects that were deleted, or hidden behind a delete marker.
    pub expired_objects: u64,
    /// Versions that were no longer current and were deleted.
    pub expired_versions: u64,
    /// Delete markers with nothing left behind them.
    pub removed_markers: u64,
    /// Objects and versions that got another class.
    pub moved_objects: u64,
    /// Unfinished uploads that were aborted.
    pub aborted_uploads: u64,
    /// Buckets that could not be scanned to their end.
    pub failed_buckets: u64,
}

/// - `tell`: is told after every step.
pub(super) async fn scan(app: &App, tell: impl Fn(&Scanned)) -> Scanned {
    let mut scanned = Scanned::default();
    let buckets = match app.store.list_buckets(None).await {
        Ok(buckets) => buckets,
        Err(error) => {
            tracing::error!(%error, "lifecycle rules wait: the buckets cannot be listed");
            return scanned;
        }
    };
    for bucket in buckets {
        match scan_bucket(app, &bucket.name, &mut scanned, &tell).await {
            // Deleted since the list was read.
            Ok(()) | Err(StoreError::NoSuchBucket(_)) => {}
            Err(error) => {
                scanned.failed_buckets += 1;
                tracing::error!(bucket = %bucket.name, %error, "lifecycle rules are not carried out");
            }
        }
        tell(&scanned);
    }
    scanned
}

async fn scan_bucket(
    app: &App,
    bucket: &BucketName,
    scanned: &mut Scanned,
    tell: &impl Fn(&Scanned),
) -> Result<(), StoreError> {
    let documents = app.store.documents(bucket).await?;
    let Some(text) = documents.get(LifecycleConfiguration::KIND.word) else { return Ok(()) };
    let rules = match LifecycleConfiguration::from_kept(text) {
        Ok(document) => document.rules.into_iter().filter(|rule| rule.is_enabled).collect::<Vec<_>>(),
        Err(error) => return Err(StoreError::backend("lifecycle", "read the rules", error)),
    };
    let bucket = BucketScan { store: &app.store, bucket, rules: &rules, now: app.clock.now() };
    bucket.abort_uploads(scanned).await?;
    bucket.walk(scanned, tell).await
}

struct BucketScan<'a> {
    store: &'a ObjectStore,
    bucket: &'a BucketName,
    rules: &'a [LifecycleRule],
    now: Timestamp,
}

/// What is done with one version.
enum Verdict {
    Stay,
    Remove,
    Move(StorageClass),
}

impl BucketScan<'_> {
    async fn abort_uploads(&self, scanned: &mut Scanned) -> Result<(), StoreError> {
        for rule in self.rules {
            let Some(days) = rule.abort_upload_days else { continue };
            let mut list = ListUploads {
                prefix: rule.filter.prefix.clone(),
                entries_max: STEP_ENTRIES,
                ..ListUploads::default()
            };
            loop {
                let page = self.store.list_uploads(self.bucket, &list).await?;
                for upload in page.uploads {
                    if !When::Days(days).is_due(kept::timestamp(upload.initiated), self.now) {
                        continue;
                    }
                    match self.store.abort_upload(self.bucket, &upload.key, &upload.upload_id).await {
                        Ok(()) => scanned.aborted_uploads += 1,
                        // Completed or aborted meanwhile.
                        Err(StoreError::NoSuchUpload(_)) => {}
                        Err(error) => return Err(error),
                    }
                }
                let Some((key_marker, upload_id_marker)) = page.next else { break };
                list = ListUploads { key_marker, upload_id_marker, ..list };
            }
        }
        Ok(())
    }

    /// Looks at every version that some rule may be for.
    async fn walk(&self, scanned: &mut Scanned, tell: &impl Fn(&Scanned)) -> Result<(), StoreError> {
        let mut list = ListVersions {
            prefix: self.common_prefix(),
            entries_max: STEP_ENTRIES,
            ..ListVersions::default()
        };
        let mut newer: Option<VersionSummary> = None;
        loop {
            let VersionPage { versions, next, .. } = self.store.list_versions(self.bucket, &list).await?;
            let is_last = next.is_none();
            newer = self.step(versions, newer, is_last, scanned).await?;
            tell(scanned);
            let Some((key_marker, version_marker)) = next else { return Ok(()) };
            list = ListVersions { key_marker, version_marker, ..list };
        }
    }

    /// One page, newest version first within a key.
    ///
    /// - `newer`: the last version of the page before.
    /// - Returns the last version of this one.
    async fn step(
        &self,
        versions: Vec<VersionSummary>,
        mut newer: Option<VersionSummary>,
        is_last: bool,
        scanned: &mut Scanned,
    ) -> Result<Option<VersionSummary>, StoreError> {
        let mut removals = Vec::new();
        for version in versions {
            let same_key = newer.take_if(|newer| newer.key == version.key);
            removals.extend(newer.filter(|marker| self.is_lone_marker_due(marker)));
            match self.verdict(&version, same_key.as_ref()).await? {
                Verdict::Stay => {}
                Verdict::Remove => removals.push(version.clone()),
                Verdict::Move(class) => {
                    let (key, id) = (&version.key, &version.version_id);
                    let class = class.to_string();
                    let moved =
                        self.store.set_object_class(self.bucket, key, id, class, version.last_modified);
                    scanned.moved_objects += u64::from(is_there(moved.await)?);
                }
            }
            newer = Some(version);
        }
        removals.extend(newer.clone().filter(|marker| is_last && self.is_lone_marker_due(marker)));
        self.remove(removals, scanned).await?;
        Ok(newer)
    }

    async fn remove(&self, versions: Vec<VersionSummary>, scanned: &mut Scanned) -> Result<(), StoreError> {
        if versions.is_empty() {
            return Ok(());
        }
        let removals = versions.iter().map(removal).collect();
        let removed = self.store.delete_objects(self.bucket, removals).await?;
        for (version, _) in versions.iter().zip(removed).filter(|(_, removed)| removed.existed) {
            match (version.is_latest, &version.content) {
                (true, Some(_)) => scanned.expired_objects += 1,
                (true, None) => scanned.removed_markers += 1,
                (false, _) => scanned.expired_versions += 1,
            }
        }
        Ok(())
    }

    /// - `newer`: the version of the same key that came after this one.
    async fn verdict(
        &self,
        version: &VersionSummary,
        newer: Option<&VersionSummary>,
    ) -> Result<Verdict, StoreError> {
        // A version is no longer current since there is a newer one.
        let since = kept::timestamp(newer.map_or(version.last_modified, |newer| newer.last_modified));
        let due: Vec<&LifecycleRule> = self
            .rules
            .iter()
            .filter(|rule| version.key.as_str().starts_with(&rule.filter.prefix))
            .filter(|rule| {
                rule.removes(version, since, self.now) || rule.moves(version, since, self.now).is_some()
            })
            .collect();
        let tags = match due.iter().any(|rule| !rule.filter.tags.is_empty()) {
            true => self.tags(version).await?,
            false => Vec::new(),
        };
        let fits = |rule: &&&LifecycleRule| rule.filter.fits(version.key.as_str(), &tags);
        if due.iter().filter(fits).any(|rule| rule.removes(version, since, self.now)) {
            return Ok(Verdict::Remove);
        }
        let classes = due.iter().filter(fits).filter_map(|rule| rule.moves(version, since, self.now));
        Ok(classes.max_by_key(|class| coldness(*class)).map_or(Verdict::Stay, Verdict::Move))
    }

    async fn tags(&self, version: &VersionSummary) -> Result<Vec<(String, String)>, StoreError> {
        if version.content.is_none() {
            return Ok(Vec::new());
        }
        match self.store.head_object(self.bucket, &version.key, Some(&version.version_id)).await {
            Ok(object) => Ok(object.attributes.tags.clone()),
            Err(StoreError::NoSuchKey(_) | StoreError::NoSuchVersion(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Whether a delete marker that is the last version of its key is in the way of nothing any more.
    fn is_lone_marker_due(&self, marker: &VersionSummary) -> bool {
        let removes = |rule: &LifecycleRule| {
            rule.expiration == Some(Expiration::LoneMarkers) && rule.filter.fits(marker.key.as_str(), &[])
        };
        marker.is_latest && marker.content.is_none() && self.rules.iter().any(removes)
    }

    /// What the keys of all rules begin with.
    fn common_prefix(&self) -> String {
        let mut prefixes = self.rules.iter().map(|rule| rule.filter.prefix.as_str());
        let first = prefixes.next().unwrap_or_default();
        let common = prefixes.fold(first, |common, other| {
            let same = common.char_indices().zip(other.chars()).find(|((_, a), b)| a != b);
            let end = same.map_or(common.len().min(other.len()), |((place, _), _)| place);
            &common[..end]
        });
        common.to_owned()
    }
}

/// What a rule says about a version, leaving its tags aside.
trait Says {
    fn removes(&self, version: &VersionSummary, since: Timestamp, now: Timestamp) -> bool;
    fn moves(&self, version: &VersionSummary, since: Timestamp, now: Timestamp) -> Option<StorageClass>;
}

impl Says for LifecycleRule {
    fn removes(&self, version: &VersionSummary, since: Timestamp, now: Timestamp) -> bool {
        if !version.is_latest {
            let days = self.noncurrent_expiration_days;
            return days.is_some_and(|days| When::Days(days).is_due(since, now));
        }
        match self.expiration {
            Some(Expiration::At(when)) => version.content.is_some() && when.is_due(since, now),
            Some(Expiration::LoneMarkers) | None => false,
        }
    }

    /// The coldest class whose time has come, if that is colder than the one there is.
    fn moves(&self, version: &VersionSummary, since: Timestamp, now: Timestamp) -> Option<StorageClass> {
        let content = version.content.as_ref()?;
        let transitions: &[Transition] =
            if version.is_latest { &self.transitions } else { &self.noncurrent_transitions };
        let due = transitions.iter().filter(|transition| transition.when.is_due(since, now));
        let coldest = due.map(|transition| transition.class).max_by_key(|class| coldness(*class))?;
        let present = coldness(kept::storage_class(&content.storage_class));
        (coldness(coldest) > present).then_some(coldest)
    }
}

/// Objects move down this order and never up.
fn coldness(class: StorageClass) -> u8 {
    match class {
        StorageClass::Standard | StorageClass::MazStandard => 0,
        StorageClass::StandardIa | StorageClass::MazStandardIa => 1,
        StorageClass::IntelligentTiering | StorageClass::MazIntelligentTiering => 2,
        StorageClass::Cold => 3,
        StorageClass::Archive => 4,
        StorageClass::DeepArchive => 5,
    }
}

/// Current objects are deleted as a client would delete them, everything else by its version.
fn removal(version: &VersionSummary) -> RemoveObject {
    let is_current_object = version.is_latest && version.content.is_some();
    let id = (!is_current_object).then(|| version.version_id.clone());
    // What has changed since it was listed is not what the rule was about.
    let as_listed = AsListed { last_modified: version.last_modified, is_latest: version.is_latest };
    RemoveObject { as_listed: Some(as_listed), ..RemoveObject::new(version.key.clone(), id) }
}

fn is_there(outcome: Result<(), StoreError>) -> Result<bool, StoreError> {
    match outcome {
        Ok(()) => Ok(true),
        Err(StoreError::NoSuchKey(_) | StoreError::NoSuchVersion(_) | StoreError::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
