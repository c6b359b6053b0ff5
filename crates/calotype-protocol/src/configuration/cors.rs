//! `?cors`: which other sites' pages may use the bucket.
//!
//! Spec: spec/cos/misc.md, cors; spec/cos/objects.md, OPTIONS.

use super::{Configuration, ConfigurationKind, Unset, malformed, some_of};
use crate::error_code::ErrorCode;
use crate::parse_error::ParseError;
use crate::wildcard;
use crate::xml::Element;

/// Most rules of one bucket.
pub const CORS_RULES_MAX: usize = 100;

const METHODS: [&str; 5] = ["PUT", "GET", "POST", "DELETE", "HEAD"];

pub(super) const KIND: ConfigurationKind = ConfigurationKind::one(
    "cors",
    "CORSConfiguration",
    actions!("BucketCORS"),
    Unset::Error(ErrorCode::NoSuchCORSConfiguration),
    |root| CorsConfiguration::read(root).map(drop),
);

/// The rules of a bucket, in the order they are tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorsConfiguration {
    /// The first that fits decides.
    pub rules: Vec<CorsRule>,
    /// Whether every answer says that it depends on the origin.
    pub always_varies: bool,
}

/// What pages of some sites may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CorsRule {
    /// `*`, or `scheme://host[:port]` with at most one `*` in it.
    pub origins: Vec<String>,
    /// Among PUT, GET, POST, DELETE and HEAD.
    pub methods: Vec<String>,
    /// Headers pages may send; at most one `*` in each.
    pub headers: Vec<String>,
    /// Headers of answers pages may read.
    pub exposed: Vec<String>,
    /// How long a browser may remember the answer.
    pub max_age_seconds: Option<u32>,
}

impl Configuration for CorsConfiguration {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        let rules = some_of(root, "CORSRule", CORS_RULES_MAX)?;
        Ok(Self {
            rules: rules.into_iter().map(CorsRule::read).collect::<Result<_, _>>()?,
            always_varies: root.flag("ResponseVary"),
        })
    }
}

impl CorsConfiguration {
    /// The first rule that lets pages of `origin` send a request with this method and these headers.
    pub fn rule_for(&self, origin: &str, method: &str, headers: &[String]) -> Option<&CorsRule> {
        self.rules.iter().find(|rule| rule.fits(origin, method, headers))
    }
}

impl CorsRule {
    fn read(rule: &Element) -> Result<Self, ParseError> {
        let texts = |name: &'static str| rule.children(name).map(|child| child.text().trim().to_owned());
        let read = Self {
            origins: texts("AllowedOrigin").collect(),
            methods: texts("AllowedMethod").collect(),
            headers: texts("AllowedHeader").collect(),
            exposed: texts("ExposeHeader").collect(),
            max_age_seconds: rule.optional("MaxAgeSeconds")?,
        };
        if read.origins.is_empty() || read.methods.is_empty() {
            return Err(malformed("CORSRule needs at least one AllowedOrigin and one AllowedMethod"));
        }
        if let Some(method) = read.methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
            return Err(ParseError::argument(format!("AllowedMethod {method:?} is none of {METHODS:?}")));
        }
        let patterns = read.origins.iter().chain(&read.headers);
        let bad = |text: &&String| text.is_empty() || text.matches('*').count() > 1;
        if let Some(text) = patterns.clone().find(bad) {
            return Err(ParseError::argument(format!("{text:?} is empty or has more than one *")));
        }
        if let Some(name) = read.exposed.iter().find(|name| http::HeaderName::try_from(*name).is_err()) {
            return Err(ParseError::argument(format!("ExposeHeader {name:?} is no header name")));
        }
        Ok(read)
    }

    fn fits(&self, origin: &str, method: &str, headers: &[String]) -> bool {
        let is_allowed = |header: &String| {
            self.headers.iter().any(|pattern| wildcard::matches(&pattern.to_ascii_lowercase(), header))
        };
        self.methods.iter().any(|allowed| allowed == method)
            && self.origins.iter().any(|pattern| wildcard::matches(pattern, origin))
            && headers.iter().all(is_allowed)
    }

    /// Whether every site is meant, so that the answer need not repeat the origin.
    pub fn is_for_everybody(&self) -> bool {
        self.origins == ["*"]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, refusal};
    use super::*;

    const BODY: &str = "<CORSConfiguration>\
        <CORSRule><ID>1</ID><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod>\
        <AllowedHeader>X-Cos-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>5</MaxAgeSeconds></CORSRule>\
        <CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod></CORSRule>\
        <ResponseVary>true</ResponseVary></CORSConfiguration>";

    #[test]
    fn the_first_rule_that_fits_decides() {
        let cors = CorsConfiguration::from_kept(BODY).unwrap();
        assert!(cors.always_varies);
        let fits = |origin: &str, method: &str, headers: &[&str]| {
            let headers: Vec<String> = headers.iter().map(|name| (*name).to_owned()).collect();
            cors.rule_for(origin, method, &headers).map(CorsRule::is_for_everybody)
        };
        assert_eq!(fits("https://a.example.com", "GET", &["x-cos-acl"]), Some(false));
        assert_eq!(fits("https://a.example.com", "GET", &["content-md5"]), None);
        assert_eq!(fits("https://example.com", "GET", &[]), None);
        assert_eq!(fits("http://other.test", "PUT", &[]), Some(true));
        assert_eq!(fits("http://other.test", "PUT", &["x-cos-acl"]), None);
    }

    #[test]
    fn documents_are_kept_as_they_are_and_nonsense_is_refused() {
        assert_eq!(kept(&KIND, BODY), BODY);
        let rule =
            |inner: &str| format!("<CORSConfiguration><CORSRule>{inner}</CORSRule></CORSConfiguration>");
        let get = "<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>";
        for (body, code) in [
            ("<CORSConfiguration/>".to_owned(), ErrorCode::MalformedXML),
            (rule(""), ErrorCode::MalformedXML),
            (rule(&get.replace("GET", "PATCH")), ErrorCode::InvalidArgument),
            (rule(&get.replace('*', "http://*.*")), ErrorCode::InvalidArgument),
            (rule(&format!("{get}<MaxAgeSeconds>soon</MaxAgeSeconds>")), ErrorCode::MalformedXML),
            (rule(&format!("{get}<ExposeHeader>a b</ExposeHeader>")), ErrorCode::InvalidArgument),
        ] {
            assert_eq!(refusal(&KIND, &body), code, "{body}");
        }
        let many = |count: usize| {
            format!(
                "<CORSConfiguration>{}</CORSConfiguration>",
                rule(get)[19..].replace("</CORSConfiguration>", "").repeat(count)
            )
        };
        assert!(KIND.accept(many(CORS_RULES_MAX).as_bytes(), None).is_ok());
        assert_eq!(refusal(&KIND, &many(CORS_RULES_MAX + 1)), ErrorCode::MalformedXML);
    }
}
