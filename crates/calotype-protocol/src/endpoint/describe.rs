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
                    Self::HeadObject(_) => "HeadObject",
                    Self::ListBuckets(_) => "ListBuckets",
                    Self::Preflight(_) => "Preflight",
                    Self::Unsupported(_) => "Unsupported",
                }
            }

            /// The bucket it is about; none for the service.
            pub fn bucket(&self) -> Option<&BucketName> {
                match self {
                    $(Self::$object(endpoint) => Some(&endpoint.bucket),)+
                    $(Self::$bucket(endpoint) => Some(&endpoint.bucket),)+
                    Self::HeadObject(head) => Some(&head.0.bucket),
                    Self::ListBuckets(_) => None,
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
                    Self::ListBuckets(_) | Self::Preflight(_) => None,
                    Self::Unsupported(unsupported) => unsupported.key.as_ref(),
                }
            }
        }
    };
}

describe! {
    objects:
        AbortMultipartUpload CompleteMultipartUpload CopyObject DeleteObject GetObject GetObjectAcl
        InitiateMultipartUpload ListParts ProcessImage PutObject PutObjectAcl UploadPart UploadPartCopy;
    buckets:
        DeleteBucket DeleteObjects DeleteStyle GetBucketAcl GetBucketLocation GetStyle HeadBucket
        ListMultipartUploads ListObjects ListObjectsV2 PutBucket PutBucketAcl PutStyle
}
