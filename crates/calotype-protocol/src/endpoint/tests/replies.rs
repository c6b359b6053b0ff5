//! The documents of the manual, letter by letter, and back.

use std::fmt::Debug;

use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::attributes::{ContentHeaders, StorageClass};
use crate::names::{ETag, UploadId};
use crate::pic_operations::{ImageInfoBlock, ProcessResults};
use crate::xml::XmlBody;

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
const TAG: &str = "&quot;5d41402abc4b2a76b9719d911017c592&quot;";

fn moment() -> Timestamp {
    Timestamp::from_second(1_716_551_390).unwrap()
}

fn etag() -> ETag {
    "5d41402abc4b2a76b9719d911017c592".parse().unwrap()
}

/// The text of a document without its declaration, after it was read back.
fn written<T: XmlBody + PartialEq + Debug>(document: &T) -> String {
    let xml = document.to_xml();
    assert_eq!(T::from_xml(&xml).as_ref(), Ok(document));
    xml.strip_prefix(DECLARATION).unwrap().to_owned()
}

fn page(encode_keys: bool) -> ListBucketResult {
    let object = |name: &str| ListedObject {
        key: key(name),
        last_modified: moment(),
        etag: etag(),
        size_bytes: 5,
        owner: Some(Owner::plain("1250000000")),
        storage_class: StorageClass::Standard,
    };
    ListBucketResult {
        name: bucket(),
        prefix: "dir/".into(),
        marker: String::new(),
        max_keys: 100,
        delimiter: Some("/".into()),
        encode_keys,
        is_truncated: true,
        next_marker: Some("dir/中 b+c.jpg".into()),
        common_prefixes: vec!["dir/sub &/".into()],
        contents: vec![object("dir/a.jpg"), object("dir/中 b+c.jpg")],
    }
}

#[test]
fn list_objects_as_in_the_manual() {
    let contents = |key: &str| {
        format!(
            "<Contents><Key>{key}</Key><LastModified>2024-05-24T11:49:50.000Z</LastModified><ETag>{TAG}</ETag>\
             <Size>5</Size><Owner><ID>1250000000</ID><DisplayName>1250000000</DisplayName></Owner>\
             <StorageClass>STANDARD</StorageClass></Contents>"
        )
    };
    assert_eq!(
        written(&page(true)),
        format!(
            "<ListBucketResult><Name>{BUCKET}</Name><EncodingType>url</EncodingType><Prefix>dir/</Prefix><Marker/>\
             <MaxKeys>100</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>\
             <NextMarker>dir/%E4%B8%AD%20b%2Bc.jpg</NextMarker>\
             <CommonPrefixes><Prefix>dir/sub%20%26/</Prefix></CommonPrefixes>{}{}</ListBucketResult>",
            contents("dir/a.jpg"),
            contents("dir/%E4%B8%AD%20b%2Bc.jpg")
        )
    );
    let plain = written(&page(false));
    assert!(plain.contains("<Prefix>dir/sub &amp;/</Prefix>") && plain.contains("<Key>dir/中 b+c.jpg</Key>"));
    assert!(!plain.contains("EncodingType"));
}

#[test]
fn list_objects_v2_adds_count_and_tokens() {
    let page = page(true);
    let v2 = ListBucketResultV2 {
        name: page.name,
        prefix: page.prefix,
        start_after: "s".into(),
        max_keys: 2,
        delimiter: page.delimiter,
        encode_keys: true,
        is_truncated: true,
        key_count: 2,
        continuation_token: None,
        next_continuation_token: Some("Zm9v".into()),
        common_prefixes: page.common_prefixes,
        contents: vec![ListedObject { owner: None, ..page.contents[0].clone() }],
    };
    let xml = written(&v2);
    assert!(xml.contains("<KeyCount>2</KeyCount><NextContinuationToken>Zm9v</NextContinuationToken>"));
    assert!(!xml.contains("Marker>") && !xml.contains("Owner"));
}

