//! The documents a bucket keeps about itself: put, shown and forgotten.
//!
//! Spec: spec/cos/misc.md.

use calotype_protocol::configuration::KINDS;

use crate::support::{BUCKET, Bucket, Reply, TestServer, content_md5};

const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

pub async fn put(bucket: &Bucket, query: &str, body: &str) {
    let request =
        bucket.request("PUT", &format!("/?{query}")).header("Content-MD5", content_md5(body.as_bytes()));
    let reply = request.header("Content-Type", "application/xml").body(body).send().await;
    assert_eq!((reply.status, reply.body.len()), (200, 0), "{query}: {}", reply.text());
}

async fn get(bucket: &Bucket, query: &str) -> Reply {
    bucket.request("GET", &format!("/?{query}")).send().await
}

/// The document a bucket shows, without its declaration.
async fn shown(bucket: &Bucket, query: &str) -> String {
    let reply = get(bucket, query).await;
    assert_eq!(
        (reply.status, reply.header("Content-Type")),
        (200, Some("application/xml")),
        "{}",
        reply.text()
    );
    reply.text().strip_prefix(DECLARATION).unwrap().to_owned()
}

/// Puts a document, sees it, and forgets it twice. Returns what a bucket without one answers.
async fn round_trip(query: &str, body: &str, expected: &str) -> Reply {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let before = get(&photos, query).await;
    put(&photos, query, body).await;
    assert_eq!(shown(&photos, query).await, expected);
    for _ in 0..2 {
        let forgotten = photos.request("DELETE", &format!("/?{query}")).send().await;
        assert_eq!((forgotten.status, forgotten.body.len()), (204, 0), "{query}");
    }
    let after = get(&photos, query).await;
    assert_eq!(after.status, before.status);
    after
}

#[tokio::test]
async fn cos_conf_01_cors_rules_come_back() {
    let body = "<CORSConfiguration><CORSRule><ID>1</ID><AllowedOrigin>https://example.com</AllowedOrigin>\
                <AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedHeader>*</AllowedHeader>\
                <MaxAgeSeconds>500</MaxAgeSeconds></CORSRule></CORSConfiguration>";
    let gone = round_trip("cors", body, body).await;
    assert_eq!(gone.error(), (404, "NoSuchCORSConfiguration".into()));
}

#[tokio::test]
async fn cos_conf_02_lifecycle_rules_come_back() {
    let body = "<LifecycleConfiguration>\
        <Rule><ID>a</ID><Filter><And><Prefix>x/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag>\
        <Tag><Key>l</Key><Value>w</Value></Tag></And></Filter><Status>Enabled</Status>\
        <Expiration><Date>2024-05-24T00:00:00+08:00</Date></Expiration></Rule>\
        <Rule><ID>b</ID><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Disabled</Status>\
        <Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>\
        <Expiration><Days>60</Days></Expiration></Rule>\
        <Rule><ID>c</ID><Filter><Prefix/></Filter><Status>Enabled</Status>\
        <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>\
        <NoncurrentVersionExpiration><NoncurrentDays>9</NoncurrentDays></NoncurrentVersionExpiration></Rule>\
        </LifecycleConfiguration>";
    let gone = round_trip("lifecycle", body, body).await;
    assert_eq!(gone.error(), (404, "NoSuchLifecycleConfiguration".into()));
    let nameless = "<LifecycleConfiguration><Rule><Prefix>a</Prefix><Status>Enabled</Status><Expiration><Days>1</Days>\
                    </Expiration></Rule></LifecycleConfiguration>";
    let named = nameless.replace("</Rule>", "<ID>rule-1</ID></Rule>");
    round_trip("lifecycle", nameless, &named).await;
}

#[tokio::test]
async fn cos_conf_07_bucket_tags_come_back_and_are_a_filter() {
    let tag = |key: usize| format!("<Tag><Key>k{key}</Key><Value>v</Value></Tag>");
    let set = |count: usize| {
        format!("<Tagging><TagSet>{}</TagSet></Tagging>", (0..count).map(tag).collect::<String>())
    };
    let gone = round_trip("tagging", &set(50), &set(50)).await;
    assert_eq!(gone.error(), (404, "NoSuchTagSet".into()));

    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    put(&photos, "tagging", &set(1)).await;
    for (query, count) in [("tagkey=k0&tagvalue=v", 1), ("tagkey=k1&tagvalue=v", 0)] {
        let listed = server.request("GET", &format!("/?{query}")).send().await.xml();
        assert_eq!(listed.child("Buckets").unwrap().children("Bucket").count(), count, "{query}");
    }
    let many = photos.request("PUT", "/?tagging").body(set(51)).send().await;
    assert_eq!(many.error(), (400, "InvalidTag".into()));
    let twice =
        "<Tagging><TagSet><Tag><Key>k</Key><Value/></Tag><Tag><Key>k</Key><Value/></Tag></TagSet></Tagging>";
    let twice = photos.request("PUT", "/?tagging").body(twice).send().await;
    assert_eq!(twice.error(), (400, "InvalidTag".into()));
}

