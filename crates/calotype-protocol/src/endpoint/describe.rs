//! What a log line or a check of rights wants to know of any endpoint.

use super::Endpoint;
use crate::names::{BucketName, ObjectKey};

macro_rules! describe {
    (objects: $($object:ident)+; buckets: $($bucket:ident)+) => {
        impl Endpoint {
            /// The operation's name, as the variant is spelt.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$object(_) => stringify!($object),)+
                    $(Self::$bucket(_) => stringify!($bucket),)+
                    Self::GetFederationToken(_) => "GetFederationToken",
                    Self::HeadObject(_) => "HeadObject",
                    Self::ListBuckets(_) => "ListBuckets",
                    Self::Preflight(_) => "Preflight",
                    Self::Unsupported(_) => "Unsupported",
                }
            }

            /// What policies call it: `name/cos:<action>`. A copy is a write and processing a read; what they read
            /// or write besides is asked for by itself.
            pub fn action(&self) -> &'static str {
                match self {
                    Self::CopyObject(_) => "PutObject",
                    Self::ProcessImage(_) => "GetObject",
                    Self::UploadPartCopy(_) => "UploadPart",
                    Self::DeleteObjects(_) => "DeleteMultipleObjects",
                    Self::ListBuckets(_) => "GetService",
                    Self::ListObjects(_) | Self::ListObjectsV2(_) => "GetBucket",
                    Self::ListObjectVersions(_) => "GetBucketObjectVersions",
                    Self::Preflight(_) => "OptionsObject",
                    Self::VisitWebsite(_) => "GetObject",
                    Self::GetConfiguration(get) => get.kind.actions[0],
                    Self::PutConfiguration(put) => put.kind.actions[1],
                    Self::DeleteConfiguration(delete) => delete.kind.actions[2],
                    Self::RestoreObject(_) => "PostObjectRestore",
                    other => other.name(),
                }
            }

            /// The bucket it is about; none for the service.
            pub fn bucket(&self) -> Option<&BucketName> {
                match self {
                    $(Self::$object(endpoint) => Some(&endpoint.bucket),)+
                    $(Self::$bucket(endpoint) => Some(&endpoint.bucket),)+
                    Self::HeadObject(head) => Some(&head.0.bucket),
                    Self::GetFederationToken(_) | Self::ListBuckets(_) => None,
                    Self::Preflight(preflight) => preflight.bucket.as_ref(),
                    Self::Unsupported(unsupported) => unsupported.bucket.as_ref(),
                }
            }

            /// The key it is about; none for buckets and the service.
            pub fn key(&self) -> Option<&ObjectKey> {
                match self {
                    $(Self::$object(endpoint) => Some(&endpoint.key),)+
                    $(Self::$bucket(_) => None,)+
                    Self::HeadObject(head) => Some(&head.0.key),
                    Self::GetFederationToken(_) | Self::ListBuckets(_) | Self::Preflight(_) => None,
                    Self::Unsupported(unsupported) => unsupported.key.as_ref(),
                }
            }
        }
    };
}

describe! {
    objects:
        AbortMultipartUpload AppendObject CompleteMultipartUpload CopyObject DeleteObject DeleteObjectTagging GetObject GetObjectAcl
        GetObjectRetention GetObjectTagging GetSymlink InitiateMultipartUpload ListParts ProcessImage PutObject PutObjectAcl PutObjectTagging
        PutSymlink RestoreObject UploadPart UploadPartCopy;
    buckets:
        DeleteBucket DeleteBucketPolicy DeleteConfiguration DeleteObjects DeleteStyle GenerateCode GetBucketAcl
        GetBucketLocation GetBucketPolicy GetBucketVersioning GetConfiguration GetStyle HeadBucket
        ListMultipartUploads ListObjectVersions ListObjects ListObjectsV2 PicJobs PictureSetting PostObject PutBucket
        PutBucketAcl
        PutBucketPolicy PutBucketVersioning PutConfiguration PutStyle VisitWebsite
}
