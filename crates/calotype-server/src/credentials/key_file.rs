//! Key pairs kept in the data folder: `keys.toml`, with each secret closed by the master key beside it.
//!
//! `calotype key` changes the file while a service may be running; the service notices.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::account::is_number;
use super::{KeyPair, MasterKey, master_key};

const FILE_NAME: &str = "keys.toml";

/// The key pairs of a data folder.
pub struct KeyFile {
    folder: PathBuf,
    master: MasterKey,
}

/// A pair, whom it speaks for, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The pair itself.
    pub pair: KeyPair,
    /// The digits at the end of its buckets' names.
    pub app_id: String,
    /// The digits inside its owner id.
    pub uin: String,
    /// What it is for, in its owner's words.
    pub note: String,
    /// When it was added.
    pub created: Timestamp,
    /// Whether it is refused.
    pub is_disabled: bool,
}

/// Why the keys of a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file system refuses, or the file is not what it should be.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// What came of it.
        source: io::Error,
    },
    /// There are keys, and another master key than the one that closed them.
    #[error("the master key in {} does not open the key {secret_id}", folder.display())]
    OtherMasterKey {
        /// The data folder.
        folder: PathBuf,
        /// The key that stays closed.
        secret_id: String,
    },
    /// A pair of this name is there already.
    #[error("there is a key {0} already")]
    Exists(String),
    /// No pair has this name.
    #[error("there is no key {0}")]
    Missing(String),
    /// What a key cannot be.
    #[error("{0}")]
    Invalid(String),
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default, rename = "key")]
    keys: Vec<Entry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    secret_id: String,
    sealed_key: String,
    app_id: String,
    uin: String,
    created: Timestamp,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    disabled: bool,
}

impl KeyFile {
    /// The keys of a folder. A master key is made where there are no keys yet.
    ///
    /// Errors: the folder cannot be used; there are keys without their master key.
    pub fn open(folder: &Path) -> Result<Self, KeyFileError> {
        fs::create_dir_all(folder).map_err(failed("make", folder))?;
        let master = match MasterKey::load(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound && !folder.join(FILE_NAME).exists() => {
                match MasterKey::make(folder) {
                    // Somebody else was quicker.
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => MasterKey::load(folder),
                    made => made,
                }
            }
            loaded => loaded,
        };
        let master = master.map_err(failed("use", &folder.join(master_key::FILE_NAME)))?;
        Ok(Self { folder: folder.to_owned(), master })
    }

    /// Every pair, disabled ones too, in the order they were added.
    pub fn keys(&self) -> Result<Vec<StoredKey>, KeyFileError> {
        self.read()?.keys.into_iter().map(|entry| self.stored(entry)).collect()
    }

    /// Adds a pair. Errors: its id is taken, or its account is another one under the same number.
    pub fn add(&self, key: &StoredKey) -> Result<(), KeyFileError> {
        let pair = &key.pair;
        if !is_number(&key.app_id) || !is_number(&key.uin) {
            let message = format!("app id {:?} and uin {:?} must be decimal digits", key.app_id, key.uin);
            return Err(KeyFileError::Invalid(message));
        }
        if pair.secret_id.is_empty() || pair.secret_key.is_empty() {
            return Err(KeyFileError::Invalid("a key pair has two halves".to_owned()));
        }
        let sealed = self.master.seal(&pair.secret_id, pair.secret_key.as_bytes());
        let entry = Entry {
            secret_id: pair.secret_id.clone(),
            sealed_key: sealed.map_err(failed("write", &self.path()))?,
            app_id: key.app_id.clone(),
            uin: key.uin.clone(),
            created: key.created,
            note: key.note.clone(),
            disabled: key.is_disabled,
        };
        self.change(|document| {
            if document.keys.iter().any(|other| other.secret_id == entry.secret_id) {
                return Err(KeyFileError::Exists(entry.secret_id.clone()));
            }
            let is_other = |other: &&Entry| (other.app_id == entry.app_id) != (other.uin == entry.uin);
            if let Some(other) = document.keys.iter().find(is_other) {
                let (app_id, uin) = (&other.app_id, &other.uin);
                let message = format!("app id {app_id} and uin {uin} belong together already");
                return Err(KeyFileError::Invalid(message));
            }
            document.keys.push(entry);
            Ok(())
        })
    }

    /// Refuses a pair from now on. Errors: there is none of this name.
    pub fn disable(&self, secret_id: &str) -> Result<(), KeyFileError> {
        self.change(|document| {
            let entry = document.keys.iter_mut().find(|entry| entry.secret_id == secret_id);
            entry.ok_or_else(|| KeyFileError::Missing(secret_id.to_owned()))?.disabled = true;
            Ok(())
        })
    }

