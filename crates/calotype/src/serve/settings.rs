//! Settings of `calotype serve`: a flag beats its `CALOTYPE_…` variable, that beats the file, that beats the default.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context;
use calotype_server::{ServerConfig, StoreConfig};
use serde::Deserialize;

/// Arguments of `calotype serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// A TOML file with any of these settings; keys as the flags, with `_` for `-`.
    #[arg(long, env = "CALOTYPE_CONFIG")]
    config: Option<PathBuf>,
    /// The folder that keeps everything [default: ./calotype-data]
    #[arg(long, env = "CALOTYPE_DATA")]
    data: Option<PathBuf>,
    /// Address and port; port 0 takes a free one [default: 127.0.0.1:9000]
    #[arg(long, env = "CALOTYPE_LISTEN")]
    listen: Option<SocketAddr>,
    /// The region this service says it is [default: ap-guangzhou]
    #[arg(long, env = "CALOTYPE_REGION")]
    region: Option<String>,
    /// The digits at the end of bucket names [default: 1250000000]
    #[arg(long, env = "CALOTYPE_APPID")]
    appid: Option<String>,
    /// The digits inside owner ids [default: 100000000001]
    #[arg(long, env = "CALOTYPE_UIN")]
    uin: Option<String>,
    /// The SecretId clients use; without it a random pair is made and kept in the data folder.
    #[arg(long, env = "CALOTYPE_SECRET_ID", requires = "secret_key")]
    secret_id: Option<String>,
    /// The SecretKey that goes with it.
    #[arg(long, env = "CALOTYPE_SECRET_KEY", requires = "secret_id", hide_env_values = true)]
    secret_key: Option<String>,
    /// Keep everything in memory and forget it at the end.
    #[arg(long, env = "CALOTYPE_EPHEMERAL")]
    ephemeral: bool,
}

/// The file of settings. Every part may be absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    listen: Option<SocketAddr>,
    region: Option<String>,
    appid: Option<String>,
    uin: Option<String>,
    secret_id: Option<String>,
    secret_key: Option<String>,
    ephemeral: bool,
    /// Settings of the service beyond the common ones.
    server: ServerConfig,
    /// Settings of the store.
    store: StoreConfig,
}

/// All settings, decided.
#[derive(Debug)]
pub struct Settings {
    /// The folder that keeps everything.
    pub data: PathBuf,
    /// Nothing is kept.
    pub ephemeral: bool,
    /// Settings of the service, accounts and keys included.
    pub server: ServerConfig,
    /// Settings of the store.
    pub store: StoreConfig,
}

impl Settings {
    /// Reads the file, if one is named, and lays the flags over it.
    pub fn load(args: ServeArgs) -> anyhow::Result<Self> {
        let file = match &args.config {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read the settings in {}", path.display()))?;
                toml::from_str(&text)
                    .with_context(|| format!("{} is not a valid settings file", path.display()))?
            }
            None => File::default(),
        };
        Ok(Self::merge(args, file))
    }

    fn merge(args: ServeArgs, file: File) -> Self {
        let mut server = file.server;
        if let Some(listen) = args.listen.or(file.listen) {
            server.listen = listen;
        }
        if let Some(region) = args.region.or(file.region) {
            server.region = region;
        }
        if server.accounts.is_empty() {
            server.accounts.push(Default::default());
        }
        let account = &mut server.accounts[0];
        if let Some(app_id) = args.appid.or(file.appid) {
            account.app_id = app_id;
        }
        if let Some(uin) = args.uin.or(file.uin) {
            account.uin = uin;
        }
        let pair = args.secret_id.zip(args.secret_key).or(file.secret_id.zip(file.secret_key));
        if let Some((secret_id, secret_key)) = pair {
            account.keys.push(calotype_server::KeyPair { secret_id, secret_key });
        }
        Self {
            data: args.data.or(file.data).unwrap_or_else(|| PathBuf::from("calotype-data")),
            ephemeral: args.ephemeral || file.ephemeral,
            server,
            store: file.store,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Probe {
        #[command(flatten)]
        args: ServeArgs,
    }

    fn settings(flags: &[&str], file: &str) -> Settings {
        let args = Probe::parse_from([&["serve"], flags].concat()).args;
        Settings::merge(args, toml::from_str(file).unwrap())
    }

    #[test]
    fn defaults_need_no_set_up() {
        let settings = settings(&[], "");
        assert_eq!(settings.data, PathBuf::from("calotype-data"));
        assert_eq!(settings.server.listen.to_string(), "127.0.0.1:9000");
        assert_eq!(settings.server.region, "ap-guangzhou");
        assert_eq!(settings.server.accounts[0].app_id, "1250000000");
        assert!(settings.server.accounts[0].keys.is_empty());
    }

    #[test]
    fn a_flag_beats_the_file() {
        let settings = settings(&["--region", "eu-test"], "region = 'ap-file'\nappid = '1300000000'");
        assert_eq!(settings.server.region, "eu-test");
        assert_eq!(settings.server.accounts[0].app_id, "1300000000");
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let error = toml::from_str::<File>("colour = 1").unwrap_err().to_string();
        assert!(error.contains("colour"), "{error}");
    }

    #[test]
    fn half_a_key_pair_is_refused() {
        assert!(Probe::try_parse_from(["serve", "--secret-id", "AKID"]).is_err());
    }
}
