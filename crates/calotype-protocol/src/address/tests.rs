use super::*;
use http::Request;
use http::request::Parts;
use proptest::prelude::*;

const BUCKET: &str = "examplebucket-1250000000";

fn parts(method: &str, uri: &str, host: &str) -> Parts {
    Request::builder().method(method).uri(uri).header("host", host).body(()).unwrap().into_parts().0
}

fn resolve(uri: &str, host: &str) -> Result<Target, AddressError> {
    Addressing::default().resolve(&parts("GET", uri, host))
}

fn bucket_and_key(uri: &str, host: &str) -> (String, String) {
    let target = resolve(uri, host).unwrap();
    (target.bucket().unwrap().to_string(), target.key().unwrap_or_default().to_owned())
}

#[test]
fn cos_addr_01_cos_addr_02_first_label_is_the_bucket_whatever_follows() {
    for suffix in [
        "cos.ap-guangzhou.myqcloud.com",
        "cos.x.example.test",
        "cos-internal.r.tencentcos.cn",
        "cos.ap-guangzhou.example.test:9000",
        "COS.Example.Test",
    ] {
        let host = format!("{BUCKET}.{suffix}");
        assert_eq!(bucket_and_key("/a/b.jpg", &host), (BUCKET.into(), "a/b.jpg".into()), "{host}");
        assert_eq!(bucket_and_key("/?acl", &host), (BUCKET.into(), String::new()));
    }
}

#[test]
fn cos_addr_03_path_style_on_bare_hosts() {
    for host in ["127.0.0.1:9000", "localhost", "[::1]:9000", "cos.ap-guangzhou.myqcloud.com", "photos:80"] {
        assert_eq!(
            bucket_and_key(&format!("/{BUCKET}/a%2Fb"), host),
            (BUCKET.into(), "a/b".into()),
            "{host}"
        );
        assert_eq!(bucket_and_key(&format!("/{BUCKET}"), host), (BUCKET.into(), String::new()));
    }
    let target = resolve(&format!("/{BUCKET}/k"), "127.0.0.1:9000").unwrap();
    assert_eq!(target.signed_paths, [format!("/{BUCKET}/k"), "/k".into()]);
}

#[test]
fn cos_addr_04_custom_domain_stands_for_its_bucket() {
    let addressing = Addressing {
        custom_domains: BTreeMap::from([("img.example.test".into(), BUCKET.parse().unwrap())]),
        ..Addressing::default()
    };
    let target = addressing.resolve(&parts("GET", "/k", "IMG.example.test:9000")).unwrap();
    assert_eq!((target.bucket().unwrap().as_str(), target.key()), (BUCKET, Some("k")));
    let (own, other) = (BUCKET.parse().unwrap(), "other-1".parse().unwrap());
    assert_eq!(target.location_host(&own), "IMG.example.test:9000");
    assert_eq!(target.location_host(&other), "other-1.cos.ap-guangzhou.myqcloud.com");
}

#[test]
fn cos_addr_05_service_host_forms() {
    for (host, region) in [
        ("service.cos.myqcloud.com", None),
        ("cos.ap-guangzhou.myqcloud.com", Some("ap-guangzhou")),
        ("127.0.0.1:9000", None),
        ("unknown.example.test", None),
    ] {
        let region = region.map(str::to_owned);
        assert_eq!(resolve("/?marker=", host).unwrap().resource, Resource::Service { region }, "{host}");
    }
    assert_eq!(resolve("/k", "unknown.example.test"), Err(AddressError::NoSuchBucket("unknown".into())));
}

#[test]
fn cos_addr_06_second_label_names_the_family() {
    for (label, family) in [
        ("pic", HostFamily::Pic),
        ("ci", HostFamily::Ci),
        ("cos-website", HostFamily::Website),
        ("cos", HostFamily::Cos),
    ] {
        let target = resolve("/", &format!("{BUCKET}.{label}.r.myqcloud.com")).unwrap();
        assert_eq!((target.host_family, target.bucket().unwrap().as_str()), (family, BUCKET));
    }
}