#[tokio::test]
async fn tags_given_at_creation_are_the_tags_of_the_bucket() {
    let server = TestServer::start().await;
    let photos = server.existing_bucket(BUCKET);
    photos.request("PUT", "/").header("x-cos-tagging", "k=v").send().await;
    let expected = "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>";
    assert_eq!(shown(&photos, "tagging").await, expected);
}

#[tokio::test]
async fn cos_conf_10_a_website_says_that_it_redirects() {
    let document = |url_redirect: &str| {
        format!(
            "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument>\
             <ErrorDocument><Key>error.html</Key></ErrorDocument><RoutingRules><RoutingRule><Condition>\
             <HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition><Redirect><Protocol>https</Protocol>\
             <ReplaceKeyWith>404.html</ReplaceKeyWith>{url_redirect}</Redirect></RoutingRule></RoutingRules>\
             </WebsiteConfiguration>"
        )
    };
    let gone = round_trip("website", &document(""), &document("<URLRedirect>Enabled</URLRedirect>")).await;
    assert_eq!(gone.error(), (404, "NoSuchWebsiteConfiguration".into()));
}

#[tokio::test]
async fn cos_conf_12_a_referer_list_is_cleared_by_an_empty_body() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    assert_eq!(shown(&photos, "referer").await, "<RefererConfiguration/>");
    let body = "<RefererConfiguration><Status>Enabled</Status><RefererType>White-List</RefererType><DomainList>\
                <Domain>*.qq.com</Domain><Domain>*.qcloud.com</Domain></DomainList>\
                <EmptyReferConfiguration>Allow</EmptyReferConfiguration></RefererConfiguration>";
    put(&photos, "referer", body).await;
    assert_eq!(shown(&photos, "referer").await, body);
    assert_eq!(photos.request("DELETE", "/?referer").send().await.error(), (405, "MethodNotAllowed".into()));
    put(&photos, "referer", "").await;
    assert_eq!(shown(&photos, "referer").await, "<RefererConfiguration/>");
}

fn domains(name: &str, kind: &str) -> String {
    format!(
        "<DomainConfiguration><DomainRule><Status>ENABLED</Status><Name>{name}</Name><Type>{kind}</Type>\
         <ForcedReplacement>CNAME</ForcedReplacement></DomainRule></DomainConfiguration>"
    )
}

#[tokio::test]
async fn cos_conf_13_a_domain_is_bound_and_freed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "hello").header("x-cos-acl", "public-read").send().await;
    let visit = || photos.get("a").host("img.example.com:9000").anonymous().send();
    assert_eq!(visit().await.error(), (404, "NoSuchBucket".into()));

    put(&photos, "domain", &domains("img.example.com", "REST")).await;
    assert_eq!(visit().await.body, b"hello");
    let reply = get(&photos, "domain").await;
    assert!(reply.text().ends_with(&domains("img.example.com", "REST")));
    let proof = reply.header("x-cos-domain-txt-verification").unwrap();
    let hex = proof.strip_prefix("tencent-cloud-cos-verification=").unwrap();
    assert!(hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()), "{proof}");

    let other = server.bucket("other-1250000000").await;
    let taken = other.request("PUT", "/?domain").body(domains("IMG.example.com", "REST")).send().await;
    assert_eq!(taken.error(), (409, "DomainConfigConflict".into()));

    assert_eq!(photos.request("DELETE", "/?domain").send().await.status, 204);
    assert_eq!(shown(&photos, "domain").await, "<DomainConfiguration/>");
    assert_eq!(visit().await.error(), (404, "NoSuchBucket".into()));
    put(&other, "domain", &domains("img.example.com", "REST")).await;
    assert_eq!(visit().await.status, 403);
    assert_eq!(other.request("DELETE", "/").send().await.status, 204);
    assert_eq!(visit().await.error(), (404, "NoSuchBucket".into()));
}

