//! The key pair a fresh service makes for itself.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::Context;
use calotype_server::KeyPair;
use serde::Deserialize;

use super::settings::Settings;

/// The file in the data folder, readable by its owner only.
const FILE_NAME: &str = "keys.toml";

/// How a pair came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeySource {
    /// Given by flag, variable or file.
    Configured,
    /// Kept in the data folder since an earlier start.
    Kept,
    /// Made now; this is the only time it is printed.
    Made,
}

#[derive(Deserialize)]
struct KeyFile {
    secret_id: String,
    secret_key: String,
}

/// Sees to it that the first account has a key pair.
///
/// A pair that is made is kept in the data folder (mode 0600), or nowhere for a service that keeps nothing.
pub fn ensure(settings: &mut Settings) -> anyhow::Result<KeySource> {
    if settings.server.accounts.iter().any(|account| !account.keys.is_empty()) {
        return Ok(KeySource::Configured);
    }
    let (pair, source) = if settings.ephemeral {
        (random_pair()?, KeySource::Made)
    } else {
        load_or_make(&settings.data.join(FILE_NAME))?
    };
    settings.server.accounts[0].keys.push(pair);
    Ok(source)
}

fn load_or_make(path: &Path) -> anyhow::Result<(KeyPair, KeySource)> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            let KeyFile { secret_id, secret_key } =
                toml::from_str(&text).with_context(|| format!("{} is not a key file", path.display()))?;
            Ok((KeyPair { secret_id, secret_key }, KeySource::Kept))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let pair = random_pair()?;
            save(path, &pair).with_context(|| format!("cannot keep the keys in {}", path.display()))?;
            Ok((pair, KeySource::Made))
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Written whole under another name first: a crash must not leave half a key file behind.
fn save(path: &Path, pair: &KeyPair) -> std::io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writeln!(file, "secret_id = \"{}\"\nsecret_key = \"{}\"", pair.secret_id, pair.secret_key)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)
}

fn random_pair() -> anyhow::Result<KeyPair> {
    Ok(KeyPair { secret_id: format!("AKID{}", random_word()?), secret_key: random_word()? })
}

/// 32 letters and digits, about 190 bits.
fn random_word() -> anyhow::Result<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789AZ";
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)])).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_pair_is_made_once_and_kept_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let (made, first) = load_or_make(&path).unwrap();
        let (kept, second) = load_or_make(&path).unwrap();
        assert_eq!((first, second), (KeySource::Made, KeySource::Kept));
        assert_eq!((made.secret_id, made.secret_key), (kept.secret_id, kept.secret_key));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_broken_key_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        std::fs::write(&path, "nothing").unwrap();
        assert!(load_or_make(&path).unwrap_err().to_string().contains(FILE_NAME));
    }
}
