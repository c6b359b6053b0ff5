//! Every error word of the COS and CI interfaces, with its status and its usual sentence.
//!
//! Spec: spec/cos/errors.md, spec/ci/errors.md.

use std::fmt;
use std::str::FromStr;

macro_rules! error_codes {
    ($($code:ident $status:literal $message:literal)+) => {
        /// What went wrong, in the one word that clients branch on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = $message] $code,)+
        }

        impl ErrorCode {
            /// All codes, in the order of their statuses.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// The word as the `Code` element carries it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)+ }
            }

            /// The HTTP status that travels with the word.
            pub fn status(self) -> u16 {
                match self { $(Self::$code => $status,)+ }
            }

            /// The sentence for callers that have nothing more precise to say.
            pub fn default_message(self) -> &'static str {
                match self { $(Self::$code => $message,)+ }
            }

            /// Finds a code by its word; other services' words are unknown.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $(stringify!($code) => Some(Self::$code),)+ _ => None }
            }
        }
    };
}

error_codes! {
    BadDigest 400 "The Content-MD5 you specified did not match what we received."
    EntitySizeNotMatch 400 "The size of the entity does not match the Content-Length HTTP header."
    EntityTooLarge 400 "Your proposed upload exceeds the maximum allowed object size."
    EntityTooSmall 400 "Your proposed upload is smaller than the minimum allowed object size."
    ExpiredToken 400 "The provided token has expired."
    ImageResolutionExceed 400 "The image has more pixels or frames, or a longer side, than allowed."
    ImageTooLarge 400 "The image has more bytes than allowed."
    IncompleteBody 400 "You did not provide the number of bytes specified by the Content-Length HTTP header."
    IncorrectNumberOfFilesInPostRequest 400 "POST requires exactly one file upload per request."
    InvalidArgument 400 "An argument of the request is not valid."
    InvalidBucketName 400 "The specified bucket is not valid."
    InvalidContent 400 "The content of the job is not valid."
    InvalidDelimiter 400 "The specified delimiter is not valid."
    InvalidDigest 400 "The Content-MD5 you specified is not valid."
    InvalidHost 400 "The host of the request is not valid."
    InvalidImageFormat 400 "The image is damaged or its format is not supported."
    InvalidImageSource 400 "A picture the rule refers to cannot be used."
    InvalidObjectName 400 "The specified object name is not valid."
    InvalidPart 400 "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag."
    InvalidPartOrder 400 "The list of parts was not in ascending order."
    InvalidPicOperations 400 "The Pic-Operations header is not valid."
    InvalidPolicyDocument 400 "The content of the form does not meet the conditions specified in the policy document."
    InvalidRequest 400 "The request is not valid."
    InvalidStorageClass 400 "The storage class you specified is not valid."
    InvalidTag 400 "The tag provided was not a valid tag."
    InvalidTargetBucketForLogging 400 "The target bucket for logging does not exist or is not owned by you."
    InvalidURI 400 "Could not parse the specified URI."
    KeyTooLong 400 "Your key is too long."
    MalformedPOSTRequest 400 "The body of your POST request is not well-formed multipart/form-data."
    MalformedPolicy 400 "Policies must be valid JSON and the first byte must be '{'."
    MalformedXML 400 "The XML you provided was not well-formed or did not validate against our published schema."
    MissingContent 400 "The request misses required content."
    MissingContentMD5 400 "Missing required header for this request: Content-MD5."
    MissingRequestBodyError 400 "Request body is empty."
    NotSupportedStorageClass 400 "The storage class you specified is not supported."
    RequestTimeout 400 "Your socket connection to the server was not read from or written to within the timeout period."
    ResourceAccessDenied 400 "The resource of the job may not be read."
    ResourceDownloadFailed 400 "The resource of the job could not be read."
    ResourceNotFound 400 "The resource of the job does not exist."
    ResourceNotSupported 400 "The resource of the job is not supported."
    CIRoleNotExist 400 "The role that reads the resource of the job does not exist."
    SSEContentNotSupported 400 "The encryption you asked for is not supported."
    SSEHeaderNotAllowed 400 "Encryption headers are not allowed in this request."
    SsecDecryptHeaderInvalid 400 "The encryption key you provided does not open the object."
    TooManyBuckets 400 "You have attempted to create more buckets than allowed."
    UnexpectedContent 400 "This request does not support content."
    XMLSizeLimit 400 "The XML you provided is larger than allowed."
    AccessDenied 403 "Access Denied."
    AccessForbidden 403 "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource's CORS spec"
    InvalidAccessKeyId 403 "The Access Key Id you provided does not exist in our records"
    InvalidObjectState 403 "The operation is not valid for the object storage class."
    NoProcessAuthority 403 "Image processing is not permitted for this bucket."
    RequestTimeTooSkewed 403 "The difference between the request time and the server's time is too large."
    SignatureDoesNotMatch 403 "The Signature you specified is invalid."
    InventoryConfigurationNotFoundError 404 "The inventory configuration does not exist."
    NoSuchBucket 404 "The specified bucket does not exist."
    NoSuchBucketPolicy 404 "The bucket policy does not exist."
    NoSuchCORSConfiguration 404 "The CORS configuration does not exist."
    NoSuchConfiguration 404 "The specified configuration does not exist."
    NoSuchCopySource 404 "The specified copy source does not exist."
    NoSuchEncryptionConfiguration 404 "The encryption configuration does not exist."
    NoSuchKey 404 "The specified key does not exist."
    NoSuchLifecycleConfiguration 404 "The lifecycle configuration does not exist."
    NoSuchObjectLockConfiguration 404 "The object lock configuration does not exist."
    NoSuchTagSet 404 "The tag set does not exist."
    NoSuchUpload 404 "The specified multipart upload does not exist. The upload ID might be invalid, or the multipart upload might have been aborted or completed."
    NoSuchVersion 404 "The specified version does not exist."
    NoSuchWebsiteConfiguration 404 "The website configuration does not exist."
    OriginConfigurationNotFoundError 404 "The origin configuration does not exist."
    ReplicationConfigurationNotFoundError 404 "The replication configuration does not exist."
    SymlinkTargetNotExist 404 "The target of the symbolic link does not exist."
    MethodNotAllowed 405 "The specified method is not allowed against this resource."
    RestoreNonArchiveObject 405 "Restore is not allowed, because of the storage class of the object."
    AppendPositionErr 409 "The append position does not match the object length."
    BucketAlreadyExists 409 "The requested bucket name is not available."
    BucketAlreadyOwnedByYou 409 "Your previous request to create the named bucket succeeded and you already own it."
    BucketLocked 409 "The bucket is locked."
    BucketNotEmpty 409 "The bucket you tried to delete is not empty."
    DomainConfigConflict 409 "The domain is already bound to another bucket."
    FileAlreadyExists 409 "The object you specified already exists and can not be overwritten."
    InvalidBucketState 409 "The request is not valid with the current state of the bucket."
    ObjectLocked 409 "The object is locked."
    ObjectNotAppendable 409 "The operation is not valid for the current state of the object."
    PathConflict 409 "Path conflict."
    RestoreAlreadyInProgress 409 "Object restore is already in progress."
    MissingContentLength 411 "You must provide the Content-Length HTTP header."
    PreconditionFailed 412 "Precondition not match."
    InvalidRange 416 "The requested range is not satisfiable"
    UnavailableForLegalReasons 451 "The object is not available for legal reasons."
    InternalError 500 "We encountered an internal error. Please try again."
    NotImplemented 501 "A header or query you provided requests a function that is not implemented."
    ServiceUnavailable 503 "Reduce your request rate."
    SlowDown 503 "Reduce your request rate."
}