#[test]
fn list_buckets_always_has_its_container() {
    let mut result = ListAllMyBucketsResult {
        owner: Owner { id: "qcs::cam::uin/1:uin/1".into(), display_name: "1".into() },
        is_truncated: false,
        marker: String::new(),
        next_marker: None,
        buckets: Vec::new(),
    };
    let head = "<ListAllMyBucketsResult><Owner><ID>qcs::cam::uin/1:uin/1</ID><DisplayName>1</DisplayName></Owner>\
                <IsTruncated>false</IsTruncated><Marker/>";
    assert_eq!(written(&result), format!("{head}<Buckets/></ListAllMyBucketsResult>"));
    result.buckets.push(ListedBucket { name: bucket(), region: "ap-guangzhou".into(), created: moment() });
    assert_eq!(
        written(&result),
        format!(
            "{head}<Buckets><Bucket><Name>{BUCKET}</Name><Location>ap-guangzhou</Location>\
             <CreationDate>2024-05-24T11:49:50Z</CreationDate><BucketType>cos</BucketType></Bucket></Buckets>\
             </ListAllMyBucketsResult>"
        )
    );
}

#[test]
fn small_documents_as_in_the_manual() {
    let location = LocationConstraint("ap-guangzhou".into());
    assert_eq!(written(&location), "<LocationConstraint>ap-guangzhou</LocationConstraint>");
    let initiated =
        InitiateMultipartUploadResult { bucket: bucket(), key: key("mp.bin"), upload_id: "1716".into() };
    assert_eq!(
        written(&initiated),
        format!(
            "<InitiateMultipartUploadResult><Bucket>{BUCKET}</Bucket><Key>mp.bin</Key><UploadId>1716</UploadId>\
             </InitiateMultipartUploadResult>"
        )
    );
    let copied = CopyObjectResult {
        etag: etag(),
        crc64: Some(u64::MAX),
        last_modified: moment(),
        version_id: Some("v".into()),
    };
    assert_eq!(
        written(&copied),
        format!(
            "<CopyObjectResult><ETag>{TAG}</ETag><CRC64>18446744073709551615</CRC64>\
             <LastModified>2024-05-24T11:49:50Z</LastModified><VersionId>v</VersionId></CopyObjectResult>"
        )
    );
    let part = CopyPartResult { etag: etag(), last_modified: moment() };
    assert_eq!(
        written(&part),
        format!(
            "<CopyPartResult><ETag>{TAG}</ETag><LastModified>2024-05-24T11:49:50.000Z</LastModified></CopyPartResult>"
        )
    );
    let configuration =
        CreateBucketConfiguration { az_type: Some("MAZ".into()), architecture: Some("OFS".into()) };
    assert_eq!(
        written(&configuration),
        "<CreateBucketConfiguration><BucketAZConfig>MAZ</BucketAZConfig><BucketArchConfig>OFS</BucketArchConfig>\
         </CreateBucketConfiguration>"
    );
    assert!(
        CreateBucketConfiguration::from_xml("<CreateBucketConfiguration><X/></CreateBucketConfiguration>")
            .is_err()
    );
}

#[test]
fn styles_as_in_the_manual() {
    let rule =
        StyleRule { name: "style_name".into(), body: "imageMogr2/thumbnail/!50px|imageMogr2/strip".into() };
    let inner =
        "<StyleName>style_name</StyleName><StyleBody>imageMogr2/thumbnail/!50px|imageMogr2/strip</StyleBody>";
    assert_eq!(written(&AddStyle(rule.clone())), format!("<AddStyle>{inner}</AddStyle>"));
    assert_eq!(
        written(&StyleList(vec![rule])),
        format!("<StyleList><StyleRule>{inner}</StyleRule></StyleList>")
    );
    assert_eq!(written(&StyleList::default()), "<StyleList/>");
    assert_eq!(written(&GetStyleBody::default()), "<GetStyle/>");
    assert_eq!(
        written(&DeleteStyleBody { name: "s".into() }),
        "<DeleteStyle><StyleName>s</StyleName></DeleteStyle>"
    );
    assert!(AddStyle::from_xml("<AddStyle><StyleName>s</StyleName></AddStyle>").is_err());
}

