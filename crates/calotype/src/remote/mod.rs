//! Commands that speak to a server through the SDK.

pub mod get;
pub mod ls;
pub mod mb;
pub mod put;
pub mod rm;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use calotype_client::{BucketClient, Client, ClientConfig};

/// Where the server is and who is calling.
#[derive(Debug, clap::Args)]
pub struct ServerArgs {
    /// The server's address.
    #[arg(long, env = "CALOTYPE_ENDPOINT", default_value = "http://127.0.0.1:9000")]
    endpoint: String,
    /// SecretId; without one, the pair that a local server keeps in its data folder is used.
    #[arg(long, env = "CALOTYPE_SECRET_ID", requires = "secret_key")]
    secret_id: Option<String>,
    /// SecretKey.
    #[arg(long, env = "CALOTYPE_SECRET_KEY", requires = "secret_id", hide_env_values = true)]
    secret_key: Option<String>,
    /// The data folder of a local server, for its key pair.
    #[arg(long, env = "CALOTYPE_DATA", default_value = "calotype-data")]
    data: PathBuf,
}

impl ServerArgs {
    fn client(&self) -> anyhow::Result<Client> {
        let (id, key) = self.keys()?;
        Ok(Client::new(ClientConfig::new(&self.endpoint)?.keys(id, key)))
    }

    fn keys(&self) -> anyhow::Result<(String, String)> {
        if let (Some(id), Some(key)) = (&self.secret_id, &self.secret_key) {
            return Ok((id.clone(), key.clone()));
        }
        match local_key(&self.data)? {
            Some(pair) => Ok(pair),
            None => bail!(
                "no --secret-id and --secret-key, and no key pair of a local server in {}",
                self.data.display()
            ),
        }
    }

    fn bucket(&self, name: &str) -> anyhow::Result<BucketClient> {
        Ok(self.client()?.bucket(name)?)
    }
}

/// The first key pair of a local server that is not disabled.
#[cfg(feature = "server")]
fn local_key(data: &Path) -> anyhow::Result<Option<(String, String)>> {
    if !data.is_dir() {
        return Ok(None);
    }
    let keys = calotype_server::KeyFile::open(data)?.keys()?;
    let key = keys.into_iter().find(|key| !key.is_disabled);
    Ok(key.map(|key| (key.pair.secret_id, key.pair.secret_key)))
}

/// The secret a local server knows by this id.
#[cfg(feature = "server")]
pub fn local_secret(data: &Path, secret_id: &str) -> anyhow::Result<Option<String>> {
    if !data.is_dir() {
        return Ok(None);
    }
    let keys = calotype_server::KeyFile::open(data)?.keys()?;
    let key = keys.into_iter().find(|key| key.pair.secret_id == secret_id);
    Ok(key.map(|key| key.pair.secret_key))
}

/// A client alone has no server beside it.
#[cfg(not(feature = "server"))]
pub fn local_secret(_data: &Path, _secret_id: &str) -> anyhow::Result<Option<String>> {
    Ok(None)
}

/// A client alone has no server beside it.
#[cfg(not(feature = "server"))]
fn local_key(_data: &Path) -> anyhow::Result<Option<(String, String)>> {
    Ok(None)
}

/// `<bucket>/<key>`, as every command names an object.
#[derive(Debug, Clone)]
pub struct ObjectAddress {
    bucket: String,
    key: String,
}

impl std::str::FromStr for ObjectAddress {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        match text.split_once('/') {
            Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
                Ok(Self { bucket: bucket.to_owned(), key: key.to_owned() })
            }
            _ => bail!("{text:?} is not <bucket>/<key>, such as photos-1250000000/cat.jpg"),
        }
    }
}

/// Runs one command to its end.
pub fn block_on(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Runtime::new().context("cannot start the runtime")?.block_on(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_split_at_its_first_slash() {
        let address: ObjectAddress = "photos-1/a/b.jpg".parse().unwrap();
        assert_eq!((address.bucket.as_str(), address.key.as_str()), ("photos-1", "a/b.jpg"));
        for wrong in ["photos-1", "photos-1/", "/a"] {
            assert!(wrong.parse::<ObjectAddress>().is_err(), "{wrong}");
        }
    }
}
