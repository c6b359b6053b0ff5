//! One bucket and what can be done in it.

use calotype_protocol::acl::{AccessControlPolicy, Acl};
use calotype_protocol::attributes::ObjectAttributes;
use calotype_protocol::copy_source::CopySource;
use calotype_protocol::endpoint::{
    CodeKind, CopyObject, CopyObjectResult, DeleteBucket, DeleteList, DeleteObject, DeleteResult, Directive,
    GenerateCode, GeneratedCode, GetBucketAcl, GetObject, GetObjectAcl, HeadBucket, InitiateMultipartUpload,
    InitiateMultipartUploadResult, ListObjects, ObjectHeaders, ObjectIdentifier, Processing, PutBucket,
    PutBucketAcl, PutObjectAcl, RecognizedCodes,
};
use calotype_protocol::image_info::ImageInfo;
use calotype_protocol::names::{BucketName, InvalidName, ObjectKey};

use crate::body::RequestBody;
use crate::error::ClientError;
use crate::get::GetRequest;
use crate::list::ListRequest;
use crate::multipart::MultipartUpload;
use crate::pictures::ProcessRequest;
use crate::put::PutRequest;
use crate::transport::Transport;

/// Speaks about one bucket. Cloning is cheap.
///
/// Every key is 1 to 850 bytes; another one is [`ClientError::Invalid`], found before anything is sent.
#[derive(Debug, Clone)]
pub struct BucketClient {
    pub(crate) transport: Transport,
    pub(crate) name: BucketName,
}

impl BucketClient {
    pub(crate) fn new(transport: Transport, name: BucketName) -> Self {
        Self { transport, name }
    }

    /// The bucket's name.
    pub fn name(&self) -> &BucketName {
        &self.name
    }

    /// Makes the bucket, private. Spec: spec/cos/buckets.md, PUT Bucket.
    pub async fn create(&self) -> Result<(), ClientError> {
        self.transport.send(PutBucket::new(self.name.clone()).to_wire()).await.map(drop)
    }

