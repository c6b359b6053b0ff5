//! The key pair a fresh service makes for itself.

use calotype_server::{AccountConfig, KeyFile, KeyPair, StoredKey};
use jiff::Timestamp;

use super::settings::Settings;

/// Sees to it that the first account has a key pair, and returns one that was made now: it is printed this once.
///
/// Pairs are kept in the data folder, or nowhere for a service that keeps nothing.
pub fn ensure(settings: &mut Settings) -> anyhow::Result<Option<KeyPair>> {
    let accounts = &mut settings.server.accounts;
    let is_configured = accounts.iter().any(|account| !account.keys.is_empty());
    if settings.ephemeral {
        if is_configured {
            return Ok(None);
        }
        let pair = KeyPair::random()?;
        accounts[0].keys.push(pair.clone());
        return Ok(Some(pair));
    }
    settings.server.key_folder = Some(settings.data.clone());
    let file = KeyFile::open(&settings.data)?;
    if is_configured { Ok(None) } else { ensure_kept(&file, &accounts[0]) }
}

fn ensure_kept(file: &KeyFile, account: &AccountConfig) -> anyhow::Result<Option<KeyPair>> {
    if file.keys()?.iter().any(|key| key.app_id == account.app_id) {
        return Ok(None);
    }
    let pair = KeyPair::random()?;
    file.add(&StoredKey {
        pair: pair.clone(),
        app_id: account.app_id.clone(),
        uin: account.uin.clone(),
        note: "made at the first start".to_owned(),
        created: Timestamp::now(),
        is_disabled: false,
    })?;
    Ok(Some(pair))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_made_once_for_an_account() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::open(folder.path()).unwrap();
        let account = AccountConfig::default();
        let made = ensure_kept(&file, &account).unwrap().unwrap();
        assert_eq!(ensure_kept(&file, &account).unwrap(), None);
        assert_eq!(file.keys().unwrap()[0].pair, made);
        let other = AccountConfig { app_id: "1300000000".into(), uin: "1003".into(), keys: Vec::new() };
        assert!(ensure_kept(&file, &other).unwrap().is_some());
    }
}