impl ErrorCode {
    /// The number the picture side sends in `X-ErrNo` when nothing more precise is known.
    pub fn x_err_no(self) -> Option<i32> {
        Some(match self {
            Self::InvalidArgument => -103,
            Self::InvalidImageSource => -106,
            Self::NoProcessAuthority => -163,
            Self::SlowDown => -164,
            Self::ImageTooLarge => -167,
            Self::InvalidImageFormat => -441,
            Self::ImageResolutionExceed => -447,
            Self::ServiceUnavailable => -901,
            Self::NoSuchBucket => -46152,
            Self::NoSuchKey => -46628,
            Self::AccessDenied => -46661,
            Self::InvalidPicOperations => -60998,
            _ => return None,
        })
    }

    /// Whether the same request may succeed a little later.
    pub fn retryable(self) -> bool {
        matches!(self, Self::InternalError | Self::ServiceUnavailable | Self::SlowDown | Self::RequestTimeout)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The word is none of [`ErrorCode::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error code {0:?} is not known")]
pub struct UnknownErrorCode(pub String);

impl FromStr for ErrorCode {
    type Err = UnknownErrorCode;

    fn from_str(word: &str) -> Result<Self, UnknownErrorCode> {
        Self::from_word(word).ok_or_else(|| UnknownErrorCode(word.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_again() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_word(code.word()), Some(*code));
            assert!(!code.default_message().is_empty());
            assert!((400..600).contains(&code.status()));
        }
        assert_eq!(ErrorCode::from_word("NoSuchThing"), None);
    }

    #[test]
    fn only_passing_conditions_are_retryable() {
        for code in ErrorCode::ALL.iter().filter(|code| code.retryable()) {
            assert!(code.status() >= 500 || *code == ErrorCode::RequestTimeout, "{code}");
        }
        assert!(!ErrorCode::NotImplemented.retryable());
    }
}