#[test]
fn batch_deletes_as_in_the_manual() {
    let list = DeleteList {
        quiet: false,
        objects: vec![
            ObjectIdentifier { key: key("a.jpg"), version_id: None },
            ObjectIdentifier { key: key("/b&中.jpg"), version_id: Some("v".into()) },
        ],
    };
    assert_eq!(
        written(&list),
        "<Delete><Quiet>false</Quiet><Object><Key>a.jpg</Key></Object>\
         <Object><Key>//b&amp;中.jpg</Key><VersionId>v</VersionId></Object></Delete>"
    );
    let result = DeleteResult {
        deleted: vec![
            DeletedObject { key: key("a.jpg"), delete_marker_version_id: None, version_id: None },
            DeletedObject {
                key: key("b.jpg"),
                delete_marker_version_id: Some("m".into()),
                version_id: Some("v".into()),
            },
        ],
        errors: vec![DeleteError {
            key: key("c.jpg"),
            version_id: None,
            code: "AccessDenied".into(),
            message: "Access Denied.".into(),
        }],
    };
    assert_eq!(
        written(&result),
        "<DeleteResult><Deleted><Key>a.jpg</Key></Deleted><Deleted><Key>b.jpg</Key><DeleteMarker>true</DeleteMarker>\
         <DeleteMarkerVersionId>m</DeleteMarkerVersionId><VersionId>v</VersionId></Deleted>\
         <Error><Key>c.jpg</Key><Code>AccessDenied</Code><Message>Access Denied.</Message></Error></DeleteResult>"
    );
    assert_eq!(written(&DeleteResult::default()), "<DeleteResult/>");
}

#[test]
fn restores_as_in_the_manual() {
    assert_eq!(
        written(&RestoreRequest { days: 3, tier: RestoreTier::Expedited }),
        "<RestoreRequest><Days>3</Days><CASJobParameters><Tier>Expedited</Tier></CASJobParameters></RestoreRequest>"
    );
    let read = RestoreRequest::from_xml("<RestoreRequest><Days>365</Days></RestoreRequest>").unwrap();
    assert_eq!(read, RestoreRequest { days: 365, tier: RestoreTier::Standard });
    for bad in ["", "<Days>0</Days>", "<Days>366</Days>", "<Days>x</Days>"] {
        let body = format!("<RestoreRequest>{bad}</RestoreRequest>");
        assert_eq!(RestoreRequest::from_xml(body).unwrap_err().code(), ErrorCode::MalformedXML);
    }
    let slow = "<RestoreRequest><Days>1</Days><CASJobParameters><Tier>Slow</Tier></CASJobParameters></RestoreRequest>";
    assert!(RestoreRequest::from_xml(slow).is_err());
}

#[test]
fn retention_as_in_the_manual() {
    assert_eq!(
        written(&Retention { retain_until: moment() }),
        "<Retention><RetainUntilDate>2024-05-24T11:49:50.000Z</RetainUntilDate></Retention>"
    );
}

#[test]
fn versions_as_in_the_manual() {
    let version = |name: &str, id: Option<&str>, content| ListedVersion {
        key: key(name),
        version_id: id.map(Into::into),
        is_latest: true,
        last_modified: moment(),
        owner: Owner::plain("1250000000"),
        content,
    };
    let content = ListedContent { etag: etag(), size_bytes: 20, storage_class: StorageClass::Standard };
    let page = ListVersionsResult {
        name: bucket(),
        prefix: String::new(),
        key_marker: String::new(),
        version_id_marker: None,
        max_keys: 1000,
        delimiter: Some("/".into()),
        encode_keys: true,
        is_truncated: true,
        next_key_marker: Some("b +.jpg".into()),
        next_version_id_marker: Some("MTg0NDUx".into()),
        common_prefixes: vec!["dir/".into()],
        versions: vec![version("a.jpg", Some("MTg0"), Some(content)), version("b +.jpg", None, None)],
    };
    let owner = "<Owner><ID>1250000000</ID><DisplayName>1250000000</DisplayName></Owner>";
    assert_eq!(
        written(&page),
        format!(
            "<ListVersionsResult><EncodingType>url</EncodingType><Name>{BUCKET}</Name><Prefix/><KeyMarker/>\
             <VersionIdMarker/><MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated>\
             <NextKeyMarker>b%20%2B.jpg</NextKeyMarker><NextVersionIdMarker>MTg0NDUx</NextVersionIdMarker>\
             <CommonPrefixes><Prefix>dir/</Prefix></CommonPrefixes><Version><Key>a.jpg</Key>\
             <VersionId>MTg0</VersionId><IsLatest>true</IsLatest><LastModified>2024-05-24T11:49:50.000Z</LastModified>\
             <ETag>{TAG}</ETag><Size>20</Size><StorageClass>STANDARD</StorageClass>{owner}</Version>\
             <DeleteMarker><Key>b%20%2B.jpg</Key><VersionId/><IsLatest>true</IsLatest>\
             <LastModified>2024-05-24T11:49:50.000Z</LastModified>{owner}</DeleteMarker></ListVersionsResult>"
        )
    );
}

