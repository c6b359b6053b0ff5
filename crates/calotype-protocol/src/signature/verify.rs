//! Checks a signature against the request that came with it.

use http::header::HOST;
use http::request::Parts;
use http::{HeaderMap, Method};
use jiff::Timestamp;

use crate::address::Target;
use crate::encoding::encode;
use crate::query::Query;

use super::digest::same_signature;
use super::{AuthFields, CanonicalRequest, SignatureError};

/// Everything of a request a signature may cover.
#[derive(Debug)]
pub struct SignedRequest<'a> {
    method: &'a Method,
    headers: &'a HeaderMap,
    hosts: Vec<String>,
    paths: &'a [String],
    parameters: Vec<(String, String)>,
}

impl<'a> SignedRequest<'a> {
    /// Takes hosts and paths from the target, because clients disagree on ports and on path style.
    pub fn new(parts: &'a Parts, target: &'a Target) -> Self {
        let query = Query::parse(parts.uri.query().unwrap_or_default());
        let mut parameters: Vec<(String, String)> = query
            .parameters()
            .iter()
            .map(|parameter| (listed(&parameter.name), parameter.value.clone().unwrap_or_default()))
            .collect();
        // An instruction is signed as a name with an empty value, even when it has `=` or `+` inside.
        for instruction in query.instructions() {
            let name = listed(&instruction);
            if parameters.iter().all(|(other, _)| *other != name) {
                parameters.push((name, String::new()));
            }
        }
        Self {
            method: &parts.method,
            headers: &parts.headers,
            hosts: target.signed_hosts(parts),
            paths: &target.signed_paths,
            parameters,
        }
    }

    /// The parameters of these listed names, sorted, with their values as bytes.
    pub(super) fn listed_parameters(&self, names: &[String]) -> Vec<(String, Vec<u8>)> {
        let listed =
            unique(names).flat_map(|name| self.parameters.iter().filter(move |(other, _)| other == name));
        let mut pairs: Vec<_> =
            listed.map(|(name, value)| (name.clone(), value.clone().into_bytes())).collect();
        pairs.sort();
        pairs
    }

    /// The request as far as the signature's own lists cover it, except for the host.
    fn covered_by(&self, fields: &AuthFields) -> CanonicalRequest {
        let mut request = CanonicalRequest::new(self.method, self.paths.first().map_or("/", String::as_str));
        // A listed parameter that was taken out of the URL counts as missing, not as empty: otherwise a signed
        // instruction, whose value is empty, could be removed to fetch the unprocessed original.
        for name in unique(&fields.parameters) {
            let values = self.parameters.iter().filter(|(other, _)| other == name);
            values.for_each(|(_, value)| request.listed_parameter(name, value));
        }
        for name in unique(&fields.headers).filter(|name| *name != HOST.as_str()) {
            let mut values = self.headers.get_all(name).iter().peekable();
            if values.peek().is_none() {
                request.listed_header(name, b"");
            }
            values.for_each(|value| request.listed_header(name, value.as_bytes()));
        }
        request
    }
}

/// Accepts the fields if any way of reading the request gives the same signature, and the time is right.
///
/// - `now`: the server's clock.
/// - Errors: [`SignatureError::Expired`], [`SignatureError::FromTheFuture`], [`SignatureError::Mismatch`].
pub fn verify(
    fields: &AuthFields,
    secret_key: &str,
    request: &SignedRequest<'_>,
    now: Timestamp,
) -> Result<(), SignatureError> {
    fields.sign_time.check(now)?;
    fields.key_time.check(now)?;
    let covered = request.covered_by(fields);
    let signs_host = fields.headers.iter().any(|name| name == HOST.as_str());
    let hosts: Vec<Option<&str>> =
        if signs_host { request.hosts.iter().map(|host| Some(host.as_str())).collect() } else { vec![None] };
    let mut first = None;
    for path in request.paths {
        for host in &hosts {
            let mut candidate = covered.clone();
            candidate.set_path(path);
            if let Some(host) = host {
                candidate.header(HOST.as_str(), host.as_bytes());
            }
            let expected = candidate.signature(secret_key, &fields.sign_time_text, &fields.key_time_text);
            if same_signature(&expected, &fields.signature) {
                return Ok(());
            }
            first.get_or_insert(candidate);
        }
    }
    let shown = first.unwrap_or(covered);
    Err(SignatureError::Mismatch {
        string_to_sign: shown.string_to_sign(&fields.sign_time_text),
        format_string: shown.format_string(),
    })
}

/// A name as the lists of a signature carry it.
fn listed(name: &str) -> String {
    encode(name).to_ascii_lowercase()
}

fn unique(names: &[String]) -> impl Iterator<Item = &str> {
    names
        .iter()
        .enumerate()
        .filter(|(place, name)| !names[..*place].contains(name))
        .map(|(_, name)| name.as_str())
}
