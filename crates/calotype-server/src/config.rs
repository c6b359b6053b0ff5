//! All settings of the service, gathered from the parts they belong to, and checked together.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use calotype_protocol::address::Addressing;
use calotype_protocol::names::BucketName;
use serde::Deserialize;

use crate::app::Clock;
use crate::credentials::AccountConfig;
use crate::jobs::JobsConfig;
use crate::lifecycle::LifecycleConfig;
use crate::processing::PicturesConfig;
use crate::wire::WireConfig;

/// Settings of one service.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The region this service says it is. Hosts may name any region.
    pub region: String,
    /// Domain behind `<bucket>.cos.<region>.` in addresses the service makes up itself.
    pub domain: String,
    /// Host names that carry no bucket: their path is `/<bucket>/<key>`.
    pub base_domains: Vec<String>,
    /// Host names that stand for one bucket.
    pub custom_domains: BTreeMap<String, BucketName>,
    /// The bucket of requests that name none.
    pub default_bucket: Option<BucketName>,
    /// Who owns buckets and which keys speak for them. Without keys only public objects can be used.
    pub accounts: Vec<AccountConfig>,
    /// The data folder, whose `keys.toml` has further keys; set by whoever starts the service.
    #[serde(skip)]
    pub key_folder: Option<PathBuf>,
    /// How clients' connections are treated.
    pub wire: WireConfig,
    /// Upper bounds for what clients may make.
    pub limits: RequestLimits,
    /// When lifecycle rules are carried out.
    pub lifecycle: LifecycleConfig,
    /// Image processing: threads, memory, limits and cache.
    pub pictures: PicturesConfig,
    /// How long it takes to restore an archived object. Default: 0, it is done at once.
    pub restore_delay_seconds: u32,
    /// Pictures made later.
    pub jobs: JobsConfig,
    /// Where the time comes from; only tests stop it.
    #[serde(skip)]
    pub clock: Clock,
}

impl Default for ServerConfig {
    fn default() -> Self {
        let addressing = Addressing::default();
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 9000)),
            region: addressing.region,
            domain: addressing.domain,
            base_domains: addressing.base_domains,
            custom_domains: addressing.custom_domains,
            default_bucket: addressing.default_bucket,
            accounts: vec![AccountConfig::default()],
            key_folder: None,
            wire: WireConfig::default(),
            limits: RequestLimits::default(),
            lifecycle: LifecycleConfig::default(),
            pictures: PicturesConfig::default(),
            restore_delay_seconds: 0,
            jobs: JobsConfig::default(),
            clock: Clock::default(),
        }
    }
}

/// Upper bounds for what clients may make. Bounds for bodies belong to the store, those for pictures to processing.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestLimits {
    /// Buckets of one account.
    pub buckets_max: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { buckets_max: 200 }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct ConfigError(pub Vec<String>);

impl ServerConfig {
    /// Checks every part and reports all mistakes together.
    pub fn validate(&self) -> Result<(), ConfigError> {
        let mut mistakes = Vec::new();
        if self.region.is_empty() || !self.region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            mistakes.push(format!("region {:?} must be letters, digits and hyphens", self.region));
        }
        if self.domain.is_empty() {
            mistakes.push("domain must not be empty".to_owned());
        }
        if self.accounts.is_empty() {
            mistakes.push("accounts must name at least one account".to_owned());
        }
        self.accounts.iter().for_each(|account| account.validate(&mut mistakes));
        self.wire.validate(&mut mistakes);
        self.pictures.validate(&mut mistakes);
        self.jobs.validate(&mut mistakes);
        if mistakes.is_empty() { Ok(()) } else { Err(ConfigError(mistakes)) }
    }

    pub(crate) fn addressing(&self) -> Addressing {
        Addressing {
            region: self.region.clone(),
            domain: self.domain.clone(),
            base_domains: self.base_domains.clone(),
            custom_domains: self.custom_domains.clone(),
            default_bucket: self.default_bucket.clone(),
            ..Addressing::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid() {
        ServerConfig::default().validate().unwrap();
    }

    #[test]
    fn all_mistakes_are_reported_together() {
        let config = ServerConfig {
            region: "a b".to_owned(),
            accounts: vec![AccountConfig { uin: "me".to_owned(), ..AccountConfig::default() }],
            wire: WireConfig { header_size_bytes_max: 1, ..WireConfig::default() },
            ..ServerConfig::default()
        };
        let mistakes = config.validate().unwrap_err().0;
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
    }
}