    /// Whether the bucket exists; a bucket of somebody else is an error. Spec: HEAD Bucket.
    pub async fn exists(&self) -> Result<bool, ClientError> {
        let bucket = self.name.clone();
        match self.transport.send(HeadBucket { bucket }.to_wire()).await {
            Ok(_) => Ok(true),
            Err(ClientError::Service(error)) if error.status == 404 => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes the bucket, which must be empty. Spec: DELETE Bucket.
    pub async fn delete(&self) -> Result<(), ClientError> {
        let bucket = self.name.clone();
        self.transport.send(DeleteBucket { bucket }.to_wire()).await.map(drop)
    }

    /// Who may use the bucket. Spec: spec/cos/acl.md.
    pub async fn acl(&self) -> Result<AccessControlPolicy, ClientError> {
        let bucket = self.name.clone();
        Ok(self.transport.ask(GetBucketAcl { bucket }.to_wire()).await?.1)
    }

    /// Says who may use the bucket.
    pub async fn set_acl(&self, acl: Acl) -> Result<(), ClientError> {
        let bucket = self.name.clone();
        self.transport.send(PutBucketAcl { bucket, acl }.to_wire()).await.map(drop)
    }

    /// Stores an object. Spec: spec/cos/objects.md, PUT Object.
    pub fn put_object(&self, key: &str, body: impl Into<RequestBody>) -> Result<PutRequest, ClientError> {
        Ok(PutRequest::new(self.clone(), self.key(key)?, body.into()))
    }

    /// Downloads an object, or a picture made from it. Spec: GET Object.
    pub fn get_object(&self, key: &str) -> Result<GetRequest, ClientError> {
        Ok(GetRequest::new(self.clone(), self.key(key)?))
    }

    /// What a download would say, without the bytes. Spec: HEAD Object.
    pub async fn head_object(&self, key: &str) -> Result<ObjectHeaders, ClientError> {
        self.get_object(key)?.head().await
    }

    /// Removes an object; one that is not there counts as removed. Spec: DELETE Object.
    pub async fn delete_object(&self, key: &str) -> Result<(), ClientError> {
        let delete = DeleteObject::new(self.name.clone(), self.key(key)?);
        self.transport.send(delete.to_wire()).await.map(drop)
    }

    /// Removes up to 1000 objects. Spec: DELETE Multiple Objects.
    pub async fn delete_objects(&self, keys: &[&str]) -> Result<DeleteResult, ClientError> {
        let identify = |key: &&str| Ok(ObjectIdentifier { key: self.key(key)?, version_id: None });
        let objects = keys.iter().map(identify).collect::<Result<_, ClientError>>()?;
        let list = DeleteList { quiet: false, objects };
        Ok(self.transport.ask(list.to_wire(&self.name)).await?.1)
    }

    /// Lists objects, page by page. Spec: spec/cos/buckets.md, GET Bucket.
    pub fn list_objects(&self) -> ListRequest {
        ListRequest::new(self.transport.clone(), ListObjects::new(self.name.clone()))
    }

    /// Copies an object of this or another bucket to `key`. Spec: PUT Object - Copy.
    pub fn copy_object(&self, source: CopySource, key: &str) -> Result<CopyRequest, ClientError> {
        let copy = CopyObject::new(self.name.clone(), self.key(key)?, source);
        Ok(CopyRequest { transport: self.transport.clone(), copy })
    }

    /// Format, size and the like of a stored picture. Spec: spec/ci/info.md, 1.
    pub async fn image_info(&self, key: &str) -> Result<ImageInfo, ClientError> {
        let answer = self.get_object(key)?.rule("imageInfo").send().await?.bytes().await?;
        ImageInfo::parse(&answer).map_err(|error| ClientError::UnexpectedAnswer(error.to_string()))
    }

    /// Makes pictures from a stored one. Spec: spec/ci/persistent.md.
    pub fn process_image(&self, key: &str) -> Result<ProcessRequest, ClientError> {
        Ok(ProcessRequest::new(self.clone(), self.key(key)?))
    }

    /// The QR and bar codes in a stored picture.
    ///
    /// - `covers`: whether the answer brings the picture along with all codes covered.
    /// - Spec: spec/ci/extras.md, A1.
    pub async fn recognize_codes(&self, key: &str, covers: bool) -> Result<RecognizedCodes, ClientError> {
        let mut get = GetObject::new(self.name.clone(), self.key(key)?);
        get.processing = Some(Processing::Rule(format!("QRcode/cover/{}", u8::from(covers))));
        Ok(self.transport.ask(get.to_wire()).await?.1)
    }

    /// A picture of a QR or bar code, `width_px` wide. Spec: spec/ci/extras.md, A2.
    pub async fn generate_code(
        &self,
        kind: CodeKind,
        content: &str,
        width_px: u32,
    ) -> Result<GeneratedCode, ClientError> {
        let (bucket, content) = (self.name.clone(), content.to_owned());
        Ok(self.transport.ask(GenerateCode { bucket, content, kind, width_px }.to_wire()).await?.1)
    }

    /// Begins an upload in parts. Spec: spec/cos/multipart.md.
    pub async fn create_upload(&self, key: &str) -> Result<MultipartUpload, ClientError> {
        let (bucket, key) = (self.name.clone(), self.key(key)?);
        let attributes = ObjectAttributes::default();
        let initiate = InitiateMultipartUpload { bucket, key, attributes, forbid_overwrite: false };
        let result: InitiateMultipartUploadResult = self.transport.ask(initiate.to_wire()).await?.1;
        Ok(MultipartUpload::new(self.clone(), result.key, result.upload_id))
    }

    /// Who may use an object.
    pub async fn object_acl(&self, key: &str) -> Result<AccessControlPolicy, ClientError> {
        let get = GetObjectAcl { bucket: self.name.clone(), key: self.key(key)?, version_id: None };
        Ok(self.transport.ask(get.to_wire()).await?.1)
    }

    /// Says who may use an object.
    pub async fn set_object_acl(&self, key: &str, acl: Acl) -> Result<(), ClientError> {
        let (bucket, key) = (self.name.clone(), self.key(key)?);
        let put = PutObjectAcl { bucket, key, version_id: None, acl };
        self.transport.send(put.to_wire()).await.map(drop)
    }

    pub(crate) fn key(&self, key: &str) -> Result<ObjectKey, ClientError> {
        key.parse().map_err(|error: InvalidName| ClientError::Invalid(error.to_string()))
    }
}

/// A copy that is being prepared.
#[derive(Debug)]
pub struct CopyRequest {
    transport: Transport,
    copy: CopyObject,
}

impl CopyRequest {
    /// Gives the copy these headers and metadata instead of the source's.
    pub fn replace_attributes(mut self, attributes: ObjectAttributes) -> Self {
        self.copy.metadata = Directive::Replaced;
        self.copy.attributes = attributes;
        self
    }

    /// Leaves an object that is there alone; the call fails then.
    pub fn forbid_overwrite(mut self) -> Self {
        self.copy.only_if.forbid_overwrite = true;
        self
    }

    /// Copies.
    pub async fn send(self) -> Result<CopyObjectResult, ClientError> {
        Ok(self.transport.ask(self.copy.to_wire(self.transport.authority())).await?.1)
    }
}
