//! The key that closes all others: 32 random bytes in a file only its owner may read.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

/// Name of the file in the data folder.
pub(super) const FILE_NAME: &str = "master.key";
const KEY_BYTES: usize = 32;
/// Random nonces of this length never meet again.
const NONCE_BYTES: usize = 24;

/// Closes and opens small secrets.
pub struct MasterKey(XChaCha20Poly1305);

impl MasterKey {
    /// A key for as long as the process lives.
    pub(crate) fn random() -> io::Result<Self> {
        Ok(Self::from_bytes(&*random_bytes()?))
    }

    /// The key of a data folder.
    ///
    /// - Errors: no such file; one that others may read; one that is no key.
    pub(super) fn load(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE_NAME);
        let mode = fs::metadata(&path)?.mode();
        if mode & 0o077 != 0 {
            let message = format!("others may use it (mode {:o}); give it mode 600", mode & 0o777);
            return Err(io::Error::new(ErrorKind::PermissionDenied, message));
        }
        let text = Zeroizing::new(fs::read_to_string(&path)?);
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text.trim()).unwrap_or_default());
        let bytes: &[u8; KEY_BYTES] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not a master key"))?;
        Ok(Self::from_bytes(bytes))
    }

    /// Makes the key of a data folder. Errors: there is one already, or the folder cannot be written.
    pub(super) fn make(folder: &Path) -> io::Result<Self> {
        let bytes = random_bytes()?;
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(folder.join(FILE_NAME))?;
        writeln!(file, "{}", URL_SAFE_NO_PAD.encode(*bytes))?;
        file.sync_all()?;
        Ok(Self::from_bytes(&bytes))
    }

    fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(XChaCha20Poly1305::new(bytes.into()))
    }

    /// Closes a secret. It opens only for the same `purpose`, so that none can be put in the place of another.
    pub(super) fn seal(&self, purpose: &str, secret: &[u8]) -> io::Result<String> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce)?;
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let closed = self.0.encrypt(&XNonce::from(nonce), payload).map_err(io::Error::other)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &closed].concat()))
    }

    /// What was closed with this key for this purpose; none for anything else.
    pub(super) fn open(&self, purpose: &str, sealed: &str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, closed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: closed, aad: purpose.as_bytes() };
        self.0.decrypt(&XNonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }
}

fn random_bytes() -> io::Result<Zeroizing<[u8; KEY_BYTES]>> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    getrandom::fill(bytes.as_mut())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_closed_opens_with_the_same_key_for_the_same_purpose() {
        let key = MasterKey::random().unwrap();
        let sealed = key.seal("a", b"secret").unwrap();
        assert_eq!(key.open("a", &sealed).unwrap().as_slice(), b"secret");
        assert!(key.open("b", &sealed).is_none());
        assert!(MasterKey::random().unwrap().open("a", &sealed).is_none());
        assert_ne!(key.seal("a", b"secret").unwrap(), sealed);
        for other in ["", "AAAA", &sealed[1..], &format!("{sealed}AA"), &sealed.to_lowercase()] {
            assert!(key.open("a", other).is_none(), "{other}");
        }
    }

    #[test]
    fn the_file_is_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let made = MasterKey::make(folder.path()).unwrap();
        let path = folder.path().join(FILE_NAME);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let sealed = made.seal("a", b"secret").unwrap();
        assert!(MasterKey::load(folder.path()).unwrap().open("a", &sealed).is_some());
        assert!(MasterKey::make(folder.path()).is_err());

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = MasterKey::load(folder.path()).err().unwrap();
        assert!(refused.to_string().contains("644"), "{refused}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "nothing").unwrap();
        assert!(MasterKey::load(folder.path()).is_err());
    }
}
