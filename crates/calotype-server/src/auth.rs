//! Who calls.
//!
//! Spec: spec/cos/auth.md, 2.

use std::sync::Arc;

use calotype_protocol::acl::Principal;
use calotype_protocol::address::Target;
use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::signature::{self, Credential, SignedRequest};
use http::request::Parts;

use crate::app::App;
use crate::credentials::Account;
use crate::error::ApiError;

/// The one a request comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular.
    Anonymous,
    /// An account, proven by a signature.
    Account(Arc<Account>),
}

impl Caller {
    /// The account, unless the caller is anonymous.
    pub fn account(&self) -> Option<&Arc<Account>> {
        match self {
            Self::Anonymous => None,
            Self::Account(account) => Some(account),
        }
    }

    /// Whom access lists may name.
    pub fn principal(&self) -> Option<&Principal> {
        self.account().map(|account| &account.principal)
    }
}

/// Checks the proof a request carries, if it carries any.
///
/// - Errors: the codes of spec/cos/auth.md 2 for a proof that is malformed, unknown, out of time or wrong.
pub fn verify(app: &App, parts: &Parts, target: &Target) -> Result<Caller, ApiError> {
    let fields = match Credential::find(parts)? {
        Credential::Anonymous => return Ok(Caller::Anonymous),
        Credential::Cos(fields) => fields,
        Credential::Aws | Credential::Unknown => {
            let message = "The Authorization header is not a COS signature.";
            return Err(ApiError::new(ErrorCode::AccessDenied, message));
        }
    };
    let Some((secret_key, account)) = app.credentials.find(&fields.secret_id) else {
        return Err(ErrorCode::InvalidAccessKeyId.into());
    };
    // A token beside a permanent key means nothing here and is ignored.
    signature::verify(&fields, secret_key, &SignedRequest::new(parts, target), app.clock.now())?;
    Ok(Caller::Account(Arc::clone(account)))
}
