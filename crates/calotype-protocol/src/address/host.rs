//! The host of a request, and the spellings of it a client may have signed.

use http::request::Parts;

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

pub(super) fn signed_hosts(parts: &Parts, effective: &str) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    for host in [Some(effective.to_owned()), host_header(parts)].into_iter().flatten() {
        let bare = without_port(&host).to_owned();
        for candidate in [host.clone(), bare.clone(), host.to_ascii_lowercase(), bare.to_ascii_lowercase()] {
            if !hosts.contains(&candidate) {
                hosts.push(candidate);
            }
        }
    }
    hosts
}
