//! `calotype key`: the key pairs of a data folder. A running service notices changes within a second or so.

use std::path::PathBuf;

use anyhow::Context;
use calotype_server::{AccountConfig, KeyFile, KeyPair, StoredKey};
use clap::Subcommand;
use jiff::Timestamp;

/// Arguments of `calotype key`.
#[derive(Debug, clap::Args)]
pub struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
    /// The data folder of the service.
    #[arg(long, env = "CALOTYPE_DATA", default_value = "calotype-data", global = true)]
    data: PathBuf,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Add a key pair, made now unless it is given. The secret is printed this once.
    Add(AddArgs),
    /// List the key pairs, without their secrets.
    List,
    /// Refuse a key pair from now on, and every temporary key it lent.
    Disable {
        /// The SecretId of the pair.
        secret_id: String,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// The digits at the end of the account's bucket names; without them, those of the first account.
    #[arg(long, requires = "uin")]
    appid: Option<String>,
    /// The digits inside the account's owner id.
    #[arg(long, requires = "appid")]
    uin: Option<String>,
    /// What the pair is for.
    #[arg(long, default_value = "")]
    note: String,
    /// The SecretId, instead of a new one.
    #[arg(long, requires = "secret_key")]
    secret_id: Option<String>,
    /// The SecretKey that goes with it.
    #[arg(long, requires = "secret_id", env = "CALOTYPE_NEW_SECRET_KEY", hide_env_values = true)]
    secret_key: Option<String>,
}

/// Changes or shows the keys of a data folder.
pub fn run(args: KeyArgs) -> anyhow::Result<()> {
    let file = KeyFile::open(&args.data)?;
    match args.command {
        KeyCommand::Add(add) => {
            let key = wanted(&file, add)?;
            file.add(&key)?;
            let StoredKey { pair, app_id, uin, .. } = key;
            println!("SecretId   {}\nSecretKey  {}", pair.secret_id, pair.secret_key);
            println!("It speaks for the account {uin} with buckets that end in -{app_id}.");
        }
        KeyCommand::List => print!("{}", table(&file.keys()?)),
        KeyCommand::Disable { secret_id } => {
            file.disable(&secret_id)?;
            println!("{secret_id} is refused from now on");
        }
    }
    Ok(())
}

fn wanted(file: &KeyFile, add: AddArgs) -> anyhow::Result<StoredKey> {
    let pair = match add.secret_id.zip(add.secret_key) {
        Some((secret_id, secret_key)) => KeyPair { secret_id, secret_key },
        None => KeyPair::random().context("the system gives no random numbers")?,
    };
    let (app_id, uin) = match add.appid.zip(add.uin) {
        Some(account) => account,
        None => match file.keys()?.into_iter().next() {
            Some(first) => (first.app_id, first.uin),
            None => {
                let AccountConfig { app_id, uin, .. } = AccountConfig::default();
                (app_id, uin)
            }
        },
    };
    Ok(StoredKey { pair, app_id, uin, note: add.note, created: Timestamp::now(), is_disabled: false })
}

fn table(keys: &[StoredKey]) -> String {
    let mut text = format!(
        "{:<40} {:<12} {:<14} {:<10} {:<9} {}\n",
        "SecretId", "AppId", "Uin", "Added", "State", "Note"
    );
    for key in keys {
        let (id, added) = (&key.pair.secret_id, key.created.strftime("%Y-%m-%d").to_string());
        let state = if key.is_disabled { "disabled" } else { "enabled" };
        let line = format!("{id:<40} {:<12} {:<14} {added:<10} {state:<9} {}", key.app_id, key.uin, key.note);
        text += line.trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Probe {
        #[command(flatten)]
        args: KeyArgs,
    }

    fn key(folder: &std::path::Path, words: &[&str]) -> anyhow::Result<()> {
        let data = folder.to_str().unwrap();
        run(Probe::try_parse_from([&["key", "--data", data], words].concat())?.args)
    }

    #[test]
    fn keys_are_added_listed_and_disabled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        key(path, &["add", "--note", "for backups"]).unwrap();
        key(
            path,
            &["add", "--appid", "1300000000", "--uin", "1003", "--secret-id", "AKIDX", "--secret-key", "SX"],
        )
        .unwrap();
        key(path, &["disable", "AKIDX"]).unwrap();
        let keys = KeyFile::open(path).unwrap().keys().unwrap();
        assert_eq!((keys[0].note.as_str(), keys[0].app_id.as_str()), ("for backups", "1250000000"));
        assert_eq!((keys[1].pair.secret_key.as_str(), keys[1].is_disabled), ("SX", true));
        let table = table(&keys);
        assert!(table.contains("disabled") && table.contains("AKIDX"), "{table}");
        assert!(keys.iter().all(|key| !table.contains(&key.pair.secret_key)), "{table}");
        key(path, &["list"]).unwrap();
    }

    #[test]
    fn mistakes_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = key(folder.path(), &["disable", "AKIDX"]).unwrap_err();
        assert!(missing.to_string().contains("AKIDX"), "{missing}");
        assert!(key(folder.path(), &["add", "--appid", "1"]).is_err());
        assert!(key(folder.path(), &["add", "--appid", "x", "--uin", "y"]).is_err());
    }
}
