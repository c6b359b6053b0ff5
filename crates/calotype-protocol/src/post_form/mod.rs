//! The fields of a browser form that uploads a file: what headers say elsewhere, and proof of who may.
//!
//! Spec: spec/cos/objects.md, POST Object; spec/cos/auth.md, 8.

mod policy;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::attributes::ObjectAttributes;
use crate::conditions::WriteConditions;
use crate::encoding;
use crate::endpoint::{PutObject, traffic_limit};
use crate::error_code::ErrorCode;
use crate::header;
use crate::names::{BucketName, ETag, ObjectKey};
use crate::parse_error::ParseError;
use crate::pic_operations::PIC_OPERATIONS;
use crate::signature::{SignatureError, Validity, post_policy_signature};

pub use policy::PostPolicy;

/// Most fields in front of the file.
pub const FORM_FIELDS_MAX: usize = 100;
/// Most bytes of one field in front of the file.
pub const FORM_FIELD_BYTES_MAX: usize = 64 << 10;

/// What stands in a key for the name of the file.
const FILE_NAME: &str = "${filename}";
/// Fields that are what headers of that name are elsewhere; so is everything that begins with `x-cos-`.
const HEADERS: [&str; 8] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-md5",
    "content-type",
    "expires",
    PIC_OPERATIONS,
];

/// The fields in front of the file, by lower-case name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostForm {
    fields: Vec<(String, String)>,
}

/// How a form says who sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormCredential<'a> {
    /// Not at all.
    Anonymous,
    /// With a signature over its policy.
    Policy(PolicyCredential<'a>),
    /// With the text an `Authorization` header would have.
    Authorization(&'a str),
}

/// The fields of a signature over a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyCredential<'a> {
    /// Names the key pair.
    pub secret_id: &'a str,
    /// When the form may be used.
    pub key_time: Validity,
    /// `x-cos-security-token` of temporary keys.
    pub security_token: Option<&'a str>,
    key_time_text: &'a str,
    signature: &'a str,
    policy: Vec<u8>,
}

/// What the browser is told when the file is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SuccessAction {
    /// To go to this address.
    Redirect(String),
    /// This status: 200, 201 or 204.
    Status(u16),
}

impl PostForm {
    /// Adds a field. Of two with one name the first counts.
    pub fn push(&mut self, name: &str, value: String) {
        let name = match name.to_ascii_lowercase() {
            name if name == "acl" => "x-cos-acl".to_owned(),
            name => name,
        };
        if self.value(&name).is_none() {
            self.fields.push((name, value));
        }
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The value of a field, by lower-case name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn filled(&self, name: &str) -> Option<&str> {
        self.value(name).filter(|value| !value.is_empty())
    }

    /// Who says that the form is theirs. Errors: a signature of which a part is missing or malformed.
    pub fn credential(&self) -> Result<FormCredential<'_>, SignatureError> {
        if let Some(text) = self.filled("authorization").or_else(|| self.filled("signature")) {
            return Ok(FormCredential::Authorization(text));
        }
        let names = ["q-ak", "q-signature", "q-key-time", "q-sign-algorithm"];
        if names.iter().all(|name| self.filled(name).is_none()) {
            return Ok(FormCredential::Anonymous);
        }
        let required = |name| self.filled(name).ok_or(SignatureError::MissingField(name));
        let algorithm = required("q-sign-algorithm")?;
        if algorithm != "sha1" {
            return Err(SignatureError::UnsupportedAlgorithm(algorithm.to_owned()));
        }
        let key_time_text = required("q-key-time")?;
        let policy = STANDARD.decode(required("policy")?.trim());
        Ok(FormCredential::Policy(PolicyCredential {
            secret_id: required("q-ak")?,
            key_time: key_time_text.parse()?,
            security_token: self.filled("x-cos-security-token"),
            key_time_text,
            signature: required("q-signature")?,
            policy: policy.map_err(|_| SignatureError::MissingField("policy"))?,
        }))
    }

    /// The upload the form describes; the file follows it.
    ///
    /// - `file_name`: what the browser calls the file.
    /// - Errors: `MalformedPOSTRequest` without a key, and those of the headers the fields stand for.
    pub fn to_put(&self, bucket: &BucketName, file_name: &str) -> Result<PutObject, ParseError> {
        let headers = self.headers()?;
        Ok(PutObject {
            attributes: ObjectAttributes::from_headers(&headers)?,
            content_md5: header::content_md5(&headers)?,
            only_if: WriteConditions::from_headers(&headers),
            traffic_limit: header::text(&headers, "x-cos-traffic-limit")?.map(traffic_limit).transpose()?,
            pic_operations: headers.get(PIC_OPERATIONS).cloned(),
            ..PutObject::new(bucket.clone(), self.key(file_name)?)
        })
    }

    fn key(&self, file_name: &str) -> Result<ObjectKey, ParseError> {
        let missing = || ParseError::new(ErrorCode::MalformedPOSTRequest, "The form has no field key.");
        // Some browsers send the whole path on the visitor's disk.
        let file_name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        Ok(self.filled("key").ok_or_else(missing)?.replace(FILE_NAME, file_name).parse()?)
    }