#[test]
fn versioning_is_on_off_or_was_never_set() {
    let document = |status| written(&VersioningConfiguration { status });
    assert_eq!(document(None), "<VersioningConfiguration/>");
    assert_eq!(
        document(Some(VersioningStatus::Suspended)),
        "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"
    );
    let body = document(Some(VersioningStatus::Enabled)).replace("Enabled", "Disabled");
    assert_eq!(VersioningConfiguration::from_xml(body).unwrap_err().code(), ErrorCode::MalformedXML);
}

#[test]
fn batch_deletes_name_1_to_1000_objects() {
    let body = |count: usize| {
        format!("<Delete>{}<Quiet>true</Quiet></Delete>", "<Object><Key>/k</Key></Object>".repeat(count))
    };
    let read = DeleteList::from_xml(body(1000)).unwrap();
    assert!(read.quiet && read.objects.len() == 1000 && read.objects[0].key.as_str() == "k");
    for bad in [body(0), body(1001), "<Delete><Object/></Delete>".into(), "<Delete".into()] {
        assert_eq!(DeleteList::from_xml(bad).unwrap_err().code(), ErrorCode::MalformedXML);
    }
}

#[test]
fn completed_parts_are_read_leniently() {
    let parts = CompletedParts(vec![
        CompletedPart { number: 1, etag: "7202826a7791073fe2787f0c94603278".into() },
        CompletedPart { number: 2, etag: "wrong".into() },
    ]);
    assert!(written(&parts).starts_with(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber>\
         <ETag>&quot;7202826a7791073fe2787f0c94603278&quot;</ETag></Part>"
    ));
    let lenient = "<CompleteMultipartUpload xmlns='x'>\n<Part><ETag>7202826a7791073fe2787f0c94603278</ETag>\
        <CRC>1</CRC><PartNumber> 1 </PartNumber></Part><Part><ETag>wrong</ETag><PartNumber>2</PartNumber></Part>\
        </CompleteMultipartUpload>";
    assert_eq!(CompletedParts::from_xml(lenient), Ok(parts.clone()));
    assert!(parts.is_ascending());
    assert!(!CompletedParts(vec![parts.0[1].clone(), parts.0[0].clone()]).is_ascending());
    assert!(!CompletedParts(vec![parts.0[0].clone(), parts.0[0].clone()]).is_ascending());
    for bad in ["", "<CompleteMultipartUpload/>", "<Other/>"] {
        assert_eq!(CompletedParts::from_xml(bad).unwrap_err().code(), ErrorCode::MalformedXML);
    }
}

