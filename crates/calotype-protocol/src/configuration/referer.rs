//! `?referer`: which pages may show the bucket's objects.
//!
//! Spec: spec/cos/misc.md, referer.

use super::{Configuration, ConfigurationKind, Unset, either, is_enabled, malformed};
use crate::parse_error::ParseError;
use crate::wildcard;
use crate::xml::Element;

const DOMAINS_MAX: usize = 100;

/// There is no DELETE; an empty body takes the document away.
pub(super) const KIND: ConfigurationKind = ConfigurationKind {
    is_cleared_by_empty_body: true,
    ..ConfigurationKind::one(
        "referer",
        "RefererConfiguration",
        actions!("BucketReferer"),
        Unset::Empty,
        |root| RefererConfiguration::read(root).map(drop),
    )
};

/// A list of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefererConfiguration {
    /// Whether the list is in force.
    pub is_enabled: bool,
    /// What being on the list means.
    pub kind: RefererListKind,
    /// Hosts, with a port and the beginning of a path if need be; `*` stands for any text.
    pub domains: Vec<String>,
    /// Whether requests that name no page are answered.
    pub allows_empty: bool,
}

/// What being on a list means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefererListKind {
    /// Nobody else may.
    White,
    /// Everybody else may.
    Black,
}

impl Configuration for RefererConfiguration {
    const KIND: &'static ConfigurationKind = &KIND;

    fn read(root: &Element) -> Result<Self, ParseError> {
        let is_white = either(root, "RefererType", ("White-List", "Black-List"))?;
        let list = root.child("DomainList").ok_or_else(|| malformed("there is no DomainList"))?;
        let domains = super::some_of(list, "Domain", DOMAINS_MAX)?;
        let domains: Vec<String> =
            domains.into_iter().map(|domain| domain.text().trim().to_owned()).collect();
        if domains.iter().any(String::is_empty) {
            return Err(malformed("a Domain is empty"));
        }
        let empty = root.optional_text("EmptyReferConfiguration").is_some();
        let allows_empty = empty && either(root, "EmptyReferConfiguration", ("Allow", "Deny"))?;
        let kind = if is_white { RefererListKind::White } else { RefererListKind::Black };
        Ok(Self { is_enabled: is_enabled(root)?, kind, domains, allows_empty })
    }
}

impl RefererConfiguration {
    /// Whether a request is answered that names this page.
    pub fn allows(&self, referer: Option<&str>) -> bool {
        if !self.is_enabled {
            return true;
        }
        match referer.map(str::trim).filter(|referer| !referer.is_empty()) {
            None => self.allows_empty,
            Some(referer) => {
                let is_listed = self.domains.iter().any(|domain| names(domain, referer));
                is_listed == (self.kind == RefererListKind::White)
            }
        }
    }
}

/// Whether an entry names the page of a request.
fn names(entry: &str, referer: &str) -> bool {
    let (entry, page) = (Page::parse(entry), Page::parse(referer));
    let host = if entry.has_port() { &page.authority } else { page.host() };
    wildcard::matches(&entry.authority, host) && wildcard::matches(&format!("{}*", entry.path), page.path)
}

/// Where a page is: host with port in lower case, and path.
struct Page<'a> {
    authority: String,
    path: &'a str,
}

impl<'a> Page<'a> {
    fn parse(text: &'a str) -> Self {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        // What stands in front of an `@` is the name of a user, even if it looks like a host.
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Self { authority: authority.to_ascii_lowercase(), path }
    }

    fn has_port(&self) -> bool {
        self.host().len() < self.authority.len()
    }

    fn host(&self) -> &str {
        match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*') => host,
            _ => &self.authority,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{kept, refusal};
    use super::*;
    use crate::error_code::ErrorCode;

    fn document(kind: &str, domain: &str, empty: &str) -> String {
        format!(
            "<RefererConfiguration><Status>Enabled</Status><RefererType>{kind}</RefererType>\
             <DomainList><Domain>{domain}</Domain></DomainList>{empty}</RefererConfiguration>"
        )
    }

    fn white(domain: &str) -> RefererConfiguration {
        RefererConfiguration::from_kept(&document("White-List", domain, "")).unwrap()
    }

    #[test]
    fn entries_name_hosts_ports_and_paths() {
        for (entry, referer, is_named) in [
            ("*.qq.com", "https://www.qq.com/a/b", true),
            ("*.qq.com", "https://qq.com/", false),
            ("*.qq.com", "https://www.qq.com.evil.test/", false),
            ("*.qq.com", "https://www.qq.com@evil.test/", false),
            ("*.qq.com", "https://evil.test/?www.qq.com", false),
            ("*.qq.com", "https://evil.test\\@www.qq.com", false),
            ("qq.com", "http://QQ.com:8080", true),
            ("qq.com:80", "http://qq.com:8080/", false),
            ("qq.com:8080", "http://qq.com:8080/", true),
            ("qq.com/a", "http://qq.com/abc", true),
            ("qq.com/a", "http://qq.com/b", false),
            ("http://qq.com", "https://qq.com/", true),
        ] {
            assert_eq!(white(entry).allows(Some(referer)), is_named, "{entry} {referer}");
        }
    }

    #[test]
    fn black_lists_turn_it_round_and_nothing_is_its_own_case() {
        let allow = "<EmptyReferConfiguration>Allow</EmptyReferConfiguration>";
        let black = RefererConfiguration::from_kept(&document("Black-List", "qq.com", allow)).unwrap();
        assert!(!black.allows(Some("http://qq.com/")) && black.allows(Some("http://other.test/")));
        assert!(black.allows(None) && black.allows(Some(" ")));
        assert!(!white("qq.com").allows(None));
        let off = RefererConfiguration { is_enabled: false, ..white("qq.com") };
        assert!(off.allows(None) && off.allows(Some("http://other.test/")));
    }

    #[test]
    fn documents_are_kept_as_they_are_and_nonsense_is_refused() {
        let good = document("White-List", "qq.com", "");
        assert_eq!(kept(&KIND, &good), good);
        for bad in [
            document("Grey-List", "qq.com", ""),
            document("White-List", "", ""),
            document("White-List", "qq.com", "<EmptyReferConfiguration>Maybe</EmptyReferConfiguration>"),
            good.replace("Enabled", "on"),
            good.replace("DomainList", "Domains"),
        ] {
            assert_eq!(refusal(&KIND, &bad), ErrorCode::MalformedXML, "{bad}");
        }
    }
}
