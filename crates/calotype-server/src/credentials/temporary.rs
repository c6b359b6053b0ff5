//! Temporary keys: lent by a permanent one, for a while, within a policy.
//!
//! Everything about a temporary key is in its token, which only the master key can make and open. So nothing is kept,
//! nothing grows, and a key is good after a restart. Spec: spec/cos/auth.md, 5.

use std::io;

use calotype_protocol::policy::Policy;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{KeyPair, MasterKey};

/// What separates tokens from all else the master key closes.
const PURPOSE: &str = "temporary key";

/// A key that was lent.
#[derive(Debug)]
pub struct TemporaryKey {
    /// The pair to sign with.
    pub pair: KeyPair,
    /// What travels beside the signature.
    pub token: String,
    /// The end of it.
    pub expires: Timestamp,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
pub(super) struct Ticket {
    secret_id: String,
    pub(super) secret_key: String,
    /// Id of the permanent key that lent its rights.
    pub(super) lender: String,
    pub(super) expires: Timestamp,
    policy: String,
}

impl Ticket {
    /// Lends the rights of `lender`, as far as `policy` allows, for so long.
    ///
    /// - `policy`: what [`Policy::of_session`] accepts.
    pub(super) fn issue(
        master: &MasterKey,
        lender: &str,
        policy: &str,
        now: Timestamp,
        duration: SignedDuration,
    ) -> io::Result<TemporaryKey> {
        let pair = KeyPair::random()?;
        let expires = now.saturating_add(duration).map_err(io::Error::other)?;
        let ticket = Self {
            secret_id: pair.secret_id.clone(),
            secret_key: pair.secret_key.clone(),
            lender: lender.to_owned(),
            expires,
            policy: policy.to_owned(),
        };
        let text = serde_json::to_vec(&ticket).map_err(io::Error::other)?;
        Ok(TemporaryKey { pair, token: master.seal(PURPOSE, &text)?, expires })
    }

    /// What a token says, if it was made here for this id.
    pub(super) fn open(master: &MasterKey, secret_id: &str, token: &str) -> Option<Self> {
        let text = master.open(PURPOSE, token)?;
        let ticket: Self = serde_json::from_slice(&text).ok()?;
        (ticket.secret_id == secret_id).then_some(ticket)
    }

    /// What the key is limited to.
    pub(super) fn policy(&self) -> Option<Policy> {
        Policy::of_session(&self.policy).ok()
    }
}