#[test]
fn completion_with_and_without_pictures() {
    let mut result = CompleteMultipartUploadResult {
        location: format!("http://{HOST}/mp.bin"),
        bucket: bucket(),
        key: key("mp.bin"),
        etag: "c2957a9d2509f1fb662a40ab811e235d-2".parse().unwrap(),
        image_info: None,
        results: None,
    };
    let inner = format!(
        "<Location>http://{HOST}/mp.bin</Location><Bucket>{BUCKET}</Bucket><Key>mp.bin</Key>\
         <ETag>&quot;c2957a9d2509f1fb662a40ab811e235d-2&quot;</ETag>"
    );
    let root = "CompleteMultipartUploadResult xmlns=\"http://www.qcloud.com/document/product/436/7751\"";
    assert_eq!(written(&result), format!("<{root}>{inner}</CompleteMultipartUploadResult>"));
    result.image_info = Some(ImageInfoBlock {
        format: "PNG".into(),
        width_px: 1,
        height_px: 2,
        quality: 100,
        average_color: "0x000000".into(),
        orientation: 0,
        frame_count: 1,
    });
    result.results = Some(ProcessResults::default());
    assert_eq!(
        written(&result),
        format!(
            "<{root}>{inner}<ImageInfo><Format>PNG</Format><Width>1</Width><Height>2</Height><Quality>100</Quality>\
             <Ave>0x000000</Ave><Orientation>0</Orientation><FrameCount>1</FrameCount></ImageInfo>\
             <ProcessResults/></CompleteMultipartUploadResult>"
        )
    );
    let upload = result.clone().into_upload_result();
    assert_eq!((upload.original.key, upload.original.image_info), (result.key, result.image_info));
}

#[test]
fn list_parts_spells_encoding_type_its_own_way() {
    let mut result = ListPartsResult {
        bucket: bucket(),
        encode_keys: true,
        key: key("a b"),
        upload_id: "u".into(),
        owner: Owner::plain("1250000000"),
        part_number_marker: 0,
        initiator: Owner { id: "qcs::cam::uin/1:uin/1".into(), display_name: "1".into() },
        parts: vec![ListedPart { number: 1, last_modified: moment(), etag: etag(), size_bytes: 1_048_576 }],
        next_part_number_marker: Some(1),
        storage_class: StorageClass::Standard,
        max_parts: 1,
        is_truncated: true,
    };
    assert_eq!(
        written(&result),
        format!(
            "<ListPartsResult><Bucket>{BUCKET}</Bucket><Encoding-type>url</Encoding-type><Key>a%20b</Key>\
             <UploadId>u</UploadId><Owner><ID>1250000000</ID><DisplayName>1250000000</DisplayName></Owner>\
             <PartNumberMarker>0</PartNumberMarker>\
             <Initiator><ID>qcs::cam::uin/1:uin/1</ID><DisplayName>1</DisplayName></Initiator>\
             <Part><PartNumber>1</PartNumber><LastModified>2024-05-24T11:49:50.000Z</LastModified><ETag>{TAG}</ETag>\
             <Size>1048576</Size></Part><NextPartNumberMarker>1</NextPartNumberMarker>\
             <StorageClass>STANDARD</StorageClass><MaxParts>1</MaxParts><IsTruncated>true</IsTruncated></ListPartsResult>"
        )
    );
    result.encode_keys = false;
    assert!(written(&result).contains("<Encoding-type/><Key>a b</Key>"));
}

#[test]
fn list_uploads_spells_encoding_type_another_way() {
    let owner = Owner { id: "qcs::cam::uin/1:uin/1".into(), display_name: "1".into() };
    let result = ListMultipartUploadsResult {
        bucket: bucket(),
        encode_keys: true,
        key_marker: String::new(),
        upload_id_marker: None,
        max_uploads: 1000,
        prefix: String::new(),
        delimiter: Some("/".into()),
        is_truncated: true,
        next_key_marker: Some("k".into()),
        next_upload_id_marker: Some(UploadId::from("id")),
        uploads: vec![ListedUpload {
            key: key("mp.bin"),
            upload_id: "u".into(),
            initiator: owner.clone(),
            owner,
            storage_class: StorageClass::Standard,
            initiated: moment(),
        }],
        common_prefixes: vec!["dir/".into()],
    };
    let person = "<ID>qcs::cam::uin/1:uin/1</ID><DisplayName>1</DisplayName>";
    assert_eq!(
        written(&result),
        format!(
            "<ListMultipartUploadsResult><Bucket>{BUCKET}</Bucket><Encoding-Type>url</Encoding-Type><KeyMarker/>\
             <UploadIdMarker/><MaxUploads>1000</MaxUploads><Prefix/><Delimiter>/</Delimiter>\
             <IsTruncated>true</IsTruncated><NextKeyMarker>k</NextKeyMarker><NextUploadIdMarker>id</NextUploadIdMarker>\
             <Upload><Key>mp.bin</Key><UploadId>u</UploadId><Initiator>{person}</Initiator><Owner>{person}</Owner>\
             <StorageClass>STANDARD</StorageClass><Initiated>2024-05-24T11:49:50.000Z</Initiated></Upload>\
             <CommonPrefixes><Prefix>dir/</Prefix></CommonPrefixes></ListMultipartUploadsResult>"
        )
    );
}