#[tokio::test]
async fn cos_conf_13_domains_and_documents_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(folder.path()).await;
    let photos = server.bucket(BUCKET).await;
    photos.put("a", "hello").header("x-cos-acl", "public-read").send().await;
    put(&photos, "domain", &domains("img.example.com", "REST")).await;
    put(&photos, "intelligent-tiering&id=x", &tiering("<Id>x</Id>")).await;
    server.stop().await;

    let server = TestServer::start_in(folder.path()).await;
    let photos = server.existing_bucket(BUCKET);
    assert_eq!(photos.get("a").host("img.example.com").anonymous().send().await.body, b"hello");
    assert_eq!(shown(&photos, "intelligent-tiering&id=x").await, tiering("<Id>x</Id>"));
}

#[tokio::test]
async fn a_domain_of_the_settings_cannot_be_taken() {
    let server = TestServer::start_with(|config| {
        config.custom_domains.insert("fixed.example.com".into(), "other-1250000000".parse().unwrap());
        config.base_domains.push("base.example.com".into());
    })
    .await;
    let photos = server.bucket(BUCKET).await;
    for name in ["fixed.example.com", "base.example.com"] {
        let reply = photos.request("PUT", "/?domain").body(domains(name, "REST")).send().await;
        assert_eq!(reply.error(), (409, "DomainConfigConflict".into()), "{name}");
    }
    for name in ["127.0.0.1", "localhost", "other-1250000000.cos.ap-guangzhou.myqcloud.com"] {
        let reply = photos.request("PUT", "/?domain").body(domains(name, "REST")).send().await;
        assert_eq!(reply.error(), (400, "InvalidArgument".into()), "{name}");
    }
}

#[tokio::test]
async fn cos_conf_14_a_log_goes_to_a_bucket_of_the_owner() {
    let document = |bucket: &str| {
        format!(
            "<BucketLoggingStatus><LoggingEnabled><TargetBucket>{bucket}</TargetBucket>\
             <TargetPrefix>log/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>"
        )
    };
    let gone = round_trip("logging", &document(BUCKET), &document(BUCKET)).await;
    assert!(gone.text().ends_with("<BucketLoggingStatus/>"));

    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let nowhere = photos.request("PUT", "/?logging").body(document("nowhere-1250000000")).send().await;
    assert_eq!(nowhere.error(), (400, "InvalidTargetBucketForLogging".into()));
    put(&photos, "logging", "<BucketLoggingStatus/>").await;
}

#[tokio::test]
async fn cos_conf_15_the_other_name_of_default_encryption_is_put_right() {
    let document = |name: &str| {
        format!(
            "<ServerSideEncryptionConfiguration><Rule><{name}><SSEAlgorithm>AES256</SSEAlgorithm></{name}></Rule>\
             </ServerSideEncryptionConfiguration>"
        )
    };
    let expected = document("ApplyServerSideEncryptionByDefault");
    let gone = round_trip("encryption", &document("ApplySideEncryptionConfiguration"), &expected).await;
    assert_eq!(gone.error(), (404, "NoSuchEncryptionConfiguration".into()));
}

#[tokio::test]
async fn uploads_that_say_nothing_are_encrypted_as_the_bucket_says() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    photos.has("before", "x").await;
    put(
        &photos,
        "encryption",
        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>\
         </ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
    )
    .await;
    let stored = photos.put("after", "x").send().await;
    let upload = photos.begin_upload("parts").await;
    photos.finish_upload("parts", &upload, &[b"x".to_vec()]).await;
    let source = format!("{}/before", photos.host());
    photos.put("copy", "").header("x-cos-copy-source", source).send().await;
    let own = photos.put("own", "x").customer_key().send().await;
    for reply in [
        stored,
        photos.head("after").send().await,
        photos.head("parts").send().await,
        photos.head("copy").send().await,
    ] {
        assert_eq!(reply.header("x-cos-server-side-encryption"), Some("AES256"));
    }
    for reply in [own, photos.head("before").send().await] {
        assert_eq!(reply.header("x-cos-server-side-encryption"), None);
    }
}

