//! One request of each kind, there and back.

use http::{HeaderValue, Method};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::acl::{Acl, CannedAcl};
use crate::attributes::{ContentHeaders, ObjectAttributes, StorageClass};
use crate::conditions::{Conditions, TagMatch, WriteConditions};
use crate::configuration::{Count, KINDS};
use crate::copy_source::CopySource;
use crate::encryption::CustomerKey;
use crate::names::UploadId;
use crate::pic_operations::{PicOperations, PicRule};
use crate::range::ByteRange;
use crate::signature::{Credential, SignedRequest, Signer, Validity, verify};
use crate::tagging::{Tag, TagSet};

const ENDPOINT: &str = "cos.ap-guangzhou.myqcloud.com";

/// Sends a written request to the parser.
fn received(wire: &WireRequest) -> Endpoint {
    let host = if wire.bucket.is_some() { HOST } else { "service.cos.myqcloud.com" };
    let mut request = Request::builder().method(wire.method.clone()).uri(wire.path_and_query());
    request.headers_mut().unwrap().extend(wire.headers.clone());
    parse_parts(&request.header("host", host).body(()).unwrap().into_parts().0).unwrap()
}

fn attributes() -> ObjectAttributes {
    ObjectAttributes {
        content: ContentHeaders {
            content_type: Some(HeaderValue::from_static("image/jpeg")),
            content_disposition: Some(
                HeaderValue::from_bytes("inline; filename=\"图.jpg\"".as_bytes()).unwrap(),
            ),
            ..ContentHeaders::default()
        },
        metadata: [("key1".to_owned(), HeaderValue::from_bytes("值".as_bytes()).unwrap())].into(),
        storage_class: StorageClass::StandardIa,
        acl: CannedAcl::PublicRead.into(),
        tags: TagSet(vec![Tag { key: "a".into(), value: "1&2".into() }]),
        ..ObjectAttributes::default()
    }
}

fn conditions() -> Conditions {
    Conditions {
        if_match: Some(TagMatch::parse("\"0123456789abcdef0123456789abcdef\"")),
        if_modified_since: Some(Timestamp::from_second(1_700_000_000).unwrap()),
        ..Conditions::default()
    }
}

fn demands() -> WriteConditions {
    let if_match = Some(TagMatch::parse("\"0123456789abcdef0123456789abcdef\""));
    WriteConditions { if_match, if_none_match: Some(TagMatch::Any), ..WriteConditions::forbid_overwrite() }
}

fn source() -> CopySource {
    CopySource {
        bucket: "source-1".parse().unwrap(), key: key("a b/图+.jpg"), version_id: Some("v1".into())
    }
}