#[test]
fn headers_of_replies_are_read_as_they_are_written() {
    let object = ObjectHeaders {
        content: ContentHeaders {
            content_type: Some(HeaderValue::from_static("image/png")),
            ..ContentHeaders::default()
        },
        metadata: [("a".to_owned(), HeaderValue::from_bytes(b"\xe5\x9b\xbe").unwrap())].into(),
        content_length: Some(10),
        content_range: Some("bytes 0-9/100".into()),
        etag: Some(etag()),
        last_modified: Some(moment()),
        crc64: Some(u64::MAX),
        storage_class: StorageClass::Archive,
        version_id: Some("null".into()),
        tag_count: Some(2),
        restore: Some("ongoing-request=\"true\"".into()),
        next_append_position: Some(100),
    };
    let mut headers = HeaderMap::new();
    object.write(&mut headers);
    assert_eq!(headers["last-modified"], "Fri, 24 May 2024 11:49:50 GMT");
    assert_eq!(ObjectHeaders::from_headers(&headers), Ok(object));
    let stored = StoredReply { etag: Some(etag()), crc64: Some(0), version_id: None };
    let mut headers = HeaderMap::new();
    stored.write(&mut headers);
    assert_eq!(headers["etag"], "\"5d41402abc4b2a76b9719d911017c592\"");
    assert_eq!(StoredReply::from_headers(&headers), Ok(stored));
    let appended = AppendedReply {
        etag: Some(etag()),
        crc64: Some(1),
        next_position: Some(7),
        content_md5_hex: Some("5d41402abc4b2a76b9719d911017c592".into()),
    };
    let mut headers = HeaderMap::new();
    appended.write(&mut headers);
    assert_eq!(AppendedReply::from_headers(&headers), Ok(appended));
    let deleted = DeletedReply { delete_marker: true, version_id: Some("v".into()) };
    let mut headers = HeaderMap::new();
    deleted.write(&mut headers);
    assert_eq!(DeletedReply::from_headers(&headers), Ok(deleted));
}

proptest! {
    #[test]
    fn any_listed_key_survives(text in "[^\u{0}]{1,30}", prefix in "[^\u{0}]{0,10}", encode_keys in any::<bool>()) {
        // Without encoding, XML cannot carry control characters at all; see spec/cos/buckets.md.
        let is_plain = |text: &str| text.chars().all(|c| (' '..'\u{fffe}').contains(&c) || c > '\u{ffff}');
        if let Ok(key) = text.parse::<ObjectKey>() && (encode_keys || is_plain(&text) && is_plain(&prefix)) {
            let mut result = page(encode_keys);
            result.contents[0].key = key;
            result.prefix = prefix;
            prop_assert_eq!(ListBucketResult::from_xml(result.to_xml()), Ok(result));
        }
    }

    #[test]
    fn any_body_is_read_or_refused(body in "[<>/A-Za-z&; \"=]{0,80}") {
        let _ = (DeleteList::from_xml(&body), CompletedParts::from_xml(&body), ListBucketResult::from_xml(&body));
    }
}