    fn headers(&self) -> Result<HeaderMap, ParseError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.fields {
            let is_header = HEADERS.iter().any(|header| header.eq_ignore_ascii_case(name));
            if !is_header && !name.starts_with("x-cos-") {
                continue;
            }
            let invalid = |_| ParseError::argument(format!("field {name} has a value no header can have"));
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(invalid)?;
            let invalid = |_| ParseError::argument(format!("field {name:?} is no header"));
            headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(invalid)?, value);
        }
        Ok(headers)
    }

    /// Checks the policy, if there is one, and returns how many bytes the file may have.
    ///
    /// - `put`: what [`Self::to_put`] made of this form.
    /// - Errors: `InvalidPolicyDocument` for what is no policy, `AccessDenied` for a form it does not fit.
    pub fn check_policy(
        &self,
        put: &PutObject,
        now: jiff::Timestamp,
    ) -> Result<std::ops::RangeInclusive<u64>, ParseError> {
        let Some(policy) = self.filled("policy") else { return Ok(0..=u64::MAX) };
        let no_policy = |_| ParseError::new(ErrorCode::InvalidPolicyDocument, "The policy is not Base64.");
        let policy = PostPolicy::parse(&STANDARD.decode(policy.trim()).map_err(no_policy)?)?;
        policy.check(now, |field| match field {
            "bucket" => Some(put.bucket.as_str()),
            "key" => Some(put.key.as_str()),
            "acl" => self.value("x-cos-acl"),
            "q-sign-time" => self.value("q-key-time"),
            field => self.value(field),
        })
    }

    /// What the browser is told when the file is stored.
    pub fn success_action(&self) -> SuccessAction {
        match (self.filled("success_action_redirect"), self.filled("success_action_status")) {
            (Some(address), _) => SuccessAction::Redirect(address.to_owned()),
            (None, Some("200")) => SuccessAction::Status(200),
            (None, Some("201")) => SuccessAction::Status(201),
            _ => SuccessAction::Status(204),
        }
    }
}

impl PolicyCredential<'_> {
    /// Whether the policy was signed with this key. The time is checked apart.
    pub fn is_signed_with(&self, secret_key: &str) -> Result<(), SignatureError> {
        let expected = post_policy_signature(secret_key, self.key_time_text, &self.policy);
        if expected.matches(self.signature) {
            return Ok(());
        }
        Err(SignatureError::Mismatch {
            string_to_sign: expected.string_to_sign,
            format_string: String::from_utf8_lossy(&self.policy).into_owned(),
        })
    }
}

/// The address a browser is sent to, with what was stored in its query.
pub fn redirect_address(address: &str, bucket: &BucketName, key: &ObjectKey, etag: &ETag) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    let (key, etag) = (encoding::encode(key.as_str()), encoding::encode(etag.quoted()));
    format!("{address}{separator}bucket={bucket}&key={key}&etag={etag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> PostForm {
        let mut form = PostForm::default();
        fields.iter().for_each(|(name, value)| form.push(name, (*value).to_owned()));
        form
    }

    fn bucket() -> BucketName {
        "photos-1".parse().unwrap()
    }

    #[test]
    fn fields_are_what_headers_are_elsewhere() {
        let form = form(&[
            ("Key", "up/${filename}"),
            ("Content-Type", "image/png"),
            ("acl", "public-read"),
            ("x-cos-meta-a", "值"),
            ("X-COS-Storage-Class", "COLD"),
            ("Pic-Operations", "{}"),
            ("other", "line\nbreak"),
        ]);
        let put = form.to_put(&bucket(), "C:\\pictures\\图 1.png").unwrap();
        assert_eq!(put.key.as_str(), "up/图 1.png");
        assert_eq!(put.attributes.content.content_type.unwrap(), "image/png");
        assert_eq!(put.attributes.storage_class.to_string(), "COLD");
        assert_eq!(put.attributes.acl.canned.unwrap().to_string(), "public-read");
        assert_eq!(put.attributes.metadata["a"].as_bytes(), "值".as_bytes());
        assert_eq!(put.pic_operations.unwrap(), "{}");
    }

    #[test]
    fn what_no_header_can_carry_is_refused() {
        for (name, value) in
            [("x-cos-meta-a", "b\r\nc: d"), ("x-cos-meta a", "b"), ("x-cos-storage-class", "?")]
        {
            assert!(form(&[("key", "a"), (name, value)]).to_put(&bucket(), "").is_err(), "{name}");
        }
        let nameless = form(&[("key", "")]).to_put(&bucket(), "a").unwrap_err();
        assert_eq!(nameless.code, ErrorCode::MalformedPOSTRequest);
    }

    #[test]
    fn a_browser_is_sent_on_with_what_was_stored() {
        let etag: ETag = "5d41402abc4b2a76b9719d911017c592".parse().unwrap();
        let address = |to: &str| redirect_address(to, &bucket(), &"a/b c".parse().unwrap(), &etag);
        let query = "bucket=photos-1&key=a%2Fb%20c&etag=%225d41402abc4b2a76b9719d911017c592%22";
        assert_eq!(address("https://a.test/done"), format!("https://a.test/done?{query}"));
        assert_eq!(address("https://a.test/?x=1"), format!("https://a.test/?x=1&{query}"));
    }
}
