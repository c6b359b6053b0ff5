//! What may have been signed instead: for each line of the canonical request, the usual mistakes.

use http::header::HOST;
use http::request::Parts;

use super::super::{AuthFields, SignedRequest};
use crate::address::Target;
use crate::encoding::{self, encode, encode_path};
use crate::query::Query;

/// Names of the four lines.
pub(super) const PLACES: [&str; 4] =
    ["line 1, method", "line 2, path", "line 3, parameters", "line 4, headers"];

/// One way to write a line.
#[derive(Debug, Clone)]
pub(super) struct Variant {
    pub(super) text: String,
    /// The mistake; none where the service accepts it.
    pub(super) why: Option<&'static str>,
}

/// Variants of a line; of equal ones the first stays, so what is accepted comes first.
#[derive(Default)]
struct Line(Vec<Variant>);

impl Line {
    fn right(&mut self, text: impl Into<String>) {
        self.add(text.into(), None);
    }

    fn wrong(&mut self, text: impl Into<String>, why: &'static str) {
        self.add(text.into(), Some(why));
    }

    fn add(&mut self, text: String, why: Option<&'static str>) {
        if self.0.iter().all(|other| other.text != text) {
            self.0.push(Variant { text, why });
        }
    }
}

/// Name and value as they are before they are encoded.
type Pairs = Vec<(String, Vec<u8>)>;

pub(super) fn lines(
    fields: &AuthFields,
    request: &SignedRequest<'_>,
    parts: &Parts,
    target: &Target,
) -> Vec<Vec<Variant>> {
    let lines = [
        method(parts),
        path(parts, target),
        parameters(fields, parts, request),
        headers(fields, parts, target, &target.signed_hosts(parts)),
    ];
    lines.into_iter().map(|line| line.0).collect()
}

fn method(parts: &Parts) -> Line {
    let mut line = Line::default();
    line.right(parts.method.as_str().to_ascii_lowercase());
    line.wrong(parts.method.as_str(), "the method is signed in lower case");
    for other in ["get", "put", "post", "head", "delete"] {
        line.wrong(other, "the request was signed for another method");
    }
    line
}

fn path(parts: &Parts, target: &Target) -> Line {
    const DECODED: &str = "the path is signed decoded, exactly once";
    let mut line = Line::default();
    target.signed_paths.iter().for_each(|path| line.right(path));
    for path in &target.signed_paths {
        line.wrong(encode_path(path), DECODED);
        line.wrong(format!("/{}", encode(path.trim_start_matches('/'))), DECODED);
        line.wrong(encoding::decode(path).unwrap_or_default(), DECODED);
        line.wrong(&path[1..], "the path begins with its slash");
        line.wrong(path.replace("//", "/"), "slashes that follow each other are a part of the key and stay");
        line.wrong(format!("{path}/"), "the path does not end with a slash");
        line.wrong(path.trim_end_matches('/'), "the slash at the end of the path is a part of the key");
        if let Some(query) = parts.uri.query() {
            line.wrong(format!("{path}?{query}"), "the query is no part of the path; it has its own line");
        }
        if let Some(bucket) = target.bucket() {
            line.wrong(
                format!("/{bucket}{path}"),
                "the host names the bucket, so the path does not (path style)",
            );
        }
    }
    line.wrong(parts.uri.path(), DECODED);
    line.wrong("/", "the key is missing from the path");
    line
}

fn parameters(fields: &AuthFields, parts: &Parts, request: &SignedRequest<'_>) -> Line {
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    let signed: Pairs = request.listed_parameters(&fields.parameters);
    let mut line = Line::default();
    line.right(joined(&signed, |value| encode(value)));
    encodings(&mut line, &signed);
    let missing = fields.parameters.iter().filter(|name| signed.iter().all(|(other, _)| other != *name));
    let with_missing: Pairs =
        sorted(signed.iter().cloned().chain(missing.map(|name| (name.clone(), Vec::new()))).collect());
    line.wrong(
        joined(&with_missing, |value| encode(value)),
        "a signed parameter is not in the request any more",
    );
    let cased = signed.iter().map(|(name, value)| {
        let is_same = |other: &&crate::query::Parameter| encode(&other.name).eq_ignore_ascii_case(name);
        let written = query.parameters().iter().find(is_same).map(|other| encode(&other.name));
        (written.unwrap_or_else(|| name.clone()), value.clone())
    });
    line.wrong(joined(&cased.collect(), |value| encode(value)), "names are signed in lower case");
    line.wrong("", "what q-url-param-list names is missing from the signed text");
    let all = query.parameters().iter().filter(|parameter| !parameter.name.starts_with("q-"));
    let all = all.map(|parameter| {
        let value = parameter.value.clone().unwrap_or_default().into_bytes();
        (encode(&parameter.name).to_ascii_lowercase(), value)
    });
    line.wrong(
        joined(&sorted(all.collect()), |value| encode(value)),
        "parameters were signed that q-url-param-list does not name",
    );
    line
}