#[test]
fn cos_addr_08_default_bucket_takes_what_names_none() {
    let addressing = Addressing { default_bucket: Some(BUCKET.parse().unwrap()), ..Addressing::default() };
    let target = addressing.resolve(&parts("GET", "/a/b", "127.0.0.1")).unwrap();
    assert_eq!((target.bucket().unwrap().as_str(), target.key()), (BUCKET, Some("a/b")));
    assert_eq!(target.style, AddressingStyle::DefaultBucket);
}

#[test]
fn cos_addr_12_bad_names_are_refused_on_creation_and_missing_elsewhere() {
    for (uri, host) in [
        ("/Upper-1250000000", "127.0.0.1"),
        ("/under_score-1250000000", "127.0.0.1"),
        ("/-lead-1250000000", "127.0.0.1"),
        ("/noappid", "127.0.0.1"),
        ("/", "noappid.cos.ap-guangzhou.myqcloud.com"),
    ] {
        let put = Addressing::default().resolve(&parts("PUT", uri, host)).unwrap_err();
        assert_eq!(put.code(), ErrorCode::InvalidBucketName, "{uri} {host}");
        let head = Addressing::default().resolve(&parts("HEAD", uri, host)).unwrap_err();
        assert_eq!(head.code(), ErrorCode::NoSuchBucket, "{uri} {host}");
    }
}

#[test]
fn absolute_target_wins_over_the_host_header() {
    let uri = format!("http://{BUCKET}.cos.ap-guangzhou.myqcloud.com:80/k");
    let parts = parts("GET", &uri, "127.0.0.1:9000");
    let target = Addressing::default().resolve(&parts).unwrap();
    assert_eq!(target.bucket().unwrap().as_str(), BUCKET);
    let host = format!("{BUCKET}.cos.ap-guangzhou.myqcloud.com");
    assert_eq!(
        target.signed_hosts(&parts),
        [format!("{host}:80"), host, "127.0.0.1:9000".into(), "127.0.0.1".into()]
    );
}

#[test]
fn paths_are_decoded_once_and_never_normalised() {
    let host = format!("{BUCKET}.cos.r.example.test");
    for (uri, key) in [
        ("/a//b", "a//b"),
        ("/a/../b", "a/../b"),
        ("/.%2Fx/..%2Fa.txt", "./x/../a.txt"),
        ("/%2541", "%41"),
        ("//a", "/a"),
        ("/a%2Fb", "a/b"),
        ("/a+b", "a+b"),
        ("/%E5%9B%BE%20%E7%89%87.jpg", "图 片.jpg"),
    ] {
        assert_eq!(bucket_and_key(uri, &host).1, key);
    }
    assert_eq!(resolve("/%ff", &host), Err(AddressError::InvalidUri));
}

#[test]
fn locations_follow_the_way_the_client_came() {
    let (own, other) = (BUCKET.parse().unwrap(), "other-1".parse().unwrap());
    let key = "a b/图.jpg".parse().unwrap();
    let virtual_host = resolve("/k", &format!("{BUCKET}.cos.r.example.test:9000")).unwrap();
    assert_eq!(virtual_host.location(&own, &key), format!("{BUCKET}.cos.r.example.test:9000/a b/图.jpg"));
    assert_eq!(virtual_host.location_host(&other), "other-1.cos.r.example.test:9000");
    assert_eq!(
        virtual_host.location_url("http", &own, &key),
        format!("http://{BUCKET}.cos.r.example.test:9000/a%20b/%E5%9B%BE.jpg")
    );
}

#[test]
fn pers_53_location_of_a_path_style_request() {
    let target = resolve(&format!("/{BUCKET}/k"), "127.0.0.1:9000").unwrap();
    let location = target.location(&BUCKET.parse().unwrap(), &"k".parse().unwrap());
    assert_eq!(location, format!("127.0.0.1:9000/{BUCKET}/k"));
}

proptest! {
    #[test]
    fn any_host_and_path_resolve_or_not(host in "[ -~]{0,40}", path in "/[!$-;=@-Z_a-z~%]{0,40}") {
        if let Ok(request) = Request::builder().uri(path).header("host", host).body(()) {
            let _ = Addressing::default().resolve(&request.into_parts().0);
        }
    }
}
