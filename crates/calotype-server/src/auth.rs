//! Who calls.
//!
//! Spec: spec/cos/auth.md, 2.

use std::net::IpAddr;
use std::sync::Arc;

use calotype_protocol::acl::Principal;
use calotype_protocol::address::Target;
use calotype_protocol::encoding::encode;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::policy::Policy;
use calotype_protocol::post_form::{FormCredential, PostForm};
use calotype_protocol::query::Query;
use calotype_protocol::signature::{self, Credential, SignedRequest};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::app::App;
use crate::bucket_settings::BucketSettings;
use crate::credentials::Account;
use crate::error::ApiError;

/// Facts that are parameters of a request; all others are headers. Spec: spec/cos/misc.md, policy.
const PARAMETERS: [&str; 5] = ["delimiter", "marker", "max-keys", "prefix", "versionid"];

/// The one a request comes from, and what policies may ask about the request.
#[derive(Debug, Clone)]
pub struct Caller<'r> {
    account: Option<Arc<Account>>,
    session: Option<Arc<Policy>>,
    parts: &'r Parts,
    address: IpAddr,
}

impl<'r> Caller<'r> {
    /// Nobody in particular.
    pub fn anonymous(parts: &'r Parts, address: IpAddr) -> Self {
        Self { account: None, session: None, parts, address }
    }

    /// The same caller, proven to be an account, or one who was lent a part of its rights.
    pub fn proven(self, account: Arc<Account>, session: Option<Arc<Policy>>) -> Self {
        Self { account: Some(account), session, ..self }
    }

    /// The same caller, as long as nothing is proven.
    pub fn stranger(&self) -> Self {
        Self::anonymous(self.parts, self.address)
    }

    /// The account, unless the caller is anonymous.
    pub fn account(&self) -> Option<&Arc<Account>> {
        self.account.as_ref()
    }

    /// Whom access lists may name.
    pub fn principal(&self) -> Option<&Principal> {
        self.account().map(|account| &account.principal)
    }

    /// What a temporary key is limited to.
    pub fn session(&self) -> Option<&Policy> {
        self.session.as_deref()
    }

    /// Where the request came from.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// A fact about the request, by its name in conditions.
    pub fn fact(&self, name: &str) -> Option<String> {
        let name = name.to_ascii_lowercase();
        let bare = name.strip_prefix("cos:").or_else(|| name.strip_prefix("qcs:")).unwrap_or(&name);
        match bare {
            "ip" => Some(self.address.to_canonical().to_string()),
            // Whoever adds TLS in front of this service speaks plain HTTP to it.
            "secure-transport" => Some("false".to_owned()),
            name if PARAMETERS.contains(&name) || name.starts_with("response-") => self.parameter(name),
            name => {
                let value = self.parts.headers.get(name)?;
                Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
            }
        }
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let query = Query::parse(self.parts.uri.query()?);
        let found = query.parameters().iter().find(|parameter| parameter.name.eq_ignore_ascii_case(name))?;
        Some(found.value.clone().unwrap_or_default())
    }
}

/// Checks the proof a request carries, if it carries any.
///
/// - `address`: where the request came from.
/// - Errors: the codes of spec/cos/auth.md 2 for a proof that is malformed, unknown, out of time or wrong.
pub fn verify<'r>(
    app: &App,
    parts: &'r Parts,
    address: IpAddr,
    target: &Target,
) -> Result<Caller<'r>, ApiError> {
    let anonymous = Caller::anonymous(parts, address);
    let fields = match Credential::find(parts)? {
        Credential::Anonymous => return Ok(anonymous),
        Credential::Cos(fields) => fields,
        Credential::Aws => {
            let message = format!("{} (AWS signature)", ErrorCode::NotImplemented.default_message());
            return Err(ApiError::new(ErrorCode::NotImplemented, message));
        }
        Credential::Unknown => {
            let message = "The Authorization header is not a COS signature.";
            return Err(ApiError::new(ErrorCode::AccessDenied, message));
        }
    };
    let now = app.clock.now();
    let key = app.credentials.find(&fields.secret_id, fields.security_token.as_deref(), now)?;
    signature::verify(&fields, &key.secret_key, &SignedRequest::new(parts, target), now)?;
    Ok(anonymous.proven(key.account, key.session))
}

/// Refuses a signature that does not cover what the bucket wants covered. What is not signed at all is for rights.
pub fn check_strictness(settings: &BucketSettings, parts: &Parts) -> Result<(), ApiError> {
    let Some(strict) = &settings.strict_signature else { return Ok(()) };
    let Credential::Cos(fields) = Credential::find(parts)? else { return Ok(()) };
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    let is_open =
        |name: &&String| parts.headers.contains_key(name.as_str()) && !fields.headers.contains(name);
    let is_open_parameter = |name: &&String| {
        let has = query.parameters().iter().any(|parameter| parameter.name.eq_ignore_ascii_case(name));
        has && !fields.parameters.contains(&encode(name).to_ascii_lowercase())
    };
    let word = if strict.headers.iter().any(|name| is_open(&name)) {
        "header"
    } else if strict.parameters.iter().any(|name| is_open_parameter(&name)) {
        "param"
    } else {
        return Ok(());
    };
    let message = format!("Strict signature missing {word} that must be signed");
    Err(ApiError::new(ErrorCode::AccessDenied, message))
}

/// Checks the proof inside a browser form; a form without one is sent by whoever sent the request.
///
/// - `sender`: who sent the request.
/// - Errors: those of [`verify`].
pub fn verify_form<'r>(
    app: &App,
    target: &Target,
    sender: &Caller<'r>,
    form: &PostForm,
) -> Result<Caller<'r>, ApiError> {
    let stranger = sender.stranger();
    match form.credential()? {
        FormCredential::Anonymous => Ok(sender.clone()),
        FormCredential::Policy(credential) => {
            let now = app.clock.now();
            let key = app.credentials.find(credential.secret_id, credential.security_token, now)?;
            credential.key_time.check(now)?;
            credential.is_signed_with(&key.secret_key)?;
            Ok(stranger.proven(key.account, key.session))
        }
        FormCredential::Authorization(text) => {
            let mut parts = sender.parts.clone();
            let value = HeaderValue::from_str(text);
            let value = value.map_err(|_| ApiError::invalid_argument("the signature is not printable"))?;
            parts.headers.insert(AUTHORIZATION, value);
            let Caller { account, session, .. } = verify(app, &parts, sender.address, target)?;
            Ok(Caller { account, session, ..stranger })
        }
    }
}