fn headers(fields: &AuthFields, parts: &Parts, target: &Target, accepted: &[String]) -> Line {
    let signed = |host: &str| -> Pairs {
        let value = |name: &String| match name.as_str() {
            "host" => host.as_bytes().to_vec(),
            name => {
                parts.headers.get(name).map_or(Vec::new(), |value| value.as_bytes().trim_ascii().to_vec())
            }
        };
        sorted(fields.headers.iter().map(|name| (name.clone(), value(name))).collect())
    };
    let mut line = Line::default();
    for host in accepted {
        line.right(joined(&signed(host), |value| encode(value)));
    }
    for (host, why) in hosts(target, accepted) {
        line.wrong(joined(&signed(&host), |value| encode(value)), why);
    }
    for host in accepted {
        let pairs = signed(host);
        encodings(&mut line, &pairs);
        for name in fields.headers.iter().filter(|name| *name != HOST.as_str()) {
            let without: Pairs = pairs
                .iter()
                .map(|(other, value)| (other.clone(), if other == name { Vec::new() } else { value.clone() }))
                .collect();
            line.wrong(
                joined(&without, |value| encode(value)),
                "the header had no value yet when the request was signed; sign what the HTTP library sends",
            );
            let left_out = pairs.iter().filter(|(other, _)| other != name).cloned().collect();
            line.wrong(
                joined(&left_out, |value| encode(value)),
                "q-header-list names a header that is missing from the signed text",
            );
        }
    }
    line.wrong("", "what q-header-list names is missing from the signed text");
    line
}

/// Hosts that are signed by mistake.
fn hosts(target: &Target, accepted: &[String]) -> Vec<(String, &'static str)> {
    const PORT: &str = "the host was signed with a port that the request does not name";
    const ENDPOINT: &str = "the host of the service was signed, the request goes to that of the bucket";
    const BUCKET: &str =
        "the host of the bucket was signed, the request goes to that of the service (path style)";
    let mut hosts = Vec::new();
    for host in accepted {
        hosts.extend([":80", ":443", ":9000"].map(|port| (format!("{host}{port}"), PORT)));
        hosts.extend(
            ["http://", "https://"]
                .map(|scheme| (format!("{scheme}{host}"), "the scheme is no part of the host")),
        );
        let Some(bucket) = target.bucket() else { continue };
        match host.strip_prefix(bucket.as_str()).and_then(|rest| rest.strip_prefix('.')) {
            Some(endpoint) => hosts.push((endpoint.to_owned(), ENDPOINT)),
            None => hosts.push((format!("{bucket}.{host}"), BUCKET)),
        }
    }
    if let Some(bucket) = target.bucket() {
        let official = target.official_host(bucket);
        hosts.push((official, "the official host was signed, the request goes to another one"));
    }
    hosts.push((String::new(), "the host was empty when the request was signed"));
    hosts
}

/// The ways values are encoded that are not the right one.
fn encodings(line: &mut Line, pairs: &Pairs) {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    line.wrong(joined(pairs, text), "values are percent-encoded in the signed text");
    line.wrong(
        joined(pairs, |value| encode(value).replace("%20", "+")),
        "a space is %20 in the signed text, not +",
    );
    line.wrong(
        joined(pairs, |value| lower_escapes(&encode(value))),
        "escapes in values have upper-case hex digits",
    );
    line.wrong(
        joined(pairs, |value| {
            let marks = [("%21", "!"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*")];
            marks.iter().fold(encode(value), |text, (escape, mark)| text.replace(escape, mark))
        }),
        "! ' ( ) * are percent-encoded too (encodeURIComponent leaves them)",
    );
    line.wrong(joined(pairs, |value| encode_path(value)), "a slash is %2F in the signed text");
    line.wrong(joined(pairs, |value| encode(encode(value))), "values are percent-encoded once");
    let backwards: Pairs = pairs.iter().rev().cloned().collect();
    line.wrong(joined(&backwards, |value| encode(value)), "pairs are sorted by name");
}

fn lower_escapes(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    let mut in_escape = 0;
    for letter in text.chars() {
        lower.push(if in_escape > 0 { letter.to_ascii_lowercase() } else { letter });
        in_escape = if letter == '%' { 2 } else { i32::max(in_escape - 1, 0) };
    }
    lower
}

fn joined(pairs: &Pairs, encoded: impl Fn(&[u8]) -> String) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

fn sorted(mut pairs: Pairs) -> Pairs {
    pairs.sort();
    pairs
}
