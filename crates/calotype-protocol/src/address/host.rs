//! The host of a request, and the spellings of it a client may have signed.

use std::borrow::Cow;

use http::request::Parts;

use super::Target;

/// Host and path of a request without scheme and query, as error bodies show them.
pub fn requested_resource(parts: &Parts) -> String {
    format!("{}{}", effective_host(parts), parts.uri.path())
}

/// The authority of an absolute target wins over the Host header. Empty when there is neither.
pub(super) fn effective_host(parts: &Parts) -> String {
    match parts.uri.authority() {
        Some(authority) => {
            let text = authority.as_str();
            text.rsplit_once('@').map_or(text, |(_, host)| host).to_owned()
        }
        None => host_header(parts).unwrap_or_default(),
    }
}

fn host_header(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(http::header::HOST)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

/// Cuts `:port` off, also behind `[v6]`.
pub(super) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if port.bytes().all(|b| b.is_ascii_digit()) && (!name.contains(':') || name.ends_with(']')) =>
        {
            name
        }
        _ => host,
    }
}

impl Target {
    /// Values of `host` a client may have signed, likeliest first.
    pub fn signed_hosts(&self, parts: &Parts) -> Vec<String> {
        spellings(parts, &self.host)
    }
}

fn spellings(parts: &Parts, effective: &str) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    let mut add = |host: Cow<'_, str>| {
        if !hosts.iter().any(|known| *known == host) {
            hosts.push(host.into_owned());
        }
    };
    let header = parts.headers.get(http::header::HOST).map(|value| String::from_utf8_lossy(value.as_bytes()));
    for host in [Some(effective), header.as_deref().map(str::trim)].into_iter().flatten() {
        for spelling in [host, without_port(host)] {
            add(spelling.into());
            if spelling.bytes().any(|byte| byte.is_ascii_uppercase()) {
                add(spelling.to_ascii_lowercase().into());
            }
        }
    }
    hosts
}
