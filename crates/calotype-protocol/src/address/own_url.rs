//! URLs inside of rules: they mean an object where they lead back to this very service, and nothing elsewhere.
//!
//! Spec: spec/ci/watermark.md, 1.3.

use http::header::HOST;
use http::request::Parts;
use http::{HeaderValue, Request};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use super::host::without_port;
use super::{Addressing, AddressingStyle, Target};

/// What people leave as it is in a URL although it has to be escaped.
const UNESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Second labels of the vendor's hosts; behind some of them stands a short name of a region, as in `picsh`.
const FAMILIES: [&str; 3] = ["cos", "pic", "ci"];

impl Addressing {
    /// What a URL would ask this service for, as the head of a GET and its target.
    ///
    /// - `url`: with `http://` or `https://`.
    /// - `request`: the request the URL came with; its host is a name of this service.
    /// - `None` where the URL is malformed or its host is somebody else. Nothing is looked up or connected to.
    pub fn own_url(&self, url: &str, request: &Target) -> Option<(Parts, Target)> {
        let (scheme, rest) = url.split_once("://")?;
        if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            return None;
        }
        let url = format!("http://{}", percent_encode(rest.as_bytes(), UNESCAPED));
        let (mut parts, ()) = Request::get(url).body(()).ok()?.into_parts();
        let host = HeaderValue::from_str(parts.uri.authority()?.as_str()).ok()?;
        parts.headers.insert(HOST, host);
        let target = self.resolve(&parts).ok()?;
        self.is_own(&target, request).then_some((parts, target))
    }

    fn is_own(&self, target: &Target, request: &Target) -> bool {
        let name = without_port(&target.host).to_ascii_lowercase();
        // What a host says besides the bucket.
        let service = match target.style {
            AddressingStyle::CustomDomain => return true,
            AddressingStyle::VirtualHost => name.split_once('.').map_or("", |(_, rest)| rest),
            AddressingStyle::Path | AddressingStyle::DefaultBucket | AddressingStyle::None => name.as_str(),
        };
        let requested = without_port(&request.host).to_ascii_lowercase();
        let requested = match request.style {
            AddressingStyle::VirtualHost => requested.split_once('.').map_or("", |(_, rest)| rest),
            _ => requested.as_str(),
        };
        service == requested
            || self.base_domains.iter().any(|domain| domain.eq_ignore_ascii_case(service))
            || self.is_official(service)
    }

    /// `cos.<region>.<domain>` and its sisters, such as `pic.<region>.<domain>` and `picsh.<domain>`.
    fn is_official(&self, service: &str) -> bool {
        let domain = self.domain.to_ascii_lowercase();
        let labels = service.strip_suffix(&domain).and_then(|labels| labels.strip_suffix('.'));
        let Some(labels) = labels else { return false };
        let family = labels.split('.').next().unwrap_or_default();
        labels.split('.').count() <= 2 && FAMILIES.iter().any(|known| family.starts_with(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = "b-1.cos.ap-guangzhou.myqcloud.com";

    fn target_of(host: &str) -> Target {
        let (parts, ()) = Request::get("/photo.jpg").header(HOST, host).body(()).unwrap().into_parts();
        Addressing::default().resolve(&parts).unwrap()
    }

    fn own(url: &str) -> Option<(String, String)> {
        let target = Addressing::default().own_url(url, &target_of(REQUEST))?.1;
        Some((target.bucket()?.to_string(), target.key()?.to_owned()))
    }

    #[test]
    fn urls_of_this_service_name_an_object() {
        for (url, key) in [
            ("http://b-1.cos.ap-guangzhou.myqcloud.com/logo.png", "logo.png"),
            (
                "https://b-1.cos.ap-shanghai.myqcloud.com/logo.png?imageMogr2/thumbnail/!50p|imageMogr2/strip",
                "logo.png",
            ),
            ("HTTP://b-1.picsh.myqcloud.com/a%20b.png", "a b.png"),
            ("http://b-1.pic.ap-guangzhou.myqcloud.com:80/水印 1.png", "水印 1.png"),
            ("http://cos.ap-guangzhou.myqcloud.com/b-1/logo.png", "logo.png"),
        ] {
            assert_eq!(own(url), Some(("b-1".to_owned(), key.to_owned())), "{url}");
        }
    }

    #[test]
    fn other_hosts_and_half_urls_name_nothing() {
        for url in [
            "http://example.com/logo.png",
            "http://b-1.example.com/logo.png",
            "http://b-1.cos.ap-guangzhou.myqcloud.com.example.com/logo.png",
            "http://b-1.cos.evilmyqcloud.com/logo.png",
            "http://127.0.0.1/b-1/logo.png",
            "http://8.8.8.8:9000/b-1/logo.png",
            "http://localhost/b-1/logo.png",
            "ftp://b-1.cos.ap-guangzhou.myqcloud.com/logo.png",
            "b-1.cos.ap-guangzhou.myqcloud.com/logo.png",
            "http://",
            "http:///logo.png",
            "",
        ] {
            assert_eq!(own(url), None, "{url}");
        }
    }

    #[test]
    fn the_host_of_the_request_is_a_name_of_the_service() {
        let addressing = Addressing::default();
        for (request, url) in [
            ("127.0.0.1:9000", "http://127.0.0.1:9000/b-1/logo.png"),
            ("b-1.img.test", "http://b-1.img.test/logo.png"),
            ("localhost", "http://localhost:9000/b-1/logo.png"),
        ] {
            let request = Target {
                host: request.to_owned(),
                ..target_of(if request.starts_with("b-1") { request } else { REQUEST })
            };
            let style = if request.host.starts_with("b-1") {
                AddressingStyle::VirtualHost
            } else {
                AddressingStyle::Path
            };
            let request = Target { style, ..request };
            let (_, target) = addressing.own_url(url, &request).expect(url);
            assert_eq!((target.bucket().unwrap().as_str(), target.key()), ("b-1", Some("logo.png")));
        }
    }
}
