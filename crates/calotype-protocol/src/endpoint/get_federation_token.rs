//! `POST /` on the service's own host: a temporary key, in the shape of the cloud's security token service.
//!
//! The request is a form that carries its own signature, as the official STS helpers send it.
//! Spec: spec/cos/auth.md, 5.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::encoding;
use crate::query::Query;
use crate::signature::form_signature_matches;

/// Longest body of such a request: its policy is encoded twice.
pub const FEDERATION_BODY_BYTES_MAX: usize = 256 << 10;
/// How long a temporary key is good when nothing is said.
pub const FEDERATION_SECONDS: i64 = 1800;
/// How long a temporary key may be good.
pub const FEDERATION_SECONDS_MAX: i64 = 43_200;
/// How far the clocks of both sides may be apart.
const SKEW_SECONDS_MAX: i64 = 300;
/// Hosts the helpers sign, wherever they are told to send the request.
const OFFICIAL_HOSTS: [&str; 2] = ["sts.tencentcloudapi.com", "sts.internal.tencentcloudapi.com"];

/// Asks for a temporary key; the body says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GetFederationToken;

/// The form in the body of [`GetFederationToken`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederationForm {
    fields: Vec<(String, String)>,
}

/// What is lent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederationToken {
    /// The id to sign with.
    pub secret_id: String,
    /// The secret to sign with.
    pub secret_key: String,
    /// What travels beside the signature.
    pub token: String,
    /// The end of it.
    pub expires: Timestamp,
}

/// Why nothing is lent, in the words of the token service.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct FederationError {
    /// What clients branch on.
    pub code: &'static str,
    /// One sentence for people.
    pub message: String,
}

impl FederationError {
    /// An error by its word.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The document that says so. Like the cloud's, it travels with status 200.
    pub fn to_json(&self, request_id: &str) -> String {
        let error = json!({ "Code": self.code, "Message": self.message });
        json!({ "Response": { "Error": error, "RequestId": request_id } }).to_string()
    }
}

impl FederationForm {
    /// Reads the body.
    pub fn parse(body: &[u8]) -> Result<Self, FederationError> {
        let malformed = || FederationError::new("InvalidParameter", "the body is not a form");
        let text = std::str::from_utf8(body).map_err(|_| malformed())?;
        let fields: Vec<(String, String)> = Query::parse(text)
            .parameters()
            .iter()
            .map(|field| (field.name.clone(), field.value.clone().unwrap_or_default()))
            .collect();
        let form = Self { fields };
        match form.required("Action")? {
            "GetFederationToken" => Ok(form),
            other => Err(FederationError::new("InvalidAction", format!("{other:?} is not offered"))),
        }
    }

    /// Whose rights are lent.
    pub fn secret_id(&self) -> Result<&str, FederationError> {
        self.required("SecretId")
    }

    /// Refuses a form that its key did not sign, or not now.
    ///
    /// - `host`: where the request was sent, with its port if it has one.
    pub fn verify(&self, secret_key: &str, host: &str, now: Timestamp) -> Result<(), FederationError> {
        let refused = |code, message: &str| Err(FederationError::new(code, message));
        let timestamp: i64 = self.number("Timestamp")?.unwrap_or_default();
        if (timestamp - now.as_second()).abs() > SKEW_SECONDS_MAX {
            return refused("AuthFailure.SignatureExpire", "Timestamp is not the time");
        }
        if self.field("SignatureMethod").is_some_and(|method| method != "HmacSHA1") {
            return refused("AuthFailure.SignatureFailure", "SignatureMethod is not HmacSHA1");
        }
        let Ok(signature) = STANDARD.decode(self.required("Signature")?) else {
            return refused("AuthFailure.SignatureFailure", "Signature is not Base64");
        };
        let mut signed: Vec<String> = (self.fields.iter().filter(|(name, _)| name != "Signature"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        signed.sort_unstable();
        let signed = signed.join("&");
        let bare = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let is_signed = [host, bare].into_iter().chain(OFFICIAL_HOSTS).any(|host| {
            form_signature_matches(secret_key, format!("POST{host}/?{signed}").as_bytes(), &signature)
        });
        if is_signed { Ok(()) } else { refused("AuthFailure.SignatureFailure", "Signature does not match") }
    }

    /// How long it is to be good.
    pub fn duration_seconds(&self) -> Result<i64, FederationError> {
        let seconds = self.number("DurationSeconds")?.unwrap_or(FEDERATION_SECONDS);
        if (1..=FEDERATION_SECONDS_MAX).contains(&seconds) {
            return Ok(seconds);
        }
        let message = format!("DurationSeconds is {seconds}, expected 1 to {FEDERATION_SECONDS_MAX}");
        Err(FederationError::new("InvalidParameter", message))
    }

    /// The text of the policy, which the helpers encode before they encode the form.
    pub fn policy(&self) -> Result<String, FederationError> {
        let written = self.required("Policy")?;
        let decoded = if written.trim_start().starts_with('{') { None } else { encoding::decode(written) };
        Ok(decoded.unwrap_or_else(|| written.to_owned()))
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn required(&self, name: &str) -> Result<&str, FederationError> {
        let missing = || FederationError::new("MissingParameter", format!("{name} is missing"));
        self.field(name).filter(|value| !value.is_empty()).ok_or_else(missing)
    }

    fn number(&self, name: &str) -> Result<Option<i64>, FederationError> {
        let Some(text) = self.field(name) else { return Ok(None) };
        let number = text.parse::<i32>().map(i64::from);
        number.map(Some).map_err(|_| FederationError::new("InvalidParameter", format!("{name} is {text:?}")))
    }
}

impl FederationToken {
    /// The document that hands it over.
    pub fn to_json(&self, request_id: &str) -> String {
        let credentials = json!({
            "Token": self.token,
            "TmpSecretId": self.secret_id,
            "TmpSecretKey": self.secret_key,
        });
        json!({ "Response": {
            "Credentials": credentials,
            "ExpiredTime": self.expires.as_second(),
            "Expiration": self.expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "RequestId": request_id,
        } })
        .to_string()
    }

    /// Reads the document, on the side of the client.
    pub fn from_json(body: &[u8]) -> Result<Self, FederationError> {
        let unexpected = || FederationError::new("InternalError", "the answer is not a temporary key");
        let answer: Value = serde_json::from_slice(body).map_err(|_| unexpected())?;
        let response = &answer["Response"];
        if let Some(message) = response["Error"]["Message"].as_str() {
            return Err(FederationError::new("Refused", message));
        }
        let text =
            |name: &str| response["Credentials"][name].as_str().map(str::to_owned).ok_or_else(unexpected);
        let expires = response["ExpiredTime"].as_i64().and_then(|second| Timestamp::from_second(second).ok());
        Ok(Self {
            secret_id: text("TmpSecretId")?,
            secret_key: text("TmpSecretKey")?,
            token: text("Token")?,
            expires: expires.ok_or_else(unexpected)?,
        })
    }
}
