//! Settings of jobs.

use http::Uri;
use serde::Deserialize;

/// Everything an operator can say about jobs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct JobsConfig {
    /// Jobs worked on at once, beside the requests that wait for their pictures. Default: 1.
    pub at_once: usize,
    /// How often a job is begun before it has failed. Default: 3.
    pub attempts_max: u32,
    /// Jobs of one bucket that may wait. Default: 10,000.
    pub pending_max: u64,
    /// Days for which jobs that are over can be asked for. Default: 30.
    pub keep_days: u32,
    /// Where callbacks may go, as `http://host:port`; nowhere by default. A host that is a name has to lead to a public
    /// address, so that nobody's name makes this service call into its own network.
    pub callback_targets: Vec<String>,
    /// How long one callback may take. Default: 5,000.
    pub callback_timeout_ms: u64,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self {
            at_once: 1,
            attempts_max: 3,
            pending_max: 10_000,
            keep_days: 30,
            callback_targets: Vec::new(),
            callback_timeout_ms: 5_000,
        }
    }
}

impl JobsConfig {
    /// Adds a sentence for every setting that cannot work.
    pub fn validate(&self, mistakes: &mut Vec<String>) {
        for (name, value) in [
            ("at_once", self.at_once as u64),
            ("attempts_max", self.attempts_max.into()),
            ("pending_max", self.pending_max),
            ("keep_days", self.keep_days.into()),
            ("callback_timeout_ms", self.callback_timeout_ms),
        ] {
            if value == 0 {
                mistakes.push(format!("jobs.{name} is 0, it must be at least 1"));
            }
        }
        for target in &self.callback_targets {
            if authority(target).is_none() {
                mistakes.push(format!("jobs.callback_targets has {target:?}, which is no http://host:port"));
            }
        }
    }

    /// Whether callbacks may go to this address.
    pub fn allows(&self, url: &str) -> bool {
        let wanted = authority(url);
        wanted.is_some() && self.callback_targets.iter().any(|target| authority(target) == wanted)
    }
}

/// Host and port of an address that callbacks can be sent to.
pub(super) fn authority(url: &str) -> Option<(String, u16)> {
    let url: Uri = url.parse().ok()?;
    let has_user = url.authority()?.as_str().contains('@');
    if url.scheme_str() != Some("http") || has_user {
        return None;
    }
    Some((url.host()?.to_ascii_lowercase(), url.port_u16().unwrap_or(80)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_targets_are_allowed() {
        let targets = vec!["http://hooks.example.test:8080".to_owned(), "http://10.0.0.7/".to_owned()];
        let config = JobsConfig { callback_targets: targets, ..JobsConfig::default() };
        for url in [
            "http://hooks.example.test:8080/done?a=b",
            "http://Hooks.example.test:8080",
            "http://10.0.0.7:80/x",
        ] {
            assert!(config.allows(url), "{url}");
        }
        for url in [
            "http://hooks.example.test/",
            "https://hooks.example.test:8080/",
            "http://me@hooks.example.test:8080/",
            "http://hooks.example.test.evil:8080/",
            "ftp://10.0.0.7/",
            "10.0.0.7",
            "",
        ] {
            assert!(!config.allows(url), "{url}");
        }
        assert!(!JobsConfig::default().allows("http://hooks.example.test:8080/"));
    }

    #[test]
    fn mistakes_are_named() {
        let mut mistakes = Vec::new();
        let targets = vec!["hooks.example.test".to_owned()];
        JobsConfig { at_once: 0, callback_targets: targets, ..JobsConfig::default() }.validate(&mut mistakes);
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
    }
}