#[test]
fn object_requests_are_read_as_they_are_written() {
    let put = PutObject {
        attributes: attributes(),
        content_length: Some(5),
        content_md5: Some([9; 16]),
        only_if: demands(),
        traffic_limit: Some(819_200),
        pic_operations: Some(HeaderValue::from_static("{}")),
        ..PutObject::new(bucket(), key("dir/图 片.jpg"))
    };
    assert_eq!(received(&put.to_wire()), Endpoint::PutObject(put));
    let append = AppendObject {
        attributes: attributes(),
        content_length: Some(5),
        content_md5: Some([9; 16]),
        traffic_limit: Some(819_200),
        ..AppendObject::new(bucket(), key("log"), 77)
    };
    assert_eq!(received(&append.to_wire()), Endpoint::AppendObject(append));
    let symlink = PutSymlink {
        bucket: bucket(),
        key: key("link"),
        target: key("dir/图 +%.jpg"),
        only_if: WriteConditions::forbid_overwrite(),
    };
    assert_eq!(received(&symlink.to_wire()), Endpoint::PutSymlink(symlink));
    let symlink = GetSymlink { bucket: bucket(), key: key("link"), version_id: Some("v".into()) };
    assert_eq!(received(&symlink.to_wire()), Endpoint::GetSymlink(symlink));
    let retention = GetObjectRetention { bucket: bucket(), key: key("k"), version_id: Some("v".into()) };
    assert_eq!(received(&retention.to_wire()), Endpoint::GetObjectRetention(retention));
    let restore = RestoreObject { version_id: Some("v".into()), ..RestoreObject::new(bucket(), key("k")) };
    let wish = RestoreRequest { days: 1, tier: RestoreTier::Bulk };
    assert_eq!(received(&restore.to_wire(&wish)), Endpoint::RestoreObject(restore));
    let get = GetObject {
        version_id: Some("v".into()),
        range: Some(ByteRange::Last(10)),
        conditions: conditions(),
        overrides: vec![
            (http::header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
            (http::header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        ],
        traffic_limit: Some(838_860_800),
        customer_key: Some(CustomerKey::new([7; 32])),
        processing: Some(Processing::Rule("imageMogr2/thumbnail/!50p|watermark/2/text/5p+W==".into())),
        ..GetObject::new(bucket(), key("./a/../b"))
    };
    assert_eq!(received(&HeadObject(get.clone()).to_wire()), Endpoint::HeadObject(HeadObject(get)));
    let plain = GetObject { unknown_flags: vec!["mystyle".into()], ..GetObject::new(bucket(), key("//a")) };
    assert_eq!(received(&plain.to_wire()), Endpoint::GetObject(plain));
    let delete = DeleteObject {
        bucket: bucket(),
        key: key("k"),
        version_id: Some("null".into()),
        if_match: demands().if_match,
    };
    assert_eq!(received(&delete.to_wire()), Endpoint::DeleteObject(delete));
    let operations =
        PicOperations { is_pic_info: true, rules: vec![PicRule::new("图.png", "imageMogr2/strip")] };
    let process = ProcessImage::new(bucket(), key("k"), &operations);
    assert_eq!(PicOperations::parse(process.pic_operations.as_bytes(), 5), Ok(operations));
    assert_eq!(received(&process.to_wire()), Endpoint::ProcessImage(process));
}

#[test]
fn copies_are_read_as_they_are_written() {
    let copy = CopyObject {
        source_conditions: conditions(),
        source_key: Some(CustomerKey::new([1; 32])),
        metadata: Directive::Replaced,
        tagging: Directive::Replaced,
        attributes: attributes(),
        only_if: demands(),
        ..CopyObject::new(bucket(), key("k"), source())
    };
    assert_eq!(received(&copy.to_wire(ENDPOINT)), Endpoint::CopyObject(copy));
    let part = UploadPartCopy {
        bucket: bucket(),
        key: key("k"),
        upload_id: "u/1=".into(),
        part_number: 10_000,
        source: source(),
        source_range: Some(ByteRange::FromTo(0, 1_048_575)),
        source_conditions: conditions(),
        source_key: None,
        customer_key: Some(CustomerKey::new([2; 32])),
    };
    assert_eq!(received(&part.to_wire(ENDPOINT)), Endpoint::UploadPartCopy(part));
}

#[test]
fn uploads_are_read_as_they_are_written() {
    let upload_id: UploadId = "1716551390a3f2".into();
    let initiate = InitiateMultipartUpload {
        bucket: bucket(),
        key: key("mp.bin"),
        attributes: attributes(),
        forbid_overwrite: false,
    };
    assert_eq!(received(&initiate.to_wire()), Endpoint::InitiateMultipartUpload(initiate));
    let part = UploadPart {
        bucket: bucket(),
        key: key("mp.bin"),
        upload_id: upload_id.clone(),
        part_number: 1,
        content_length: Some(1 << 20),
        content_md5: None,
        traffic_limit: None,
        customer_key: None,
    };
    assert_eq!(received(&part.to_wire()), Endpoint::UploadPart(part));
    let complete = CompleteMultipartUpload {
        bucket: bucket(),
        key: key("mp.bin"),
        upload_id: upload_id.clone(),
        content_md5: None,
        only_if: demands(),
        pic_operations: None,
    }
    .with_pictures(&PicOperations::default());
    let Endpoint::CompleteMultipartUpload(read) = received(&complete.to_wire(&CompletedParts::default()))
    else {
        panic!("not a completion");
    };
    assert!(read.content_md5.is_some());
    assert_eq!(CompleteMultipartUpload { content_md5: None, ..read }, complete);
    let abort = AbortMultipartUpload { bucket: bucket(), key: key("mp.bin"), upload_id: upload_id.clone() };
    assert_eq!(received(&abort.to_wire()), Endpoint::AbortMultipartUpload(abort));
    let list = ListParts {
        part_number_marker: 3,
        max_parts: 7,
        ..ListParts::new(bucket(), key("mp.bin"), upload_id)
    };
    assert_eq!(received(&list.to_wire()), Endpoint::ListParts(list));
}

#[test]
fn bucket_requests_are_read_as_they_are_written() {
    let acl: Acl = CannedAcl::PublicReadWrite.into();
    let put = PutBucket {
        bucket: bucket(),
        acl: acl.clone(),
        tags: TagSet(vec![Tag { key: "k".into(), value: "v".into() }]),
    };
    assert_eq!(received(&put.to_wire()), Endpoint::PutBucket(put));
    let head = HeadBucket { bucket: bucket() };
    assert_eq!(received(&head.to_wire()), Endpoint::HeadBucket(head));
    let delete = DeleteBucket { bucket: bucket() };
    assert_eq!(received(&delete.to_wire()), Endpoint::DeleteBucket(delete));
    let location = GetBucketLocation { bucket: bucket() };
    assert_eq!(received(&location.to_wire()), Endpoint::GetBucketLocation(location));
    let put_acl = PutBucketAcl { bucket: bucket(), acl };
    assert_eq!(received(&put_acl.to_wire()), Endpoint::PutBucketAcl(put_acl));
    let get_acl = GetBucketAcl { bucket: bucket() };
    assert_eq!(received(&get_acl.to_wire()), Endpoint::GetBucketAcl(get_acl));
    let put_acl = PutObjectAcl {
        bucket: bucket(),
        key: key("k"),
        version_id: Some("v".into()),
        acl: CannedAcl::Default.into(),
    };
    assert_eq!(received(&put_acl.to_wire()), Endpoint::PutObjectAcl(put_acl));
    let tagging = ObjectTagging { version_id: Some("v".into()), ..ObjectTagging::new(bucket(), key("k")) };
    let tags = TagSet(vec![Tag { key: "a".into(), value: "1".into() }]);
    assert_eq!(received(&tagging.to_put(&tags)), Endpoint::PutObjectTagging(tagging.clone()));
    assert_eq!(received(&tagging.to_get()), Endpoint::GetObjectTagging(tagging.clone()));
    assert_eq!(received(&tagging.to_delete()), Endpoint::DeleteObjectTagging(tagging));
    let get_acl = GetObjectAcl { bucket: bucket(), key: key("k"), version_id: None };
    assert_eq!(received(&get_acl.to_wire()), Endpoint::GetObjectAcl(get_acl));
    let versioning = PutBucketVersioning { bucket: bucket() };
    let sent = versioning.to_wire(VersioningStatus::Enabled);
    assert_eq!(received(&sent), Endpoint::PutBucketVersioning(versioning));
    let versioning = GetBucketVersioning { bucket: bucket() };
    assert_eq!(received(&versioning.to_wire()), Endpoint::GetBucketVersioning(versioning));
    for setting in Setting::ALL {
        for action in [SettingAction::Put, SettingAction::Get, SettingAction::Delete] {
            let request = PictureSetting { bucket: bucket(), setting, action, wants_json: false };
            assert_eq!(received(&request.to_wire(None)), Endpoint::PictureSetting(request));
        }
    }
    let style = PutStyle { bucket: bucket() };
    let rule = AddStyle(StyleRule { name: "s".into(), body: "imageMogr2/strip".into() });
    assert_eq!(received(&style.to_wire(&rule)), Endpoint::PutStyle(style));
    let styles = GetStyle { bucket: bucket(), name: None };
    assert_eq!(received(&styles.to_wire()), Endpoint::GetStyle(styles));
    let style = DeleteStyle { bucket: bucket(), name: None };
    assert_eq!(received(&style.to_wire()), Endpoint::DeleteStyle(style));
}

#[test]
fn listings_are_read_as_they_are_written() {
    let objects = ListObjects {
        prefix: "a+b /中".into(),
        delimiter: Some("/".into()),
        marker: "m&n".into(),
        max_keys: 3,
        encode_keys: false,
        ..ListObjects::new(bucket())
    };
    assert_eq!(received(&objects.to_wire()), Endpoint::ListObjects(objects));
    let objects = ListObjectsV2 {
        bucket: bucket(),
        prefix: "p".into(),
        delimiter: None,
        start_after: "s".into(),
        continuation_token: Some(ListObjectsV2::token_after("图/a")),
        max_keys: 1000,
        fetch_owner: true,
        encode_keys: true,
    };
    assert_eq!(objects.marker().as_deref(), Ok("图/a"));
    assert_eq!(received(&objects.to_wire()), Endpoint::ListObjectsV2(objects));
    let uploads = ListMultipartUploads {
        prefix: "p".into(),
        delimiter: Some("/".into()),
        key_marker: "k".into(),
        upload_id_marker: Some("u".into()),
        ..ListMultipartUploads::new(bucket())
    };
    assert_eq!(received(&uploads.to_wire()), Endpoint::ListMultipartUploads(uploads));
    let versions = ListObjectVersions {
        prefix: "p".into(),
        delimiter: Some("/".into()),
        key_marker: "k".into(),
        version_id_marker: Some("v".into()),
        max_keys: 2,
        ..ListObjectVersions::new(bucket())
    };
    assert_eq!(received(&versions.to_wire()), Endpoint::ListObjectVersions(versions));
    let moment = Timestamp::from_second(1_700_000_000).unwrap();
    let buckets = ListBuckets {
        marker: "m".into(),
        max_keys: 5,
        region: Some("ap-guangzhou".into()),
        tag: Some(Tag { key: "k".into(), value: "v".into() }),
        created: Some(CreatedFilter { range: CreatedRange::NotAfter, moment }),
    };
    assert!(buckets.created.unwrap().includes(moment));
    assert_eq!(received(&buckets.to_wire()), Endpoint::ListBuckets(buckets));
}

#[test]
fn cos_auth_01_a_written_request_carries_a_good_signature() {
    let put = PutObject { attributes: attributes(), ..PutObject::new(bucket(), key("./图 片")) };
    let wire = PutObject { content_length: Some(5), ..put }.to_wire();
    let validity = Validity { start: 1_700_000_000, end: 1_700_000_600 };
    let signer = Signer { secret_id: "id", secret_key: "secret" };
    let authorization = signer.authorization(&wire.canonical(HOST), validity);
    let mut request = Request::builder().method(wire.method.clone()).uri(wire.path_and_query());
    request.headers_mut().unwrap().extend(wire.headers.clone());
    let request = request.header("host", HOST).header("authorization", authorization);
    let parts = request.body(()).unwrap().into_parts().0;
    let Ok(Credential::Cos(fields)) = Credential::find(&parts) else { panic!("no signature") };
    let target = Addressing::default().resolve(&parts).unwrap();
    let now = Timestamp::from_second(1_700_000_001).unwrap();
    assert_eq!(verify(&fields, "secret", &SignedRequest::new(&parts, &target), now), Ok(()));
}

#[test]
fn captured_requests_of_official_clients_are_told_apart() {
    let md5 = ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==");
    let empty = ("content-length", "0");
    let source = ("x-cos-copy-source", "examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/a%2Fb.jpg");
    let cases: &[(&str, &str, Headers<'_>, &str)] = &[
        ("PUT", "/", &[empty], "PutBucket"),
        ("HEAD", "/", &[], "HeadBucket"),
        ("DELETE", "/", &[empty], "DeleteBucket"),
        ("GET", "/?location=", &[], "GetBucketLocation"),
        ("GET", "/?prefix=&delimiter=&marker=&max-keys=1000&encoding-type=url", &[], "ListObjects"),
        ("GET", "/?list-type=2&prefix=a", &[], "ListObjectsV2"),
        ("GET", "/?acl=", &[], "GetBucketAcl"),
        ("PUT", "/?acl", &[("x-cos-acl", "public-read")], "PutBucketAcl"),
        ("POST", "/?delete=", &[md5], "DeleteObjects"),
        (
            "GET",
            "/?uploads=&prefix=&delimiter=&key-marker=&upload-id-marker=&max-uploads=1000",
            &[],
            "ListMultipartUploads",
        ),
        ("GET", "/?versioning=", &[], "GetBucketVersioning"),
        ("PUT", "/?versioning=", &[empty], "PutBucketVersioning"),
        (
            "GET",
            "/?versions=&prefix=&delimiter=&key-marker=&version-id-marker=&max-keys=1000",
            &[],
            "ListObjectVersions",
        ),
        ("PUT", "/?style=", &[], "PutStyle"),
        ("GET", "/?style=", &[], "GetStyle"),
        ("DELETE", "/?style=", &[], "DeleteStyle"),
        ("PUT", "/test%2FobjectPut1", &[empty], "PutObject"),
        ("PUT", "/k", &[("transfer-encoding", "chunked")], "PutObject"),
        ("PUT", "/k", &[source, ("x-cos-metadata-directive", "Copy")], "CopyObject"),
        ("GET", "/k?response-content-type=image%2Fpng&versionId=", &[], "GetObject"),
        ("HEAD", "/k?versionId=MTg0", &[], "HeadObject"),
        ("DELETE", "/k", &[empty], "DeleteObject"),
        ("POST", "/k?uploads=", &[("content-type", ""), empty], "InitiateMultipartUpload"),
        ("PUT", "/k?partNumber=1&uploadId=u", &[empty], "UploadPart"),
        ("PUT", "/k?partNumber=1&uploadId=u", &[source, ("x-cos-copy-source-range", "")], "UploadPartCopy"),
        ("POST", "/k?uploadId=u", &[], "CompleteMultipartUpload"),
        ("DELETE", "/k?uploadId=u", &[empty], "AbortMultipartUpload"),
        ("GET", "/k?uploadId=u&part-number-marker=0&max-parts=1000&encoding-type=url", &[], "ListParts"),
        ("GET", "/k?acl", &[], "GetObjectAcl"),
        ("PUT", "/k?acl=", &[], "PutObjectAcl"),
        ("POST", "/k?image_process=", &[("pic-operations", "{}"), empty], "ProcessImage"),
        ("POST", "/k?image_process", &[("Pic-Operations", "{}")], "ProcessImage"),
        (
            "OPTIONS",
            "/k",
            &[("origin", "https://a.test"), ("access-control-request-method", "PUT")],
            "Preflight",
        ),
    ];
    for (method, uri, headers, name) in cases {
        let endpoint = parse(method, uri, headers).unwrap_or_else(|error| panic!("{method} {uri}: {error}"));
        assert_eq!(endpoint.name(), *name, "{method} {uri}");
        assert_eq!(endpoint.bucket(), Some(&bucket()));
    }
}

fn unsupported(name: &str, ignores_error: bool) -> Processing {
    Processing::Unsupported { name: name.to_owned(), ignores_error }
}

#[test]
fn downloads_know_their_processing() {
    let get = |query: &str| match parse("GET", &format!("/k?{query}"), &[]).unwrap() {
        Endpoint::GetObject(get) => get,
        other => panic!("{}", other.name()),
    };
    assert_eq!(
        get("imageMogr2%2Fthumbnail%2F%2150p=").processing,
        Some(Processing::Rule("imageMogr2/thumbnail/!50p".into()))
    );
    assert_eq!(get("style/small").processing, Some(Processing::Rule("style/small".into())));
    let inspects = Some(Processing::Rule("imageInspect".to_owned()));
    assert_eq!(get("ci-process=ImageInspect").processing, inspects);
    assert_eq!(get("imageInspect=").processing, inspects);
    assert_eq!(get("ci-process=originImage").processing, Some(Processing::Original));
    assert_eq!(get("ci-process=DetectCar").processing, Some(unsupported("DetectCar", false)));
    assert_eq!(
        get("ci-process=AIImageCrop&width=5&ignore-error=1").processing,
        Some(unsupported("AIImageCrop", true))
    );
    let plain = get("foo=bar&mystyle&versionId=&x-cos-traffic-limit=819200");
    assert_eq!((plain.processing, plain.unknown_flags), (None, vec!["mystyle".to_owned()]));
    assert_eq!(plain.traffic_limit, Some(819_200));
}

#[test]
fn page_sizes_are_clamped_and_empty_parameters_are_absent() {
    let list = |query: &str| match parse("GET", &format!("/?{query}"), &[]).unwrap() {
        Endpoint::ListObjects(list) => list,
        other => panic!("{}", other.name()),
    };
    assert_eq!(list("max-keys=5000").max_keys, 1000);
    assert_eq!(list("max-keys=99999999999999999999").max_keys, 1000);
    assert_eq!(list("max-keys=0").max_keys, 0);
    let empty = list("prefix=&delimiter=&marker=&max-keys=&encoding-type=");
    assert_eq!(empty, ListObjects { encode_keys: false, ..ListObjects::new(bucket()) });
}

proptest! {
    #[test]
    fn any_request_is_read_or_refused(
        method in "GET|HEAD|PUT|POST|DELETE|OPTIONS|PATCH",
        path in "/[!$-;=@-Z_a-z~%]{0,20}",
        query in "[!-~]{0,60}",
        name in "x-cos-(acl|grant-read|copy-source|tagging|meta-a|storage-class|traffic-limit)|range|content-md5|pic-operations",
        value in "[ -~]{0,40}",
    ) {
        if let Ok(uri) = format!("{path}?{query}").parse::<http::Uri>() {
            let _ = parse(&method, &uri.to_string(), &[(&name, &value), ("content-length", "1")]);
        }
    }

    #[test]
    fn every_key_is_sent_and_received(text in "[^\u{0}-\u{1f}]{1,30}") {
        if let Ok(key) = text.parse::<ObjectKey>() {
            let get = GetObject::new(bucket(), key);
            let wire = WireRequest { method: Method::GET, ..get.to_wire() };
            prop_assert_eq!(received(&wire), Endpoint::GetObject(get));
        }
    }
}

#[test]
fn documents_of_a_bucket_travel() {
    for kind in KINDS {
        let id = (kind.count != Count::One).then(|| "x".to_owned());
        let get = GetConfiguration { bucket: bucket(), kind, id: id.clone() };
        assert_eq!(received(&get.to_wire()), Endpoint::GetConfiguration(get));
        let put = PutConfiguration { bucket: bucket(), kind, id: id.clone() };
        assert_eq!(received(&put.to_wire(&kind.empty())), Endpoint::PutConfiguration(put));
        if !kind.is_cleared_by_empty_body {
            let delete = DeleteConfiguration { bucket: bucket(), kind, id };
            assert_eq!(received(&delete.to_wire()), Endpoint::DeleteConfiguration(delete));
        }
    }
}

#[test]
fn calls_about_jobs_are_read_as_they_are_written() {
    let id = |letter: char| format!("{letter}{}", "0123456789abcdef".repeat(2));
    let page = PageOf {
        ids: vec![id('p')],
        name_prefix: String::new(),
        state: "Active".into(),
        page_number: 2,
        page_size: 5,
    };
    let list = ListPicJobs {
        queue_id: Some(id('p')),
        tag: Some("PicProcess".into()),
        states: Some(vec![crate::pic_jobs::JobState::Failed]),
        created_from: Some(Timestamp::from_second(1_700_000_000).unwrap()),
        created_to: None,
        newest_first: false,
        next_token: Some("x".into()),
        jobs_max: 100,
    };
    for call in [
        PicJobsCall::Submit,
        PicJobsCall::Describe(vec![id('j'), id('j')]),
        PicJobsCall::List(list),
        PicJobsCall::Cancel(id('j')),
        PicJobsCall::ListQueues(page.clone()),
        PicJobsCall::UpdateQueue(id('p')),
        PicJobsCall::OpenBucket,
        PicJobsCall::CreateTemplate,
        PicJobsCall::ListTemplates(page),
        PicJobsCall::UpdateTemplate(id('t')),
        PicJobsCall::DeleteTemplate(id('t')),
    ] {
        let request = PicJobs { bucket: bucket(), call };
        assert_eq!(received(&request.to_wire(None).unwrap()), Endpoint::PicJobs(request));
    }
}

#[test]
fn objects_whose_keys_look_like_calls_stay_objects() {
    for (method, uri, name) in [
        ("GET", "/pic_jobs", "GetObject"),
        ("GET", "/pic_jobs/cat.jpg", "GetObject"),
        ("GET", "/template", "GetObject"),
        ("PUT", "/jobs/1", "PutObject"),
        ("PUT", "/picqueue/cat.jpg", "PutObject"),
        ("DELETE", "/template/cat.jpg", "DeleteObject"),
    ] {
        assert_eq!(parse(method, uri, &[("content-length", "0")]).unwrap().name(), name, "{method} {uri}");
    }
    let mut head = parts("GET", "/pic_jobs/anything", &[]);
    head.headers.insert("host", "b-1.ci.r.myqcloud.com".parse().unwrap());
    assert_eq!(parse_parts(&head).unwrap().name(), "PicJobs");
    assert_eq!(refusal("GET", "/pic_jobs?tag=PicProcess&states=Odd", &[]), ErrorCode::InvalidArgument);
    assert_eq!(refusal("GET", "/pic_jobs?tag=&orderByTime=Up", &[]), ErrorCode::InvalidArgument);
}