#[tokio::test]
async fn cos_conf_16_inventories_are_told_apart_by_id() {
    let document = |id: &str, enabled: &str| {
        format!(
            "<InventoryConfiguration><Id>{id}</Id><IsEnabled>{enabled}</IsEnabled><Destination><COSBucketDestination>\
             <AccountId>100000000001</AccountId><Bucket>qcs::cos:ap-guangzhou::{BUCKET}</Bucket><Format>CSV</Format>\
             </COSBucketDestination></Destination><Schedule><Frequency>Daily</Frequency></Schedule>\
             <IncludedObjectVersions>All</IncludedObjectVersions><OptionalFields><Field>Size</Field></OptionalFields>\
             </InventoryConfiguration>"
        )
    };
    let gone = round_trip("inventory&id=one", &document("one", "True"), &document("one", "true")).await;
    assert_eq!(gone.error(), (404, "InventoryConfigurationNotFoundError".into()));

    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    let none = "<ListInventoryConfigurationResult><IsTruncated>false</IsTruncated></ListInventoryConfigurationResult>";
    assert_eq!(shown(&photos, "inventory").await, none);
    for id in ["one", "two"] {
        put(&photos, &format!("inventory&id={id}"), &document(id, "true")).await;
    }
    let list = get(&photos, "inventory").await.xml();
    let ids: Vec<_> = list.children("InventoryConfiguration").map(|one| one.text_of("Id")).collect();
    assert_eq!((ids, list.text_of("IsTruncated")), (vec!["one", "two"], "false"));
    let other = photos.request("PUT", "/?inventory&id=three").body(document("one", "true")).send().await;
    assert_eq!(other.error(), (400, "MalformedXML".into()));
    let nameless = photos.request("PUT", "/?inventory").body(document("one", "true")).send().await;
    assert_eq!(nameless.error(), (400, "InvalidArgument".into()));
    let now = photos.request("POST", "/?inventory&id=one").body(document("one", "true")).send().await;
    assert_eq!(now.error(), (501, "NotImplemented".into()));
}

#[tokio::test]
async fn cos_conf_17_replication_rules_come_back() {
    let body = "<ReplicationConfiguration><Role>qcs::cam::uin/100000000001:uin/100000000001</Role><Rule><ID>1</ID>\
                <Status>Enabled</Status><Prefix>a</Prefix><Destination><Bucket>qcs::cos:ap-beijing::b-1250000000</Bucket>\
                </Destination></Rule></ReplicationConfiguration>";
    let gone = round_trip("replication", body, body).await;
    assert_eq!(gone.error(), (404, "ReplicationConfigurationNotFoundError".into()));
}

#[tokio::test]
async fn cos_conf_18_origins_come_back() {
    let body = "<OriginConfiguration><OriginRule><RulePriority>1</RulePriority><OriginType>Mirror</OriginType>\
                <OriginCondition><HTTPStatusCode>404</HTTPStatusCode></OriginCondition><OriginInfo><HostInfo>\
                <HostName>origin.example.com</HostName></HostInfo></OriginInfo></OriginRule></OriginConfiguration>";
    let gone = round_trip("origin", body, body).await;
    assert_eq!(gone.error(), (404, "OriginConfigurationNotFoundError".into()));
}

#[tokio::test]
async fn cos_conf_19_acceleration_says_for_what() {
    let body =
        "<AccelerateConfiguration xmlns=\"cos xmlns/\"><Status>Suspended</Status></AccelerateConfiguration>";
    let expected =
        "<AccelerateConfiguration><Status>Suspended</Status><Type>COS</Type></AccelerateConfiguration>";
    let gone = round_trip("accelerate", body, expected).await;
    assert!(gone.text().ends_with("<AccelerateConfiguration/>"));
}

fn tiering(id: &str) -> String {
    format!(
        "<IntelligentTieringConfiguration>{id}<Status>Enabled</Status><Transition><Days>30</Days>\
         <RequestFrequent>1</RequestFrequent></Transition></IntelligentTieringConfiguration>"
    )
}

#[tokio::test]
async fn cos_conf_20_both_forms_of_tiering() {
    let gone = round_trip("intelligenttiering", &tiering(""), &tiering("")).await;
    assert!(gone.text().ends_with("<IntelligentTieringConfiguration/>"));
    let gone = round_trip("intelligent-tiering&id=x", &tiering("<Id>x</Id>"), &tiering("<Id>x</Id>")).await;
    assert_eq!(gone.error(), (404, "NoSuchConfiguration".into()));

    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    assert_eq!(get(&photos, "intelligent-tiering&id=default").await.status, 404);
    put(&photos, "intelligenttiering", &tiering("")).await;
    assert_eq!(get(&photos, "intelligent-tiering&id=default").await.xml().text_of("Id"), "default");
    put(&photos, "intelligent-tiering&id=x", &tiering("<Id>x</Id>")).await;
    let list = get(&photos, "intelligent-tiering").await.xml();
    assert_eq!(list.name(), "ListBucketIntelligentTieringConfigurationsResult");
    assert_eq!(list.children("IntelligentTieringConfiguration").count(), 1);
}