#[test]
fn settings_of_pictures_are_written_as_documented() {
    assert_eq!(written(&OriginProtectStatus(true)), "<OriginProtectStatus>on</OriginProtectStatus>");
    assert_eq!(written(&GuetzliStatus(false)), "<GuetzliStatus>off</GuetzliStatus>");
    let slim =
        ImageSlim { status: Some(true), by_request: true, automatic: Some(vec!["jpg".into(), "png".into()]) };
    let text = "<ImageSlim><Status>on</Status><SlimMode>Auto,API</SlimMode>\
                <Suffixs><Suffix>jpg</Suffix><Suffix>png</Suffix></Suffixs></ImageSlim>";
    assert_eq!(written(&slim), text);
    assert_eq!(ImageSlim::from_xml(text).unwrap(), slim);
    let either =
        "<ImageSlim><SlimMode>API,Auto</SlimMode><Suffixs><Suffix>gif</Suffix></Suffixs></ImageSlim>";
    assert_eq!(ImageSlim::from_xml(either).unwrap().mode(), "Auto,API");
    for broken in ["<ImageSlim/>", "<ImageSlim><SlimMode>Never</SlimMode></ImageSlim>"] {
        assert!(ImageSlim::from_xml(broken).is_err(), "{broken}");
    }
    assert!(ImageSlim::from_xml("<ImageSlim><SlimMode>Auto</SlimMode></ImageSlim>").is_err());
    let separators = "<StyleSeparators><Separator>_</Separator><Separator>!</Separator></StyleSeparators>";
    assert_eq!(StyleSeparators::from_xml(separators).unwrap(), StyleSeparators(vec!['!', '_']));
    assert!(
        StyleSeparators::from_xml("<StyleSeparators><Separator>+</Separator></StyleSeparators>").is_err()
    );
}

fn pic_job() -> crate::pic_jobs::PicJob {
    use crate::pic_jobs::{CallbackFormat, JobOutput, PIC_PROCESS, PicJob, PicProcess};
    PicJob {
        tag: PIC_PROCESS.into(),
        input: key("input/deer.jpg"),
        process: Some(PicProcess { is_pic_info: true, rule: "imageMogr2/rotate/90".into() }),
        template_id: None,
        output: JobOutput { region: "r".into(), bucket: bucket(), object: key("output/out.jpg") },
        user_data: Some("a & b".into()),
        level: 1,
        queue_id: Some("p1".into()),
        callback: None,
        callback_format: CallbackFormat::Xml,
    }
}

#[test]
fn jobs_are_written_as_documented() {
    use crate::pic_jobs::{Callback, JobDetail, JobState, JobsReply, PicJob};
    let submitted = written(&pic_job());
    assert!(
        submitted.starts_with("<Request><Tag>PicProcess</Tag><Input><Object>input/deer.jpg</Object></Input>")
    );
    let detail = JobDetail {
        code: "Success".into(),
        message: String::new(),
        job_id: "j1".into(),
        state: JobState::Submitted,
        created: moment(),
        started: None,
        ended: Some(moment()),
        queue_id: "p1".into(),
        bucket: BUCKET.into(),
        region: "r".into(),
        job: pic_job(),
        result: None,
    };
    let reply = JobsReply { jobs: vec![detail.clone()], unknown_ids: vec!["j2".into()], next_token: None };
    let text = written(&reply);
    assert!(
        text.contains("<CreationTime>2024-05-24T19:49:50+0800</CreationTime><StartTime>-</StartTime>"),
        "{text}"
    );
    assert!(text.ends_with("</JobsDetail><NonExistJobIds>j2</NonExistJobIds></Response>"), "{text}");
    let callback = Callback(detail);
    assert!(written(&callback).starts_with("<Response><EventName>TaskFinish</EventName><JobsDetail>"));
    let json: serde_json::Value = serde_json::from_str(&callback.to_json()).unwrap();
    assert_eq!(json["EventName"], "TaskFinish");
    assert_eq!(json["JobsDetail"][0]["Operation"]["JobLevel"], "1");
    for (from, to) in [("PicProcess</Tag>", "</Tag>"), ("<JobLevel>1", "<JobLevel>3"), ("Output>", "Out>")] {
        let broken = submitted.replace(from, to);
        assert!(from == "PicProcess</Tag>" || PicJob::from_xml(&broken).is_err(), "{broken}");
    }
}
