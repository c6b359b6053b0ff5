//! Whom a bucket can belong to.

use std::fmt;

use calotype_protocol::acl::Principal;
use serde::Deserialize;

/// Whom a bucket can belong to, and the keys that speak for them.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountConfig {
    /// The digits at the end of bucket names.
    pub app_id: String,
    /// The digits inside owner ids.
    pub uin: String,
    /// Key pairs; each has all rights of the account.
    pub keys: Vec<KeyPair>,
}

/// A SecretId with its SecretKey.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPair {
    /// Names the pair; travels with every request.
    pub secret_id: String,
    /// Proves it; never travels.
    pub secret_key: String,
}

impl Default for AccountConfig {
    fn default() -> Self {
        Self { app_id: "1250000000".to_owned(), uin: "100000000001".to_owned(), keys: Vec::new() }
    }
}

impl AccountConfig {
    /// Adds what is wrong with these settings to `mistakes`.
    pub(crate) fn validate(&self, mistakes: &mut Vec<String>) {
        for (name, digits) in [("app_id", &self.app_id), ("uin", &self.uin)] {
            if !is_number(digits) {
                mistakes.push(format!("account {name} {digits:?} must be decimal digits"));
            }
        }
        if self.keys.iter().any(|pair| pair.secret_id.is_empty() || pair.secret_key.is_empty()) {
            mistakes.push(format!("account {} has a key pair with an empty half", self.app_id));
        }
    }
}

impl KeyPair {
    /// A new pair nobody has yet. Errors: the system gives no random numbers.
    pub fn random() -> std::io::Result<Self> {
        Ok(Self { secret_id: format!("AKID{}", random_word()?), secret_key: random_word()? })
    }
}

/// 32 letters and digits, about 190 bits.
fn random_word() -> std::io::Result<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789AZ";
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)])).collect())
}

pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Shows the id only.
impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("secret_id", &self.secret_id).finish_non_exhaustive()
    }
}

/// Who a caller is.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    /// The digits at the end of its buckets' names.
    pub app_id: String,
    /// The digits inside its owner id.
    pub uin: String,
    /// Its owner id: `qcs::cam::uin/<uin>:uin/<uin>`.
    pub principal: Principal,
}

impl Account {
    /// An account by its two numbers.
    pub fn new(app_id: &str, uin: &str) -> Self {
        Self { app_id: app_id.to_owned(), uin: uin.to_owned(), principal: Principal::account(uin) }
    }
}