#[tokio::test]
async fn cos_conf_22_controls_come_back_and_certificates_are_not_offered() {
    let control = "<ResponseControlConfiguration><ControlParamList><Param>response-content-type</Param></ControlParamList>\
                   </ResponseControlConfiguration>";
    assert_eq!(round_trip("response-control", control, control).await.status, 404);
    let strict = "<StrictSignatureConfiguration><Status>Enabled</Status></StrictSignatureConfiguration>";
    assert_eq!(round_trip("strict-signature", strict, strict).await.status, 404);

    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for method in ["GET", "PUT", "DELETE"] {
        let reply = photos.request(method, "/?domaincertificate&domainname=img.example.com").send().await;
        assert_eq!(reply.error(), (501, "NotImplemented".into()), "{method}");
        assert!(reply.text().contains("?domaincertificate"), "{}", reply.text());
    }
}

/// The query of a document of each kind.
fn queries() -> impl Iterator<Item = (String, &'static str)> {
    KINDS.iter().map(|kind| match kind.count {
        calotype_protocol::configuration::Count::One => (kind.word.to_owned(), kind.root),
        calotype_protocol::configuration::Count::ById { .. } => (format!("{}&id=x", kind.word), kind.root),
    })
}

#[tokio::test]
async fn cos_conf_23_what_is_no_document_is_malformed() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for (query, root) in queries() {
        let before = get(&photos, &query).await;
        for body in ["nonsense", "<Other/>", &format!("<{root}>"), &format!("<{root}><{root}/>&x;</{root}>")]
        {
            let reply = photos.request("PUT", &format!("/?{query}")).body(body).send().await;
            assert_eq!(reply.error(), (400, "MalformedXML".into()), "{query} {body}");
        }
        let deep = format!("{}{}", "<a>".repeat(30), "</a>".repeat(30));
        let deep = photos.request("PUT", &format!("/?{query}")).body(deep).send().await;
        assert_eq!(deep.error(), (400, "MalformedXML".into()), "{query}");
        let large = photos.request("PUT", &format!("/?{query}")).body(vec![b' '; (1 << 20) + 1]).send().await;
        assert_eq!(large.error(), (400, "XMLSizeLimit".into()), "{query}");
        if query != "referer" {
            let empty = photos.request("PUT", &format!("/?{query}")).send().await;
            assert_eq!(empty.error(), (400, "MissingRequestBodyError".into()), "{query}");
        }
        assert_eq!(get(&photos, &query).await.status, before.status, "{query}");
    }
}

#[tokio::test]
async fn cos_conf_24_another_body_than_announced_is_refused() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    for (query, root) in queries() {
        let request = photos.request("PUT", &format!("/?{query}")).body(format!("<{root}/>"));
        let reply = request.clone().header("Content-MD5", content_md5(b"other")).send().await;
        assert_eq!(reply.error(), (400, "BadDigest".into()), "{query}");
        let reply = request.header("Content-MD5", "nonsense").send().await;
        assert_eq!(reply.error(), (400, "InvalidDigest".into()), "{query}");
    }
}

#[tokio::test]
async fn documents_are_for_the_owner_and_for_buckets_that_are_there() {
    let server = TestServer::start().await;
    let photos = server.existing_bucket(BUCKET);
    photos.request("PUT", "/").header("x-cos-acl", "public-read-write").send().await;
    let nowhere = server.existing_bucket("nowhere-1250000000");
    for (query, root) in queries() {
        for method in ["GET", "PUT", "DELETE"] {
            if (method, query.as_str()) == ("DELETE", "referer") {
                continue;
            }
            let body = if method == "PUT" { format!("<{root}/>") } else { String::new() };
            let target = format!("/?{query}");
            let stranger = photos.request(method, &target).body(body.clone()).anonymous().send().await;
            assert_eq!(stranger.error(), (403, "AccessDenied".into()), "{method} {query}");
            let missing = nowhere.request(method, &target).body(body).send().await;
            assert_eq!(missing.error(), (404, "NoSuchBucket".into()), "{method} {query}");
        }
    }
}

#[tokio::test]
async fn a_new_bucket_has_no_document_of_an_old_one() {
    let server = TestServer::start().await;
    let photos = server.bucket(BUCKET).await;
    put(&photos, "accelerate", "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>")
        .await;
    photos.request("DELETE", "/").send().await;
    let again = server.bucket(BUCKET).await;
    assert_eq!(shown(&again, "accelerate").await, "<AccelerateConfiguration/>");
}