    /// Closes and opens what belongs to these keys.
    pub(super) fn master(&self) -> &MasterKey {
        &self.master
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    fn stored(&self, entry: Entry) -> Result<StoredKey, KeyFileError> {
        let secret = self.master.open(&entry.secret_id, &entry.sealed_key);
        let secret = secret.and_then(|secret| String::from_utf8(secret.to_vec()).ok());
        let Some(secret_key) = secret else {
            let folder = self.folder.clone();
            return Err(KeyFileError::OtherMasterKey { folder, secret_id: entry.secret_id });
        };
        Ok(StoredKey {
            pair: KeyPair { secret_id: entry.secret_id, secret_key },
            app_id: entry.app_id,
            uin: entry.uin,
            note: entry.note,
            created: entry.created,
            is_disabled: entry.disabled,
        })
    }

    fn read(&self) -> Result<Document, KeyFileError> {
        let path = self.path();
        match fs::read_to_string(&path) {
            Ok(text) => {
                let invalid = |error| io::Error::new(ErrorKind::InvalidData, error);
                toml::from_str(&text).map_err(invalid).map_err(failed("read", &path))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Document::default()),
            Err(error) => Err(failed("read", &path)(error)),
        }
    }

    /// Reads, changes and writes while no other process does. Written whole under another name first: a crash must not
    /// leave half a file behind.
    fn change(
        &self,
        change: impl FnOnce(&mut Document) -> Result<(), KeyFileError>,
    ) -> Result<(), KeyFileError> {
        let lock = File::open(self.folder.join(master_key::FILE_NAME)).and_then(|file| {
            file.lock()?;
            Ok(file)
        });
        let _lock = lock.map_err(failed("lock", &self.folder))?;
        let mut document = self.read()?;
        change(&mut document)?;
        let (path, draft) = (self.path(), self.path().with_extension("new"));
        let write = || {
            let text = toml::to_string(&document).map_err(io::Error::other)?;
            let mut options = OpenOptions::new();
            let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(failed("write", &path))
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> KeyFileError {
    let path = path.to_owned();
    move |source| KeyFileError::File { action, path, source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    fn key(secret_id: &str, app_id: &str, uin: &str) -> StoredKey {
        StoredKey {
            pair: KeyPair { secret_id: secret_id.to_owned(), secret_key: format!("secret of {secret_id}") },
            app_id: app_id.to_owned(),
            uin: uin.to_owned(),
            note: String::new(),
            created: Timestamp::from_second(1_700_000_000).unwrap(),
            is_disabled: false,
        }
    }

    #[test]
    fn keys_are_kept_closed_and_for_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::open(folder.path()).unwrap();
        assert_eq!(file.keys().unwrap(), []);
        let (first, second) = (key("AKID1", "1", "11"), key("AKID2", "2", "22"));
        file.add(&first).unwrap();
        file.add(&second).unwrap();
        assert_eq!(KeyFile::open(folder.path()).unwrap().keys().unwrap(), [first, second]);
        let text = fs::read_to_string(file.path()).unwrap();
        assert!(text.contains("AKID1") && !text.contains("secret of"), "{text}");
        assert_eq!(fs::metadata(file.path()).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_is_disabled_stays_known() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::open(folder.path()).unwrap();
        file.add(&key("AKID1", "1", "11")).unwrap();
        file.disable("AKID1").unwrap();
        assert!(file.keys().unwrap()[0].is_disabled);
        assert!(matches!(file.disable("AKID2"), Err(KeyFileError::Missing(_))));
    }

    #[test]
    fn mistakes_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::open(folder.path()).unwrap();
        file.add(&key("AKID1", "1", "11")).unwrap();
        let before = fs::read_to_string(file.path()).unwrap();
        for wrong in [
            key("AKID1", "1", "11"),
            key("AKID2", "1", "12"),
            key("AKID2", "2", "11"),
            key("AKID2", "x", "22"),
            key("", "2", "22"),
        ] {
            file.add(&wrong).unwrap_err();
        }
        assert_eq!(fs::read_to_string(file.path()).unwrap(), before);
    }

    #[test]
    fn another_master_key_or_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        KeyFile::open(folder.path()).unwrap().add(&key("AKID1", "1", "11")).unwrap();
        let path = folder.path().join(master_key::FILE_NAME);
        fs::remove_file(&path).unwrap();
        let missing = KeyFile::open(folder.path()).err().unwrap();
        assert!(missing.to_string().contains("master.key"), "{missing}");
        MasterKey::make(folder.path()).unwrap();
        let other = KeyFile::open(folder.path()).unwrap().keys().unwrap_err();
        assert!(matches!(other, KeyFileError::OtherMasterKey { .. }), "{other}");
        fs::write(folder.path().join(FILE_NAME), "nothing").unwrap();
        assert!(KeyFile::open(folder.path()).unwrap().keys().unwrap_err().to_string().contains(FILE_NAME));
    }
}
