//! Accounts and the keys that speak for them: those of the settings, those of the data folder, and temporary ones.

mod account;
mod key_file;
mod master_key;
mod temporary;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use calotype_protocol::error_code::ErrorCode;
use calotype_protocol::policy::Policy;
use jiff::{SignedDuration, Timestamp};

use crate::error::ApiError;
use temporary::Ticket;

pub use account::{Account, AccountConfig, KeyPair};
pub use key_file::{KeyFile, KeyFileError, StoredKey};
pub use master_key::MasterKey;
pub use temporary::TemporaryKey;

/// How long a change to the key file may go unnoticed.
const KEY_FILE_AGE_MAX: Duration = Duration::from_secs(1);

/// A key as requests use it.
#[derive(Clone)]
pub struct Key {
    /// What proves it.
    pub secret_key: String,
    /// Whom it speaks for.
    pub account: Arc<Account>,
    /// What a temporary key is limited to; none for a permanent one.
    pub session: Option<Arc<Policy>>,
}

/// All keys, by id.
pub struct Credentials {
    configured: Keys,
    kept: Option<KeptKeys>,
    /// Closes tokens where there is no data folder.
    ephemeral: MasterKey,
}

type Keys = HashMap<String, Key>;

/// The keys of the data folder, read again when the file has changed.
struct KeptKeys {
    file: KeyFile,
    seen: Mutex<Seen>,
}

struct Seen {
    at: Instant,
    stamp: Option<(SystemTime, u64)>,
    keys: Arc<Keys>,
}

impl Credentials {
    /// The keys of a configuration, and those of a data folder.
    ///
    /// Errors: the keys of the folder cannot be used.
    pub fn new(accounts: &[AccountConfig], file: Option<KeyFile>) -> Result<Self, KeyFileError> {
        let mut configured = Keys::new();
        for config in accounts {
            let account = Arc::new(Account::new(&config.app_id, &config.uin));
            for pair in &config.keys {
                configured.insert(pair.secret_id.clone(), Key::permanent(&pair.secret_key, &account));
            }
        }
        let no_numbers =
            |source| KeyFileError::File { action: "make a key for", path: "/dev/urandom".into(), source };
        let ephemeral = MasterKey::random().map_err(no_numbers)?;
        Ok(Self { configured, kept: file.map(KeptKeys::read).transpose()?, ephemeral })
    }

    /// The key of this id.
    ///
    /// - `token`: what came beside the signature. It means nothing beside a permanent key.
    /// - Errors: `InvalidAccessKeyId` for an id nobody has, or a token that is not its own; `ExpiredToken`.
    pub fn find(&self, secret_id: &str, token: Option<&str>, now: Timestamp) -> Result<Key, ApiError> {
        if let Some(key) = self.permanent(secret_id) {
            return Ok(key);
        }
        let unknown = || ApiError::from(ErrorCode::InvalidAccessKeyId);
        let ticket = token.and_then(|token| Ticket::open(self.master(), secret_id, token));
        let ticket = ticket.ok_or_else(unknown)?;
        if now >= ticket.expires {
            return Err(ErrorCode::ExpiredToken.into());
        }
        // What was lent is taken back with the key that lent it.
        let lender = self.permanent(&ticket.lender).ok_or_else(unknown)?;
        let session = Some(Arc::new(ticket.policy().ok_or_else(unknown)?));
        Ok(Key { secret_key: ticket.secret_key, session, ..lender })
    }

    /// Lends the rights of a permanent key, as far as `policy` allows, for so long.
    ///
    /// - `policy`: what [`Policy::of_session`] accepts.
    /// - Errors: the system gives no random numbers.
    pub fn lend(
        &self,
        lender: &str,
        policy: &str,
        now: Timestamp,
        duration: SignedDuration,
    ) -> io::Result<TemporaryKey> {
        Ticket::issue(self.master(), lender, policy, now, duration)
    }

    fn permanent(&self, secret_id: &str) -> Option<Key> {
        let configured = self.configured.get(secret_id).cloned();
        configured.or_else(|| self.kept.as_ref()?.now().get(secret_id).cloned())
    }

    fn master(&self) -> &MasterKey {
        self.kept.as_ref().map_or(&self.ephemeral, |kept| kept.file.master())
    }
}

impl Key {
    fn permanent(secret_key: &str, account: &Arc<Account>) -> Self {
        Self { secret_key: secret_key.to_owned(), account: Arc::clone(account), session: None }
    }
}

impl KeptKeys {
    fn read(file: KeyFile) -> Result<Self, KeyFileError> {
        let (stamp, keys) = (stamp(&file), Arc::new(enabled(&file)?));
        Ok(Self { file, seen: Mutex::new(Seen { at: Instant::now(), stamp, keys }) })
    }

    /// The keys as the file has them, or had them a moment ago. A file that cannot be read changes nothing.
    fn now(&self) -> Arc<Keys> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.at.elapsed() >= KEY_FILE_AGE_MAX {
            seen.at = Instant::now();
            let stamp = stamp(&self.file);
            if stamp != seen.stamp {
                match enabled(&self.file) {
                    Ok(keys) => (seen.stamp, seen.keys) = (stamp, Arc::new(keys)),
                    Err(error) => tracing::error!(%error, "the keys stay as they were"),
                }
            }
        }
        Arc::clone(&seen.keys)
    }
}

/// What tells one state of the file from another.
fn stamp(file: &KeyFile) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(file.path()).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn enabled(file: &KeyFile) -> Result<Keys, KeyFileError> {
    let mut accounts: HashMap<String, Arc<Account>> = HashMap::new();
    let keys = file.keys()?.into_iter().filter(|key| !key.is_disabled);
    Ok(keys
        .map(|StoredKey { pair, app_id, uin, .. }| {
            let account = accounts.entry(app_id.clone());
            let account = account.or_insert_with(|| Arc::new(Account::new(&app_id, &uin)));
            (pair.secret_id, Key::permanent(&pair.secret_key, account))
        })
        .collect())
}
