//! Pictures that rules draw on others: found in the bucket of the source, and never fetched from anywhere else.
//!
//! Spec: spec/ci/watermark.md, 1.3.

use calotype_image::rule::{Pipeline, Rule};
use calotype_image::{AssetReference, Assets};
use calotype_protocol::address::Target;
use calotype_protocol::endpoint::{Endpoint, Processing};
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::names::{ObjectKey, VersionId};
use calotype_store::{ObjectReader, StoreError};
use http::request::Parts;

use super::failure::Failure;
use super::{Pictures, rules};
use crate::access::{self, GET_OBJECT, GuardedBucket, LIST_OBJECTS};
use crate::app::App;
use crate::auth::{self, Caller};

/// On whose behalf a rule is carried out, and where its source is.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) caller: &'a Caller<'a>,
    pub(crate) target: &'a Target,
    /// The bucket of the source.
    pub(crate) bucket: &'a GuardedBucket,
}

/// Pictures that are there and may be read by the one who asks; not read yet.
#[derive(Default)]
pub(super) struct FoundAssets(Vec<FoundAsset>);

struct FoundAsset {
    reference: AssetReference,
    reader: ObjectReader,
    /// What its URL says is to be done to it first.
    pipeline: Option<Pipeline>,
}

impl FoundAssets {
    /// Finds further pictures; those that were found already are not looked for again.
    ///
    /// Errors: `InvalidImageSource` for what is missing, elsewhere, or asks for more than operations on one picture;
    /// `AccessDenied` for what neither the requester nor the URL's own signature may read.
    pub(super) async fn find(
        &mut self,
        app: &App,
        request: Request<'_>,
        references: Vec<AssetReference>,
    ) -> Result<(), Failure> {
        for reference in references {
            if self.0.iter().all(|found| found.reference != reference) {
                self.0.push(find(app, request, reference).await?);
            }
        }
        Ok(())
    }

    /// Bytes of all of them as they are stored.
    pub(super) fn size_bytes(&self) -> u64 {
        self.0.iter().map(|found| found.reader.object().size_bytes).sum()
    }

    /// A text that changes when one of them does, for keys of caches.
    pub(super) fn identity(&self) -> String {
        let part = |found: &FoundAsset| {
            let object = found.reader.object();
            let made = found.pipeline.as_ref().map(Pipeline::canonical).unwrap_or_default();
            format!("\n{}\t{}\t{}\t{made}", found.reference.text(), object.etag, object.crc64)
        };
        self.0.iter().map(part).collect()
    }

    /// Reads all of them.
    pub(super) async fn load(&self, pictures: &Pictures) -> Result<Assets, Failure> {
        let mut assets = Assets::new(pictures.fonts.clone());
        for FoundAsset { reference, reader, pipeline } in &self.0 {
            let bytes =
                reader.bytes(pictures.limits.source_size_bytes_max).await.map_err(|error| match error {
                    StoreError::BodyTooLarge { size_bytes_max } => {
                        let reason =
                            format!("it is larger than source_size_bytes_max of {size_bytes_max} bytes");
                        reference.unusable(reason).into()
                    }
                    other => Failure::of_store(other),
                })?;
            assets.add(reference, bytes, pipeline.as_ref(), &pictures.limits)?;
        }
        Ok(assets)
    }
}

/// Where a reference leads, and who may follow it there.
struct Place {
    key: ObjectKey,
    version: Option<VersionId>,
    pipeline: Option<Pipeline>,
    /// The request that the URL is, which may be signed.
    request: Option<(Parts, Target)>,
}

async fn find(app: &App, request: Request<'_>, reference: AssetReference) -> Result<FoundAsset, Failure> {
    let place = match &reference {
        AssetReference::Key(key) => {
            let key = key.parse().map_err(|error| reference.unusable(error))?;
            Place { key, version: None, pipeline: None, request: None }
        }
        AssetReference::Url(url) => follow(app, request, &reference, url).await?,
    };
    // A signature that is wrong or out of time is as good as none: the requester may have the right anyway.
    let signer = place
        .request
        .as_ref()
        .and_then(|(parts, target)| auth::verify(app, parts, request.caller.address(), target).ok());
    let callers = [signer.as_ref(), Some(request.caller)];
    let found = app.store.get_object(&request.bucket.name, &place.key, place.version.as_ref()).await;
    let reader = found.map_err(|error| {
        let is_missing = matches!(
            error,
            StoreError::NoSuchKey(_) | StoreError::NoSuchVersion(_) | StoreError::DeleteMarker { .. }
        );
        let may_know = |caller: &Caller<'_>| access::may(caller, request.bucket, LIST_OBJECTS, None);
        match is_missing {
            true if callers.into_iter().flatten().any(may_know) => reference.unusable(error).into(),
            // Those who may not list the bucket are not told whether a key exists.
            true => denied(&reference),
            false => Failure::of_store(error),
        }
    })?;
    let may_read = |caller: &Caller<'_>| {
        access::check_object(caller, request.bucket, reader.object(), GET_OBJECT).is_ok()
    };
    if !callers.into_iter().flatten().any(may_read) {
        return Err(denied(&reference));
    }
    let encryption = reader.object().attributes.encryption.as_ref();
    if encryption.is_some_and(|encryption| encryption.customer_key_md5.is_some()) {
        return Err(reference.unusable("it was stored with a key of the client").into());
    }
    Ok(FoundAsset { reference, reader, pipeline: place.pipeline })
}

/// Reads a URL as the request it would be, without making it.
async fn follow(
    app: &App,
    request: Request<'_>,
    reference: &AssetReference,
    url: &str,
) -> Result<Place, Failure> {
    let unusable = |reason: &str| Failure::from(reference.unusable(reason));
    let addressing = app.addressing();
    let (parts, target) = addressing
        .own_url(url, request.target)
        .ok_or_else(|| unusable("it is no http:// or https:// address of this service"))?;
    if target.bucket() != Some(&request.bucket.name) {
        return Err(unusable("it is not in the bucket of the image"));
    }
    let Ok(Endpoint::GetObject(get)) = Endpoint::parse(&parts, &target, &addressing) else {
        return Err(unusable("it is no address of an object"));
    };
    let pipeline = match &get.processing {
        None => None,
        Some(Processing::Rule(instruction)) => {
            let rule = rules::download_rule(app, &request.bucket.name, instruction).await;
            match rule.map_err(|error| Failure::new(error.code, error.message))?? {
                Rule::Process(pipeline) => Some(pipeline),
                Rule::Inspect(_) | Rule::Search(_) | Rule::Style(_) => {
                    return Err(unusable("its instruction makes no picture"));
                }
            }
        }
        Some(_) => return Err(unusable("its instruction makes no picture")),
    };
    Ok(Place { key: get.key, version: get.version_id, pipeline, request: Some((parts, target)) })
}

fn denied(reference: &AssetReference) -> Failure {
    Failure::new(ErrorCode::AccessDenied, format!("the image {reference} may not be read"))
}
